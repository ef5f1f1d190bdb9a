/*
 * A TLS server that means no good, or is broken: whatever comes, the client ends, soon, with a
 * sentence.
 */
#include <stdlib.h>
#include <unistd.h>

#include "tls_ends.h"

static struct certificate authority, leaf;
static struct tls_peer peer;
static struct tls_trust *trust;

static const char *const versions[] = {
	"NORMAL:-VERS-ALL:+VERS-TLS1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.2"};

static bool have_all(void)
{
	static const char *const names[CERTIFICATE_NAMES] = {"localhost"};
	static const char *const authority_name[CERTIFICATE_NAMES] = {"Test authority"};
	char file[] = "/tmp/tls-hostile-XXXXXX";
	struct sentence why = {""};
	if (trust != NULL)
		return true;
	if (!peer_certificate(&authority, NULL, authority_name) ||
		!peer_certificate(&leaf, &authority, names) || !peer_open(&peer, &leaf, &authority))
		return false;
	int descriptor = mkstemp(file);
	CHECK(descriptor >= 0);
	close(descriptor);
	CHECK(certificate_write(&authority, file, &why));
	trust = tls_trust_new(&memory_standard, file, &why);
	unlink(file);
	return CHECK(trust != NULL);
}

/* ---- a man in the middle, who passes what the server says on, octet by octet ---- */

struct middle {
	int to_client[2]; /* the client's own, and the middle's */
	int to_server[2]; /* the middle's, and the server's */
	struct tls *client, *server;
	enum tls_result client_result, server_result;
	size_t passed;	       /* octets of the server's that the client has got */
	size_t boundaries[64]; /* where records of the server's begin */
	size_t boundary_count;
	size_t record_left; /* of the record that is passing */
	uint8_t head[5];
	size_t head_len;
};

enum { WHOLE = 1 << 20 };

static bool middle_open(struct middle *middle)
{
	struct sentence why = {""};
	struct tls_client_settings settings = {.name = "localhost", .trust = trust};
	memset(middle, 0, sizeof *middle);
	if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, middle->to_client) == 0) ||
		!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, middle->to_server) == 0))
		return false;
	for (int i = 0; i < 2; i++) {
		tcp_prepare(middle->to_client[i]);
		tcp_prepare(middle->to_server[i]);
	}
	middle->client = tls_client_new(&memory_standard, middle->to_client[0], &settings, &why);
	middle->server = peer_accept(&peer, middle->to_server[1]);
	return CHECK(middle->client != NULL) && middle->server != NULL;
}

static void middle_close(struct middle *middle)
{
	tls_free(middle->client);
	tls_free(middle->server);
	for (int i = 0; i < 2; i++) {
		tcp_close(middle->to_client[i]);
		tcp_close(middle->to_server[i]);
	}
}

static void note_boundary(struct middle *middle, uint8_t octet)
{
	if (middle->record_left > 0) {
		middle->record_left--;
		return;
	}
	if (middle->head_len == 0 && middle->boundary_count < 64)
		middle->boundaries[middle->boundary_count++] = middle->passed;
	middle->head[middle->head_len++] = octet;
	if (middle->head_len == 5) {
		middle->head_len = 0;
		middle->record_left = (size_t)middle->head[3] << 8 | middle->head[4];
	}
}

/* Passes what the server has said, up to `end`, with the bits of `flip` changed at `at`. */
static void pass_on(struct middle *middle, size_t end, size_t at, uint8_t flip)
{
	uint8_t octets[4096];
	ssize_t got;
	while ((got = recv(middle->to_client[1], octets, sizeof octets, MSG_DONTWAIT)) > 0)
		(void)!send(middle->to_server[0], octets, (size_t)got, MSG_NOSIGNAL);
	while (middle->passed < end) {
		size_t room = end - middle->passed;
		got = recv(middle->to_server[0], octets,
			room < sizeof octets ? room : sizeof octets, MSG_DONTWAIT);
		if (got <= 0)
			break;
		for (ssize_t i = 0; i < got; i++, middle->passed++) {
			note_boundary(middle, octets[i]);
			if (middle->passed == at)
				octets[i] ^= flip;
		}
		/* the client may be gone by now */
		(void)!send(middle->to_client[1], octets, (size_t)got, MSG_NOSIGNAL);
	}
	if (middle->passed == end)
		shutdown(middle->to_client[1], SHUT_WR);
}

/* Lets the handshake go as far as it does, and then the client read what may come. */
static void middle_run(struct middle *middle, size_t end, size_t at, uint8_t flip)
{
	uint8_t heard[256];
	size_t count;
	middle->client_result = middle->server_result = TLS_AGAIN;
	for (int i = 0; i < 60 && middle->client_result == TLS_AGAIN; i++) {
		middle->client_result = tls_handshake(middle->client, 0);
		if (middle->server_result == TLS_AGAIN)
			middle->server_result = tls_handshake(middle->server, 0);
		pass_on(middle, end, at, flip);
	}
	for (int i = 0; i < 4; i++) {
		if (middle->server_result == TLS_AGAIN)
			middle->server_result = tls_handshake(middle->server, 0);
		pass_on(middle, end, at, flip);
		if (middle->client_result == TLS_OK)
			(void)tls_read(middle->client, heard, sizeof heard, &count);
	}
}

static void closing_at_any_record_ends_the_handshake(void)
{
	for (size_t v = 0; have_all() && v < 2; v++) {
		struct middle whole;
		peer.priority = versions[v];
		CHECK_CASE("%s, whole", versions[v]);
		if (!middle_open(&whole))
			return;
		middle_run(&whole, WHOLE, WHOLE, 0);
		CHECK_INT(whole.client_result, TLS_OK);
		CHECK_INT(whole.server_result, TLS_OK);
		CHECK(whole.boundary_count >= 4);
		for (size_t i = 0; i < whole.boundary_count; i++) {
			for (size_t more = 0; more < 8; more += 7) {
				struct middle middle;
				CHECK_CASE("%s, record %zu and %zu octets", versions[v], i, more);
				if (!middle_open(&middle))
					return;
				middle_run(&middle, whole.boundaries[i] + more, WHOLE, 0);
				CHECK(middle.client_result != TLS_AGAIN);
				if (middle.client_result == TLS_BROKEN)
					CHECK(text_holds(tls_why(middle.client),
						"during the TLS handshake"));
				else /* only tickets were missing */
					CHECK(v == 0 && tls_facts(middle.client)->verified);
				middle_close(&middle);
			}
		}
		middle_close(&whole);
	}
	peer.priority = NULL;
}

static void a_changed_octet_is_never_taken(void)
{
	for (size_t v = 0; have_all() && v < 2; v++) {
		struct middle whole;
		peer.priority = versions[v];
		if (!middle_open(&whole))
			return;
		middle_run(&whole, WHOLE, WHOLE, 0);
		size_t end = whole.passed, broken = 0, tried = 0;
		middle_close(&whole);
		for (size_t at = 0; at < end; at += at < 200 ? 3 : 61) {
			struct middle middle;
			CHECK_CASE("%s, octet %zu", versions[v], at);
			if (!middle_open(&middle))
				return;
			middle_run(&middle, WHOLE, at, (uint8_t)(1u << at % 8));
			/* a length that grew may leave it waiting: for that there are deadlines */
			tried++;
			broken += middle.client_result == TLS_BROKEN;
			if (middle.client_result == TLS_BROKEN)
				CHECK(tls_why(middle.client)[0] != 0);
			middle_close(&middle);
		}
		CHECK(tried > 60);
		CHECK(broken * 10 > tried * 7);
	}
	peer.priority = NULL;
}

/* ---- octets that no server says ---- */

static const struct {
	const char *name;
	const char *octets;
	size_t len;
	size_t times;
	const char *words;
} said[] = {
	{"an alert: handshake failure", "\x15\x03\x03\0\x02\x02\x28", 7, 1, "TLS alert 40"},
	{"an alert: internal error", "\x15\x03\x03\0\x02\x02\x50", 7, 1, "TLS alert 80"},
	{"an alert: protocol version", "\x15\x03\x03\0\x02\x02\x46", 7, 1,
		"accepts none of the offered TLS versions"},
	{"an alert: close", "\x15\x03\x03\0\x02\x01\0", 7, 1, "TLS"},
	{"an alert of an unknown kind", "\x15\x03\x03\0\x02\x02\xEE", 7, 1, "TLS alert 238"},
	{"an alert that is too short", "\x15\x03\x03\0\x01\x02", 6, 1, "TLS"},
	{"warnings without end", "\x15\x03\x03\0\x02\x01\x5A", 7, 100000, ""},
	{"empty records without end", "\x16\x03\x03\0\0", 5, 100000, ""},
	{"data before its time", "\x17\x03\x03\0\x05hello", 10, 1, "TLS failed"},
	{"a record that is too long", "\x16\x03\x03\xFF\xFF", 5, 3, "TLS"},
	{"a hello that is too long", "\x16\x03\x03\x40\0\x02\xFF\xFF\xFF", 9, 1, "TLS"},
	{"a hello with nothing in it", "\x16\x03\x03\0\x04\x02\0\0\0", 9, 1, "TLS"},
	{"a certificate first", "\x16\x03\x03\0\x04\x0B\0\0\0", 9, 1, "TLS"},
	{"a finish first", "\x16\x03\x03\0\x04\x14\0\0\0", 9, 1, "TLS"},
	{"change of cipher without end", "\x14\x03\x03\0\x01\x01", 6, 100000, ""},
	{"SSL 2", "\x80\x2E\x04\0\x01\0\x02\0", 8, 4, "the server does not speak TLS here"},
	{"noise", "\xDE\xAD\xBE\xEF\0\x01\x02\x03", 8, 100000,
		"the server does not speak TLS here"},
	{"another protocol", "HTTP/1.1 400 Bad Request\r\n", 26, 1,
		"the server does not speak TLS here"},
};

static void nonsense_ends_the_handshake(void)
{
	for (size_t i = 0; have_all() && i < sizeof said / sizeof *said; i++) {
		int pair[2];
		struct sentence why = {""};
		struct tls_client_settings settings = {.name = "localhost", .trust = trust};
		CHECK_CASE("%s", said[i].name);
		if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0))
			return;
		tcp_prepare(pair[0]);
		tcp_prepare(pair[1]);
		struct tls *client = tls_client_new(&memory_standard, pair[0], &settings, &why);
		enum tls_result result = tls_handshake(client, 0);
		for (size_t n = 0; n < said[i].times && result == TLS_AGAIN; n++) {
			if (send(pair[1], said[i].octets, said[i].len, MSG_NOSIGNAL) < 0 ||
				n % 16 == 15)
				result = tls_handshake(client, 0);
		}
		shutdown(pair[1], SHUT_WR);
		for (int n = 0; n < 100 && result == TLS_AGAIN; n++)
			result = tls_handshake(client, 0);
		CHECK_INT(result, TLS_BROKEN);
		CHECK(tls_why(client)[0] != 0);
		CHECK(text_holds(tls_why(client), said[i].words));
		tls_free(client);
		tcp_close(pair[0]);
		tcp_close(pair[1]);
	}
}

/* ---- after the handshake ---- */

static void new_keys_in_the_middle_are_refused(void)
{
	struct tls_ends ends;
	struct sentence why;
	struct tls_client_settings settings = {.name = "localhost", .trust = trust};
	struct octets reply = octets_of("250 ok\r\n");
	uint8_t heard[64];
	size_t count;
	enum tls_result result = TLS_AGAIN;
	if (!have_all())
		return;
	settings.trust = trust;
	peer.priority = versions[1];
	CHECK(ends_agree(&ends, &peer, &settings, &why));
	/* once: refused, and the session goes on */
	CHECK_INT(gnutls_rehandshake(ends.server->session), 0);
	CHECK_INT(tls_write(ends.server, &reply, 1, &count), TLS_OK);
	CHECK_INT(tls_read(ends.client, heard, sizeof heard, &count), TLS_OK);
	CHECK_OCTETS(octets_make(heard, count), reply);
	CHECK_INT(gnutls_record_recv(ends.server->session, heard, sizeof heard),
		GNUTLS_E_WARNING_ALERT_RECEIVED);
	CHECK_INT(gnutls_alert_get(ends.server->session), GNUTLS_A_NO_RENEGOTIATION);
	/* again and again: that is no server to talk to */
	for (int i = 0; i < 10; i++)
		CHECK_INT(gnutls_rehandshake(ends.server->session), 0);
	while (result == TLS_AGAIN)
		result = tls_read(ends.client, heard, sizeof heard, &count);
	CHECK_INT(result, TLS_BROKEN);
	CHECK_TEXT(tls_why(ends.client), "the server asked for new TLS keys again and again");
	ends_close(&ends);
	peer.priority = NULL;
}

/* A server that sends tickets, and behind them the reply that the client waits for. */
static void tickets_before_a_reply_do_not_hide_it(void)
{
	struct tls_ends ends;
	struct sentence why;
	struct octets reply = octets_of("250 ok\r\n");
	uint8_t heard[64];
	size_t count;
	if (!have_all())
		return;
	struct tls_client_settings settings = {.name = "localhost", .trust = trust};
	peer.priority = versions[0];
	CHECK(ends_agree(&ends, &peer, &settings, &why));
	for (int i = 0; i < 20; i++)
		CHECK_INT(gnutls_session_ticket_send(ends.server->session, 1, 0), 0);
	CHECK_INT(tls_write(ends.server, &reply, 1, &count), TLS_OK);
	CHECK_INT(tls_read(ends.client, heard, sizeof heard, &count), TLS_OK);
	CHECK_OCTETS(octets_make(heard, count), reply);
	/* more of them than one call takes: it stops to let others have their turn, and goes on */
	for (int i = 0; i < 200; i++) {
		if (gnutls_session_key_update(ends.server->session, 0) != 0)
			break;
	}
	CHECK_INT(tls_write(ends.server, &reply, 1, &count), TLS_OK);
	enum tls_result result = TLS_AGAIN;
	for (int i = 0; i < 10 && result == TLS_AGAIN; i++)
		result = tls_read(ends.client, heard, sizeof heard, &count);
	CHECK(result == TLS_OK || tls_why(ends.client)[0] != 0);
	ends_close(&ends);
	peer.priority = NULL;
}

/* ---- alerts when the client's handshake is over ---- */

static const struct {
	gnutls_alert_description_t alert;
	bool heard; /* octets came before it: then it is about something else */
	const char *words;
} late[] = {
	{GNUTLS_A_CERTIFICATE_REQUIRED, false, "the server wants a client certificate: show it"},
	{GNUTLS_A_BAD_CERTIFICATE, false, "the server refuses our certificate: show another"},
	{GNUTLS_A_UNKNOWN_CA, false, "the server does not trust our certificate's authority: show"},
	{GNUTLS_A_CERTIFICATE_EXPIRED, false, "the server finds our certificate expired: show"},
	{GNUTLS_A_ACCESS_DENIED, false, "the server broke off the TLS handshake: "},
	{GNUTLS_A_INTERNAL_ERROR, true, "the server broke off TLS: "},
};

static void a_late_alert_tells_why(void)
{
	for (size_t i = 0; have_all() && i < sizeof late / sizeof *late; i++) {
		struct tls_ends ends;
		struct sentence why = {""};
		struct tls_client_settings settings = {.name = "localhost", .trust = trust};
		struct octets greeting = octets_of("220 hi\r\n");
		uint8_t heard[64];
		size_t count;
		peer.priority = versions[0];
		CHECK_CASE("alert %d", (int)late[i].alert);
		if (!CHECK(ends_agree(&ends, &peer, &settings, &why)))
			return;
		CHECK(!tls_was_refused(ends.client));
		if (late[i].heard) {
			CHECK_INT(tls_write(ends.server, &greeting, 1, &count), TLS_OK);
			CHECK_INT(tls_read(ends.client, heard, sizeof heard, &count), TLS_OK);
		}
		CHECK(gnutls_alert_send(ends.server->session, GNUTLS_AL_FATAL, late[i].alert) == 0);
		CHECK_INT(tls_read(ends.client, heard, sizeof heard, &count), TLS_BROKEN);
		CHECK(text_holds(tls_why(ends.client), late[i].words));
		CHECK_INT(tls_was_refused(ends.client), !late[i].heard);
		ends_close(&ends);
	}
	peer.priority = NULL;
}

/* Before TLS 1.3 the alert itself does not say it (RFC 5246 7.4.6). */
static void a_certificate_that_is_missing_is_told_in_each_version(void)
{
	for (size_t v = 0; have_all() && v < 2; v++) {
		struct tls_ends ends;
		struct sentence why = {""};
		struct tls_client_settings settings = {.name = "localhost", .trust = trust};
		uint8_t heard[64];
		size_t count;
		peer.priority = versions[v];
		peer.asks = GNUTLS_CERT_REQUIRE;
		CHECK_CASE("%s", versions[v]);
		if (ends_agree(&ends, &peer, &settings, &why))
			CHECK_INT(tls_read(ends.client, heard, sizeof heard, &count), TLS_BROKEN);
		CHECK(text_holds(tls_why(ends.client), "the server wants a client certificate"));
		ends_close(&ends);
	}
	peer.priority = NULL;
	peer.asks = GNUTLS_CERT_IGNORE;
}

static void everything_is_freed(void)
{
	CHECK(have_all());
	tls_trust_free(trust);
	peer_close(&peer);
	certificate_free(&authority);
	certificate_free(&leaf);
}

#define TESTS(T)                                                                                   \
	T(closing_at_any_record_ends_the_handshake)                                                \
	T(a_changed_octet_is_never_taken)                                                          \
	T(nonsense_ends_the_handshake)                                                             \
	T(new_keys_in_the_middle_are_refused)                                                      \
	T(tickets_before_a_reply_do_not_hide_it)                                                   \
	T(a_late_alert_tells_why)                                                                  \
	T(a_certificate_that_is_missing_is_told_in_each_version)                                   \
	T(everything_is_freed)
CHECK_MAIN("tls_hostile", TESTS)

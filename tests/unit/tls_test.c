/* TLS at both ends over a socket pair: what is agreed on, what is refused, and the sentences. */
#include <gnutls/gnutls.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certificate.h"
#include "check.h"
#include "clock.h"
#include "tcp.h"
#include "tls_client.h"
#include "tls_internal.h"
#include "tls_server.h"

#define DAY 86400u
#define OLD "NONE:+COMP-NULL:+CTYPE-X509:+SIGN-ALL:+GROUP-ALL:+VERS-TLS1.0:+RSA"
#define NO_EXTENSIONS ":%NO_EXTENSIONS:%DISABLE_SAFE_RENEGOTIATION"

/* ---- two ends in one thread ---- */

struct ends {
	int descriptors[2];
	struct tls *client, *server;
	enum tls_result client_result, server_result;
};

/* Lets both shake hands until neither waits for the other any more. */
static void shake(struct ends *ends, uint64_t now_ms)
{
	ends->client_result = ends->server_result = TLS_AGAIN;
	for (int i = 0; i < 1000; i++) {
		if (ends->client_result == TLS_AGAIN)
			ends->client_result = tls_handshake(ends->client, now_ms);
		if (ends->server_result == TLS_AGAIN)
			ends->server_result = tls_handshake(ends->server, now_ms);
		bool idle = tls_deadline_ms(ends->client) != PLAYER_NEVER;
		if (idle || (ends->client_result != TLS_AGAIN && ends->server_result != TLS_AGAIN))
			break;
		/* A failed end closes, so that the other does not wait for ever. */
		if (ends->client_result == TLS_BROKEN)
			shutdown(ends->descriptors[0], SHUT_WR);
		if (ends->server_result == TLS_BROKEN)
			shutdown(ends->descriptors[1], SHUT_WR);
	}
}

static bool open_ends(struct ends *ends, struct tls_server *server,
	const struct tls_client_settings *settings, struct sentence *why)
{
	*ends = (struct ends){.descriptors = {-1, -1}};
	if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends->descriptors) == 0))
		return false;
	tcp_prepare(ends->descriptors[0]);
	tcp_prepare(ends->descriptors[1]);
	ends->server = tls_server_accept(server, ends->descriptors[1], why);
	ends->client = tls_client_new(&memory_standard, ends->descriptors[0], settings, why);
	return CHECK(ends->server != NULL) && ends->client != NULL;
}

static void close_ends(struct ends *ends)
{
	tls_free(ends->client);
	tls_free(ends->server);
	tcp_close(ends->descriptors[0]);
	tcp_close(ends->descriptors[1]);
}

/* ---- servers with good and bad certificates, made once ---- */

enum server_kind {
	MADE,
	EXPIRED,
	NOT_YET,
	SELF_SIGNED,
	ONLY_1_3,
	ONLY_1_2,
	ONLY_GCM,
	SERVER_KINDS
};

static struct tls_server *servers[SERVER_KINDS];
static struct tls_trust *trust;

static void temporary(char name[32])
{
	strcpy(name, "/tmp/tls-test-XXXXXX");
	int descriptor = mkstemp(name);
	CHECK(descriptor >= 0);
	close(descriptor);
}

static bool contains(const char *all, const char *part)
{
	if (strstr(all, part) != NULL)
		return true;
	fprintf(stderr, "\n\"%s\" does not contain \"%s\"\n", all, part);
	return false;
}

/* The clock cannot be moved, so the certificate's days are. */
static struct tls_server *serve_certificate(bool self_signed, long from_days, long until_days)
{
	char certificate_file[32], key_file[32];
	struct certificate made;
	struct stat about;
	struct sentence why = {""};
	struct certificate_wish wish = {.kind = CERTIFICATE_ECDSA,
		.common_name = "localhost",
		.names = {"localhost"},
		.from_unix = clock_unix() + (uint64_t)(from_days * (long)DAY),
		.until_unix = clock_unix() + (uint64_t)(until_days * (long)DAY),
		.plain_self_signed = self_signed};
	temporary(certificate_file);
	temporary(key_file);
	CHECK(certificate_make(&wish, &made, &why));
	CHECK(certificate_write(&made, certificate_file, &why));
	/* a key goes into a file of its own, and into none that somebody else may have open */
	CHECK(!certificate_write_key(&made, key_file, &why));
	CHECK(contains(why.text, "cannot be written: File exists"));
	sentence_set(&why, "%s", "");
	unlink(key_file);
	mode_t mask = umask(0277);
	CHECK(certificate_write_key(&made, key_file, &why));
	umask(mask);
	CHECK(stat(key_file, &about) == 0 && (about.st_mode & 07777) == 0600);
	certificate_free(&made);
	struct tls_server_settings settings = {
		.certificate_file = certificate_file, .key_file = key_file};
	struct tls_server *server = tls_server_new(&memory_standard, &settings, &why);
	CHECK_TEXT(why.text, "");
	unlink(certificate_file);
	unlink(key_file);
	return server;
}

static struct tls_server *serve_priority(const char *priority)
{
	struct sentence why = {""};
	struct tls_server_settings settings = {.priority = priority, .host = "mail.example.net"};
	struct tls_server *server = tls_server_new(&memory_standard, &settings, &why);
	CHECK_TEXT(why.text, "");
	return server;
}

/* Whichever test is run first, and alone, finds them. */
static bool have_servers(void)
{
	struct sentence why = {""};
	if (servers[MADE] != NULL)
		return true;
	servers[MADE] = serve_priority(NULL);
	servers[EXPIRED] = serve_certificate(true, -20, -2);
	servers[NOT_YET] = serve_certificate(true, 3, 20);
	servers[SELF_SIGNED] = serve_certificate(true, -1, 20);
	servers[ONLY_1_3] = serve_priority("NORMAL:-VERS-ALL:+VERS-TLS1.3");
	servers[ONLY_1_2] = serve_priority("NORMAL:-VERS-ALL:+VERS-TLS1.2");
	servers[ONLY_GCM] = serve_priority("NORMAL:-CIPHER-ALL:+AES-256-GCM");
	for (int i = 0; i < SERVER_KINDS; i++) {
		if (!CHECK(servers[i] != NULL))
			return false;
	}
	trust = tls_trust_new(&memory_standard, tls_server_ca_file(servers[MADE]), &why);
	CHECK_TEXT(why.text, "");
	return CHECK(trust != NULL);
}

static void servers_are_freed(void)
{
	char file[64];
	CHECK(have_servers());
	snprintf(file, sizeof file, "%s", tls_server_ca_file(servers[MADE]));
	CHECK(access(file, R_OK) == 0);
	for (int i = 0; i < SERVER_KINDS; i++)
		tls_server_free(servers[i]);
	tls_trust_free(trust);
	/* A temporary authority does not stay. */
	CHECK(access(file, R_OK) != 0);
	memset(servers, 0, sizeof servers);
}

/* ---- what is agreed on ---- */

static const struct {
	const char *name;
	const char *host;
	const char *priority;
	enum server_kind server;
	enum tls_check check;
	bool verified;
	const char *description;
	size_t exporter_len;
	size_t unique_len; /* up to TLS 1.2, and with EMS */
} agreed[] = {
	{"plain defaults", "localhost", NULL, MADE, TLS_CHECK_STRICT, true, "TLS1.3 ECDHE-", 32, 0},
	{"by the server's host", "mail.example.net", NULL, MADE, TLS_CHECK_STRICT, true, "TLS1.3",
		32, 0},
	{"the root's dot", "localhost.", NULL, MADE, TLS_CHECK_STRICT, true, "TLS1.3", 32, 0},
	{"other case", "LocalHost", NULL, MADE, TLS_CHECK_STRICT, true, "TLS1.3", 32, 0},
	{"IPv4", "127.0.0.1", NULL, MADE, TLS_CHECK_STRICT, true, "TLS1.3", 32, 0},
	{"IPv6", "::1", NULL, MADE, TLS_CHECK_STRICT, true, "TLS1.3", 32, 0},
	{"IPv6 in brackets", "[::1]", NULL, MADE, TLS_CHECK_STRICT, true, "TLS1.3", 32, 0},
	{"TLS 1.2 with EMS", "localhost", "NORMAL:-VERS-ALL:+VERS-TLS1.2", MADE, TLS_CHECK_STRICT,
		true, "TLS1.2 ECDHE-", 32, 12},
	{"TLS 1.2 without EMS", "localhost", "NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_SESSION_HASH", MADE,
		TLS_CHECK_STRICT, true, "TLS1.2 ECDHE-", 0, 0},
	{"2007: AES", "localhost", OLD ":+AES-256-CBC:+SHA1" NO_EXTENSIONS, MADE, TLS_CHECK_STRICT,
		true, "TLS1.0 RSA AES-256-CBC SHA1", 0, 0},
	{"2007: 3DES", "localhost", OLD ":+3DES-CBC:+SHA1" NO_EXTENSIONS, MADE, TLS_CHECK_STRICT,
		true, "TLS1.0 RSA 3DES-CBC SHA1", 0, 0},
	{"2007: RC4", "localhost", OLD ":+ARCFOUR-128:+MD5" NO_EXTENSIONS, MADE, TLS_CHECK_STRICT,
		true, "TLS1.0 RSA ARCFOUR-128 MD5", 0, 0},
	{"nobody looks", "mail.example.org", NULL, SELF_SIGNED, TLS_CHECK_NONE, false, "TLS1.3", 32,
		0},
	{"nobody looks, no name", NULL, NULL, EXPIRED, TLS_CHECK_NONE, false, "TLS1.3", 32, 0},
	{"asked, and taken", "mail.example.org", NULL, SELF_SIGNED, TLS_CHECK_ASK, false, "TLS1.3",
		32, 0},
	{"asked, and good", "localhost", NULL, MADE, TLS_CHECK_ASK, true, "TLS1.3", 32, 0},
};

static void handshakes_agree(void)
{
	for (size_t i = 0; have_servers() && i < sizeof agreed / sizeof *agreed; i++) {
		struct ends ends;
		struct sentence why = {""};
		struct tls_client_settings settings = {.name = agreed[i].host,
			.priority = agreed[i].priority,
			.check = agreed[i].check,
			.trust = trust};
		CHECK_CASE("%s", agreed[i].name);
		if (CHECK(open_ends(&ends, servers[agreed[i].server], &settings, &why))) {
			shake(&ends, 0);
			CHECK_INT(ends.client_result, TLS_OK);
			CHECK_INT(ends.server_result, TLS_OK);
			CHECK_TEXT(tls_why(ends.client), "");
			const struct player_tls *facts = tls_facts(ends.client);
			CHECK_INT(facts->verified, agreed[i].verified);
			CHECK(contains(facts->description, agreed[i].description));
			CHECK_INT(facts->exporter.len, agreed[i].exporter_len);
			CHECK_TEXT(tls_facts(ends.server)->description, facts->description);
			CHECK_OCTETS(tls_facts(ends.server)->exporter, facts->exporter);
			CHECK_INT(facts->unique.len, agreed[i].unique_len);
			CHECK_OCTETS(tls_facts(ends.server)->unique, facts->unique);
		}
		close_ends(&ends);
	}
}

static const struct {
	const char *name;
	const char *host;
	const char *priority;
	enum server_kind server;
	bool no_trust;
	const char *client_why, *server_why;
} refused[] = {
	{"wrong name", "mail.example.org", NULL, MADE, false,
		"the certificate is for mail.example.net, localhost, 127.0.0.1, ::1, ..., not for "
		"mail.example.org",
		"the client refuses the certificate"},
	{"wrong address", "127.0.0.2", NULL, MADE, false, ", not for 127.0.0.2",
		"the client refuses the certificate"},
	{"part of a name", "host", NULL, MADE, false, ", not for host", "the client refuses"},
	{"unknown authority", "localhost", NULL, MADE, true,
		"the certificate's authority is not trusted: CN=Authority of a test server",
		"the client refuses the certificate"},
	{"expired", "localhost", NULL, EXPIRED, false, "the certificate expired on 20",
		"client refuses"},
	{"not yet valid", "localhost", NULL, NOT_YET, false,
		"the certificate is not valid before 20", "client refuses"},
	{"self-signed", "localhost", NULL, SELF_SIGNED, false, "the certificate is self-signed",
		"client refuses"},
	{"everything at once", "mail.example.org", NULL, SELF_SIGNED, false,
		"self-signed; the certificate is for localhost, not for mail.example.org",
		"client refuses"},
	{"2007 checks names too", "mail.example.org", OLD ":+AES-256-CBC:+SHA1" NO_EXTENSIONS, MADE,
		false, ", not for mail.example.org", "client refuses"},
	{"version too old", "localhost", OLD ":+AES-256-CBC:+SHA1" NO_EXTENSIONS, ONLY_1_2, false,
		"the server accepts none of the offered TLS versions",
		"the client offered no TLS version that is accepted here"},
	{"version, another way", "localhost", "NORMAL:-VERS-ALL:+VERS-TLS1.2", ONLY_1_3, false,
		"the server accepts none of the offered TLS versions and cipher suites",
		"the client offered no TLS version and cipher suite that is accepted here"},
	{"cipher", "localhost", "NORMAL:-CIPHER-ALL:+CHACHA20-POLY1305", ONLY_GCM, false,
		"the server accepts none of the offered TLS versions and cipher suites",
		"the client offered no TLS version and cipher suite that is accepted here"},
	{"no RSA key", "localhost", OLD ":+AES-256-CBC:+SHA1" NO_EXTENSIONS, SELF_SIGNED, false,
		"the server accepts none of the offered TLS versions and cipher suites",
		"the client offered no TLS version and cipher suite that is accepted here"},
};

static void handshakes_are_refused(void)
{
	for (size_t i = 0; have_servers() && i < sizeof refused / sizeof *refused; i++) {
		struct ends ends;
		struct sentence why = {""};
		struct tls_client_settings settings = {.name = refused[i].host,
			.priority = refused[i].priority,
			.trust = refused[i].no_trust ? NULL : trust};
		CHECK_CASE("%s", refused[i].name);
		if (CHECK(open_ends(&ends, servers[refused[i].server], &settings, &why))) {
			shake(&ends, 0);
			CHECK_INT(ends.client_result, TLS_BROKEN);
			CHECK(contains(tls_why(ends.client), refused[i].client_why));
			/* With TLS 1.3 the server is up before it hears of it. */
			uint8_t octet;
			size_t got;
			if (ends.server_result == TLS_OK)
				CHECK_INT(tls_read(ends.server, &octet, 1, &got), TLS_BROKEN);
			CHECK(contains(tls_why(ends.server), refused[i].server_why));
			/* It stays refused. */
			CHECK_INT(tls_handshake(ends.client, 0), TLS_BROKEN);
		}
		close_ends(&ends);
	}
}

static void settings_that_cannot_be_are_refused(void)
{
	static const struct {
		const char *name, *priority, *why;
	} rows[] = {
		{NULL, NULL, "no name to check the server's certificate against"},
		{"", NULL, "no name to check the server's certificate against"},
		{"localhost", "NORMAL:-VERS-ALL:+VERS-SSL3.0",
			"this build cannot offer the TLS asked for"},
		{"localhost", "NONSENSE", "this build cannot offer the TLS asked for"},
	};
	for (size_t i = 0; have_servers() && i < sizeof rows / sizeof *rows; i++) {
		struct ends ends;
		struct sentence why = {""};
		struct tls_client_settings settings = {
			.name = rows[i].name, .priority = rows[i].priority, .trust = trust};
		CHECK_CASE("row %zu", i);
		CHECK(!open_ends(&ends, servers[MADE], &settings, &why));
		CHECK(contains(why.text, rows[i].why));
		close_ends(&ends);
	}
	struct sentence why = {""};
	CHECK(tls_trust_new(&memory_standard, "/nowhere/at/all.pem", &why) == NULL);
	CHECK(contains(why.text, "no trusted certificates could be read from /nowhere/at/all.pem"));
	struct tls_server_settings half = {.certificate_file = "/nowhere/at/all.pem"};
	CHECK(tls_server_new(&memory_standard, &half, &why) == NULL);
	CHECK_TEXT(why.text, "a certificate needs its key, and a key its certificate");
	half.key_file = "/nowhere/key.pem";
	CHECK(tls_server_new(&memory_standard, &half, &why) == NULL);
	CHECK(contains(
		why.text, "certificate /nowhere/at/all.pem and key /nowhere/key.pem cannot"));
}

/* ---- the peer speaks something else, or nothing ---- */

static void peers_without_tls_are_recognised(void)
{
	static const struct {
		bool to_client;
		const char *octets, *why;
	} rows[] = {
		{true, "220 mail.example.org ESMTP\r\n", "the server does not speak TLS here"},
		{true, "5", "the server does not speak TLS here"},
		{true, "", "the connection was closed during the TLS handshake"},
		{true, "\x15\x03\x01", "the connection was closed during the TLS handshake"},
		{false, "EHLO [192.0.2.7]\r\n", "the client does not speak TLS here"},
		{false, "", "the connection was closed during the TLS handshake"},
	};
	for (size_t i = 0; have_servers() && i < sizeof rows / sizeof *rows; i++) {
		struct ends ends;
		struct sentence why = {""};
		struct tls_client_settings settings = {.name = "localhost", .trust = trust};
		CHECK_CASE("row %zu", i);
		CHECK(open_ends(&ends, servers[MADE], &settings, &why));
		struct tls *tls = rows[i].to_client ? ends.client : ends.server;
		int peer = ends.descriptors[rows[i].to_client ? 1 : 0];
		CHECK(send(peer, rows[i].octets, strlen(rows[i].octets), 0) >= 0);
		shutdown(peer, SHUT_WR);
		enum tls_result result = TLS_AGAIN;
		for (int turn = 0; turn < 10 && result == TLS_AGAIN; turn++)
			result = tls_handshake(tls, 0);
		CHECK_INT(result, TLS_BROKEN);
		CHECK_TEXT(tls_why(tls), rows[i].why);
		close_ends(&ends);
	}
}

/* ---- inside ---- */

static bool open_talk(struct ends *ends, const char *priority)
{
	struct sentence why = {""};
	struct tls_client_settings settings = {
		.name = "localhost", .trust = trust, .priority = priority};
	if (!have_servers() || !CHECK(open_ends(ends, servers[MADE], &settings, &why)))
		return false;
	shake(ends, 0);
	return CHECK_INT(ends->client_result, TLS_OK) && CHECK_INT(ends->server_result, TLS_OK);
}

static void ends_are_told_apart(void)
{
	static const char *const priorities[] = {NULL, OLD ":+AES-256-CBC:+SHA1" NO_EXTENSIONS};
	for (int i = 0; i < 4; i++) {
		struct ends ends = {.descriptors = {-1, -1}};
		struct octets hello = octets_of("EHLO client.example.org\r\n");
		uint8_t heard[100];
		size_t count;
		bool bye = i % 2 == 0;
		CHECK_CASE(
			"%s, %s bye", i / 2 == 0 ? "TLS 1.3" : "TLS 1.0", bye ? "with" : "without");
		if (open_talk(&ends, priorities[i / 2])) {
			CHECK_INT(tls_write(ends.client, &hello, 1, &count), TLS_OK);
			CHECK_INT(count, hello.len);
			if (bye)
				CHECK_INT(tls_bye(ends.client), TLS_OK);
			shutdown(ends.descriptors[0], SHUT_WR);
			CHECK_INT(tls_read(ends.server, heard, sizeof heard, &count), TLS_OK);
			CHECK_OCTETS(octets_make(heard, count), hello);
			CHECK_INT(tls_read(ends.server, heard, sizeof heard, &count),
				bye ? TLS_ENDED : TLS_TRUNCATED);
		}
		close_ends(&ends);
	}
}

/* A megabyte through a pipe that is always full: no octet lost, doubled or moved. */
static void blocked_writes_go_on_where_they_stopped(void)
{
	enum { LEN = 1 << 20 };
	static uint8_t out[LEN], in[LEN + 1];
	struct ends ends = {.descriptors = {-1, -1}};
	size_t sent = 0, got = 0, taken, count;
	unsigned int blocked = 0;
	for (size_t i = 0; i < LEN; i++)
		out[i] = (uint8_t)(i * 7 + (i >> 8));
	if (!open_talk(&ends, NULL))
		return;
	for (int turn = 0; turn < 100000 && got < LEN; turn++) {
		/* Three pieces of odd sizes, so that records are gathered from several. */
		struct octets rest = octets_make(out + sent, LEN - sent);
		struct octets pieces[3] = {octets_cut(rest, 1001),
			octets_cut(octets_from(rest, 1001), 9000), octets_from(rest, 10001)};
		enum tls_result result = tls_write(ends.client, pieces, 3, &taken);
		blocked += result == TLS_AGAIN;
		sent += taken;
		if (result == TLS_AGAIN || sent == LEN) {
			while (tls_read(ends.server, in + got, LEN + 1 - got, &count) == TLS_OK)
				got += count;
		}
	}
	CHECK_INT(got, LEN);
	CHECK(memcmp(in, out, LEN) == 0);
	CHECK(blocked > 0);
	close_ends(&ends);
}

static void what_came_is_read_after_a_write_failed(void)
{
	struct ends ends = {.descriptors = {-1, -1}};
	struct octets early = octets_of("421 4.3.2 going down\r\n"), body = octets_of("a line\r\n");
	uint8_t heard[100];
	size_t count;
	if (!open_talk(&ends, NULL))
		return;
	CHECK_INT(tls_write(ends.server, &early, 1, &count), TLS_OK);
	tcp_close(ends.descriptors[1]);
	ends.descriptors[1] = -1;
	CHECK_INT(tls_write(ends.client, &body, 1, &count), TLS_BROKEN);
	CHECK_TEXT(tls_why(ends.client), "the connection was lost while writing");
	CHECK_INT(tls_read(ends.client, heard, sizeof heard, &count), TLS_OK);
	CHECK_OCTETS(octets_make(heard, count), early);
	close_ends(&ends);
}

static void sessions_are_resumed_only_as_far_as_they_were_checked(void)
{
	static const struct {
		enum tls_check first, second;
		const char *second_name;
		bool resumed, verified;
	} rows[] = {
		{TLS_CHECK_STRICT, TLS_CHECK_STRICT, "localhost", true, true},
		{TLS_CHECK_NONE, TLS_CHECK_NONE, "localhost", true, false},
		{TLS_CHECK_NONE, TLS_CHECK_STRICT, "localhost", false, true},
		{TLS_CHECK_STRICT, TLS_CHECK_STRICT, "mail.example.net", false, true},
	};
	for (size_t i = 0; have_servers() && i < sizeof rows / sizeof *rows; i++) {
		struct ends ends;
		struct sentence why = {""};
		struct tls_resumption *resumption = tls_resumption_new(&memory_standard);
		struct tls_client_settings settings = {.name = "localhost",
			.trust = trust,
			.check = rows[i].first,
			.resumption = resumption};
		CHECK_CASE("row %zu", i);
		for (int turn = 0; turn < 2; turn++) {
			struct octets word = octets_of("x");
			uint8_t heard;
			size_t count;
			if (!CHECK(open_ends(&ends, servers[MADE], &settings, &why)))
				break;
			shake(&ends, 0);
			CHECK_INT(ends.client_result, TLS_OK);
			/* The ticket comes along with the first octets. */
			CHECK_INT(tls_write(ends.server, &word, 1, &count), TLS_OK);
			CHECK_INT(tls_read(ends.client, &heard, 1, &count), TLS_OK);
			bool resumed = gnutls_session_is_resumed(ends.client->session) != 0;
			CHECK_INT(resumed, turn == 1 && rows[i].resumed);
			if (turn == 1)
				CHECK_INT(tls_facts(ends.client)->verified, rows[i].verified);
			close_ends(&ends);
			settings.check = rows[i].second;
			settings.name = rows[i].second_name;
		}
		tls_resumption_free(resumption);
	}
}

static void a_person_thinks_about_the_certificate(void)
{
	struct ends ends;
	struct sentence why = {""};
	struct tls_client_settings settings = {
		.name = "localhost", .check = TLS_CHECK_ASK, .ask_ms = 7000, .trust = NULL};
	if (!have_servers() || !CHECK(open_ends(&ends, servers[MADE], &settings, &why)))
		return;
	shake(&ends, 1000);
	CHECK_INT(ends.client_result, TLS_AGAIN);
	CHECK_INT(tls_deadline_ms(ends.client), 8000);
	CHECK_INT(tls_handshake(ends.client, 7999), TLS_AGAIN);
	CHECK_INT(tls_deadline_ms(ends.client), 8000);
	shake(&ends, 8000);
	CHECK_INT(ends.client_result, TLS_OK);
	CHECK_INT(ends.server_result, TLS_OK);
	CHECK(!tls_facts(ends.client)->verified);
	close_ends(&ends);
}

/* GnuTLS gives every full handshake an id, with or without tickets. */
static void session_ids_are_issued(void)
{
	static const char *const priorities[] = {
		NULL, "NORMAL:-VERS-ALL:+VERS-TLS1.2", OLD ":+AES-256-CBC:+SHA1" NO_EXTENSIONS};
	struct sentence why = {""};
	struct tls_server_settings bare = {.no_resumption = true};
	struct tls_server *server = tls_server_new(&memory_standard, &bare, &why);
	for (size_t i = 0; CHECK(server != NULL) && i < 3; i++) {
		struct ends ends;
		struct tls_client_settings settings = {.name = "localhost",
			.check = TLS_CHECK_NONE,
			.priority = priorities[i],
			.needs_session_id = true};
		CHECK_CASE("priority %zu", i);
		if (CHECK(open_ends(&ends, server, &settings, &why))) {
			shake(&ends, 0);
			CHECK_INT(ends.client_result, TLS_OK);
		}
		close_ends(&ends);
	}
	tls_server_free(server);
}

#define TESTS(T)                                                                                   \
	T(handshakes_agree)                                                                        \
	T(handshakes_are_refused)                                                                  \
	T(settings_that_cannot_be_are_refused)                                                     \
	T(peers_without_tls_are_recognised)                                                        \
	T(ends_are_told_apart)                                                                     \
	T(blocked_writes_go_on_where_they_stopped)                                                 \
	T(what_came_is_read_after_a_write_failed)                                                  \
	T(sessions_are_resumed_only_as_far_as_they_were_checked)                                   \
	T(session_ids_are_issued)                                                                  \
	T(a_person_thinks_about_the_certificate)                                                   \
	T(servers_are_freed)
CHECK_MAIN("tls", TESTS)

/*
 * SCRAM-SHA-256-PLUS from msub_submit() over sockets and TLS to GNU SASL's own server: the login is
 * bound to the connection on which it is made, and worth nothing on another one.
 */
#include "base64.h"
#include "check.h"
#include "office.h"
#include "tls_ends.h"

#include <gsasl.h>

enum { TEXT_ROOM = 1024 };

/* What a server does otherwise than it should. */
enum twist { NO_TWIST, IN_BETWEEN, SIGNS_WRONGLY, PROVES_NOTHING, ANOTHER_PASSWORD };

struct clerk {
	enum twist twist;
	const char *iterations;
	Gsasl *sasl;
	Gsasl_session *session; /* NULL: nobody logs in */
	/* A connection of somebody in between to the server that the client meant: it is this one
	 * that the server sees. */
	struct tls_ends beyond;
	bool over; /* the client has proven himself, and hears the server's proof */
	char first[TEXT_ROOM], reply[TEXT_ROOM];
	int logins, refusals;
};

/* ---- the server's side ---- */

static void set_binding(
	Gsasl_session *session, Gsasl_property property, const struct octets *binding)
{
	struct buffer text;
	buffer_init(&text, &memory_standard, TEXT_ROOM);
	if (binding->len > 0 && base64_encode(&text, *binding))
		gsasl_property_set(session, property, buffer_string(&text));
	buffer_free(&text);
}

static bool begin(struct clerk *clerk, const struct tls *tls)
{
	const struct player_tls *facts =
		tls_facts(clerk->twist == IN_BETWEEN ? clerk->beyond.server : tls);
	if (gsasl_server_start(clerk->sasl, "SCRAM-SHA-256-PLUS", &clerk->session) != GSASL_OK)
		return false;
	gsasl_property_set(clerk->session, GSASL_PASSWORD,
		clerk->twist == ANOTHER_PASSWORD ? "crayon" : "pencil");
	gsasl_property_set(clerk->session, GSASL_SCRAM_ITER, clerk->iterations);
	gsasl_property_set(clerk->session, GSASL_SCRAM_SALT, "QSXCR+Q6sek8bf92");
	set_binding(clerk->session, GSASL_CB_TLS_EXPORTER, &facts->exporter);
	set_binding(clerk->session, GSASL_CB_TLS_UNIQUE, &facts->unique);
	return true;
}

static void end(struct clerk *clerk)
{
	gsasl_finish(clerk->session);
	clerk->session = NULL;
}

/* A signature of nobody's. */
static void forge(struct buffer *answer)
{
	buffer_clear(answer);
	buffer_append_text(answer, "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
}

static const char *reply_to(struct clerk *clerk, int result, char *out, size_t len)
{
	struct buffer answer, text;
	buffer_init(&answer, &memory_standard, TEXT_ROOM);
	buffer_init(&text, &memory_standard, TEXT_ROOM);
	buffer_append(&answer, out, len);
	clerk->over = result == GSASL_OK;
	if (clerk->over && clerk->twist == SIGNS_WRONGLY)
		forge(&answer);
	base64_encode(&text, buffer_octets(&answer));
	snprintf(clerk->reply, sizeof clerk->reply, "334 %s\r\n", buffer_string(&text));
	buffer_free(&answer);
	buffer_free(&text);
	gsasl_free(out);
	return clerk->reply;
}

static const char *refuse(struct clerk *clerk)
{
	clerk->refusals++;
	end(clerk);
	return "535 5.7.8 no\r\n";
}

static const char *welcome(struct clerk *clerk)
{
	clerk->logins++;
	end(clerk);
	return "235 welcome\r\n";
}

static const char *hear(struct clerk *clerk, const char *line)
{
	struct buffer said;
	char *out = NULL;
	size_t len = 0;
	if (clerk->over)
		return line[0] == 0 ? welcome(clerk) : refuse(clerk);
	buffer_init(&said, &memory_standard, TEXT_ROOM);
	bool good = base64_decode(&said, octets_of(line));
	if (clerk->first[0] == 0)
		snprintf(clerk->first, sizeof clerk->first, "%s", buffer_string(&said));
	int result =
		!good ? GSASL_BASE64_ERROR
		      : gsasl_step(clerk->session, (const char *)said.at, said.len, &out, &len);
	buffer_free(&said);
	if (result != GSASL_OK && result != GSASL_NEEDS_MORE)
		return refuse(clerk);
	if (clerk->twist != PROVES_NOTHING || result != GSASL_OK)
		return reply_to(clerk, result, out, len);
	gsasl_free(out);
	return welcome(clerk);
}

static const char *answer(void *context, const char *line, const struct tls *tls)
{
	static const char auth[] = "AUTH SCRAM-SHA-256-PLUS ";
	struct clerk *clerk = context;
	if (clerk->session != NULL)
		return hear(clerk, line);
	if (strncmp(line, auth, sizeof auth - 1) != 0)
		return NULL;
	clerk->over = false;
	return begin(clerk, tls) ? hear(clerk, line + sizeof auth - 1) : "454 not now\r\n";
}

/* ---- the client's side ---- */

#define TLS_1_3 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define TLS_1_2 "NORMAL:-VERS-ALL:+VERS-TLS1.2"

static const struct row {
	const char *name, *priority;
	enum twist twist;
	const char *iterations, *binding;
	enum msub_error error;
	int logins, refusals; /* as the server sees it */
	bool alone;	      /* no other mechanism is offered */
} rows[] = {
	{"TLS 1.3", TLS_1_3, NO_TWIST, "4096", "p=tls-exporter,,", MSUB_OK, 1, 0, false},
	{"TLS 1.2", TLS_1_2, NO_TWIST, "4096", "p=tls-unique,,", MSUB_OK, 1, 0, false},
	/* somebody in between with a certificate that the client takes */
	{"in between, TLS 1.3", TLS_1_3, IN_BETWEEN, "4096", "p=tls-exporter,,", MSUB_AUTH_REFUSED,
		0, 1, false},
	{"in between, TLS 1.2", TLS_1_2, IN_BETWEEN, "4096", "p=tls-unique,,", MSUB_AUTH_REFUSED, 0,
		1, false},
	{"another password", TLS_1_3, ANOTHER_PASSWORD, "4096", "p=tls-exporter,,",
		MSUB_AUTH_REFUSED, 0, 1, false},
	/* what follows is the client's own, who breaks off */
	{"wrong signature", TLS_1_3, SIGNS_WRONGLY, "4096", "p=tls-exporter,,", MSUB_AUTH_UNPROVEN,
		0, 1, false},
	{"no signature", TLS_1_2, PROVES_NOTHING, "4096", "p=tls-unique,,", MSUB_AUTH_UNPROVEN, 1,
		0, false},
	{"too many iterations", TLS_1_3, NO_TWIST, "1000001", "p=tls-exporter,,", MSUB_AUTH_REFUSED,
		0, 1, true},
};

static void submit(const struct row *row, const struct office *office)
{
	struct msub_settings settings;
	struct msub_message *message;
	struct msub_failure failure;
	msub_settings_init(&settings);
	settings.host = "127.0.0.1";
	settings.port = office->port;
	settings.tls = MSUB_TLS_IMPLICIT;
	settings.trust_anyone = true;
	settings.priority = row->priority;
	settings.user = "user";
	settings.password = "pencil";
	settings.timeouts.whole_ms = 20000;
	CHECK_INT(msub_message_new(&message, NULL), MSUB_OK);
	CHECK_INT(msub_message_add_recipient(message, "ann@example.net"), MSUB_OK);
	CHECK_INT(msub_message_content(message, "a\r\n", 3), MSUB_OK);
	enum msub_error error = msub_submit(&settings, &message, 1, &failure);
	if (!CHECK_TEXT(msub_error_name(error), msub_error_name(row->error)))
		fprintf(stderr, "  %s\n", failure.text);
	CHECK_INT(msub_message_count(message, MSUB_ACCEPTED), row->error == MSUB_OK);
	msub_message_free(message);
}

/* A handshake of its own: the connection that the server beyond has. */
static bool open_beyond(struct clerk *clerk, const struct row *row, const struct tls_peer *peer)
{
	struct tls_client_settings settings = {
		.name = "beyond.example", .check = TLS_CHECK_NONE, .priority = row->priority};
	struct sentence why;
	return row->twist != IN_BETWEEN || CHECK(ends_agree(&clerk->beyond, peer, &settings, &why));
}

static void play(const struct row *row, struct tls_server *server, const struct tls_peer *peer)
{
	const char *hello = row->alone ? "250-office\r\n250 AUTH SCRAM-SHA-256-PLUS\r\n"
				       : "250-office\r\n250 AUTH SCRAM-SHA-256-PLUS PLAIN\r\n";
	struct clerk clerk = {.twist = row->twist,
		.iterations = row->iterations,
		.beyond = {.descriptors = {-1, -1}}};
	struct office office = {.tls_mode = MSUB_TLS_IMPLICIT,
		.tls_server = server,
		.hello = {hello, hello},
		.clerk = answer,
		.clerk_context = &clerk};
	CHECK_CASE("%s", row->name);
	CHECK_INT(gsasl_init(&clerk.sasl), GSASL_OK);
	if (open_beyond(&clerk, row, peer) && office_open(&office)) {
		submit(row, &office);
		office_close(&office);
	}
	CHECK_INT(clerk.logins, row->logins);
	CHECK_INT(clerk.refusals, row->refusals);
	CHECK_INT(office.messages, row->error == MSUB_OK);
	clerk.first[strlen(row->binding)] = 0;
	CHECK_TEXT(clerk.first, row->binding);
	ends_close(&clerk.beyond);
	end(&clerk);
	gsasl_done(clerk.sasl);
}

static void a_login_is_bound_to_its_connection(void)
{
	static const char *const names[CERTIFICATE_NAMES] = {"beyond.example"};
	const struct tls_server_settings settings = {.host = "localhost"};
	struct sentence why = {""};
	struct certificate authority = {0}, leaf = {0};
	struct tls_peer peer;
	struct tls_server *server = tls_server_new(&memory_standard, &settings, &why);
	if (!CHECK(server != NULL) || !CHECK(peer_certificate(&authority, NULL, names)) ||
		!CHECK(peer_certificate(&leaf, &authority, names)) ||
		!CHECK(peer_open(&peer, &leaf, &authority)))
		return;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		play(&rows[i], server, &peer);
	peer_close(&peer);
	certificate_free(&leaf);
	certificate_free(&authority);
	tls_server_free(server);
}

#define TESTS(T) T(a_login_is_bound_to_its_connection)
CHECK_MAIN("scram_plus", TESTS)

/* Tests of client/look: what msub_look() sees of a small server in a thread on loopback. */
#include "check.h"
#include "failing_memory.h"
#include "msub.h"
#include "office.h"

static const char clear_hello[] =
	"250-office \x1b[31m\r\n250-STARTTLS\r\n250-SIZE 1000\r\n250 X-CLEAR\r\n";
static const char inside_hello[] =
	"250-office\r\n250-AUTH PLAIN LOGIN\r\n250-AUTH=PLAIN CRAM-MD5\r\n250 8BITMIME\r\n";

static struct tls_server *tls_server, *other_server;

static bool have_servers(void)
{
	if (tls_server == NULL)
		tls_server =
			tls_server_new(&memory_standard, &(struct tls_server_settings){0}, NULL);
	if (other_server == NULL)
		other_server =
			tls_server_new(&memory_standard, &(struct tls_server_settings){0}, NULL);
	return CHECK(tls_server != NULL && other_server != NULL);
}

static struct msub_settings settings_for(const struct office *office)
{
	struct msub_settings settings;
	msub_settings_init(&settings);
	settings.host = "127.0.0.1";
	settings.port = office->port;
	settings.tls = office->tls_mode;
	settings.timeouts.whole_ms = 10000;
	return settings;
}

/* Lines with | between them. */
static const char *joined(const char *const *lines, char text[1024])
{
	size_t len = 0;
	text[0] = 0;
	for (size_t i = 0; lines[i] != NULL && len < 1024; i++)
		len += (size_t)snprintf(
			text + len, 1024 - len, "%s%s", i == 0 ? "" : "|", lines[i]);
	return text;
}

enum trust { TRUST_OURS, TRUST_OTHER, TRUST_ANYONE };

static const struct {
	const char *name;
	enum msub_tls tls;
	enum trust trust;
	const char *user;
	enum msub_error error;
	const char *clear, *inside, *mechanisms;
	bool logged_in, verified, has_certificate;
	const char *version; /* begins with it */
	const char *words;   /* in the failure's text, or in why it is not verified */
} rows[] = {
	{"in clear", MSUB_TLS_NONE, TRUST_OURS, NULL, MSUB_OK,
		"office \\x1B[31m|STARTTLS|SIZE 1000|X-CLEAR", "", "", false, false, false, "", ""},
	{"STARTTLS", MSUB_TLS_STARTTLS, TRUST_OURS, NULL, MSUB_OK,
		"office \\x1B[31m|STARTTLS|SIZE 1000|X-CLEAR",
		"office|AUTH PLAIN LOGIN|AUTH=PLAIN CRAM-MD5|8BITMIME", "PLAIN LOGIN CRAM-MD5",
		false, true, true, "TLS1.", ""},
	{"implicit, with a login", MSUB_TLS_IMPLICIT, TRUST_OURS, "ann", MSUB_OK, "",
		"office|AUTH PLAIN LOGIN|AUTH=PLAIN CRAM-MD5|8BITMIME", "PLAIN LOGIN CRAM-MD5",
		true, true, true, "TLS1.", ""},
	{"unknown authority", MSUB_TLS_STARTTLS, TRUST_OTHER, "ann", MSUB_TLS,
		"office \\x1B[31m|STARTTLS|SIZE 1000|X-CLEAR", "", "", false, false, true, "",
		"certificate"},
	{"unknown authority, anyone is trusted", MSUB_TLS_IMPLICIT, TRUST_ANYONE, NULL, MSUB_OK, "",
		"office|AUTH PLAIN LOGIN|AUTH=PLAIN CRAM-MD5|8BITMIME", "PLAIN LOGIN CRAM-MD5",
		false, false, true, "TLS1.", "certificate"},
};

static void check_certificate(const struct msub_server *server, bool there)
{
	char names[1024];
	const struct msub_certificate *certificate = &server->certificate;
	CHECK_INT(certificate->subject[0] != 0, there);
	CHECK_INT(certificate->until_unix > certificate->from_unix, there);
	CHECK_INT(strlen(certificate->sha256), there ? 95 : 0);
	CHECK_INT(strlen(certificate->sha1), there ? 59 : 0);
	CHECK_INT(strlen(certificate->key_sha256), there ? 95 : 0);
	CHECK(!there || strcmp(certificate->sha256, certificate->key_sha256) != 0);
	if (there) {
		CHECK_TEXT(certificate->issuer, "CN=Authority of a test server");
		CHECK_TEXT(joined(certificate->names, names), "localhost|127.0.0.1|::1");
	}
}

static void look_at(struct office *office, size_t row)
{
	struct msub_settings settings = settings_for(office);
	struct msub_server server;
	struct msub_failure failure;
	char lines[1024];
	settings.trust_anyone = rows[row].trust == TRUST_ANYONE;
	settings.trust_file =
		tls_server_ca_file(rows[row].trust == TRUST_OURS ? tls_server : other_server);
	settings.user = rows[row].user;
	settings.password = "secret";
	CHECK_INT(msub_look(&settings, &server, &failure), rows[row].error);
	CHECK_INT(failure.error, rows[row].error);
	const char *words = rows[row].error == MSUB_OK ? server.unverified : failure.text;
	if (strstr(words, rows[row].words) == NULL)
		CHECK_TEXT(words, rows[row].words);
	CHECK_TEXT(joined(server.clear, lines), rows[row].clear);
	CHECK_TEXT(joined(server.inside, lines), rows[row].inside);
	CHECK_TEXT(server.mechanisms, rows[row].mechanisms);
	CHECK_INT(server.logged_in, rows[row].logged_in);
	CHECK_INT(server.verified, rows[row].verified);
	CHECK(strncmp(server.tls_version, rows[row].version, strlen(rows[row].version)) == 0);
	CHECK_INT(server.tls_cipher[0] != 0, rows[row].version[0] != 0);
	CHECK_INT(server.tls_key_exchange[0] != 0, rows[row].version[0] != 0);
	if (rows[row].error == MSUB_OK) {
		CHECK_INT(server.greeting_code, 220);
		CHECK_TEXT(server.greeting, "office");
	}
	check_certificate(&server, rows[row].has_certificate);
	msub_server_free(&server);
	CHECK(server.greeting == NULL);
	msub_server_free(&server);
}

static void what_a_server_shows_is_told(void)
{
	for (size_t i = 0; have_servers() && i < sizeof rows / sizeof *rows; i++) {
		struct office office = {.tls_mode = rows[i].tls,
			.tls_server = tls_server,
			.hello = {clear_hello, inside_hello}};
		CHECK_CASE("%s", rows[i].name);
		if (!office_open(&office))
			return;
		look_at(&office, i);
		office_close(&office);
		CHECK_INT(office.connections, 1);
		CHECK_INT(office.messages, 0);
	}
}

static void what_cannot_be_looked_at_is_told(void)
{
	static const struct {
		const char *host;
		const char *hello;
		const char *trust_file;
		enum msub_error error;
		const char *words;
	} bad[] = {
		{NULL, NULL, NULL, MSUB_SETTINGS, "host"},
		{"127.0.0.1", "a b", NULL, MSUB_SETTINGS, "hello"},
		{"127.0.0.1", NULL, "/nowhere/x.pem", MSUB_SETTINGS,
			"trust_file: no trusted certificates could be read from /nowhere/x.pem"},
		{"127.0.0.1", NULL, NULL, MSUB_CONNECT, "refused"},
	};
	struct office office = {.tls_mode = MSUB_TLS_IMPLICIT};
	if (!have_servers() || !office_open(&office))
		return;
	office_close(&office); /* nobody listens on this port any more */
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct msub_settings settings = settings_for(&office);
		struct msub_server server;
		struct msub_failure failure;
		settings.host = bad[i].host;
		settings.hello = bad[i].hello;
		settings.trust_file = bad[i].trust_file != NULL ? bad[i].trust_file
								: tls_server_ca_file(tls_server);
		CHECK_CASE("row %zu", i);
		CHECK_INT(msub_look(&settings, &server, &failure), bad[i].error);
		if (strstr(failure.text, bad[i].words) == NULL)
			CHECK_TEXT(failure.text, bad[i].words);
		CHECK_TEXT(server.greeting, "");
		CHECK(server.clear[0] == NULL && server.inside[0] == NULL);
		check_certificate(&server, false);
		msub_server_free(&server);
	}
}

static int lines_heard;

static void hear(void *context, enum msub_spoken spoken, const char *text)
{
	(void)context;
	(void)text;
	lines_heard += spoken == MSUB_HEARD;
}

/* One look with one allocation failing; returns how many there were. */
static size_t look_with_failure(struct office *office, size_t fail_at)
{
	struct failing_memory failing;
	struct msub_server server;
	failing_memory_init(&failing, fail_at);
	struct msub_memory memory = {failing.memory.resize, failing.memory.context};
	struct msub_settings settings = settings_for(office);
	settings.memory = &memory;
	settings.trust_file = tls_server_ca_file(tls_server);
	settings.transcript = hear;
	enum msub_error error = msub_look(&settings, &server, NULL);
	if (fail_at == 0)
		CHECK_INT(error, MSUB_OK);
	msub_server_free(&server);
	CHECK_INT(failing.live, 0);
	return failing.count;
}

static void each_allocation_may_fail(void)
{
	struct office office = {.tls_mode = MSUB_TLS_IMPLICIT};
	if (!have_servers())
		return;
	office.tls_server = tls_server;
	if (!office_open(&office))
		return;
	size_t count = look_with_failure(&office, 0);
	CHECK_INT(lines_heard, 3); /* greeting, EHLO, QUIT: the caller's own transcript goes on */
	for (size_t i = 1; i <= count; i++) {
		CHECK_CASE("allocation %zu of %zu fails", i, count);
		look_with_failure(&office, i);
	}
	office_close(&office);
	CHECK(count > 10);
}

static void servers_are_freed(void)
{
	CHECK(have_servers());
	tls_server_free(tls_server);
	tls_server_free(other_server);
	tls_server = other_server = NULL;
}

#define TESTS(T)                                                                                   \
	T(what_a_server_shows_is_told)                                                             \
	T(what_cannot_be_looked_at_is_told)                                                        \
	T(each_allocation_may_fail)                                                                \
	T(servers_are_freed)
CHECK_MAIN("look", TESTS)

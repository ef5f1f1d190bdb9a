/* server_url: schemes, hosts and ports. */
#include "check.h"
#include "server_url.h"

static void urls_are_read(void)
{
	static const struct {
		const char *text;
		enum phone_security security;
		const char *host;
		uint16_t port;
	} rows[] = {
		{"smtp://mail.example.org", PHONE_PLAIN, "mail.example.org", 25},
		{"smtp://mail.example.org:2525", PHONE_PLAIN, "mail.example.org", 2525},
		{"SMTP://192.0.2.7/", PHONE_PLAIN, "192.0.2.7", 25},
		{"smtp+starttls://mail.example.org", PHONE_STARTTLS, "mail.example.org", 587},
		{"smtps://mail.example.org", PHONE_TLS, "mail.example.org", 465},
		{"smtps://[2001:db8::7]:4650", PHONE_TLS, "2001:db8::7", 4650},
		{"smtp://[::1]", PHONE_PLAIN, "::1", 25},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct server_url url;
		struct sentence why = {""};
		CHECK_CASE("%s", rows[i].text);
		if (!CHECK(server_url_parse(&url, rows[i].text, &why)))
			continue;
		CHECK_INT(url.security, rows[i].security);
		CHECK_TEXT(url.host, rows[i].host);
		CHECK_INT(url.port, rows[i].port);
	}
}

static void what_is_no_server_is_refused_with_a_sentence(void)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"", "write smtp://HOST:PORT"},
		{"mail.example.org", "write smtp://HOST:PORT"},
		{"http://mail.example.org", "write smtp://HOST:PORT"},
		{"smtp://", "write smtp://HOST:PORT"},
		{"smtp://:25", "write smtp://HOST:PORT"},
		{"smtp://host:0", "write smtp://HOST:PORT"},
		{"smtp://host:65536", "write smtp://HOST:PORT"},
		{"smtp://host:smtp", "write smtp://HOST:PORT"},
		{"smtp://me:secret@host", "--password-file"},
		{"smtp://host/path", "nothing more"},
		{"smtp://host?x", "nothing more"},
		{"smtp://\x1b[2J", "\\x1B"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct server_url url;
		struct sentence why = {""};
		CHECK_CASE("%s", rows[i].text);
		CHECK(!server_url_parse(&url, rows[i].text, &why));
		if (!CHECK(strstr(why.text, rows[i].says) != NULL))
			fprintf(stderr, "  said: %s\n", why.text);
	}
}

#define TESTS(T) T(urls_are_read) T(what_is_no_server_is_refused_with_a_sentence)
CHECK_MAIN("server url", TESTS)

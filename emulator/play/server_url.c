/* server_url: three schemes, a host, perhaps a port. */
#include "server_url.h"

#include <string.h>

static const struct {
	const char *scheme;
	enum phone_security security;
	uint16_t port;
} schemes[] = {
	{"smtp://", PHONE_PLAIN, 25},
	{"smtp+starttls://", PHONE_STARTTLS, 587},
	{"smtps://", PHONE_TLS, 465},
};

bool server_url_parse(struct server_url *url, const char *text, struct sentence *why)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t len = strlen(schemes[i].scheme);
		if (!octets_start_nocase(octets_of(text), schemes[i].scheme))
			continue;
		char authority[ENDPOINT_HOST + 16];
		size_t rest = strlen(text + len);
		if (rest > 0 && text[len + rest - 1] == '/')
			rest--; /* "smtp://host/" is how browsers write it */
		if (octets_contain(octets_make(text + len, rest), "@/?#")) {
			sentence_set(why, "a server URL is SCHEME://HOST:PORT and nothing more; "
					  "say who you are with --user and --password-file");
			return false;
		}
		if (rest >= sizeof authority)
			break;
		memcpy(authority, text + len, rest);
		authority[rest] = 0;
		url->security = schemes[i].security;
		if (endpoint_split(authority, schemes[i].port, url->host, &url->port) &&
			url->port != 0)
			return true;
		break;
	}
	sentence_set(why, "\"");
	sentence_add_foreign(why, octets_of(text));
	sentence_add(why, "\" is no server; write smtp://HOST:PORT, smtp+starttls://HOST:PORT or "
			  "smtps://HOST:PORT");
	return false;
}

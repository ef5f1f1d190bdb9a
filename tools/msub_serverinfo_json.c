/*
 * serverinfo: the same for programs. What was not seen is null, or an empty array; texts of the
 * server are escaped as everywhere (msub.h, TEXT).
 *
 *   {"host": "mail.example.org", "port": 587, "greeting": {"code": 220, "text": "..."},
 *     "clear": ["mail.example.org", "STARTTLS"], "inside": ["mail.example.org", "AUTH PLAIN"],
 *     "mechanisms": ["PLAIN"],
 *     "tls": {"version": "TLS1.3", "cipher": "...", "key_exchange": "..."},
 *     "certificate": {"subject": "...", "issuer": "...", "names": ["mail.example.org"],
 *       "from": 1795470000, "until": 1803246000, "sha256": "AB:CD", "sha1": "...",
 *       "key_sha256": "...", "verified": true, "unverified": ""},
 *     "error": "OK", "phase": null, "trouble": ""}
 */
#include "msub_serverinfo.h"

#include <inttypes.h>
#include <string.h>

#include "msub.h"
#include "msub_words.h"

static bool is_there(const char *text)
{
	return text != NULL && *text != 0;
}

static void member(FILE *to, const char *front, const char *name, const char *value)
{
	fprintf(to, "%s\"%s\": ", front, name);
	words_print_json(to, value == NULL ? "" : value);
}

static void lines_member(FILE *to, const char *name, const char *const *lines)
{
	fprintf(to, ", \"%s\": [", name);
	for (size_t i = 0; lines != NULL && lines[i] != NULL; i++) {
		fputs(i > 0 ? ", " : "", to);
		words_print_json(to, lines[i]);
	}
	fputc(']', to);
}

/* The library separates them by one blank. */
static void mechanisms_member(FILE *to, const char *mechanisms)
{
	const char *comma = "";
	fputs(", \"mechanisms\": [", to);
	while (is_there(mechanisms)) {
		char name[64];
		size_t len = strcspn(mechanisms, " ");
		snprintf(name, sizeof name, "%.*s", (int)len, mechanisms);
		if (len > 0) {
			fputs(comma, to);
			words_print_json(to, name);
			comma = ", ";
		}
		mechanisms += len + (mechanisms[len] != 0);
	}
	fputc(']', to);
}

static void tls_member(FILE *to, const struct msub_server *server)
{
	fputs(", \"tls\": ", to);
	if (!is_there(server->tls_version)) {
		fputs("null", to);
		return;
	}
	member(to, "{", "version", server->tls_version);
	member(to, ", ", "cipher", server->tls_cipher);
	member(to, ", ", "key_exchange", server->tls_key_exchange);
	fputc('}', to);
}

static void certificate_member(FILE *to, const struct msub_server *server)
{
	const struct msub_certificate *shown = &server->certificate;
	fputs(", \"certificate\": ", to);
	if (!is_there(shown->sha256)) {
		fputs("null", to);
		return;
	}
	member(to, "{", "subject", shown->subject);
	member(to, ", ", "issuer", shown->issuer);
	lines_member(to, "names", shown->names);
	fprintf(to, ", \"from\": %" PRId64 ", \"until\": %" PRId64, shown->from_unix,
		shown->until_unix);
	member(to, ", ", "sha256", shown->sha256);
	member(to, ", ", "sha1", shown->sha1);
	member(to, ", ", "key_sha256", shown->key_sha256);
	fprintf(to, ", \"verified\": %s", server->verified ? "true" : "false");
	member(to, ", ", "unverified", server->unverified);
	fputc('}', to);
}

void serverinfo_json(FILE *to, const struct msub_settings *settings,
	const struct msub_server *server, const struct msub_failure *failure,
	const struct trouble *trouble)
{
	member(to, "{", "host", settings->host);
	fprintf(to, ", \"port\": %u, \"greeting\": ", (unsigned int)settings->port);
	if (server->greeting_code != 0) {
		fprintf(to, "{\"code\": %d", server->greeting_code);
		member(to, ", ", "text", server->greeting);
		fputc('}', to);
	} else {
		fputs("null", to);
	}
	lines_member(to, "clear", server->clear);
	lines_member(to, "inside", server->inside);
	mechanisms_member(to, server->mechanisms);
	tls_member(to, server);
	certificate_member(to, server);
	member(to, ", ", "error", msub_error_name(failure->error));
	if (failure->error != MSUB_OK)
		member(to, ", ", "phase", msub_phase_text(failure->phase));
	else
		fputs(", \"phase\": null", to);
	member(to, ", ", "trouble", trouble->text);
	fputc('}', to);
}

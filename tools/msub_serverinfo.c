/* serverinfo: the library looks, this prints. */
#include "msub_serverinfo.h"

#include <string.h>
#include <time.h>

#include "msub_choice.h"
#include "msub_dialogue.h"
#include "msub_settings.h"
#include "msub_status.h"
#include "msub_words.h"

static void print_line(FILE *to, const char *name, const char *text)
{
	if (text == NULL || *text == 0)
		return;
	fprintf(to, "    %s: ", name);
	words_print_lines(to, text);
	fputc('\n', to);
}

static void print_offers(FILE *to, const char *title, const char *const *lines)
{
	if (lines == NULL || lines[0] == NULL)
		return;
	fprintf(to, "%s\n", title);
	for (size_t i = 1; lines[i] != NULL; i++) {
		fputs("    ", to);
		words_print_lines(to, lines[i]);
		fputc('\n', to);
	}
	if (lines[1] == NULL)
		fputs("    nothing\n", to);
}

static void print_time(FILE *to, const char *name, int64_t unix_time)
{
	char text[64];
	time_t time = (time_t)unix_time;
	struct tm parts;
	if (unix_time != 0 && gmtime_r(&time, &parts) != NULL &&
		strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts) > 0)
		print_line(to, name, text);
}

static void print_certificate(FILE *to, const struct msub_server *server)
{
	const struct msub_certificate *certificate = &server->certificate;
	if (certificate->sha256 == NULL || *certificate->sha256 == 0)
		return;
	fputs("The certificate:\n", to);
	print_line(to, "subject", certificate->subject);
	print_line(to, "issuer", certificate->issuer);
	for (size_t i = 0; certificate->names != NULL && certificate->names[i] != NULL; i++)
		print_line(to, "name", certificate->names[i]);
	print_time(to, "valid from", certificate->from_unix);
	print_time(to, "valid until", certificate->until_unix);
	print_line(to, "SHA-256 fingerprint", certificate->sha256);
	print_line(to, "SHA-1 fingerprint", certificate->sha1);
	print_line(to, "SHA-256 of its key", certificate->key_sha256);
	print_line(to, "it holds", server->verified ? "yes" : "no");
	print_line(to, "why not", server->unverified);
}

static void print_server(
	FILE *to, const struct msub_settings *settings, const struct msub_server *server)
{
	fputs("The server ", to);
	words_print(to, settings->host == NULL ? "(socket)" : settings->host);
	fprintf(to, ", port %u:\n", (unsigned int)settings->port);
	print_line(to, "greeting", server->greeting);
	if (server->clear != NULL && server->clear[0] != NULL)
		print_line(to, "name", server->clear[0]);
	else if (server->inside != NULL && server->inside[0] != NULL)
		print_line(to, "name", server->inside[0]);
	print_offers(to, "It offers in clear:", server->clear);
	if (server->tls_version != NULL && *server->tls_version != 0) {
		fputs("TLS:\n", to);
		print_line(to, "version", server->tls_version);
		print_line(to, "cipher", server->tls_cipher);
		print_line(to, "key exchange", server->tls_key_exchange);
	}
	print_certificate(to, server);
	print_offers(to, "It offers inside TLS:", server->inside);
}

static bool look(const struct msub_settings *settings, FILE *to, bool json, struct trouble *trouble)
{
	struct msub_server server = {0};
	struct msub_failure failure = {0};
	enum msub_error error = msub_look(settings, &server, &failure);
	struct msub_result result = {.why = failure};
	if (error != MSUB_OK) {
		const char *more = failure.reply.code != 0 ? failure.reply.text : failure.text;
		trouble_set(trouble, status_of(&result, false), "%s%s%.300s; %s",
			msub_error_text(error), more == NULL || *more == 0 ? "" : ": ",
			more == NULL ? "" : more, status_advice(&result, false));
	}
	if (json && error != MSUB_MEMORY)
		serverinfo_json(to, settings, &server, &failure, trouble);
	else if (json)
		fputs("null", to);
	else if (error != MSUB_MEMORY)
		print_server(to, settings, &server);
	msub_server_free(&server);
	return error == MSUB_OK;
}

bool serverinfo_print(
	const struct msub_options *options, FILE *to, bool json, struct trouble *trouble)
{
	struct account account = {0};
	struct msub_settings settings;
	struct dialogue dialogue = {0};
	bool good = choice_make(&account, options, options->from, trouble) &&
		    settings_make(&settings, &account, trouble);
	if (good) {
		settings.user = settings.password = settings.mechanism = NULL;
		if (options->debug) {
			settings.transcript = dialogue_show;
			settings.transcript_context = &dialogue;
		}
		good = look(&settings, to, json, trouble);
	} else if (json) {
		fputs("null", to);
	}
	account_free(&account);
	return good;
}

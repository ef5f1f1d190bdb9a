/* msub_client: libmsub, through the blocking call; all checks are on. */
#include "load.h"

#include <msub.h>
#include <stdio.h>
#include <stdlib.h>

static struct msub_message *make_message(const struct load *load, unsigned int number)
{
	struct msub_message *message;
	const char *text = load->text[number % load->made];
	if (msub_message_new(&message, NULL) != MSUB_OK ||
		msub_message_sender(message, LOAD_SENDER) != MSUB_OK ||
		msub_message_add_recipient(message, LOAD_RECIPIENT) != MSUB_OK ||
		msub_message_content(message, text, load->text_len) != MSUB_OK)
		load_die("message");
	return message;
}

static int send_session(const struct msub_settings *settings, const struct load *load,
	unsigned int first, unsigned int last)
{
	unsigned int count = last - first;
	struct msub_message **messages = calloc(count, sizeof *messages);
	struct msub_failure failure;
	for (unsigned int i = 0; i < count; i++)
		messages[i] = make_message(load, first + i);
	enum msub_error error = msub_submit(settings, messages, count, &failure);
	if (error != MSUB_OK)
		fprintf(stderr, "%s: %s\n", msub_error_text(error), failure.text);
	for (unsigned int i = 0; i < count; i++)
		msub_message_free(messages[i]);
	free(messages);
	return error != MSUB_OK;
}

static int part(const struct load *load, unsigned int first, unsigned int last)
{
	static const enum msub_tls kinds[] = {MSUB_TLS_NONE, MSUB_TLS_STARTTLS, MSUB_TLS_IMPLICIT};
	struct msub_settings settings;
	unsigned int share = load->per_session != 0 ? load->per_session : last - first;
	int refused = 0;
	msub_settings_init(&settings);
	settings.host = load->tls == LOAD_PLAIN ? "127.0.0.1" : "localhost";
	settings.port = load->port;
	settings.tls = kinds[load->tls];
	settings.trust_file = load->authority;
	if (load->login) {
		settings.user = LOAD_USER;
		settings.password = LOAD_PASSWORD;
		settings.mechanism = "PLAIN";
	}
	for (unsigned int at = first; at < last && refused == 0; at += share)
		refused = send_session(&settings, load, at, at + share);
	return refused;
}

int run_load(const struct load *load)
{
	return load_share(load, part);
}

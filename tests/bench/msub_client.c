/*
 * msub_client: libmsub with everything that it checks. One network for all; where each session has
 * so many messages and no more, the connections are processes, with a network each.
 */
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
		msub_message_add_recipient(message, LOAD_RECIPIENT) != MSUB_OK)
		load_die("message");
	enum msub_error error = msub_message_content(message, text, load->text_len);
	if (error != MSUB_OK)
		load_die("content");
	return message;
}

/* One run of a sender over the network. */
static int run(struct msub_network *network, const struct msub_settings *settings,
	const struct load *load, unsigned int first, unsigned int last)
{
	unsigned int count = last - first;
	struct msub_message **messages = calloc(count, sizeof *messages);
	struct msub_sender *sender;
	struct msub_failure failure;
	if (messages == NULL || msub_sender_new(&sender, settings) != MSUB_OK)
		load_die("sender");
	for (unsigned int i = 0; i < count; i++) {
		messages[i] = make_message(load, first + i);
		if (msub_sender_add(sender, messages[i]) != MSUB_OK)
			load_die("add");
	}
	enum msub_error error = msub_network_run(network, sender, &failure);
	if (error != MSUB_OK)
		fprintf(stderr, "%s: %s\n", msub_error_text(error), failure.text);
	msub_sender_free(sender);
	for (unsigned int i = 0; i < count; i++)
		msub_message_free(messages[i]);
	free(messages);
	return error != MSUB_OK;
}

static void set(struct msub_settings *settings, const struct load *load)
{
	static const enum msub_tls kinds[] = {MSUB_TLS_NONE, MSUB_TLS_STARTTLS, MSUB_TLS_IMPLICIT};
	msub_settings_init(settings);
	settings->host = load->tls == LOAD_PLAIN ? "127.0.0.1" : "localhost";
	settings->port = load->port;
	settings->tls = kinds[load->tls];
	settings->trust_file = load->authority;
	if (load->login) {
		settings->user = LOAD_USER;
		settings->password = LOAD_PASSWORD;
		settings->mechanism = "PLAIN";
	}
}

static int part(const struct load *load, unsigned int first, unsigned int last)
{
	unsigned int share = load->per_session != 0 ? load->per_session : last - first;
	struct msub_settings settings;
	struct msub_network *network;
	int refused = 0;
	set(&settings, load);
	if (load->per_session == 0)
		settings.connections = load->connections;
	if (msub_network_new(&network, &settings) != MSUB_OK)
		load_die("network");
	for (unsigned int at = first; at < last && refused == 0; at += share)
		refused = run(network, &settings, load, at, at + share);
	msub_network_free(network);
	return refused;
}

int run_load(const struct load *load)
{
	if (load->per_session != 0)
		return load_share(load, part);
	return part(load, 0, load->messages);
}

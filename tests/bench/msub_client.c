/*
 * msub_client: libmsub with everything that it checks. One network for all; where each session has
 * so many messages and no more, the connections are processes, with a network each. Messages are
 * made as room becomes free for them: a few for each connection, not all at once.
 */
#include "load.h"

#include <msub.h>
#include <stdio.h>
#include <stdlib.h>

/* For each connection: the message on its way, the next one's envelope behind it, and more. */
enum { AHEAD = 4 };

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

/* A run: from message `next` to `last`, so many of them in hand as connections take ahead. */
struct stream {
	const struct load *load;
	struct msub_sender *sender;
	unsigned int next, last;
};

static void add_next(struct stream *stream)
{
	if (stream->next == stream->last)
		return;
	if (msub_sender_add(stream->sender, make_message(stream->load, stream->next++)) != MSUB_OK)
		load_die("add");
}

/* One is finished: the next one takes its place. */
static void finished(void *context, struct msub_message *message)
{
	struct stream *stream = context;
	if (msub_message_count(message, MSUB_ACCEPTED) != 1)
		load_die("not accepted");
	msub_message_free(message);
	add_next(stream);
}

/* One run of a sender over the network. */
static int run(struct msub_network *network, const struct msub_settings *shared,
	const struct load *load, unsigned int first, unsigned int last)
{
	struct stream stream = {.load = load, .next = first, .last = last};
	struct msub_settings settings = *shared;
	struct msub_failure failure;
	settings.finished = finished;
	settings.finished_context = &stream;
	if (msub_sender_new(&stream.sender, &settings) != MSUB_OK)
		load_die("sender");
	for (unsigned int i = 0; i < AHEAD * load->connections; i++)
		add_next(&stream);
	enum msub_error error = msub_network_run(network, stream.sender, &failure);
	if (error != MSUB_OK)
		fprintf(stderr, "%s: %s\n", msub_error_text(error), failure.text);
	msub_sender_free(stream.sender);
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

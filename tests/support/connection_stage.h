/*
 * connection_stage: two scripts against each other over loopback TCP, with what an observer saw at
 * the client's end written down in one line.
 */
#ifndef SUPPORT_CONNECTION_STAGE_H
#define SUPPORT_CONNECTION_STAGE_H

#include "connection.h"
#include "duet.h"
#include "script_player.h"

/* ---- an observer that writes down ---- */

struct notes {
	struct buffer text;
};

static inline void note_octets(
	void *context, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	struct notes *notes = context;
	(void)now_ms;
	buffer_format(&notes->text, "%s%.*s|", from == WIRE_CLIENT ? ">" : "<", (int)octets.len,
		(const char *)octets.at);
}

static inline void note_connected(void *context, const struct player_link *link, uint64_t now_ms)
{
	struct notes *notes = context;
	(void)now_ms;
	buffer_format(&notes->text, "connected|");
	(void)link;
}

static inline void note_tls(
	void *context, const char *description, const char *why, uint64_t now_ms)
{
	struct notes *notes = context;
	(void)now_ms;
	buffer_format(&notes->text, "%s|", description != NULL ? "tls" : why);
}

static inline void note_ended(void *context, enum wire_side by, enum wire_end how, uint64_t now_ms)
{
	static const char *const words[] = {"closed", "no bye", "reset", "lost"};
	struct notes *notes = context;
	(void)now_ms;
	buffer_format(&notes->text, "%s %s|", by == WIRE_CLIENT ? "client" : "server", words[how]);
}

/* ---- two scripts against each other ---- */

struct stage {
	struct script_player client, server;
	struct notes notes;
	struct observer observer;
	struct connection_settings at_client, at_server;
	struct connection *connections[2];
};

/* Made by the first stage_has_tls(), one per test program. */
static struct tls_server *stage_tls_server;
static struct tls_trust *stage_tls_trust;
static struct tls_client_settings stage_tls_client;

static inline void stage_prepare(
	struct stage *stage, const struct script_step *client, const struct script_step *server)
{
	memset(stage, 0, sizeof *stage);
	script_player_init(&stage->client, client);
	script_player_init(&stage->server, server);
	buffer_init(&stage->notes.text, &memory_standard, 1 << 26);
	stage->observer =
		(struct observer){&stage->notes, note_connected, note_octets, note_tls, note_ended};
	stage->at_client = (struct connection_settings){.memory = &memory_standard,
		.side = WIRE_CLIENT,
		.observer = &stage->observer,
		.tls_client = &stage_tls_client};
	stage->at_server = (struct connection_settings){
		.memory = &memory_standard, .side = WIRE_SERVER, .tls_server = stage_tls_server};
}

static inline void stage_play_over(struct stage *stage, const int descriptors[2])
{
	uint64_t now = clock_ms();
	stage->connections[0] =
		connection_new(&stage->client.player, descriptors[0], &stage->at_client, now);
	stage->connections[1] =
		connection_new(&stage->server.player, descriptors[1], &stage->at_server, now);
	duet_run(stage->connections, 2);
}

static inline void stage_play(struct stage *stage)
{
	int descriptors[2];
	if (duet_tcp(descriptors))
		stage_play_over(stage, descriptors);
}

static inline void stage_clear(struct stage *stage)
{
	connection_free(stage->connections[0]);
	connection_free(stage->connections[1]);
	script_player_free(&stage->client);
	script_player_free(&stage->server);
	buffer_free(&stage->notes.text);
}

static inline bool stage_has_tls(void)
{
	struct sentence why = {""};
	struct tls_server_settings settings = {.no_resumption = true};
	if (stage_tls_server == NULL)
		stage_tls_server = tls_server_new(&memory_standard, &settings, &why);
	if (stage_tls_server != NULL && stage_tls_trust == NULL)
		stage_tls_trust =
			tls_trust_new(&memory_standard, tls_server_ca_file(stage_tls_server), &why);
	stage_tls_client =
		(struct tls_client_settings){.name = "localhost", .trust = stage_tls_trust};
	return CHECK(stage_tls_trust != NULL);
}

static inline void stage_free_tls(void)
{
	tls_trust_free(stage_tls_trust);
	tls_server_free(stage_tls_server);
	stage_tls_trust = NULL;
	stage_tls_server = NULL;
}

#endif

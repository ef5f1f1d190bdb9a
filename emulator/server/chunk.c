/* chunk: BDAT, RFC 3030 2 and 3. */
#include "chunk.h"

#include "answer.h"
#include "extensions.h"
#include "reply.h"
#include "state.h"
#include "verbs.h"

static const struct server_reply after_refused =
	REPLY_OF("503 5.5.1 A chunk of this message was refused", STAY);

static bool is_dropped(const struct chunk *chunk)
{
	return chunk->cell != NULL || chunk->refused;
}

/* Good as long as nothing else is put in the place of the reply. */
static void keep(struct server *server, const struct request *request)
{
	(void)request;
	server->chunk.refused = false;
}

/* All its octets are here. */
static void finish(struct server *server)
{
	struct chunk *chunk = &server->chunk;
	server->phase = PHASE_COMMAND;
	if (chunk->cell != NULL) {
		chunk->refused = server->envelope.open;
		answer_refusal(server, SERVER_CHUNK, chunk->cell);
	} else if (chunk->refused) {
		answer_refused(server, SERVER_CHUNK, &after_refused);
	} else if (chunk->last) {
		server->phase = PHASE_BODY;
		verbs_end(server);
	} else {
		chunk->refused = true;
		answer_named(server, SERVER_CHUNK, REPLY_CHUNK, keep, NULL);
	}
}

void chunk_begin(struct server *server, const struct request *request, const struct refusal *cell)
{
	struct chunk *chunk = &server->chunk;
	chunk->left = request->size;
	chunk->last = request->last;
	chunk->cell = cell;
	if (!chunk->open && !is_dropped(chunk)) {
		body_begin(&server->body, server->memory, extensions_largest(server));
		chunk->open = true;
	}
	server->phase = PHASE_CHUNK;
	if (chunk->left == 0)
		finish(server);
}

size_t chunk_take(struct server *server, struct octets in)
{
	struct chunk *chunk = &server->chunk;
	size_t len = in.len < chunk->left ? in.len : (size_t)chunk->left;
	chunk->left -= len;
	if (!is_dropped(chunk) && !body_take_raw(&server->body, octets_cut(in, len)))
		server_give_up(server);
	else if (chunk->left == 0)
		finish(server);
	return len;
}

void chunk_forget(struct server *server)
{
	if (server->chunk.open)
		body_drop(&server->body);
	server->chunk = (struct chunk){0};
}

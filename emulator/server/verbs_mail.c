/* verbs_mail: the transaction: MAIL, RCPT, DATA, and the end of the message; RFC 5321 3.3. */
#include "verbs.h"

#include "answer.h"
#include "conditions.h"
#include "extensions.h"
#include "forget.h"
#include "reply.h"
#include "state.h"

static const struct server_reply too_big = REPLY_OF("552 5.3.4 Message too big", STAY);
static const struct server_reply nobody = REPLY_OF("554 5.5.1 No valid recipients", STAY);
static const struct server_reply not_stored =
	REPLY_OF("451 4.3.0 The message could not be stored", STAY);

static const struct server_reply in_chunks =
	REPLY_OF("503 5.5.1 The message has begun, with BDAT", STAY);
static const struct server_reply binary =
	REPLY_OF("503 5.5.1 A binary message comes with BDAT", STAY);

static void open_transaction(struct server *server, const struct request *request)
{
	chunk_forget(server);
	if (!envelope_open(&server->envelope, request->path))
		server_give_up(server);
	server->envelope.utf8 = (request->parameters & REQUEST_UTF8) != 0;
	server->envelope.binary = (request->parameters & REQUEST_BINARY) != 0;
	server->number = random_below(&server->random, 1000000000);
	forget_on(server, FORGET_ON_MAIL);
}

void verbs_mail(struct server *server, const struct request *request)
{
	answer_named(server, SERVER_MAIL, REPLY_MAIL, open_transaction, request);
}

static void add_recipient(struct server *server, const struct request *request)
{
	if (!envelope_add(&server->envelope, request->path))
		server_give_up(server);
}

void verbs_recipient(struct server *server, const struct request *request)
{
	if (server->chunk.open)
		answer_refused(server, SERVER_RECIPIENT, &in_chunks);
	else
		answer_named(server, SERVER_RECIPIENT, REPLY_RECIPIENT, add_recipient, request);
}

static void open_body(struct server *server, const struct request *request)
{
	(void)request;
	body_begin(&server->body, server->memory, extensions_largest(server));
	server->body.repair = server->profile->data.bare_lf == BARE_LF_REPAIR;
	server->body.one_chunk = server->profile->data.dot_one_chunk;
	for (size_t i = 0; i < server->profile->data.also_ends.count; i++)
		server->body.also_ends |= UINT32_C(1) << server->profile->data.also_ends.items[i];
	server->phase = PHASE_BODY;
}

void verbs_data(struct server *server, const struct request *request)
{
	if (server->chunk.open)
		answer_refused(server, SERVER_DATA, &in_chunks);
	else if (server->envelope.binary)
		answer_refused(server, SERVER_DATA, &binary);
	else
		answer_named(server, SERVER_DATA, REPLY_DATA, open_body, request);
}

static void store(struct server *server, const struct request *request)
{
	(void)request;
	const struct envelope *envelope = &server->envelope;
	server->content = buffer_octets(&server->body.content);
	server->mail = (struct player_mail){
		.sender = envelope->sender,
		.recipients = envelope->recipients,
		.recipient_count = envelope->count,
		.content = &server->content,
		.content_count = 1,
		.content_len = server->content.len,
		.hello = buffer_octets(&server->session.hello),
		.user = buffer_octets(&server->session.user),
		.client = buffer_string(&server->client),
		.esmtp = server->session.greeted == GREETED_EHLO,
		.tls = server->session.tls,
	};
	server->phase = PHASE_STORING;
}

/* The transaction is over, however it went (RFC 5321 4.1.1.4). */
static void close_transaction(struct server *server)
{
	body_drop(&server->body);
	chunk_forget(server);
	server->counts.reset_used = false;
	forget_on(server, FORGET_ON_END);
	if (server->phase == PHASE_BODY || server->phase == PHASE_STORING)
		server->phase = server->exchange.open ? PHASE_EXCHANGE : PHASE_COMMAND;
}

void verbs_end(struct server *server)
{
	struct octets content = buffer_octets(&server->body.content);
	uint64_t set = conditions_of_message(server, content);
	const struct refusal *cell = conditions_refused(server->profile, SERVER_END, set);
	server->named_by = SERVER_END;
	if (cell != NULL)
		answer_refusal(server, SERVER_END, cell);
	else if (server->body.too_big)
		answer_refused(server, SERVER_END, &too_big);
	else if (server->envelope.count == 0)
		answer_refused(server, SERVER_END, &nobody);
	else
		answer_named(server, SERVER_END, REPLY_END, store, NULL);
	if (server->phase != PHASE_STORING)
		close_transaction(server);
}

void verbs_stored(struct server *server, bool safe)
{
	if (safe)
		server->messages++;
	else
		answer_instead(server, &not_stored);
	close_transaction(server);
	if (server->held.waiting)
		answer_wait(server);
}

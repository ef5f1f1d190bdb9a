/* hearing: replies, and what follows from a success. */
#include "engine.h"

/* Success is the first digit (RFC 5321 4.3.2), and 334 while a mechanism waits for it. */
static bool is_success(const struct phone *phone, enum step step, unsigned int code)
{
	if (step == STEP_DATA)
		return code / 100 == 3;
	if (step == STEP_STARTTLS && phone->profile->tls.go_ahead_anywhere)
		return phone->connection.go_ahead;
	if (step == STEP_AUTH && code == 334)
		return login_waits(&phone->login);
	return code / 100 == 2;
}

/* Some replies are read line by line for what they say. */
static void look_into(struct phone *phone, enum step step, const struct line *line)
{
	struct connection *connection = &phone->connection;
	const struct client_profile *profile = phone->profile;
	bool first = !phone->reply.begun;
	if (step == STEP_HELLO && first)
		connection->fresh_offers = (struct offers){0};
	if (step == STEP_HELLO && connection->verb == VERB_EHLO)
		offers_read(&connection->fresh_offers, profile, line->whole, first);
	if (step == STEP_GREETING &&
		octets_find_text(line->whole, profile->hello.sniff) < line->whole.len)
		connection->sniffed = true;
	if (step == STEP_STARTTLS)
		connection->go_ahead =
			octets_find_text(line->whole, octets_of("220")) < line->whole.len;
	phone->heard_text = line->text;
}

/* A line that refusals-by-line does not wait behind: a refusal, or a cell for it (NNN-). */
static bool is_acted_on(const struct phone *phone, enum step step)
{
	const struct reply *reply = &phone->reply;
	const struct happening happening = {
		.kind = EVENT_ELSE, .code = reply->code, .several = reply->several};
	return !is_success(phone, step, reply->code) || action_catches(phone, happening);
}

/* Takes lines as replies.reading says; false: more must come. */
static bool take_reply(struct phone *phone, const struct task *task)
{
	enum step step = (enum step)task->step;
	enum reading reading = client_reading(phone->profile, step, task->in_session);
	struct line line;
	while (reader_take(&phone->reader, &line)) {
		look_into(phone, step, &line);
		reply_add(&phone->reply, &line);
		phone->connection.unsaid = false;
		if (reading == READING_FIRST_LINE) {
			phone->behind = phone->behind || line.more;
			return true;
		}
		if (reading == READING_REFUSALS_BY_LINE && is_acted_on(phone, step)) {
			phone->connection.unsaid = line.more;
			phone->behind = phone->behind || line.more;
			return true;
		}
		if (!line.more)
			return true;
	}
	return false;
}

/* What STARTTLS is followed by: the handshake, the place, EHLO again. */
static void start_tls(struct phone *phone)
{
	struct agenda *agenda = &phone->agenda;
	if (phone->profile->hello_after_tls) {
		agenda_push_step(agenda, STEP_HELLO, true);
		phone->connection.verb_chosen = false;
	}
	engine_push_place(phone, PLACE_AFTER_TLS, true);
	agenda_push_step(agenda, STEP_TLS, true);
}

static void accept_login(struct phone *phone)
{
	phone->connection.logged_in = phone->login_accepted = true;
	phone->connection.chosen = false;
	/* the user's name is no secret from now on; the password stays one */
	secrets_forget(&phone->said);
	phone->failed |= !secrets_remember_password(&phone->said, phone->account.password);
	engine_push_place(phone, PLACE_AFTER_AUTH, true);
}

/*
 * The dot was accepted: so the message is with everybody who is still due. That may be nobody,
 * where a client went on although each recipient was refused.
 */
static void accept_end(struct phone *phone)
{
	struct transaction *transaction = &phone->transaction;
	struct phone_verdict verdict = transaction->refusal;
	if (copy_is_due(transaction->copy))
		verdict = outbox_verdict(&phone->outbox, PHONE_DELIVERED, STEP_END,
			phone->reply.code, reply_first(&phone->reply));
	outbox_settle_copy(transaction->copy, verdict);
	transaction->under_way = false;
	phone->connection.envelope_open = false;
	phone->connection.last_failed = false;
	engine_push_place(phone, PLACE_AFTER_MESSAGE, false);
}

/* The step in front has been popped; `task` is a copy of it. */
static void accept(struct phone *phone, struct task task)
{
	struct connection *connection = &phone->connection;
	switch ((enum step)task.step) {
	case STEP_HELLO:
		connection->offers = connection->fresh_offers;
		if (connection->verb == VERB_HELO)
			connection->offers = (struct offers){0};
		connection->envelope_open = false;
		break;
	case STEP_STARTTLS:
		start_tls(phone);
		break;
	case STEP_AUTH:
		accept_login(phone);
		break;
	case STEP_RESET:
		connection->login_reset = connection->logged_in;
		connection->envelope_open = false;
		break;
	case STEP_MAIL:
		connection->envelope_open = phone->transaction.begun = true;
		break;
	case STEP_RECIPIENT:
		phone->transaction.accepted_count++;
		break;
	case STEP_END:
		accept_end(phone);
		break;
	case STEP_QUIT:
		if (!task.going_on)
			engine_close(phone);
		break;
	case STEP_CONNECT:
	case STEP_GREETING:
	case STEP_TLS:
	case STEP_NOOP:
	case STEP_DATA:
	case STEP_BODY:
	case STEP_COUNT:
		break;
	}
}

/*
 * A reply that nobody waits for any more: read, and no more (replies.drain). But 421 ends the
 * session whatever it answers (RFC 5321 3.8).
 */
static void hear_deaf(struct phone *phone, struct task task)
{
	agenda_pop(&phone->agenda);
	phone->connection.leaving = phone->connection.leaving || phone->reply.code == 421;
	if (task.step == STEP_DATA && phone->reply.code / 100 == 3)
		agenda_push(&phone->agenda,
			(struct task){.kind = TASK_STEP, .step = STEP_END, .deaf = true});
	if (task.step == STEP_END)
		phone->connection.envelope_open = false;
}

static void answer(struct phone *phone, struct task *task)
{
	switch (login_answer(&phone->login, phone->heard_text)) {
	case LOGIN_SAY:
		phone->connection.answering = true;
		task->said = false;
		break;
	case LOGIN_BAD_PROMPT:
		action_react(phone, (struct happening){.kind = EVENT_BAD_PROMPT});
		break;
	case LOGIN_NO_MEMORY:
		phone->failed = true;
		break;
	}
}

static void hear_reply(struct phone *phone, struct task *task)
{
	const struct reply *reply = &phone->reply;
	struct happening happening = {
		.kind = EVENT_ELSE, .code = reply->code, .several = reply->several};
	if (task->deaf) {
		hear_deaf(phone, *task);
		return;
	}
	if (!is_success(phone, (enum step)task->step, reply->code) ||
		action_catches(phone, happening)) {
		action_react(phone, happening);
		return;
	}
	if (task->step == STEP_AUTH && reply->code == 334) {
		answer(phone, task);
		return;
	}
	struct task heard = *task;
	agenda_pop(&phone->agenda);
	accept(phone, heard);
}

/* The body has no reply; one write after the other is made until all is sent. */
static bool go_on_with_body(struct phone *phone)
{
	phone->wait_from_ms = phone->now_ms;
	switch (phone->transfer_state) {
	case TRANSFER_GOING:
		phone->transfer_state = transfer_make(&phone->transfer, &phone->writes);
		break;
	case TRANSFER_BROKEN:
		action_react(phone, (struct happening){.kind = EVENT_BROKEN});
		break;
	case TRANSFER_DONE:
		writes_give_back(&phone->writes);
		agenda_pop(&phone->agenda);
		struct task *end = agenda_front(&phone->agenda);
		if (phone->transfer.dot && end != NULL && end->step == STEP_END)
			end->said = true;
		break;
	}
	return true;
}

bool hearing_step(struct phone *phone, struct task *task)
{
	struct connection *connection = &phone->connection;
	if (task->step == STEP_BODY && !connection->broken)
		return go_on_with_body(phone);
	if (task->step != STEP_BODY && take_reply(phone, task)) {
		phone->wait_from_ms = phone->now_ms;
		hear_reply(phone, task);
		reply_clear(&phone->reply);
		return true;
	}
	if (connection->ended && !connection->broken && task->going_on) {
		reply_clear(&phone->reply);
		action_end_unanswered(phone);
		return true;
	}
	if (connection->ended) {
		reply_clear(&phone->reply);
		action_react(phone, (struct happening){.kind = EVENT_LOST});
		return true;
	}
	if (engine_deadline(phone) <= phone->now_ms) {
		reply_clear(&phone->reply);
		action_react(phone, (struct happening){.kind = EVENT_TIMEOUT});
		return true;
	}
	return false;
}

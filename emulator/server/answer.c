/* answer: the last step of every request: faults, limits, and the words. */
#include "answer.h"

#include "conditions.h"
#include "forget.h"
#include "server_limits.h"
#include "reply.h"
#include "state.h"

/* What will be said in the end. */
struct decision {
	struct text_list lines;
	bool extensions;
	bool refuses;
	enum reply_then then;
	uint64_t delay_ms;
	const struct server_fault *fault;
};

static const struct server_fault *find_fault(const struct server *server, enum server_verb verb)
{
	for (size_t i = 0; i < server->profile->fault_count; i++) {
		const struct server_fault *fault = &server->profile->faults[i];
		uint64_t seen = server->counts.verbs[fault->at];
		bool here =
			fault->at == verb || (fault->at == SERVER_ANY && verb != SERVER_GREETING);
		bool past = fault->times != 0 && seen - fault->nth >= fault->times;
		if (here && seen >= fault->nth && !past)
			return fault;
	}
	return NULL;
}

/* A hung or dropped request is not answered, unless the profile says with what. */
static void apply_fault(struct decision *decision, const struct server_fault *fault)
{
	if (fault == NULL)
		return;
	decision->fault = fault;
	decision->delay_ms += fault->reply.delay_ms;
	if (fault->reply.then != THEN_STAY)
		decision->then = fault->reply.then;
	if (fault->reply.lines.count > 0) {
		decision->lines = fault->reply.lines;
		decision->extensions = false;
		decision->refuses |= reply_code(&decision->lines) >= 400;
	} else if (fault->reply.then == THEN_DROP || fault->reply.then == THEN_HANG) {
		decision->lines.count = 0;
		decision->extensions = false;
	}
}

static void apply_limit(
	const struct server *server, struct decision *decision, enum limit_kind kind, bool past)
{
	if (!past)
		return;
	const struct server_reply *reply = limits_reply(server, kind);
	if (reply->lines.count > 0) {
		decision->lines = reply->lines;
		decision->extensions = false;
		decision->refuses = true;
	}
	if (reply->then != THEN_STAY)
		decision->then = reply->then;
}

static void apply_limits(
	struct server *server, struct decision *decision, const struct verdict *verdict)
{
	decision->delay_ms += limits_delay_ms(server); /* by what was counted before */
	bool nonmail = limits_count_nonmail(server, verdict->verb);
	bool unknown = verdict->syntax && limits_count(server, LIMIT_UNKNOWN);
	bool errors = decision->refuses && limits_count(server, LIMIT_ERRORS);
	bool accepted = !decision->refuses;
	/* These two are no errors of the client, which cannot know them. */
	apply_limit(server, decision, LIMIT_MESSAGES,
		accepted && verdict->verb == SERVER_MAIL && limits_reached(server, LIMIT_MESSAGES));
	apply_limit(server, decision, LIMIT_RECIPIENTS,
		accepted && verdict->verb == SERVER_RECIPIENT &&
			limits_reached(server, LIMIT_RECIPIENTS));
	apply_limit(server, decision, LIMIT_NONMAIL, nonmail);
	apply_limit(server, decision, LIMIT_UNKNOWN, unknown);
	apply_limit(server, decision, LIMIT_ERRORS, errors);
}

static struct decision decide(struct server *server, const struct verdict *verdict)
{
	const struct server_reply *reply = verdict->reply;
	struct decision decision = {.lines = reply->lines,
		.extensions = reply == &server->profile->replies[REPLY_EHLO],
		.then = reply->then,
		.delay_ms = reply->delay_ms};
	decision.refuses = verdict->refused || reply_code(&reply->lines) >= 400;
	server->counts.verbs[verdict->verb]++;
	if (verdict->verb != SERVER_GREETING)
		server->counts.verbs[SERVER_ANY]++;
	apply_fault(&decision, find_fault(server, verdict->verb));
	if (verdict->verb != SERVER_GREETING)
		apply_limits(server, &decision, verdict);
	if (verdict->verb == SERVER_QUIT && !decision.refuses && decision.then == THEN_STAY)
		decision.then = THEN_CLOSE;
	return decision;
}

static void hold(struct server *server, const struct decision *decision)
{
	struct held *held = &server->held;
	buffer_clear(&held->octets);
	reply_compose(server, &decision->lines, decision->extensions, &held->octets);
	if (buffer_failed(&held->octets)) {
		server_give_up(server);
		return;
	}
	if (decision->fault != NULL && decision->fault->cut != 0 &&
		decision->fault->cut < held->octets.len)
		buffer_truncate(&held->octets, (size_t)decision->fault->cut);
	held->waiting = true;
	held->fault = decision->fault;
	held->then = decision->then;
	held->delay_ms = decision->delay_ms;
	held->due_ms = PLAYER_NEVER;
}

void answer_wait(struct server *server)
{
	struct held *held = &server->held;
	/* Nobody is kept waiting who has gone away. */
	if (held->delay_ms == 0 || server->peer_ended)
		answer_release(server);
	else
		held->due_ms = time_later(server->now_ms, held->delay_ms);
}

static void follow(struct server *server, enum reply_then then)
{
	switch (then) {
	case THEN_STAY:
		break;
	case THEN_BAN:
		server->ban = true;
		server_close(server, 0);
		break;
	case THEN_CLOSE:
		server_close(server, 0);
		break;
	case THEN_RST:
		server_close(server, PLAYER_ABORT);
		break;
	case THEN_DROP:
		server_close(server, PLAYER_NO_BYE);
		break;
	case THEN_HANG:
		server->phase = PHASE_HUNG;
		break;
	}
}

void answer_release(struct server *server)
{
	struct held *held = &server->held;
	const struct server_fault *fault = held->fault;
	enum reply_then then = held->then;
	struct octets octets = buffer_octets(&held->octets);
	held->waiting = false;
	held->fault = NULL;
	server->active_ms = server->now_ms;
	server->retract = server->outlet.octets.len;
	server->can_retract = server->phase == PHASE_TLS && fault == NULL;
	bool said = octets.len == 0 ||
		    outlet_add(&server->outlet, octets, fault == NULL ? NULL : fault->split,
			    fault == NULL ? 0 : fault->split_count);
	buffer_clear(&held->octets);
	if (said)
		follow(server, then);
	else
		server_give_up(server);
}

void answer(struct server *server, const struct verdict *verdict, const struct request *request)
{
	struct decision decision = decide(server, verdict);
	if (decision.refuses)
		forget_on(server, FORGET_ON_REFUSED);
	else if (verdict->act != NULL)
		verdict->act(server, request);
	if (server->phase >= PHASE_CLOSING)
		return; /* no memory to do it */
	if (verdict->verb == SERVER_GREETING)
		server->welcomed = !decision.refuses;
	hold(server, &decision);
	if (server->held.waiting && server->phase != PHASE_STORING)
		answer_wait(server);
}

void answer_named(struct server *server, enum server_verb verb, enum reply_name name,
	void (*act)(struct server *server, const struct request *request),
	const struct request *request)
{
	const struct verdict verdict = {
		.verb = verb, .reply = &server->profile->replies[name], .act = act};
	answer(server, &verdict, request);
}

void answer_refused(struct server *server, enum server_verb verb, const struct server_reply *reply)
{
	const struct verdict verdict = {.verb = verb, .reply = reply, .refused = true};
	answer(server, &verdict, NULL);
}

void answer_refusal(struct server *server, enum server_verb verb, const struct refusal *cell)
{
	const struct verdict verdict = {.verb = verb,
		.reply = &cell->reply,
		.refused = true,
		.syntax = conditions_are_syntax((enum server_condition)cell->condition)};
	answer(server, &verdict, NULL);
}

void answer_at_once(struct server *server, const struct server_reply *reply)
{
	const struct decision decision = {.lines = reply->lines, .then = reply->then};
	hold(server, &decision);
	if (server->held.waiting)
		answer_release(server);
}

void answer_line(struct server *server, const char *start, struct octets rest)
{
	struct buffer *line =
		&server->held.octets; /* empty: nothing is held while a line is worked on */
	buffer_append_text(line, start);
	buffer_append_octets(line, rest);
	buffer_append_text(line, server->profile->line_end_lf ? "\n" : "\r\n");
	bool said =
		!buffer_failed(line) && outlet_add(&server->outlet, buffer_octets(line), NULL, 0);
	buffer_clear(line);
	server->active_ms = server->now_ms;
	if (!said)
		server_give_up(server);
}

void answer_instead(struct server *server, const struct server_reply *reply)
{
	struct held *held = &server->held;
	buffer_clear(&held->octets);
	reply_compose(server, &reply->lines, false, &held->octets);
	if (buffer_failed(&held->octets))
		server_give_up(server);
}

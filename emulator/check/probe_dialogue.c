/* probe_dialogue: what is said when, and what a reply means for what comes next; then QUIT. */
#include "probe_state.h"

enum { REPLY_LINES_MAX = 100, FAREWELL_MS = 3000 };

struct probe_reply *probe_reply_of(struct probe *probe, size_t stage)
{
	return &probe->replies[probe->stages[stage].of];
}

void probe_do(struct probe *probe, enum probing doing, uint64_t now_ms, uint64_t span_ms)
{
	probe->doing = doing;
	probe->deadline_ms = time_later(now_ms, span_ms);
}

/* ---- leaving ---- */

void probe_close(struct probe *probe)
{
	probe->next = probe->awaited = probe->stage_count;
	probe_do(probe, PROBING_CLOSE, 0, PLAYER_NEVER);
}

uint64_t probe_farewell_ms(const struct probe *probe)
{
	uint64_t patience_ms = probe->settings.patience_ms;
	return patience_ms < FAREWELL_MS ? patience_ms : FAREWELL_MS;
}

/*
 * An exchange is left with *. Where a message or a handshake is waited for there is no way but out.
 */
static void leave(struct probe *probe, uint64_t now_ms)
{
	probe->next = probe->awaited = probe->stage_count;
	buffer_clear(&probe->out);
	probe->said = 0;
	if (probe->last_code == 354 || probe->tls_promised) {
		probe_close(probe);
		return;
	}
	bool exchange = probe->last_code == 334 && !probe->leaving;
	buffer_append_text(&probe->out, exchange ? "*\r\n" : "QUIT\r\n");
	probe->farewell_said = !exchange;
	probe->leaving = true;
	probe_do(probe, PROBING_SAY, now_ms, probe_farewell_ms(probe));
}

/* ---- saying ---- */

void probe_fail(struct probe *probe, size_t stage, enum probe_state state)
{
	probe_reply_of(probe, stage)->state = state;
}

static bool begin_login(struct probe *probe, size_t stage)
{
	const struct probe_step *step = &probe->stages[stage].step;
	if (probe->settings.account->user.len == 0 && (step->marks & PROBE_STRANGER) == 0)
		probe_reply_of(probe, stage)->state = PROBE_PASSED;
	else if (!probe_may_say_secrets(probe))
		probe_fail(probe, stage, PROBE_WITHHELD);
	else if (!probe_login_begin(probe, step))
		probe_fail(probe, stage, PROBE_NOT_OFFERED);
	else
		return true;
	return probe_reply_of(probe, stage)->state == PROBE_PASSED;
}

/* Appends what a stage says; false: it cannot be said, and the dialogue is over. */
static bool append_stage(struct probe *probe, size_t stage)
{
	const struct probe_step *step = &probe->stages[stage].step;
	switch (step->action) {
	case PROBE_SAY:
	case PROBE_BODY:
		if (step->action == PROBE_BODY && probe->last_code != 354)
			return false;
		if (!probe_expand(probe, step->text, false, &probe->out)) {
			probe_fail(probe, stage, PROBE_WITHHELD);
			return false;
		}
		return buffer_append_text(
			&probe->out, (step->marks & PROBE_BARE_LF) != 0 ? "\n" : "\r\n");
	case PROBE_OCTETS:
		if (step->number == 0)
			return probe_expand(probe, step->text, false, &probe->out);
		return buffer_append(&probe->out, step->text, step->number);
	case PROBE_LOGIN:
		return begin_login(probe, stage);
	default:
		return true;
	}
}

static bool is_awaited(const struct probe *probe, size_t stage)
{
	const struct stage *at = &probe->stages[stage];
	return at->step.action != PROBE_OCTETS && probe->replies[at->of].state != PROBE_PASSED;
}

static void skip_unawaited(struct probe *probe)
{
	while (probe->awaited < probe->next && !is_awaited(probe, probe->awaited))
		probe_reply_of(probe, probe->awaited++)->state = PROBE_PASSED;
}

/* Passed over: nothing is to be done at this stage as things are. */
static bool is_idle(const struct probe *probe, const struct probe_step *step)
{
	return ((step->marks & PROBE_ONLY_334) != 0 && probe->last_code != 334) ||
	       (step->action == PROBE_HANDSHAKE && probe->last_code != 220);
}

/* Says all that leaves in one write, or leaves, or begins to wait. */
void probe_go_on(struct probe *probe, uint64_t now_ms)
{
	buffer_clear(&probe->out);
	probe->said = 0;
	while (probe->next < probe->stage_count) {
		size_t stage = probe->next;
		const struct probe_step *step = &probe->stages[stage].step;
		if (is_idle(probe, step)) {
			probe_reply_of(probe, stage)->state = PROBE_PASSED;
			probe->next++;
			skip_unawaited(probe);
			continue;
		}
		if (!append_stage(probe, stage)) {
			leave(probe, now_ms);
			return;
		}
		probe->next++;
		if (step->action == PROBE_HANDSHAKE || step->action == PROBE_WAIT) {
			uint64_t span_ms = step->action == PROBE_WAIT ? step->number : PLAYER_NEVER;
			probe_do(probe,
				step->action == PROBE_HANDSHAKE ? PROBING_TLS : PROBING_WAIT,
				now_ms, span_ms);
			probe->said_ms = now_ms;
			return;
		}
		skip_unawaited(probe);
		if ((step->marks & PROBE_ON) == 0 &&
			(probe->awaited < probe->next || probe->out.len > 0))
			break;
	}
	if (probe->awaited == probe->next && probe->out.len == 0)
		leave(probe, now_ms);
	else
		probe_do(probe, probe->out.len > 0 ? PROBING_SAY : PROBING_HEAR, now_ms,
			probe->settings.patience_ms);
}

static bool went_well(const struct probe_reply *reply)
{
	return reply->state == PROBE_PASSED || reply->state == PROBE_TLS_UP ||
	       (reply->state == PROBE_ANSWERED && reply->code >= 200 && reply->code < 400);
}

/* All replies of what left together have come. */
void probe_end_flight(struct probe *probe, size_t from, uint64_t now_ms)
{
	for (size_t stage = from; stage < probe->next; stage++) {
		const struct probe_step *step = &probe->stages[stage].step;
		bool goes_on = went_well(probe_reply_of(probe, stage)) ||
			       (step->marks & PROBE_THING) != 0 || step->action == PROBE_WAIT;
		if (!goes_on) {
			leave(probe, now_ms);
			return;
		}
	}
	probe->flight_from = probe->next;
	probe_go_on(probe, now_ms);
}

static void say_again(struct probe *probe, uint64_t now_ms)
{
	probe->said = 0;
	probe_do(probe, PROBING_SAY, now_ms, probe->settings.patience_ms);
}

/* ---- hearing ---- */

static bool is_hello(const struct probe_step *step)
{
	return step->action == PROBE_SAY && octets_start_nocase(octets_of(step->text), "EHLO");
}

static void keep_offers(struct probe *probe, const struct probe_reply *reply)
{
	enum probe_place place = probe->logged_in ? PROBE_AFTER_LOGIN
				 : probe->tls	  ? PROBE_INSIDE_TLS
						  : PROBE_BEFORE_TLS;
	probe->offers[place] = (struct probe_offer){true, reply->from, reply->len};
}

/* True: the login goes on, and its next line is in `out`. */
static bool login_goes_on(struct probe *probe, const struct probe_step *step, struct octets text,
	unsigned int code, uint64_t now_ms)
{
	if (code != 334 || probe->login.answers > 2)
		return false;
	while (text.len > 0 && (text.at[text.len - 1] == '\n' || text.at[text.len - 1] == '\r'))
		text.len--;
	buffer_clear(&probe->out);
	if (!probe_login_answer(probe, step, octets_from(text, 4))) {
		probe->login.answers = 3;
		buffer_append_text(&probe->out, "*\r\n");
	}
	say_again(probe, now_ms);
	return true;
}

static void end_login(struct probe *probe, const struct probe_step *step, unsigned int code)
{
	if (code == 235)
		probe->logged_in = true;
	else if (code == 535 && (step->marks & PROBE_STRANGER) == 0)
		probe->refused_logins++;
}

/* A step that is said often goes on until its number is full or one is refused. */
static bool repeats(const struct probe_step *step, struct probe_reply *reply, unsigned int code)
{
	bool taken = code >= 200 && code < 400;
	reply->taken += taken ? 1 : 0;
	reply->slow = reply->took_ms >= PROBE_SLOW_MS ? reply->slow + 1 : 0;
	return step->action == PROBE_SAY && taken && reply->taken < step->number &&
	       !probe_was_slowed(reply);
}

static void record(
	struct probe *probe, struct probe_reply *reply, unsigned int code, uint64_t now_ms)
{
	reply->state = PROBE_ANSWERED;
	reply->code = code;
	reply->from = probe->reply_from;
	reply->len = probe->heard.len - probe->reply_from;
	reply->lines = probe->reply_lines;
	reply->wordless = probe->reply_wordless;
	reply->took_ms = now_ms - probe->said_ms;
	probe->last_code = code;
}

static void hear_farewell(struct probe *probe, unsigned int code, uint64_t now_ms)
{
	probe->last_code = code;
	if (!probe->farewell_said) {
		leave(probe, now_ms);
		return;
	}
	record(probe, &probe->replies[STAGE_IS_FAREWELL], code, now_ms);
	probe_close(probe);
}

/* A whole reply has come. */
static void hear(struct probe *probe, unsigned int code, uint64_t now_ms)
{
	if (probe->leaving) {
		hear_farewell(probe, code, now_ms);
		return;
	}
	size_t stage = probe->awaited;
	const struct probe_step *step = &probe->stages[stage].step;
	struct probe_reply *reply = probe_reply_of(probe, stage);
	struct octets text = octets_from(buffer_octets(&probe->heard), probe->reply_from);
	if (step->action == PROBE_LOGIN && login_goes_on(probe, step, text, code, now_ms))
		return;
	record(probe, reply, code, now_ms);
	if (step->action == PROBE_GREETING)
		probe->greeting = *reply;
	if (is_hello(step) && code / 100 == 2)
		keep_offers(probe, reply);
	if (step->action == PROBE_LOGIN)
		end_login(probe, step, code);
	probe->tls_promised = code == 220 && step->action == PROBE_SAY;
	if (repeats(step, reply, code)) {
		say_again(probe, now_ms);
		return;
	}
	probe->awaited++;
	skip_unawaited(probe);
	if (probe->awaited == probe->next)
		probe_end_flight(probe, probe->flight_from, now_ms);
}

/* Takes a line from `in`; false: there is no whole one, or nobody listens now. */
static bool hear_line(struct probe *probe, uint64_t now_ms)
{
	struct octets in = buffer_octets(&probe->in);
	size_t len = octets_find(in, '\n');
	if ((probe->doing != PROBING_HEAR && probe->doing != PROBING_WAIT) || len == in.len)
		return false;
	if (probe->reply_lines == 0) {
		probe->reply_from = probe->heard.len;
		probe->reply_wordless = false;
	}
	buffer_append(&probe->heard, in.at, len + 1);
	while (len > 0 && in.at[len - 1] == '\r')
		len--;
	uint64_t code = 0;
	bool coded = len >= 3 && octets_number(octets_cut(in, 3), &code);
	bool more = coded && len > 3 && in.at[3] == '-';
	probe->reply_wordless |= coded && len <= 4;
	probe->reply_lines++;
	buffer_consume(&probe->in, octets_find(in, '\n') + 1);
	if (buffer_failed(&probe->heard) || probe->reply_lines > REPLY_LINES_MAX) {
		if (probe->awaited < probe->stage_count)
			probe_fail(probe, probe->awaited, PROBE_CUT_OFF);
		probe_close(probe);
		return false;
	}
	if (more)
		return true;
	hear(probe, coded ? (unsigned int)code : 0, now_ms);
	probe->reply_lines = 0;
	return true;
}

void probe_hear_all(struct probe *probe, uint64_t now_ms)
{
	while (hear_line(probe, now_ms))
		;
}

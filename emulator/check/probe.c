/* probe: one step after the other, each with the reply to it; then QUIT. */
#include "probe_state.h"

#include "base64.h"

#include <stdio.h>

enum {
	OUT_MAX = 64 * 1024,
	IN_MAX = 64 * 1024,
	HEARD_MAX = 512 * 1024,
	REPLY_LINES_MAX = 100,
	FAREWELL_MS = 3000
};

static struct probe *of(struct player *player)
{
	return (struct probe *)(void *)player;
}

static const struct probe *of_const(const struct player *player)
{
	return (const struct probe *)(const void *)player;
}

static struct probe_reply *reply_of(struct probe *probe, size_t stage)
{
	return &probe->replies[probe->stages[stage].of];
}

static void do_next(struct probe *probe, enum probing doing, uint64_t now_ms, uint64_t span_ms)
{
	probe->doing = doing;
	probe->deadline_ms = time_later(now_ms, span_ms);
}

/* ---- leaving ---- */

static void close_now(struct probe *probe)
{
	probe->next = probe->awaited = probe->stage_count;
	do_next(probe, PROBING_CLOSE, 0, PLAYER_NEVER);
}

static uint64_t farewell_ms(const struct probe *probe)
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
		close_now(probe);
		return;
	}
	bool exchange = probe->last_code == 334 && !probe->leaving;
	buffer_append_text(&probe->out, exchange ? "*\r\n" : "QUIT\r\n");
	probe->farewell_said = !exchange;
	probe->leaving = true;
	do_next(probe, PROBING_SAY, now_ms, farewell_ms(probe));
}

/* ---- saying ---- */

static void fail(struct probe *probe, size_t stage, enum probe_state state)
{
	reply_of(probe, stage)->state = state;
}

static bool begin_login(struct probe *probe, size_t stage)
{
	const struct probe_step *step = &probe->stages[stage].step;
	if (probe->settings.account->user.len == 0 && (step->marks & PROBE_STRANGER) == 0)
		reply_of(probe, stage)->state = PROBE_PASSED;
	else if (!probe_may_say_secrets(probe))
		fail(probe, stage, PROBE_WITHHELD);
	else if (!probe_login_begin(probe, step))
		fail(probe, stage, PROBE_NOT_OFFERED);
	else
		return true;
	return reply_of(probe, stage)->state == PROBE_PASSED;
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
			fail(probe, stage, PROBE_WITHHELD);
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
		reply_of(probe, probe->awaited++)->state = PROBE_PASSED;
}

/* Passed over: nothing is to be done at this stage as things are. */
static bool is_idle(const struct probe *probe, const struct probe_step *step)
{
	return ((step->marks & PROBE_ONLY_334) != 0 && probe->last_code != 334) ||
	       (step->action == PROBE_HANDSHAKE && probe->last_code != 220);
}

/* Says all that leaves in one write, or leaves, or begins to wait. */
static void go_on(struct probe *probe, uint64_t now_ms)
{
	buffer_clear(&probe->out);
	probe->said = 0;
	while (probe->next < probe->stage_count) {
		size_t stage = probe->next;
		const struct probe_step *step = &probe->stages[stage].step;
		if (is_idle(probe, step)) {
			reply_of(probe, stage)->state = PROBE_PASSED;
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
			do_next(probe, step->action == PROBE_HANDSHAKE ? PROBING_TLS : PROBING_WAIT,
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
		do_next(probe, probe->out.len > 0 ? PROBING_SAY : PROBING_HEAR, now_ms,
			probe->settings.patience_ms);
}

static bool went_well(const struct probe_reply *reply)
{
	return reply->state == PROBE_PASSED || reply->state == PROBE_TLS_UP ||
	       (reply->state == PROBE_ANSWERED && reply->code >= 200 && reply->code < 400);
}

/* All replies of what left together have come. */
static void end_flight(struct probe *probe, size_t from, uint64_t now_ms)
{
	for (size_t stage = from; stage < probe->next; stage++) {
		const struct probe_step *step = &probe->stages[stage].step;
		bool goes_on = went_well(reply_of(probe, stage)) ||
			       (step->marks & PROBE_THING) != 0 || step->action == PROBE_WAIT;
		if (!goes_on) {
			leave(probe, now_ms);
			return;
		}
	}
	probe->flight_from = probe->next;
	go_on(probe, now_ms);
}

static void say_again(struct probe *probe, uint64_t now_ms)
{
	probe->said = 0;
	do_next(probe, PROBING_SAY, now_ms, probe->settings.patience_ms);
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
	return step->action == PROBE_SAY && taken && reply->taken < step->number;
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
	close_now(probe);
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
	struct probe_reply *reply = reply_of(probe, stage);
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
		end_flight(probe, probe->flight_from, now_ms);
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
			fail(probe, probe->awaited, PROBE_CUT_OFF);
		close_now(probe);
		return false;
	}
	if (more)
		return true;
	hear(probe, coded ? (unsigned int)code : 0, now_ms);
	probe->reply_lines = 0;
	return true;
}

static void hear_all(struct probe *probe, uint64_t now_ms)
{
	while (hear_line(probe, now_ms))
		;
}

/* ---- the player ---- */

static unsigned int wants(const struct player *player)
{
	static const unsigned int table[] = {
		[PROBING_CONNECT] = PLAYER_CONNECT,
		[PROBING_SAY] = PLAYER_SEND | PLAYER_RECEIVE,
		[PROBING_HEAR] = PLAYER_RECEIVE,
		[PROBING_TLS] = PLAYER_START_TLS,
		[PROBING_WAIT] = PLAYER_SEND | PLAYER_RECEIVE,
		[PROBING_CLOSE] = PLAYER_CLOSE,
		[PROBING_OVER] = 0,
	};
	const struct probe *probe = of_const(player);
	if (probe->doing == PROBING_WAIT && probe->said >= probe->out.len)
		return PLAYER_RECEIVE;
	return table[probe->doing];
}

static size_t outgoing(struct player *player, struct octets *pieces, size_t max)
{
	const struct probe *probe = of(player);
	if (max == 0 || (wants(player) & PLAYER_SEND) == 0)
		return 0;
	pieces[0] = octets_from(buffer_octets(&probe->out), probe->said);
	return 1;
}

static void sent(struct player *player, size_t count, uint64_t now_ms)
{
	struct probe *probe = of(player);
	if ((wants(player) & PLAYER_SEND) == 0)
		return;
	probe->said += count;
	if (probe->said < probe->out.len || probe->doing == PROBING_WAIT)
		return;
	probe->said_ms = now_ms;
	if (!probe->leaving && probe->awaited == probe->next) {
		end_flight(probe, probe->flight_from, now_ms);
	} else {
		do_next(probe, PROBING_HEAR, now_ms,
			probe->leaving ? farewell_ms(probe) : probe->settings.patience_ms);
		hear_all(probe, now_ms);
	}
}

static void received(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms)
{
	struct probe *probe = of(player);
	if ((wants(player) & PLAYER_RECEIVE) == 0)
		return;
	if (!buffer_append(&probe->in, at, len)) {
		if (probe->awaited < probe->stage_count)
			fail(probe, probe->awaited, PROBE_CUT_OFF);
		close_now(probe);
		return;
	}
	hear_all(probe, now_ms);
}

/* The last reply that was heard is the last word of the server. */
static void mark_closed_behind(struct probe *probe)
{
	for (size_t i = PROBE_STEPS_MAX; i-- > 0;) {
		if (probe->replies[i].state != PROBE_ANSWERED)
			continue;
		probe->replies[i].closed_behind = true;
		return;
	}
}

static void ended(struct player *player, enum player_end why, uint64_t now_ms)
{
	struct probe *probe = of(player);
	(void)why;
	(void)now_ms;
	if (probe->doing == PROBING_CLOSE || probe->doing == PROBING_OVER)
		return;
	if (probe->leaving) {
		probe->replies[STAGE_IS_FAREWELL].state = PROBE_CLOSED;
		mark_closed_behind(probe);
	} else if (probe->awaited < probe->stage_count) {
		fail(probe, probe->awaited, PROBE_CLOSED);
	}
	close_now(probe);
}

static void connected(struct player *player, const struct player_link *link, uint64_t now_ms)
{
	struct probe *probe = of(player);
	if (probe->doing != PROBING_CONNECT)
		return;
	int len = (int)strcspn(link->local_address, "%");
	bool six = strchr(link->local_address, ':') != NULL;
	snprintf(probe->name, sizeof probe->name, "[%s%.*s]", six ? "IPv6:" : "",
		len == 0 ? 9 : len, len == 0 ? "127.0.0.1" : link->local_address);
	probe->said_ms = now_ms;
	probe->tls_wanted_first = probe->settings.account->security == PHONE_TLS;
	if (probe->tls_wanted_first)
		do_next(probe, PROBING_TLS, now_ms, PLAYER_NEVER);
	else
		go_on(probe, now_ms);
}

static void connect_failed(struct player *player, const char *why, uint64_t now_ms)
{
	struct probe *probe = of(player);
	(void)now_ms;
	sentence_set(&probe->why, "%s", why);
	if (probe->doing != PROBING_CONNECT)
		return;
	fail(probe, 0, PROBE_NO_CONNECTION);
	probe->doing = PROBING_OVER;
}

static void tls_up(struct player *player, const struct player_tls *tls, uint64_t now_ms)
{
	struct probe *probe = of(player);
	(void)tls;
	if (probe->doing != PROBING_TLS)
		return;
	probe->tls = true;
	probe->tls_promised = false;
	probe->said_ms = now_ms;
	/* what came in clear behind the reply to STARTTLS is nobody's word */
	buffer_clear(&probe->in);
	if (probe->tls_wanted_first) {
		go_on(probe, now_ms);
		return;
	}
	fail(probe, probe->awaited, PROBE_TLS_UP);
	probe->awaited = probe->next;
	probe->last_code = 0;
	probe->flight_from = probe->next;
	go_on(probe, now_ms);
}

static void tls_failed(struct player *player, const char *why, uint64_t now_ms)
{
	struct probe *probe = of(player);
	(void)now_ms;
	sentence_set(&probe->why, "%s", why);
	if (probe->doing == PROBING_OVER || probe->doing == PROBING_CLOSE)
		return;
	if (probe->awaited < probe->stage_count)
		fail(probe, probe->awaited, PROBE_TLS_FAILED);
	close_now(probe);
}

static const struct player_mail *mail(const struct player *player)
{
	(void)player;
	return NULL;
}

static void stored(struct player *player, bool safe, uint64_t now_ms)
{
	(void)player;
	(void)safe;
	(void)now_ms;
}

static void closed(struct player *player, uint64_t now_ms)
{
	(void)now_ms;
	of(player)->doing = PROBING_OVER;
}

static uint64_t deadline_ms(const struct player *player)
{
	const struct probe *probe = of_const(player);
	bool waits = probe->doing == PROBING_SAY || probe->doing == PROBING_HEAR ||
		     probe->doing == PROBING_WAIT;
	return waits ? probe->deadline_ms : PLAYER_NEVER;
}

static void tick(struct player *player, uint64_t now_ms)
{
	struct probe *probe = of(player);
	if (now_ms < deadline_ms(player))
		return;
	if (probe->doing == PROBING_WAIT) {
		reply_of(probe, probe->awaited)->state = PROBE_SILENT;
		probe->awaited = probe->flight_from = probe->next;
		go_on(probe, now_ms);
		return;
	}
	if (probe->leaving)
		probe->replies[STAGE_IS_FAREWELL].state = PROBE_SILENT;
	else if (probe->awaited < probe->stage_count)
		fail(probe, probe->awaited, PROBE_SILENT);
	close_now(probe);
}

/* ---- making and reading ---- */

static bool add_stage(struct probe *probe, size_t of_step, struct probe_step step)
{
	if (probe->stage_count == STAGES_MAX)
		return false;
	probe->stages[probe->stage_count++] = (struct stage){step, of_step};
	return true;
}

static bool add_step(struct probe *probe, size_t index, struct probe_step step)
{
	if (step.action != PROBE_OPEN)
		return add_stage(probe, index, step);
	bool added = add_stage(probe, index, (struct probe_step){.action = PROBE_GREETING});
	if (probe->settings.account->security != PHONE_STARTTLS)
		return added;
	return added &&
	       add_stage(probe, index, (struct probe_step){PROBE_SAY, 0, "EHLO {name}", 0}) &&
	       add_stage(probe, index, (struct probe_step){PROBE_SAY, 0, "STARTTLS", 0}) &&
	       add_stage(probe, index, (struct probe_step){.action = PROBE_HANDSHAKE});
}

struct probe *probe_new(const struct probe_settings *settings)
{
	static const struct player_ops ops = {wants, outgoing, sent, received, ended, connected,
		connect_failed, tls_up, tls_failed, mail, stored, closed, deadline_ms, tick, NULL,
		NULL, NULL};
	struct probe *probe = memory_new(settings->memory, 1, sizeof *probe);
	if (probe == NULL)
		return NULL;
	probe->player.ops = &ops;
	probe->settings = *settings;
	buffer_init(&probe->out, settings->memory, OUT_MAX);
	buffer_init(&probe->in, settings->memory, IN_MAX);
	buffer_init(&probe->heard, settings->memory, HEARD_MAX);
	buffer_init(&probe->prompts, settings->memory, OUT_MAX);
	bool fits = true;
	for (size_t i = 0; settings->steps[i].action != PROBE_END && fits; i++)
		fits = i < PROBE_STEPS_MAX && add_step(probe, i, settings->steps[i]);
	if (!fits) {
		probe_free(probe);
		return NULL;
	}
	return probe;
}

void probe_free(struct probe *probe)
{
	if (probe == NULL)
		return;
	buffer_free(&probe->out);
	buffer_free(&probe->in);
	buffer_free(&probe->heard);
	buffer_free(&probe->prompts);
	memory_free(probe->settings.memory, probe, sizeof *probe);
}

struct player *probe_player(struct probe *probe)
{
	return &probe->player;
}

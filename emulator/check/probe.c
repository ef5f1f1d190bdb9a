/* probe: the player's side: what the driver asks for and tells; making one. */
#include "probe_state.h"

#include <stdio.h>

enum { OUT_MAX = 64 * 1024, IN_MAX = 64 * 1024, HEARD_MAX = 512 * 1024 };

static struct probe *of(struct player *player)
{
	return (struct probe *)(void *)player;
}

static const struct probe *of_const(const struct player *player)
{
	return (const struct probe *)(const void *)player;
}

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
		probe_end_flight(probe, probe->flight_from, now_ms);
	} else {
		probe_do(probe, PROBING_HEAR, now_ms,
			probe->leaving ? probe_farewell_ms(probe) : probe->settings.patience_ms);
		probe_hear_all(probe, now_ms);
	}
}

static void received(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms)
{
	struct probe *probe = of(player);
	if ((wants(player) & PLAYER_RECEIVE) == 0)
		return;
	if (!buffer_append(&probe->in, at, len)) {
		if (probe->awaited < probe->stage_count)
			probe_fail(probe, probe->awaited, PROBE_CUT_OFF);
		probe_close(probe);
		return;
	}
	probe_hear_all(probe, now_ms);
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
		probe_fail(probe, probe->awaited, PROBE_CLOSED);
	}
	probe_close(probe);
}

static void name_itself(struct probe *probe, const char *address)
{
	const char *given = probe->settings.name;
	int len = (int)strcspn(address, "%");
	bool six = strchr(address, ':') != NULL;
	if (given != NULL)
		snprintf(probe->name, sizeof probe->name, "%s", given);
	else
		snprintf(probe->name, sizeof probe->name, "[%s%.*s]", six ? "IPv6:" : "",
			len == 0 ? 9 : len, len == 0 ? "127.0.0.1" : address);
}

static void connected(struct player *player, const struct player_link *link, uint64_t now_ms)
{
	struct probe *probe = of(player);
	if (probe->doing != PROBING_CONNECT)
		return;
	name_itself(probe, link->local_address);
	probe->said_ms = now_ms;
	probe->tls_wanted_first = probe->settings.account->security == PHONE_TLS;
	if (probe->tls_wanted_first)
		probe_do(probe, PROBING_TLS, now_ms, PLAYER_NEVER);
	else
		probe_go_on(probe, now_ms);
}

static void connect_failed(struct player *player, const char *why, uint64_t now_ms)
{
	struct probe *probe = of(player);
	(void)now_ms;
	sentence_set(&probe->why, "%s", why);
	if (probe->doing != PROBING_CONNECT)
		return;
	probe_fail(probe, 0, PROBE_NO_CONNECTION);
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
		probe_go_on(probe, now_ms);
		return;
	}
	probe_fail(probe, probe->awaited, PROBE_TLS_UP);
	probe->awaited = probe->next;
	probe->last_code = 0;
	probe->flight_from = probe->next;
	probe_go_on(probe, now_ms);
}

static void tls_failed(struct player *player, const char *why, uint64_t now_ms)
{
	struct probe *probe = of(player);
	(void)now_ms;
	sentence_set(&probe->why, "%s", why);
	if (probe->doing == PROBING_OVER || probe->doing == PROBING_CLOSE)
		return;
	if (probe->awaited < probe->stage_count)
		probe_fail(probe, probe->awaited, PROBE_TLS_FAILED);
	probe_close(probe);
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

/* Lines of a reply may have come, or a part of one. */
static void fall_silent(struct probe *probe)
{
	probe_fail(probe, probe->awaited, PROBE_SILENT);
	probe_reply_of(probe, probe->awaited)->begun = probe->reply_lines > 0 || probe->in.len > 0;
}

static void tick(struct player *player, uint64_t now_ms)
{
	struct probe *probe = of(player);
	if (now_ms < deadline_ms(player))
		return;
	if (probe->doing == PROBING_WAIT) {
		probe_reply_of(probe, probe->awaited)->state = PROBE_SILENT;
		probe->awaited = probe->flight_from = probe->next;
		probe_go_on(probe, now_ms);
		return;
	}
	if (probe->leaving)
		probe->replies[STAGE_IS_FAREWELL].state = PROBE_SILENT;
	else if (probe->awaited < probe->stage_count)
		fall_silent(probe);
	probe_close(probe);
}

void probe_was_broken_off(struct probe *probe)
{
	for (size_t i = 0; i <= PROBE_STEPS_MAX; i++) {
		probe->replies[i].closed_behind = false;
		if (probe->replies[i].state == PROBE_CLOSED)
			probe->replies[i].state = PROBE_CUT_OFF;
	}
	/* a handshake has no patience of the probe's: it is the driver's that ends it */
	for (size_t i = 0; i < probe->stage_count; i++) {
		struct probe_reply *reply = probe_reply_of(probe, i);
		bool handshake =
			probe->settings.steps[probe->stages[i].of].action == PROBE_HANDSHAKE;
		if (handshake && reply->state == PROBE_CUT_OFF)
			reply->state = PROBE_SILENT;
	}
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

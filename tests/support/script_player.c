/* script_player: one step after the other. */
#include "script_player.h"

#include <stdio.h>
#include <string.h>

static struct script_player *of(struct player *player)
{
	return (struct script_player *)(void *)player;
}

static const struct script_player *of_const(const struct player *player)
{
	return (const struct script_player *)(const void *)player;
}

static void go_on(struct script_player *script)
{
	if (script->step->kind != SCRIPT_END && script->step->kind != SCRIPT_NO_BYE &&
		script->step->kind != SCRIPT_ABORT)
		script->step++;
	script->said = 0;
	script->until_ms = 0;
}

static bool is_heard(struct script_player *script)
{
	const char *from = script_player_heard(script) + script->heard_from;
	const char *found = strstr(from, script->step->text);
	if (found == NULL)
		return false;
	script->heard_from += (size_t)(found - from) + strlen(script->step->text);
	return true;
}

/* Steps that need nothing from the driver any more. */
static void settle(struct script_player *script)
{
	while (script->step->kind == SCRIPT_HEAR && is_heard(script))
		go_on(script);
}

/* Only things to be said stand between the step in hand and TLS. */
static bool tls_is_next(const struct script_step *step)
{
	while (step->kind == SCRIPT_SAY || step->kind == SCRIPT_FLOOD)
		step++;
	return step->kind == SCRIPT_TLS;
}

static unsigned int wants(const struct player *player)
{
	static const unsigned int table[] = {
		[SCRIPT_END] = PLAYER_CLOSE,
		[SCRIPT_CONNECT] = PLAYER_CONNECT,
		[SCRIPT_SAY] = PLAYER_SEND,
		[SCRIPT_FLOOD] = PLAYER_SEND,
		[SCRIPT_HEAR] = PLAYER_RECEIVE,
		[SCRIPT_TLS] = PLAYER_START_TLS,
		[SCRIPT_STORE] = PLAYER_STORE,
		[SCRIPT_PAUSE] = PLAYER_RECEIVE,
		[SCRIPT_HOLD] = PLAYER_HOLD | PLAYER_RECEIVE, /* of which the first wins */
		[SCRIPT_NO_BYE] = PLAYER_CLOSE | PLAYER_NO_BYE,
		[SCRIPT_ABORT] = PLAYER_CLOSE | PLAYER_ABORT,
	};
	const struct script_player *script = of_const(player);
	if (script->over)
		return 0;
	if (script->closing)
		return PLAYER_CLOSE;
	unsigned int set = table[script->step->kind];
	if (script->eager_for_tls && tls_is_next(script->step))
		set |= PLAYER_START_TLS;
	return script->wants_receive_too && set == PLAYER_SEND ? set | PLAYER_RECEIVE : set;
}

static size_t outgoing(struct player *player, struct octets *pieces, size_t max)
{
	static uint8_t flood[65536];
	struct script_player *script = of(player);
	if (max == 0 || (wants(player) & PLAYER_SEND) == 0)
		return 0;
	if (script->step->kind == SCRIPT_SAY) {
		pieces[0] = octets_from(octets_of(script->step->text), script->said);
		return 1;
	}
	memset(flood, 'x', sizeof flood);
	size_t left = script->step->number - script->said;
	size_t count = 0;
	for (; count < max && left > 0; count++) {
		pieces[count] = octets_cut(octets_make(flood, sizeof flood), left);
		left -= pieces[count].len;
	}
	return count;
}

static void sent(struct player *player, size_t count, uint64_t now_ms)
{
	struct script_player *script = of(player);
	(void)now_ms;
	script->said += count;
	size_t all = script->step->kind == SCRIPT_SAY ? strlen(script->step->text)
						      : script->step->number;
	if (script->said >= all)
		go_on(script);
	settle(script);
}

static void received(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms)
{
	struct script_player *script = of(player);
	(void)now_ms;
	script->received_calls++;
	script->longest_receive = len > script->longest_receive ? len : script->longest_receive;
	buffer_append(&script->heard, at, len);
	settle(script);
}

static void ended(struct player *player, enum player_end why, uint64_t now_ms)
{
	struct script_player *script = of(player);
	(void)now_ms;
	script->ends++;
	script->end = why;
	script->closing = true;
}

static void connected(struct player *player, const struct player_link *link, uint64_t now_ms)
{
	struct script_player *script = of(player);
	(void)now_ms;
	script->connections++;
	snprintf(script->local, sizeof script->local, "%s", link->local_address);
	snprintf(script->remote, sizeof script->remote, "%s", link->remote_address);
	if (script->step->kind == SCRIPT_CONNECT)
		go_on(script);
}

static void connect_failed(struct player *player, const char *why, uint64_t now_ms)
{
	struct script_player *script = of(player);
	(void)now_ms;
	snprintf(script->failed, sizeof script->failed, "%s", why);
	script->over = true;
}

static void tls_up(struct player *player, const struct player_tls *tls, uint64_t now_ms)
{
	struct script_player *script = of(player);
	(void)now_ms;
	script->tls_up = true;
	script->tls_verified = tls->verified;
	script->exporter_len = tls->exporter.len;
	snprintf(script->tls, sizeof script->tls, "%s", tls->description);
	go_on(script);
}

static void tls_failed(struct player *player, const char *why, uint64_t now_ms)
{
	struct script_player *script = of(player);
	(void)now_ms;
	snprintf(script->tls, sizeof script->tls, "%s", why);
	if (script->stubborn)
		go_on(script);
	else
		script->closing = true;
}

static const struct player_mail *mail(const struct player *player)
{
	return &of_const(player)->mail;
}

static void stored(struct player *player, bool safe, uint64_t now_ms)
{
	struct script_player *script = of(player);
	(void)now_ms;
	script->stores++;
	script->stored_safe = safe;
	if (script->step->kind == SCRIPT_STORE)
		go_on(script);
}

static void closed(struct player *player, uint64_t now_ms)
{
	struct script_player *script = of(player);
	(void)now_ms;
	script->closes++;
	script->over = true;
}

static bool is_timed(const struct script_player *script)
{
	return script->step->kind == SCRIPT_PAUSE ||
	       (script->step->kind == SCRIPT_HOLD && script->step->number > 0);
}

static uint64_t deadline_ms(const struct player *player)
{
	const struct script_player *script = of_const(player);
	if (script->over || script->closing || !is_timed(script))
		return PLAYER_NEVER;
	return script->until_ms; /* 0 at first: the tick comes at once and sets it */
}

static void tick(struct player *player, uint64_t now_ms)
{
	struct script_player *script = of(player);
	if (!is_timed(script))
		return;
	if (script->until_ms == 0)
		script->until_ms = now_ms + script->step->number;
	if (now_ms >= script->until_ms)
		go_on(script);
}

void script_player_init(struct script_player *script, const struct script_step *steps)
{
	static const struct player_ops ops = {wants, outgoing, sent, received, ended, connected,
		connect_failed, tls_up, tls_failed, mail, stored, closed, deadline_ms, tick, NULL,
		NULL, NULL};
	*script = (struct script_player){.player.ops = &ops, .step = steps};
	buffer_init(&script->heard, &memory_standard, SIZE_MAX / 2);
}

void script_player_free(struct script_player *script)
{
	buffer_free(&script->heard);
}

const char *script_player_heard(struct script_player *script)
{
	return buffer_string(&script->heard);
}

bool script_player_succeeded(const struct script_player *script)
{
	enum script_kind kind = script->step->kind;
	return kind == SCRIPT_END || kind == SCRIPT_NO_BYE || kind == SCRIPT_ABORT;
}

/*
 * server_stand: a server player with a scripted client before it, for tests.
 *
 * The stand keeps to the driver's loop of player.h with a clock of its own. What the server says
 * is written down in a form that is easy to compare: CR LF as "\n", a lone CR or LF as <CR>, <LF>,
 * and what happens besides as [tls], [stored], [closed], [no-bye], [reset], [hung].
 *
 * A script is octets; STAND_PAUSE in it means: the client waits until the server has said
 * everything, delays included.
 */
#ifndef SUPPORT_SERVER_STAND_H
#define SUPPORT_SERVER_STAND_H

#include "check.h"
#include "failing_memory.h"
#include "profile_fixture.h"
#include "random.h"
#include "server.h"

#define STAND_PAUSE "\x01"

enum stand_cut { STAND_WHOLE, STAND_OCTETS, STAND_SEEDED, STAND_CUTS };

struct stand {
	struct failing_memory memory; /* the server's */
	struct server *server;
	struct player *player;
	struct buffer heard;  /* see above */
	struct buffer stored; /* what was stored: sender, recipients, content */
	struct random random;
	enum stand_cut cut;
	uint64_t now_ms;
	size_t writes;
	char user[64];	   /* of the message stored last */
	bool cannot_store; /* stored(false) */
	bool busy_store;   /* stored() is not called yet */
	bool deaf;	   /* nothing is taken from the server */
	bool tls_fails;
	bool no_remarks; /* only what the server says is written down */
	bool over;
	bool hung; /* and it is over because the server says nothing more */
};

static inline void stand_write_down(struct stand *stand, struct octets said)
{
	for (size_t i = 0; i < said.len; i++) {
		bool cr = said.at[i] == '\r';
		bool lf = said.at[i] == '\n';
		size_t len = stand->heard.len;
		bool after_cr = len >= 4 && memcmp(stand->heard.at + len - 4, "<CR>", 4) == 0;
		if (lf && after_cr)
			buffer_truncate(&stand->heard, len - 4);
		if (lf && after_cr)
			buffer_append_byte(&stand->heard, '\n');
		else if (cr || lf)
			buffer_append_text(&stand->heard, cr ? "<CR>" : "<LF>");
		else
			buffer_append_byte(&stand->heard, said.at[i]);
	}
}

static inline void stand_remark(struct stand *stand, const char *remark)
{
	if (!stand->no_remarks)
		buffer_append_text(&stand->heard, remark);
}

static inline void stand_store(struct stand *stand)
{
	const struct player_mail *mail = stand->player->ops->mail(stand->player);
	if (!CHECK(mail != NULL))
		return;
	stand_remark(stand, "[stored]");
	snprintf(stand->user, sizeof stand->user, "%.*s", (int)mail->user.len,
		(const char *)mail->user.at);
	buffer_append_octets(&stand->stored, mail->sender);
	for (size_t i = 0; i < mail->recipient_count; i++) {
		buffer_append_byte(&stand->stored, ' ');
		buffer_append_octets(&stand->stored, mail->recipients[i]);
	}
	buffer_append_byte(&stand->stored, '\n');
	size_t len = 0;
	for (size_t i = 0; i < mail->content_count; i++) {
		buffer_append_octets(&stand->stored, mail->content[i]);
		len += mail->content[i].len;
	}
	CHECK_INT(len, mail->content_len);
	stand->player->ops->stored(stand->player, !stand->cannot_store, stand->now_ms);
}

static inline void stand_take(struct stand *stand)
{
	struct octets pieces[8];
	size_t count = stand->player->ops->outgoing(stand->player, pieces, 8), len = 0;
	CHECK(count > 0);
	for (size_t i = 0; i < count; i++) {
		stand_write_down(stand, pieces[i]);
		len += pieces[i].len;
	}
	CHECK(len > 0);
	stand->writes++;
	stand->player->ops->sent(stand->player, len, stand->now_ms);
}

static inline void stand_handshake(struct stand *stand)
{
	static const struct player_tls tls = {.description = "stand-in"};
	if (stand->tls_fails) {
		stand->player->ops->tls_failed(stand->player, "told to", stand->now_ms);
		return;
	}
	stand_remark(stand, "[tls]");
	stand->player->ops->tls_up(stand->player, &tls, stand->now_ms);
}

static inline void stand_end(struct stand *stand, unsigned wants)
{
	if ((wants & PLAYER_ABORT) != 0)
		stand_remark(stand, "[reset]");
	else
		stand_remark(stand, (wants & PLAYER_NO_BYE) != 0 ? "[no-bye]" : "[closed]");
	stand->player->ops->closed(stand->player, stand->now_ms);
	CHECK_INT(stand->player->ops->wants(stand->player), 0);
	stand->over = true;
}

/* Does whatever the server wants now; time stands still. */
static inline void stand_settle(struct stand *stand)
{
	while (!stand->over) {
		unsigned wants = stand->player->ops->wants(stand->player);
		if ((wants & PLAYER_SEND) != 0 && !stand->deaf)
			stand_take(stand);
		else if ((wants & PLAYER_STORE) != 0 && !stand->busy_store)
			stand_store(stand);
		else if ((wants & PLAYER_START_TLS) != 0)
			stand_handshake(stand);
		else if ((wants & PLAYER_CLOSE) != 0)
			stand_end(stand, wants);
		else if ((wants & PLAYER_HOLD) != 0)
			stand_remark(stand, "[hung]"), stand->over = stand->hung = true;
		else
			return;
	}
}

/* Lets the clock run to the server's deadline, if that is at most `within_ms` away. */
static inline bool stand_pass(struct stand *stand, uint64_t within_ms)
{
	uint64_t deadline = stand->player->ops->deadline_ms(stand->player);
	if (stand->over || deadline == PLAYER_NEVER || deadline > stand->now_ms + within_ms)
		return false;
	stand->now_ms = deadline;
	stand->player->ops->tick(stand->player, stand->now_ms);
	stand_settle(stand);
	return true;
}

/* Waits for delayed replies, not for the client's idle time to be over (five minutes). */
static inline void stand_pause(struct stand *stand)
{
	stand_settle(stand);
	while (stand_pass(stand, 200 * 1000))
		;
}

static inline size_t stand_next_len(struct stand *stand, size_t len)
{
	if (stand->cut == STAND_OCTETS)
		return 1;
	return stand->cut == STAND_WHOLE ? len : 1 + random_below(&stand->random, (uint32_t)len);
}

/* Gives the octets to the server, cut as the stand says. */
static inline void stand_say(struct stand *stand, struct octets octets)
{
	while (octets.len > 0 && !stand->over) {
		size_t len = stand_next_len(stand, octets.len);
		if ((stand->player->ops->wants(stand->player) & PLAYER_RECEIVE) == 0) {
			if (!stand_pass(stand, 200 * 1000))
				return;
			continue;
		}
		stand->player->ops->received(stand->player, octets.at, len, stand->now_ms);
		octets = octets_from(octets, len);
		stand_settle(stand);
	}
}

/* Says a script, a part up to each pause at a time. */
static inline void stand_play(struct stand *stand, struct octets script)
{
	while (script.len > 0) {
		size_t part = octets_find(script, (uint8_t)STAND_PAUSE[0]);
		stand_say(stand, octets_cut(script, part));
		stand_pause(stand);
		script = octets_from(script, part + 1);
	}
}

static const struct server_account stand_accounts[] = {
	{{(const uint8_t *)"phone", 5}, {(const uint8_t *)"secret", 6}},
};

/* The n-th allocation of the server fails; 0: none. False: not even a server could be made. */
static inline bool stand_open_failing(struct stand *stand, const struct server_profile *profile,
	struct server_settings settings, size_t fail_at)
{
	struct player_link link = {.local_address = "192.0.2.25", .remote_address = "192.0.2.7"};
	*stand = (struct stand){.now_ms = 1000};
	failing_memory_init(&stand->memory, fail_at);
	buffer_init(&stand->heard, &memory_standard, 64 << 20);
	buffer_init(&stand->stored, &memory_standard, 64 << 20);
	random_init(&stand->random, 5);
	settings.profile = profile;
	settings.accounts = stand_accounts;
	settings.account_count = 1;
	if (settings.seed == 0)
		settings.seed = 7;
	if (settings.unix_time == 0)
		settings.unix_time = 1187258656;
	stand->server = server_new(&stand->memory.memory, &settings);
	if (stand->server == NULL)
		return false;
	stand->player = server_player(stand->server);
	stand->player->ops->connected(stand->player, &link, stand->now_ms);
	return true;
}

/* Opens, and does nothing more: the greeting has not been taken yet. */
static inline void stand_open(
	struct stand *stand, const struct server_profile *profile, struct server_settings settings)
{
	CHECK(stand_open_failing(stand, profile, settings, 0));
}

static inline void stand_close(struct stand *stand)
{
	server_free(stand->server);
	buffer_free(&stand->heard);
	buffer_free(&stand->stored);
	CHECK_INT(stand->memory.live, 0);
}

static inline const char *stand_heard(struct stand *stand)
{
	return buffer_string(&stand->heard);
}

/* Forgets what was heard so far. */
static inline void stand_forget(struct stand *stand)
{
	buffer_clear(&stand->heard);
}

#endif

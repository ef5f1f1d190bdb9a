/* look_player: hands each call of a driver on to the session. */
#include "look_player.h"

#include "session.h"

static struct look_player *look_of(struct player *player)
{
	return (struct look_player *)player; /* it is the first member */
}

static unsigned int play_wants(const struct player *player)
{
	return msub_session_wants(((const struct look_player *)player)->session);
}

static size_t play_outgoing(struct player *player, struct octets *pieces, size_t max)
{
	struct msub_piece piece;
	if (max == 0 || msub_session_output(look_of(player)->session, &piece, 1) == 0)
		return 0;
	pieces[0] = octets_make(piece.at, piece.len);
	return 1;
}

static void play_sent(struct player *player, size_t count, uint64_t now_ms)
{
	msub_session_taken(look_of(player)->session, count, now_ms);
}

static void play_received(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms)
{
	msub_session_input(look_of(player)->session, at, len, now_ms);
}

static void play_ended(struct player *player, enum player_end why, uint64_t now_ms)
{
	static const char *const words[] = {
		"closed by the server", "broken off", "cut off inside TLS, without a farewell"};
	msub_session_end_of_input(look_of(player)->session, words[why], now_ms);
}

static void play_lost(struct player *player, const char *why, uint64_t now_ms)
{
	msub_session_end_of_input(look_of(player)->session, why, now_ms);
}

static void play_connected(struct player *player, const struct player_link *link, uint64_t now_ms)
{
	msub_session_connected(look_of(player)->session, link->local_address, now_ms);
}

static void play_connect_failed(struct player *player, const char *why, uint64_t now_ms)
{
	msub_session_connect_failed(look_of(player)->session, why, now_ms);
}

static void play_host_failed(struct player *player, const char *why, uint64_t now_ms)
{
	msub_session_host_failed(look_of(player)->session, why, now_ms);
}

static void play_found(
	struct player *player, enum player_service service, const char *host, uint16_t port)
{
	session_found(look_of(player)->session, service, host, port);
}

static void play_tls_up(struct player *player, const struct player_tls *tls, uint64_t now_ms)
{
	struct look_player *look = look_of(player);
	look->verified = tls->verified;
	session_tls_up(look->session, tls, now_ms);
}

static void play_tls_failed(struct player *player, const char *why, uint64_t now_ms)
{
	msub_session_tls_failed(look_of(player)->session, why, now_ms);
}

static const struct player_mail *play_mail(const struct player *player)
{
	(void)player;
	return NULL; /* only servers have mail to store */
}

static void play_stored(struct player *player, bool safe, uint64_t now_ms)
{
	(void)player;
	(void)safe;
	(void)now_ms;
}

static void play_closed(struct player *player, uint64_t now_ms)
{
	msub_session_closed(look_of(player)->session, now_ms);
}

static uint64_t play_deadline_ms(const struct player *player)
{
	return msub_session_deadline_ms(((const struct look_player *)player)->session);
}

static void play_tick(struct player *player, uint64_t now_ms)
{
	msub_session_tick(look_of(player)->session, now_ms);
}

static const struct player_ops look_ops = {
	.wants = play_wants,
	.outgoing = play_outgoing,
	.sent = play_sent,
	.received = play_received,
	.ended = play_ended,
	.lost = play_lost,
	.connected = play_connected,
	.connect_failed = play_connect_failed,
	.host_failed = play_host_failed,
	.found = play_found,
	.tls_up = play_tls_up,
	.tls_failed = play_tls_failed,
	.mail = play_mail,
	.stored = play_stored,
	.closed = play_closed,
	.deadline_ms = play_deadline_ms,
	.tick = play_tick,
};

struct player *look_player(struct look_player *look, struct msub_session *session)
{
	*look = (struct look_player){.player = {.ops = &look_ops}, .session = session};
	return &look->player;
}

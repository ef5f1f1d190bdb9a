/* replay: a driver whose other side is a transcript. */
#include "replay.h"

#include "trial_message.h"

#include <string.h>

enum { LOG_MAX = 4 * 1024 * 1024, STEPS_MAX = 100000, NOW = 1187266456, ADDRESS_MAX = 128 };

struct tape {
	struct replay *replay;
	struct player *player;
	const struct transcript *recorded;
	size_t at; /* the next event */
	uint64_t now_ms;
	char addresses[2][ADDRESS_MAX];
};

static const struct transcript_event *event_at(const struct tape *tape)
{
	return tape->at < transcript_count(tape->recorded) ? transcript_at(tape->recorded, tape->at)
							   : NULL;
}

/* "ADDRESS to ADDRESS[:PORT]" */
static void read_addresses(struct tape *tape, struct octets text)
{
	size_t to = octets_find_text(text, octets_of(" to "));
	struct octets parts[2] = {octets_cut(text, to), octets_from(text, to + 4)};
	for (size_t i = 0; i < 2; i++) {
		struct octets part = octets_cut(parts[i], ADDRESS_MAX - 1);
		if (part.len > 0)
			memcpy(tape->addresses[i], part.at, part.len);
		tape->addresses[i][part.len] = 0;
	}
}

static bool meet(struct tape *tape)
{
	const struct transcript_event *event;
	while ((event = event_at(tape)) != NULL && event->kind != TRANSCRIPT_CONNECTED)
		tape->at++;
	if (event == NULL)
		return false;
	read_addresses(tape, event->text);
	tape->at++;
	buffer_append_text(&tape->replay->log, "[connect]");
	tape->player->ops->connected(tape->player,
		&(struct player_link){tape->addresses[0], tape->addresses[1], 25}, tape->now_ms);
	return true;
}

static bool say(struct tape *tape)
{
	struct octets pieces[16];
	size_t count = tape->player->ops->outgoing(tape->player, pieces, 16), len = 0;
	for (size_t i = 0; i < count; i++) {
		buffer_append_octets(&tape->replay->log, pieces[i]);
		len += pieces[i].len;
	}
	buffer_append_text(&tape->replay->log, "[write]");
	tape->player->ops->sent(tape->player, len, tape->now_ms);
	return len > 0;
}

/* What came of the handshake that is next in this connection. */
static bool shake_hands(struct tape *tape)
{
	static const struct player_tls tls = {.verified = true, .description = "TLS"};
	const struct transcript_event *event;
	tape->replay->handshakes = true;
	buffer_append_text(&tape->replay->log, "[handshake]");
	while ((event = event_at(tape)) != NULL && event->kind != TRANSCRIPT_CONNECTED) {
		tape->at++;
		if (event->kind == TRANSCRIPT_TLS)
			tape->player->ops->tls_up(tape->player, &tls, tape->now_ms);
		else if (event->kind == TRANSCRIPT_TLS_FAILED)
			tape->player->ops->tls_failed(tape->player, "", tape->now_ms);
		else
			continue;
		return true;
	}
	return false;
}

/* Everything that the server said until the client said something. */
static void hear_lines(struct tape *tape)
{
	static const char *const ends[] = {
		[LINE_END_CRLF] = "\r\n", [LINE_END_LF] = "\n", [LINE_END_NONE] = ""};
	const struct transcript_event *event;
	struct buffer lines;
	buffer_init(&lines, tape->replay->log.memory, LOG_MAX);
	while ((event = event_at(tape)) != NULL && event->kind == TRANSCRIPT_SERVER) {
		buffer_append_octets(&lines, event->text);
		buffer_append_text(&lines, ends[event->line_end]);
		tape->at++;
	}
	buffer_append_text(&tape->replay->log, "[hear]");
	tape->player->ops->received(tape->player, lines.at, lines.len, tape->now_ms);
	buffer_free(&lines);
}

static bool wait(struct tape *tape)
{
	uint64_t deadline = tape->player->ops->deadline_ms(tape->player);
	if (deadline == PLAYER_NEVER)
		return false;
	tape->now_ms = deadline > tape->now_ms ? deadline : tape->now_ms;
	tape->player->ops->tick(tape->player, tape->now_ms);
	return true;
}

/* What comes next from the server, unless the client has lost its patience before. */
static bool hear(struct tape *tape)
{
	const struct transcript_event *event;
	while ((event = event_at(tape)) != NULL && event->kind != TRANSCRIPT_SERVER &&
		event->kind != TRANSCRIPT_ENDED && event->kind != TRANSCRIPT_CONNECTED)
		tape->at++;
	if (event == NULL || event->kind == TRANSCRIPT_CONNECTED)
		return false;
	/* nobody knows what the server would have said to a client with more patience */
	uint64_t deadline = tape->player->ops->deadline_ms(tape->player);
	bool ended = event->kind == TRANSCRIPT_ENDED;
	if (ended && event->side == WIRE_CLIENT)
		return deadline <= event->at_ms && wait(tape);
	if (deadline <= event->at_ms)
		return wait(tape);
	tape->now_ms = event->at_ms > tape->now_ms ? event->at_ms : tape->now_ms;
	if (!ended) {
		hear_lines(tape);
		return true;
	}
	tape->at++;
	buffer_append_text(&tape->replay->log, "[end]");
	tape->player->ops->ended(
		tape->player, event->end == WIRE_CLOSED ? PLAYER_ENDED : PLAYER_LOST, tape->now_ms);
	return true;
}

/* False: there is nothing that it could go on with. */
static bool step(struct tape *tape, unsigned int wants)
{
	if ((wants & PLAYER_CONNECT) != 0)
		return meet(tape);
	if ((wants & PLAYER_SEND) != 0)
		return say(tape);
	if ((wants & PLAYER_START_TLS) != 0)
		return shake_hands(tape);
	if ((wants & PLAYER_CLOSE) != 0) {
		buffer_format(&tape->replay->log, "[close %u]", wants);
		tape->player->ops->closed(tape->player, tape->now_ms);
		return true;
	}
	return (wants & PLAYER_RECEIVE) != 0 ? hear(tape) : wait(tape);
}

static void write_verdict(struct buffer *log, const struct phone_verdict *verdict)
{
	buffer_format(log, "[%d %d %u]", (int)verdict->result, (int)verdict->step, verdict->code);
}

static void write_outcomes(struct replay *replay)
{
	const struct phone *phone = replay->trial.play.phone;
	for (size_t i = 0; i < phone_message_count(phone); i++) {
		const struct phone_outcome *outcome = phone_outcome(phone, i);
		write_verdict(&replay->log, &outcome->verdict);
		for (size_t j = 0; j < outcome->recipient_count; j++) {
			const struct phone_recipient *recipient = &outcome->recipients[j];
			write_verdict(&replay->log, &recipient->verdict);
			buffer_format(&replay->log, "[%d %d %d %d]", recipient->twice,
				recipient->perhaps_twice, recipient->was_unsure,
				recipient->was_unsure && outcome->queued);
		}
	}
}

static struct phone *make_phone(const struct ground *ground, const struct trial_wish *wish)
{
	struct phone_account account = *ground->account;
	account.stops_at_data = !wish->deliver;
	struct phone *phone =
		phone_new(ground->memory, profile_client(wish->client), &account, wish->seed);
	for (size_t i = 0; phone != NULL && i < wish->messages; i++) {
		struct trial_message letter;
		trial_message_write(&letter, ground, wish, i, NOW);
		if (!phone_add(phone, &letter.message)) {
			phone_free(phone);
			return NULL;
		}
	}
	return phone;
}

static bool is_expected(const struct replay *replay, const struct replay *expected)
{
	return expected == NULL ||
	       octets_equal(octets_cut(buffer_octets(&expected->log), replay->log.len),
		       buffer_octets(&replay->log));
}

bool replay_run(struct replay *replay, const struct ground *ground, const struct trial_wish *wish,
	const struct transcript *recorded, const struct replay *expected)
{
	*replay = (struct replay){.finished = false};
	buffer_init(&replay->log, ground->memory, LOG_MAX);
	struct phone *phone = make_phone(ground, wish);
	if (phone == NULL)
		return false;
	replay->trial.play.phone = phone;
	replay->trial.play.tls.wanted = phone_security(phone) != PHONE_PLAIN;
	struct tape tape = {.replay = replay, .player = phone_player(phone), .recorded = recorded};
	unsigned int wants = 1;
	for (size_t i = 0; i < STEPS_MAX && wants != 0 && is_expected(replay, expected); i++) {
		wants = tape.player->ops->wants(tape.player);
		if (wants != 0 && !step(&tape, wants))
			break;
	}
	replay->finished = wants == 0;
	write_outcomes(replay);
	return !buffer_failed(&replay->log);
}

void replay_free(struct replay *replay)
{
	if (replay->log.memory != NULL)
		buffer_free(&replay->log);
	trial_free(&replay->trial);
	*replay = (struct replay){.finished = false};
}

bool replay_sees(const struct replay *replay, const struct ground *ground, const char *path)
{
	if (strncmp(path, "tls.", 4) == 0)
		return !replay->handshakes;
	if (strncmp(path, "think.", 6) == 0)
		return ground->account->pace_percent == 0;
	return strncmp(path, "connect.", 8) != 0;
}

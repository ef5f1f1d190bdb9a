/* respondent: one turn after the other; time passes only where nothing else can happen. */
#include "respondent.h"

#include <string.h>

#include "text.h"

enum { MAX_TURNS = 2000, MAX_LINE = 1 << 16 };

struct respondent {
	struct player *player;
	const struct respondent_rule *rules;
	struct buffer *seen;
	struct buffer heard; /* of the line in hand */
	uint64_t now_ms;
	bool in_body, in_tls;
};

static const struct respondent_rule usual[] = {{"CONNECT", "192.0.2.7"}, {"TLS", ""},
	{"GREETING", "220 mx"}, {"EHLO", "250 mx"}, {"HELO", "250 mx"}, {"STARTTLS", "220 go"},
	{"AUTH PLAIN ", "235 ok"}, {"AUTH", "334 "}, {"dXNlciA", "235 ok"}, {"dXNl", "334 "},
	{"c2Vj", "235 ok"}, {"AHVz", "235 ok"}, {"DATA", "354 go"}, {"QUIT", "221 bye"},
	{"", "250 ok"}, {NULL, NULL}};

static const char *find(const struct respondent_rule *rules, struct octets line)
{
	for (; rules->line != NULL; rules++) {
		if (octets_start_nocase(line, rules->line))
			return rules->answer;
	}
	return NULL;
}

static const char *answer_to(const struct respondent *respondent, struct octets line)
{
	const char *answer = NULL;
	struct buffer inside;
	buffer_init(&inside, &memory_standard, MAX_LINE);
	buffer_append_text(&inside, "TLS ");
	buffer_append_octets(&inside, line);
	if (respondent->in_tls)
		answer = find(respondent->rules, buffer_octets(&inside));
	buffer_free(&inside);
	if (answer == NULL)
		answer = find(respondent->rules, line);
	return answer != NULL ? answer : find(usual, line);
}

static const char *answer_to_text(const struct respondent *respondent, const char *text)
{
	return answer_to(respondent, octets_of(text));
}

static void note(struct respondent *respondent, const char *what)
{
	buffer_format(respondent->seen, "%llu %s\n", (unsigned long long)respondent->now_ms, what);
}

/* Says all lines at once, as they stand. */
static void say(struct respondent *respondent, const char *answer)
{
	const struct player_ops *ops = respondent->player->ops;
	if (strcmp(answer, "!silence") == 0)
		return;
	if (strcmp(answer, "!lost") == 0) {
		ops->ended(respondent->player, PLAYER_LOST, respondent->now_ms);
		return;
	}
	struct buffer text;
	buffer_init(&text, &memory_standard, MAX_LINE);
	for (const char *at = answer; *at != 0; at++)
		buffer_append_text(&text, *at == '\n'	? "\r\n"
					  : *at == '\v' ? "\n"
							: (const char[]){*at, 0});
	buffer_append_text(&text, "\r\n");
	ops->received(respondent->player, text.at, text.len, respondent->now_ms);
	buffer_free(&text);
}

/* The line in hand is whole. */
static void answer(struct respondent *respondent)
{
	struct octets line = buffer_octets(&respondent->heard);
	while (line.len > 0 && (line.at[line.len - 1] == '\r' || line.at[line.len - 1] == '\n'))
		line.len--;
	bool dot = octets_equal(line, octets_of("."));
	const char *words = NULL;
	if (!respondent->in_body || dot)
		words = answer_to(respondent, line);
	respondent->in_body = respondent->in_body && !dot;
	if (words != NULL && words[0] == '3' && octets_start_nocase(line, "DATA"))
		respondent->in_body = true;
	buffer_clear(&respondent->heard);
	if (words != NULL)
		say(respondent, words);
}

static bool has_line(const struct respondent *respondent)
{
	const struct buffer *heard = &respondent->heard;
	return heard->len > 0 && heard->at[heard->len - 1] == '\n';
}

static void listen(struct respondent *respondent)
{
	const struct player_ops *ops = respondent->player->ops;
	struct octets piece;
	if (ops->outgoing(respondent->player, &piece, 1) == 0)
		return;
	struct buffer said;
	buffer_init(&said, &memory_standard, MAX_LINE);
	buffer_append_octets(&said, piece);
	buffer_format(respondent->seen, "%llu w ", (unsigned long long)respondent->now_ms);
	text_escape(respondent->seen, piece);
	buffer_append_text(respondent->seen, "\n");
	ops->sent(respondent->player, piece.len, respondent->now_ms);
	for (size_t i = 0; i < said.len; i++) {
		buffer_append(&respondent->heard, said.at + i, 1);
		if (has_line(respondent))
			answer(respondent);
	}
	buffer_free(&said);
}

/* To the next deadline; false: there is none, nor anything to wait for. */
static bool wait(struct respondent *respondent)
{
	const struct player_ops *ops = respondent->player->ops;
	uint64_t deadline = ops->deadline_ms(respondent->player);
	if (deadline == PLAYER_NEVER) {
		note(respondent, "for ever");
		return false;
	}
	if (deadline > respondent->now_ms)
		respondent->now_ms = deadline;
	ops->tick(respondent->player, respondent->now_ms);
	return true;
}

static bool join(struct respondent *respondent)
{
	const struct player_ops *ops = respondent->player->ops;
	const char *words = answer_to_text(respondent, "CONNECT");
	if (ops->deadline_ms(respondent->player) == 0)
		ops->tick(respondent->player, respondent->now_ms);
	note(respondent, "connects");
	if (strcmp(words, "!silence") == 0)
		return wait(respondent);
	if (strcmp(words, "!refused") == 0) {
		ops->connect_failed(respondent->player, "refused", respondent->now_ms);
		return true;
	}
	const struct player_link link = {words, "192.0.2.25", 25};
	buffer_clear(&respondent->heard);
	respondent->in_body = respondent->in_tls = false;
	ops->connected(respondent->player, &link, respondent->now_ms);
	if ((ops->wants(respondent->player) & PLAYER_START_TLS) == 0)
		say(respondent, answer_to_text(respondent, "GREETING"));
	return true;
}

static bool shake_hands(struct respondent *respondent, bool *greeted)
{
	static const struct player_tls tls = {.verified = true, .description = "TLS"};
	const struct player_ops *ops = respondent->player->ops;
	const char *words = answer_to_text(respondent, "TLS");
	note(respondent, "TLS");
	if (strcmp(words, "!silence") == 0)
		return wait(respondent);
	if (strcmp(words, "!fails") == 0) {
		ops->tls_failed(respondent->player, "no", respondent->now_ms);
		return true;
	}
	respondent->in_tls = true;
	ops->tls_up(respondent->player, &tls, respondent->now_ms);
	if (!*greeted)
		say(respondent, answer_to_text(respondent, "GREETING"));
	*greeted = true;
	return true;
}

static bool turn(struct respondent *respondent, bool *greeted)
{
	const struct player_ops *ops = respondent->player->ops;
	unsigned int wants = ops->wants(respondent->player);
	if ((wants & PLAYER_CONNECT) != 0) {
		bool going = join(respondent);
		*greeted = (ops->wants(respondent->player) & PLAYER_START_TLS) == 0;
		return going;
	}
	bool stuck =
		respondent->in_body && strcmp(answer_to_text(respondent, "BODY"), "!silence") == 0;
	if ((wants & PLAYER_SEND) != 0 && stuck) {
		return wait(respondent);
	} else if ((wants & PLAYER_SEND) != 0) {
		listen(respondent);
	} else if ((wants & PLAYER_START_TLS) != 0) {
		return shake_hands(respondent, greeted);
	} else if ((wants & PLAYER_CLOSE) != 0) {
		note(respondent, (wants & PLAYER_NO_BYE) != 0  ? "closes without bye"
				 : (wants & PLAYER_ABORT) != 0 ? "resets"
							       : "closes");
		ops->closed(respondent->player, respondent->now_ms);
	} else if (wants == 0) {
		note(respondent, "over");
		return false;
	} else {
		return wait(respondent);
	}
	return true;
}

void respondent_play(
	struct player *player, const struct respondent_rule *rules, struct buffer *seen)
{
	struct respondent respondent = {.player = player, .rules = rules, .seen = seen};
	bool greeted = false;
	buffer_init(&respondent.heard, &memory_standard, MAX_LINE);
	for (size_t i = 0; i < MAX_TURNS && turn(&respondent, &greeted); i++)
		;
	buffer_free(&respondent.heard);
}

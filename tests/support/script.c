/* script: a line at a time; each mark is a row of a table. */
#include "script.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "random.h"
#include "text.h"

enum { MAX_SAID = 16 * 1024 * 1024, MAX_WRITES = 100000 };

struct play {
	struct player *player;
	const struct script_options *options;
	struct buffer said;  /* what they said and no line has asked for */
	struct buffer write; /* the write that was taken first, for `w` */
	struct buffer given; /* the octets of a line, escapes read */
	struct random random; /* of options->cut_seed */
	uint64_t now_ms;
	char problem[400];
};

static unsigned int wants(const struct play *play)
{
	return play->player->ops->wants(play->player);
}

static bool fail(struct play *play, const char *want, struct octets got)
{
	struct buffer shown;
	buffer_init(&shown, &memory_standard, 4096);
	text_escape(&shown, octets_cut(got, 200));
	snprintf(play->problem, sizeof play->problem, "%s; there was \"%s\" (they want %x)", want,
		buffer_string(&shown), wants(play));
	buffer_free(&shown);
	return false;
}

static bool fail_idle(struct play *play, const char *want)
{
	return fail(play, want, buffer_octets(&play->said));
}

/* Takes one write of theirs, in pieces where the options say so. */
static bool take_write(struct play *play)
{
	const struct player_ops *ops = play->player->ops;
	struct octets piece[8];
	size_t count = ops->outgoing(play->player, piece, 8), all = 0;
	size_t most = play->options->take == 0 ? SIZE_MAX : play->options->take;
	for (size_t i = 0; i < count; i++)
		all += piece[i].len;
	if (all > most)
		all = most;
	buffer_clear(&play->write);
	for (size_t i = 0, left = all; i < count; i++) {
		struct octets part = octets_cut(piece[i], left);
		buffer_append_octets(&play->write, part);
		left -= part.len;
	}
	buffer_append_octets(&play->said, buffer_octets(&play->write));
	if (play->options->said != NULL)
		buffer_append_octets(play->options->said, buffer_octets(&play->write));
	ops->sent(play->player, all, play->now_ms);
	return all > 0;
}

static void hear(struct play *play)
{
	for (size_t i = 0; i < MAX_WRITES && (wants(play) & PLAYER_SEND) != 0; i++) {
		if (!take_write(play))
			return;
	}
}

static bool is_silent(struct play *play)
{
	hear(play);
	return play->said.len == 0 || fail_idle(play, "they say something unasked");
}

static bool do_connect(struct play *play, struct octets rest)
{
	char address[100] = "192.0.2.7";
	if (!is_silent(play))
		return false;
	if ((wants(play) & PLAYER_CONNECT) == 0)
		return fail_idle(play, "they should want a connection");
	if (octets_equal(rest, octets_of("refused"))) {
		play->player->ops->connect_failed(play->player, "refused", play->now_ms);
		return true;
	}
	if (rest.len > 0)
		snprintf(address, sizeof address, "%.*s", (int)rest.len, (const char *)rest.at);
	struct player_link link = {address, "192.0.2.25", 25};
	play->player->ops->connected(play->player, &link, play->now_ms);
	return true;
}

static size_t next_cut(struct play *play)
{
	if (play->options->cut_seed != 0)
		return 1 + random_below(&play->random, 24);
	return play->options->cut == 0 ? SIZE_MAX : play->options->cut;
}

static bool say(struct play *play, struct octets octets)
{
	if (!is_silent(play))
		return false;
	while (octets.len > 0) {
		struct octets part = octets_cut(octets, next_cut(play));
		play->player->ops->received(play->player, part.at, part.len, play->now_ms);
		octets = octets_from(octets, part.len);
	}
	return true;
}

static struct octets unescaped(struct play *play, struct octets rest)
{
	buffer_clear(&play->given);
	if (!text_unescape(&play->given, rest))
		buffer_append_text(&play->given, "(a bad escape in the script)");
	return buffer_octets(&play->given);
}

static struct octets line_of(struct play *play, struct octets rest)
{
	buffer_clear(&play->given);
	buffer_append_octets(&play->given, rest);
	buffer_append_text(&play->given, "\r\n");
	return buffer_octets(&play->given);
}

static bool do_say_line(struct play *play, struct octets rest)
{
	return say(play, line_of(play, rest));
}

static bool do_say_octets(struct play *play, struct octets rest)
{
	return say(play, unescaped(play, rest));
}

static bool expect(struct play *play, struct octets want)
{
	hear(play);
	if (!octets_equal(octets_cut(buffer_octets(&play->said), want.len), want))
		return fail_idle(play, "they should say this");
	buffer_consume(&play->said, want.len);
	return true;
}

static bool do_expect_line(struct play *play, struct octets rest)
{
	return expect(play, line_of(play, rest));
}

static bool do_expect_octets(struct play *play, struct octets rest)
{
	return expect(play, unescaped(play, rest));
}

static bool do_expect_write(struct play *play, struct octets rest)
{
	if (play->said.len > 0)
		return fail_idle(play, "something is left of the write before");
	if ((wants(play) & PLAYER_SEND) != 0)
		take_write(play);
	struct octets want = unescaped(play, rest);
	if (!octets_equal(buffer_octets(&play->said), want))
		return fail_idle(play, "their write should be this");
	buffer_clear(&play->said);
	return true;
}

static bool do_silence(struct play *play, struct octets rest)
{
	(void)rest;
	if (!is_silent(play))
		return false;
	return (wants(play) & PLAYER_RECEIVE) != 0 || fail_idle(play, "they should listen");
}

/* Ticks at each deadline on the way, as a driver would. */
static bool do_time(struct play *play, struct octets rest)
{
	uint64_t span = 0;
	if (!octets_number(rest, &span))
		return fail_idle(play, "T needs milliseconds");
	if (!is_silent(play))
		return false;
	const struct player_ops *ops = play->player->ops;
	uint64_t until = play->now_ms + span;
	for (size_t i = 0; i < MAX_WRITES && ops->deadline_ms(play->player) <= until; i++) {
		uint64_t next = ops->deadline_ms(play->player);
		play->now_ms = next > play->now_ms ? next : play->now_ms;
		ops->tick(play->player, play->now_ms);
		if ((wants(play) & PLAYER_SEND) != 0)
			break; /* the next line is about that */
	}
	if ((wants(play) & PLAYER_SEND) == 0)
		play->now_ms = until;
	return true;
}

static bool do_tls(struct play *play, struct octets rest)
{
	static const uint8_t binding[32] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
	struct player_tls tls = {.verified = true, .description = "TLS"};
	if (octets_equal(rest, octets_of("exporter")))
		tls.exporter = octets_make(binding, 32);
	if (octets_equal(rest, octets_of("unique")))
		tls.unique = octets_make(binding, 12);
	if (!is_silent(play))
		return false;
	if ((wants(play) & PLAYER_START_TLS) == 0)
		return fail_idle(play, "they should want TLS");
	if (octets_equal(rest, octets_of("fails")))
		play->player->ops->tls_failed(play->player, "no common cipher", play->now_ms);
	else
		play->player->ops->tls_up(play->player, &tls, play->now_ms);
	return true;
}

static bool end(struct play *play, enum player_end why)
{
	if (why == PLAYER_ENDED)
		hear(play); /* the other way is still open; else what was not taken is lost */
	play->player->ops->ended(play->player, why, play->now_ms);
	return true;
}

static bool do_end(struct play *play, struct octets rest)
{
	(void)rest;
	return end(play, PLAYER_ENDED);
}

static bool do_lose(struct play *play, struct octets rest)
{
	(void)rest;
	return end(play, PLAYER_LOST);
}

static bool do_truncate(struct play *play, struct octets rest)
{
	(void)rest;
	return end(play, PLAYER_TRUNCATED);
}

static bool do_close(struct play *play, struct octets rest)
{
	if (!is_silent(play))
		return false;
	const char *how = (const char *)rest.at;
	unsigned int want = PLAYER_CLOSE;
	if (rest.len >= 6 && memcmp(how, "no-bye", 6) == 0)
		want |= PLAYER_NO_BYE;
	if (rest.len >= 3 && memcmp(how + rest.len - 3, "rst", 3) == 0)
		want |= PLAYER_ABORT;
	if (wants(play) != want)
		return fail_idle(play, "they should close in this way");
	play->player->ops->closed(play->player, play->now_ms);
	return true;
}

static bool do_store(struct play *play, struct octets rest)
{
	if ((wants(play) & PLAYER_STORE) == 0)
		return fail_idle(play, "they should want a message stored");
	play->player->ops->stored(play->player, rest.len == 0, play->now_ms);
	return true;
}

static bool do_hold(struct play *play, struct octets rest)
{
	(void)rest;
	return is_silent(play) &&
	       (wants(play) == PLAYER_HOLD || fail_idle(play, "they should hang"));
}

static bool do_over(struct play *play, struct octets rest)
{
	(void)rest;
	return is_silent(play) && (wants(play) == 0 || fail_idle(play, "they should want nothing"));
}

static bool do_nothing(struct play *play, struct octets rest)
{
	(void)play;
	(void)rest;
	return true;
}

static const struct {
	const char *mark;
	bool (*perform)(struct play *play, struct octets rest);
} marks[] = {{"O", do_connect}, {">", do_say_line}, {">>", do_say_octets}, {"<", do_expect_line},
	{"<<", do_expect_octets}, {"w", do_expect_write}, {".", do_silence}, {"T", do_time},
	{"TLS", do_tls}, {"END", do_end}, {"LOST", do_lose}, {"CUT", do_truncate}, {"X", do_close},
	{"STORE", do_store}, {"HOLD", do_hold}, {"OVER", do_over}, {"#", do_nothing}};

static bool play_line(struct play *play, struct octets line)
{
	size_t blank = octets_find(line, ' ');
	struct octets mark = octets_cut(line, blank), rest = octets_from(line, blank + 1);
	if (line.len == 0)
		return true;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (octets_equal(mark, octets_of(marks[i].mark)))
			return marks[i].perform(play, rest);
	}
	return fail_idle(play, "unknown mark");
}

static bool play_all(struct play *play, const char *script)
{
	struct octets all = octets_of(script);
	for (size_t number = 1; all.len > 0; number++) {
		size_t end_at = octets_find(all, '\n');
		struct octets line = octets_cut(all, end_at);
		all = octets_from(all, end_at + 1);
		if (play_line(play, line))
			continue;
		if (!play->options->quiet) {
			char where[700];
			snprintf(where, sizeof where, "script line %zu: %.*s: %s", number,
				(int)(line.len < 200 ? line.len : 200), (const char *)line.at,
				play->problem);
			CHECK_FAIL(where);
		}
		return false;
	}
	return play->options->quiet || CHECK(true);
}

bool script_play(struct player *player, const char *script, const struct script_options *options)
{
	static const struct script_options none = {0};
	struct play play = {.player = player, .options = options == NULL ? &none : options};
	buffer_init(&play.said, &memory_standard, MAX_SAID);
	buffer_init(&play.write, &memory_standard, MAX_SAID);
	buffer_init(&play.given, &memory_standard, MAX_SAID);
	play.now_ms = play.options->start_ms;
	random_init(&play.random, play.options->cut_seed);
	bool played = play_all(&play, script);
	buffer_free(&play.said);
	buffer_free(&play.write);
	buffer_free(&play.given);
	return played;
}

/*
 * replay: what is deduced from a record is what a session would have shown. Parts of clients,
 * drawn, are replayed against the record of the whole client; where that says "the same", they are
 * played to the server as well, and have to come out as the whole one did, word for word.
 */
#include "replay.h"

#include "cause_fixture.h"
#include "random.h"
#include "stage.h"

#include <stdlib.h>

enum { DRAWN = 40 };

struct stand {
	struct memory_ground memory;
	struct trial_wish wish;
	struct profile *client;
	size_t same, other;
};

static void play(struct stand *stand, const struct profile *client, struct trial *trial)
{
	struct sentence why;
	stand->wish.client = client;
	CHECK(stand->memory.ground.play(stand->memory.ground.context, &stand->wish, trial, &why));
}

static bool say_the_same(const struct transcript *one, const struct transcript *other)
{
	bool same = transcript_count(one) == transcript_count(other);
	for (size_t i = 0; same && i < transcript_count(one); i++) {
		const struct transcript_event *a = transcript_at(one, i);
		const struct transcript_event *b = transcript_at(other, i);
		/* numbers, times and challenges of the server differ */
		size_t len = a->kind == TRANSCRIPT_SERVER ? 4 : SIZE_MAX;
		same = a->kind == b->kind &&
		       octets_equal(octets_cut(a->text, len), octets_cut(b->text, len));
	}
	return same;
}

static void check_part(struct stand *stand, const struct trial *whole, const struct replay *model,
	const struct profile *part)
{
	struct replay run;
	struct trial trial;
	stand->wish.client = part;
	CHECK(replay_run(&run, &stand->memory.ground, &stand->wish, whole->transcript, model));
	bool like =
		run.finished && octets_equal(buffer_octets(&run.log), buffer_octets(&model->log));
	replay_free(&run);
	stand->same += like;
	stand->other += !like;
	if (!like)
		return;
	play(stand, part, &trial);
	CHECK(say_the_same(trial.transcript, whole->transcript));
	CHECK_INT(play_verdict(&trial.play, 0, NULL).result,
		play_verdict(&whole->play, 0, NULL).result);
	trial_free(&trial);
}

static void check_parts(struct stand *stand, struct random *random)
{
	size_t count = profile_setting_count(stand->client);
	bool *keep = calloc(count + 1, sizeof *keep);
	struct trial whole;
	struct replay model;
	play(stand, stand->client, &whole);
	CHECK(replay_run(&model, &stand->memory.ground, &stand->wish, whole.transcript, NULL));
	CHECK(model.finished || whole.play.end == DRIVE_IMPATIENT);
	for (size_t i = 0; i < DRAWN; i++) {
		uint32_t odds = 2 + random_below(random, 30); /* mostly all but a few */
		for (size_t j = 0; j < count; j++)
			keep[j] = random_below(random, odds) != 0;
		struct profile *part = profile_subset(stand->client, keep);
		check_part(stand, &whole, &model, part);
		profile_free(part);
	}
	replay_free(&model);
	trial_free(&whole);
	free(keep);
}

static void what_is_deduced_is_what_is_seen(void)
{
	static const struct {
		const char *client, *server;
		bool deliver;
	} rows[] = {
		{"nokia-e61i", "qmail-spamcontrol", true},
		{"nokia-e61i", "qmail-spamcontrol", false},
		{"nokia-e61i", "qmail-spamcontrol-cured", true},
		{"nokia-e61i", "exim-4.96", true},
		{"symbian-3", "silent-at-reset", true},
		{"symbian-3", "mail-in-two-lines", true},
		{"android-1.x-email", "postfix-3.7", true},
		{"k9-2008", "no-text-replies", true},
		{"outlook-2007", "slow-dot-61", true},
		{"symbian-9.1", "aiosmtpd-1.4", true},
	};
	struct random random;
	random_init(&random, 5);
	size_t same = 0, other = 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *server = stage_profile(PROFILE_SERVER, rows[i].server);
		struct stand stand = {.client = stage_profile(PROFILE_CLIENT, rows[i].client),
			.wish = {.messages = 1, .deliver = rows[i].deliver, .seed = 3}};
		CHECK_CASE("%s with %s", rows[i].client, rows[i].server);
		memory_ground_init(&stand.memory,
			&(struct memory_ground_settings){.server = profile_server(server)});
		check_parts(&stand, &random);
		same += stand.same;
		other += stand.other;
		profile_free(stand.client);
		profile_free(server);
	}
	CHECK(same > 20 && other > 20);
	printf("%zu parts say the same, %zu do not\n", same, other);
}

static void what_cannot_be_seen_is_told(void)
{
	struct memory_ground memory;
	struct replay plain = {.handshakes = false}, tls = {.handshakes = true};
	memory_ground_init(&memory, &(struct memory_ground_settings){.server = NULL});
	CHECK(replay_sees(&plain, &memory.ground, "flow.before-first"));
	CHECK(replay_sees(&plain, &memory.ground, "tls.versions"));
	CHECK(!replay_sees(&tls, &memory.ground, "tls.versions"));
	CHECK(!replay_sees(&plain, &memory.ground, "connect.addresses"));
	CHECK(replay_sees(&plain, &memory.ground, "think.mail"));
	memory.account.pace_percent = 100;
	CHECK(!replay_sees(&plain, &memory.ground, "think.mail"));
}

#define TESTS(T) T(what_is_deduced_is_what_is_seen) T(what_cannot_be_seen_is_told)
CHECK_MAIN("replay", TESTS)

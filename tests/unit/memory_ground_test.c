/*
 * memory ground: the support that experiments are tested with tells the truth itself: what came in
 * at the server is what its trials say, and what a server remembers outlives a trial.
 */
#include "check.h"
#include "memory_ground.h"
#include "stage.h"

enum { BOTH_MESSAGES = 2 };

static void who_sends_and_who_does_not(void)
{
	static const struct {
		const char *client, *server;
		enum phone_security security;
		enum phone_result first, second;
		unsigned int stored[BOTH_MESSAGES];
	} rows[] = {
		{"correct", "correct", PHONE_PLAIN, PHONE_DELIVERED, PHONE_DELIVERED, {1, 1}},
		{"correct", "correct", PHONE_STARTTLS, PHONE_DELIVERED, PHONE_DELIVERED, {1, 1}},
		{"correct", "correct", PHONE_TLS, PHONE_DELIVERED, PHONE_DELIVERED, {1, 1}},
		{"nokia-e61i", "correct", PHONE_PLAIN, PHONE_DELIVERED, PHONE_DELIVERED, {1, 1}},
		{"correct", "qmail-spamcontrol", PHONE_PLAIN, PHONE_DELIVERED, PHONE_DELIVERED,
			{1, 1}},
		{"nokia-e61i", "qmail-spamcontrol", PHONE_PLAIN, PHONE_REFUSED, PHONE_REFUSED,
			{0, 0}},
		{"nokia-e61i", "qmail-spamcontrol-cured", PHONE_PLAIN, PHONE_DELIVERED,
			PHONE_DELIVERED, {1, 1}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s with %s", rows[i].client, rows[i].server);
		struct profile *client = stage_profile(PROFILE_CLIENT, rows[i].client);
		struct profile *server = stage_profile(PROFILE_SERVER, rows[i].server);
		struct memory_ground memory;
		memory_ground_init(
			&memory, &(struct memory_ground_settings){.server = profile_server(server),
					 .security = rows[i].security});
		struct trial trial;
		struct control control;
		struct sentence why;
		struct trial_wish wish = {
			.client = client, .messages = 2, .deliver = true, .seed = 1};
		CHECK(memory.ground.play(memory.ground.context, &wish, &trial, &why));
		CHECK_INT(play_verdict(&trial.play, 0, NULL).result, rows[i].first);
		CHECK_INT(play_verdict(&trial.play, 1, NULL).result, rows[i].second);
		CHECK_INT(memory.stored[0], rows[i].stored[0]);
		CHECK_INT(memory.stored[1], rows[i].stored[1]);
		trial_free(&trial);
		CHECK(memory.ground.control(memory.ground.context, &wish, &control, &why));
		CHECK_INT(control.end, CONTROL_SENDS);
		CHECK(transcript_count(control.transcript) > 10);
		control_free(&control);
		profile_free(client);
		profile_free(server);
	}
}

static void a_control_fails_where_nobody_could_send(void)
{
	struct profile *server = stage_profile(PROFILE_SERVER, "correct");
	struct memory_ground memory;
	struct control control;
	struct sentence why;
	memory_ground_init(
		&memory, &(struct memory_ground_settings){
				 .server = profile_server(server), .wrong_password = true});
	struct trial_wish wish = {.messages = 1, .deliver = true, .seed = 1};
	CHECK(memory.ground.control(memory.ground.context, &wish, &control, &why));
	CHECK_INT(control.end, CONTROL_LOGIN_REFUSED);
	CHECK_INT(control.code, 535);
	control_free(&control);
	profile_free(server);
}

/* From the third connection on nobody answers. */
static const struct profile *kind_server;
static const struct server_profile *close_after_two(void *context, size_t number)
{
	(void)context;
	return number > 2 ? NULL : profile_server(kind_server);
}

static void what_is_remembered_outlives_a_trial(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "correct");
	struct profile *server = stage_profile(PROFILE_SERVER, "correct");
	struct memory_ground memory;
	struct sentence why;
	kind_server = server;
	memory_ground_init(&memory, &(struct memory_ground_settings){.choose = close_after_two});
	for (size_t i = 1; i <= 3; i++) {
		struct trial trial;
		struct trial_wish wish = {
			.client = client, .messages = 1, .deliver = true, .seed = i};
		CHECK_CASE("trial %zu", i);
		CHECK(memory.ground.play(memory.ground.context, &wish, &trial, &why));
		CHECK_INT(play_verdict(&trial.play, 0, NULL).result,
			i <= 2 ? PHONE_DELIVERED : PHONE_NO_CONNECTION);
		trial_free(&trial);
	}
	CHECK_INT(memory.connections, 3);
	profile_free(client);
	profile_free(server);
}

/* A trial names an unknown recipient first, and a hung server ends it. */
static void the_refused_recipient_goes_first(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "correct");
	struct profile *server = stage_profile(PROFILE_SERVER, "correct");
	struct memory_ground memory;
	struct trial trial;
	struct sentence why;
	memory_ground_init(
		&memory, &(struct memory_ground_settings){.server = profile_server(server)});
	struct trial_wish wish = {.client = client,
		.messages = 2,
		.refused_recipient = true,
		.deliver = true,
		.seed = 1};
	CHECK(memory.ground.play(memory.ground.context, &wish, &trial, &why));
	CHECK_INT(phone_outcome(trial.play.phone, 0)->recipient_count, 1);
	CHECK_INT(phone_outcome(trial.play.phone, 1)->recipient_count, 2);
	CHECK_OCTETS(phone_outcome(trial.play.phone, 1)->recipients[0].address,
		octets_of("nobody@example.net"));
	trial_free(&trial);
	profile_free(client);
	profile_free(server);
}

#define TESTS(T)                                                                                   \
	T(who_sends_and_who_does_not)                                                              \
	T(a_control_fails_where_nobody_could_send)                                                 \
	T(what_is_remembered_outlives_a_trial)                                                     \
	T(the_refused_recipient_goes_first)
CHECK_MAIN("memory ground", TESTS)

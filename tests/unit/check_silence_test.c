/* check, silence: what is waited for, and what is not waited for again. */
#include "phone_fixture.h"
#include "run.h"
#include "stage.h"
#include "unreliable.h"

#include <string.h>

/* Of the last client. */
struct outcome {
	enum client_verdict verdict;
	bool has_cause;
	struct run_result result;
};

static void hear_control(void *context, const struct control *control)
{
	(void)context;
	(void)control;
}

static void hear_client(void *context, const struct run_client *client,
	const struct verdict *verdict, const struct cause *cause)
{
	struct outcome *outcome = context;
	(void)client;
	outcome->verdict = verdict->verdict;
	outcome->has_cause = cause != NULL;
}

static void check_clients(struct outcome *outcome, const struct ground *ground,
	const struct run_client *clients, size_t count)
{
	const struct run_listener listener = {
		.context = outcome, .control = hear_control, .client = hear_client};
	*outcome = (struct outcome){.verdict = VERDICT_INCONCLUSIVE};
	CHECK(run_check(&(struct run_settings){.ground = ground,
				.clients = clients,
				.client_count = count,
				.causes = true,
				.seed = 1},
		&listener, &outcome->result));
}

static struct {
	bool (*play)(void *context, const struct trial_wish *wish, struct trial *trial,
		struct sentence *why);
	size_t sat_out, brief; /* silences: with all of the patience, and with a part of it */
} waited;

static bool play_and_count(
	void *context, const struct trial_wish *wish, struct trial *trial, struct sentence *why)
{
	if (!waited.play(context, wish, trial, why))
		return false;
	bool silent = trial_was_silent(trial);
	waited.sat_out += silent && !wish->brief;
	waited.brief += silent && wish->brief;
	return true;
}

/*
 * The silence that is the cause of one client is sat out for it, and for the next one, that has the
 * same cause, a part of the patience does; one that refuses is never hurried.
 */
static void a_silence_is_sat_out_once(void)
{
	static const struct {
		const char *server;
		size_t sat_out_first, sat_out_all;
		enum client_verdict verdict;
	} servers[] = {
		{"based-on: lenient\nfaults: [{at: reset, times: 0, then: hang}]", 1, 0,
			VERDICT_HUNG},
		{"qmail-spamcontrol", 0, 0, VERDICT_CANNOT_SEND},
	};
	struct profile *one = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *other = stage_profile(PROFILE_CLIENT, "symbian-9.1");
	const struct run_client clients[] = {{"nokia-e61i", one}, {"symbian-9.1", other}};
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		struct profile *server = strchr(servers[i].server, ':') == NULL
						 ? stage_profile(PROFILE_SERVER, servers[i].server)
						 : unreliable_load(servers[i].server);
		size_t sat_out[2];
		for (size_t count = 1; count <= 2; count++) {
			struct memory_ground memory;
			struct outcome outcome;
			CHECK_CASE("%s, %zu clients", servers[i].server, count);
			memory_ground_init(&memory,
				&(struct memory_ground_settings){.server = profile_server(server)});
			waited.play = memory.ground.play;
			waited.sat_out = waited.brief = 0;
			memory.ground.play = play_and_count;
			check_clients(&outcome, &memory.ground, clients, count);
			CHECK_INT(outcome.verdict, servers[i].verdict);
			CHECK(outcome.has_cause);
			CHECK((waited.sat_out > 0) == (servers[i].sat_out_first > 0));
			CHECK((waited.brief > 0) == (count == 2 && servers[i].sat_out_first > 0));
			sat_out[count - 1] = waited.sat_out;
		}
		/* the second client adds none */
		CHECK_INT(sat_out[1], sat_out[0] + servers[i].sat_out_all);
		profile_free(server);
	}
	profile_free(one);
	profile_free(other);
}

static const struct server_profile *choose_nobody(void *context, size_t number)
{
	(void)context;
	(void)number;
	return NULL;
}

/* Before anybody has opened it is knocked twice, at no distance; later a server is waited for. */
static void a_door_that_never_opened_is_not_waited_at(void)
{
	static const struct {
		const char *name;
		enum unreliable_way how; /* BANS: behind the first connection */
		size_t controls;
		uint64_t at_least_ms, at_most_ms; /* in pauses */
	} doors[] = {{"never open", AT_RANDOM, 2, 1, 500},
		{"shut behind the first", BANS, 4, 3000, 3000}};
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *good = stage_profile(PROFILE_SERVER, "lenient");
	for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
		struct unreliable server = {.good = good, .bad = good, .how = BANS, .number = 1};
		bool never = doors[i].how != BANS;
		struct memory_ground memory;
		struct outcome outcome;
		CHECK_CASE("%s", doors[i].name);
		memory_ground_init(
			&memory, &(struct memory_ground_settings){
					 .choose = never ? choose_nobody : unreliable_choose,
					 .context = &server});
		const struct run_client one = {"nokia-e61i", client};
		check_clients(&outcome, &memory.ground, &one, 1);
		CHECK(!outcome.result.control_sends);
		CHECK_INT(memory.controls, doors[i].controls);
		CHECK(memory.paused_ms >= doors[i].at_least_ms);
		CHECK(memory.paused_ms <= doors[i].at_most_ms);
	}
	profile_free(client);
	profile_free(good);
}

#define TESTS(T)                                                                                   \
	T(a_silence_is_sat_out_once)                                                               \
	T(a_door_that_never_opened_is_not_waited_at)
CHECK_MAIN("check, silence", TESTS)

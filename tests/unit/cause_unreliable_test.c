/*
 * cause, unreliable: of servers that fail at random, greylist, ban, or change their mind, nothing
 * is concluded.
 */
#include "cause_fixture.h"
#include "stage.h"
#include "unreliable.h"

static size_t experiments, not_found;

static void conclude_nothing(struct unreliable *unreliable, const struct profile *client)
{
	struct cause cause;
	cause_look(&(struct memory_ground_settings){.choose = unreliable_choose,
			   .context = unreliable},
		client, ASPECT_MESSAGE, &cause);
	experiments++;
	not_found += cause.state == CAUSE_INCONCLUSIVE;
	if (!CHECK(cause.state == CAUSE_NONE || cause.state == CAUSE_INCONCLUSIVE))
		cause_print(client, &cause);
	CHECK(cause.state == CAUSE_NONE || cause.sentence.text[0] != 0);
	cause_free(&cause);
}

/* All of these clients can send where the server is well. */
static const char *const sound_clients[] = {"nokia-e61i", "symbian-3"};

static void a_server_that_fails_at_random_proves_nothing(void)
{
	static const unsigned int parts[] = {10, 30, 50, 70, 90};
	struct profile *good = stage_profile(PROFILE_SERVER, "lenient");
	experiments = not_found = 0;
	for (size_t refusal = 0; refusal < REFUSAL_COUNT; refusal++) {
		struct profile *bad = unreliable_refusal(refusal);
		for (uint64_t seed = 0; bad != NULL && seed < 12; seed++) {
			struct profile *client =
				stage_profile(PROFILE_CLIENT, sound_clients[seed % 2]);
			for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
				struct unreliable unreliable = {.good = good,
					.bad = bad,
					.how = AT_RANDOM,
					.number = parts[i]};
				random_init(&unreliable.random, seed * 100 + i);
				CHECK_CASE("refusal %zu, seed %llu, %u%%", refusal,
					(unsigned long long)seed, parts[i]);
				conclude_nothing(&unreliable, client);
			}
			profile_free(client);
		}
		profile_free(bad);
	}
	profile_free(good);
	CHECK(not_found > experiments / 2);
	printf("%zu experiments at random, %zu inconclusive\n", experiments, not_found);
}

static void a_server_that_changes_its_mind_proves_nothing(void)
{
	struct profile *good = stage_profile(PROFILE_SERVER, "lenient");
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	for (size_t refusal = 0; refusal < REFUSAL_COUNT; refusal++) {
		struct profile *bad = unreliable_refusal(refusal);
		for (int how = FIRST_ONES; how <= EVERY_OTHER; how++) {
			for (unsigned int number = 0; number <= 8; number++) {
				struct unreliable unreliable = {
					.good = good, .bad = bad, .number = number};
				unreliable.how = (enum unreliable_way)how;
				CHECK_CASE("refusal %zu, way %d, %u", refusal, how, number);
				conclude_nothing(&unreliable, client);
			}
		}
		profile_free(bad);
	}
	profile_free(client);
	profile_free(good);
}

static void try_ban(const struct profile *client, const struct profile *server,
	unsigned int connections, struct cause *cause)
{
	struct unreliable unreliable = {.good = server, .how = BANS, .number = connections};
	cause_look(&(struct memory_ground_settings){.choose = unreliable_choose,
			   .context = &unreliable},
		client, ASPECT_MESSAGE, cause);
}

/* A true fault, and a server that does not want to be asked so often. */
static void a_ban_is_no_cause(void)
{
	struct profile *forgets = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct cause cause;
	try_ban(client, forgets, 100, &cause);
	size_t needed = cause.connections;
	CHECK_INT(cause.state, CAUSE_FOUND);
	CHECK(needed > 8);
	cause_free(&cause);
	for (unsigned int number = 0; number <= needed; number++) {
		CHECK_CASE("bans after %u", number);
		try_ban(client, forgets, number, &cause);
		CHECK_INT(cause.state, number < needed ? CAUSE_INCONCLUSIVE : CAUSE_FOUND);
		CHECK((cause.state == CAUSE_FOUND) == (cause.sentence.text[0] == 0));
		/* one that was turned away, and one to make sure */
		CHECK(cause.connections <= number + 2);
		cause_free(&cause);
	}
	profile_free(client);
	profile_free(forgets);
}

/* Half of the servers behind a name forget: what is found, if anything, is the truth. */
static void one_of_two_servers_that_forgets(void)
{
	struct profile *forgets = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	struct profile *cured = stage_profile(PROFILE_SERVER, "qmail-spamcontrol-cured");
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct unreliable unreliable = {.good = cured,
			.bad = forgets,
			.how = AT_RANDOM,
			.number = 30 + 20 * (unsigned int)(seed % 4)};
		struct cause cause;
		struct buffer keys;
		buffer_init(&keys, &memory_standard, 65536);
		random_init(&unreliable.random, seed);
		CHECK_CASE("seed %llu", (unsigned long long)seed);
		cause_look(&(struct memory_ground_settings){.choose = unreliable_choose,
				   .context = &unreliable},
			client, ASPECT_MESSAGE, &cause);
		cause_keys(client, &cause, &keys);
		if (cause.state == CAUSE_FOUND)
			CHECK_TEXT(buffer_string(&keys), "flow.before-first");
		CHECK(cause.state != CAUSE_SERVER);
		buffer_free(&keys);
		cause_free(&cause);
	}
	profile_free(client);
	profile_free(cured);
	profile_free(forgets);
}

/*
 * A fault that is there, and a server that besides fails at random, or shows its fault only so
 * often. With these draws more than the fault was claimed once: a setting that a part of the cause
 * was taken without by chance, a refusal that the client itself never met, a second cause of one
 * unlucky session.
 */
#define PROMPTS "auth.mechanisms auth.prompts"
static const struct {
	const char *good, *bad;
	unsigned int part;
	uint64_t seed;
	const char *keys;
} unlucky[] = {
	{"qmail-spamcontrol-cured", "based-on: qmail-spamcontrol", 60, 3151822,
		"flow.before-first"},
	{"qmail-spamcontrol-cured", "based-on: qmail-spamcontrol", 60, 9605807,
		"flow.before-first"},
	{"qmail-spamcontrol-cured", "based-on: qmail-spamcontrol", 70, 12274520,
		"flow.before-first"},
	{"qmail-spamcontrol-cured", "based-on: qmail-spamcontrol", 80, 5978925,
		"flow.before-first"},
	{"qmail-spamcontrol-cured", "based-on: qmail-spamcontrol", 80, 9083173,
		"flow.before-first"},
	{"exim-username-prompt",
		"based-on: exim-username-prompt\nfaults: [{at: auth, times: 0, reply: \"535 no\"}]",
		20, 87129, PROMPTS},
	{"qmail-spamcontrol",
		"based-on: qmail-spamcontrol\nfaults: [{at: end, times: 0, reply: \"451 try later\"}]",
		20, 403889, "flow.before-first"},
};

static void what_is_claimed_is_no_more_than_the_fault(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	for (size_t i = 0; i < sizeof unlucky / sizeof *unlucky; i++) {
		struct profile *good = stage_profile(PROFILE_SERVER, unlucky[i].good);
		struct profile *bad = unreliable_load(unlucky[i].bad);
		struct unreliable unreliable = {
			.good = good, .bad = bad, .how = AT_RANDOM, .number = unlucky[i].part};
		struct cause cause;
		struct buffer keys;
		buffer_init(&keys, &memory_standard, 65536);
		random_init(&unreliable.random, unlucky[i].seed);
		CHECK_CASE("%s, %u%%, draw %llu", unlucky[i].good, unlucky[i].part,
			(unsigned long long)unlucky[i].seed);
		cause_look(&(struct memory_ground_settings){.choose = unreliable_choose,
				   .context = &unreliable,
				   .patience_ms = 60000},
			client, ASPECT_MESSAGE, &cause);
		cause_keys(client, &cause, &keys);
		CHECK(cause.state == CAUSE_FOUND || cause.state == CAUSE_INCONCLUSIVE);
		if (cause.state == CAUSE_FOUND &&
			!CHECK_TEXT(buffer_string(&keys), unlucky[i].keys))
			cause_print(client, &cause);
		buffer_free(&keys);
		cause_free(&cause);
		profile_free(good);
		profile_free(bad);
	}
	profile_free(client);
}

#define TESTS(T)                                                                                   \
	T(a_server_that_fails_at_random_proves_nothing)                                            \
	T(a_server_that_changes_its_mind_proves_nothing)                                           \
	T(a_ban_is_no_cause)                                                                       \
	T(one_of_two_servers_that_forgets)                                                         \
	T(what_is_claimed_is_no_more_than_the_fault)
CHECK_MAIN("cause, unreliable", TESTS)

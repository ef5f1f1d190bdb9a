/*
 * check, run: verdicts of clients on servers that are known, and none on servers that cannot be
 * relied on.
 */
#include "phone_fixture.h"
#include "run.h"
#include "stage.h"
#include "unreliable.h"

enum { CLIENTS_MAX = 8 };

/* A run on a ground in memory, and what was told of it: of each client, the last. */
struct watched {
	const struct run_client *clients;
	size_t count;
	struct verdict verdicts[CLIENTS_MAX]; /* without their transcripts */
	bool has_cause[CLIENTS_MAX];
	size_t told[CLIENTS_MAX], controls;
	struct run_result result;
};

static void watch_control(void *context, const struct control *control)
{
	struct watched *watched = context;
	(void)control;
	watched->controls++;
}

static void watch_client(void *context, const struct run_client *client,
	const struct verdict *verdict, const struct cause *cause)
{
	struct watched *watched = context;
	size_t index = (size_t)(client - watched->clients);
	watched->verdicts[index] = *verdict;
	for (int i = 0; i < ASPECT_COUNT; i++)
		watched->verdicts[index].aspects[i].transcript = NULL;
	watched->has_cause[index] = cause != NULL;
	watched->told[index]++;
}

static void watch(struct watched *watched, const struct ground *ground,
	const struct run_client *clients, size_t count, bool deliver, bool causes)
{
	const struct run_listener listener = {
		.context = watched, .control = watch_control, .client = watch_client};
	*watched = (struct watched){.clients = clients, .count = count};
	CHECK(run_check(&(struct run_settings){.ground = ground,
				.clients = clients,
				.client_count = count,
				.deliver = deliver,
				.causes = causes,
				.seed = 1},
		&listener, &watched->result));
}

/* ---- servers that always answer alike ---- */

#define MANGLES "auth: {cut: 3}"
#define NO_TLS "tls: {start: never}"
#define TLS_AT_ONCE "tls: {start: at-once}"
#define CLEAR "auth: {before-tls: true}"

static const struct {
	const char *client, *server;
	enum phone_security security;
	bool deliver, refused;
	enum client_verdict verdict;
	enum aspect decides; /* the aspect that failed */
	enum step step;
	unsigned int code;
} rows[] = {
	{"correct", "lenient", .verdict = VERDICT_SENDS},
	{"nokia-e61i", "mail-in-two-lines", .verdict = VERDICT_INCONCLUSIVE},
	{"nokia-e61i", "recipient-in-two-lines", .verdict = VERDICT_INCONCLUSIVE},
	{"correct", "lenient", PHONE_STARTTLS, .deliver = true, .verdict = VERDICT_SENDS},
	{"nokia-e61i", "lenient", .deliver = true, .refused = true, .verdict = VERDICT_SENDS},
	{"nokia-e61i", "qmail-spamcontrol", .verdict = VERDICT_CANNOT_SEND, .step = STEP_RECIPIENT,
		.code = 535},
	{"nokia-e61i", "qmail-spamcontrol", .deliver = true, .verdict = VERDICT_CANNOT_SEND,
		.step = STEP_RECIPIENT, .code = 535},
	{"nokia-e61i", "qmail-spamcontrol-cured", .deliver = true, .verdict = VERDICT_SENDS},
	{"correct", "forgets-at-end", .verdict = VERDICT_SENDS},
	{"correct", "forgets-at-end", .deliver = true, .verdict = VERDICT_SENDS_WITH_LOSS,
		.decides = ASPECT_SECOND_MESSAGE, .step = STEP_RECIPIENT, .code = 550},
	{"nokia-e61i", "knows-nobody", .refused = true, .verdict = VERDICT_SENDS_WITH_LOSS,
		.decides = ASPECT_REFUSED_RECIPIENT, .step = STEP_RECIPIENT, .code = 550},
	{"correct", "knows-nobody", .refused = true, .verdict = VERDICT_SENDS},
	{"correct", "goes-away", .deliver = true, .verdict = VERDICT_SENDS_WITH_LOSS,
		.decides = ASPECT_SECOND_MESSAGE, .step = STEP_MAIL, .code = 421},
	{"nokia-e61i", "based-on: lenient\nfaults: [{at: reset, times: 0, then: drop}]",
		.verdict = VERDICT_CLOSED, .step = STEP_RESET},
	{"nokia-e61i", "based-on: lenient\nfaults: [{at: reset, times: 0, then: hang}]",
		.verdict = VERDICT_HUNG, .step = STEP_RESET},
	{"nokia-e61i", "exim-two-lines", .verdict = VERDICT_INCONCLUSIVE},
	{"correct", "exim-two-lines", .verdict = VERDICT_SENDS},
	{"nokia-e61i", "exim-two-lines", .deliver = true, .verdict = VERDICT_CANNOT_SEND,
		.step = STEP_DATA, .code = 250},
	{NO_TLS, "lenient", PHONE_STARTTLS, .verdict = VERDICT_NOT_APPLICABLE},
	{NO_TLS, "lenient", .verdict = VERDICT_SENDS},
	{TLS_AT_ONCE, "lenient", PHONE_STARTTLS, .verdict = VERDICT_NOT_APPLICABLE},
	{TLS_AT_ONCE, "lenient", PHONE_TLS, .verdict = VERDICT_SENDS},
	{MANGLES, "lenient", .verdict = VERDICT_NOT_APPLICABLE},
	{CLEAR, "lenient", PHONE_STARTTLS, .verdict = VERDICT_NOT_APPLICABLE},
	{CLEAR, "lenient", .verdict = VERDICT_SENDS},
	{"symbian-epoc-2000", "lenient", .verdict = VERDICT_CANNOT_SEND, .step = STEP_RECIPIENT,
		.code = 530},
};

static struct profile *load_server(const char *server)
{
	return strchr(server, ':') == NULL ? stage_profile(PROFILE_SERVER, server)
					   : unreliable_load(server);
}

static void check_verdict(const struct watched *watched, size_t row)
{
	const struct verdict *verdict = &watched->verdicts[0];
	const struct aspect_outcome *outcome = &verdict->aspects[rows[row].decides];
	bool failure = rows[row].step != STEP_CONNECT;
	CHECK_TEXT(client_verdict_name(verdict->verdict), client_verdict_name(rows[row].verdict));
	CHECK(verdict->sentence.text[0] != 0);
	CHECK_INT(watched->told[0], 1);
	CHECK_INT(watched->controls, 1);
	if (!failure)
		return;
	CHECK_INT(outcome->result, ASPECT_FAILED);
	CHECK_TEXT(phone_step_name(outcome->finding.step), phone_step_name(rows[row].step));
	CHECK_INT(outcome->finding.code, rows[row].code);
	/* what failed was seen again */
	CHECK_INT(outcome->failed, 6);
}

static void verdicts_of_known_servers(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *client = phone_fixture_profile(rows[i].client);
		struct profile *server = load_server(rows[i].server);
		struct memory_ground memory;
		struct watched watched;
		CHECK_CASE("%s with %s, %d", rows[i].client, rows[i].server, rows[i].deliver);
		memory_ground_init(
			&memory, &(struct memory_ground_settings){.server = profile_server(server),
					 .security = rows[i].security,
					 .patience_ms = 60000});
		if (!rows[i].refused)
			memory.ground.refused_recipient = NULL;
		const struct run_client one = {rows[i].client, client};
		watch(&watched, &memory.ground, &one, 1, rows[i].deliver, false);
		CHECK(watched.result.control_sends && !watched.result.stopped);
		check_verdict(&watched, i);
		/* three controls at first, and five more of each failure */
		CHECK(memory.controls <= 8);
		CHECK(memory.trials <= 7);
		if (rows[i].verdict == VERDICT_NOT_APPLICABLE)
			CHECK(memory.trials <= 1);
		profile_free(client);
		profile_free(server);
	}
}

/* Who goes away from an offer, or from a prompt, was refused by nobody. */
static void giving_up_is_no_refusal(void)
{
	static const struct {
		const char *client, *server, *sentence;
	} gone[] = {
		{"outlook-express-6", "lenient",
			"cannot send: gave up at auth: the client found no login mechanism that it "
			"reads; the server refused nothing"},
		{"nokia-e61i", "exim-username-prompt",
			"cannot send: gave up at auth: it cannot go on behind 334 VXNlciBOYW1l"},
		{"symbian-epoc-2000", "lenient",
			"cannot send: refused at recipient: 530 5.7.0 Authentication required"},
	};
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
		struct profile *client = stage_profile(PROFILE_CLIENT, gone[i].client);
		struct profile *server = stage_profile(PROFILE_SERVER, gone[i].server);
		struct memory_ground memory;
		struct watched watched;
		CHECK_CASE("%s with %s", gone[i].client, gone[i].server);
		memory_ground_init(&memory,
			&(struct memory_ground_settings){.server = profile_server(server)});
		const struct run_client one = {gone[i].client, client};
		watch(&watched, &memory.ground, &one, 1, false, false);
		CHECK_TEXT(watched.verdicts[0].sentence.text, gone[i].sentence);
		profile_free(client);
		profile_free(server);
	}
}

/* Where the control cannot send, no client is asked. */
static void nothing_without_the_control(void)
{
	static const struct {
		const char *server;
		bool wrong_password;
		size_t controls;
	} closed[] = {
		{"refuses-recipients", false, 3},
		{"login-not-now", false, 1},
		{"lenient", true, 1},
	};
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
		struct profile *server = stage_profile(PROFILE_SERVER, closed[i].server);
		struct memory_ground memory;
		struct watched watched;
		CHECK_CASE("%s", closed[i].server);
		memory_ground_init(
			&memory, &(struct memory_ground_settings){.server = profile_server(server),
					 .wrong_password = closed[i].wrong_password});
		const struct run_client one = {"nokia-e61i", client};
		watch(&watched, &memory.ground, &one, 1, false, true);
		CHECK(!watched.result.control_sends);
		CHECK(watched.result.why.text[0] != 0);
		CHECK_INT(watched.told[0], 0);
		CHECK_INT(memory.trials, 0);
		/* a login that was refused is not tried again */
		CHECK_INT(memory.controls, closed[i].controls);
		CHECK_INT(watched.result.counts.fails, 0);
		profile_free(server);
	}
	profile_free(client);
}

static void the_cause_goes_along(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *server = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	for (int causes = 0; causes < 2; causes++) {
		struct memory_ground memory;
		struct watched watched;
		memory_ground_init(&memory,
			&(struct memory_ground_settings){.server = profile_server(server)});
		const struct run_client one = {"nokia-e61i", client};
		watch(&watched, &memory.ground, &one, 1, false, causes == 1);
		CHECK_INT(watched.has_cause[0], causes == 1);
		CHECK_INT(watched.result.counts.connections, memory.connections);
	}
	profile_free(client);
	profile_free(server);
}

/*
 * A cause that was proven of one client costs the next one three sessions: it fails, again, and
 * sends without. A fault that every client meets has no such last one.
 */
static void what_was_proven_is_not_proven_again(void)
{
	static const struct {
		const char *server, *clients[4];
		bool deliver;
		size_t first, next;
		enum client_verdict verdict;
	} proven[] = {
		{"qmail-spamcontrol", {"nokia-e61i", "nokia-n95", "symbian-3", "nokia-9300"}, false,
			16, 3, VERDICT_CANNOT_SEND},
		{"qmail-spamcontrol", {"nokia-e61i", "nokia-n95", "symbian-3", "nokia-9300"}, true,
			16, 3, VERDICT_CANNOT_SEND},
		{"forgets-at-end", {"correct", "nokia-e61i", "symbian-3", "nokia-n95"}, true, 20, 2,
			VERDICT_SENDS_WITH_LOSS},
		/* two causes, of which each is proven once */
		{"postfix-strict", {"android-1.x-email", "k9-2008", "k9-2010", "qtopia-2009"},
			false, 24, 4, VERDICT_CANNOT_SEND},
	};
	for (size_t i = 0; i < sizeof proven / sizeof *proven; i++) {
		struct profile *server = stage_profile(PROFILE_SERVER, proven[i].server);
		struct profile *profiles[4];
		struct run_client clients[4];
		struct memory_ground memory;
		struct watched watched;
		for (size_t j = 0; j < 4; j++) {
			profiles[j] = stage_profile(PROFILE_CLIENT, proven[i].clients[j]);
			clients[j] = (struct run_client){proven[i].clients[j], profiles[j]};
		}
		memory_ground_init(&memory,
			&(struct memory_ground_settings){.server = profile_server(server)});
		memory.ground.refused_recipient = NULL;
		watch(&watched, &memory.ground, clients, 4, proven[i].deliver, true);
		for (size_t j = 0; j < 4; j++) {
			CHECK_CASE("%s with %s", proven[i].clients[j], proven[i].server);
			CHECK_INT(watched.verdicts[j].verdict, proven[i].verdict);
			CHECK(watched.has_cause[j]);
			if (j == 0)
				CHECK(watched.verdicts[j].connections <= proven[i].first);
			else
				CHECK_INT(watched.verdicts[j].connections, proven[i].next);
			profile_free(profiles[j]);
		}
		CHECK_INT(watched.result.counts.connections, memory.connections);
		profile_free(server);
	}
}

/* ---- servers that do not ---- */

static const char *const sound_names[] = {"correct", "nokia-e61i", "symbian-3", "nokia-9300"};
enum { SOUND = sizeof sound_names / sizeof *sound_names };
static struct profile *sound[SOUND];
static struct run_client sound_clients[SOUND];
static size_t runs, inconclusive;

static void load_sound(void)
{
	for (size_t i = 0; i < SOUND; i++) {
		sound[i] = stage_profile(PROFILE_CLIENT, sound_names[i]);
		sound_clients[i] = (struct run_client){sound_names[i], sound[i]};
	}
	runs = inconclusive = 0;
}

static void free_sound(void)
{
	for (size_t i = 0; i < SOUND; i++)
		profile_free(sound[i]);
}

/* All of these can send where the server is well: no verdict may say otherwise. */
static void claim_nothing(struct unreliable *unreliable, bool deliver, bool causes)
{
	struct memory_ground memory;
	struct watched watched;
	memory_ground_init(&memory, &(struct memory_ground_settings){
					    .choose = unreliable_choose, .context = unreliable});
	memory.ground.refused_recipient = NULL;
	watch(&watched, &memory.ground, sound_clients, SOUND, deliver, causes);
	for (size_t i = 0; i < SOUND; i++) {
		enum client_verdict verdict = watched.verdicts[i].verdict;
		if (watched.told[i] > 0 && !CHECK(!verdict_is_failure(verdict)))
			printf("%s: %s\n", sound_names[i], watched.verdicts[i].sentence.text);
		if (watched.told[i] > 0 && verdict == VERDICT_INCONCLUSIVE)
			CHECK(watched.verdicts[i].sentence.text[0] != 0);
	}
	runs++;
	inconclusive += watched.result.counts.inconclusive;
}

static void a_server_that_fails_at_random_condemns_nobody(void)
{
	static const unsigned int parts[] = {5, 15, 30, 50, 70, 90};
	struct profile *good = stage_profile(PROFILE_SERVER, "lenient");
	load_sound();
	for (size_t refusal = 0; refusal < REFUSAL_COUNT; refusal++) {
		struct profile *bad = unreliable_refusal(refusal);
		for (uint64_t seed = 0; seed < 20; seed++) {
			for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
				struct unreliable unreliable = {.good = good,
					.bad = bad,
					.how = AT_RANDOM,
					.number = parts[i]};
				random_init(&unreliable.random, seed * 1000 + refusal * 100 + i);
				CHECK_CASE("refusal %zu, seed %llu, %u%%", refusal,
					(unsigned long long)seed, parts[i]);
				claim_nothing(&unreliable, refusal == 5, seed % 2 == 0);
			}
		}
		profile_free(bad);
	}
	profile_free(good);
	free_sound();
	printf("%zu runs at random, %zu of %zu clients inconclusive\n", runs, inconclusive,
		runs * SOUND);
	CHECK(inconclusive > 0);
}

static void a_server_that_changes_its_mind_condemns_nobody(void)
{
	struct profile *good = stage_profile(PROFILE_SERVER, "lenient");
	load_sound();
	for (size_t refusal = 0; refusal < REFUSAL_COUNT; refusal++) {
		struct profile *bad = unreliable_refusal(refusal);
		for (int how = FIRST_ONES; how <= BANS; how++) {
			for (unsigned int number = 0; number <= 8; number++) {
				struct unreliable unreliable = {
					.good = good, .bad = bad, .number = number};
				unreliable.how = (enum unreliable_way)how;
				CHECK_CASE("refusal %zu, way %d, %u", refusal, how, number);
				claim_nothing(&unreliable, refusal == 5, true);
			}
		}
		profile_free(bad);
	}
	profile_free(good);
	free_sound();
}

/* Half of the servers behind a name forget: whoever says RSET comes out both ways. */
static void one_of_two_servers_that_forgets(void)
{
	struct profile *forgets = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	struct profile *cured = stage_profile(PROFILE_SERVER, "qmail-spamcontrol-cured");
	load_sound();
	for (unsigned int seed = 0; seed < 20; seed++) {
		struct unreliable unreliable = {.good = cured, .bad = forgets};
		struct memory_ground memory;
		struct watched watched;
		unreliable.how = seed % 2 == 0 ? AT_RANDOM : EVERY_OTHER;
		unreliable.number = seed % 2 == 0 ? 50 : seed / 2 % 2;
		random_init(&unreliable.random, seed);
		CHECK_CASE("seed %u", seed);
		memory_ground_init(
			&memory, &(struct memory_ground_settings){
					 .choose = unreliable_choose, .context = &unreliable});
		watch(&watched, &memory.ground, sound_clients, SOUND, false, true);
		CHECK_INT(watched.verdicts[0].verdict, VERDICT_SENDS);
		for (size_t i = 1; i < SOUND; i++)
			CHECK_INT(watched.verdicts[i].verdict, VERDICT_INCONCLUSIVE);
	}
	profile_free(forgets);
	profile_free(cured);
	free_sound();
}

/* A fault that is there is found, although the server fails now and then as well. */
static void a_fault_among_failures(void)
{
	struct profile *forgets = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	struct profile *bad = unreliable_load(
		"based-on: qmail-spamcontrol\nfaults: [{at: mail, times: 0, reply: \"550 no\"}]");
	size_t found = 0;
	load_sound();
	for (unsigned int seed = 0; seed < 20; seed++) {
		struct unreliable unreliable = {
			.good = forgets, .bad = bad, .how = AT_RANDOM, .number = 10};
		struct memory_ground memory;
		struct watched watched;
		random_init(&unreliable.random, seed);
		CHECK_CASE("seed %u", seed);
		memory_ground_init(
			&memory, &(struct memory_ground_settings){
					 .choose = unreliable_choose, .context = &unreliable});
		watch(&watched, &memory.ground, sound_clients, SOUND, false, false);
		CHECK(!verdict_is_failure(watched.verdicts[0].verdict));
		for (size_t i = 1; i < SOUND; i++) {
			CHECK(watched.verdicts[i].verdict != VERDICT_SENDS);
			found += watched.verdicts[i].verdict == VERDICT_CANNOT_SEND;
		}
	}
	CHECK(found >= 50); /* of sixty */
	printf("found %zu of 60\n", found);
	profile_free(forgets);
	profile_free(bad);
	free_sound();
}

/* It refuses RSET, at once or later than anybody waits: that is one answer, and has a cause. */
static void a_tarpit_is_no_mood(void)
{
	struct profile *now = unreliable_load(
		"based-on: lenient\nfaults: [{at: reset, times: 0, reply: \"502 no\", then: close}]");
	struct profile *late = unreliable_load(
		"based-on: lenient\nfaults: [{at: reset, times: 0, delay: 90 s, reply: \"502 no\", "
		"then: close}]");
	load_sound();
	for (unsigned int number = 0; number < 4; number++) {
		struct unreliable unreliable = {
			.good = now, .bad = late, .how = EVERY_OTHER, .number = number % 2};
		struct memory_ground memory;
		struct watched watched;
		CHECK_CASE("%u", number);
		memory_ground_init(
			&memory, &(struct memory_ground_settings){.choose = unreliable_choose,
					 .context = &unreliable,
					 .patience_ms = 60000});
		memory.ground.refused_recipient = NULL;
		watch(&watched, &memory.ground, sound_clients, SOUND, false, number / 2 == 0);
		CHECK_INT(watched.verdicts[0].verdict, VERDICT_SENDS);
		for (size_t i = 1; i < SOUND; i++) {
			const struct finding *told =
				&watched.verdicts[i].aspects[ASPECT_MESSAGE].finding;
			CHECK_INT(watched.verdicts[i].verdict, VERDICT_CANNOT_SEND);
			CHECK_INT(told->step, STEP_RESET);
			/* what was said at last, not that nothing was said before */
			CHECK_INT(told->code, 502);
			CHECK_INT(watched.told[i], 1);
			CHECK_INT(watched.has_cause[i], number / 2 == 0);
		}
	}
	profile_free(now);
	profile_free(late);
	free_sound();
}

/* Interrupts while the clients are asked again. */
struct interrupting {
	struct unreliable unreliable;
	struct watched *watched;
	volatile sig_atomic_t interrupted;
};

static const struct server_profile *choose_and_interrupt(void *context, size_t number)
{
	struct interrupting *interrupting = context;
	if (interrupting->watched->told[2] > 0)
		interrupting->interrupted = 1;
	return unreliable_choose(&interrupting->unreliable, number);
}

/* What was concluded before the server was known to be unsteady stays, and is marked. */
static void an_interruption_takes_nothing_back(void)
{
	struct profile *good = stage_profile(PROFILE_SERVER, "lenient");
	struct profile *bad = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	struct watched watched = {.count = 0};
	/* three controls and two clients that send, then one that fails at first */
	struct interrupting interrupting = {
		.unreliable = {.good = good, .bad = bad}, .watched = &watched};
	interrupting.unreliable.how = EVERY_OTHER;
	struct memory_ground memory;
	load_sound();
	memory_ground_init(&memory, &(struct memory_ground_settings){.choose = choose_and_interrupt,
					    .context = &interrupting});
	memory.ground.refused_recipient = NULL;
	/* who says no RSET sends everywhere; who does, comes out both ways */
	const struct run_client clients[] = {
		{"correct", sound[0]}, {"correct", sound[0]}, {"nokia-e61i", sound[1]}};
	const struct run_listener listener = {
		.context = &watched, .control = watch_control, .client = watch_client};
	watched = (struct watched){.clients = clients, .count = 3};
	CHECK(run_check(&(struct run_settings){.ground = &memory.ground,
				.clients = clients,
				.client_count = 3,
				.seed = 1,
				.interrupted = &interrupting.interrupted},
		&listener, &watched.result));
	CHECK_INT(watched.verdicts[2].verdict, VERDICT_INCONCLUSIVE);
	for (size_t i = 0; i < 2; i++) {
		CHECK_INT(watched.verdicts[i].verdict, VERDICT_SENDS);
		CHECK_INT(watched.told[i], 1);
	}
	CHECK_INT(watched.result.counts.sends, 2);
	CHECK(watched.result.stopped);
	CHECK_TEXT(watched.result.why.text,
		"interrupted; 2 clients were concluded before it was known that the server answers "
		"differently from time to time, and were not asked again");
	profile_free(good);
	profile_free(bad);
	free_sound();
}

#define TESTS(T)                                                                                   \
	T(verdicts_of_known_servers)                                                               \
	T(what_was_proven_is_not_proven_again)                                                     \
	T(giving_up_is_no_refusal)                                                                 \
	T(nothing_without_the_control)                                                             \
	T(the_cause_goes_along)                                                                    \
	T(a_server_that_fails_at_random_condemns_nobody)                                           \
	T(a_server_that_changes_its_mind_condemns_nobody)                                          \
	T(one_of_two_servers_that_forgets)                                                         \
	T(a_tarpit_is_no_mood)                                                                     \
	T(a_fault_among_failures)                                                                  \
	T(an_interruption_takes_nothing_back)
CHECK_MAIN("check, run", TESTS)

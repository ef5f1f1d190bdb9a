/*
 * What is learned of a server fares with every client as the server does: of each server profile a
 * profile is learned, and both are sent two messages by every client of the catalogue, in memory.
 */
#include "facts_stand.h"
#include "lesson.h"
#include "verdict.h"

enum { MESSAGES = 2, PROFILES_MAX = 200 };

static struct {
	struct catalogue *catalogue;
	struct catalogue_list *servers, *clients;
	struct profile *played[PROFILES_MAX]; /* of clients */
	struct profile *lenient, *correct;
} school;

static struct profile *load(enum profile_kind kind, const char *name)
{
	struct buffer errors;
	struct profile_source source = catalogue_source(school.catalogue);
	buffer_init(&errors, &memory_standard, 100000);
	struct profile *profile = profile_load(&memory_standard, kind, name, &source, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	return profile;
}

static void school_open(void)
{
	static const char *const folders[] = {"profiles"};
	school.catalogue = catalogue_open(&memory_standard, folders, 1);
	school.servers = catalogue_list(school.catalogue, PROFILE_SERVER);
	school.clients = catalogue_list(school.catalogue, PROFILE_CLIENT);
	CHECK(catalogue_list_count(school.servers) > 5);
	CHECK(catalogue_list_count(school.clients) > 5);
	CHECK(catalogue_list_count(school.clients) < PROFILES_MAX);
	for (size_t i = 0; i < catalogue_list_count(school.clients); i++)
		school.played[i] =
			load(PROFILE_CLIENT, catalogue_list_entry(school.clients, i).name);
	school.lenient = load(PROFILE_SERVER, "lenient");
	school.correct = load(PROFILE_SERVER, "correct");
}

static void school_close(void)
{
	for (size_t i = 0; i < catalogue_list_count(school.clients); i++)
		profile_free(school.played[i]);
	profile_free(school.lenient);
	profile_free(school.correct);
	catalogue_list_free(school.servers);
	catalogue_list_free(school.clients);
	catalogue_close(school.catalogue);
}

/* NULL: a server that lets nobody in teaches nothing. */
static struct profile *learn(const struct facts_stand *stand)
{
	const struct likeness_candidate parents[] = {
		{"lenient", school.lenient}, {"correct", school.correct}};
	const struct lesson_wish wish = {.memory = &memory_standard,
		.findings = stand->findings,
		.ground = &stand->below,
		.delivered = true,
		.target = "smtp://192.0.2.25",
		.date = "2026-11-24",
		.parents = parents,
		.parent_count = 2};
	struct profile_source source = catalogue_source(school.catalogue);
	struct profile *learned = NULL;
	struct buffer text, errors;
	buffer_init(&text, &memory_standard, 1 << 20);
	buffer_init(&errors, &memory_standard, 1 << 20);
	if (lesson_write(&wish, &text))
		learned = profile_load_text(&memory_standard, PROFILE_SERVER, "learned.yaml",
			buffer_octets(&text), &source, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&text);
	buffer_free(&errors);
	return learned;
}

/* What comes of a client's messages, a line for each. */
static void append_outcome(const struct facts_stand *stand, const struct profile *server,
	const struct profile *client, struct buffer *out)
{
	struct profile_ground ground;
	struct trial trial;
	struct sentence why;
	const struct trial_wish wish = {
		.client = client, .messages = MESSAGES, .deliver = true, .seed = 1};
	profile_ground_init(&ground, &memory_standard, profile_server(server), &stand->below);
	if (!CHECK(ground.ground.play(&ground, &wish, &trial, &why)))
		return;
	for (size_t i = 0; i < MESSAGES; i++) {
		struct finding finding;
		finding_read(&finding, &ground.ground, &trial, i);
		buffer_format(out, "%s at %d with %u\n",
			finding.sent ? "sent" : client_verdict_name(finding_verdict(&finding)),
			(int)finding.step, finding.code);
	}
	trial_free(&trial);
}

static size_t compare_clients(const struct facts_stand *stand, const char *name,
	const struct profile *learned, int security)
{
	size_t count = catalogue_list_count(school.clients);
	for (size_t i = 0; i < count; i++) {
		struct buffer original, copy;
		buffer_init(&original, &memory_standard, 10000);
		buffer_init(&copy, &memory_standard, 10000);
		append_outcome(stand, stand->profile, school.played[i], &original);
		append_outcome(stand, learned, school.played[i], &copy);
		CHECK_CASE(
			"%s, %d, %s", name, security, catalogue_list_entry(school.clients, i).name);
		CHECK_TEXT(buffer_string(&copy), buffer_string(&original));
		buffer_free(&original);
		buffer_free(&copy);
	}
	return count;
}

/* So long waits who wants to see what is slower than the final dot may be (RFC 5321 4.5.3.2.6). */
static uint64_t patience_ms(const char *name)
{
	const uint64_t minute_ms = 60 * 1000;
	return strncmp(name, "slow-dot", 8) == 0 ? 11 * minute_ms : 0;
}

/* How many errors a server bears is not asked: who asks that looks like an attack. */
static bool cannot_be_learned(const char *name)
{
	return strcmp(name, "postfix-overload") == 0;
}

static void clients_fare_alike(void)
{
	size_t compared = 0;
	school_open();
	for (size_t i = 0; i < catalogue_list_count(school.servers); i++) {
		const char *name = catalogue_list_entry(school.servers, i).name;
		for (int security = PHONE_PLAIN; security <= PHONE_TLS; security++) {
			struct facts_stand stand;
			CHECK_CASE("%s, %d", name, security);
			bool run =
				facts_stand_open(&stand, name, (enum phone_security)security) &&
				facts_stand_run(&stand, &(struct findings_wish){.deliver = true,
								.in_memory = true,
								.patience_ms = patience_ms(name)});
			struct profile *learned = run ? learn(&stand) : NULL;
			if (learned != NULL && !cannot_be_learned(name))
				compared += compare_clients(&stand, name, learned, security);
			profile_free(learned);
			facts_stand_close(&stand);
		}
	}
	CHECK_CASE("all");
	CHECK(compared > 1000);
	school_close();
}

#define TESTS(T) T(clients_fare_alike)
CHECK_MAIN("lesson_clients", TESTS)

/*
 * Which profile a server is like, and the profile that is learned of it: both in memory, of every
 * server profile that there is.
 */
#include "facts_stand.h"
#include "lesson.h"

struct school {
	struct catalogue *catalogue;
	struct catalogue_list *list;
	struct profile *profiles[200];
	struct likeness_candidate candidates[200];
	size_t count;
	struct likeness_candidate parents[2];
};

static void school_open(struct school *school)
{
	static const char *const folders[] = {"profiles"};
	*school = (struct school){.catalogue = catalogue_open(&memory_standard, folders, 1)};
	struct profile_source source = catalogue_source(school->catalogue);
	school->list = catalogue_list(school->catalogue, PROFILE_SERVER);
	for (size_t i = 0; i < catalogue_list_count(school->list) && i < 200; i++) {
		struct buffer errors;
		const char *name = catalogue_list_entry(school->list, i).name;
		buffer_init(&errors, &memory_standard, 100000);
		school->profiles[i] =
			profile_load(&memory_standard, PROFILE_SERVER, name, &source, &errors);
		CHECK_TEXT(buffer_string(&errors), "");
		buffer_free(&errors);
		school->candidates[i] = (struct likeness_candidate){name, school->profiles[i]};
		school->count++;
		if (strcmp(name, "lenient") == 0)
			school->parents[0] = school->candidates[i];
		if (strcmp(name, "correct") == 0)
			school->parents[1] = school->candidates[i];
	}
	CHECK(school->count > 5);
}

static void school_close(struct school *school)
{
	for (size_t i = 0; i < school->count; i++)
		profile_free(school->profiles[i]);
	catalogue_list_free(school->list);
	catalogue_close(school->catalogue);
}

/* ---- likeness ---- */

static const char *const recognised[] = {"aiosmtpd-1.4", "courier-1.0", "dovecot-submission",
	"exim-4.96", "haraka-3", "lenient", "postfix-3.7", "qmail-spamcontrol",
	"qmail-spamcontrol-cured"};

static void a_server_is_most_like_its_own_profile(void)
{
	struct school school;
	school_open(&school);
	for (size_t i = 0; i < sizeof recognised / sizeof *recognised; i++) {
		struct facts_stand stand;
		struct likeness best[3];
		CHECK_CASE("%s", recognised[i]);
		if (facts_stand_open(&stand, recognised[i], PHONE_PLAIN) &&
			CHECK(facts_stand_run(
				&stand, &(struct findings_wish){.in_memory = true}))) {
			size_t count = likeness_find(&memory_standard, stand.findings, &stand.below,
				false, school.candidates, school.count, best, 3);
			if (CHECK_INT(count, 3)) {
				CHECK_TEXT(best[0].candidate->name, recognised[i]);
				CHECK_INT(best[0].agrees, best[0].of);
			}
		}
		facts_stand_close(&stand);
	}
	school_close(&school);
}

static void what_differs_is_told(void)
{
	struct school school;
	struct facts_stand stand;
	struct likeness likeness;
	school_open(&school);
	if (facts_stand_open(&stand, "qmail-spamcontrol", PHONE_PLAIN) &&
		CHECK(facts_stand_run(&stand, &(struct findings_wish){.in_memory = true}))) {
		struct profile *cured = facts_stand_load(&stand, "qmail-spamcontrol-cured");
		const struct likeness_candidate candidate = {"qmail-spamcontrol-cured", cured};
		CHECK(likeness_compare(&memory_standard, stand.findings, &stand.below, false,
			&candidate, &likeness));
		CHECK_INT(likeness.of - likeness.agrees, 3);
		CHECK_INT(likeness.differ_count, 3);
		CHECK_TEXT(likeness.differs[0].fact, "login-survives-reset");
		CHECK_TEXT(likeness.differs[0].there, "as expected: RCPT drew 250 ok");
		CHECK_TEXT(likeness.differs[1].fact, "login-survives-abandoned-message");
		CHECK_TEXT(likeness.differs[2].fact, "login-memory-survives-reset");
		profile_free(cured);
	}
	facts_stand_close(&stand);
	school_close(&school);
}

/* ---- what is learned ---- */

static bool learn(const struct school *school, const struct facts_stand *stand, struct buffer *text)
{
	const struct lesson_wish wish = {.memory = &memory_standard,
		.findings = stand->findings,
		.ground = &stand->below,
		.delivered = true,
		.target = "smtp://192.0.2.25",
		.date = "2026-11-24",
		.parents = school->parents,
		.parent_count = 2};
	buffer_init(text, &memory_standard, 1 << 20);
	return lesson_write(&wish, text);
}

static void has(struct buffer *text, const char *line)
{
	const char *at = strstr(buffer_string(text), line);
	CHECK_TEXT(at == NULL ? "" : line, line);
}

static void the_founding_servers_fault_is_written_down(void)
{
	struct school school;
	struct facts_stand stand;
	struct buffer text;
	school_open(&school);
	if (facts_stand_open(&stand, "qmail-spamcontrol", PHONE_PLAIN) &&
		CHECK(facts_stand_run(&stand, &(struct findings_wish){.deliver = true})) &&
		CHECK(learn(&school, &stand, &text))) {
		has(&text, "based-on: lenient\n");
		has(&text,
			"  - {trace: \"handset check, smtp://192.0.2.25, 2026-11-24\", shows: [");
		has(&text, "host: \"mx.example.net\"\n");
		has(&text,
			"offers: [\"PIPELINING\", \"8BITMIME\", \"SIZE 0\", \"AUTH LOGIN PLAIN\"]\n");
		has(&text, "forgets:\n  authentication: [reset, starttls]\n");
		has(&text, "  greeting: \"220 {host} ESMTP\"\n");
		has(&text, "  reset: \"250 flushed\"\n");
		has(&text, "  recipient:\n    no-auth: \"535 authentication required (#5.7.1)\"\n");
		has(&text, "    open: none\n");
		has(&text, "#   starttls-works (not-applicable)\n");
		buffer_free(&text);
	}
	facts_stand_close(&stand);
	school_close(&school);
}

/* The last reply of the server comes in the profile's limit, behind which it closes. */
static void a_limit_without_words_is_counted(void)
{
	struct school school;
	struct facts_stand stand;
	struct buffer text;
	school_open(&school);
	if (facts_stand_open(&stand, "closes-after-five", PHONE_PLAIN) &&
		CHECK(facts_stand_run(&stand, &(struct findings_wish){.deliver = true})) &&
		CHECK(learn(&school, &stand, &text))) {
		CHECK_TEXT(facts_stand_value(&stand, "noops-taken"), "6");
		has(&text, "limits:\n  nonmail: {count: 5, then: close}\n");
		buffer_free(&text);
	}
	facts_stand_close(&stand);
	school_close(&school);
}

/* The learned profile is played to the same probes. */
static void play_again(const struct school *school, const struct facts_stand *stand,
	const char *name, struct buffer *text)
{
	struct buffer errors;
	struct likeness likeness;
	struct profile_source source = catalogue_source(school->catalogue);
	buffer_init(&errors, &memory_standard, 1 << 20);
	struct profile *learned = profile_load_text(&memory_standard, PROFILE_SERVER,
		"learned.yaml", buffer_octets(text), &source, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	if (CHECK(learned != NULL)) {
		const struct likeness_candidate candidate = {name, learned};
		CHECK(likeness_compare(&memory_standard, stand->findings, &stand->below, true,
			&candidate, &likeness));
		CHECK_TEXT(likeness.differ_count == 0 ? "" : likeness.differs[0].fact, "");
		CHECK_INT(likeness.agrees, likeness.of);
		CHECK(likeness.of > 5);
	}
	profile_free(learned);
	buffer_free(&errors);
}

static void what_is_learned_behaves_as_the_server(void)
{
	struct school school;
	size_t learned = 0;
	school_open(&school);
	for (size_t i = 0; i < school.count; i++) {
		for (int security = PHONE_PLAIN; security <= PHONE_TLS; security++) {
			struct facts_stand stand;
			struct buffer text;
			CHECK_CASE("%s, %d", school.candidates[i].name, security);
			bool run = facts_stand_open(&stand, school.candidates[i].name,
					   (enum phone_security)security) &&
				   facts_stand_run(&stand, &(struct findings_wish){.deliver = true,
								   .in_memory = true});
			/* a server that lets nobody in teaches nothing */
			if (run && learn(&school, &stand, &text)) {
				play_again(&school, &stand, school.candidates[i].name, &text);
				learned++;
			}
			if (run)
				buffer_free(&text);
			facts_stand_close(&stand);
		}
	}
	CHECK_CASE("all");
	CHECK(learned > 3 * school.count / 2);
	school_close(&school);
}

#define TESTS(T)                                                                                   \
	T(a_server_is_most_like_its_own_profile)                                                   \
	T(what_differs_is_told)                                                                    \
	T(the_founding_servers_fault_is_written_down)                                              \
	T(a_limit_without_words_is_counted)                                                        \
	T(what_is_learned_behaves_as_the_server)
CHECK_MAIN("lesson", TESTS)

/* many: several phones at once against a small server in a thread, which takes them in turn. */
#include "check.h"
#include "failing_memory.h"
#include "many.h"
#include "office.h"
#include "phone_fixture.h"

#include <string.h>

enum { PHONES = 5, PATIENCE_MS = 400, LONG_MS = 10000 };

/* What was told while it went. */
struct heard {
	size_t failures, last_done;
	unsigned int phones; /* bit n: phone n has failed */
	char sentence[256];  /* of the last failure */
};

static void hear_failure(void *context, const struct many_failure *failure)
{
	struct heard *heard = context;
	heard->failures++;
	heard->phones |= 1U << failure->phone;
	CHECK_INT(failure->message, 1);
	snprintf(heard->sentence, sizeof heard->sentence, "%s", failure->sentence);
}

static void hear_progress(void *context, size_t phones_done)
{
	((struct heard *)context)->last_done = phones_done;
}

struct wishes {
	const struct memory *memory;
	uint16_t port;
	uint64_t patience_ms;
	const char *to;
	const volatile sig_atomic_t *interrupted;
};

static bool play(const struct wishes *wishes, struct many_result *result, struct heard *heard,
	struct sentence *why)
{
	struct profile *profile = phone_fixture_profile("symbian-9.1");
	struct phone_account account = phone_fixture_account();
	struct octets to = octets_of(wishes->to == NULL ? "b@example.org" : wishes->to);
	struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
	*heard = (struct heard){.failures = 0};
	*why = (struct sentence){""};
	if (profile == NULL)
		return false;
	account.user = octets_of("");
	struct play_settings playing = {.memory = wishes->memory,
		.profile = profile_client(profile),
		.account = &account,
		.messages = &message,
		.message_count = 1,
		.host = "127.0.0.1",
		.port = wishes->port,
		.patience_ms = wishes->patience_ms,
		.interrupted = wishes->interrupted,
		.seed = 1};
	struct many_settings settings = {.play = &playing,
		.count = PHONES,
		.failed = hear_failure,
		.progress = hear_progress,
		.context = heard};
	bool began = many_run(&settings, result, why);
	profile_free(profile);
	return began;
}

static size_t phones_of(const struct many_result *result)
{
	return result->phones[PLAY_DELIVERED] + result->phones[PLAY_FAILED] +
	       result->phones[PLAY_INCONCLUSIVE];
}

static void each_delivers_once(void)
{
	struct office office = {.refused = NULL};
	struct many_result result;
	struct heard heard;
	struct sentence why;
	if (!office_open(&office))
		return;
	struct wishes wishes = {&memory_standard, office.port, LONG_MS, NULL, NULL};
	CHECK(play(&wishes, &result, &heard, &why));
	office_close(&office);
	CHECK_INT(office.messages, PHONES);
	CHECK_INT(office.connections, PHONES);
	CHECK(strstr(office.mail, "Subject: x||hello|") != NULL);
	CHECK_INT(result.phones[PLAY_DELIVERED], PHONES);
	CHECK_INT(result.messages, PHONES);
	CHECK_INT(result.delivered, PHONES);
	CHECK_INT(result.at_once, PHONES);
	CHECK_INT(result.end, DRIVE_DONE);
	CHECK_INT(heard.failures, 0);
	CHECK_INT(heard.last_done, PHONES);
	CHECK_INT(many_classify(&result), PLAY_DELIVERED);
	/* the office takes one after the other, so the others were there meanwhile */
	CHECK_INT(result.heap_phones, PHONES);
	CHECK(result.heap / PHONES > 1024 && result.heap / PHONES <= 8 * 1024);
}

struct failure_row {
	const char *name;
	struct office office;
	enum play_class class;
	uint64_t patience_ms;
	const char *sentence;
};

static void each_failure_is_told(void)
{
	static const struct failure_row rows[] = {
		{"refused", {.refused = "RCPT"}, PLAY_FAILED, LONG_MS, "refused at recipient: 550"},
		{"silent", {.is_silent = true}, PLAY_FAILED, PATIENCE_MS, "hung"},
		{"cut", {.cuts_at_dot = true}, PLAY_FAILED, LONG_MS, "unsure at end"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct office office = rows[i].office;
		struct many_result result;
		struct heard heard;
		struct sentence why;
		CHECK_CASE("%s", rows[i].name);
		if (!office_open(&office))
			return;
		struct wishes wishes = {
			&memory_standard, office.port, rows[i].patience_ms, NULL, NULL};
		CHECK(play(&wishes, &result, &heard, &why));
		office_close(&office);
		CHECK_INT(result.phones[rows[i].class], PHONES);
		CHECK_INT(phones_of(&result), PHONES);
		CHECK_INT(result.delivered, 0);
		CHECK_INT(heard.failures, PHONES);
		CHECK_INT(heard.phones, 0x3e); /* phones 1 to 5, each once */
		CHECK_INT(heard.last_done, PHONES);
		CHECK(strstr(heard.sentence, rows[i].sentence) != NULL);
		CHECK_INT(result.end, DRIVE_DONE); /* who hangs ends nothing but itself */
		CHECK_INT(many_classify(&result), rows[i].class);
	}
}

static void where_nobody_listens_nothing_is_known(void)
{
	struct office office = {.refused = NULL};
	struct many_result result;
	struct heard heard;
	struct sentence why;
	if (!office_open(&office))
		return;
	office_close(&office); /* its port is free now */
	struct wishes wishes = {&memory_standard, office.port, LONG_MS, NULL, NULL};
	CHECK(play(&wishes, &result, &heard, &why));
	CHECK_INT(result.phones[PLAY_INCONCLUSIVE], PHONES);
	CHECK_INT(heard.failures, PHONES);
	CHECK(strstr(heard.sentence, "refused") != NULL);
	CHECK_INT(result.heap_phones, 0);
	CHECK_INT(many_classify(&result), PLAY_INCONCLUSIVE);
}

static void what_no_phone_can_hold_begins_nothing(void)
{
	struct many_result result;
	struct heard heard;
	struct sentence why;
	struct wishes wishes = {&memory_standard, 9, LONG_MS, "b@example.org\r\nDATA", NULL};
	CHECK(!play(&wishes, &result, &heard, &why));
	CHECK(strstr(why.text, "line break") != NULL);
	CHECK_INT(heard.failures, 0);
}

static void an_interruption_counts_everybody(void)
{
	static const volatile sig_atomic_t interrupted = 1;
	struct many_result result;
	struct heard heard;
	struct sentence why;
	struct wishes wishes = {&memory_standard, 9, LONG_MS, NULL, &interrupted};
	CHECK(play(&wishes, &result, &heard, &why));
	CHECK_INT(result.end, DRIVE_INTERRUPTED);
	CHECK_INT(result.phones[PLAY_INCONCLUSIVE] + result.phones[PLAY_FAILED], PHONES);
	CHECK_INT(heard.failures, PHONES);
	CHECK_INT(result.delivered, 0);
}

/* However it ends: everybody is counted, and nothing is left on the heap. */
static void each_allocation_may_fail(void)
{
	bool delivered = false;
	for (size_t fail_at = 1; !delivered && CHECK(fail_at < 2000); fail_at++) {
		struct office office = {.refused = NULL};
		struct failing_memory failing;
		struct many_result result;
		struct heard heard;
		struct sentence why;
		failing_memory_init(&failing, fail_at);
		CHECK_CASE("allocation %zu", fail_at);
		if (!office_open(&office))
			return;
		struct wishes wishes = {&failing.memory, office.port, LONG_MS, NULL, NULL};
		if (play(&wishes, &result, &heard, &why)) {
			CHECK_INT(phones_of(&result), PHONES);
			CHECK_INT(result.delivered, result.phones[PLAY_DELIVERED]);
			delivered = failing.count < fail_at;
		} else {
			CHECK(why.text[0] != 0);
		}
		office_close(&office);
		CHECK_INT(failing.live, 0);
	}
}

#define TESTS(T)                                                                                   \
	T(each_delivers_once)                                                                      \
	T(each_failure_is_told)                                                                    \
	T(where_nobody_listens_nothing_is_known)                                                   \
	T(what_no_phone_can_hold_begins_nothing)                                                   \
	T(an_interruption_counts_everybody)                                                        \
	T(each_allocation_may_fail)
CHECK_MAIN("many", TESTS)

/* phone: messages that waited since an earlier run (struct phone_message, earlier). */
#include "check.h"
#include "phone_fixture.h"

#include <stdio.h>
#include <string.h>

/* What waits since an earlier run: who has it is left out, and a try that was unsure is known. */
static void an_earlier_run_is_remembered(void)
{
	static const struct {
		const char *profile;
		enum phone_result was[3];
		bool due[3], twice[3];
	} rows[] = {
		{"outbox: {keep: [4xx, unsure]}",
			{PHONE_DELIVERED, PHONE_UNSURE, PHONE_REFUSED_FOR_NOW}, {false, true, true},
			{false, true, false}},
		{"outbox: {keep: [4xx]}", {PHONE_REFUSED_FOR_NOW, PHONE_REFUSED, PHONE_NOT_TRIED},
			{true, false, true}, {false, false, false}},
		/* not kept by this client, and waiting all the same */
		{"outbox: {keep: []}", {PHONE_DELIVERED, PHONE_UNSURE, PHONE_REFUSED},
			{false, true, true}, {false, true, false}},
	};
	static const char *const names[] = {"a@b", "b@b", "c@b"};
	const struct octets to[] = {octets_of("a@b"), octets_of("b@b"), octets_of("c@b")};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct phone_recipient earlier[3] = {{.verdict = {.result = rows[i].was[0]}},
			{.verdict = {.result = rows[i].was[1]}},
			{.verdict = {.result = rows[i].was[2]}}};
		char script[1024] = "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n"
				    "< MAIL FROM:<a@example.net>\n> 250 ok\n";
		for (size_t j = 0; j < 3; j++) {
			earlier[j].was_unsure = rows[i].was[j] == PHONE_UNSURE;
			if (rows[i].due[j])
				snprintf(script + strlen(script), 100, "< RCPT TO:<%s>\n> 250 ok\n",
					names[j]);
		}
		strcat(script, "< DATA\n> 354 go\n<< x\\r\\n.\\r\\n\n> 250 ok\n< QUIT\n> 221 bye\n"
			       "X\nOVER\n");
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		struct phone_account account = phone_fixture_account();
		account.user = octets_of("");
		struct phone_message message = {.to = to,
			.to_count = 3,
			.content = octets_of("x"),
			.earlier = earlier,
			.earlier_tries = 2};
		struct phone *phone =
			phone_new(&memory_standard, profile_client(profile), &account, 1);
		CHECK_CASE("row %zu", i);
		CHECK(phone_add(phone, &message));
		CHECK(script_play(phone_player(phone), script, NULL));
		const struct phone_outcome *outcome = phone_outcome(phone, 0);
		CHECK_INT(outcome->tries, 1);
		for (size_t j = 0; j < 3; j++) {
			CHECK_INT(outcome->recipients[j].verdict.result,
				rows[i].due[j] ? PHONE_DELIVERED : rows[i].was[j]);
			CHECK_INT(outcome->recipients[j].perhaps_twice, rows[i].twice[j]);
		}
		phone_free(phone);
		profile_free(profile);
	}
}

/* An unsure try is not forgotten over a later one that was refused. */
static void a_refusal_between_leaves_it_unsure(void)
{
	static const char script[] =
		"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n< MAIL FROM:<a@example.net>\n> 451 no\n"
		"< QUIT\n> 221 bye\nX\nHOLD\nT 5\n"
		"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n< MAIL FROM:<a@example.net>\n> 250 ok\n"
		"< RCPT TO:<a@b>\n> 250 ok\n< DATA\n> 354 go\n<< x\\r\\n.\\r\\n\n> 250 ok\n"
		"< QUIT\n> 221 bye\nX\nOVER\n";
	const struct octets to = octets_of("a@b");
	const struct phone_recipient earlier = {
		.verdict = {.result = PHONE_UNSURE}, .was_unsure = true};
	struct profile *profile = phone_fixture_profile("outbox: {keep: [4xx, unsure]}");
	struct phone_account account = phone_fixture_account();
	account.user = octets_of("");
	account.further_tries = 1;
	account.try_wait_ms = 5;
	struct phone_message message = {
		.to = &to, .to_count = 1, .content = octets_of("x"), .earlier = &earlier};
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	CHECK(phone_add(phone, &message));
	CHECK(script_play(phone_player(phone), script, NULL));
	CHECK(phone_outcome(phone, 0)->recipients[0].perhaps_twice);
	phone_free(phone);
	profile_free(profile);
}

#define GREETED "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n"
#define COPY_TO(address, end)                                                                      \
	"< MAIL FROM:<a@example.net>\n> 250 ok\n< RCPT TO:<" address ">\n> 250 ok\n"               \
	"< DATA\n> 354 go\n<< x\\r\\n.\\r\\n\n> " end "\n"
#define BYE "< QUIT\n> 221 bye\nX\n"
#define APART "envelope: {bcc: own-transactions}\n"

/* Some copies of a message failed: who gets it again? */
static void what_goes_again(void)
{
	static const struct {
		const char *name, *profile, *script;
		enum phone_result was[2]; /* in an earlier run; not tried: there was none */
		uint32_t tries;
		enum phone_result result[2];
		bool twice[2], queued;
	} rows[] = {
		{"who has not got it", APART "outbox: {keep: [4xx]}",
			GREETED COPY_TO("a@b", "451 no") COPY_TO("b@b", "250 ok") BYE
			"HOLD\nT 5\n" GREETED COPY_TO("a@b", "250 ok") BYE "OVER\n",
			.tries = 1, .result = {PHONE_DELIVERED, PHONE_DELIVERED}},
		{"the whole message", APART "outbox: {keep: [4xx], again: whole}",
			GREETED COPY_TO("a@b", "451 no") COPY_TO("b@b", "250 ok") BYE
			"HOLD\nT 5\n" GREETED COPY_TO("a@b", "250 ok") COPY_TO("b@b", "250 ok") BYE
			"OVER\n",
			.tries = 1, .result = {PHONE_DELIVERED, PHONE_DELIVERED},
			.twice = {false, true}},
		{"whole: what has it may be refused the second time, and it waits on",
			APART "outbox: {keep: [4xx], again: whole}",
			GREETED COPY_TO("a@b", "451 no") COPY_TO("b@b", "250 ok") BYE
			"HOLD\nT 5\n" GREETED COPY_TO("a@b", "250 ok") COPY_TO("b@b", "451 no") BYE
			"OVER\n",
			.tries = 1, .result = {PHONE_DELIVERED, PHONE_REFUSED_FOR_NOW},
			.queued = true},
		{"a failure that is not kept takes nothing along",
			APART "outbox: {keep: [4xx], again: whole}",
			GREETED COPY_TO("a@b", "550 no") COPY_TO("b@b", "250 ok") BYE "OVER\n",
			.tries = 1, .result = {PHONE_REFUSED, PHONE_DELIVERED}},
		{"from an earlier run, who has not got it", APART "outbox: {keep: [4xx]}",
			GREETED COPY_TO("a@b", "250 ok") BYE "OVER\n",
			{PHONE_REFUSED_FOR_NOW, PHONE_DELIVERED},
			.result = {PHONE_DELIVERED, PHONE_DELIVERED}},
		{"from an earlier run, whole", APART "outbox: {keep: [4xx], again: whole}",
			GREETED COPY_TO("a@b", "250 ok") COPY_TO("b@b", "250 ok") BYE "OVER\n",
			{PHONE_REFUSED_FOR_NOW, PHONE_DELIVERED},
			.result = {PHONE_DELIVERED, PHONE_DELIVERED}, .twice = {false, true}},
	};
	const struct octets to = octets_of("a@b"), bcc = octets_of("b@b");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct phone_recipient earlier[2] = {{.verdict = {.result = rows[i].was[0]}},
			{.verdict = {.result = rows[i].was[1]}}};
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		struct phone_account account = phone_fixture_account();
		account.user = octets_of("");
		account.further_tries = rows[i].tries;
		account.try_wait_ms = 5;
		struct phone_message message = {.to = &to,
			.to_count = 1,
			.bcc = &bcc,
			.bcc_count = 1,
			.content = octets_of("x"),
			.earlier = rows[i].was[0] == PHONE_NOT_TRIED ? NULL : earlier};
		struct phone *phone =
			phone_new(&memory_standard, profile_client(profile), &account, 1);
		CHECK_CASE("%s", rows[i].name);
		CHECK(phone_add(phone, &message));
		CHECK(script_play(phone_player(phone), rows[i].script, NULL));
		const struct phone_outcome *outcome = phone_outcome(phone, 0);
		CHECK(outcome->queued == rows[i].queued);
		for (size_t j = 0; j < 2; j++) {
			CHECK_INT(outcome->recipients[j].verdict.result, rows[i].result[j]);
			CHECK(outcome->recipients[j].twice == rows[i].twice[j]);
		}
		phone_free(phone);
		profile_free(profile);
	}
}

#define TESTS(T)                                                                                   \
	T(an_earlier_run_is_remembered)                                                            \
	T(what_goes_again)                                                                         \
	T(a_refusal_between_leaves_it_unsure)
CHECK_MAIN("phone earlier", TESTS)

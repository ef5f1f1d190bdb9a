/* judgement: the exit status, the baseline, and the sentence. */
#include "report_fixture.h"

#define ONE(verdict)                                                                               \
	HEAD(RUN_A, "\"c\"") CONTROL(RUN_A, "sends") CLIENT(RUN_A, "c", verdict) END(RUN_A)
#define LOSS(kinds)                                                                                \
	HEAD(RUN_A, "\"c\"")                                                                       \
	CONTROL(RUN_A, "sends")                                                                    \
	CLIENT_WITH(RUN_A, "c", "sends-with-loss", "\"losses\":[" kinds "]") END(RUN_A)
#define ONE_FACT(strength, verdict)                                                                \
	HEAD(RUN_A, "") CONTROL(RUN_A, "sends") FACT(RUN_A, "f", strength, verdict) END(RUN_A)

static const struct {
	const char *now, *before; /* before: NULL: no baseline */
	const char *fail_on;	  /* NULL: what is said by default */
	int status;
} status_rows[] = {
	{ONE("sends"), NULL, NULL, 0},
	{ONE("cannot-send"), NULL, NULL, 1},
	{ONE("closed"), NULL, NULL, 1},
	{ONE("hung"), NULL, NULL, 1},
	{ONE("sends-with-loss"), NULL, NULL, 1},
	{ONE("tls-too-old"), NULL, NULL, 0},
	{ONE("not-applicable"), NULL, NULL, 0},
	{ONE("inconclusive"), NULL, NULL, 3},
	{HEAD(RUN_A, "\"c\",\"d\"") CONTROL(RUN_A, "sends") CLIENT(RUN_A, "c", "inconclusive")
			CLIENT(RUN_A, "d", "sends") END(RUN_A),
		NULL, NULL, 0},
	/* a control that failed after one that sent takes nothing back */
	{HEAD(RUN_A, "\"c\"") CONTROL(RUN_A, "sends") CONTROL(RUN_A, "hung")
			CLIENT(RUN_A, "c", "sends") END(RUN_A),
		NULL, NULL, 0},
	{HEAD(RUN_A, "\"c\"") CONTROL(RUN_A, "sends") CONTROL(RUN_A, "hung")
			CLIENT(RUN_A, "c", "inconclusive") END(RUN_A),
		NULL, NULL, 3},
	/* --fail-on */
	{ONE("cannot-send"), NULL, "never", 0},
	{ONE("cannot-send"), NULL, "hung", 0},
	{ONE("hung"), NULL, "closed, hung", 1},
	{ONE("sends-with-loss"), NULL, "cannot-send", 0},
	{ONE("tls-too-old"), NULL, "default,tls-too-old", 1},
	{ONE("cannot-send"), NULL, "default,tls-too-old", 1},
	{ONE("not-applicable"), NULL, "not-applicable", 1},
	{ONE("inconclusive"), NULL, "inconclusive", 3},
	{ONE("inconclusive"), NULL, "default", 3},
	{ONE_FACT("MUST", "broken"), NULL, NULL, 0},
	{ONE_FACT("MUST", "broken"), NULL, "broken-must", 1},
	{ONE_FACT("MUST", "holds"), NULL, "broken-must", 0},
	{ONE_FACT("SHOULD", "broken"), NULL, "broken-must", 0},
	{ONE_FACT("SHOULD", "broken"), NULL, "broken-must,broken-should", 1},
	{ONE_FACT("prudent", "broken"), NULL, "broken-prudent", 1},
	/* nothing can be concluded */
	{HEAD(RUN_A, "\"c\"") CONTROL(RUN_A, "login-refused") END(RUN_A), NULL, NULL, 3},
	{HEAD(RUN_A, "\"c\"") CONTROL(RUN_A, "sends") CLIENT(RUN_A, "c", "sends"), NULL, NULL, 3},
	{HEAD(RUN_A, "\"c\",\"d\"") CONTROL(RUN_A, "sends") CLIENT(RUN_A, "c", "sends") END(RUN_A),
		NULL, NULL, 3},
	{HEAD(RUN_A, "\"c\",\"d\"") CONTROL(RUN_A, "sends") CLIENT(RUN_A, "c", "hung") END(RUN_A),
		NULL, NULL, 1},
	{HEAD(RUN_A, "") "{\"record\":\"control\"," RUN_A
			 ",\"who\":\"other\",\"advisory\":true,\"result\":\"hung\"}\n" END(RUN_A),
		NULL, NULL, 0},
	/* one server fails, the other is open: a failure is what counts */
	{ONE("hung") HEAD(RUN_B, "") CONTROL(RUN_B, "no-connection"), NULL, NULL, 1},
	{ONE("sends") HEAD(RUN_B, "") CONTROL(RUN_B, "no-connection"), NULL, NULL, 3},
	/* a baseline excuses what was as bad before */
	{ONE("cannot-send"), ONE("cannot-send"), NULL, 0},
	{ONE("cannot-send"), ONE("hung"), NULL, 0},
	{ONE("cannot-send"), ONE("sends"), NULL, 1},
	{ONE("cannot-send"), ONE("sends-with-loss"), NULL, 1},
	{ONE("sends-with-loss"), ONE("cannot-send"), NULL, 0},
	{ONE("cannot-send"), ONE("inconclusive"), NULL, 1},
	{ONE("cannot-send"), ONE("tls-too-old"), NULL, 1},
	{ONE("tls-too-old"), ONE("tls-too-old"), "tls-too-old", 0},
	{ONE("tls-too-old"), ONE("cannot-send"), "tls-too-old", 1},
	{ONE("cannot-send"), HEAD(RUN_A, "") END(RUN_A), NULL, 1},
	{LOSS("\"recipient\""), LOSS("\"recipient\",\"duplicate\""), NULL, 0},
	{LOSS("\"recipient\",\"duplicate\""), LOSS("\"recipient\""), NULL, 1},
	{ONE_FACT("MUST", "broken"), ONE_FACT("MUST", "broken"), "broken-must", 0},
	{ONE_FACT("MUST", "broken"), ONE_FACT("MUST", "holds"), "broken-must", 1},
	/* it excuses no control, and no run that was cut short */
	{HEAD(RUN_A, "") CONTROL(RUN_A, "hung") END(RUN_A), HEAD(RUN_A, "") CONTROL(RUN_A, "hung"),
		NULL, 3},
	/* one run each belong together; of several the URL tells */
	{ONE("hung"), HEAD(RUN_B, "") CLIENT(RUN_B, "c", "hung"), NULL, 0},
	{ONE("hung"), HEAD(RUN_B, "") CLIENT(RUN_B, "c", "hung") HEAD(RUN_A, ""), NULL, 1},
	{ONE("hung"), HEAD(RUN_B, "") CLIENT(RUN_B, "c", "sends") ONE("hung"), NULL, 0},
	/* several runs of one server: what failed in any of them is known */
	{ONE("hung"), ONE("hung") HEAD(RUN_A_AGAIN, ""), NULL, 0},
	{ONE("hung"), ONE("hung") HEAD(RUN_A_AGAIN, "") CLIENT(RUN_A_AGAIN, "c", "sends"), NULL, 0},
	{ONE("hung"),
		HEAD(RUN_A_AGAIN, "") CLIENT(RUN_A_AGAIN, "c", "sends") ONE("sends-with-loss"),
		NULL, 1},
};

static void statuses_follow_the_verdicts(void)
{
	for (size_t i = 0; i < sizeof status_rows / sizeof *status_rows; i++) {
		CHECK_CASE("%zu: %s | %s | %s", i, status_rows[i].now,
			status_rows[i].before == NULL ? "" : status_rows[i].before,
			status_rows[i].fail_on == NULL ? "" : status_rows[i].fail_on);
		struct record_set *set = read_records("now", octets_of(status_rows[i].now));
		struct record_set *before =
			status_rows[i].before == NULL
				? NULL
				: read_records("before", octets_of(status_rows[i].before));
		struct judgement judgement = judge(set, before);
		struct buffer complaint;
		buffer_init(&complaint, &memory_standard, 65536);
		if (status_rows[i].fail_on != NULL)
			CHECK(fail_on_read(status_rows[i].fail_on, &judgement.fail_on, &complaint));
		if (set != NULL)
			CHECK_INT(judgement_status(&judgement), status_rows[i].status);
		buffer_free(&complaint);
		record_set_free(set);
		record_set_free(before);
	}
}

/* A sum in a sentence says that something is new or cured; the mark says what. */
static void the_baseline_marks_what_is_new_known_and_cured(void)
{
	static const struct {
		const char *now, *before, *fail_on, *mark;
		enum record_kind kind;
	} rows[] = {
		{ONE("cannot-send"), ONE("sends"), "default", "new", RECORD_CLIENT},
		{ONE("cannot-send"), ONE("sends-with-loss"), "default", "new", RECORD_CLIENT},
		{ONE("cannot-send"), ONE("hung"), "default", "known", RECORD_CLIENT},
		{ONE("sends"), ONE("hung"), "default", "cured", RECORD_CLIENT},
		{ONE("sends"), ONE("hung"), "closed", "", RECORD_CLIENT},
		{ONE("sends"), ONE("sends"), "default", "", RECORD_CLIENT},
		{ONE("not-applicable"), ONE("hung"), "default", "", RECORD_CLIENT},
		{ONE("inconclusive"), ONE("hung"), "default", "", RECORD_CLIENT},
		{ONE("cannot-send"), NULL, "default", "", RECORD_CLIENT},
		{ONE_FACT("MUST", "broken"), ONE_FACT("MUST", "holds"), "broken-must", "new",
			RECORD_FACT},
		{ONE_FACT("MUST", "broken"), ONE_FACT("MUST", "broken"), "broken-must", "known",
			RECORD_FACT},
		{ONE_FACT("MUST", "broken"), ONE_FACT("MUST", "holds"), "default", "", RECORD_FACT},
		{ONE_FACT("MUST", "holds"), ONE_FACT("MUST", "broken"), "broken-must", "cured",
			RECORD_FACT},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct record_set *set = read_records("now", octets_of(rows[i].now));
		struct record_set *before =
			rows[i].before == NULL ? NULL
					       : read_records("before", octets_of(rows[i].before));
		struct judgement judgement = judge(set, before);
		const struct record_run *run = &set->runs[0];
		CHECK_CASE("%zu", i);
		CHECK(fail_on_read(rows[i].fail_on, &judgement.fail_on, NULL));
		CHECK_TEXT(judgement_mark(&judgement, run, run->lists[rows[i].kind].items[0]),
			rows[i].mark);
		record_set_free(set);
		record_set_free(before);
	}
}

static void wrong_words_are_named(void)
{
	static const char *const lists[] = {
		"fail", "", "hung,", "hung;closed", "Hung", "hung,,closed"};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct fail_on fail_on;
		struct buffer complaint;
		buffer_init(&complaint, &memory_standard, 65536);
		CHECK_CASE("%s", lists[i]);
		CHECK(!fail_on_read(lists[i], &fail_on, &complaint));
		CHECK(octets_find_text(buffer_octets(&complaint),
			      octets_of("; say never, default, cannot-send,")) < complaint.len);
		buffer_free(&complaint);
	}
}

#define THREE(a, b, c)                                                                             \
	HEAD(RUN_A, "\"a\",\"b\",\"c\"")                                                           \
	CONTROL(RUN_A, "sends")                                                                    \
	CLIENT(RUN_A, "a", a) CLIENT(RUN_A, "b", b) CLIENT(RUN_A, "c", c) END(RUN_A)

static void sentences_say_what_counts(void)
{
	static const struct {
		const char *now, *before, *sentence;
	} rows[] = {
		{THREE("sends", "sends", "sends"), NULL, "all 3 clients can send"},
		{THREE("hung", "sends", "closed"), NULL, "2 of 3 clients cannot send"},
		{THREE("hung", "sends-with-loss", "not-applicable"), NULL,
			"1 of 2 clients cannot send, 1 more sends with loss"},
		{THREE("sends-with-loss", "sends", "inconclusive"), NULL,
			"1 of 3 clients sends with loss, 1 is inconclusive"},
		{THREE("tls-too-old", "sends", "sends"), NULL,
			"2 of 3 clients can send, the TLS of 1 is too old"},
		{ONE("sends"), NULL, "the one client can send"},
		{HEAD(RUN_A, "") END(RUN_A), NULL, "no client was played"},
		{THREE("hung", "hung", "sends"), THREE("hung", "sends", "hung"),
			"2 of 3 clients cannot send; 1 failure is not in the baseline; 1 that failed in the "
			"baseline is cured"},
		{THREE("hung", "sends", "sends"), THREE("hung", "sends", "sends"),
			"1 of 3 clients cannot send; nothing that the baseline does not know"},
		{HEAD(RUN_A, "\"c\",\"d\"") CLIENT(RUN_A, "c", "sends"), NULL,
			"the one client can send; the run did not come to its end: 1 client is missing"},
		{HEAD(RUN_A,
			 "\"c\"") "{\"record\":\"control\"," RUN_A
				  ",\"who\":\"msub\",\"result\":\"hung\",\"sentence\":\"silence\"}\n",
			NULL, "nothing can be concluded: the control could not send: silence"},
		{ONE("hung") HEAD(RUN_A_AGAIN, "\"c\"") CONTROL(RUN_A_AGAIN, "sends")
				CLIENT(RUN_A_AGAIN, "c", "sends") END(RUN_A_AGAIN),
			NULL,
			"in 1 of 2 runs, against 1 server, every client can send; 1 of 2 tries "
			"failed"},
		{ONE("hung") HEAD(RUN_B, "") CONTROL(RUN_B, "hung"), NULL,
			"0 of 2 servers take mail from every client; 1 of 1 tries failed; of 1 nothing can be "
			"concluded"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct record_set *set = read_records("now", octets_of(rows[i].now));
		struct record_set *before =
			rows[i].before == NULL ? NULL
					       : read_records("before", octets_of(rows[i].before));
		struct judgement judgement = judge(set, before);
		struct buffer sentence;
		buffer_init(&sentence, &memory_standard, 65536);
		if (set != NULL)
			judgement_verdict(&judgement, &sentence);
		CHECK_TEXT(buffer_string(&sentence), rows[i].sentence);
		buffer_free(&sentence);
		record_set_free(set);
		record_set_free(before);
	}
}

#define TESTS(T)                                                                                   \
	T(statuses_follow_the_verdicts)                                                            \
	T(the_baseline_marks_what_is_new_known_and_cured)                                          \
	T(wrong_words_are_named)                                                                   \
	T(sentences_say_what_counts)
CHECK_MAIN("judgement", TESTS)

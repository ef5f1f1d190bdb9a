/* finding: which two ends of a trial are the same, and which connections were an answer. */
#include "verdict.h"

#include "check.h"

static void alike_is_the_same_at_the_same_place(void)
{
	static const struct {
		struct finding one, other;
		bool alike;
	} rows[] = {
		{{.result = PHONE_REFUSED, .step = STEP_MAIL, .code = 550},
			{.result = PHONE_REFUSED, .step = STEP_MAIL, .code = 550}, true},
		/* a tarpit: what it would have said came too late, or just in time */
		{{.result = PHONE_TIMED_OUT, .step = STEP_MAIL},
			{.result = PHONE_REFUSED, .step = STEP_MAIL, .code = 550}, true},
		{{.result = PHONE_REFUSED_FOR_NOW, .step = STEP_AUTH, .code = 454},
			{.result = PHONE_HUNG, .step = STEP_AUTH}, true},
		{{.result = PHONE_CLOSED, .step = STEP_RESET},
			{.result = PHONE_HUNG, .step = STEP_RESET}, true},
		/* a client that hangs behind a reply has heard it */
		{{.result = PHONE_HUNG, .step = STEP_AUTH, .code = 535},
			{.result = PHONE_REFUSED, .step = STEP_AUTH, .code = 535}, false},
		/* elsewhere, or otherwise */
		{{.result = PHONE_TIMED_OUT, .step = STEP_MAIL},
			{.result = PHONE_REFUSED, .step = STEP_RECIPIENT, .code = 550}, false},
		{{.result = PHONE_REFUSED, .step = STEP_MAIL, .code = 550},
			{.result = PHONE_REFUSED, .step = STEP_MAIL, .code = 551}, false},
		{{.result = PHONE_REFUSED, .step = STEP_MAIL, .code = 550},
			{.result = PHONE_CLOSED, .step = STEP_MAIL}, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("row %zu", i);
		CHECK_INT(finding_is_alike(&rows[i].one, &rows[i].other), rows[i].alike);
		CHECK_INT(finding_is_alike(&rows[i].other, &rows[i].one), rows[i].alike);
	}
}

#define CONNECTED "=== connected 192.0.2.7 to 192.0.2.25:25\n"

/* A server that has its fill ends a connection before it greets. */
static void an_answer_is_a_word(void)
{
	static const struct {
		const char *text;
		size_t connections, answered;
	} rows[] = {
		{"", 0, 0},
		{CONNECTED "<-  220 mx\n -> EHLO x\n<-  250 mx\n", 1, 1},
		{CONNECTED "=== closed by server\n" CONNECTED
			   "<-  220 mx\n -> EHLO x\n<-  250 mx\n",
			2, 1},
		{CONNECTED CONNECTED "=== closed by server\n", 2, 0},
		{CONNECTED "<** 421 too many\n=== closed by server\n" CONNECTED "<-  220 mx\n", 2,
			2},
		{CONNECTED "<-  220 mx\n=== closed by server\n" CONNECTED "=== closed by server\n",
			2, 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct transcript *transcript = transcript_new(&memory_standard, false);
		size_t line;
		CHECK_CASE("row %zu", i);
		CHECK(transcript_read(transcript, octets_of(rows[i].text), &line));
		CHECK_INT(trial_connections(transcript), rows[i].connections);
		CHECK_INT(trial_connections_answered(transcript), rows[i].answered);
		transcript_free(transcript);
	}
	CHECK_INT(trial_connections_answered(NULL), 0);
}

#define TESTS(T)                                                                                   \
	T(alike_is_the_same_at_the_same_place)                                                     \
	T(an_answer_is_a_word)
CHECK_MAIN("finding", TESTS)

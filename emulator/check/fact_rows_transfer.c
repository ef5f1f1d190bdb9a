/* fact_rows_transfer: what only a delivered message shows. */
#include "dialogue.h"

/*
 * A server that takes this for the end sees the rest as commands, and answers each line. What shows
 * it is RSET, which every server has (RFC 5321 4.5.1): NOOP is not known everywhere, and its
 * refusal would look like an answer to the rest.
 */
#define SMUGGLED(symbol, end)                                                                      \
	static const struct probe_step symbol[] = {OPEN, HELLO, LOGIN, SAY(LINE_MAIL),             \
		SAY(LINE_RECIPIENT), SAY("DATA"),                                                  \
		{.action = PROBE_BODY,                                                             \
			.marks = PROBE_THING,                                                      \
			.text = DIALOGUE_HEADER "A trial of this server by handset check." end     \
						"HANDSET\r\n."},                                   \
		FOLLOWS("RSET"), LAST}
SMUGGLED(lf_lf, "\n.\n");
SMUGGLED(lf_crlf, "\n.\r\n");
SMUGGLED(crlf_lf, "\r\n.\n");
SMUGGLED(cr_cr, "\r.\r");
static const struct probe_step not_smuggled[] = {
	OPEN, HELLO, LOGIN, MESSAGE, FOLLOWS("RSET"), LAST};
static const struct probe_step bare_lf[] = {OPEN, HELLO, LOGIN, SAY(LINE_MAIL), SAY(LINE_RECIPIENT),
	SAY("DATA"),
	THEN_BODY(DIALOGUE_HEADER "A trial of this server by handset check:\na bare LF.\r\n."),
	LAST};
static const struct probe_step two[] = {OPEN, HELLO, LOGIN, MESSAGE, THEN_MESSAGE, LAST};
static const struct probe_step after_reset[] = {
	OPEN, HELLO, LOGIN, THING("RSET"), THEN_MESSAGE, LAST};
static const struct probe_step after_hello[] = {
	OPEN, HELLO, LOGIN, THING(LINE_HELLO), THEN_MESSAGE, LAST};

#define WHOLE(of_name, of_title, of_section, of_dialogue)                                          \
	{                                                                                          \
		.name = (of_name), .group = "transfer", .title = (of_title),                       \
		.strength = STRENGTH_MUST, .section = (of_section), .needs = FACT_NEEDS_DELIVERY,  \
		.expect = FACT_TAKEN, .looks_at = PROBE_FOLLOWS, .dialogue = (of_dialogue),        \
		.control = dialogue_deliver, .expected = "250 up to the final dot",                \
		.broken = "it is refused",                                                         \
	}

/* SEC Consult, SMTP smuggling, 18 December 2023; CVE-2023-51764, -51765, -51766 */
#define HIDES(of_name, of_title, of_dialogue, of_learned)                                          \
	{                                                                                          \
		.name = (of_name), .group = "transfer", .title = (of_title),                       \
		.strength = STRENGTH_MUST, .section = "RFC 5321 4.1.1.4",                          \
		.needs = FACT_NEEDS_DELIVERY, .expect = FACT_TAKEN, .looks_at = PROBE_FOLLOWS,     \
		.dialogue = (of_dialogue), .control = not_smuggled,                                \
		.expected = "one reply to the message, or the end of the connection",              \
		.broken = "what stood behind it was taken for commands",                           \
		.judge = fact_judge_smuggling, .learned = (of_learned),                            \
	}

static const struct fact_row rows[] = {
	WHOLE("message-delivered", "A message is taken to its end", "RFC 5321 3.3",
		dialogue_deliver),
	WHOLE("two-messages", "Two messages are taken in one session", "RFC 5321 3.3", two),
	WHOLE("message-after-reset", "A message is taken to its end after RSET", "RFC 5321 4.1.1.5",
		after_reset),
	WHOLE("message-after-hello", "A message is taken to its end after a second EHLO",
		"RFC 5321 4.1.4", after_hello),
	{.name = "dot-time",
		.group = "transfer",
		.title = "How long the answer to the final dot takes",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 5321 4.5.3.2.6, RFC 1047",
		.needs = FACT_NEEDS_DELIVERY,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = dialogue_deliver,
		.expected = "less than a minute: clients that give up then send again",
		.varies = true,
		.judge = fact_judge_dot},
	{.name = "bare-lf-in-message",
		.group = "transfer",
		.title = "A bare LF inside a message",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 5321 2.3.8",
		.needs = FACT_NEEDS_DELIVERY,
		.expect = FACT_MEASURED,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = bare_lf,
		.control = dialogue_deliver,
		.expected = "250, or a refusal",
		.learned = "refuses.end.bare-lf"},
	HIDES("no-smuggling", "A dot between bare LFs does not end a message", lf_lf,
		"data.also-ends=lf.lf"),
	HIDES("no-smuggling-lf-crlf", "A dot behind a bare LF does not end a message", lf_crlf,
		"data.also-ends=lf.crlf"),
	HIDES("no-smuggling-crlf-lf", "A dot before a bare LF does not end a message", crlf_lf,
		"data.also-ends=crlf.lf"),
	HIDES("no-smuggling-cr-cr", "A dot between bare CRs does not end a message", cr_cr,
		"data.also-ends=cr.cr"),
};
const struct fact_rows fact_rows_transfer = {rows, sizeof rows / sizeof *rows};

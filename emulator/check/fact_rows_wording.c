/* fact_rows_wording: how the server speaks; heard on the way, at no cost in sessions. */
#include "dialogue.h"

#define HEARD(of_name, of_title, of_section, of_expected, of_broken, of_judge)                     \
	{                                                                                          \
		.name = (of_name), .group = "wording", .title = (of_title),                        \
		.strength = STRENGTH_PRUDENT, .section = (of_section), .expect = FACT_TAKEN,       \
		.heard = true, .looks_at = PROBE_FOLLOWS, .dialogue = dialogue_send,               \
		.expected = (of_expected), .broken = (of_broken), .judge = (of_judge),             \
	}
static const struct fact_row rows[] = {
	HEARD("greeting-says-esmtp", "The greeting has the word ESMTP", "RFC 5321 4.2",
		"220 with the word", "clients that look for it say HELO, and find no login",
		fact_judge_greeting),
	{.name = "greeting-time",
		.group = "wording",
		.title = "How long the greeting takes",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 5321 4.5.3.2.1",
		.expect = FACT_MEASURED,
		.varies = true,
		.heard = true,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = dialogue_send,
		.expected = "less than ten seconds",
		.judge = fact_judge_greeting_time},
	HEARD("offers-upper-case", "The words of the EHLO reply are in upper case",
		"RFC 5321 2.4, 4.1.1.1", "upper case",
		"they are not; some clients compare with case", fact_judge_offers),
	HEARD("starttls-not-last", "STARTTLS is not the last line of the EHLO reply",
		"RFC 5321 4.1.1.1", "250-STARTTLS", "it is; some clients overlook that line",
		fact_judge_starttls_last),
	{.name = "old-auth-offered",
		.group = "wording",
		.title = "The offer of a login in its old form, AUTH=",
		.strength = STRENGTH_PRUDENT,
		.section = "RFC 4954 3",
		.expect = FACT_MEASURED,
		.heard = true,
		.looks_at = PROBE_FOLLOWS,
		.dialogue = dialogue_send,
		.expected = "either; clients of the nineties look for it",
		.judge = fact_judge_old_auth},
	HEARD("one-line-replies", "Replies but that to EHLO have one line", "RFC 5321 4.2.1",
		"one line each", "some have more, and some clients take each line for a reply",
		fact_judge_one_line),
	HEARD("replies-have-words", "Replies have a text behind the code", "RFC 5321 4.2",
		"code and text", "some clients fail at a code alone", fact_judge_words),
	HEARD("quit-answered", "QUIT is answered with 221", "RFC 5321 4.1.1.10", "221", "it is not",
		fact_judge_farewell),
};
const struct fact_rows fact_rows_wording = {rows, sizeof rows / sizeof *rows};

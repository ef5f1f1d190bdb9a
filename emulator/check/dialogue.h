/* dialogue: how the rows of facts write down what is said; seen by fact_rows*.c only. */
#ifndef CHECK_DIALOGUE_H
#define CHECK_DIALOGUE_H

#include "fact.h"

#define LINE_MAIL "MAIL FROM:<{sender}>"
#define LINE_RECIPIENT "RCPT TO:<{recipient}>"
#define LINE_HELLO "EHLO {name}"

/* What must go well before anything can be seen. */
#define OPEN                                                                                       \
	{                                                                                          \
		.action = PROBE_OPEN                                                               \
	}
#define GREETING                                                                                   \
	{                                                                                          \
		.action = PROBE_GREETING                                                           \
	}
#define SAY(line)                                                                                  \
	{                                                                                          \
		.action = PROBE_SAY, .text = (line)                                                \
	}
#define HELLO SAY(LINE_HELLO)
#define LOGIN                                                                                      \
	{                                                                                          \
		.action = PROBE_LOGIN                                                              \
	}
#define TLS                                                                                        \
	{                                                                                          \
		.action = PROBE_HANDSHAKE                                                          \
	}
/* What is tried out: any reply will do. */
#define THING(line)                                                                                \
	{                                                                                          \
		.action = PROBE_SAY, .marks = PROBE_THING, .text = (line)                          \
	}
/* What shows it. */
#define FOLLOWS(line)                                                                              \
	{                                                                                          \
		.action = PROBE_SAY, .marks = PROBE_FOLLOWS, .text = (line)                        \
	}
#define THEN_LOGIN                                                                                 \
	{                                                                                          \
		.action = PROBE_LOGIN, .marks = PROBE_FOLLOWS                                      \
	}
#define LOGIN_BY(mechanism, more)                                                                  \
	{                                                                                          \
		.action = PROBE_LOGIN, .marks = PROBE_FOLLOWS | (more), .text = (mechanism)        \
	}
#define THEN_MAIL FOLLOWS(LINE_MAIL)
#define THEN_RECIPIENT FOLLOWS(LINE_RECIPIENT)
#define BODY(content)                                                                              \
	{                                                                                          \
		.action = PROBE_BODY, .text = (content)                                            \
	}
#define THEN_BODY(content)                                                                         \
	{                                                                                          \
		.action = PROBE_BODY, .marks = PROBE_FOLLOWS, .text = (content)                    \
	}
#define MESSAGE SAY(LINE_MAIL), SAY(LINE_RECIPIENT), SAY("DATA"), BODY(DIALOGUE_BODY)
#define THEN_MESSAGE THEN_MAIL, THEN_RECIPIENT, FOLLOWS("DATA"), THEN_BODY(DIALOGUE_BODY)
#define LAST                                                                                       \
	{                                                                                          \
		.action = PROBE_END                                                                \
	}

#define DIALOGUE_HEADER                                                                            \
	"From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: handset check\r\n"                      \
	"Date: Thu, 01 Jan 1970 00:00:00 +0000\r\nMIME-Version: 1.0\r\n\r\n"
#define DIALOGUE_BODY DIALOGUE_HEADER "A trial of this server by handset check.\r\n."

/* Dialogues that several groups have in common. */
extern const struct probe_step dialogue_send[];	   /* hello, login, MAIL, RCPT */
extern const struct probe_step dialogue_login[];   /* hello, login */
extern const struct probe_step dialogue_hello[];   /* greeting, hello */
extern const struct probe_step dialogue_deliver[]; /* a whole message */

/* The groups' rows. */
struct fact_rows {
	const struct fact_row *rows;
	size_t count;
};
extern const struct fact_rows fact_rows_login, fact_rows_reset, fact_rows_tls, fact_rows_hello,
	fact_rows_syntax, fact_rows_order, fact_rows_transfer, fact_rows_mechanism,
	fact_rows_wording;

/* --- answers that are read in a way of their own (fact_judges.c) --- */

#define FACT_JUDGE(name)                                                                           \
	void fact_judge_##name(const struct findings *findings, const struct fact_row *row,        \
		const struct probe *probe, struct fact_answer *answer)
FACT_JUDGE(offers);
FACT_JUDGE(starttls_last);
FACT_JUDGE(old_auth);
FACT_JUDGE(greeting);
FACT_JUDGE(greeting_time);
FACT_JUDGE(farewell);
FACT_JUDGE(one_line);
FACT_JUDGE(words);
FACT_JUDGE(prompts);
FACT_JUDGE(count);
FACT_JUDGE(dot);
FACT_JUDGE(exchange);
FACT_JUDGE(clear_login);
FACT_JUDGE(injection);
FACT_JUDGE(smuggling);

#endif

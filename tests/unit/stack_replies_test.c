/*
 * stack, replies: how the phones' messaging stack takes what a server says, each time with its own
 * value of the key and with the correct client's. The expected octets are worked out by hand from
 * the published source of 2009/10 (smtpservermtm, and the mail socket below it).
 */
#include "check.h"
#include "stack_dialogue.h"

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define NINE_HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED
/* With four octets in front and CR LF behind, 1000 and 1001 octets. */
#define FITS NINE_HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN "0123"
#define TOO_LONG FITS "4"

/* reply-requires-crlf */
static void only_cr_lf_ends_a_line(void)
{
	static const struct phone_run runs[] = {
		{"a greeting with LF alone: for ever", STACK,
			"O\n>> 220 mx\\n\n.\nT 999999999\n.\n", OPEN, .result = PHONE_NOT_TRIED},
		{"either end will do", WITH("replies: {line-end: any}"),
			"O\n>> 220 mx\\n\n< HELO [192.0.2.7]\n", OPEN, .result = PHONE_NOT_TRIED},
		{"CR LF ends it at last", STACK,
			"O\n>> 220 mx\\n\n.\n>> \\r\\n\n< HELO [192.0.2.7]\n", OPEN,
			.result = PHONE_NOT_TRIED},
		{"two with LF are one line, and its code is the first", STACK,
			OPENED RESET SAY_MAIL
			">> 250 ok\\n550 no\\n\n.\n>> \\r\\n\n" RECIPIENT DATA SENT
			"> 250 ok\n" LEFT,
			OPEN, DELIVERED},
		{"or two lines, of which the second answers RCPT", WITH("replies: {line-end: any}"),
			OPENED RESET SAY_MAIL ">> 250 ok\\n550 no\\n\n" SAY_RECIPIENT LEFT, OPEN,
			REFUSED_AT(STEP_RECIPIENT, 550)},
		{"CR alone is none either", STACK,
			OPENED "< RSET\n>> 250 ok\\r\n.\n>> x\\r\\n\n" SAY_MAIL, OPEN,
			.result = PHONE_NOT_TRIED},
		{"the dot's reply ends in LF: no timer, for ever", STACK,
			OPENED ENVELOPE DATA SENT ">> 250 ok\\n\n.\nT 999999999\n.\n", OPEN,
			.result = PHONE_NOT_TRIED},
		{"the same, and then the server goes", STACK,
			OPENED ENVELOPE DATA SENT ">> 250 ok\\n\nEND\n" GONE, OPEN,
			.result = PHONE_UNSURE, .at = STEP_END},
	};
	RUN_ALL(runs);
}

/* reply-line-limit-1000 */
static void a_line_has_a_thousand_octets(void)
{
	static const struct phone_run runs[] = {
		{"1000 with its end fit", STACK,
			OPENED RESET SAY_MAIL "> 250 " FITS "\n" SAY_RECIPIENT, OPEN,
			.result = PHONE_NOT_TRIED},
		{"1001 are no code", STACK, OPENED RESET SAY_MAIL "> 250 " TOO_LONG "\n" LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 0)},
		{"without a limit they are", WITH("replies: {line-limit: 0}"),
			OPENED RESET SAY_MAIL "> 250 " TOO_LONG "\n" SAY_RECIPIENT, OPEN,
			.result = PHONE_NOT_TRIED},
		{"a greeting of 1001", STACK, "O\n> 220 " TOO_LONG "\n" LEFT, OPEN,
			REFUSED_AT(STEP_GREETING, 0)},
		{"among the lines of EHLO it is a refusal, and the rest answers RSET", STACK,
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250-mx\n"
			"> 250-" TOO_LONG
			"\n< RSET\n> 250 HELP\n< HELO [192.0.2.7]\n> 250 mx\n" TRANSACTION LEFT,
			OPEN, DELIVERED},
		{"or nothing special", WITH("replies: {line-limit: 0}"),
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250-mx\n"
			"> 250-" TOO_LONG "\n.\n> 250 HELP\n" TRANSACTION LEFT,
			OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

#define TO_MAIL(reply) OPENED RESET SAY_MAIL reply
#define TAKEN .result = PHONE_NOT_TRIED
#define PLAINLY WITH("replies: {code: three-digits}")
#define HELLO_MORE(line) "O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n" line ".\n> 250 mx\n" RESET
#define HELLO_DONE(line) "O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n" line RESET

/* The code is the number in front; a line continues where no white space follows it. */
static void a_code_is_a_number(void)
{
	static const struct phone_run runs[] = {
		{"bare", STACK, TO_MAIL("> 250\n") SAY_RECIPIENT, OPEN, TAKEN},
		{"with a tab", STACK, TO_MAIL("> 250\tok\n") SAY_RECIPIENT, OPEN, TAKEN},
		{"251", STACK, TO_MAIL("> 251 elsewhere\n") SAY_RECIPIENT, OPEN, TAKEN},
		{"299", STACK, TO_MAIL("> 299 what\n") SAY_RECIPIENT, OPEN, TAKEN},
		{"two digits", STACK, TO_MAIL("> 25 x\n") LEFT, OPEN, REFUSED_AT(STEP_MAIL, 25)},
		{"two digits, plainly", PLAINLY, TO_MAIL("> 25 x\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 0)},
		{"four digits", STACK, TO_MAIL("> 2500 x\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 2500)},
		{"four digits, plainly", PLAINLY, TO_MAIL("> 2500 x\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 0)},
		{"a zero in front", STACK, TO_MAIL("> 0250 x\n") SAY_RECIPIENT, OPEN, TAKEN},
		{"a zero in front, plainly", PLAINLY, TO_MAIL("> 0250 x\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 0)},
		{"a blank in front", STACK, TO_MAIL(">  250 x\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 0)},
		{"an empty line", STACK, TO_MAIL(">> \\r\\n\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 0)},
		{"no digits", STACK, TO_MAIL("> ok\n") LEFT, OPEN, REFUSED_AT(STEP_MAIL, 0)},
		{"more digits than a number has", STACK, TO_MAIL("> 25000000000 x\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 0)},
		{"a letter behind it, in a transaction", STACK, TO_MAIL("> 250x\n") SAY_RECIPIENT,
			OPEN, TAKEN},
		{"a letter behind it, plainly", PLAINLY, TO_MAIL("> 250x\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 0)},
		{"a letter continues", STACK, HELLO_MORE("> 250x\n"), OPEN, TAKEN},
		{"a dot continues", STACK, HELLO_MORE("> 250.0 mx\n"), OPEN, TAKEN},
		{"a dash continues", STACK, HELLO_MORE("> 250-mx\n"), OPEN, TAKEN},
		{"a tab does not", STACK, HELLO_DONE("> 250\tmx\n"), OPEN, TAKEN},
		{"the line's end does not", STACK, HELLO_DONE("> 250\n"), OPEN, TAKEN},
		{"plainly, a letter makes it unreadable", PLAINLY,
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250x\n" RESET
			"< HELO [192.0.2.7]\n",
			OPEN, TAKEN},
	};
	RUN_ALL(runs);
}

/* any-2xx-ok, 4xx-as-5xx: the correct client looks at the first digit too. */
static void the_first_digit_decides(void)
{
	static const struct phone_run runs[] = {
		{"any 2xx, any 3xx to DATA", STACK,
			"O\n> 299 mx ESMTP x\n< EHLO [192.0.2.7]\n> 221 mx\n< RSET\n> 220 a\n" SAY_MAIL
			"> 252 b\n" SAY_RECIPIENT "> 235 c\n< DATA\n> 399 d\n"
			"<< Subject: x\\r\\n\\r\\nhello\\r\\n\\r\\n.\\r\\n\n> 201 e\n< QUIT\n> 599 f\n" GONE,
			OPEN, .result = PHONE_DELIVERED, .code = 201},
		{"250 to DATA is a refusal", STACK, OPENED ENVELOPE "< DATA\n> 250 a\n" LEFT, OPEN,
			REFUSED_AT(STEP_DATA, 250)},
		{"354 to the dot too", STACK, OPENED ENVELOPE DATA SENT "> 354 a\n" LEFT, OPEN,
			REFUSED_AT(STEP_END, 354)},
		{"354 to MAIL too", STACK, TO_MAIL("> 354 a\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 354)},
		{"a 5xx ends the transaction", STACK, TO_MAIL("> 550 no\n") RESET SAY_MAIL, OPEN,
			.messages = 2, REFUSED_AT(STEP_MAIL, 550)},
		{"a 4xx as well, and nothing is tried again", STACK,
			TO_MAIL("> 450 later\n") RESET SAY_MAIL "> 450 later\n" LEFT, OPEN,
			.messages = 2, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL,
			.code = 450},
		{"a 1xx as well", STACK, TO_MAIL("> 150 wait\n") LEFT, OPEN,
			REFUSED_AT(STEP_MAIL, 150)},
	};
	RUN_ALL(runs);
}

/* ignore-421 */
static void a_421_is_one_code_of_many(void)
{
	static const struct phone_run runs[] = {
		{"to MAIL: the next message", STACK, TO_MAIL("> 421 bye\n") TRANSACTION LEFT, OPEN,
			.messages = 2, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL,
			.code = 421, .last = PHONE_DELIVERED},
		{"to MAIL, heeded", WITH("reactions: {mail: {421: quit}}"),
			TO_MAIL("> 421 bye\n") LEFT, OPEN, .messages = 2,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_MAIL, .code = 421},
		{"to RCPT and the last: QUIT", STACK,
			OPENED RESET MAIL SAY_RECIPIENT "> 421 bye\n" LEFT, OPEN,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_RECIPIENT, .code = 421},
		{"as a greeting: QUIT", STACK, "O\n> 421 busy\n" LEFT, OPEN,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_GREETING, .code = 421},
		{"before it was asked for anything: the reply to RSET", STACK,
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n>> 250 mx\\r\\n421 bye\\r\\n\n"
			"<< RSET\\r\\nQUIT\\r\\n\n> 503 what\n" GONE,
			OPEN, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_RESET, .code = 421},
		{"and the connection is gone behind it: QUIT all the same", STACK,
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n>> 250 mx\\r\\n421 bye\\r\\n\n"
			"<< RSET\\r\\nQUIT\\r\\n\nEND\n" GONE,
			OPEN, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_RESET, .code = 421},
		{"a stray 250 behind the greeting is EHLO's", STACK,
			"O\n>> 220 mx ESMTP x\\r\\n250 stray\\r\\n\n"
			"<< EHLO [192.0.2.7]\\r\\nRSET\\r\\n\n> 250 mx\n" SAY_MAIL,
			OPEN, TAKEN},
	};
	RUN_ALL(runs);
}

#define WHOLE_TRANSACTION WITH("replies: {reading: {transaction: whole}}")

/* txn-multiline-desync: what is left of a reply answers the next command. */
static void a_transaction_reads_first_lines(void)
{
	static const struct phone_run runs[] = {
		{"RSET", STACK,
			OPENED "< RSET\n>> 250-a\\r\\n250 b\\r\\n\n"
			       "<< MAIL FROM:<a@example.net>\\r\\nRCPT TO:<b@example.org>\\r\\n\n"
			       "> 250 sender\n< DATA\n> 250 recipient\n< QUIT\n> 354 go\n" GONE,
			OPEN, REFUSED_AT(STEP_DATA, 250)},
		{"MAIL", STACK,
			TO_MAIL(">> 250-a\\r\\n250 b\\r\\n\n") "<< RCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
							       "> 250 recipient\n< QUIT\n> 354 go\n" GONE,
			OPEN, REFUSED_AT(STEP_DATA, 250)},
		{"MAIL, whole", WHOLE_TRANSACTION,
			TO_MAIL(">> 250-a\\r\\n250 b\\r\\n\n") RECIPIENT DATA SENT
			"> 250 ok\n" LEFT,
			OPEN, DELIVERED},
		{"RCPT", STACK,
			OPENED RESET MAIL SAY_RECIPIENT ">> 250-a\\r\\n250 b\\r\\n\n"
							"<< DATA\\r\\nQUIT\\r\\n\n> 354 go\n" GONE,
			OPEN, REFUSED_AT(STEP_DATA, 250)},
		{"RCPT, whole", WHOLE_TRANSACTION,
			OPENED RESET MAIL SAY_RECIPIENT ">> 250-a\\r\\n250 b\\r\\n\n" DATA, OPEN,
			TAKEN},
		{"DATA: the second 354 answers the dot", STACK,
			OPENED ENVELOPE
			"< DATA\n>> 354-a\\r\\n354 b\\r\\n\n"
			"<< Subject: x\\r\\n\\r\\nhello\\r\\n\\r\\n.\\r\\nQUIT\\r\\n\n"
			"> 250 ok\n" GONE,
			OPEN, REFUSED_AT(STEP_END, 354)},
		{"DATA, whole", WHOLE_TRANSACTION,
			OPENED ENVELOPE "< DATA\n>> 354-a\\r\\n354 b\\r\\n\n" SENT
					"> 250 ok\n" LEFT,
			OPEN, DELIVERED},
		{"the dot: QUIT is answered at once", STACK,
			OPENED ENVELOPE DATA SENT ">> 250-a\\r\\n250 b\\r\\n\n< QUIT\n" GONE, OPEN,
			DELIVERED},
		{"the dot, whole", WHOLE_TRANSACTION,
			OPENED ENVELOPE DATA SENT ">> 250-a\\r\\n250 b\\r\\n\n" LEFT, OPEN,
			DELIVERED},
		{"the dot: the next message is out of step from its RSET on", STACK,
			OPENED ENVELOPE DATA SENT
			">> 250-a\\r\\n250 b\\r\\n\n<< RSET\\r\\nMAIL FROM:<a@example.net>\\r\\n\n"
			"> 250 flushed\n" SAY_RECIPIENT "> 250 sender\n< DATA\n> 250 recipient\n"
			"< QUIT\n> 354 go\n" GONE,
			OPEN, .messages = 2, DELIVERED, .last = PHONE_REFUSED},
		{"the dot, whole: the next is in step", WHOLE_TRANSACTION,
			OPENED ENVELOPE DATA SENT ">> 250-a\\r\\n250 b\\r\\n\n" TRANSACTION LEFT,
			OPEN, .messages = 2, DELIVERED, .last = PHONE_DELIVERED},
		{"a refusal: its second line refuses the next RSET", STACK,
			OPENED RESET MAIL SAY_RECIPIENT
			">> 550-a\\r\\n550 b\\r\\n\n"
			"<< RSET\\r\\nQUIT\\r\\n\n> 250 flushed\n" GONE,
			OPEN, .messages = 2, REFUSED_AT(STEP_RECIPIENT, 550),
			.last = PHONE_REFUSED},
		{"a refusal, whole", WHOLE_TRANSACTION,
			OPENED RESET MAIL SAY_RECIPIENT
			">> 550-a\\r\\n550 b\\r\\n\n" TRANSACTION LEFT,
			OPEN, .messages = 2, REFUSED_AT(STEP_RECIPIENT, 550),
			.last = PHONE_DELIVERED},
		{"three lines to a refused RCPT: two messages in one flight", STACK,
			OPENED RESET MAIL SAY_RECIPIENT
			">> 550-a\\r\\n550-b\\r\\n550 c\\r\\n\n<< RSET\\r\\nRSET\\r\\nQUIT\\r\\n\n"
			"> 250 flushed\n" GONE,
			OPEN, .messages = 3, REFUSED_AT(STEP_RECIPIENT, 550),
			.last = PHONE_REFUSED},
	};
	RUN_ALL(runs);
}

#define WHOLE_SESSION WITH("replies: {reading: {session: whole}}")
#define AUTH_WITH(offer, line) OFFERED("> 250 AUTH " offer "\n") line
#define TLS_UP OFFERED("> 250 STARTTLS\n") "< STARTTLS\n> 220 go\nTLS\n< EHLO [192.0.2.7]\n"

/* session-multiline-error-desync: each line of a refusal is one reply, and what is due counts as
 * said. */
static void a_session_refuses_by_line(void)
{
	static const struct phone_run runs[] = {
		{"successes are taken whole", STACK,
			"O\n> 220-mx\n.\n> 220 ESMTP x\n< EHLO [192.0.2.7]\n> 250-mx\n.\n> 250 HELP\n" TRANSACTION
			"< QUIT\n> 221-a\n> 221 b\n" GONE,
			OPEN, DELIVERED},
		{"EHLO in two lines: RSET is not said, and refused", STACK,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 501-no\n.\n> 501 no\n" LEFT,
			REFUSED_AT(STEP_RESET, 501)},
		{"EHLO in two lines, whole", WHOLE_SESSION,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 501-no\n.\n> 501 no\n" RESET
			"< EHLO [localhost]\n",
			TAKEN},
		{"EHLO in three: QUIT is not said either", STACK,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 500-no\n.\n> 500-no\n.\n> 500 no\n" GONE,
			REFUSED_AT(STEP_RESET, 500)},
		{"EHLO in three, whole", WHOLE_SESSION,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 500-no\n> 500-no\n.\n> 500 no\n" RESET
			"< HELO [192.0.2.7]\n",
			TAKEN},
		{"a 250 behind a 502- accepts the RSET that was not said", STACK,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 502-no\n.\n> 250 mx\n< HELO [192.0.2.7]\n"
			"> 250 mx\n" TRANSACTION LEFT,
			DELIVERED},
		{"a refusal among successes is one", STACK,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 550-no\n.\n> 250 x\n"
			"< HELO [192.0.2.7]\n",
			TAKEN},
		{"a refusal among successes, whole: the last line decides", WHOLE_SESSION,
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250-mx\n> 550-no\n.\n> 250 x\n" SAID(
				"RSET"),
			OPEN, TAKEN},
		{"the greeting: closed without QUIT", STACK, "O\n> 554-no\n.\n> 554 no\n" GONE,
			OPEN, REFUSED_AT(STEP_GREETING, 554)},
		{"the greeting, whole", WHOLE_SESSION, "O\n> 554-no\n.\n> 554 no\n" LEFT, OPEN,
			REFUSED_AT(STEP_GREETING, 554)},
		{"RSET of the ladder", STACK,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 500 no\n< RSET\n> 503-no\n.\n> 503 no\n" GONE,
			REFUSED_AT(STEP_RESET, 503)},
		{"RSET of the ladder, whole", WHOLE_SESSION,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 500 no\n< RSET\n> 503-no\n.\n> 503 no\n" LEFT,
			REFUSED_AT(STEP_RESET, 503)},
		{"AUTH: closed without QUIT", STACK,
			AUTH_WITH("PLAIN", PLAIN "> 454-no\n.\n> 454 no\n") GONE,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_AUTH, .code = 454},
		{"AUTH, whole", WHOLE_SESSION,
			AUTH_WITH("PLAIN", PLAIN "> 454-no\n.\n> 454 no\n") LEFT,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_AUTH, .code = 454},
		{"504 in two lines takes two mechanisms", STACK,
			AUTH_WITH("PLAIN LOGIN CRAM-MD5",
				"< AUTH CRAM-MD5\n> 504-no\n.\n> 504 no\n") PLAIN,
			TAKEN},
		{"504 in two lines, whole", WHOLE_SESSION,
			AUTH_WITH("PLAIN LOGIN CRAM-MD5",
				"< AUTH CRAM-MD5\n> 504-no\n.\n> 504 no\n") "< AUTH LOGIN\n",
			TAKEN},
		{"EHLO inside TLS: closed without QUIT", STACK,
			TLS_UP "> 550-no\n.\n> 550 no\nX no-bye\nOVER\n", .account = plain_starttls,
			REFUSED_AT(STEP_HELLO, 550)},
		{"EHLO inside TLS, whole", WHOLE_SESSION,
			TLS_UP "> 550-no\n.\n> 550 no\n" QUIT "X no-bye\nOVER\n",
			.account = plain_starttls, REFUSED_AT(STEP_HELLO, 550)},
	};
	RUN_ALL(runs);
}

/* An end of input while a reply is due: no QUIT; an end instead of QUIT's reply: as good as one. */
static void the_end_of_input(void)
{
	static const struct phone_run runs[] = {
		{"instead of a greeting", STACK, "O\nEND\n" GONE, OPEN, CLOSED_AT(STEP_GREETING)},
		{"instead of EHLO's reply", STACK,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\nEND\n" GONE,
			CLOSED_AT(STEP_HELLO)},
		{"in the login", STACK, AUTH_WITH("LOGIN", "< AUTH LOGIN\nEND\n") GONE,
			CLOSED_AT(STEP_AUTH)},
		{"in the transaction, and the next message is not begun", STACK,
			OPENED RESET SAY_MAIL "END\n" GONE, OPEN, .messages = 2,
			CLOSED_AT(STEP_MAIL)},
		{"half a line is none", STACK, OPENED RESET SAY_MAIL ">> 250 o\nEND\n" GONE, OPEN,
			CLOSED_AT(STEP_MAIL)},
		{"behind the dot", STACK, OPENED ENVELOPE DATA SENT "END\n" GONE, OPEN,
			.result = PHONE_UNSURE, .at = STEP_END},
		{"instead of QUIT's reply", STACK, OPENED TRANSACTION "< QUIT\nEND\n" GONE, OPEN,
			DELIVERED},
		{"lost instead of QUIT's reply", STACK, OPENED TRANSACTION "< QUIT\nLOST\n" GONE,
			OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

#define TESTS(T)                                                                                   \
	T(only_cr_lf_ends_a_line)                                                                  \
	T(a_line_has_a_thousand_octets)                                                            \
	T(a_code_is_a_number)                                                                      \
	T(the_first_digit_decides)                                                                 \
	T(a_421_is_one_code_of_many)                                                               \
	T(a_transaction_reads_first_lines) T(a_session_refuses_by_line) T(the_end_of_input)
CHECK_MAIN("stack, replies", TESTS)

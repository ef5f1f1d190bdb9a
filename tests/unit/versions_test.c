/*
 * versions: the releases of the phones' stack against each other: one beginning, and what each
 * release then says. The change log of the published source (2007 to 2010) names the change; which
 * product had it is partly inferred, as the profiles say.
 */
#include "check.h"
#include "compose.h"
#include "stack_dialogue.h"

#define NOT_OVER .result = PHONE_NOT_TRIED
#define TO_PLAIN "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH PLAIN\n" PLAIN
#define TO_LOGIN "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH LOGIN\n< AUTH LOGIN\n"
#define TO_DOT OPENED ENVELOPE DATA SENT
#define DAY "T 86400000\n.\n"
#define UNSURE .result = PHONE_UNSURE, .at = STEP_END

/* Changes 043 and 059: no limit, ten seconds, six hundred. */
static void the_dot(void)
{
	static const struct phone_run runs[] = {
		{"2000", "symbian-epoc-2000", TO_DOT DAY "> 250 ok\n" LEFT, OPEN, DELIVERED},
		{"9.1", "symbian-9.1", TO_DOT DAY "> 250 ok\n" LEFT, OPEN, DELIVERED},
		{"9.2", "symbian-9.2", TO_DOT DAY "> 250 ok\n" LEFT, OPEN, DELIVERED},
		{"9.4: just in time", "symbian-9.4", TO_DOT "T 9999\n.\n> 250 ok\n" LEFT, OPEN,
			DELIVERED},
		{"9.4: too late", "symbian-9.4", TO_DOT "T 9999\n.\nT 1\n" GONE, OPEN, UNSURE},
		{"9.5: just in time", "symbian-9.5", TO_DOT "T 599999\n.\n> 250 ok\n" LEFT, OPEN,
			DELIVERED},
		{"9.5: too late", "symbian-9.5", TO_DOT "T 599999\n.\nT 1\n" GONE, OPEN, UNSURE},
		{"Symbian^3", "symbian-3", TO_DOT "T 599999\n.\nT 1\n" GONE, OPEN, UNSURE},
		{"9.5 has still none for MAIL", "symbian-9.5", OPENED RESET SAY_MAIL DAY, OPEN,
			NOT_OVER},
	};
	RUN_ALL(runs);
}

#define UNAUTHENTICATED RESET SAY_MAIL
#define AND_ON "< QUIT\n> 221 bye\n< RSET\n"

/* Changes 088 (435) and 117 (535 in several lines); QUIT and RSET behind it. */
static void refused_logins(void)
{
	static const struct phone_run runs[] = {
		{"535 in 9.1", "symbian-9.1", TO_PLAIN "> 535 no\n" UNAUTHENTICATED, NOT_OVER},
		{"535 in 9.5", "symbian-9.5", TO_PLAIN "> 535 no\n" UNAUTHENTICATED, NOT_OVER},
		{"435 in 9.1", "symbian-9.1", TO_PLAIN "> 435 no\n" LEFT,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_AUTH, .code = 435},
		{"435 in 9.5", "symbian-9.5", TO_PLAIN "> 435 no\n" UNAUTHENTICATED, NOT_OVER},
		{"535- in 9.1", "symbian-9.1", TO_PLAIN "> 535-no\n.\n> 535 no\n" LEFT,
			REFUSED_AT(STEP_RESET, 535)},
		{"535- in 9.5", "symbian-9.5", TO_PLAIN "> 535-no\n" GONE,
			REFUSED_AT(STEP_AUTH, 535)},
		{"454 in 9.1", "symbian-9.1", TO_PLAIN "> 454 no\n" LEFT,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_AUTH, .code = 454},
		{"454 in 9.5: not of the list that it knows", "symbian-9.5",
			TO_PLAIN "> 454 no\n" AND_ON, NOT_OVER},
		{"530 in Symbian^3", "symbian-3", TO_PLAIN "> 530 no\n" AND_ON, NOT_OVER},
		{"500 in 9.5 is of it", "symbian-9.5", TO_PLAIN "> 500 no\n" LEFT,
			REFUSED_AT(STEP_AUTH, 500)},
	};
	RUN_ALL(runs);
}

/* Change 084: the decoder of prompts starts anew. "x" is a sextet too many. */
static void prompts(void)
{
	static const struct phone_run runs[] = {
		{"in order, 9.1", "symbian-9.1",
			TO_LOGIN "> 334 VXNlcm5hbWU6\n< dXNlcg==\n> 334 UGFzc3dvcmQ6\n< c2VjcmV0\n",
			NOT_OVER},
		{"something behind the first, 9.1", "symbian-9.1",
			TO_LOGIN "> 334 VXNlcm5hbWU6 x\n< dXNlcg==\n> 334 UGFzc3dvcmQ6\n" GONE,
			.result = PHONE_CLOSED, .at = STEP_AUTH, .code = 334},
		{"something behind the first, 9.5", "symbian-9.5",
			TO_LOGIN
			"> 334 VXNlcm5hbWU6 x\n< dXNlcg==\n> 334 UGFzc3dvcmQ6\n< c2VjcmV0\n",
			NOT_OVER},
	};
	RUN_ALL(runs);
}

#define EHLO_REFUSED(reply) "O\n> 220 mx\n< EHLO [192.0.2.7]\n> " reply "\n"
#define HELO_REFUSED(reply) "< RSET\n> 250 ok\n< HELO [192.0.2.7]\n> " reply "\n"

/* The session manager of 9.5, which takes an unknown refusal for none. */
static void refused_hellos(void)
{
	static const struct phone_run runs[] = {
		{"9.1", "symbian-9.1", EHLO_REFUSED("530 no") HELO_REFUSED("530 no") LEFT,
			REFUSED_AT(STEP_HELLO, 530)},
		{"9.5", "symbian-9.5", EHLO_REFUSED("530 no") HELO_REFUSED("530 no") AND_ON,
			NOT_OVER},
		{"9.5, a code that it knows", "symbian-9.5",
			EHLO_REFUSED("550 no") HELO_REFUSED("550 no") LEFT,
			REFUSED_AT(STEP_HELLO, 550)},
		{"9.1, for STARTTLS", "symbian-9.1", EHLO_REFUSED("530 no") LEFT,
			.account = login_with_starttls, REFUSED_AT(STEP_HELLO, 530)},
		{"9.5, for STARTTLS", "symbian-9.5", EHLO_REFUSED("530 no") AND_ON,
			.account = login_with_starttls, NOT_OVER},
		{"9.5, for STARTTLS, known", "symbian-9.5", EHLO_REFUSED("501 no") LEFT,
			.account = login_with_starttls, REFUSED_AT(STEP_HELLO, 501)},
	};
	RUN_ALL(runs);
}

#define COPY(address)                                                                              \
	RESET MAIL "< RCPT TO:<" address ">\n> 250 ok\n" DATA "<< x\\r\\n\\r\\n.\\r\\n\n> 250 ok\n"

/* Changes 053 (repeats of the first Bcc) and 120 (QUIT on error paths). */
static void copies_and_breaks(void)
{
	static struct octets blind[3], one[1];
	static struct phone_message copies, breaking;
	blind[0] = blind[2] = octets_of("x@b.example");
	blind[1] = octets_of("y@b.example");
	one[0] = octets_of("b@example.org");
	copies =
		(struct phone_message){.bcc = blind, .bcc_count = 3, .content = octets_of("x\r\n")};
	breaking = phone_fixture_message(one, PHONE_CONTENT);
	breaking.break_body_at = 15; /* inside the third line */
	const struct phone_run runs[] = {
		{"Bcc in 9.1", "symbian-9.1",
			OPENED COPY("x@b.example") COPY("y@b.example") COPY("x@b.example") LEFT,
			OPEN, .message = &copies, DELIVERED},
		{"Bcc in 9.5", "symbian-9.5", OPENED COPY("x@b.example") COPY("y@b.example") LEFT,
			OPEN, .message = &copies, DELIVERED},
		{"a break in 9.1", "symbian-9.1",
			OPENED ENVELOPE DATA "<< Subject: x\\r\\n\\r\\n\n" GONE, OPEN,
			.message = &breaking, .result = PHONE_BROKEN, .at = STEP_BODY},
		{"a break in 9.4", "symbian-9.4",
			OPENED ENVELOPE DATA "<< Subject: x\\r\\n\\r\\n\n" GONE, OPEN,
			.message = &breaking, .result = PHONE_BROKEN, .at = STEP_BODY},
		{"a break in 9.5", "symbian-9.5",
			OPENED ENVELOPE DATA "<< Subject: x\\r\\n\\r\\nQUIT\\r\\n\n.\nEND\n" GONE,
			OPEN, .message = &breaking, .result = PHONE_BROKEN, .at = STEP_BODY},
	};
	RUN_ALL(runs);
}

/* Before 2002 there is no login; before 6.2 no TLS. */
static void the_ancestor(void)
{
	static const struct phone_run runs[] = {
		{"no login, so the greeting decides: HELO", "symbian-epoc-2000",
			"O\n> 220 mx\n< HELO [192.0.2.7]\n> 250 mx\n" TRANSACTION LEFT, DELIVERED},
		{"EHLO, and AUTH is not looked at", "symbian-epoc-2000",
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH LOGIN\n" TRANSACTION
				LEFT,
			DELIVERED},
		{"9.1 with the same account", "symbian-9.1",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH LOGIN\n< AUTH LOGIN\n",
			NOT_OVER},
		{"no STARTTLS", "symbian-epoc-2000",
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 STARTTLS\n" TRANSACTION
				LEFT,
			.account = login_with_starttls, DELIVERED},
		{"RSET before each message even then", "symbian-epoc-2000",
			OPENED TRANSACTION TRANSACTION LEFT, OPEN, .messages = 2, DELIVERED},
	};
	RUN_ALL(runs);
}

static void compose(const struct message_keys *keys, struct message_composed *composed)
{
	const struct octets to = octets_of("b@example.org");
	const struct message_draft draft = {.from = octets_of("a@example.net"),
		.to = &to,
		.to_count = 1,
		.body = octets_of("hello\n"),
		.server = octets_of("mx.example.net")};
	struct random random;
	random_init(&random, 1);
	message_composed_init(composed, &memory_standard);
	CHECK(message_compose(composed, keys, &draft, &random));
}

/* Change 057 and the strings of the old generator; what the keys do is the generator's test. */
static void messages(void)
{
	static const struct {
		const char *profile, *mailer, *boundary;
		bool as_cp1252;
	} rows[] = {
		{"symbian-epoc-2000", "\r\nX-Mailer:EPOC Email Version 2.00\r\n", "EPOC32=_",
			false},
		{"symbian-9.1", "\r\nX-Mailer: EPOC Email Version 2.10\r\n", "EPOC32-", false},
		{"symbian-9.4", "\r\nX-Mailer: EPOC Email Version 2.10\r\n", "EPOC32-", false},
		{"symbian-9.5", "\r\nX-Mailer: EPOC Email Version 2.10\r\n", "EPOC32-", true},
		{"symbian-3", "\r\nX-Mailer: EPOC Email Version 2.10\r\n", "EPOC32-", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct message_composed composed;
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		CHECK_CASE("%s", rows[i].profile);
		if (!CHECK(profile != NULL))
			continue;
		const struct message_keys *keys = &profile_client(profile)->message;
		compose(keys, &composed);
		CHECK(strstr(buffer_string(&composed.octets), rows[i].mailer) != NULL);
		CHECK_INT(keys->latin1_is_cp1252, rows[i].as_cp1252);
		CHECK_OCTETS(octets_cut(keys->boundary, strlen(rows[i].boundary)),
			octets_of(rows[i].boundary));
		message_composed_free(&composed);
		profile_free(profile);
	}
}

/* What nobody has seen of a phone is its system's: but for the pace, the wire is the same. */
static void phones_are_of_their_system(void)
{
	static const char *const phones[] = {"nokia-9300", "nokia-e51", "nokia-e61i", "nokia-e71",
		"nokia-n95", "sonyericsson-p1i"};
	for (size_t i = 0; i < sizeof phones / sizeof *phones; i++) {
		struct profile *profile = phone_fixture_profile(phones[i]);
		const struct phone_run run = {
			phones[i], phones[i], TO_PLAIN "> 535 no\n" TRANSACTION LEFT, DELIVERED};
		CHECK_CASE("%s", phones[i]);
		CHECK(profile != NULL &&
			strncmp(profile_lineage(profile, 1), "symbian-9.", 10) == 0);
		phone_fixture_run(&run);
		profile_free(profile);
	}
}

#define TESTS(T)                                                                                   \
	T(the_dot)                                                                                 \
	T(refused_logins)                                                                          \
	T(prompts)                                                                                 \
	T(refused_hellos)                                                                          \
	T(copies_and_breaks)                                                                       \
	T(the_ancestor)                                                                            \
	T(messages)                                                                                \
	T(phones_are_of_their_system)
CHECK_MAIN("versions", TESTS)

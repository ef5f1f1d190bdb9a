/*
 * stack, transaction: RSET, envelopes, failures, timers and many messages in one connection, with
 * the phones' own keys and with the correct client's. Expected octets by hand, from the published
 * source of 2009/10 (smtpservermtm); the order of several messages with Bcc is that of its expected
 * test output (imsk25.out).
 */
#include "check.h"
#include "stack_dialogue.h"

#define TAKEN .result = PHONE_NOT_TRIED
#define TO(address) "< RCPT TO:<" address ">\n> 250 ok\n"
#define X_SENT "<< x\\r\\n\\r\\n.\\r\\n\n"
#define X_DATA DATA X_SENT "> 250 ok\n"
#define SENDER_ONLY RESET MAIL

/* rset-before-each-mail, rset-after-auth, no-rset-after-failure, no-noop, quit-always-after-list */
static void reset_and_quit(void)
{
	static const struct phone_run runs[] = {
		{"RSET opens every transaction", STACK, OPENED TRANSACTION TRANSACTION LEFT, OPEN,
			.messages = 2, DELIVERED, .last = PHONE_DELIVERED},
		{"or none", WITH("flow: {before-first: [], before-next: []}"),
			OPENED MAIL RECIPIENT DATA SENT "> 250 ok\n" MAIL RECIPIENT DATA SENT
							"> 250 ok\n" LEFT,
			OPEN, .messages = 2, DELIVERED, .last = PHONE_DELIVERED},
		{"also behind 235", STACK,
			OFFERED("> 250 AUTH PLAIN\n") PLAIN "> 235 ok\n" TRANSACTION LEFT,
			DELIVERED},
		{"only between messages", WITH("flow: {before-first: []}"),
			OFFERED("> 250 AUTH PLAIN\n") PLAIN "> 235 ok\n" MAIL RECIPIENT DATA SENT
							    "> 250 ok\n" TRANSACTION LEFT,
			.messages = 2, DELIVERED},
		{"RSET refused: the transaction fails, and the next begins", STACK,
			OPENED "< RSET\n> 502 no\n" TRANSACTION LEFT, OPEN, .messages = 2,
			REFUSED_AT(STEP_RESET, 502), .last = PHONE_DELIVERED},
		{"RSET refused, and borne", WITH("reactions: {reset: {else: go-on}}"),
			OPENED "< RSET\n> 502 no\n" SAY_MAIL, OPEN, TAKEN},
		{"MAIL refused", STACK, OPENED RESET SAY_MAIL "> 551 no\n" TRANSACTION LEFT, OPEN,
			.messages = 2, REFUSED_AT(STEP_MAIL, 551), .last = PHONE_DELIVERED},
		{"DATA refused", STACK, OPENED ENVELOPE "< DATA\n> 452 no\n" TRANSACTION LEFT, OPEN,
			.messages = 2, .result = PHONE_REFUSED_FOR_NOW, .at = STEP_DATA,
			.code = 452, .last = PHONE_DELIVERED},
		{"the dot refused", STACK, OPENED ENVELOPE DATA SENT "> 552 no\n" TRANSACTION LEFT,
			OPEN, .messages = 2, REFUSED_AT(STEP_END, 552), .last = PHONE_DELIVERED},
		{"the last one refused: QUIT without RSET", STACK,
			OPENED TRANSACTION RESET MAIL SAY_RECIPIENT "> 535 no\n" LEFT, OPEN,
			.messages = 2, DELIVERED, .last = PHONE_REFUSED},
		{"the last one refused, cleaned up", WITH("flow: {after-failure: [reset]}"),
			OPENED RESET MAIL SAY_RECIPIENT "> 535 no\n" RESET LEFT, OPEN,
			REFUSED_AT(STEP_RECIPIENT, 535)},
		{"one message per connection", WITH("flow: {per-connection: 1}"),
			OPENED TRANSACTION QUIT "X\n" OPENED TRANSACTION LEFT, OPEN, .messages = 2,
			DELIVERED},
		{"QUIT refused is QUIT answered", STACK,
			OPENED TRANSACTION "< QUIT\n> 500 what\n" GONE, OPEN, DELIVERED},
	};
	RUN_ALL(runs);
}

static void once_more(struct phone_account *account)
{
	no_login(account);
	account->further_tries = 1;
	account->try_wait_ms = 100;
}

#define MAIL_SAYS(reply) OPENED RESET SAY_MAIL "> " reply "\n"

/* waiting-messages-join, no-noop */
static void waiting_messages(void)
{
	static const struct phone_run runs[] = {
		{"one that was refused goes along the next time", STACK,
			MAIL_SAYS("550 no") TRANSACTION QUIT "X\nT 100\n" OPENED TRANSACTION LEFT,
			.account = once_more, .messages = 2, DELIVERED, .last = PHONE_DELIVERED},
		{"both that were", STACK,
			MAIL_SAYS("550 no") RESET SAY_MAIL
			"> 450 no\n" QUIT "X\nT 100\n" OPENED TRANSACTION TRANSACTION LEFT,
			.account = once_more, .messages = 2, DELIVERED, .last = PHONE_DELIVERED},
		{"a 5xx is final", WITH("outbox: {keep: [4xx, lost]}"),
			MAIL_SAYS("550 no") TRANSACTION QUIT "X\nT 100\nOVER\n",
			.account = once_more, .messages = 2, REFUSED_AT(STEP_MAIL, 550),
			.last = PHONE_DELIVERED},
		{"one that was lost, and the one behind it", STACK,
			OPENED RESET SAY_MAIL "END\nX\nT 100\n" OPENED TRANSACTION TRANSACTION LEFT,
			.account = once_more, .messages = 2, DELIVERED, .last = PHONE_DELIVERED},
		{"NOOP between, as some do", WITH("flow: {before-next: [noop, reset]}"),
			OPENED TRANSACTION SAID("NOOP") TRANSACTION LEFT, OPEN, .messages = 2,
			DELIVERED, .last = PHONE_DELIVERED},
	};
	RUN_ALL(runs);
}

/* The lists of one message, and the same twice over. */
static struct octets to[4], cc[3], self[1], bcc[4];
static struct phone_message listed, copied, only_copies, bad_recipient;

static void make_lists(void)
{
	to[0] = octets_of("t1@b.example");
	to[1] = octets_of("t2@b.example");
	to[2] = octets_of("t1@b.example");
	cc[0] = octets_of("c1@b.example");
	cc[1] = octets_of("t1@b.example");
	self[0] = octets_of("a@example.net");
	bcc[0] = octets_of("x1@b.example");
	bcc[1] = octets_of("x2@b.example");
	bcc[2] = octets_of("x1@b.example");
	bcc[3] = octets_of("x2@b.example");
	listed = (struct phone_message){.to = to,
		.to_count = 3,
		.cc = cc,
		.cc_count = 2,
		.self = self,
		.self_count = 1,
		.content = octets_of("x\r\n")};
	copied = (struct phone_message){.to = to,
		.to_count = 1,
		.cc = cc,
		.cc_count = 1,
		.bcc = bcc,
		.bcc_count = 2,
		.content = octets_of("x\r\n")};
	only_copies =
		(struct phone_message){.bcc = bcc, .bcc_count = 4, .content = octets_of("x\r\n")};
	bad_recipient = listed;
	bad_recipient.self_count = 0;
}

#define COPY(address) RESET MAIL TO(address) X_DATA

/* fail-message-on-first-bad-rcpt, bcc-separate-transaction, dup-rcpt-kept, rcpt-order-to-cc */
static void recipients(void)
{
	make_lists();
	const struct phone_run runs[] = {
		{"To, self, Cc, and twice who is named twice", STACK,
			OPENED SENDER_ONLY TO("t1@b.example") TO("t2@b.example") TO("t1@b.example")
				TO("a@example.net") TO("c1@b.example") TO("t1@b.example")
					X_DATA LEFT,
			OPEN, .message = &listed, DELIVERED},
		{"once who is named twice", WITH("envelope: {duplicates: removed}"),
			OPENED SENDER_ONLY TO("t1@b.example") TO("t2@b.example") TO("a@example.net")
				TO("c1@b.example") X_DATA LEFT,
			OPEN, .message = &listed, DELIVERED},
		{"self last", WITH("envelope: {order: [to, cc, bcc]}"),
			OPENED SENDER_ONLY TO("t1@b.example") TO("t2@b.example") TO("t1@b.example")
				TO("c1@b.example") TO("t1@b.example") TO("a@example.net")
					X_DATA LEFT,
			OPEN, .message = &listed, DELIVERED},
		{"the first that is refused ends it: no DATA, no further RCPT", STACK,
			OPENED SENDER_ONLY TO(
				"t1@b.example") "< RCPT TO:<t2@b.example>\n> 450 no\n" LEFT,
			OPEN, .message = &bad_recipient, .result = PHONE_REFUSED_FOR_NOW,
			.at = STEP_RECIPIENT, .code = 450},
		{"the others get it", WITH("reactions: {recipient: {else: skip}}"),
			OPENED SENDER_ONLY
				TO("t1@b.example") "< RCPT TO:<t2@b.example>\n> 450 no\n" TO(
					"t1@b.example") TO("c1@b.example") TO("t1@b.example")
					X_DATA LEFT,
			OPEN, .message = &bad_recipient, DELIVERED},
		{"Bcc: a transaction each", STACK,
			OPENED SENDER_ONLY TO("t1@b.example") TO("c1@b.example")
				X_DATA COPY("x1@b.example") COPY("x2@b.example") LEFT,
			OPEN, .message = &copied, DELIVERED},
		{"Bcc with the others", WITH("envelope: {bcc: with-others}"),
			OPENED SENDER_ONLY TO("t1@b.example") TO("c1@b.example") TO("x1@b.example")
				TO("x2@b.example") X_DATA LEFT,
			OPEN, .message = &copied, DELIVERED},
		{"nobody but Bcc, repeated", STACK,
			OPENED COPY("x1@b.example") COPY("x2@b.example") COPY("x1@b.example")
				COPY("x2@b.example") LEFT,
			OPEN, .message = &only_copies, DELIVERED},
		{"since change 053 the first of them is not", "symbian-9.5",
			OPENED COPY("x1@b.example") COPY("x2@b.example") COPY("x2@b.example") LEFT,
			OPEN, .message = &only_copies, DELIVERED},
		{"To and Cc are repeated even then", "symbian-9.5",
			OPENED SENDER_ONLY TO("t1@b.example") TO("t2@b.example") TO("t1@b.example"),
			OPEN, .message = &listed, TAKEN},
		{"the main copy refused: the Bcc copies are tried, each with RSET", STACK,
			OPENED SENDER_ONLY "< RCPT TO:<t1@b.example>\n> 550 no\n" COPY(
				"x1@b.example") COPY("x2@b.example") LEFT,
			OPEN, .message = &copied, REFUSED_AT(STEP_RECIPIENT, 550)},
		{"a Bcc copy refused: the next, the next message, then QUIT without RSET", STACK,
			OPENED SENDER_ONLY TO("t1@b.example") TO("c1@b.example") X_DATA SENDER_ONLY
			"< RCPT TO:<x1@b.example>\n> 550 no\n" COPY("x2@b.example") SENDER_ONLY TO(
				"t1@b.example") TO("c1@b.example") X_DATA COPY("x1@b.example")
				SENDER_ONLY "< RCPT TO:<x2@b.example>\n> 550 no\n" LEFT,
			OPEN, .message = &copied, .messages = 2, REFUSED_AT(STEP_RECIPIENT, 550),
			.last = PHONE_REFUSED},
	};
	RUN_ALL(runs);
}

static struct octets odd[7];
static struct phone_message odds;

static void no_sender(struct phone_account *account)
{
	no_login(account);
	account->sender = octets_of("nobody in particular");
}

static void empty_sender(struct phone_account *account)
{
	no_login(account);
	account->sender = octets_of("");
}

static void named_sender(struct phone_account *account)
{
	no_login(account);
	account->sender = octets_of("\"A. B\" <a@example.net>");
}

/* addr-unvalidated; characters are cut to eight bits; a From without address */
static void addresses(void)
{
	odd[0] = octets_of("\"Bob\" <bob@b.example>");
	odd[1] = octets_of("Bob bob@b.example (home)");
	odd[2] = octets_of("no one");
	odd[3] = octets_of("<no one>");
	odd[4] = octets_of("\"<x@y>\" <z@b.example>");
	odd[5] = octets_of("gr\xc3\xbc\xe2\x82\xac@b.example"); /* U+00FC, U+20AC */
	odd[6] = octets_of("bob@b.example ");
	odds = (struct phone_message){.to = odd, .to_count = 7, .content = octets_of("x\r\n")};
	const struct phone_run runs[] = {
		{"what is found in them", STACK,
			OPENED SENDER_ONLY TO("bob@b.example") TO("bob@b.example") TO("no one") TO(
				"no one")
				TO("z@b.example") "<< RCPT TO:<gr\\xfc\\xac@b.example>\\r\\n\n> 250 ok\n" TO(
					"bob@b.example") X_DATA LEFT,
			OPEN, .message = &odds, DELIVERED},
		{"only what is an address", WITH("envelope: {addresses: checked}"),
			OPENED SENDER_ONLY TO("bob@b.example") TO("z@b.example") TO("bob@b.example")
				X_DATA LEFT,
			OPEN, .message = &odds, DELIVERED},
		{"a From with a name", STACK, OPENED RESET SAY_MAIL, .account = named_sender,
			TAKEN},
		{"a From without address: RSET, no MAIL, QUIT", STACK, OPENED RESET LEFT,
			.account = no_sender, .result = PHONE_BAD_ADDRESS, .at = STEP_MAIL},
		{"two of them: RSET each", STACK, OPENED RESET RESET LEFT, .account = no_sender,
			.messages = 2, .result = PHONE_BAD_ADDRESS, .at = STEP_MAIL,
			.last = PHONE_BAD_ADDRESS},
		{"an empty one is none", STACK, OPENED RESET LEFT, .account = empty_sender,
			.result = PHONE_BAD_ADDRESS, .at = STEP_MAIL},
		{"checked, it is not even tried", WITH("envelope: {addresses: checked}"),
			OPENED LEFT, .account = no_sender, .result = PHONE_BAD_ADDRESS,
			.at = STEP_MAIL},
		{"sent as it is", WITH("envelope: {addresses: as-typed}"),
			OPENED RESET "< MAIL FROM:<nobody in particular>\n", .account = no_sender,
			TAKEN},
	};
	RUN_ALL(runs);
}

static struct octets one_to[1];
static struct phone_message breaking[2], too_long[2];
static char long_subject[972];

/* no-quit-on-fatal, quit-inside-data */
static void broken_bodies(void)
{
	one_to[0] = octets_of("b@example.org");
	breaking[0] = phone_fixture_message(one_to, PHONE_CONTENT);
	breaking[0].break_body_at = 15; /* inside the third line */
	breaking[1] = phone_fixture_message(one_to, PHONE_CONTENT);
	/* a header of 980 octets: the phone finds out while it writes it */
	memset(long_subject, 'x', sizeof long_subject - 1);
	too_long[0] = too_long[1] = (struct phone_message){
		.to = one_to, .to_count = 1, .draft.subject = octets_of(long_subject)};
	const struct phone_run runs[] = {
		{"closed without dot and QUIT, and the next is not begun", STACK,
			OPENED ENVELOPE DATA "<< Subject: x\\r\\n\\r\\n\n" GONE, OPEN,
			.mails = breaking, .messages = 2, .result = PHONE_BROKEN, .at = STEP_BODY},
		{"since change 120 QUIT goes into DATA, and is waited for", "symbian-9.5",
			OPENED ENVELOPE DATA
			"<< Subject: x\\r\\n\\r\\nQUIT\\r\\n\n.\nT 999999999\n.\nEND\n" GONE,
			OPEN, .mails = breaking, .messages = 2, .result = PHONE_BROKEN,
			.at = STEP_BODY},
		{"a header that is too long", STACK,
			OPENED ENVELOPE DATA
			"<< From: a@example.net\\r\\nTo: b@example.org\\r\\n\n" GONE,
			OPEN, .mails = too_long, .messages = 2, .result = PHONE_BROKEN,
			.at = STEP_BODY},
		{"such a header since change 120", WITH("reactions: {body: {broken: quit}}"),
			OPENED ENVELOPE DATA
			"<< From: a@example.net\\r\\nTo: b@example.org\\r\\nQUIT\\r\\n\n.\nT "
			"999999999\n.\nEND\n" GONE,
			OPEN, .mails = too_long, .messages = 2, .result = PHONE_BROKEN,
			.at = STEP_BODY},
	};
	RUN_ALL(runs);
}

#define DAY "T 86400000\n.\n"

/* timeout-none, timeout-dot-s */
static void timers(void)
{
	static const struct phone_run runs[] = {
		{"none for the connection", STACK, "T 86400000\n", OPEN, TAKEN},
		{"none for the greeting", STACK, "O\n" DAY, OPEN, TAKEN},
		{"the correct one's", WITH("timeouts: {greeting: 300 s}"),
			"O\nT 299999\n.\nT 1\n" GONE, OPEN, .result = PHONE_TIMED_OUT,
			.at = STEP_GREETING},
		{"none for EHLO", STACK, "O\n> 220 mx\n< EHLO [192.0.2.7]\n" DAY, TAKEN},
		{"none for AUTH", STACK, OFFERED("> 250 AUTH LOGIN\n") "< AUTH LOGIN\n" DAY, TAKEN},
		{"none for RSET", STACK, OPENED "< RSET\n" DAY, OPEN, TAKEN},
		{"none for MAIL", STACK, OPENED RESET SAY_MAIL DAY, OPEN, TAKEN},
		{"none for RCPT", STACK, OPENED RESET MAIL SAY_RECIPIENT DAY, OPEN, TAKEN},
		{"none for DATA", STACK, OPENED ENVELOPE "< DATA\n" DAY, OPEN, TAKEN},
		{"none for QUIT", STACK, OPENED TRANSACTION "< QUIT\n" DAY, OPEN, DELIVERED},
		{"none for the dot", STACK, OPENED ENVELOPE DATA SENT DAY "> 250 ok\n" LEFT, OPEN,
			DELIVERED},
		{"ten seconds for the dot", "symbian-9.4",
			OPENED ENVELOPE DATA SENT "T 9999\n.\nT 1\n" GONE, OPEN,
			.result = PHONE_UNSURE, .at = STEP_END},
		{"six hundred for the dot: just in time", "symbian-9.5",
			OPENED ENVELOPE DATA SENT "T 599999\n.\n> 250 ok\n" LEFT, OPEN, DELIVERED},
		{"six hundred for the dot: too late, closed without QUIT", "symbian-9.5",
			OPENED ENVELOPE DATA SENT "T 599999\n.\nT 1\n" GONE, OPEN, .messages = 2,
			.result = PHONE_UNSURE, .at = STEP_END},
		{"and still none for MAIL", "symbian-9.5", OPENED RESET SAY_MAIL DAY, OPEN, TAKEN},
	};
	RUN_ALL(runs);
}

/*
 * Thirteen transactions in one connection, as the stack's own test has them: messages to one and
 * to several, with Cc, with Bcc, one recipient named three times; one EHLO, thirteen RSET, one
 * QUIT.
 */
static void thirteen_in_one_connection(void)
{
	static struct octets one[1], two[2], thrice[3], copy[1], blind[3];
	static struct phone_message mails[7];
	one[0] = two[0] = thrice[0] = thrice[1] = thrice[2] = octets_of("t@b.example");
	two[1] = octets_of("u@b.example");
	copy[0] = octets_of("c@b.example");
	blind[0] = octets_of("x@b.example");
	blind[1] = octets_of("y@b.example");
	blind[2] = octets_of("z@b.example");
	for (size_t i = 0; i < 7; i++)
		mails[i] = (struct phone_message){
			.to = one, .to_count = 1, .content = octets_of("x\r\n")};
	mails[1].to = two, mails[1].to_count = 2;
	mails[2].cc = copy, mails[2].cc_count = 1;
	mails[3].bcc = blind, mails[3].bcc_count = 3; /* four transactions */
	mails[4].to_count = 0, mails[4].bcc = blind, mails[4].bcc_count = 2;
	mails[5].to = thrice, mails[5].to_count = 3;
	mails[6].cc = copy, mails[6].cc_count = 1, mails[6].bcc = blind, mails[6].bcc_count = 2;
#define T TO("t@b.example")
#define ALONE(address)                                                                             \
	RESET MAIL TO(address)                                                                     \
	X_DATA
	static const char dialogue[] = OPENED ALONE("t@b.example")	       /* 1 */
		RESET MAIL T TO("u@b.example") X_DATA			       /* 2 */
			RESET MAIL T TO("c@b.example") X_DATA		       /* 3 */
				ALONE("t@b.example")			       /* 4 */
		ALONE("x@b.example") ALONE("y@b.example") ALONE("z@b.example") /* 5 to 7 */
		ALONE("x@b.example") ALONE("y@b.example")		       /* 8, 9 */
		RESET MAIL T T T X_DATA					       /* 10 */
			RESET MAIL T TO("c@b.example") X_DATA		       /* 11 */
				ALONE("x@b.example") ALONE("y@b.example")      /* 12, 13 */
		LEFT;
#undef T
	size_t resets = 0;
	for (const char *at = dialogue; (at = strstr(at, "< RSET\n")) != NULL; at++)
		resets++;
	CHECK_INT(resets, 13);
	const struct phone_run run = {"thirteen", STACK, dialogue, OPEN, .mails = mails,
		.messages = 7, DELIVERED, .last = PHONE_DELIVERED};
	phone_fixture_run(&run);
}

#define TESTS(T)                                                                                   \
	T(reset_and_quit)                                                                          \
	T(waiting_messages)                                                                        \
	T(recipients)                                                                              \
	T(addresses) T(broken_bodies) T(timers) T(thirteen_in_one_connection)
CHECK_MAIN("stack, transaction", TESTS)

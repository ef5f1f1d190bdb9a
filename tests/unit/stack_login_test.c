/*
 * stack, login: AUTH of the phones' messaging stack, each behaviour with its own key and with the
 * correct client's. Expected octets by hand, from the published source of 2009/10 (smtpservermtm,
 * its authentication helpers) and its change log where versions differ.
 */
#include "check.h"
#include "stack_dialogue.h"

#define TAKEN .result = PHONE_NOT_TRIED
#define AUTH(offer, dialogue) OFFERED("> 250 AUTH " offer "\n") dialogue
#define NAMES(offer) OFFERED("> 250 " offer "\n")
#define SAY_CRAM "< AUTH CRAM-MD5\n"
#define SAY_LOGIN "< AUTH LOGIN\n"
#define ASK_USER "> 334 VXNlcm5hbWU6\n"
#define ASK_PASSWORD "> 334 UGFzc3dvcmQ6\n"
#define USER "< dXNlcg==\n"
#define PASSWORD "< c2VjcmV0\n"
#define LOGS_IN SAY_LOGIN ASK_USER USER ASK_PASSWORD PASSWORD
#define UNAUTHENTICATED RESET SAY_MAIL

/* auth-order, auth-keyword-case-sensitive, auth-equals-form, auth-not-offered-continue */
static void what_is_offered(void)
{
	static const struct phone_run runs[] = {
		{"all: CRAM-MD5", STACK, NAMES("AUTH PLAIN LOGIN CRAM-MD5") SAY_CRAM, TAKEN},
		{"two: LOGIN", STACK, NAMES("AUTH PLAIN LOGIN") SAY_LOGIN, TAKEN},
		{"one: PLAIN", STACK, NAMES("AUTH PLAIN") PLAIN, TAKEN},
		{"another order", WITH("auth: {mechanisms: [PLAIN, LOGIN, CRAM-MD5]}"),
			NAMES("AUTH CRAM-MD5 LOGIN PLAIN") PLAIN, TAKEN},
		{"lower case is no offer", STACK, NAMES("auth login plain") UNAUTHENTICATED, TAKEN},
		{"lower case is one", WITH("offers: {case: any}"), NAMES("auth plain") PLAIN,
			TAKEN},
		{"a mechanism in lower case is none", STACK, NAMES("AUTH login") UNAUTHENTICATED,
			TAKEN},
		{"AUTH=", STACK, NAMES("AUTH=LOGIN") SAY_LOGIN, TAKEN},
		{"AUTH= and a blank behind it", STACK, NAMES("AUTH= LOGIN") SAY_LOGIN, TAKEN},
		{"AUTH= ignored", WITH("offers: {auth-equals: ignored}"),
			NAMES("AUTH=LOGIN") UNAUTHENTICATED, TAKEN},
		{"a prefix of a name", STACK, NAMES("AUTH LOGINX") SAY_LOGIN, TAKEN},
		{"the name itself", WITH("offers: {auth: keyword}"),
			NAMES("AUTH LOGINX") UNAUTHENTICATED, TAKEN},
		{"a tail of a name is none", STACK, NAMES("AUTH XLOGIN") UNAUTHENTICATED, TAKEN},
		{"anywhere in a line", STACK, NAMES("XAUTH PLAIN") PLAIN, TAKEN},
		{"in the line that names the server", STACK,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx AUTH LOGIN\n> 250 x\n" SAY_LOGIN,
			TAKEN},
		{"a tab is no blank", STACK, NAMES("AUTH\tLOGIN") UNAUTHENTICATED, TAKEN},
		{"AUTH in one line, LOGIN in another", STACK,
			OFFERED("> 250-AUTH DIGEST-MD5\n> 250 X LOGIN\n") UNAUTHENTICATED, TAKEN},
		{"several lines add up", STACK,
			OFFERED("> 250-AUTH PLAIN\n> 250 AUTH=CRAM-MD5\n") SAY_CRAM, TAKEN},
		{"what the stack has not", STACK,
			NAMES("AUTH DIGEST-MD5 NTLM GSSAPI XOAUTH2 EXTERNAL") UNAUTHENTICATED,
			TAKEN},
		{"not offered: on without", STACK, OFFERED("> 250 HELP\n") TRANSACTION LEFT,
			DELIVERED},
		{"not offered: QUIT", WITH("reactions: {auth: {not-offered: quit}}"),
			OFFERED("> 250 HELP\n") LEFT, REFUSED_AT(STEP_AUTH, 0)},
		{"not asked for", STACK,
			"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250 AUTH LOGIN\n" UNAUTHENTICATED,
			OPEN, TAKEN},
	};
	RUN_ALL(runs);
}

/* 256 octets of user and password; PLAIN keeps 255 of each. */
#define SIXTEEN "0123456789abcdef"
#define LONG_64 SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define LONG_256 LONG_64 LONG_64 LONG_64 LONG_64

static void long_names(struct phone_account *account)
{
	account->user = octets_of(LONG_256);
	account->password = octets_of(LONG_256);
}

static void empty_password(struct phone_account *account)
{
	account->password = octets_of("");
}

static void high_password(struct phone_account *account)
{
	account->user = octets_of("\xfc\xe9");
	account->password = octets_of("\xc3\xbc\xff");
}

/* base64 of three times the sixteen, which are as many as come without a rest. */
#define B64_48 "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm"
#define B64_240 B64_48 B64_48 B64_48 B64_48 B64_48

/* auth-login-no-initial, auth-plain-initial */
static void lines(void)
{
	static const struct phone_run runs[] = {
		{"LOGIN", STACK, NAMES("AUTH LOGIN") LOGS_IN "> 235 ok\n" TRANSACTION LEFT,
			DELIVERED},
		{"LOGIN with an initial response", WITH("auth: {initial-response: [LOGIN]}"),
			NAMES("AUTH LOGIN") "< AUTH LOGIN dXNlcg==\n", TAKEN},
		{"PLAIN", STACK, NAMES("AUTH PLAIN") PLAIN "> 235 ok\n" RESET, TAKEN},
		{"PLAIN without", WITH("auth: {initial-response: []}"),
			NAMES("AUTH PLAIN") "< AUTH PLAIN\n", TAKEN},
		{"octets as they are stored", STACK,
			NAMES("AUTH PLAIN") "< AUTH PLAIN APzpAMO8/w==\n", .account = high_password,
			TAKEN},
		{"LOGIN with an empty password: an empty line", STACK,
			NAMES("AUTH LOGIN") SAY_LOGIN ASK_USER USER ASK_PASSWORD
			"< \n> 235 ok\n" RESET,
			.account = empty_password, TAKEN},
		{"LOGIN cuts nothing", STACK,
			NAMES("AUTH LOGIN") SAY_LOGIN ASK_USER "< " B64_240
							       "MDEyMzQ1Njc4OWFiY2RlZg==\n",
			.account = long_names, TAKEN},
	};
	RUN_ALL(runs);
}

/*
 * NUL, 255 octets, NUL, 255 octets are 512: the base64 of Python's base64 module, kept as its first
 * and last groups and its length, since the middle is the sixteen over and over.
 */
static size_t plain_len(const char *profile_text, struct buffer *said)
{
	struct profile *profile = phone_fixture_profile(profile_text);
	struct phone_account account = phone_fixture_account();
	struct octets to = octets_of("b@example.org");
	struct phone_message usual = phone_fixture_message(&to, PHONE_CONTENT);
	struct script_options options = {.said = said};
	buffer_init(said, &memory_standard, 1 << 16);
	long_names(&account);
	if (profile == NULL)
		return 0;
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	CHECK(phone_add(phone, &usual));
	script_play(phone_player(phone), "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 AUTH PLAIN\n",
		&options);
	/* what is said next belongs to no line of the script */
	struct octets piece[1];
	CHECK_INT(phone_player(phone)->ops->outgoing(phone_player(phone), piece, 1), 1);
	buffer_append_octets(said, piece[0]);
	size_t len = piece[0].len;
	phone_free(phone);
	profile_free(profile);
	return len;
}

static void plain_is_cut_at_255(void)
{
	struct buffer said;
	/* "AUTH PLAIN ", 684 characters for 512 octets, CR LF */
	CHECK_INT(plain_len(STACK, &said), 11 + 684 + 2);
	CHECK(strstr(buffer_string(&said), "AUTH PLAIN ADAxMjM0NTY3ODlhYmNkZWYw") != NULL);
	CHECK(strstr(buffer_string(&said), "ODlhYmNkZQ=\r\n") == NULL);
	CHECK(strstr(buffer_string(&said), "YWJjZGU=\r\n") != NULL);
	buffer_free(&said);
	CHECK_INT(plain_len(WITH("auth: {cut: 0}"), &said), 11 + 688 + 2);
	CHECK(strstr(buffer_string(&said), "Y2RlZg==\r\n") != NULL);
	buffer_free(&said);
}

/* A login of three mechanisms, of which this is the reply to the first. */
#define THREE(reply) AUTH("PLAIN LOGIN CRAM-MD5", SAY_CRAM "> " reply "\n")
#define TO_PLAIN(reply) AUTH("PLAIN", PLAIN "> " reply "\n")

/*
 * auth-535-continue, auth-435-continue, auth-504-next-mechanism, auth-other-error-quit,
 * auth-plain-334-repeat, no-reauth-after-rset
 */
static void replies(void)
{
	static const struct phone_run runs[] = {
		{"535: on without", STACK, TO_PLAIN("535 no") TRANSACTION LEFT, DELIVERED},
		{"535: QUIT", WITH("reactions: {auth: {535: quit}}"), TO_PLAIN("535 no") LEFT,
			REFUSED_AT(STEP_AUTH, 535)},
		{"535: no other mechanism", STACK, THREE("535 no") UNAUTHENTICATED, TAKEN},
		{"435: QUIT", STACK, TO_PLAIN("435 no") LEFT, .result = PHONE_REFUSED_FOR_NOW,
			.at = STEP_AUTH, .code = 435},
		{"435 since change 088: on without", "symbian-9.5",
			TO_PLAIN("435 no") TRANSACTION LEFT, DELIVERED},
		{"504: the next, without RSET", STACK, THREE("504 no") SAY_LOGIN, TAKEN},
		{"504: QUIT", WITH("reactions: {auth: {504: quit}}"), THREE("504 no") LEFT,
			REFUSED_AT(STEP_AUTH, 504)},
		{"504 to all: on without", STACK,
			THREE("504 no") SAY_LOGIN "> 504 no\n" PLAIN "> 504 no\n" TRANSACTION LEFT,
			DELIVERED},
		{"504 behind the answer too", STACK,
			AUTH("PLAIN CRAM-MD5",
				SAY_CRAM "> 334 PDEuMkBteD4=\n< "
					 "dXNlciA0ZWY0NTA1YTcxN2MzOTIyMDA2ZmI1MDVkZWYwYWJlOQ==\n"
					 "> 504 no\n") PLAIN,
			TAKEN},
		{"454: QUIT", STACK, TO_PLAIN("454 no") LEFT, .result = PHONE_REFUSED_FOR_NOW,
			.at = STEP_AUTH, .code = 454},
		{"500: QUIT", STACK, TO_PLAIN("500 no") LEFT, REFUSED_AT(STEP_AUTH, 500)},
		{"503: QUIT", STACK, TO_PLAIN("503 no") LEFT, REFUSED_AT(STEP_AUTH, 503)},
		{"530: QUIT", STACK, TO_PLAIN("530 no") LEFT, REFUSED_AT(STEP_AUTH, 530)},
		{"534: QUIT", STACK, TO_PLAIN("534 no") LEFT, REFUSED_AT(STEP_AUTH, 534)},
		{"538: QUIT", STACK, TO_PLAIN("538 no") LEFT, REFUSED_AT(STEP_AUTH, 538)},
		{"no code: QUIT", STACK, TO_PLAIN("no") LEFT, REFUSED_AT(STEP_AUTH, 0)},
		{"538: on without", WITH("reactions: {auth: {538: go-on}}"),
			TO_PLAIN("538 no") UNAUTHENTICATED, TAKEN},
		{"334 to PLAIN: the same again, and again", STACK,
			TO_PLAIN("334 ") PLAIN "> 334 \n" PLAIN "> 334 \n" PLAIN "> 334 \n" PLAIN
					       "> 235 ok\n" TRANSACTION LEFT,
			DELIVERED},
		{"334 to PLAIN: QUIT", WITH("reactions: {auth-plain: {334: none}}"),
			TO_PLAIN("334 ") LEFT, REFUSED_AT(STEP_AUTH, 334)},
		{"535- in two lines: the second answers the RSET that was not said", STACK,
			AUTH("PLAIN", PLAIN "> 535-no\n.\n> 535 no\n") LEFT,
			REFUSED_AT(STEP_RESET, 535)},
		{"535- since change 117: closed", "symbian-9.5",
			AUTH("PLAIN", PLAIN "> 535-no\n") GONE, REFUSED_AT(STEP_AUTH, 535)},
		{"235- to LOGIN: closed at its first line", STACK,
			AUTH("LOGIN", LOGS_IN "> 235-ok\n") GONE, CLOSED_AT(STEP_AUTH),
			.code = 235},
		{"235- to LOGIN is a success", WITH("reactions: {auth-login: {235-: none}}"),
			AUTH("LOGIN", LOGS_IN "> 235-ok\n.\n> 235 ok\n") TRANSACTION LEFT,
			DELIVERED},
		{"235- to PLAIN is one", STACK,
			AUTH("PLAIN", PLAIN "> 235-ok\n.\n> 235 ok\n") RESET, TAKEN},
		{"one login, whatever RSET makes of it", STACK,
			TO_PLAIN("235 ok") RESET MAIL SAY_RECIPIENT
			"> 535 authentication required\n" TRANSACTION LEFT,
			.messages = 2, REFUSED_AT(STEP_RECIPIENT, 535), .last = PHONE_DELIVERED},
	};
	RUN_ALL(runs);
}

#define LATER "symbian-9.5"
#define AND_ON QUIT "< RSET\nEND\n" GONE

/* quit-then-rset: codes that are not known leave no error, so the session counts as open. */
static void quit_then_reset(void)
{
	static const struct phone_run runs[] = {
		{"454 to AUTH: QUIT, 221, RSET", LATER, TO_PLAIN("454 no") AND_ON,
			CLOSED_AT(STEP_RESET)},
		{"454 to AUTH in 9.1: QUIT", STACK, TO_PLAIN("454 no") LEFT,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_AUTH, .code = 454},
		{"530", LATER, TO_PLAIN("530 no") AND_ON, CLOSED_AT(STEP_RESET)},
		{"534", LATER, TO_PLAIN("534 no") AND_ON, CLOSED_AT(STEP_RESET)},
		{"538", LATER, TO_PLAIN("538 no") AND_ON, CLOSED_AT(STEP_RESET)},
		{"521", LATER, TO_PLAIN("521 no") AND_ON, CLOSED_AT(STEP_RESET)},
		{"no code at all", LATER, TO_PLAIN("no") AND_ON, CLOSED_AT(STEP_RESET)},
		{"500 is known: QUIT", LATER, TO_PLAIN("500 no") LEFT, REFUSED_AT(STEP_AUTH, 500)},
		{"421 is", LATER, TO_PLAIN("421 no") LEFT, .result = PHONE_REFUSED_FOR_NOW,
			.at = STEP_AUTH, .code = 421},
		{"554 is", LATER, TO_PLAIN("554 no") LEFT, REFUSED_AT(STEP_AUTH, 554)},
		{"535 goes on, and so does 435", LATER, TO_PLAIN("435 no") UNAUTHENTICATED, TAKEN},
		{"535- is the end", LATER, AUTH("PLAIN", PLAIN "> 535-no\n") GONE,
			REFUSED_AT(STEP_AUTH, 535)},
		/* only QUIT's reply makes the session count as open; an end instead closes it */
		{"the server goes instead of 221: nothing more", LATER,
			TO_PLAIN("454 no") "< QUIT\nEND\n" GONE, .result = PHONE_REFUSED_FOR_NOW,
			.at = STEP_AUTH, .code = 454},
		{"it goes behind 454", LATER, TO_PLAIN("454 no") "END\n< QUIT\n" GONE,
			.result = PHONE_REFUSED_FOR_NOW, .at = STEP_AUTH, .code = 454},
		{"it goes instead of the reply to EHLO's QUIT", LATER,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 521 no\n< QUIT\nEND\n" GONE,
			.account = login_with_starttls, REFUSED_AT(STEP_HELLO, 521)},
		{"the connection breaks at QUIT", LATER, TO_PLAIN("454 no") "< QUIT\nLOST\n" GONE,
			CLOSED_AT(STEP_QUIT)},
		{"454 in two lines: QUIT is not said, RSET is", LATER,
			AUTH("PLAIN", PLAIN "> 454-no\n.\n> 454 no\n") "< RSET\nEND\n" GONE,
			CLOSED_AT(STEP_RESET)},
		{"a server that goes on gets the mail", LATER,
			TO_PLAIN("454 no") QUIT TRANSACTION LEFT, DELIVERED},
		{"HELO refused with 521", LATER,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 521 no\n" RESET
			"< HELO [192.0.2.7]\n> 521 no\n" AND_ON,
			CLOSED_AT(STEP_RESET)},
		{"HELO refused with 550", LATER,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 521 no\n" RESET
			"< HELO [192.0.2.7]\n> 550 no\n" LEFT,
			REFUSED_AT(STEP_HELLO, 550)},
		{"EHLO for TLS refused with 521: no second QUIT, but RSET", LATER,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 521 no\n" AND_ON,
			.account = login_with_starttls, CLOSED_AT(STEP_RESET)},
		{"EHLO for TLS refused with 550", LATER,
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 550 no\n" LEFT,
			.account = login_with_starttls, REFUSED_AT(STEP_HELLO, 550)},
	};
	RUN_ALL(runs);
}

/* auth-login-prompt-check, auth-multiline-235-login-abort's neighbours; garbage behind a prompt */
static void prompts(void)
{
#define FIRST(prompt) AUTH("LOGIN PLAIN", SAY_LOGIN "> 334 " prompt "\n")
#define BAD CLOSED_AT(STEP_AUTH), .code = 334
	static const struct phone_run runs[] = {
		{"as usual", STACK, FIRST("VXNlcm5hbWU6") USER, TAKEN},
		{"USERNAME", STACK, FIRST("VVNFUk5BTUU6") USER, TAKEN},
		{"username, and more", STACK, FIRST("dXNlcm5hbWUgcGxlYXNlOg==") USER, TAKEN},
		{"User Name: closed, without QUIT and without PLAIN", STACK,
			FIRST("VXNlciBOYW1lAA==") GONE, BAD},
		{"User Name", WITH("auth: {prompts: []}"), FIRST("VXNlciBOYW1lAA==") USER, TAKEN},
		{"an empty one", STACK, FIRST("") GONE, BAD},
		{"334 and nothing behind it", STACK, AUTH("LOGIN", SAY_LOGIN "> 334\n") GONE, BAD},
		{"not base64", STACK, FIRST("!!") GONE, BAD},
		{"QUIT for it", WITH("reactions: {auth: {bad-prompt: quit}}"), FIRST("!!") LEFT,
			REFUSED_AT(STEP_AUTH, 334)},
		{"the password's", STACK,
			FIRST("VXNlcm5hbWU6") USER "> 334 UEFTU1dPUkQ=\n" PASSWORD, TAKEN},
		{"Pass: for the password", STACK,
			FIRST("VXNlcm5hbWU6") USER "> 334 UGFzczo=\n" GONE, BAD},
		{"in the wrong order", STACK, FIRST("UGFzc3dvcmQ6") GONE, BAD},
		{"a blank in the base64 is left out", STACK, FIRST("VXNl cm5hbWU6") USER, TAKEN},
		{"read strictly it is none", WITH("auth: {challenge: strict}"),
			FIRST("VXNl cm5hbWU6") GONE, BAD},
		{"a letter behind it upsets the second", STACK,
			FIRST("VXNlcm5hbWU6 x") USER ASK_PASSWORD GONE, BAD},
		{"since change 084 it does not", "symbian-9.5",
			FIRST("VXNlcm5hbWU6 x") USER ASK_PASSWORD PASSWORD, TAKEN},
		{"a whole group behind it upsets nothing", STACK,
			FIRST("VXNlcm5hbWU6 abcd") USER ASK_PASSWORD PASSWORD, TAKEN},
		{"nor does padding", STACK, FIRST("VXNlcm5hbWU=") USER ASK_PASSWORD PASSWORD,
			TAKEN},
	};
	RUN_ALL(runs);
}

static void long_password(struct phone_account *account)
{
	account->password = octets_of(LONG_64 "ghij");
}

/*
 * auth-cram-hex-lower, auth-cram-long-password-broken. The digests are computed by hand with
 * Python's hashlib: user "user", challenge "<1.2@mx>".
 */
static void cram_md5(void)
{
#define CHALLENGED(answer) AUTH("CRAM-MD5", SAY_CRAM "> 334 PDEuMkBteD4=\n") "< " answer "\n"
	static const struct phone_run runs[] = {
		{"a usual password", STACK,
			CHALLENGED("dXNlciA0ZWY0NTA1YTcxN2MzOTIyMDA2ZmI1MDVkZWYwYWJlOQ=="), TAKEN},
		{"68 octets, not filled up", STACK,
			CHALLENGED("dXNlciA5MjBhMjM4MTg3NmEwZWZlOGUwOWZhNzhmNzE1ZmQzMw=="),
			.account = long_password, TAKEN},
		{"68 octets, filled up", WITH("auth: {cram-key: padded}"),
			CHALLENGED("dXNlciBlYzFmZmQzNmVhOTU1NWZkZDY1YmFlYTQyZGI2OWU5Yw=="),
			.account = long_password, TAKEN},
		{"a challenge that is not base64 is answered", STACK,
			AUTH("CRAM-MD5", SAY_CRAM
				"> 334 PDEu!MkBteD4\n") "< "
							"dXNlciA0ZWY0NTA1YTcxN2MzOTIyMDA2ZmI1MDVkZWYwYWJlOQ==\n",
			TAKEN},
		{"or not", WITH("auth: {challenge: strict}"),
			AUTH("CRAM-MD5", SAY_CRAM "> 334 PDEu!MkBteD4\n") GONE, BAD},
		{"a second challenge: QUIT", STACK,
			CHALLENGED(
				"dXNlciA0ZWY0NTA1YTcxN2MzOTIyMDA2ZmI1MDVkZWYwYWJlOQ==") "> 334 x\n" LEFT,
			REFUSED_AT(STEP_AUTH, 334)},
	};
	RUN_ALL(runs);
}

#define TESTS(T)                                                                                   \
	T(what_is_offered)                                                                         \
	T(lines)                                                                                   \
	T(plain_is_cut_at_255) T(replies) T(quit_then_reset) T(prompts) T(cram_md5)
CHECK_MAIN("stack, login", TESTS)

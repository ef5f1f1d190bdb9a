/*
 * Facts about server profiles, found in memory. What is broken is written by hand, whole, from what
 * real servers of the kind were seen to do and from the standards.
 */
#include "facts_stand.h"
#include "random.h"

#define STRICT                                                                                     \
	"hello-bad-literal hello-underscore hello-blank-inside blank-after-mail-colon "            \
	"blank-after-recipient-colon sender-without-brackets recipient-without-brackets "          \
	"blank-behind-mail blank-behind-recipient dot-before-at"
#define FORGETS_ON_RESET                                                                           \
	"login-survives-reset login-survives-abandoned-message login-memory-survives-reset "       \
	"login-survives-message-and-reset "

#define SMUGGLES "no-smuggling no-smuggling-lf-crlf no-smuggling-crlf-lf"

static const struct {
	const char *profile;
	enum phone_security security;
	const char *broken; /* all of them */
} servers[] = {
	{"correct", PHONE_PLAIN, STRICT},
	{"correct", PHONE_STARTTLS, STRICT},
	{"correct", PHONE_TLS, STRICT},
	{"correct-starttls", PHONE_STARTTLS, STRICT " starttls-not-last"},
	{"lenient", PHONE_PLAIN, ""},
	{"postfix-3.7", PHONE_PLAIN, SMUGGLES},
	{"exim-4.96", PHONE_PLAIN,
		"resets-taken noops-taken hello-bad-literal hello-underscore hello-blank-inside"},
	{"dovecot-submission", PHONE_PLAIN,
		"blank-after-mail-colon blank-after-recipient-colon sender-without-brackets "
		"recipient-without-brackets " SMUGGLES " greeting-says-esmtp"},
	{"courier-1.0", PHONE_PLAIN,
		"starttls-after-reset starttls-after-reset-and-hello sender-without-brackets "
		"recipient-without-brackets cancelled-login"},
	{"aiosmtpd-1.4", PHONE_PLAIN,
		"no-login-in-transaction no-starttls-in-tls auth-parameter login-lower-case-plain "
		"login-lower-case-login login-prompts greeting-says-esmtp"},
	{"smtp-server-3", PHONE_PLAIN,
		"no-login-in-transaction reset-with-argument hello-blank-inside "
		"sender-without-brackets recipient-without-brackets dot-before-at unknown-parameter"},
	{"haraka-3", PHONE_PLAIN,
		"no-second-login no-login-in-transaction no-starttls-in-tls dot-before-at unknown-parameter no-nested-mail "
		"cancelled-login login-after-cancelled-login reset-inside-login"},
	{"sendmail-8.17", PHONE_PLAIN, "reset-with-argument hello-blank-inside"},
	{"eventmachine", PHONE_PLAIN,
		"login-survives-reset login-survives-hello login-survives-helo "
		"login-survives-abandoned-message login-memory-survives-reset "
		"login-survives-message login-survives-message-and-reset reset-with-argument "
		"unknown-parameter two-messages message-after-reset message-after-hello " SMUGGLES
		" greeting-says-esmtp"},
	{"notqmail-smtp-auth", PHONE_PLAIN,
		FORGETS_ON_RESET
		"reset-with-argument unknown-parameter no-nested-mail message-after-reset"},
	/* relaying stays allowed: only a second AUTH shows what was forgotten */
	{"notqmail-smtp-auth-optional", PHONE_PLAIN,
		"login-memory-survives-reset reset-with-argument unknown-parameter no-nested-mail"},
	{"qmail-spamcontrol", PHONE_PLAIN,
		FORGETS_ON_RESET
		"reset-with-argument unknown-parameter no-nested-mail message-after-reset"},
	{"qmail-spamcontrol-cured", PHONE_PLAIN,
		"reset-with-argument unknown-parameter no-nested-mail"},
	{"s-qmail-forgetting", PHONE_PLAIN,
		FORGETS_ON_RESET
		"reset-with-argument sender-without-brackets "
		"recipient-without-brackets unknown-parameter no-nested-mail message-after-reset"},
	{"go-smtp-0.21", PHONE_PLAIN,
		"login-survives-hello login-survives-helo message-after-hello"},
	/* no limit of NOOPs, and nothing smuggled */
	{"no-noop", PHONE_PLAIN, "noop-taken"},
	{"msmtpd-refuses-reset", PHONE_PLAIN,
		"reset-before-hello reset-after-hello reset-after-login"},
};

static void what_is_broken_is_found_and_nothing_else(void)
{
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		struct facts_stand stand;
		struct buffer broken, doubtful;
		buffer_init(&broken, &memory_standard, 10000);
		buffer_init(&doubtful, &memory_standard, 10000);
		CHECK_CASE("%s, %d", servers[i].profile, (int)servers[i].security);
		if (facts_stand_open(&stand, servers[i].profile, servers[i].security) &&
			CHECK(facts_stand_run(&stand, &(struct findings_wish){.deliver = true}))) {
			facts_stand_names(&stand, FACT_BROKEN, &broken);
			facts_stand_names(&stand, FACT_INCONCLUSIVE, &doubtful);
			facts_stand_names(&stand, FACT_NOT_TRIED, &doubtful);
			facts_stand_names(&stand, FACT_NEEDS_DELIVER, &doubtful);
			CHECK_TEXT(buffer_string(&broken), servers[i].broken);
			CHECK_TEXT(buffer_string(&doubtful), "");
		}
		facts_stand_close(&stand);
		buffer_free(&broken);
		buffer_free(&doubtful);
	}
}

/* Codes as they were heard from the servers of these names. */
static const struct {
	const char *profile, *fact, *value;
} measured[] = {
	{"postfix-3.7", "size-too-big", "refused at MAIL: 552"},
	{"sendmail-8.17", "size-too-big", "refused at MAIL: 452"},
	{"haraka-3", "size-too-big", "refused at MAIL: 550"},
	{"qmail-spamcontrol", "size-too-big", "taken"},
	{"postfix-3.7", "login-after-helo", "taken"},
	{"exim-4.96", "login-after-helo", "refused at AUTH: 503"},
	{"haraka-3", "login-after-helo", "refused at AUTH: 500"},
	{"aiosmtpd-1.4", "login-without-hello", "refused at AUTH: 503"},
	{"courier-1.0", "login-without-hello", "refused at MAIL: 502"},
	{"postfix-3.7", "hello-after-starttls", "taken"},
	{"exim-4.96", "hello-after-starttls", "refused at AUTH: 503"},
	{"haraka-3", "hello-after-starttls", "refused at MAIL: 503"},
	{"postfix-3.7", "starttls-ends-login", "refused at RCPT: 554"},
	{"sendmail-8.17", "starttls-ends-login", "taken"},
	{"haraka-3", "starttls-ends-login", "taken"},
	{"dovecot-submission", "starttls-ends-login", "refused at STARTTLS: 502"},
	{"courier-1.0", "starttls-ends-login", "refused at STARTTLS: 540"},
	{"postfix-3.7", "reset-inside-login", "data"},
	{"dovecot-submission", "reset-inside-login", "ends the login"},
	{"haraka-3", "reset-inside-login", "executed"},
	{"exim-4.96", "resets-taken", "11"},
	{"postfix-3.7", "resets-taken", "30 or more"},
	{"slows-down", "noops-taken", "slows down after 20"},
	{"courier-1.0", "bare-lf-command", "no answer to EHLO"},
	{"postfix-3.7", "bare-lf-command", "taken"},
	{"qmail-spamcontrol", "hello-no-name", "taken"},
	{"courier-1.0", "hello-no-name", "refused at EHLO: 502"},
	{"slow-dot-61", "dot-time", "61000 ms"},
	{"postfix-3.7", "mail-after-helo", "refused at RCPT: 554"},
	{"appliance-2008", "mail-after-helo", "refused at RCPT: 550"},
	{"qmail-spamcontrol", "starttls-not-offered", "refused at STARTTLS: 500"},
	{"opensmtpd-6.8", "starttls-not-offered", "refused at STARTTLS: 503"},
	{"s-qmail-forgetting", "bare-sender-before-login", "refused at MAIL: 555"},
	{"s-qmail-forgetting", "bare-recipient-before-login", "refused at RCPT: 555"},
	{"dovecot-submission", "bare-sender-before-login", "refused at MAIL: 530"},
	{"postfix-strict-names-late", "name-before-login", "refused at RCPT: 504"},
	{"communigate", "old-auth-offered", "offered"},
	{"exim-username-prompt", "login-prompts", "User Name, Password"},
	{"exim-two-lines", "one-line-replies", "MAIL, RCPT"},
	{"lower-case-list", "offers-upper-case", "pipelining"},
};

static void what_is_measured_is_what_was_heard(void)
{
	for (size_t i = 0; i < sizeof measured / sizeof *measured; i++) {
		struct facts_stand stand;
		const struct findings_wish wish = {.patterns = &measured[i].fact,
			.pattern_count = 1,
			.deliver = true,
			.patience_ms = 120000};
		CHECK_CASE("%s, %s", measured[i].profile, measured[i].fact);
		if (facts_stand_open(&stand, measured[i].profile, PHONE_PLAIN) &&
			CHECK(facts_stand_run(&stand, &wish)))
			CHECK_TEXT(facts_stand_value(&stand, measured[i].fact), measured[i].value);
		facts_stand_close(&stand);
	}
}

static void the_recovery_run_tells_a_lost_login_from_a_lost_right(void)
{
	static const struct {
		const char *profile, *fact, *sentence;
	} rows[] = {
		{"qmail-spamcontrol", "login-survives-reset",
			"the mail is refused after it: RCPT drew 535 authentication required "
			"(#5.7.1); a new login is taken then: the first was forgotten"},
		{"go-smtp-0.21", "login-survives-hello",
			"the mail is refused after it: MAIL drew 502 5.7.0 Please authenticate "
			"first; a new login is refused then (503): the first still stands, and "
			"something else is in the way"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct facts_stand stand;
		CHECK_CASE("%s", rows[i].profile);
		if (facts_stand_open(&stand, rows[i].profile, PHONE_PLAIN) &&
			CHECK(facts_stand_run(
				&stand, &(struct findings_wish){
						.patterns = &rows[i].fact, .pattern_count = 1})))
			CHECK_TEXT(facts_stand_sentence(&stand, rows[i].fact), rows[i].sentence);
		facts_stand_close(&stand);
	}
}

static void what_needs_delivery_is_not_delivered(void)
{
	struct facts_stand stand;
	if (facts_stand_open(&stand, "qmail-spamcontrol", PHONE_PLAIN) &&
		CHECK(facts_stand_run(&stand, &(struct findings_wish){.deliver = false}))) {
		CHECK_TEXT(facts_stand_verdict(&stand, "login-survives-reset"), "broken");
		CHECK_TEXT(facts_stand_verdict(&stand, "login-survives-message"), "needs-deliver");
		CHECK_TEXT(facts_stand_verdict(&stand, "dot-time"), "needs-deliver");
	}
	facts_stand_close(&stand);
}

static void a_login_that_is_refused_is_not_tried_again(void)
{
	struct facts_stand stand;
	if (!facts_stand_open(&stand, "lenient", PHONE_PLAIN)) {
		facts_stand_close(&stand);
		return;
	}
	/* the server knows another password than the one that is said */
	struct phone_account wrong = stand.account;
	wrong.password = octets_of("not-the-one");
	stand.below.account = &wrong;
	CHECK(facts_stand_run(&stand, &(struct findings_wish){.deliver = true}));
	CHECK_TEXT(facts_stand_verdict(&stand, "login-survives-reset"), "inconclusive");
	CHECK_TEXT(facts_stand_verdict(&stand, "blank-after-mail-colon"), "inconclusive");
	CHECK_TEXT(facts_stand_verdict(&stand, "reset-before-hello"), "holds");
	CHECK_TEXT(facts_stand_sentence(&stand, "login-survives-reset"),
		"the login did not succeed: 535 5.7.8 Authentication credentials invalid");
	facts_stand_close(&stand);
}

/* ---- servers that contradict themselves ---- */

struct two_servers {
	const struct server_profile *good, *bad;
	struct random random;
	uint32_t of_eight; /* the bad one answers so many of eight connections */
};

static const struct server_profile *one_of_both(struct facts_stand *stand, size_t number)
{
	struct two_servers *two = stand->chooses;
	(void)number;
	return random_below(&two->random, 8) < two->of_eight ? two->bad : two->good;
}

static void a_server_that_fails_at_random_is_not_accused(void)
{
	size_t accused = 0, doubted = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct facts_stand stand;
		struct buffer broken, doubtful;
		if (!facts_stand_open(&stand, "lenient", PHONE_PLAIN)) {
			facts_stand_close(&stand);
			return;
		}
		struct profile *bad = facts_stand_load(&stand, "refuses-recipients");
		struct two_servers two = {profile_server(stand.profile), profile_server(bad),
			.of_eight = 1 + (uint32_t)seed % 4};
		random_init(&two.random, seed);
		stand.choose = one_of_both;
		stand.chooses = &two;
		buffer_init(&broken, &memory_standard, 10000);
		buffer_init(&doubtful, &memory_standard, 10000);
		CHECK_CASE("seed %d", (int)seed);
		if (facts_stand_run(&stand, &(struct findings_wish){.deliver = false})) {
			facts_stand_names(&stand, FACT_BROKEN, &broken);
			facts_stand_names(&stand, FACT_INCONCLUSIVE, &doubtful);
		}
		accused += broken.len > 0;
		doubted += doubtful.len > 0;
		buffer_free(&broken);
		buffer_free(&doubtful);
		facts_stand_close(&stand);
		profile_free(bad);
	}
	CHECK_CASE("60 seeds");
	CHECK_INT(accused, 0);
	CHECK(doubted > 50);
}

static const struct server_profile *good_at_first(struct facts_stand *stand, size_t number)
{
	const struct two_servers *two = stand->chooses;
	return number <= 40 ? two->good : two->bad;
}

static void a_server_that_bans_is_left_alone(void)
{
	struct facts_stand stand;
	if (!facts_stand_open(&stand, "correct", PHONE_PLAIN)) {
		facts_stand_close(&stand);
		return;
	}
	/* after the fortieth connection it closes before the greeting */
	struct server_profile shut = *profile_server(stand.profile);
	shut.replies[REPLY_GREETING] = (struct server_reply){.written = true, .then = THEN_CLOSE};
	struct two_servers two = {profile_server(stand.profile), &shut, .of_eight = 0};
	stand.choose = good_at_first;
	stand.chooses = &two;
	CHECK(facts_stand_run(&stand, &(struct findings_wish){.deliver = false}));
	CHECK_TEXT(facts_stand_verdict(&stand, "login-survives-reset"), "holds");
	CHECK_TEXT(facts_stand_verdict(&stand, "no-nested-mail"), "not-tried");
	CHECK_INT(stand.connections, 43);
	facts_stand_close(&stand);
}

/* As a driver that breaks off what goes on for too long: to the probe it is a lost connection. */
static bool converse_cut_short(void *context, struct player *player, struct transcript *transcript,
	enum drive_end *end, struct sentence *why)
{
	bool good = facts_stand_converse(context, player, transcript, end, why);
	for (size_t i = 0; i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		if (event->kind == TRANSCRIPT_CLIENT && octets_start_nocase(event->text, "RSET"))
			*end = DRIVE_ENDLESS;
	}
	return good;
}

static void what_we_broke_off_is_not_told_as_closed(void)
{
	static const struct {
		const char *fact;
		bool cut_short;
		const char *verdict, *sentence;
	} rows[] = {
		{"reset-after-login", false, "broken",
			"RSET is not taken there: RSET drew (the connection was closed)"},
		{"reset-after-login", true, "inconclusive",
			"nothing can be concluded: RSET drew (too much, or for too long; broken off)"},
		{"login-survives-reset", false, "not-applicable",
			"the session ends before it could be seen: RSET drew (the connection was "
			"closed)"},
		{"login-survives-reset", true, "inconclusive",
			"nothing can be concluded: RSET drew (too much, or for too long; broken off)"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct facts_stand stand;
		CHECK_CASE("%s, cut short: %d", rows[i].fact, rows[i].cut_short);
		if (facts_stand_open(&stand, "hangs-up-on-reset", PHONE_PLAIN)) {
			if (rows[i].cut_short)
				stand.below.converse = converse_cut_short;
			CHECK(facts_stand_run(
				&stand, &(struct findings_wish){
						.patterns = &rows[i].fact, .pattern_count = 1}));
			CHECK_TEXT(facts_stand_verdict(&stand, rows[i].fact), rows[i].verdict);
			CHECK_TEXT(facts_stand_sentence(&stand, rows[i].fact), rows[i].sentence);
		}
		facts_stand_close(&stand);
	}
}

static void sessions_are_bounded(void)
{
	struct facts_stand stand;
	if (facts_stand_open(&stand, "correct", PHONE_PLAIN)) {
		CHECK(facts_stand_run(
			&stand, &(struct findings_wish){.deliver = true, .sessions_max = 10}));
		CHECK_INT(stand.connections, 10);
		CHECK_TEXT(facts_stand_verdict(&stand, "mail-needs-login"), "holds");
		CHECK_TEXT(facts_stand_verdict(&stand, "no-nested-mail"), "not-tried");
	}
	facts_stand_close(&stand);
}

static void fewer_than_expected_where_nothing_is_broken(void)
{
	struct facts_stand stand;
	if (facts_stand_open(&stand, "lenient", PHONE_PLAIN) &&
		CHECK(facts_stand_run(&stand, &(struct findings_wish){.deliver = true}))) {
		CHECK(findings_sessions(stand.findings) <= findings_expected(stand.findings));
		CHECK(findings_sessions(stand.findings) + 12 > findings_expected(stand.findings));
	}
	facts_stand_close(&stand);
}

static void every_name_is_one(void)
{
	const struct fact_row *row;
	for (size_t i = 0; (row = fact_row(i)) != NULL; i++) {
		CHECK_CASE("%s", row->name);
		CHECK(fact_find(row->name) == row);
		CHECK(row->title != NULL && row->section != NULL && row->expected != NULL);
		CHECK(row->dialogue != NULL && row->group != NULL);
		CHECK((row->expect == FACT_MEASURED) == (row->broken == NULL));
	}
}

static void patterns_choose(void)
{
	CHECK(findings_pattern_fits("login-*", "login-survives-reset"));
	CHECK(findings_pattern_fits("*reset*", "login-survives-reset"));
	CHECK(findings_pattern_fits("dot-time", "dot-time"));
	CHECK(!findings_pattern_fits("login", "login-survives-reset"));
	CHECK(!findings_pattern_fits("*reset", "resets-taken"));
	CHECK(!findings_pattern_fits("", "dot-time"));
}

#define TESTS(T)                                                                                   \
	T(what_is_broken_is_found_and_nothing_else)                                                \
	T(what_is_measured_is_what_was_heard)                                                      \
	T(the_recovery_run_tells_a_lost_login_from_a_lost_right)                                   \
	T(what_needs_delivery_is_not_delivered)                                                    \
	T(a_login_that_is_refused_is_not_tried_again)                                              \
	T(a_server_that_fails_at_random_is_not_accused)                                            \
	T(a_server_that_bans_is_left_alone)                                                        \
	T(what_we_broke_off_is_not_told_as_closed)                                                 \
	T(sessions_are_bounded)                                                                    \
	T(fewer_than_expected_where_nothing_is_broken)                                             \
	T(every_name_is_one)                                                                       \
	T(patterns_choose)
CHECK_MAIN("facts", TESTS)

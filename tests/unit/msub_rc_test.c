/* Tests of tools/msub_rc and tools/msub_account: configuration files as accounts. */
#include "check.h"
#include "msub_rc.h"

#include <stdlib.h>
#include <sysexits.h>

enum { TEXT_MAX_OCTETS = 2048 };

static bool parse(
	const char *text, struct accounts *accounts, bool *secret, struct trouble *trouble)
{
	char copy[TEXT_MAX_OCTETS];
	*accounts = (struct accounts){0};
	*trouble = (struct trouble){0};
	snprintf(copy, sizeof copy, "%s", text);
	return rc_parse("rc", copy, accounts, secret, trouble);
}

/* One value of one account. */
static void what_is_said_is_kept(void)
{
	static const struct {
		const char *text, *account;
		enum key key;
		const char *want; /* NULL: not said */
	} rows[] = {
		{"account a\nhost h", "a", KEY_HOST, "h"},
		{"\t account  a \r\n  host\t h x \r\n", "a", KEY_HOST, "h x"},
		{"# c\n\n \t\n \r\n\t\r\n#account b\naccount a\nhost h # no comment", "a", KEY_HOST,
			"h # no comment"},
		/* quotes count around the whole, and nowhere else */
		{"account a\nuser \" a b \"", "a", KEY_USER, " a b "},
		{"account a\nuser \"", "a", KEY_USER, "\""},
		{"account a\nuser a\"b\"", "a", KEY_USER, "a\"b\""},
		{"account a\npassword \"q\\\"x\"", "a", KEY_PASSWORD, "q\\\"x"},
		/* what needs no argument has one */
		{"account a\ntls", "a", KEY_TLS, "on"},
		{"account a\ntls off", "a", KEY_TLS, "off"},
		{"account a\nauth", "a", KEY_AUTH, "on"},
		{"account a\nauth SCRAM-SHA-256", "a", KEY_AUTH, "scram-sha-256"},
		{"account a\nset_date_header", "a", KEY_SET_DATE_HEADER, "auto"},
		{"account a\nsyslog log_mail", "a", KEY_SYSLOG, "LOG_MAIL"},
		{"account a\ntimeout off", "a", KEY_TIMEOUT, "off"},
		{"account a\ndsn_notify delay,failure", "a", KEY_DSN_NOTIFY, "delay,failure"},
		{"account a\ntls_trust_file", "a", KEY_TLS_TRUST_FILE, ""},
		/* names of old */
		{"account a\nadd_missing_from_header", "a", KEY_SET_FROM_HEADER, "auto"},
		{"account a\nadd_missing_date_header off", "a", KEY_SET_DATE_HEADER, "off"},
		{"account a\nadd_missing_from_header off", "a", KEY_SET_FROM_HEADER, "off"},
		{"account a\ntls_nostarttls", "a", KEY_TLS_STARTTLS, "off"},
		{"account a\ntls_nocertcheck", "a", KEY_TLS_CERTCHECK, "off"},
		{"account a\nkeepbcc", "a", KEY_REMOVE_BCC_HEADERS, "off"},
		{"account a\nkeepbcc on", "a", KEY_REMOVE_BCC_HEADERS, "off"},
		{"account a\nkeepbcc off", "a", KEY_REMOVE_BCC_HEADERS, "on"},
		{"account a\ntls_force_sslv3", "a", KEY_TLS_FORCE_SSLV3, "on"},
		{"account a\nconnect_timeout 5", "a", KEY_CONNECT_TIMEOUT, "5"},
		/* defaults: those that are open, until others are */
		{"defaults\nport 1\naccount a", "a", KEY_PORT, "1"},
		{"defaults\nport 1\naccount b\ndefaults\naccount a", "a", KEY_PORT, NULL},
		{"defaults\nport 1\naccount a\nport 2\naccount b", "b", KEY_PORT, "1"},
		{"defaults\nport 1\naccount a\nport", "a", KEY_PORT, ""},
		/* what an account says of its own is inherited, and the last one counts */
		{"account a\nhost h\naccount b : a", "b", KEY_HOST, "h"},
		{"account a\nhost h\naccount b:a\nhost i", "b", KEY_HOST, "i"},
		{"account a\nhost h\naccount b\nhost i\naccount c : a , b", "c", KEY_HOST, "i"},
		{"account a\nhost h\naccount b : a\naccount c : b", "c", KEY_HOST, "h"},
		/* the defaults of a parent are not its own */
		{"defaults\nport 1\naccount a\ndefaults\nport 2\naccount b : a", "b", KEY_PORT,
			"2"},
		/* eval */
		{"account a\neval echo host h", "a", KEY_HOST, "h"},
		{"eval echo account a\nhost h", "a", KEY_HOST, "h"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct accounts accounts;
		struct trouble trouble;
		bool secret = false;
		CHECK_CASE("%s", rows[i].text);
		CHECK(parse(rows[i].text, &accounts, &secret, &trouble));
		CHECK_TEXT(trouble.text, "");
		const struct account *account = accounts_find(&accounts, rows[i].account);
		if (CHECK(account != NULL)) {
			const char *got = account->values[rows[i].key].text;
			CHECK_TEXT(got == NULL ? "(not said)" : got,
				rows[i].want == NULL ? "(not said)" : rows[i].want);
		}
		CHECK_INT(secret, strstr(rows[i].text, "password") != NULL);
		accounts_free(&accounts);
	}
}

static void what_is_wrong_is_told_with_its_place(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"account a\n prot 25",
			"rc:2:2: unknown command \"prot\" (did you mean \"port\"?)"},
		{"account a\ntls_trustfile x",
			"rc:2:1: unknown command \"tls_trustfile\" (did you mean \"tls_trust_file\"?)"},
		{"xyzzy", "rc:1:1: unknown command \"xyzzy\""},
		{"acount a", "rc:1:1: unknown command \"acount\" (did you mean \"account\"?)"},
		{"host h",
			"rc:1:1: no account is open; write \"account NAME\" or \"defaults\" above it"},
		{"account", "rc:1:8: an account needs a name"},
		{"account : a", "rc:1:9: an account needs a name"},
		{"account a\naccount a", "rc:2:9: there is an account \"a\" above already"},
		{"account work\naccount b : wrk",
			"rc:2:9: there is no account \"wrk\" above this line "
			"(did you mean \"work\"?)"},
		{"account a\ntls maybe", "rc:2:5: tls takes on or off, not \"maybe\""},
		{"account a\nkeepbcc maybe", "rc:2:9: keepbcc takes on or off, not \"maybe\""},
		{"account a\nport  0", "rc:2:7: port takes a number from 1 to 65535, not \"0\""},
		{"account a\nport 65536",
			"rc:2:6: port takes a number from 1 to 65535, not \"65536\""},
		{"account a\nport 2x", "rc:2:6: port takes a number from 1 to 65535, not \"2x\""},
		{"account a\ntimeout soon",
			"rc:2:9: timeout takes a time such as 10s, 500ms, 2min, or "
			"off, not \"soon\""},
		{"account a\nprotocol", "rc:2:9: protocol takes smtp or lmtp, not \"\""},
		{"account a\ndsn_notify never,delay",
			"rc:2:12: dsn_notify takes off, never, or some of failure,delay,success, not "
			"\"never,delay\""},
		{"account a\ndsn_notify delay,delay",
			"rc:2:12: dsn_notify takes off, never, or some of failure,delay,success, not "
			"\"delay,delay\""},
		{"account a\ntls_fingerprint 01:2",
			"rc:2:17: tls_fingerprint takes a SHA-256 fingerprint such as 01:23:45 with 32 "
			"pairs of digits, not \"01:2\""},
		{"account a\neval echo eval x", "rc:2:1: what eval prints cannot be an eval again"},
		{"account a\neval exit 3",
			"rc:2:6: the command of eval failed with status 3; try it in "
			"a shell"},
		{"account a\neval echo prt 25",
			"rc:2:1: unknown command \"prt\" (did you mean \"port\"?)"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct accounts accounts;
		struct trouble trouble;
		bool secret;
		CHECK_CASE("%s", rows[i].text);
		CHECK(!parse(rows[i].text, &accounts, &secret, &trouble));
		CHECK_TEXT(trouble.text, rows[i].want);
		CHECK_INT(trouble.status, EX_CONFIG);
		CHECK_INT(accounts.count, 0); /* a file counts whole or not at all */
		accounts_free(&accounts);
	}
}

static void a_sender_chooses_the_first_account_that_fits(void)
{
	static const char text[] = "account plain\nfrom me@example.org\n"
				   "account pattern\nfrom *@example.net\n"
				   "account set\nfrom [ab]?@example.com\n"
				   "account later\nfrom x@example.net\n"
				   "account user\nfrom %U@example.edu\n"
				   "account none\n";
	static const struct {
		const char *sender, *want;
	} rows[] = {
		{"me@example.org", "plain"},
		{"ME@EXAMPLE.org", "plain"},
		{"me+lists@example.org", "plain"},
		{"me+lists+x@Example.org", "plain"},
		{"x@example.net", "pattern"},
		{"a1@example.com", "set"},
		{"tester@example.edu", "user"},
		/* and the others nobody's */
		{"meme@example.org", NULL},
		{"me@example.org.evil.example", NULL},
		{"me+@", NULL},
		{"c1@example.com", NULL},
		{"%U@example.edu", NULL},
		{"", NULL},
	};
	struct accounts accounts;
	struct trouble trouble;
	bool secret;
	setenv("USER", "tester", 1);
	CHECK(parse(text, &accounts, &secret, &trouble));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct account *found = accounts_find_from(&accounts, rows[i].sender);
		CHECK_CASE("%s", rows[i].sender);
		CHECK_TEXT(found == NULL ? "(none)" : found->name,
			rows[i].want == NULL ? "(none)" : rows[i].want);
	}
	accounts_free(&accounts);
}

static void a_users_account_takes_the_place_of_the_systems(void)
{
	struct accounts accounts;
	struct trouble trouble;
	bool secret;
	char user[] = "account a\nhost user\n";
	CHECK(parse("account a\nhost system\nport 1\naccount b\n", &accounts, &secret, &trouble));
	CHECK(rc_parse("user", user, &accounts, &secret, &trouble));
	CHECK_INT(accounts.count, 2);
	const struct account *account = accounts_find(&accounts, "a");
	if (CHECK(account != NULL)) {
		CHECK_TEXT(account_text(account, KEY_HOST), "user");
		CHECK_TEXT(account->file, "user");
		CHECK(account_text(account, KEY_PORT) == NULL);
	}
	accounts_free(&accounts);
}

#define TESTS(T)                                                                                   \
	T(what_is_said_is_kept)                                                                    \
	T(what_is_wrong_is_told_with_its_place)                                                    \
	T(a_sender_chooses_the_first_account_that_fits)                                            \
	T(a_users_account_takes_the_place_of_the_systems)
CHECK_MAIN("msub_rc", TESTS)

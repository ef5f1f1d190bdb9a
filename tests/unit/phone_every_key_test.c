/*
 * phone, every key: no key of a client profile is without effect. Each is played twice against the
 * same server, without it and with it, and what the server could see has to differ. A key that
 * has no row here, nor is the driver's, fails.
 */
#include "check.h"
#include "keys.h"
#include "phone_dialogue.h"
#include "respondent.h"

enum { MAX_SEEN = 1 << 20, MAX_RULES = 5 };

/* Whom a message is for, and what it is. */
enum mail { USUAL, DOTS, LISTS, ODD, HIGH, RAGGED, BREAKING, COMPOSED, LONG, FOREIGN, FILED };

struct difference {
	const char *key;
	const char *without, *with; /* profiles */
	void (*account)(struct phone_account *account);
	struct respondent_rule rules[MAX_RULES];
	size_t messages; /* 0: one */
	enum mail mail;
};

static void one_more(struct phone_account *account)
{
	no_login(account);
	account->further_tries = 1;
	account->try_wait_ms = 100;
}

static void null_sender(struct phone_account *account)
{
	no_login(account);
	account->sender = octets_of("");
}

static void long_password(struct phone_account *account)
{
	account->password = octets_of("0123456789012345678901234567890123456789"
				      "0123456789012345678901234567890123456789");
}

static void paced_with_all(struct phone_account *account)
{
	account->security = PHONE_STARTTLS;
	account->pace_percent = 100;
}

#define ALL_OFFERED                                                                                \
	{                                                                                          \
		"EHLO", "250-mx\n250-STARTTLS\n250 AUTH LOGIN PLAIN"                               \
	}
/* Every step there is, and a dot of its own. */
#define RICH                                                                                       \
	"flow: {before-first: [reset, noop]}\nauth: {mechanisms: [LOGIN]}\nwrites: {dot: own}"
#define WITH_LOGIN .account = login_with_starttls
#define WIRE(name)                                                                                 \
	{                                                                                          \
		"wire." name, RICH, RICH "\nwire: {" name ": \"XYZ\"}", WITH_LOGIN,                \
		{                                                                                  \
			ALL_OFFERED                                                                \
		}                                                                                  \
	}
#define THINK(name)                                                                                \
	{                                                                                          \
		"think." name, RICH, RICH "\nthink: {" name ": 7 ms}", .account = paced_with_all,             \
		{                                                                                  \
			ALL_OFFERED                                                                \
		}                                                                                  \
	}
#define TIMEOUT(name, line)                                                                        \
	{                                                                                          \
		"timeouts." name, RICH, RICH "\ntimeouts: {" name ": 7 s}", WITH_LOGIN,            \
		{                                                                                  \
			{line, "!silence"}, ALL_OFFERED                                            \
		}                                                                                  \
	}
/* A reply whose end never comes. */
#define READING(layer, line, begun)                                                                \
	{                                                                                          \
		"replies.reading." layer, RICH,                                                    \
			RICH "\nreplies: {reading: {" layer ": first-line}}", WITH_LOGIN,          \
		{                                                                                  \
			{line, begun}, ALL_OFFERED                                                 \
		}                                                                                  \
	}
#define REACTION(row, event, action, line, answer)                                                 \
	{                                                                                          \
		"reactions." row "." event, RICH,                                                  \
			RICH "\nreactions: {" row ": {" event ": " action "}}", WITH_LOGIN,        \
		{                                                                                  \
			{line, answer}, ALL_OFFERED                                                \
		}                                                                                  \
	}
#define PLACE(name, line, answer)                                                                  \
	{                                                                                          \
		"flow." name, EMPTY, "flow: {" name ": [noop]}", WITH_LOGIN,                       \
			{{line, answer}, ALL_OFFERED}, .messages = 2                               \
	}

static const struct difference session[] = {
	{"connect.probe", EMPTY, "connect: {probe: tls}", OPEN},
	{"flow.before-hello-retry", EMPTY, "flow: {before-hello-retry: [noop]}", OPEN,
		{{"EHLO", "502 no"}}},
	PLACE("after-tls", "GREETING", "220 mx"),
	PLACE("after-auth", "GREETING", "220 mx"),
	PLACE("before-first", "GREETING", "220 mx"),
	PLACE("before-next", "GREETING", "220 mx"),
	PLACE("before-next-if-failed", "MAIL", "550 no"),
	PLACE("before-next-if-begun", ".", "550 no"),
	PLACE("after-message", "GREETING", "220 mx"),
	PLACE("after-failure", "MAIL", "550 no"),
	PLACE("before-quit", "GREETING", "220 mx"),
	{"flow.hello-after-tls", EMPTY, "flow: {hello-after-tls: false}", .account = plain_starttls,
		{ALL_OFFERED}},
	{"flow.nested-mail", EMPTY, "flow: {nested-mail: true}", OPEN, {{"RCPT", "550 no"}},
		.messages = 2},
	{"flow.per-connection", EMPTY, "flow: {per-connection: 1}", OPEN, .messages = 2},
	{"hello.names", EMPTY, "hello: {names: [\"{host}\"]}", OPEN},
	{"hello.ipv6-tag", EMPTY, "hello: {ipv6-tag: \"\"}", OPEN, {{"CONNECT", "2001:db8::7"}}},
	{"hello.verb", EMPTY, "hello: {verb: helo}", .messages = 1},
	{"hello.verb-plain", EMPTY, "hello: {verb-plain: helo}", OPEN},
	{"hello.sniff", "hello: {verb-plain: sniff}", "hello: {verb-plain: sniff, sniff: mx}",
		OPEN},
	{"offers.case", EMPTY, "offers: {case: exact}", .account = plain_starttls,
		{{"EHLO", "250-mx\n250 starttls"}}},
	{"offers.starttls", EMPTY, "offers: {starttls: anywhere}", .account = plain_starttls,
		{{"EHLO", "250-mx\n250 X=STARTTLS"}}},
	{"offers.auth", EMPTY, "offers: {auth: anywhere}",
		.rules = {{"EHLO", "250-mx\n250 XAUTH PLAIN"}}},
	{"offers.auth-equals", EMPTY, "offers: {auth-equals: ignored}",
		.rules = {{"EHLO", "250-mx\n250 AUTH=PLAIN"}}},
	{"auth.mechanisms", EMPTY, "auth: {mechanisms: [LOGIN]}", .rules = {ALL_OFFERED}},
	{"auth.initial-response", EMPTY, "auth: {initial-response: []}", .rules = {ALL_OFFERED}},
	{"auth.unadvertised", EMPTY, "auth: {unadvertised: true}", .messages = 1},
	{"auth.before-tls", EMPTY, "auth: {before-tls: true}", WITH_LOGIN, {ALL_OFFERED}},
	{"auth.prompts", "auth: {mechanisms: [LOGIN]}",
		"auth: {mechanisms: [LOGIN], prompts: [User, Pass]}", .rules = {ALL_OFFERED}},
	{"auth.cut", EMPTY, "auth: {cut: 3}", .rules = {ALL_OFFERED}},
	{"auth.challenge", "auth: {mechanisms: [CRAM-MD5]}",
		"auth: {mechanisms: [CRAM-MD5], challenge: loose}",
		.rules = {{"EHLO", "250-mx\n250 AUTH CRAM-MD5"}, {"AUTH", "334 PDEuMkBte"}}},
	{"auth.cram-key", "auth: {mechanisms: [CRAM-MD5]}",
		"auth: {mechanisms: [CRAM-MD5], cram-key: unpadded}", .account = long_password,
		{{"EHLO", "250-mx\n250 AUTH CRAM-MD5"}}},
	{"tls.start", EMPTY, "tls: {start: starttls}", OPEN, {ALL_OFFERED}},
	{"tls.starttls-ports", EMPTY, "tls: {starttls-ports: [25]}", .account = plain_tls_on_25,
		{ALL_OFFERED}},
	{"tls.inside-tls", EMPTY, "tls: {inside-tls: true}", .account = plain_tls, {ALL_OFFERED}},
	{"tls.go-ahead", EMPTY, "tls: {go-ahead: 220-anywhere}", .account = plain_starttls,
		{{"EHLO", "250-mx\n250 STARTTLS"}, {"STARTTLS", "250 go"}}},
	{"tls.keep-plaintext", EMPTY, "tls: {keep-plaintext: true}", .account = plain_starttls,
		{{"STARTTLS", "220 go\n250 evil"}, ALL_OFFERED}},
	{"close.quit", EMPTY, "close: {quit: false}", OPEN},
	{"close.wait", EMPTY, "close: {wait: false}", OPEN, {{"QUIT", "!silence"}}},
	{"close.how", EMPTY, "close: {how: rst}", OPEN},
	{"close.tls-bye", EMPTY, "close: {tls-bye: false}", .account = plain_tls},
};

static const struct difference steps[] = {
	WIRE("hello"), WIRE("starttls"), WIRE("auth"), WIRE("reset"), WIRE("noop"), WIRE("mail"),
	WIRE("recipient"), WIRE("data"), WIRE("quit"),
	{"wire.helo", "hello: {verb-plain: helo}", "hello: {verb-plain: helo}\nwire: {helo: XYZ}",
		OPEN},
	{"wire.mail-null", EMPTY, "wire: {mail-null: XYZ}", .account = null_sender},
	{"wire.line-end", EMPTY, "wire: {line-end: lf}", OPEN},
	THINK("hello"), THINK("starttls"), THINK("auth"), THINK("reset"), THINK("noop"),
	THINK("mail"), THINK("recipient"), THINK("data"), THINK("body"), THINK("end"),
	THINK("quit"), THINK("auth-answer"), THINK("message"), THINK("else"),
	TIMEOUT("connect", "CONNECT"), TIMEOUT("greeting", "GREETING"), TIMEOUT("hello", "EHLO"),
	TIMEOUT("starttls", "STARTTLS"), TIMEOUT("tls", "TLS"), TIMEOUT("auth", "AUTH"),
	TIMEOUT("reset", "RSET"), TIMEOUT("noop", "NOOP"), TIMEOUT("mail", "MAIL"),
	TIMEOUT("recipient", "RCPT"), TIMEOUT("data", "DATA"), TIMEOUT("body", "BODY"),
	TIMEOUT("end", "."), TIMEOUT("quit", "QUIT"), TIMEOUT("else", "MAIL"),
	READING("greeting", "GREETING", "220-mx"), READING("hello", "EHLO", "250-mx"),
	READING("starttls", "STARTTLS", "220-go"), READING("auth", "c2Vj", "235-ok"),
	READING("reset", "RSET", "250-ok"), READING("noop", "NOOP", "250-ok"),
	READING("mail", "MAIL", "250-ok"), READING("recipient", "RCPT", "250-ok"),
	READING("data", "DATA", "354-go"), READING("end", ".", "250-ok"),
	READING("quit", "QUIT", "221-bye"), READING("session", "GREETING", "220-mx"),
	READING("transaction", "MAIL", "250-ok"), READING("else", "DATA", "354-go"),
};

static const struct difference reactions[] = {
	REACTION("connect", "failed", "hang", "CONNECT", "!refused"),
	REACTION("connect", "failed", "[next-address, hang]", "CONNECT", "!refused"),
	REACTION("connect", "timeout", "hang", "CONNECT", "!silence"),
	REACTION("greeting", "else", "go-on", "GREETING", "554 no"),
	REACTION("hello", "501", "helo", "EHLO", "501 no"),
	REACTION("hello-for-tls", "501", "drop", "EHLO", "501 no"),
	REACTION("hello-in-tls", "5xx", "drop", "TLS EHLO", "501 no"),
	REACTION("starttls", "not-offered", "go-on", "EHLO", "250-mx\n250 AUTH LOGIN"),
	REACTION("starttls", "454", "drop", "STARTTLS", "454 no"),
	REACTION("tls", "failed", "hang", "TLS", "!fails"),
	REACTION("tls", "timeout", "hang", "TLS", "!silence"),
	REACTION("auth", "535", "go-on", "AUTH", "535 no"),
	REACTION("auth", "not-offered", "go-on", "TLS EHLO", "250 mx"),
	REACTION("auth-login", "535", "go-on", "AUTH", "535 no"),
	{"reactions.auth.bad-prompt", "auth: {mechanisms: [LOGIN], prompts: [User]}",
		"auth: {mechanisms: [LOGIN], prompts: [User]}\nreactions: {auth: {bad-prompt: drop}}",
		.rules = {ALL_OFFERED}},
	REACTION("reset", "5xx", "quit", "RSET", "500 no"),
	{"reactions.session-reset.else", "flow: {after-auth: [reset]}",
		"flow: {after-auth: [reset]}\nreactions: {session-reset: {else: quit}}",
		.rules = {{"RSET", "500 no"}, ALL_OFFERED}},
	REACTION("noop", "5xx", "quit", "NOOP", "500 no"),
	REACTION("mail", "550-", "drop", "MAIL", "550-no\n550 no"),
	REACTION("mail", "lost", "hang", "MAIL", "!lost"),
	REACTION("mail", "timeout", "quit", "MAIL", "!silence"),
	REACTION("recipient", "550", "go-on", "RCPT", "550 no"),
	REACTION("recipient", "none-accepted", "go-on", "RCPT", "550 no"),
	REACTION("data", "554", "drop", "DATA", "554 no"),
	{"reactions.body.broken", EMPTY, "reactions: {body: {broken: quit}}", OPEN,
		.mail = BREAKING},
	REACTION("end", "554", "drop", ".", "554 no"),
	REACTION("quit", "else", "hang", "QUIT", "500 no"),
};

#define QP "text-encoding: quoted-printable"
#define MESSAGE_KEY_OF(which, name, value)                                                         \
	{                                                                                          \
		"message." name, EMPTY, "message: {" name ": " value "}", OPEN, .mail = which      \
	}
#define WORDS_KEY(name, value)                                                                     \
	{                                                                                          \
		"message.words." name, EMPTY, "message: {words: {" name ": " value "}}", OPEN,     \
			.mail = FOREIGN                                                            \
	}
#define MESSAGE_KEY(name, value) MESSAGE_KEY_OF(COMPOSED, name, value)

static const struct difference mails[] = {
	{"writes.command", EMPTY, "writes: {command: line-end-apart}", OPEN},
	{"writes.body", EMPTY, "writes: {body: line}", OPEN},
	{"writes.dot", EMPTY, "writes: {dot: own}", OPEN},
	{"replies.line-end", EMPTY, "replies: {line-end: crlf}", OPEN,
		{{"GREETING", "220-mx\v220 mx"}}},
	{"replies.line-limit", EMPTY, "replies: {line-limit: 18}", OPEN,
		{{"GREETING", "220 a long banner"}}},
	{"replies.text-required", EMPTY, "replies: {text-required: true}", OPEN,
		{{"GREETING", "220"}}},
	{"replies.code", EMPTY, "replies: {code: number}", OPEN, {{"EHLO", "250x\n0250 mx"}}},
	{"replies.drain", "envelope: {pipelining: envelope-and-data}\nflow: {before-next: [reset]}",
		"envelope: {pipelining: envelope-and-data}\nflow: {before-next: [reset]}\n"
		"replies: {drain: false}",
		OPEN, {{"EHLO", "250-mx\n250 PIPELINING"}, {"RCPT", "550 no"}, {"DATA", "!silence"}},
		.messages = 2},
	{"envelope.order", EMPTY, "envelope: {order: [bcc, self, to]}", OPEN, .mail = LISTS},
	{"envelope.bcc", EMPTY, "envelope: {bcc: own-transactions}", OPEN, .mail = LISTS},
	{"envelope.duplicates", EMPTY, "envelope: {duplicates: kept}", OPEN, .mail = LISTS},
	{"envelope.addresses", EMPTY, "envelope: {addresses: as-typed}", OPEN, .mail = ODD},
	{"envelope.parameters", EMPTY, "envelope: {parameters: []}", OPEN,
		{{"EHLO", "250-mx\n250 8BITMIME"}}, .mail = HIGH},
	{"envelope.pipelining", EMPTY, "envelope: {pipelining: envelope}", OPEN,
		{{"EHLO", "250-mx\n250 PIPELINING"}}},
	{"envelope.pipelining-reset", "envelope: {pipelining: envelope}\nflow: {before-first: [reset]}",
		"envelope: {pipelining: envelope, pipelining-reset: true}\n"
		"flow: {before-first: [reset]}",
		OPEN, {{"EHLO", "250-mx\n250 PIPELINING"}}},
	{"data.stuffing", EMPTY, "data: {stuffing: not-first}", OPEN, .mail = DOTS},
	{"data.before-dot", EMPTY, "data: {before-dot: \"\\r\\n\"}", OPEN},
	{"data.line-ends", EMPTY, "data: {line-ends: as-is}", OPEN, .mail = RAGGED},
	{"outbox.keep", EMPTY, "outbox: {keep: [5xx]}", .account = one_more, {{"MAIL", "451 later"}}},
	{"outbox.again", "envelope: {bcc: own-transactions}",
		"envelope: {bcc: own-transactions}\noutbox: {again: whole}", .account = one_more,
		{{"RCPT TO:<x@b>", "451 later"}}, .mail = LISTS},
	{"outbox.retry", EMPTY, "outbox: {retry: [7 s], attempts: 2}", .account = one_more,
		{{"MAIL", "451 later"}}},
	{"outbox.attempts", "outbox: {retry: [7 s]}", "outbox: {retry: [7 s], attempts: 0}",
		.account = one_more, {{"MAIL", "451 later"}}},
	MESSAGE_KEY("regenerate", "each-time"), MESSAGE_KEY("headers", "[\"From: {from}\"]"),
	MESSAGE_KEY("mailer", "us"), MESSAGE_KEY("date", "\"%Y\""), MESSAGE_KEY("id", "\"<x>\""),
	MESSAGE_KEY("id-alphabet", "z"), MESSAGE_KEY("text-encoding", "base64"),
	MESSAGE_KEY("charset", "ISO-8859-1"), MESSAGE_KEY_OF(LONG, "aliases", "as-typed"),
	MESSAGE_KEY_OF(LONG, "alias-escapes", "\"b\""),
	MESSAGE_KEY_OF(LONG, "address-fold", "\"\\r\\n  \""),
	MESSAGE_KEY_OF(LONG, "subject-fold", "38"), MESSAGE_KEY_OF(LONG, "header-limit", "70"),
	WORDS_KEY("encoding", "B"),
	WORDS_KEY("span", "first-to-last"),
	WORDS_KEY("in-quotes", "true"),
	WORDS_KEY("blank-before-fold", "true"),
	MESSAGE_KEY_OF(FOREIGN, "mime", "false"),
	MESSAGE_KEY_OF(FILED, "non-breaking", "plain"),
	{"message.latin1-is-cp1252", "message: {charset: ISO-8859-1}",
		"message: {charset: ISO-8859-1, latin1-is-cp1252: true}", OPEN, .mail = FILED},
	MESSAGE_KEY_OF(FILED, "base64-width", "60"),
	{"message.base64-lines-per-write", "writes: {body: line}",
		"writes: {body: line}\nmessage: {base64-lines-per-write: 15}", OPEN, .mail = FILED},
	MESSAGE_KEY_OF(FILED, "boundary", "\"x{random 9}\""),
	MESSAGE_KEY_OF(FILED, "boundary-alphabet", "xyz"),
	MESSAGE_KEY_OF(FILED, "multipart", "\"multipart/mixed;\\r\\n  boundary=\\\"{boundary}\\\"\""),
	MESSAGE_KEY_OF(FILED, "preamble", "This is one"),
	MESSAGE_KEY_OF(FILED, "text-part", "[\"Content-Type: {type}\"]"),
	MESSAGE_KEY_OF(FILED, "file-part", "[\"Content-Type: {type}\"]"),
	MESSAGE_KEY_OF(FILED, "unknown-type", "\" application/octet-stream\""),
	{"message.words.in-filenames", "message: {file-part: [\"Name: {filename}\"]}",
		"message: {file-part: [\"Name: {filename}\"], words: {in-filenames: true}}", OPEN,
		.mail = FILED},
	{"message.qp", "message: {" QP "}", "message: {" QP ", qp: word-wise}", OPEN,
		.mail = COMPOSED},
};

/* What the driver does; tests of client/net, play_test and the live ones have these. */
static const char *const drivers[] = {"connect.addresses", "tls.versions", "tls.ciphers",
	"tls.extensions", "tls.verify", "tls.resume", "tls.needs-session-id", "think.certificate"};

static const struct {
	const struct difference *rows;
	size_t count;
} tables[] = {{session, sizeof session / sizeof *session}, {steps, sizeof steps / sizeof *steps},
	{reactions, sizeof reactions / sizeof *reactions}, {mails, sizeof mails / sizeof *mails}};
enum { TABLES = sizeof tables / sizeof *tables };

static void add_mail(struct phone *phone, enum mail mail)
{
	const struct octets b = octets_of("b@example.org"), c = octets_of("c@b");
	const struct octets bcc = octets_of("x@b"), odd = octets_of("no one"), twice[] = {b, b};
	const struct octets names[] = {octets_of("Bob, Smith <b@example.org>"),
		octets_of("\"J\xc3\xb6rg the third\" <c@example.org>"),
		octets_of("d@example.org"), octets_of("Somebody Else <e@example.org>")};
	static uint8_t octets[200];
	const struct message_attachment file = {
		.name = octets_of("\xc3\xbc.xyz"), .content = octets_make(octets, sizeof octets)};
	struct phone_message messages[] = {
		[USUAL] = phone_fixture_message(&b, PHONE_CONTENT),
		[DOTS] = phone_fixture_message(&b, ".a\r\n..b\r\n"),
		[LISTS] = {.to = twice, .to_count = 2, .cc = &c, .cc_count = 1, .bcc = &bcc,
			.bcc_count = 1, .content = octets_of("x\r\n")},
		[ODD] = phone_fixture_message(&odd, "x\r\n"),
		[HIGH] = phone_fixture_message(&b, "Subject: x\r\n\r\n\xc3\xbc\r\n"),
		[RAGGED] = phone_fixture_message(&b, "a\nb\rc\r\n"),
		[BREAKING] = phone_fixture_message(&b, PHONE_CONTENT),
		[COMPOSED] = {.to = &b, .to_count = 1, .draft.subject = octets_of("s"),
			.draft.body = octets_of("words that fill a line until it has to be broken, and "
					  "somewhat more than that\n"),
			.draft.unix_time = 1187266456},
		[LONG] = {.to = names, .to_count = 4, .draft.subject = octets_of(
			"a subject that goes on for so long that a client has to fold it somewhere")},
		[FOREIGN] = {.to = names, .to_count = 4, .draft.subject = octets_of(
			"\xc3\xbc" "ber this and that, and beyond \xc3\xa4" "cht things, "
			"to the \xc3\xb6" "dest ones")},
		[FILED] = {.to = &b, .to_count = 1, .draft.body = octets_of("\xc2\xa0\xe2\x82\xac"),
			.draft.attachments = &file, .draft.attachment_count = 1},
	};
	messages[BREAKING].break_body_at = 5;
	CHECK(phone_add(phone, &messages[mail]));
}

static void watch(const struct difference *row, const char *text, struct buffer *seen)
{
	struct phone_account account = phone_fixture_account();
	struct profile *profile = phone_fixture_profile(text);
	buffer_init(seen, &memory_standard, MAX_SEEN);
	if (profile == NULL)
		return;
	if (row->account != NULL)
		row->account(&account);
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	for (size_t i = 0; i < (row->messages == 0 ? 1 : row->messages); i++)
		add_mail(phone, row->mail);
	respondent_play(phone_player(phone), row->rules, seen);
	phone_free(phone);
	profile_free(profile);
}

/* The key stands in the one profile and not in the other: nothing else can make the difference. */
static void check_writing(const struct difference *row)
{
	char written[80];
	const char *last = strrchr(row->key, '.');
	snprintf(written, sizeof written, "%s:", last + 1);
	CHECK(strstr(row->with, written) != NULL);
	if (strcmp(row->without, EMPTY) != 0 && strcmp(row->without, RICH) != 0)
		CHECK(strlen(row->with) > strlen(row->without));
}

static void each_key_shows(void)
{
	for (size_t t = 0; t < TABLES; t++) {
		for (size_t i = 0; i < tables[t].count; i++) {
			const struct difference *row = &tables[t].rows[i];
			struct buffer without, with, again;
			CHECK_CASE("%s", row->key);
			check_writing(row);
			watch(row, row->without, &without);
			watch(row, row->with, &with);
			watch(row, row->with, &again);
			CHECK(without.len > 0 && with.len > 0);
			CHECK_OCTETS(buffer_octets(&again), buffer_octets(&with));
			CHECK(!octets_equal(buffer_octets(&without), buffer_octets(&with)));
			buffer_free(&without);
			buffer_free(&with);
			buffer_free(&again);
		}
	}
}

static bool is_shown(const char *path)
{
	for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
		if (strcmp(drivers[i], path) == 0)
			return true;
	}
	for (size_t t = 0; t < TABLES; t++) {
		for (size_t i = 0; i < tables[t].count; i++) {
			if (strcmp(tables[t].rows[i].key, path) == 0)
				return true;
		}
	}
	return false;
}

/* Rows and events make more cells than anybody would list: each row and each event has one. */
static bool has_cell(size_t level, const char *word)
{
	for (size_t i = 0; i < tables[2].count; i++) {
		const char *row = strchr(tables[2].rows[i].key, '.') + 1;
		const char *event = strchr(row, '.') + 1;
		size_t len = (size_t)(event - row) - 1;
		if (level == 0 ? strlen(word) == len && strncmp(row, word, len) == 0
			       : strcmp(event, word) == 0)
			return true;
	}
	return false;
}

static void each_key_has_a_row(void)
{
	size_t count, members = 0;
	const struct key *keys = profile_keys(PROFILE_CLIENT, &count);
	for (size_t i = 0; i < count; i++) {
		const struct key *key = &keys[i];
		for (size_t level = 0; level < 2 && key->names[1] != NULL; level++) {
			for (size_t n = 0; n < key->names[level]->count; n++, members++) {
				CHECK_CASE("%s, %s", key->path, key->names[level]->texts[n]);
				CHECK(has_cell(level, key->names[level]->texts[n]));
			}
		}
		for (size_t n = 0; n < key_members(key) && key->names[1] == NULL; n++, members++) {
			char path[120];
			int stem = (int)(strrchr(key->path, '.') - key->path);
			snprintf(path, sizeof path, "%s", key->path);
			if (key->names[0] != NULL)
				snprintf(path, sizeof path, "%.*s.%s", stem, key->path,
					key->names[0]->texts[n]);
			CHECK_CASE("%s", path);
			CHECK(is_shown(path));
		}
	}
	CHECK(members > 150);
}

/* And nothing here shows a key that there is no more. */
static void each_row_has_a_key(void)
{
	for (size_t t = 0; t < TABLES; t++) {
		for (size_t i = 0; i < tables[t].count; i++) {
			struct match match;
			CHECK_CASE("%s", tables[t].rows[i].key);
			CHECK_INT(keys_match(PROFILE_CLIENT, octets_of(tables[t].rows[i].key), &match),
				MATCH_KEY);
		}
	}
}

#define TESTS(T) T(each_key_shows) T(each_key_has_a_row) T(each_row_has_a_key)
CHECK_MAIN("phone, every key", TESTS)

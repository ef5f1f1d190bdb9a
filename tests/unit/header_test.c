/*
 * header: the lines that a client writes above its message, octet by octet. What is wanted is
 * written by hand, from the description of the generator of 2009 and from RFC 5322 and 2047.
 */
#include "check.h"
#include "compose.h"
#include "failing_memory.h"
#include "phone_fixture.h"

#include <stdio.h>

enum { ROOM = 1 << 20, MAX_ADDRESSES = 8 };

/* "{65 a} b" is 65 times "a" and then " b". */
static void expand(struct buffer *out, const char *text)
{
	for (struct octets rest = octets_of(text); rest.len > 0;) {
		uint64_t count = 1;
		size_t len = 1;
		struct octets piece = octets_cut(rest, 1);
		if (rest.at[0] == '{') {
			size_t blank = octets_find(rest, ' '), close = octets_find(rest, '}');
			octets_number(octets_make(rest.at + 1, blank - 1), &count);
			piece = octets_make(rest.at + blank + 1, close - blank - 1);
			len = close + 1;
		}
		for (; count > 0; count--)
			buffer_append_octets(out, piece);
		rest = octets_from(rest, len);
	}
}

static struct message_draft usual(void)
{
	return (struct message_draft){.from = octets_of("a@example.net"),
		.body = octets_of("x\n"),
		.host = octets_of("phone.example.net"),
		.server = octets_of("mx.example.net"),
		.unix_time = 849520800, /* 2 December 1996, a Monday */
		.zone_minutes = 60};
}

/* The phones' generator, or the plain one, with one line in its header. */
#define PHONE(line) "based-on: symbian-9.1\nmessage: {headers: [\"" line "\"]}"
#define PLAIN(line) "message: {headers: [\"" line "\"]}"
#define PLAIN_B(line) "message: {headers: [\"" line "\"], words: {encoding: B}}"
#define SUBJECT PHONE("Subject: {subject}")
#define PLAIN_SUBJECT PLAIN("Subject: {subject}")

struct example {
	const char *profile;
	const char *field;   /* the subject, or the address */
	const char *want;    /* of the header; NULL: it breaks */
	const char *charset; /* NULL: the profile's */
};

/* Composes, and compares what stands before the empty line. */
static void check_header(const char *text, const struct message_draft *draft, const char *want)
{
	struct profile *profile = phone_fixture_profile(text);
	struct message_composed composed;
	struct random random;
	struct buffer wanted;
	if (profile == NULL)
		return;
	random_init(&random, 1);
	buffer_init(&wanted, &memory_standard, ROOM);
	message_composed_init(&composed, &memory_standard);
	CHECK(message_compose(&composed, &profile_client(profile)->message, draft, &random));
	CHECK_INT(composed.broken, want == NULL);
	struct octets all = buffer_octets(&composed.octets);
	size_t len = octets_find_text(all, octets_of("\r\n\r\n"));
	if (want != NULL) {
		expand(&wanted, want);
		CHECK(len < all.len);
		CHECK_OCTETS(octets_cut(all, len), buffer_octets(&wanted));
	} else {
		CHECK_INT(all.len, 0);
	}
	buffer_free(&wanted);
	message_composed_free(&composed);
	profile_free(profile);
}

static void check_subjects(const struct example *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct message_draft draft = usual();
		struct buffer subject;
		buffer_init(&subject, &memory_standard, ROOM);
		check_case("row %zu: %s", i, rows[i].field);
		expand(&subject, rows[i].field);
		draft.subject = buffer_octets(&subject);
		draft.charset = octets_of(rows[i].charset);
		check_header(rows[i].profile, &draft, rows[i].want);
		buffer_free(&subject);
	}
}
#define CHECK_SUBJECTS(rows) check_subjects(rows, sizeof rows / sizeof *rows)

/* From 76 octets on, at the first blank at or after octet 38, looked for in 76 octets. */
static void long_subjects(void)
{
	static const struct example rows[] = {
		{SUBJECT, "", "Subject: ", NULL},
		{SUBJECT, "{40 a} {25 b}", "Subject: {40 a} {25 b}", NULL},
		{SUBJECT, "{40 a} {26 b}", "Subject: {40 a}\r\n {26 b}", NULL},
		{SUBJECT, "{29 a} {20 b} {30 c}", "Subject: {29 a}\r\n {20 b} {30 c}", NULL},
		{SUBJECT, "{28 a} {20 b} {30 c}", "Subject: {28 a} {20 b}\r\n {30 c}", NULL},
		/* again, as long as what is left has 76; its own blank in front does not count */
		{SUBJECT, "{40 a} {38 b} {45 c} {10 d}",
			"Subject: {40 a}\r\n {38 b}\r\n {45 c} {10 d}", NULL},
		{SUBJECT, "{40 a} {38 b} {25 c} {10 d}",
			"Subject: {40 a}\r\n {38 b}\r\n {25 c} {10 d}", NULL},
		{SUBJECT, "{40 a} {37 b} {25 c} {10 d}", "Subject: {40 a}\r\n {37 b} {25 c} {10 d}",
			NULL},
		{SUBJECT, "{40 a}  {26 b}", "Subject: {40 a}\r\n  {26 b}", NULL},
		/* octet 113 is the last that is looked at */
		{SUBJECT, "{104 a} b", "Subject: {104 a}\r\n b", NULL},
		{SUBJECT, "{105 a} b", "Subject: {105 a} b", NULL},
		{SUBJECT, "{970 a}", "Subject: {970 a}", NULL},
		{SUBJECT, "{971 a}", NULL, NULL},
		/* a plain client: at any blank, so that 76 hold */
		{PLAIN_SUBJECT, "", "Subject: ", NULL},
		{PLAIN_SUBJECT, "{40 a} {26 b}", "Subject: {40 a} {26 b}", NULL},
		{PLAIN_SUBJECT, "{40 a} {27 b}", "Subject: {40 a}\r\n {27 b}", NULL},
		{PLAIN_SUBJECT, "a {90 b}  c", "Subject: a\r\n {90 b}\r\n  c", NULL},
		{PLAIN_SUBJECT, "{80 a}", "Subject: {80 a}", NULL},
	};
	CHECK_SUBJECTS(rows);
}

/* From the first word to the last that needs it; halved until 51 (46) octets hold it. */
static void subjects_of_the_phones(void)
{
	static const struct example rows[] = {
		{SUBJECT,
			"Gr\xc3\xbc\xc3\x9f"
			"e",
			"Subject: =?UTF-8?B?R3LDvMOfZQ==?=", NULL},
		{SUBJECT,
			"an Gr\xc3\xbc\xc3\x9f"
			"e alle",
			"Subject: an =?UTF-8?B?R3LDvMOfZQ==?= alle", NULL},
		{SUBJECT, "a \xc3\xbc b \xc3\xb6 c", "Subject: a =?UTF-8?B?w7wgYiDDtg==?= c", NULL},
		{SUBJECT, "a \"\xc3\xbc\" c", "Subject: a =?UTF-8?B?IsO8Ig==?= c", NULL},
		{SUBJECT, "a\tb", "Subject: =?UTF-8?B?YQli?=", NULL}, /* 0x20 to 0x7E */
		{SUBJECT, "=?UTF-8?B?YQ==?=", "Subject: =?UTF-8?B?YQ==?=", NULL},
		{SUBJECT, "{18 \xc3\xbc}", "Subject: =?UTF-8?B?{6 w7zDvMO8}?=", NULL},
		/* 19 are 9 and 10; the blank stays on the line before */
		{SUBJECT, "{19 \xc3\xbc}",
			"Subject: =?UTF-8?B?{3 w7zDvMO8}?= \r\n =?UTF-8?B?{3 w7zDvMO8}w7w=?=",
			NULL},
		{SUBJECT, "{33 \xc3\xbc}", "Subject: =?ISO-8859-1?B?{11 /Pz8}?=", "ISO-8859-1"},
		{SUBJECT, "{34 \xc3\xbc}",
			"Subject: =?ISO-8859-1?B?{5 /Pz8}/Pw=?= \r\n =?ISO-8859-1?B?{5 /Pz8}/Pw=?=",
			"iso-8859-1"},
		{SUBJECT, "\xe2\x82\xac", "Subject: =?ISO-8859-1?B?Pw==?=", "ISO-8859-1"},
		/* 13 characters are 26 units: a half is 13, and one character is cut in two */
		{SUBJECT, "{13 \xf0\x9f\x98\x80}",
			"Subject: =?UTF-8?B?{2 8J+YgPCfmIDwn5iA}Pw==?= \r\n "
			"=?UTF-8?B?P/CfmIDwn5iA8J+YgPCfmIDwn5iA8J+YgA==?=",
			NULL},
		/* only encoded words begin lines */
		{SUBJECT, "{70 a} \xc3\xbc b", "Subject: {70 a} \r\n =?UTF-8?B?w7w=?= b", NULL},
		{SUBJECT, "\xc3\xbc {30 a} {40 b}", "Subject: =?UTF-8?B?w7w=?= {30 a} {40 b}",
			NULL},
		{SUBJECT, "{49 a} \xc3\xbc", "Subject: {49 a} =?UTF-8?B?w7w=?=", NULL},
		{SUBJECT, "{50 a} \xc3\xbc", "Subject: {50 a} \r\n =?UTF-8?B?w7w=?=", NULL},
	};
	CHECK_SUBJECTS(rows);
}

static void subjects_of_a_plain_client(void)
{
	static const struct example rows[] = {
		{PLAIN_SUBJECT,
			"an Gr\xc3\xbc\xc3\x9f"
			"e, alle",
			"Subject: an =?UTF-8?Q?Gr=C3=BC=C3=9Fe=2C?= alle", NULL},
		{PLAIN_SUBJECT, "a \xc3\xbc b \xc3\xb6 c",
			"Subject: a =?UTF-8?Q?=C3=BC?= b =?UTF-8?Q?=C3=B6?= c", NULL},
		/* the blanks between two of them are part of what is said */
		{PLAIN_SUBJECT, "\xc3\xbc  \xc3\xb6", "Subject: =?UTF-8?Q?=C3=BC__=C3=B6?=", NULL},
		/* 64 octets in all, and no character is cut */
		{PLAIN_SUBJECT, "{9 \xc3\xbc}",
			"Subject: =?UTF-8?Q?{8 =C3=BC}?=\r\n =?UTF-8?Q?=C3=BC?=", NULL},
		{PLAIN_B("Subject: {subject}"), "{20 \xc3\xbc}",
			"Subject: =?UTF-8?B?{6 w7zDvMO8}w7w=?=\r\n =?UTF-8?B?w7w=?=", NULL},
		{PLAIN_SUBJECT, "\xc3\xbc", "Subject: =?ISO-8859-1?Q?=FC?=", "iso-8859-1"},
		/* what looks like one and is none */
		{PLAIN_SUBJECT, "a =?UTF-8?Q?x?=",
			"Subject: a =?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fx=3F=3D?=", NULL},
		{"message: {headers: [\"Subject: {subject}\"], words: {encoding: raw}}",
			"a \xc3\xbc", "Subject: a \xc3\xbc", NULL},
		{"message: {headers: [\"Subject: {subject}\"], words: {encoding: raw}}",
			"a \xc3\xbc", "Subject: a \xfc", "ISO-8859-1"},
	};
	CHECK_SUBJECTS(rows);
}

#define FROM PHONE("From: {from}")
#define PLAIN_FROM PLAIN("From: {from}")

/* From is the account's: quotes round the name, and nothing is done to what it holds. */
static void senders(void)
{
	static const struct example rows[] = {
		{FROM, "", "From: ", NULL},
		{FROM, "a@b.example", "From: a@b.example", NULL},
		{FROM, "<a@b.example>", "From: a@b.example", NULL},
		{FROM, "Bob <a@b.example>", "From: \"Bob\" <a@b.example>", NULL},
		{FROM, "\"Bob\" <a@b.example>", "From: \"Bob\" <a@b.example>", NULL},
		{FROM, "B (b), C <a@b.example>", "From: \"B (b), C\" <a@b.example>", NULL},
		{FROM, "J\xc3\xb6rg <a@b.example>", "From: \"=?UTF-8?B?SsO2cmc=?=\" <a@b.example>",
			NULL},
		{FROM, "\"A J\xc3\xb6rg B\" <a@b.example>",
			"From: \"A =?UTF-8?B?SsO2cmc=?= B\" <a@b.example>", NULL},
		{PLAIN_FROM, "Bob <a@b.example>", "From: \"Bob\" <a@b.example>", NULL},
		{PLAIN_FROM, "\"<x@y>, Bob\" <a@b.example>", "From: \"<x@y>, Bob\" <a@b.example>",
			NULL},
		{PLAIN_FROM, "B \"b\" \\ <a@b.example>", "From: \"B \\\"b\\\" \\\\\" <a@b.example>",
			NULL},
		{PLAIN_FROM, "\"B \\\"b\\\"\" <a@b.example>", "From: \"B \\\"b\\\"\" <a@b.example>",
			NULL},
		{PLAIN_FROM, "J\xc3\xb6rg B., Dr <a@b.example>",
			"From: =?UTF-8?Q?J=C3=B6rg_B=2E=2C?= Dr <a@b.example>", NULL},
		{PLAIN_FROM, "\"J\xc3\xb6rg\" <a@b.example>",
			"From: =?UTF-8?Q?J=C3=B6rg?= <a@b.example>", NULL},
		{"message: {headers: [\"From: {from}\"], words: {in-quotes: true}}",
			"J\xc3\xb6rg B <a@b.example>",
			"From: \"=?UTF-8?Q?J=C3=B6rg?= B\" <a@b.example>", NULL},
		/* so long that its own words have to be folded */
		{PLAIN_FROM, "{12 \xc3\xbc} <a@b.example>",
			"From: =?UTF-8?Q?{5 =C3=BC}?=\r\n =?UTF-8?Q?{5 =C3=BC}?= =?UTF-8?Q?{2 =C3=BC}?=\r\n"
			" <a@b.example>",
			NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct message_draft draft = usual();
		struct buffer from;
		buffer_init(&from, &memory_standard, ROOM);
		check_case("row %zu: %s", i, rows[i].field);
		expand(&from, rows[i].field);
		draft.from = buffer_octets(&from);
		check_header(rows[i].profile, &draft, rows[i].want);
		buffer_free(&from);
	}
}

#define TO PHONE("To: {to}")
#define PLAIN_TO PLAIN("To: {to}")
#define TWENTY "somebody@example.org"

/* Those of To and Cc get backslashes in a quoted name, and quotes where a comma asks for them. */
static void recipients(void)
{
	static const struct {
		const char *profile, *typed[MAX_ADDRESSES], *want;
	} rows[] = {
		{TO, {"b@example.org"}, "To: b@example.org"},
		{TO, {"<b@example.org>"}, "To: <b@example.org>"},
		{TO, {"Bob (x) <b@c>"}, "To: Bob (x) <b@c>"},
		{TO, {"B (b), C <b@c>"}, "To: \"B \\(b\\), C\" <b@c>"},
		{TO, {"\"a()<>@;:/[]b\" <b@c>"}, "To: \"a\\(\\)\\<\\>\\@\\;\\:\\/\\[\\]b\" <b@c>"},
		{TO, {"\"a\"b\" <b@c>"}, "To: \"a\\\"b\" <b@c>"},
		{TO, {"\"a \\\"b\\\"\" <b@c>"}, "To: \"a \\\"b\\\"\" <b@c>"},
		{TO, {"\"J\xc3\xb6rg\" <b@c>", "c@d"}, "To: \"=?UTF-8?B?SsO2cmc=?=\" <b@c>, c@d"},
		{TO, {"J\xc3\xb6rg <b@c>"}, "To: =?UTF-8?B?SsO2cmc=?= <b@c>"},
		{TO, {TWENTY, TWENTY, TWENTY}, "To: " TWENTY ", " TWENTY ", " TWENTY},
		{TO, {TWENTY, TWENTY, TWENTY, TWENTY, TWENTY, TWENTY, "b@c"},
			"To: " TWENTY ", " TWENTY ", " TWENTY ",\r\n  " TWENTY ", " TWENTY
			", " TWENTY ", b@c"},
		/* shorter than 76; where another follows its comma is one of them */
		{TO, {TWENTY, "{37 a}@example.org"}, "To: " TWENTY ", {37 a}@example.org"},
		{TO, {TWENTY, "{38 a}@example.org"}, "To: " TWENTY ",\r\n  {38 a}@example.org"},
		{TO, {TWENTY, "{36 a}@example.org", "b@c"},
			"To: " TWENTY ", {36 a}@example.org,\r\n  b@c"},
		{TO, {TWENTY, "{37 a}@example.org", "b@c"},
			"To: " TWENTY ",\r\n  {37 a}@example.org, b@c"},
		{TO, {"{80 a}@b", "c@d"}, "To: {80 a}@b,\r\n  c@d"},
		{PLAIN_TO, {TWENTY, "{38 a}@example.org"},
			"To: " TWENTY ",\r\n {38 a}@example.org"},
		{PLAIN_TO, {"Bob (x) <b@c>", "a, b <c@d>"},
			"To: \"Bob (x)\" <b@c>, \"a, b\" <c@d>"},
		{PLAIN_TO, {"\xe6\x9d\x8e\xe5\xb0\x8f <b@c>"},
			"To: =?UTF-8?Q?=E6=9D=8E=E5=B0=8F?= <b@c>"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct message_draft draft = usual();
		struct buffer texts[MAX_ADDRESSES];
		struct octets typed[MAX_ADDRESSES];
		size_t count = 0;
		check_case("row %zu: %s", i, rows[i].typed[0]);
		for (; count < MAX_ADDRESSES && rows[i].typed[count] != NULL; count++) {
			buffer_init(&texts[count], &memory_standard, ROOM);
			expand(&texts[count], rows[i].typed[count]);
			typed[count] = buffer_octets(&texts[count]);
		}
		draft.to = typed;
		draft.to_count = count;
		check_header(rows[i].profile, &draft, rows[i].want);
		while (count > 0)
			buffer_free(&texts[--count]);
	}
}

static struct message_draft full(void)
{
	static struct octets to, cc;
	struct message_draft draft = usual();
	to = octets_of("b@example.org");
	cc = octets_of("c@example.org");
	draft.to = &to;
	draft.cc = &cc;
	draft.to_count = draft.cc_count = 1;
	draft.bcc = octets_of("d@example.org");
	draft.reply_to = octets_of("Me <r@example.org>");
	draft.receipt_to = octets_of("\"Me\" <r@example.org>");
	draft.priority = MESSAGE_PRIORITY_HIGH;
	return draft;
}

#define ID ", id: \"<1.2@{server}>\"}"
#define FULL_HEAD                                                                                  \
	"From: a@example.net\r\nReply-to: \"Me\" <r@example.org>\r\nTo: b@example.org\r\n"         \
	"Cc: c@example.org\r\nBcc: d@example.org\r\nSubject: \r\n"                                 \
	"Date: Mon,  2 Dec 1996 11:00:00 +0100\r\n"                                                \
	"Disposition-Notification-To: \"Me\" <r@example.org>\r\n"                                  \
	"X-Priority: 1 (Highest)\r\nImportance: high\r\nMessage-ID: <1.2@mx.example.net>\r\n"      \
	"X-Mailer: EPOC Email Version 2.10"
#define FULL_MIME                                                                                  \
	"\r\nMIME-Version: 1.0\r\nContent-Language: i-default\r\n"                                 \
	"Content-Type: text/plain; charset=UTF-8\r\n"                                              \
	"Content-Transfer-Encoding: quoted-printable"

/* All the fields in their order, with and without what a message need not have. */
static void whole_headers(void)
{
	static const char phone[] = "based-on: symbian-9.1\nmessage: {id: \"<1.2@{server}>\"}";
	struct message_draft draft = full();
	check_case("everything");
	check_header(phone, &draft, FULL_HEAD FULL_MIME);
	check_case("no MIME");
	draft.mime = MESSAGE_MIME_OFF;
	check_header(phone, &draft, FULL_HEAD);
	check_case("MIME is the user's wish");
	draft.mime = MESSAGE_MIME_ON;
	check_header(
		"based-on: symbian-9.1\nmessage: {mime: false" ID, &draft, FULL_HEAD FULL_MIME);
	check_case("low");
	draft.priority = MESSAGE_PRIORITY_LOW;
	check_header(PHONE("X-Priority: {x-priority}\", \"Importance: {importance}"), &draft,
		"X-Priority: 5 (Lowest)\r\nImportance: low");
	check_case("nothing that is not needed");
	draft = usual();
	check_header(phone, &draft,
		"From: a@example.net\r\nSubject: \r\nDate: Mon,  2 Dec 1996 11:00:00 +0100\r\n"
		"Message-ID: <1.2@mx.example.net>\r\nX-Mailer: EPOC Email Version 2.10" FULL_MIME);
	check_case("the plainest client");
	draft = full();
	check_header("message: {id: \"<1@{host}>\"}", &draft,
		"Date: Mon, 02 Dec 1996 11:00:00 +0100\r\nFrom: a@example.net\r\n"
		"Reply-To: \"Me\" <r@example.org>\r\nTo: b@example.org\r\nCc: c@example.org\r\n"
		"Message-ID: <1@phone.example.net>\r\nSubject: \r\n"
		"Disposition-Notification-To: \"Me\" <r@example.org>\r\n"
		"X-Priority: 1 (Highest)\r\nImportance: high\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 7bit");
	check_case("without MIME words are raw, in their charset");
	draft = usual();
	draft.mime = MESSAGE_MIME_OFF;
	draft.charset = octets_of("ISO-8859-1");
	draft.subject = octets_of("\xc3\xbc");
	draft.from = octets_of("\xc3\xbc <a@b>");
	check_header(PHONE("From: {from}\", \"Subject: {subject}"), &draft,
		"From: \"\xfc\" <a@b>\r\nSubject: \xfc");
}

/* 12 and 8 of 52: no vowels. */
static void message_ids(void)
{
	static const char alphabet[] = "bcdfghjklmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ0123456789";
	struct profile *profile = phone_fixture_profile(PHONE("{message-id}"));
	struct message_draft draft = usual();
	bool seen[256] = {false};
	size_t kinds = 0;
	struct random random;
	random_init(&random, 1);
	for (int i = 0; i < 100 && profile != NULL; i++) {
		struct message_composed composed;
		message_composed_init(&composed, &memory_standard);
		CHECK(message_compose(
			&composed, &profile_client(profile)->message, &draft, &random));
		struct octets id = octets_cut(buffer_octets(&composed.octets),
			octets_find(buffer_octets(&composed.octets), '\r'));
		CHECK_INT(id.len, 1 + 12 + 1 + 8 + sizeof "@mx.example.net>" - 1);
		CHECK_INT(id.at[0], '<');
		CHECK_INT(id.at[13], '.');
		CHECK_OCTETS(octets_from(id, 22), octets_of("@mx.example.net>"));
		for (size_t at = 1; at < 22; at++)
			seen[id.at[at]] = true;
		message_composed_free(&composed);
	}
	for (size_t octet = 0; octet < 256; octet++) {
		kinds += seen[octet];
		CHECK(!seen[octet] || octet == '.' || strchr(alphabet, (int)octet) != NULL);
	}
	CHECK_INT(kinds, 52 + 1);
	profile_free(profile);
}

/* Each line of the header is a buffer of the generator, and so is the empty one. */
static void writes(void)
{
	struct profile *profile = phone_fixture_profile(PHONE("To: {to}\", \"Subject: {subject}"));
	struct octets to[4];
	struct message_draft draft = usual();
	struct message_composed composed;
	struct random random;
	for (size_t i = 0; i < 4; i++)
		to[i] = octets_of(TWENTY);
	draft.to = to;
	draft.to_count = 4;
	random_init(&random, 1);
	message_composed_init(&composed, &memory_standard);
	CHECK(message_compose(&composed, &profile_client(profile)->message, &draft, &random));
	static const size_t ends[] = {4 + 3 * 20 + 2 * 2 + 1 + 2, 71 + 2 + 20 + 2, 95 + 9 + 2, 108};
	CHECK(composed.ends.len > sizeof ends);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t end;
		memcpy(&end, composed.ends.at + i * sizeof end, sizeof end);
		CHECK_INT(end, ends[i]);
	}
	message_composed_free(&composed);
	profile_free(profile);
}

/* What left before the line that could not be written, in whole lines. */
static void broken_headers(void)
{
	struct profile *profile =
		phone_fixture_profile(PHONE("From: {from}\", \"Subject: {subject}\", \"X: y"));
	struct message_draft draft = usual();
	struct message_composed composed;
	struct random random;
	struct buffer subject;
	buffer_init(&subject, &memory_standard, ROOM);
	expand(&subject, "{40 a} {979 b}");
	draft.subject = buffer_octets(&subject);
	random_init(&random, 1);
	message_composed_init(&composed, &memory_standard);
	CHECK(message_compose(&composed, &profile_client(profile)->message, &draft, &random));
	CHECK(composed.broken);
	CHECK_TEXT(buffer_string(&composed.octets),
		"From: a@example.net\r\nSubject: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
	message_composed_clear(&composed);
	draft.subject = octets_cut(draft.subject, 40 + 1 + 978);
	CHECK(message_compose(&composed, &profile_client(profile)->message, &draft, &random));
	CHECK(!composed.broken);
	message_composed_free(&composed);
	buffer_free(&subject);
	profile_free(profile);
}

static void want_of_memory(void)
{
	static const char *const profiles[] = {"symbian-9.1", "correct"};
	for (size_t p = 0; p < 2; p++) {
		struct profile *profile = phone_fixture_profile(profiles[p]);
		struct message_draft draft = full();
		struct octets to[] = {
			octets_of("\"J\xc3\xb6rg, X\" <b@c>"), octets_of("A, B <c@d>")};
		bool made = false;
		size_t failures = 0;
		draft.to = to;
		draft.to_count = 2;
		draft.subject = octets_of("\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
					  "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
					  "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
					  "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
		for (size_t at = 1; !made && at < 1000; at++, failures++) {
			struct failing_memory memory;
			struct message_composed composed;
			struct random random;
			random_init(&random, 1);
			failing_memory_init(&memory, at);
			message_composed_init(&composed, &memory.memory);
			made = message_compose(
				&composed, &profile_client(profile)->message, &draft, &random);
			CHECK(made == (memory.count < at));
			message_composed_free(&composed);
			CHECK_INT(memory.live, 0);
		}
		CHECK(made && failures > 20);
		profile_free(profile);
	}
}

#define TESTS(T)                                                                                   \
	T(long_subjects)                                                                           \
	T(subjects_of_the_phones)                                                                  \
	T(subjects_of_a_plain_client)                                                              \
	T(senders)                                                                                 \
	T(recipients) T(whole_headers) T(message_ids) T(writes) T(broken_headers) T(want_of_memory)
CHECK_MAIN("header", TESTS)

/* Tests of tools/msub_headers and tools/msub_addresses: what a header says about the envelope. */
#include "check.h"
#include "msub_fixes.h"
#include "msub_headers.h"

#include <stdlib.h>

enum { JOINED_MAX = 1024 };

/* The addresses with a blank between them. */
static const char *join(const struct addresses *addresses, char joined[JOINED_MAX])
{
	size_t len = 0;
	joined[0] = 0;
	for (size_t i = 0; i < addresses->count; i++)
		len += (size_t)snprintf(joined + len, JOINED_MAX - len, "%s%s", i > 0 ? " " : "",
			addresses->items[i]);
	return joined;
}

static void address_lists_give_their_addresses(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", ""},
		{" ", ""},
		{",, ,", ""},
		{"ann@example.org", "ann@example.org"},
		{"root", "root"},
		{" ann@example.org , bob@example.net ", "ann@example.org bob@example.net"},
		{"Ann <ann@example.org>", "ann@example.org"},
		{"Ann B. C. <ann@example.org>, <bob@example.net>",
			"ann@example.org bob@example.net"},
		{"\"B, Ann\" <ann@example.org>", "ann@example.org"},
		{"\"Ann \\\"the <b@x>\\\"\" <ann@example.org>", "ann@example.org"},
		{"ann@example.org (Ann, of (the) \\) house)", "ann@example.org"},
		{"(before) ann(in)@(the)example.org", "ann@example.org"},
		{"ann @ example . org", "ann@example.org"},
		{"Ann\r\n <ann@\r\n\texample.org>,\r\n bob@example.net\r\n",
			"ann@example.org bob@example.net"},
		{"\"a b\"@example.org", "\"a b\"@example.org"},
		{"\"a\\\"b,c\"@example.org, <\"d<e\"@example.org>",
			"\"a\\\"b,c\"@example.org \"d<e\"@example.org"},
		{"\"a\r\n b\"@example.org", "\"a b\"@example.org"},
		{"eve@[192.0.2.7], <f@[IPv6:2001:db8::7]>", "eve@[192.0.2.7] f@[IPv6:2001:db8::7]"},
		{"team: ann@example.org, Bob <bob@example.net>;",
			"ann@example.org bob@example.net"},
		{"one: a@x; , two: b@x, c@x;, d@x", "a@x b@x c@x d@x"},
		{"undisclosed-recipients:;", ""},
		{"undisclosed-recipients: ;", ""},
		{"a@x; b@x", "a@x b@x"},
		{"<@relay.example,@other.example:ann@example.org>", "ann@example.org"},
		{"=?utf-8?q?J=C3=B6rg?= <joerg@example.org>", "joerg@example.org"},
		{"J\xC3\xB6rg <joerg@example.org>", "joerg@example.org"},
		{"j\xC3\xB6rg@example.org", "j\xC3\xB6rg@example.org"},
		{"Ann <ann@example.org> (home)", "ann@example.org"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct addresses addresses = {0};
		char joined[JOINED_MAX];
		CHECK_CASE("%s", rows[i].text);
		CHECK_INT(addresses_add(&addresses, rows[i].text, strlen(rows[i].text)),
			ADDRESSES_TAKEN);
		CHECK_TEXT(join(&addresses, joined), rows[i].want);
		addresses_free(&addresses);
	}
}

static void address_lists_are_never_guessed(void)
{
	static const char *const rows[] = {
		"ann bob@example.org",
		"Ann Bob",
		"ann@example.org bob@example.net",
		"ann@example.org\r\n bob@example.net",
		"ann(comment)bob@example.org",
		"<ann@example.org",
		"ann@example.org>",
		"Ann <>",
		"<ann@example.org> <bob@example.net>",
		"<ann@example.org> bob",
		"Ann <ann bob@example.org>",
		"Ann <<ann@example.org>>",
		"\"ann@example.org",
		"ann@example.org (comment",
		"ann@example.org)",
		"eve@[192.0.2.7",
		"a\\@b@example.org",
		"one: two: a@x;",
		"team: <a@x;",
		"a\x01@example.org",
		"a\x7F@example.org",
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct addresses addresses = {0};
		CHECK_CASE("%s", rows[i]);
		CHECK_INT(addresses_add(&addresses, rows[i], strlen(rows[i])), ADDRESSES_MALFORMED);
		addresses_free(&addresses);
	}
	struct addresses addresses = {0};
	CHECK_CASE("NUL");
	CHECK_INT(addresses_add(&addresses, "a@x\0b", 5), ADDRESSES_MALFORMED);
	addresses_free(&addresses);
}

static const struct header_row {
	const char *text;
	const char *recipients, *authors;
	const char *without_bcc; /* NULL: as it is */
} header_rows[] = {
	{"To: a@x\r\nCc: b@x\r\nBcc: c@x\r\nSubject: d@x\r\n\r\n", "a@x b@x c@x", "",
		"To: a@x\r\nCc: b@x\r\nSubject: d@x\r\n\r\n"},
	{"From: Me <me@x>\nTo: a@x\n\n", "a@x", "me@x", NULL},
	{"FROM: me@x, you@x\ntO: a@x\nBCC: c@x\n\n", "a@x c@x", "me@x you@x",
		"FROM: me@x, you@x\ntO: a@x\n\n"},
	/* folds belong to their field */
	{"To: a@x,\n b@x\nBcc: c@x,\n\td@x,\n e@x\nSubject: s\n t\n\n", "a@x b@x c@x d@x e@x", "",
		"To: a@x,\n b@x\nSubject: s\n t\n\n"},
	{"To:\n a@x\n\n", "a@x", "", NULL},
	{"To : a@x\nBcc\t: b@x\n\n", "a@x b@x", "", "To : a@x\n\n"},
	{"To: a@x\nTo: b@x\n\n", "a@x b@x", "", NULL},
	{"Bcc:\nTo: a@x\n\n", "a@x", "", "To: a@x\n\n"},
	{"Bcc: only@x", "only@x", "", ""},
	/* names that only begin so, or end so */
	{"Tom: a@x\nX-To: b@x\nBcc2: c@x\n\n", "", "", NULL},
	/* the first block of Resent- fields counts; every Bcc goes */
	{"Resent-From: r@x\nResent-To: a@x\nResent-Bcc: b@x\nFrom: me@x\nTo: c@x\nBcc: d@x\n\n",
		"a@x b@x", "r@x", "Resent-From: r@x\nResent-To: a@x\nFrom: me@x\nTo: c@x\n\n"},
	{"Received: y\nResent-Cc: a@x\nReceived: z\nResent-To: b@x\nTo: c@x\n\n", "a@x", "", NULL},
	{"Resent-Date: now\nTo: c@x\n\n", "", "", NULL},
	/* the header ends at the first empty line, however lines end */
	{"To: a@x\n\nTo: b@x\nBcc: c@x\n", "a@x", "", NULL},
	{"To: a@x\r\rBcc: c@x\r", "a@x", "", NULL},
	{"Subject: s\rBcc: c@x\r\n\r\n", "c@x", "", "Subject: s\r\r\n"},
	{"\nTo: a@x\n", "", "", NULL},
	/* lines that are no fields hide nothing */
	{"From me@x Mon\nTo: a@x\nBcc: b@x\n\n", "a@x b@x", "", "From me@x Mon\nTo: a@x\n\n"},
	{"To: a@x\nno field\n and its continuation\nBcc: b@x\n\n", "a@x b@x", "",
		"To: a@x\nno field\n and its continuation\n\n"},
	{" odd: start\nTo: a@x\n\n", "a@x", "", NULL},
	{": no name\nTo: a@x\n\n", "a@x", "", NULL},
};

static void headers_give_the_envelope(void)
{
	for (size_t i = 0; i < sizeof header_rows / sizeof *header_rows; i++) {
		const struct header_row *row = &header_rows[i];
		struct headers headers;
		struct addresses found = {0};
		const struct header_field *field = NULL;
		char joined[JOINED_MAX];
		CHECK_CASE("%s", row->text);
		CHECK(headers_read(&headers, row->text, strlen(row->text)));
		CHECK_INT(headers_recipients(&headers, &found, &field), ADDRESSES_TAKEN);
		CHECK_TEXT(join(&found, joined), row->recipients);
		addresses_free(&found);
		CHECK_INT(headers_authors(&headers, &found, &field), ADDRESSES_TAKEN);
		CHECK_TEXT(join(&found, joined), row->authors);
		addresses_free(&found);
		headers_free(&headers);
	}
}

static void bcc_fields_are_taken_out_and_nothing_else(void)
{
	for (size_t i = 0; i < sizeof header_rows / sizeof *header_rows; i++) {
		const struct header_row *row = &header_rows[i];
		struct headers headers;
		struct octets want;
		char *sent;
		size_t len;
		CHECK_CASE("%s", row->text);
		CHECK(headers_read(&headers, row->text, strlen(row->text)));
		want = row->without_bcc == NULL ? octets_make(row->text, headers.len)
						: octets_of(row->without_bcc);
		len = 0;
		sent = fixes_apply("", FIXES_NO_BCC, &headers, &len);
		CHECK_OCTETS(octets_make(sent, len), want);
		free(sent);
		headers_free(&headers);
	}
}

static void an_address_that_cannot_be_read_is_told_with_its_field(void)
{
	static const struct {
		const char *text, *field;
	} rows[] = {
		{"To: a@x\nCc: b@x c@x\n\n", "Cc"},
		{"Bcc: <b@x\n\n", "Bcc"},
		{"Resent-To: a b\nTo: <b@x\n\n", "Resent-To"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct headers headers;
		struct addresses found = {0};
		const struct header_field *field = NULL;
		CHECK_CASE("%s", rows[i].text);
		CHECK(headers_read(&headers, rows[i].text, strlen(rows[i].text)));
		CHECK_INT(headers_recipients(&headers, &found, &field), ADDRESSES_MALFORMED);
		if (CHECK(field != NULL))
			CHECK_OCTETS(octets_make(headers.text + field->start, field->name_len),
				octets_of(rows[i].field));
		addresses_free(&found);
		headers_free(&headers);
	}
}

static void the_end_of_a_header_is_its_empty_line(void)
{
	static const struct {
		const char *text;
		bool more;
		size_t end, odd_line;
	} rows[] = {
		{"A: b\r\n\r\nbody", false, 8, 0},
		{"A: b\n\nbody", false, 6, 0},
		{"A: b\r\n\r\n", true, 8, 0},
		{"A: b\n\r", false, 6, 0},
		{"A: b\n\r", true, 0, 0}, /* an LF may follow */
		{"A: b\n", false, 0, 0},
		{"A: b", true, 0, 0},
		{"", false, 0, 0},
		{"\n", true, 1, 0},
		{"A: b\nodd\nodd again\n\n", false, 20, 2},
		{"A: b\n c\nodd\n", false, 0, 3},
		{" odd\n\n", false, 6, 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct headers headers;
		CHECK_CASE("%s", rows[i].text);
		CHECK_INT(
			headers_end(rows[i].text, strlen(rows[i].text), rows[i].more), rows[i].end);
		if (rows[i].more)
			continue;
		CHECK(headers_read(&headers, rows[i].text, strlen(rows[i].text)));
		CHECK_INT(headers.ended, rows[i].end != 0);
		CHECK_INT(headers.odd_line, rows[i].odd_line);
		headers_free(&headers);
	}
}

static void headers_take_many_fields(void)
{
	enum { FIELDS = 5000, FIELD_LEN = 10 };
	struct headers headers;
	struct addresses found = {0};
	const struct header_field *field = NULL;
	char *text = malloc(FIELDS * FIELD_LEN + 1);
	if (!CHECK(text != NULL))
		return;
	for (size_t i = 0; i < FIELDS; i++)
		snprintf(text + i * FIELD_LEN, FIELD_LEN + 1, "To: %04zu@\n", i);
	CHECK(headers_read(&headers, text, FIELDS * FIELD_LEN));
	CHECK_INT(headers.count, FIELDS);
	CHECK_INT(headers_recipients(&headers, &found, &field), ADDRESSES_TAKEN);
	CHECK_INT(found.count, FIELDS);
	CHECK_TEXT(found.items[FIELDS - 1], "4999@");
	addresses_free(&found);
	headers_free(&headers);
	free(text);
}

#define TESTS(T)                                                                                   \
	T(address_lists_give_their_addresses)                                                      \
	T(address_lists_are_never_guessed)                                                         \
	T(headers_give_the_envelope)                                                               \
	T(bcc_fields_are_taken_out_and_nothing_else)                                               \
	T(an_address_that_cannot_be_read_is_told_with_its_field)                                   \
	T(the_end_of_a_header_is_its_empty_line)                                                   \
	T(headers_take_many_fields)
CHECK_MAIN("msub_headers", TESTS)

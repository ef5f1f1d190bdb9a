/* Tests of tools/msub_fixes and tools/msub_aliases: what is added, what is left out. */
#include "check.h"
#include "msub_aliases.h"
#include "msub_fixes.h"

#include <stdlib.h>

enum { JOINED_MAX = 512 };

static const struct fix_row {
	struct fixes fixes;
	const char *header, *want;
} fix_rows[] = {
	{{.sender = "me@x", .from = FROM_AUTO}, "To: a@x\n\n", "From: me@x\nTo: a@x\n\n"},
	{{.sender = "me@x", .from = FROM_AUTO}, "To: a@x\r\n\r\n", "From: me@x\r\nTo: a@x\r\n\r\n"},
	{{.sender = "me@x", .from = FROM_AUTO, .full_name = "Me, Too"}, "To: a@x\n\n",
		"From: \"Me, Too\" <me@x>\nTo: a@x\n\n"},
	{{.sender = "me@x", .from = FROM_ALWAYS}, "fROM: you@x\n y\nTo: a@x\n\n",
		"From: me@x\nTo: a@x\n\n"},
	{{.sender = "me@x", .undisclosed = true, .from = FROM_OFF},
		"Cc: b@x\nTo: a@x,\n c@x\nBcc: d@x\nSubject: s\n\n",
		"To: undisclosed-recipients:;\nSubject: s\n\n"},
	/* a text that has no header gets an empty line, so that it stays the text */
	{{.sender = "me@x", .from = FROM_AUTO}, "hello\nworld\n", "From: me@x\n\nhello\nworld\n"},
	{{.sender = "me@x", .from = FROM_AUTO}, "\nhello\n", "From: me@x\n\n"},
	/* and where nothing is asked for, nothing is done */
	{{.sender = "me@x", .from = FROM_AUTO}, "From: you@x\n\n", "From: you@x\n\n"},
	{{.sender = "", .from = FROM_AUTO}, "To: a@x\n\n", "To: a@x\n\n"},
	{{.sender = "", .from = FROM_ALWAYS}, "From: you@x\n\n", "From: you@x\n\n"},
	{{.sender = "me@x", .from = FROM_OFF}, "Bcc: b@x\n\n", "Bcc: b@x\n\n"},
	{{.sender = "me@x", .from = FROM_OFF, .date = true, .message_id = true},
		"date: d\nMESSAGE-ID: <1@x>\n\n", "date: d\nMESSAGE-ID: <1@x>\n\n"},
	{{.sender = "me@x", .from = FROM_OFF}, "hello\n", "hello\n"},
};

static void a_header_is_fixed_as_asked(void)
{
	for (size_t i = 0; i < sizeof fix_rows / sizeof *fix_rows; i++) {
		const struct fix_row *row = &fix_rows[i];
		struct headers headers;
		size_t len = 0;
		CHECK_CASE("%s", row->header);
		CHECK(headers_read(&headers, row->header, strlen(row->header)));
		char *front = fixes_front(&row->fixes, &headers);
		char *fixed = fixes_apply(front, fixes_left_out(&row->fixes), &headers, &len);
		CHECK_OCTETS(octets_make(fixed, len), octets_of(row->want));
		free(front);
		free(fixed);
		headers_free(&headers);
	}
}

static void dates_and_identifiers_are_of_rfc_5322(void)
{
	const struct fixes fixes = {
		.sender = "me@example.org", .from = FROM_OFF, .date = true, .message_id = true};
	struct headers headers;
	char *texts[2], day[4], month[4], chance[33];
	int number, year, hour, minute, second, zone, end = 0;
	CHECK(headers_read(&headers, "To: a@x\n\n", 9));
	for (size_t i = 0; i < 2; i++)
		texts[i] = fixes_front(&fixes, &headers);
	CHECK_INT(sscanf(texts[0],
			  "Date: %3s, %2d %3s %4d %2d:%2d:%2d %5d\nMessage-ID: "
			  "<%32[0-9a-f]@example.org>\n%n",
			  day, &number, month, &year, &hour, &minute, &second, &zone, chance, &end),
		9);
	CHECK_INT(end, (int)strlen(texts[0]));
	CHECK(strcmp(strstr(texts[0], "Message-ID"), strstr(texts[1], "Message-ID")) != 0);
	free(texts[0]);
	free(texts[1]);
	headers_free(&headers);
}

static void names_are_written_as_words_quoted_or_encoded(void)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{"Ann", "Ann"},
		{"Ann B Example", "Ann B Example"},
		{"Example, Ann", "\"Example, Ann\""},
		{"Ann \"A\" \\x", "\"Ann \\\"A\\\" \\\\x\""},
		{"J. Example", "\"J. Example\""},
		{"J\xC3\xB6rg", "=?UTF-8?Q?J=C3=B6rg?="},
		{"a\nb", "=?UTF-8?Q?a=0Ab?="},
		{"\xC3\xB6\xC3\xB6\xC3\xB6\xC3\xB6\xC3\xB6\xC3\xB6\xC3\xB6\xC3\xB6\xC3\xB6 x",
			"=?UTF-8?Q?=C3=B6=C3=B6=C3=B6=C3=B6=C3=B6=C3=B6=C3=B6=C3=B6?=\n "
			"=?UTF-8?Q?=C3=B6_x?="},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *got = fixes_display_name(rows[i].name);
		CHECK_CASE("%s", rows[i].name);
		CHECK_TEXT(got, rows[i].want);
		free(got);
	}
}

/* ---- aliases ---- */

static const char aliases[] = "# root: nobody@x\n"
			      "root: ann@x, Bob <bob@x> # and all\n"
			      " cron :root,cid@x\n"
			      "empty:\n"
			      "one: two\ntwo: one\n"
			      "bad: <a@x\n";

static void expand(const char *list, const char *text, bool good, const char *want)
{
	struct addresses addresses = {0};
	struct trouble trouble = {0};
	char joined[JOINED_MAX] = "";
	size_t len = 0;
	CHECK_CASE("%s", list);
	CHECK_INT(addresses_add(&addresses, list, strlen(list)), ADDRESSES_TAKEN);
	CHECK_INT(aliases_expand(&addresses, text, "file", &trouble), good);
	for (size_t i = 0; good && i < addresses.count; i++)
		len += (size_t)snprintf(joined + len, sizeof joined - len, "%s%s", i > 0 ? " " : "",
			addresses.items[i]);
	CHECK_TEXT(good ? joined : trouble.text, want);
	addresses_free(&addresses);
}

static void local_names_become_addresses(void)
{
	static const char fallback[] = "a: b@x\ndefault: all@x, postmaster\n";
	expand("root", aliases, true, "ann@x bob@x");
	expand("ROOT, d@x", aliases, true, "ann@x bob@x d@x");
	expand("cron", aliases, true, "ann@x bob@x cid@x");
	expand("nobody, root@x", aliases, true, "nobody root@x");
	expand("nobody", fallback, true, "all@x postmaster");
	expand("a", "", true, "a");
	expand("empty", aliases, false,
		"file: the alias \"empty\" has no list of addresses; write ann@example.org, bob@...");
	expand("one", aliases, false, "file: the alias \"one\" leads back to itself; correct it");
	expand("bad", aliases, false,
		"file: the alias \"bad\" has no list of addresses; write ann@example.org, bob@...");
}

#define TESTS(T)                                                                                   \
	T(a_header_is_fixed_as_asked)                                                              \
	T(dates_and_identifiers_are_of_rfc_5322)                                                   \
	T(names_are_written_as_words_quoted_or_encoded)                                            \
	T(local_names_become_addresses)
CHECK_MAIN("msub_fixes", TESTS)

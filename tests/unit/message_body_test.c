/* message_body: whole bodies, and where their writes end, with octets by hand. */
#include "check.h"
#include "compose.h"
#include "failing_memory.h"
#include "file_name.h"
#include "file_type.h"
#include "phone_fixture.h"
#include "uuencoded.h"

enum { ROOM = 1 << 20 };

/* Only what is said about the body; the boundary is the same every time. */
#define HEADERS                                                                                    \
	"headers: [\"Type: {type}\", \"Disposition: {disposition}\", \"Encoding: {encoding}\"], "
#define FIELD                                                                                      \
	"message: {" HEADERS "charset: UTF-8, text-encoding: quoted-printable, qp: word-wise, "    \
	"latin1-is-cp1252: true, non-breaking: plain, base64-width: 60, "                          \
	"base64-lines-per-write: 15, boundary: \"FIELD-1\", "                                      \
	"multipart: \"multipart/mixed;\\r\\n  boundary=\\\"{boundary}\\\"\", "                     \
	"preamble: \"This is a MIME Message\", unknown-type: \" application/octet-stream\", "      \
	"text-part: [\"Content-Type: {type}\", \"Content-Disposition: inline\", "                  \
	"\"Content-Transfer-Encoding: {encoding}\"], "                                             \
	"file-part: [\"Content-Description: {description}\", \"Content-Type: {type}\", "           \
	"\"Content-Disposition: attachment;\\r\\n\\tfilename=\\\"{filename}\\\"\", "               \
	"\"Content-Transfer-Encoding: {encoding}\"], words: {encoding: B, span: first-to-last, "   \
	"in-filenames: true}}"
#define PLAIN "message: {" HEADERS "boundary: \"=_1\"}"

#define A45 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A675 A45 A45 A45 A45 A45 A45 A45 A45 A45 A45 A45 A45 A45 A45 A45
#define B60 "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\r\n"
#define B900 B60 B60 B60 B60 B60 B60 B60 B60 B60 B60 B60 B60 B60 B60 B60
#define U60 "M86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A\r\n"
#define U900 U60 U60 U60 U60 U60 U60 U60 U60 U60 U60 U60 U60 U60 U60 U60

struct body_row {
	const char *profile, *charset, *body;
	const char *files[3][3]; /* name, type, content */
	bool no_mime;
	const char *want; /* '|' where a write ends */
};

static size_t take_files(const struct body_row *row, struct message_attachment files[3])
{
	size_t count = 0;
	for (; count < 3 && row->files[count][0] != NULL; count++)
		files[count] = (struct message_attachment){.name = octets_of(row->files[count][0]),
			.type = octets_of(row->files[count][1]),
			.content = octets_of(row->files[count][2])};
	return count;
}

static bool compose(struct message_composed *composed, const struct body_row *row,
	const struct profile *profile)
{
	struct message_attachment files[3];
	struct random random;
	random_init(&random, 1);
	const struct message_draft draft = {.body = octets_of(row->body),
		.charset = octets_of(row->charset),
		.attachments = files,
		.attachment_count = take_files(row, files),
		.mime = row->no_mime ? MESSAGE_MIME_OFF : MESSAGE_MIME_AS_PROFILE};
	return message_compose(composed, &profile_client(profile)->message, &draft, &random);
}

static void append_marked(struct buffer *out, const struct message_composed *composed)
{
	size_t before = 0;
	for (size_t i = 0; i < composed->ends.len / sizeof before; i++) {
		size_t end;
		memcpy(&end, composed->ends.at + i * sizeof end, sizeof end);
		buffer_append(out, composed->octets.at + before, end - before);
		buffer_append_byte(out, '|');
		before = end;
	}
	buffer_append_octets(out, octets_from(buffer_octets(&composed->octets), before));
}

static void check_rows(const struct body_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		struct message_composed composed;
		struct buffer marked;
		check_case("row %zu", i);
		message_composed_init(&composed, &memory_standard);
		buffer_init(&marked, &memory_standard, ROOM);
		CHECK(compose(&composed, &rows[i], profile));
		append_marked(&marked, &composed);
		CHECK_TEXT(buffer_string(&marked), rows[i].want);
		message_composed_free(&composed);
		buffer_free(&marked);
		profile_free(profile);
	}
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

#define QP_UTF8 "Type: text/plain; charset=UTF-8\r\n|Encoding: quoted-printable\r\n|\r\n|"

static void a_text_alone(void)
{
	static const struct body_row rows[] = {
		{.profile = FIELD, .body = "", .want = QP_UTF8},
		{.profile = FIELD, .body = "hello", .want = QP_UTF8 "hello\r\n|"},
		{.profile = FIELD, .body = "a\n\n.b\n", .want = QP_UTF8 "a\r\n|\r\n|.b\r\n|"},
		{.profile = FIELD,
			.body = "gr\xc3\xbc\xc3\x9f",
			.want = QP_UTF8 "gr=C3=BC=C3=9F\r\n|"},
		{.profile = FIELD,
			.body = "\xc2\xa0z\xe2\x80\x91\xe2\x80\xa9.",
			.want = QP_UTF8 " z-\r\n|.\r\n|"},
		{.profile = FIELD,
			.charset = "iso-8859-1",
			.body = "\xe2\x82\xac\xe4\xb8\xad",
			.want = "Type: text/plain; charset=ISO-8859-1\r\n|"
				"Encoding: quoted-printable\r\n|\r\n|=80?\r\n|"},
		{.profile = PLAIN,
			.body = "a=\t\n",
			.want = "Type: text/plain; charset=UTF-8\r\n|Encoding: 7bit\r\n|\r\n|"
				"a=\t\r\n|"},
		{.profile = PLAIN, .body = "\xc2\xa0", .want = QP_UTF8 "=C2=A0\r\n|"},
		{.profile = PLAIN,
			.body = "",
			.want = "Type: text/plain; charset=UTF-8\r\n|"
				"Encoding: 7bit\r\n|\r\n|"},
		{.profile = "message: {" HEADERS "text-encoding: base64, base64-width: 8}",
			.body = "hello there\n",
			.want = "Type: text/plain; charset=UTF-8\r\n|Encoding: base64\r\n|\r\n|"
				"aGVsbG8g\r\n|dGhlcmUN\r\n|Cg==\r\n|"},
	};
	CHECK_ROWS(rows);
}

#define MIXED                                                                                      \
	"Type: multipart/mixed;\r\n|  boundary=\"FIELD-1\"\r\n|\r\n|This is a MIME Message\r\n|"   \
	"\r\n|--FIELD-1\r\n|"
#define TEXT_PART                                                                                  \
	"Content-Type: text/plain; charset=UTF-8\r\n|Content-Disposition: inline\r\n|"             \
	"Content-Transfer-Encoding: quoted-printable\r\n|\r\n|"
#define FILE_PART(type, name, encoding)                                                            \
	"Content-Type: " type "\r\n|Content-Disposition: attachment;\r\n|\tfilename=\"" name       \
	"\"\r\n|Content-Transfer-Encoding: " encoding "\r\n|\r\n|"

static void files_of_the_field(void)
{
	static const struct body_row rows[] = {
		/* no empty line behind the text, one behind base64, and two blanks */
		{.profile = FIELD,
			.body = "hello",
			.files = {{"a.xyz", NULL, "aaa"}},
			.want = MIXED TEXT_PART
			"hello\r\n|--FIELD-1\r\n|" FILE_PART(" application/octet-stream", "a.xyz",
				"base64") "YWFh\r\n|\r\n|--FIELD-1--\r\n|"},
		/* fifteen lines are one write of 675 octets */
		{.profile = FIELD,
			.body = "hello\n\n",
			.files = {{"C:\\Data\\a.jpg", NULL, A675 "aaa"}},
			.want = MIXED TEXT_PART
			"hello\r\n|\r\n|--FIELD-1\r\n|" FILE_PART("image/jpeg", "a.jpg", "base64")
				B900 "|YWFh\r\n|\r\n|--FIELD-1--\r\n|"},
		/* no text: files only */
		{.profile = FIELD,
			.body = "",
			.files = {{"a.vcf", NULL, "aaa"}, {"b.vcs", NULL, "aaa"},
				{"c.txt", NULL, ""}},
			.want = MIXED FILE_PART("text/directory; profile=vcard; charset=UTF-8",
				"a.vcf",
				"base64") "YWFh\r\n|\r\n|--FIELD-1\r\n|" FILE_PART("text/x-vcalendar; "
										   "charset=UTF-8",
				"b.vcs",
				"base64") "YWFh\r\n|\r\n|--FIELD-1\r\n|" FILE_PART("text/"
										   "plain; "
										   "charset="
										   "UTF-8",
				"c.txt", "base64") "\r\n|--FIELD-1--\r\n|"},
		/* a name beyond ASCII, and one that would end its quotes */
		{.profile = FIELD,
			.body = "",
			.files = {{"gr\xc3\xbc\xc3\x9f.gif", NULL, "aaa"}},
			.want = "Type: image/gif\r\n|Disposition: attachment;\r\n|"
				"\tfilename=\"=?UTF-8?B?Z3LDvMOfLmdpZg==?=\"\r\n|"
				"Encoding: base64\r\n|\r\n|YWFh\r\n|"},
		{.profile = FIELD,
			.body = "",
			.files = {{"a\"b\r\n.gif", "image/png", "aaa"}},
			.want = "Type: image/png\r\n|Disposition: attachment;\r\n|"
				"\tfilename=\"a_b__.gif\"\r\n|Encoding: base64\r\n|\r\n|YWFh\r\n|"},
		/* a type that holds a line end is none */
		{.profile = FIELD,
			.body = "",
			.files = {{"a", "image/png\r\nX: y", "aaa"}},
			.want = "Type:  application/octet-stream\r\n|Disposition: attachment;\r\n|"
				"\tfilename=\"a\"\r\n|Encoding: base64\r\n|\r\n|YWFh\r\n|"},
	};
	CHECK_ROWS(rows);
}

#define INNER "Subject: holidays\n\n.x\n"

static void embedded_messages(void)
{
	static const struct body_row
		rows[] =
			{
				/* as it is, CR LF behind each slice; called after its subject */
				{.profile = FIELD,
					.body = "",
					.files = {{"x.eml", NULL, INNER}},
					.want = "Type: message/rfc822\r\n|Disposition: attachment;\r\n|"
						"\tfilename=\"holidays.eml\"\r\n|Encoding: 7bit\r\n|\r\n|" INNER
						"\r\n|"},
				{.profile = FIELD,
					.body = "",
					.files = {{"x.eml", NULL, A675 ".\xff\n"}},
					.want = "Type: message/rfc822\r\n|Disposition: attachment;\r\n|"
						"\tfilename=\"x.eml\"\r\n|Encoding: 7bit\r\n|\r\n|" A675
						"\r\n|.\xff\n"
						"\r\n|"},
				{.profile = FIELD,
					.body = "t",
					.files = {{"x", "message/rfc822", INNER}},
					.want = MIXED TEXT_PART "t\r\n|--FIELD-1\r\n|" FILE_PART(
						"message/rfc822", "holidays.eml", "7bit") INNER
					"\r\n|\r\n|--FIELD-1--\r\n|"},
				/* the correct client repairs line ends, and says 8bit, or encodes
				   what no line is */
				{.profile = PLAIN,
					.body = "",
					.files = {{"x.eml", NULL, INNER}},
					.want = "Type: message/rfc822\r\n|Disposition: attachment;\r\n|"
						" filename=\"holidays.eml\"\r\n|Encoding: 7bit\r\n|\r\n|"
						"Subject: holidays\r\n|\r\n|.x\r\n|"},
				{.profile = PLAIN,
					.body = "",
					.files = {{"x.eml", NULL, "a: b\n\n\xc3\xbc"}},
					.want = "Type: message/rfc822\r\n|Disposition: attachment;\r\n|"
						" filename=\"x.eml\"\r\n|Encoding: 8bit\r\n|\r\n|"
						"a: b\r\n|\r\n|\xc3\xbc\r\n|"},
				{.profile = "message: {" HEADERS "base64-width: 996}",
					.body = "",
					.files = {{"x.eml", NULL, A675 A675}},
					.want = "Type: application/octet-stream\r\n|Disposition: attachment;\r\n|"
						" filename=\"x.eml\"\r\n|Encoding: base64\r\n|\r\n|" /* not compared */},
			};
	check_rows(rows, sizeof rows / sizeof *rows - 1);
	struct profile *profile = phone_fixture_profile(rows[5].profile);
	struct message_composed composed;
	message_composed_init(&composed, &memory_standard);
	CHECK(compose(&composed, &rows[5], profile));
	CHECK(octets_find_text(buffer_octets(&composed.octets),
		      octets_of("application/octet-stream")) < composed.octets.len);
	message_composed_free(&composed);
	profile_free(profile);
}

static void files_of_the_correct_client(void)
{
	static const struct body_row rows[] = {
		{.profile = PLAIN,
			.body = "hello",
			.files = {{"a.xyz", NULL, "aaa"}},
			.want = "Type: multipart/mixed; boundary=\"=_1\"\r\n|\r\n|--=_1\r\n|"
				"Content-Type: text/plain; charset=UTF-8\r\n|"
				"Content-Transfer-Encoding: 7bit\r\n|\r\n|hello\r\n|--=_1\r\n|"
				"Content-Type: application/octet-stream\r\n|"
				"Content-Disposition: attachment;\r\n| filename=\"a.xyz\"\r\n|"
				"Content-Transfer-Encoding: base64\r\n|\r\n|YWFh\r\n|\r\n|--=_1--\r\n|"},
		/* the line end of the text is its own */
		{.profile = PLAIN,
			.body = "hello\n",
			.files = {{"\xc3\xbc.png", NULL, "aaa"}},
			.want = "Type: multipart/mixed; boundary=\"=_1\"\r\n|\r\n|--=_1\r\n|"
				"Content-Type: text/plain; charset=UTF-8\r\n|"
				"Content-Transfer-Encoding: 7bit\r\n|\r\n|hello\r\n|\r\n|--=_1\r\n|"
				"Content-Type: image/png\r\n|Content-Disposition: attachment;\r\n|"
				" filename*=UTF-8''%C3%BC.png\r\n|"
				"Content-Transfer-Encoding: base64\r\n|\r\n|YWFh\r\n|\r\n|--=_1--\r\n|"},
		/* what stands in the text is no boundary; here there is no other to be drawn */
		{.profile = PLAIN,
			.body = "--=_1",
			.files = {{"a.gif", NULL, ""}},
			.want = "Type: multipart/mixed; boundary=\"=_1\"\r\n|\r\n|--=_1\r\n|"
				"Content-Type: text/plain; charset=UTF-8\r\n|"
				"Content-Transfer-Encoding: 7bit\r\n|\r\n|--=_1\r\n|--=_1\r\n|"
				"Content-Type: image/gif\r\n|Content-Disposition: attachment;\r\n|"
				" filename=\"a.gif\"\r\n|"
				"Content-Transfer-Encoding: base64\r\n|\r\n|\r\n|--=_1--\r\n|"},
	};
	CHECK_ROWS(rows);
}

static void without_mime(void)
{
	static const struct body_row rows[] = {
		{.profile = FIELD,
			.charset = "ISO-8859-1",
			.no_mime = true,
			.body = "gr\xc3\xbc\xe2\x80\x91\n" A45 " " A45 "\n",
			.want = "\r\n|gr\xfc-\r\n|" A45 "\r\n|" A45 "\r\n|"},
		{.profile = FIELD,
			.no_mime = true,
			.body = "see",
			.files = {{"d/a b.bin", NULL, A675 "aaa"}, {"c", NULL, ""}},
			.want = "\r\n|see\r\n|\r\n|begin 644 a b.bin\r\n|" U900 "|#86%A\r\n|`\r\n|"
				"end\r\n|\r\n|begin 644 c\r\n|`\r\n|end\r\n|"},
		{.profile = "message: {" HEADERS "mime: false}",
			.body = "",
			.files = {{"c", NULL, "a"}},
			.want = "\r\n|begin 644 c\r\n|!80``\r\n|`\r\n|end\r\n|"},
	};
	CHECK_ROWS(rows);
}

static void boundaries_are_drawn(void)
{
	static const char text[] =
		"message: {" HEADERS "boundary: \"X-{random 3}\", boundary-alphabet: \"ab\"}";
	const struct body_row row = {.profile = text,
		/* all but one of the eight */
		.body = "X-aaa X-aab X-aba X-abb X-baa X-bab X-bba",
		.files = {{"a", NULL, ""}}};
	struct profile *profile = phone_fixture_profile(text);
	struct message_attachment files[3];
	const struct message_draft draft = {.body = octets_of(row.body),
		.attachments = files,
		.attachment_count = take_files(&row, files)};
	struct octets want = octets_of("boundary=\"X-bbb\"");
	size_t found = 0;
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct message_composed composed;
		struct random random;
		message_composed_init(&composed, &memory_standard);
		random_init(&random, seed);
		CHECK(message_compose(
			&composed, &profile_client(profile)->message, &draft, &random));
		struct octets made = buffer_octets(&composed.octets);
		found += octets_find_text(made, want) < made.len;
		message_composed_free(&composed);
	}
	/* five in forty without another draw, 26 with up to eight draws */
	CHECK(found > 15);
	profile_free(profile);
}

static void names_of_files(void)
{
	static const struct {
		bool words;
		const char *name, *want;
	} rows[] = {
		{false, "", ""},
		{false, "a b.txt", "filename=\"a b.txt\""},
		{false, "a\"b", "filename*=UTF-8''a%22b"},
		{false, "\xff", "filename*=UTF-8''%3F"},
		{false, "\xe4\xb8\xad\xe6\x96\x87.txt", "filename*=UTF-8''%E4%B8%AD%E6%96%87.txt"},
		{false, "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc.tx",
			"filename*0*=UTF-8''%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC;"
			"\r\n filename*1*=%C3%BC.tx"},
		{true, "", ""},
		{true, "a\"\\b", "filename=\"a__b\""},
		{true, "\xc3\xbc.x", "filename=\"=?UTF-8?B?w7wueA==?=\""},
	};
	struct profile *profiles[] = {phone_fixture_profile("correct"),
		phone_fixture_profile("message: {words: {encoding: B, in-filenames: true}}")};
	struct buffer out;
	buffer_init(&out, &memory_standard, ROOM);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct message_keys *keys = &profile_client(profiles[rows[i].words])->message;
		check_case("row %zu", i);
		buffer_clear(&out);
		CHECK(file_name_append_parameter(
			&out, keys, octets_of(rows[i].name), octets_of("UTF-8")));
		CHECK_TEXT(buffer_string(&out), rows[i].want);
	}
	/* in a template of its own, without encoded words */
	buffer_clear(&out);
	CHECK(file_name_append_quoted(&out, &profile_client(profiles[0])->message,
		octets_of("gr\xc3\xbc\xe2\x82\xac\xff\".x"), octets_of("UTF-8")));
	CHECK_TEXT(buffer_string(&out), "gr____.x");
	buffer_free(&out);
	profile_free(profiles[0]);
	profile_free(profiles[1]);
}

static void names_of_embedded_messages(void)
{
	static const struct {
		const char *content, *want;
	} rows[] = {
		{"Subject: x y\r\n\r\n", "x y.eml"},
		{"From: a\nSUBJECT:\n two\n\tlines \nTo: b\n\n", "two lines.eml"},
		{"From: a\n\nSubject: body\n", "file.eml"},
		{"Subject: =?UTF-8?Q?x?=\n\n", "x.eml"},
		{"Subject: \n\n", "file.eml"},
		{"Subject: \xc3\xbc\n\n", "\xc3\xbc.eml"},
		{"Subject: \xfc\n\n", "file.eml"},
		{"Subject: a =?UTF-8?B?w7w=?= b\n\n", "a \xc3\xbc b.eml"},
		{"Subject: =?iso-8859-1?q?=FC_x?=\n =?UTF-8*en?Q?=C3=BC?=\n\n",
			"\xc3\xbc x\xc3\xbc.eml"},
		{"Subject: =?X-NONE?Q?a?= =?UTF-8?Q?=C3=BC?=\n\n", "=?X-NONE?Q?a?= \xc3\xbc.eml"},
		{"Subject: =?UTF-8?Q?=FF?=\n\n", "=?UTF-8?Q?=FF?=.eml"},
		{"Subject: =?UTF-8?Q?a=0D=0Ab?=\n\n", "file.eml"},
		{"Subject: " A675 "\n\n", A675 ".eml"},
		{"", "file.eml"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct message_attachment file = {
			.name = octets_of("/tmp/file.eml"), .content = octets_of(rows[i].content)};
		struct buffer out;
		check_case("row %zu", i);
		buffer_init(&out, &memory_standard, ROOM);
		CHECK(file_name_of(&out, &file, true));
		CHECK_TEXT(buffer_string(&out), rows[i].want);
		buffer_free(&out);
	}
}

static void types_of_files(void)
{
	static const char *const rows[][2] = {{"a.TXT", "text/plain"}, {"x.y/a", ""}, {"", ""},
		{"a.", ""}, {"a.jpeg", "image/jpeg"}, {"d/b.vcf", "text/directory; profile=vcard"},
		{"a.eml", "message/rfc822"}, {"a.b.zip", "application/zip"},
		{".zip", "application/zip"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		check_case("%s", rows[i][0]);
		CHECK_OCTETS(file_type_of(octets_of(rows[i][0])), octets_of(rows[i][1]));
	}
	CHECK(file_type_is_message(octets_of("Message/RFC822; x=y")));
	CHECK(!file_type_is_message(octets_of("message/rfc8222")));
	CHECK(file_type_is_text(octets_of("TEXT/html")) && !file_type_is_text(octets_of("texts")));
}

/* What the manual of uuencode(5) says: "Cat" is #0V%T. */
static void uuencoded_lines(void)
{
	static const char *const rows[][2] = {{"", "`\r\n"}, {"Cat", "#0V%T\r\n"},
		{"a", "!80``\r\n"}, {"ab", "\"86(`\r\n"}, {A45, U60}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		check_case("row %zu", i);
		buffer_init(&out, &memory_standard, ROOM);
		CHECK(uuencoded_append_line(&out, octets_of(rows[i][0])));
		CHECK_TEXT(buffer_string(&out), rows[i][1]);
		buffer_free(&out);
	}
}

static void memory_may_fail(void)
{
	static const struct body_row rows[] = {
		{.profile = FIELD,
			.body = "gr\xc3\xbc\n",
			.files = {{"\xc3\xbc.x", NULL, A675}, {"x.eml", NULL, INNER}}},
		{.profile = FIELD, .no_mime = true, .body = "a\n", .files = {{"a", NULL, A675}}}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		size_t fail_at = 1;
		for (bool made = false; !made; fail_at++) {
			struct failing_memory failing;
			struct message_composed composed;
			check_case("row %zu, allocation %zu", i, fail_at);
			failing_memory_init(&failing, fail_at);
			message_composed_init(&composed, &failing.memory);
			made = compose(&composed, &rows[i], profile);
			CHECK(made == (failing.count < fail_at));
			message_composed_free(&composed);
			CHECK_INT(failing.live, 0);
			if (!CHECK(fail_at < 1000))
				break;
		}
		CHECK(fail_at > 8);
		profile_free(profile);
	}
}

#define TESTS(T)                                                                                   \
	T(a_text_alone)                                                                            \
	T(files_of_the_field)                                                                      \
	T(embedded_messages)                                                                       \
	T(files_of_the_correct_client)                                                             \
	T(without_mime)                                                                            \
	T(boundaries_are_drawn)                                                                    \
	T(names_of_files)                                                                          \
	T(names_of_embedded_messages)                                                              \
	T(types_of_files)                                                                          \
	T(uuencoded_lines)                                                                         \
	T(memory_may_fail)
CHECK_MAIN("message_body", TESTS)

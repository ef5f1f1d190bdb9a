/* message_text: lines, charsets and quoted-printable of a composed text, with octets by hand. */
#include "charset.h"
#include "check.h"
#include "failing_memory.h"
#include "plain_text.h"
#include "quoted_printable.h"
#include "random.h"
#include "text_fixture.h"

enum { ROOM = 1 << 20 };

struct texts {
	struct buffer text, want, out;
};

static void begin(struct texts *texts, const char *text, const char *want)
{
	buffer_init(&texts->text, &memory_standard, ROOM);
	buffer_init(&texts->want, &memory_standard, ROOM);
	buffer_init(&texts->out, &memory_standard, ROOM);
	expand(&texts->text, text);
	expand(&texts->want, want);
}

static void end(struct texts *texts)
{
	CHECK_OCTETS(buffer_octets(&texts->out), buffer_octets(&texts->want));
	buffer_free(&texts->text);
	buffer_free(&texts->want);
	buffer_free(&texts->out);
}

enum { STRICT, WORD_WISE, ESCAPES };

static void encode(struct buffer *out, struct octets text, int how)
{
	while (text.len > 0) {
		size_t taken = how == STRICT
				       ? quoted_printable_strict_line(out, text)
				       : quoted_printable_word_wise_line(out, text, how == ESCAPES);
		if (!CHECK(taken > 0 && taken <= text.len))
			return;
		text = octets_from(text, taken);
	}
}

static void lines_end_in_cr_lf(void)
{
	static const struct {
		bool plain;
		const char *text, *want;
	} rows[] = {
		{true, "", ""},
		{true, "a\nb\rc\r\nd", "a\r\nb\r\nc\r\nd"},
		{true, "\r\r\n\n", "\r\n\r\n\r\n"},
		{true, "a\xe2\x80\xa8z\xe2\x80\xa9z\x0c.", "a\r\nz\r\nz\r\n."},
		{true, "a\tb\xc2\xa0z\xe2\x80\x91.", "a\tb z-."},
		{false, "a\tb\xc2\xa0z\xe2\x80\x91.", "a\tb\xc2\xa0z\xe2\x80\x91."},
		/* no UTF-8 is not touched here, nor eaten with its neighbours */
		{true, "\xe2\x80\r\n\xff\xc2 \xc2", "\xe2\x80\r\n\xff\xc2 \xc2"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct texts texts;
		check_case("row %zu", i);
		begin(&texts, rows[i].text, rows[i].want);
		CHECK(plain_text_append(&texts.out, buffer_octets(&texts.text), rows[i].plain));
		end(&texts);
	}
	struct buffer out;
	buffer_init(&out, &memory_standard, ROOM);
	CHECK(plain_text_append(&out, octets_make("a\0b", 3), true));
	CHECK_OCTETS(buffer_octets(&out), octets_make("a\0b", 3));
	buffer_clear(&out);
	encode(&out, octets_make("a\0b", 3), WORD_WISE);
	CHECK_OCTETS(buffer_octets(&out), octets_of("a=00b\r\n"));
	buffer_clear(&out);
	CHECK(plain_text_wrap(&out, octets_make("a\0b", 3)));
	CHECK_OCTETS(buffer_octets(&out), octets_of("ab\r\n"));
	buffer_free(&out);
}

static void long_lines_are_wrapped(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", ""},
		{"hello", "hello\r\n"},
		{"a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"},
		{"{78 a}\r\n", "{78 a}\r\n"},
		{"{79 a}\r\n", "{78 a}\r\na\r\n"},
		{"{200 a}", "{78 a}\r\n{78 a}\r\n{44 a}\r\n"},
		{"{70 a} {7 b} c", "{70 a} {7 b}\r\nc\r\n"},
		{"{70 a} {8 b} c", "{70 a}\r\n{8 b} c\r\n"},
		{"{78 a} b", "{78 a}\r\nb\r\n"},
		{"{77 a}\tbb", "{77 a}\r\nbb\r\n"},
		{"{78 a} \r\nb", "{78 a}\r\nb\r\n"},
		{"{70 a}  {10 b}", "{70 a} \r\n{10 b}\r\n"},
		{" {80 a}", " {77 a}\r\naaa\r\n"},
		/* characters, not octets */
		{"{78 \xc3\xbc}", "{78 \xc3\xbc}\r\n"},
		{"{79 \xc3\xbc}", "{78 \xc3\xbc}\r\n\xc3\xbc\r\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct texts texts;
		check_case("row %zu", i);
		begin(&texts, rows[i].text, rows[i].want);
		CHECK(plain_text_wrap(&texts.out, buffer_octets(&texts.text)));
		end(&texts);
	}
}

static void what_fits(void)
{
	static const struct {
		const char *text;
		bool seven, eight;
	} rows[] = {
		{"", true, true},
		{"a\r\n~\t", true, true},
		{"{998 a}\r\n", true, true},
		{"{999 a}\r\n", false, false},
		{"{999 a}", false, false},
		{"\x80", false, true},
		{"{998 \xff}\r\n", false, true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct texts texts;
		check_case("row %zu", i);
		begin(&texts, rows[i].text, "");
		CHECK(plain_text_fits_7bit(buffer_octets(&texts.text)) == rows[i].seven);
		CHECK(plain_text_fits_8bit(buffer_octets(&texts.text)) == rows[i].eight);
		end(&texts);
	}
	CHECK(!plain_text_fits_7bit(octets_make("a\0b", 3)));
	CHECK(!plain_text_fits_8bit(octets_make("a\0b", 3)));
}

static void charsets(void)
{
	static const struct {
		const char *charset;
		bool cp1252;
		const char *utf8, *want;
	} rows[] = {
		{"UTF-8", false, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
			"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
		{"utf8", true, "\xc3\xa9", "\xc3\xa9"},
		{"UTF-8", false, "a\xff\xc3", "a??"},
		{"UTF-8", false, "\xed\xa0\x80\xc0\x80", "?????"}, /* half a pair, overlong */
		{"iso-8859-1", false, "\xc3\xa9\xe2\x82\xac!", "\xe9?!"},
		{"ISO-8859-1", true, "\xc3\xa9\xe2\x82\xac!", "\xe9\x80!"},
		{"latin1", true, "\xe2\x80\x9c\xe2\x80\x9d", "\x93\x94"},
		{"US-ASCII", false, "\xc3\xa9z", "?z"},
		{"US-ASCII", true, "\xc3\xa9z", "\xe9z"},
		{"ISO-8859-15", true, "\xe2\x82\xac", "\xa4"}, /* only those two */
		{"WINDOWS-1251", false, "\xd0\x96\xff\xd0", "\xc6??"},
		{"KOI8-R", false, "\xd0\x96", "\xf6"},
		{"Shift_JIS", false, "\xe3\x82\xa2", "\x83\x41"},
		{"GB2312", false, "\xe4\xb8\xad", "\xd6\xd0"},
		{"Big5", false, "\xe4\xb8\xad", "\xa4\xa4"},
		{"EUC-KR", false, "\xed\x95\x9c", "\xc7\xd1"},
		{"UTF-7", false, "\xc3\xa9\r\na", "+AOk-\r\na"},
		/* states are left at the end of a line, for '?', and at the end of the text */
		{"ISO-2022-JP", false, "a\xe3\x81\x82", "a\x1b$B$\"\x1b(B"},
		{"ISO-2022-JP", false, "\xe3\x81\x82\r\n\xe3\x81\x84",
			"\x1b$B$\"\x1b(B\r\n\x1b$B$$\x1b(B"},
		{"ISO-2022-JP", false, "\xe3\x81\x82\xf0\x9f\x98\x80\xe3\x81\x84",
			"\x1b$B$\"\x1b(B?\x1b$B$$\x1b(B"},
		{"ISO-2022-JP", false, "\xe3\x81\x82\xff", "\x1b$B$\"\x1b(B?"},
		{"ISO-8859-1", false, "{300 \xc3\xa9}{300 \xe2\x82\xac}", "{300 \xe9}{300 ?}"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct texts texts;
		check_case("row %zu", i);
		begin(&texts, rows[i].utf8, rows[i].want);
		CHECK(charset_is_known(octets_of(rows[i].charset)));
		CHECK(charset_convert(&texts.out, buffer_octets(&texts.text),
			octets_of(rows[i].charset), rows[i].cp1252));
		end(&texts);
	}
}

static void charsets_that_are_none(void)
{
	static const char *const names[] = {"", "X-NONE", "UTF-8//IGNORE", "ISO-8859-1//TRANSLIT",
		"UTF-8 ", "../../x", "UTF-8\r\n", "{60 A}"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct buffer out;
		check_case("%s", names[i]);
		buffer_init(&out, &memory_standard, ROOM);
		CHECK(!charset_is_known(octets_of(names[i])));
		CHECK(!charset_convert(&out, octets_of("a"), octets_of(names[i]), true));
		CHECK_INT(out.len, 0);
		buffer_free(&out);
	}
	/* iconv knows them, but a line of them does not end in CR LF */
	static const char *const wide[] = {"UTF-16", "UTF-16LE", "UTF-32", "UCS-2", "IBM037"};
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
		check_case("%s", wide[i]);
		CHECK(!charset_is_known(octets_of(wide[i])));
	}
}

static void labels(void)
{
	static const char *const rows[][2] = {{"utf-8", "UTF-8"}, {"UTF8", "UTF-8"},
		{"iso-8859-1", "ISO-8859-1"}, {"Latin1", "ISO-8859-1"}, {"ascii", "US-ASCII"},
		{"cp1252", "WINDOWS-1252"}, {"shift-jis", "SHIFT_JIS"},
		{"iso-2022-jp", "ISO-2022-JP"}, {"x-Mine", "x-Mine"}, {"", ""}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		check_case("%s", rows[i][0]);
		CHECK_OCTETS(charset_label(octets_of(rows[i][0])), octets_of(rows[i][1]));
	}
	CHECK(charset_has_escapes(octets_of("iso2022jp")));
	CHECK(!charset_has_escapes(octets_of("ISO-8859-1")));
}

static void quoted_printable_lines(void)
{
	static const struct {
		int how;
		const char *text, *want;
	} rows[] = {
		{STRICT, "a=b\tc \r\nd\t", "a=3Db\tc=20\r\nd=09\r\n"},
		{STRICT, "{76 a}\r\n", "{76 a}\r\n"},
		{STRICT, "{77 a}", "{75 a}=\r\naa\r\n"},
		{STRICT, "{74 a}=\r\n", "{74 a}=\r\n=3D\r\n"},
		{STRICT, "{73 a}=\r\n", "{73 a}=3D\r\n"},
		{STRICT, "\xc3\xbc", "=C3=BC\r\n"},
		{STRICT, "a\rb\nc", "a=0Db=0Ac\r\n"},
		{STRICT, "", ""},
		{STRICT, "\r\n", "\r\n"},
		{STRICT, ".\r\nFrom x", ".\r\nFrom x\r\n"},
		{WORD_WISE, "", ""},
		{WORD_WISE, "hello", "hello\r\n"},
		{WORD_WISE, "a b\r\n", "a b\r\n"},
		{WORD_WISE, "a\r\n\r\nb", "a\r\n\r\nb\r\n"},
		{WORD_WISE, "a=b\tc\r\n", "a=3Db=09c\r\n"},
		{WORD_WISE, "a \r\nb\t\r\n", "a=20\r\nb=09\r\n"},
		{WORD_WISE, "!<>~=\x7f", "!<>~=3D=7F\r\n"},
		{WORD_WISE, "a\rb\nc", "a=0Db=0Ac\r\n"},
		/* the limit is 76 written octets and then the sign */
		{WORD_WISE, "{75 a}\r\n", "{75 a}\r\n"},
		{WORD_WISE, "{76 a}\r\n", "{76 a}=\r\n\r\n"},
		{WORD_WISE, "{80 a}\r\n", "{76 a}=\r\naaaa\r\n"},
		{WORD_WISE, "{75 a}=\r\n", "{75 a}=3D=\r\n\r\n"},
		/* a word that would not fit takes the blank's place */
		{WORD_WISE, "{70 a} {10 b}\r\n", "{70 a} =\r\n{10 b}\r\n"},
		{WORD_WISE, "{64 a} bbbb\r\n", "{64 a} bbbb\r\n"},
		{WORD_WISE, "{65 a} bbbb\r\n", "{65 a} =\r\nbbbb\r\n"},
		{WORD_WISE, "{65 a}\tbbbb\r\n", "{65 a} =\r\nbbbb\r\n"},
		/* to the next blank: 70 + 1 + 4 is 75, one more is too much */
		{WORD_WISE, "{70 a} bbbb c\r\n", "{70 a} bbbb =\r\nc\r\n"},
		{WORD_WISE, "{71 a} bbbb c\r\n", "{71 a} =\r\nbbbb c\r\n"},
		/* '=' behind the blank counts twice */
		{WORD_WISE, "{68 a} =b cc\r\n", "{68 a} =3Db =\r\ncc\r\n"},
		{WORD_WISE, "{69 a} =b cc\r\n", "{69 a} =\r\n=3Db cc\r\n"},
		/* before a line end: CR twice and LF, 7 with the blank and what they are themselves
		 */
		{WORD_WISE, "{66 a} \r\n", "{66 a}=20\r\n"},
		{WORD_WISE, "{67 a} \r\n", "{67 a} =\r\n\r\n"},
		{WORD_WISE, "{74 a} ", "{74 a} =\r\n"}, /* the end of the text counts as well */
		/* a break within a character, what is left begins the next line */
		{WORD_WISE, "{14 \xc3\xbc}", "{13 =C3=BC}=\r\n=C3=BC\r\n"},
		{WORD_WISE, "a{13 \xc3\xbc}", "a{12 =C3=BC}=C3=\r\n=BC\r\n"},
		{WORD_WISE, "ab{25 \xe5\x95\xa6}",
			"ab{8 =E5=95=A6}=E5=\r\n=95=A6{8 =E5=95=A6}=\r\n"
			"{8 =E5=95=A6}\r\n"},
		{WORD_WISE, "{26 \xe5\x95\xa6}",
			"{8 =E5=95=A6}=E5=95=\r\n=A6{8 =E5=95=A6}=E5=\r\n"
			"=95=A6{8 =E5=95=A6}\r\n"},
		{WORD_WISE, "{75 a}\x1b$B", "{75 a}=1B=\r\n$B\r\n"},
		{ESCAPES, "{75 a}\x1b$B%%", "{75 a}=1B$B=\r\n%%\r\n"},
		{ESCAPES, "{74 a}\x1b$B%%", "{74 a}=1B$B=\r\n%%\r\n"},
		{ESCAPES, "{73 a}\x1b$B%%", "{73 a}=1B$B=\r\n%%\r\n"},
		{ESCAPES, "{76 a}\x1b$B%%", "{76 a}=\r\n=1B$B%%\r\n"},
		{ESCAPES, "{30 \x1b}", "{26 =1B}=\r\n{4 =1B}\r\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct texts texts;
		check_case("row %zu", i);
		begin(&texts, rows[i].text, rows[i].want);
		encode(&texts.out, buffer_octets(&texts.text), rows[i].how);
		end(&texts);
	}
}

static int hex_value(uint8_t digit)
{
	return digit <= '9' ? digit - '0' : digit - 'A' + 10;
}

/* What a reader of RFC 2045 makes of it. */
static void decode(struct buffer *out, struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] != '=') {
			buffer_append_byte(out, text.at[i]);
		} else if (i + 2 < text.len && text.at[i + 1] == '\r') {
			i += 2;
		} else if (i + 2 < text.len) {
			buffer_append_byte(out, (uint8_t)(hex_value(text.at[i + 1]) * 16 +
							  hex_value(text.at[i + 2])));
			i += 2;
		}
	}
}

static void quoted_printable_can_be_read(void)
{
	static const char *const pieces[] = {"a", "word", "=", " ", "  ", "\r\n", ".", "\xc3\xbc",
		"\xe5\x95\xa6", "From ", "{", "0123456789"};
	static const size_t limits[] = {[STRICT] = 76, [WORD_WISE] = 79, [ESCAPES] = 79};
	struct random random;
	random_init(&random, 1);
	for (int i = 0; i < 3000; i++) {
		struct buffer text, out, back;
		buffer_init(&text, &memory_standard, ROOM);
		buffer_init(&out, &memory_standard, ROOM);
		buffer_init(&back, &memory_standard, ROOM);
		for (uint32_t n = random_below(&random, 120); n > 0; n--)
			buffer_append_text(&text,
				pieces[random_below(&random, sizeof pieces / sizeof *pieces)]);
		buffer_append_text(&text, "\r\n");
		check_case("text %d", i);
		encode(&out, buffer_octets(&text), i % 3);
		decode(&back, buffer_octets(&out));
		CHECK_OCTETS(buffer_octets(&back), buffer_octets(&text));
		CHECK(longest_line(buffer_octets(&out)) <= limits[i % 3]);
		buffer_free(&text);
		buffer_free(&out);
		buffer_free(&back);
	}
}

static void memory_may_fail(void)
{
	struct failing_memory failing;
	size_t fail_at = 1;
	for (bool made = false; !made; fail_at++) {
		struct buffer lines, out;
		check_case("allocation %zu", fail_at);
		failing_memory_init(&failing, fail_at);
		buffer_init(&lines, &failing.memory, ROOM);
		buffer_init(&out, &failing.memory, ROOM);
		made = plain_text_append(&lines, octets_of("\xc3\xa9\n"), true) &&
		       plain_text_wrap(&out, buffer_octets(&lines)) &&
		       charset_convert(&out, buffer_octets(&lines), octets_of("KOI8-R"), false);
		buffer_free(&lines);
		buffer_free(&out);
		CHECK_INT(failing.live, 0);
		if (!CHECK(fail_at < 100))
			break;
	}
	CHECK(fail_at > 3);
}

#define TESTS(T)                                                                                   \
	T(lines_end_in_cr_lf)                                                                      \
	T(long_lines_are_wrapped)                                                                  \
	T(what_fits)                                                                               \
	T(charsets)                                                                                \
	T(charsets_that_are_none)                                                                  \
	T(labels)                                                                                  \
	T(quoted_printable_lines)                                                                  \
	T(quoted_printable_can_be_read)                                                            \
	T(memory_may_fail)
CHECK_MAIN("message_text", TESTS)

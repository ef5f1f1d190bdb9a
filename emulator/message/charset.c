/* charset: iconv, line by line, and '?' for what it cannot say. */
#include "charset.h"

#include <errno.h>
#include <iconv.h>

#include "text.h"

enum { NAME_ROOM = 48, PIECE = 256 };

/* What mail uses (IANA character sets registry), and other names under which it is asked for. */
static const struct {
	const char *label, *names[4];
} registry[] = {
	{"UTF-8", {"UTF8"}},
	{"US-ASCII", {"ASCII", "ANSI_X3.4-1968"}},
	{"ISO-8859-1", {"LATIN1", "ISO8859-1", "ISO_8859-1"}},
	{"ISO-8859-2", {"LATIN2", "ISO8859-2", "ISO_8859-2"}},
	{"ISO-8859-3", {"LATIN3", "ISO8859-3"}},
	{"ISO-8859-4", {"LATIN4", "ISO8859-4"}},
	{"ISO-8859-5", {"CYRILLIC", "ISO8859-5"}},
	{"ISO-8859-6", {"ARABIC", "ISO8859-6"}},
	{"ISO-8859-7", {"GREEK", "ISO8859-7"}},
	{"ISO-8859-8", {"HEBREW", "ISO8859-8"}},
	{"ISO-8859-9", {"LATIN5", "ISO8859-9"}},
	{"ISO-8859-10", {"LATIN6", "ISO8859-10"}},
	{"ISO-8859-13", {"ISO8859-13"}},
	{"ISO-8859-15", {"LATIN-9", "LATIN9", "ISO8859-15"}},
	{"WINDOWS-1250", {"CP1250"}},
	{"WINDOWS-1251", {"CP1251"}},
	{"WINDOWS-1252", {"CP1252"}},
	{"WINDOWS-1253", {"CP1253"}},
	{"WINDOWS-1254", {"CP1254"}},
	{"WINDOWS-1255", {"CP1255"}},
	{"WINDOWS-1256", {"CP1256"}},
	{"WINDOWS-1257", {"CP1257"}},
	{"WINDOWS-1258", {"CP1258"}},
	{"KOI8-R", {"KOI8R"}},
	{"KOI8-U", {"KOI8U"}},
	{"TIS-620", {"TIS620"}},
	{"SHIFT_JIS", {"SHIFT-JIS", "SJIS", "MS_KANJI"}},
	{"EUC-JP", {"EUCJP"}},
	{"ISO-2022-JP", {"ISO2022JP"}},
	{"EUC-KR", {"EUCKR"}},
	{"ISO-2022-KR", {"ISO2022KR"}},
	{"GB2312", {"EUC-CN", "EUCCN"}},
	{"GBK", {"CP936"}},
	{"GB18030", {NULL}},
	{"BIG5", {"BIG-5", "CN-BIG5"}},
};

static bool is_one_of(struct octets charset, const char *label, const char *const names[4])
{
	bool found = octets_equal_nocase(charset, octets_of(label));
	for (size_t i = 0; i < 4 && names[i] != NULL && !found; i++)
		found = octets_equal_nocase(charset, octets_of(names[i]));
	return found;
}

struct octets charset_label(struct octets charset)
{
	for (size_t i = 0; i < sizeof registry / sizeof *registry; i++) {
		if (is_one_of(charset, registry[i].label, registry[i].names))
			return octets_of(registry[i].label);
	}
	return charset;
}

/* A name for iconv: no option of its own ("//IGNORE"), and of a length that a label has. */
static bool spell(char name[NAME_ROOM], struct octets charset)
{
	charset = charset_label(charset);
	if (charset.len == 0 || charset.len >= NAME_ROOM)
		return false;
	for (size_t i = 0; i < charset.len; i++) {
		uint8_t octet = charset.at[i];
		bool letter = (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
		if (!letter && !octet_is_digit(octet) &&
			(octet == 0 || strchr("-_.:+", octet) == NULL))
			return false;
		name[i] = (char)octet;
	}
	name[charset.len] = '\0';
	return true;
}

bool charset_has_escapes(struct octets charset)
{
	return octets_start_nocase(charset_label(charset), "ISO-2022-");
}

/* One call of iconv; what it wrote is appended. Returns its errno, or 0. */
static int step(struct buffer *out, iconv_t converter, struct octets *in)
{
	char piece[PIECE], *to = piece, *from = in == NULL ? NULL : (char *)(uintptr_t)in->at;
	size_t room = sizeof piece, left = in == NULL ? 0 : in->len;
	errno = 0;
	size_t result =
		iconv(converter, in == NULL ? NULL : &from, in == NULL ? NULL : &left, &to, &room);
	int why = result == (size_t)-1 ? errno : 0;
	if (in != NULL)
		*in = octets_make(from, left);
	buffer_append(out, piece, sizeof piece - room);
	return why;
}

static size_t damaged_len(struct octets rest)
{
	size_t len = text_utf8_len(rest);
	return len > 0 ? len : 1;
}

/* What stands within a line, and back to the first state. */
static void convert_line(struct buffer *out, iconv_t converter, struct octets line)
{
	while (line.len > 0 && !buffer_failed(out)) {
		int why = step(out, converter, &line);
		if (why == 0 || why == E2BIG || line.len == 0)
			continue;
		struct octets mark = octets_of("?");
		line = octets_from(line, damaged_len(line));
		step(out, converter, &mark);
	}
	step(out, converter, NULL);
}

static bool is_line_end(uint8_t octet)
{
	return octet == '\r' || octet == '\n';
}

static void convert_all(struct buffer *out, iconv_t converter, struct octets utf8)
{
	while (utf8.len > 0 && !buffer_failed(out)) {
		size_t line = 0, end = 0;
		while (line < utf8.len && !is_line_end(utf8.at[line]))
			line++;
		convert_line(out, converter, octets_cut(utf8, line));
		utf8 = octets_from(utf8, line);
		while (end < utf8.len && is_line_end(utf8.at[end]))
			end++;
		buffer_append_octets(out, octets_cut(utf8, end));
		utf8 = octets_from(utf8, end);
	}
}

/* Needs no tables, and is what most drafts become. */
static void keep_utf8(struct buffer *out, struct octets utf8)
{
	while (utf8.len > 0 && !buffer_failed(out)) {
		size_t len = text_utf8_len(utf8);
		buffer_append_octets(out, len > 0 ? octets_cut(utf8, len) : octets_of("?"));
		utf8 = octets_from(utf8, len > 0 ? len : 1);
	}
}

static const char *target_of(const char *name, bool as_cp1252)
{
	bool narrow = strcmp(name, "ISO-8859-1") == 0 || strcmp(name, "US-ASCII") == 0;
	return as_cp1252 && narrow ? "WINDOWS-1252" : name;
}

bool charset_convert(struct buffer *out, struct octets utf8, struct octets charset, bool as_cp1252)
{
	char name[NAME_ROOM];
	if (!spell(name, charset))
		return false;
	const char *target = target_of(name, as_cp1252);
	if (strcmp(target, "UTF-8") == 0) {
		keep_utf8(out, utf8);
		return !buffer_failed(out);
	}
	iconv_t converter = iconv_open(target, "UTF-8");
	if (converter == (iconv_t)-1)
		return false;
	convert_all(out, converter, utf8);
	iconv_close(converter);
	return !buffer_failed(out);
}

bool charset_is_known(struct octets charset)
{
	static const char probe[] = "\r\nA.=";
	char name[NAME_ROOM], piece[PIECE], *to = piece, *from = (char *)(uintptr_t)probe;
	size_t room = sizeof piece, left = sizeof probe - 1;
	if (!spell(name, charset))
		return false;
	if (strcmp(name, "UTF-8") == 0)
		return true;
	iconv_t converter = iconv_open(name, "UTF-8");
	if (converter == (iconv_t)-1)
		return false;
	size_t result = iconv(converter, &from, &left, &to, &room);
	struct octets made = octets_make(piece, sizeof piece - room);
	iconv_close(converter);
	/* ISO-2022-KR announces itself once in front; what counts is how lines end */
	return result != (size_t)-1 && made.len >= 2 &&
	       octets_find_text(made, octets_of("\r\n")) < made.len &&
	       octets_find(made, 'A') < made.len;
}

bool charset_decode(struct buffer *out, struct octets text, struct octets charset)
{
	char name[NAME_ROOM], piece[PIECE], *from = (char *)(uintptr_t)text.at;
	size_t left = text.len, result = 0;
	if (!spell(name, charset))
		return false;
	iconv_t converter = iconv_open("UTF-8", name);
	if (converter == (iconv_t)-1)
		return false;
	do {
		char *to = piece;
		size_t room = sizeof piece;
		result = iconv(converter, &from, &left, &to, &room);
		buffer_append(out, piece, sizeof piece - room);
	} while (result == (size_t)-1 && errno == E2BIG && !buffer_failed(out));
	iconv_close(converter);
	return result != (size_t)-1 && !buffer_failed(out);
}

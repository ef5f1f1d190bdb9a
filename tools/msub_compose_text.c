/* compose_text: a file of text, in whatever character set, as a part that any server takes. */
#include "msub_compose_part.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_spool.h"

/* A text is held in memory; what is longer is better attached. */
enum { TEXT_MAX = 64 * 1024 * 1024, LINE_MAX_OCTETS = 998 };

static bool cannot(struct trouble *trouble, int status, const char *name, const char *what)
{
	return trouble_set(trouble, status, "%s: %s: %s", name, what, strerror(errno));
}

static bool read_all(int descriptor, const char *name, GByteArray *text, struct trouble *trouble)
{
	guint8 piece[16384];
	ssize_t got;
	while ((got = spool_read(descriptor, piece, sizeof piece, -1)) > 0) {
		if (text->len + (size_t)got > TEXT_MAX)
			return trouble_set(trouble, EX_DATAERR,
				"%s: it is longer than %d MiB; attach it with --attach", name,
				TEXT_MAX / (1024 * 1024));
		g_byte_array_append(text, piece, (guint)got);
	}
	return got == 0 || cannot(trouble, EX_IOERR, name, "it cannot be read");
}

static bool read_file(const char *path, const char *name, GByteArray *text, struct trouble *trouble)
{
	bool is_input = path == NULL || strcmp(path, "-") == 0;
	int descriptor = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return cannot(trouble, EX_NOINPUT, name, "it cannot be opened");
	bool read = read_all(descriptor, name, text, trouble);
	if (!is_input)
		close(descriptor);
	return read;
}

bool compose_is_utf8(const char *text, size_t len, size_t *offset)
{
	const gchar *end = text;
	bool valid = len == 0 || g_utf8_validate_len(text, len, &end);
	*offset = (size_t)(end - text);
	return valid;
}

/* Gives `to` what is `from` in a character set. False: see the trouble. */
static bool convert(GByteArray *from, const char *charset, const char *name, GByteArray *to,
	struct trouble *trouble)
{
	char piece[8192], *at = (char *)from->data;
	size_t left = from->len;
	iconv_t iconv_state = iconv_open("UTF-8", charset);
	if (iconv_state == (iconv_t)-1)
		return trouble_set(trouble, EX_USAGE,
			"--charset: \"%.60s\" is not known here; iconv -l lists what is", charset);
	bool fine = true;
	for (bool flushed = false; fine && !flushed;) {
		char *out = piece;
		size_t room = sizeof piece;
		flushed = left == 0;
		size_t result = iconv(
			iconv_state, flushed ? NULL : &at, flushed ? NULL : &left, &out, &room);
		fine = result != (size_t)-1 || errno == E2BIG;
		g_byte_array_append(to, (guint8 *)piece, (guint)(out - piece));
	}
	if (!fine)
		trouble_set(trouble, EX_DATAERR,
			"%s:%zu: the octets here are not %s; name its character set with --charset",
			name, (size_t)from->len - left, charset);
	iconv_close(iconv_state);
	return fine;
}

/* A byte order mark is no text. */
static void drop_mark(GByteArray *text)
{
	if (text->len >= 3 && memcmp(text->data, "\xEF\xBB\xBF", 3) == 0)
		g_byte_array_remove_range(text, 0, 3);
}

/* UTF-8 without NUL, whose line ends are LF. False: see the trouble. */
static bool normalise(GByteArray *text, const char *name, struct trouble *trouble)
{
	size_t offset, len = 0;
	if (!compose_is_utf8((const char *)text->data, text->len, &offset))
		return trouble_set(trouble, EX_DATAERR,
			text->data[offset] == 0
				? "%s:%zu: there is a NUL, so it is no text; attach it with "
				  "--attach, or name its character set with --charset"
				: "%s:%zu: the octets here are not UTF-8; name its character set "
				  "with --charset",
			name, offset);
	for (size_t i = 0; i < text->len; i++) {
		bool pair = text->data[i] == '\r' && i + 1 < text->len && text->data[i + 1] == '\n';
		if (!pair)
			text->data[len++] = text->data[i] == '\r' ? '\n' : text->data[i];
	}
	g_byte_array_set_size(text, (guint)len);
	return true;
}

/* What decides about the encoding. */
struct shape {
	size_t high;	/* octets outside ASCII */
	size_t longest; /* line */
	size_t quoted;	/* octets that quoted-printable writes as three */
};

static struct shape look_at(const GByteArray *text)
{
	struct shape shape = {0};
	size_t line = 0;
	for (guint i = 0; i < text->len; i++) {
		guint8 octet = text->data[i];
		line = octet == '\n' ? 0 : line + 1;
		if (line > shape.longest)
			shape.longest = line;
		shape.high += octet >= 0x80;
		shape.quoted += octet >= 0x7F || octet == '=' ||
				(octet < ' ' && octet != '\n' && octet != '\t');
	}
	return shape;
}

/* 7bit where that is clean; otherwise what is shorter, and quoted-printable where both are near. */
static GMimeContentEncoding encoding_of(const GByteArray *text, struct shape shape)
{
	if (shape.high == 0 && shape.longest <= LINE_MAX_OCTETS)
		return GMIME_CONTENT_ENCODING_7BIT;
	return shape.quoted <= text->len / 6 ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE
					     : GMIME_CONTENT_ENCODING_BASE64;
}

/* Within base64 a line of text ends in CR LF (RFC 2045 6.8). */
static GByteArray *with_line_ends(GByteArray *text)
{
	GByteArray *wide = g_byte_array_sized_new(text->len + text->len / 16);
	for (guint i = 0; i < text->len; i++) {
		if (text->data[i] == '\n')
			g_byte_array_append(wide, (const guint8 *)"\r", 1);
		g_byte_array_append(wide, text->data + i, 1);
	}
	g_byte_array_unref(text);
	return wide;
}

/* The text is taken. */
static GMimeObject *make_part(GByteArray *text, const char *subtype)
{
	struct shape shape = look_at(text);
	GMimeContentEncoding encoding = encoding_of(text, shape);
	if (encoding == GMIME_CONTENT_ENCODING_BASE64)
		text = with_line_ends(text);
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(text); /* which it takes */
	GMimeDataWrapper *content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	g_object_unref(stream);
	g_mime_object_set_content_type_parameter(
		GMIME_OBJECT(part), "charset", shape.high == 0 ? "us-ascii" : "utf-8");
	g_mime_part_set_content_encoding(part, encoding);
	g_mime_part_set_content(part, content);
	g_object_unref(content);
	return GMIME_OBJECT(part);
}

GMimeObject *compose_text(
	const char *path, const char *subtype, const char *charset, struct trouble *trouble)
{
	bool is_input = path == NULL || strcmp(path, "-") == 0;
	const char *name = is_input ? "standard input" : path;
	GByteArray *read = g_byte_array_new(), *text = g_byte_array_new();
	bool same = charset == NULL || g_ascii_strcasecmp(charset, "utf-8") == 0 ||
		    g_ascii_strcasecmp(charset, "utf8") == 0;
	bool made = read_file(path, name, read, trouble);
	if (made && same)
		g_byte_array_append(text, read->data, read->len);
	else
		made = made && convert(read, charset, name, text, trouble);
	if (made)
		drop_mark(text);
	made = made && normalise(text, name, trouble);
	g_byte_array_unref(read);
	if (made)
		return make_part(text, subtype);
	g_byte_array_unref(text);
	return NULL;
}

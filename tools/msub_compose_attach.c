/* compose_attach: a file as it is, octet for octet. */
#include "msub_compose_part.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_spool.h"

/* FILE[:TYPE[:NAME]] in its parts. */
struct attachment {
	char *path;	  /* owned */
	const char *type; /* "image/png"; NULL: by the name's ending */
	const char *name; /* NULL: the last part of the path */
	char *copy;	  /* owned: what type and name point into */
};

static bool is_token(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (at[i] <= ' ' || at[i] >= 0x7F || strchr("()<>@,;:\\\"/[]?=", at[i]) != NULL)
			return false;
	}
	return len > 0;
}

/* "image/png" in front of a colon or the end; its length, or 0 (RFC 2045 5.1). */
static size_t type_len(const char *at)
{
	size_t len = strcspn(at, ":"), slash = strcspn(at, "/");
	bool is_type =
		slash < len && is_token(at, slash) && is_token(at + slash + 1, len - slash - 1);
	return is_type ? len : 0;
}

/* A file may have colons in its name: the whole argument is tried first. */
static void take_apart(const char *argument, struct attachment *parts)
{
	*parts = (struct attachment){.path = g_strdup(argument)};
	if (access(argument, F_OK) == 0)
		return;
	for (const char *colon = strchr(argument, ':'); colon != NULL;
		colon = strchr(colon + 1, ':')) {
		size_t len = type_len(colon + 1);
		bool named = colon[1] == ':'; /* FILE::NAME */
		if (len == 0 && !named)
			continue;
		parts->path[colon - argument] = 0;
		parts->copy = g_strdup(colon + 1);
		parts->type = named ? NULL : parts->copy;
		if (parts->copy[len] == ':' && parts->copy[len + 1] != 0)
			parts->name = parts->copy + len + 1;
		parts->copy[len] = 0;
		return;
	}
}

static const char *type_by_ending(const char *name)
{
	static const struct {
		const char *ending, *type;
	} types[] = {{".txt", "text/plain"}, {".log", "text/plain"}, {".patch", "text/x-diff"},
		{".diff", "text/x-diff"}, {".md", "text/markdown"}, {".csv", "text/csv"},
		{".html", "text/html"}, {".htm", "text/html"}, {".css", "text/css"},
		{".ics", "text/calendar"}, {".vcf", "text/vcard"}, {".xml", "application/xml"},
		{".json", "application/json"}, {".pdf", "application/pdf"},
		{".zip", "application/zip"}, {".gz", "application/gzip"},
		{".tar", "application/x-tar"}, {".png", "image/png"}, {".jpg", "image/jpeg"},
		{".jpeg", "image/jpeg"}, {".gif", "image/gif"}, {".svg", "image/svg+xml"},
		{".webp", "image/webp"}, {".mp3", "audio/mpeg"}, {".ogg", "audio/ogg"},
		{".mp4", "video/mp4"}, {".odt", "application/vnd.oasis.opendocument.text"},
		{".ods", "application/vnd.oasis.opendocument.spreadsheet"},
		{".docx",
			"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}};
	size_t len = strlen(name);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		size_t ending = strlen(types[i].ending);
		if (len > ending && strcasecmp(name + len - ending, types[i].ending) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

/* Whether a file can stand in a message without being encoded, as a message in a message must. */
static bool is_clean(int descriptor)
{
	char piece[16384];
	off_t offset = 0;
	size_t line = 0;
	ssize_t got;
	while ((got = spool_read(descriptor, piece, sizeof piece, offset)) > 0) {
		offset += got;
		for (ssize_t i = 0; i < got; i++) {
			line = piece[i] == '\n' ? 0 : line + 1;
			if ((unsigned char)piece[i] >= 0x7F || piece[i] == 0 || line > 998)
				return false;
		}
	}
	return got == 0;
}

/* A character set is said of a text only where it is known. */
static const char *charset_of(int descriptor)
{
	char piece[16384];
	ssize_t got = spool_read(descriptor, piece, sizeof piece, 0);
	size_t bad;
	if (got <= 0)
		return "us-ascii";
	bool high = false;
	for (ssize_t i = 0; i < got; i++)
		high = high || (unsigned char)piece[i] >= 0x80;
	if (!high && got < (ssize_t)sizeof piece)
		return "us-ascii";
	/* the last character may be cut */
	bool valid = compose_is_utf8(piece, (size_t)got, &bad) ||
		     (got == (ssize_t)sizeof piece && bad + 4 > (size_t)got);
	return valid ? "utf-8" : NULL;
}

/*
 * Neither "message/rfc822" (RFC 2046 5.2.1) nor a multipart (RFC 2045 6.4) may be encoded: a
 * message that must be, and a multipart, whose boundary nobody knows, are mere files.
 */
static GMimeContentEncoding encoding_of(const char **type, int descriptor)
{
	if (strncasecmp(*type, "multipart/", sizeof "multipart/" - 1) == 0)
		*type = "application/octet-stream";
	if (strcasecmp(*type, "message/rfc822") != 0)
		return GMIME_CONTENT_ENCODING_BASE64;
	if (is_clean(descriptor))
		return GMIME_CONTENT_ENCODING_7BIT;
	*type = "application/octet-stream";
	return GMIME_CONTENT_ENCODING_BASE64;
}

/* The name as RFC 2231 has it, in UTF-8 whatever the locale is. */
static void set_name(GMimePart *part, const char *name)
{
	GMimeObject *object = GMIME_OBJECT(part);
	g_mime_part_set_filename(part, name);
	GMimeParamList *lists[] = {
		g_mime_content_type_get_parameters(g_mime_object_get_content_type(object)),
		g_mime_content_disposition_get_parameters(
			g_mime_object_get_content_disposition(object))};
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		GMimeParam *param =
			g_mime_param_list_get_parameter(lists[i], i == 0 ? "name" : "filename");
		if (param != NULL) {
			g_mime_param_set_charset(param, "utf-8");
			g_mime_param_set_encoding_method(
				param, GMIME_PARAM_ENCODING_METHOD_RFC2231);
		}
	}
}

/* The stream takes the descriptor. */
static GMimeObject *make_part(const char *type, const char *name, int descriptor)
{
	GMimeContentEncoding encoding = encoding_of(&type, descriptor);
	char **halves = g_strsplit(type, "/", 2);
	GMimePart *part = g_mime_part_new_with_type(halves[0], halves[1]);
	const char *charset = strcasecmp(halves[0], "text") == 0 ? charset_of(descriptor) : NULL;
	GMimeStream *stream = g_mime_stream_fs_new(descriptor);
	GMimeDataWrapper *content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	g_strfreev(halves);
	g_object_unref(stream);
	if (charset != NULL)
		g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", charset);
	g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
	set_name(part, name);
	g_mime_part_set_content_encoding(part, encoding);
	g_mime_part_set_content(part, content);
	g_object_unref(content);
	return GMIME_OBJECT(part);
}

/* What is no file is kept first: it is read twice. */
static int open_attachment(const char *path, struct trouble *trouble)
{
	struct stat facts;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0 || fstat(descriptor, &facts) != 0) {
		trouble_set(trouble, EX_NOINPUT, "--attach: %s: it cannot be opened: %s", path,
			strerror(errno));
	} else if (S_ISDIR(facts.st_mode)) {
		trouble_set(trouble, EX_NOINPUT,
			"--attach: %s: it is a directory; pack it first (tar, zip)", path);
	} else if (S_ISREG(facts.st_mode)) {
		return descriptor;
	} else {
		int copy = spool_copy(descriptor, trouble);
		close(descriptor);
		return copy >= 0 && lseek(copy, 0, SEEK_SET) == 0 ? copy : -1;
	}
	if (descriptor >= 0)
		close(descriptor);
	return -1;
}

static bool is_name(const char *name)
{
	size_t bad;
	bool valid = compose_is_utf8(name, strlen(name), &bad);
	for (size_t i = 0; name[i] != 0; i++)
		valid = valid && (unsigned char)name[i] >= ' ' && name[i] != 0x7F;
	return valid;
}

GMimeObject *compose_attachment(const char *argument, struct trouble *trouble)
{
	struct attachment parts;
	GMimeObject *part = NULL;
	take_apart(argument, &parts);
	const char *slash = strrchr(parts.path, '/');
	const char *name = parts.name != NULL ? parts.name : slash == NULL ? parts.path : slash + 1;
	int descriptor = open_attachment(parts.path, trouble);
	if (descriptor >= 0 && !is_name(name)) {
		trouble_set(trouble, EX_DATAERR,
			"--attach: %s: its name is no UTF-8; give it another: --attach FILE::NAME",
			parts.path);
		close(descriptor);
	} else if (descriptor >= 0) {
		const char *type = parts.type != NULL ? parts.type : type_by_ending(name);
		part = make_part(type, name, descriptor);
	}
	g_free(parts.path);
	g_free(parts.copy);
	return part;
}

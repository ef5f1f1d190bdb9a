/* compose: parts to a whole, and the whole into a spool. */
#include "msub_compose.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_compose_part.h"
#include "msub_spool.h"

/* ---- numbers ---- */

/* Spreads a seed over 128 bits: FNV-1a, then two steps of splitmix64. */
static void spread(struct compose_random *random, const char *seed)
{
	uint64_t state = 0xCBF29CE484222325u;
	for (; *seed != 0; seed++)
		state = (state ^ (unsigned char)*seed) * 0x100000001B3u;
	for (size_t i = 0; i < sizeof random->octets; i++) {
		if (i % 8 == 0)
			state += 0x9E3779B97F4A7C15u;
		uint64_t mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9u;
		mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
		mixed ^= mixed >> 31;
		random->octets[i] = (unsigned char)(mixed >> (8 * (i % 8)));
	}
}

bool compose_random_begin(struct compose_random *random, const char *seed, struct trouble *trouble)
{
	*random = (struct compose_random){0};
	if (seed != NULL) {
		spread(random, seed);
		return true;
	}
	int descriptor = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;
	if (descriptor >= 0) {
		got = spool_read(descriptor, random->octets, sizeof random->octets, -1);
		close(descriptor);
	}
	return got == (ssize_t)sizeof random->octets ||
	       trouble_set(trouble, EX_OSERR,
		       "the system gives no random numbers (/dev/urandom); give a --seed");
}

void compose_random_draw(struct compose_random *random, char digits[33])
{
	unsigned int drawn = random->drawn++;
	for (size_t i = 0; i < sizeof random->octets; i++) {
		unsigned char octet = random->octets[i];
		if (i == 0)
			octet = (unsigned char)(octet + drawn);
		snprintf(digits + 2 * i, 3, "%02x", octet);
	}
}

/* ---- parts ---- */

static GMimeObject *join_parts(
	const char *subtype, GMimeObject *first, struct compose_random *random)
{
	char digits[33], boundary[40];
	GMimeMultipart *whole = g_mime_multipart_new_with_subtype(subtype);
	compose_random_draw(random, digits);
	/* "=_" stands in no encoded text */
	snprintf(boundary, sizeof boundary, "=_%s", digits);
	g_mime_multipart_set_boundary(whole, boundary);
	g_mime_multipart_add(whole, first);
	g_object_unref(first);
	return GMIME_OBJECT(whole);
}

/* The text, the HTML, or both to choose from. */
static GMimeObject *make_text(const struct compose_options *options, struct compose_random *random,
	struct trouble *trouble)
{
	GMimeObject *text = NULL, *html = NULL;
	if (options->html_file == NULL || options->body_file != NULL) {
		text = compose_text(options->body_file, "plain", options->charset, trouble);
		if (text == NULL)
			return NULL;
	}
	if (options->html_file == NULL)
		return text;
	html = compose_text(options->html_file, "html", options->charset, trouble);
	if (html == NULL) {
		g_clear_object(&text);
		return NULL;
	}
	if (text == NULL)
		return html;
	GMimeObject *both = join_parts("alternative", text, random);
	g_mime_multipart_add(GMIME_MULTIPART(both), html);
	g_object_unref(html);
	return both;
}

static GMimeObject *make_parts(const struct compose_options *options, struct compose_random *random,
	struct trouble *trouble)
{
	GMimeObject *whole = make_text(options, random, trouble);
	if (whole != NULL && options->attach.count > 0)
		whole = join_parts("mixed", whole, random);
	for (size_t i = 0; whole != NULL && i < options->attach.count; i++) {
		GMimeObject *part = compose_attachment(options->attach.items[i], trouble);
		if (part == NULL) {
			g_clear_object(&whole);
			break;
		}
		g_mime_multipart_add(GMIME_MULTIPART(whole), part);
		g_object_unref(part);
	}
	return whole;
}

/* ---- the whole ---- */

static bool write_message(GMimeMessage *message, int spool, struct trouble *trouble)
{
	GMimeFormatOptions *format = g_mime_format_options_new();
	GMimeStream *stream = g_mime_stream_fs_new(spool);
	g_mime_stream_fs_set_owner(GMIME_STREAM_FS(stream), FALSE);
	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	errno = 0;
	bool written = g_mime_object_write_to_stream(GMIME_OBJECT(message), format, stream) >= 0 &&
		       g_mime_stream_flush(stream) == 0;
	g_object_unref(stream);
	g_mime_format_options_free(format);
	return written || trouble_set(trouble, EX_IOERR,
				  "it could not be kept in a temporary file: %s", strerror(errno));
}

__attribute__((visibility("default"))) int compose_message(const struct compose_options *options,
	const char *from, const char *name, struct addresses *recipients, struct trouble *trouble)
{
	struct compose_random random;
	int spool = -1;
	g_mime_init();
	GMimeMessage *message = g_mime_message_new(FALSE);
	GMimeObject *parts = NULL;
	if (compose_random_begin(&random, options->seed, trouble) &&
		compose_header(message, options, from, name, &random, recipients, trouble) &&
		(parts = make_parts(options, &random, trouble)) != NULL)
		spool = spool_open(trouble);
	if (parts != NULL) {
		g_mime_message_set_mime_part(message, parts);
		g_object_unref(parts);
	}
	if (spool >= 0 && !write_message(message, spool, trouble)) {
		close(spool);
		spool = -1;
	}
	g_object_unref(message);
	g_mime_shutdown();
	return spool;
}

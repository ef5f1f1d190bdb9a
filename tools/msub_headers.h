/*
 * headers: the header of a message, as far as an envelope can be made of it.
 *
 * A header is a number of fields, each with the lines that continue it, up to the first empty
 * line. Lines end in CR LF, LF or CR alone, since all three leave the library as CR LF: a field
 * that hides behind a bare CR is a field. A line that is neither a field nor a continuation (an
 * mbox's "From " line, a text without a header) is passed over and remembered; the header goes on
 * behind it, so that no Bcc field can hide there.
 */
#ifndef TOOLS_MSUB_HEADERS_H
#define TOOLS_MSUB_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "msub_addresses.h"

struct header_field {
	size_t start;	 /* offset of the name */
	size_t name_len; /* without the colon and blanks in front of it */
	size_t value;	 /* offset behind the colon */
	size_t end;	 /* offset behind the last line end */
};

struct headers {
	const char *text; /* borrowed */
	size_t len;	  /* the empty line included */
	bool ended;	  /* by an empty line */
	size_t odd_line;  /* the number of the first line that is no field; 0: none */
	struct header_field *fields;
	size_t count;
};

/*
 * Where the header that begins at `text` ends: the offset behind its empty line, or 0 where there
 * is none. `more`: text may follow, so that a CR at its end may be half a line end.
 */
size_t headers_end(const char *text, size_t len, bool more);
/* Reads a header; the text is borrowed until it is freed. False: no memory. */
bool headers_read(struct headers *headers, const char *text, size_t len);
void headers_free(struct headers *headers);

/*
 * Adds those for whom the message is: To, Cc and Bcc, or, where there are Resent- fields, the
 * Resent-To, Resent-Cc and Resent-Bcc of the first block of them. On ADDRESSES_MALFORMED, *field
 * is the field that cannot be read (lent by the headers).
 */
enum addresses_result headers_recipients(const struct headers *headers, struct addresses *addresses,
	const struct header_field **field);
/* Adds the addresses of From, or of the first block's Resent-From; otherwise the same. */
enum addresses_result headers_authors(const struct headers *headers, struct addresses *addresses,
	const struct header_field **field);
/* Whether a field has a name, small and capital letters alike. */
bool headers_is_named(
	const struct headers *headers, const struct header_field *field, const char *name);

#endif

/*
 * plain_text: what was typed, as lines that end in CR LF.
 *
 * Text comes from people, files and options, with any line end; an editor's paragraph, line and
 * page breaks are ends of lines as well. All of it is UTF-8, before any charset.
 */
#ifndef MESSAGE_PLAIN_TEXT_H
#define MESSAGE_PLAIN_TEXT_H

#include "octets.h"

/*
 * Appends the text with CR LF for CR LF, CR, LF, U+2028 (line), U+2029 (paragraph) and U+000C
 * (page). `plain_blanks`: a non-breaking blank (U+00A0) becomes a blank, a non-breaking hyphen
 * (U+2011) a hyphen. Tabs and everything else stay.
 */
bool plain_text_append(struct buffer *out, struct octets typed, bool plain_blanks);
/*
 * Appends lines of at most 78 characters. A line that is longer is broken at the last blank or
 * tab with which it has no more than 78 before it; CR LF takes that blank's place. A word that is
 * longer than a line is cut behind its 78th character. Text without an end gets one. NUL goes:
 * raw text has no way to say it (in MIME it is encoded).
 */
bool plain_text_wrap(struct buffer *out, struct octets text);
/* May it go as it is: ASCII without NUL, no line of more than 998 octets (RFC 2045 2.7)? */
bool plain_text_fits_7bit(struct octets text);
/* The same for 8bit (RFC 2045 2.8). */
bool plain_text_fits_8bit(struct octets text);
/* The length of the line at the front, with its CR LF where it has one. */
size_t plain_text_line_len(struct octets text);
/* Appends CR LF unless `text`, not empty, ends in one. */
bool plain_text_finish(struct buffer *out, struct octets text);

#endif

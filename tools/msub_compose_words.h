/*
 * compose_words: a field's value in words, encoded where they must be and folded where lines end.
 *
 * An encoded word has at most 75 octets and a line that holds one at most 76, and no character is
 * cut in two (RFC 2047 2, 5). GMime breaks only where there are blanks, which many scripts have
 * not.
 */
#ifndef TOOLS_MSUB_COMPOSE_WORDS_H
#define TOOLS_MSUB_COMPOSE_WORDS_H

#include <gmime/gmime.h>

/* A value that grows. */
struct field_value {
	GString *text;
	size_t column; /* octets of the last line */
};

/* Begins behind "Name:". The text is freed with g_string_free(). */
void field_value_begin(struct field_value *value, const char *name);
/* Text of a person, in UTF-8 without line ends: Subject and all that has no grammar. */
void field_value_text(struct field_value *value, const char *text);
/* Addresses with the names of their people, and of groups. */
void field_value_addresses(struct field_value *value, InternetAddressList *list);
/* Ends its last line. */
void field_value_end(struct field_value *value);

#endif

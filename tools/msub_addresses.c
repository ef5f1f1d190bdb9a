/* addresses: one pass over the octets, with a row for each octet that has a meaning. */
#include "msub_addresses.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct parsing {
	struct addresses *addresses;
	const char *at, *end;
	char *word; /* what may become an address; as long as the text */
	size_t len;
	enum { PLAIN, ANGLE, ANGLE_CLOSED } where;
	bool group; /* between a group's colon and its semicolon */
	bool blank; /* white space or a comment came before what comes now */
	bool torn;  /* two words stand side by side, so this is no address but (part of) a name */
};

typedef enum addresses_result step(struct parsing *parsing);

static void forget_word(struct parsing *parsing)
{
	parsing->len = 0;
	parsing->blank = false;
	parsing->torn = false;
}

static bool joins(char octet)
{
	return octet == '.' || octet == '@' || octet == ',';
}

/* Adds an octet outside quotes; white space counts only between two words. */
static enum addresses_result put(struct parsing *parsing, char octet)
{
	if (parsing->where == ANGLE_CLOSED)
		return ADDRESSES_MALFORMED;
	if (parsing->blank && parsing->len > 0 && !joins(parsing->word[parsing->len - 1]) &&
		!joins(octet))
		parsing->torn = true;
	parsing->blank = false;
	parsing->word[parsing->len++] = octet;
	return ADDRESSES_TAKEN;
}

static enum addresses_result finish(struct parsing *parsing)
{
	struct addresses *list = parsing->addresses;
	bool empty = parsing->where == PLAIN && parsing->len == 0;
	if (parsing->where == ANGLE || parsing->torn || (!empty && parsing->len == 0))
		return ADDRESSES_MALFORMED;
	if (!empty) {
		char **items = realloc(list->items, (list->count + 1) * sizeof *items);
		if (items == NULL)
			return ADDRESSES_NO_MEMORY;
		list->items = items;
		items[list->count] = strndup(parsing->word, parsing->len);
		if (items[list->count] == NULL)
			return ADDRESSES_NO_MEMORY;
		list->count++;
	}
	parsing->where = PLAIN;
	forget_word(parsing);
	return ADDRESSES_TAKEN;
}

static enum addresses_result skip_blank(struct parsing *parsing)
{
	parsing->blank = true;
	return ADDRESSES_TAKEN;
}

/* Comments nest (RFC 5322 3.2.2). */
static enum addresses_result skip_comment(struct parsing *parsing)
{
	size_t depth = 1;
	while (depth > 0) {
		if (parsing->at == parsing->end)
			return ADDRESSES_MALFORMED;
		char octet = *parsing->at++;
		if (octet == '\\' && parsing->at < parsing->end)
			parsing->at++;
		else if (octet == '(')
			depth++;
		else if (octet == ')')
			depth--;
	}
	return skip_blank(parsing);
}

/* Takes octets over as they are up to the closing one; a fold's line break is none of them. */
static enum addresses_result take_until(struct parsing *parsing, char opening, char closing)
{
	enum addresses_result result = put(parsing, opening);
	while (result == ADDRESSES_TAKEN) {
		if (parsing->at == parsing->end)
			return ADDRESSES_MALFORMED;
		char octet = *parsing->at++;
		if (octet == '\r' || octet == '\n')
			continue;
		parsing->word[parsing->len++] = octet;
		if (octet == '\\' && parsing->at < parsing->end)
			parsing->word[parsing->len++] = *parsing->at++;
		else if (octet == closing)
			break;
	}
	return result;
}

static enum addresses_result take_quoted(struct parsing *parsing)
{
	return take_until(parsing, '"', '"');
}

static enum addresses_result take_literal(struct parsing *parsing)
{
	return take_until(parsing, '[', ']');
}

/* What came before was a name. */
static enum addresses_result open_angle(struct parsing *parsing)
{
	if (parsing->where != PLAIN)
		return ADDRESSES_MALFORMED;
	forget_word(parsing);
	parsing->where = ANGLE;
	return ADDRESSES_TAKEN;
}

static enum addresses_result close_angle(struct parsing *parsing)
{
	if (parsing->where != ANGLE)
		return ADDRESSES_MALFORMED;
	parsing->where = ANGLE_CLOSED;
	return ADDRESSES_TAKEN;
}

static enum addresses_result take_comma(struct parsing *parsing)
{
	return parsing->where == ANGLE ? put(parsing, ',') : finish(parsing);
}

/* Ends a route (section 4.4) inside angle brackets, a group's name outside. */
static enum addresses_result take_colon(struct parsing *parsing)
{
	if (parsing->where == ANGLE_CLOSED || (parsing->where == PLAIN && parsing->group))
		return ADDRESSES_MALFORMED;
	if (parsing->where == PLAIN)
		parsing->group = true;
	forget_word(parsing);
	return ADDRESSES_TAKEN;
}

/* Ends a group; some programs write it between addresses, too. */
static enum addresses_result take_semicolon(struct parsing *parsing)
{
	parsing->group = false;
	return finish(parsing);
}

static enum addresses_result refuse(struct parsing *parsing)
{
	(void)parsing;
	return ADDRESSES_MALFORMED;
}

static step *step_of(unsigned char octet)
{
	static const struct {
		char octet;
		step *step;
	} steps[] = {{' ', skip_blank}, {'\t', skip_blank}, {'\r', skip_blank}, {'\n', skip_blank},
		{'(', skip_comment}, {')', refuse}, {'"', take_quoted}, {'[', take_literal},
		{']', refuse}, {'\\', refuse}, {'<', open_angle}, {'>', close_angle},
		{',', take_comma}, {':', take_colon}, {';', take_semicolon}};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if ((unsigned char)steps[i].octet == octet)
			return steps[i].step;
	}
	return octet < ' ' || octet == 0x7F ? refuse : NULL;
}

enum addresses_result addresses_add(struct addresses *addresses, const char *text, size_t len)
{
	struct parsing parsing = {.addresses = addresses, .at = text, .end = text + len};
	enum addresses_result result = ADDRESSES_TAKEN;
	if (memchr(text, 0, len) != NULL)
		return ADDRESSES_MALFORMED;
	parsing.word = malloc(len + 1);
	if (parsing.word == NULL)
		return ADDRESSES_NO_MEMORY;
	while (parsing.at < parsing.end && result == ADDRESSES_TAKEN) {
		char octet = *parsing.at++;
		step *taken = step_of((unsigned char)octet);
		result = taken == NULL ? put(&parsing, octet) : taken(&parsing);
	}
	if (result == ADDRESSES_TAKEN)
		result = finish(&parsing);
	free(parsing.word);
	return result;
}

void addresses_free(struct addresses *addresses)
{
	for (size_t i = 0; i < addresses->count; i++)
		free(addresses->items[i]);
	free(addresses->items);
	*addresses = (struct addresses){0};
}

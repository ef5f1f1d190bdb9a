/* types: the types that clients and servers share. */
#include "types.h"

#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SUGGESTION_ROOM = 160 };

static bool mismatch(struct conversion *conversion, const struct node *node, const char *wanted)
{
	if (node->kind == NODE_TEXT && node->text.len > 0)
		complain(conversion->complaints, node->place, "\"%s\" is not %s",
			(const char *)node->text.at, wanted);
	else
		complain(conversion->complaints, node->place, "expected %s, found %s", wanted,
			node_kind_name(node));
	return false;
}

bool read_text(struct conversion *conversion, const struct node *node, struct octets *text)
{
	if (node->kind != NODE_TEXT || (node->plain && node->text.len == 0)) {
		complain(conversion->complaints, node->place, "expected a text, found %s",
			node_kind_name(node));
		return false;
	}
	*text = node->text;
	return true;
}

bool read_list(struct conversion *conversion, const struct node *node)
{
	if (node->kind == NODE_LIST)
		return true;
	complain(conversion->complaints, node->place, "expected a list, found %s",
		node_kind_name(node));
	return false;
}

bool read_number(struct conversion *conversion, const struct node *node, uint64_t *number)
{
	if (node->kind == NODE_TEXT && octets_number(node->text, number) && *number <= UINT32_MAX)
		return true;
	return mismatch(conversion, node, "a number");
}

/* "18 ms", "600 s", "5 min" */
static bool parse_time(struct octets text, uint64_t *ms)
{
	static const struct {
		const char *unit;
		uint64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}};
	size_t blank = octets_find(text, ' ');
	uint64_t number;
	if (!octets_number(octets_cut(text, blank), &number) || number > UINT32_MAX)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (octets_equal(octets_from(text, blank + 1), octets_of(units[i].unit))) {
			*ms = number * units[i].ms;
			return true;
		}
	}
	return false;
}

bool read_time(struct conversion *conversion, const struct node *node, uint64_t *ms)
{
	*ms = PROFILE_NONE;
	if (node->kind == NODE_TEXT &&
		(octets_equal(node->text, octets_of("none")) || parse_time(node->text, ms)))
		return true;
	return mismatch(conversion, node, "a time such as 18 ms, 600 s, 5 min or none");
}

bool read_texts(struct conversion *conversion, const struct node *node, struct text_list *list)
{
	if (!read_list(conversion, node))
		return false;
	struct octets *items = arena_new(conversion->arena, node->count, sizeof *items);
	if (items == NULL)
		return false;
	*list = (struct text_list){.items = items, .count = node->count};
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (!read_text(conversion, item, items++))
			return false;
	}
	return true;
}

bool read_word(struct conversion *conversion, const struct node *node, const struct words *words,
	size_t *index)
{
	char list[512] = "", nearest[SUGGESTION_ROOM];
	*index = words->count;
	if (node->kind == NODE_TEXT)
		*index = words_find(words, node->text);
	if (*index < words->count)
		return true;
	struct suggestion suggestion;
	suggestion_init(&suggestion, node->text);
	for (size_t i = 0; i < words->count; i++) {
		size_t len = strlen(list);
		snprintf(list + len, sizeof list - len, "%s%s", i > 0 ? ", " : "", words->texts[i]);
		if (node->kind == NODE_TEXT)
			suggestion_offer(&suggestion, words->texts[i]);
	}
	suggestion_text(&suggestion, nearest, sizeof nearest);
	if (node->kind == NODE_TEXT && node->text.len > 0)
		complain(conversion->complaints, node->place, "\"%s\" is not one of %s%s",
			(const char *)node->text.at, list, nearest);
	else
		complain(conversion->complaints, node->place, "expected one of %s, found %s", list,
			node_kind_name(node));
	return false;
}

void complain_of_key(
	struct conversion *conversion, const struct node *key, const struct words *words)
{
	char nearest[SUGGESTION_ROOM];
	struct suggestion suggestion;
	suggestion_init(&suggestion, key->text);
	for (size_t i = 0; i < words->count; i++)
		suggestion_offer(&suggestion, words->texts[i]);
	suggestion_text(&suggestion, nearest, sizeof nearest);
	complain(conversion->complaints, key->place, "unknown key \"%s\"%s",
		(const char *)key->text.at, nearest);
}

/* Is `name` (up to a blank: {random 24}) one of the words in `variables`? */
static bool is_variable(struct octets name, const char *variables)
{
	struct octets word = octets_cut(name, octets_find(name, ' '));
	struct octets rest = octets_of(variables);
	while (rest.len > 0) {
		size_t blank = octets_find(rest, ' ');
		if (octets_equal(octets_cut(rest, blank), word))
			return true;
		rest = octets_from(rest, blank + 1);
	}
	return false;
}

/* Only {word} is a variable; a brace around anything else is a brace. */
static bool looks_like_variable(struct octets name)
{
	for (size_t i = 0; i < name.len; i++) {
		uint8_t octet = name.at[i];
		if (!(octet >= 'a' && octet <= 'z') && !(octet >= '0' && octet <= '9') &&
			octet != '-' && octet != ' ')
			return false;
	}
	return name.len > 0 && name.at[0] >= 'a' && name.at[0] <= 'z';
}

bool check_variables(struct conversion *conversion, const struct node *node, const char *variables)
{
	struct octets rest = node->text;
	while (rest.len > 0) {
		rest = octets_from(rest, octets_find(rest, '{') + 1);
		size_t end = octets_find(rest, '}');
		struct octets name = octets_cut(rest, end);
		if (end == rest.len || !looks_like_variable(name))
			continue;
		if (!is_variable(name, variables)) {
			complain(conversion->complaints, node->place,
				"unknown variable {%.*s}; there are: %s", (int)name.len,
				(const char *)name.at, variables[0] == 0 ? "none" : variables);
			return false;
		}
	}
	return true;
}

static bool flag_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)match;
	bool *flag = member;
	*flag = node->kind == NODE_TEXT && octets_equal(node->text, octets_of("true"));
	if (*flag || (node->kind == NODE_TEXT && octets_equal(node->text, octets_of("false"))))
		return true;
	return mismatch(conversion, node, "true or false");
}

static bool number_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	const struct key *key = match->key;
	uint64_t *number = member;
	if (!read_number(conversion, node, number))
		return false;
	if (*number >= key->least && (key->most == 0 || *number <= key->most))
		return true;
	complain(conversion->complaints, node->place,
		"expected a number from %" PRIu64 " to %" PRIu64, key->least,
		key->most == 0 ? UINT32_MAX : key->most);
	return false;
}

/* "5-85 ms", or a time; `none` is no time at all. */
static bool span_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)match;
	struct span *span = member;
	size_t dash = octets_find(node->text, '-');
	if (node->kind != NODE_TEXT || dash == node->text.len) {
		if (!read_time(conversion, node, &span->to_ms))
			return false;
		span->to_ms = span->to_ms == PROFILE_NONE ? 0 : span->to_ms;
		span->from_ms = span->to_ms;
		return true;
	}
	uint64_t from, unit;
	struct octets upper = octets_from(node->text, dash + 1);
	char one[8] = "1";
	struct octets unit_text = octets_from(upper, octets_find(upper, ' '));
	snprintf(one, sizeof one, "1%.*s", (int)unit_text.len, (const char *)unit_text.at);
	if (!octets_number(octets_cut(node->text, dash), &from) || from > UINT32_MAX ||
		!parse_time(upper, &span->to_ms) || !parse_time(octets_of(one), &unit))
		return mismatch(conversion, node, "a span such as 5-85 ms");
	span->from_ms = from * unit;
	if (span->from_ms <= span->to_ms)
		return true;
	complain(conversion->complaints, node->place, "the smaller first: %.*s-%.*s%.*s",
		(int)(upper.len - unit_text.len), (const char *)upper.at, (int)dash,
		(const char *)node->text.at, (int)unit_text.len, (const char *)unit_text.at);
	return false;
}

static void span_absent(void *member)
{
	struct span *span = member;
	span->from_ms = PROFILE_NONE;
	span->to_ms = PROFILE_NONE;
}

static bool text_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	const char *variables = match->key->variables;
	return read_text(conversion, node, member) &&
	       (variables == NULL || check_variables(conversion, node, variables));
}

static bool texts_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	const char *variables = match->key->variables;
	if (!read_texts(conversion, node, member))
		return false;
	for (const struct node *item = node->first; variables != NULL && item != NULL;
		item = item->next) {
		if (!check_variables(conversion, item, variables))
			return false;
	}
	return true;
}

static bool ports_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)match;
	uint64_t port;
	if (!read_texts(conversion, node, member))
		return false;
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (!octets_number(item->text, &port) || port == 0 || port > UINT16_MAX)
			return mismatch(conversion, item, "a port");
	}
	return true;
}

static bool word_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	size_t index;
	if (!read_word(conversion, node, match->key->words, &index))
		return false;
	uint8_t *octet = member; /* also a bool: the words are then in the order no, yes */
	*octet = words_value(match->key->words, index);
	return true;
}

static bool words_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	struct word_list *list = member;
	const size_t room = sizeof list->items;
	size_t index;
	*list = (struct word_list){.count = 0};
	if (!read_list(conversion, node))
		return false;
	if (node->count > room) {
		complain(conversion->complaints, node->place, "more than %zu items", room);
		return false;
	}
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (!read_word(conversion, item, match->key->words, &index))
			return false;
		list->items[list->count++] = words_value(match->key->words, index);
	}
	return true;
}

const struct type type_flag = {"flag", sizeof(bool), flag_read, NULL};
const struct type type_number = {"number", sizeof(uint64_t), number_read, NULL};
const struct type type_span = {"span", sizeof(struct span), span_read, span_absent};
const struct type type_text = {"text", sizeof(struct octets), text_read, NULL};
const struct type type_texts = {"list of texts", sizeof(struct text_list), texts_read, NULL};
const struct type type_ports = {"list of ports", sizeof(struct text_list), ports_read, NULL};
const struct type type_word = {"word", sizeof(uint8_t), word_read, NULL};
const struct type type_words = {"list of words", sizeof(struct word_list), words_read, NULL};

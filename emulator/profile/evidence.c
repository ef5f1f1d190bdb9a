/* evidence: reading the entries, and finding the one that counts. */
#include "evidence.h"

#include <string.h>

/* By weight, the heaviest first: the order of enum evidence_kind. */
WORDS(evidence_words, NULL, "trace", "test", "source", "vendor", "report", "derived", "document",
	"assumption");

const char *evidence_kind_name(enum evidence_kind kind)
{
	return kind < evidence_words.count ? evidence_words.texts[kind] : "";
}

struct entry_reader {
	struct arena *arena;
	struct complaints *complaints;
	enum profile_kind kind;
};

static bool is_text(const struct node *node)
{
	return node->kind == NODE_TEXT && node->text.len > 0;
}

static bool read_shows(
	struct entry_reader *reader, const struct node *node, struct evidence *evidence)
{
	if (node->kind != NODE_LIST || node->count == 0) {
		complain(reader->complaints, node->place,
			"shows: expected a list of keys, found %s",
			node->kind == NODE_LIST ? "an empty one" : node_kind_name(node));
		return true;
	}
	const char **shows = arena_new(reader->arena, node->count, sizeof *shows);
	if (shows == NULL)
		return false;
	evidence->shows = shows;
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		(void)keys_check(
			reader->kind, reader->complaints, item, "evidence for an unknown key");
		if (is_text(item))
			shows[evidence->show_count++] = (const char *)item->text.at;
	}
	return true;
}

/* KIND: "where"; *kinds counts how many of these an entry has. */
static void read_kind(struct entry_reader *reader, const struct node *key,
	struct evidence *evidence, size_t *kinds)
{
	size_t kind = words_find(&evidence_words, key->text);
	if (kind == evidence_words.count) {
		char nearest[160];
		struct suggestion suggestion;
		suggestion_init(&suggestion, key->text);
		suggestion_offer(&suggestion, "shows");
		for (size_t i = 0; i < evidence_words.count; i++)
			suggestion_offer(&suggestion, evidence_words.texts[i]);
		suggestion_text(&suggestion, nearest, sizeof nearest);
		complain(reader->complaints, key->place, "unknown kind of evidence \"%s\"%s",
			(const char *)key->text.at, nearest);
		return;
	}
	if (!is_text(key->value))
		complain(reader->complaints, key->value->place,
			"evidence says where it is from; expected a text, found %s",
			node_kind_name(key->value));
	evidence->kind = (enum evidence_kind)kind;
	evidence->where = key->value->kind == NODE_TEXT ? (const char *)key->value->text.at : "";
	(*kinds)++;
}

static bool read_entry(
	struct entry_reader *reader, const struct node *node, struct evidence *evidence)
{
	unsigned int before = reader->complaints->count;
	size_t kinds = 0;
	evidence->where = "";
	if (node->kind != NODE_MAP) {
		complain(reader->complaints, node->place,
			"expected evidence such as {trace: \"where\", shows: [flow]}, found %s",
			node_kind_name(node));
		return true;
	}
	for (const struct node *key = node->first; key != NULL; key = key->next) {
		if (!octets_equal(key->text, octets_of("shows")))
			read_kind(reader, key, evidence, &kinds);
		else if (!read_shows(reader, key->value, evidence))
			return false;
	}
	if (reader->complaints->count == before && kinds != 1)
		complain(reader->complaints, node->place, "evidence has one kind, not %zu", kinds);
	if (reader->complaints->count == before && evidence->shows == NULL)
		complain(reader->complaints, node->place, "evidence says what it shows (shows)");
	return true;
}

bool evidence_read(struct arena *arena, struct complaints *complaints, enum profile_kind kind,
	const struct node *node, struct evidence_list *list)
{
	struct entry_reader reader = {.arena = arena, .complaints = complaints, .kind = kind};
	if (node->kind != NODE_LIST) {
		complain(complaints, node->place, "evidence: expected a list, found %s",
			node_kind_name(node));
		return true;
	}
	struct evidence *items = arena_new(arena, node->count, sizeof *items);
	if (items == NULL)
		return false;
	*list = (struct evidence_list){.items = items, .count = node->count};
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (!read_entry(&reader, item, items++))
			return false;
	}
	return true;
}

/* Octets of `shown` where it is the path or a group that holds it; else 0. */
static size_t match_length(const char *shown, const char *path)
{
	size_t len = strlen(shown);
	bool holds = strncmp(shown, path, len) == 0 && (path[len] == 0 || path[len] == '.');
	return holds ? len : 0;
}

const struct evidence *evidence_for(const struct evidence_list *list, const char *path)
{
	const struct evidence *best = NULL;
	size_t best_length = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct evidence *item = &list->items[i];
		for (size_t s = 0; s < item->show_count; s++) {
			size_t length = match_length(item->shows[s], path);
			if (length == 0 || length < best_length ||
				(length == best_length && item->kind >= best->kind))
				continue;
			best = item;
			best_length = length;
		}
	}
	return best;
}

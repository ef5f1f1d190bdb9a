/* keys: finding the row of a path. */
#include "keys.h"

#include <stdio.h>
#include <string.h>

const char *profile_kind_name(enum profile_kind kind)
{
	static const char *const names[PROFILE_KIND_COUNT] = {
		[PROFILE_CLIENT] = "client", [PROFILE_SERVER] = "server", [PROFILE_LINK] = "link"};
	return (unsigned int)kind < PROFILE_KIND_COUNT ? names[kind] : "";
}

const struct key *profile_keys(enum profile_kind kind, size_t *count)
{
	static const struct key *(*const lists[PROFILE_KIND_COUNT])(size_t * count) = {
		[PROFILE_CLIENT] = client_keys,
		[PROFILE_SERVER] = server_keys,
		[PROFILE_LINK] = link_keys};
	return lists[kind](count);
}

bool keys_check(enum profile_kind kind, struct complaints *complaints, const struct node *node,
	const char *unknown)
{
	struct match match;
	struct suggestion suggestion;
	char nearest[160];
	if (node->kind != NODE_TEXT || node->text.len == 0) {
		complain(complaints, node->place, "expected a key, found %s", node_kind_name(node));
		return false;
	}
	if (keys_match(kind, node->text, &match) != MATCH_NONE)
		return true;
	suggestion_init(&suggestion, node->text);
	if (complaints->count < COMPLAINTS_SHOWN)
		keys_suggest(kind, &suggestion);
	suggestion_text(&suggestion, nearest, sizeof nearest);
	complain(complaints, node->place, "%s \"%s\"%s", unknown, (const char *)node->text.at,
		nearest);
	return false;
}

size_t key_members(const struct key *key)
{
	return key->names[0] == NULL ? 1 : key->names[0]->count;
}

/* Cuts the part before the next dot off. */
static struct octets next_part(struct octets *path)
{
	size_t dot = octets_find(*path, '.');
	struct octets part = octets_cut(*path, dot);
	*path = octets_from(*path, dot + 1);
	return part;
}

static bool is_placeholder(struct octets part)
{
	return part.len > 0 && part.at[0] >= 'A' && part.at[0] <= 'Z';
}

static bool take_name(const struct key *key, size_t level, struct octets part, struct match *match)
{
	match->part[level] = part;
	match->index[level] = words_find(key->names[level], part);
	return match->index[level] < key->names[level]->count ||
	       (key->accepts != NULL && key->accepts(level, part));
}

static enum match_result match_key(const struct key *key, struct octets path, struct match *match)
{
	struct octets pattern = octets_of(key->path);
	*match = (struct match){.key = key};
	for (size_t level = 0; path.len > 0;) {
		if (pattern.len == 0)
			return MATCH_NONE;
		bool ends_in_dot = path.at[path.len - 1] == '.';
		struct octets want = next_part(&pattern), part = next_part(&path);
		if (is_placeholder(want) ? !take_name(key, level++, part, match)
					 : !octets_equal(want, part))
			return MATCH_NONE;
		if (ends_in_dot && path.len == 0)
			return MATCH_NONE;
	}
	return pattern.len == 0 ? MATCH_KEY : MATCH_GROUP;
}

enum match_result keys_match(enum profile_kind kind, struct octets path, struct match *match)
{
	size_t count;
	const struct key *keys = profile_keys(kind, &count);
	enum match_result best = MATCH_NONE;
	if (path.len == 0)
		return best;
	for (size_t i = 0; i < count && best != MATCH_KEY; i++) {
		enum match_result result = match_key(&keys[i], path, match);
		best = result > best ? result : best;
	}
	return best;
}

/* Writes out what stands for the part in capitals from `level` on, and offers each. */
static void offer(struct suggestion *suggestion, const struct key *key, struct octets pattern,
	size_t level, char *path, size_t len)
{
	const size_t room = sizeof suggestion->nearest;
	if (pattern.len == 0)
		return;
	struct octets part = next_part(&pattern);
	bool named = is_placeholder(part);
	size_t count = named ? key->names[level]->count : 1;
	for (size_t i = 0; i < count; i++) {
		struct octets text = named ? octets_of(key->names[level]->texts[i]) : part;
		if (len + text.len + 2 > room)
			continue;
		size_t at = len;
		if (len > 0)
			path[at++] = '.';
		memcpy(path + at, text.at, text.len);
		path[at + text.len] = 0;
		suggestion_offer(suggestion, path);
		offer(suggestion, key, pattern, level + named, path, at + text.len);
	}
}

void keys_suggest(enum profile_kind kind, struct suggestion *suggestion)
{
	static const char *const heads[] = {"name", "about", "based-on", "evidence", "breaks"};
	size_t count;
	const struct key *keys = profile_keys(kind, &count);
	char path[sizeof suggestion->nearest];
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		suggestion_offer(suggestion, heads[i]);
	for (size_t i = 0; i < count; i++)
		offer(suggestion, &keys[i], octets_of(keys[i].path), 0, path, 0);
}

/* settings: walking a file's tree along the key list. */
#include "settings.h"

#include <string.h>

struct walker {
	struct arena *arena;
	struct complaints *complaints;
	enum profile_kind kind;
	const struct profile_source *source;
	struct settings *settings;
	size_t room;
	bool is_full;
};

static void complain_unknown(struct walker *walker, const struct node *key, struct octets path)
{
	struct suggestion suggestion;
	char nearest[160];
	suggestion_init(&suggestion, path);
	if (walker->complaints->count < COMPLAINTS_SHOWN) /* a hostile file has thousands */
		keys_suggest(walker->kind, &suggestion);
	suggestion_text(&suggestion, nearest, sizeof nearest);
	complain(walker->complaints, key->place, "unknown key \"%s\"%s", (const char *)path.at,
		nearest);
}

/* The room grows by doubling; what was left behind stays in the arena. */
static bool has_room(struct walker *walker)
{
	struct settings *settings = walker->settings;
	if (settings->count < walker->room)
		return true;
	size_t room = walker->room == 0 ? 32 : walker->room * 2;
	struct setting *items = arena_new(walker->arena, room, sizeof *items);
	if (items == NULL)
		return false;
	if (settings->count > 0)
		memcpy(items, settings->items, settings->count * sizeof *items);
	settings->items = items;
	walker->room = room;
	return true;
}

static const struct setting *find(const struct settings *settings, const char *path)
{
	for (size_t i = 0; i < settings->count; i++) {
		if (strcmp(settings->items[i].path, path) == 0)
			return &settings->items[i];
	}
	return NULL;
}

static bool add_setting(struct walker *walker, const struct node *key, struct octets path,
	const struct match *match, bool repeats)
{
	struct settings *settings = walker->settings;
	/* to look further would take a hostile file's time and show nothing new */
	if (walker->is_full || walker->complaints->count > COMPLAINTS_SHOWN)
		return true;
	const struct setting *first = find(settings, (const char *)path.at);
	if (first != NULL) {
		complain(walker->complaints, key->place, "duplicate key \"%s\" (first in line %zu)",
			(const char *)path.at,
			place_line(walker->complaints->text, first->place.at));
		return true;
	}
	if (settings->count == SETTINGS_MAX) {
		complain(walker->complaints, key->place, "more than %d keys", SETTINGS_MAX);
		walker->is_full = true;
		return true;
	}
	if (!has_room(walker))
		return false;
	settings->items[settings->count++] = (struct setting){.path = (const char *)path.at,
		.match = *match,
		.value = key->value,
		.place = key->place,
		.repeats = repeats};
	return true;
}

static struct octets join(struct arena *arena, struct octets prefix, struct octets name)
{
	size_t dot = prefix.len > 0 ? 1 : 0, len = prefix.len + dot + name.len;
	uint8_t *path = arena_new(arena, len + 1, 1);
	if (path == NULL)
		return octets_make(NULL, 0);
	if (prefix.len > 0) {
		memcpy(path, prefix.at, prefix.len);
		path[prefix.len] = '.';
	}
	if (name.len > 0)
		memcpy(path + prefix.len + dot, name.at, name.len);
	return octets_make(path, len);
}

/* How many octets of the path stand before its last part. */
static size_t head_length(struct octets path)
{
	size_t len = path.len;
	while (len > 0 && path.at[len - 1] != '.')
		len--;
	return len;
}

/* `421 450 451: quit` names several events of one row. */
static bool add_several(struct walker *walker, const struct node *key, struct octets path)
{
	size_t head = head_length(path);
	struct octets row = octets_cut(path, head > 0 ? head - 1 : 0);
	struct octets names = octets_trim(octets_from(path, head));
	bool repeats = false;
	if (names.len == 0)
		complain_unknown(walker, key, path);
	while (names.len > 0) {
		size_t blank = octets_find(names, ' ');
		struct octets one = join(walker->arena, row, octets_cut(names, blank));
		struct match match;
		if (one.at == NULL)
			return false;
		if (keys_match(walker->kind, one, &match) != MATCH_KEY ||
			match.key->names[1] == NULL || !match.key->is_cell) {
			complain_unknown(walker, key, path);
			return true;
		}
		if (!add_setting(walker, key, one, &match, repeats))
			return false;
		repeats = true;
		names = octets_trim(octets_from(names, blank));
	}
	return true;
}

static bool walk_map(struct walker *walker, const struct node *map, struct octets prefix);

static bool walk_key(struct walker *walker, const struct node *key, struct octets prefix)
{
	struct match match;
	struct octets path = join(walker->arena, prefix, key->text);
	if (path.at == NULL)
		return false;
	if (octets_find(key->text, 0) < key->text.len) {
		complain(walker->complaints, key->place, "no key holds a NUL");
		return true;
	}
	if (octets_find(key->text, ' ') < key->text.len)
		return add_several(walker, key, path);
	switch (keys_match(walker->kind, path, &match)) {
	case MATCH_KEY:
		return add_setting(walker, key, path, &match, false);
	case MATCH_GROUP:
		return walk_map(walker, key->value, path);
	case MATCH_NONE:
		break;
	}
	complain_unknown(walker, key, path);
	return true;
}

/* `forgets: {}` says that nothing of it is inherited. */
static void empty_group(struct walker *walker, const struct node *map, struct octets prefix)
{
	struct settings *settings = walker->settings;
	if (settings->emptied_count < EMPTIED_MAX)
		settings->emptied[settings->emptied_count++] = prefix;
	else
		complain(
			walker->complaints, map->place, "more than %d emptied groups", EMPTIED_MAX);
}

static bool walk_map(struct walker *walker, const struct node *map, struct octets prefix)
{
	bool empty = map->kind == NODE_MAP && map->first == NULL;
	if (prefix.len > 0 && (empty || node_is_word(map, "none"))) {
		empty_group(walker, map, prefix);
		return true;
	}
	if (map->kind != NODE_MAP) {
		complain(walker->complaints, map->place, "\"%s\" holds further keys; found %s",
			(const char *)prefix.at, node_kind_name(map));
		return true;
	}
	for (const struct node *key = map->first; key != NULL; key = key->next) {
		if (!walk_key(walker, key, prefix))
			return false;
	}
	return true;
}

static void read_head_text(struct walker *walker, const struct node *key, struct octets *text)
{
	if (key->value->kind == NODE_TEXT && key->value->text.len > 0)
		*text = key->value->text;
	else
		complain(walker->complaints, key->value->place, "expected a text, found %s",
			node_kind_name(key->value));
}

/* The rules are the referee's: whoever loads for it tells them. */
static void check_rule(struct walker *walker, const struct node *rule)
{
	const struct profile_source *source = walker->source;
	struct suggestion suggestion;
	char nearest[160];
	const char *known;
	if (source == NULL || source->rule == NULL)
		return;
	suggestion_init(&suggestion, rule->text);
	for (size_t i = 0; (known = source->rule(source->context, i)) != NULL; i++) {
		if (octets_equal(rule->text, octets_of(known)))
			return;
		if (walker->complaints->count < COMPLAINTS_SHOWN)
			suggestion_offer(&suggestion, known);
	}
	suggestion_text(&suggestion, nearest, sizeof nearest);
	complain(walker->complaints, rule->place, "unknown rule \"%s\"%s",
		(const char *)rule->text.at, nearest);
}

/* breaks: [needless-reset, …] */
static bool read_breaks(struct walker *walker, const struct node *key, struct head *head)
{
	const struct node *list = key->value;
	if (list->kind != NODE_LIST) {
		complain(walker->complaints, list->place,
			"breaks: expected a list of rules, found %s", node_kind_name(list));
		return true;
	}
	struct octets *rules = arena_new(walker->arena, list->count, sizeof *rules);
	if (rules == NULL)
		return false;
	head->breaks = (struct text_list){.items = rules, .count = list->count};
	head->breaks_written = true;
	for (const struct node *rule = list->first; rule != NULL; rule = rule->next) {
		if (rule->kind != NODE_TEXT || rule->text.len == 0)
			complain(walker->complaints, rule->place, "expected a rule, found %s",
				node_kind_name(rule));
		else
			check_rule(walker, rule);
		*rules++ = rule->text;
	}
	return true;
}

/* Takes a head key; *taken is false where it is none. */
static bool read_head_key(
	struct walker *walker, const struct node *key, struct head *head, bool *taken)
{
	*taken = true;
	if (octets_equal(key->text, octets_of("name"))) {
		read_head_text(walker, key, &head->name);
	} else if (octets_equal(key->text, octets_of("about"))) {
		read_head_text(walker, key, &head->about);
	} else if (octets_equal(key->text, octets_of("based-on"))) {
		struct octets name;
		read_head_text(walker, key, &name);
		head->based_on = key->value->kind == NODE_TEXT ? key->value : NULL;
	} else if (octets_equal(key->text, octets_of("evidence"))) {
		return evidence_read(walker->arena, walker->complaints, walker->kind, key->value,
			&head->evidence);
	} else if (octets_equal(key->text, octets_of("breaks"))) {
		return read_breaks(walker, key, head);
	} else {
		*taken = false;
	}
	return true;
}

void settings_find_evidence(
	struct settings *settings, const struct head *head, struct complaints *complaints)
{
	for (size_t i = 0; i < settings->count; i++) {
		struct setting *setting = &settings->items[i];
		setting->evidence = evidence_for(&head->evidence, setting->path);
		if (setting->evidence == NULL && !setting->repeats)
			complain(complaints, setting->place, "no evidence shows \"%s\"",
				setting->path);
	}
}

bool settings_read(struct arena *arena, struct complaints *complaints, enum profile_kind kind,
	const struct profile_source *source, const struct node *root, struct head *head,
	struct settings *settings)
{
	struct walker walker = {.arena = arena,
		.complaints = complaints,
		.kind = kind,
		.source = source,
		.settings = settings};
	*head = (struct head){.based_on = NULL};
	*settings = (struct settings){.count = 0};
	if (root->kind != NODE_MAP) {
		complain(complaints, root->place, "a profile is a map of keys; found %s",
			node_kind_name(root));
		return true;
	}
	for (const struct node *key = root->first; key != NULL; key = key->next) {
		bool taken;
		if (!read_head_key(&walker, key, head, &taken) ||
			(!taken && !walk_key(&walker, key, octets_make(NULL, 0))))
			return false;
	}
	return true;
}

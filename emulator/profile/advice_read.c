/* advice_read: a file's tree becomes a chapter of the book. */
#include "advice_book.h"
#include "keys.h"
#include "text.h"
#include "yaml.h"

#include <string.h>

struct reader {
	struct arena *arena;
	struct complaints *complaints;
	struct advice_chapter *chapter;
	struct advice_item *item; /* under work */
};

/* A key that may be written, and what takes its value. */
struct field {
	const char *name;
	void (*take)(struct reader *reader, const struct node *value);
};

LOCAL_WORDS(receivers, NULL, "server", "owner");

static bool is_text(const struct node *node)
{
	return node->kind == NODE_TEXT && node->text.len > 0;
}

static const char *keep(struct reader *reader, struct octets text)
{
	const char *copy = arena_string(reader->arena, text);
	return copy == NULL ? "" : copy;
}

/* Texts go to terminals, into JSON and HTML: nothing in them may hide or break a line. */
static const char *take_text(struct reader *reader, const struct node *value)
{
	if (!is_text(value))
		complain(reader->complaints, value->place, "expected a text, found %s",
			value->kind == NODE_TEXT ? "nothing" : node_kind_name(value));
	else if (value->text.len > ADVICE_TEXT_MAX)
		complain(
			reader->complaints, value->place, "longer than %d octets", ADVICE_TEXT_MAX);
	else if (!text_is_readable(value->text) || octets_find(value->text, 0) < value->text.len)
		complain(reader->complaints, value->place, "holds what cannot be read or shown");
	else
		return keep(reader, octets_trim(value->text));
	return "";
}

/* A text, or a list of them. */
static void take_texts(
	struct reader *reader, const struct node *value, struct advice_patterns *patterns)
{
	bool is_list = value->kind == NODE_LIST;
	if (is_list && value->count == 0)
		complain(reader->complaints, value->place, "expected texts, found an empty list");
	patterns->count = 0;
	patterns->items =
		arena_new(reader->arena, is_list ? value->count : 1, sizeof *patterns->items);
	if (patterns->items == NULL)
		return;
	const struct node *item = is_list ? value->first : value;
	for (; item != NULL; item = is_list ? item->next : NULL)
		patterns->items[patterns->count++] = take_text(reader, item);
}

static void take_fields(struct reader *reader, const struct node *map, const char *what,
	const struct field *fields, size_t count)
{
	if (map->kind != NODE_MAP) {
		complain(reader->complaints, map->place, "%s is a map of keys; found %s", what,
			node_kind_name(map));
		return;
	}
	for (const struct node *key = map->first; key != NULL; key = key->next) {
		struct suggestion suggestion;
		char nearest[160];
		size_t i = 0;
		suggestion_init(&suggestion, key->text);
		while (i < count && !octets_equal(key->text, octets_of(fields[i].name)))
			suggestion_offer(&suggestion, fields[i++].name);
		suggestion_text(&suggestion, nearest, sizeof nearest);
		if (i < count)
			fields[i].take(reader, key->value);
		else
			complain(reader->complaints, key->place, "unknown key \"%s\"%s",
				(const char *)key->text.at, nearest);
	}
}

/* --- for: keys of a client profile --- */

static const char *take_path(struct reader *reader, const struct node *node)
{
	bool known =
		keys_check(PROFILE_CLIENT, reader->complaints, node, "no client profile has a key");
	return known ? keep(reader, node->text) : "";
}

static void take_key(struct reader *reader, const struct node *node, struct advice_key *key)
{
	key->path = "";
	if (node->kind != NODE_MAP) {
		key->path = take_path(reader, node);
		return;
	}
	for (const struct node *part = node->first; part != NULL; part = part->next) {
		if (octets_equal(part->text, octets_of("key")))
			key->path = take_path(reader, part->value);
		else if (octets_equal(part->text, octets_of("value")))
			key->value = take_text(reader, part->value);
		else
			complain(reader->complaints, part->place,
				"expected a key and its value, such as {key: wire.mail, value: \"*: <*\"}");
	}
	if (node_find(node, "key") == NULL)
		complain(reader->complaints, node->place, "which key? Write {key: …, value: …}");
}

static void take_for(struct reader *reader, const struct node *value)
{
	struct advice_item *item = reader->item;
	if (value->kind != NODE_LIST || value->count == 0) {
		complain(reader->complaints, value->place, "for: expected a list of keys, found %s",
			value->kind == NODE_LIST ? "an empty one" : node_kind_name(value));
		return;
	}
	item->keys = arena_new(reader->arena, value->count, sizeof *item->keys);
	const struct node *node = value->first;
	for (; item->keys != NULL && node != NULL; node = node->next)
		take_key(reader, node, &item->keys[item->key_count++]);
}

/* --- an item --- */

static void take_facts(struct reader *reader, const struct node *value)
{
	take_texts(reader, value, &reader->item->facts);
	for (size_t i = 0; i < reader->item->facts.count; i++) {
		const char *fact = reader->item->facts.items[i];
		if (strspn(fact, "abcdefghijklmnopqrstuvwxyz0123456789-*") < strlen(fact))
			complain(reader->complaints, value->place,
				"a fact's name is lower-case letters, digits and dashes, or a pattern of them");
	}
}

/* A step is what may stand in think.STEP, or a step without a reply of its own. */
static void take_at(struct reader *reader, const struct node *value)
{
	static const char *const others[] = {"connect", "greeting", "tls"};
	take_texts(reader, value, &reader->item->steps);
	for (size_t i = 0; i < reader->item->steps.count; i++) {
		char path[ADVICE_TEXT_MAX + 8] = "think.";
		struct match match;
		const char *step = reader->item->steps.items[i];
		bool known = step[0] == 0 || strcmp(step, others[0]) == 0 ||
			     strcmp(step, others[1]) == 0 || strcmp(step, others[2]) == 0;
		memcpy(path + 6, step, strlen(step) + 1);
		if (!known && keys_match(PROFILE_CLIENT, octets_of(path), &match) != MATCH_KEY)
			complain(reader->complaints, value->place, "there is no step \"%s\"", step);
	}
}

/* 535, or 5xx, which is kept as the pattern 5??. */
static void take_code(struct reader *reader, const struct node *value)
{
	take_texts(reader, value, &reader->item->codes);
	for (size_t i = 0; i < reader->item->codes.count; i++) {
		const char *code = reader->item->codes.items[i];
		if (code[0] == 0)
			continue;
		if (strcmp(code, "none") == 0) {
			reader->item->codes.items[i] = "0";
			continue;
		}
		bool is_class = strlen(code) == 3 && strcmp(code + 1, "xx") == 0;
		if (strlen(code) != 3 || code[0] < '2' || code[0] > '5' ||
			(!is_class && (!octet_is_digit((uint8_t)code[1]) ||
					      !octet_is_digit((uint8_t)code[2]))))
			complain(reader->complaints, value->place,
				"a code is three digits, a class such as 5xx, or none");
		else if (is_class)
			reader->item->codes.items[i] =
				keep(reader, octets_make((char[]){code[0], '?', '?'}, 3));
	}
}

static void take_offered(struct reader *reader, const struct node *value)
{
	take_texts(reader, value, &reader->item->offered);
}

static void take_not_offered(struct reader *reader, const struct node *value)
{
	take_texts(reader, value, &reader->item->not_offered);
}

static void take_to(struct reader *reader, const struct node *value)
{
	size_t word =
		value->kind == NODE_TEXT ? words_find(&receivers, value->text) : receivers.count;
	if (word == receivers.count)
		complain(reader->complaints, value->place, "to: server or owner");
	reader->item->to_owner = word == 1;
}

static void take_setting(struct reader *reader, const struct node *value)
{
	reader->item->setting = take_text(reader, value);
}

static void take_do(struct reader *reader, const struct node *value)
{
	reader->item->text = take_text(reader, value);
}

static void take_source(struct reader *reader, const struct node *value)
{
	reader->item->source = take_text(reader, value);
}

static const struct field item_fields[] = {{"for", take_for}, {"facts", take_facts},
	{"at", take_at}, {"code", take_code}, {"offered", take_offered},
	{"not-offered", take_not_offered}, {"to", take_to}, {"setting", take_setting},
	{"do", take_do}, {"source", take_source}};

static void require(struct reader *reader, const struct node *node, bool there, const char *what)
{
	if (!there)
		complain(reader->complaints, node->place, "advice without %s", what);
}

static void take_item(struct reader *reader, const struct node *node, struct advice_item *item)
{
	unsigned int before = reader->complaints->count;
	*item = (struct advice_item){.setting = "", .text = "", .source = ""};
	reader->item = item;
	take_fields(reader, node, "a piece of advice", item_fields,
		sizeof item_fields / sizeof *item_fields);
	if (reader->complaints->count > before)
		return;
	require(reader, node, item->key_count + item->facts.count > 0,
		"what it is for: say for: [KEY, …] or facts: [FACT, …]");
	require(reader, node, item->text[0] != 0, "what to do (do)");
	require(reader, node, item->source[0] != 0, "where it is documented (source)");
}

/* --- a file --- */

static void take_software(struct reader *reader, const struct node *value)
{
	reader->chapter->software = take_text(reader, value);
}

static void take_elsewhere(struct reader *reader, const struct node *value)
{
	reader->chapter->hidden_elsewhere = node_is_word(value, "hidden");
	if (!reader->chapter->hidden_elsewhere && !node_is_word(value, "shown"))
		complain(reader->complaints, value->place, "elsewhere: shown or hidden");
}

static void take_greeting(struct reader *reader, const struct node *value)
{
	take_texts(reader, value, &reader->chapter->greeting);
}

static void take_ehlo(struct reader *reader, const struct node *value)
{
	take_texts(reader, value, &reader->chapter->ehlo);
}

static void take_reply(struct reader *reader, const struct node *value)
{
	take_texts(reader, value, &reader->chapter->reply);
}

static void take_likeness(struct reader *reader, const struct node *value)
{
	take_texts(reader, value, &reader->chapter->likeness);
}

static void take_matches(struct reader *reader, const struct node *value)
{
	static const struct field fields[] = {{"greeting", take_greeting}, {"ehlo", take_ehlo},
		{"reply", take_reply}, {"likeness", take_likeness}};
	take_fields(reader, value, "matches", fields, sizeof fields / sizeof *fields);
}

static void take_advice(struct reader *reader, const struct node *value)
{
	struct advice_chapter *chapter = reader->chapter;
	if (value->kind != NODE_LIST || value->count > ADVICE_ITEMS_MAX) {
		complain(reader->complaints, value->place,
			"advice: expected a list of at most %d, found %s", ADVICE_ITEMS_MAX,
			value->kind == NODE_LIST ? "a longer one" : node_kind_name(value));
		return;
	}
	chapter->items = arena_new(reader->arena, value->count, sizeof *chapter->items);
	const struct node *node = value->first;
	for (; chapter->items != NULL && node != NULL; node = node->next) {
		struct advice_item *item = &chapter->items[chapter->item_count];
		unsigned int before = reader->complaints->count;
		take_item(reader, node, item);
		chapter->item_count += reader->complaints->count == before;
	}
}

/* `software` is read first, wherever it stands: the items have to know whether there is one. */
static void read_chapter(struct reader *reader, const struct node *root)
{
	static const struct field fields[] = {{"software", take_software},
		{"elsewhere", take_elsewhere}, {"matches", take_matches}, {"advice", take_advice}};
	const struct node *software = node_find(root, "software");
	if (software != NULL && is_text(software))
		take_software(reader, software);
	take_fields(reader, root, "a file of advice", fields, sizeof fields / sizeof *fields);
	if (root->kind == NODE_MAP && node_find(root, "advice") == NULL)
		complain_of_file(reader->complaints, "no advice in it (advice)");
	if (software == NULL && node_find(root, "matches") != NULL)
		complain(reader->complaints, node_find(root, "matches")->place,
			"matches what? Say which software this is (software)");
}

bool advice_read(
	struct advice_book *book, const char *file, struct octets text, struct buffer *errors)
{
	struct complaints complaints = {.out = errors, .file = file, .text = text};
	struct arena scratch;
	if (book->count == ADVICE_FILES_MAX) {
		complain_of_file(&complaints, "more than %d files of advice", ADVICE_FILES_MAX);
		return false;
	}
	struct advice_chapter *chapter = &book->chapters[book->count];
	*chapter = (struct advice_chapter){.software = ""};
	struct reader reader = {
		.arena = &book->arena, .complaints = &complaints, .chapter = chapter};
	arena_init(&scratch, book->arena.memory);
	const struct node *root = yaml_read(&scratch, &complaints);
	if (root != NULL)
		read_chapter(&reader, root);
	bool failed = book->arena.failed || scratch.failed;
	arena_free(&scratch);
	book->count += !failed;
	complaints_sort(&complaints);
	return !failed && complaints.count == 0;
}

bool advice_read_catalogue(
	struct advice_book *book, const struct catalogue *catalogue, struct buffer *errors)
{
	struct catalogue_list *list = catalogue_advice(catalogue);
	bool good = list != NULL;
	for (size_t i = 0; list != NULL && i < catalogue_list_count(list); i++) {
		const char *file = catalogue_list_entry(list, i).file;
		struct buffer text, why;
		buffer_init(&text, book->arena.memory, PROFILE_MAX_OCTETS + 1);
		buffer_init(&why, book->arena.memory, 4096);
		if (!catalogue_read_file(file, false, &text, &why)) {
			buffer_format(errors, "%s: %s\n", file, buffer_string(&why));
			good = false;
		} else if (!advice_read(book, file, buffer_octets(&text), errors)) {
			good = false;
		}
		buffer_free(&text);
		buffer_free(&why);
	}
	catalogue_list_free(list);
	return good;
}

bool advice_is_meant(struct octets text)
{
	for (struct octets rest = text; rest.len > 0;) {
		if (octets_start_nocase(rest, "advice:") || octets_start_nocase(rest, "software:"))
			return true;
		rest = octets_from(rest, octets_find(rest, '\n') + 1);
	}
	return false;
}

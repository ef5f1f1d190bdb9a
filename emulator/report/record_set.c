/* record_set: runs and their records, each named thing once. */
#include "record_set.h"

#include <stdlib.h>

enum { RUNS_MAX = 1 << 20 };

/* By which member a record of the kind is known within its run; NULL: all that differ are kept. */
static const char *const name_members[RECORD_KINDS] = {
	[RECORD_CLIENT] = "client", [RECORD_FACT] = "fact", [RECORD_LIKENESS] = "server"};

struct record_set *record_set_new(const struct memory *memory)
{
	struct record_set *set = memory_new(memory, 1, sizeof *set);
	if (set == NULL)
		return NULL;
	set->memory = memory;
	set->ids = json_object();
	set->targets = json_object();
	if (set->ids != NULL && set->targets != NULL)
		return set;
	record_set_free(set);
	return NULL;
}

static void free_run(struct record_set *set, struct record_run *run)
{
	for (int kind = 0; kind < RECORD_KINDS; kind++) {
		struct record_list *list = &run->lists[kind];
		for (size_t i = 0; i < list->count; i++)
			json_decref(list->items[i]);
		memory_free(set->memory, list->items, list->room * sizeof *list->items);
	}
	json_decref(run->plan);
}

void record_set_free(struct record_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->run_count; i++)
		free_run(set, &set->runs[i]);
	memory_free(set->memory, set->runs, set->run_room * sizeof *set->runs);
	json_decref(set->ids);
	json_decref(set->targets);
	memory_free(set->memory, set, sizeof *set);
}

static bool complain(struct buffer *complaint, const char *sentence)
{
	buffer_append_text(complaint, sentence);
	return false;
}

/* Room for one more item of `size`, doubled as it fills. */
static bool make_room(
	const struct memory *memory, void **items, size_t count, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 8 : *room * 2;
	if (count < *room)
		return true;
	void *grown = memory_resize(memory, *items, *room * size, more * size);
	if (grown == NULL)
		return false;
	*items = grown;
	*room = more;
	return true;
}

/* The text as the object holds it, which lives as long as the object. */
static const char *key_of(json_t *object, const char *text)
{
	return json_object_iter_key(json_object_iter_at(object, text));
}

static struct record_run *new_run(struct record_set *set, const json_t *object)
{
	void *runs = set->runs;
	const char *id = record_text(object, "run"), *target = record_text(object, "target");
	json_t *plan = json_object();
	const json_t *before = json_object_get(set->targets, target);
	bool again = before != NULL;
	size_t last = again ? (size_t)json_integer_value(before) : 0;
	bool good =
		plan != NULL && set->run_count < RUNS_MAX &&
		make_room(set->memory, &runs, set->run_count, &set->run_room, sizeof *set->runs);
	set->runs = runs;
	good = good &&
	       json_object_set_new(set->ids, id, json_integer((json_int_t)set->run_count)) == 0 &&
	       json_object_set_new(
		       set->targets, target, json_integer((json_int_t)set->run_count)) == 0;
	if (!good) {
		json_decref(plan);
		return NULL;
	}
	struct record_run *run = &set->runs[set->run_count++];
	*run = (struct record_run){.id = key_of(set->ids, id),
		.target = key_of(set->targets, target),
		.plan = plan,
		.again = again,
		.before = again ? last + 1 : 0};
	if (again)
		set->runs[last].again = true;
	return run;
}

static struct record_run *find_run(const struct record_set *set, const json_t *object)
{
	const json_t *index = json_object_get(set->ids, record_text(object, "run"));
	return index == NULL ? NULL : &set->runs[json_integer_value(index)];
}

/* The place of a record that this one is, or replaces; the list's end where there is none. */
static size_t place_of(const struct record_list *list, enum record_kind kind, const json_t *object)
{
	const char *member = name_members[kind];
	size_t i = 0;
	for (; i < list->count; i++) {
		if (member == NULL ? json_equal(list->items[i], object)
				   : record_is(list->items[i], member, record_text(object, member)))
			break;
	}
	return i;
}

static bool add_to_plan(struct record_run *run, const json_t *head)
{
	const json_t *clients = record_part(head, "clients");
	bool good = true;
	for (size_t i = 0; i < json_array_size(clients) && good; i++) {
		const char *name = json_string_value(json_array_get(clients, i));
		json_int_t place = (json_int_t)json_object_size(run->plan);
		good = json_object_get(run->plan, name) != NULL ||
		       json_object_set_new(run->plan, name, json_integer(place)) == 0;
	}
	return good;
}

static bool append(
	struct record_set *set, struct record_run *run, enum record_kind kind, json_t *object)
{
	struct record_list *list = &run->lists[kind];
	void *items = list->items;
	bool good = make_room(set->memory, &items, list->count, &list->room, sizeof *list->items);
	list->items = items;
	if (!good)
		return false;
	list->items[list->count++] = object;
	return kind != RECORD_RUN || add_to_plan(run, object);
}

static void replace(struct record_run *run, json_t **place, json_t *object)
{
	if (!json_equal(*place, object))
		run->replaced++;
	json_decref(*place);
	*place = object;
}

bool record_set_add(
	struct record_set *set, enum record_kind kind, json_t *object, struct buffer *complaint)
{
	struct record_run *run = find_run(set, object);
	if (run == NULL)
		run = new_run(set, object);
	if (run == NULL) {
		json_decref(object);
		return complain(complaint, "out of memory, or too many runs");
	}
	struct record_list *list = &run->lists[kind];
	size_t place = place_of(list, kind, object);
	if (!record_is(object, "target", run->target)) {
		json_decref(object);
		return complain(complaint, "target: another one than this run began with");
	}
	if (place < list->count) {
		replace(run, &list->items[place], object);
		return true;
	}
	if (list->count >= RECORD_LIST_MAX) {
		json_decref(object);
		return complain(complaint, "the run has more records than any run has");
	}
	size_t before = list->count;
	if (append(set, run, kind, object))
		return true;
	if (list->count == before)
		json_decref(object);
	return complain(complaint, "out of memory");
}

/* --- files --- */

static bool complain_of(
	struct buffer *complaint, const char *name, size_t line, const struct buffer *sentence)
{
	buffer_format(complaint, "%s:%zu: error: ", name, line);
	buffer_append_octets(complaint, buffer_octets(sentence));
	return false;
}

static struct octets take_line(struct octets *content)
{
	struct octets line = octets_cut(*content, octets_find(*content, '\n'));
	*content = octets_from(*content, line.len + 1);
	return line;
}

/* `whole`: the line has its end. */
static bool read_line(struct record_set *set, struct octets line, bool whole, struct buffer *wrong)
{
	enum record_kind kind;
	json_t *object = record_read(line, &kind, wrong);
	if (object != NULL)
		return record_set_add(set, kind, object, wrong);
	if (whole || !octets_start_nocase(buffer_octets(wrong), "no JSON"))
		return false;
	set->cut++;
	return true;
}

static bool read_lines(
	struct record_set *set, const char *name, struct octets content, struct buffer *complaint)
{
	struct buffer wrong;
	bool good = true;
	size_t records = 0, cut_before = set->cut;
	buffer_init(&wrong, set->memory, SIZE_MAX / 2);
	for (size_t number = 1; content.len > 0 && good; number++) {
		bool whole = octets_find(content, '\n') < content.len;
		struct octets line = octets_trim(take_line(&content));
		if (line.len == 0 || (line.len == 1 && line.at[0] == '\r'))
			continue;
		size_t cut = set->cut;
		good = read_line(set, line, whole, &wrong);
		records += set->cut == cut;
		if (!good)
			complain_of(complaint, name, number, &wrong);
	}
	if (good && records == 0)
		buffer_format(complaint, "%s: error: it holds no record%s", name,
			set->cut > cut_before
				? ", only the beginning of one: the run was killed before its "
				  "first was written"
				: "");
	buffer_free(&wrong);
	return good && records > 0;
}

static bool add_part(
	struct record_set *set, json_t *object, const char *where, struct buffer *wrong)
{
	enum record_kind kind;
	if (!json_is_object(object) || !record_check(object, &kind, wrong)) {
		if (wrong->len == 0)
			buffer_append_text(wrong, "has to be an object");
	} else if (record_set_add(set, kind, json_incref(object), wrong)) {
		return true;
	}
	buffer_format(wrong, " (in \"%s\")", where);
	return false;
}

/* One item of the document's `runs`. Its lists are named after the kinds. */
static bool add_document_run(struct record_set *set, const json_t *item, struct buffer *wrong)
{
	static const char *const members[] = {
		"run", "shards", "controls", "clients", "facts", "likenesses", "ends"};
	bool good = true;
	for (size_t i = 0; i < sizeof members / sizeof *members && good; i++) {
		json_t *part = json_object_get(item, members[i]);
		if (json_is_object(part))
			good = add_part(set, part, members[i], wrong);
		for (size_t j = 0; j < json_array_size(part) && good; j++)
			good = add_part(set, json_array_get(part, j), members[i], wrong);
	}
	return good;
}

static bool read_document(
	struct record_set *set, const char *name, const json_t *document, struct buffer *complaint)
{
	const json_t *runs = json_object_get(document, "runs");
	struct buffer wrong;
	bool good = true;
	buffer_init(&wrong, set->memory, SIZE_MAX / 2);
	for (size_t i = 0; i < json_array_size(runs) && good; i++) {
		good = add_document_run(set, json_array_get(runs, i), &wrong);
		if (!good)
			buffer_format(complaint, "%s: error: runs[%zu]: %s", name, i,
				buffer_string(&wrong));
	}
	if (good && json_array_size(runs) == 0)
		buffer_format(complaint, "%s: error: it holds no record", name);
	buffer_free(&wrong);
	return good && json_array_size(runs) > 0;
}

/* The document of the format `json`, or NULL where the file is none. */
static json_t *load_document(struct octets content)
{
	json_error_t error;
	json_t *document =
		json_loadb((const char *)content.at, content.len, JSON_REJECT_DUPLICATES, &error);
	if (json_is_array(json_object_get(document, "runs")))
		return document;
	json_decref(document);
	return NULL;
}

/* A first line that is a whole object with `record` begins JSON Lines: no document is looked for.
 */
static bool begins_with_record(struct octets content)
{
	struct octets line = octets_cut(content, octets_find(content, '\n'));
	json_t *object = json_loadb((const char *)line.at, line.len, JSON_REJECT_DUPLICATES, NULL);
	bool begins = json_object_get(object, "record") != NULL;
	json_decref(object);
	return begins;
}

bool record_set_read(
	struct record_set *set, const char *name, struct octets content, struct buffer *complaint)
{
	json_t *document =
		content.len == 0 || begins_with_record(content) ? NULL : load_document(content);
	bool good = document == NULL ? read_lines(set, name, content, complaint)
				     : read_document(set, name, document, complaint);
	json_decref(document);
	return good;
}

/* --- in order --- */

static json_int_t place_in_plan(const struct record_run *run, const json_t *client)
{
	const json_t *place = json_object_get(run->plan, record_text(client, "client"));
	return place == NULL ? RECORD_LIST_MAX * RECORD_LIST_MAX : json_integer_value(place);
}

/* Insertion keeps the order of equals, and what is in order already costs one look each. */
static void sort_clients(struct record_run *run)
{
	struct record_list *list = &run->lists[RECORD_CLIENT];
	for (size_t i = 1; i < list->count; i++) {
		json_t *client = list->items[i];
		json_int_t place = place_in_plan(run, client);
		size_t j = i;
		for (; j > 0 && place_in_plan(run, list->items[j - 1]) > place; j--)
			list->items[j] = list->items[j - 1];
		list->items[j] = client;
	}
}

bool record_set_finish(struct record_set *set, struct buffer *complaint)
{
	for (size_t i = 0; i < set->run_count; i++) {
		struct record_run *run = &set->runs[i];
		if (run->lists[RECORD_RUN].count == 0) {
			buffer_format(complaint,
				"the run %s (%s) has no \"run\" record: its beginning is missing",
				run->id, run->target);
			return false;
		}
		sort_clients(run);
	}
	return true;
}

const struct record_run *record_set_find_target(const struct record_set *set, const char *target)
{
	const json_t *index = json_object_get(set->targets, target);
	return index == NULL ? NULL : &set->runs[json_integer_value(index)];
}

const struct record_run *record_set_run_before(
	const struct record_set *set, const struct record_run *run)
{
	return run->before == 0 ? NULL : &set->runs[run->before - 1];
}

const json_t *record_run_find(const struct record_run *run, enum record_kind kind, const char *name)
{
	const struct record_list *list = &run->lists[kind];
	for (size_t i = 0; i < list->count && name_members[kind] != NULL; i++) {
		if (record_is(list->items[i], name_members[kind], name))
			return list->items[i];
	}
	return NULL;
}

const json_t *record_run_head(const struct record_run *run)
{
	return run->lists[RECORD_RUN].count == 0 ? NULL : run->lists[RECORD_RUN].items[0];
}

const json_t *record_run_remarks(const struct record_run *run)
{
	const struct record_list *ends = &run->lists[RECORD_END];
	return ends->count == 0 ? NULL : record_part(ends->items[ends->count - 1], "remarks");
}

size_t record_set_targets(const struct record_set *set)
{
	return json_object_size(set->targets);
}

size_t record_run_missing(const struct record_run *run)
{
	const char *name;
	json_t *place;
	size_t missing = 0;
	json_object_foreach(run->plan, name, place)
	{
		missing += record_run_find(run, RECORD_CLIENT, name) == NULL;
	}
	return missing;
}

bool record_run_is_whole(const struct record_run *run)
{
	return run->lists[RECORD_END].count > 0 && record_run_missing(run) == 0;
}

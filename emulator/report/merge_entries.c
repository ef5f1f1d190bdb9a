/* merge_entries: which record is which, and which of two is kept. */
#include "merge_entries.h"

#include <stdlib.h>

static const char *const name_members[RECORD_KINDS] = {
	[RECORD_CLIENT] = "client", [RECORD_FACT] = "fact", [RECORD_LIKENESS] = "server"};

void merge_shard_of(const json_t *record, char *text, size_t room)
{
	const json_t *shard = record_part(record, "shard");
	text[0] = 0;
	if (shard != NULL)
		snprintf(text, room, "%lld/%lld by %.20s", (long long)record_number(shard, "index"),
			(long long)record_number(shard, "count"),
			record_is(shard, "by", "client") ? "client" : "target");
}

static char *text_of(const json_t *record)
{
	return json_dumps(record, JSON_COMPACT | JSON_SORT_KEYS);
}

/* A blank is in no run's id and in no kind's name. */
static char *key_of(enum record_kind kind, const json_t *record, const char *text)
{
	char shard[80];
	const char *name = name_members[kind] != NULL ? record_words(record, name_members[kind])
			   : kind == RECORD_CONTROL   ? text
						      : shard;
	struct buffer key;
	merge_shard_of(record, shard, sizeof shard);
	buffer_init(&key, &memory_standard, SIZE_MAX / 2);
	buffer_format(&key, "%s %d ", record_words(record, "run"), (int)kind);
	buffer_append_text(&key, name);
	size_t len = key.len;
	char *copy = buffer_failed(&key) ? NULL : malloc(len + 1);
	if (copy != NULL)
		memcpy(copy, buffer_string(&key), len + 1);
	buffer_free(&key);
	return copy;
}

/* --- two of one name --- */

static bool concludes(const json_t *record)
{
	return !record_is(record, "verdict", "inconclusive") &&
	       !record_is(record, "verdict", "not-tried");
}

/* The members in which two records of one name must not differ; NULL-ended. */
static const char *const *members_of(enum record_kind kind)
{
	static const char *const run[] = {
		"tool", "seed", "deliver", "facts", "profiles", "clients", NULL};
	static const char *const verdict[] = {"verdict", NULL};
	static const char *const none[] = {NULL};
	if (kind == RECORD_RUN)
		return run;
	return kind == RECORD_CLIENT || kind == RECORD_FACT ? verdict : none;
}

static void contradict(
	struct merge *merge, const struct merge_entry *one, const json_t *other, const char *member)
{
	const char *name = name_members[one->kind] == NULL
				   ? "the plan"
				   : record_words(other, name_members[one->kind]);
	merge->contradiction_count++;
	buffer_format(&merge->contradictions,
		"contradiction: %s: %s: ", record_words(other, "target"), name);
	if (strcmp(member, "verdict") == 0)
		buffer_format(&merge->contradictions, "%s in one file, %s in another\n",
			record_words(one->record, member), record_words(other, member));
	else
		buffer_format(
			&merge->contradictions, "\"%s\" is another one in another file\n", member);
}

static bool agree(struct merge *merge, const struct merge_entry *one, const json_t *other)
{
	const char *const *members = members_of(one->kind);
	for (size_t i = 0; members[i] != NULL; i++) {
		const json_t *here = json_object_get(one->record, members[i]);
		const json_t *there = json_object_get(other, members[i]);
		if (here == there || (here != NULL && there != NULL && json_equal(here, there)))
			continue;
		contradict(merge, one, other, members[i]);
		return false;
	}
	return true;
}

/* How much a run that ended had to say. */
static json_int_t weight(enum record_kind kind, const json_t *record)
{
	if (kind != RECORD_END)
		return 0;
	return record_number(record, "sends") + record_number(record, "fails") +
	       record_number(record, "not-applicable");
}

/* Whichever file came first: the same one of the two. */
static bool is_better(const struct merge_entry *entry, const json_t *record, const char *text)
{
	bool old = concludes(entry->record), new = concludes(record);
	json_int_t old_weight = weight(entry->kind, entry->record);
	json_int_t new_weight = weight(entry->kind, record);
	if (old != new)
		return new;
	if (old_weight != new_weight)
		return new_weight > old_weight;
	return strcmp(text, entry->text) < 0;
}

static void replace(struct merge_entry *entry, json_t *record, char *text)
{
	json_decref(entry->record);
	free(entry->text);
	entry->record = record;
	entry->text = text;
}

/* Takes record and text. */
static void weigh(struct merge *merge, struct merge_entry *entry, json_t *record, char *text)
{
	if (!merge->of_file && concludes(entry->record) && concludes(record))
		agree(merge, entry, record);
	if (merge->of_file || is_better(entry, record, text)) {
		replace(entry, record, text);
	} else {
		json_decref(record);
		free(text);
	}
}

static struct merge_entry *new_entry(struct merge *merge)
{
	size_t room = merge->room == 0 ? 64 : merge->room * 2;
	if (merge->count == merge->room) {
		void *grown = memory_resize(merge->memory, merge->entries,
			merge->room * sizeof *merge->entries, room * sizeof *merge->entries);
		if (grown == NULL)
			return NULL;
		merge->entries = grown;
		merge->room = room;
	}
	return &merge->entries[merge->count];
}

bool merge_add(struct merge *merge, enum record_kind kind, json_t *record)
{
	char *text = text_of(record), *key = text == NULL ? NULL : key_of(kind, record, text);
	const json_t *place = key == NULL ? NULL : json_object_get(merge->places, key);
	if (place != NULL) {
		weigh(merge, &merge->entries[json_integer_value(place)], record, text);
		free(key);
		return true;
	}
	struct merge_entry *entry = key == NULL ? NULL : new_entry(merge);
	if (entry == NULL || json_object_set_new(merge->places, key,
				     json_integer((json_int_t)merge->count)) != 0) {
		json_decref(record);
		free(text);
		free(key);
		return false;
	}
	*entry = (struct merge_entry){.kind = kind, .record = record, .key = key, .text = text};
	merge->count++;
	return true;
}

static int compare(const void *one, const void *other)
{
	const struct merge_entry *a = one, *b = other;
	int order = strcmp(record_words(a->record, "target"), record_words(b->record, "target"));
	return order != 0 ? order : strcmp(a->key, b->key);
}

void merge_sort(struct merge *merge)
{
	if (merge->count > 1)
		qsort(merge->entries, merge->count, sizeof *merge->entries, compare);
	for (size_t i = 0; i < merge->count; i++)
		json_object_set_new(
			merge->places, merge->entries[i].key, json_integer((json_int_t)i));
}

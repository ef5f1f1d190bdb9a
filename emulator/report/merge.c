/* merge: reading files, and writing what came of them in one order. */
#include "merge.h"

#include "merge_entries.h"

#include <stdlib.h>

struct merge *merge_new(const struct memory *memory)
{
	struct merge *merge = memory_new(memory, 1, sizeof *merge);
	if (merge == NULL)
		return NULL;
	merge->memory = memory;
	buffer_init(&merge->contradictions, memory, SIZE_MAX / 2);
	merge->places = json_object();
	if (merge->places != NULL)
		return merge;
	merge_free(merge);
	return NULL;
}

void merge_free(struct merge *merge)
{
	if (merge == NULL)
		return;
	for (size_t i = 0; i < merge->count; i++) {
		json_decref(merge->entries[i].record);
		free(merge->entries[i].key);
		free(merge->entries[i].text);
	}
	memory_free(merge->memory, merge->entries, merge->room * sizeof *merge->entries);
	json_decref(merge->places);
	buffer_free(&merge->contradictions);
	memory_free(merge->memory, merge, sizeof *merge);
}

size_t merge_count(const struct merge *merge)
{
	return merge->count;
}

/* `whole`: the line has its end. */
static bool read_line(struct merge *merge, struct octets line, bool whole, struct buffer *wrong)
{
	enum record_kind kind;
	json_t *record = record_read(line, &kind, wrong);
	if (record == NULL) {
		merge->cut += !whole;
		return !whole;
	}
	if (merge_add(merge, kind, record))
		return true;
	buffer_append_text(wrong, "out of memory");
	return false;
}

/* Every line of a file; in its own, so that what comes later in it replaces what was before. */
static bool read_lines(
	struct merge *own, const char *name, struct octets content, struct buffer *complaint)
{
	bool good = true;
	for (size_t number = 1; content.len > 0 && good; number++) {
		struct buffer wrong;
		size_t end = octets_find(content, '\n');
		struct octets line = octets_trim(octets_cut(content, end));
		buffer_init(&wrong, own->memory, SIZE_MAX / 2);
		if (line.len > 0 && !read_line(own, line, end < content.len, &wrong)) {
			buffer_format(complaint, "%s:%zu: error: ", name, number);
			buffer_append_octets(complaint, buffer_octets(&wrong));
			buffer_append_byte(complaint, '\n');
			good = false;
		}
		buffer_free(&wrong);
		content = octets_from(content, end + 1);
	}
	return good;
}

bool merge_read(
	struct merge *merge, const char *name, struct octets content, struct buffer *complaint)
{
	struct merge *own = merge_new(merge->memory);
	if (own == NULL)
		return false;
	own->of_file = true;
	bool good = read_lines(own, name, content, complaint);
	for (size_t i = 0; i < own->count && good; i++)
		good = merge_add(merge, own->entries[i].kind, json_incref(own->entries[i].record));
	merge->cut += own->cut;
	merge_free(own);
	return good;
}

bool merge_write(struct merge *merge, struct buffer *out)
{
	merge_sort(merge);
	for (size_t i = 0; i < merge->count; i++) {
		buffer_append_text(out, merge->entries[i].text);
		buffer_append_byte(out, '\n');
	}
	return !buffer_failed(out);
}

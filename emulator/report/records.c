/* records: one record read and judged, and its members. */
#include "records.h"

#include "readable.h"
#include "shape.h"

static const char *const kinds[RECORD_KINDS] = {[RECORD_RUN] = "run",
	[RECORD_CONTROL] = "control",
	[RECORD_CLIENT] = "client",
	[RECORD_FACT] = "fact",
	[RECORD_LIKENESS] = "likeness",
	[RECORD_END] = "end"};

const char *record_kind_name(enum record_kind kind)
{
	return kinds[kind];
}

static enum record_kind kind_of(const json_t *object)
{
	enum record_kind kind = RECORD_RUN;
	while (kind < RECORD_KINDS && !record_is(object, "record", kinds[kind]))
		kind++;
	return kind;
}

/* A run's id names files and permalinks. */
static bool has_id(const json_t *object)
{
	const char *id = record_words(object, "run");
	return strlen(id) == 16 && strspn(id, "0123456789abcdef") == 16;
}

bool record_check(json_t *object, enum record_kind *kind, struct buffer *complaint)
{
	*kind = kind_of(object);
	if (*kind == RECORD_KINDS) {
		buffer_append_text(complaint,
			"this is no record of \"handset check\": \"record\" has to be run, "
			"control, client, fact, likeness or end");
		return false;
	}
	if (*kind == RECORD_RUN && json_object_get(object, "format") != NULL &&
		record_number(object, "format") != RECORDS_FORMAT) {
		buffer_append_text(complaint,
			"written in a form that this version does not know: use a newer handset");
		return false;
	}
	if (!readable_value(object, complaint) ||
		!shape_check(record_shapes[*kind], object, complaint))
		return false;
	if (has_id(object))
		return true;
	buffer_append_text(complaint, "run: has to be 16 hexadecimal digits");
	return false;
}

json_t *record_read(struct octets line, enum record_kind *kind, struct buffer *complaint)
{
	json_error_t error;
	*kind = RECORD_KINDS;
	if (line.len > RECORD_MAX) {
		buffer_append_text(complaint, "the line is longer than any record may be");
		return NULL;
	}
	json_t *object =
		json_loadb((const char *)line.at, line.len, JSON_REJECT_DUPLICATES, &error);
	if (object == NULL) {
		buffer_append_text(complaint, "no JSON: ");
		readable_text(complaint, octets_of(error.text));
		return NULL;
	}
	if (record_check(object, kind, complaint))
		return object;
	json_decref(object);
	return NULL;
}

const char *record_text(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

const char *record_words(const json_t *object, const char *member)
{
	const char *text = record_text(object, member);
	return text == NULL ? "" : text;
}

bool record_is(const json_t *object, const char *member, const char *text)
{
	const char *found = record_text(object, member);
	return found != NULL && strcmp(found, text) == 0;
}

json_int_t record_number(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

bool record_truth(const json_t *object, const char *member)
{
	return json_is_true(json_object_get(object, member));
}

const json_t *record_part(const json_t *object, const char *member)
{
	return json_object_get(object, member);
}

size_t record_count(const json_t *object, const char *member)
{
	return json_array_size(json_object_get(object, member));
}

bool record_lists(const json_t *object, const char *member, const char *text)
{
	const json_t *list = record_part(object, member);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *item = json_string_value(json_array_get(list, i));
		if (item != NULL && strcmp(item, text) == 0)
			return true;
	}
	return false;
}

const json_t *record_aspect(const json_t *client, const char *aspect)
{
	const json_t *list = record_part(client, "aspects");
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (record_is(json_array_get(list, i), "aspect", aspect))
			return json_array_get(list, i);
	}
	return NULL;
}

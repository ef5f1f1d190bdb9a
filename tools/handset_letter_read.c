/*
 * letter_read: a letter from JSON. A file of an outbox is what anybody may have put there: what
 * no phone could send is refused here, with the name of what is wrong.
 */
#include "handset_letter.h"

#include "base64.h"
#include "charset.h"
#include "handset_letter_words.h"
#include "text.h"

#include <jansson.h>
#include <string.h>

enum { CODE_MAX = 999, ZONE_MAX = 24 * 60, ADDRESSES_MAX = 100000 };

/* What is read, and what it is read with. */
struct letter_reading {
	struct arena *arena;
	struct sentence *why;
};

/* Keeps the first reason, which is the deepest. */
static bool wrong(const struct letter_reading *reading, const char *name)
{
	if (reading->why->text[0] == 0)
		sentence_set(reading->why,
			"\"%s\" is missing in it, or is nothing that can be sent", name);
	return false;
}

typedef bool unpacking(struct buffer *out, struct octets in);

static bool unpack(const struct letter_reading *reading, const json_t *object, const char *name,
	unpacking *how, struct octets *octets)
{
	const json_t *value = json_object_get(object, name);
	struct buffer plain;
	if (!json_is_string(value))
		return wrong(reading, name);
	buffer_init(&plain, &memory_standard, LETTER_MAX);
	bool good = how(&plain, octets_make(json_string_value(value), json_string_length(value)));
	if (good)
		*octets = arena_copy(reading->arena, buffer_octets(&plain));
	buffer_free(&plain);
	return (good && octets->at != NULL) || wrong(reading, name);
}

static bool take_octets(const struct letter_reading *reading, const json_t *object,
	const char *name, struct octets *octets)
{
	return unpack(reading, object, name, base64_decode, octets);
}

/* One line: what breaks it no phone can send. */
static bool is_line(struct octets text)
{
	return octets_find(text, '\r') == text.len && octets_find(text, '\n') == text.len &&
	       octets_find(text, 0) == text.len;
}

static bool take_line(const struct letter_reading *reading, const json_t *object, const char *name,
	struct octets *text)
{
	return unpack(reading, object, name, text_unescape, text) &&
	       (is_line(*text) || wrong(reading, name));
}

static bool take_number(const struct letter_reading *reading, const json_t *object,
	const char *name, uint64_t max, uint64_t *number)
{
	const json_t *value = json_object_get(object, name);
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		(uint64_t)json_integer_value(value) > max)
		return wrong(reading, name);
	*number = (uint64_t)json_integer_value(value);
	return true;
}

static bool take_truth(
	const struct letter_reading *reading, const json_t *object, const char *name, bool *truth)
{
	const json_t *value = json_object_get(object, name);
	*truth = json_is_true(value);
	return json_is_boolean(value) || wrong(reading, name);
}

/* The index of a word among those that `word` gives. */
static bool take_word(const struct letter_reading *reading, const json_t *object, const char *name,
	const char *const *words, int count, int *index)
{
	const json_t *value = json_object_get(object, name);
	for (*index = 0; json_is_string(value) && *index < count; ++*index) {
		if (strcmp(json_string_value(value), words[*index]) == 0)
			return true;
	}
	return wrong(reading, name);
}

static bool take_addresses(const struct letter_reading *reading, const json_t *root,
	const char *name, const struct octets **addresses, size_t *count)
{
	const json_t *array = json_object_get(root, name);
	size_t size = json_array_size(array);
	if (!json_is_array(array) || size > ADDRESSES_MAX)
		return wrong(reading, name);
	struct octets *list = arena_new(reading->arena, size, sizeof *list);
	for (size_t i = 0; list != NULL && i < size; i++) {
		const json_t *value = json_array_get(array, i);
		json_t *one = json_pack("{sO}", name, value);
		bool good = one != NULL && take_line(reading, one, name, &list[i]);
		json_decref(one);
		if (!good)
			return wrong(reading, name);
	}
	*addresses = list;
	*count = size;
	return list != NULL || wrong(reading, name);
}

static bool take_verdict(
	const struct letter_reading *reading, const json_t *object, struct phone_verdict *verdict)
{
	const char *results[PHONE_RESULT_COUNT], *steps[STEP_COUNT];
	int result, step;
	uint64_t code;
	for (int i = 0; i < PHONE_RESULT_COUNT; i++)
		results[i] = phone_result_name((enum phone_result)i);
	for (int i = 0; i < STEP_COUNT; i++)
		steps[i] = phone_step_name((enum step)i);
	if (!take_word(reading, object, "outcome", results, PHONE_RESULT_COUNT, &result) ||
		!take_word(reading, object, "at", steps, STEP_COUNT, &step) ||
		!take_number(reading, object, "code", CODE_MAX, &code) ||
		!take_line(reading, object, "reply", &verdict->reply))
		return false;
	verdict->result = (enum phone_result)result;
	verdict->step = (enum step)step;
	verdict->code = (unsigned int)code;
	return true;
}

static bool take_file(
	const struct letter_reading *reading, const json_t *object, struct message_attachment *file)
{
	return take_line(reading, object, "name", &file->name) &&
	       take_line(reading, object, "type", &file->type) &&
	       take_octets(reading, object, "content", &file->content) &&
	       (file->name.len > 0 || wrong(reading, "name"));
}

static bool take_files(
	const struct letter_reading *reading, const json_t *root, struct message_draft *draft)
{
	const json_t *array = json_object_get(root, "attachments");
	size_t size = json_array_size(array);
	if (!json_is_array(array) || size > ADDRESSES_MAX)
		return wrong(reading, "attachments");
	struct message_attachment *files = arena_new(reading->arena, size, sizeof *files);
	for (size_t i = 0; files != NULL && i < size; i++) {
		if (!take_file(reading, json_array_get(array, i), &files[i]))
			return wrong(reading, "attachments");
	}
	draft->attachments = files;
	draft->attachment_count = size;
	return files != NULL || wrong(reading, "attachments");
}

static bool take_draft(
	const struct letter_reading *reading, const json_t *root, struct message_draft *draft)
{
	int priority, mime;
	for (size_t i = 0; i < LETTER_TEXTS; i++) {
		if (!take_line(reading, root, letter_texts[i].name, letter_text_of(draft, i)))
			return false;
	}
	if (draft->charset.len > 0 && !charset_is_known(draft->charset))
		return wrong(reading, "charset");
	if (!take_word(
		    reading, root, "priority", letter_priorities, LETTER_PRIORITIES, &priority) ||
		!take_word(reading, root, "mime", letter_mimes, LETTER_MIMES, &mime) ||
		!take_octets(reading, root, "body", &draft->body))
		return false;
	draft->priority = (enum message_priority)priority;
	draft->mime = (enum message_mime)mime;
	return take_files(reading, root, draft);
}

/* As many recipients as there are addresses, of which one at least has not got it. */
static bool take_recipients(
	const struct letter_reading *reading, const json_t *root, struct letter *letter)
{
	const json_t *array = json_object_get(root, "recipients");
	bool waits = false;
	if (letter->recipient_count == 0)
		return wrong(reading, "to");
	if (!json_is_array(array) || json_array_size(array) != letter->recipient_count)
		return wrong(reading, "recipients");
	for (size_t i = 0; i < letter->recipient_count; i++) {
		struct phone_recipient *one = &letter->recipients[i];
		if (!take_verdict(reading, json_array_get(array, i), &one->verdict) ||
			!take_truth(reading, json_array_get(array, i), "unsure", &one->was_unsure))
			return false;
		waits = waits || one->verdict.result != PHONE_DELIVERED;
	}
	return waits || wrong(reading, "recipients");
}

static bool take_tries(
	const struct letter_reading *reading, const json_t *root, struct letter *letter)
{
	const json_t *array = json_object_get(root, "tries");
	size_t size = json_array_size(array);
	if (!json_is_array(array) || size > LETTER_TRIES_MAX ||
		!take_number(reading, root, "tries-ever", UINT32_MAX, &letter->tries_ever))
		return wrong(reading, "tries");
	letter->tries = arena_new(reading->arena, size, sizeof *letter->tries);
	letter->try_count = size;
	letter->message.earlier_tries = (uint32_t)letter->tries_ever;
	for (size_t i = 0; letter->tries != NULL && i < size; i++) {
		struct letter_try *one = &letter->tries[i];
		const json_t *object = json_array_get(array, i);
		if (!take_number(reading, object, "time", INT64_MAX, &one->unix_time) ||
			!take_verdict(reading, object, &one->verdict))
			return false;
	}
	return letter->tries != NULL || wrong(reading, "tries");
}

/* Whose it is and whom it goes to. */
static bool take_envelope(
	const struct letter_reading *reading, const json_t *root, struct phone_message *message)
{
	return take_addresses(reading, root, "to", &message->to, &message->to_count) &&
	       take_addresses(reading, root, "cc", &message->cc, &message->cc_count) &&
	       take_addresses(reading, root, "bcc", &message->bcc, &message->bcc_count) &&
	       take_addresses(reading, root, "self", &message->self, &message->self_count);
}

static bool take_facts(
	const struct letter_reading *reading, const json_t *root, struct phone_message *message)
{
	const json_t *zone = json_object_get(root, "zone");
	struct octets seed;
	uint64_t break_at;
	if (!take_number(reading, root, "written", INT64_MAX, &message->draft.unix_time) ||
		!take_number(reading, root, "break-body-at", SIZE_MAX / 2, &break_at) ||
		!take_line(reading, root, "seed", &seed))
		return false;
	if (!octets_number(seed, &message->seed))
		return wrong(reading, "seed");
	if (!json_is_integer(zone) || json_integer_value(zone) < -ZONE_MAX ||
		json_integer_value(zone) > ZONE_MAX)
		return wrong(reading, "zone");
	message->draft.zone_minutes = (int)json_integer_value(zone);
	message->break_body_at = (size_t)break_at;
	return true;
}

static bool take(const struct letter_reading *reading, const json_t *root, struct letter *letter)
{
	struct phone_message message = {0};
	struct octets from;
	uint64_t version;
	if (!take_number(reading, root, "handset-outbox", 1, &version) || version != 1)
		return wrong(reading, "handset-outbox");
	if (!take_line(reading, root, "from", &from) || !take_envelope(reading, root, &message) ||
		!take_facts(reading, root, &message))
		return false;
	if (json_object_get(root, "content") == NULL) {
		if (!take_draft(reading, root, &message.draft))
			return false;
	} else if (!take_octets(reading, root, "content", &message.content) ||
		   message.content.len == 0) {
		return wrong(reading, "content");
	}
	return (letter_new(letter, from, &message, reading->arena) || wrong(reading, "to")) &&
	       take_truth(reading, root, "sending", &letter->sending) &&
	       take_recipients(reading, root, letter) && take_tries(reading, root, letter);
}

bool letter_read(
	struct letter *letter, struct octets json, struct arena *arena, struct sentence *why)
{
	struct letter_reading reading = {arena, why};
	json_error_t error;
	why->text[0] = 0;
	/* without JSON_ALLOW_NUL: a NUL has no place in it */
	json_t *root = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL) {
		sentence_set(why, "it is no JSON: line %d: ", error.line);
		sentence_add_foreign(why, octets_of(error.text));
		return false;
	}
	bool good = take(&reading, root, letter);
	json_decref(root);
	return good;
}

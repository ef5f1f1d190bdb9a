/* letter: from and to JSON, and what a letter is at first. */
#include "handset_letter.h"

#include "base64.h"
#include "handset_letter_words.h"
#include "text.h"

#include <jansson.h>
#include <string.h>

/* ---- writing: a value that could not be made is NULL, and so is what it was to go into ---- */

static json_t *text_json(struct octets text)
{
	struct buffer escaped;
	buffer_init(&escaped, &memory_standard, LETTER_MAX);
	json_t *string = text_escape(&escaped, text) ? json_string(buffer_string(&escaped)) : NULL;
	buffer_free(&escaped);
	return string;
}

static json_t *octets_json(struct octets octets)
{
	struct buffer encoded;
	buffer_init(&encoded, &memory_standard, LETTER_MAX);
	json_t *string =
		base64_encode(&encoded, octets) ? json_string(buffer_string(&encoded)) : NULL;
	buffer_free(&encoded);
	return string;
}

static json_t *number_json(uint64_t number)
{
	return number > INT64_MAX ? NULL : json_integer((json_int_t)number);
}

/* A number of 64 bits is more than JSON's readers take. */
static json_t *seed_json(uint64_t seed)
{
	return json_sprintf("%llu", (unsigned long long)seed);
}

static json_t *addresses_json(const struct octets *addresses, size_t count)
{
	json_t *array = json_array();
	bool good = array != NULL;
	for (size_t i = 0; good && i < count; i++)
		good = json_array_append_new(array, text_json(addresses[i])) == 0;
	if (good)
		return array;
	json_decref(array);
	return NULL;
}

static bool add(json_t *object, const char *name, json_t *value)
{
	return json_object_set_new(object, name, value) == 0;
}

static bool add_verdict(json_t *object, const struct phone_verdict *verdict)
{
	return add(object, "outcome", json_string(phone_result_name(verdict->result))) &&
	       add(object, "at", json_string(phone_step_name(verdict->step))) &&
	       add(object, "code", number_json(verdict->code)) &&
	       add(object, "reply", text_json(verdict->reply));
}

static bool add_draft(json_t *root, const struct message_draft *draft)
{
	struct message_draft lines = *draft;
	json_t *files = json_array();
	bool good = add(root, "attachments", files);
	for (size_t i = 0; good && i < draft->attachment_count; i++) {
		const struct message_attachment *one = &draft->attachments[i];
		json_t *file = json_object();
		good = json_array_append_new(files, file) == 0 &&
		       add(file, "name", text_json(one->name)) &&
		       add(file, "type", text_json(one->type)) &&
		       add(file, "content", octets_json(one->content));
	}
	for (size_t i = 0; good && i < LETTER_TEXTS; i++)
		good = add(root, letter_texts[i].name, text_json(*letter_text_of(&lines, i)));
	return good && add(root, "priority", json_string(letter_priorities[draft->priority])) &&
	       add(root, "mime", json_string(letter_mimes[draft->mime])) &&
	       add(root, "body", octets_json(draft->body));
}

static bool add_past(json_t *root, const struct letter *letter)
{
	json_t *recipients = json_array(), *tries = json_array();
	bool good = add(root, "recipients", recipients);
	good = add(root, "tries", tries) && good;
	for (size_t i = 0; good && i < letter->recipient_count; i++) {
		json_t *one = json_object();
		good = json_array_append_new(recipients, one) == 0 &&
		       add_verdict(one, &letter->recipients[i].verdict) &&
		       add(one, "unsure", json_boolean(letter->recipients[i].was_unsure));
	}
	for (size_t i = 0; good && i < letter->try_count; i++) {
		json_t *one = json_object();
		good = json_array_append_new(tries, one) == 0 &&
		       add(one, "time", number_json(letter->tries[i].unix_time)) &&
		       add_verdict(one, &letter->tries[i].verdict);
	}
	return good && add(root, "tries-ever", number_json(letter->tries_ever));
}

static bool fill(json_t *root, const struct letter *letter)
{
	const struct phone_message *message = &letter->message;
	bool whole = message->content.len > 0;
	return add(root, "handset-outbox", json_integer(1)) &&
	       add(root, "from", text_json(letter->from)) &&
	       add(root, "to", addresses_json(message->to, message->to_count)) &&
	       add(root, "cc", addresses_json(message->cc, message->cc_count)) &&
	       add(root, "bcc", addresses_json(message->bcc, message->bcc_count)) &&
	       add(root, "self", addresses_json(message->self, message->self_count)) &&
	       add(root, "written", number_json(message->draft.unix_time)) &&
	       add(root, "zone", json_integer(message->draft.zone_minutes)) &&
	       add(root, "seed", seed_json(message->seed)) &&
	       add(root, "break-body-at", number_json(message->break_body_at)) &&
	       add(root, "sending", json_boolean(letter->sending)) &&
	       (whole ? add(root, "content", octets_json(message->content))
		      : add_draft(root, &message->draft)) &&
	       add_past(root, letter);
}

static int append(const char *at, size_t len, void *out)
{
	return buffer_append(out, at, len) ? 0 : -1;
}

bool letter_write(const struct letter *letter, struct buffer *out)
{
	json_t *root = json_object();
	bool good =
		root != NULL && fill(root, letter) &&
		json_dump_callback(root, append, out, JSON_INDENT(1) | JSON_PRESERVE_ORDER) == 0 &&
		buffer_append_byte(out, '\n');
	json_decref(root);
	return good;
}

/* ---- what a letter is at first, and later ---- */

bool letter_new(struct letter *letter, struct octets from, const struct phone_message *message,
	struct arena *arena)
{
	*letter = (struct letter){.from = from, .message = *message};
	letter->recipient_count =
		message->to_count + message->cc_count + message->bcc_count + message->self_count;
	letter->recipients = arena_new(arena, letter->recipient_count, sizeof *letter->recipients);
	letter->message.earlier = letter->recipients;
	return letter->recipients != NULL;
}

bool letter_add_try(struct letter *letter, const struct letter_try *one, struct arena *arena)
{
	size_t count = letter->try_count, first = count >= LETTER_TRIES_MAX ? 1 : 0;
	struct letter_try *tries = arena_new(arena, count + 1, sizeof *tries);
	if (tries == NULL)
		return false;
	for (size_t i = first; i < count; i++)
		tries[i - first] = letter->tries[i];
	tries[count - first] = *one;
	letter->tries = tries;
	letter->try_count = count - first + 1;
	return true;
}

/* failure_groups: failures put together by what failed and why. */
#include "failure_groups.h"

static void add_texts(struct buffer *out, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		buffer_format(out, "%s,", json_string_value(json_array_get(list, i)));
}

static void describe(struct buffer *out, const json_t *client)
{
	const json_t *cause = record_part(client, "cause");
	const json_t *keys = record_part(cause, "keys"), *masked = record_part(cause, "masked");
	buffer_clear(out);
	buffer_format(out, "%s|%s|%lld|", record_words(client, "verdict"),
		record_words(client, "step"), (long long)record_number(client, "code"));
	add_texts(out, record_part(client, "losses"));
	buffer_format(out, "|%s|", record_words(cause, "state"));
	for (size_t i = 0; i < json_array_size(keys); i++)
		buffer_format(out, "%s,", record_words(json_array_get(keys, i), "key"));
	for (size_t i = 0; i < json_array_size(masked); i++) {
		const json_t *behind = json_array_get(masked, i);
		buffer_append_text(out, "|");
		for (size_t j = 0; j < json_array_size(behind); j++)
			buffer_format(out, "%s,", record_words(json_array_get(behind, j), "key"));
	}
}

static bool grow(const struct memory *memory, void **items, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 8 : *room * 2;
	void *grown = memory_resize(memory, *items, *room * size, more * size);
	if (grown == NULL)
		return false;
	*items = grown;
	*room = more;
	return true;
}

/* The group of this likeness, made where there is none; NULL: no memory. */
static struct failure_group *group_of(struct failure_groups *groups, struct buffer *likeness)
{
	void *items = groups->items;
	const char *text = buffer_string(likeness);
	for (size_t i = 0; i < groups->count; i++) {
		if (strcmp(groups->items[i].likeness, text) == 0)
			return &groups->items[i];
	}
	if (buffer_failed(likeness) ||
		(groups->count == groups->room &&
			!grow(groups->memory, &items, &groups->room, sizeof *groups->items)))
		return NULL;
	groups->items = items;
	char *copy = memory_copy_text(groups->memory, text, strlen(text));
	if (copy == NULL)
		return NULL;
	groups->items[groups->count] = (struct failure_group){.likeness = copy};
	return &groups->items[groups->count++];
}

static bool add_client(
	const struct memory *memory, struct failure_group *group, const json_t *client, bool known)
{
	void *items = group->clients;
	if (group->count == group->room &&
		!grow(memory, &items, &group->room, sizeof *group->clients))
		return false;
	group->clients = items;
	group->clients[group->count++] = client;
	group->known += known;
	return true;
}

static bool is_told(const json_t *client, enum standing standing)
{
	static const char *const verdicts[] = {"cannot-send", "closed", "hung", "sends-with-loss"};
	bool told = standing == STANDING_FAILS || standing == STANDING_KNOWN;
	for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
		told = told || record_is(client, "verdict", verdicts[i]);
	return told;
}

bool failure_groups_any(const struct judgement *judgement, const struct record_run *run)
{
	const struct record_list *clients = &run->lists[RECORD_CLIENT];
	for (size_t i = 0; i < clients->count; i++) {
		const json_t *client = clients->items[i];
		if (is_told(client, judgement_client(judgement, run, client)))
			return true;
	}
	return false;
}

bool failure_groups_make(struct failure_groups *groups, const struct memory *memory,
	const struct judgement *judgement, const struct record_run *run)
{
	const struct record_list *clients = &run->lists[RECORD_CLIENT];
	struct buffer likeness;
	bool good = true;
	*groups = (struct failure_groups){.memory = memory};
	buffer_init(&likeness, memory, SIZE_MAX / 2);
	for (size_t i = 0; i < clients->count && good; i++) {
		const json_t *client = clients->items[i];
		enum standing standing = judgement_client(judgement, run, client);
		if (!is_told(client, standing))
			continue;
		describe(&likeness, client);
		struct failure_group *group = group_of(groups, &likeness);
		good = group != NULL &&
		       add_client(memory, group, client, standing == STANDING_KNOWN);
	}
	buffer_free(&likeness);
	return good;
}

void failure_groups_free(struct failure_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct failure_group *group = &groups->items[i];
		memory_drop_text(groups->memory, group->likeness);
		memory_free(groups->memory, group->clients, group->room * sizeof *group->clients);
	}
	memory_free(groups->memory, groups->items, groups->room * sizeof *groups->items);
}

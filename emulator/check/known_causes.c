/* known_causes: each is a text of lines, "PATH VALUE". */
#include "known_causes.h"

#include <string.h>

enum { TEXT_MAX = 65536 };

struct known_cause {
	char *text;
	size_t times;
};

static void write_line(struct buffer *text, const struct profile *client, size_t index)
{
	struct profile_difference setting = profile_difference(client, index);
	buffer_format(text, "%s %s\n", setting.path, setting.value);
}

static void sort_in(struct known_causes *known, size_t at)
{
	while (at > 0 && known->items[at - 1].times < known->items[at].times) {
		struct known_cause item = known->items[at];
		known->items[at] = known->items[at - 1];
		known->items[--at] = item;
	}
}

static void add_text(struct known_causes *known, const char *text)
{
	size_t at = 0;
	while (at < known->count && strcmp(known->items[at].text, text) != 0)
		at++;
	if (at == known->room) {
		size_t room = known->room * 2 + 4, size = sizeof *known->items;
		struct known_cause *items =
			memory_resize(known->memory, known->items, known->room * size, room * size);
		if (items == NULL)
			return;
		known->items = items;
		known->room = room;
	}
	if (at == known->count) {
		char *copy = memory_copy_text(known->memory, text, strlen(text));
		if (copy == NULL)
			return;
		known->items[known->count++] = (struct known_cause){.text = copy};
	}
	known->items[at].times++;
	sort_in(known, at);
}

void known_causes_add(struct known_causes *known, const struct profile *client, const bool *kept)
{
	struct buffer text;
	buffer_init(&text, known->memory, TEXT_MAX);
	for (size_t i = 0; i < profile_setting_count(client); i++) {
		if (kept[i])
			write_line(&text, client, i);
	}
	if (!buffer_failed(&text))
		add_text(known, buffer_string(&text));
	buffer_free(&text);
}

/* The line that begins at `at` is this setting. */
static bool line_is(const char *at, struct profile_difference setting)
{
	size_t path_len = strlen(setting.path), value_len = strlen(setting.value);
	return strncmp(at, setting.path, path_len) == 0 && at[path_len] == ' ' &&
	       strncmp(at + path_len + 1, setting.value, value_len) == 0 &&
	       at[path_len + 1 + value_len] == '\n';
}

bool known_causes_read(
	const struct known_causes *known, size_t index, const struct profile *client, bool *kept)
{
	const char *at = known->items[index].text;
	size_t count = profile_setting_count(client);
	bool found = true;
	memset(kept, 0, count * sizeof *kept);
	for (; found && *at != 0; at = strchr(at, '\n') + 1) {
		size_t setting = 0;
		while (setting < count && !line_is(at, profile_difference(client, setting)))
			setting++;
		found = setting < count;
		if (found)
			kept[setting] = true;
	}
	return found;
}

void known_causes_free(struct known_causes *known)
{
	for (size_t i = 0; i < known->count; i++)
		memory_drop_text(known->memory, known->items[i].text);
	if (known->memory != NULL)
		memory_free(known->memory, known->items, known->room * sizeof *known->items);
	*known = (struct known_causes){.memory = known->memory};
}

/* known_causes: each is a text of lines, "PATH VALUE", and the trial that proved it. */
#include "known_causes.h"

#include <string.h>

enum { TEXT_MAX = 65536 };

struct known_cause {
	char *text;
	enum aspect aspect;
	bool silent;		  /* whoever had it met with silence, there or behind it */
	struct cause_trial alone; /* without its set */
};

static void write_line(struct buffer *text, const struct profile *client, size_t index)
{
	struct profile_difference setting = profile_difference(client, index);
	buffer_format(text, "%s %s\n", setting.path, setting.value);
}

static bool is_known(const struct known_causes *known, const char *text, enum aspect aspect)
{
	for (size_t i = 0; i < known->count; i++) {
		if (known->items[i].aspect == aspect && strcmp(known->items[i].text, text) == 0)
			return true;
	}
	return false;
}

static bool has_room(struct known_causes *known)
{
	size_t room = known->room * 2 + 4, size = sizeof *known->items;
	if (known->count < known->room)
		return true;
	struct known_cause *items =
		memory_resize(known->memory, known->items, known->room * size, room * size);
	if (items == NULL)
		return false;
	known->items = items;
	known->room = room;
	return true;
}

static void add_text(struct known_causes *known, const char *text, enum aspect aspect,
	const struct cause_trial *alone)
{
	if (is_known(known, text, aspect) || alone->transcript == NULL || !has_room(known))
		return;
	struct known_cause item = {.aspect = aspect, .silent = alone->silent, .alone = *alone};
	item.text = memory_copy_text(known->memory, text, strlen(text));
	item.alone.transcript = transcript_copy(known->memory, alone->transcript);
	item.alone.kept = NULL;
	if (item.text != NULL && item.alone.transcript != NULL) {
		known->items[known->count++] = item;
		return;
	}
	memory_drop_text(known->memory, item.text);
	transcript_free(item.alone.transcript);
}

void known_causes_add(struct known_causes *known, const struct profile *client, const bool *kept,
	enum aspect aspect, const struct cause_trial *alone)
{
	struct buffer text;
	buffer_init(&text, known->memory, TEXT_MAX);
	for (size_t i = 0; i < profile_setting_count(client); i++) {
		if (kept[i])
			write_line(&text, client, i);
	}
	if (!buffer_failed(&text))
		add_text(known, buffer_string(&text), aspect, alone);
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

/* Which of the client's settings these lines are: marked in `kept`, where it is not NULL. */
static bool has_all(const char *text, const struct profile *client, const bool *within, bool *kept)
{
	size_t count = profile_setting_count(client);
	for (const char *at = text; *at != 0; at = strchr(at, '\n') + 1) {
		size_t setting = 0;
		while (setting < count && !line_is(at, profile_difference(client, setting)))
			setting++;
		if (setting == count || (within != NULL && !within[setting]))
			return false;
		if (kept != NULL)
			kept[setting] = true;
	}
	return true;
}

static bool fails_so(
	const struct known_cause *item, enum aspect aspect, const struct finding *failure)
{
	const struct finding alone = {
		.result = item->alone.result, .step = item->alone.at, .code = item->alone.code};
	return item->aspect == aspect && finding_is_alike(&alone, failure);
}

const struct cause_trial *known_causes_find(const struct known_causes *known,
	const struct profile *client, const bool *within, enum aspect aspect,
	const struct finding *failure, bool *kept)
{
	for (size_t i = 0; known != NULL && i < known->count; i++) {
		const struct known_cause *item = &known->items[i];
		if (kept != NULL)
			memset(kept, 0, profile_setting_count(client) * sizeof *kept);
		if (fails_so(item, aspect, failure) && has_all(item->text, client, within, kept))
			return &item->alone;
	}
	return NULL;
}

bool known_causes_explain(const struct known_causes *known, const struct profile *client,
	enum aspect aspect, const struct finding *failure)
{
	return known_causes_find(known, client, NULL, aspect, failure, NULL) != NULL;
}

static bool expects_silence(
	const struct known_causes *known, const struct profile *client, enum aspect aspect)
{
	for (size_t i = 0; known != NULL && i < known->count; i++) {
		const struct known_cause *item = &known->items[i];
		if (item->aspect == aspect && item->silent &&
			has_all(item->text, client, NULL, NULL))
			return true;
	}
	return false;
}

/* The item that explains the failure, and is no guess: what it met is what the client met. */
static struct known_cause *find_met(const struct known_causes *known, const struct profile *client,
	enum aspect aspect, const struct finding *finding)
{
	for (size_t i = 0; known != NULL && i < known->count; i++) {
		struct known_cause *item = &known->items[i];
		/* silence in the place of a refusal may be a refusal that comes later */
		bool guessed = finding_is_silence(finding) && !item->alone.silent;
		if (!guessed && fails_so(item, aspect, finding) &&
			has_all(item->text, client, NULL, NULL))
			return item;
	}
	return NULL;
}

bool known_causes_play(struct known_causes *known, const struct ground *ground, enum aspect aspect,
	struct trial_wish *wish, struct trial *trial, struct sentence *why)
{
	struct finding finding;
	wish->brief = expects_silence(known, wish->client, aspect);
	if (!ground->play(ground->context, wish, trial, why))
		return false;
	if (!trial_was_silent(trial))
		return true;
	finding_read(&finding, ground, trial, aspect == ASPECT_MESSAGE ? 0 : wish->messages - 1);
	struct known_cause *met = find_met(known, wish->client, aspect, &finding);
	if (met != NULL)
		met->silent = true; /* sat out, now or before */
	if (met != NULL || !wish->brief)
		return true;
	trial_free(trial);
	wish->brief = false;
	return ground->play(ground->context, wish, trial, why);
}

void known_causes_free(struct known_causes *known)
{
	for (size_t i = 0; i < known->count; i++) {
		memory_drop_text(known->memory, known->items[i].text);
		transcript_free(known->items[i].alone.transcript);
	}
	if (known->memory != NULL)
		memory_free(known->memory, known->items, known->room * sizeof *known->items);
	*known = (struct known_causes){.memory = known->memory};
}

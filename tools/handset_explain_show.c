/* handset_explain_show: an experiment for people, and as JSON. */
#include "handset_explain.h"

#include "cause_told.h"
#include "cures.h"
#include "describe.h"
#include "handset.h"
#include "recording_cures.h"
#include "rules.h"
#include "telling.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20, WHO_WIDTH = 46 };

void explain_begin(const struct explained *explained)
{
	static const struct {
		const char *before, *through, *after;
	} questions[ASPECT_COUNT] = {
		[ASPECT_MESSAGE] = {"Can", "send through", ""},
		[ASPECT_SECOND_MESSAGE] = {"Can", "send through", ", twice in one session"},
		[ASPECT_REFUSED_RECIPIENT] = {"Can", "send through",
			", where another recipient is refused"},
		[ASPECT_DUPLICATE] = {"Does", "send through", " once, and not twice"},
	};
	enum aspect aspect = explained->aspect;
	printf("%s %s %s %s%s?\n\n", questions[aspect].before, explained->name,
		questions[aspect].through, explained->target, questions[aspect].after);
	fflush(stdout);
}

/* Who played, and behind it or below it what came of it. */
void explain_trial(const struct explained *explained, const struct cause *cause,
	const struct cause_trial *trial)
{
	static const enum colour colours[] = {[TRIAL_SENDS] = COLOUR_GREEN,
		[TRIAL_FAILS] = COLOUR_RED,
		[TRIAL_TURNED_AWAY] = COLOUR_RED,
		[TRIAL_NOT_PLAYABLE] = COLOUR_YELLOW};
	struct buffer who;
	buffer_init(&who, &memory_standard, TEXT_MAX);
	cause_tell_trial(&who, cause, explained->client, explained->name, trial);
	if (trial->connections > 0)
		printf("%3zu  ", trial->connection);
	else
		printf("  -  ");
	printf("%-*s%s", WHO_WIDTH, buffer_string(&who), who.len < WHO_WIDTH ? "" : "\n        ");
	if (trial->elsewhere)
		printf("known from another client: %s\n", trial->sentence.text);
	else if (trial->connections == 0)
		printf("says no other octet than in session %zu\n",
			cause->trials[trial->like].connection);
	else
		printf("%s%s%s\n", handset_colour(stdout, colours[trial->end]),
			trial->end == TRIAL_SENDS ? "sends" : trial->sentence.text,
			handset_plain(stdout));
	fflush(stdout);
	buffer_free(&who);
}

/* ---- a cause ---- */

static void append_item(struct buffer *out, const char *mark, const char *text)
{
	describe_item(out, mark, octets_of(text));
}

static void append_setting(struct buffer *out, const struct profile *client, size_t index)
{
	struct profile_difference setting = profile_difference(client, index);
	struct buffer line;
	struct arena arena;
	arena_init(&arena, &memory_standard);
	buffer_init(&line, &memory_standard, TEXT_MAX);
	buffer_format(out, "  %s: %s", setting.path, setting.value);
	if (setting.correct[0] != 0)
		buffer_format(out, "   (a correct client: %s)", setting.correct);
	buffer_append_byte(out, '\n');
	const char *telling = telling_of(&arena, client, &setting.path, 1);
	append_item(out, "    ", telling == NULL ? "" : telling);
	buffer_format(
		&line, "known from: %s, %s", evidence_kind_name(setting.evidence), setting.where);
	append_item(out, "    ", buffer_string(&line));
	buffer_free(&line);
	arena_free(&arena);
}

static void append_rules(struct buffer *out, uint64_t rules)
{
	for (unsigned int i = 0; i < RULE_COUNT; i++) {
		const struct rule_row *row = &rule_rows[i];
		struct buffer line;
		if ((rules & UINT64_C(1) << i) == 0)
			continue;
		buffer_init(&line, &memory_standard, TEXT_MAX);
		buffer_format(&line, "against %s (%s, %s): %s", row->name,
			rule_strength_name(row->strength), row->section, row->sentence);
		append_item(out, "    ", buffer_string(&line));
		buffer_free(&line);
	}
}

static void append_set(struct buffer *out, const struct explained *explained,
	const struct cause *cause, size_t index)
{
	const struct cause_set *set = &cause->sets[index];
	buffer_append_text(out, index == 0 ? "\nThe cause\n" : "\nBehind it, another cause\n");
	for (size_t i = 0; i < cause->setting_count; i++) {
		if (set->kept[i])
			append_setting(out, explained->client, i);
	}
	append_rules(out, cause_rules(cause, set, explained->account));
}

static void append_proof(
	struct buffer *out, const struct explained *explained, const struct cause *cause)
{
	size_t plain = 0;
	struct buffer line;
	for (size_t i = 0; i < cause->trial_count; i++)
		plain += cause->trials[i].purpose == PURPOSE_PLAIN &&
			 cause->trials[i].end == TRIAL_SENDS;
	buffer_init(&line, &memory_standard, TEXT_MAX);
	buffer_format(&line,
		"With nothing but %s a correct client fails, and failed %zu times more when tried "
		"again; the plain correct client sent %zu times in between.",
		cause->set_count == 1 ? "that" : "each of them", cause->reproduced, plain);
	if (cause->remark.text[0] == 0)
		buffer_format(&line, " Without %s %s sends.", cause->set_count == 1 ? "it" : "them",
			explained->name);
	else
		buffer_format(&line, " %s.", cause->remark.text);
	buffer_append_byte(out, '\n');
	append_item(out, "", buffer_string(&line));
	buffer_free(&line);
}

/* ---- what helps ---- */

static void append_cure(struct buffer *out, const struct advice *advice)
{
	struct buffer line;
	buffer_init(&line, &memory_standard, TEXT_MAX);
	buffer_append_text(&line, advice->to_owner ? "the client's owner" : "the server");
	if (advice->software[0] != 0)
		buffer_format(&line, ", %s", advice->software);
	buffer_format(&line, ": %s (%s)", advice->text, advice->source);
	append_item(out, "  - ", buffer_string(&line));
	buffer_free(&line);
}

static void append_cures(
	struct buffer *out, const struct explained *explained, const struct cause *cause)
{
	struct advice answers[ADVICE_ANSWER_MAX];
	size_t count = explained->book == NULL
			       ? 0
			       : cures_for(explained->book, cause, explained->client, answers,
					 ADVICE_ANSWER_MAX);
	bool any = false;
	for (size_t i = 0; i < count; i++) {
		if (!answers[i].fits)
			continue; /* for software that this one is not */
		buffer_append_text(out, any ? "" : "\nWhat helps\n");
		append_cure(out, &answers[i]);
		any = true;
	}
}

bool explain_end(const struct explained *explained, const struct cause *cause)
{
	struct buffer out, sentence;
	buffer_init(&out, &memory_standard, TEXT_MAX);
	buffer_init(&sentence, &memory_standard, TEXT_MAX);
	for (size_t i = 0; cause->state == CAUSE_FOUND && i < cause->set_count; i++)
		append_set(&out, explained, cause, i);
	if (cause->state == CAUSE_FOUND) {
		append_cures(&out, explained, cause);
		append_proof(&out, explained, cause);
	}
	bool good = cause_tell_conclusion(&sentence, cause, explained->client, explained->name);
	buffer_append_byte(&out, '\n');
	append_item(&out, "", buffer_string(&sentence));
	good = good && !buffer_failed(&out);
	if (good)
		fputs(buffer_string(&out), stdout);
	buffer_free(&out);
	buffer_free(&sentence);
	return good;
}

/* ---- JSON ---- */

static const char *result_name(enum cause_state state)
{
	if (state == CAUSE_NONE)
		return "sends";
	return state == CAUSE_INCONCLUSIVE ? "inconclusive" : "cannot-send";
}

/* The keys by name alone, of the experiment as it is recorded: what a program asks first. */
static json_t *names_of_keys(const json_t *experiment)
{
	json_t *names = json_array();
	const json_t *keys = json_object_get(experiment, "keys");
	for (size_t i = 0; i < json_array_size(keys); i++)
		json_array_append(names, json_object_get(json_array_get(keys, i), "key"));
	return names;
}

bool explain_json(const struct explained *explained, const struct cause *cause, int status)
{
	const struct run_client client = {explained->name, explained->client};
	uint64_t rules = 0;
	json_t *root = json_object(), *part = recording_cause(cause, &client, true);
	for (size_t i = 0; i < cause->set_count; i++)
		rules |= cause_rules(cause, &cause->sets[i], explained->account);
	recording_set_text(root, "client", explained->name);
	recording_set_text(root, "target", explained->target);
	recording_set_text(root, "aspect", aspect_name(explained->aspect));
	recording_set_text(root, "result", result_name(cause->state));
	json_object_set(root, "sentence", json_object_get(part, "sentence"));
	recording_set_text(root, "failure", cause->failure.text);
	json_object_set_new(root, "cause", names_of_keys(part));
	json_object_set_new(root, "experiment", part);
	json_object_set_new(root, "rules", recording_rules(rules));
	if (explained->book != NULL)
		json_object_set_new(
			root, "advice", recording_cures(explained->book, cause, explained->client));
	json_object_set_new(root, "connections", json_integer((json_int_t)cause->connections));
	json_object_set_new(root, "exit", json_integer(status));
	bool good = json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == 0;
	putchar('\n');
	json_decref(root);
	return good;
}

/* handset_targets: lines, words, settings. */
#include "handset_targets.h"

#include "text.h"
#include "words.h"

#include <stddef.h>
#include <stdio.h>

static const struct {
	const char *name;
	size_t offset;
} settings[] = {
	{"user", offsetof(struct target, user)},
	{"password-file", offsetof(struct target, password_file)},
	{"passwordeval", offsetof(struct target, password_command)},
	{"from", offsetof(struct target, from)},
	{"to", offsetof(struct target, to)},
	{"refused", offsetof(struct target, refused)},
	{"trust-file", offsetof(struct target, trust_file)},
	{"fingerprint", offsetof(struct target, fingerprint)},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

struct reader {
	struct targets *targets;
	const char *file;
	size_t line;
	struct buffer *errors;
	bool good;
};

__attribute__((format(printf, 2, 3))) static void complain(
	struct reader *reader, const char *format, ...)
{
	struct sentence sentence;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(sentence.text, sizeof sentence.text, format, arguments);
	va_end(arguments);
	buffer_format(reader->errors, "%s:%zu: error: ", reader->file, reader->line);
	text_escape(reader->errors, octets_of(sentence.text));
	buffer_append_byte(reader->errors, '\n');
	reader->good = false;
}

/*
 * Takes the next word off the line; .at NULL: there is none, or a comment begins. Quotes stand
 * around a value, or anywhere in a word, and are taken out by unquote().
 */
static struct octets take_word(struct reader *reader, struct octets *line)
{
	size_t at = 0, end;
	bool quoted = false;
	while (at < line->len && (octet_is_blank(line->at[at]) || line->at[at] == '\r'))
		at++;
	if (at == line->len || line->at[at] == '#')
		return octets_make(NULL, 0);
	for (end = at; end < line->len; end++) {
		quoted ^= line->at[end] == '"';
		if (!quoted && (octet_is_blank(line->at[end]) || line->at[end] == '\r'))
			break;
	}
	if (quoted)
		complain(reader, "a double quote has no end");
	struct octets word = octets_make(line->at + at, end - at);
	*line = octets_from(*line, end);
	return word;
}

static const char *unquote(struct reader *reader, struct octets value)
{
	struct buffer text;
	buffer_init(&text, reader->targets->arena.memory, TARGETS_OCTETS_MAX);
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] != '"')
			buffer_append_byte(&text, value.at[i]);
	}
	const char *copy = arena_string(&reader->targets->arena, buffer_octets(&text));
	buffer_free(&text);
	return copy == NULL ? "" : copy;
}

static void take_setting(struct reader *reader, struct target *target, struct octets word)
{
	size_t equals = octets_find(word, '='), i = 0;
	struct octets name = octets_cut(word, equals);
	struct suggestion suggestion;
	char nearest[160];
	suggestion_init(&suggestion, name);
	while (i < SETTINGS && !octets_equal(name, octets_of(settings[i].name)))
		suggestion_offer(&suggestion, settings[i++].name);
	suggestion_text(&suggestion, nearest, sizeof nearest);
	if (i == SETTINGS) {
		complain(reader, "unknown setting \"%.*s\"%s", (int)name.len, (const char *)name.at,
			nearest);
		return;
	}
	const char **member = (const char **)((char *)target + settings[i].offset);
	struct octets value = octets_from(word, equals + 1);
	if (equals == word.len || value.len == 0)
		complain(reader, "%s= has no value", settings[i].name);
	else if (*member != NULL)
		complain(reader, "%s= is said twice", settings[i].name);
	else
		*member = unquote(reader, value);
}

static bool is_known(struct reader *reader, const struct target *target)
{
	for (size_t i = 0; i < reader->targets->count; i++) {
		if (strcmp(reader->targets->items[i].url, target->url) != 0)
			continue;
		complain(reader, "%s stands here twice (first in line %zu)", target->url,
			reader->targets->items[i].line);
		return true;
	}
	return false;
}

static void take_target(struct reader *reader, struct octets url, struct octets line)
{
	struct target target = {.line = reader->line};
	struct sentence why = {""};
	bool was_good = reader->good;
	reader->good = true;
	target.url = unquote(reader, url);
	if (!server_url_parse(&target.parsed, target.url, &why))
		complain(reader, "%s", why.text);
	for (;;) {
		struct octets word = take_word(reader, &line);
		if (word.at == NULL)
			break;
		take_setting(reader, &target, word);
	}
	if (target.password_file != NULL && target.password_command != NULL)
		complain(
			reader, "password-file= and passwordeval= both tell the password: say one");
	if (reader->good && !is_known(reader, &target))
		reader->targets->items[reader->targets->count++] = target;
	reader->good = reader->good && was_good;
}

static size_t line_count(struct octets text)
{
	size_t count = 1;
	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == '\n';
	return count;
}

bool targets_read(
	struct targets *targets, const char *file, struct octets text, struct buffer *errors)
{
	struct reader reader = {.targets = targets, .file = file, .errors = errors, .good = true};
	size_t lines = line_count(text);
	*targets = (struct targets){.count = 0};
	arena_init(&targets->arena, &memory_standard);
	if (lines <= TARGETS_MAX)
		targets->items = arena_new(&targets->arena, lines, sizeof *targets->items);
	else
		complain(&reader, "more than %d lines", TARGETS_MAX);
	while (targets->items != NULL && text.len > 0) {
		struct octets line = octets_cut(text, octets_find(text, '\n'));
		text = octets_from(text, line.len + 1);
		reader.line++;
		struct octets url = take_word(&reader, &line);
		if (url.at != NULL && !text_is_readable(octets_make(url.at, url.len)))
			complain(&reader, "this is no text");
		else if (url.at != NULL)
			take_target(&reader, url, line);
	}
	if (reader.good && targets->count == 0)
		complain(&reader, "no server stands here");
	return reader.good && !targets->arena.failed;
}

void targets_free(struct targets *targets)
{
	arena_free(&targets->arena);
	targets->items = NULL;
	targets->count = 0;
}

/* describe: see the header. */
#include "describe.h"

#include "text.h"
#include "types.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_COLUMNS = 92 };

bool describe_type(struct buffer *out, const struct key *key)
{
	if (key->words == NULL)
		return buffer_append_text(out, key->type->name);
	if (key->type != &type_word)
		buffer_append_text(out, "list of ");
	return words_list(out, key->words);
}

/* How much of the text goes into one line: up to the last blank that fits, or else the first. */
static size_t line_length(struct octets text)
{
	size_t len = TEXT_COLUMNS;
	if (text.len <= len)
		return text.len;
	while (len > 0 && text.at[len] != ' ')
		len--;
	return len == 0 ? octets_find(text, ' ') : len;
}

/* Broken at blanks, the first line behind `mark`, the others behind `indent`. */
static void append_lines(
	struct buffer *out, const char *mark, const char *indent, struct octets rest)
{
	while (rest.len > 0) {
		size_t len = line_length(rest);
		buffer_append_text(out, mark);
		buffer_append_octets(out, octets_cut(rest, len));
		buffer_append_byte(out, '\n');
		rest = octets_from(rest, len + 1);
		mark = indent;
	}
}

static void append_line(struct buffer *out, const char *indent, struct octets line)
{
	struct buffer safe;
	buffer_init(&safe, out->memory, 8 * PROFILE_MAX_OCTETS);
	if (!text_escape(&safe, line))
		out->failed = true;
	append_lines(out, indent, indent, buffer_octets(&safe));
	buffer_free(&safe);
}

void describe_wrapped(struct buffer *out, const char *indent, struct octets text)
{
	while (text.len > 0) {
		size_t len = octets_find(text, '\n');
		append_line(out, indent, octets_cut(text, len));
		text = octets_from(text, len + 1);
	}
}

void describe_item(struct buffer *out, const char *mark, struct octets text)
{
	char indent[16];
	snprintf(indent, sizeof indent, "%*s", (int)strlen(mark), "");
	append_lines(out, mark, indent, text);
}

static void describe_difference(struct buffer *out, const struct profile_difference *difference)
{
	buffer_format(out, "\n%s: %s\n", difference->path, difference->value);
	if (difference->correct[0] != 0)
		buffer_format(out, "    correct: %s\n", difference->correct);
	describe_wrapped(out, "    ", octets_of(difference->sentence));
	buffer_format(out, "    %s", evidence_kind_name(difference->evidence));
	if (difference->origin[0] != 0)
		buffer_format(out, " in %s", difference->origin);
	buffer_append_text(out, ":\n");
	describe_wrapped(out, "        ", octets_of(difference->where));
}

static void describe_chain(struct buffer *out, const struct profile *profile)
{
	const char *parent = profile_lineage(profile, 0);
	if (strcmp(parent, "correct") == 0)
		return;
	buffer_append_text(out, "based on: ");
	for (size_t i = 1; (parent = profile_lineage(profile, i)) != NULL; i++)
		buffer_format(out, "%s, ", parent);
	buffer_append_text(out, "correct\n");
}

static void describe_breaks(struct buffer *out, const struct text_list *breaks)
{
	if (breaks->count == 0)
		return;
	buffer_append_text(out, "breaks:   ");
	for (size_t i = 0; i < breaks->count; i++) {
		buffer_append_text(out, i > 0 ? ", " : "");
		text_escape(out, breaks->items[i]);
	}
	buffer_append_byte(out, '\n');
}

void describe_head(struct buffer *out, const struct profile *profile, const char *name)
{
	const struct client_profile *client = profile_client(profile);
	const struct server_profile *server = profile_server(profile);
	buffer_format(out, "%s: ", name);
	text_escape(out, profile_title(profile));
	buffer_format(out, " (%s)\n", profile_kind_name(profile_kind(profile)));
	struct octets about = client != NULL   ? client->about
			      : server != NULL ? server->about
					       : profile_link(profile)->about;
	describe_wrapped(out, "          ", about);
	describe_chain(out, profile);
}

bool describe_profile(struct buffer *out, const struct profile *profile, const char *name)
{
	const struct client_profile *client = profile_client(profile);
	size_t count = profile_setting_count(profile);
	describe_head(out, profile, name);
	if (client != NULL)
		describe_breaks(out, &client->breaks);
	buffer_format(out,
		count == 1 ? "%zu difference from the correct %s\n"
			   : "%zu differences from the correct %s\n",
		count, profile_kind_name(profile_kind(profile)));
	for (size_t i = 0; i < count; i++) {
		struct profile_difference difference = profile_difference(profile, i);
		describe_difference(out, &difference);
	}
	return !buffer_failed(out);
}

/* The part in capitals of this level, and what it stands for: "PLACE: after-tls, …". */
static void append_names(struct buffer *out, const struct key *key, size_t level)
{
	const char *at = key->path;
	size_t len = 0;
	for (size_t i = 0; i <= level; i++) {
		at += len;
		at += strcspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		len = strcspn(at, ".");
	}
	buffer_format(out, "%.*s: ", (int)len, at);
	words_list(out, key->names[level]);
	if (key->type == &type_reaction)
		buffer_append_text(
			out, level == 0 ? ", auth-MECHANISM" : ", or a code: 535, 535-, 5xx");
}

static bool has_names(const struct key *key, size_t level)
{
	return level < 2 && key->names[level] != NULL;
}

static void describe_key(struct buffer *out, const struct key *key)
{
	struct buffer names;
	buffer_init(&names, out->memory, 1 << 16);
	buffer_format(
		out, "%s: %s\n    ", key->path, key->correct == NULL ? "(absent)" : key->correct);
	describe_type(out, key);
	buffer_append_byte(out, '\n');
	for (size_t level = 0; has_names(key, level); level++) {
		buffer_clear(&names);
		append_names(&names, key, level);
		describe_wrapped(out, "    ", buffer_octets(&names));
	}
	describe_wrapped(out, "    ", octets_of(key->sentence));
	out->failed = out->failed || buffer_failed(&names);
	buffer_free(&names);
}

bool describe_keys(struct buffer *out, enum profile_kind kind)
{
	size_t count;
	const struct key *keys = profile_keys(kind, &count);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_append_byte(out, '\n');
		describe_key(out, &keys[i]);
	}
	return !buffer_failed(out);
}

/* A bar would end the cell. */
static void append_cell(struct buffer *out, const char *text)
{
	for (; *text != 0; text++) {
		if (*text == '|')
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, (uint8_t)*text);
	}
}

static void describe_row(struct buffer *out, const struct key *key)
{
	buffer_format(out, "| `%s` | ", key->path);
	describe_type(out, key);
	buffer_append_text(out, " | ");
	if (key->correct != NULL) {
		buffer_append_byte(out, '`');
		append_cell(out, key->correct);
		buffer_append_byte(out, '`');
	}
	buffer_append_text(out, " | ");
	append_cell(out, key->sentence);
	for (size_t level = 0; has_names(key, level); level++) {
		buffer_append_text(out, "<br>");
		append_names(out, key, level);
	}
	buffer_append_text(out, " |\n");
}

bool describe_keys_markdown(struct buffer *out, enum profile_kind kind)
{
	size_t count;
	const struct key *keys = profile_keys(kind, &count);
	buffer_append_text(out, "| key | type | correct | meaning |\n|---|---|---|---|\n");
	for (size_t i = 0; i < count; i++)
		describe_row(out, &keys[i]);
	return !buffer_failed(out);
}

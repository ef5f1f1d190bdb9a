/* handset_demo_show: two dialogues side by side, a table, a paragraph; or JSON. */
#define _GNU_SOURCE /* memmem */
#include "handset.h"

#include "handset_demo.h"
#include "text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { GUTTER = 2, MARGIN = 3, TABLE_WIDTH = 61 };

/* A dialogue as lines for the screen. */
struct lines {
	struct line {
		char *text;
		int width;
		bool stands_out;
	} * items;
	size_t count;
	int width;
};

/* Columns that UTF-8 text takes, as far as this tool's own output needs it: one per code point. */
static int width_of(const char *text)
{
	int width = 0;
	for (; *text != 0; text++)
		width += ((unsigned char)*text & 0xC0) != 0x80;
	return width;
}

static void add_line(struct lines *lines, const char *text, bool stands_out)
{
	struct line *items = realloc(lines->items, (lines->count + 1) * sizeof *items);
	if (items == NULL)
		return;
	lines->items = items;
	items[lines->count] = (struct line){strdup(text), width_of(text), stands_out};
	if (items[lines->count].text == NULL)
		return;
	if (items[lines->count].width > lines->width)
		lines->width = items[lines->count].width;
	lines->count++;
}

static void free_lines(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->items[i].text);
	free(lines->items);
}

/* The two lines that the story turns on. */
static bool stands_out(const struct octets line)
{
	struct octets text = octets_trim(line);
	size_t time =
		octets_find(text, '>') < octets_find(text, '<') ? octets_find(text, '>') : text.len;
	return octets_equal(octets_trim(octets_from(text, time + 1)), octets_of("RSET")) ||
	       memmem(text.at, text.len, "* 535 ", 6) != NULL;
}

/* Ports and who closed first are no part of the story. */
static bool is_said_of_connection(struct octets line)
{
	return memmem(line.at, line.len, "=== connected ", 14) != NULL ||
	       memmem(line.at, line.len, "=== closed ", 11) != NULL;
}

static void make_lines(const struct demo *demo, const struct demo_run *run, struct lines *lines)
{
	struct transcript_style style = {.times = demo->times, .elide_body = true};
	struct buffer all, one;
	buffer_init(&all, &memory_standard, 1024 * 1024);
	buffer_init(&one, &memory_standard, 1024 * 1024);
	if (run->transcript != NULL)
		transcript_write(&all, run->transcript, &style);
	for (struct octets rest = buffer_octets(&all); rest.len > 0;) {
		size_t len = octets_find(rest, '\n');
		struct octets line = octets_cut(rest, len);
		rest = octets_from(rest, len + 1);
		if (is_said_of_connection(line))
			continue;
		buffer_clear(&one);
		buffer_append_octets(&one, line);
		add_line(lines, buffer_string(&one), stands_out(line));
	}
	buffer_free(&all);
	buffer_free(&one);
}

static void print_line(const struct lines *lines, size_t index, int pad_to)
{
	if (index >= lines->count) {
		printf("%*s", pad_to, "");
		return;
	}
	const struct line *line = &lines->items[index];
	printf("%s%s%s%s", line->stands_out ? ">> " : "   ",
		line->stands_out ? handset_colour(stdout, COLOUR_RED) : "", line->text,
		line->stands_out ? handset_plain(stdout) : "");
	if (pad_to > 0)
		printf("%*s", pad_to - MARGIN - line->width, "");
}

static void print_title(const struct demo_run *run, int pad_to)
{
	char title[256];
	snprintf(title, sizeof title, "%s with %s", run->client, run->server);
	printf("%s%s%s", handset_colour(stdout, COLOUR_BOLD), title, handset_plain(stdout));
	if (pad_to > 0)
		printf("%*s", pad_to - (int)strlen(title), "");
}

/* How many lines both begin with. */
static size_t common_lines(const struct lines *left, const struct lines *right)
{
	size_t common = 0;
	while (common < left->count && common < right->count &&
		strcmp(left->items[common].text, right->items[common].text) == 0)
		common++;
	return common;
}

/* One below the other; what the second begins with as the first did is not said twice. */
static void print_stacked(const struct demo_run *const runs[2], const struct lines *left,
	const struct lines *right, bool times)
{
	const struct lines *both[2] = {left, right};
	size_t skipped = times ? 0 : common_lines(left, right);
	for (int side = 0; side < 2; side++) {
		print_title(runs[side], 0);
		printf("\n");
		if (side == 1 && skipped > 1)
			printf("   (greeting and EHLO as above)\n");
		for (size_t i = side == 1 && skipped > 1 ? skipped : 0; i < both[side]->count;
			i++) {
			print_line(both[side], i, 0);
			printf("\n");
		}
		printf("\n");
	}
}

static void print_dialogues(const struct demo *demo)
{
	const struct demo_run *runs[2] = {&demo->runs[0][0], &demo->runs[1][0]};
	struct lines left = {0}, right = {0};
	make_lines(demo, runs[0], &left);
	make_lines(demo, runs[1], &right);
	int column = left.width + MARGIN + GUTTER;
	if (column + right.width + MARGIN <= demo->width) {
		print_title(runs[0], column);
		print_title(runs[1], 0);
		printf("\n");
		for (size_t i = 0; i < left.count || i < right.count; i++) {
			print_line(&left, i, i < right.count ? column : 0);
			if (i < right.count)
				print_line(&right, i, 0);
			printf("\n");
		}
	} else {
		print_stacked(runs, &left, &right, demo->times);
	}
	free_lines(&left);
	free_lines(&right);
}

static void cell_text(const struct demo_run *run, char *text, size_t room)
{
	if (!run->ran)
		snprintf(text, room, "did not run");
	else if (run->delivered)
		snprintf(text, room, "delivered");
	else if (run->code != 0)
		snprintf(text, room, "refused at %s with %u",
			strcmp(run->at, "recipient") == 0 ? "RCPT" : run->at, run->code);
	else
		snprintf(text, room, "failed at %s", run->at);
}

/* Blanks stand in front of a cell, so that no line ends in them. */
static void print_cell(const struct demo_run *run, int blanks)
{
	char text[64];
	cell_text(run, text, sizeof text);
	printf("%*s%s%s%s", blanks, "",
		handset_colour(stdout, run->delivered ? COLOUR_GREEN : COLOUR_RED), text,
		handset_plain(stdout));
}

static int cell_width(const struct demo_run *run)
{
	char text[64];
	cell_text(run, text, sizeof text);
	return (int)strlen(text);
}

static void print_table(const struct demo *demo)
{
	enum { FIRST = 12, COLUMN = 26 };
	printf("\n%-*s%-*s%s\n", FIRST, "", COLUMN, demo->runs[0][0].server,
		demo->runs[0][1].server);
	for (int client = 0; client < DEMO_CLIENTS; client++) {
		const struct demo_run *runs = demo->runs[client];
		printf("%-*s", FIRST, runs[0].client);
		print_cell(&runs[0], 0);
		print_cell(&runs[1], COLUMN - cell_width(&runs[0]));
		printf("\n");
	}
}

/* A screen too narrow for the table: a line each. */
static void print_list(const struct demo *demo)
{
	printf("\n");
	for (int client = 0; client < DEMO_CLIENTS; client++) {
		for (int server = 0; server < DEMO_SERVERS; server++) {
			const struct demo_run *run = &demo->runs[client][server];
			printf("%s with %s:\n", run->client, run->server);
			print_cell(run, 2);
			printf("\n");
		}
	}
}

static void print_wrapped(const char *text, int width)
{
	int at = 0, limit = width > 96 ? 96 : width;
	while (*text != 0) {
		int len = (int)strcspn(text, " ");
		if (at > 0 && at + 1 + len > limit) {
			printf("\n");
			at = 0;
		}
		at += printf("%s%.*s", at > 0 ? " " : "", len, text);
		text += len + (text[len] == ' ');
	}
	printf("\n");
}

static bool all_as_told(const struct demo *demo)
{
	bool as_told = true;
	for (int client = 0; client < DEMO_CLIENTS; client++) {
		for (int server = 0; server < DEMO_SERVERS; server++)
			as_told = as_told && demo_is_as_told(&demo->runs[client][server]);
	}
	return as_told;
}

static void print_misses(const struct demo *demo)
{
	for (int client = 0; client < DEMO_CLIENTS; client++) {
		for (int server = 0; server < DEMO_SERVERS; server++) {
			const struct demo_run *run = &demo->runs[client][server];
			if (!demo_is_as_told(run))
				printf("Not as the story says: %s with %s: %s%s%s\n", run->client,
					run->server, run->delivered ? "delivered" : run->at,
					run->delivered ? "" : ": ",
					run->delivered ? "" : run->reply);
		}
	}
}

void demo_show(const struct demo *demo)
{
	static const char headline[] =
		"A phone of 2007 and msub, each with a mail server that forgets the login on RSET. "
		"-> says the client, <- the server; >> marks what decides.";
	static const char why[] =
		"Why: the phone says RSET before every message, also right after it has logged in. RSET should "
		"end a transaction and nothing else (RFC 5321 4.1.1.5), but this server throws the login away "
		"with it, takes MAIL all the same, and at RCPT it does not know the phone any more. Neither "
		"side alone fails: other clients send no RSET there, and other servers keep the login. msub "
		"cannot say RSET at all, so both servers take its mail; and the administrator's cure, not to "
		"forget the login on RSET, lets the phone send too.";
	print_wrapped(headline, demo->width);
	printf("\n");
	print_dialogues(demo);
	if (demo->width >= TABLE_WIDTH)
		print_table(demo);
	else
		print_list(demo);
	printf("\n");
	if (all_as_told(demo))
		print_wrapped(why, demo->width);
	else
		print_misses(demo);
	printf("\nThe delivered messages lie in %s/new\n", demo->maildir);
}

static json_t *run_json(const struct demo *demo, const struct demo_run *run)
{
	json_t *object = json_object();
	json_object_set_new(object, "client", json_string(run->client));
	json_object_set_new(object, "server", json_string(run->server));
	json_object_set_new(object, "outcome",
		json_string(!run->ran	     ? "failed"
			    : run->delivered ? "delivered"
			    : run->code != 0 ? "refused"
					     : "failed"));
	json_object_set_new(object, "at", run->delivered ? json_null() : json_string(run->at));
	json_object_set_new(
		object, "reply", run->delivered ? json_null() : json_string(run->reply));
	json_object_set_new(object, "code", run->code == 0 ? json_null() : json_integer(run->code));
	json_object_set_new(
		object, "maildir", run->stored == 0 ? json_null() : json_string(demo->maildir));
	json_object_set_new(object, "as_told", json_boolean(demo_is_as_told(run)));
	return object;
}

void demo_show_json(const struct demo *demo)
{
	json_t *root = json_object(), *runs = json_array();
	for (int server = 0; server < DEMO_SERVERS; server++) {
		for (int client = 0; client < DEMO_CLIENTS; client++)
			json_array_append_new(runs, run_json(demo, &demo->runs[client][server]));
	}
	json_object_set_new(root, "runs", runs);
	json_object_set_new(root, "maildir", json_string(demo->maildir));
	json_object_set_new(root, "tls", json_boolean(demo->tls));
	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	printf("\n");
	json_decref(root);
}

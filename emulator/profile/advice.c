/* advice: which items answer a question, and in which order. */
#include "advice.h"

#include "advice_book.h"
#include "pattern.h"

#include <stdio.h>
#include <string.h>

struct advice_book *advice_new(const struct memory *memory)
{
	struct advice_book *book = memory_new(memory, 1, sizeof *book);
	if (book != NULL)
		arena_init(&book->arena, memory);
	return book;
}

void advice_free(struct advice_book *book)
{
	if (book == NULL)
		return;
	const struct memory *memory = book->arena.memory;
	arena_free(&book->arena);
	memory_free(memory, book, sizeof *book);
}

size_t advice_count(const struct advice_book *book)
{
	size_t count = 0;
	for (size_t i = 0; i < book->count; i++)
		count += book->chapters[i].item_count;
	return count;
}

static bool is_known(const char *text)
{
	return text != NULL && text[0] != 0;
}

/* --- which software --- */

static bool any_fits(const struct advice_patterns *patterns, struct octets text)
{
	for (size_t i = 0; i < patterns->count; i++) {
		if (pattern_fits(patterns->items[i], text))
			return true;
	}
	return false;
}

static bool any_line_fits(const struct advice_patterns *patterns, const char *lines)
{
	struct octets rest = octets_of(lines);
	while (rest.len > 0) {
		size_t end = octets_find(rest, '\n');
		if (any_fits(patterns, octets_trim(octets_cut(rest, end))))
			return true;
		rest = octets_from(rest, end + 1);
	}
	return false;
}

static bool is_recognised(
	const struct advice_chapter *chapter, const struct advice_question *question)
{
	return chapter->software[0] == 0 || any_line_fits(&chapter->greeting, question->greeting) ||
	       any_line_fits(&chapter->ehlo, question->ehlo) ||
	       any_line_fits(&chapter->reply, question->replies) ||
	       (is_known(question->likeness) &&
		       any_fits(&chapter->likeness, octets_of(question->likeness)));
}

/* --- which items --- */

/* The path itself, or what lies below it. */
static bool path_covers(const char *path, const char *key)
{
	size_t len = strlen(path);
	return strncmp(path, key, len) == 0 && (key[len] == 0 || key[len] == '.');
}

static bool key_fits(const struct advice_key *key, const struct advice_cause *cause)
{
	return path_covers(key->path, cause->key) &&
	       (key->value == NULL || cause->value == NULL ||
		       pattern_fits(key->value, octets_of(cause->value)));
}

static bool causes_fit(const struct advice_item *item, const struct advice_question *question)
{
	for (size_t i = 0; i < question->cause_count; i++) {
		for (size_t j = 0; j < item->key_count; j++) {
			if (key_fits(&item->keys[j], &question->causes[i]))
				return true;
		}
	}
	return false;
}

/*
 * `5xx` in a file is the pattern `5??`, and `none` is 0: where the step is known and the code is
 * not, no reply decided.
 */
static bool place_fits(const struct advice_item *item, const struct advice_question *question)
{
	char code[16];
	bool is_told = question->code != 0 || is_known(question->step);
	snprintf(code, sizeof code, "%u", question->code);
	return (item->steps.count == 0 || !is_known(question->step) ||
		       any_fits(&item->steps, octets_of(question->step))) &&
	       (item->codes.count == 0 || !is_told || any_fits(&item->codes, octets_of(code)));
}

/* What is offered already need not be advised, and what is not offered cannot be taken back. */
static bool offers_fit(const struct advice_item *item, const struct advice_question *question)
{
	if (!is_known(question->ehlo))
		return true;
	return (item->offered.count == 0 || any_line_fits(&item->offered, question->ehlo)) &&
	       !any_line_fits(&item->not_offered, question->ehlo);
}

static bool item_fits(const struct advice_item *item, const struct advice_question *question)
{
	if (is_known(question->fact) && any_fits(&item->facts, octets_of(question->fact)))
		return true;
	return causes_fit(item, question) && place_fits(item, question) &&
	       offers_fit(item, question);
}

/* --- in which order --- */

enum part { PART_SOFTWARE, PART_EVERY_SERVER, PART_OWNER, PART_OTHERS, PART_COUNT };

static enum part part_of(
	const struct advice_chapter *chapter, const struct advice_item *item, bool recognised)
{
	if (!recognised)
		return PART_OTHERS;
	if (item->to_owner)
		return PART_OWNER;
	return chapter->software[0] == 0 ? PART_EVERY_SERVER : PART_SOFTWARE;
}

static struct advice answer_of(
	const struct advice_chapter *chapter, const struct advice_item *item, bool recognised)
{
	return (struct advice){.to_owner = item->to_owner,
		.fits = recognised,
		.software = chapter->software,
		.setting = item->setting,
		.text = item->text,
		.source = item->source};
}

static size_t add_chapter(const struct advice_chapter *chapter,
	const struct advice_question *question, enum part part, struct advice *answers, size_t room)
{
	bool recognised = is_recognised(chapter, question);
	size_t count = 0;
	if (chapter->hidden_elsewhere && !recognised)
		return 0;
	for (size_t i = 0; i < chapter->item_count && count < room; i++) {
		const struct advice_item *item = &chapter->items[i];
		/* of other software than this its setting is told, and where none is, nothing */
		if (!recognised && item->setting[0] == 0)
			continue;
		if (part_of(chapter, item, recognised) == part && item_fits(item, question))
			answers[count++] = answer_of(chapter, item, recognised);
	}
	return count;
}

size_t advice_for(const struct advice_book *book, const struct advice_question *question,
	struct advice *answers, size_t room)
{
	size_t count = 0;
	for (int part = 0; part < PART_COUNT; part++) {
		for (size_t i = 0; i < book->count; i++)
			count += add_chapter(&book->chapters[i], question, (enum part)part,
				answers + count, room - count);
	}
	return count;
}

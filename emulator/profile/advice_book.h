/*
 * advice_book: what a book holds, for the reader and for who asks.
 */
#ifndef PROFILE_ADVICE_BOOK_H
#define PROFILE_ADVICE_BOOK_H

#include "advice.h"
#include "arena.h"

enum { ADVICE_FILES_MAX = 256 };

struct advice_patterns {
	const char **items;
	size_t count;
};

/* What an item is for: a key, cell or group, and a pattern for its value, or NULL. */
struct advice_key {
	const char *path, *value;
};

struct advice_item {
	struct advice_key *keys;
	size_t key_count;
	struct advice_patterns facts, steps, codes;
	struct advice_patterns offered, not_offered; /* lines of the reply to EHLO */
	bool to_owner;
	const char *setting, *text, *source;
};

/* One file. */
struct advice_chapter {
	const char *software;
	bool hidden_elsewhere;
	struct advice_patterns greeting, ehlo, reply, likeness;
	struct advice_item *items;
	size_t item_count;
};

struct advice_book {
	struct arena arena;
	struct advice_chapter chapters[ADVICE_FILES_MAX];
	size_t count;
};

#endif

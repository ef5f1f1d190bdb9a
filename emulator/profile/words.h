/*
 * words: the closed sets of words that keys take, and the nearest word to a mistyped one.
 */
#ifndef PROFILE_WORDS_H
#define PROFILE_WORDS_H

#include "octets.h"

struct words {
	const char *const *texts;
	const uint8_t *values; /* what each stands for; NULL: its index */
	size_t count;
};

/* WORDS(name, values, "word", …) defines a `const struct words name`, LOCAL_WORDS a static one. */
#define WORDS(name, numbers, ...)                                                                  \
	static const char *const name##_texts[] = {__VA_ARGS__};                                   \
	const struct words name = {                                                                \
		name##_texts, numbers, sizeof name##_texts / sizeof *name##_texts}
#define LOCAL_WORDS(name, numbers, ...)                                                            \
	static const char *const name##_texts[] = {__VA_ARGS__};                                   \
	static const struct words name = {                                                         \
		name##_texts, numbers, sizeof name##_texts / sizeof *name##_texts}

/* Position of the word, or words->count. */
size_t words_find(const struct words *words, struct octets word);
uint8_t words_value(const struct words *words, size_t index);
/* "a, b, c" */
bool words_list(struct buffer *out, const struct words *words);

/* Keeps the candidate that is nearest to what was written. Small enough to lie on the stack. */
struct suggestion {
	struct octets written; /* borrowed */
	char nearest[96];      /* "" while nothing is near enough */
	size_t distance;
};

void suggestion_init(struct suggestion *suggestion, struct octets written);
void suggestion_offer(struct suggestion *suggestion, const char *candidate);
/* Appends ` (did you mean "…"?)`, or nothing. `out` is a C string with room for `room` octets. */
void suggestion_text(const struct suggestion *suggestion, char *out, size_t room);

#endif

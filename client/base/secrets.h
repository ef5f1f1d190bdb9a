/*
 * secrets: what was said in confidence, kept to be found again in what others say.
 *
 * Servers have been seen to repeat a line that they did not like, password and all. Whoever shows
 * a server's text to people asks secrets_mask() first, and where most texts are harmless and time
 * matters secrets_may_be_in() before that. What is kept is wiped.
 */
#ifndef BASE_SECRETS_H
#define BASE_SECRETS_H

#include "octets.h"

enum {
	/* A token of the greatest length that can be said, readably and in every base64. */
	SECRETS_MAX = 96 * 1024,
	SECRET_MIN = 3,
	SECRETS_PAIRS = 2048
};

struct secrets {
	struct buffer said; /* each before a NUL */
	size_t shortest;    /* length; SIZE_MAX where there is none */
	/* Which pairs of octets stand in the first `shortest` octets of any; see the .c. */
	uint64_t pairs[SECRETS_PAIRS / 64];
	const char
		*open[2]; /* borrowed or NULL: never kept because they were part of what was said */
};

void secrets_init(struct secrets *secrets, const struct memory *memory);
/* Wipes and frees; may be used again. */
void secrets_free(struct secrets *secrets);
void secrets_forget(struct secrets *secrets);
bool secrets_are_kept(const struct secrets *secrets);
/*
 * Copies what was said, and the parts between the NULs of what it decodes to, where it is base64.
 * Less than SECRET_MIN octets are not kept: they would be found everywhere. False: no memory.
 */
bool secrets_remember(struct secrets *secrets, struct octets said);
/* The same for a password by itself, also as a part of anything that is said in base64. */
bool secrets_remember_password(struct secrets *secrets, struct octets password);

static inline size_t secrets_pair(const uint8_t *at)
{
	return ((size_t)at[0] << 4 ^ at[1]) % SECRETS_PAIRS;
}

/* False: none is in the text. Looks at few of its octets. */
static inline bool secrets_may_be_in(const struct secrets *secrets, struct octets text)
{
	if (text.len < secrets->shortest)
		return false;
	for (size_t i = secrets->shortest - 2; i + 1 < text.len; i += secrets->shortest - 1) {
		size_t pair = secrets_pair(text.at + i);
		if ((secrets->pairs[pair / 64] >> pair % 64 & 1) != 0)
			return true;
	}
	return false;
}

/* Appends the text to `out` with "<secret>" for each; true where there was one. */
bool secrets_mask(const struct secrets *secrets, struct octets text, struct buffer *out);

#endif

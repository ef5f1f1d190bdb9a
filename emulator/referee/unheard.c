/* unheard: a queue; it is short, and moved as a whole. */
#include "unheard.h"

#include <string.h>

void unheard_add(struct unheard *unheard, const struct spoken *spoken)
{
	if (unheard->count < UNHEARD_MAX)
		unheard->at[unheard->count++] = *spoken;
}

bool unheard_take(struct unheard *unheard, struct spoken *spoken)
{
	if (unheard->count == 0)
		return false;
	*spoken = unheard->at[0];
	if (unheard->at[0].replies > 1) {
		unheard->at[0].replies--;
		return true;
	}
	unheard->count--;
	memmove(unheard->at, unheard->at + 1, unheard->count * sizeof *unheard->at);
	return true;
}

void unheard_go_on(struct unheard *unheard, enum moment moment, uint64_t at_ms)
{
	struct spoken *last = unheard->count == 0 ? NULL : &unheard->at[unheard->count - 1];
	if (last != NULL && last->moment == moment)
		last->at_ms = at_ms;
}

void unheard_owe(struct unheard *unheard, uint64_t transaction)
{
	for (size_t i = 0; i < unheard->count; i++) {
		struct spoken *spoken = &unheard->at[i];
		if (spoken->moment == MOMENT_END && spoken->transaction == transaction)
			spoken->replies++;
	}
}

uint64_t unheard_least_wait_ms(enum moment moment)
{
	static const uint64_t minutes = 60000;
	switch (moment) {
	case MOMENT_DATA:
		return 2 * minutes;
	case MOMENT_CHUNK:
		return 3 * minutes;
	case MOMENT_END:
		return 10 * minutes;
	case MOMENT_HELLO:
	case MOMENT_MAIL:
	case MOMENT_RECIPIENT:
	case MOMENT_RESET:
		return 5 * minutes;
	case MOMENT_QUIT:
		return 1000;
	default:
		return 0;
	}
}

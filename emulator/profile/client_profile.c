/* client_profile: the questions that a client profile answers from several of its keys. */
#include "client_profile.h"

enum row client_row_parent(enum row row)
{
	switch (row) {
	case ROW_HELLO_IN_TLS:
		return ROW_HELLO_FOR_TLS;
	case ROW_HELLO_FOR_TLS:
		return ROW_HELLO;
	case ROW_SESSION_RESET:
		return ROW_RESET;
	default:
		return ROW_COUNT;
	}
}

struct span client_think(const struct client_profile *profile, unsigned int step)
{
	struct span none = {0, 0};
	if (step < THINK_COUNT && profile->think[step].from_ms != PROFILE_NONE)
		return profile->think[step];
	if (profile->think[THINK_ELSE].from_ms != PROFILE_NONE)
		return profile->think[THINK_ELSE];
	return none;
}

uint64_t client_timeout_ms(const struct client_profile *profile, unsigned int step)
{
	if (step >= TIMEOUT_COUNT)
		return PROFILE_NONE;
	if (!profile->timeout_written[step] && profile->timeout_written[TIMEOUT_ELSE])
		return profile->timeouts_ms[TIMEOUT_ELSE];
	return profile->timeouts_ms[step];
}

bool client_writes_timeout(const struct client_profile *profile, unsigned int step)
{
	return step < TIMEOUT_COUNT &&
	       (profile->timeout_written[step] || profile->timeout_written[TIMEOUT_ELSE]);
}

enum reading client_reading(const struct client_profile *profile, enum step step, bool in_session)
{
	const uint8_t *reading = profile->replies.reading;
	unsigned int layer = in_session ? READING_SESSION : READING_TRANSACTION;
	if (reading[step] != READING_UNSET)
		return (enum reading)reading[step];
	if (reading[layer] != READING_UNSET)
		return (enum reading)reading[layer];
	if (reading[READING_ELSE] != READING_UNSET)
		return (enum reading)reading[READING_ELSE];
	return READING_WHOLE;
}

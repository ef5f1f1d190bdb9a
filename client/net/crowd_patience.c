/*
 * crowd_patience: how long a connection of a crowd may be silent, how long it may last, and how
 * much may come.
 *
 * Silence is only one way to keep a client: a reply whose lines never end, or come by an octet a
 * second, is none. What a player waits for by a clock of its own (a pause, a limit that its profile
 * writes) is its own affair, and counts neither as silence nor towards the length.
 */
#include "crowd_internal.h"

static bool keeps_time(const struct crowd *crowd, const struct member *member)
{
	const struct drive_settings *settings = &crowd->settings;
	return settings->keeps_time != NULL && settings->keeps_time(member->player);
}

void patience_begin(struct member *member, uint64_t now_ms)
{
	member->active_ms = member->counted_ms = now_ms;
	member->octets = member->spent_ms = 0;
	member->on_own_time = false;
}

void patience_look(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	const struct drive_settings *settings = &crowd->settings;
	if (member->connection == NULL)
		return;
	if (settings->patience_ms != 0 && connection_octets(member->connection) != member->octets) {
		member->octets = connection_octets(member->connection);
		member->active_ms = now_ms;
	}
	if (settings->connection_ms == 0)
		return;
	if (!member->on_own_time && now_ms > member->counted_ms)
		member->spent_ms += now_ms - member->counted_ms;
	member->counted_ms = now_ms;
	member->on_own_time = keeps_time(crowd, member);
}

/* PLAYER_NEVER: no silence is too long. */
static uint64_t silent_until_ms(const struct crowd *crowd, const struct member *member)
{
	uint64_t patience_ms = crowd->settings.patience_ms;
	if (patience_ms == 0 || keeps_time(crowd, member))
		return PLAYER_NEVER;
	return time_later(member->active_ms, patience_ms);
}

static uint64_t lasts_until_ms(const struct crowd *crowd, const struct member *member)
{
	uint64_t most_ms = crowd->settings.connection_ms;
	if (most_ms == 0 || member->on_own_time)
		return PLAYER_NEVER;
	return time_later(
		member->counted_ms, most_ms > member->spent_ms ? most_ms - member->spent_ms : 0);
}

uint64_t patience_until_ms(const struct crowd *crowd, const struct member *member)
{
	uint64_t silent_ms = silent_until_ms(crowd, member);
	uint64_t lasts_ms = lasts_until_ms(crowd, member);
	return silent_ms < lasts_ms ? silent_ms : lasts_ms;
}

enum drive_end patience_end(const struct crowd *crowd, const struct member *member, uint64_t now_ms,
	struct sentence *why)
{
	uint64_t most = crowd->settings.connection_octets;
	if (member->connection == NULL)
		return DRIVE_DONE;
	if (most != 0 && connection_heard(member->connection) > most) {
		sentence_set(
			why, "the server sent more than %llu octets", (unsigned long long)most);
		return DRIVE_ENDLESS;
	}
	if (now_ms >= silent_until_ms(crowd, member)) {
		sentence_set(why, "the server was silent for too long");
		return DRIVE_IMPATIENT;
	}
	if (now_ms >= lasts_until_ms(crowd, member)) {
		sentence_set(why, "the server went on for too long");
		return DRIVE_ENDLESS;
	}
	return DRIVE_DONE;
}

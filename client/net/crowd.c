/* crowd: rounds of events, until nobody is left. */
#include "crowd.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"
#include "crowd_internal.h"
#include "tcp.h"

enum { EVENTS = 128 };

struct crowd *crowd_new(const struct drive_settings *settings)
{
	struct crowd *crowd = memory_new(settings->memory, 1, sizeof *crowd);
	if (crowd == NULL)
		return NULL;
	crowd->settings = *settings;
	crowd->epoll = epoll_create1(EPOLL_CLOEXEC);
	places_init(&crowd->places, settings->memory);
	timetable_init(&crowd->timetable, settings->memory);
	if (crowd->epoll >= 0)
		return crowd;
	crowd_free(crowd);
	return NULL;
}

static void break_all(struct crowd *crowd, const char *why)
{
	while (crowd->first != NULL)
		member_break(crowd, crowd->first, why, clock_ms());
	crowd_sweep(crowd);
}

void crowd_free(struct crowd *crowd)
{
	if (crowd == NULL)
		return;
	crowd->why = NULL;
	break_all(crowd, "broken off");
	places_free(&crowd->places);
	timetable_free(&crowd->timetable);
	tcp_close(crowd->epoll);
	memory_free(crowd->settings.memory, crowd, sizeof *crowd);
}

static struct member *find(const struct crowd *crowd, const struct player *player)
{
	struct member *member = crowd->first;
	while (member != NULL && member->player != player)
		member = member->next;
	return member;
}

void crowd_drop(struct crowd *crowd, struct player *player)
{
	struct member *member = find(crowd, player);
	if (member == NULL)
		return;
	if (member->connection != NULL)
		connection_turn(member->connection, clock_ms());
	member_break(crowd, member, "broken off", clock_ms());
	crowd_sweep(crowd);
}

struct player *crowd_member(const struct crowd *crowd, size_t number)
{
	const struct member *member = crowd->first;
	for (; member != NULL && number > 0; number--)
		member = member->next;
	return member == NULL ? NULL : member->player;
}

/* Takes all that the source has; one that is a member already looks again at what it wants. */
static void ask_source(struct crowd *crowd, const struct crowd_source *source, uint64_t now_ms)
{
	struct player *player;
	while ((crowd->end == DRIVE_DONE || crowd->end == DRIVE_NO_MEMORY) &&
		(player = source->next(source->context, now_ms)) != NULL) {
		struct member *member = find(crowd, player);
		if (member == NULL) {
			member_new(crowd, player, now_ms);
			continue;
		}
		if (member->connection != NULL)
			connection_turn(member->connection, now_ms);
		member_turn(crowd, member, now_ms);
	}
}

static struct member *member_of(struct timetable_entry *entry)
{
	return (struct member *)(void *)entry; /* it is the first member */
}

static void tick_all(struct crowd *crowd, uint64_t now_ms)
{
	struct timetable_entry *entry;
	/* each about once: who is due again at once lets the others have their events first */
	for (size_t left = crowd->count; left > 0 && !drive_lost_patience(crowd->end); left--) {
		entry = timetable_first(&crowd->timetable);
		if (entry == NULL || entry->due_ms > now_ms)
			return;
		member_tick(crowd, member_of(entry), now_ms);
	}
}

/*
 * One round: waits until something happens, at most until somebody is due. The clock is read once,
 * when that is over; what is done then takes so long that nobody's deadline minds.
 */
static void round_of_events(struct crowd *crowd, bool waits)
{
	struct epoll_event events[EVENTS];
	const struct timetable_entry *first = timetable_first(&crowd->timetable);
	uint64_t due_ms = first == NULL ? PLAYER_NEVER : first->due_ms;
	int span = waits ? patience_slice_from(crowd->now_ms, due_ms) : 0;
	int count = epoll_wait(crowd->epoll, events, EVENTS, span);
	uint64_t now_ms = crowd->now_ms = clock_ms();
	for (int i = 0; i < count; i++)
		member_ready(crowd, events[i].data.ptr, (short)events[i].events, now_ms);
	tick_all(crowd, now_ms);
	crowd_sweep(crowd);
}

/* False: something outside ends the run, and everybody was told. */
static bool is_welcome(struct crowd *crowd)
{
	const volatile sig_atomic_t *interrupted = crowd->settings.interrupted;
	const char *words = "no memory for a connection";
	if (crowd->end == DRIVE_DONE && interrupted != NULL && *interrupted != 0)
		crowd->end = DRIVE_INTERRUPTED;
	if (crowd->end == DRIVE_DONE || (crowd->end == DRIVE_NO_MEMORY && crowd->connected > 0))
		return true;
	if (crowd->end != DRIVE_NO_MEMORY)
		words = crowd->end == DRIVE_INTERRUPTED ? "interrupted" : crowd->too_much.text;
	break_all(crowd, words);
	sentence_set(crowd->why, "%s", words);
	return false;
}

enum drive_end crowd_run(
	struct crowd *crowd, const struct crowd_source *source, struct sentence *why)
{
	bool going = true;
	crowd->why = why;
	crowd->source = source;
	crowd->end = DRIVE_DONE;
	crowd->now_ms = clock_ms();
	sentence_set(why, "%s", "");
	/* what happened to those that were left since the last run */
	if (crowd->count > 0)
		round_of_events(crowd, false);
	while (going && is_welcome(crowd)) {
		ask_source(crowd, source, crowd->now_ms);
		crowd_sweep(crowd);
		going = crowd->count > 0 && !source->is_done(source->context);
		if (going)
			round_of_events(crowd, !drive_lost_patience(crowd->end));
	}
	crowd->why = NULL;
	crowd->source = NULL;
	return crowd->end;
}

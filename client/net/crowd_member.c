/*
 * crowd_member: one player of a crowd, from its wish for a connection to the end of it.
 *
 * A member that is gone is freed only between two rounds of events, since epoll may have found
 * something more of it in the same round.
 */
#define _GNU_SOURCE /* POLLRDHUP */
#include <poll.h>
#include <sys/epoll.h>

#include "crowd_internal.h"
#include "tcp.h"

static unsigned int wants_of(const struct member *member)
{
	return member->player->ops->wants(member->player);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ---- what epoll watches ---- */

/* False: the system refuses. */
static bool watch(struct crowd *crowd, struct member *member, int descriptor, short events)
{
	struct epoll_event event = {.events = (uint16_t)events, .data.ptr = member};
	int operation = member->watched == 0 ? EPOLL_CTL_ADD
			: events == 0	     ? EPOLL_CTL_DEL
					     : EPOLL_CTL_MOD;
	if (events == member->watched)
		return true;
	member->watched = events;
	member->descriptor = descriptor;
	return epoll_ctl(crowd->epoll, operation, descriptor, &event) == 0;
}

static void unwatch(struct crowd *crowd, struct member *member, int descriptor)
{
	(void)watch(crowd, member, descriptor, 0);
	member->watched = 0;
}

/*
 * Closing a descriptor takes it out of epoll, but not where close() fails; epoll would then go on
 * to find a member that is freed.
 */
static void is_closed(struct crowd *crowd, struct member *member)
{
	unwatch(crowd, member, member->descriptor);
}

/* ---- coming and going ---- */

static void leave(struct crowd *crowd, struct member *member)
{
	if (member->gone)
		return;
	timetable_remove(&crowd->timetable, &member->entry);
	if (member->previous == NULL)
		crowd->first = member->next;
	else
		member->previous->next = member->next;
	if (member->next != NULL)
		member->next->previous = member->previous;
	crowd->count--;
	member->gone = true;
	member->next = crowd->gone;
	crowd->gone = member;
	if (crowd->source != NULL && crowd->source->left != NULL)
		crowd->source->left(crowd->source->context, member->player, member->end);
}

void crowd_sweep(struct crowd *crowd)
{
	while (crowd->gone != NULL) {
		struct member *member = crowd->gone;
		crowd->gone = member->next;
		memory_free(crowd->settings.memory, member, sizeof *member);
	}
}

static void fail_for_memory(struct crowd *crowd, struct player *player, uint64_t now_ms)
{
	crowd->end = DRIVE_NO_MEMORY;
	sentence_set(crowd->why, "no memory for a connection");
	player->ops->connect_failed(player, "no memory for a connection", now_ms);
}

bool member_new(struct crowd *crowd, struct player *player, uint64_t now_ms)
{
	struct member *member = memory_new(crowd->settings.memory, 1, sizeof *member);
	if (member == NULL || !timetable_add(&crowd->timetable, &member->entry, PLAYER_NEVER)) {
		memory_free(crowd->settings.memory, member, sizeof *member);
		fail_for_memory(crowd, player, now_ms);
		return false;
	}
	member->player = player;
	member->next = crowd->first;
	if (crowd->first != NULL)
		crowd->first->previous = member;
	crowd->first = member;
	crowd->count++;
	member_turn(crowd, member, now_ms);
	return true;
}

/* ---- connecting ---- */

static void end_dial(struct crowd *crowd, struct member *member)
{
	unwatch(crowd, member, dial_descriptor(member->dial));
	dial_free(member->dial);
	member->dial = NULL;
}

/* What lies between may take its time until the server can see a connection; true: it still does.
 */
static bool waits_for_way(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	const struct way *way = crowd->settings.way;
	if (way == NULL)
		return false;
	if (!member->has_waited)
		member->dial_from_ms = time_later(now_ms, way->wait_ms(way->context));
	member->has_waited = true;
	return now_ms < member->dial_from_ms;
}

static void begin_dial(struct crowd *crowd, struct member *member, bool shorten, uint64_t now_ms)
{
	const struct drive_settings *settings = &crowd->settings;
	struct destination destination = settings->destination;
	struct player *player = member->player;
	uint64_t span = settings->connect_ms == 0 ? PLAYER_NEVER : settings->connect_ms;
	member->has_waited = false;
	member->shortened = shorten && places_shorten(&crowd->places, &destination, now_ms);
	member->dial_until_ms = earlier(time_later(now_ms, span), player->ops->deadline_ms(player));
	member->dial = dial_new(settings->memory, &destination, now_ms);
	if (member->dial == NULL)
		fail_for_memory(crowd, player, now_ms);
}

/* The TLS settings of a place found by name also hold where its address was dialled. */
static struct place *place_of(struct crowd *crowd, const struct member *member, uint64_t now_ms)
{
	struct place *place = crowd->places.first;
	char host[ENDPOINT_TEXT];
	if (!member->shortened)
		return places_found(&crowd->places, member->dial, &crowd->settings.destination,
			crowd->settings.tls, now_ms);
	endpoint_text(dial_remote(member->dial), host);
	while (place != NULL && !place_is_at(place, host, dial_port(member->dial)))
		place = place->next;
	return place;
}

static void connected(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	const struct drive_settings *settings = &crowd->settings;
	const struct place *place = place_of(crowd, member, now_ms);
	int descriptor = dial_take_descriptor(member->dial);
	struct connection_settings joined = {
		.memory = settings->memory,
		.side = WIRE_CLIENT,
		.observer = settings->observer,
		.way = settings->way,
		.tls_client = place != NULL && place->has_tls ? &place->tls : NULL,
		.tls_patience_ms = settings->tls_ms,
		.heard_max = settings->connection_octets,
	};
	dial_tell(member->dial, member->player, now_ms);
	end_dial(crowd, member);
	patience_begin(member, now_ms);
	if (place == NULL)
		tcp_close(descriptor);
	else
		member->connection = connection_new(member->player, descriptor, &joined, now_ms);
	if (member->connection == NULL)
		fail_for_memory(crowd, member->player, now_ms);
	else
		crowd->connected++;
}

static void dial_failed(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	struct dial *dial = member->dial;
	bool again = member->shortened && now_ms < member->dial_until_ms;
	if (dial_fault(dial) == DIAL_FAULT_MEMORY)
		crowd->end = DRIVE_NO_MEMORY;
	unwatch(crowd, member, dial_descriptor(dial));
	member->dial = NULL;
	places_doubt(&crowd->places);
	if (again) { /* the address of before is none any more: by name, from the beginning */
		begin_dial(crowd, member, false, now_ms);
	} else {
		sentence_set(crowd->why, "%s", dial_why(dial));
		dial_tell(dial, member->player, now_ms);
	}
	dial_free(dial);
}

static void turn_dial(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	if (dial_state(member->dial) == DIAL_GOING && now_ms >= member->dial_until_ms)
		dial_give_up(member->dial, "timed out");
	if (dial_state(member->dial) == DIAL_CONNECTED)
		connected(crowd, member, now_ms);
	else if (dial_state(member->dial) == DIAL_FAILED)
		dial_failed(crowd, member, now_ms);
	else if (!watch(crowd, member, dial_descriptor(member->dial), POLLIN))
		dial_give_up(member->dial, "out of memory");
}

/* ---- connected ---- */

static void end_connection(struct crowd *crowd, struct member *member)
{
	is_closed(crowd, member);
	/* of what was broken off it is known better */
	if (connection_why(member->connection)[0] != 0 && member->end == DRIVE_DONE)
		sentence_set(crowd->why, "%s", connection_why(member->connection));
	connection_free(member->connection);
	member->connection = NULL;
	crowd->connected--;
}

static void turn_connection(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	struct connection *connection = member->connection;
	if (!connection_finished(connection) &&
		!watch(crowd, member, connection_descriptor(connection),
			connection_events(connection)))
		connection_break(connection, now_ms);
	if (connection_finished(connection))
		end_connection(crowd, member);
}

/* ---- both ---- */

/* One thing; true where there may be another. */
static bool turn_once(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	struct player *player = member->player;
	if (member->connection != NULL) {
		turn_connection(crowd, member, now_ms);
		return member->connection == NULL;
	}
	if (member->dial != NULL) {
		const struct dial *before = member->dial;
		turn_dial(crowd, member, now_ms);
		return member->dial != before || dial_state(before) != DIAL_GOING;
	}
	/* what is due before the connection (a player learns the time by it) is no lack of time for
	 * it */
	if (player->ops->deadline_ms(player) <= now_ms)
		player->ops->tick(player, now_ms);
	if ((wants_of(member) & PLAYER_CONNECT) == 0) {
		member->has_waited = false; /* it wants it no more */
		return false;
	}
	if (crowd->end == DRIVE_NO_MEMORY)
		fail_for_memory(crowd, player, now_ms);
	if (crowd->end == DRIVE_INTERRUPTED || crowd->end == DRIVE_NO_MEMORY)
		return false;
	if (waits_for_way(crowd, member, now_ms))
		return false;
	begin_dial(crowd, member, true, now_ms);
	return true;
}

static uint64_t due_ms(const struct crowd *crowd, const struct member *member)
{
	const struct player *player = member->player;
	if (member->dial != NULL)
		return earlier(member->dial_until_ms, dial_deadline_ms(member->dial));
	if (member->connection == NULL)
		return earlier(player->ops->deadline_ms(player),
			member->has_waited ? member->dial_from_ms : PLAYER_NEVER);
	return earlier(
		connection_deadline_ms(member->connection), patience_until_ms(crowd, member));
}

/* Wants nothing, or what only a connection can give and asks for none. */
static bool is_over(const struct member *member)
{
	const struct player *player = member->player;
	if (member->connection != NULL || member->dial != NULL || member->has_waited)
		return false;
	unsigned int wants = wants_of(member);
	return wants == 0 || (wants & PLAYER_CONNECT) != 0 ||
	       player->ops->deadline_ms(player) == PLAYER_NEVER;
}

/* With a source that wants to know, only this one is broken off. */
static void lose_patience(
	struct crowd *crowd, struct member *member, enum drive_end end, uint64_t now_ms)
{
	if (crowd->source == NULL || crowd->source->left == NULL) {
		crowd->end = end;
		return;
	}
	member->end = end;
	sentence_set(crowd->why, "%s", crowd->too_much.text);
	member_break(crowd, member, crowd->too_much.text, now_ms);
}

/* True: it was too much, and the member is looked at no more. */
static bool loses_patience(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	enum drive_end end = patience_end(crowd, member, now_ms, &crowd->too_much);
	if (end != DRIVE_DONE)
		lose_patience(crowd, member, end, now_ms);
	return end != DRIVE_DONE;
}

void member_turn(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	while (turn_once(crowd, member, now_ms)) {
	}
	patience_look(crowd, member, now_ms);
	if (is_over(member)) {
		leave(crowd, member);
		return;
	}
	if (loses_patience(crowd, member, now_ms))
		return;
	uint64_t due = due_ms(crowd, member);
	if (due < member->entry.due_ms)
		timetable_set(&crowd->timetable, &member->entry, due);
}

void member_ready(struct crowd *crowd, struct member *member, short events, uint64_t now_ms)
{
	if (member->gone)
		return;
	if (member->dial != NULL)
		dial_ready(member->dial, now_ms);
	else if (member->connection != NULL)
		connection_ready(member->connection, events, now_ms);
	member_turn(crowd, member, now_ms);
}

void member_tick(struct crowd *crowd, struct member *member, uint64_t now_ms)
{
	uint64_t due = due_ms(crowd, member);
	if (due > now_ms) { /* it was moved since */
		timetable_set(&crowd->timetable, &member->entry, due);
		return;
	}
	if (loses_patience(crowd, member, now_ms))
		return;
	if (member->dial != NULL)
		dial_tick(member->dial, now_ms);
	else if (member->connection != NULL)
		connection_tick(member->connection, now_ms);
	member->entry.due_ms = PLAYER_NEVER; /* so that whatever it is now is noted */
	timetable_set(&crowd->timetable, &member->entry, PLAYER_NEVER);
	member_turn(crowd, member, now_ms);
}

void member_break(struct crowd *crowd, struct member *member, const char *why, uint64_t now_ms)
{
	if (member->dial != NULL) {
		dial_give_up(member->dial, why);
		member->shortened = false;
		dial_failed(crowd, member, now_ms);
	} else if (member->connection != NULL) {
		connection_break(member->connection, now_ms);
		end_connection(crowd, member);
	} else {
		member->player->ops->connect_failed(member->player, why, now_ms);
	}
	leave(crowd, member);
}

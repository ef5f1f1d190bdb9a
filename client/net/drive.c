/* drive: name, connection, conversation, for as long as a client player wants something. */
#define _GNU_SOURCE /* POLLRDHUP */
#include "drive.h"

#include <poll.h>

#include "clock.h"
#include "connection.h"
#include "tcp.h"

struct drive {
	const struct drive_settings *settings;
	struct player *player;
	struct dial *dial;		/* of the connection: the certificate's name is in it */
	struct tls_client_settings tls; /* with that name */
	struct connection *connection;	/* NULL: none at the moment */
	struct sentence *why;
	uint64_t octets;    /* that had passed when last looked at */
	uint64_t active_ms; /* when something passed last */
	enum drive_end end;
};

/* One attempt: -1 with a sentence. */
static int reach(struct drive *drive, uint64_t now_ms, struct sentence *why)
{
	const struct drive_settings *settings = drive->settings;
	const struct player *player = drive->player;
	struct patience patience = {player->ops->deadline_ms(player), settings->interrupted};
	uint64_t span = settings->connect_ms == 0 ? PLAYER_NEVER : settings->connect_ms;
	if (time_later(now_ms, span) < patience.deadline_ms)
		patience.deadline_ms = time_later(now_ms, span);
	drive->dial = dial_new(settings->memory, &settings->destination, now_ms);
	if (drive->dial == NULL) {
		drive->end = DRIVE_NO_MEMORY;
		sentence_set(why, "no memory for a connection");
		return -1;
	}
	dial_wait(drive->dial, &patience);
	sentence_set(why, "%s", dial_why(drive->dial));
	return dial_take_descriptor(drive->dial);
}

static void forget_dial(struct drive *drive)
{
	dial_free(drive->dial);
	drive->dial = NULL;
}

/* The caller's settings for TLS; without a name in them it is that of the destination. */
static const struct tls_client_settings *tls_of(struct drive *drive)
{
	if (drive->settings->tls == NULL)
		return NULL;
	drive->tls = *drive->settings->tls;
	if (drive->tls.name == NULL)
		drive->tls.name = dial_certificate_name(drive->dial);
	return &drive->tls;
}

static bool open_connection(struct drive *drive)
{
	const struct drive_settings *settings = drive->settings;
	struct sentence why = {""};
	struct player *player = drive->player;
	/* what is due before the connection (a player learns the time by it) is no lack of time for
	 * it */
	if (player->ops->deadline_ms(player) <= clock_ms())
		player->ops->tick(player, clock_ms());
	if ((player->ops->wants(player) & PLAYER_CONNECT) == 0)
		return true;
	int descriptor = reach(drive, clock_ms(), &why);
	uint64_t now_ms = clock_ms();
	drive->active_ms = now_ms;
	drive->octets = 0;
	if (descriptor < 0) {
		forget_dial(drive);
		sentence_set(drive->why, "%s", why.text);
		player->ops->connect_failed(player, why.text, now_ms);
		return drive->end == DRIVE_DONE;
	}
	struct connection_settings joined = {
		.memory = settings->memory,
		.side = WIRE_CLIENT,
		.observer = settings->observer,
		.tls_client = tls_of(drive),
		.tls_patience_ms = settings->tls_ms,
	};
	drive->connection = connection_new(player, descriptor, &joined, now_ms);
	if (drive->connection != NULL)
		return true;
	forget_dial(drive);
	sentence_set(drive->why, "no memory for a connection");
	player->ops->connect_failed(player, "no memory", now_ms);
	drive->end = DRIVE_NO_MEMORY;
	return false;
}

static void drop_finished(struct drive *drive)
{
	if (drive->connection == NULL || !connection_finished(drive->connection))
		return;
	if (connection_why(drive->connection)[0] != 0)
		sentence_set(drive->why, "%s", connection_why(drive->connection));
	connection_free(drive->connection);
	drive->connection = NULL;
	forget_dial(drive);
}

/* Breaks off from outside: the player hears that it lost its connection. */
static void break_off(struct drive *drive, enum drive_end end, const char *why)
{
	if (drive->connection != NULL)
		connection_break(drive->connection, clock_ms());
	drop_finished(drive);
	sentence_set(drive->why, "%s", why);
	drive->end = end;
}

static uint64_t silence_ends_ms(const struct drive *drive)
{
	uint64_t patience = drive->settings->patience_ms;
	return patience == 0 ? PLAYER_NEVER : time_later(drive->active_ms, patience);
}

/* Waits for the descriptor or a deadline, whichever is first. */
static void wait_for(struct drive *drive, uint64_t deadline_ms)
{
	struct patience patience = {silence_ends_ms(drive), drive->settings->interrupted};
	struct connection *connection = drive->connection;
	struct pollfd polled = {.fd = -1};
	if (connection != NULL && connection_events(connection) != 0) {
		polled.fd = connection_descriptor(connection);
		polled.events = connection_events(connection);
	}
	int ready = poll(&polled, 1, patience_slice(&patience, deadline_ms));
	if (ready > 0)
		connection_ready(connection, polled.revents, clock_ms());
}

static bool converse(struct drive *drive)
{
	struct player *player = drive->player;
	struct connection *connection = drive->connection;
	uint64_t deadline = connection != NULL ? connection_deadline_ms(connection)
					       : player->ops->deadline_ms(player);
	if (connection == NULL && deadline == PLAYER_NEVER)
		return false; /* wants what only a connection can give, and asks for none */
	wait_for(drive, deadline);
	uint64_t now_ms = clock_ms();
	if (connection == NULL && deadline <= now_ms)
		player->ops->tick(player, now_ms);
	else if (connection != NULL && connection_deadline_ms(connection) <= now_ms)
		connection_tick(connection, now_ms);
	if (connection != NULL && connection_octets(connection) != drive->octets) {
		drive->octets = connection_octets(connection);
		drive->active_ms = now_ms;
	}
	return true;
}

/* True: the loop goes on. */
static bool is_welcome(struct drive *drive)
{
	const struct drive_settings *settings = drive->settings;
	uint64_t now_ms = clock_ms();
	bool interrupted = settings->interrupted != NULL && *settings->interrupted != 0;
	if (interrupted) {
		break_off(drive, DRIVE_INTERRUPTED, "interrupted");
		return false;
	}
	if (drive->connection != NULL && now_ms >= silence_ends_ms(drive)) {
		break_off(drive, DRIVE_IMPATIENT, "the server was silent for too long");
		return false;
	}
	return true;
}

enum drive_end drive(
	struct player *player, const struct drive_settings *settings, struct sentence *why)
{
	struct drive drive = {
		.settings = settings, .player = player, .why = why, .end = DRIVE_DONE};
	bool going = true;
	sentence_set(why, "%s", "");
	drive.active_ms = clock_ms();
	while (going && is_welcome(&drive)) {
		drop_finished(&drive);
		unsigned int wanted = player->ops->wants(player);
		if (drive.connection == NULL && wanted == 0)
			break;
		if (drive.connection == NULL && (wanted & PLAYER_CONNECT) != 0)
			going = open_connection(&drive);
		else
			going = converse(&drive);
	}
	if (drive.connection != NULL)
		connection_break(drive.connection, clock_ms());
	drop_finished(&drive);
	return drive.end;
}

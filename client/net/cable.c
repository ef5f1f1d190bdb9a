/* cable: what is between recv(), sendmsg() and who calls them. */
#include "cable.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static const struct passage_ops *ops_of(const struct cable *cable)
{
	return cable->passage->ops;
}

enum passage_end cable_end(const struct cable *cable, enum wire_side from)
{
	return ops_of(cable)->end(cable->passage, from, cable->now_ms);
}

static struct octets leaving(const struct cable *cable, enum wire_side from)
{
	return ops_of(cable)->leaving(cable->passage, from, cable->now_ms);
}

static int error_of(enum passage_end end)
{
	return end == PASSAGE_RESET ? ECONNRESET : ENETDOWN;
}

/* ---- for whoever sends and receives ---- */

static ssize_t receive_through(struct cable *cable, uint8_t *at, size_t room)
{
	struct octets piece = octets_cut(leaving(cable, WIRE_SERVER), room);
	if (piece.len > 0) {
		memcpy(at, piece.at, piece.len);
		ops_of(cable)->left(cable->passage, WIRE_SERVER, piece.len);
		return (ssize_t)piece.len;
	}
	enum passage_end end = cable_end(cable, WIRE_SERVER);
	if (end == PASSAGE_ENDED)
		return 0;
	errno = end == PASSAGE_OPEN ? EAGAIN : error_of(end);
	return -1;
}

ssize_t cable_receive(struct cable *cable, uint8_t *at, size_t room)
{
	return cable->passage == NULL ? recv(cable->descriptor, at, room, 0)
				      : receive_through(cable, at, room);
}

static ssize_t send_straight(struct cable *cable, const struct iovec *pieces, size_t count)
{
	/* sendmsg() only reads the pieces; its struct is shared with recvmsg() */
	union {
		const struct iovec *lent;
		struct iovec *wanted;
	} vector = {.lent = pieces};
	struct msghdr message = {.msg_iov = vector.wanted, .msg_iovlen = count};
	return sendmsg(cable->descriptor, &message, MSG_NOSIGNAL);
}

static ssize_t send_through(struct cable *cable, const struct iovec *pieces, size_t count)
{
	enum passage_end end = cable_end(cable, WIRE_SERVER);
	size_t all = 0;
	if (end == PASSAGE_RESET || end == PASSAGE_LOST) {
		errno = error_of(end);
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		struct octets piece = octets_make(pieces[i].iov_base, pieces[i].iov_len);
		size_t taken =
			ops_of(cable)->enter(cable->passage, WIRE_CLIENT, piece, cable->now_ms);
		all += taken;
		if (taken < piece.len)
			break;
	}
	if (all > 0)
		return (ssize_t)all;
	errno = EAGAIN;
	return -1;
}

ssize_t cable_send(struct cable *cable, const struct iovec *pieces, size_t count)
{
	return cable->passage == NULL ? send_straight(cable, pieces, count)
				      : send_through(cable, pieces, count);
}

/* ---- between the passage and the descriptor ---- */

static bool would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* The server is gone: nothing more goes up, and that comes down behind what it said. */
static void give_up(struct cable *cable)
{
	cable->is_read_out = cable->is_shut = true;
	ops_of(cable)->enter_end(cable->passage, WIRE_SERVER, true, cable->now_ms);
}

/* One segment is one write. */
static bool carry_up(struct cable *cable)
{
	struct octets piece = leaving(cable, WIRE_CLIENT);
	if (piece.len == 0 || cable->blocked)
		return false;
	ssize_t sent = (ssize_t)piece.len; /* into the void, once the server is gone */
	if (!cable->is_shut)
		sent = send(cable->descriptor, piece.at, piece.len, MSG_NOSIGNAL);
	if (sent < 0 && would_block()) {
		cable->blocked = true;
		return false;
	}
	if (sent < 0)
		give_up(cable);
	else
		cable->carried += (uint64_t)sent;
	ops_of(cable)->left(cable->passage, WIRE_CLIENT, sent < 0 ? piece.len : (size_t)sent);
	return true;
}

/* The server hears of an orderly end behind the last octet. */
static bool shut(struct cable *cable)
{
	if (cable->is_shut || cable_end(cable, WIRE_CLIENT) != PASSAGE_ENDED)
		return false;
	cable->is_shut = true;
	shutdown(cable->descriptor, SHUT_WR);
	return true;
}

static bool is_lost(const struct cable *cable)
{
	return cable_end(cable, WIRE_SERVER) == PASSAGE_LOST;
}

static bool carry_down(struct cable *cable)
{
	uint8_t chunk[PASSAGE_CHUNK];
	if (cable->is_read_out || !ops_of(cable)->has_room(cable->passage, WIRE_SERVER))
		return false;
	ssize_t got = recv(cable->descriptor, chunk, sizeof chunk, 0);
	if (got < 0 && would_block())
		return false;
	cable->is_read_out = got <= 0;
	if (got <= 0) {
		ops_of(cable)->enter_end(cable->passage, WIRE_SERVER, got < 0, cable->now_ms);
		return true;
	}
	cable->carried += (uint64_t)got;
	cable->was_answered = cable->was_answered || is_lost(cable);
	ops_of(cable)->enter(
		cable->passage, WIRE_SERVER, octets_make(chunk, (size_t)got), cable->now_ms);
	memory_wipe(chunk, (size_t)got);
	return true;
}

bool cable_turn(struct cable *cable, uint64_t now_ms)
{
	bool any = false, more = true;
	cable->now_ms = now_ms > cable->now_ms ? now_ms : cable->now_ms;
	while (more) {
		more = carry_up(cable);
		more = shut(cable) || more;
		more = carry_down(cable) || more;
		any = any || more;
	}
	return any;
}

short cable_events(const struct cable *cable)
{
	short events = 0;
	if (!cable->is_read_out && ops_of(cable)->has_room(cable->passage, WIRE_SERVER))
		events |= POLLIN;
	if (cable->blocked)
		events |= POLLOUT;
	return events;
}

uint64_t cable_deadline_ms(const struct cable *cable)
{
	uint64_t up_ms = ops_of(cable)->deadline_ms(cable->passage, WIRE_CLIENT);
	uint64_t down_ms = ops_of(cable)->deadline_ms(cable->passage, WIRE_SERVER);
	/* what is due and cannot be carried waits for the descriptor, or for who reads */
	up_ms = up_ms > cable->now_ms ? up_ms : PLAYER_NEVER;
	down_ms = down_ms > cable->now_ms ? down_ms : PLAYER_NEVER;
	return up_ms < down_ms ? up_ms : down_ms;
}

bool cable_is_readable(const struct cable *cable)
{
	return leaving(cable, WIRE_SERVER).len > 0 || cable_end(cable, WIRE_SERVER) != PASSAGE_OPEN;
}

bool cable_has_room(const struct cable *cable)
{
	return ops_of(cable)->has_room(cable->passage, WIRE_CLIENT);
}

bool cable_is_drained(const struct cable *cable)
{
	return ops_of(cable)->is_empty(cable->passage, WIRE_CLIENT);
}

void cable_close_passage(struct cable *cable)
{
	if (cable->passage != NULL)
		ops_of(cable)->close(cable->passage);
	cable->passage = NULL;
}

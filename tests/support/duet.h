/*
 * duet: two connections in one thread, each with its player, over a socket pair or loopback TCP.
 */
#ifndef SUPPORT_DUET_H
#define SUPPORT_DUET_H

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "connection.h"
#include "dial.h"
#include "tcp.h"

enum { DUET_MS = 15000 };

/* Loopback TCP: descriptors[0] is the client's end. */
static inline bool duet_tcp(int descriptors[2])
{
	struct endpoint endpoint;
	struct patience patience = {clock_ms() + 5000, NULL};
	struct sentence why = {""};
	endpoint_parse(&endpoint, "127.0.0.1", 0);
	int listening = tcp_listen(&endpoint, &why);
	bool good = CHECK(listening >= 0) && CHECK(tcp_local(listening, &endpoint));
	struct destination there = {.host = "127.0.0.1", .port = endpoint_port(&endpoint)};
	descriptors[0] = good ? dial_blocking(&memory_standard, &there, &patience, &why) : -1;
	struct pollfd polled = {.fd = listening, .events = POLLIN};
	poll(&polled, 1, 5000);
	descriptors[1] = good ? tcp_accept(listening) : -1;
	CHECK_TEXT(why.text, "");
	tcp_close(listening);
	return CHECK(descriptors[0] >= 0) && CHECK(descriptors[1] >= 0);
}

static inline bool duet_pair(int descriptors[2])
{
	return CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, descriptors) == 0) &&
	       CHECK(tcp_prepare(descriptors[0])) && CHECK(tcp_prepare(descriptors[1]));
}

/* Gives the connection what is due to it; false when it is finished. */
static inline bool duet_step(struct connection *connection, const struct pollfd *polled)
{
	if (connection_finished(connection))
		return false;
	if (polled->revents != 0)
		connection_ready(connection, polled->revents, clock_ms());
	if (connection_deadline_ms(connection) <= clock_ms())
		connection_tick(connection, clock_ms());
	return !connection_finished(connection);
}

static inline struct pollfd duet_poll(const struct connection *connection)
{
	struct pollfd polled = {.fd = -1};
	if (connection_finished(connection) || connection_events(connection) == 0)
		return polled;
	polled.fd = connection_descriptor(connection);
	polled.events = connection_events(connection);
	return polled;
}

/*
 * Runs until all are finished; a bound on time keeps a broken test from hanging. This one checks
 * nothing and may be used in any thread.
 */
static inline bool duet_finish(struct connection *const *connections, size_t count)
{
	uint64_t give_up_ms = clock_ms() + DUET_MS;
	bool any = true;
	while (any && clock_ms() < give_up_ms) {
		struct pollfd polled[4];
		any = false;
		uint64_t next = clock_ms() + 20;
		for (size_t i = 0; i < count; i++) {
			uint64_t deadline = connection_deadline_ms(connections[i]);
			polled[i] = duet_poll(connections[i]);
			next = deadline < next ? deadline : next;
		}
		uint64_t now = clock_ms();
		poll(polled, count, next > now ? (int)(next - now) : 0);
		for (size_t i = 0; i < count; i++)
			any = duet_step(connections[i], &polled[i]) || any;
	}
	return !any;
}

static inline bool duet_run(struct connection *const *connections, size_t count)
{
	return CHECK(duet_finish(connections, count));
}

#endif

/*
 * dial_stage: a dial in a world of a test's own. Addresses mean what the test says: one stands,
 * one is refused, one is silent; each attempt is written down. Names come from a name_server, the
 * time is the test's, so nobody waits for a delay.
 */
#ifndef SUPPORT_DIAL_STAGE_H
#define SUPPORT_DIAL_STAGE_H

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "dial.h"
#include "dial_calls.h"
#include "name_server.h"
#include "tcp.h"

enum dial_fate { FATE_STANDS, FATE_REFUSED, FATE_SILENT, FATE_UNREACHABLE };

struct dial_address {
	const char *text; /* NULL: all others */
	enum dial_fate fate;
};

struct dial_stage {
	struct name_server names;
	const struct dial_address *addresses; /* until one for all others */
	int standing, silent, filler;	      /* listening sockets; the last keeps a queue full */
	struct endpoint at[4];		      /* by fate: where on loopback it happens */
	char attempts[2000];		      /* "192.0.2.7:25 " each, in order */
	size_t attempt_count;
	struct dial_calls calls;
	struct destination destination;
	struct dial *dial;
};

/* The one that is played: system calls have no context. */
static struct dial_stage *dial_stage_now;

/* All is IPv4 underneath, so that it runs where there is no IPv6. */
static inline int dial_stage_socket(int family, int type, int protocol)
{
	return socket(family == AF_INET6 ? AF_INET : family, type, protocol);
}

static inline int dial_stage_bind(int descriptor, const struct sockaddr *address, socklen_t len)
{
	(void)descriptor;
	(void)address;
	(void)len;
	return 0;
}

static inline int dial_stage_connect(int descriptor, const struct sockaddr *address, socklen_t len)
{
	struct dial_stage *stage = dial_stage_now;
	struct endpoint to = {.len = len};
	char text[ENDPOINT_TEXT];
	memcpy(&to.address, address, len);
	endpoint_text(&to, text);
	size_t used = strlen(stage->attempts);
	snprintf(stage->attempts + used, sizeof stage->attempts - used, "%s:%u ", text,
		(unsigned int)endpoint_port(&to));
	stage->attempt_count++;
	const struct dial_address *row = stage->addresses;
	while (row->text != NULL && strcmp(row->text, text) != 0)
		row++;
	if (row->fate == FATE_UNREACHABLE) {
		errno = ENETUNREACH;
		return -1;
	}
	const struct endpoint *real = &stage->at[row->fate];
	return connect(descriptor, &real->address.any, real->len);
}

static inline int dial_stage_listen(struct endpoint *endpoint)
{
	struct sentence why = {""};
	endpoint_parse(endpoint, "127.0.0.1", 0);
	int listening = tcp_listen(endpoint, &why);
	CHECK_TEXT(why.text, "");
	CHECK(tcp_local(listening, endpoint));
	return listening;
}

/* A socket whose queue is full answers nobody. */
static inline void dial_stage_fill(struct dial_stage *stage)
{
	const struct endpoint *there = &stage->at[FATE_SILENT];
	CHECK(listen(stage->silent, 0) == 0);
	stage->filler = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(connect(stage->filler, &there->address.any, there->len) == 0);
}

static inline bool dial_stage_open(
	struct dial_stage *stage, const struct name_row *rows, const struct dial_address *addresses)
{
	static const struct name_row nothing[] = {{NULL, NULL}};
	static const struct dial_address all_stand[] = {{NULL, FATE_STANDS}};
	memset(stage, 0, sizeof *stage);
	stage->addresses = addresses == NULL ? all_stand : addresses;
	stage->standing = dial_stage_listen(&stage->at[FATE_STANDS]);
	stage->silent = dial_stage_listen(&stage->at[FATE_SILENT]);
	tcp_close(dial_stage_listen(&stage->at[FATE_REFUSED]));
	dial_stage_fill(stage);
	stage->calls = dial_calls_system;
	stage->calls.socket = dial_stage_socket;
	stage->calls.connect = dial_stage_connect;
	stage->calls.bind = dial_stage_bind;
	stage->destination = (struct destination){.port = 587, .calls = &stage->calls, .seed = 7};
	dial_stage_now = stage;
	if (!CHECK(name_server_open(&stage->names, rows == NULL ? nothing : rows)))
		return false;
	stage->destination.name_servers = stage->names.address;
	return true;
}

static inline void dial_stage_begin(struct dial_stage *stage)
{
	stage->dial = dial_new(&memory_standard, &stage->destination, 0);
	CHECK(stage->dial != NULL);
}

static inline void dial_stage_close(struct dial_stage *stage)
{
	dial_free(stage->dial);
	name_server_free(&stage->names);
	tcp_close(stage->standing);
	tcp_close(stage->silent);
	tcp_close(stage->filler);
}

/* One look at everything that is open. */
static inline void dial_stage_turn(struct dial_stage *stage, uint64_t now_ms)
{
	struct pollfd polled[4] = {{.fd = dial_descriptor(stage->dial), .events = POLLIN}};
	name_server_watch(&stage->names, polled + 1);
	poll(polled, 4, 100);
	name_server_turn(&stage->names);
	if (polled[0].revents != 0)
		dial_ready(stage->dial, now_ms);
}

/* Lets what is under way happen, at this time, until so many attempts were begun or it is over. */
static inline void dial_stage_run(struct dial_stage *stage, size_t attempts, uint64_t now_ms)
{
	uint64_t give_up_ms = clock_ms() + 10000;
	while (dial_state(stage->dial) == DIAL_GOING && stage->attempt_count < attempts &&
		CHECK(clock_ms() < give_up_ms))
		dial_stage_turn(stage, now_ms);
}

static inline void dial_stage_run_out(struct dial_stage *stage, uint64_t now_ms)
{
	dial_stage_run(stage, SIZE_MAX, now_ms);
}

/* Until the dial's next deadline is at `want`. */
static inline void dial_stage_await(struct dial_stage *stage, uint64_t want, uint64_t now_ms)
{
	uint64_t give_up_ms = clock_ms() + 10000;
	while (dial_state(stage->dial) == DIAL_GOING && dial_deadline_ms(stage->dial) != want &&
		CHECK(clock_ms() < give_up_ms))
		dial_stage_turn(stage, now_ms);
}

/* Until the name server has been asked so often, and the dial has seen what it had to say. */
static inline void dial_stage_await_questions(
	struct dial_stage *stage, size_t count, uint64_t now_ms)
{
	uint64_t give_up_ms = clock_ms() + 10000;
	while (stage->names.asked < count && CHECK(clock_ms() < give_up_ms))
		dial_stage_turn(stage, now_ms);
	dial_ready(stage->dial, now_ms);
}

#endif

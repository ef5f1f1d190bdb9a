/*
 * name_server: a tiny DNS server on loopback, UDP and TCP, for tests of whoever asks one.
 *
 * What it knows is a list of rows; name and type of a question are looked for in it. A name that
 * is in no row does not exist. It has no thread of its own: name_server_turn() answers what has
 * come, from a test's loop or, with name_server_begin(), from a thread that is ended with _free().
 */
#ifndef SUPPORT_NAME_SERVER_H
#define SUPPORT_NAME_SERVER_H

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name_row {
	const char *name;
	/*
	 * "A 192.0.2.7", "AAAA 2001:db8::7", "SRV 10 5 587 mail.example.org", "CNAME example.net";
	 * or the type and a misdeed: "A silent", "AAAA held" (until it is let go), "A nxdomain",
	 * "A servfail", "A garbage", "SRV truncated" (by UDP; the rows behind it by TCP).
	 */
	const char *answer;
};

struct name_question {
	uint8_t at[600];
	size_t len;
	uint8_t from[128];
	unsigned int from_len;
};

enum { NAME_HELD_MAX = 8 };

struct name_server {
	const struct name_row *rows; /* until one without a name */
	int udp, tcp, stream;
	char address[32]; /* "127.0.0.1:12345" */
	struct name_question held[NAME_HELD_MAX];
	size_t held_count;
	atomic_size_t asked, asked_tcp;
	pthread_t thread;
	bool has_thread;
	atomic_bool over;
};

bool name_server_open(struct name_server *server, const struct name_row *rows);
void name_server_free(struct name_server *server);
/* Fills three entries for poll(); after it, name_server_turn() answers. */
void name_server_watch(const struct name_server *server, struct pollfd polled[3]);
void name_server_turn(struct name_server *server);
/* Answers the questions that were held. */
void name_server_let_go(struct name_server *server);
bool name_server_begin(struct name_server *server);

#endif

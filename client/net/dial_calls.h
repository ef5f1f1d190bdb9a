/*
 * dial_calls: the system calls that a dial makes, in a table, so that a test can let one fail.
 *
 * Each is as in its manual page: -1 and errno on failure.
 */
#ifndef NET_DIAL_CALLS_H
#define NET_DIAL_CALLS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>

struct dial_calls {
	int (*epoll_create)(int flags);
	int (*epoll_ctl)(int epoll, int operation, int descriptor, struct epoll_event *event);
	int (*epoll_wait)(int epoll, struct epoll_event *events, int max, int timeout);
	int (*socket)(int family, int type, int protocol);
	int (*prepare)(int descriptor); /* tcp_prepare(), as a system call */
	int (*bind)(int descriptor, const struct sockaddr *address, socklen_t len);
	int (*connect)(int descriptor, const struct sockaddr *address, socklen_t len);
	int (*pending_error)(int descriptor, int *error); /* SO_ERROR */
	ssize_t (*send)(int descriptor, const void *at, size_t len, int flags);
	ssize_t (*receive)(int descriptor, void *at, size_t len, int flags);
};

extern const struct dial_calls dial_calls_system;

/* What a descriptor is to the dial; comes back with each event, beside the descriptor. */
enum dial_watched { DIAL_WATCH_NAMES, DIAL_WATCH_ATTEMPT, DIAL_WATCH_PROXY };

/* Watches for these events; 0: no longer. False: the system refuses. */
bool dial_watch(const struct dial_calls *calls, int epoll, int descriptor, enum dial_watched what,
	uint32_t events);
static inline int dial_watched_descriptor(const struct epoll_event *event)
{
	return (int)(uint32_t)event->data.u64;
}
static inline enum dial_watched dial_watched_what(const struct epoll_event *event)
{
	return (enum dial_watched)(event->data.u64 >> 32);
}

#endif

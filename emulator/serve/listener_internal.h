/* listener_internal: what listener.c and serve_session.c share, and nobody else. */
#ifndef SERVE_LISTENER_INTERNAL_H
#define SERVE_LISTENER_INTERNAL_H

#include "connection.h"
#include "listener.h"

enum { LISTENER_SOCKETS = 16 };

/* What an epoll event belongs to; the first member of each. */
enum watched { WATCHED_SOCKET, WATCHED_SESSION, WATCHED_STOP, WATCHED_WORKER };

struct listener_socket {
	enum watched watched;
	int descriptor;
};

struct serve_session {
	enum watched watched;
	struct listener *listener;
	struct serve_session *previous, *next; /* all that live */
	struct serve_session *next_stored;     /* that the store has told, to be turned */
	struct serve_session *next_ended;      /* to be freed after this round of events */
	unsigned long number;
	struct server *server;
	struct connection *connection;
	const struct observer *observer;
	char address[ENDPOINT_TEXT]; /* of the client; what a ban is for */
	short events;		     /* registered with epoll; 0: not at all */
	bool is_ended, ban_seen, is_beginning;
	uint64_t octets, active_ms; /* what had passed, and when it was last seen to grow */
	/* The message that is with the store. */
	struct store store;
	const struct player_mail *mail;
	store_done *done;
	void *waiter;
};

struct banned {
	struct banned *next;
	char address[ENDPOINT_TEXT];
};

enum listener_state {
	LISTENER_SERVING,
	LISTENER_FINISHING, /* a limit is reached: nobody new, the present ones may end */
	LISTENER_STOPPING   /* everybody is sent away */
};

struct listener {
	struct listener_settings settings;
	enum listener_state state;
	uint64_t state_ends_ms;
	int epoll;
	int stop;  /* -1: none, or already seen */
	int spare; /* a descriptor kept back, to turn clients away when there are no others */
	enum watched stop_watched, worker_watched;
	struct listener_socket sockets[LISTENER_SOCKETS];
	size_t socket_count;
	struct serve_session *sessions, *stored, *ended;
	unsigned int open_count;
	unsigned long accepted, served, messages;
	uint64_t next_deadline_ms; /* no session's deadline is earlier */
	struct banned *banned;
};

void listener_tell(struct listener *listener, const struct listener_event *event);
void listener_ban(struct listener *listener, const struct serve_session *session);

/* serve_session.c. The descriptor is taken. */
void serve_session_begin(struct listener *listener, int descriptor, uint64_t now_ms);
/* What epoll found. */
void serve_session_ready(struct serve_session *session, short events, uint64_t now_ms);
/* Looks whether a deadline has come; afterwards, registers what is to be waited for. */
void serve_session_tick(struct serve_session *session, uint64_t now_ms);
/* The store has told, or the listener's state has changed. */
void serve_session_turn(struct serve_session *session, uint64_t now_ms);
/* Without a word. */
void serve_session_break(struct serve_session *session, uint64_t now_ms);
void serve_session_free(struct serve_session *session);

#endif

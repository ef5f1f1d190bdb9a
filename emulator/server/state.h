/*
 * state: everything that one server knows; seen by the files of this folder only.
 *
 * `phase` says what the next octets are. A request is worked on only while nothing is held: a
 * reply that waits (for its delay, or for a message to be stored) is in `held`, and octets that
 * come meanwhile are in `kept`.
 */
#ifndef SERVER_STATE_H
#define SERVER_STATE_H

#include "body.h"
#include "chunk.h"
#include "command_line.h"
#include "envelope.h"
#include "exchange.h"
#include "outlet.h"
#include "random.h"
#include "server.h"

enum phase {
	PHASE_NEW, /* not connected yet */
	PHASE_COMMAND,
	PHASE_EXCHANGE, /* a line is an answer in AUTH */
	PHASE_CHUNK,	/* octets of a chunk behind BDAT */
	PHASE_BODY,
	PHASE_STORING,
	PHASE_TLS,     /* a handshake, once the reply to STARTTLS has left */
	PHASE_CLOSING, /* once everything has been said, the connection is closed */
	PHASE_HUNG,    /* nothing is read or said any more */
	PHASE_DONE
};

enum greeted { GREETED_NOT, GREETED_HELO, GREETED_EHLO };

/* What the client has achieved. `forgets` takes it away again. */
struct session {
	enum greeted greeted;
	struct buffer hello; /* the name it gave; kept though `greeted` is forgotten */
	uint64_t hello_facts;
	bool hello_of_another; /* the address in its name is not its own */
	bool tls;	       /* octets really pass inside TLS */
	bool tls_believed;
	bool hello_missing_in_tls;
	bool right; /* may send */
	bool login; /* remembered as authenticated */
	bool starttls_forgotten;
	struct buffer user; /* whose login it is */
};

/* A reply that is ready and waits. */
struct held {
	bool waiting;
	struct buffer octets;
	const struct server_fault *fault; /* borrowed; how it is split, or NULL */
	enum reply_then then;
	uint64_t delay_ms;
	uint64_t due_ms; /* PLAYER_NEVER: until stored() */
};

struct counts {
	uint64_t verbs[SERVER_VERB_COUNT]; /* requests, for the nth of a fault */
	uint64_t limits[LIMIT_COUNT];
	uint32_t first_ones; /* 1 << verb: its first use is no nonmail command (any more) */
	bool reset_used;     /* exempt: [first-reset] is used up for this message */
};

struct server {
	struct player player; /* first, see player.h */
	const struct memory *memory;
	struct server_settings settings;
	const struct server_profile *profile;
	struct random random;
	enum phase phase;
	unsigned int close_how; /* PLAYER_ABORT, PLAYER_NO_BYE */
	bool welcomed;		/* the greeting has been said, and did not refuse */
	bool ban;
	bool peer_ended;    /* nothing more will come */
	bool peer_lost;	    /* nor can anything be said */
	bool input_lost;    /* octets could not be kept while a message was being stored */
	bool octets_behind; /* more came behind the line in hand */
	size_t retract;	    /* where in the outlet the reply to STARTTLS begins, while unsaid */
	bool can_retract;
	unsigned int messages;
	uint64_t number; /* {number} */
	uint64_t now_ms, connected_ms, active_ms;
	struct buffer client; /* the client's address */
	struct session session;
	struct envelope envelope;
	struct exchange exchange;
	struct body body;
	struct chunk chunk;
	struct player_mail mail;
	struct octets content;
	struct octets named; /* {recipient} or {sender} of the request in hand; lent by it */
	enum server_verb named_by;
	struct command_line line;
	struct buffer kept;
	struct held held;
	struct outlet outlet;
	struct counts counts;
};

/* No memory: 421 is said without any, and the connection is closed. */
void server_give_up(struct server *server);
/* Nothing more is read; what is in the outlet is said, then the connection is closed. */
void server_close(struct server *server, unsigned int how);

#endif

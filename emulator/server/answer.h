/*
 * answer: from a verdict to octets.
 *
 * A handler or a refusal says which reply it wants. Faults and limits see it last and may put
 * another in its place, slow it, cut it, or end the connection. What the reply's code says is
 * what happens: with a code of 400 or more the request is not carried out.
 */
#ifndef SERVER_ANSWER_H
#define SERVER_ANSWER_H

#include "request.h"

struct server;

struct verdict {
	enum server_verb verb;
	const struct server_reply *reply; /* borrowed until the call returns */
	bool refused; /* the request is not carried out, whatever the reply's code */
	bool syntax;  /* counts for limits.unknown */
	/* Carries the request out, before the reply is said; NULL: nothing to be done. */
	void (*act)(struct server *server, const struct request *request);
};

/* Answers. The request is lent, and may be NULL where `act` does not need it. */
void answer(struct server *server, const struct verdict *verdict, const struct request *request);
/* Answers with replies.NAME. */
void answer_named(struct server *server, enum server_verb verb, enum reply_name name,
	void (*act)(struct server *server, const struct request *request),
	const struct request *request);
/* Refuses with a cell of `refuses`. */
void answer_refusal(struct server *server, enum server_verb verb, const struct refusal *cell);
/* Refuses with a reply. */
void answer_refused(struct server *server, enum server_verb verb, const struct server_reply *reply);
/* Says a reply at once, without faults or limits, and does what it says besides. */
void answer_at_once(struct server *server, const struct server_reply *reply);
/* Says one line at once, without faults or limits: `334 ` and what belongs to it. */
void answer_line(struct server *server, const char *start, struct octets rest);
/* Says the held reply, now that its time has come, and does what is to be done besides. */
void answer_release(struct server *server);
/* The held reply waits for its delay from now on. */
void answer_wait(struct server *server);
/* Puts another reply in the place of a held one that waits for stored(). */
void answer_instead(struct server *server, const struct server_reply *reply);

#endif

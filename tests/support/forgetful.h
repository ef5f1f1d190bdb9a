/*
 * forgetful: a small submission server in memory that forgets the login, for tests of libmsub.
 *
 * It wants a login (AUTH PLAIN), keeps what it takes, and can be told when to forget, whom to
 * refuse and where to break the connection. It is strict where the client must be right: a second
 * MAIL inside a transaction, RSET, a command out of order and octets of a message before its 354
 * are counted. It takes as many connections at once as the sender makes. Time is virtual. It shares
 * no code with the client.
 */
#ifndef SUPPORT_FORGETFUL_H
#define SUPPORT_FORGETFUL_H

#include "msub.h"
#include "octets.h"

enum forgets { FORGETS_NEVER, FORGETS_ON_RESET, FORGETS_ON_HELLO, FORGETS_ON_END };

/* A zeroed struct is a good server without PIPELINING. */
struct forgetful_options {
	enum forgets forgets;
	bool pipelining;
	bool at_mail;	     /* without a login MAIL is refused with 550, not RCPT with 535 */
	bool at_end;	     /* without a login the message is refused with 530 behind the dot */
	const char *refused; /* a recipient that holds this is refused: 550 no such user */
	const char *refusal; /* the same with this reply instead */
	const char *mail_refused; /* a sender that holds this is refused: 550 */
	bool always_354;	  /* DATA is answered 354 although nobody was accepted */
	size_t recipient_max;	  /* further ones: 452; 0: no limit */
	const char *limits;	  /* said in EHLO: "RCPTMAX=2" */
	size_t closes_after;	  /* messages in a session, then 421; 0: never */
	size_t size;		  /* said in EHLO; 0: none */
	size_t cut;		  /* octets that pass at once, both ways; 0: all */
	/* The connection breaks, once, after so many octets from the client, from the server; 0:
	 * never. */
	size_t lose_said, lose_heard;
	bool dies_of_haste; /* MAIL that is there with the dot: stores, says nothing, is gone */
	size_t connections_max; /* at once, others: 421; 0: no limit */
	size_t logins_max;	/* in all, others: 535; 0: no limit */
	bool chunking;		/* takes BDAT (RFC 3030) */
	bool lmtp;	  /* LHLO, and behind the message a reply for each recipient (RFC 2033) */
	const char *full; /* there, a recipient that holds this: 452 behind the message */
	/* Called once, when every message is finished, and after six seconds of nothing. */
	void (*more)(void *context);
	void *more_context;
};

enum { FORGETFUL_COPIES = 400, FORGETFUL_MOST = 12 };

struct forgetful_copy {
	char recipient[64];
	char subject[32]; /* of the content's first line, "Subject: ..." */
};

struct forgetful_result {
	size_t connections, logins, resets, nested, disorder, mails;
	size_t ahead;	    /* most commands that came without waiting for a reply */
	size_t said, heard; /* octets from the client, from the server */
	struct forgetful_copy copies[FORGETFUL_COPIES];
	size_t copy_count;
	size_t most, most_opening; /* connections at once; those of them not logged in */
	uint64_t took_ms;
	bool lost; /* the connection has been broken */
	size_t mails_before_loss;
	bool endless;	    /* was broken off */
	struct buffer talk; /* everything the client said; connections joined by "|" */
};

/* Runs the sender until it wants nothing. buffer_free(&result->talk) afterwards. */
void forgetful_run(struct msub_sender *sender, const struct forgetful_options *options,
	struct forgetful_result *result);
/* How many copies of the message with this subject the recipient has; NULL: anybody. */
size_t forgetful_count(
	const struct forgetful_result *result, const char *subject, const char *recipient);

#endif

/*
 * session: the inside of struct msub_session, one connection's conversation.
 *
 * Who does what:
 *   session.c      what the driver calls: octets, time, the connection's beginning and end
 *   flow.c         the two cursors: which step may be said now, which is being answered
 *   opening.c      greeting, EHLO, HELO, STARTTLS
 *   authentication.c  AUTH and its exchange
 *   envelope.c     MAIL, RCPT, QUIT
 *   parameters.c   what MAIL and RCPT say behind their paths
 *   admission.c    what is refused before anything is said
 *   content.c      DATA, the message, and what the reply to its end means
 *   chunk.c        BDAT
 *   rest.c         a session without messages: kept open, and used again
 *   transaction.c  which message comes next, what a group of replies means for its recipients
 *   talk.c         the transcript
 *
 * Messages come from an *owner*: a sender, or the queue of a session that stands alone. What the
 * session learns about the server goes into *lessons*, which a sender keeps for the next session.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "capability.h"
#include "command.h"
#include "authentication.h"
#include "message.h"
#include "msub.h"
#include "output.h"
#include "player.h"
#include "reply.h"
#include "steps.h"

struct owner {
	void *context;
	struct sasl_provider *sasl; /* borrowed by its sessions; NULL: none */
	/* The next message with recipients that wait, borrowed; NULL: no more in this session. */
	struct msub_message *(*next)(void *context);
	/* Recipients of this message have been settled: each goes to DONE or back to WAITING. */
	void (*settled)(void *context, struct msub_message *message);
	/* The session has no message and stays open: session_wake() when there is one. */
	void (*rests)(void *context);
	/* The session is over. */
	void (*over)(void *context);
};

struct lessons {
	unsigned int learned;	  /* MSUB_LEARNED_ */
	uint64_t recipient_limit; /* per transaction; 0: none known */
	unsigned int disproved;	  /* suspicions in a row that proved wrong */
	uint64_t suspicions;
};

enum {
	/* Suspicions that proved wrong in a row, after which a refusal is a refusal. */
	LESSONS_DISPROVED_MAX = 3,
	/* Commands that may be under way without an answer: what a server must buffer is finite. */
	SESSION_AHEAD_MAX = 128,
	SESSION_SLOTS = 2,
	SESSION_NO_SLOT = SESSION_SLOTS
};

/*
 * One MAIL and what follows from it. There are two at most: one whose message is on its way, and
 * behind it one whose envelope is. A free one has no message.
 */
struct transaction {
	struct msub_message *message;
	size_t tried;	 /* recipients in it */
	size_t taken;	 /* of them answered 2yz */
	bool mail_taken; /* MAIL was answered 2yz: it is open until the end of data is answered */
	bool mail_refused;
	bool first;	/* nothing has happened between the login and it */
	bool suspected; /* a refusal in it is a suspicion */
	bool refused;	/* a recipient of it was refused */
	bool refused_for_good;
	bool disproved; /* has proved a suspicion wrong */
	bool utf8;	/* SMTPUTF8 is said with its MAIL (RFC 6531) */
	bool lone;	/* no content, only the dot (RFC 2920 3.1) */
	bool said;	/* the last of it was said; it ends at said_end of the output */
	uint64_t said_end;
	enum msub_phase said_as; /* MSUB_PHASE_BODY or MSUB_PHASE_CHUNK */
	size_t chunks;		 /* said, not the last, and not answered */
	bool broken;		 /* one of them was refused */
	uint64_t content_taken;	 /* octets of its content that the network has taken */
};

enum session_state {
	SESSION_PAUSING, /* until since_ms + pause_ms, then it connects */
	SESSION_CONNECTING,
	SESSION_HANDSHAKE,
	SESSION_TALKING,
	SESSION_CLOSING,
	SESSION_OVER
};

/* Whether there is something to do. Nobody loses anything by the end of a session that rests. */
enum session_rest {
	REST_NOT,
	REST_IDLE,    /* no message, and the session stays open */
	REST_PROBING, /* there is one, and NOOP tells whether the connection still stands */
};

struct msub_session {
	struct memory memory;
	const struct msub_settings *settings; /* borrowed from the sender, or own_settings */
	struct msub_settings *own_settings;   /* owned; NULL where a sender has lent it */
	struct owner owner;
	struct lessons *lessons; /* borrowed from the sender, or own_lessons */
	struct lessons own_lessons;
	struct message_list queue; /* of a session that stands alone */
	bool lent;		   /* by a sender */

	enum session_state state;
	struct failure failure;
	enum session_rest rest;
	bool leaving; /* does not rest again */
	uint64_t pause_ms;
	uint64_t since_ms; /* when what is waited for began */
	uint64_t whole_at; /* when everything must be over; MSUB_NEVER */

	struct output output;
	struct reply_reader reader;
	struct steps steps;
	bool asked; /* something was written since the last turn was counted */
	uint64_t turns;

	struct buffer hello; /* the name in EHLO */
	struct capability capability;
	enum msub_tls security; /* as the settings say, or the service that was found */
	bool service_found;
	struct buffer server; /* the host, where it is not the settings' */
	uint16_t server_port;
	bool esmtp; /* EHLO was accepted, not HELO */
	bool tls;
	bool tls_heard; /* octets have come inside: the server is content with the handshake */
	bool verified;	/* the server inside TLS is the one that was asked for */
	bool ready;	/* the opening is over: mail may be sent */
	bool logged_in;
	bool quitting; /* QUIT is planned or said: nothing follows */
	bool stood;    /* the connection stood */

	struct authentication login;

	struct transaction slots[SESSION_SLOTS];
	size_t envelope;      /* the slot whose envelope is under way, or SESSION_NO_SLOT */
	size_t content;	      /* the slot whose message is under way, or SESSION_NO_SLOT */
	struct stuffing body; /* of that message, until its dot was said */
	bool body_begun;
	uint64_t mail_count; /* MAILs said */
	uint64_t happened;   /* transactions since the login that may have made the server forget */
	uint64_t settled;    /* transactions that ended with a reply */
	bool spent;	     /* an envelope was given up: no further MAIL in this session */
	bool suspicious;     /* a suspicion was raised: the next MAIL belongs into a new session */
};

/* ---- session.c ---- */

/* A session for an owner; settings and lessons are borrowed. NULL where memory did not suffice. */
struct msub_session *session_new(const struct memory *memory, const struct msub_settings *settings,
	const struct owner *owner, struct lessons *lessons, uint64_t now_ms);
/* A session that stands alone; settings are copied, the provider (or NULL) taken in any case. */
enum msub_error session_alone_new(struct msub_session **session,
	const struct msub_settings *settings, struct sasl_provider *sasl, uint64_t now_ms);
void session_free(struct msub_session *session);
struct player_tls;
/* msub_session_tls_up() and what comes with it, from what a driver of client/net knows. */
void session_tls_up(struct msub_session *session, const struct player_tls *tls, uint64_t now_ms);
/*
 * The session fails: what is under way is settled as it truly stands, nothing more is said, the
 * connection is closed. The first failure stays.
 */
void session_fail(struct msub_session *session, const struct cause *cause);
/* The session cannot send mail, but the talk is in order: the failure is kept, QUIT comes next. */
void session_give_up(struct msub_session *session, const struct cause *cause);
/* The pieces that are to be written next; see msub_session_output(). */
size_t session_outgoing(struct msub_session *session, struct octets *pieces, size_t max);
/* As msub_session_service() and msub_session_server(), in a driver's words. */
void session_found(
	struct msub_session *session, enum player_service service, const char *host, uint16_t port);

/* The session fails: a reply that the command before it cannot have. text may be NULL. */
void session_out_of_step(struct msub_session *session, enum msub_phase phase,
	const struct reply *reply, const char *text);

/* ---- rest.c ---- */

/* Connecting begins only so much later. Right after session_new(). */
void session_pause(struct msub_session *session, uint64_t pause_ms);
/* There is no message: true where the session stays open (or will), false where it has to quit. */
bool session_rests(struct msub_session *session);
/* Where it rests: gives back what an idle session does not need. */
void session_give_back(struct msub_session *session);
/* Its owner has a message for it. Nothing happens where it does not rest. */
void session_wake(struct msub_session *session, uint64_t now_ms);
/* When a session that rests says QUIT, or is to be woken by tick(). */
uint64_t session_rest_ends_ms(const struct msub_session *session);
/* That time has come. */
void session_end_rest(struct msub_session *session, uint64_t now_ms);

/* ---- flow.c ---- */

/* The phase whose reply is awaited, or that is to be said next. */
enum msub_phase session_phase(const struct msub_session *session);
/* Plans one more step. */
void session_plan(
	struct msub_session *session, enum msub_phase phase, size_t slot, size_t recipient);
/*
 * Writes a command and shows it; false, with the session failed, where that was not possible
 * (arguments are checked when they come in, so it is memory that is missing).
 */
bool session_say(struct msub_session *session, enum msub_phase phase, enum command command,
	struct octets argument);
/* The same for a command that is written straight into the output: its argument goes between. */
size_t session_begin(struct msub_session *session, enum command command);
bool session_end(
	struct msub_session *session, enum msub_phase phase, enum command command, size_t start);
/* Says whatever may be said now. */
void session_speak(struct msub_session *session);
/* Hears what came. */
void session_hear(struct msub_session *session, struct octets in, uint64_t now_ms);

/*
 * Each phase's pair: what is said, and what a reply to it means; the table is in flow.c. say_
 * returns true where the step is said whole, false where more of it follows or it was dropped.
 */
#define PHASE_PAIR(name, constant, words)                                                          \
	bool say_##name(struct msub_session *session, const struct step *step);                    \
	void hear_##name(                                                                          \
		struct msub_session *session, const struct step *step, const struct reply *reply);
MSUB_STEPS(PHASE_PAIR)
#undef PHASE_PAIR

/* ---- opening.c ---- */

/* The opening is over: mail may be sent. */
void opening_end(struct msub_session *session);

/* ---- transaction.c ---- */

/* Begins the next transaction, or plans QUIT where there is none. */
void transaction_go_on(struct msub_session *session);
/* The replies of an envelope have all been heard and no message follows: what now? */
void transaction_end_envelope(struct msub_session *session);
/* Notes a refusal of everything in the slot that was not answered yet, or of one recipient. */
void transaction_refuse(struct msub_session *session, size_t slot, enum msub_phase phase,
	const struct reply *reply);
void transaction_refuse_one(struct msub_session *session, size_t slot, struct recipient *recipient,
	enum msub_phase phase, const struct reply *reply);
/* Notes that the message was taken, for everybody in the slot who was not refused, or for one. */
void transaction_accept(struct msub_session *session, size_t slot, enum msub_phase phase,
	const struct reply *reply);
void transaction_accept_one(struct msub_session *session, size_t slot, struct recipient *recipient,
	enum msub_phase phase, const struct reply *reply);
/* The next recipient of the slot, from *index on, that no reply has decided yet; or NULL. */
struct recipient *transaction_next_open(
	const struct msub_session *session, size_t slot, size_t *index);
/* An answer that a forgotten login would not have got: if it was suspected here, it is proven. */
void transaction_confirm(
	struct msub_session *session, const struct transaction *transaction, enum msub_phase phase);
/* The transaction ended in order: results go to the owner, the slot is free. */
void transaction_settle(struct msub_session *session, size_t slot);
/* Its end is going to be said: settings.before_end is told, and whom it may reach is noted. */
void transaction_announce_end(struct msub_session *session, size_t slot);
/* Tells settings.settled. */
void transaction_tell_settled(
	const struct msub_session *session, const struct msub_message *message);
/* The session failed with this cause: settles both slots as they truly stand. */
void transaction_abandon_all(struct msub_session *session, const struct cause *cause);

/* ---- content.c ---- */

/* False where everybody was refused, or somebody was and it is all or nothing. */
bool content_is_wanted(const struct msub_session *session, const struct transaction *transaction);
/* False, with the session failed, where the content cannot be read from its beginning. */
bool content_begin(struct msub_session *session, struct transaction *transaction, bool keeps_dots);
void content_fail(struct msub_session *session, enum msub_error error);
/* Makes output of one piece; false where it was the last, or there was none any more. */
bool content_say_piece(struct msub_session *session, struct transaction *transaction);
/* The piece is out: may it go on? 8-bit content to a server that takes none may not. */
void content_check_piece(struct msub_session *session, const struct msub_message *message);
/* The content has ended; false, with the session failed, where it is not what was measured. */
bool content_end(struct msub_session *session, struct transaction *transaction);
/* The last octet of the message is in the output: what is awaited now are the replies to it. */
void content_said(struct msub_session *session, const struct step *step);
/* A reply to the end of the message: for everybody, or in LMTP for the next recipient. */
void content_hear_end(
	struct msub_session *session, const struct step *step, const struct reply *reply);
/* Tells the caller how much of the content under way the network has taken by now. */
void content_tell_progress(struct msub_session *session, size_t taken);

/* ---- chunk.c ---- */

/* Whether this message goes out with BDAT here. */
bool chunk_is_used(const struct msub_session *session, const struct msub_message *message);
/* Whether its first chunk has to wait for every reply to what was said before it. */
bool chunk_waits(const struct msub_session *session, const struct transaction *transaction);

/* ---- talk.c ---- */

/* Takes what was said in confidence out of a reply's text, since servers repeat lines. */
void talk_hide(struct msub_session *session, struct reply_reader *reader);
/* Shows a line that was said, or that stands for one with a secret. */
void talk_said(const struct msub_session *session, struct octets line);
void talk_heard(struct msub_session *session, const struct reply *reply);
void talk_note(const struct msub_session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

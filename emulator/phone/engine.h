/*
 * engine: the inside of a phone.
 *
 * One connection works its agenda from the front (agenda.h). A step that comes to the front is
 * said, after its think time (saying.c); its reply is heard (hearing.c); what is not a success
 * asks the profile's reactions, which rewrite the front (action.c). TASK_NEXT at the end of the
 * agenda stands for whatever message comes next (transaction.c). Before anything is waited for,
 * what has come already is looked at: that alone makes a client that takes one line of a reply
 * run ahead of its server.
 *
 * No step asks for a profile's or a server's name.
 */
#ifndef PHONE_ENGINE_H
#define PHONE_ENGINE_H

#include "agenda.h"
#include "login.h"
#include "offers.h"
#include "outbox.h"
#include "phone.h"
#include "random.h"
#include "reaction.h"
#include "reading.h"
#include "secrets.h"
#include "transfer.h"
#include "writes.h"

enum phase {
	PHASE_START, /* nobody has called yet */
	PHASE_CONNECT,
	PHASE_TALK,
	PHASE_TLS, /* the driver shakes hands */
	PHASE_CLOSE,
	PHASE_HOLD, /* hung for ever */
	PHASE_WAIT, /* between two rounds of the outbox */
	PHASE_DONE
};

enum { MAX_REMARKS = 8 };

/* The state of one connection, all of it; zeroed for the next. */
struct connection {
	bool in_tls, logged_in;
	bool envelope_open; /* MAIL was accepted, and neither end nor reset has closed it */
	bool ended;	    /* nothing more will come */
	bool broken;	    /* nor can anything be sent */
	bool unsent;	    /* what was said last did not get out whole */
	bool unsaid;	    /* the line just taken has a continuation: the step that comes to the
			       front is not said but counts as said */
	bool sniffed;	    /* the greeting holds hello.sniff */
	bool login_reset;   /* RSET was taken behind an accepted login */
	bool chosen;	    /* the AUTH in front has its mechanism */
	bool answering;	    /* the AUTH in front says login.line */
	bool go_ahead;	    /* the last line of a reply to STARTTLS holds 220 */
	bool leaving;	    /* TASK_NEXT means QUIT */
	bool stopped;	    /* at DATA: no further copy in this connection */
	bool after_failure; /* the place flow.after-failure is due */
	bool last_failed;   /* the copy before the one in hand */
	bool last_begun;    /* and its MAIL had been accepted */
	struct phone_verdict refusal; /* behind which QUIT is said and then gone on */
	bool reconnect;		      /* another connection is planned */
	bool verb_chosen;
	uint8_t verb;	   /* VERB_EHLO, VERB_HELO */
	size_t name_index; /* of hello.names */
	uint64_t copies;   /* begun in this connection */
	struct offers offers, fresh_offers;
};

/* The copy that is under way, and its transaction. */
struct transaction {
	struct copy copy;
	bool under_way;
	bool opening; /* its first command has not been said */
	bool begun;   /* its MAIL was accepted */
	size_t accepted_count;
	struct phone_verdict refusal; /* of a recipient, the last */
	struct octets content;	      /* lent by the message or by `composed` */
	bool is_broken;		      /* composed, but for what the client cannot write */
	struct octets ends;	      /* of the writes of what was composed; .at NULL: given */
	bool needs_8bit, needs_utf8;
};

struct phone {
	struct player player;
	const struct memory *memory;
	const struct client_profile *profile;

	struct phone_account account; /* its views point into account_text */
	uint8_t *account_text;
	size_t account_text_len;
	enum phone_security security; /* what the profile makes of the account's */

	struct random random;
	struct outbox outbox;
	struct agenda agenda;
	struct reader reader;
	struct writes writes;
	struct login login;
	struct secrets said; /* in logins: not to be shown where the server repeats it */
	struct transfer transfer;
	enum transfer_state transfer_state;
	struct message_composed composed;
	struct buffer text;	     /* a command line being made */
	struct buffer local_address; /* of the connection, without scope */

	enum phase phase;
	bool failed;	/* no memory: sticky */
	bool gone_home; /* and what follows from that has been done */
	bool probing;	/* this connection is the probe */
	bool behind;	/* phone_is_behind() */
	uint64_t now_ms, start_ms;
	uint64_t wait_from_ms;	/* when the wait in hand began */
	uint64_t wait_until_ms; /* PHASE_WAIT */
	bool paused, thought;
	uint64_t pause_until_ms;
	uint32_t rounds;      /* begun so far */
	uint32_t connections; /* begun so far */

	struct connection connection;
	struct transaction transaction;
	struct reply reply;
	struct octets heard_text; /* of the last line heard; lent by the reader */

	bool without_login; /* went on although the login failed, with this verdict */
	struct phone_verdict login_verdict;
	bool login_accepted; /* in any connection */
	bool held_back;	     /* the password, likewise */

	const char *remarks[MAX_REMARKS];
	size_t remark_count;
};

/* engine.c: the loop, and the life of a connection. */
void engine_run(struct phone *phone, uint64_t now_ms);
void engine_connect(struct phone *phone, const char *local_address);
/* EVENT_FAILED or EVENT_TIMEOUT. */
void engine_connection_failed(struct phone *phone, enum event_kind kind);
void engine_connection_over(struct phone *phone);
void engine_close(struct phone *phone);
void engine_remark(struct phone *phone, const char *remark);
uint64_t engine_deadline(const struct phone *phone);
/* phone_keeps_time() */
bool engine_keeps_time(const struct phone *phone);
/* A user is named, and the client knows a way to log in. */
bool engine_asks_login(const struct phone *phone);
/* Pushes the commands of a place in front. */
void engine_push_place(struct phone *phone, enum place place, bool in_session);

/* saying.c: true when something happened and the front should be looked at again. */
bool saying_step(struct phone *phone, struct task *task);
/* Draws from the span, at the account's pace. */
uint64_t saying_draw(struct phone *phone, struct span span);
/* The same, and waits so long before anything else is said; false: no wait. */
bool saying_pause(struct phone *phone, struct span span);

/* hearing.c */
bool hearing_step(struct phone *phone, struct task *task);

/* action.c: finds the reaction to what happened to the step in front, and does it. */
void action_react(struct phone *phone, struct happening happening);
/* The end of the connection instead of the reply to a QUIT behind which it would go on. */
void action_end_unanswered(struct phone *phone);
/*
 * True where the profile makes the client hang when a connection does not come about. Nothing
 * else can follow but that it gives up: other addresses have been tried by the driver.
 */
bool action_hangs_at_connect(const struct phone *phone, enum event_kind kind);
/* True where the profile has a cell for a success of this form. */
bool action_catches(const struct phone *phone, struct happening happening);

/* transaction.c */
void transaction_next(struct phone *phone);
/* The envelope was answered, and nothing more is wanted: settles the copy in hand. */
void transaction_stop(struct phone *phone);
/* Appends MAIL's parameters. */
void transaction_parameters(struct phone *phone, struct buffer *out);
/* The address in what was typed, as the profile finds it. */
struct octets transaction_address(const struct phone *phone, struct octets typed);
/* Some notice only when MAIL is due that their sender is no address (envelope.addresses). */
bool transaction_lacks_sender(const struct phone *phone);
/* The copy in hand ends for want of a sender. */
void transaction_refuse_sender(struct phone *phone);

#endif

/*
 * probe: a scripted client, which says what no mail client would, and writes down what came.
 *
 * The model. A dialogue is a list of steps, data. The probe is a player (player.h): it does the
 * steps one after the other, each after the reply to the one before, and keeps the reply to each.
 * Steps that are joined (PROBE_ON) leave in one write. It stops at the first step that was refused,
 * not answered in time, or met by the end of the connection, unless the step is a THING: what is
 * being tried out. Then it says QUIT and closes, so that a server sees an orderly client; it never
 * says DATA by itself.
 *
 * What it promises: each reply is waited for at most patience_ms; whatever comes, it takes a
 * bounded amount of memory and ends; where the account asks for TLS nothing that is secret is said
 * outside it, whatever the steps say (PROBE_WITHHELD).
 *
 * Variables in a text: {name} what it calls itself, {sender} {recipient}, {local} and {domain} of
 * the sender;
 * and, as base64, {plain} an initial response of PLAIN, {user} and {password}; {mechanism} one with
 * which a challenge comes first.
 */
#ifndef CHECK_PROBE_H
#define CHECK_PROBE_H

#include "capabilities.h"
#include "phone.h"
#include "player.h"

enum probe_action {
	PROBE_END,	 /* a zeroed step: the dialogue is over */
	PROBE_OPEN,	 /* the greeting, and what the account's TLS needs: EHLO, STARTTLS, TLS */
	PROBE_GREETING,	 /* the greeting alone (behind the handshake, where TLS is implicit) */
	PROBE_SAY,	 /* a line, and its reply */
	PROBE_OCTETS,	 /* as they are, no reply belongs to them; `number` of them, 0: a text */
	PROBE_LOGIN,	 /* a whole login; text: the mechanism, NULL: the one that is best */
	PROBE_HANDSHAKE, /* the handshake, where the reply before was 220 */
	PROBE_BODY,	 /* a message's text, and the reply to its final dot, after a 354 */
	PROBE_WAIT	 /* says nothing for `number` milliseconds, or until a reply comes */
};

enum {
	PROBE_THING = 1 << 0,	 /* what is tried out: any reply will do */
	PROBE_FOLLOWS = 1 << 1,	 /* what shows what it did */
	PROBE_ON = 1 << 2,	 /* the next step leaves in the same write */
	PROBE_BARE_LF = 1 << 3,	 /* the line ends in LF alone */
	PROBE_ONLY_334 = 1 << 4, /* passed over, where the reply before was not 334 */
	/* of a login: */
	PROBE_LOWER_CASE = 1 << 5,
	PROBE_AT_ONCE = 1 << 6, /* with an initial response */
	PROBE_ASKED = 1 << 7,	/* without one */
	PROBE_STRANGER = 1 << 8 /* as somebody whom no server knows */
};

struct probe_step {
	enum probe_action action;
	unsigned int marks;
	const char *text;
	size_t number; /* PROBE_SAY: said so often, until it is refused (0: once) */
};

enum { PROBE_STEPS_MAX = 32, PROBE_REPLY_MAX = 8192 };
/* A server that delays what is said often has shown it by so many replies in a row. */
enum { PROBE_SLOW_MS = 1000, PROBE_SLOW_REPLIES = 3 };

enum probe_state {
	PROBE_NOT_REACHED,
	PROBE_ANSWERED,
	PROBE_PASSED, /* nothing was to be said or waited for here */
	PROBE_SILENT,
	PROBE_CLOSED,
	PROBE_NO_CONNECTION,
	PROBE_TLS_UP,
	PROBE_TLS_FAILED,
	PROBE_WITHHELD,	   /* a secret, and no TLS */
	PROBE_NOT_OFFERED, /* no mechanism of the login's */
	PROBE_CUT_OFF	   /* no memory, more octets than anybody needs, or for too long */
};

struct probe_reply {
	enum probe_state state;
	unsigned int code;  /* of the last reply of the step; 0: none, or not of that form */
	size_t from, len;   /* its octets in probe_heard(), line ends included */
	unsigned int lines; /* how many */
	bool wordless;	    /* a line of it is a code alone */
	bool begun;	    /* PROBE_SILENT: something came of it, and not its end */
	bool closed_behind; /* nothing more came: the connection ended with it */
	size_t taken;	    /* of a step that is said often: how often before the refusal */
	unsigned int slow;  /* of a step that is said often: so many replies in a row were slow */
	uint64_t took_ms;   /* from its last octet said to the reply's end */
};

/* A step that is said often was ended, for the server delays it. */
bool probe_was_slowed(const struct probe_reply *reply);

/* What every EHLO told, by where it was said. */
enum probe_place { PROBE_BEFORE_TLS, PROBE_INSIDE_TLS, PROBE_AFTER_LOGIN, PROBE_PLACES };
struct probe_offer {
	bool heard;
	size_t from, len; /* in probe_heard() */
};

/* Borrowed for the probe's life. */
struct probe_settings {
	const struct memory *memory;
	const struct phone_account *account;
	const char *sender, *recipient;
	const struct probe_step *steps;
	uint64_t patience_ms; /* for each reply */
	const char *name;     /* what it calls itself; NULL: its address, in brackets */
	const char *login;    /* mechanism that is best; NULL: chosen from the offers */
};

struct probe;

/* NULL: no memory, or too many steps. */
struct probe *probe_new(const struct probe_settings *settings);
/* NULL is fine. Secrets are wiped. */
void probe_free(struct probe *probe);
struct player *probe_player(struct probe *probe);
/* The driver broke it off: what the probe took for an end by the server was none. */
void probe_was_broken_off(struct probe *probe);

const struct probe_step *probe_steps(const struct probe *probe);
/* Of a step; of PROBE_OPEN the reply of what failed in it, or its last. */
const struct probe_reply *probe_reply(const struct probe *probe, size_t step);
/* Replies of the server, all of them, in order; lent. */
struct octets probe_heard(const struct probe *probe);
struct octets probe_text(const struct probe *probe, const struct probe_reply *reply);
/* What was said at a step as people may see it: without line end, "<secret>" for what is secret. */
bool probe_said(const struct probe *probe, size_t step, struct buffer *out);
struct probe_offer probe_offer(const struct probe *probe, enum probe_place place);
/* The mechanism of the last login that was tried; "" where there was none. */
const char *probe_mechanism(const struct probe *probe);
/* What LOGIN asked for, decoded, then escaped (text.h); NULL beyond the last. Lent. */
const char *probe_prompt(const struct probe *probe, size_t index);
/* Of the greeting, of QUIT. */
const struct probe_reply *probe_greeting(const struct probe *probe);
const struct probe_reply *probe_farewell(const struct probe *probe);
/* The name that it gave itself, and what the driver said of failures; lent. */
const char *probe_name(const struct probe *probe);
const char *probe_why(const struct probe *probe);
/* How many logins with the account were refused as wrong (535). */
unsigned int probe_refused_logins(const struct probe *probe);

#endif

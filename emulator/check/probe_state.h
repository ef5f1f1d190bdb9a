/* probe_state: everything that one probe knows; seen by probe*.c only. */
#ifndef CHECK_PROBE_STATE_H
#define CHECK_PROBE_STATE_H

#include "probe.h"
#include "sentence.h"

enum probing {
	PROBING_CONNECT,
	PROBING_SAY,
	PROBING_HEAR,
	PROBING_TLS,
	PROBING_WAIT,
	PROBING_CLOSE,
	PROBING_OVER
};

/* A step as it is done: PROBE_OPEN is several of them. */
struct stage {
	struct probe_step step;
	size_t of; /* the step of the dialogue */
};
enum { STAGES_MAX = PROBE_STEPS_MAX + 8, STAGE_IS_FAREWELL = PROBE_STEPS_MAX };

/* A login that is under way. */
struct probe_login {
	char mechanism[16];
	bool answered_first; /* PLAIN: its one response was said; LOGIN: the name */
	unsigned int answers;
};

struct probe {
	struct player player; /* first, see player.h */
	struct probe_settings settings;
	char name[256];
	struct stage stages[STAGES_MAX];
	size_t stage_count;
	size_t next;	/* the stage that is said next */
	size_t awaited; /* the stage whose reply is awaited; == next: none */
	enum probing doing;
	size_t flight_from; /* the first stage of what left together */
	bool tls, tls_wanted_first, leaving, farewell_said;
	bool tls_promised; /* 220 to STARTTLS, and no handshake yet */
	struct buffer out; /* what is to be said, and was not taken yet at `said` */
	size_t said;
	struct buffer in;    /* octets that are no whole line yet */
	struct buffer heard; /* whole replies */
	size_t reply_from;   /* where the reply that is coming in begins in `heard` */
	unsigned int reply_lines;
	bool reply_wordless;
	uint64_t said_ms, deadline_ms;
	unsigned int last_code;				 /* of the reply heard last */
	struct probe_reply replies[PROBE_STEPS_MAX + 1]; /* and the farewell's */
	struct probe_reply greeting;
	struct probe_offer offers[PROBE_PLACES];
	bool logged_in;
	struct probe_login login;
	char mechanism[16]; /* of the last login */
	unsigned int refused_logins;
	struct buffer prompts; /* each before a NUL */
	struct sentence why;
};

/* --- probe_dialogue.c --- */

struct probe_reply *probe_reply_of(struct probe *probe, size_t stage);
void probe_do(struct probe *probe, enum probing doing, uint64_t now_ms, uint64_t span_ms);
void probe_close(struct probe *probe);
/* QUIT is waited for no longer. */
uint64_t probe_farewell_ms(const struct probe *probe);
void probe_fail(struct probe *probe, size_t stage, enum probe_state state);
/* Says all that leaves in one write, or leaves, or begins to wait. */
void probe_go_on(struct probe *probe, uint64_t now_ms);
/* All replies of what left together, from this stage on, have come. */
void probe_end_flight(struct probe *probe, size_t from, uint64_t now_ms);
/* Takes the whole lines that have come, as long as somebody listens. */
void probe_hear_all(struct probe *probe, uint64_t now_ms);

/* --- probe_text.c --- */

/* Appends a step's text with its variables; false where it has a secret that may not be said. */
bool probe_expand(const struct probe *probe, const char *text, bool masked, struct buffer *out);
bool probe_may_say_secrets(const struct probe *probe);
/* The EHLO reply that counts now; its octets. */
struct octets probe_current_offers(const struct probe *probe);
bool probe_is_offered(const struct probe *probe, const char *mechanism);

/* --- probe_login.c --- */

/* Says the AUTH line of a login step; false: no such mechanism is offered. */
bool probe_login_begin(struct probe *probe, const struct probe_step *step);
/* Answers a challenge; false: it is one too many, and the login is broken off. */
bool probe_login_answer(
	struct probe *probe, const struct probe_step *step, struct octets challenge);

#endif

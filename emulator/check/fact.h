/*
 * fact: one thing that is true of a server or not, as a row of data, and what was found.
 *
 * A row names the fact, says how much it weighs and where that stands, and has the dialogue that
 * decides it. PRUDENT marks what the standards do not ask of a server and what clients in the field
 * need all the same. A fact is TAKEN (the server takes what follows), REFUSED (it must not), or
 * MEASURED (neither is wrong; the value tells).
 */
#ifndef CHECK_FACT_H
#define CHECK_FACT_H

#include "probe.h"
#include "rules.h"
#include "sentence.h"
#include "transcript.h"

enum fact_expect { FACT_TAKEN, FACT_REFUSED, FACT_MEASURED };

/* What a fact needs, to be decided; what is not there makes it "not applicable". */
enum {
	FACT_NEEDS_ACCOUNT = 1 << 0,
	FACT_NEEDS_DELIVERY = 1 << 1,
	FACT_NEEDS_STARTTLS = 1 << 2,	   /* offered, and TLS not implicit */
	FACT_NEEDS_CLEAR = 1 << 3,	   /* the account says its login in clear */
	FACT_NEEDS_PLAIN = 1 << 4,	   /* the mechanism, offered */
	FACT_NEEDS_LOGIN = 1 << 5,	   /* the mechanism, offered */
	FACT_NEEDS_CRAM = 1 << 6,	   /* CRAM-MD5, offered */
	FACT_NEEDS_CHALLENGE = 1 << 7,	   /* any of the three */
	FACT_NEEDS_PIPELINING = 1 << 8,	   /* offered */
	FACT_NEEDS_NO_PIPELINING = 1 << 9, /* not offered */
	FACT_NEEDS_SIZE = 1 << 10,	   /* offered */
	FACT_NEEDS_LOGIN_WANTED = 1 << 11, /* mail without a login is refused */
	FACT_NEEDS_NOT_IMPLICIT = 1 << 12, /* TLS is not implicit */
	FACT_NEEDS_NOT_STARTTLS = 1 << 13, /* the account does not ask for STARTTLS */
	FACT_NEEDS_NO_STARTTLS = 1 << 14   /* not offered, or TLS implicit */
};

enum fact_verdict {
	FACT_HOLDS,
	FACT_BROKEN,
	FACT_INCONCLUSIVE,
	FACT_NEEDS_DELIVER,
	FACT_NOT_APPLICABLE,
	FACT_NOT_TRIED
};

struct findings;
struct fact_answer;

struct fact_row {
	const char *name, *group, *title;
	enum strength strength;
	const char *section;
	unsigned int needs;
	enum fact_expect expect;
	unsigned int looks_at; /* PROBE_THING or PROBE_FOLLOWS: whose replies decide */
	const struct probe_step *dialogue, *control, *recovery; /* NULL: none */
	bool control_is_refused; /* without the thing what follows is refused, not taken */
	bool rests_on_control;	 /* that it holds, as well */
	bool often_impossible;	 /* what must go well before is often refused, with reason */
	bool varies; /* a time, or by a hair's breadth: two servers cannot be compared by it */
	bool heard;  /* a text that was heard: it is not played again */
	const char *expected; /* for people: what should come */
	const char *broken;   /* for people: what is wrong, goes before ": reply" */
	unsigned int code;    /* FACT_REFUSED: only by this one; 0: any */
	/* Reads the answer out of a dialogue; NULL: the usual way (fact_answer.h). */
	void (*judge)(const struct findings *findings, const struct fact_row *row,
		const struct probe *probe, struct fact_answer *answer);
	/*
	 * What a server profile says of it where it is broken (or, REFUSED and MEASURED, where it
	 * was refused): "refuses.mail.null", "forgets.authentication=reset"; NULL: nothing
	 * (learned.h).
	 */
	const char *learned;
};

/* What a dialogue showed, before anything is concluded. */
enum fact_end {
	FACT_WAS_TAKEN,
	FACT_WAS_REFUSED,
	FACT_WAS_SILENT,
	FACT_WAS_CLOSED,
	FACT_ENDED_BEFORE,  /* at the thing that was tried out: it was closed, or not answered */
	FACT_FAILED_BEFORE, /* what must go well did not */
	FACT_NOT_NOW,	    /* 421 */
	FACT_NO_CONNECTION,
	FACT_CUT_OFF,	   /* by us: the server went on for too long, or said too much */
	FACT_NOTHING_SHOWN /* this cannot be seen here */
};
struct fact_answer {
	enum fact_end end;
	size_t step;	   /* of the dialogue, that decided */
	unsigned int code; /* of its reply; 0: none */
	bool closed_behind;
	char value[128]; /* of what is measured; "" */
};

enum { FACT_LINES_MAX = 8 };

struct fact_finding {
	const struct fact_row *row;
	enum fact_verdict verdict;
	char value[128];	  /* of what is measured; "" */
	struct sentence sentence; /* what it comes to, for people */
	/* Of THING and what FOLLOWS: what was said, what came, escaped, secrets masked. */
	char *sent[FACT_LINES_MAX], *came[FACT_LINES_MAX];
	size_t line_count;
	struct fact_answer answer;
	unsigned int rounds; /* how often it was seen */
};

/* All rows by number, in the order in which they are tried; NULL beyond the last. */
const struct fact_row *fact_row(size_t index);
const struct fact_row *fact_find(const char *name);
/* "holds", "broken", "inconclusive", "needs-deliver", "not-applicable", "not-tried" */
const char *fact_verdict_name(enum fact_verdict verdict);

#endif

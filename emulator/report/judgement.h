/*
 * judgement: from records to an exit status.
 *
 * What counts as a failure is a list of words (--fail-on): verdicts of clients, and `broken-must`,
 * `broken-should`, `broken-prudent` for facts about the server. With a *baseline*, the records of
 * an earlier run, only what is new fails: a client that failed there already, as badly, is known.
 * Worse than before is new: a client that lost a recipient then and cannot send now, or a loss of
 * another kind.
 *
 * A server is found in the baseline by its URL. Where both hold exactly one run they belong
 * together whatever their URLs, since a test server's port changes from run to run. Where the
 * baseline holds several runs of a server, what failed in any of them is known.
 *
 * This is the one place where a status is decided; `check`, `explain` and `report` ask it.
 */
#ifndef REPORT_JUDGEMENT_H
#define REPORT_JUDGEMENT_H

#include "record_set.h"

/*
 * `inconclusive` among the words is no failure: it makes a run with such clients end with 3, where
 * nothing failed.
 */
struct fail_on {
	unsigned int words; /* one bit for each, see judgement.c */
};

/* Clients that cannot send, and those that lose something. */
struct fail_on fail_on_default(void);
/* "cannot-send,hung", "default,broken-must", "never". False with a complaint. */
bool fail_on_read(const char *list, struct fail_on *fail_on, struct buffer *complaint);

struct judgement {
	const struct record_set *set;	   /* borrowed */
	const struct record_set *baseline; /* borrowed; NULL: none */
	struct fail_on fail_on;
};

enum standing {
	STANDING_GOOD,
	STANDING_FAILS,
	STANDING_KNOWN, /* it would fail, and failed in the baseline already */
	STANDING_OPEN,	/* nothing can be concluded */
	STANDING_ASIDE	/* not judged: not applicable, needs --deliver … */
};

enum standing judgement_client(
	const struct judgement *judgement, const struct record_run *run, const json_t *client);
enum standing judgement_fact(
	const struct judgement *judgement, const struct record_run *run, const json_t *fact);
/*
 * What the baseline makes of a client or a fact: "known", "new", "cured", or "" where it has
 * nothing to say, or there is none. A number alone ("11 are cured") leaves people searching.
 */
const char *judgement_mark(
	const struct judgement *judgement, const struct record_run *run, const json_t *record);
/* The control that keeps the run from any conclusion, or NULL. */
const json_t *judgement_control(const struct record_run *run);

/* True of a control that says no more than an earlier one: each shard of a plan has its own. */
bool judgement_control_is_told(const struct record_run *run, size_t index);

/* A run in numbers. What a run comes to is the worst: failing, open, good. */
struct tally {
	size_t clients; /* with a verdict, those that were not applicable aside */
	size_t sends, losses, cannot, tls_too_old, not_applicable, inconclusive;
	size_t failing, known; /* clients and facts, as --fail-on says */
	size_t cured;	       /* failed in the baseline, and do not now */
	size_t facts, broken;
	bool open; /* the control failed, or the run did not come to its end */
};
struct tally judgement_tally(const struct judgement *judgement, const struct record_run *run);
/* 0 nothing failed, 1 something did, 3 nothing can be concluded (of a run, and nothing failed). */
int judgement_status(const struct judgement *judgement);

/* One sentence without a full stop: "11 of 35 clients cannot send". */
void judgement_sentence(
	const struct judgement *judgement, const struct record_run *run, struct buffer *out);
/* The same of all runs; of one run, that run's. */
void judgement_verdict(const struct judgement *judgement, struct buffer *out);

#endif

/*
 * findings: what is true of a server, found by experiment.
 *
 * The model. A fact (fact.h) is a sentence about a server with a dialogue that decides it.
 * findings_run() plays the dialogues of all facts, or of those whose name a pattern fits, on a
 * ground (ground.h), each in a session of its own, and gives a finding for each. A dialogue that
 * several facts look at is played once.
 *
 * When is a fact *broken*? Only where the same dialogue without the thing that is tried out, the
 * control, went well, and where control and dialogue, played twice more, came out as before: more
 * often, the more often this server has contradicted itself. Everything else that is not as
 * expected is *inconclusive*. Where it helps, a recovery run tells why: after the thing a new AUTH
 * is tried; where it is taken the login had been forgotten, and where it is refused as a second one
 * something else is in the way.
 *
 * Nothing is delivered unless `deliver`; facts that need a delivered message say so. Of the account
 * only its own password is said, so that a login is refused at most where a mechanism that is
 * offered does not work, and then not more than three times in all, unless `any_refused_logins`.
 */
#ifndef CHECK_FINDINGS_H
#define CHECK_FINDINGS_H

#include "fact.h"
#include "ground.h"

/* Borrowed until findings_free(). */
struct findings_wish {
	const struct ground *ground;
	const char *const *patterns; /* of names, * for anything; none: all */
	size_t pattern_count;
	bool deliver;		 /* messages may be delivered: about eleven, more where they fail */
	const char *name;	 /* what probes call themselves; NULL: their address, in brackets */
	uint64_t patience_ms;	 /* for each reply; 0: ten seconds */
	size_t sessions_max;	 /* what is left then is "not tried"; 0: FINDINGS_SESSIONS_MAX */
	bool any_refused_logins; /* a server of one's own, which locks no account for them */
	bool in_memory;		 /* nobody need be careful: what is broken is not played again */
	/* Told after each session: how many there were, of how many that are expected. Or NULL. */
	void (*progress)(void *context, size_t sessions, size_t expected);
	/* Told as each finding is made; lent. Or NULL. */
	void (*found)(void *context, const struct fact_finding *finding);
	void *context;
};

enum { FINDINGS_SESSIONS_MAX = 250 };

struct findings;

/* Of a fact's name; * stands for anything. */
bool findings_pattern_fits(const char *pattern, const char *name);
/* NULL: no memory. */
struct findings *findings_new(const struct memory *memory, const struct findings_wish *wish);
/* NULL is fine; findings end here. */
void findings_free(struct findings *findings);
/* How many sessions are expected: what is broken needs some more (FINDINGS_PER_BROKEN each). */
enum { FINDINGS_PER_BROKEN = 5 };
size_t findings_expected(const struct findings *findings);
/*
 * Blocks. False with a sentence, where not even the first session came about or memory ran out;
 * what was found until then stands.
 */
bool findings_run(struct findings *findings, struct sentence *why);

/* Why the account's login does not succeed, so that little was found out; "": it does. Lent. */
const char *findings_login_refused(const struct findings *findings);
size_t findings_sessions(const struct findings *findings);
/* Findings in the order of the rows, of those that were asked for. */
size_t findings_count(const struct findings *findings);
const struct fact_finding *findings_at(const struct findings *findings, size_t index);
/* NULL: not asked for, or not reached. */
const struct fact_finding *findings_find(const struct findings *findings, const char *name);
/* The last run of a dialogue, or NULL; lent until the next call of findings_run() or free. */
const struct probe *findings_probe(
	const struct findings *findings, const struct probe_step *dialogue);
const struct transcript *findings_transcript(
	const struct findings *findings, const struct probe_step *dialogue);

#endif

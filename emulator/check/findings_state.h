/* findings_state: what one set of findings knows; seen by fact*.c and findings.c of this room only.
 */
#ifndef CHECK_FINDINGS_STATE_H
#define CHECK_FINDINGS_STATE_H

#include "capabilities.h"
#include "findings.h"
#include "secrets.h"

/* A dialogue that was played; the last time, if it was more than once. */
struct played {
	const struct probe_step *dialogue;
	struct probe *probe;
	struct transcript *transcript;
};

enum { PLAYED_MAX = 256, FINDINGS_MAX = 160 };

struct findings {
	const struct memory *memory;
	struct findings_wish wish;
	struct played played[PLAYED_MAX];
	size_t played_count;
	struct fact_finding items[FINDINGS_MAX];
	size_t count;
	size_t sessions, expected;
	unsigned int refused_logins, lost_in_a_row;
	size_t contradictions; /* how often the server contradicted itself */
	bool over;	       /* no more sessions; `why_over` tells */
	bool login_refused;    /* `why_login` tells */
	const char *login;     /* the mechanism that works; NULL: chosen each time */
	struct sentence why_over, why_login;
	struct capabilities capabilities; /* before the login */
	bool offers_starttls;
	struct secrets secrets;
};

/* --- fact_play.c --- */

/*
 * Plays a dialogue, or lends what it came to when it was played before, unless `anew`. NULL: it
 * could not be played; `over` is set where nothing can be any more.
 */
const struct probe *findings_play(
	struct findings *findings, const struct probe_step *dialogue, bool anew);
/* The first session: what is offered, which login works. */
bool findings_scout(struct findings *findings, struct sentence *why);

/* --- fact_answer.c --- */

/* What a dialogue came to, by the row's own judge or the usual way. */
struct fact_answer findings_answer(
	const struct findings *findings, const struct fact_row *row, const struct probe *probe);
/* Of a control: what follows was taken (or refused, where the row says so). */
struct fact_answer findings_control_answer(const struct probe *probe);

/* --- fact_verdict.c --- */

/* Finds out about one row. */
void findings_try(
	struct findings *findings, const struct fact_row *row, struct fact_finding *finding);
/* Plays what is broken once more; false: it is not, this time. */
bool findings_confirm(struct findings *findings, struct fact_finding *finding);

/* --- fact_telling.c --- */

void findings_tell(
	struct findings *findings, struct fact_finding *finding, const struct probe *probe);
/* "RSET", "MAIL", … : the first word of what is said at a step. */
void findings_step_word(const struct probe *probe, size_t step, struct buffer *out);
/* The reply of a step, escaped, secrets masked; or what came instead. */
void findings_append_reply(const struct findings *findings, const struct probe *probe,
	const struct probe_reply *reply, struct buffer *out);

#endif

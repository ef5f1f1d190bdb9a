/*
 * ending: what is done with each mail when it is finished, while others are still under way.
 *
 * It is kept in the queue where it may be sent later, gets its line in the log, its sentence on
 * stderr and its JSON on stdout, and counts for the exit status. Then it may be forgotten.
 */
#ifndef TOOLS_MSUB_ENDING_H
#define TOOLS_MSUB_ENDING_H

#include "msub_keep.h"
#include "msub_log.h"
#include "msub_progress.h"
#include "msub_report.h"

struct ending {
	const struct msub_options *options; /* borrowed, as all pointers here */
	struct progress *progress;	    /* the bar that makes way; NULL: none */
	const struct account *account;	    /* whose queue and log it is; NULL: neither */
	struct trouble *trouble;	    /* of all mails: why nothing was sent */
	struct report report;
	struct keep keep;
	struct log log;
	int status; /* the worst so far */
	size_t count, queued;
	const char *json_end; /* what closes the JSON that was begun; NULL: none was */
	bool told, told_forgotten;
	unsigned int told_unusual; /* MSUB_REMARK_* */
};

/* Begins with a run; the account is known later: ending_account(). */
void ending_begin(struct ending *ending, const struct msub_options *options,
	struct progress *progress, struct trouble *trouble);
void ending_account(struct ending *ending, const struct account *account, bool user);
/*
 * Begins the JSON of a mode that has one of its own, {"queues": [ say, which ending_finish() closes
 * with `end` and the exit status; false: none is asked for.
 */
bool ending_json(struct ending *ending, const char *begin, const char *end);
/* A mail that is finished, or will not be sent. */
void ending_take(struct ending *ending, struct mail *mail);
/* Tells what is left to tell: the exit status. */
int ending_finish(struct ending *ending);
/* What was printed on stdout may not have arrived: that is the status where nothing worse
 * happened. */
int ending_output(int status);

#endif

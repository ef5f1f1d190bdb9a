/*
 * search: one experiment in hand: what is left of the client, what is being narrowed, how a trial
 * answers to that, and the proof of what was found. Seen by cause.c and search.c only.
 */
#ifndef CHECK_SEARCH_H
#define CHECK_SEARCH_H

#include "trials.h"

struct search {
	struct trials trials;
	const struct cause_settings *settings;
	struct cause *cause;
	enum trial_purpose purpose;
	bool *rest; /* the client, less the causes that were found */
	bool *kept; /* what is being narrowed */
	size_t *labels;
	struct finding place; /* how `rest` failed */
	bool or_earlier;      /* than at that step counts as well */
	bool sure;	      /* the client failed twice, the plain one sent in this experiment */
};

/* How the last trial with these settings ended. */
struct finding search_finding(const struct search *search, const bool *kept);
/* What an answer means here: who fails elsewhere does so for another cause. */
enum answer search_judge(const struct search *search, const bool *kept, enum answer answer);
/* Plays, whatever is known, and judges. */
enum answer search_make(struct search *search, const bool *kept, enum trial_purpose purpose);
size_t search_size(const struct search *search, const bool *kept);
/*
 * `kept` alone fails again and again, in between the correct client sends, and each of its settings
 * is needed. ANSWER_SENDS: it does not fail at all, so that something was deduced that is not so.
 */
enum answer search_prove(struct search *search);
/* The experiment stops: the server does not answer alike each time. */
enum answer search_contradict(struct search *search);

#endif

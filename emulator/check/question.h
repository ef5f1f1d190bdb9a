/*
 * question: what is asked of a server about a client, and how a trial answers.
 *
 * Whether a client can send is several questions, since some clients lose only the second message
 * of a session, or all recipients of a message because of one. An experiment asks one of them, the
 * same in each of its trials; how a trial failed is shown and never searched for.
 */
#ifndef CHECK_QUESTION_H
#define CHECK_QUESTION_H

#include "ground.h"

enum question {
	QUESTION_MESSAGE,	    /* is a message taken? */
	QUESTION_SECOND_MESSAGE,    /* and another one behind it? */
	QUESTION_REFUSED_RECIPIENT, /* the good recipient of a message beside a bad one? */
	QUESTION_DUPLICATE,	    /* does everybody get it once? */
	QUESTION_COUNT
};
/* "message", "second-message", …; lent for ever. */
const char *question_name(enum question question);
/* What a trial has to send for this question; the client, deliver and seed are left to the caller.
 */
struct trial_wish question_wish(enum question question);
/* The question cannot be answered without a message that is delivered. */
bool question_needs_delivery(enum question question);

enum trial_end {
	TRIAL_SENDS,
	TRIAL_FAILS,
	/*
	 * As somebody is met who came too often, or is not wanted now: no connection, an end before
	 * the client said a word, 421, 4.7.x. The next trial tells whether it was this client
	 * alone.
	 */
	TRIAL_TURNED_AWAY
};

/* `sentence` (or NULL) gets the outcome: "refused at recipient: 535 …". */
enum trial_end question_answer(
	enum question question, const struct trial *trial, struct sentence *sentence);

#endif

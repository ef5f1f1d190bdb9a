/*
 * failure: struct msub_failure with memory of its own.
 *
 * What it says in numbers is always kept; texts are left out where memory does not suffice, so
 * that a result stays true whatever happens.
 */
#ifndef SESSION_FAILURE_H
#define SESSION_FAILURE_H

#include "msub.h"
#include "reply.h"

struct failure {
	enum msub_error error;
	enum msub_phase phase;
	enum msub_retry retry;
	int code;
	int enhanced[3];
	char *reply_text; /* owned; NULL: none */
	char *text;	  /* owned; NULL: none */
};

/* What a failure is made of; reply and text may be NULL. Borrowed during the call. */
struct cause {
	enum msub_error error;
	enum msub_phase phase;
	enum msub_retry retry;
	const struct reply *reply;
	const char *text;
};

/* Sets, forgetting what was there. */
void failure_set(struct failure *failure, const struct memory *memory, const struct cause *cause);
void failure_copy(struct failure *to, const struct memory *memory, const struct failure *from);
void failure_free(struct failure *failure, const struct memory *memory);
/* A lent view. */
struct msub_failure failure_view(const struct failure *failure);
/* The retry that a refusal of this class (4 or 5) deserves. */
enum msub_retry failure_retry_of(const struct reply *reply);

#endif

/*
 * post: libmsub's sender with messages "m1", "m2", ..., sent to the forgetful server.
 */
#ifndef SUPPORT_POST_H
#define SUPPORT_POST_H

#include "check.h"
#include "failing_memory.h"
#include "forgetful.h"

enum { POST_MAX = 24 };

struct post {
	struct msub_settings settings; /* changed before post_begin() */
	struct msub_memory memory;
	struct failing_memory failing;
	struct msub_sender *sender;
	struct msub_message *messages[POST_MAX];
	char contents[POST_MAX][64];
	size_t count;
	struct forgetful_result result;
	bool made; /* memory sufficed so far */
};

void post_init(struct post *post);
void post_begin(struct post *post);
/* Adds a message to the recipients up to NULL. */
void post_add(struct post *post, const char *const *recipients);
/* Adds so many messages to good@example.net. */
void post_add_good(struct post *post, size_t count);
/* What every run must hold: results are true, nobody has two copies, no rule is broken. */
void post_check(const struct post *post);
/* Recipients that were accepted, over all messages. */
size_t post_delivered(const struct post *post);
/* Frees everything and checks that nothing is left. */
void post_free(struct post *post);

extern const char *const post_seven[]; /* seven recipients */

#endif

/* answer: what became of a mail, as the reply to its end of data. */
#ifndef TOOLS_MSUB_ANSWER_H
#define TOOLS_MSUB_ANSWER_H

#include "msub_mail.h"
#include "msub_serving.h"

/* `trouble`: that of the delivery as a whole. */
void answer_make(
	const struct mail *mail, const struct trouble *trouble, struct serving_reply *reply);
/* An address that the library does not take; `role` is 7 for a sender, 3 for a recipient. */
void answer_address(enum msub_error error, int role, struct serving_reply *reply);

#endif

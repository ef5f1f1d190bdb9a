/*
 * cures: what is known to help against a cause (advice.h), asked with all that was seen: the
 * settings that are the cause, where the client failed and at which reply, and what the server
 * said of itself.
 */
#ifndef CHECK_CURES_H
#define CHECK_CURES_H

#include "advice.h"
#include "cause.h"

/* Texts of the transcript, escaped: the greeting; EHLO's lines, and those of all others, \n
 * between. */
void cures_read_server(const struct transcript *transcript, struct buffer *greeting,
	struct buffer *ehlo, struct buffer *replies);
/* Against all causes that were found, each item once, at most `room`; lent by the book. */
size_t cures_for(const struct advice_book *book, const struct cause *cause,
	const struct profile *client, struct advice *answers, size_t room);

#endif

/* shape: the facts that a command's own octets show. */
#ifndef REFEREE_SHAPE_H
#define REFEREE_SHAPE_H

#include "capabilities.h"
#include "chunk_line.h"
#include "facts.h"
#include "transcript.h"

struct shape {
	enum moment moment; /* what the command is */
	uint64_t facts;
	struct octets argument;	 /* mechanism of AUTH, path of RCPT; lent from the line */
	struct chunk_line chunk; /* of BDAT */
	bool lmtp;		 /* the hello is LHLO */
};

/* A client's line outside a message. */
struct shape shape_of_command(
	const struct transcript_event *line, struct capabilities *capabilities);
/* Facts that any line may show: its end, its octets. */
uint64_t shape_of_octets(const struct transcript_event *line);

#endif

/*
 * transfer: the message on its way: line ends, dots, writes, and the line with the final dot.
 *
 * The content is lent by the outbox; one write at a time is made from it, of at most
 * TRANSFER_WRITE_LEN octets of content (a longer line is cut, where the body goes line by line).
 */
#ifndef PHONE_TRANSFER_H
#define PHONE_TRANSFER_H

#include "client_profile.h"
#include "writes.h"

enum { TRANSFER_WRITE_LEN = 4096 };

struct transfer {
	const struct client_profile *profile;
	struct octets content;
	size_t position;
	size_t break_at; /* SIZE_MAX: never */
	bool in_line;	 /* the last octet made was not a line end */
	bool first_line;
	bool dot; /* the dot line was made */
};

/* What became of the body. */
enum transfer_state {
	TRANSFER_GOING,
	TRANSFER_DONE,	/* all but the dot line is made, or that as well: see `dot` */
	TRANSFER_BROKEN /* break_at was reached */
};

/* `break_at` counts octets of the content; 0: never. */
void transfer_init(struct transfer *transfer, const struct client_profile *profile,
	struct octets content, size_t break_at);
/* Makes the next write. Not called again once it has said anything but TRANSFER_GOING. */
enum transfer_state transfer_make(struct transfer *transfer, struct writes *writes);
/* Appends the dot line as a write of its own, unless it was joined to the body. */
void transfer_make_dot(struct transfer *transfer, struct writes *writes);
/* What SIZE= says (RFC 1870): octets on the wire, without doubled dots and the dot line. */
uint64_t transfer_size(const struct client_profile *profile, struct octets content);

#endif

/*
 * transfer: the message on its way: line ends, dots, writes, and the line with the final dot.
 *
 * The content is lent by the outbox; one write at a time is made from it. Two kinds of content
 * are told apart:
 *
 * *Given*: somebody's file. Its line ends are repaired as the profile says, and a write is of at
 * most TRANSFER_WRITE_LEN octets of content, or a line of it (a longer line is cut).
 *
 * *Composed*: made by the generator, which says where each of its lines ends (`ends`). Where the
 * body goes line by line such a line is a write, whole, even if it holds several lines of base64
 * or a raw slice of a file; a dot that a profile doubles per write is doubled at its front only.
 * What the generator wrote is not repaired: a slice may hold a bare LF.
 */
#ifndef PHONE_TRANSFER_H
#define PHONE_TRANSFER_H

#include "client_profile.h"
#include "writes.h"

enum { TRANSFER_WRITE_LEN = 4096 };

struct transfer {
	const struct client_profile *profile;
	struct octets content;
	struct octets ends; /* size_t each: where a line of the generator ends; .at NULL: given */
	size_t line;	    /* the one in hand */
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

/*
 * `break_at` counts octets of the content; 0: never. Where the body goes line by line it moves back
 * to the end of a line: of the generator's where the content was composed.
 */
void transfer_init(struct transfer *transfer, const struct client_profile *profile,
	struct octets content, struct octets ends, size_t break_at);
/* Makes the next write. Not called again once it has said anything but TRANSFER_GOING. */
enum transfer_state transfer_make(struct transfer *transfer, struct writes *writes);
/* Appends the dot line as a write of its own, unless it was joined to the body. */
void transfer_make_dot(struct transfer *transfer, struct writes *writes);
/* What SIZE= says (RFC 1870): octets on the wire, without doubled dots and the dot line. */
uint64_t transfer_size(const struct client_profile *profile, struct octets content, bool composed);

#endif

/*
 * chunk_line: BDAT (RFC 3030 2), and how many of the octets behind it are its chunk.
 *
 * A transcript is made of lines, and a chunk is recorded as lines too: its octets cut behind each
 * LF and where the chunk ends. The line ends are kept, so that whoever reads the lines can count
 * the octets, and needs no mark for where a chunk is over.
 */
#ifndef REFEREE_CHUNK_LINE_H
#define REFEREE_CHUNK_LINE_H

#include "transcript.h"

struct chunk_line {
	bool has_size; /* what follows the verb is as it should be */
	uint64_t size;
	bool last;
};

/* False: the line is no BDAT. */
bool chunk_line_read(struct octets line, struct chunk_line *chunk);
/* How many octets passed for this line, its end included. */
uint64_t chunk_line_octets(const struct transcript_event *line);

#endif

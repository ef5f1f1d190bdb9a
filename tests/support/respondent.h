/*
 * respondent: a server in memory that answers a client player by a list, and writes down all that
 * could be seen of the client: writes, handshakes, ends, and the time of each.
 *
 * It expects nothing, so it can be asked whether two clients differ at all. A rule is what a line
 * begins with and what is answered, both without CR LF; the first that fits is taken, the usual
 * answer where none does. "\n" in an answer stands for the end of a line, "\v" for a bare LF.
 * Answers that begin with '!' are events: "!lost" and "!silence". The greeting answers the line
 * "GREETING", the connection "CONNECT" ("!refused", "!silence", or the client's address), the
 * handshake "TLS"
 * ("!fails", "!silence"), the final dot ".". "BODY" with "!silence": the body is not read. A line
 * that begins with "TLS " fits the rest of it inside TLS.
 */
#ifndef SUPPORT_RESPONDENT_H
#define SUPPORT_RESPONDENT_H

#include "octets.h"
#include "player.h"

struct respondent_rule {
	const char *line, *answer;
};

/* Appends what was seen; `rules` end with a line of NULL. Ends when the client ends or hangs. */
void respondent_play(
	struct player *player, const struct respondent_rule *rules, struct buffer *seen);

#endif

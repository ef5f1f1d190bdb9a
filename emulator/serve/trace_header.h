/* trace_header: the lines that a server puts in front of a message it delivers (RFC 5321 4.4). */
#ifndef SERVE_TRACE_HEADER_H
#define SERVE_TRACE_HEADER_H

#include "player.h"

/*
 * Appends Return-Path:, a Delivered-To: per recipient and Received:. `line_end` is the message's
 * own, "\r\n" or "\n". What a client sent is put in a form that cannot make further lines.
 * False: no memory.
 */
bool trace_header_write(struct buffer *out, const struct player_mail *mail, const char *host,
	const char *id, uint64_t unix_time, const char *line_end);
/* The word after "with": SMTP, ESMTP, ESMTPS, ESMTPA, ESMTPSA (RFC 3848). */
const char *trace_header_with(const struct player_mail *mail);

#endif

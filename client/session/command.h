/*
 * command: everything that the client can say.
 *
 * One row per command is all there is: what is not in the list cannot leave. An argument that
 * holds CR, LF or NUL, and a line that is too long, are refused before anything is written.
 * The longest line counts its CR LF: 512 octets (RFC 5321 4.5.3.1.4), more where an
 * extension allows it (for MAIL SIZE 26, BODY 17, SMTPUTF8 10, DSN 115, DELIVERBY 17,
 * FUTURERELEASE 34, MT-PRIORITY 15, REQUIRETLS 11, AUTH 500; for RCPT DSN 528), and 12288
 * with its CR LF for an answer of AUTH (RFC 4954 4).
 */
#ifndef SESSION_COMMAND_H
#define SESSION_COMMAND_H

#include "octets.h"

#define COMMANDS(X)                                                                                \
	X(EHLO, "EHLO ", 512)                                                                      \
	X(HELO, "HELO ", 512)                                                                      \
	X(LHLO, "LHLO ", 512)                                                                      \
	X(STARTTLS, "STARTTLS", 512)                                                               \
	X(AUTH, "AUTH ", 512)                                                                      \
	X(ANSWER, "", 12288)                                                                       \
	X(MAIL, "MAIL FROM:", 1257)                                                                \
	X(RECIPIENT, "RCPT TO:", 1040)                                                             \
	X(DATA, "DATA", 512)                                                                       \
	X(CHUNK, "BDAT ", 512)                                                                     \
	X(NOOP, "NOOP", 512)                                                                       \
	X(QUIT, "QUIT", 512)

enum command {
#define COMMAND_ENUM(name, text, max) COMMAND_##name,
	COMMANDS(COMMAND_ENUM)
#undef COMMAND_ENUM
		COMMAND_COUNT
};

/* What a command begins with; lent for ever. */
const char *command_text(enum command command);
/*
 * Appends the command, its argument as it is, and CR LF. False, with nothing appended, where the
 * argument may not be said; false and buffer_failed() where the memory did not suffice.
 */
bool command_write(struct buffer *out, enum command command, struct octets argument);
/*
 * The same in two steps, for an argument that is appended in between: command_begin() returns
 * where the line starts, command_end() looks at all of it; on false the line is gone again.
 */
size_t command_begin(struct buffer *out, enum command command);
bool command_end(struct buffer *out, enum command command, size_t start);

#endif

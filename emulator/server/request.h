/*
 * request: one command line, taken apart.
 *
 * The parser is tolerant and never fails: whatever is said becomes a verb (or SERVER_UNKNOWN),
 * its parts, and a set of facts, each a condition that a profile may refuse. It knows nothing of
 * the session and decides nothing. Everything in a request is lent by the line.
 */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include "server_conditions.h"
#include "server_profile.h"

/* Parameters of MAIL and RCPT that were seen. */
enum {
	REQUEST_SIZE = 1 << 0,
	REQUEST_BODY = 1 << 1,
	REQUEST_BINARY = 1 << 2, /* BODY=BINARYMIME, besides REQUEST_BODY */
	REQUEST_UTF8 = 1 << 3,
	REQUEST_RET = 1 << 4,
	REQUEST_ENVID = 1 << 5,
	REQUEST_NOTIFY = 1 << 6,
	REQUEST_ORCPT = 1 << 7,
	REQUEST_BY = 1 << 8,
	REQUEST_HOLD = 1 << 9, /* HOLDFOR or HOLDUNTIL: not both */
	REQUEST_PRIORITY = 1 << 10,
	REQUEST_REQUIRE_TLS = 1 << 11,
	REQUEST_AUTH = 1 << 12,
	REQUEST_UNKNOWN = 1 << 13 /* another one, one said twice, or one with a bad value */
};

struct request {
	enum server_verb verb;
	bool extended;		 /* EHLO, not HELO */
	struct octets word;	 /* the verb as it was said */
	struct octets argument;	 /* what follows it, without blanks at the ends */
	struct octets path;	 /* MAIL, RCPT: the address without brackets and route */
	unsigned int parameters; /* REQUEST_... */
	uint64_t size;		 /* of SIZE=, or of the chunk behind BDAT */
	uint64_t by_s, hold_s;	 /* of BY=n;R and HOLDFOR=, in seconds; 0: not said */
	bool last;		 /* BDAT: the last chunk */
	bool international;	 /* the path is one only where SMTPUTF8 was said */
	struct octets mechanism, initial;
	bool has_initial; /* AUTH: an initial response; "=" is an empty one */
	uint64_t facts;	  /* 1 << enum server_condition */
};

/* `line` is without its line end. */
void request_read(struct request *request, struct octets line);
/* True where the first word of the line is a verb of SMTP. */
bool request_is_command(struct octets line);

#endif

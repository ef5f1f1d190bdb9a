/* envelope: the transaction in hand, RFC 5321 3.3. */
#ifndef SERVER_ENVELOPE_H
#define SERVER_ENVELOPE_H

#include "octets.h"

/* Whatever a profile says, so that memory is bounded. */
enum { ENVELOPE_MAX_RECIPIENTS = 10000 };

struct envelope {
	const struct memory *memory; /* borrowed */
	bool open;		     /* MAIL was accepted, and nothing has ended it yet */
	bool utf8;		     /* SMTPUTF8 was said (RFC 6531) */
	bool binary;		     /* BODY=BINARYMIME was said: no DATA (RFC 3030 3) */
	struct octets sender;	     /* owned */
	struct octets *recipients;   /* owned, each of them too */
	size_t count, room;
};

void envelope_begin(struct envelope *envelope, const struct memory *memory);
/* Forgets the transaction and frees what it held. */
void envelope_clear(struct envelope *envelope);
/* Opens a transaction, in place of an open one; the address is copied. False: no memory. */
bool envelope_open(struct envelope *envelope, struct octets sender);
/* The address is copied. False: no memory, or more than ENVELOPE_MAX_RECIPIENTS. */
bool envelope_add(struct envelope *envelope, struct octets recipient);
bool envelope_has(const struct envelope *envelope, struct octets recipient);

#endif

/* capabilities: what the server's EHLO reply offered, as the referee read it. */
#ifndef REFEREE_CAPABILITIES_H
#define REFEREE_CAPABILITIES_H

#include "octets.h"

enum {
	OFFER_PIPELINING = 1 << 0,
	OFFER_STARTTLS = 1 << 1,
	OFFER_SIZE = 1 << 2,
	OFFER_8BITMIME = 1 << 3,
	OFFER_SMTPUTF8 = 1 << 4,
	OFFER_DSN = 1 << 5,
	OFFER_AUTH = 1 << 6,
	OFFER_CHUNKING = 1 << 7,
	OFFER_BINARYMIME = 1 << 8,
	OFFER_DELIVERBY = 1 << 9,
	OFFER_FUTURERELEASE = 1 << 10,
	OFFER_PRIORITY = 1 << 11,
	OFFER_REQUIRETLS = 1 << 12,
	OFFER_OTHER =
		1 << 13 /* one of the others that bring parameters: whose is whose is not told */
};

struct capabilities {
	unsigned int offers;
	uint64_t size_limit;	  /* 0: none */
	struct buffer mechanisms; /* " PLAIN LOGIN ", in upper case */
};

void capabilities_init(struct capabilities *capabilities, const struct memory *memory);
void capabilities_free(struct capabilities *capabilities);
void capabilities_forget(struct capabilities *capabilities);
/* One line of a 250 reply to EHLO, code and separator included; the first line offers nothing. */
void capabilities_learn(struct capabilities *capabilities, struct octets line);
bool capabilities_has_mechanism(struct capabilities *capabilities, struct octets mechanism);

#endif

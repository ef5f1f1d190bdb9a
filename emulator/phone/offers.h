/* offers: what a client believes a server to offer, read the way its profile reads. */
#ifndef PHONE_OFFERS_H
#define PHONE_OFFERS_H

#include "client_profile.h"

enum { OFFERS_MAX_MECHANISMS = 32 }; /* of auth.mechanisms; further ones are never offered */

struct offers {
	bool starttls, pipelining, eight_bit, utf8;
	bool auth;	     /* a line about AUTH was found */
	uint32_t mechanisms; /* bit n: the n-th of auth.mechanisms */
	bool size;
	uint64_t size_limit; /* 0: none */
};

/* One line of the reply to EHLO, code and all; `first` is the one that names the server. */
void offers_read(struct offers *offers, const struct client_profile *profile, struct octets line,
	bool first);

#endif

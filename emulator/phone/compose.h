/*
 * compose: a simple message in the handwriting of a profile: header lines in its order, one text
 * part in its encoding.
 *
 * A header line whose variable is absent is left out, one whose variable is empty stays
 * ("Subject: "). Whatever is not ASCII in the subject or a name leaves as encoded words
 * (RFC 2047), so that no octet beyond ASCII stands in a header unless an address holds it.
 */
#ifndef PHONE_COMPOSE_H
#define PHONE_COMPOSE_H

#include "client_profile.h"
#include "random.h"

struct compose {
	const struct message_keys *keys;
	struct octets sender, from_name, reply_to; /* reply_to empty: absent */
	const struct octets *to, *cc;		   /* none: the line is absent */
	size_t to_count, cc_count;
	struct octets bcc;		    /* empty: absent */
	struct octets subject, body;	    /* UTF-8 */
	struct octets host, device, server; /* of the Message-ID */
	uint64_t unix_time;
	int zone_minutes;
};

/* Appends the whole message, with CR LF throughout. `random` is drawn from for the Message-ID. */
bool compose_message(struct buffer *out, const struct compose *compose, struct random *random);

#endif

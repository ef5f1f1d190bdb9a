/*
 * capability: what a server offers in its reply to EHLO (RFC 5321 4.1.1.1).
 *
 * Only what the client uses is kept; everything else is skipped. Keywords are compared without
 * case, "AUTH=" is read like "AUTH " (some servers say only the old form), and a keyword said
 * twice adds up. What was offered before STARTTLS is forgotten after it (RFC 3207 4.2).
 */
#ifndef SESSION_CAPABILITY_H
#define SESSION_CAPABILITY_H

#include "reply.h"

struct capability {
	bool pipelining;	  /* RFC 2920 */
	bool eight_bit_mime;	  /* RFC 6152 */
	bool starttls;		  /* RFC 3207 */
	bool auth;		  /* RFC 4954, whatever the mechanisms */
	bool size;		  /* RFC 1870 */
	uint64_t size_limit;	  /* octets per message; 0: no limit known */
	uint64_t recipient_limit; /* RFC 9422 RCPTMAX, per transaction; 0: no limit known */
	uint64_t mail_limit;	 /* RFC 9422 MAILMAX, transactions per session; 0: no limit known */
	unsigned int mechanisms; /* bit n: number n of the list of mechanism.h */
};

/* Reads a 2yz reply to EHLO; its first line is the server's name and offers nothing. */
void capability_read(struct capability *capability, const struct reply *reply);

#endif

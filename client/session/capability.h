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

enum { CAPABILITY_PROFILE_MAX = 20 }; /* the longest registered name has 10 octets */

struct capability {
	bool pipelining;	 /* RFC 2920 */
	bool eight_bit_mime;	 /* RFC 6152 */
	bool chunking;		 /* RFC 3030 */
	bool binary_mime;	 /* RFC 3030; only ever together with chunking */
	bool utf8;		 /* RFC 6531, SMTPUTF8 */
	bool dsn;		 /* RFC 3461 */
	bool enhanced_codes;	 /* RFC 2034 */
	bool require_tls;	 /* RFC 8689 */
	bool starttls;		 /* RFC 3207 */
	bool auth;		 /* RFC 4954, whatever the mechanisms */
	bool size;		 /* RFC 1870 */
	uint64_t size_limit;	 /* octets per message; 0: no limit known */
	bool deliver_by;	 /* RFC 2852 */
	uint64_t deliver_by_min; /* seconds that BY= must give where a late message comes back */
	bool future_release;	 /* RFC 4865 */
	uint64_t hold_max;	 /* seconds that a message is held at most; 0: not known */
	int64_t hold_until_max;	 /* the latest point in time, as of moment.h; 0: not known */
	bool priority;		 /* RFC 6710, MT-PRIORITY */
	char priority_profile[CAPABILITY_PROFILE_MAX +
			      1]; /* "STANAG4406"; "" where none is named */
	uint64_t recipient_limit; /* RFC 9422 RCPTMAX, per transaction; 0: no limit known */
	uint64_t domain_limit; /* RFC 9422 RCPTDOMAINMAX, domains per transaction; 0: none known */
	uint64_t mail_limit;   /* RFC 9422 MAILMAX, transactions per session; 0: none known */
	unsigned int mechanisms; /* bit n: number n of the list of mechanism.h */
};

/* Reads a 2yz reply to EHLO; its first line is the server's name and offers nothing. */
void capability_read(struct capability *capability, const struct reply *reply);

#endif

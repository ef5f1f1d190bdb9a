/*
 * wishes: what a message asks of the server beside its delivery, as parameters of MAIL and RCPT.
 *
 * Values are checked where they come in, and written down there, as the octets that will be said:
 * a session that sends the message has only to ask what is offered, and to append. One wish is
 * one extension; what belongs to the same extension is one text.
 */
#ifndef SESSION_WISHES_H
#define SESSION_WISHES_H

#include "msub.h"
#include "octets.h"

enum wish {
	WISH_REPORT,	     /* RET, ENVID; NOTIFY and ORCPT of recipients: DSN (RFC 3461) */
	WISH_DELIVER_BY,     /* RFC 2852 */
	WISH_FUTURE_RELEASE, /* RFC 4865 */
	WISH_PRIORITY,	     /* RFC 6710 */
	WISH_REQUIRE_TLS,    /* RFC 8689 */
	WISH_SUBMITTER,	     /* AUTH= (RFC 4954 5) */
	WISH_COUNT
};

struct wishes {
	char *text[WISH_COUNT]; /* owned: " RET=HDRS ENVID=QQ31"; NULL: not asked */
	uint64_t by_s;		/* what BY= gives where a late message comes back; 0: not asked */
	uint64_t hold_s;	/* what HOLDFOR says; 0: not asked */
	int64_t hold_until;	/* what HOLDUNTIL says, as of moment.h; 0: not asked */
	bool binary;		/* BODY=BINARYMIME (RFC 3030 3) */
	bool any;		/* anything of the above */
	bool if_offered;	/* what is not offered may be left out, where that does no harm */
};

/*
 * Checks and writes down; NULL asks for nothing. MSUB_OK; MSUB_SETTINGS for a value that cannot
 * be said; MSUB_ADDRESS, MSUB_ADDRESS_NOT_ASCII for the submitter; MSUB_MEMORY. Without MSUB_OK
 * there is nothing to free.
 */
enum msub_error wishes_make(struct wishes *wishes, const struct memory *memory,
	const struct msub_message_options *options);
void wishes_free(struct wishes *wishes, const struct memory *memory);
/* The same for a recipient: *text is " NOTIFY=NEVER", owned by the caller, or NULL. */
enum msub_error wishes_of_recipient(
	char **text, const struct memory *memory, const struct msub_recipient_options *options);

#endif

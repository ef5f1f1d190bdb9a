/*
 * fixes: what is changed in a message's header, as msmtp changes it, and nothing else.
 *
 * A From, Date or Message-ID field that is missing is put in front of the header, Bcc fields are
 * taken out, and To, Cc and Bcc may be replaced by "To: undisclosed-recipients:;". Every other
 * octet stays, so that signatures hold.
 */
#ifndef TOOLS_MSUB_FIXES_H
#define TOOLS_MSUB_FIXES_H

#include "msub_account.h"
#include "msub_headers.h"

struct fixes {
	const char *sender;    /* of the envelope; "" has no From field */
	const char *full_name; /* NULL: none. UTF-8 */
	int from;	       /* FROM_ALWAYS, FROM_AUTO, FROM_OFF */
	bool date, message_id; /* where they are missing */
	bool remove_bcc, undisclosed;
};

/* What an account asks for; its texts and the sender are borrowed. */
struct fixes fixes_of(const struct account *account, const char *sender);
/*
 * The fields that are missing or replaced, as the text to stand in front; made once for a message,
 * since it holds a date and a chance. The caller frees it; NULL: no memory.
 */
char *fixes_front(const struct fixes *fixes, const struct headers *headers);

/* Fields that are left out; a set. */
enum { FIXES_NO_BCC = 1 << 0, FIXES_NO_TO_CC = 1 << 1, FIXES_NO_FROM = 1 << 2 };
unsigned int fixes_left_out(const struct fixes *fixes);
/* The header behind its new front, *len octets, the caller's to free; NULL: no memory. */
char *fixes_apply(
	const char *front, unsigned int left_out, const struct headers *headers, size_t *len);
/* As a display name: "Ann", "\"Ann, B.\"", "=?UTF-8?Q?...?="; the caller frees it. */
char *fixes_display_name(const char *name);

#endif

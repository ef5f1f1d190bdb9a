/*
 * wishes: what a program that speaks SMTP to us asks about delivery reports (RFC 3461), for a
 * message and for each of its recipients.
 */
#ifndef TOOLS_MSUB_WISHES_H
#define TOOLS_MSUB_WISHES_H

#include <stdbool.h>
#include <stddef.h>

#include "msub.h"

/* Which reports are asked for (RFC 3461); zeros ask for none. */
struct mail_reports {
	unsigned int notify; /* of each recipient: a set of MSUB_NOTIFY_ */
	enum msub_return returns;
	const char *envelope_id; /* borrowed; NULL: none */
	bool if_offered;	 /* left out where the server does not offer them */
};

struct wish {
	char *address;			/* whose it is */
	char *original, *original_type; /* NULL: unsaid */
	unsigned int notify;
};

struct wishes {
	enum msub_return returns;
	char *envelope_id; /* NULL: unsaid */
	struct wish *items;
	size_t count;
};

/* Adds a recipient's own; ORCPT is as it was said, "rfc822;" and xtext, or NULL. */
enum msub_error wishes_add(
	struct wishes *wishes, const char *address, unsigned int notify, const char *orcpt);
/* Decodes xtext (RFC 3461 4) into a text that the caller frees. NULL: none such, or no memory. */
char *wishes_xtext(const char *text);
/*
 * What the library is told of a recipient, lent; `notify`: where it has no wish of its own. The
 * wishes may be NULL.
 */
struct msub_recipient_options wishes_find(
	const struct wishes *wishes, const char *address, unsigned int notify);
void wishes_forget(struct wishes *wishes);

#endif

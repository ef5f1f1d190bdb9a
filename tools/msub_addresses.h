/*
 * addresses: an address list (RFC 5322 3.4, and the obsolete forms of section 4.4) as the
 * addresses that are in it.
 *
 *     Ann <ann@example.org>, "b c"@example.org (home), team: dan@example.org, eve@[192.0.2.7];
 *
 * gives ann@example.org, "b c"@example.org, dan@example.org and eve@[192.0.2.7]. Names, comments,
 * groups and routes are left out; blanks and line folds inside an address as well. What cannot be
 * read without guessing ("bad address", "<a@b") is an error, never a guess. A name without a domain
 * is an address; whether it can be sent is for the library and the server to say.
 */
#ifndef TOOLS_MSUB_ADDRESSES_H
#define TOOLS_MSUB_ADDRESSES_H

#include <stddef.h>

struct addresses {
	char **items;
	size_t count;
};

enum addresses_result { ADDRESSES_TAKEN, ADDRESSES_MALFORMED, ADDRESSES_NO_MEMORY };

/* Adds all addresses of the text, copied; after a failure some of them may have been added. */
enum addresses_result addresses_add(struct addresses *addresses, const char *text, size_t len);
/* Frees the addresses, and leaves an empty list. */
void addresses_free(struct addresses *addresses);

#endif

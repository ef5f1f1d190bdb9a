/*
 * moment: points in time as RFC 3339 writes them, "2026-12-31T23:59:59Z".
 *
 * Only to be compared with each other: the client has no clock of the day, and the server that
 * is given such a date has to read it anyway.
 */
#ifndef SESSION_MOMENT_H
#define SESSION_MOMENT_H

#include "octets.h"

enum { MOMENT_TEXT_MAX = 36 }; /* with a fraction of ten digits and an offset */

/* Seconds since 1 January 1970, UTC; false where the text is no date-time of RFC 3339 5.6. */
bool moment_read(struct octets text, int64_t *seconds);

#endif

/* date: the few specifiers of strftime() that mail needs, in English, without a locale. */
#ifndef MESSAGE_DATE_H
#define MESSAGE_DATE_H

#include "octets.h"

/*
 * Appends `format` with %a %d %e %b %Y %H %M %S %z and %% filled in; any other octet, and any
 * other specifier, stays as it is. The time is UTC, shown in a zone that many minutes east.
 */
bool date_append(struct buffer *out, struct octets format, uint64_t unix_time, int zone_minutes);

#endif

/* moment: a time as people write it down, and the zone of this machine. */
#ifndef TOOLS_HANDSET_MOMENT_H
#define TOOLS_HANDSET_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * "2007-08-16T14:04:16+02:00" (also with a blank for the T, with Z, and without a zone: then it is
 * UTC), or seconds since 1970, UTC. False: neither, or before 1970.
 */
bool moment_parse(const char *text, uint64_t *unix_time, int *zone_minutes);
/* Minutes east of Greenwich, here and then. */
int moment_zone(uint64_t unix_time);

/* Is it a date as moment_parse() takes it, of a day that no calendar has? */
bool moment_is_no_day(const char *text);

#endif

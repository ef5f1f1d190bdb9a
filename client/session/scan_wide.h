/* scan_wide: scan.c's loop for vectors of 32 octets. Where SCAN_WIDE is defined it was built. */
#ifndef SESSION_SCAN_WIDE_H
#define SESSION_SCAN_WIDE_H

#include "scan.h"

void scan_wide(struct octets in, struct scan *scan);

#endif

/* scan_wide: built with wider vectors, called only where the processor has them. */
#include "scan_wide.h"

#include "scan_blocks.h"

void scan_wide(struct octets in, struct scan *scan)
{
	scan_all(in, scan);
}

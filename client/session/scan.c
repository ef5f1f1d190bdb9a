/* scan: chooses the loop for the processor. */
#include "scan.h"

#include "scan_blocks.h"
#include "scan_wide.h"

void scan_octets(struct octets in, struct scan *scan)
{
#ifdef SCAN_WIDE
	if (__builtin_cpu_supports("avx2")) {
		scan_wide(in, scan);
		return;
	}
#endif
	scan_all(in, scan);
}

/*
 * base64: whatever is decoded encodes again to the very same octets (a strict reader takes only
 * what a writer writes), and whatever is refused leaves no trace.
 */
#include <stdlib.h>

#include "base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets input = octets_make(at, len);
	struct buffer plain, coded;
	buffer_init(&plain, &memory_standard, len + 1);
	buffer_init(&coded, &memory_standard, len + 8);
	if (!base64_decode(&plain, input)) {
		if (plain.len != 0)
			abort();
	} else if (!base64_encode(&coded, buffer_octets(&plain)) ||
		   !octets_equal(buffer_octets(&coded), input)) {
		abort();
	}
	buffer_free(&plain);
	buffer_free(&coded);
	return 0;
}

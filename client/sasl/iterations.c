/* iterations: looked at before anything is computed. */
#include "iterations.h"

bool iterations_are_bearable(struct octets message, uint64_t max)
{
	while (message.len > 0) {
		size_t len = octets_find(message, ',');
		struct octets attribute = octets_cut(message, len);
		uint64_t count;
		/* also one behind the first: nobody shall find another count than was looked at */
		if (octets_start_nocase(attribute, "i=") &&
			(!octets_number(octets_from(attribute, 2), &count) || count > max))
			return false;
		message = octets_from(message, len + 1);
	}
	return true;
}

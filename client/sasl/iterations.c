/* iterations: looked at before anything is computed. */
#include "iterations.h"

enum iterations iterations_judge(struct octets message, uint64_t min, uint64_t max)
{
	enum iterations verdict = ITERATIONS_FINE;
	while (message.len > 0) {
		size_t len = octets_find(message, ',');
		struct octets attribute = octets_cut(message, len);
		uint64_t count;
		message = octets_from(message, len + 1);
		/* also one behind the first: nobody shall find another count than was looked at */
		if (!octets_start_nocase(attribute, "i="))
			continue;
		if (!octets_number(octets_from(attribute, 2), &count) || count > max)
			return ITERATIONS_TOO_MANY;
		if (count < min)
			verdict = ITERATIONS_TOO_FEW;
	}
	return verdict;
}

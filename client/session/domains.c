/* domains: see the header. */
#include "domains.h"

bool domains_take(struct domains *domains, const struct address *address, uint64_t limit)
{
	if (limit == 0)
		return true;
	struct octets domain = address_domain_of(address);
	for (size_t i = 0; i < domains->count; i++) {
		if (octets_equal_nocase(domains->seen[i], domain))
			return true;
	}
	if (domains->count == DOMAINS_MAX || domains->count >= limit)
		return false;
	domains->seen[domains->count++] = domain;
	return true;
}

/* endpoint_order: the default policy table (RFC 6724 section 2.1), and who would be the source. */
#include "endpoint_order.h"

#include <string.h>

#include "tcp.h"

static const struct policy {
	uint8_t prefix[16];
	unsigned int bits, precedence, label;
} policies[] = {
	{{[15] = 1}, 128, 50, 0},		 /* ::1 */
	{{[10] = 0xFF, [11] = 0xFF}, 96, 35, 4}, /* ::ffff:0:0/96: IPv4 */
	{{0}, 96, 1, 3},			 /* ::/96: once "compatible" */
	{{0x20, 0x01, 0x00, 0x00}, 32, 5, 5},	 /* 2001::/32: Teredo */
	{{0x20, 0x02}, 16, 30, 2},		 /* 2002::/16: 6to4 */
	{{0x3F, 0xFE}, 16, 1, 12},		 /* 3ffe::/16: 6bone */
	{{0xFE, 0xC0}, 10, 1, 11},		 /* fec0::/10: site-local */
	{{0xFC}, 7, 3, 13},			 /* fc00::/7: unique local */
	{{0}, 0, 40, 1},			 /* ::/0 */
};

static bool matches(const uint8_t address[16], const struct policy *policy)
{
	unsigned int octets = policy->bits / 8, rest = policy->bits % 8;
	if (memcmp(address, policy->prefix, octets) != 0)
		return false;
	return rest == 0 || (address[octets] ^ policy->prefix[octets]) >> (8 - rest) == 0;
}

static const struct policy *policy_of(const struct endpoint *endpoint)
{
	uint8_t address[16] = {[10] = 0xFF, [11] = 0xFF};
	if (endpoint->address.any.sa_family == AF_INET6)
		memcpy(address, &endpoint->address.v6.sin6_addr, 16);
	else
		memcpy(address + 12, &endpoint->address.v4.sin_addr, 4);
	size_t i = 0;
	while (!matches(address, &policies[i]))
		i++; /* the last matches everything */
	return &policies[i];
}

unsigned int endpoint_precedence(const struct endpoint *endpoint)
{
	return policy_of(endpoint)->precedence;
}

/* The address that the system would connect from; connecting a UDP socket sends nothing. */
static bool find_source(const struct endpoint *to, struct endpoint *source)
{
	int descriptor = socket(to->address.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good = descriptor >= 0 && connect(descriptor, &to->address.any, to->len) == 0 &&
		    tcp_local(descriptor, source);
	tcp_close(descriptor);
	return good;
}

bool endpoint_is_better(const struct endpoint *a, const struct endpoint *b)
{
	struct endpoint from_a, from_b;
	bool reaches_a = find_source(a, &from_a), reaches_b = find_source(b, &from_b);
	if (reaches_a != reaches_b)
		return reaches_a;
	if (reaches_a) {
		bool fits_a = policy_of(a)->label == policy_of(&from_a)->label;
		bool fits_b = policy_of(b)->label == policy_of(&from_b)->label;
		if (fits_a != fits_b)
			return fits_a;
	}
	return endpoint_precedence(a) > endpoint_precedence(b);
}

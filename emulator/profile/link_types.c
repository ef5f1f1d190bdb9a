/* link_types: the types that only links have. */
#include "types.h"

/* "20 kbit/s" is 2500 octets in a second. */
static bool parse_rate(struct octets text, uint64_t *rate)
{
	size_t blank = octets_find(text, ' ');
	struct octets unit = octets_from(text, blank + 1);
	uint64_t number;
	if (!octets_number(octets_cut(text, blank), &number) || number == 0 || number > UINT32_MAX)
		return false;
	*rate = octets_equal(unit, octets_of("kbit/s")) ? number * 125 : number;
	return *rate > number || octets_equal(unit, octets_of("octets/s"));
}

static bool rate_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	uint64_t *rate = member;
	(void)match;
	*rate = 0;
	if (node->kind == NODE_TEXT &&
		(octets_equal(node->text, octets_of("none")) || parse_rate(node->text, rate)))
		return true;
	complain(conversion->complaints, node->place,
		"expected a rate such as 20 kbit/s, 2500 octets/s or none");
	return false;
}

const struct type type_rate = {"rate", sizeof(uint64_t), rate_read, NULL};

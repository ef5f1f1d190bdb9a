/* hello_name: facts about the name in EHLO and HELO, RFC 5321 2.3.5, 4.1.1.1 and 4.1.3. */
#include "hello_name.h"

#include "mailbox.h"
#include "server_conditions.h"

static uint64_t bit(enum server_condition condition)
{
	return UINT64_C(1) << condition;
}

uint64_t hello_name_conditions(void)
{
	return bit(CONDITION_NO_NAME) | bit(CONDITION_UNDERSCORE) | bit(CONDITION_BLANK_INSIDE) |
	       bit(CONDITION_BAD_LITERAL) | bit(CONDITION_UNTAGGED_IPV6) | bit(CONDITION_TAG_CASE) |
	       bit(CONDITION_MAPPED_IPV4) | bit(CONDITION_BARE_ADDRESS) | bit(CONDITION_ONE_WORD) |
	       bit(CONDITION_LOCALHOST_NAME);
}

/* The address inside brackets and tag; the name itself where there are none. */
static struct octets inside(struct octets name)
{
	if (name.len >= 2 && name.at[0] == '[' && name.at[name.len - 1] == ']')
		name = octets_make(name.at + 1, name.len - 2);
	return octets_start_nocase(name, "IPv6:") ? octets_from(name, 5) : name;
}

static bool is_mapped(struct octets address)
{
	return octets_start_nocase(address, "::ffff:") && mailbox_is_ipv4(octets_from(address, 7));
}

static uint64_t literal_facts(struct octets name)
{
	uint64_t facts = 0;
	struct octets address = inside(name);
	bool tagged = address.len + 2 < name.len;
	if (!tagged && mailbox_is_ipv6(address))
		facts |= bit(CONDITION_UNTAGGED_IPV6);
	else if (!mailbox_is_literal(name))
		facts |= bit(CONDITION_BAD_LITERAL);
	if (tagged && !octets_equal(octets_cut(octets_from(name, 1), 5), octets_of("IPv6:")))
		facts |= bit(CONDITION_TAG_CASE);
	if (is_mapped(address))
		facts |= bit(CONDITION_MAPPED_IPV4);
	return facts;
}

static uint64_t word_facts(struct octets name)
{
	uint64_t facts = 0;
	struct octets address = inside(name);
	if (mailbox_is_ipv4(address) || mailbox_is_ipv6(address))
		facts |= bit(CONDITION_BARE_ADDRESS);
	else if (!octets_contain(name, "."))
		facts |= bit(CONDITION_ONE_WORD);
	if (is_mapped(address))
		facts |= bit(CONDITION_MAPPED_IPV4);
	if (octets_equal_nocase(name, octets_of("localhost")) ||
		octets_start_nocase(name, "localhost."))
		facts |= bit(CONDITION_LOCALHOST_NAME);
	return facts;
}

static bool has_blank_or_control(struct octets name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] <= ' ' || name.at[i] == 0x7f)
			return true;
	}
	return false;
}

uint64_t hello_name_facts(struct octets name)
{
	if (name.len == 0)
		return bit(CONDITION_NO_NAME);
	uint64_t facts = name.at[0] == '[' ? literal_facts(name) : word_facts(name);
	if (octets_contain(name, "_"))
		facts |= bit(CONDITION_UNDERSCORE);
	if (has_blank_or_control(name))
		facts |= bit(CONDITION_BLANK_INSIDE);
	return facts;
}

bool hello_name_is_of_another(struct octets name, struct octets remote_address)
{
	struct octets address = inside(name);
	if (!mailbox_is_ipv4(address) && !mailbox_is_ipv6(address))
		return false;
	remote_address = octets_cut(remote_address, octets_find(remote_address, '%'));
	return !octets_equal_nocase(address, remote_address);
}

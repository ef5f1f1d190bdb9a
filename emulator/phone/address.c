/* address: a check of the form, no more; whether anybody lives there is the server's to say. */
#include "address.h"

enum { MAX_LOCAL = 64, MAX_PATH = 254 }; /* RFC 5321 4.5.3.1 */

struct octets address_bare(struct octets typed)
{
	struct octets all = octets_trim(typed);
	size_t open = octets_find(all, '<');
	if (open < all.len && all.at[all.len - 1] == '>')
		return octets_trim(octets_make(all.at + open + 1, all.len - open - 2));
	return all;
}

static size_t at_sign(struct octets bare)
{
	size_t at = bare.len;
	while (at > 0 && bare.at[at - 1] != '@')
		at--;
	return at == 0 ? bare.len : at - 1;
}

struct octets address_local(struct octets bare)
{
	return octets_cut(bare, at_sign(bare));
}

struct octets address_domain(struct octets bare)
{
	return octets_from(bare, at_sign(bare) + 1);
}

static bool is_atom_octet(uint8_t octet, bool utf8)
{
	static const char special[] = "()<>[]:;@\\,.\"";
	if (octet >= 0x80)
		return utf8;
	return octet > ' ' && octet != 0x7f && !octets_contain(octets_make(&octet, 1), special);
}

/* Atoms with single dots between them. */
static bool is_dotted(struct octets text, bool utf8)
{
	bool after_atom = false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '.' && after_atom)
			after_atom = false;
		else if (is_atom_octet(text.at[i], utf8))
			after_atom = true;
		else
			return false;
	}
	return after_atom;
}

static bool is_quoted(struct octets text, bool utf8)
{
	if (text.len < 2 || text.at[0] != '"' || text.at[text.len - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < text.len; i++) {
		uint8_t octet = text.at[i];
		if (octet < ' ' || octet == 0x7f || octet == '"' || (octet >= 0x80 && !utf8))
			return false;
		if (octet == '\\' && ++i + 1 >= text.len)
			return false;
	}
	return true;
}

static bool is_literal(struct octets text)
{
	if (text.len < 3 || text.at[0] != '[' || text.at[text.len - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < text.len; i++) {
		if (text.at[i] <= ' ' || text.at[i] >= 0x7f || text.at[i] == '[' ||
			text.at[i] == ']')
			return false;
	}
	return true;
}

bool address_is_mailbox(struct octets bare, bool utf8)
{
	struct octets local = address_local(bare), domain = address_domain(bare);
	if (bare.len > MAX_PATH || local.len > MAX_LOCAL)
		return false;
	return (is_dotted(local, utf8) || is_quoted(local, utf8)) &&
	       (is_dotted(domain, utf8) || is_literal(domain));
}

/* address: a check of the form, no more; whether anybody lives there is the server's to say. */
#include "address.h"

#include "text.h"

enum { MAX_LOCAL = 64, MAX_PATH = 254 }; /* RFC 5321 4.5.3.1 */

/* Where the last bracket opens that closes at the end; all.len: there is none. */
static size_t bracket_of(struct octets all)
{
	size_t open = all.len;
	while (open > 0 && all.at[open - 1] != '<')
		open--;
	return open > 0 && all.at[all.len - 1] == '>' ? open - 1 : all.len;
}

struct octets address_name(struct octets typed)
{
	struct octets all = octets_trim(typed);
	size_t open = bracket_of(all);
	return open == all.len ? octets_make(NULL, 0) : octets_trim(octets_cut(all, open));
}

struct octets address_bare(struct octets typed)
{
	struct octets all = octets_trim(typed);
	size_t open = bracket_of(all);
	return open == all.len ? all
			       : octets_trim(octets_make(all.at + open + 1, all.len - open - 2));
}

/* The word round the first '@', up to blanks and what separates addresses. */
static struct octets word_with_at(struct octets all)
{
	static const char around[] = " \t<>()\",;:";
	size_t at = octets_find(all, '@'), start = at, end = at;
	if (at == all.len)
		return octets_make(NULL, 0);
	while (start > 0 && !octets_contain(octets_make(all.at + start - 1, 1), around))
		start--;
	while (end < all.len && !octets_contain(octets_make(all.at + end, 1), around))
		end++;
	return octets_make(all.at + start, end - start);
}

struct octets address_found(struct octets typed)
{
	size_t open = typed.len, close;
	while (open > 0 && typed.at[open - 1] != '<')
		open--;
	struct octets inside = octets_from(typed, open);
	close = octets_find(inside, '>');
	if (open > 0 && close > 0 && close < inside.len)
		return octets_cut(inside, close);
	struct octets word = word_with_at(typed);
	return word.len > 0 ? word : typed;
}

bool address_narrow(struct buffer *out, struct octets address)
{
	while (address.len > 0) {
		size_t len = text_utf8_len(address);
		uint32_t point = len > 0 ? text_utf8_point(address.at, len) : address.at[0];
		if (point > 0xffff) /* two units of UTF-16; of the first the low octet too */
			buffer_append_byte(out, (uint8_t)((point - 0x10000) >> 10 & 0xff));
		buffer_append_byte(out, (uint8_t)(point & 0xff));
		address = octets_from(address, len > 0 ? len : 1);
	}
	return !buffer_failed(out);
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

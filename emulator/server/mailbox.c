/* mailbox: address syntax, RFC 5321 4.1.2, 4.1.3 and 4.5.3.1. */
#include "mailbox.h"

#include <string.h>

#include "text.h"

enum { LOCAL_MAX = 64, DOMAIN_MAX = 255, LABEL_MAX = 63 };

static bool is_letter_or_digit(uint8_t octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
	       octet_is_digit(octet);
}

static bool is_hex(uint8_t octet)
{
	return octet_is_digit(octet) || (octet >= 'a' && octet <= 'f') ||
	       (octet >= 'A' && octet <= 'F');
}

static bool is_atom(uint8_t octet)
{
	return is_letter_or_digit(octet) ||
	       (octet != 0 && strchr("!#$%&'*+-/=?^_`{|}~", octet) != NULL);
}

/* Takes the part before `separator` off the front; false once nothing is left. */
static bool next_part(struct octets *rest, bool *more, uint8_t separator, struct octets *part)
{
	if (!*more)
		return false;
	*part = octets_cut(*rest, octets_find(*rest, separator));
	*more = part->len < rest->len;
	*rest = octets_from(*rest, part->len + 1);
	return true;
}

static bool all_octets(struct octets text, bool (*is)(uint8_t octet))
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is(text.at[i]))
			return false;
	}
	return text.len > 0;
}

bool mailbox_is_ipv4(struct octets text)
{
	struct octets part;
	bool more = true;
	unsigned int count = 0;
	while (next_part(&text, &more, '.', &part)) {
		uint64_t number;
		if (part.len > 3 || !octets_number(part, &number) || number > 255)
			return false;
		count++;
	}
	return count == 4;
}

/* The number of 16-bit groups, -1 where it is no list of groups. */
static int count_groups(struct octets text, bool may_end_in_ipv4)
{
	struct octets part;
	bool more = text.len > 0;
	int count = 0;
	while (next_part(&text, &more, ':', &part)) {
		if (!more && may_end_in_ipv4 && mailbox_is_ipv4(part))
			return count + 2;
		if (part.len > 4 || !all_octets(part, is_hex))
			return -1;
		count++;
	}
	return count;
}

static size_t find_gap(struct octets text)
{
	for (size_t i = 0; i + 1 < text.len; i++) {
		if (text.at[i] == ':' && text.at[i + 1] == ':')
			return i;
	}
	return text.len;
}

bool mailbox_is_ipv6(struct octets text)
{
	size_t gap = find_gap(text);
	if (gap == text.len)
		return count_groups(text, true) == 8;
	int before = count_groups(octets_cut(text, gap), false);
	int after = count_groups(octets_from(text, gap + 2), true);
	return before >= 0 && after >= 0 && before + after <= 7;
}

static bool is_inside_label(uint8_t octet)
{
	return is_letter_or_digit(octet) || octet == '-';
}

bool mailbox_is_domain(struct octets text)
{
	struct octets label;
	bool more = true;
	if (text.len > DOMAIN_MAX)
		return false;
	while (next_part(&text, &more, '.', &label)) {
		if (label.len > LABEL_MAX || !all_octets(label, is_inside_label) ||
			label.at[0] == '-' || label.at[label.len - 1] == '-')
			return false;
	}
	return true;
}

bool mailbox_is_literal(struct octets text)
{
	if (text.len < 2 || text.at[0] != '[' || text.at[text.len - 1] != ']')
		return false;
	text = octets_make(text.at + 1, text.len - 2);
	if (octets_start_nocase(text, "IPv6:"))
		return mailbox_is_ipv6(octets_from(text, 5));
	return mailbox_is_ipv4(text);
}

/* The length of a quoted string at the front, or 0 where it is not closed or holds controls. */
static size_t quoted_len(struct octets text)
{
	for (size_t i = 1; i < text.len; i++) {
		if (text.at[i] == '"')
			return i + 1;
		if (text.at[i] == '\\')
			i++;
		if (i >= text.len || text.at[i] < ' ' || text.at[i] > '~')
			return 0;
	}
	return 0;
}

size_t mailbox_local_len(struct octets text)
{
	size_t quoted = text.len > 0 && text.at[0] == '"' ? quoted_len(text) : 0;
	return quoted + octets_find(octets_from(text, quoted), '@');
}

bool mailbox_is_local(struct octets text)
{
	struct octets atom;
	bool more = true;
	if (text.len == 0 || text.len > LOCAL_MAX)
		return false;
	if (text.at[0] == '"')
		return quoted_len(text) == text.len;
	while (next_part(&text, &more, '.', &atom)) {
		if (!all_octets(atom, is_atom))
			return false;
	}
	return true;
}

/* Behind the local part stand '@' and what may stand behind it. */
static bool has_domain(struct octets text, size_t local)
{
	struct octets domain = octets_from(text, local + 1);
	return local < text.len && (mailbox_is_domain(domain) || mailbox_is_literal(domain));
}

bool mailbox_is_full(struct octets text)
{
	size_t local = mailbox_local_len(text);
	return has_domain(text, local) && mailbox_is_local(octets_cut(text, local));
}

bool mailbox_has_misplaced_dot(struct octets text)
{
	size_t len = mailbox_local_len(text);
	struct octets local = octets_cut(text, len), atom;
	bool more = len <= LOCAL_MAX && has_domain(text, len), misplaced = false, any = false;
	while (next_part(&local, &more, '.', &atom)) {
		misplaced |= atom.len == 0;
		any |= atom.len > 0;
		if (atom.len > 0 && !all_octets(atom, is_atom))
			return false;
	}
	return misplaced && any;
}

bool mailbox_is_international(struct octets text)
{
	uint8_t ascii[LOCAL_MAX + 1 + DOMAIN_MAX];
	bool eight_bit = false;
	if (text.len > sizeof ascii || !text_is_utf8(text))
		return false;
	/* UTF-8 is taken wherever a letter is: what is left to ask is asked of letters */
	for (size_t i = 0; i < text.len; i++) {
		eight_bit |= text.at[i] >= 0x80;
		ascii[i] = text.at[i] < 0x80 ? text.at[i] : 'x';
	}
	return eight_bit && mailbox_is_full(octets_make(ascii, text.len));
}

struct octets mailbox_after_route(struct octets path)
{
	struct octets route = octets_cut(path, octets_find(path, ':')), hop;
	struct octets rest = octets_from(path, route.len + 1);
	bool more = true;
	/* Nothing behind a route is not the null sender, and "a:b" is none. */
	if (rest.len == 0)
		return path;
	while (next_part(&route, &more, ',', &hop)) {
		if (hop.len == 0 || hop.at[0] != '@' || !mailbox_is_domain(octets_from(hop, 1)))
			return path;
	}
	return rest;
}

static uint8_t lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

/* Goes back to the last '*' where a letter fails: linear in both for one '*', never worse than
 * their product. */
bool mailbox_matches(struct octets pattern, struct octets text)
{
	size_t at = 0, seen = 0, star = SIZE_MAX, from = 0;
	while (seen < text.len) {
		if (at < pattern.len && pattern.at[at] == '*') {
			star = at++;
			from = seen;
		} else if (at < pattern.len && lower(pattern.at[at]) == lower(text.at[seen])) {
			at++;
			seen++;
		} else if (star != SIZE_MAX) {
			at = star + 1;
			seen = ++from;
		} else {
			return false;
		}
	}
	while (at < pattern.len && pattern.at[at] == '*')
		at++;
	return at == pattern.len;
}

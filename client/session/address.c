/*
 * address: checks addresses before anything is sent, and writes international domains both ways
 * (IDNA 2008 with the mapping of UTS 46, not transitional: RFC 5891, RFC 6531 3.7.1).
 */
#include "address.h"

#include <idn2.h>
#include <string.h>

#include "text.h"

/*
 * ASCII by what it may be: x letter or digit, = also in a label, . the dot, * an atom's besides;
 * in this order, so that one comparison tells.
 */
static const char kinds[256] = "                                "
			       " * *****  ** =.*xxxxxxxxxx   * *"
			       " xxxxxxxxxxxxxxxxxxxxxxxxxx   *="
			       "*xxxxxxxxxxxxxxxxxxxxxxxxxx**** ";

static char kind_of(uint8_t octet)
{
	return kinds[octet] != 0 ? kinds[octet] : 'u'; /* beyond ASCII */
}

static bool is_letter_or_digit(uint8_t octet)
{
	return kind_of(octet) == 'x';
}

static bool is_one_of(uint8_t octet, const char *set)
{
	return octet != 0 && strchr(set, octet) != NULL;
}

/* atext of RFC 5322 3.2.3 and RFC 6532 3.2, and the dot. */
static bool is_atom(uint8_t octet)
{
	return kind_of(octet) != ' ';
}

/* Length of the quoted string at the front, or 0; the closing quote must be there. */
static size_t quoted_len(struct octets in)
{
	for (size_t i = 1; i < in.len; i++) {
		if (in.at[i] == '"')
			return i + 1;
		if (in.at[i] == '\\')
			i++;
		if (i >= in.len || in.at[i] < ' ' || in.at[i] == 0x7F)
			return 0;
	}
	return 0;
}

/* Length of the local part at the front, or 0. */
static size_t local_len(struct octets in)
{
	size_t len = 0;
	if (in.at[0] == '"')
		return quoted_len(in);
	while (len < in.len && is_atom(in.at[len]))
		len++;
	return len;
}

/* "[192.0.2.7]", "[IPv6:2001:db8::7]": what stands inside is the server's to judge. */
static bool is_literal(struct octets domain)
{
	if (domain.len < 3 || domain.at[0] != '[' || domain.at[domain.len - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < domain.len; i++) {
		if (!is_letter_or_digit(domain.at[i]) && !is_one_of(domain.at[i], ".:-"))
			return false;
	}
	return true;
}

/* Labels with a dot between each two; octets above ASCII are left to IDNA. */
static bool has_labels(struct octets domain)
{
	bool label = false; /* an octet of this label has been seen */
	for (size_t i = 0; i < domain.len; i++) {
		char kind = kind_of(domain.at[i]);
		bool dot = kind == '.';
		if (kind == ' ' || kind == '*')
			return false;
		if (dot && !label)
			return false;
		label = !dot;
	}
	return label;
}

static bool is_domain(struct octets domain)
{
	if (domain.len == 0 || domain.len > ADDRESS_DOMAIN_MAX)
		return false;
	return domain.at[0] == '[' ? is_literal(domain) : has_labels(domain);
}

static bool is_space(uint32_t point)
{
	return point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
	       point == 0x202F || point == 0x205F || point == 0x3000;
}

/* A character that is a blank, though not that of ASCII: people would take it for one. */
static bool holds_space(struct octets text)
{
	text = octets_from(text, text_plain_len(text));
	for (size_t len; text.len > 0; text = octets_from(text, len)) {
		len = text_utf8_len(text);
		if (is_space(text_utf8_point(text.at, len)))
			return true;
	}
	return false;
}

/* Asks libidn2, whose memory is its own; *converted is freed with idn2_free(). */
static enum msub_error convert(
	int (*by)(const char *, char **, int), const char *domain, char **converted)
{
	int status = by(domain, converted, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
	if (status == IDN2_OK)
		return MSUB_OK;
	return status == IDN2_MALLOC ? MSUB_MEMORY : MSUB_ADDRESS;
}

/* The two forms of a domain that is not ASCII. */
struct domain {
	char *ascii, *utf8;
};

static void domain_free(struct domain *domain)
{
	if (domain->ascii != NULL)
		idn2_free(domain->ascii);
	if (domain->utf8 != NULL)
		idn2_free(domain->utf8);
	*domain = (struct domain){0};
}

static enum msub_error domain_make(struct domain *domain, struct octets text)
{
	char given[ADDRESS_MAX + 1];
	*domain = (struct domain){0};
	memcpy(given, text.at, text.len);
	given[text.len] = 0;
	enum msub_error error = convert(idn2_to_ascii_8z, given, &domain->ascii);
	/* what mapping makes of a character may be more than a letter */
	if (error == MSUB_OK && !is_domain(octets_of(domain->ascii)))
		error = MSUB_ADDRESS;
	if (error == MSUB_OK)
		error = convert(idn2_to_unicode_8z8z, domain->ascii, &domain->utf8);
	if (error != MSUB_OK)
		domain_free(domain);
	return error;
}

/* Takes it apart: MSUB_OK with the length of the local part, or MSUB_ADDRESS. */
static enum msub_error take_apart(struct octets address, size_t *local)
{
	if (address.len == 0 || address.len > ADDRESS_MAX ||
		octets_find(address, 0) < address.len || !text_is_readable(address) ||
		holds_space(address))
		return MSUB_ADDRESS;
	*local = local_len(address);
	if (*local == 0 || (*local < address.len && address.at[*local] != '@'))
		return MSUB_ADDRESS;
	struct octets domain = octets_from(address, *local + 1);
	bool missing = *local == address.len;
	return missing || is_domain(domain) ? MSUB_OK : MSUB_ADDRESS;
}

static char *join(const struct memory *memory, struct octets local, const char *domain)
{
	size_t len = strlen(domain);
	char *text = memory_new(memory, local.len + len + 1, 1);
	if (text == NULL)
		return NULL;
	memcpy(text, local.at, local.len);
	memcpy(text + local.len, domain, len);
	return text;
}

/* Fills in the two forms of an address whose domain is not ASCII; local is with its '@'. */
static enum msub_error add_forms(struct address *address, const struct memory *memory,
	struct octets local, struct octets domain_text)
{
	struct domain domain;
	enum msub_error error = domain_make(&domain, domain_text);
	if (error != MSUB_OK)
		return error;
	if (local.len + strlen(domain.ascii) > ADDRESS_MAX ||
		local.len + strlen(domain.utf8) > ADDRESS_MAX) {
		error = MSUB_ADDRESS;
	} else {
		address->ascii = join(memory, local, domain.ascii);
		address->utf8 = join(memory, local, domain.utf8);
		error = address->ascii == NULL || address->utf8 == NULL ? MSUB_MEMORY : MSUB_OK;
	}
	domain_free(&domain);
	return error;
}

/* Length of "atoms@labels" in ASCII, as almost all are: there is nothing else to ask. Else 0. */
static size_t simple_len(const char *text)
{
	const uint8_t *start = (const uint8_t *)text, *at = start, *label;
	while (kinds[*at] > ' ')
		at++;
	if (*at != '@' || at == start)
		return 0;
	do {
		label = ++at;
		while (kinds[*at] > '.')
			at++;
		if (at == label)
			return 0;
	} while (*at == '.');
	size_t len = (size_t)(at - start);
	return *at == 0 && len <= ADDRESS_DOMAIN_MAX ? len : 0;
}

static enum msub_error keep_text(
	struct address *address, const struct memory *memory, const void *at, size_t len)
{
	address->text = memory_copy_text(memory, at, len);
	address->len = len;
	return address->text == NULL ? MSUB_MEMORY : MSUB_OK;
}

enum msub_error address_take(struct address *address, const struct memory *memory, const char *text)
{
	size_t len = text == NULL ? 0 : simple_len(text);
	if (len == 0)
		return address_make(address, memory, octets_of(text));
	*address = (struct address){0};
	return keep_text(address, memory, text, len);
}

enum msub_error address_make(
	struct address *address, const struct memory *memory, struct octets text)
{
	size_t local;
	*address = (struct address){0};
	enum msub_error error = take_apart(text, &local);
	if (error != MSUB_OK)
		return error;
	struct octets domain = octets_from(text, local + 1);
	address->needs_utf8 = !octets_are_ascii(octets_cut(text, local));
	error = keep_text(address, memory, text.at, text.len);
	if (error == MSUB_OK && !octets_are_ascii(domain))
		error = add_forms(address, memory, octets_cut(text, local + 1), domain);
	if (error != MSUB_OK)
		address_free(address, memory);
	return error;
}

void address_free(struct address *address, const struct memory *memory)
{
	memory_drop_text(memory, address->text);
	memory_drop_text(memory, address->ascii);
	memory_drop_text(memory, address->utf8);
	*address = (struct address){0};
}

const char *address_on_wire(const struct address *address, bool utf8)
{
	const char *text = utf8 ? address->utf8 : address->ascii;
	if (text != NULL)
		return text;
	return address->text == NULL ? "" : address->text;
}

struct octets address_domain_of(const struct address *address)
{
	struct octets text = octets_of(address_on_wire(address, false));
	for (size_t len = text.len; len > 0; len--) {
		if (text.at[len - 1] == '@')
			return octets_from(text, len); /* the last: a local part may be quoted */
	}
	return octets_make(NULL, 0);
}

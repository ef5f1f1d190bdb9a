/*
 * capability: what an EHLO reply offers does not depend on the case of its letters, on blanks or
 * tabs between its words, or on what its first line says; unknown mechanisms stay unknown.
 */
#include <stdlib.h>
#include <string.h>

#include "capability.h"
#include "mechanism.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void require(bool held)
{
	if (!held)
		abort();
}

/* The reply "250-NAME", a line for each line of the input, "250 HELP". */
static bool read_offers(struct capability *capability, const char *name, struct octets in)
{
	struct reply_reader reader;
	struct buffer text;
	size_t used;
	bool read = true;
	reply_reader_init(&reader, &memory_standard);
	buffer_init(&text, &memory_standard, 16 << 20);
	buffer_format(&text, "250-%s\r\n", name);
	while (in.len > 0) {
		size_t len = octets_find(in, '\n');
		buffer_append_text(&text, "250-");
		buffer_append_octets(&text, octets_cut(in, len));
		buffer_append_text(&text, "\r\n");
		in = octets_from(in, len + 1);
	}
	buffer_append_text(&text, "250 HELP\r\n");
	read = reply_reader_feed(&reader, buffer_octets(&text), &used) == REPLY_DONE;
	if (read)
		capability_read(capability, &reader.reply);
	buffer_free(&text);
	reply_reader_free(&reader);
	return read;
}

static bool is_letter(uint8_t octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

/* The same words in other clothes. */
static void disguise(struct buffer *out, struct octets in)
{
	for (size_t i = 0; i < in.len; i++) {
		uint8_t octet = in.at[i];
		if (is_letter(octet))
			octet ^= 0x20;
		else if (octet == ' ' || octet == '\t')
			octet ^= ' ' ^ '\t';
		buffer_append_byte(out, octet);
	}
}

/* Case matters in no bool and in no number; T and Z of a date do, so that is left out. */
static bool is_same(const struct capability *a, const struct capability *b)
{
	return a->pipelining == b->pipelining && a->eight_bit_mime == b->eight_bit_mime &&
	       a->chunking == b->chunking && a->binary_mime == b->binary_mime &&
	       a->utf8 == b->utf8 && a->dsn == b->dsn && a->enhanced_codes == b->enhanced_codes &&
	       a->require_tls == b->require_tls && a->starttls == b->starttls &&
	       a->auth == b->auth && a->size == b->size && a->size_limit == b->size_limit &&
	       a->deliver_by == b->deliver_by && a->deliver_by_min == b->deliver_by_min &&
	       a->future_release == b->future_release && a->hold_max == b->hold_max &&
	       a->priority == b->priority && a->recipient_limit == b->recipient_limit &&
	       a->domain_limit == b->domain_limit && a->mail_limit == b->mail_limit &&
	       a->mechanisms == b->mechanisms;
}

/* Numbers and names belong to keywords. */
static bool is_sound(const struct capability *read)
{
	return (read->auth || read->mechanisms == 0) && (read->size || read->size_limit == 0) &&
	       (read->chunking || !read->binary_mime) &&
	       (read->deliver_by || read->deliver_by_min == 0) &&
	       (read->future_release || (read->hold_max == 0 && read->hold_until_max == 0)) &&
	       (read->priority || read->priority_profile[0] == 0) &&
	       memchr(read->priority_profile, 0, sizeof read->priority_profile) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets in = octets_make(at, len);
	struct capability plain, disguised;
	struct buffer other;
	buffer_init(&other, &memory_standard, len + 1);
	disguise(&other, in);
	bool read = read_offers(&plain, "host", in);
	require(read_offers(&disguised, "PIPELINING SIZE 5", buffer_octets(&other)) == read);
	if (read) {
		require(is_same(&plain, &disguised));
		require(plain.mechanisms >> mechanism_count() == 0);
		require(is_sound(&plain));
	}
	buffer_free(&other);
	return 0;
}

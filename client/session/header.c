/* header: see the header file. */
#include "header.h"

#include "text.h"

static void take_line_end(struct header *header, uint8_t octet)
{
	bool second = octet == '\n' && header->after_cr;
	header->after_cr = octet == '\r';
	if (second)
		return;
	header->ended = header->line_len == 0;
	header->line_len = 0;
}

/* A character of which this octet is a part; it is broken once no octet could make it whole. */
static void take_part(struct header *header, uint8_t octet)
{
	header->kept[header->kept_len++] = octet;
	bool whole = text_utf8_len(octets_make(header->kept, header->kept_len)) == header->kept_len;
	header->utf8 |= whole;
	header->broken |= !whole && (octet < 0x80 || header->kept_len == sizeof header->kept);
	if (whole || header->broken)
		header->kept_len = 0;
}

void header_feed(struct header *header, struct octets in)
{
	for (size_t i = 0; i < in.len && !header->ended && !header->broken; i++) {
		uint8_t octet = in.at[i];
		if (octet >= 0x80 || header->kept_len > 0)
			take_part(header, octet);
		if (octet == '\r' || octet == '\n') {
			take_line_end(header, octet);
		} else {
			header->after_cr = false;
			header->line_len++;
		}
	}
}

bool header_is_utf8(const struct header *header)
{
	return header->utf8 && !header->broken && header->kept_len == 0;
}

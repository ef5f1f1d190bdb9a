/* charset: UTF-8 itself, and the charsets of single octets that begin as Unicode does. */
#include "charset.h"

#include "text.h"

static void append_single(struct buffer *out, struct octets utf8, uint32_t last_point)
{
	for (size_t i = 0; i < utf8.len;) {
		size_t len = text_utf8_len(octets_from(utf8, i));
		uint32_t point = len == 0 ? UINT32_MAX : text_utf8_point(utf8.at + i, len);
		buffer_append_byte(out, point <= last_point ? (uint8_t)point : (uint8_t)'?');
		i += len == 0 ? 1 : len;
	}
}

bool charset_convert(struct buffer *out, struct octets utf8, struct octets charset, bool as_cp1252)
{
	(void)as_cp1252;
	if (octets_equal_nocase(charset, octets_of("UTF-8")))
		buffer_append_octets(out, utf8);
	else if (octets_equal_nocase(charset, octets_of("ISO-8859-1")))
		append_single(out, utf8, 0xff);
	else if (octets_equal_nocase(charset, octets_of("US-ASCII")))
		append_single(out, utf8, 0x7f);
	else
		return false;
	return !buffer_failed(out);
}

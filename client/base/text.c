/* text: escaping for terminals and logs, and UTF-8 read by RFC 3629. */
#include "text.h"

static bool is_continuation(struct octets in, size_t at)
{
	return at < in.len && (in.at[at] & 0xC0) == 0x80;
}

size_t text_utf8_len(struct octets in)
{
	if (in.len == 0)
		return 0;
	uint8_t first = in.at[0];
	if (first < 0x80)
		return 1;
	size_t len = first >= 0xC2 && first <= 0xDF   ? 2
		     : first >= 0xE0 && first <= 0xEF ? 3
		     : first >= 0xF0 && first <= 0xF4 ? 4
						      : 0;
	for (size_t i = 1; i < len; i++) {
		if (!is_continuation(in, i))
			return 0;
	}
	/* overlong forms, surrogates, beyond U+10FFFF */
	if ((first == 0xE0 && in.at[1] < 0xA0) || (first == 0xED && in.at[1] > 0x9F) ||
		(first == 0xF0 && in.at[1] < 0x90) || (first == 0xF4 && in.at[1] > 0x8F))
		return 0;
	return len;
}

bool text_is_utf8(struct octets in)
{
	while (in.len > 0) {
		size_t len = text_utf8_len(in);
		if (len == 0)
			return false;
		in = octets_from(in, len);
	}
	return true;
}

uint32_t text_utf8_point(const uint8_t *at, size_t len)
{
	static const uint8_t first_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	uint32_t point = at[0] & first_mask[len];
	for (size_t i = 1; i < len; i++)
		point = point << 6 | (at[i] & 0x3F);
	return point;
}

bool text_is_unsafe(uint32_t point)
{
	return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C ||
	       (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
	       (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF ||
	       (point >= 0xFFF9 && point <= 0xFFFB) || (point >= 0xE0000 && point <= 0xE0FFF);
}

/* Eight octets at once: the high bit of each that does not stand for itself, or of one above it. */
static uint64_t not_plain(uint64_t eight)
{
	const uint64_t ones = UINT64_MAX / 255, high = ones * 0x80;
	uint64_t backslash = eight ^ ones * '\\', delete = eight ^ ones * 0x7F;
	return (eight | (eight - ones * ' ') | ((backslash - ones) & ~backslash) |
		       ((delete - ones) & ~delete)) &
	       high;
}

size_t text_plain_len(struct octets in)
{
	size_t len = 0;
	for (uint64_t eight; len + sizeof eight <= in.len; len += sizeof eight) {
		memcpy(&eight, in.at + len, sizeof eight);
		if (not_plain(eight) != 0)
			break;
	}
	while (len < in.len && in.at[len] >= ' ' && in.at[len] <= '~' && in.at[len] != '\\')
		len++;
	return len;
}

bool text_is_readable(struct octets in)
{
	in = octets_from(in, text_plain_len(in));
	for (size_t len; in.len > 0; in = octets_from(in, len)) {
		len = text_utf8_len(in);
		if (len == 0 || text_is_unsafe(text_utf8_point(in.at, len)))
			return false;
	}
	return true;
}

bool text_escape(struct buffer *out, struct octets in)
{
	while (in.len > 0) {
		size_t plain = text_plain_len(in);
		buffer_append_octets(out, octets_cut(in, plain));
		in = octets_from(in, plain);
		if (in.len == 0)
			break;
		size_t len = text_utf8_len(in);
		if (in.at[0] == '\\') {
			buffer_append_text(out, "\\\\");
		} else if (len == 0 || text_is_unsafe(text_utf8_point(in.at, len))) {
			len = len == 0 ? 1 : len;
			for (size_t i = 0; i < len; i++)
				buffer_format(out, "\\x%02X", in.at[i]);
		} else {
			buffer_append(out, in.at, len);
		}
		in = octets_from(in, len == 0 ? 1 : len);
	}
	return !buffer_failed(out);
}

static int hex_value(uint8_t octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	if (octet >= 'A' && octet <= 'F')
		return octet - 'A' + 10;
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

/* Appends what the escape at the front of `in` stands for; returns its length, 0 where unknown. */
static size_t unescape_one(struct buffer *out, struct octets in)
{
	static const char names[] = "\\rnt0", octets[] = "\\\r\n\t";
	if (in.len < 2)
		return 0;
	for (size_t i = 0; names[i] != 0; i++) {
		if (in.at[1] == (uint8_t)names[i])
			return buffer_append(out, octets + i, 1) ? 2 : 0;
	}
	if (in.at[1] != 'x' || in.len < 4)
		return 0;
	int high = hex_value(in.at[2]), low = hex_value(in.at[3]);
	if (high < 0 || low < 0)
		return 0;
	return buffer_append_byte(out, (uint8_t)(high << 4 | low)) ? 4 : 0;
}

bool text_unescape(struct buffer *out, struct octets in)
{
	size_t before = out->len;
	while (in.len > 0) {
		size_t len = octets_find(in, '\\');
		buffer_append(out, in.at, len);
		in = octets_from(in, len);
		if (in.len == 0)
			break;
		len = unescape_one(out, in);
		if (len == 0) {
			buffer_truncate(out, before);
			return false;
		}
		in = octets_from(in, len);
	}
	return !buffer_failed(out);
}

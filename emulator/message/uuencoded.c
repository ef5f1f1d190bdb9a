/* uuencoded: three octets, four characters. */
#include "uuencoded.h"

#include "charset.h"
#include "file_name.h"

enum { LINE = 45, MAX_NAME = 64 * 1024 };

static uint8_t character(uint32_t bits)
{
	bits &= 0x3f;
	return bits == 0 ? (uint8_t)'`' : (uint8_t)(bits + ' ');
}

bool uuencoded_append_line(struct buffer *out, struct octets octets)
{
	octets = octets_cut(octets, LINE);
	buffer_append_byte(out, character((uint32_t)octets.len));
	for (size_t i = 0; i < octets.len; i += 3) {
		uint32_t group = 0;
		for (size_t j = 0; j < 3; j++)
			group = group << 8 | (i + j < octets.len ? octets.at[i + j] : 0u);
		for (int shift = 18; shift >= 0; shift -= 6)
			buffer_append_byte(out, character(group >> shift));
	}
	return buffer_append_text(out, "\r\n");
}

static bool append_begin(struct message_composed *composed, const struct message_keys *keys,
	const struct message_attachment *attachment, struct octets charset)
{
	struct buffer name;
	buffer_init(&name, composed->octets.memory, MAX_NAME);
	buffer_append_text(&composed->octets, "begin 644 ");
	bool good = file_name_of(&name, attachment, false) &&
		    charset_convert(&composed->octets, buffer_octets(&name), charset,
			    keys->latin1_is_cp1252);
	buffer_free(&name);
	buffer_append_text(&composed->octets, "\r\n");
	message_end_write(composed);
	return good;
}

bool uuencoded_append(struct message_composed *composed, const struct message_keys *keys,
	const struct message_attachment *attachment, struct octets charset)
{
	struct octets content = attachment->content;
	uint64_t lines = 0;
	bool good = append_begin(composed, keys, attachment, charset);
	for (; content.len > 0 && good; content = octets_from(content, LINE)) {
		good = uuencoded_append_line(&composed->octets, content);
		if (keys->base64_lines_per_write == 0 ||
			++lines % keys->base64_lines_per_write == 0)
			message_end_write(composed);
	}
	message_end_write(composed);
	uuencoded_append_line(&composed->octets, octets_make(NULL, 0));
	message_end_write(composed);
	buffer_append_text(&composed->octets, "end\r\n");
	message_end_write(composed);
	return good && !buffer_failed(&composed->octets) && !buffer_failed(&composed->ends);
}

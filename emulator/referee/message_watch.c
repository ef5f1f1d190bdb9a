/* message_watch: header fields and body lines (RFC 5322 2.2, RFC 2045 6.7, RFC 5321 4.5.2). */
#include "message_watch.h"

#include "shape.h"

void message_watch_begin(struct message_watch *watch, bool in_chunks)
{
	*watch = (struct message_watch){.in_chunks = in_chunks,
		.missing = FACT(NO_DATE) | FACT(NO_FROM) | FACT(NO_MESSAGE_ID)};
}

static bool is_command(struct octets text)
{
	return octets_equal(text, octets_of("QUIT")) || octets_equal(text, octets_of("RSET"));
}

/* Notes which fields there are. */
static uint64_t watch_field(struct message_watch *watch, struct octets text)
{
	static const struct {
		const char *name;
		uint64_t found;
	} fields[] = {{"Date:", FACT(NO_DATE)}, {"From:", FACT(NO_FROM)},
		{"Message-ID:", FACT(NO_MESSAGE_ID)}};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (octets_start_nocase(text, fields[i].name))
			watch->missing &= ~fields[i].found;
	}
	if (octets_start_nocase(text, "MIME-Version:"))
		watch->has_mime_version = true;
	if (octets_start_nocase(text, "Content-Type:"))
		watch->has_content_type = true;
	watch->in_encoding = octets_start_nocase(text, "Content-Transfer-Encoding:");
	return octets_start_nocase(text, "Bcc:") ? FACT(BCC) : 0;
}

static struct message_moment watch_header(
	struct message_watch *watch, struct octets text, uint64_t facts)
{
	struct message_moment moment = {.moment = MOMENT_HEADER, .facts = facts};
	if (text.len == 0) {
		watch->in_body = true;
		moment.moment = MOMENT_HEADER_END;
		moment.facts |= watch->missing;
		if (watch->has_content_type && !watch->has_mime_version)
			moment.facts |= FACT(NO_MIME_VERSION);
		return moment;
	}
	if (text.at[0] != ' ' && text.at[0] != '\t')
		moment.facts |= watch_field(watch, text);
	if (watch->in_encoding &&
		octets_find_nocase(text, octets_of("quoted-printable")) < text.len)
		watch->quoted_printable = true;
	return moment;
}

struct message_moment message_watch_line(
	struct message_watch *watch, const struct transcript_event *line)
{
	struct octets text = line->text;
	uint64_t facts = shape_of_octets(line);
	watch->last_is_command = !watch->in_chunks && is_command(text);
	if (watch->last_is_command)
		facts |= FACT(IS_COMMAND);
	bool dot = !watch->in_chunks && text.len > 0 && text.at[0] == '.';
	if (dot && text.len > 1 && text.at[1] != '.')
		facts |= FACT(UNSTUFFED);
	if (dot)
		text = octets_from(text, 1);
	if (text.len > 998)
		facts |= FACT(LONG_TEXT);
	if (!watch->in_body)
		return watch_header(watch, text, facts);
	if (watch->quoted_printable && text.len > 76)
		facts |= FACT(OVER_76);
	return (struct message_moment){.moment = MOMENT_BODY_LINE, .facts = facts};
}

/* trace_header: Return-Path:, Delivered-To:, Received:. */
#include "trace_header.h"

#include <string.h>
#include <time.h>

enum { SHOWN_MAX = 512 };

/* In a header's value nothing may end the line, and in a comment no parenthesis may end that. */
static void append_safe(struct buffer *out, struct octets from, bool in_comment)
{
	from = octets_cut(from, SHOWN_MAX);
	for (size_t i = 0; i < from.len; i++) {
		uint8_t octet = from.at[i];
		bool harmful = octet < 0x20 || octet == 0x7F;
		bool closing = in_comment && strchr("()\\ ", octet) != NULL;
		buffer_append_byte(out, harmful || closing ? '?' : octet);
	}
}

static void append_address(struct buffer *out, const char *name, struct octets address,
	bool brackets, const char *line_end)
{
	buffer_format(out, "%s: %s", name, brackets ? "<" : "");
	append_safe(out, address, false);
	buffer_format(out, "%s%s", brackets ? ">" : "", line_end);
}

/* RFC 5322 3.3; never the locale's names. */
static void append_date(struct buffer *out, uint64_t unix_time)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t when = (time_t)unix_time;
	struct tm at;
	if (gmtime_r(&when, &at) == NULL)
		memset(&at, 0, sizeof at);
	buffer_format(out, "%s, %d %s %d %02d:%02d:%02d +0000", days[at.tm_wday], at.tm_mday,
		months[at.tm_mon], at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
}

const char *trace_header_with(const struct player_mail *mail)
{
	static const char *const words[] = {"ESMTP", "ESMTPS", "ESMTPA", "ESMTPSA"};
	if (!mail->esmtp)
		return "SMTP";
	return words[(mail->tls ? 1 : 0) + (mail->user.len > 0 ? 2 : 0)];
}

bool trace_header_write(struct buffer *out, const struct player_mail *mail, const char *host,
	const char *id, uint64_t unix_time, const char *line_end)
{
	append_address(out, "Return-Path", mail->sender, true, line_end);
	for (size_t i = 0; i < mail->recipient_count; i++)
		append_address(out, "Delivered-To", mail->recipients[i], false, line_end);
	buffer_append_text(out, "Received: from ");
	append_safe(out, mail->hello.len == 0 ? octets_of("unknown") : mail->hello, true);
	buffer_append_text(out, " ([");
	append_safe(out, octets_of(mail->client), true);
	buffer_format(out, "])%s\tby %s with %s id %s;%s\t", line_end, host,
		trace_header_with(mail), id, line_end);
	append_date(out, unix_time);
	buffer_append_text(out, line_end);
	return !buffer_failed(out);
}

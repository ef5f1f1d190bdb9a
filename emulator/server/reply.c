/* reply: replies as they go over the wire, RFC 5321 4.2.1. */
#include "reply.h"

#include "extensions.h"
#include "state.h"

enum { EXPANSION_MAX = 256 };

static bool has_code(struct octets text)
{
	return text.len >= 3 && octet_is_digit(text.at[0]) && octet_is_digit(text.at[1]) &&
	       octet_is_digit(text.at[2]) &&
	       (text.len == 3 || text.at[3] == ' ' || text.at[3] == '-');
}

unsigned int reply_code(const struct text_list *lines)
{
	if (lines->count == 0 || !has_code(lines->items[0]))
		return 0;
	const uint8_t *at = lines->items[0].at;
	return (unsigned int)(at[0] - '0') * 100 + (unsigned int)(at[1] - '0') * 10 +
	       (unsigned int)(at[2] - '0');
}

static void append_safe(struct buffer *out, struct octets text)
{
	text = octets_cut(text, EXPANSION_MAX);
	for (size_t i = 0; i < text.len; i++) {
		bool safe = text.at[i] >= ' ' && text.at[i] <= '~';
		buffer_append_byte(out, safe ? text.at[i] : '?');
	}
}

static void expand_host(const struct server *server, struct buffer *out)
{
	buffer_append_octets(out, server->profile->host);
}

static void expand_client(const struct server *server, struct buffer *out)
{
	append_safe(out, buffer_octets(&server->client));
}

static void expand_name(const struct server *server, struct buffer *out)
{
	append_safe(out, server->named_by == SERVER_HELLO ? server->named
							  : buffer_octets(&server->session.hello));
}

static void expand_sender(const struct server *server, struct buffer *out)
{
	append_safe(out, server->named_by == SERVER_MAIL ? server->named : server->envelope.sender);
}

static void expand_recipient(const struct server *server, struct buffer *out)
{
	const struct envelope *envelope = &server->envelope;
	if (server->named_by == SERVER_RECIPIENT)
		append_safe(out, server->named);
	else if (envelope->count > 0)
		append_safe(out, envelope->recipients[envelope->count - 1]);
}

static void expand_number(const struct server *server, struct buffer *out)
{
	buffer_format(out, "%llu", (unsigned long long)server->number);
}

static void expand_time(const struct server *server, struct buffer *out)
{
	uint64_t since_s = (server->now_ms - server->connected_ms) / 1000;
	buffer_format(out, "%llu", (unsigned long long)(server->settings.unix_time + since_s));
}

static const struct {
	const char *name;
	void (*expand)(const struct server *server, struct buffer *out);
} variables[] = {
	{"host", expand_host},
	{"client", expand_client},
	{"name", expand_name},
	{"sender", expand_sender},
	{"recipient", expand_recipient},
	{"number", expand_number},
	{"time", expand_time},
};

/* Expands the variable at the front of `text` and returns its length; 0 where there is none. */
static size_t expand(const struct server *server, struct octets text, struct buffer *out)
{
	size_t close = octets_find(text, '}');
	struct octets name = octets_from(octets_cut(text, close), 1);
	if (close == text.len)
		return 0;
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		if (octets_equal(name, octets_of(variables[i].name))) {
			variables[i].expand(server, out);
			return close + 1;
		}
	}
	return 0;
}

static void append_text(const struct server *server, struct octets text, struct buffer *out)
{
	while (text.len > 0) {
		size_t plain = octets_find(text, '{');
		buffer_append_octets(out, octets_cut(text, plain));
		text = octets_from(text, plain);
		size_t len = text.len > 0 ? expand(server, text, out) : 0;
		if (len == 0 && text.len > 0) {
			buffer_append_byte(out, '{');
			len = 1;
		}
		text = octets_from(text, len);
	}
}

static void append_line_end(const struct server *server, struct buffer *out)
{
	buffer_append_text(out, server->profile->line_end_lf ? "\n" : "\r\n");
}

/* Code and what stands between it and the text. */
static void append_code(
	struct buffer *out, unsigned int code, struct octets text, bool own, bool last)
{
	buffer_format(out, "%03u", code);
	if (!last)
		buffer_append_byte(out, '-');
	else if (own && text.len > 3)
		buffer_append_byte(out, text.at[3]);
	else if (!own)
		buffer_append_byte(out, ' ');
}

static void append_line(const struct server *server, unsigned int code, struct octets text,
	bool last, struct buffer *out)
{
	bool own = code != 0 && reply_code(&(struct text_list){&text, 1}) == code;
	if (code != 0)
		append_code(out, code, text, own, last);
	append_text(server, own ? octets_from(text, 4) : text, out);
	append_line_end(server, out);
}

static void append_extensions(const struct server *server, unsigned int code, struct buffer *out)
{
	struct octets line, next;
	size_t index = 0;
	bool more = extensions_next(server, &index, &line);
	while (more) {
		more = extensions_next(server, &index, &next);
		append_code(out, code, line, false, !more);
		buffer_append_octets(out, line);
		append_line_end(server, out);
		line = next;
	}
}

static bool has_extensions(const struct server *server)
{
	struct octets line;
	size_t index = 0;
	return extensions_next(server, &index, &line);
}

void reply_compose(const struct server *server, const struct text_list *lines, bool extensions,
	struct buffer *out)
{
	unsigned int code = reply_code(lines);
	if (code == 0 && extensions)
		code = 250;
	bool more = extensions && has_extensions(server);
	for (size_t i = 0; i < lines->count; i++)
		append_line(server, code, lines->items[i], i + 1 == lines->count && !more, out);
	if (more)
		append_extensions(server, code, out);
}

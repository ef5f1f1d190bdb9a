/* lesson_text: what a server said, as YAML that says it again. */
#include "lesson_state.h"

/* What is later than that is no network's doing. */
enum { LATE_MS = 5000 };

static bool starts(struct octets text, struct octets what)
{
	return what.len >= 4 && octets_equal(octets_cut(text, what.len), what);
}

/* The variable that stands for what the text begins with; *len: how long that is. */
static const char *variable_at(const struct lesson *lesson, struct octets text, size_t *len)
{
	const struct {
		struct octets what;
		const char *variable;
	} variables[] = {{lesson->sender, "{sender}"}, {lesson->recipient, "{recipient}"},
		{lesson->name, "{name}"}, {lesson->host, "{host}"}, {lesson->client, "{client}"}};
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		*len = variables[i].what.len;
		if (starts(text, variables[i].what))
			return variables[i].variable;
	}
	return NULL;
}

/* A brace would begin a variable. */
static void append_octet(uint8_t octet, struct buffer *out)
{
#ifdef HANDSET_PLANT_CHECK /* a quotation mark of the server ends the text */
	if (octet == '\\')
#else
	if (octet == '"' || octet == '\\')
#endif
		buffer_format(out, "\\%c", octet);
	else if (octet == '{' || octet == '}')
		buffer_append_byte(out, octet == '{' ? '(' : ')');
	else if (octet < ' ' || octet > '~')
		buffer_format(out, octet == 0 ? "\\0" : "?"); /* of these a text has but NUL */
	else
		buffer_append_byte(out, octet);
}

void lesson_quote(const struct lesson *lesson, struct octets text, struct buffer *out)
{
	buffer_append_byte(out, '"');
	while (text.len > 0) {
		size_t len;
		const char *variable = variable_at(lesson, text, &len);
		if (variable != NULL)
			buffer_append_text(out, variable);
		else
			append_octet(text.at[0], out);
		text = octets_from(text, variable != NULL ? len : 1);
	}
	buffer_append_byte(out, '"');
}

static bool next_line(struct octets *left, struct octets *line)
{
	if (left->len == 0)
		return false;
	size_t len = octets_find(*left, '\n');
	*line = octets_cut(*left, len);
	while (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	*left = octets_from(*left, len + 1);
	return true;
}

struct octets lesson_first_line(struct octets reply)
{
	struct octets line = {NULL, 0};
	next_line(&reply, &line);
	return octets_from(line, 4);
}

static void append_lines(
	const struct lesson *lesson, struct octets reply, bool one, struct buffer *out)
{
	struct octets line;
	bool first = true;
	if (!one)
		buffer_append_byte(out, '[');
	while (next_line(&reply, &line)) {
		if (!first)
			buffer_append_text(out, ", ");
		first = false;
		lesson_quote(lesson, line, out);
	}
	if (!one)
		buffer_append_byte(out, ']');
}

void lesson_reply(const struct lesson *lesson, const struct probe *probe,
	const struct probe_reply *reply, struct buffer *out)
{
	bool answered = reply->state == PROBE_ANSWERED;
	bool ends = !answered || reply->closed_behind;
	bool late = answered && reply->took_ms >= LATE_MS;
	const char *then = reply->state == PROBE_SILENT ? "hang" : "close";
	if (ends || late)
		buffer_append_byte(out, '{');
	if (answered && (ends || late))
		buffer_append_text(out, "reply: ");
	if (answered)
		append_lines(lesson, probe_text(probe, reply), reply->lines < 2, out);
	if (late)
		buffer_format(out, ", delay: %llu s",
			(unsigned long long)((reply->took_ms + 500) / 1000));
	if (ends)
		buffer_format(out, "%sthen: %s", answered ? ", " : "", then);
	if (ends || late)
		buffer_append_byte(out, '}');
}

void lesson_offers(
	const struct lesson *lesson, struct octets reply, bool without_starttls, struct buffer *out)
{
	struct octets line;
	bool first = true;
	next_line(&reply, &line); /* the greeting of EHLO */
	buffer_append_byte(out, '[');
	while (next_line(&reply, &line)) {
		struct octets word = octets_from(line, 4);
		if (without_starttls && octets_equal_nocase(word, octets_of("STARTTLS")))
			continue;
		if (!first)
			buffer_append_text(out, ", ");
		first = false;
		lesson_quote(lesson, word, out);
	}
	buffer_append_byte(out, ']');
}

/* command: writes one command. */
#include "command.h"

#include <string.h>

static const struct {
	const char *text;
	const char *line; /* all of it, where it has no argument */
	size_t len, max;
} commands[] = {
#define COMMAND_ROW(name, text, max) {text, text "\r\n", sizeof text - 1, max},
	COMMANDS(COMMAND_ROW)
#undef COMMAND_ROW
};

const char *command_text(enum command command)
{
	return commands[command].text;
}

size_t command_begin(struct buffer *out, enum command command)
{
	size_t start = out->len;
	buffer_append(out, commands[command].text, commands[command].len);
	return start;
}

/* Whether one of these eight octets is below the blank. */
static bool holds_control(const uint8_t *at)
{
	const uint64_t ones = UINT64_MAX / 255;
	uint64_t eight;
	memcpy(&eight, at, sizeof eight);
	return ((eight - ones * ' ') & ~eight & ones * 0x80) != 0;
}

/* No octet that could end the line before its end, or has no business in a command. */
static bool is_one_line(struct octets line)
{
	size_t at = 0;
	while (line.len < 8 && at < line.len && line.at[at] >= ' ')
		at++;
	if (line.len < 8)
		return at == line.len;
	for (; at + 8 < line.len; at += 8) {
		if (holds_control(line.at + at))
			return false;
	}
	return !holds_control(line.at + line.len - 8);
}

bool command_end(struct buffer *out, enum command command, size_t start)
{
	struct octets line = octets_from(buffer_octets(out), start);
	bool fine = !buffer_failed(out) && is_one_line(line) &&
		    line.len + 2 <= commands[command].max && buffer_append(out, "\r\n", 2);
	if (!fine)
		buffer_truncate(out, start);
	return fine;
}

bool command_write(struct buffer *out, enum command command, struct octets argument)
{
	if (argument.len > commands[command].max)
		return false;
	if (argument.len == 0)
		return buffer_append(out, commands[command].line, commands[command].len + 2);
	size_t start = command_begin(out, command);
	buffer_append_octets(out, argument);
	return command_end(out, command, start);
}

/* command: writes one command. */
#include "command.h"

#include <string.h>

static const struct {
	const char *text;
	size_t len, max;
} commands[] = {
#define COMMAND_ROW(name, text, max) {text, sizeof text - 1, max},
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

/* Of these eight octets: the high bit of one that is below the blank, or above such a one. */
static uint64_t controls(const uint8_t *at)
{
	uint64_t eight;
	memcpy(&eight, at, sizeof eight);
	return (eight - UINT64_MAX / 255 * ' ') & ~eight;
}

/* No octet that could end the line before its end, or has no business in a command. */
static bool is_one_line(struct octets line)
{
	uint64_t seen = 0;
	if (line.len < 8) {
		for (size_t i = 0; i < line.len; i++)
			seen |= line.at[i] < ' ' ? UINT64_MAX : 0;
	} else {
		const uint8_t *last = line.at + line.len - 8;
		for (const uint8_t *at = line.at; at < last; at += 8)
			seen |= controls(at);
		seen |= controls(last);
	}
	return (seen & UINT64_MAX / 255 * 0x80) == 0;
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
	size_t start = command_begin(out, command);
	if (argument.len == 0 && buffer_append(out, "\r\n", 2))
		return true;
	buffer_append_octets(out, argument);
	return command_end(out, command, start);
}

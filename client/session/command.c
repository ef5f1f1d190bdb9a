/* command: writes one command. */
#include "command.h"

static const struct {
	const char *text;
	size_t max;
} commands[] = {
#define COMMAND_ROW(name, text, max) {text, max},
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
	buffer_append_text(out, command_text(command));
	return start;
}

/* No octet that could end the line before its end. */
static bool is_one_line(struct octets line)
{
	return octets_find(line, '\r') == line.len && octets_find(line, '\n') == line.len &&
	       octets_find(line, 0) == line.len;
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
	buffer_append_octets(out, argument);
	return command_end(out, command, start);
}

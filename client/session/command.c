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

/* Of these sixteen octets: all bits of each one that is below the blank. */
typedef uint8_t sixteen __attribute__((vector_size(16)));
static inline sixteen controls(const uint8_t *at)
{
	sixteen octets;
	memcpy(&octets, at, sizeof octets);
	return (sixteen)(octets < ' ');
}

/* No octet that could end the line before its end, or has no business in a command. */
static bool is_one_line(struct octets line)
{
	uint64_t seen[2];
	size_t at = 0;
	while (line.len < sizeof(sixteen) && at < line.len && line.at[at] >= ' ')
		at++;
	if (line.len < sizeof(sixteen))
		return at == line.len;
	const uint8_t *last = line.at + line.len - sizeof(sixteen);
	sixteen all = controls(last);
	for (const uint8_t *next = line.at; next < last; next += sizeof(sixteen))
		all |= controls(next);
	memcpy(seen, &all, sizeof seen);
	return (seen[0] | seen[1]) == 0;
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

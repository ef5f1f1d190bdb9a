/* command: writes one command. */
#include "command.h"

#include <string.h>

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

bool command_write(struct buffer *out, enum command command, struct octets argument)
{
	struct octets text = octets_of(command_text(command));
	for (size_t i = 0; i < argument.len; i++) {
		uint8_t octet = argument.at[i];
		if (octet <= '\r' && (octet == '\r' || octet == '\n' || octet == 0))
			return false;
	}
	if (argument.len > commands[command].max - text.len - 2)
		return false;
	uint8_t *room = buffer_reserve(out, text.len + argument.len + 2);
	if (room == NULL)
		return false;
	if (text.len != 0)
		memcpy(room, text.at, text.len);
	if (argument.len != 0)
		memcpy(room + text.len, argument.at, argument.len);
	memcpy(room + text.len + argument.len, "\r\n", 2);
	buffer_commit(out, text.len + argument.len + 2);
	return true;
}

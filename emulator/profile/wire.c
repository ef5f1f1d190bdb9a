/* wire: one pass over a text; values are not looked into, so nothing expands twice. */
#include "wire.h"

static const struct wire_variable *find(
	const struct wire_variable *variables, size_t count, struct octets name)
{
	for (size_t i = 0; i < count; i++) {
		if (octets_equal(octets_of(variables[i].name), name))
			return &variables[i];
	}
	return NULL;
}

bool wire_expand(
	struct buffer *out, struct octets text, const struct wire_variable *variables, size_t count)
{
	while (text.len > 0) {
		size_t open = octets_find(text, '{');
		buffer_append_octets(out, octets_cut(text, open));
		text = octets_from(text, open);
		if (text.len == 0)
			break;
		size_t close = octets_find(text, '}');
		const struct wire_variable *variable = NULL;
		if (close < text.len)
			variable = find(variables, count, octets_make(text.at + 1, close - 1));
		if (variable != NULL)
			buffer_append_octets(out, variable->value);
		else
			buffer_append_byte(out, '{');
		text = octets_from(text, variable != NULL ? close + 1 : 1);
	}
	return !buffer_failed(out);
}

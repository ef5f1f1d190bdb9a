/* compose: the header, the empty line, the body. */
#include "compose.h"

#include "body.h"
#include "charset.h"
#include "header.h"

enum { MAX_MESSAGE = 128 * 1024 * 1024 };

void message_composed_init(struct message_composed *composed, const struct memory *memory)
{
	composed->broken = false;
	buffer_init(&composed->octets, memory, MAX_MESSAGE);
	buffer_init(&composed->ends, memory, MAX_MESSAGE);
}

void message_composed_free(struct message_composed *composed)
{
	buffer_free(&composed->octets);
	buffer_free(&composed->ends);
}

void message_composed_clear(struct message_composed *composed)
{
	composed->broken = false;
	buffer_clear(&composed->octets);
	buffer_clear(&composed->ends);
}

void message_end_write(struct message_composed *composed)
{
	size_t end = composed->octets.len, before = 0;
	if (composed->ends.len > 0)
		memcpy(&before, composed->ends.at + composed->ends.len - sizeof before,
			sizeof before);
	if (end > before)
		buffer_append(&composed->ends, &end, sizeof end);
}

bool message_is_mime(const struct message_keys *keys, const struct message_draft *draft)
{
	return draft->mime == MESSAGE_MIME_AS_PROFILE ? keys->mime : draft->mime == MESSAGE_MIME_ON;
}

struct octets message_charset(const struct message_keys *keys, const struct message_draft *draft)
{
	if (draft->charset.len > 0)
		return charset_label(draft->charset);
	/* a profile may name what this machine does not know, and is played all the same */
	return charset_is_known(keys->charset) ? charset_label(keys->charset) : octets_of("UTF-8");
}

bool message_compose(struct message_composed *composed, const struct message_keys *keys,
	const struct message_draft *draft, struct random *random)
{
	struct body body;
	bool made = body_plan(&body, composed->octets.memory, keys, draft, random) &&
		    header_append(composed, keys, draft, &body, random);
	if (made && !composed->broken) {
		buffer_append_text(&composed->octets, "\r\n");
		message_end_write(composed);
		made = body_append(composed, &body);
	}
	body_free(&body);
	return made && !buffer_failed(&composed->octets) && !buffer_failed(&composed->ends);
}

/* subject: the value of {subject}. */
#ifndef MESSAGE_SUBJECT_H
#define MESSAGE_SUBJECT_H

#include "client_profile.h"
#include "octets.h"

/* Appends it encoded and folded, as it stands behind a prompt of `column` octets. */
bool subject_append(struct buffer *out, const struct message_keys *keys, struct octets subject,
	struct octets charset, size_t column);

#endif

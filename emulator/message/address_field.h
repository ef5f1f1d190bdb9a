/*
 * address_field: the values of From, Reply-To, To, Cc, Bcc and of the address that a receipt goes
 * to.
 */
#ifndef MESSAGE_ADDRESS_FIELD_H
#define MESSAGE_ADDRESS_FIELD_H

#include "client_profile.h"
#include "octets.h"

struct address_field {
	const struct octets *typed;
	size_t count;
	/*
	 * An address of the user's own settings (From, Reply-To, receipts): its name has quotes
	 * from the settings. The other fields hold what was typed for this message.
	 */
	bool is_stored;
	struct octets charset;
	size_t column; /* octets of the prompt before it */
};

bool address_field_append(
	struct buffer *out, const struct message_keys *keys, const struct address_field *field);

#endif

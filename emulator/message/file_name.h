/* file_name: what an attachment is called, in the forms in which a header can say it. */
#ifndef MESSAGE_FILE_NAME_H
#define MESSAGE_FILE_NAME_H

#include "compose.h"

/*
 * Appends the name, without folders and controls. An embedded message is called after its own
 * subject (RFC 5322 3.6.5) with ".eml", encoded words decoded, where that is UTF-8 without controls
 * and not empty.
 */
bool file_name_of(struct buffer *out, const struct message_attachment *attachment, bool is_message);
/*
 * Appends what stands within the quotes of filename="…": the name, with encoded words where
 * message.words.in-filenames has them, and else '_' for characters beyond ASCII. What would end
 * the quotes becomes '_' as well.
 */
bool file_name_append_quoted(struct buffer *out, const struct message_keys *keys,
	struct octets name, struct octets charset);
/*
 * Appends the whole parameter: filename="…", or filename*=… in UTF-8 where the name has other
 * than printable ASCII, quotes or backslashes, or is very long, and the profile has no encoded
 * words there (RFC 2231 3, 4). An empty name appends nothing.
 */
bool file_name_append_parameter(struct buffer *out, const struct message_keys *keys,
	struct octets name, struct octets charset);

#endif

/* file_type: what a file is, by the ending of its name, where nobody says it. */
#ifndef MESSAGE_FILE_TYPE_H
#define MESSAGE_FILE_TYPE_H

#include "octets.h"

/* The media type, without a charset; empty: unknown. `name` may be a path. */
struct octets file_type_of(struct octets name);
/* Is it text/…, which names its charset; is it message/rfc822, an embedded message? */
bool file_type_is_text(struct octets type);
bool file_type_is_message(struct octets type);
/* The name behind the last '/' or '\\'. */
struct octets file_type_base_name(struct octets path);

#endif

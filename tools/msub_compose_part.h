/* compose_part: what a composed message is made of. For compose's own. */
#ifndef TOOLS_MSUB_COMPOSE_PART_H
#define TOOLS_MSUB_COMPOSE_PART_H

#include <gmime/gmime.h>

#include "msub_compose.h"

/* Numbers for boundaries and Message-IDs: 128 bits of the seed, or of the system. */
struct compose_random {
	unsigned char octets[16];
	unsigned int drawn;
};
/* False: see the trouble. */
bool compose_random_begin(struct compose_random *random, const char *seed, struct trouble *trouble);
/* Another one, as hexadecimal digits. */
void compose_random_draw(struct compose_random *random, char digits[33]);

/* A text of a file (NULL, "-": the standard input) as a part; NULL: see the trouble. */
GMimeObject *compose_text(
	const char *path, const char *subtype, const char *charset, struct trouble *trouble);
/* FILE[:TYPE[:NAME]] as a part; the file is read when the message is written. NULL: trouble. */
GMimeObject *compose_attachment(const char *argument, struct trouble *trouble);

/* The header fields that are given, and Date, Message-ID and MIME-Version. False: trouble. */
bool compose_header(GMimeMessage *message, const struct compose_options *options, const char *from,
	const char *name, struct compose_random *random, struct addresses *recipients,
	struct trouble *trouble);

/* Valid UTF-8 throughout; otherwise *offset is that of the first octet that is not. */
bool compose_is_utf8(const char *text, size_t len, size_t *offset);

#endif

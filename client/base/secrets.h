/*
 * secrets: what was said in confidence, kept to be found again in what others say.
 *
 * Servers have been seen to repeat a line that they did not like, password and all. Whoever shows
 * a server's text to people asks secrets_mask() first. What is kept is wiped.
 */
#ifndef BASE_SECRETS_H
#define BASE_SECRETS_H

#include "octets.h"

enum { SECRETS_MAX = 32768, SECRET_MIN = 3 };

struct secrets {
	struct buffer said; /* each behind a NUL */
};

void secrets_init(struct secrets *secrets, const struct memory *memory);
/* Wipes and frees; may be used again. */
void secrets_free(struct secrets *secrets);
void secrets_forget(struct secrets *secrets);
bool secrets_are_kept(const struct secrets *secrets);
/*
 * Copies what was said, and the parts between the NULs of what it decodes to, where it is base64.
 * Less than SECRET_MIN octets are not kept: they would be found everywhere. False: no memory.
 */
bool secrets_remember(struct secrets *secrets, struct octets said);
/* Appends the text to `out` with "<secret>" for each; true where there was one. */
bool secrets_mask(const struct secrets *secrets, struct octets text, struct buffer *out);

#endif

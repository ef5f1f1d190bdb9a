/* fold: header values that are too long for one line (RFC 5322 2.2.3). */
#ifndef MESSAGE_FOLD_H
#define MESSAGE_FOLD_H

#include "client_profile.h"
#include "octets.h"

/* A field that is shorter stays on one line. */
enum { FOLD_LIMIT = 76 };

/*
 * Appends `text`, folded at blanks so that no line passes 76 octets where words allow it; `column`
 * octets stand before it. With `blank_stays` a line that is folded before an encoded word keeps
 * its blank at the end. Returns the column behind it.
 */
size_t fold_at_words(struct buffer *out, struct octets text, size_t column, bool blank_stays);
/* Only before encoded words, and so that lines are shorter than 76. */
void fold_at_encoded_words(struct buffer *out, struct octets text, size_t column, bool blank_stays);
/*
 * At the first blank at or after octet `from` of what is left, as long as that has 76 octets or
 * more; the first line begins `column` octets earlier.
 */
void fold_at_octet(struct buffer *out, struct octets text, size_t column, size_t from);

#endif

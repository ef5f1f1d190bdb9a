/* serving_path: what stands behind MAIL and RCPT; and the content of a message. For serving's own.
 */
#ifndef TOOLS_MSUB_SERVING_PATH_H
#define TOOLS_MSUB_SERVING_PATH_H

#include "msub_serving.h"

enum serving_verb { SERVING_PATH_MAIL, SERVING_PATH_RCPT };

/*
 * Reads "FROM:<address> PARAMETER..." or "TO:..."; the text is cut up, and the path points into
 * it. NULL, or the reply that refuses it.
 */
const char *serving_path_read(struct serving_path *path, enum serving_verb verb, char *rest);

/* Takes content up to its end; returns how many octets. A refusal is left in serving->reply. */
size_t serving_content(struct serving *serving, const char *at, size_t len, bool *ended);

#endif

/* handset play, the result as JSON: what became of each message, and of TLS. */
#ifndef TOOLS_HANDSET_PLAY_JSON_H
#define TOOLS_HANDSET_PLAY_JSON_H

#include <jansson.h>

#include "play.h"

/* Message `index` (from 0) with its recipients. */
json_t *play_message_json(const struct play_result *result, size_t index);
/* null where no TLS was wanted. */
/* What became of the login that the account asks for; null: it asks for none. */
json_t *play_login_json(const struct play_result *result, bool asked);
json_t *play_tls_json(const struct play_result *result);

#endif

/*
 * bearer: the two ways of saying an OAuth 2.0 token, XOAUTH2 and OAUTHBEARER (RFC 7628).
 *
 * Both are said at once and readably. A challenge behind it is a refusal that says why, as JSON:
 * it is answered with next to nothing, and the reply to that is the refusal itself.
 */
#ifndef SESSION_BEARER_H
#define SESSION_BEARER_H

#include "mechanism.h"

void bearer_xoauth2_start(const struct sasl_login *login, struct buffer *out);
void bearer_start(const struct sasl_login *login, struct buffer *out);
bool bearer_xoauth2_step(const struct sasl_login *login, unsigned int round,
	const struct challenge *challenge, struct buffer *out);
bool bearer_step(const struct sasl_login *login, unsigned int round,
	const struct challenge *challenge, struct buffer *out);
/*
 * The value of "status" in what a server said about a token, as it stands there; empty where none
 * can be found. Lent by `json`.
 */
struct octets bearer_status(struct octets json);

#endif

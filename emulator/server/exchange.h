/* exchange: AUTH (RFC 4954) with PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195). */
#ifndef SERVER_EXCHANGE_H
#define SERVER_EXCHANGE_H

#include "octets.h"

struct server;
struct request;
struct mechanism;

struct exchange {
	bool open;
	const struct mechanism *mechanism;
	unsigned int step;	 /* of the mechanism's challenges, from 0 */
	struct buffer user;	 /* LOGIN: the answer to the first prompt */
	struct buffer challenge; /* CRAM-MD5: as it was before base64 */
};

void exchange_begin(struct exchange *exchange, const struct memory *memory);
/* Wipes and frees; the exchange is over. */
void exchange_drop(struct exchange *exchange);
/* AUTH was said, and nothing refuses it. */
void exchange_start(struct server *server, const struct request *request);
/* The line in hand is an answer, a cancelling "*", or (auth.exchange) something else. */
void exchange_line(struct server *server);

#endif

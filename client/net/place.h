/*
 * place: a server that was reached, and how: what the next connection to it need not find out.
 *
 * A name is not looked up again for PLACES_TRUSTED_MS, as long as its address can be connected to;
 * and every connection's TLS settings are here, with the name that the certificate must carry, so
 * that no connection has a copy of its own.
 */
#ifndef NET_PLACE_H
#define NET_PLACE_H

#include "dial.h"
#include "tls_client.h"

enum { PLACES_TRUSTED_MS = 60 * 1000 };

struct place {
	char host[ENDPOINT_TEXT]; /* its address; "" where it cannot be dialled as one */
	uint16_t port;
	char name[ENDPOINT_HOST]; /* what the certificate must carry */
	char asked[ENDPOINT_HOST]; /* the host as it was asked for, or announced */
	struct tls_client_settings tls;
	bool has_tls;
	uint64_t found_ms; /* when its address was looked up; 0: it is not to be used again */
	struct place *next;
};

struct places {
	const struct memory *memory; /* borrowed */
	struct place *first;
};

void places_init(struct places *places, const struct memory *memory);
/* Not before the last connection to any of them is gone. */
void places_free(struct places *places);
bool place_is_at(const struct place *place, const char *host, uint16_t port);
/* What this dial has reached, lent until places_free(); NULL: no memory. tls may be NULL. */
struct place *places_found(struct places *places, const struct dial *dial,
	const struct destination *destination, const struct tls_client_settings *tls,
	uint64_t now_ms);
/*
 * Changes a destination whose address is known into one that need not be looked up. False: there
 * is none, and nothing was changed.
 */
bool places_shorten(const struct places *places, struct destination *destination, uint64_t now_ms);
/* It could not be connected to: names are looked up again. */
void places_doubt(struct places *places);

#endif

/*
 * socks: what a client says to a SOCKS5 proxy (RFC 1928, RFC 1929), octets in and out, no socket.
 *
 * The owner writes what socks_output() lends and reads exactly as many octets as socks_wanted()
 * says: what follows the proxy's last reply belongs to the mail server. The proxy looks the host
 * up; where it is a literal, it goes as an address.
 */
#ifndef NET_SOCKS_H
#define NET_SOCKS_H

#include "octets.h"
#include "sentence.h"

enum { SOCKS_OUTPUT = 520, SOCKS_INPUT = 264, SOCKS_TEXT = 255 };

enum socks_state { SOCKS_GOING, SOCKS_DONE, SOCKS_FAILED };

struct socks {
	enum socks_state state;
	unsigned int step;
	const char *host, *user, *password; /* borrowed */
	uint16_t port;
	uint8_t out[SOCKS_OUTPUT], in[SOCKS_INPUT];
	size_t out_len, out_sent, in_len, in_want;
	struct sentence why;
};

/* host: a name in ASCII or a literal. user NULL: only a proxy that asks for nothing will do. */
void socks_begin(struct socks *socks, const char *host, uint16_t port, const char *user,
	const char *password);
struct octets socks_output(const struct socks *socks);
void socks_sent(struct socks *socks, size_t count);
/* How many octets are to be read now; 0: something is to be written first, or it is over. */
size_t socks_wanted(const struct socks *socks);
/* At most as many as were wanted. */
void socks_input(struct socks *socks, const uint8_t *at, size_t len);
/* Nothing more will come. */
void socks_end_of_input(struct socks *socks);
/* Wipes the password's traces. */
void socks_wipe(struct socks *socks);

#endif

/*
 * tls: one end of a TLS connection over a non-blocking descriptor, by GnuTLS.
 *
 * The model. A struct tls is made for a connected descriptor, by tls_client_new() (tls_client.h)
 * or tls_server_accept() (tls_server.h). Then tls_handshake() until it says something else than
 * TLS_AGAIN; then tls_read() and tls_write(); at the end tls_bye(). Nothing here blocks:
 * TLS_AGAIN means that the descriptor has to become ready, and tls_wants_write() tells for what.
 * The descriptor is borrowed: it is neither closed nor read beyond the record in hand.
 *
 * A failure sticks; tls_why() has its sentence.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "player.h"
#include "sentence.h"

enum tls_result {
	TLS_OK,
	TLS_AGAIN,
	TLS_ENDED,     /* the peer said close_notify */
	TLS_TRUNCATED, /* the connection ended without it */
	TLS_BROKEN     /* tls_why() */
};

struct tls;

struct cable;

/*
 * From here on octets go through this cable and not to the descriptor; before the first
 * tls_handshake(). Borrowed until tls_free().
 */
void tls_use(struct tls *tls, struct cable *cable);
/* NULL is fine. The descriptor stays open. */
void tls_free(struct tls *tls);
/*
 * Goes on with the handshake. Settings may ask for a wait before the certificate is accepted:
 * TLS_AGAIN then comes with a deadline, and nothing is wanted of the descriptor.
 */
enum tls_result tls_handshake(struct tls *tls, uint64_t now_ms);
/* When tls_handshake() is to be called although nothing came, or PLAYER_NEVER. */
uint64_t tls_deadline_ms(const struct tls *tls);
/* What TLS_AGAIN waits for: true, that the descriptor can be written; false, read. */
bool tls_wants_write(const struct tls *tls);
/* Reads at most `room` octets; TLS_OK with *got > 0. */
enum tls_result tls_read(struct tls *tls, uint8_t *at, size_t room, size_t *got);
/*
 * Writes from the front of the pieces, at most one record. TLS_OK with *taken > 0: these have
 * left. After TLS_AGAIN the same octets must be at the front again.
 */
enum tls_result tls_write(
	struct tls *tls, const struct octets *pieces, size_t count, size_t *taken);
/* Says close_notify; does not wait for the peer's. */
enum tls_result tls_bye(struct tls *tls);
/* What the handshake came to, lent by `tls`; of use after tls_handshake() said TLS_OK. */
const struct player_tls *tls_facts(const struct tls *tls);
/* "" while nothing failed. Lent by `tls`. */
const char *tls_why(const struct tls *tls);
/*
 * The peer's alert came before any octet of its own: with TLS 1.3 a client's handshake is over
 * before the server has seen its certificate, or that it has none (RFC 8446 4.4.2.4).
 */
bool tls_was_refused(const struct tls *tls);

#endif

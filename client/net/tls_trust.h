/*
 * tls_trust: what is trusted, what is shown, and what is offered, prepared once for many
 * connections.
 *
 * A trust store holds the authorities, what they have revoked, our own certificate where there is
 * one, and the priority read from its string. Reading any of that takes far longer than a
 * handshake, so a process makes one store and shares it. It is filled first and only read
 * afterwards, by as many connections and threads as like. All functions that fill it return false
 * with a sentence that names the file.
 */
#ifndef NET_TLS_TRUST_H
#define NET_TLS_TRUST_H

#include <stdbool.h>

#include "memory.h"
#include "sentence.h"

struct tls_trust;

/* A store in which nobody is trusted. NULL with a sentence: no memory. */
struct tls_trust *tls_trust_empty(const struct memory *memory, struct sentence *why);
/*
 * The authorities of a PEM file, or of the system where `file` is NULL. NULL with a sentence
 * where the file cannot be read or holds no certificate. To be freed after its last connection.
 */
struct tls_trust *tls_trust_new(
	const struct memory *memory, const char *file, struct sentence *why);
void tls_trust_free(struct tls_trust *trust);

/* The authorities of a PEM file, of all PEM files in a folder, or (NULL) of the system. */
bool tls_trust_add(struct tls_trust *trust, const char *file, struct sentence *why);
/* Certificate revocation lists, PEM. A list that is out of date is refused: it may hide one. */
bool tls_trust_add_revoked(struct tls_trust *trust, const char *file, struct sentence *why);
/*
 * The certificate to show when a server asks for one: its chain, itself first, and its key, both
 * PEM. The password opens an encrypted key; NULL: there is none. It is not kept.
 */
bool tls_trust_show(struct tls_trust *trust, const char *certificate_file, const char *key_file,
	const char *password, struct sentence *why);
/* A priority string of GnuTLS instead of tls_client.h's own. */
bool tls_trust_prefer(struct tls_trust *trust, const char *priority, struct sentence *why);

#endif

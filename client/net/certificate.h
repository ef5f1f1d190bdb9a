/*
 * certificate: a small authority and the server certificates that it signs, made on the fly.
 *
 * For test servers: valid from yesterday for 30 days, keys in memory only.
 */
#ifndef NET_CERTIFICATE_H
#define NET_CERTIFICATE_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdint.h>

#include "sentence.h"

enum { CERTIFICATE_NAMES = 8 };

struct certificate {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
};

enum certificate_kind { CERTIFICATE_ECDSA, CERTIFICATE_RSA };

struct certificate_wish {
	enum certificate_kind kind;
	const char *common_name;
	const char *names[CERTIFICATE_NAMES]; /* host names and addresses; up to the first NULL */
	uint64_t from_unix, until_unix;
	const struct certificate *signer; /* NULL: an authority that signs itself */
	bool plain_self_signed;		  /* with signer NULL: signs itself, but is no authority */
};

/* False with a sentence; `made` is then empty. certificate_free() when done. */
bool certificate_make(
	const struct certificate_wish *wish, struct certificate *made, struct sentence *why);
/* An empty one is fine. */
void certificate_free(struct certificate *certificate);
/* Writes the certificate, not the key, as PEM. The file is made or overwritten. */
bool certificate_write(
	const struct certificate *certificate, const char *file, struct sentence *why);
/* Writes the key as PEM into a new file, readable by its owner alone; false where one is there. */
bool certificate_write_key(
	const struct certificate *certificate, const char *file, struct sentence *why);

#endif

/*
 * tls_known: servers whose keys have been seen before: trust on first use.
 *
 * A text file with a line per server, to be read and edited by people:
 *
 *     mail.example.org 587 sha256 AB:CD:...
 *
 * The digest is that of the certificate's public key, so that a certificate renewed for the same
 * key is still known. Lines that are empty, begin with '#' or cannot be read are skipped. The file
 * is replaced as a whole, with mode 0600, by one process at a time.
 */
#ifndef NET_TLS_KNOWN_H
#define NET_TLS_KNOWN_H

#include <stdint.h>

#include "sentence.h"
#include "tls_report.h"

enum tls_known {
	TLS_KNOWN_NEW,	   /* never seen; a missing file knows nobody */
	TLS_KNOWN_SAME,	   /* the digest is that of the file */
	TLS_KNOWN_CHANGED, /* it is another one, which `stored` gets */
	TLS_KNOWN_TROUBLE  /* the file cannot be read, or this is no name to write down: `why` */
};

/* Looks a server up. A host is compared without case. */
enum tls_known tls_known_look(const char *file, const char *host, uint16_t port,
	const char digest[TLS_SHA256_TEXT], char stored[TLS_SHA256_TEXT], struct sentence *why);
/*
 * Adds a server that was new, on disk when this returns. False with a sentence; the file is then
 * as it was. Where another process was faster it is looked up again, and must be the same.
 */
bool tls_known_store(const char *file, const char *host, uint16_t port,
	const char digest[TLS_SHA256_TEXT], struct sentence *why);

#endif

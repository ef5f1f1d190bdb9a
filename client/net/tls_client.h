/*
 * tls_client: the client's end of TLS.
 *
 * A zeroed struct tls_client_settings with `name` and `trust` is the safe one: TLS 1.2 and 1.3,
 * the certificate's chain and name are checked, the name is sent (SNI).
 *
 * What decides whether a certificate holds, the first of these that is set:
 *
 *   fingerprint  it is this one; nothing else of it is looked at
 *   known_file   its key is the one known for host and port, or there was none yet
 *   dane         the name server vouches for it, where it says anything
 *   trust        an authority of the store has signed it, not revoked it, for this name
 */
#ifndef NET_TLS_CLIENT_H
#define NET_TLS_CLIENT_H

#include "tls.h"
#include "tls_dane.h"
#include "tls_report.h"
#include "tls_resumption.h"
#include "tls_trust.h"

enum tls_check {
	TLS_CHECK_STRICT, /* a certificate that does not hold ends the handshake */
	TLS_CHECK_ASK, /* of one that does not hold a person is asked, who answers after ask_ms */
	TLS_CHECK_NONE /* not looked at */
};

/* Copied; what it points to is borrowed until the last tls_free(). */
struct tls_client_settings {
	const char *priority; /* of GnuTLS; NULL: the store's, or TLS 1.2 and later, nothing weak */
	enum tls_check check;
	uint64_t ask_ms;	       /* TLS_CHECK_ASK: how long a person thinks about it */
	bool rejects;		       /* TLS_CHECK_ASK: and says no: nothing more is sent */
	const char *name;	       /* host name or IP address that the certificate must carry */
	bool name_not_sent;	       /* without SNI */
	bool needs_session_id;	       /* fails where the server issues none */
	const struct tls_trust *trust; /* NULL: nobody is trusted */
	struct tls_resumption *resumption; /* NULL: every handshake is a full one */
	struct tls_report *report;	   /* NULL: nobody wants to know */
	/*
	 * Whom the connection goes to, which need not be `name`; for known_file and resumption.
	 * Borrowed until the handshake is over.
	 */
	const char *host;
	uint16_t port;
	struct octets fingerprint;   /* SHA-256 or SHA-1 of the certificate; empty: none */
	const char *known_file;	     /* see tls_known.h; NULL: none */
	bool need_staple;	     /* an OCSP response must come with the certificate */
	const struct tls_dane *dane; /* NULL: not asked */
	bool dane_required;	     /* without records the handshake fails */
};

/* NULL with a sentence: a priority that this library cannot do, no memory. */
struct tls *tls_client_new(const struct memory *memory, int descriptor,
	const struct tls_client_settings *settings, struct sentence *why);

#endif

/*
 * tls_client: the client's end of TLS.
 *
 * A zeroed struct tls_client_settings with `name` and `trust` is the safe one: TLS 1.2 and 1.3,
 * the certificate's chain and name are checked, the name is sent (SNI).
 */
#ifndef NET_TLS_CLIENT_H
#define NET_TLS_CLIENT_H

#include "tls.h"
#include "tls_report.h"

/* Certificates that are trusted. Loaded once per process and shared by all connections. */
struct tls_trust;

/*
 * The authorities of a PEM file, or of the system where `file` is NULL. NULL with a sentence
 * where the file cannot be read or holds no certificate. To be freed after its last connection.
 */
struct tls_trust *tls_trust_new(
	const struct memory *memory, const char *file, struct sentence *why);
void tls_trust_free(struct tls_trust *trust);

/* What a client remembers for its next handshake with the same server. Not shared by threads. */
struct tls_resumption;
struct tls_resumption *tls_resumption_new(const struct memory *memory);
/* Wipes and frees; NULL is fine. */
void tls_resumption_free(struct tls_resumption *resumption);

enum tls_check {
	TLS_CHECK_STRICT, /* a certificate that does not hold ends the handshake */
	TLS_CHECK_ASK,	  /* looked at; after ask_ms the handshake goes on, whatever it is */
	TLS_CHECK_NONE	  /* not looked at */
};

struct tls_client_settings {
	const char *priority; /* of GnuTLS; NULL: TLS 1.2 and later, nothing weak. Borrowed */
	enum tls_check check;
	uint64_t ask_ms;    /* TLS_CHECK_ASK: how long a person thinks about it */
	const char *name;   /* host name or IP address that the certificate must carry. Borrowed */
	bool name_not_sent; /* without SNI */
	bool needs_session_id;		   /* fails where the server issues none */
	const struct tls_trust *trust;	   /* borrowed; NULL: nobody is trusted */
	struct tls_resumption *resumption; /* borrowed; NULL: every handshake is a full one */
	struct tls_report *report;	   /* borrowed; NULL: nobody wants to know */
};

/* NULL with a sentence: a priority that this library cannot do, no memory. */
struct tls *tls_client_new(const struct memory *memory, int descriptor,
	const struct tls_client_settings *settings, struct sentence *why);

#endif

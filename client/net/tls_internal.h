/* tls_internal: what tls.c, tls_client.c, tls_server.c and tls_failure.c share, and nobody else. */
#ifndef NET_TLS_INTERNAL_H
#define NET_TLS_INTERNAL_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "tls.h"
#include "tls_client.h"
#include "tls_report.h"

enum { TLS_RECORD_MAX = 16384, TLS_NAME_MAX = 256, TLS_EXPORTER_LEN = 32, TLS_FRONT_LEN = 3 };

struct tls {
	const struct memory *memory;
	gnutls_session_t session;
	gnutls_certificate_credentials_t own_credentials; /* NULL: lent ones are used */
	int descriptor;
	bool is_client;
	bool up;     /* the handshake is over */
	bool broken; /* it, or reading, has failed: `why` */
	struct sentence why;
	/* The first octets of the peer tell whether it speaks TLS at all. */
	uint8_t front[TLS_FRONT_LEN];
	size_t front_len;
	bool was_empty; /* the descriptor, when it was last read, if it was */
	/* Writing: one record at a time. */
	uint8_t *record; /* TLS_RECORD_MAX octets, made when first needed */
	size_t in_hand;	 /* octets of a record that GnuTLS has taken and not got rid of */
	/* The client's check of the certificate. */
	enum tls_check check;
	char name[TLS_NAME_MAX]; /* "" where there is none */
	uint64_t ask_ms;
	bool asked;
	uint64_t wait_until_ms; /* PLAYER_NEVER: no wait */
	bool needs_session_id;
	struct tls_resumption *resumption;
	struct tls_report *report; /* NULL: nobody wants to know */
	bool verified;
	/* What the handshake came to. */
	struct player_tls facts;
	char description[160];
	uint8_t exporter[TLS_EXPORTER_LEN];
};

struct tls_resumption {
	const struct memory *memory;
	gnutls_datum_t data;
	char name[TLS_NAME_MAX]; /* whom the certificate was checked for */
	bool verified;
};

/* A struct tls over a new session; the session is NULL, with a sentence, on failure. */
struct tls *tls_new(
	const struct memory *memory, int descriptor, bool is_client, struct sentence *why);
/* Sets the priority; false with a sentence. */
bool tls_set_priority(struct tls *tls, const char *priority, struct sentence *why);
/* Keeps the session for the next handshake, where that is wanted and possible. */
void tls_client_keep_session(struct tls *tls);
/* Fills the report, which is there: when the certificate has come, when the keys stand. */
void tls_report_certificate(struct tls *tls);
void tls_report_session(struct tls *tls);
/* SHA-256 of the certificate's public key (SubjectPublicKeyInfo). */
bool tls_report_key_digest(gnutls_x509_crt_t certificate, uint8_t digest[TLS_SHA256_LEN]);
/* Writes tls->why for an error of gnutls_handshake() or gnutls_record_recv(). */
void tls_failure_explain(struct tls *tls, int error);
/* Writes why the peer's certificate does not hold; status as of gnutls_certificate_verify_peers3().
 */
void tls_failure_explain_certificate(struct tls *tls, unsigned int status);

#endif

/* tls_internal: what tls.c, tls_client.c, tls_server.c and tls_failure.c share, and nobody else. */
#ifndef NET_TLS_INTERNAL_H
#define NET_TLS_INTERNAL_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "cable.h"
#include "tls.h"
#include "tls_client.h"

enum {
	TLS_RECORD_MAX = 16384,
	TLS_NAME_MAX = 256,
	TLS_BINDING_MAX = 64,
	TLS_FRONT_LEN = 3,
	TLS_TRUST_ID_LEN = 16
};

struct tls {
	const struct memory *memory;
	gnutls_session_t session;
	gnutls_certificate_credentials_t own_credentials; /* NULL: lent ones are used */
	struct cable own_cable;				  /* straight to the descriptor */
	struct cable *cable;				  /* that one, or a lent one */
	bool is_client;
	bool up;     /* the handshake is over */
	bool broken; /* it, or reading, has failed: `why` */
	bool heard;  /* octets have come inside */
	bool alert;  /* that was by the peer's alert */
	enum tls_trouble trouble;
	struct sentence why;
	/* The first octets of the peer tell whether it speaks TLS at all. */
	uint8_t front[TLS_FRONT_LEN];
	size_t front_len;
	unsigned int renegotiations; /* that the peer has asked for */
	bool has_ended;		     /* the peer's half of the descriptor */
	bool was_empty;		     /* the descriptor, when it was last read, if it was */
	/* Writing: one record at a time. */
	size_t in_hand; /* octets of a record that GnuTLS has taken and not got rid of */
	/* The client's check of the certificate. */
	struct tls_client_settings wish;
	char name[TLS_NAME_MAX]; /* "" where there is none */
	bool asked;
	uint64_t wait_until_ms; /* PLAYER_NEVER: no wait */
	bool verified;
	uint64_t checked_unix; /* when the certificate was looked at, perhaps in another session */
	bool is_new;	       /* to be written into the file of known servers */
	bool has_key;
	uint8_t key[TLS_SHA256_LEN]; /* of the kept session for this server and check */
	bool offered_verified;	     /* of a session that was offered for resumption */
	uint64_t offered_unix;
	bool ticket_came;
	/* What the handshake came to. */
	struct player_tls facts;
	char description[160];
	uint8_t exporter[TLS_BINDING_MAX];
	uint8_t unique[TLS_BINDING_MAX];
};

struct tls_trust {
	const struct memory *memory;
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
	bool shows;		      /* a certificate of our own */
	uint8_t id[TLS_TRUST_ID_LEN]; /* no two stores have the same */
};

/* What a client offers where nothing else is asked for. */
extern const char tls_default_priority[];

/* A struct tls over a new session, with flags of gnutls_init(). NULL with a sentence. */
struct tls *tls_new(
	const struct memory *memory, int descriptor, unsigned int flags, struct sentence *why);
/* Sets the priority; false with a sentence. */
bool tls_set_priority(struct tls *tls, const char *priority, struct sentence *why);
/* tls_resumption.c: keeps the session for the next handshake, where that is wanted and possible. */
void tls_resumption_keep(struct tls *tls);
/* Offers a kept one; drops it, because a handshake with it failed. */
void tls_resumption_offer(struct tls *tls);
void tls_resumption_refuse(struct tls *tls);
/* tls_check.c: GnuTLS asks whether the certificate holds. */
int tls_check_certificate(gnutls_session_t session);
/* The handshake is over; false with tls->why where that has to be undone. */
bool tls_check_finish(struct tls *tls);
/* Fills the report, which is there: when the certificate has come, when the keys stand. */
void tls_report_certificate(struct tls *tls);
void tls_report_session(struct tls *tls);
/* Why the handshake failed: tls->trouble, and the peer's alert. */
void tls_report_trouble(struct tls *tls);
/* SHA-256 of the certificate's public key (SubjectPublicKeyInfo). */
bool tls_report_key_digest(gnutls_x509_crt_t certificate, uint8_t digest[TLS_SHA256_LEN]);
/* Writes tls->why for an error of gnutls_handshake() or gnutls_record_recv(). */
void tls_failure_explain(struct tls *tls, int error);
/* Writes why the peer's certificate does not hold; status as of gnutls_certificate_verify_peers3().
 */
void tls_failure_explain_certificate(struct tls *tls, unsigned int status);
/* Adds a day, as 2026-01-31. */
void tls_failure_add_date(struct sentence *why, time_t when);

#endif

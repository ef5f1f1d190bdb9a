/*
 * tls_dane: certificates vouched for by DNSSEC (RFC 6698, 7671).
 *
 * The query and the check are apart: records come from tls_dane_query(), which asks the name
 * servers and validates their answers itself, or from anywhere else by tls_dane_new(). The check
 * touches nothing but octets.
 */
#ifndef NET_TLS_DANE_H
#define NET_TLS_DANE_H

#include <gnutls/gnutls.h>
#include <stdint.h>

#include "octets.h"
#include "sentence.h"

enum tls_dane_answer {
	TLS_DANE_NONE,	/* no TLSA record, or none that DNSSEC protects, or none of use */
	TLS_DANE_FOUND, /* there are records, and they are to be believed */
	TLS_DANE_BOGUS	/* an answer that DNSSEC says is forged, or no answer: `why` */
};

/* Records of one server. Only read once made: shared by as many connections as like. */
struct tls_dane;

/*
 * From what a resolver gave: record data as in RFC 6698 2.1 (usage, selector, matching type,
 * association), each a view. Copied. Records of a kind that is not known here are left out
 * (RFC 7671 4.1). NULL: no memory.
 */
struct tls_dane *tls_dane_new(
	const struct memory *memory, const struct octets *records, size_t count);
/* An answer that cannot be believed; the sentence is copied. */
struct tls_dane *tls_dane_bogus(const struct memory *memory, const struct sentence *why);
void tls_dane_free(struct tls_dane *dane);

/* True where this build can ask. */
bool tls_dane_can_query(void);
/*
 * Asks for _port._tcp.host. Blocks for as long as the resolver tries, some seconds where name
 * servers do not answer. NULL: no memory.
 */
struct tls_dane *tls_dane_query(const struct memory *memory, const char *host, uint16_t port);

enum tls_dane_answer tls_dane_answer(const struct tls_dane *dane);
/* "" unless bogus; lent. */
const char *tls_dane_why(const struct tls_dane *dane);

enum tls_dane_match {
	TLS_DANE_NO_MATCH,
	/* DANE-EE: the server's own key; its names, dates and chain mean nothing (RFC 7671 5.1). */
	TLS_DANE_MATCHES_KEY,
	/* DANE-TA: *authority of the chain is to be trusted; chain and name are to be checked. */
	TLS_DANE_MATCHES_AUTHORITY,
	/* PKIX-EE, PKIX-TA: one more condition, beside everything that is checked without it. */
	TLS_DANE_MATCHES_ALSO
};

/* Compares a chain (DER, the server's own first) with the records; the strongest match. */
enum tls_dane_match tls_dane_compare(const struct tls_dane *dane, const gnutls_datum_t *chain,
	unsigned int count, unsigned int *authority);

#endif

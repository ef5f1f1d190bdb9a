/* tls_dane: compares certificates with TLSA records. The query is in tls_dane_query.c. */
#include "tls_dane.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#include "tls_dane_internal.h"

/* RFC 6698 7.2 to 7.4. */
enum { PKIX_TA, PKIX_EE, DANE_TA, DANE_EE, USAGES };
enum { SELECT_CERTIFICATE, SELECT_KEY, SELECTORS };
enum { MATCH_WHOLE, MATCH_SHA256, MATCH_SHA512, MATCHES };
enum { SHA512_LEN = 64, HEAD = 3, KEY_MAX = 16 * 1024 };

static struct tls_dane *make(const struct memory *memory, size_t count)
{
	struct tls_dane *dane = memory_new(memory, 1, sizeof *dane);
	if (dane == NULL)
		return NULL;
	dane->memory = memory;
	dane->room = count;
	if (count > 0)
		dane->records = memory_new(memory, count, sizeof *dane->records);
	if (count == 0 || dane->records != NULL)
		return dane;
	memory_free(memory, dane, sizeof *dane);
	return NULL;
}

static size_t digest_len(uint8_t match)
{
	return match == MATCH_SHA256 ? 32 : SHA512_LEN;
}

/* A record that nobody could match is no record, but one that is known and wrong counts. */
static bool is_usable(struct octets record)
{
	if (record.len <= HEAD || record.at[0] >= USAGES || record.at[1] >= SELECTORS ||
		record.at[2] >= MATCHES)
		return false;
	return record.at[2] == MATCH_WHOLE || record.len == HEAD + digest_len(record.at[2]);
}

struct tls_dane *tls_dane_new(
	const struct memory *memory, const struct octets *records, size_t count)
{
	struct tls_dane *dane = make(memory, count);
	for (size_t i = 0; dane != NULL && i < count; i++) {
		if (!is_usable(records[i]))
			continue;
		char *copy = memory_copy_text(memory, records[i].at, records[i].len);
		if (copy == NULL) {
			tls_dane_free(dane);
			return NULL;
		}
		dane->records[dane->count++] = octets_make(copy, records[i].len);
	}
	return dane;
}

struct tls_dane *tls_dane_bogus(const struct memory *memory, const struct sentence *why)
{
	struct tls_dane *dane = make(memory, 0);
	if (dane == NULL)
		return NULL;
	dane->bogus = true;
	dane->why = *why;
	return dane;
}

void tls_dane_free(struct tls_dane *dane)
{
	if (dane == NULL)
		return;
	for (size_t i = 0; i < dane->count; i++) {
		union {
			const uint8_t *lent;
			void *owned;
		} record = {.lent = dane->records[i].at};
		memory_free(dane->memory, record.owned, dane->records[i].len + 1);
	}
	memory_free(dane->memory, dane->records, dane->room * sizeof *dane->records);
	memory_free(dane->memory, dane, sizeof *dane);
}

enum tls_dane_answer tls_dane_answer(const struct tls_dane *dane)
{
	return dane->bogus ? TLS_DANE_BOGUS : dane->count > 0 ? TLS_DANE_FOUND : TLS_DANE_NONE;
}

const char *tls_dane_why(const struct tls_dane *dane)
{
	return dane->why.text;
}

/* ---- comparing ---- */

static bool matches(uint8_t type, struct octets whole, struct octets association)
{
	uint8_t digest[SHA512_LEN];
	if (type == MATCH_WHOLE)
		return octets_equal(whole, association);
	gnutls_digest_algorithm_t algorithm =
		type == MATCH_SHA256 ? GNUTLS_DIG_SHA256 : GNUTLS_DIG_SHA512;
	return gnutls_hash_fast(algorithm, whole.at, whole.len, digest) == GNUTLS_E_SUCCESS &&
	       octets_equal(octets_make(digest, digest_len(type)), association);
}

/* The SubjectPublicKeyInfo of a certificate. */
static bool key_matches(uint8_t type, const gnutls_datum_t *der, struct octets association)
{
	gnutls_pubkey_t key = NULL;
	gnutls_x509_crt_t certificate = NULL;
	gnutls_datum_t octets = {NULL, 0};
	bool good =
		gnutls_x509_crt_init(&certificate) == GNUTLS_E_SUCCESS &&
		gnutls_pubkey_init(&key) == GNUTLS_E_SUCCESS &&
		gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS &&
		gnutls_pubkey_import_x509(key, certificate, 0) == GNUTLS_E_SUCCESS &&
		gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &octets) == GNUTLS_E_SUCCESS &&
		matches(type, octets_make(octets.data, octets.size), association);
	gnutls_free(octets.data);
	if (key != NULL)
		gnutls_pubkey_deinit(key);
	if (certificate != NULL)
		gnutls_x509_crt_deinit(certificate);
	return good;
}

static bool record_matches(struct octets record, const gnutls_datum_t *der)
{
	struct octets association = octets_from(record, HEAD);
	if (record.at[1] == SELECT_KEY)
		return key_matches(record.at[2], der, association);
	return matches(record.at[2], octets_make(der->data, der->size), association);
}

/* The place in the chain that a record of this usage may speak of. */
static bool find(
	struct octets record, const gnutls_datum_t *chain, unsigned int count, unsigned int *at)
{
	bool end_entity = record.at[0] == PKIX_EE || record.at[0] == DANE_EE;
	unsigned int first = end_entity ? 0 : 1;
	unsigned int end = end_entity && count > 0 ? 1 : count;
	for (*at = first; *at < end; (*at)++) {
		if (record_matches(record, &chain[*at]))
			return true;
	}
	return false;
}

enum tls_dane_match tls_dane_compare(const struct tls_dane *dane, const gnutls_datum_t *chain,
	unsigned int count, unsigned int *authority)
{
	enum tls_dane_match best = TLS_DANE_NO_MATCH;
	*authority = 0;
	for (size_t i = 0; i < dane->count; i++) {
		unsigned int at;
		uint8_t usage = dane->records[i].at[0];
		if (!find(dane->records[i], chain, count, &at))
			continue;
		if (usage == DANE_EE)
			return TLS_DANE_MATCHES_KEY;
		if (usage == DANE_TA && best != TLS_DANE_MATCHES_AUTHORITY)
			*authority = at;
		if (usage == DANE_TA)
			best = TLS_DANE_MATCHES_AUTHORITY;
		else if (best == TLS_DANE_NO_MATCH)
			best = TLS_DANE_MATCHES_ALSO;
	}
	return best;
}

/*
 * tls_check: whether the server's certificate holds.
 *
 * GnuTLS asks once per full handshake, when the certificate has come and before the client proves
 * anything. A known server's key is written down only when the handshake is over: by then the
 * server has proved that the key is its own.
 */
#include <gnutls/crypto.h>
#include <gnutls/ocsp.h>
#include <string.h>

#include "clock.h"
#include "tls_internal.h"
#include "tls_known.h"

static const gnutls_datum_t *chain_of(const struct tls *tls, unsigned int *count)
{
	*count = 0;
	return gnutls_certificate_get_peers(tls->session, count);
}

static bool refuse(struct tls *tls, const char *words)
{
	sentence_set(&tls->why, "%s", words);
	return false;
}

/* ---- the fingerprint ---- */

static bool check_fingerprint(struct tls *tls)
{
	unsigned int count;
	uint8_t digest[TLS_SHA256_LEN];
	char shown[TLS_SHA256_TEXT], wanted[TLS_SHA256_TEXT];
	struct octets pin = tls->wish.fingerprint;
	bool old = pin.len == TLS_SHA1_LEN;
	const gnutls_datum_t *chain = chain_of(tls, &count);
	if (count == 0)
		return refuse(tls, "the server showed no certificate");
	if (gnutls_hash_fast(old ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256, chain[0].data,
		    chain[0].size, digest) != GNUTLS_E_SUCCESS)
		return refuse(tls, "the certificate's fingerprint cannot be computed");
	if (octets_equal(pin, octets_make(digest, pin.len)))
		return true;
	tls_report_hex(digest, pin.len, shown);
	tls_report_hex(pin.at, pin.len, wanted);
	sentence_set(&tls->why,
		"the certificate's %s fingerprint is %s, not %s: if the server was given a new "
		"certificate, set the new fingerprint; if not, this is not your server",
		old ? "SHA-1" : "SHA-256", shown, wanted);
	return false;
}

/* ---- the file of known servers ---- */

static bool read_key_digest(struct tls *tls, char text[TLS_SHA256_TEXT])
{
	unsigned int count;
	uint8_t digest[TLS_SHA256_LEN];
	const gnutls_datum_t *chain = chain_of(tls, &count);
	gnutls_x509_crt_t certificate = NULL;
	if (count == 0 || gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
		return false;
	bool good = gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) ==
			    GNUTLS_E_SUCCESS &&
		    tls_report_key_digest(certificate, digest);
	gnutls_x509_crt_deinit(certificate);
	if (good)
		tls_report_hex(digest, sizeof digest, text);
	return good;
}

static bool check_known(struct tls *tls)
{
	const struct tls_client_settings *wish = &tls->wish;
	char shown[TLS_SHA256_TEXT], stored[TLS_SHA256_TEXT];
	if (!read_key_digest(tls, shown))
		return refuse(tls, "the server showed no certificate that can be read");
	switch (tls_known_look(
		wish->known_file, wish->host, wish->port, shown, stored, &tls->why)) {
	case TLS_KNOWN_NEW:
		tls->is_new = true;
		return true;
	case TLS_KNOWN_SAME:
		return true;
	case TLS_KNOWN_CHANGED:
		sentence_set(&tls->why,
			"the server's key has changed: SHA-256 %s, known was %s: if it was given a "
			"new one, take its line out of %s; if not, this is not your server",
			shown, stored, wish->known_file);
		return false;
	case TLS_KNOWN_TROUBLE:
		break;
	}
	return false;
}

bool tls_check_finish(struct tls *tls)
{
	const struct tls_client_settings *wish = &tls->wish;
	char shown[TLS_SHA256_TEXT];
	if (!tls->is_new)
		return true;
	if (!read_key_digest(tls, shown))
		return refuse(tls, "the server's certificate cannot be read");
	return tls_known_store(wish->known_file, wish->host, wish->port, shown, &tls->why);
}

/* ---- authorities ---- */

static bool check_staple(struct tls *tls)
{
	if (!tls->wish.need_staple || gnutls_ocsp_status_request_is_checked(tls->session, 0) != 0)
		return true;
	return refuse(tls,
		"the server sent no OCSP response with its certificate, and one is required: it has "
		"to be switched on at the server, or the requirement off here");
}

/*
 * RFC 5280 4.2.1.12: a certificate that names its purposes must name that of a TLS server. The
 * name is compared as a host's, or as an address where it is one.
 */
static bool check_authority(struct tls *tls)
{
	char purpose[] = GNUTLS_KP_TLS_WWW_SERVER;
	union {
		char *text;
		unsigned char *data;
	} name = {.text = tls->name}, use = {.text = purpose};
	gnutls_typed_vdata_st asked[] = {
		{.type = GNUTLS_DT_KEY_PURPOSE_OID, .data = use.data},
		{.type = GNUTLS_DT_DNS_HOSTNAME, .data = name.data},
	};
	bool named = tls->name[0] != 0;
	unsigned int status = GNUTLS_CERT_INVALID;
	int error = gnutls_certificate_verify_peers(tls->session, asked, named ? 2 : 1, &status);
	if (error == GNUTLS_E_SUCCESS && status == 0 && named)
		return check_staple(tls);
	tls_failure_explain_certificate(tls, error == GNUTLS_E_SUCCESS ? status : 0);
	return false;
}

/* ---- DANE ---- */

enum { CHAIN_MAX = 16 };

/* Reads the first `count` certificates; how many could be read, all of them to be freed. */
static unsigned int import_chain(
	gnutls_x509_crt_t chain[CHAIN_MAX], const gnutls_datum_t *ders, unsigned int count)
{
	unsigned int done = 0;
	while (done < count && done < CHAIN_MAX &&
		gnutls_x509_crt_init(&chain[done]) == GNUTLS_E_SUCCESS) {
		if (gnutls_x509_crt_import(chain[done], &ders[done], GNUTLS_X509_FMT_DER) < 0) {
			gnutls_x509_crt_deinit(chain[done]);
			break;
		}
		done++;
	}
	return done;
}

/* The chain up to an authority that the name server vouches for: signatures, dates and name. */
static bool check_under(struct tls *tls, const gnutls_datum_t *ders, unsigned int authority)
{
	gnutls_x509_crt_t chain[CHAIN_MAX];
	gnutls_x509_trust_list_t list = NULL;
	union {
		char *name;
		unsigned char *data;
	} asked = {.name = tls->name};
	gnutls_typed_vdata_st name = {.type = GNUTLS_DT_DNS_HOSTNAME, .data = asked.data};
	unsigned int status = GNUTLS_CERT_INVALID;
	unsigned int count = import_chain(chain, ders, authority + 1);
	bool good = count == authority + 1 && tls->name[0] != 0 &&
		    gnutls_x509_trust_list_init(&list, 0) == GNUTLS_E_SUCCESS &&
		    gnutls_x509_trust_list_add_cas(list, &chain[authority], 1, 0) == 1 &&
		    gnutls_x509_trust_list_verify_crt2(
			    list, chain, count, &name, 1, 0, &status, NULL) == GNUTLS_E_SUCCESS &&
		    status == 0;
	if (list != NULL)
		gnutls_x509_trust_list_deinit(list, 0);
	for (unsigned int i = 0; i < count; i++)
		gnutls_x509_crt_deinit(chain[i]);
	if (!good)
		tls_failure_explain_certificate(tls, status);
	return good;
}

static bool check_dane(struct tls *tls)
{
	unsigned int count, authority;
	const gnutls_datum_t *chain = chain_of(tls, &count);
	switch (tls_dane_answer(tls->wish.dane)) {
	case TLS_DANE_BOGUS:
		return refuse(tls, tls_dane_why(tls->wish.dane));
	case TLS_DANE_NONE:
		if (!tls->wish.dane_required)
			return check_authority(tls);
		return refuse(tls, "the server's name has no TLSA records that DNSSEC protects, "
				   "and they are required");
	case TLS_DANE_FOUND:
		break;
	}
	switch (tls_dane_compare(tls->wish.dane, chain, count, &authority)) {
	case TLS_DANE_MATCHES_KEY:
		return true;
	case TLS_DANE_MATCHES_AUTHORITY:
		return check_under(tls, chain, authority);
	case TLS_DANE_MATCHES_ALSO:
		return check_authority(tls);
	case TLS_DANE_NO_MATCH:
		break;
	}
	return refuse(tls, "the certificate is none of those that the TLSA records of the server's "
			   "name vouch for: ask its postmaster");
}

/* ---- the check ---- */

static bool holds(struct tls *tls)
{
	const struct tls_client_settings *wish = &tls->wish;
	if (wish->fingerprint.len > 0)
		return check_fingerprint(tls);
	if (wish->known_file != NULL)
		return check_known(tls);
	return wish->dane != NULL ? check_dane(tls) : check_authority(tls);
}

/*
 * A person is asked once. While they think nothing is sent: to the peer it looks as if this end
 * stood still between the end of the peer's flight and our own. GnuTLS calls again afterwards.
 */
static int ask(struct tls *tls)
{
	struct tls_report *report = tls->wish.report;
	bool first = !tls->asked;
	struct sentence fault = tls->why;
	tls->asked = true;
	sentence_set(&tls->why, "%s", "");
	if (report != NULL) {
		report->asked = true;
		report->why = fault;
	}
	if (first && tls->wish.ask_ms > 0)
		return GNUTLS_E_AGAIN;
	if (!tls->wish.rejects)
		return 0;
	tls->trouble = TLS_TROUBLE_REJECTED;
	sentence_set(&tls->why, "the certificate was rejected by the one who was asked about it: ");
	sentence_add(&tls->why, fault.text);
	return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

int tls_check_certificate(gnutls_session_t session)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	tls->checked_unix = clock_unix();
	if (tls->wish.report != NULL && !tls->asked)
		tls_report_certificate(tls);
	if (tls->wish.check == TLS_CHECK_NONE)
		return 0;
	tls->verified = holds(tls);
	if (tls->verified)
		return 0;
	if (tls->wish.check == TLS_CHECK_ASK)
		return ask(tls);
	tls->trouble = TLS_TROUBLE_CERTIFICATE;
	return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

/* tls_failure: GnuTLS errors, alerts and certificate states as sentences for people. */
#include <arpa/inet.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

#include "tls_internal.h"

enum { NAMES_SHOWN = 4 };

/* What the peer's alert means when it is told by this side. */
static const struct {
	gnutls_alert_description_t alert;
	const char *from_server, *from_client;
} alerts[] = {
	{GNUTLS_A_HANDSHAKE_FAILURE,
		"the server accepts none of the offered TLS versions and cipher suites",
		"the client accepts none of the possible TLS versions and cipher suites"},
	{GNUTLS_A_INSUFFICIENT_SECURITY, "the server finds the offered cipher suites too weak",
		"the client finds the chosen cipher suite too weak"},
	{GNUTLS_A_PROTOCOL_VERSION, "the server accepts none of the offered TLS versions",
		"the client accepts none of the possible TLS versions"},
	{GNUTLS_A_UNKNOWN_CA, "the server does not trust our certificate's authority",
		"the client does not trust the authority of the certificate"},
	{GNUTLS_A_BAD_CERTIFICATE, "the server refuses our certificate",
		"the client refuses the certificate"},
	{GNUTLS_A_CERTIFICATE_UNKNOWN, "the server refuses our certificate",
		"the client refuses the certificate"},
	{GNUTLS_A_CERTIFICATE_EXPIRED, "the server finds our certificate expired",
		"the client finds the certificate expired"},
	{GNUTLS_A_CERTIFICATE_REQUIRED, "the server wants a client certificate",
		"the client wants another certificate"},
};

static void explain_alert(struct tls *tls)
{
	gnutls_alert_description_t alert = gnutls_alert_get(tls->session);
	const char *name = gnutls_alert_get_name(alert);
	for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++) {
		if (alerts[i].alert != alert)
			continue;
		sentence_set(&tls->why, "%s (TLS alert %d)",
			tls->is_client ? alerts[i].from_server : alerts[i].from_client, (int)alert);
		return;
	}
	sentence_set(&tls->why, "the %s broke off the TLS handshake: %s (TLS alert %d)",
		tls->is_client ? "server" : "client", name == NULL ? "unknown alert" : name,
		(int)alert);
}

/*
 * A TLS record begins with its type, 20 to 23, and version 3; a client of old may begin with an
 * SSL 2 hello, whose first bit is set and whose third octet is 1 (RFC 5246 E.2).
 */
static bool peer_speaks_tls(const struct tls *tls)
{
	if (tls->front_len == 0)
		return true;
	if (!tls->is_client && (tls->front[0] & 0x80) != 0)
		return tls->front_len < 3 || tls->front[2] == 1;
	return tls->front[0] >= 20 && tls->front[0] <= 23 &&
	       (tls->front_len < 2 || tls->front[1] == 3);
}

static void explain_disagreement(struct tls *tls, int error)
{
	switch (error) {
	case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
		sentence_set(&tls->why,
			tls->is_client ? "the server chose a TLS version that was not offered"
				       : "the client offered no TLS version that is accepted here");
		break;
	case GNUTLS_E_NO_CIPHER_SUITES:
	case GNUTLS_E_UNKNOWN_CIPHER_SUITE:
	case GNUTLS_E_INSUFFICIENT_CREDENTIALS:
	case GNUTLS_E_NO_COMMON_KEY_SHARE:
		sentence_set(&tls->why,
			tls->is_client
				? "the server chose a cipher suite that was not offered"
				: "the client offered no TLS version and cipher suite that is accepted here");
		break;
	default:
		sentence_set(&tls->why, "TLS failed: %s", gnutls_strerror(error));
	}
}

void tls_failure_explain(struct tls *tls, int error)
{
	if (tls->why.text[0] != 0)
		return; /* the first failure sticks: the certificate's, the session id's */
	if (!tls->up && !peer_speaks_tls(tls))
		sentence_set(&tls->why, tls->is_client ? "the server does not speak TLS here"
						       : "the client does not speak TLS here");
	else if (error == GNUTLS_E_FATAL_ALERT_RECEIVED)
		explain_alert(tls);
	else if (error == GNUTLS_E_PREMATURE_TERMINATION)
		sentence_set(&tls->why, "the connection was closed during the TLS handshake");
	else if (error == GNUTLS_E_PULL_ERROR || error == GNUTLS_E_PUSH_ERROR)
		sentence_set(
			&tls->why, tls->up ? "the connection was lost"
					   : "the connection was lost during the TLS handshake");
	else
		explain_disagreement(tls, error);
}

static void add_date(struct sentence *why, time_t when)
{
	char text[32];
	struct tm parts;
	if (gmtime_r(&when, &parts) != NULL && strftime(text, sizeof text, "%Y-%m-%d", &parts) > 0)
		sentence_add(why, text);
}

/* Adds one name of the certificate; false where it has no more. */
static bool add_name(struct sentence *why, gnutls_x509_crt_t certificate, unsigned int index)
{
	char name[TLS_NAME_MAX], text[INET6_ADDRSTRLEN];
	size_t len = sizeof name;
	int type = gnutls_x509_crt_get_subject_alt_name(certificate, index, name, &len, NULL);
	if (type < 0)
		return false;
	sentence_add(why, index == 0 ? "" : ", ");
	if (type == GNUTLS_SAN_DNSNAME)
		sentence_add_foreign(why, octets_make(name, len));
	else if (type == GNUTLS_SAN_IPADDRESS &&
		 inet_ntop(len == 4 ? AF_INET : AF_INET6, name, text, sizeof text) != NULL)
		sentence_add(why, text);
	else
		sentence_add(why, "another kind of name");
	return true;
}

static void add_names(struct sentence *why, gnutls_x509_crt_t certificate)
{
	char common[TLS_NAME_MAX];
	size_t len = sizeof common;
	unsigned int index = 0;
	while (index < NAMES_SHOWN && add_name(why, certificate, index))
		index++;
	if (index == NAMES_SHOWN)
		sentence_add(why, ", ...");
	if (index > 0)
		return;
	if (gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, common,
		    &len) == GNUTLS_E_SUCCESS)
		sentence_add_foreign(why, octets_make(common, len));
	else
		sentence_add(why, "nobody");
}

static void add_unknown_signer(struct sentence *why, gnutls_x509_crt_t certificate)
{
	char issuer[TLS_NAME_MAX];
	size_t len = sizeof issuer;
	if (gnutls_x509_crt_check_issuer(certificate, certificate)) {
		sentence_add(why, "the certificate is self-signed");
		return;
	}
	sentence_add(why, "the certificate's authority is not trusted: ");
	if (gnutls_x509_crt_get_issuer_dn(certificate, issuer, &len) == GNUTLS_E_SUCCESS)
		sentence_add_foreign(why, octets_make(issuer, len));
	else
		sentence_add(why, "it has no name");
}

static void add_fault(struct tls *tls, gnutls_x509_crt_t certificate, unsigned int fault)
{
	struct sentence *why = &tls->why;
	switch (fault) {
	case GNUTLS_CERT_UNEXPECTED_OWNER:
		sentence_add(why, "the certificate is for ");
		add_names(why, certificate);
		sentence_add(why, ", not for ");
		sentence_add_foreign(why, octets_of(tls->name));
		break;
	case GNUTLS_CERT_EXPIRED:
		sentence_add(why, "the certificate expired on ");
		add_date(why, gnutls_x509_crt_get_expiration_time(certificate));
		break;
	case GNUTLS_CERT_NOT_ACTIVATED:
		sentence_add(why, "the certificate is not valid before ");
		add_date(why, gnutls_x509_crt_get_activation_time(certificate));
		break;
	case GNUTLS_CERT_SIGNER_NOT_FOUND:
		add_unknown_signer(why, certificate);
		break;
	case GNUTLS_CERT_REVOKED:
		sentence_add(why, "the certificate was revoked");
		break;
	case GNUTLS_CERT_INSECURE_ALGORITHM:
		sentence_add(why, "the certificate is signed with an algorithm that is broken");
		break;
	default:
		sentence_add(why, "the certificate's chain does not hold");
	}
}

static void add_faults(struct tls *tls, gnutls_x509_crt_t certificate, unsigned int status)
{
	static const unsigned int faults[] = {GNUTLS_CERT_SIGNER_NOT_FOUND, GNUTLS_CERT_EXPIRED,
		GNUTLS_CERT_NOT_ACTIVATED, GNUTLS_CERT_REVOKED, GNUTLS_CERT_INSECURE_ALGORITHM,
		GNUTLS_CERT_UNEXPECTED_OWNER};
	bool any = false;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		if ((status & faults[i]) == 0)
			continue;
		sentence_add(&tls->why, any ? "; " : "");
		add_fault(tls, certificate, faults[i]);
		any = true;
	}
	if (!any)
		add_fault(tls, certificate, GNUTLS_CERT_INVALID);
}

void tls_failure_explain_certificate(struct tls *tls, unsigned int status)
{
	unsigned int count = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(tls->session, &count);
	gnutls_x509_crt_t certificate = NULL;
	sentence_set(&tls->why, "%s", "");
	if (count == 0 || gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS) {
		sentence_set(&tls->why, "the server showed no certificate");
		return;
	}
	if (gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS)
		add_faults(tls, certificate, status);
	else
		sentence_set(&tls->why, "the server's certificate cannot be read");
	gnutls_x509_crt_deinit(certificate);
}

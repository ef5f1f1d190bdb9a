/* tls_failure_certificate: why a certificate does not hold, and what to do about it, for people. */
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include "tls_internal.h"

enum { NAMES_SHOWN = 4 };

void tls_failure_add_date(struct sentence *why, time_t when)
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

static void add_owner(struct tls *tls, gnutls_x509_crt_t certificate)
{
	sentence_add(&tls->why, "the certificate is for ");
	add_names(&tls->why, certificate);
	sentence_add(&tls->why, ", not for ");
	sentence_add_foreign(&tls->why, octets_of(tls->name));
}

static void add_expiry(struct tls *tls, gnutls_x509_crt_t certificate)
{
	sentence_add(&tls->why, "the certificate expired on ");
	tls_failure_add_date(&tls->why, gnutls_x509_crt_get_expiration_time(certificate));
}

static void add_activation(struct tls *tls, gnutls_x509_crt_t certificate)
{
	sentence_add(&tls->why, "the certificate is not valid before ");
	tls_failure_add_date(&tls->why, gnutls_x509_crt_get_activation_time(certificate));
}

static void add_signer(struct tls *tls, gnutls_x509_crt_t certificate)
{
	add_unknown_signer(&tls->why, certificate);
}

/*
 * What can be wrong, in the order in which it is told, and what to do about it. An expired
 * authority makes the server's certificate expired too; then the date is not the reason.
 */
static const struct {
	unsigned int status;
	void (*add)(struct tls *tls, gnutls_x509_crt_t certificate); /* NULL: the words */
	const char *words;
	const char *advice;
} faults[] = {
	{GNUTLS_CERT_SIGNER_NOT_FOUND, add_signer, NULL,
		"if you know it to be right, trust its authority or its fingerprint"},
	{GNUTLS_CERT_EXPIRED, add_expiry, NULL, "its server needs a new one; tell the postmaster"},
	{GNUTLS_CERT_NOT_ACTIVATED, add_activation, NULL, "look whether this clock is right"},
	{GNUTLS_CERT_REVOKED, NULL, "the certificate was revoked",
		"do not use this server until it has a new one"},
	{GNUTLS_CERT_MISSING_OCSP_STATUS, NULL,
		"the certificate demands that an OCSP response comes with it, and none came",
		"the server has to staple one; tell the postmaster"},
	{GNUTLS_CERT_INVALID_OCSP_STATUS, NULL,
		"the OCSP response that came with the certificate does not hold",
		"the server has to staple a good one; tell the postmaster"},
	{GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED, NULL,
		"the OCSP response that came with the certificate is out of date",
		"the server has to staple a new one; tell the postmaster"},
	{GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE, NULL,
		"the OCSP response that came with the certificate is from the future",
		"look whether this clock is right"},
	{GNUTLS_CERT_INSECURE_ALGORITHM, NULL,
		"the certificate is signed with an algorithm that is broken, or its key is short",
		"its server needs a new one; tell the postmaster"},
	{GNUTLS_CERT_PURPOSE_MISMATCH, NULL, "the certificate is not made for a TLS server",
		"its server needs another one; tell the postmaster"},
	{GNUTLS_CERT_SIGNATURE_FAILURE, NULL, "a signature in the certificate's chain is wrong",
		"this may not be your server"},
	{GNUTLS_CERT_UNEXPECTED_OWNER, add_owner, NULL,
		"use a name that it is for, as the host or as the name for TLS"},
	{~0u, NULL, "the certificate's chain does not hold", "tell the server's postmaster"},
};

enum { FAULT_COUNT = sizeof faults / sizeof *faults };

static void add_faults(struct tls *tls, gnutls_x509_crt_t certificate, unsigned int status)
{
	size_t first = FAULT_COUNT;
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		bool last = i + 1 == FAULT_COUNT;
		if (last ? first != FAULT_COUNT : (status & faults[i].status) == 0)
			continue;
		sentence_add(&tls->why, first == FAULT_COUNT ? "" : "; ");
		if (faults[i].add != NULL)
			faults[i].add(tls, certificate);
		else
			sentence_add(&tls->why, faults[i].words);
		first = first == FAULT_COUNT ? i : first;
	}
	sentence_add(&tls->why, ": ");
	sentence_add(&tls->why, faults[first].advice);
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

/* tls_report: reads version, cipher and certificate out of a session, for people. */
#include "tls_report.h"

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "tls_internal.h"

enum { NAMES_MAX = 64 * 1024 };

void tls_report_init(struct tls_report *report, const struct memory *memory)
{
	memset(report, 0, sizeof *report);
	buffer_init(&report->names, memory, NAMES_MAX);
}

void tls_report_clear(struct tls_report *report)
{
	struct buffer names = report->names;
	buffer_clear(&names);
	memset(report, 0, sizeof *report);
	report->names = names;
}

void tls_report_free(struct tls_report *report)
{
	buffer_free(&report->names);
}

void tls_report_hex(const uint8_t *digest, size_t len, char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < len; i++) {
		text[3 * i] = digits[digest[i] >> 4];
		text[3 * i + 1] = digits[digest[i] & 15];
		text[3 * i + 2] = i + 1 < len ? ':' : 0;
	}
}

static void copy_word(char to[TLS_REPORT_WORD], const char *from, size_t len)
{
	len = len < TLS_REPORT_WORD ? len : TLS_REPORT_WORD - 1;
	memcpy(to, from, len);
	to[len] = 0;
}

/* The description's second word: "TLS1.3 ECDHE-SECP256R1 RSA-PSS-RSAE-SHA256 AES-256-GCM". */
void tls_report_session(struct tls *tls)
{
	struct tls_report *report = tls->wish.report;
	const char *cipher = gnutls_cipher_get_name(gnutls_cipher_get(tls->session));
	size_t version = strcspn(tls->description, " ");
	const char *exchange = tls->description + version + strspn(tls->description + version, " ");
	report->resumed = gnutls_session_is_resumed(tls->session) != 0;
	copy_word(report->version, tls->description, version);
	copy_word(report->key_exchange, exchange, strcspn(exchange, " "));
	copy_word(
		report->cipher, cipher == NULL ? "" : cipher, cipher == NULL ? 0 : strlen(cipher));
}

/* GNUTLS_A_PROTOCOL_VERSION is RFC 5246's protocol_version. */
static void name_alert(char name[TLS_REPORT_WORD], gnutls_alert_description_t alert)
{
	static const char front[] = "GNUTLS_A_";
	const char *symbol = gnutls_alert_get_strname(alert);
	if (symbol == NULL || strncmp(symbol, front, sizeof front - 1) != 0) {
		snprintf(name, TLS_REPORT_WORD, "alert %d", (int)alert);
		return;
	}
	symbol += sizeof front - 1;
	copy_word(name, symbol, strlen(symbol));
	for (char *at = name; *at != 0; at++) {
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	}
}

void tls_report_trouble(struct tls *tls)
{
	struct tls_report *report = tls->wish.report;
	report->trouble = tls->trouble == TLS_TROUBLE_NONE ? TLS_TROUBLE_OTHER : tls->trouble;
	if (tls->alert)
		name_alert(report->alert, gnutls_alert_get(tls->session));
}

/* Appends a foreign text, escaped and ended by NUL; nothing where it has no more room. */
static void add_name(struct buffer *names, struct octets name)
{
	text_escape(names, name);
	buffer_append_byte(names, 0);
}

static void add_address(struct buffer *names, struct octets address)
{
	char text[INET6_ADDRSTRLEN];
	int family = address.len == 4 ? AF_INET : AF_INET6;
	if ((address.len == 4 || address.len == 16) &&
		inet_ntop(family, address.at, text, sizeof text) != NULL)
		add_name(names, octets_of(text));
}

static void read_names(struct buffer *names, gnutls_x509_crt_t certificate)
{
	for (unsigned int i = 0;; i++) {
		char name[TLS_NAME_MAX];
		size_t len = sizeof name;
		int type = gnutls_x509_crt_get_subject_alt_name(certificate, i, name, &len, NULL);
		if (type == GNUTLS_E_SHORT_MEMORY_BUFFER)
			continue;
		if (type < 0)
			return;
		if (type == GNUTLS_SAN_DNSNAME)
			add_name(names, octets_make(name, len));
		else if (type == GNUTLS_SAN_IPADDRESS)
			add_address(names, octets_make(name, len));
	}
}

static void read_party(char text[TLS_REPORT_NAME], gnutls_x509_crt_t certificate,
	int (*get)(gnutls_x509_crt_t, gnutls_datum_t *, unsigned int))
{
	gnutls_datum_t name = {NULL, 0};
	struct buffer escaped;
	buffer_init(&escaped, &memory_standard, TLS_REPORT_NAME - 1);
	if (get(certificate, &name, 0) == GNUTLS_E_SUCCESS)
		text_escape(&escaped, octets_make(name.data, name.size));
	snprintf(text, TLS_REPORT_NAME, "%s", buffer_string(&escaped));
	buffer_free(&escaped);
	gnutls_free(name.data);
}

bool tls_report_key_digest(gnutls_x509_crt_t certificate, uint8_t digest[TLS_SHA256_LEN])
{
	size_t len = TLS_SHA256_LEN;
	return gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, digest, &len) ==
	       GNUTLS_E_SUCCESS;
}

static void read_digests(
	struct tls_report *report, const gnutls_datum_t *der, gnutls_x509_crt_t certificate)
{
	uint8_t digest[TLS_SHA256_LEN];
	if (gnutls_hash_fast(GNUTLS_DIG_SHA1, der->data, der->size, digest) == GNUTLS_E_SUCCESS)
		tls_report_hex(digest, TLS_SHA1_LEN, report->sha1);
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, der->data, der->size, digest) == GNUTLS_E_SUCCESS)
		tls_report_hex(digest, TLS_SHA256_LEN, report->sha256);
	if (tls_report_key_digest(certificate, digest))
		tls_report_hex(digest, TLS_SHA256_LEN, report->key_sha256);
}

void tls_report_certificate(struct tls *tls)
{
	struct tls_report *report = tls->wish.report;
	unsigned int count = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(tls->session, &count);
	gnutls_x509_crt_t certificate = NULL;
	if (chain == NULL || count == 0 || gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
		return;
	if (gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) ==
		GNUTLS_E_SUCCESS) {
		report->shown = true;
		report->from_unix = gnutls_x509_crt_get_activation_time(certificate);
		report->until_unix = gnutls_x509_crt_get_expiration_time(certificate);
		read_party(report->subject, certificate, gnutls_x509_crt_get_dn3);
		read_party(report->issuer, certificate, gnutls_x509_crt_get_issuer_dn3);
		read_digests(report, &chain[0], certificate);
		buffer_clear(&report->names);
		read_names(&report->names, certificate);
	}
	gnutls_x509_crt_deinit(certificate);
}

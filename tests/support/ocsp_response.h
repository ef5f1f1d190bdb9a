/*
 * ocsp_response: OCSP responses (RFC 6960 4.2) about certificates of a test, signed by their
 * authority. GnuTLS reads such responses and cannot make them; this writes the DER by hand.
 */
#ifndef SUPPORT_OCSP_RESPONSE_H
#define SUPPORT_OCSP_RESPONSE_H

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <time.h>

#include "certificate.h"
#include "check.h"
#include "octets.h"

struct ocsp_wish {
	const struct certificate *about, *authority;
	bool revoked;
	int from_days, until_days; /* thisUpdate and nextUpdate, from now */
	bool broken;		   /* the signature does not hold */
};

/* Wraps what was written from `start` on into an element with this tag. */
static inline void der_wrap(struct buffer *der, size_t start, uint8_t tag)
{
	size_t len = der->len - start;
	uint8_t head[4] = {tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len};
	size_t head_len = 4;
	if (len < 128) {
		head[1] = (uint8_t)len;
		head_len = 2;
	}
	buffer_append(der, head, head_len); /* for the room */
	memmove(der->at + start + head_len, der->at + start, len);
	memcpy(der->at + start, head, head_len);
}

static inline void der_element(struct buffer *der, uint8_t tag, const void *at, size_t len)
{
	size_t start = der->len;
	if (len > 0)
		buffer_append(der, at, len);
	der_wrap(der, start, tag);
}

static inline void der_time(struct buffer *der, int days)
{
	char text[32];
	struct tm parts;
	time_t when = time(NULL) + (time_t)days * 86400;
	gmtime_r(&when, &parts);
	size_t len = strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &parts);
	der_element(der, 0x18, text, len);
}

/* CertID: SHA-1 of the issuer's name and key, and the serial number. */
static inline void ocsp_certificate_id(struct buffer *der, const struct ocsp_wish *wish)
{
	static const uint8_t sha1[] = {0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 5, 0};
	uint8_t digest[20], serial[64];
	size_t start = der->len, len = sizeof digest;
	gnutls_datum_t name = {NULL, 0};
	buffer_append(der, sha1, sizeof sha1);
	CHECK(gnutls_x509_crt_get_raw_dn(wish->authority->crt, &name) == 0);
	CHECK(gnutls_hash_fast(GNUTLS_DIG_SHA1, name.data, name.size, digest) == 0);
	gnutls_free(name.data);
	der_element(der, 4, digest, sizeof digest);
	/* the key's bits, which is what GnuTLS takes for a key's id where none is asked for */
	gnutls_pubkey_t key;
	gnutls_datum_t x = {NULL, 0}, y = {NULL, 0};
	gnutls_ecc_curve_t curve;
	uint8_t point[65] = {4};
	CHECK(gnutls_pubkey_init(&key) == 0);
	CHECK(gnutls_pubkey_import_x509(key, wish->authority->crt, 0) == 0);
	CHECK(gnutls_pubkey_export_ecc_raw2(key, &curve, &x, &y, GNUTLS_EXPORT_FLAG_NO_LZ) == 0);
	memcpy(point + 33 - x.size, x.data, x.size);
	memcpy(point + 65 - y.size, y.data, y.size);
	CHECK(gnutls_hash_fast(GNUTLS_DIG_SHA1, point, sizeof point, digest) == 0);
	gnutls_free(x.data);
	gnutls_free(y.data);
	gnutls_pubkey_deinit(key);
	der_element(der, 4, digest, sizeof digest);
	len = sizeof serial;
	CHECK(gnutls_x509_crt_get_serial(wish->about->crt, serial, &len) == 0);
	der_element(der, 2, serial, len);
	der_wrap(der, start, 0x30);
}

static inline void ocsp_single_response(struct buffer *der, const struct ocsp_wish *wish)
{
	size_t start = der->len, inner;
	ocsp_certificate_id(der, wish);
	inner = der->len;
	if (wish->revoked)
		der_time(der, wish->from_days - 1);
	der_wrap(der, inner, wish->revoked ? 0xA1 : 0x80);
	der_time(der, wish->from_days);
	inner = der->len;
	der_time(der, wish->until_days);
	der_wrap(der, inner, 0xA0);
	der_wrap(der, start, 0x30);
}

static inline void ocsp_data(struct buffer *der, const struct ocsp_wish *wish)
{
	gnutls_datum_t name = {NULL, 0};
	size_t start = der->len;
	CHECK(gnutls_x509_crt_get_raw_dn(wish->authority->crt, &name) == 0);
	der_element(der, 0xA1, name.data, name.size); /* responderID byName */
	gnutls_free(name.data);
	der_time(der, wish->from_days);
	size_t list = der->len;
	ocsp_single_response(der, wish);
	der_wrap(der, list, 0x30);
	der_wrap(der, start, 0x30);
}

static inline void ocsp_response(struct buffer *der, const struct ocsp_wish *wish)
{
	/* ecdsa-with-SHA256; OCSP's basic response */
	static const uint8_t algorithm[] = {
		0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};
	static const uint8_t head[] = {0x0A, 0x01, 0x00};
	static const uint8_t basic[] = {
		0x06, 0x09, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01};
	gnutls_privkey_t key;
	gnutls_datum_t signature = {NULL, 0};
	size_t marks[4];
	marks[0] = der->len;
	buffer_append(der, head, sizeof head);
	marks[1] = der->len;
	buffer_append(der, basic, sizeof basic);
	marks[2] = der->len;
	marks[3] = der->len;
	ocsp_data(der, wish);
	gnutls_datum_t data = {der->at + marks[3], (unsigned int)(der->len - marks[3])};
	CHECK(gnutls_privkey_init(&key) == 0);
	CHECK(gnutls_privkey_import_x509(key, wish->authority->key, 0) == 0);
	CHECK(gnutls_privkey_sign_data(key, GNUTLS_DIG_SHA256, 0, &data, &signature) == 0);
	gnutls_privkey_deinit(key);
	if (wish->broken)
		signature.data[signature.size - 1] ^= 1;
	buffer_append(der, algorithm, sizeof algorithm);
	size_t bits = der->len;
	buffer_append_byte(der, 0);
	buffer_append(der, signature.data, signature.size);
	gnutls_free(signature.data);
	der_wrap(der, bits, 3);
	der_wrap(der, marks[3], 0x30);
	der_wrap(der, marks[2], 4);
	der_wrap(der, marks[1], 0x30);
	der_wrap(der, marks[1], 0xA0);
	der_wrap(der, marks[0], 0x30);
	CHECK(!buffer_failed(der));
}

#endif

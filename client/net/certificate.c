/* certificate: X.509 v3 certificates (RFC 5280) by GnuTLS. */
#include "certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "endpoint.h"
#include "system_random.h"

enum { RSA_BITS = 2048, SERIAL_LEN = 16, KEY_ID_LEN = 20 };

static int make_key(enum certificate_kind kind, gnutls_x509_privkey_t key)
{
	if (kind == CERTIFICATE_RSA)
		return gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, RSA_BITS, 0);
	return gnutls_x509_privkey_generate(
		key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
}

/* RFC 5280 4.1.2.2: positive, and nobody may meet the same one twice. */
static int set_serial(gnutls_x509_crt_t crt)
{
	uint8_t serial[SERIAL_LEN];
	if (!system_random(serial, sizeof serial))
		return GNUTLS_E_RANDOM_FAILED;
	serial[0] = (serial[0] & 0x3F) | 0x40;
	return gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
}

static int add_name(gnutls_x509_crt_t crt, const char *name)
{
	struct endpoint endpoint;
	unsigned int flags = GNUTLS_FSAN_APPEND;
	if (!endpoint_parse(&endpoint, name, 0))
		return gnutls_x509_crt_set_subject_alt_name(
			crt, GNUTLS_SAN_DNSNAME, name, (unsigned int)strlen(name), flags);
	if (endpoint.address.any.sa_family == AF_INET)
		return gnutls_x509_crt_set_subject_alt_name(
			crt, GNUTLS_SAN_IPADDRESS, &endpoint.address.v4.sin_addr, 4, flags);
	return gnutls_x509_crt_set_subject_alt_name(
		crt, GNUTLS_SAN_IPADDRESS, &endpoint.address.v6.sin6_addr, 16, flags);
}

static int set_names(gnutls_x509_crt_t crt, const struct certificate_wish *wish)
{
	int error = gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0,
		wish->common_name, (unsigned int)strlen(wish->common_name));
	for (size_t i = 0; error == 0 && i < CERTIFICATE_NAMES && wish->names[i] != NULL; i++)
		error = add_name(crt, wish->names[i]);
	return error;
}

/* What the key may be used for: an authority signs, a server does the rest. */
static int set_usage(gnutls_x509_crt_t crt, const struct certificate_wish *wish)
{
	bool authority = wish->signer == NULL && !wish->plain_self_signed;
	unsigned int usage = authority ? GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN
				       : GNUTLS_KEY_DIGITAL_SIGNATURE;
	/* TLS with RSA key exchange encrypts with the certificate's key (RFC 5246 7.4.2). */
	if (!authority && wish->kind == CERTIFICATE_RSA)
		usage |= GNUTLS_KEY_KEY_ENCIPHERMENT;
	int error = gnutls_x509_crt_set_basic_constraints(crt, authority, -1);
	if (error == 0)
		error = gnutls_x509_crt_set_key_usage(crt, usage);
	if (error == 0 && !authority)
		error = gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
	return error;
}

static int set_key_ids(gnutls_x509_crt_t crt, const struct certificate_wish *wish)
{
	uint8_t id[KEY_ID_LEN];
	size_t len = sizeof id;
	int error = gnutls_x509_crt_get_key_id(crt, 0, id, &len);
	if (error == 0)
		error = gnutls_x509_crt_set_subject_key_id(crt, id, len);
	len = sizeof id;
	if (error == 0 && wish->signer != NULL)
		error = gnutls_x509_crt_get_key_id(wish->signer->crt, 0, id, &len);
	if (error == 0)
		error = gnutls_x509_crt_set_authority_key_id(crt, id, len);
	return error;
}

static int fill(const struct certificate_wish *wish, struct certificate *made)
{
	int error = make_key(wish->kind, made->key);
	if (error == 0)
		error = gnutls_x509_crt_set_version(made->crt, 3);
	if (error == 0)
		error = set_serial(made->crt);
	if (error == 0)
		error = gnutls_x509_crt_set_activation_time(made->crt, (time_t)wish->from_unix);
	if (error == 0)
		error = gnutls_x509_crt_set_expiration_time(made->crt, (time_t)wish->until_unix);
	if (error == 0)
		error = set_names(made->crt, wish);
	if (error == 0)
		error = gnutls_x509_crt_set_key(made->crt, made->key);
	if (error == 0)
		error = set_usage(made->crt, wish);
	if (error == 0)
		error = set_key_ids(made->crt, wish);
	if (error != 0)
		return error;
	const struct certificate *signer = wish->signer == NULL ? made : wish->signer;
	return gnutls_x509_crt_sign2(made->crt, signer->crt, signer->key, GNUTLS_DIG_SHA256, 0);
}

bool certificate_make(
	const struct certificate_wish *wish, struct certificate *made, struct sentence *why)
{
	*made = (struct certificate){NULL, NULL};
	int error = gnutls_x509_crt_init(&made->crt);
	if (error == 0)
		error = gnutls_x509_privkey_init(&made->key);
	if (error == 0)
		error = fill(wish, made);
	if (error == 0)
		return true;
	sentence_set(why, "a certificate could not be made: %s", gnutls_strerror(error));
	certificate_free(made);
	return false;
}

void certificate_free(struct certificate *certificate)
{
	if (certificate->crt != NULL)
		gnutls_x509_crt_deinit(certificate->crt);
	if (certificate->key != NULL)
		gnutls_x509_privkey_deinit(certificate->key);
	*certificate = (struct certificate){NULL, NULL};
}

/* 0, or errno. */
static int write_all(int descriptor, const gnutls_datum_t *octets)
{
	size_t done = 0;
	while (done < octets->size) {
		ssize_t wrote = write(descriptor, octets->data + done, octets->size - done);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return wrote == 0 ? ENOSPC : errno;
		done += (size_t)wrote;
	}
	return 0;
}

static bool refuse(const char *file, int error, struct sentence *why)
{
	char reason[128] = "";
	(void)strerror_r(error, reason, sizeof reason);
	sentence_set(why, "%s cannot be written: %s", file, reason);
	return false;
}

/* Takes the descriptor. The first error is the one that is told. */
static bool finish_file(
	int descriptor, const char *file, const gnutls_datum_t *octets, struct sentence *why)
{
	int error = write_all(descriptor, octets);
	if (close(descriptor) != 0 && error == 0)
		error = errno;
	return error == 0 || refuse(file, error, why);
}

bool certificate_write(
	const struct certificate *certificate, const char *file, struct sentence *why)
{
	gnutls_datum_t pem = {NULL, 0};
	int error = gnutls_x509_crt_export2(certificate->crt, GNUTLS_X509_FMT_PEM, &pem);
	if (error != 0) {
		sentence_set(why, "a certificate could not be written: %s", gnutls_strerror(error));
		return false;
	}
	int descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool good = descriptor < 0 ? refuse(file, errno, why)
				   : finish_file(descriptor, file, &pem, why);
	gnutls_free(pem.data);
	return good;
}

/*
 * A file that was there before would keep its owner, its mode and whoever has it open: only a new
 * one is written. fchmod(): a umask may have taken the owner's own bits away.
 */
static bool write_secret(const char *file, const gnutls_datum_t *octets, struct sentence *why)
{
	int descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (descriptor < 0)
		return refuse(file, errno, why);
	if (fchmod(descriptor, 0600) != 0) {
		int error = errno;
		close(descriptor);
		return refuse(file, error, why);
	}
	return finish_file(descriptor, file, octets, why);
}

bool certificate_write_key(
	const struct certificate *certificate, const char *file, struct sentence *why)
{
	gnutls_datum_t pem = {NULL, 0};
	int error = gnutls_x509_privkey_export2(certificate->key, GNUTLS_X509_FMT_PEM, &pem);
	if (error != 0) {
		sentence_set(why, "a key could not be written: %s", gnutls_strerror(error));
		return false;
	}
	bool good = write_secret(file, &pem, why);
	gnutls_memset(pem.data, 0, pem.size);
	gnutls_free(pem.data);
	return good;
}

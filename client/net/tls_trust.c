/* tls_trust: loads authorities, revocation lists, a certificate of our own and a priority. */
#include "tls_trust.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "tls_internal.h"

/*
 * TLS 1.2 and 1.3. AES-GCM first: with the processor's help it is nine times as fast as CHACHA20,
 * and without it a server that knows better chooses.
 */
const char tls_default_priority[] =
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
	":-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:+AES-256-CCM:+AES-128-CCM"
	":+AES-256-CBC:+AES-128-CBC";

/* What the system or GnuTLS says about a file that did not load. */
static void explain(struct sentence *why, const char *what, const char *file, int error)
{
	char reason[128] = "";
	if (error == GNUTLS_E_FILE_ERROR && errno != 0)
		(void)strerror_r(errno, reason, sizeof reason);
	sentence_set(
		why, "%s %s: %s", what, file, reason[0] != 0 ? reason : gnutls_strerror(error));
}

struct tls_trust *tls_trust_empty(const struct memory *memory, struct sentence *why)
{
	struct tls_trust *trust = memory_new(memory, 1, sizeof *trust);
	if (trust == NULL) {
		sentence_set(why, "no memory for trusted certificates");
		return NULL;
	}
	trust->memory = memory;
	int error = gnutls_certificate_allocate_credentials(&trust->credentials);
	if (error == GNUTLS_E_SUCCESS)
		error = gnutls_priority_init2(&trust->priority, tls_default_priority, NULL, 0);
	if (error == GNUTLS_E_SUCCESS)
		error = gnutls_rnd(GNUTLS_RND_NONCE, trust->id, sizeof trust->id);
	if (error == GNUTLS_E_SUCCESS)
		return trust;
	sentence_set(why, "TLS cannot be set up: %s", gnutls_strerror(error));
	tls_trust_free(trust);
	return NULL;
}

struct tls_trust *tls_trust_new(const struct memory *memory, const char *file, struct sentence *why)
{
	struct tls_trust *trust = tls_trust_empty(memory, why);
	if (trust == NULL || tls_trust_add(trust, file, why))
		return trust;
	tls_trust_free(trust);
	return NULL;
}

void tls_trust_free(struct tls_trust *trust)
{
	if (trust == NULL)
		return;
	if (trust->credentials != NULL)
		gnutls_certificate_free_credentials(trust->credentials);
	if (trust->priority != NULL)
		gnutls_priority_deinit(trust->priority);
	memory_free(trust->memory, trust, sizeof *trust);
}

/* The number of certificates, or an error. */
static int load(struct tls_trust *trust, const char *file)
{
	struct stat about;
	errno = 0;
	if (file == NULL)
		return gnutls_certificate_set_x509_system_trust(trust->credentials);
	if (stat(file, &about) == 0 && S_ISDIR(about.st_mode))
		return gnutls_certificate_set_x509_trust_dir(
			trust->credentials, file, GNUTLS_X509_FMT_PEM);
	return gnutls_certificate_set_x509_trust_file(
		trust->credentials, file, GNUTLS_X509_FMT_PEM);
}

bool tls_trust_add(struct tls_trust *trust, const char *file, struct sentence *why)
{
	static const char words[] = "no trusted certificates could be read from";
	int count = load(trust, file);
	if (count > 0)
		return true;
	if (count < 0)
		explain(why, words, file == NULL ? "the system's store" : file, count);
	else
		sentence_set(why, "%s %s: there are none in it", words,
			file == NULL ? "the system's store" : file);
	return false;
}

/* ---- revocation lists ---- */

static bool is_current(gnutls_x509_crl_t list, const char *file, struct sentence *why)
{
	time_t next = gnutls_x509_crl_get_next_update(list);
	if (next == (time_t)-1 || next > (time_t)clock_unix())
		return true;
	sentence_set(why, "the revocation list in %s is out of date since ", file);
	tls_failure_add_date(why, next);
	sentence_add(why, ": fetch a new one");
	return false;
}

static bool use_lists(struct tls_trust *trust, gnutls_x509_crl_t *lists, unsigned int count,
	const char *file, struct sentence *why)
{
	for (unsigned int i = 0; i < count; i++) {
		if (!is_current(lists[i], file, why))
			return false;
	}
	int error = gnutls_certificate_set_x509_crl(trust->credentials, lists, (int)count);
	if (error < 0)
		explain(why, "cannot use the revocation list in", file, error);
	return error >= 0;
}

bool tls_trust_add_revoked(struct tls_trust *trust, const char *file, struct sentence *why)
{
	gnutls_datum_t text = {NULL, 0};
	gnutls_x509_crl_t *lists = NULL;
	unsigned int count = 0;
	errno = 0;
	int error = gnutls_load_file(file, &text);
	if (error == GNUTLS_E_SUCCESS)
		error = gnutls_x509_crl_list_import2(&lists, &count, &text, GNUTLS_X509_FMT_PEM, 0);
	bool good = error >= 0 && use_lists(trust, lists, count, file, why);
	if (error < 0)
		explain(why, "no revocation list could be read from", file, error);
	for (unsigned int i = 0; i < count; i++)
		gnutls_x509_crl_deinit(lists[i]);
	gnutls_free(lists);
	gnutls_free(text.data);
	return good;
}

/* ---- a certificate of our own ---- */

/* What is read from the two files. */
struct own {
	gnutls_datum_t text; /* of the file being read */
	gnutls_x509_crt_t *chain;
	unsigned int count;
	gnutls_x509_privkey_t key;
};

static void drop_text(struct own *own)
{
	if (own->text.data != NULL)
		gnutls_memset(own->text.data, 0, own->text.size);
	gnutls_free(own->text.data);
	own->text = (gnutls_datum_t){NULL, 0};
}

static bool read_chain(struct own *own, const char *file, struct sentence *why)
{
	errno = 0;
	int error = gnutls_load_file(file, &own->text);
	if (error == GNUTLS_E_SUCCESS)
		error = gnutls_x509_crt_list_import2(
			&own->chain, &own->count, &own->text, GNUTLS_X509_FMT_PEM, 0);
	drop_text(own);
	if (error < 0)
		explain(why, "no certificate could be read from", file, error);
	return error >= 0;
}

static bool read_key(struct own *own, const char *file, const char *password, struct sentence *why)
{
	errno = 0;
	int error = gnutls_load_file(file, &own->text);
	if (error == GNUTLS_E_SUCCESS)
		error = gnutls_x509_privkey_init(&own->key);
	if (error == GNUTLS_E_SUCCESS)
		error = gnutls_x509_privkey_import2(own->key, &own->text, GNUTLS_X509_FMT_PEM,
			password, password == NULL ? GNUTLS_PKCS_PLAIN : 0);
	drop_text(own);
	if (error == GNUTLS_E_DECRYPTION_FAILED)
		sentence_set(why, "the key in %s is encrypted, and %s", file,
			password == NULL ? "no password was given for it"
					 : "the password given for it does not open it");
	else if (error < 0)
		explain(why, "no key could be read from", file, error);
	return error >= 0;
}

static void free_own(struct own *own)
{
	for (unsigned int i = 0; i < own->count; i++)
		gnutls_x509_crt_deinit(own->chain[i]);
	gnutls_free(own->chain);
	if (own->key != NULL)
		gnutls_x509_privkey_deinit(own->key);
}

/* GnuTLS notices too, but only when it has taken both. */
static bool belong_together(const struct own *own)
{
	uint8_t of_certificate[TLS_SHA256_LEN], of_key[TLS_SHA256_LEN];
	size_t len = sizeof of_certificate, key_len = sizeof of_key;
	return gnutls_x509_crt_get_key_id(own->chain[0], GNUTLS_KEYID_USE_SHA256, of_certificate,
		       &len) == GNUTLS_E_SUCCESS &&
	       gnutls_x509_privkey_get_key_id(
		       own->key, GNUTLS_KEYID_USE_SHA256, of_key, &key_len) == GNUTLS_E_SUCCESS &&
	       memcmp(of_certificate, of_key, sizeof of_key) == 0;
}

bool tls_trust_show(struct tls_trust *trust, const char *certificate_file, const char *key_file,
	const char *password, struct sentence *why)
{
	struct own own = {.count = 0};
	bool good =
		read_chain(&own, certificate_file, why) && read_key(&own, key_file, password, why);
	if (good && !belong_together(&own)) {
		sentence_set(why, "the key in %s does not belong to the certificate in %s",
			key_file, certificate_file);
		good = false;
	}
	if (good) {
		int error = gnutls_certificate_set_x509_key(
			trust->credentials, own.chain, (int)own.count, own.key);
		good = error >= 0;
		if (!good)
			explain(why, "cannot use the certificate in", certificate_file, error);
	}
	trust->shows = trust->shows || good;
	free_own(&own);
	return good;
}

/* ---- the priority ---- */

bool tls_trust_prefer(struct tls_trust *trust, const char *priority, struct sentence *why)
{
	const char *at = priority;
	gnutls_priority_t made = NULL;
	int error = gnutls_priority_init2(&made, priority, &at, 0);
	if (error != GNUTLS_E_SUCCESS) {
		sentence_set(why, "this build cannot offer the TLS asked for (%s): ", priority);
		if (error == GNUTLS_E_INVALID_REQUEST && at != NULL)
			sentence_add(why, "it is not understood from here on: ");
		sentence_add(why, error == GNUTLS_E_INVALID_REQUEST && at != NULL
					  ? at
					  : gnutls_strerror(error));
		return false;
	}
	gnutls_priority_deinit(trust->priority);
	trust->priority = made;
	return true;
}

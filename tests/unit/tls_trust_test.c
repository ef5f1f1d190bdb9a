/* What a trust store is filled with: authorities, revocation, our own certificate, priorities. */
#include <gnutls/ocsp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ocsp_response.h"
#include "tls_ends.h"

static struct certificate authority, leaf, client;
static struct tls_peer peer;
static char folder[] = "/tmp/tls-trust-XXXXXX";
static char ca_file[64];

static const char *in_folder(const char *name)
{
	static char names[8][64];
	static unsigned int next;
	char *file = names[next++ % 8];
	snprintf(file, 64, "%s/%s", folder, name);
	return file;
}

static void write_file(const char *name, const void *at, size_t len)
{
	FILE *file = fopen(in_folder(name), "w");
	if (CHECK(file != NULL)) {
		CHECK_INT(fwrite(at, 1, len, file), len);
		fclose(file);
	}
}

static bool have_all(void)
{
	static const char *const names[CERTIFICATE_NAMES] = {"localhost"};
	static const char *const client_names[CERTIFICATE_NAMES] = {"client.example.org"};
	static const char *const authority_name[CERTIFICATE_NAMES] = {"Test authority"};
	struct sentence why = {""};
	if (peer.credentials != NULL)
		return true;
	if (!CHECK(mkdtemp(folder) != NULL) ||
		!peer_certificate(&authority, NULL, authority_name) ||
		!peer_certificate(&leaf, &authority, names) ||
		!peer_certificate(&client, &authority, client_names) ||
		!peer_open(&peer, &leaf, NULL))
		return false;
	snprintf(ca_file, sizeof ca_file, "%s", in_folder("ca.pem"));
	CHECK(certificate_write(&authority, ca_file, &why));
	CHECK(certificate_write(&client, in_folder("client.pem"), &why));
	CHECK(certificate_write_key(&client, in_folder("client.key"), &why));
	CHECK(certificate_write_key(&leaf, in_folder("other.key"), &why));
	write_file("garbage", "not a certificate\n", 18);
	write_file("empty", "", 0);
	return CHECK_TEXT(why.text, "");
}

static void authorities_come_from_files_and_folders(void)
{
	static const struct {
		const char *file;
		bool good;
		const char *words;
	} rows[] = {
		{"ca.pem", true, ""},
		{"authorities", true, ""},
		{"none.pem", false, "none.pem: No such file"},
		{"garbage", false, "garbage: "},
		{"empty", false, "empty: "},
		{"emptiness", false, "emptiness: there are none in it"},
	};
	struct sentence made = {""};
	if (!have_all())
		return;
	mkdir(in_folder("authorities"), 0700);
	mkdir(in_folder("emptiness"), 0700);
	CHECK(certificate_write(&authority, in_folder("authorities/one.pem"), &made));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		struct sentence why = {""};
		struct tls_trust *trust =
			tls_trust_new(&memory_standard, in_folder(rows[i].file), &why);
		CHECK_CASE("%s", rows[i].file);
		CHECK_INT(trust != NULL, rows[i].good);
		CHECK(text_holds(why.text, rows[i].words));
		if (trust == NULL)
			continue;
		struct tls_client_settings settings = {.name = "localhost", .trust = trust};
		CHECK(ends_agree(&ends, &peer, &settings, &why));
		ends_close(&ends);
		tls_trust_free(trust);
	}
	unlink(in_folder("authorities/one.pem"));
	rmdir(in_folder("authorities"));
	rmdir(in_folder("emptiness"));
}

/* ---- revocation ---- */

/* A list of the authority's; `about` NULL: nobody is in it. */
static void write_list(const struct certificate *about, int next_days)
{
	gnutls_x509_crl_t list;
	gnutls_datum_t text = {NULL, 0};
	time_t now = (time_t)clock_unix();
	uint8_t number = 1;
	CHECK(gnutls_x509_crl_init(&list) == 0);
	CHECK(gnutls_x509_crl_set_version(list, 2) == 0);
	CHECK(gnutls_x509_crl_set_this_update(list, now - 3 * 86400) == 0);
	CHECK(gnutls_x509_crl_set_next_update(list, now + next_days * 86400) == 0);
	CHECK(gnutls_x509_crl_set_number(list, &number, 1) == 0);
	if (about != NULL)
		CHECK(gnutls_x509_crl_set_crt(list, about->crt, now - 86400) == 0);
	CHECK(gnutls_x509_crl_sign2(list, authority.crt, authority.key, GNUTLS_DIG_SHA256, 0) == 0);
	CHECK(gnutls_x509_crl_export2(list, GNUTLS_X509_FMT_PEM, &text) == 0);
	write_file("list.pem", text.data, text.size);
	gnutls_free(text.data);
	gnutls_x509_crl_deinit(list);
}

static void revoked_certificates_are_refused(void)
{
	static const struct {
		const char *row;
		const char *file;
		bool of_leaf, of_client;
		int next_days;
		bool loaded, accepted;
		const char *words;
	} rows[] = {
		{"nobody", "list.pem", false, false, 3, true, true, ""},
		{"another", "list.pem", false, true, 3, true, true, ""},
		{"this one", "list.pem", true, false, 3, true, false,
			"the certificate was revoked: do not use this server"},
		{"out of date", "list.pem", false, false, -1, false, false,
			"is out of date since 20"},
		{"no file", "none.pem", false, false, 3, false, false, "none.pem: No such file"},
		{"no list", "garbage", false, false, 3, false, false,
			"no revocation list could be"},
	};
	for (size_t i = 0; have_all() && i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		struct sentence why = {""};
		struct tls_trust *trust = tls_trust_new(&memory_standard, ca_file, &why);
		CHECK_CASE("%s", rows[i].row);
		write_list(rows[i].of_leaf     ? &leaf
			   : rows[i].of_client ? &client
					       : NULL,
			rows[i].next_days);
		CHECK_INT(tls_trust_add_revoked(trust, in_folder(rows[i].file), &why),
			rows[i].loaded);
		struct tls_client_settings settings = {.name = "localhost", .trust = trust};
		if (rows[i].loaded) {
			CHECK_INT(ends_agree(&ends, &peer, &settings, &why), rows[i].accepted);
			ends_close(&ends);
		}
		CHECK(text_holds(why.text, rows[i].words));
		tls_trust_free(trust);
	}
}

static struct buffer staple;

static int give_staple(gnutls_session_t session, void *context, gnutls_datum_t *response)
{
	(void)session;
	(void)context;
	response->data = gnutls_malloc(staple.len);
	response->size = (unsigned int)staple.len;
	memcpy(response->data, staple.at, staple.len);
	return 0;
}

static void a_stapled_response_must_be_good(void)
{
	static const struct {
		const char *row;
		bool none, revoked, broken, garbage;
		int from_days, until_days;
		bool needed, accepted;
		const char *words;
	} rows[] = {
		{"good", false, false, false, false, -1, 3, true, true, ""},
		{"good, not needed", false, false, false, false, -1, 3, false, true, ""},
		{"none, not needed", true, false, false, false, 0, 0, false, true, ""},
		{"none, needed", true, false, false, false, 0, 0, true, false,
			"sent no OCSP response with its certificate, and one is required"},
		{"revoked", false, true, false, false, -1, 3, false, false,
			"the certificate was revoked"},
		{"out of date", false, false, false, false, -9, -3, false, false,
			"OCSP response that came with the certificate"},
		{"not signed well", false, false, true, false, -1, 3, false, false,
			"OCSP response that came with the certificate does not hold"},
		{"garbage", false, false, false, true, -1, 3, false, false, "OCSP"},
	};
	struct sentence why = {""};
	struct tls_trust *trust = NULL;
	struct tls_peer stapling;
	buffer_init(&staple, &memory_standard, 65536);
	if (have_all() && peer_open(&stapling, &leaf, NULL))
		trust = tls_trust_new(&memory_standard, ca_file, &why);
	for (size_t i = 0; trust != NULL && i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		CHECK_CASE("%s", rows[i].row);
		buffer_clear(&staple);
		if (rows[i].garbage)
			buffer_append_text(&staple, "garbage");
		else
			ocsp_response(&staple,
				&(struct ocsp_wish){&leaf, &authority, rows[i].revoked,
					rows[i].from_days, rows[i].until_days, rows[i].broken});
		gnutls_certificate_set_ocsp_status_request_function(
			stapling.credentials, rows[i].none ? NULL : give_staple, NULL);
		struct tls_client_settings settings = {
			.name = "localhost", .trust = trust, .need_staple = rows[i].needed};
		CHECK_INT(ends_agree(&ends, &stapling, &settings, &why), rows[i].accepted);
		CHECK(text_holds(why.text, rows[i].words));
		ends_close(&ends);
	}
	peer_close(&stapling);
	tls_trust_free(trust);
	buffer_free(&staple);
}

/* ---- our own certificate ---- */

static void write_encrypted_key(void)
{
	gnutls_datum_t text = {NULL, 0};
	CHECK(gnutls_x509_privkey_export2_pkcs8(client.key, GNUTLS_X509_FMT_PEM, "open sesame",
		      GNUTLS_PKCS_PBES2_AES_256, &text) == 0);
	write_file("secret.key", text.data, text.size);
	gnutls_free(text.data);
}

static void a_certificate_of_our_own_is_shown(void)
{
	static const struct {
		const char *certificate, *key, *password;
		bool good;
		const char *words;
	} rows[] = {
		{"client.pem", "client.key", NULL, true, ""},
		{"client.pem", "client.key", "unused", true, ""},
		{"client.pem", "secret.key", "open sesame", true, ""},
		{"client.pem", "secret.key", NULL, false,
			"secret.key is encrypted, and no password was given for it"},
		{"client.pem", "secret.key", "wrong", false,
			"secret.key is encrypted, and the password given for it does not open it"},
		{"client.pem", "other.key", NULL, false,
			"other.key does not belong to the certificate in "},
		{"none.pem", "client.key", NULL, false, "none.pem: No such file"},
		{"client.pem", "none.key", NULL, false, "none.key: No such file"},
		{"garbage", "client.key", NULL, false, "no certificate could be read from"},
		{"client.pem", "garbage", NULL, false, "no key could be read from"},
	};
	if (!have_all())
		return;
	write_encrypted_key();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		struct sentence why = {""};
		unsigned int count = 0;
		char certificate[64], key[64];
		struct tls_trust *trust = tls_trust_new(&memory_standard, ca_file, &why);
		snprintf(certificate, sizeof certificate, "%s", in_folder(rows[i].certificate));
		snprintf(key, sizeof key, "%s", in_folder(rows[i].key));
		CHECK_CASE("row %zu", i);
		CHECK_INT(tls_trust_show(trust, certificate, key, rows[i].password, &why),
			rows[i].good);
		CHECK(text_holds(why.text, rows[i].words));
		struct tls_client_settings settings = {.name = "localhost", .trust = trust};
		peer.asks = GNUTLS_CERT_REQUEST;
		CHECK(ends_agree(&ends, &peer, &settings, &why));
		if (ends.server != NULL)
			(void)gnutls_certificate_get_peers(ends.server->session, &count);
		CHECK_INT(count, rows[i].good);
		ends_close(&ends);
		tls_trust_free(trust);
	}
	peer.asks = GNUTLS_CERT_IGNORE;
}

/* ---- the priority ---- */

static void priorities_are_read_once_and_say_what_is_wrong(void)
{
	static const struct {
		const char *priority, *server;
		bool good, agreed;
		const char *words;
	} rows[] = {
		{NULL, "NORMAL", true, true, "AES-128-GCM"},
		{NULL, "NORMAL:-CIPHER-ALL:+CHACHA20-POLY1305", true, true, "CHACHA20-POLY1305"},
		{NULL, "NORMAL:-VERS-ALL:+VERS-TLS1.2", true, true, "TLS1.2"},
		{"NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL", true, true, "TLS1.2"},
		{"NORMAL:-CIPHER-ALL:+AES-256-GCM", "NORMAL", true, true, "AES-256-GCM"},
		{NULL, "NORMAL:-VERS-ALL:+VERS-TLS1.0", true, false, "TLS version"},
		{NULL, "NORMAL:-VERS-ALL:+VERS-TLS1.1", true, false, "TLS version"},
		{"NORMAL:+NONSENSE:%COMPAT", NULL, false, false,
			"(NORMAL:+NONSENSE:%COMPAT): it is not understood from here on: "},
		{"", NULL, false, false, "cannot offer the TLS asked for"},
		{"NORMAL:-VERS-ALL", NULL, false, false, "cannot offer the TLS asked for"},
	};
	for (size_t i = 0; have_all() && i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		struct sentence why = {""};
		struct tls_trust *trust = tls_trust_new(&memory_standard, ca_file, &why);
		CHECK_CASE("row %zu", i);
		CHECK_INT(
			rows[i].priority == NULL || tls_trust_prefer(trust, rows[i].priority, &why),
			rows[i].good);
		struct tls_client_settings settings = {.name = "localhost", .trust = trust};
		peer.priority = rows[i].server;
		if (rows[i].good) {
			CHECK_INT(ends_agree(&ends, &peer, &settings, &why), rows[i].agreed);
			if (rows[i].agreed)
				CHECK(text_holds(
					tls_facts(ends.client)->description, rows[i].words));
			ends_close(&ends);
		}
		if (!rows[i].agreed)
			CHECK(text_holds(why.text, rows[i].words));
		tls_trust_free(trust);
	}
	peer.priority = NULL;
}

static void everything_is_freed(void)
{
	static const char *const files[] = {"ca.pem", "client.pem", "client.key", "other.key",
		"secret.key", "garbage", "empty", "list.pem"};
	CHECK(have_all());
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(in_folder(files[i]));
	rmdir(folder);
	peer_close(&peer);
	certificate_free(&authority);
	certificate_free(&leaf);
	certificate_free(&client);
}

#define TESTS(T)                                                                                   \
	T(authorities_come_from_files_and_folders)                                                 \
	T(revoked_certificates_are_refused)                                                        \
	T(a_stapled_response_must_be_good)                                                         \
	T(a_certificate_of_our_own_is_shown)                                                       \
	T(priorities_are_read_once_and_say_what_is_wrong)                                          \
	T(everything_is_freed)
CHECK_MAIN("tls_trust", TESTS)

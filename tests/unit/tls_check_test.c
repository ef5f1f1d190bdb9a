/* Which certificates a client accepts: names, fingerprints, known servers, DANE. */
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tls_ends.h"

static struct certificate authority, leaf, other;
static struct tls_peer peer, other_peer;
static struct tls_trust *trust;
static char folder[] = "/tmp/tls-check-XXXXXX";

static bool have_all(void)
{
	static const char *const names[CERTIFICATE_NAMES] = {
		"localhost", "*.wild.example", "xn--bcher-kva.example", "127.0.0.1", "::1"};
	static const char *const authority_name[CERTIFICATE_NAMES] = {"Test authority"};
	struct sentence why = {""};
	char file[64];
	if (trust != NULL)
		return true;
	if (!CHECK(mkdtemp(folder) != NULL) ||
		!peer_certificate(&authority, NULL, authority_name) ||
		!peer_certificate(&leaf, &authority, names) ||
		!peer_certificate(&other, &authority, names) ||
		!peer_open(&peer, &leaf, &authority) || !peer_open(&other_peer, &other, &authority))
		return false;
	snprintf(file, sizeof file, "%s/ca.pem", folder);
	CHECK(certificate_write(&authority, file, &why));
	CHECK(chmod(file, 0644) ==
		0); /* who may read an authority's certificate is of no interest */
	trust = tls_trust_new(&memory_standard, file, &why);
	CHECK_TEXT(why.text, "");
	unlink(file);
	return CHECK(trust != NULL);
}

static void names_are_compared_as_the_rules_say(void)
{
	static const struct {
		const char *name;
		bool accepted;
		const char *sent; /* SNI */
	} rows[] = {
		{"localhost", true, "localhost"},
		{"LOCALHOST.", true, "LOCALHOST"},
		{"a.wild.example", true, "a.wild.example"},
		{"b\xC3\xBC"
		 "cher.example",
			true, "xn--bcher-kva.example"},
		{"xn--bcher-kva.example", true, "xn--bcher-kva.example"},
		{"127.0.0.1", true, ""},
		{"::1", true, ""},
		{"[::1]", true, ""},
		{"0:0:0:0:0:0:0:1", true, ""},
		{"wild.example", false, "wild.example"},
		{"a.b.wild.example", false, "a.b.wild.example"},
		{"bucher.example", false, "bucher.example"},
		{"localhost.example", false, "localhost.example"},
		{"127.0.0.2", false, ""},
		{"::2", false, ""},
	};
	for (size_t i = 0; have_all() && i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		struct sentence why;
		char sent[256] = "";
		size_t len = sizeof sent;
		unsigned int type;
		struct tls_client_settings settings = {.name = rows[i].name, .trust = trust};
		CHECK_CASE("%s", rows[i].name);
		CHECK_INT(ends_agree(&ends, &peer, &settings, &why), rows[i].accepted);
		CHECK(rows[i].accepted || text_holds(why.text, ", not for "));
		CHECK(rows[i].accepted || text_holds(why.text, ": use a name that it is for"));
		if (ends.server != NULL && gnutls_server_name_get(ends.server->session, sent, &len,
						   &type, 0) != GNUTLS_E_SUCCESS)
			sent[0] = 0;
		CHECK_TEXT(sent, rows[i].sent);
		ends_close(&ends);
	}
}

/* As certificate_make() does, but the key may only be used for this purpose. */
static bool make_for(struct certificate *made, const char *purpose)
{
	uint8_t serial = 7;
	*made = (struct certificate){NULL, NULL};
	return CHECK(gnutls_x509_privkey_init(&made->key) == 0) &&
	       CHECK(gnutls_x509_privkey_generate(made->key, GNUTLS_PK_ECDSA,
			     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) == 0) &&
	       CHECK(gnutls_x509_crt_init(&made->crt) == 0) &&
	       CHECK(gnutls_x509_crt_set_version(made->crt, 3) == 0) &&
	       CHECK(gnutls_x509_crt_set_serial(made->crt, &serial, 1) == 0) &&
	       CHECK(gnutls_x509_crt_set_activation_time(made->crt, (time_t)clock_unix() - 9) ==
		       0) &&
	       CHECK(gnutls_x509_crt_set_expiration_time(made->crt, (time_t)clock_unix() + 999) ==
		       0) &&
	       CHECK(gnutls_x509_crt_set_subject_alt_name(
			     made->crt, GNUTLS_SAN_DNSNAME, "localhost", 9, 0) == 0) &&
	       CHECK(gnutls_x509_crt_set_key(made->crt, made->key) == 0) &&
	       CHECK(gnutls_x509_crt_set_key_purpose_oid(made->crt, purpose, 0) == 0) &&
	       CHECK(gnutls_x509_crt_sign2(
			     made->crt, authority.crt, authority.key, GNUTLS_DIG_SHA256, 0) == 0);
}

static void a_certificate_must_be_made_for_a_server(void)
{
	static const struct {
		const char *purpose;
		bool accepted;
		const char *words;
	} rows[] = {
		{GNUTLS_KP_TLS_WWW_SERVER, true, ""},
		{GNUTLS_KP_ANY, true, ""},
		{GNUTLS_KP_TLS_WWW_CLIENT, false, "the certificate is not made for a TLS server"},
		{GNUTLS_KP_EMAIL_PROTECTION, false, "the certificate is not made for a TLS server"},
	};
	for (size_t i = 0; have_all() && i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		struct tls_peer special;
		struct certificate made;
		struct sentence why;
		struct tls_client_settings settings = {.name = "localhost", .trust = trust};
		CHECK_CASE("purpose %s", rows[i].purpose);
		if (make_for(&made, rows[i].purpose) && peer_open(&special, &made, NULL)) {
			CHECK_INT(ends_agree(&ends, &special, &settings, &why), rows[i].accepted);
			CHECK(text_holds(why.text, rows[i].words));
			ends_close(&ends);
			peer_close(&special);
		}
		certificate_free(&made);
	}
}

static struct octets digest_of(
	const struct certificate *certificate, gnutls_digest_algorithm_t kind, uint8_t digest[64])
{
	size_t len = 64;
	CHECK(gnutls_x509_crt_get_fingerprint(certificate->crt, kind, digest, &len) == 0);
	return octets_make(digest, len);
}

static void a_fingerprint_decides_alone(void)
{
	static const struct {
		const char *row;
		bool of_other;
		gnutls_digest_algorithm_t kind;
		size_t cut;
		const char *name;
		bool accepted;
		const char *words;
	} rows[] = {
		{"SHA-256, wrong name", false, GNUTLS_DIG_SHA256, 32, "nobody.example", true, ""},
		{"SHA-1", false, GNUTLS_DIG_SHA1, 20, "localhost", true, ""},
		{"no name", false, GNUTLS_DIG_SHA256, 32, NULL, true, ""},
		{"another certificate", true, GNUTLS_DIG_SHA256, 32, "localhost", false,
			"the certificate's SHA-256 fingerprint is "},
		{"another one's SHA-1", true, GNUTLS_DIG_SHA1, 20, "localhost", false,
			"the certificate's SHA-1 fingerprint is "},
		{"too short to say anything", false, GNUTLS_DIG_SHA256, 16, "localhost", false,
			"a fingerprint has 20 octets (SHA-1) or 32 (SHA-256)"},
	};
	for (size_t i = 0; have_all() && i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		struct sentence why;
		uint8_t digest[64];
		struct octets pin =
			digest_of(rows[i].of_other ? &other : &leaf, rows[i].kind, digest);
		struct tls_client_settings settings = {
			.name = rows[i].name, .fingerprint = octets_cut(pin, rows[i].cut)};
		CHECK_CASE("%s", rows[i].row);
		CHECK_INT(ends_agree(&ends, &peer, &settings, &why), rows[i].accepted);
		CHECK(text_holds(why.text, rows[i].words));
		if (rows[i].accepted)
			CHECK(tls_facts(ends.client)->verified);
		ends_close(&ends);
	}
}

static void known_servers_must_stay_what_they_are(void)
{
	static const struct {
		const char *row;
		const char *file; /* in the folder */
		const char *host;
		uint16_t port;
		bool to_other;
		bool accepted;
		const char *words;
		size_t lines; /* of the file afterwards */
	} rows[] = {
		{"first time", "known", "mail.example.org", 587, false, true, "", 1},
		{"again, in capitals", "known", "MAIL.example.org", 587, false, true, "", 1},
		{"another key", "known", "mail.example.org", 587, true, false,
			"the server's key has changed: SHA-256 ", 1},
		{"another port", "known", "mail.example.org", 465, true, true, "", 2},
		{"and it stays", "known", "mail.example.org", 465, false, false,
			"the server's key has changed", 2},
		{"another host", "known", "mx.example.org", 587, true, true, "", 3},
		{"no folder", "none/known", "mail.example.org", 587, false, false,
			"cannot be written: No such file", 0},
		{"a folder", ".", "mail.example.org", 587, false, false,
			"cannot be read: it is no regular", 0},
		{"a pipe that nobody writes to", "pipe", "mail.example.org", 587, false, false,
			"cannot be read: it is no regular", 0},
		{"a name that is two lines", "known", "a\nb", 587, false, false, "not a name", 3},
		{"no name", "known", NULL, 587, false, false, "no host to look up", 3},
	};
	if (have_all()) {
		char pipe[128];
		snprintf(pipe, sizeof pipe, "%s/pipe", folder);
		CHECK_INT(mkfifo(pipe, 0600), 0);
	}
	for (size_t i = 0; have_all() && i < sizeof rows / sizeof *rows; i++) {
		struct tls_ends ends;
		struct sentence why;
		struct stat about;
		char file[128], line[256];
		size_t lines = 0;
		snprintf(file, sizeof file, "%s/%s", folder, rows[i].file);
		struct tls_client_settings settings = {
			.known_file = file, .host = rows[i].host, .port = rows[i].port};
		CHECK_CASE("%s", rows[i].row);
		CHECK_INT(
			ends_agree(&ends, rows[i].to_other ? &other_peer : &peer, &settings, &why),
			rows[i].accepted);
		CHECK(text_holds(why.text, rows[i].words));
		ends_close(&ends);
		if (rows[i].lines == 0)
			continue;
		FILE *known = fopen(file, "r");
		while (CHECK(known != NULL) && fgets(line, sizeof line, known) != NULL)
			lines++;
		if (known != NULL)
			fclose(known);
		CHECK_INT(lines, rows[i].lines);
		CHECK(stat(file, &about) == 0 && (about.st_mode & 07777) == 0600);
	}
}

static void a_known_file_of_a_person_is_kept(void)
{
	struct tls_ends ends;
	struct sentence why;
	char file[64], all[512];
	if (!have_all())
		return;
	snprintf(file, sizeof file, "%s/byhand", folder);
	FILE *known = fopen(file, "w");
	fputs("# mine\n\nnonsense\nmail.example.org 587 sha256 short\nlast line, no end", known);
	fclose(known);
	struct tls_client_settings settings = {.known_file = file, .host = "h.example", .port = 1};
	CHECK(ends_agree(&ends, &peer, &settings, &why));
	CHECK_TEXT(why.text, "");
	ends_close(&ends);
	known = fopen(file, "r");
	size_t len = fread(all, 1, sizeof all - 1, known);
	all[len] = 0;
	fclose(known);
	CHECK(text_holds(all, "# mine\n\nnonsense\nmail.example.org 587 sha256 short\n"
			      "last line, no end\nh.example 1 sha256 "));
	CHECK_INT(all[len - 1], '\n');
}

/* Whoever may only read the file can lock it, and must not stop anybody for ever. */
static void a_known_file_that_stays_locked_is_not_waited_for(void)
{
	struct tls_ends ends;
	struct sentence why;
	char file[64];
	if (!have_all())
		return;
	snprintf(file, sizeof file, "%s/byhand", folder);
	int reader = open(file, O_RDONLY | O_CLOEXEC);
	CHECK(reader >= 0 && flock(reader, LOCK_SH) == 0);
	struct tls_client_settings settings = {.known_file = file, .host = "i.example", .port = 1};
	alarm(20);
	CHECK(!ends_agree(&ends, &peer, &settings, &why));
	alarm(0);
	CHECK(text_holds(why.text, "cannot be written: somebody else keeps it locked"));
	ends_close(&ends);
	close(reader);
	CHECK(ends_agree(&ends, &peer, &settings, &why));
	ends_close(&ends);
}

/* ---- DANE ---- */

enum dane_of { OF_LEAF, OF_AUTHORITY, OF_OTHER, OF_NOTHING, BOGUS, NONE };

/* usage, selector, matching type, and the association. */
static size_t tlsa(const struct certificate *certificate, const uint8_t head[3], uint8_t *record)
{
	gnutls_datum_t der = {NULL, 0};
	gnutls_pubkey_t key;
	size_t len = 0;
	memcpy(record, head, 3);
	if (head[1] == 0) {
		CHECK(gnutls_x509_crt_export2(certificate->crt, GNUTLS_X509_FMT_DER, &der) == 0);
	} else {
		CHECK(gnutls_pubkey_init(&key) == 0);
		CHECK(gnutls_pubkey_import_x509(key, certificate->crt, 0) == 0);
		CHECK(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &der) == 0);
		gnutls_pubkey_deinit(key);
	}
	if (head[2] == 0) {
		len = der.size;
		memcpy(record + 3, der.data, len);
	} else {
		len = head[2] == 1 ? 32 : 64;
		CHECK(gnutls_hash_fast(head[2] == 1 ? GNUTLS_DIG_SHA256 : GNUTLS_DIG_SHA512,
			      der.data, der.size, record + 3) == 0);
	}
	gnutls_free(der.data);
	return 3 + len;
}

static const struct {
	const char *row;
	uint8_t head[3];
	enum dane_of of;
	bool trusted, required;
	const char *name;
	bool accepted;
	const char *words;
} dane_rows[] = {
	{"3 1 1, nothing else holds", {3, 1, 1}, OF_LEAF, false, true, "nobody.example", true, ""},
	{"3 0 2", {3, 0, 2}, OF_LEAF, false, false, "localhost", true, ""},
	{"3 0 0", {3, 0, 0}, OF_LEAF, false, false, "localhost", true, ""},
	{"3 1 0", {3, 1, 0}, OF_LEAF, false, false, "localhost", true, ""},
	{"2 0 1", {2, 0, 1}, OF_AUTHORITY, false, false, "localhost", true, ""},
	{"2 1 1", {2, 1, 1}, OF_AUTHORITY, false, false, "a.wild.example", true, ""},
	{"1 1 1, and trusted", {1, 1, 1}, OF_LEAF, true, false, "localhost", true, ""},
	{"0 0 1, and trusted", {0, 0, 1}, OF_AUTHORITY, true, false, "localhost", true, ""},
	{"no records, trusted", {0, 0, 0}, NONE, true, false, "localhost", true, ""},
	{"records of no use, trusted", {9, 1, 1}, OF_LEAF, true, false, "localhost", true, ""},
	{"3 1 1 of another", {3, 1, 1}, OF_OTHER, true, false, "localhost", false,
		"none of those that the TLSA records"},
	{"3 1 1 of the authority", {3, 1, 1}, OF_AUTHORITY, true, false, "localhost", false,
		"none of those that the TLSA records"},
	{"2 0 1, another name", {2, 0, 1}, OF_AUTHORITY, false, false, "nobody.example", false,
		"not for nobody.example"},
	{"2 0 1 of the leaf", {2, 0, 1}, OF_LEAF, true, false, "localhost", false,
		"none of those that the TLSA records"},
	{"1 1 1, not trusted", {1, 1, 1}, OF_LEAF, false, false, "localhost", false,
		"authority is not trusted"},
	{"no records, not trusted", {0, 0, 0}, NONE, false, false, "localhost", false,
		"authority is not trusted"},
	{"no records, required", {0, 0, 0}, NONE, true, true, "localhost", false,
		"no TLSA records that DNSSEC protects"},
	{"records of no use, required", {3, 1, 9}, OF_LEAF, true, true, "localhost", false,
		"no TLSA records that DNSSEC protects"},
	{"forged", {0, 0, 0}, BOGUS, true, false, "localhost", false, "the answer is forged"},
};

static void the_name_servers_word_counts(void)
{
	const struct certificate *of[] = {&leaf, &authority, &other};
	for (size_t i = 0; have_all() && i < sizeof dane_rows / sizeof *dane_rows; i++) {
		struct tls_ends ends;
		struct sentence why;
		uint8_t record[4096];
		struct octets view = octets_make(record, 0);
		size_t count = dane_rows[i].of <= OF_OTHER;
		CHECK_CASE("%s", dane_rows[i].row);
		if (count == 1)
			view.len = tlsa(of[dane_rows[i].of], dane_rows[i].head, record);
		struct tls_dane *dane =
			dane_rows[i].of == BOGUS
				? tls_dane_bogus(&memory_standard,
					  &(struct sentence){"the answer is forged"})
				: tls_dane_new(&memory_standard, &view, count);
		struct tls_client_settings settings = {.name = dane_rows[i].name,
			.trust = dane_rows[i].trusted ? trust : NULL,
			.dane = dane,
			.dane_required = dane_rows[i].required};
		CHECK_INT(ends_agree(&ends, &peer, &settings, &why), dane_rows[i].accepted);
		CHECK(text_holds(why.text, dane_rows[i].words));
		ends_close(&ends);
		tls_dane_free(dane);
	}
}

/* ---- resumption ---- */

enum rule { BY_TRUST, BY_PIN, BY_KNOWN, BY_NOBODY, BY_DANE };

static void a_session_is_resumed_only_under_the_same_check(void)
{
	static const enum rule rules[] = {BY_TRUST, BY_PIN, BY_KNOWN, BY_NOBODY, BY_DANE};
	enum { RULES = sizeof rules / sizeof *rules };
	struct tls_dane *dane = tls_dane_new(&memory_standard, NULL, 0);
	char file[64];
	snprintf(file, sizeof file, "%s/resumed", folder);
	for (size_t i = 0; have_all() && i < RULES * RULES * 2; i++) {
		static const char *const priorities[] = {
			"NORMAL:-VERS-ALL:+VERS-TLS1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.2"};
		enum rule turns[2] = {rules[i / 2 / RULES], rules[i / 2 % RULES]};
		struct tls_resumption *resumption = tls_resumption_new(&memory_standard);
		uint8_t digest[64];
		struct octets pin = digest_of(&leaf, GNUTLS_DIG_SHA256, digest);
		peer.priority = priorities[i % 2];
		for (int turn = 0; turn < 2; turn++) {
			struct tls_ends ends;
			struct sentence why;
			struct octets word = octets_of("x");
			uint8_t heard;
			size_t count;
			struct tls_client_settings settings = {.name = "localhost",
				.host = "localhost",
				.port = 587,
				.trust = trust,
				.check = turns[turn] == BY_NOBODY ? TLS_CHECK_NONE
								  : TLS_CHECK_STRICT,
				.known_file = turns[turn] == BY_KNOWN ? file : NULL,
				.dane = turns[turn] == BY_DANE ? dane : NULL,
				.resumption = resumption};
			if (turns[turn] == BY_PIN)
				settings.fingerprint = pin;
			CHECK_CASE("%s, rule %d, then %d, turn %d", peer.priority, turns[0],
				turns[1], turn);
			CHECK(ends_agree(&ends, &peer, &settings, &why));
			CHECK_INT(tls_write(ends.server, &word, 1, &count), TLS_OK);
			CHECK_INT(tls_read(ends.client, &heard, 1, &count), TLS_OK);
			CHECK_INT(gnutls_session_is_resumed(ends.client->session) != 0,
				turn == 1 && turns[0] == turns[1]);
			CHECK_INT(tls_facts(ends.client)->verified, turns[turn] != BY_NOBODY);
			ends_close(&ends);
		}
		tls_resumption_free(resumption);
	}
	peer.priority = NULL;
	tls_dane_free(dane);
}

static void another_server_gets_a_handshake_of_its_own(void)
{
	static const struct {
		const char *host;
		uint16_t port;
		bool resumed;
	} rows[] = {
		{"localhost", 587, true},
		{"localhost", 465, false},
		{"127.0.0.1", 587, false},
	};
	for (size_t i = 0; have_all() && i < sizeof rows / sizeof *rows; i++) {
		struct tls_resumption *resumption = tls_resumption_new(&memory_standard);
		struct tls_ends ends[2];
		CHECK_CASE("%s %d", rows[i].host, rows[i].port);
		for (int turn = 0; turn < 2; turn++) {
			struct sentence why;
			struct octets word = octets_of("x");
			uint8_t heard;
			size_t count;
			struct tls_client_settings settings = {.name = "localhost",
				.host = turn == 0 ? "localhost" : rows[i].host,
				.port = turn == 0 ? 587 : rows[i].port,
				.trust = trust,
				.resumption = resumption};
			CHECK(ends_agree(&ends[turn], &peer, &settings, &why));
			CHECK_INT(tls_write(ends[turn].server, &word, 1, &count), TLS_OK);
			CHECK_INT(tls_read(ends[turn].client, &heard, 1, &count), TLS_OK);
		}
		/* also while the first connection is still open */
		CHECK_INT(gnutls_session_is_resumed(ends[1].client->session) != 0, rows[i].resumed);
		ends_close(&ends[0]);
		ends_close(&ends[1]);
		tls_resumption_free(resumption);
	}
}

static void everything_is_freed(void)
{
	static const char *const files[] = {"known", "byhand", "resumed", "pipe"};
	CHECK(have_all());
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char file[64];
		snprintf(file, sizeof file, "%s/%s", folder, files[i]);
		unlink(file);
	}
	CHECK(rmdir(folder) == 0); /* no temporary file was left behind */
	peer_close(&peer);
	peer_close(&other_peer);
	certificate_free(&authority);
	certificate_free(&leaf);
	certificate_free(&other);
	tls_trust_free(trust);
}

#define TESTS(T)                                                                                   \
	T(names_are_compared_as_the_rules_say)                                                     \
	T(a_certificate_must_be_made_for_a_server)                                                 \
	T(a_fingerprint_decides_alone)                                                             \
	T(known_servers_must_stay_what_they_are)                                                   \
	T(a_known_file_of_a_person_is_kept)                                                        \
	T(a_known_file_that_stays_locked_is_not_waited_for)                                        \
	T(the_name_servers_word_counts)                                                            \
	T(a_session_is_resumed_only_under_the_same_check)                                          \
	T(another_server_gets_a_handshake_of_its_own)                                              \
	T(everything_is_freed)
CHECK_MAIN("tls_check", TESTS)

/* Versions and suites by name: what is offered on the wire, and what is said to be missing. */
#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include "check.h"
#include "phone_tls.h"
#include "tcp.h"
#include "tls_client.h"
#include "tls_priority.h"

static bool has_extensions(const uint8_t *hello, size_t len)
{
	/* Record 5, handshake 4, version 2, random 32, session id, suites, compression methods. */
	size_t at = 5 + 4 + 2 + 32;
	at += 1u + hello[at];
	at += 2u + (size_t)(hello[at] << 8 | hello[at + 1]);
	at += 1u + hello[at];
	return at < len;
}

/* The ClientHello of 2007, octet by octet as far as it is decided. */
static void the_phone_of_2007_offers_what_it_did(void)
{
	static const uint8_t versions[] = {TLS_SSL3, TLS_1_0};
	static const char *const names[] = {"RSA-AES256-CBC-SHA", "RSA-AES128-CBC-SHA",
		"RSA-3DES-CBC-SHA", "DHE-RSA-3DES-CBC-SHA", "RSA-RC4-SHA", "RSA-RC4-MD5",
		"RSA-DES-CBC-SHA"};
	static const uint8_t suites[] = {
		0, 10, 0x00, 0x35, 0x00, 0x2f, 0x00, 0x0a, 0x00, 0x05, 0, 4};
	struct octets items[7];
	struct word_list words = {.count = 2, .items = {versions[0], versions[1]}};
	struct buffer priority, unavailable;
	for (size_t i = 0; i < 7; i++)
		items[i] = octets_of(names[i]);
	struct text_list ciphers = {.items = items, .count = 7};
	buffer_init(&priority, &memory_standard, 1000);
	buffer_init(&unavailable, &memory_standard, 1000);
	CHECK(phone_tls_priority(&words, &ciphers, true, &priority, &unavailable));
	CHECK_TEXT(buffer_string(&unavailable),
		"this build cannot offer SSL3.0, DHE-RSA-3DES-CBC-SHA, RSA-DES-CBC-SHA");
	struct tls_client_settings settings = {.priority = buffer_string(&priority),
		.check = TLS_CHECK_NONE,
		.name = "localhost",
		.name_not_sent = true};
	int descriptors[2];
	uint8_t hello[1000];
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, descriptors) == 0);
	tcp_prepare(descriptors[0]);
	struct tls *tls = tls_client_new(&memory_standard, descriptors[0], &settings, NULL);
	if (CHECK(tls != NULL)) {
		CHECK_INT(tls_handshake(tls, 0), TLS_AGAIN);
		ssize_t len = recv(descriptors[1], hello, sizeof hello, 0);
		if (CHECK(len > 50)) {
			CHECK_OCTETS(octets_make(hello, 3), octets_make("\x16\x03\x01", 3));
			CHECK_OCTETS(octets_make(hello + 9, 2), octets_make("\x03\x01", 2));
			CHECK_OCTETS(octets_make(hello + 44, sizeof suites),
				octets_make(suites, sizeof suites));
			CHECK(!has_extensions(hello, (size_t)len));
		}
	}
	tls_free(tls);
	tcp_close(descriptors[0]);
	tcp_close(descriptors[1]);
	buffer_free(&priority);
	buffer_free(&unavailable);
}

static void priorities_offer_no_more_than_was_asked_for(void)
{
	static const struct {
		unsigned int versions;
		const char *suites[4];
		bool good;
		const char *unavailable;
	} rows[] = {
		{1 << TLS_VERSION_1_3, {"TLS_AES_128_GCM_SHA256"}, true, ""},
		{1 << TLS_VERSION_1_2, {"ECDHE-RSA-AES128-GCM-SHA256"}, true, ""},
		{1 << TLS_VERSION_1_0, {"TLS_RSA_WITH_3DES_EDE_CBC_SHA"}, true, ""},
		{1 << TLS_VERSION_1_0, {"RSA-RC4-SHA", "RSA-RC4-MD5", "RSA-AES128-CBC-SHA"}, true,
			""},
		/* RC4 with SHA-1 would come along. */
		{1 << TLS_VERSION_1_0, {"RSA-RC4-MD5", "RSA-AES128-CBC-SHA"}, true,
			"RSA-AES128-CBC-SHA"},
		{0, {NULL}, true, ""},
		/* DHE with AES would come along. */
		{1 << TLS_VERSION_1_0, {"RSA-AES128-CBC-SHA", "DHE-RSA-3DES-CBC-SHA"}, true,
			"DHE-RSA-3DES-CBC-SHA"},
		/* A suite of a version that is not offered. */
		{1 << TLS_VERSION_1_0, {"RSA-AES128-CBC-SHA", "ECDHE-RSA-AES128-GCM-SHA256"}, true,
			"ECDHE-RSA-AES128-GCM-SHA256"},
		{1 << TLS_VERSION_SSL3, {NULL}, false, "SSL3.0"},
		{1 << TLS_VERSION_1_0, {"RSA-DES-CBC-SHA"}, false, "RSA-DES-CBC-SHA"},
		{1 << TLS_VERSION_1_0, {"RSA-EXPORT-RC4-40-MD5", "no such thing"}, false,
			"RSA-EXPORT-RC4-40-MD5, no such thing"},
		{1 << TLS_VERSION_1_0, {""}, false, ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct octets suites[4];
		struct tls_priority_wish wish = {.versions = rows[i].versions, .suites = suites};
		struct buffer priority, unavailable;
		for (size_t k = 0; k < 4 && rows[i].suites[k] != NULL; k++)
			suites[wish.suite_count++] = octets_of(rows[i].suites[k]);
		CHECK_CASE("row %zu", i);
		buffer_init(&priority, &memory_standard, 1000);
		buffer_init(&unavailable, &memory_standard, 1000);
		CHECK_INT(tls_priority_write(&wish, &priority, &unavailable), rows[i].good);
		CHECK_TEXT(buffer_string(&unavailable), rows[i].unavailable);
		gnutls_priority_t made = NULL;
		if (rows[i].good)
			CHECK_INT(gnutls_priority_init(&made, buffer_string(&priority), NULL), 0);
		gnutls_priority_deinit(made);
		buffer_free(&priority);
		buffer_free(&unavailable);
	}
}

#define TESTS(T)                                                                                   \
	T(the_phone_of_2007_offers_what_it_did)                                                    \
	T(priorities_offer_no_more_than_was_asked_for)
CHECK_MAIN("tls_priority", TESTS)

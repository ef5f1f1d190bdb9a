/* tls_resumption: a small table of sessions, the oldest of which goes when it is full. */
#include "tls_resumption.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "clock.h"
#include "tls_internal.h"

enum { KEPT_MAX = 32, KEPT_FOR_S = 3600 };

struct kept {
	uint8_t key[TLS_SHA256_LEN]; /* who it was, and how that was checked */
	gnutls_datum_t data;	     /* size 0: free */
	bool verified;
	uint64_t checked_unix; /* when the certificate was looked at */
	uint64_t age;	       /* order of keeping */
};

struct tls_resumption {
	const struct memory *memory;
	struct kept kept[KEPT_MAX];
	uint64_t count; /* that were ever kept */
};

struct tls_resumption *tls_resumption_new(const struct memory *memory)
{
	struct tls_resumption *resumption = memory_new(memory, 1, sizeof *resumption);
	if (resumption != NULL)
		resumption->memory = memory;
	return resumption;
}

static void forget(struct kept *kept)
{
	if (kept->data.data != NULL)
		gnutls_memset(kept->data.data, 0, kept->data.size);
	gnutls_free(kept->data.data);
	*kept = (struct kept){.age = 0};
}

void tls_resumption_free(struct tls_resumption *resumption)
{
	if (resumption == NULL)
		return;
	for (size_t i = 0; i < KEPT_MAX; i++)
		forget(&resumption->kept[i]);
	memory_free(resumption->memory, resumption, sizeof *resumption);
}

static void digest_text(gnutls_hash_hd_t digest, const char *text)
{
	(void)gnutls_hash(digest, text == NULL ? "" : text, text == NULL ? 1 : strlen(text) + 1);
}

/* Everything that the check depends on goes into the key; false: nothing can be kept. */
static bool make_key(struct tls *tls)
{
	const struct tls_client_settings *wish = &tls->wish;
	gnutls_hash_hd_t digest;
	uint16_t numbers[] = {wish->port, (uint16_t)wish->check, (uint16_t)wish->fingerprint.len,
		wish->need_staple, wish->name_not_sent, wish->dane != NULL, wish->dane_required};
	static const uint8_t nobody[TLS_TRUST_ID_LEN];
	if (gnutls_hash_init(&digest, GNUTLS_DIG_SHA256) != GNUTLS_E_SUCCESS)
		return false;
	(void)gnutls_hash(digest, numbers, sizeof numbers);
	(void)gnutls_hash(digest, wish->trust == NULL ? nobody : wish->trust->id, TLS_TRUST_ID_LEN);
	(void)gnutls_hash(digest, &wish->dane, sizeof wish->dane);
	(void)gnutls_hash(digest, wish->fingerprint.at, wish->fingerprint.len);
	digest_text(digest, wish->host);
	digest_text(digest, tls->name);
	digest_text(digest, wish->known_file);
	digest_text(digest, wish->priority);
	gnutls_hash_deinit(digest, tls->key);
	return true;
}

static struct kept *find(struct tls_resumption *resumption, const uint8_t key[TLS_SHA256_LEN])
{
	for (size_t i = 0; i < KEPT_MAX; i++) {
		struct kept *kept = &resumption->kept[i];
		if (kept->data.size > 0 && memcmp(kept->key, key, TLS_SHA256_LEN) == 0)
			return kept;
	}
	return NULL;
}

static struct kept *make_room(struct tls_resumption *resumption)
{
	struct kept *oldest = &resumption->kept[0];
	for (size_t i = 1; i < KEPT_MAX; i++) {
		if (resumption->kept[i].age < oldest->age)
			oldest = &resumption->kept[i];
	}
	return oldest;
}

/*
 * With TLS 1.3 there is something to keep only after a ticket has come; asked earlier, GnuTLS
 * would wait for one.
 */
static bool has_something(const struct tls *tls)
{
	return gnutls_protocol_get_version(tls->session) != GNUTLS_TLS1_3 ||
	       (gnutls_session_get_flags(tls->session) & GNUTLS_SFLAGS_SESSION_TICKET) != 0;
}

void tls_resumption_keep(struct tls *tls)
{
	struct tls_resumption *resumption = tls->wish.resumption;
	gnutls_datum_t data = {NULL, 0};
	if (resumption == NULL || !tls->has_key || !tls->up || tls->broken || !has_something(tls))
		return;
	if (gnutls_session_get_data2(tls->session, &data) != GNUTLS_E_SUCCESS)
		return;
	if (data.size == 0) {
		gnutls_free(data.data);
		return;
	}
	struct kept *kept = find(resumption, tls->key);
	if (kept == NULL)
		kept = make_room(resumption);
	forget(kept);
	*kept = (struct kept){.data = data,
		.verified = tls->verified,
		.checked_unix = tls->checked_unix,
		.age = ++resumption->count};
	memcpy(kept->key, tls->key, sizeof tls->key);
}

void tls_resumption_offer(struct tls *tls)
{
	tls->has_key = tls->wish.resumption != NULL && make_key(tls);
	struct kept *kept = tls->has_key ? find(tls->wish.resumption, tls->key) : NULL;
	if (kept == NULL)
		return;
	uint64_t now = clock_unix();
	bool old = now < kept->checked_unix || now - kept->checked_unix > KEPT_FOR_S;
	if (old || (tls->wish.check == TLS_CHECK_STRICT && !kept->verified)) {
		forget(kept);
		return;
	}
	if (gnutls_session_set_data(tls->session, kept->data.data, kept->data.size) !=
		GNUTLS_E_SUCCESS)
		return;
	tls->offered_verified = kept->verified;
	tls->offered_unix = kept->checked_unix;
}

void tls_resumption_refuse(struct tls *tls)
{
	struct kept *kept = tls->has_key ? find(tls->wish.resumption, tls->key) : NULL;
	if (kept != NULL)
		forget(kept);
}

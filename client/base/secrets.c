/*
 * secrets: a short list, searched at every place of a short text.
 *
 * Nearly every text holds none. The first n octets of each secret, n being the length of the
 * shortest, have n - 1 pairs of neighbours; wherever they stand in a text, one of these pairs is
 * at every (n - 1)th place of it. So only those places are looked at, in a set of all the pairs.
 */
#include "secrets.h"

#include "base64.h"

#include <string.h>

void secrets_init(struct secrets *secrets, const struct memory *memory)
{
	*secrets = (struct secrets){.shortest = SIZE_MAX};
	buffer_init(&secrets->said, memory, SECRETS_MAX);
}

void secrets_free(struct secrets *secrets)
{
	secrets_forget(secrets);
	buffer_free(&secrets->said);
}

void secrets_forget(struct secrets *secrets)
{
	buffer_clear(&secrets->said);
	secrets->shortest = SIZE_MAX;
	memory_wipe(secrets->pairs, sizeof secrets->pairs);
}

bool secrets_are_kept(const struct secrets *secrets)
{
	return secrets->said.len > 0;
}

/* The pairs that a text is looked at for. */
static void note_pairs(struct secrets *secrets)
{
	memory_wipe(secrets->pairs, sizeof secrets->pairs);
	for (struct octets rest = buffer_octets(&secrets->said); rest.len > 0;) {
		for (size_t i = 0; i + 1 < secrets->shortest; i++) {
			size_t pair = secrets_pair(rest.at + i);
			secrets->pairs[pair / 64] |= UINT64_C(1) << pair % 64;
		}
		rest = octets_from(rest, octets_find(rest, 0) + 1);
	}
}

static void keep(struct secrets *secrets, struct octets secret)
{
	if (secret.len < SECRET_MIN || secret.len >= SECRETS_MAX - secrets->said.len)
		return;
	buffer_append_octets(&secrets->said, secret);
	buffer_append_byte(&secrets->said, 0);
	if (buffer_failed(&secrets->said))
		return;
	if (secret.len < secrets->shortest)
		secrets->shortest = secret.len;
	note_pairs(secrets);
}

static void remember(struct secrets *secrets, struct octets said)
{
	for (size_t i = 0; i < sizeof secrets->open / sizeof *secrets->open; i++) {
		if (secrets->open[i] != NULL && octets_equal(said, octets_of(secrets->open[i])))
			return;
	}
	keep(secrets, said);
}

bool secrets_remember(struct secrets *secrets, struct octets said)
{
	struct buffer plain;
	said = octets_trim(said);
	remember(secrets, said);
	buffer_init(&plain, secrets->said.memory, said.len);
	if (base64_decode(&plain, said)) {
		for (struct octets rest = buffer_octets(&plain); rest.len > 0;) {
			size_t len = octets_find(rest, 0);
			remember(secrets, octets_cut(rest, len));
			rest = octets_from(rest, len + 1);
		}
	}
	bool good = !buffer_failed(&plain) && !buffer_failed(&secrets->said);
	buffer_free(&plain);
	return good;
}

/*
 * Base64 writes three octets as four characters: a password behind `before` octets of something
 * else has characters of its own but for those at its ends, which it may share with others.
 */
static bool keep_encoded(struct secrets *secrets, struct octets password, size_t before)
{
	static const uint8_t nothing[2];
	static const size_t shared[] = {0, 2, 3};
	struct buffer plain, encoded;
	buffer_init(&plain, secrets->said.memory, before + password.len);
	buffer_init(&encoded, secrets->said.memory, 4 + 2 * plain.cap);
	buffer_append(&plain, nothing, before);
	buffer_append_octets(&plain, password);
	bool good = !buffer_failed(&plain) && base64_encode(&encoded, buffer_octets(&plain));
	if (good)
		keep(secrets, octets_from(octets_cut(buffer_octets(&encoded), plain.len * 8 / 6),
				      shared[before]));
	buffer_free(&plain);
	buffer_free(&encoded);
	return good;
}

bool secrets_remember_password(struct secrets *secrets, struct octets password)
{
	bool good = true;
	if (password.len < SECRET_MIN)
		return true;
	keep(secrets, password);
	for (size_t before = 0; before < 3 && good; before++)
		good = keep_encoded(secrets, password, before);
	return good && !buffer_failed(&secrets->said);
}

/* The longest secret at the front of the text, or 0. */
static size_t longest_at(const struct secrets *secrets, struct octets text)
{
	size_t longest = 0;
	for (struct octets rest = buffer_octets(&secrets->said); rest.len > 0;) {
		size_t len = octets_find(rest, 0);
		if (len > longest && text.len >= len && memcmp(text.at, rest.at, len) == 0)
			longest = len;
		rest = octets_from(rest, len + 1);
	}
	return longest;
}

bool secrets_mask(const struct secrets *secrets, struct octets text, struct buffer *out)
{
	bool found = false;
	while (text.len > 0) {
		size_t len = longest_at(secrets, text);
		if (len > 0)
			buffer_append_text(out, "<secret>");
		else
			buffer_append_byte(out, text.at[0]);
		found |= len > 0;
		text = octets_from(text, len > 0 ? len : 1);
	}
	return found;
}

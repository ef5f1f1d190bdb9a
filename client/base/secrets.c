/* secrets: a short list, searched at every place of a short text. */
#include "secrets.h"

#include "base64.h"

#include <string.h>

void secrets_init(struct secrets *secrets, const struct memory *memory)
{
	buffer_init(&secrets->said, memory, SECRETS_MAX);
}

void secrets_free(struct secrets *secrets)
{
	buffer_free(&secrets->said);
}

void secrets_forget(struct secrets *secrets)
{
	buffer_clear(&secrets->said);
}

bool secrets_are_kept(const struct secrets *secrets)
{
	return secrets->said.len > 0;
}

static void remember(struct secrets *secrets, struct octets secret)
{
	if (secret.len < SECRET_MIN || secret.len >= SECRETS_MAX - secrets->said.len)
		return;
	buffer_append_octets(&secrets->said, secret);
	buffer_append_byte(&secrets->said, 0);
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

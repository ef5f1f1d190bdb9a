/* mechanism: CRAM-MD5, PLAIN, LOGIN. */
#include "mechanism.h"

#include "digest.h"

/* RFC 2195: the user, a blank, and the keyed digest of the challenge in hexadecimal. */
static bool cram_md5_step(const struct credentials *credentials, unsigned int round,
	const struct challenge *challenge, struct buffer *out)
{
	uint8_t digest[DIGEST_MD5_LEN];
	if (round > 0 || !challenge->readable || challenge->octets.len == 0)
		return false;
	digest_hmac_md5(octets_of(credentials->password), challenge->octets, digest);
	buffer_append_text(out, credentials->user);
	buffer_append_byte(out, ' ');
	return digest_hex(out, digest, sizeof digest);
}

/* RFC 4616: no other identity, NUL, the user, NUL, the password. */
static bool plain_start(const struct credentials *credentials, struct buffer *out)
{
	buffer_append_byte(out, 0);
	buffer_append_text(out, credentials->user);
	buffer_append_byte(out, 0);
	return buffer_append_text(out, credentials->password);
}

static bool plain_step(const struct credentials *credentials, unsigned int round,
	const struct challenge *challenge, struct buffer *out)
{
	(void)challenge;
	return round == 0 && plain_start(credentials, out);
}

/* The user, then the password, however the server words its prompts: many do it their own way. */
static bool login_step(const struct credentials *credentials, unsigned int round,
	const struct challenge *challenge, struct buffer *out)
{
	(void)challenge;
	if (round > 1)
		return false;
	return buffer_append_text(out, round == 0 ? credentials->user : credentials->password);
}

static const struct mechanism mechanisms[] = {
	{"CRAM-MD5", false, NULL, cram_md5_step},
	{"PLAIN", true, plain_start, plain_step},
	{"LOGIN", true, NULL, login_step},
};

size_t mechanism_count(void)
{
	return sizeof mechanisms / sizeof *mechanisms;
}

const struct mechanism *mechanism_at(size_t index)
{
	return &mechanisms[index];
}

size_t mechanism_find(struct octets name)
{
	size_t index = 0;
	while (index < mechanism_count() &&
		!octets_equal_nocase(name, octets_of(mechanisms[index].name)))
		index++;
	return index;
}

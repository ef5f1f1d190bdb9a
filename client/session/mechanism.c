/* mechanism: the table, and the mechanisms that are a few lines of text. */
#include "mechanism.h"

#include "bearer.h"
#include "digest.h"

/* RFC 2195: the user, a blank, and the keyed digest of the challenge in hexadecimal. */
static bool cram_md5_step(const struct sasl_login *login, unsigned int round,
	const struct challenge *challenge, struct buffer *out)
{
	uint8_t digest[DIGEST_MD5_LEN];
	if (round > 0 || !challenge->readable || challenge->octets.len == 0)
		return false;
	digest_hmac_md5(octets_of(login->password), challenge->octets, digest);
	buffer_append_text(out, login->user);
	buffer_append_byte(out, ' ');
	digest_hex(out, digest, sizeof digest);
	return true;
}

/* RFC 4616: whom to act as, NUL, the user, NUL, the password. */
static void plain_start(const struct sasl_login *login, struct buffer *out)
{
	buffer_append_octets(out, octets_of(login->authorize));
	buffer_append_byte(out, 0);
	buffer_append_text(out, login->user);
	buffer_append_byte(out, 0);
	buffer_append_text(out, login->password);
}

/* The user, then the password, however the server words its prompts: many do it their own way. */
static bool login_step(const struct sasl_login *login, unsigned int round,
	const struct challenge *challenge, struct buffer *out)
{
	(void)challenge;
	if (round > 1)
		return false;
	buffer_append_text(out, round == 0 ? login->user : login->password);
	return true;
}

/* RFC 4422 appendix A: whom to act as; nothing, where TLS's own certificate says who we are. */
static void external_start(const struct sasl_login *login, struct buffer *out)
{
	buffer_append_octets(
		out, octets_of(login->authorize != NULL ? login->authorize : login->user));
}

#define PROVIDED .provided = true
#define FIRST .first = true, .initial = true
#define TOKEN .token = true, .clear = true, .named = true

static const struct mechanism mechanisms[] = {
	{.name = "SCRAM-SHA-256-PLUS", PROVIDED, FIRST, .acts_for = true, .bound = true},
	{.name = "SCRAM-SHA-256", PROVIDED, FIRST, .acts_for = true},
	{.name = "SCRAM-SHA-1-PLUS", PROVIDED, FIRST, .acts_for = true, .bound = true},
	{.name = "SCRAM-SHA-1", PROVIDED, FIRST, .acts_for = true},
	{.name = "DIGEST-MD5", PROVIDED, .acts_for = true},
	{.name = "CRAM-MD5", .step = cram_md5_step},
	{.name = "PLAIN", FIRST, .clear = true, .acts_for = true, .start = plain_start},
	{.name = "LOGIN", .clear = true, .step = login_step},
	{.name = "OAUTHBEARER",
		FIRST,
		TOKEN,
		.acts_for = true,
		.start = bearer_start,
		.step = bearer_step},
	{.name = "XOAUTH2",
		FIRST,
		TOKEN,
		.start = bearer_xoauth2_start,
		.step = bearer_xoauth2_step},
	{.name = "EXTERNAL",
		FIRST,
		.named = true,
		.userless = true,
		.acts_for = true,
		.start = external_start},
	{.name = "GSSAPI", PROVIDED, FIRST, .named = true, .userless = true, .acts_for = true},
	/* its server asks "NTLM supported" before the client may speak */
	{.name = "NTLM", PROVIDED, .first = true, .named = true},
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

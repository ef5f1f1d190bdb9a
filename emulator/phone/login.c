/* login: three mechanisms of a few lines each. */
#include "login.h"

#include <string.h>

#include "base64.h"
#include "digest.h"
#include "offers.h"
#include "wire.h"

enum { MAX_LINE = 128 * 1024, CRAM_BLOCK_LEN = 64 };

void login_init(struct login *login, const struct memory *memory,
	const struct client_profile *profile, struct octets user, struct octets password)
{
	*login = (struct login){.profile = profile, .user = user, .password = password};
	buffer_init(&login->line, memory, MAX_LINE);
}

void login_free(struct login *login)
{
	buffer_free(&login->line);
}

void login_reset(struct login *login)
{
	login->left = 0;
	login->name = octets_make(NULL, 0);
	login->mechanism = LOGIN_NONE;
	login->in_command = false;
	login->answer = 0;
	buffer_truncate(&login->line, 0);
}

static enum login_mechanism mechanism_of(struct octets name)
{
	static const struct {
		const char *name;
		enum login_mechanism mechanism;
	} known[] = {{"PLAIN", LOGIN_PLAIN}, {"LOGIN", LOGIN_LOGIN}, {"CRAM-MD5", LOGIN_CRAM_MD5}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (octets_equal_nocase(name, octets_of(known[i].name)))
			return known[i].mechanism;
	}
	return LOGIN_NONE;
}

/* Names that nobody here can compute are passed over, offered or not. */
void login_offer(struct login *login, uint32_t offered)
{
	const struct text_list *known = &login->profile->auth.mechanisms;
	login->left = 0;
	for (size_t i = 0; i < known->count && i < OFFERS_MAX_MECHANISMS; i++) {
		uint32_t bit = (uint32_t)1 << i;
		if ((offered & bit) != 0 && mechanism_of(known->items[i]) != LOGIN_NONE)
			login->left |= bit;
	}
}

bool login_has_next(const struct login *login)
{
	return login->left != 0;
}

static bool list_holds(const struct text_list *list, struct octets name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (octets_equal_nocase(list->items[i], name))
			return true;
	}
	return false;
}

bool login_next(struct login *login)
{
	const struct text_list *known = &login->profile->auth.mechanisms;
	for (size_t i = 0; i < known->count && i < OFFERS_MAX_MECHANISMS; i++) {
		uint32_t bit = (uint32_t)1 << i;
		if ((login->left & bit) == 0)
			continue;
		login->left &= ~bit;
		login->name = known->items[i];
		login->mechanism = mechanism_of(login->name);
		login->answer = 0;
		login->challenge = (struct challenge){0};
		/* CRAM-MD5 cannot speak first, whatever a profile says */
		login->in_command = login->mechanism != LOGIN_CRAM_MD5 &&
				    list_holds(&login->profile->auth.initial_response, login->name);
		return true;
	}
	return false;
}

/* RFC 4616: empty authorisation name, NUL, user, NUL, password. */
static void make_plain(struct login *login, struct buffer *plain)
{
	size_t cut = SIZE_MAX;
	if (login->profile->auth.cut > 0 && login->profile->auth.cut < SIZE_MAX)
		cut = (size_t)login->profile->auth.cut;
	buffer_append_byte(plain, 0);
	buffer_append_octets(plain, octets_cut(login->user, cut));
	buffer_append_byte(plain, 0);
	buffer_append_octets(plain, octets_cut(login->password, cut));
}

/* One round of HMAC over a block of 16 octets; see the header. */
static bool short_round(const struct memory *memory, const uint8_t *key, uint8_t pad,
	struct octets text, uint8_t out[DIGEST_MD5_LEN])
{
	struct buffer round;
	buffer_init(&round, memory, MAX_LINE);
	for (size_t i = 0; i < DIGEST_MD5_LEN; i++)
		buffer_append_byte(&round, key[i] ^ pad);
	buffer_append_octets(&round, text);
	bool made = !buffer_failed(&round);
	if (made)
		digest_md5(buffer_octets(&round), out);
	buffer_free(&round);
	return made;
}

static bool cram_digest(
	const struct login *login, struct octets challenge, uint8_t out[DIGEST_MD5_LEN])
{
	if (!login->profile->auth.cram_key_unpadded || login->password.len <= CRAM_BLOCK_LEN) {
		digest_hmac_md5(login->password, challenge, out);
		return true;
	}
	uint8_t key[DIGEST_MD5_LEN], inner[DIGEST_MD5_LEN];
	const struct memory *memory = login->line.memory;
	digest_md5(login->password, key);
	bool made = short_round(memory, key, 0x36, challenge, inner) &&
		    short_round(memory, key, 0x5c, octets_make(inner, sizeof inner), out);
	memory_wipe(key, sizeof key);
	memory_wipe(inner, sizeof inner);
	return made;
}

static void make_cram(struct login *login, struct buffer *plain, struct octets challenge)
{
	uint8_t digest[DIGEST_MD5_LEN];
	buffer_append_octets(plain, login->user);
	buffer_append_byte(plain, ' ');
	if (cram_digest(login, challenge, digest))
		digest_hex(plain, digest, sizeof digest);
	else
		plain->failed = true;
	memory_wipe(digest, sizeof digest);
}

/* Appends the answer that is due, in base64. `challenge` is decoded. */
static bool add_answer(struct login *login, struct octets challenge)
{
	struct buffer plain;
	buffer_init(&plain, login->line.memory, MAX_LINE);
	switch (login->mechanism) {
	case LOGIN_PLAIN:
		make_plain(login, &plain);
		break;
	case LOGIN_LOGIN:
		buffer_append_octets(&plain, login->answer == 0 ? login->user : login->password);
		break;
	case LOGIN_CRAM_MD5:
		make_cram(login, &plain, challenge);
		break;
	case LOGIN_NONE:
		break;
	}
	login->answer++;
	bool made = !buffer_failed(&plain) && base64_encode(&login->line, buffer_octets(&plain));
	buffer_free(&plain);
	return made;
}

bool login_command(struct login *login)
{
	struct wire_variable variable = {"mechanism", login->name};
	struct octets text = login->profile->wire[WIRE_TEXT_AUTH];
	buffer_clear(&login->line);
	if (!wire_expand(&login->line, text, &variable, 1))
		return false;
	if (!login->in_command)
		return true;
	return buffer_append_byte(&login->line, ' ') && add_answer(login, octets_make(NULL, 0));
}

bool login_waits(const struct login *login)
{
	static const unsigned int answers[] = {
		[LOGIN_NONE] = 0, [LOGIN_PLAIN] = 1, [LOGIN_LOGIN] = 2, [LOGIN_CRAM_MD5] = 1};
	return login->answer < answers[login->mechanism];
}

/* The prompt that belongs to the answer that is due: the user's, then the password's. */
static bool prompt_fits(const struct login *login, struct octets decoded)
{
	const struct text_list *prompts = &login->profile->auth.prompts;
	if (login->mechanism != LOGIN_LOGIN || login->answer >= prompts->count)
		return true;
	struct octets want = prompts->items[login->answer];
	return decoded.len >= want.len && octets_equal_nocase(octets_cut(decoded, want.len), want);
}

/* False where the challenge is none that the mechanism can answer. */
static bool decode(struct login *login, struct octets text, struct buffer *decoded)
{
	if (login->profile->auth.challenge == CHALLENGE_STRICT)
		/* only CRAM-MD5 must understand it; the others need it where prompts are asked */
		return base64_decode(decoded, octets_trim(text)) ||
		       login->mechanism != LOGIN_CRAM_MD5;
	if (login->profile->auth.challenge == CHALLENGE_LOOSE)
		login->challenge = (struct challenge){0};
	challenge_decode(&login->challenge, decoded, text);
	return true;
}

enum login_turn login_answer(struct login *login, struct octets challenge)
{
	struct buffer decoded;
	buffer_init(&decoded, login->line.memory, MAX_LINE);
	enum login_turn turn = LOGIN_SAY;
	if (!decode(login, challenge, &decoded))
		turn = LOGIN_BAD_PROMPT;
	if (!prompt_fits(login, buffer_octets(&decoded)))
		turn = LOGIN_BAD_PROMPT;
	if (buffer_failed(&decoded))
		turn = LOGIN_NO_MEMORY;
	if (turn == LOGIN_SAY) {
		buffer_clear(&login->line);
		if (!add_answer(login, buffer_octets(&decoded)))
			turn = LOGIN_NO_MEMORY;
	}
	buffer_free(&decoded);
	return turn;
}

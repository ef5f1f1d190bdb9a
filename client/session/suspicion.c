/* suspicion: reads refusals. */
#include "suspicion.h"

static bool holds_any_word(const struct reply *reply, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (octets_find_nocase(reply->text, octets_of(words[i])) < reply->text.len)
			return true;
	}
	return false;
}

/* Codes that are about access and nothing else (RFC 4954 6; 513 as some relays say it). */
static bool is_access_code(int code)
{
	return code == 513 || code == 530 || code == 534 || code == 535 || code == 538;
}

static bool is_about_access(const struct reply *reply)
{
	static const char *const words[] = {"auth", "relay", "log in", "login", "logged in",
		"rcpthosts", "sign in", "not permitted", "access denied"};
	int enhanced[3];
	reply_enhanced(reply, enhanced);
	/* X.7.Z: security or policy (RFC 3463 3.8) */
	return is_access_code(reply->code) || enhanced[1] == 7 ||
	       holds_any_word(reply, words, sizeof words / sizeof *words);
}

/* Behind a message, policy is mostly about its content: only words about the login tell. */
static bool is_about_login(const struct reply *reply)
{
	static const char *const words[] = {"auth", "log in", "login", "logged in", "sign in"};
	return is_access_code(reply->code) ||
	       holds_any_word(reply, words, sizeof words / sizeof *words);
}

bool suspicion_from(enum msub_phase phase, const struct reply *reply)
{
	/* some servers say "for now" where they want a new session or login; 421 says so by itself
	 */
	if (phase == MSUB_PHASE_MAIL)
		return reply_class(reply) >= 4 && reply->code != 421;
	if (reply_class(reply) != 5)
		return false;
	bool behind = phase == MSUB_PHASE_BODY || phase == MSUB_PHASE_CHUNK;
	return behind ? is_about_login(reply) : is_about_access(reply);
}

bool suspicion_of_too_many(const struct reply *reply)
{
	static const char *const words[] = {"too many"};
	int enhanced[3];
	if (reply->code != 452 && reply->code != 552)
		return false;
	if (!reply_enhanced(reply, enhanced) || (enhanced[1] == 5 && enhanced[2] == 3))
		return true;
	return holds_any_word(reply, words, 1);
}

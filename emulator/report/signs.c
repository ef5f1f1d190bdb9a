/* signs: the words of records as people read them. */
#include "signs.h"

#include <string.h>

#define GOOD "\u2713", "+"
#define WARNING "\u25B2", "!"
#define BAD "\u2717", "x"
#define OPEN "?", "?"
#define NEITHER "\u2013", "-"
#define OUTSIDE "\u25CB", "o"

static const struct sign unknown = {"", OPEN, "unknown", TONE_WARNING};

static const struct sign of_clients[] = {
	{"sends", GOOD, "sends", TONE_GOOD},
	{"sends-with-loss", WARNING, "sends with loss", TONE_WARNING},
	{"cannot-send", BAD, "cannot send", TONE_BAD},
	{"closed", BAD, "closed", TONE_BAD},
	{"hung", BAD, "hung", TONE_BAD},
	{"tls-too-old", OUTSIDE, "TLS too old", TONE_QUIET},
	{"not-applicable", NEITHER, "not applicable", TONE_QUIET},
	{"inconclusive", OPEN, "inconclusive", TONE_WARNING},
	{NULL, NULL, NULL, NULL, TONE_NONE},
};
static const struct sign of_controls[] = {
	{"sends", GOOD, "sends", TONE_GOOD},
	{"login-refused", BAD, "login refused", TONE_BAD},
	{"refused", BAD, "refused", TONE_BAD},
	{"tls-failed", BAD, "TLS failed", TONE_BAD},
	{"no-connection", BAD, "no connection", TONE_BAD},
	{"hung", BAD, "hung", TONE_BAD},
	{"not-possible", NEITHER, "not possible here", TONE_QUIET},
	{NULL, NULL, NULL, NULL, TONE_NONE},
};
static const struct sign of_aspects[] = {
	{"ok", GOOD, "ok", TONE_GOOD},
	{"failed", BAD, "failed", TONE_BAD},
	{"inconclusive", OPEN, "inconclusive", TONE_WARNING},
	{"needs-deliver", OUTSIDE, "needs --deliver", TONE_QUIET},
	{"not-tried", NEITHER, "not tried", TONE_QUIET},
	{"not-applicable", NEITHER, "not applicable", TONE_QUIET},
	{NULL, NULL, NULL, NULL, TONE_NONE},
};
static const struct sign of_facts[] = {
	{"broken", BAD, "broken", TONE_BAD},
	{"inconclusive", OPEN, "inconclusive", TONE_WARNING},
	{"holds", GOOD, "holds", TONE_GOOD},
	{"needs-deliver", OUTSIDE, "needs --deliver", TONE_QUIET},
	{"not-tried", NEITHER, "not tried", TONE_QUIET},
	{"not-applicable", NEITHER, "not applicable", TONE_QUIET},
	{NULL, NULL, NULL, NULL, TONE_NONE},
};

static const struct sign *find(const struct sign *signs, const char *word)
{
	for (; signs->word != NULL; signs++) {
		if (strcmp(signs->word, word) == 0)
			return signs;
	}
	return &unknown;
}

const struct sign *sign_of_client(const char *verdict)
{
	return find(of_clients, verdict);
}

const struct sign *sign_of_control(const char *result)
{
	return find(of_controls, result);
}

const struct sign *sign_of_aspect(const char *result)
{
	return find(of_aspects, result);
}

const struct sign *sign_of_fact(const char *verdict)
{
	return find(of_facts, verdict);
}

const struct aspect_title *aspect_titles(void)
{
	static const struct aspect_title titles[] = {
		{"message", "Message"},
		{"second-message", "Second message"},
		{"refused-recipient", "Refused recipient"},
		{"duplicate", "Duplicate"},
		{NULL, NULL},
	};
	return titles;
}

const char *step_expects(const char *step)
{
	static const struct {
		const char *step, *expects;
	} steps[] = {
		{"connect", "a connection"},
		{"greeting", "220 (RFC 5321 3.1)"},
		{"hello", "250 to EHLO or HELO (RFC 5321 4.1.1.1)"},
		{"starttls", "220 to STARTTLS (RFC 3207 4)"},
		{"tls", "a handshake that both sides can make"},
		{"auth", "235 (RFC 4954 6)"},
		{"reset", "250 to RSET (RFC 5321 4.1.1.5)"},
		{"noop", "250 to NOOP (RFC 5321 4.1.1.9)"},
		{"mail", "250 to MAIL (RFC 5321 4.1.1.2)"},
		{"recipient", "250 to RCPT (RFC 5321 4.1.1.3)"},
		{"data", "354 to DATA (RFC 5321 4.1.1.4)"},
		{"body", "354, then silence until the final dot (RFC 5321 4.1.1.4)"},
		{"end", "250 to the final dot (RFC 5321 4.1.1.4)"},
		{"quit", "221 to QUIT (RFC 5321 4.1.1.10)"},
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (strcmp(steps[i].step, step) == 0)
			return steps[i].expects;
	}
	return "";
}

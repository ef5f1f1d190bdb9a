/* applicable: what an account asks that a client does not do. */
#include "applicable.h"

static const char *why_not(enum phone_security asked, enum phone_security does)
{
	if (does == asked || (asked == PHONE_PLAIN && does == PHONE_STARTTLS))
		return NULL;
	if (does == PHONE_PLAIN)
		return "this client does not speak TLS: only a server URL of smtp:// tells more";
	if (does == PHONE_TLS)
		return "this client speaks TLS from the first octet or not at all: a server URL "
		       "of smtps:// tells more";
	return "this client speaks TLS only behind STARTTLS: a server URL of smtp+starttls:// "
	       "tells more";
}

static bool is_cut(const struct phone_account *account, const struct client_profile *client)
{
	uint64_t most = client->auth.cut;
	return most > 0 && account->user.len > 0 &&
	       (account->user.len > most || account->password.len > most);
}

bool applicable(
	const struct phone_account *account, const struct profile *client, struct sentence *why)
{
	const struct client_profile *profile = profile_client(client);
	const char *reason = why_not(account->security, phone_security_of(profile, account));
	if (reason != NULL) {
		sentence_set(why, "%s", reason);
		return false;
	}
	if (is_cut(account, profile)) {
		sentence_set(why,
			"this client cuts user and password to %llu octets, and would say a wrong "
			"one: it was not tried, for a refused login may lock the account",
			(unsigned long long)profile->auth.cut);
		return false;
	}
	return true;
}

bool applicable_trial(const struct trial *trial, struct sentence *why)
{
	const struct tls_outcome *tls = &trial->play.tls;
	if (phone_held_back(trial->play.phone)) {
		sentence_set(why, "this client says the password in clear here although TLS was "
				  "asked for: it was held back, and nothing was tried");
		return false;
	}
	if (tls->wanted && tls->hello_said && !tls->playable) {
		sentence_set(why, "%s: this client's TLS cannot be tried with it",
			tls->unavailable.text);
		return false;
	}
	return true;
}

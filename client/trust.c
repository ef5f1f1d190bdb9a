/* trust: opens what the settings name. */
#include "trust.h"

bool trust_open(struct trust *trust, const struct memory *memory,
	const struct msub_settings *settings, struct sentence *why)
{
	struct sentence reason = {""};
	*trust = (struct trust){.used = settings->tls != MSUB_TLS_NONE};
	trust->tls = (struct tls_client_settings){
		.check = settings->trust_anyone ? TLS_CHECK_NONE : TLS_CHECK_STRICT,
		/* no name: that of the destination, as it is dialled */
	};
	if (!trust->used || settings->trust_anyone)
		return true;
	trust->store = tls_trust_new(memory, settings->trust_file, &reason);
	trust->tls.trust = trust->store;
	if (trust->store == NULL)
		sentence_set(why, "trust_file: %s", reason.text);
	return trust->store != NULL;
}

const struct tls_client_settings *trust_tls(const struct trust *trust)
{
	return trust->used ? &trust->tls : NULL;
}

void trust_close(struct trust *trust)
{
	tls_trust_free(trust->store);
	*trust = (struct trust){0};
}

/* phone_tls: what a profile says about TLS, in the words of the TLS library. */
#include "phone_tls.h"

#include "tls_priority.h"

/* Versions of the profile's words. */
static unsigned int version_set(const struct word_list *versions)
{
	static const unsigned int bits[] = {
		[TLS_SSL3] = 1u << TLS_VERSION_SSL3,
		[TLS_1_0] = 1u << TLS_VERSION_1_0,
		[TLS_1_1] = 1u << TLS_VERSION_1_1,
		[TLS_1_2] = 1u << TLS_VERSION_1_2,
		[TLS_1_3] = 1u << TLS_VERSION_1_3,
	};
	unsigned int set = 0;
	for (size_t i = 0; i < versions->count; i++) {
		if (versions->items[i] < sizeof bits / sizeof *bits)
			set |= bits[versions->items[i]];
	}
	return set;
}

bool phone_tls_is_old(const struct word_list *versions)
{
	const unsigned int modern = 1u << TLS_VERSION_1_2 | 1u << TLS_VERSION_1_3;
	unsigned int set = version_set(versions);
	return set != 0 && (set & modern) == 0;
}

bool phone_tls_priority(const struct word_list *versions, const struct text_list *ciphers,
	bool no_extensions, struct buffer *priority, struct buffer *unavailable)
{
	struct buffer missing;
	struct tls_priority_wish wish = {
		.versions = version_set(versions),
		.suites = ciphers->items,
		.suite_count = ciphers->count,
		.no_extensions = no_extensions,
		/* A client of before 2008 took the certificates of its time. */
		.old_chains = phone_tls_is_old(versions),
	};
	buffer_init(&missing, unavailable->memory, unavailable->cap);
	bool good = tls_priority_write(&wish, priority, &missing);
	if (missing.len > 0) {
		buffer_append_text(unavailable, "this build cannot offer ");
		buffer_append_octets(unavailable, buffer_octets(&missing));
	}
	good = good && !buffer_failed(&missing) && !buffer_failed(unavailable);
	buffer_free(&missing);
	return good;
}

bool phone_tls_settings(const struct client_profile *profile, struct tls_client_settings *settings,
	struct buffer *priority, struct buffer *unavailable)
{
	static const enum tls_check checks[] = {
		[TLS_VERIFY_YES] = TLS_CHECK_STRICT,
		[TLS_VERIFY_NEVER] = TLS_CHECK_NONE,
		[TLS_VERIFY_ASK] = TLS_CHECK_ASK,
	};
	if (!phone_tls_priority(&profile->tls.versions, &profile->tls.ciphers,
		    profile->tls.no_extensions, priority, unavailable))
		return false;
	*settings = (struct tls_client_settings){
		.priority = buffer_string(priority),
		.check = checks[profile->tls.verify],
		.name_not_sent = profile->tls.no_extensions,
		.needs_session_id = profile->tls.needs_session_id,
	};
	return true;
}

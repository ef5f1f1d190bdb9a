/* server_tls: what a server profile says about TLS, in the words of the TLS library. */
#include "server_tls.h"

#include "tls_priority.h"

/* The words of tls.versions are the client profile's (client_profile.h), oldest first. */
static unsigned int version_set(const struct word_list *versions)
{
	unsigned int set = 0;
	for (size_t i = 0; i < versions->count; i++) {
		if (versions->items[i] < TLS_VERSION_COUNT)
			set |= 1u << versions->items[i];
	}
	return set;
}

bool server_tls_settings(const struct server_profile *profile, struct tls_server_settings *settings,
	struct buffer *priority, struct buffer *unavailable)
{
	size_t start = unavailable->len;
	struct tls_priority_wish wish = {
		.versions = version_set(&profile->tls.versions),
		.suites = profile->tls.ciphers.items,
		.suite_count = profile->tls.ciphers.count,
		.server = true,
	};
	if (!tls_priority_write(&wish, priority, unavailable))
		return false;
	settings->priority = buffer_string(priority);
	settings->no_resumption = !profile->tls.session_ids;
	settings->ca_names = profile->tls.ca_names > UINT16_MAX
				     ? UINT16_MAX
				     : (unsigned int)profile->tls.ca_names;
	/* GnuTLS can leave tickets out, but gives every full handshake of TLS 1.2 a session id. */
	if (!profile->tls.session_ids) {
		buffer_append_text(unavailable, unavailable->len > start ? ", " : "");
		buffer_append_text(unavailable, "handshakes without a session id");
	}
	return !buffer_failed(unavailable);
}

/* phone_tls: the `tls` keys of a client profile as settings of client/net/tls_client.h. */
#ifndef PLAY_PHONE_TLS_H
#define PLAY_PHONE_TLS_H

#include "client_profile.h"
#include "tls_client.h"

/* True where nothing newer than TLS 1.1 is named. */
bool phone_tls_is_old(const struct word_list *versions);
/*
 * Appends a GnuTLS priority string for these versions and suites to `priority`. What this
 * GnuTLS cannot offer (SSL 3.0, DES, export suites) is never replaced by something else: it is
 * appended to `unavailable` in words: "this build cannot offer SSL3.0, RSA-DES-CBC-SHA"; nothing
 * where all is there. False: nothing is left to offer, or no memory.
 */
bool phone_tls_priority(const struct word_list *versions, const struct text_list *ciphers,
	bool no_extensions, struct buffer *priority, struct buffer *unavailable);

/*
 * The whole of a profile's `tls` as settings; name, trust, resumption (to be given only where the
 * profile's tls.resume is true), report, ask_ms (phone_certificate_ms()) and rejects are left to
 * the caller.
 * `priority` has to outlive the settings. As phone_tls_priority() otherwise.
 */
bool phone_tls_settings(const struct client_profile *profile, struct tls_client_settings *settings,
	struct buffer *priority, struct buffer *unavailable);

#endif

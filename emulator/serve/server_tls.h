/* server_tls: the `tls` keys of a server profile as settings of client/net/tls_server.h. */
#ifndef SERVE_SERVER_TLS_H
#define SERVE_SERVER_TLS_H

#include "server_profile.h"
#include "tls_server.h"

/*
 * Fills priority, no_resumption and ca_names. The string is appended to `priority`, which is borrowed
 * by `settings`; what cannot be had is named in `unavailable`. False: nothing can be offered.
 */
bool server_tls_settings(const struct server_profile *profile, struct tls_server_settings *settings,
	struct buffer *priority, struct buffer *unavailable);

#endif

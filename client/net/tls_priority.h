/*
 * tls_priority: GnuTLS priority strings from protocol versions and cipher suites by name.
 *
 * GnuTLS chooses key exchanges, ciphers and MACs apart and offers every combination. Here a list
 * of suites is offered as exactly as that allows: a suite that would bring another one along is
 * left out. Whatever was asked for and is not offered is named, never replaced.
 */
#ifndef NET_TLS_PRIORITY_H
#define NET_TLS_PRIORITY_H

#include "octets.h"

enum tls_version {
	TLS_VERSION_SSL3,
	TLS_VERSION_1_0,
	TLS_VERSION_1_1,
	TLS_VERSION_1_2,
	TLS_VERSION_1_3,
	TLS_VERSION_COUNT
};

struct tls_priority_wish {
	unsigned int versions;	     /* a set of 1 << enum tls_version; 0: the library's */
	const struct octets *suites; /* "RSA-AES128-CBC-SHA" or IANA's name; none: the library's */
	size_t suite_count;
	bool no_extensions; /* no extensions block, no renegotiation SCSV (RFC 5746) */
	bool old_chains;    /* takes certificates with SHA-1 and short keys */
	bool server;	    /* also what a server needs beside (groups, certificate types) */
};

/*
 * Appends the priority string to `priority` and the names of what cannot be offered, separated
 * by ", ", to `unavailable`. False: nothing is left that could be offered, or no memory.
 */
bool tls_priority_write(
	const struct tls_priority_wish *wish, struct buffer *priority, struct buffer *unavailable);

/*
 * Appends what a priority string makes a client offer, in its order, by the names that a profile
 * has for it: "TLS1.0 with RSA-AES256-CBC-SHA, RSA-RC4-MD5". False: GnuTLS can make nothing of the
 * string, or no memory.
 */
bool tls_priority_describe(const char *priority, struct buffer *out);

#endif

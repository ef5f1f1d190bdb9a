/*
 * tls_server: the server's end of TLS: certificates, keys and what is accepted.
 *
 * One struct tls_server serves any number of connections, all of one thread. Without files it makes
 * a small authority and two certificates, ECDSA P-256 and RSA-2048 (a client of 2007 knows no
 * ECDSA), for the host, localhost, 127.0.0.1 and ::1, and writes the authority's certificate to a
 * file for clients to trust.
 */
#ifndef NET_TLS_SERVER_H
#define NET_TLS_SERVER_H

#include "tls.h"

struct tls_server;

struct tls_server_settings {
	const char *certificate_file; /* PEM, chain; NULL with key_file NULL: made on the fly */
	const char *key_file;
	const char *host;      /* further name or address in made certificates; NULL: none */
	const char *ca_file;   /* where a made authority is written; NULL: a new temporary file */
	const char *priority;  /* of GnuTLS; NULL: see below */
	bool no_resumption;    /* no session is ever resumed, by ticket or by id */
	unsigned int ca_names; /* asks for a client certificate, naming so many authorities */
};

/*
 * `priority` NULL: TLS 1.0 to 1.3, and the RSA, 3DES and RC4 suites of old clients beside the
 * modern ones. NULL with a sentence. The settings are copied. Takes about 100 ms where a RSA key is
 * made.
 */
struct tls_server *tls_server_new(const struct memory *memory,
	const struct tls_server_settings *settings, struct sentence *why);
/* To be called after the last connection's tls_free(). A temporary authority file is removed. */
void tls_server_free(struct tls_server *server);
/* The authority's PEM file, lent; NULL where certificates came from files. */
const char *tls_server_ca_file(const struct tls_server *server);
/* The server's end for a connection; NULL: no memory. */
struct tls *tls_server_accept(struct tls_server *server, int descriptor, struct sentence *why);

#endif

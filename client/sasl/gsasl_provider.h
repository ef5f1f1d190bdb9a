/*
 * gsasl_provider: the mechanisms of GNU SASL, as a provider (sasl.h).
 *
 * SCRAM-SHA-256 and SCRAM-SHA-1, each with -PLUS, DIGEST-MD5, and where built GSSAPI and NTLM. The
 * library's own context is made with the first exchange and shared by all of a provider, which is
 * used by one thread at a time as everything here. What the library allocates for itself does not
 * go through struct memory; passwords that it copied are wiped where it lets us reach them.
 */
#ifndef SASL_GSASL_PROVIDER_H
#define SASL_GSASL_PROVIDER_H

#include "sasl.h"

/*
 * RFC 5802 and RFC 7677 ask for 4096 iterations at least, servers of today for up to some hundred
 * thousand. Each costs about a microsecond: a server that names a thousand million would keep a
 * client busy for a quarter of an hour. One that names few wants a proof from which the password
 * is cheap to guess, and gets none.
 */
enum { GSASL_PROVIDER_ITERATIONS_MIN = 4096, GSASL_PROVIDER_ITERATIONS_MAX = 1000000 };

/* NULL where memory did not suffice. The memory's context is borrowed. */
struct sasl_provider *gsasl_provider_new(const struct memory *memory);

#endif

/* tls_dane_internal: what tls_dane.c and tls_dane_query.c share, and nobody else. */
#ifndef NET_TLS_DANE_INTERNAL_H
#define NET_TLS_DANE_INTERNAL_H

#include "tls_dane.h"

struct tls_dane {
	const struct memory *memory;
	struct octets *records; /* each with a NUL behind it */
	size_t count, room;
	bool bogus;
	struct sentence why;
};

#endif

/*
 * endpoint: an address and a port, as the system and as people write them.
 *
 * People's form: "192.0.2.7", "2001:db8::7", "fe80::1%eth0"; with a port "192.0.2.7:25",
 * "[2001:db8::7]:25", "mail.example.org:587". Brackets around an IPv6 literal are always taken.
 */
#ifndef NET_ENDPOINT_H
#define NET_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "sentence.h"

enum { ENDPOINT_TEXT = 80, ENDPOINT_HOST = 256 };

struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_storage storage;
	} address;
	socklen_t len;
};

/* Reads a literal; false where `host` is a name or nonsense. Asks no name server. */
bool endpoint_parse(struct endpoint *endpoint, const char *host, uint16_t port);
/*
 * Takes a host's name as people write it, in ASCII or UTF-8, and gives it as the DNS knows it
 * (A-labels, RFC 5891). False with a sentence (`why` may be NULL): no host name. No literals.
 */
bool endpoint_name(const char *host, char name[ENDPOINT_HOST], struct sentence *why);
/* The address without port and brackets; "" for what is no IP address. */
void endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT]);
/* 0 where there is none. */
uint16_t endpoint_port(const struct endpoint *endpoint);
/* Does nothing to what is no IP address. */
void endpoint_set_port(struct endpoint *endpoint, uint16_t port);
/* 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104. */
bool endpoint_is_loopback(const struct endpoint *endpoint);
/*
 * Splits "host:port"; "host" alone gives `default_port`, and so does a bare IPv6 literal. The
 * host comes without brackets. False: no host, a port that is none, or too long.
 */
bool endpoint_split(
	const char *text, uint16_t default_port, char host[ENDPOINT_HOST], uint16_t *port);

#endif

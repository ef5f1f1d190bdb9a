/*
 * server_url: which server, and how: smtp://host:port (plain), smtp+starttls://host:port,
 * smtps://host:port. Without a port: 25, 587, 465. An IPv6 literal stands in brackets.
 */
#ifndef PLAY_SERVER_URL_H
#define PLAY_SERVER_URL_H

#include "endpoint.h"
#include "phone.h"
#include "sentence.h"

struct server_url {
	enum phone_security security;
	char host[ENDPOINT_HOST]; /* without brackets */
	uint16_t port;
};

/* False with a sentence. A user, a path or a query in the URL is refused: credentials have no place
 * there. */
bool server_url_parse(struct server_url *url, const char *text, struct sentence *why);

#endif

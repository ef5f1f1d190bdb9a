/* endpoint: literals in, literals out; names are resolve.c's affair. */
#include "endpoint.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "octets.h"

static bool parse_v4(struct endpoint *endpoint, const char *host, uint16_t port)
{
	if (inet_pton(AF_INET, host, &endpoint->address.v4.sin_addr) != 1)
		return false;
	endpoint->address.v4.sin_family = AF_INET;
	endpoint->address.v4.sin_port = htons(port);
	endpoint->len = sizeof endpoint->address.v4;
	return true;
}

/* RFC 4007 11: a scope is an interface's name or number. */
static bool parse_scope(const char *scope, uint32_t *id)
{
	unsigned int index = if_nametoindex(scope);
	uint64_t number = index;
	if (index == 0 && (!octets_number(octets_of(scope), &number) || number > UINT32_MAX))
		return false;
	*id = (uint32_t)number;
	return true;
}

static bool parse_v6(struct endpoint *endpoint, const char *host, uint16_t port)
{
	char literal[INET6_ADDRSTRLEN];
	size_t len = strcspn(host, "%");
	if (len >= sizeof literal)
		return false;
	memcpy(literal, host, len);
	literal[len] = 0;
	struct sockaddr_in6 *v6 = &endpoint->address.v6;
	if (inet_pton(AF_INET6, literal, &v6->sin6_addr) != 1)
		return false;
	if (host[len] == '%' && !parse_scope(host + len + 1, &v6->sin6_scope_id))
		return false;
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	endpoint->len = sizeof *v6;
	return true;
}

/* Copies without brackets; false where it does not fit or the brackets do not match. */
static bool copy_host(char out[ENDPOINT_HOST], struct octets host)
{
	if (host.len >= 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
		host = octets_make(host.at + 1, host.len - 2);
	if (host.len == 0 || host.len >= ENDPOINT_HOST || octets_contain(host, "[]"))
		return false;
	memcpy(out, host.at, host.len);
	out[host.len] = 0;
	return true;
}

bool endpoint_parse(struct endpoint *endpoint, const char *host, uint16_t port)
{
	char bare[ENDPOINT_HOST];
	memset(endpoint, 0, sizeof *endpoint);
	if (host == NULL || !copy_host(bare, octets_of(host)))
		return false;
	return parse_v4(endpoint, bare, port) || parse_v6(endpoint, bare, port);
}

static void v6_text(const struct sockaddr_in6 *v6, char text[ENDPOINT_TEXT])
{
	char scope[IF_NAMESIZE];
	inet_ntop(AF_INET6, &v6->sin6_addr, text, ENDPOINT_TEXT);
	/* A scope means something for link-local addresses only. */
	if (v6->sin6_scope_id == 0 || if_indextoname(v6->sin6_scope_id, scope) == NULL)
		return;
	size_t len = strlen(text);
	text[len] = '%';
	strncpy(text + len + 1, scope, ENDPOINT_TEXT - len - 2);
	text[ENDPOINT_TEXT - 1] = 0;
}

void endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT])
{
	text[0] = 0;
	if (endpoint->len == 0)
		return;
	if (endpoint->address.any.sa_family == AF_INET)
		inet_ntop(AF_INET, &endpoint->address.v4.sin_addr, text, ENDPOINT_TEXT);
	else if (endpoint->address.any.sa_family == AF_INET6)
		v6_text(&endpoint->address.v6, text);
}

uint16_t endpoint_port(const struct endpoint *endpoint)
{
	if (endpoint->len == 0)
		return 0;
	if (endpoint->address.any.sa_family == AF_INET)
		return ntohs(endpoint->address.v4.sin_port);
	if (endpoint->address.any.sa_family == AF_INET6)
		return ntohs(endpoint->address.v6.sin6_port);
	return 0;
}

void endpoint_set_port(struct endpoint *endpoint, uint16_t port)
{
	if (endpoint->address.any.sa_family == AF_INET)
		endpoint->address.v4.sin_port = htons(port);
	else if (endpoint->address.any.sa_family == AF_INET6)
		endpoint->address.v6.sin6_port = htons(port);
}

bool endpoint_is_loopback(const struct endpoint *endpoint)
{
	if (endpoint->len == 0)
		return false;
	if (endpoint->address.any.sa_family == AF_INET)
		return ntohl(endpoint->address.v4.sin_addr.s_addr) >> 24 == 127;
	if (endpoint->address.any.sa_family != AF_INET6)
		return false;
	const struct in6_addr *v6 = &endpoint->address.v6.sin6_addr;
	return IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
}

static bool parse_port(struct octets text, uint16_t *port)
{
	uint64_t number;
	if (!octets_number(text, &number) || number > UINT16_MAX)
		return false;
	*port = (uint16_t)number;
	return true;
}

bool endpoint_split(
	const char *text, uint16_t default_port, char host[ENDPOINT_HOST], uint16_t *port)
{
	struct octets all = octets_of(text);
	*port = default_port;
	size_t colon = octets_find(all, ':');
	size_t bracket = all.len > 0 && all.at[0] == '[' ? octets_find(all, ']') : all.len;
	if (bracket < all.len)
		colon = bracket + 1;
	else if (colon < all.len &&
		 octets_find(octets_from(all, colon + 1), ':') < all.len - colon - 1)
		colon = all.len; /* a second colon: an IPv6 literal without brackets */
	if (!copy_host(host, octets_cut(all, colon)))
		return false;
	if (colon >= all.len)
		return true;
	return all.at[colon] == ':' && parse_port(octets_from(all, colon + 1), port);
}

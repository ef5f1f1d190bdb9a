/* resolve: c-ares behind one blocking call that keeps its deadline. */
#include "resolve.h"

#include <sys/select.h> /* ares.h does not include what it needs */
#include <sys/time.h>
#include <ares.h>
#include <poll.h>
#include <string.h>

#include "player.h"

struct query {
	struct resolve_result *result;
	uint16_t port;
	bool done;
	int status;
};

static void take_node(struct query *query, const struct ares_addrinfo_node *node)
{
	struct resolve_result *result = query->result;
	struct endpoint *endpoint = &result->endpoints[result->count];
	if (result->count == RESOLVE_MAX || node->ai_addrlen > sizeof endpoint->address)
		return;
	memset(endpoint, 0, sizeof *endpoint);
	memcpy(&endpoint->address, node->ai_addr, node->ai_addrlen);
	endpoint->len = node->ai_addrlen;
	if (node->ai_family == AF_INET)
		endpoint->address.v4.sin_port = htons(query->port);
	else if (node->ai_family == AF_INET6)
		endpoint->address.v6.sin6_port = htons(query->port);
	else
		return;
	result->count++;
}

static void answered(void *context, int status, int timeouts, struct ares_addrinfo *found)
{
	struct query *query = context;
	(void)timeouts;
	query->done = true;
	query->status = status;
	if (status == ARES_SUCCESS && found != NULL) {
		for (struct ares_addrinfo_node *node = found->nodes; node != NULL;
			node = node->ai_next)
			take_node(query, node);
	}
	if (found != NULL)
		ares_freeaddrinfo(found);
}

static nfds_t watched(ares_channel channel, struct pollfd polled[ARES_GETSOCK_MAXNUM])
{
	ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
	unsigned int bits = (unsigned int)ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
	nfds_t count = 0;
	for (unsigned int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		short events = 0;
		if ((bits & (1u << i)) != 0)
			events |= POLLIN;
		if ((bits & (1u << (i + ARES_GETSOCK_MAXNUM))) != 0)
			events |= POLLOUT;
		if (events != 0)
			polled[count++] = (struct pollfd){.fd = sockets[i], .events = events};
	}
	return count;
}

/* c-ares asks again or gives up at a time of its own. */
static uint64_t next_retry_ms(ares_channel channel)
{
	struct timeval left;
	if (ares_timeout(channel, NULL, &left) == NULL)
		return PLAYER_NEVER;
	return time_later(
		clock_ms(), (uint64_t)left.tv_sec * 1000 + (uint64_t)left.tv_usec / 1000 + 1);
}

static void process(ares_channel channel, const struct pollfd *polled, nfds_t count)
{
	for (nfds_t i = 0; i < count; i++) {
		bool in = (polled[i].revents & ~POLLOUT) != 0;
		bool out = (polled[i].revents & POLLOUT) != 0;
		if (in || out)
			ares_process_fd(channel, in ? polled[i].fd : ARES_SOCKET_BAD,
				out ? polled[i].fd : ARES_SOCKET_BAD);
	}
	ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void wait_for(ares_channel channel, struct query *query, const struct patience *patience)
{
	while (!query->done && !patience_over(patience)) {
		struct pollfd polled[ARES_GETSOCK_MAXNUM];
		nfds_t count = watched(channel, polled);
		if (poll(polled, count, patience_slice(patience, next_retry_ms(channel))) < 0)
			count = 0; /* interrupted: patience_over() looks why */
		process(channel, polled, count);
	}
}

static void explain(struct sentence *why, const char *host, const struct query *query,
	const struct patience *patience)
{
	if (!query->done && patience_interrupted(patience))
		sentence_set(why, "interrupted while looking up ");
	else if (!query->done || query->status == ARES_ETIMEOUT)
		sentence_set(why, "timed out while looking up ");
	else if (query->status == ARES_ECONNREFUSED || query->status == ARES_ESERVFAIL)
		sentence_set(why, "no name server could answer for ");
	else if (query->status == ARES_ENOMEM)
		sentence_set(why, "no memory to look up ");
	else
		sentence_set(why, "no such host: ");
	sentence_add_foreign(why, octets_of(host));
}

/* What no name server needs to be asked about: blanks, controls, empty or too long (RFC 1035). */
static bool is_askable(const char *host)
{
	struct octets name = octets_of(host);
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] <= ' ' || name.at[i] == 0x7F)
			return false;
	}
	return name.len > 0 && name.len <= 254 && !octets_contain(name, "[]:/@%");
}

/* c-ares would send the octets as they are; how a script becomes ASCII (RFC 5891) is not its
 * affair. */
static bool is_ascii(const char *host)
{
	while (*host != 0 && (unsigned char)*host < 0x80)
		host++;
	return *host == 0;
}

static bool ask(const char *host, struct query *query, const struct patience *patience)
{
	ares_channel channel;
	struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		return false;
	bool good = ares_init(&channel) == ARES_SUCCESS;
	if (good) {
		ares_getaddrinfo(channel, host, NULL, &hints, answered, query);
		wait_for(channel, query, patience);
		bool done = query->done;
		ares_destroy(channel); /* tells answered() about what is still open */
		query->done = done;
	}
	ares_library_cleanup();
	return good;
}

bool resolve(const char *host, uint16_t port, const struct patience *patience,
	struct resolve_result *result, struct sentence *why)
{
	struct query query = {.result = result, .port = port};
	result->count = 0;
	if (endpoint_parse(&result->endpoints[0], host, port)) {
		result->count = 1;
		return true;
	}
	if (host != NULL && !is_ascii(host)) {
		sentence_set(why, "write the host's name in its ASCII form (xn--…): ");
		sentence_add_foreign(why, octets_of(host));
		return false;
	}
	if (host == NULL || !is_askable(host)) {
		sentence_set(why, "not a host name: ");
		sentence_add_foreign(why, octets_of(host));
		return false;
	}
	if (!ask(host, &query, patience)) {
		sentence_set(why, "the name resolver could not be started");
		return false;
	}
	if (result->count > 0 && query.done)
		return true;
	explain(why, host, &query, patience);
	return false;
}

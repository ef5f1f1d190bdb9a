/* resolve: c-ares, with its sockets in the owner's epoll descriptor. */
#include "resolve.h"

#include <sys/select.h> /* ares.h does not include what it needs */
#include <sys/time.h>
#include <ares.h>
#include <pthread.h>
#include <string.h>

#include "endpoint_order.h"
#include "octets.h"
#include "player.h"

enum { CLASS_IN = 1, TYPE_SRV = 33 };

/* What a callback is told: c-ares hands back one pointer. */
struct question {
	struct resolve *resolve;
	unsigned int which; /* a family or a kind */
};

struct resolve {
	const struct memory *memory;
	const struct dial_calls *calls;
	int epoll;
	ares_channel channel;
	uint16_t port;
	bool unwatched; /* a socket of c-ares could not be watched: no answer will be seen */
	struct question host_questions[RESOLVE_FAMILIES];
	struct question service_questions[SERVICE_KINDS];
	char asked[ENDPOINT_HOST];
	char names[RESOLVE_FAMILIES][ENDPOINT_HOST]; /* whose addresses they are */
	bool heard[RESOLVE_FAMILIES];
	struct resolve_answer answers[RESOLVE_FAMILIES];
	struct resolve_services services[SERVICE_KINDS];
};

static const int families[RESOLVE_FAMILIES] = {AF_INET6, AF_INET};

/* c-ares counts its users without a lock; so it is told once, and never that we are gone. */
static void begin_library(void)
{
	(void)ares_library_init(ARES_LIB_INIT_ALL);
}

static void watch_socket(void *context, ares_socket_t descriptor, int readable, int writable)
{
	struct resolve *resolve = context;
	uint32_t events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u);
	bool good =
		dial_watch(resolve->calls, resolve->epoll, descriptor, DIAL_WATCH_NAMES, events);
	if (!good && events != 0)
		resolve->unwatched = true;
}

static bool open_channel(struct resolve *resolve, const char *name_servers)
{
	struct ares_options options = {
		.sock_state_cb = watch_socket, .sock_state_cb_data = resolve};
	if (ares_init_options(&resolve->channel, &options, ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS)
		return false;
	if (name_servers == NULL ||
		ares_set_servers_ports_csv(resolve->channel, name_servers) == ARES_SUCCESS)
		return true;
	ares_destroy(resolve->channel);
	return false;
}

struct resolve *resolve_new(const struct memory *memory, const struct dial_calls *calls, int epoll,
	const char *name_servers, struct sentence *why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct resolve *resolve = memory_new(memory, 1, sizeof *resolve);
	pthread_once(&once, begin_library);
	if (resolve != NULL) {
		*resolve = (struct resolve){.memory = memory, .calls = calls, .epoll = epoll};
		if (open_channel(resolve, name_servers))
			return resolve;
		memory_free(memory, resolve, sizeof *resolve);
	}
	sentence_set(why, "the name resolver could not be started: memory or open files are used "
			  "up, or /etc/resolv.conf cannot be read");
	return NULL;
}

void resolve_free(struct resolve *resolve)
{
	if (resolve == NULL)
		return;
	ares_destroy(resolve->channel); /* tells the callbacks, and closes its sockets */
	memory_free(resolve->memory, resolve, sizeof *resolve);
}

static enum resolve_failure failure_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return RESOLVE_FOUND;
	case ARES_ETIMEOUT:
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return RESOLVE_NO_ANSWER;
	case ARES_ENODATA:
	case ARES_ENOTFOUND:
	case ARES_EBADNAME:
	case ARES_ENONAME:
		return RESOLVE_NO_SUCH_NAME;
	case ARES_ENOMEM:
		return RESOLVE_NO_MEMORY;
	default:
		return RESOLVE_NO_SERVER;
	}
}

static void take_node(
	struct resolve_answer *answer, const struct ares_addrinfo_node *node, uint16_t port)
{
	struct endpoint *endpoint = &answer->at[answer->count];
	if (answer->count == RESOLVE_MAX || node->ai_addrlen > sizeof endpoint->address)
		return;
	memset(endpoint, 0, sizeof *endpoint);
	memcpy(&endpoint->address, node->ai_addr, node->ai_addrlen);
	endpoint->len = node->ai_addrlen;
	endpoint_set_port(endpoint, port);
	answer->count++;
}

/* The answer was found in a search domain of resolv.conf: another name than was asked for. */
static bool is_searched(const struct resolve *resolve, size_t family)
{
	struct octets asked = octets_of(resolve->asked), name = octets_of(resolve->names[family]);
	if (asked.len > 0 && asked.at[asked.len - 1] == '.')
		asked.len--;
	return name.len > 0 && !octets_equal_nocase(asked, name);
}

/*
 * A name with addresses of one family only is looked for in the search domains for the other, and
 * there may be one who answers to everything. So what was found in them is believed only when the
 * other family is known not to be at home, or in the same place.
 */
static void settle_answers(struct resolve *resolve)
{
	bool all = resolve->heard[RESOLVE_V6] && resolve->heard[RESOLVE_V4];
	bool searched[] = {is_searched(resolve, RESOLVE_V6), is_searched(resolve, RESOLVE_V4)};
	struct octets v6 = octets_of(resolve->names[RESOLVE_V6]);
	struct octets v4 = octets_of(resolve->names[RESOLVE_V4]);
	if (all && v6.len > 0 && v4.len > 0 && !octets_equal_nocase(v6, v4)) {
		size_t stranger = searched[RESOLVE_V6] ? RESOLVE_V6 : RESOLVE_V4;
		resolve->answers[stranger].count = 0;
		resolve->answers[stranger].failure = RESOLVE_NO_SUCH_NAME;
	}
	for (size_t i = 0; i < RESOLVE_FAMILIES; i++)
		resolve->answers[i].done = resolve->heard[i] && (all || !searched[i]);
}

void resolve_settle(struct resolve *resolve)
{
	for (size_t i = 0; i < RESOLVE_FAMILIES; i++)
		resolve->answers[i].done = resolve->heard[i];
}

static void keep_name(struct resolve *resolve, size_t family, const char *name)
{
	size_t len = name == NULL ? 0 : strlen(name);
	if (len > 0 && len < ENDPOINT_HOST && resolve->answers[family].count > 0)
		memcpy(resolve->names[family], name, len + 1);
}

static void host_answered(void *context, int status, int timeouts, struct ares_addrinfo *found)
{
	const struct question *question = context;
	struct resolve *resolve = question->resolve;
	struct resolve_answer *answer = &resolve->answers[question->which];
	(void)timeouts;
	resolve->heard[question->which] = true;
	answer->failure = failure_of(status);
	if (status == ARES_SUCCESS && found != NULL) {
		for (struct ares_addrinfo_node *node = found->nodes; node != NULL;
			node = node->ai_next) {
			if (node->ai_family == families[question->which])
				take_node(answer, node, resolve->port);
		}
		keep_name(resolve, question->which, found->name);
	}
	if (answer->count == 0 && answer->failure == RESOLVE_FOUND)
		answer->failure = RESOLVE_NO_SUCH_NAME;
	if (found != NULL)
		ares_freeaddrinfo(found);
	settle_answers(resolve);
}

static void service_answered(void *context, int status, int timeouts, unsigned char *at, int len)
{
	const struct question *question = context;
	struct resolve_services *services = &question->resolve->services[question->which];
	struct ares_srv_reply *records = NULL;
	(void)timeouts;
	if (status == ARES_SUCCESS)
		status = ares_parse_srv_reply(at, len, &records);
	services->done = true;
	services->failure = failure_of(status);
	for (struct ares_srv_reply *record = records; record != NULL; record = record->next)
		service_add(&services->list, record->host, record->port, record->priority,
			record->weight);
	if (records != NULL)
		ares_free_data(records);
}

void resolve_cancel(struct resolve *resolve)
{
	ares_cancel(resolve->channel);
	memset(resolve->answers, 0, sizeof resolve->answers);
	memset(resolve->names, 0, sizeof resolve->names);
	memset(resolve->heard, 0, sizeof resolve->heard);
	memset(resolve->services, 0, sizeof resolve->services);
}

/*
 * This name is nobody's to answer but ours (RFC 6761 6.3; c-ares 1.18 leaks memory over it). IPv4
 * comes first, since what listens on a loopback often does so on that address alone.
 */
static void answer_localhost(struct resolve *resolve, uint16_t port)
{
	struct resolve_answer *v4 = &resolve->answers[RESOLVE_V4];
	struct resolve_answer *v6 = &resolve->answers[RESOLVE_V6];
	v4->done = v6->done = true;
	v6->failure = RESOLVE_NO_SUCH_NAME;
	v4->count += endpoint_parse(&v4->at[0], "127.0.0.1", port);
	v4->count += endpoint_parse(&v4->at[1], "::1", port);
}

void resolve_host(struct resolve *resolve, const char *name, uint16_t port)
{
	resolve_cancel(resolve);
	resolve->port = port;
	memcpy(resolve->asked, name, strlen(name) + 1);
	if (octets_equal_nocase(octets_of(name), octets_of("localhost"))) {
		answer_localhost(resolve, port);
		return;
	}
	for (unsigned int i = 0; i < RESOLVE_FAMILIES; i++) {
		struct ares_addrinfo_hints hints = {
			.ai_family = families[i], .ai_socktype = SOCK_STREAM};
		struct question *question = &resolve->host_questions[i];
		*question = (struct question){resolve, i};
		ares_getaddrinfo(resolve->channel, name, NULL, &hints, host_answered, question);
	}
}

void resolve_domain(struct resolve *resolve, const char *domain)
{
	resolve_cancel(resolve);
	for (unsigned int i = 0; i < SERVICE_KINDS; i++) {
		char name[SERVICE_NAME];
		struct question *question = &resolve->service_questions[i];
		*question = (struct question){resolve, i};
		if (service_question((enum service_kind)i, domain, name))
			ares_query(resolve->channel, name, CLASS_IN, TYPE_SRV, service_answered,
				question);
		else
			service_answered(question, ARES_EBADNAME, 0, NULL, 0);
	}
}

const struct resolve_answer *resolve_answer(
	const struct resolve *resolve, enum resolve_family family)
{
	return &resolve->answers[family];
}

const struct resolve_services *resolve_services(
	const struct resolve *resolve, enum service_kind kind)
{
	return &resolve->services[kind];
}

enum resolve_family resolve_preferred(const struct resolve *resolve)
{
	const struct resolve_answer *v6 = &resolve->answers[RESOLVE_V6];
	const struct resolve_answer *v4 = &resolve->answers[RESOLVE_V4];
	if (v6->count == 0 || v4->count == 0)
		return v6->count == 0 ? RESOLVE_V4 : RESOLVE_V6;
	return endpoint_is_better(&v4->at[0], &v6->at[0]) ? RESOLVE_V4 : RESOLVE_V6;
}

/* Where a question's socket cannot be watched, its answer would never be seen. */
static void give_up_unwatched(struct resolve *resolve)
{
	if (!resolve->unwatched)
		return;
	resolve->unwatched = false;
	ares_cancel(resolve->channel);
	for (size_t i = 0; i < RESOLVE_FAMILIES; i++) {
		if (resolve->answers[i].failure == RESOLVE_NO_ANSWER)
			resolve->answers[i].failure = RESOLVE_NO_SERVER;
	}
	for (size_t i = 0; i < SERVICE_KINDS; i++) {
		if (resolve->services[i].failure == RESOLVE_NO_ANSWER)
			resolve->services[i].failure = RESOLVE_NO_SERVER;
	}
}

void resolve_ready(struct resolve *resolve, int descriptor, uint32_t events)
{
	bool in = (events & ~(uint32_t)EPOLLOUT) != 0;
	bool out = (events & EPOLLOUT) != 0;
	ares_process_fd(resolve->channel, in ? descriptor : ARES_SOCKET_BAD,
		out ? descriptor : ARES_SOCKET_BAD);
	give_up_unwatched(resolve);
}

void resolve_tick(struct resolve *resolve)
{
	ares_process_fd(resolve->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	give_up_unwatched(resolve);
}

uint64_t resolve_deadline_ms(const struct resolve *resolve, uint64_t now_ms)
{
	struct timeval left;
	if (resolve->unwatched)
		return now_ms;
	if (ares_timeout(resolve->channel, NULL, &left) == NULL)
		return PLAYER_NEVER;
	return time_later(now_ms, (uint64_t)left.tv_sec * 1000 + (uint64_t)left.tv_usec / 1000 + 1);
}

const char *resolve_words(enum resolve_failure failure)
{
	static const char *const words[] = {
		[RESOLVE_FOUND] = "found ",
		[RESOLVE_NO_SUCH_NAME] = "no such host: ",
		[RESOLVE_NO_ANSWER] = "timed out while looking up ",
		[RESOLVE_NO_SERVER] = "no name server could answer for ",
		[RESOLVE_NO_MEMORY] = "no memory to look up ",
	};
	return words[failure];
}

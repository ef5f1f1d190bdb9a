/* service_search: both questions, until both are answered or the time is over. */
#include "service_search.h"

#include <poll.h>
#include <string.h>

#include "resolve.h"
#include "system_random.h"
#include "tcp.h"

enum { RESOLVE_MS = 30 * 1000, EVENTS = 16 };

static bool is_answered(const struct resolve *resolve)
{
	return resolve_services(resolve, SERVICE_IMPLICIT)->done &&
	       resolve_services(resolve, SERVICE_STARTTLS)->done;
}

static void wait_for(struct resolve *resolve, const struct dial_calls *calls, int epoll,
	const struct patience *patience)
{
	while (!is_answered(resolve) && !patience_over(patience)) {
		struct pollfd polled = {.fd = epoll, .events = POLLIN};
		struct epoll_event events[EVENTS];
		uint64_t retry_ms = resolve_deadline_ms(resolve, clock_ms());
		int count = 0;
		if (poll(&polled, 1, patience_slice(patience, retry_ms)) > 0)
			count = calls->epoll_wait(epoll, events, EVENTS, 0);
		for (int i = 0; i < count; i++)
			resolve_ready(
				resolve, dial_watched_descriptor(&events[i]), events[i].events);
		resolve_tick(resolve);
	}
}

static enum service_search_result result_of(
	const struct resolve *resolve, const struct service_search *search)
{
	enum resolve_failure worst = RESOLVE_NO_SUCH_NAME;
	bool refused = false;
	size_t count = 0;
	for (unsigned int i = 0; i < SERVICE_KINDS; i++) {
		const struct resolve_services *found =
			resolve_services(resolve, (enum service_kind)i);
		enum resolve_failure failure = found->done ? found->failure : RESOLVE_NO_ANSWER;
		worst = failure > worst ? failure : worst;
		refused |= search->lists[i].refused;
		count += search->lists[i].count;
	}
	if (count > 0)
		return SERVICE_SEARCH_FOUND;
	if (refused)
		return SERVICE_SEARCH_REFUSED;
	if (worst == RESOLVE_NO_MEMORY)
		return SERVICE_SEARCH_NO_MEMORY;
	return worst == RESOLVE_NO_SUCH_NAME ? SERVICE_SEARCH_NONE : SERVICE_SEARCH_NO_ANSWER;
}

static void search_with(struct resolve *resolve, const struct dial_calls *calls, int epoll,
	const struct destination *destination, struct service_search *search)
{
	struct random random;
	char domain[ENDPOINT_HOST];
	uint64_t span = destination->resolve_ms == 0 ? RESOLVE_MS : destination->resolve_ms;
	struct patience patience = {time_later(clock_ms(), span), NULL};
	if (!endpoint_name(destination->domain, domain, NULL)) {
		search->result = SERVICE_SEARCH_NO_DOMAIN;
		return;
	}
	random_init(&random, destination->seed != 0 ? destination->seed : system_random_seed());
	resolve_domain(resolve, domain);
	wait_for(resolve, calls, epoll, &patience);
	for (unsigned int i = 0; i < SERVICE_KINDS; i++) {
		search->lists[i] = resolve_services(resolve, (enum service_kind)i)->list;
		service_sort(&search->lists[i], &random);
	}
	search->result = result_of(resolve, search);
}

void service_search(const struct memory *memory, const struct destination *destination,
	struct service_search *search)
{
	const struct dial_calls *calls =
		destination->calls == NULL ? &dial_calls_system : destination->calls;
	int epoll = calls->epoll_create(EPOLL_CLOEXEC);
	struct resolve *resolve =
		epoll < 0 ? NULL
			  : resolve_new(memory, calls, epoll, destination->name_servers, NULL);
	memset(search, 0, sizeof *search);
	search->result = SERVICE_SEARCH_NO_MEMORY;
	if (resolve != NULL)
		search_with(resolve, calls, epoll, destination, search);
	resolve_free(resolve);
	tcp_close(epoll);
}

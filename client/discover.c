/* discover: a domain's services, for programs that show them to people. */
#include "discover.h"

#include <string.h>

#include "service_search.h"
#include "settings.h"

_Static_assert(sizeof((struct service *)0)->host == sizeof((struct msub_service *)0)->host,
	"a service's host fits");

static size_t fill(struct msub_service *services, size_t room, const struct service_search *found)
{
	static const enum msub_tls of_kind[SERVICE_KINDS] = {
		[SERVICE_IMPLICIT] = MSUB_TLS_IMPLICIT, [SERVICE_STARTTLS] = MSUB_TLS_STARTTLS};
	size_t count = 0;
	for (size_t kind = 0; kind < SERVICE_KINDS; kind++) {
		const struct service_list *list = &found->lists[kind];
		for (size_t i = 0; i < list->count && count < room; i++, count++) {
			struct msub_service *service = &services[count];
			memcpy(service->host, list->at[i].host, sizeof service->host);
			service->port = list->at[i].port;
			service->tls = of_kind[kind];
		}
	}
	return count;
}

static struct msub_failure failure_of(const struct service_search *found)
{
	static const struct {
		enum msub_error error;
		enum msub_retry retry;
		const char *text;
	} rows[] = {
		[SERVICE_SEARCH_FOUND] = {MSUB_OK, MSUB_RETRY_NEVER, ""},
		[SERVICE_SEARCH_NONE] = {MSUB_HOST, MSUB_RETRY_NEVER,
			"the domain announces no submission service (SRV): name the server's host"},
		[SERVICE_SEARCH_REFUSED] = {MSUB_HOST, MSUB_RETRY_NEVER,
			"the domain says that it offers no submission of mail"},
		[SERVICE_SEARCH_NO_DOMAIN] = {MSUB_HOST, MSUB_RETRY_NEVER,
			"this is not a domain's name"},
		[SERVICE_SEARCH_NO_ANSWER] = {MSUB_CONNECT, MSUB_RETRY_LATER,
			"no name server answered the question for the domain's services"},
		[SERVICE_SEARCH_NO_MEMORY] = {MSUB_MEMORY, MSUB_RETRY_LATER, ""},
	};
	return (struct msub_failure){.error = rows[found->result].error,
		.phase = MSUB_PHASE_CONNECT,
		.retry = rows[found->result].retry,
		.reply = {.text = ""},
		.text = rows[found->result].text};
}

enum msub_error discover(const struct memory *memory, const struct destination *destination,
	struct msub_service *services, size_t *count, struct msub_failure *failure)
{
	struct service_search found;
	service_search(memory, destination, &found);
	struct msub_failure failed = failure_of(&found);
	*count = fill(services, *count, &found);
	if (failure != NULL)
		*failure = failed;
	return failed.error;
}

static enum msub_error fail_use(struct msub_failure *failure)
{
	if (failure != NULL)
		*failure = (struct msub_failure){.error = MSUB_USE,
			.phase = MSUB_PHASE_CONNECT,
			.reply = {.text = ""},
			.text = ""};
	return MSUB_USE;
}

enum msub_error msub_discover(const char *domain, const struct msub_settings *settings,
	struct msub_service *services, size_t *count, struct msub_failure *failure)
{
	struct msub_settings usual;
	if (domain == NULL || count == NULL || (services == NULL && *count > 0))
		return fail_use(failure);
	msub_settings_init(&usual);
	if (settings == NULL)
		settings = &usual;
	struct memory memory = settings_memory(settings->memory);
	uint64_t patience_ms = settings->timeouts.resolve_ms;
	struct destination destination = {.domain = domain,
		.name_servers = settings->name_servers,
		.resolve_ms = patience_ms == 0 ? PLAYER_NEVER : patience_ms};
	return discover(&memory, &destination, services, count, failure);
}

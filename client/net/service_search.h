/* service_search: a domain's services, all of them, in one blocking call. */
#ifndef NET_SERVICE_SEARCH_H
#define NET_SERVICE_SEARCH_H

#include "dial.h"
#include "service.h"

enum service_search_result {
	SERVICE_SEARCH_FOUND,
	SERVICE_SEARCH_NONE,	/* the domain announces nothing */
	SERVICE_SEARCH_REFUSED, /* it announces that it has none */
	SERVICE_SEARCH_NO_DOMAIN,
	SERVICE_SEARCH_NO_ANSWER,
	SERVICE_SEARCH_NO_MEMORY
};

struct service_search {
	enum service_search_result result;
	struct service_list lists[SERVICE_KINDS]; /* in the order in which they are tried */
};

/* Of the destination the domain, resolve_ms and what is there for tests. */
void service_search(const struct memory *memory, const struct destination *destination,
	struct service_search *search);

#endif

/*
 * service: the submission services of a mail domain, as the DNS announces them (RFC 6186,
 * RFC 8314), and the order in which they are tried (RFC 2782).
 *
 * Implicit TLS is preferred to STARTTLS, whatever the priorities say between the two: a priority
 * orders the servers of one service.
 */
#ifndef NET_SERVICE_H
#define NET_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "endpoint.h"
#include "random.h"

enum { SERVICE_MAX = 16, SERVICE_NAME = ENDPOINT_HOST + 32 };

enum service_kind { SERVICE_IMPLICIT, SERVICE_STARTTLS, SERVICE_KINDS };

struct service {
	char host[ENDPOINT_HOST];
	uint16_t port, priority, weight;
};

struct service_list {
	struct service at[SERVICE_MAX];
	size_t count;
	bool refused; /* the domain says that it offers no such service: the target is "." */
};

/* "_submissions._tcp.example.org"; false where that is too long. */
bool service_question(enum service_kind kind, const char *domain, char name[SERVICE_NAME]);
/*
 * Adds one record; what is no host name or has port 0 is left out, as is what comes after
 * SERVICE_MAX of them.
 */
void service_add(struct service_list *list, const char *host, uint16_t port, uint16_t priority,
	uint16_t weight);
/*
 * Puts them in order: the lower priority first; of the same priority by lot, with the chance that
 * the weight gives.
 */
void service_sort(struct service_list *list, struct random *random);

#endif

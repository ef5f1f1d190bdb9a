/* service: records gathered, records in order. */
#include "service.h"

#include <stdio.h>
#include <string.h>

bool service_question(enum service_kind kind, const char *domain, char name[SERVICE_NAME])
{
	static const char *const labels[SERVICE_KINDS] = {"_submissions", "_submission"};
	int len = snprintf(name, SERVICE_NAME, "%s._tcp.%s", labels[kind], domain);
	return len > 0 && len < ENDPOINT_HOST - 1;
}

void service_add(struct service_list *list, const char *host, uint16_t port, uint16_t priority,
	uint16_t weight)
{
	struct service *service = &list->at[list->count];
	if (host[0] == 0 || strcmp(host, ".") == 0) {
		list->refused = true;
		return;
	}
	if (list->count == SERVICE_MAX || port == 0 || !endpoint_name(host, service->host, NULL))
		return;
	service->port = port;
	service->priority = priority;
	service->weight = weight;
	list->count++;
}

static void swap(struct service *a, struct service *b)
{
	struct service kept = *a;
	*a = *b;
	*b = kept;
}

/*
 * RFC 2782, "Weight": those of weight 0 stand first, a number from 0 to the sum is drawn, and the
 * first whose running sum reaches it is taken. With zeros in front of the others they have a small
 * chance, as they should.
 */
static size_t draw(const struct service *of, size_t count, struct random *random)
{
	uint32_t sum = 0, running = 0;
	for (size_t i = 0; i < count; i++)
		sum += of[i].weight;
	uint32_t drawn = random_below(random, sum + 1);
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < count; i++) {
			if ((of[i].weight == 0) != (pass == 0))
				continue;
			running += of[i].weight;
			if (running >= drawn)
				return i;
		}
	}
	return 0;
}

void service_sort(struct service_list *list, struct random *random)
{
	for (size_t i = 0; i < list->count; i++) {
		size_t equals = i;
		/* Selection: all of the lowest priority go to the front, then the lot decides. */
		uint16_t lowest = list->at[i].priority;
		for (size_t k = i; k < list->count; k++)
			lowest = list->at[k].priority < lowest ? list->at[k].priority : lowest;
		for (size_t k = i; k < list->count; k++) {
			if (list->at[k].priority == lowest)
				swap(&list->at[k], &list->at[equals++]);
		}
		swap(&list->at[i], &list->at[i + draw(&list->at[i], equals - i, random)]);
	}
}

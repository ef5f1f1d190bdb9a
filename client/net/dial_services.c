/* dial_services: a mail domain's servers, one after the other (RFC 6186, RFC 8314). */
#include "dial_internal.h"

#include <string.h>

#include "player.h"
#include "random.h"
#include "system_random.h"

static void ask(struct dial *dial, uint64_t now_ms)
{
	if (!dial_has_resolver(dial))
		return;
	dial->looking_up = false;
	dial->target_until_ms = dial->settle_ms = PLAYER_NEVER;
	dial->names_until_ms = time_later(now_ms, dial->destination.resolve_ms);
	resolve_domain(dial->resolve, dial->name);
	dial_enter(dial, DIAL_SERVICES);
}

void dial_services_begin(struct dial *dial, uint64_t now_ms)
{
	size_t len;
	if (!endpoint_name(dial->destination.domain, dial->name, &dial->why)) {
		dial_fail(dial, DIAL_FAULT_HOST, NULL);
		return;
	}
	len = strlen(dial->name);
	if (len > 1 && dial->name[len - 1] == '.')
		dial->name[len - 1] = 0;
	dial->services_known[SERVICE_STARTTLS] = dial->destination.only_implicit;
	dial->services_failure[SERVICE_STARTTLS] = RESOLVE_NO_SUCH_NAME;
	ask(dial, now_ms);
}

size_t dial_services_left(const struct dial *dial)
{
	size_t left = 0;
	if (dial->destination.host != NULL || dial->destination.domain == NULL)
		return 1;
	for (size_t i = dial->kind; i < SERVICE_KINDS; i++)
		left += dial->services[i].count;
	return left - dial->target + (dial->services_known[SERVICE_STARTTLS] ? 0 : 1);
}

static void begin_target(struct dial *dial, uint64_t now_ms)
{
	const struct service *service = &dial->services[dial->kind].at[dial->target];
	memcpy(dial->host, service->host, sizeof service->host);
	dial->port = service->port;
	dial_names_begin(dial, now_ms);
}

/* Nothing to connect to: what did the domain say? */
static void fail_without_services(struct dial *dial)
{
	enum resolve_failure worst = RESOLVE_NO_SUCH_NAME;
	bool refused = false;
	for (size_t i = 0; i < SERVICE_KINDS; i++) {
		refused |= dial->services[i].refused;
		worst = dial->services_failure[i] > worst ? dial->services_failure[i] : worst;
	}
	if (refused)
		sentence_set(
			&dial->why, "%s says that it offers no submission of mail", dial->name);
	else if (worst == RESOLVE_NO_SUCH_NAME)
		sentence_set(&dial->why,
			"%s announces no submission service (no SRV record of "
			"_submissions._tcp or _submission._tcp): name the server's host",
			dial->name);
	else
		sentence_set(&dial->why, "%sthe services of %s", resolve_words(worst), dial->name);
	dial_fail(dial,
		refused || worst == RESOLVE_NO_SUCH_NAME ? DIAL_FAULT_HOST
		: worst == RESOLVE_NO_MEMORY		 ? DIAL_FAULT_MEMORY
							 : DIAL_FAULT_CONNECT,
		NULL);
}

static void fail_after_all(struct dial *dial)
{
	size_t count =
		dial->services[SERVICE_IMPLICIT].count + dial->services[SERVICE_STARTTLS].count;
	if (count == 0) {
		fail_without_services(dial);
		return;
	}
	if (count > 1) {
		sentence_add(&dial->why, " (and none of the other servers of ");
		sentence_add(&dial->why, dial->name);
		sentence_add(&dial->why, " could be reached)");
	}
	dial_fail(dial, dial->target_stood ? DIAL_FAULT_CONNECT : DIAL_FAULT_HOST, NULL);
}

/* From where kind and target point, to the first target that there is. */
static void go_on(struct dial *dial, uint64_t now_ms)
{
	while (dial->kind < SERVICE_KINDS && dial->target >= dial->services[dial->kind].count) {
		if (!dial->services_known[dial->kind]) {
			ask(dial, now_ms); /* it was not waited for the first time */
			return;
		}
		dial->kind++;
		dial->target = 0;
	}
	if (dial->kind < SERVICE_KINDS)
		begin_target(dial, now_ms);
	else
		fail_after_all(dial);
}

void dial_services_next(struct dial *dial, uint64_t now_ms)
{
	dial->target++;
	go_on(dial, now_ms);
}

static void gather(struct dial *dial, bool late)
{
	struct random random;
	random_init(&random,
		dial->destination.seed != 0 ? dial->destination.seed : system_random_seed());
	for (size_t i = 0; i < SERVICE_KINDS; i++) {
		const struct resolve_services *found =
			resolve_services(dial->resolve, (enum service_kind)i);
		if (dial->services_known[i] || !(found->done || late))
			continue;
		dial->services_known[i] = true;
		dial->services[i] = found->list;
		dial->services_failure[i] = found->done ? found->failure : RESOLVE_NO_ANSWER;
		service_sort(&dial->services[i], &random);
	}
}

/* Implicit TLS is preferred: where it is there, the other is waited for but a moment. */
void dial_services_turn(struct dial *dial, uint64_t now_ms)
{
	gather(dial, now_ms >= dial->names_until_ms);
	bool first = dial->services_known[SERVICE_IMPLICIT];
	if (first && dial->services[SERVICE_IMPLICIT].count > dial->target &&
		dial->kind == SERVICE_IMPLICIT && dial->settle_ms == PLAYER_NEVER)
		dial->settle_ms = time_later(now_ms, DIAL_RESOLUTION_MS);
	if ((first && dial->services_known[SERVICE_STARTTLS]) || now_ms >= dial->settle_ms)
		go_on(dial, now_ms);
}

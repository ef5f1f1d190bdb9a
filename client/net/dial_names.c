/* dial_names: the addresses of one host, as they come, and the race to them (RFC 8305). */
#include "dial_internal.h"

#include <errno.h>
#include <string.h>

#include "octets.h"
#include "player.h"
#include "tcp.h"

/* From the first address on, connecting takes no longer than its share of what is left. */
static void begin_connecting(struct dial *dial, uint64_t now_ms)
{
	size_t left = dial_services_left(dial);
	if (dial->connect_until_ms == PLAYER_NEVER)
		dial->connect_until_ms = time_later(now_ms, dial->destination.connect_ms);
	if (dial->target_until_ms != PLAYER_NEVER || dial->connect_until_ms == PLAYER_NEVER)
		return;
	uint64_t until = dial->connect_until_ms > now_ms ? dial->connect_until_ms : now_ms;
	dial->target_until_ms = now_ms + (until - now_ms) / (left == 0 ? 1 : left);
}

static void add(struct dial *dial, enum resolve_family family, const struct endpoint *endpoints,
	size_t count, uint64_t now_ms)
{
	race_add(&dial->race, family, endpoints, count);
	if (race_has_more(&dial->race))
		begin_connecting(dial, now_ms);
}

/* A name without brackets, scope and last dot: what a certificate can carry. */
static void set_certificate_name(struct dial *dial, const struct endpoint *literal)
{
	char text[ENDPOINT_TEXT];
	size_t len = strlen(dial->host);
	if (literal != NULL) {
		endpoint_text(literal, text);
		text[strcspn(text, "%")] = 0;
		memcpy(dial->name, text, strlen(text) + 1);
		return;
	}
	memcpy(dial->name, dial->host, len + 1);
	if (len > 1 && dial->name[len - 1] == '.')
		dial->name[len - 1] = 0;
}

/* The host as it was named, to dial->host in ASCII; false: failed. */
static bool take_host(struct dial *dial)
{
	const char *host = dial->destination.host;
	struct endpoint literal;
	if (host == NULL && dial->destination.domain != NULL)
		return true; /* dial_services has put it there */
	if (endpoint_parse(&literal, host, 0)) {
		endpoint_text(&literal, dial->host);
		set_certificate_name(dial, &literal);
		return true;
	}
	if (!endpoint_name(host == NULL ? "" : host, dial->host, &dial->why)) {
		dial_fail(dial, DIAL_FAULT_HOST, NULL);
		return false;
	}
	set_certificate_name(dial, NULL);
	return true;
}

/* Where the race goes: to the proxy where there is one. */
static bool take_reached(struct dial *dial)
{
	const char *proxy = dial->destination.proxy;
	char host[ENDPOINT_HOST];
	if (proxy == NULL) {
		memcpy(dial->reached, dial->host, sizeof dial->host);
		dial->reached_port = dial->port;
		return true;
	}
	struct endpoint literal;
	if (endpoint_split(proxy, 1080, host, &dial->reached_port) && dial->reached_port != 0 &&
		(endpoint_parse(&literal, host, 0) || endpoint_name(host, dial->reached, NULL))) {
		if (literal.len != 0)
			memcpy(dial->reached, host, sizeof host);
		return true;
	}
	sentence_set(&dial->why, "not a proxy's host and port: ");
	sentence_add_foreign(&dial->why, octets_of(proxy));
	dial_fail(dial, DIAL_FAULT_HOST, NULL);
	return false;
}

void dial_names_begin(struct dial *dial, uint64_t now_ms)
{
	struct endpoint literal;
	if (!take_host(dial) || !take_reached(dial))
		return;
	race_init(&dial->race, dial->calls, dial->epoll, dial->has_source ? &dial->source : NULL);
	memset(dial->added, 0, sizeof dial->added);
	dial->racing = false;
	dial->settle_ms = dial->target_until_ms = PLAYER_NEVER;
	if (endpoint_parse(&literal, dial->reached, dial->reached_port)) {
		dial->looking_up = false;
		add(dial, literal.address.any.sa_family == AF_INET6 ? RESOLVE_V6 : RESOLVE_V4,
			&literal, 1, now_ms);
	} else if (dial_has_resolver(dial)) {
		dial->looking_up = true;
		dial->names_until_ms = time_later(now_ms, dial->destination.resolve_ms);
		resolve_host(dial->resolve, dial->reached, dial->reached_port);
	}
	if (dial->state == DIAL_GOING)
		dial_enter(dial, DIAL_RACE);
}

/* The phone's way: the first of all addresses, and no other. */
static void add_first(struct dial *dial, uint64_t now_ms)
{
	const struct resolve_answer *v6 = resolve_answer(dial->resolve, RESOLVE_V6);
	const struct resolve_answer *v4 = resolve_answer(dial->resolve, RESOLVE_V4);
	if (!v6->done || !v4->done)
		return;
	enum resolve_family family = resolve_preferred(dial->resolve);
	add(dial, family, resolve_answer(dial->resolve, family)->at,
		resolve_answer(dial->resolve, family)->count > 0, now_ms);
	dial->looking_up = false;
}

static void gather(struct dial *dial, uint64_t now_ms)
{
	if (dial->destination.first_address_only) {
		add_first(dial, now_ms);
		return;
	}
	for (unsigned int i = 0; i < RESOLVE_FAMILIES; i++) {
		const struct resolve_answer *answer =
			resolve_answer(dial->resolve, (enum resolve_family)i);
		if (!answer->done || dial->added[i])
			continue;
		dial->added[i] = true;
		add(dial, (enum resolve_family)i, answer->at, answer->count, now_ms);
	}
	dial->looking_up = !dial->added[RESOLVE_V6] || !dial->added[RESOLVE_V4];
}

/* RFC 8305 section 3: IPv4 alone waits a moment for IPv6. */
static bool may_race(struct dial *dial, uint64_t now_ms)
{
	if (!race_has_more(&dial->race))
		return dial->racing;
	if (!dial->racing && dial->looking_up && !dial->added[RESOLVE_V6]) {
		if (dial->settle_ms == PLAYER_NEVER)
			dial->settle_ms = time_later(now_ms, DIAL_RESOLUTION_MS);
		if (now_ms < dial->settle_ms)
			return false;
	}
	if (!dial->racing && dial->resolve != NULL && !dial->looking_up)
		race_prefer(&dial->race, resolve_preferred(dial->resolve));
	dial->settle_ms = PLAYER_NEVER;
	dial->racing = true;
	return true;
}

/* No address to connect to: the worse of two reasons. */
static enum dial_fault explain_names(struct dial *dial)
{
	enum resolve_failure worst = RESOLVE_NO_SUCH_NAME;
	for (unsigned int i = 0; dial->resolve != NULL && i < RESOLVE_FAMILIES; i++) {
		const struct resolve_answer *answer =
			resolve_answer(dial->resolve, (enum resolve_family)i);
		enum resolve_failure failure = answer->done ? answer->failure : RESOLVE_NO_ANSWER;
		worst = failure > worst ? failure : worst;
	}
	sentence_set(&dial->why, "%s%s", resolve_words(worst), dial->reached);
	if (worst == RESOLVE_NO_SUCH_NAME)
		return DIAL_FAULT_HOST;
	return worst == RESOLVE_NO_MEMORY ? DIAL_FAULT_MEMORY : DIAL_FAULT_CONNECT;
}

static void lost(struct dial *dial, int error, uint64_t now_ms)
{
	enum dial_fault fault = DIAL_FAULT_CONNECT;
	if (dial->race.attempt_count > 0)
		race_explain(&dial->race, error, &dial->why);
	else if (dial->race.skipped > 0)
		sentence_set(&dial->why,
			"%s has no address of the kind that %s, the source address, could reach",
			dial->reached, dial->destination.source_address);
	else
		fault = explain_names(dial);
	race_close(&dial->race);
	dial_fail_target(dial, fault, now_ms);
}

void dial_names_turn(struct dial *dial, uint64_t now_ms)
{
	bool late = dial->looking_up && now_ms >= dial->names_until_ms;
	if (late)
		resolve_settle(dial->resolve);
	if (dial->looking_up)
		gather(dial, now_ms);
	if (late)
		dial->looking_up = false; /* what is not known by now is not waited for */
	if (may_race(dial, now_ms))
		race_step(&dial->race, now_ms);
	if (dial->race.winner >= 0) {
		int winner = dial->race.winner;
		race_close(&dial->race);
		dial_reached(dial, winner, now_ms);
	} else if (now_ms >= dial->target_until_ms) {
		lost(dial, ETIMEDOUT, now_ms);
	} else if (!dial->looking_up && !race_is_on(&dial->race)) {
		lost(dial, 0, now_ms);
	}
}

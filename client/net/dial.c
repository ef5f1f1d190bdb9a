/* dial: the phases, the deadlines, the end; what a phase does is in a file of its own. */
#include "dial_internal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "tcp.h"

enum { RESOLVE_MS = 30 * 1000, CONNECT_MS = 60 * 1000, EVENTS = 16 };

static void (*const turns[])(struct dial *dial, uint64_t now_ms) = {
	[DIAL_SERVICES] = dial_services_turn,
	[DIAL_RACE] = dial_names_turn,
	[DIAL_LOCAL] = dial_local_turn,
	[DIAL_PROXY] = dial_proxy_turn,
};

static void release(struct dial *dial)
{
	resolve_free(dial->resolve);
	dial->resolve = NULL;
	race_close(&dial->race);
	socks_wipe(&dial->socks);
	dial->phase = DIAL_OVER;
}

void dial_fail(struct dial *dial, enum dial_fault fault, const char *words)
{
	if (dial->state != DIAL_GOING)
		return;
	if (words != NULL)
		sentence_set(&dial->why, "%s", words);
	dial->state = DIAL_FAILED;
	dial->fault = fault;
	tcp_close(dial->descriptor);
	dial->descriptor = -1;
	release(dial);
}

void dial_fail_target(struct dial *dial, enum dial_fault fault, uint64_t now_ms)
{
	bool has_targets = dial->destination.host == NULL && dial->destination.domain != NULL &&
			   dial->phase != DIAL_LOCAL;
	tcp_close(dial->descriptor);
	dial->descriptor = -1;
	dial->target_stood |= fault == DIAL_FAULT_CONNECT;
	if (has_targets && fault != DIAL_FAULT_MEMORY)
		dial_services_next(dial, now_ms);
	else
		dial_fail(dial, fault, NULL);
}

void dial_done(struct dial *dial)
{
	if (!tcp_remote(dial->descriptor, &dial->remote))
		dial->remote = dial->race.endpoint;
	dial->state = DIAL_CONNECTED;
	sentence_set(&dial->why, "%s", "");
	release(dial);
}

void dial_reached(struct dial *dial, int descriptor, uint64_t now_ms)
{
	(void)now_ms;
	dial->descriptor = descriptor;
	if (dial->destination.proxy != NULL && dial->phase == DIAL_RACE)
		dial_proxy_begin(dial);
	else
		dial_done(dial);
}

void dial_enter(struct dial *dial, enum dial_phase phase)
{
	dial->phase = phase;
	dial->again = true;
}

bool dial_has_resolver(struct dial *dial)
{
	if (dial->resolve == NULL)
		dial->resolve = resolve_new(dial->memory, dial->calls, dial->epoll,
			dial->destination.name_servers, &dial->why);
	if (dial->resolve == NULL)
		dial_fail(dial, DIAL_FAULT_MEMORY, NULL);
	return dial->resolve != NULL;
}

static void plan_waking(struct dial *dial, uint64_t now_ms)
{
	bool asking = dial->phase == DIAL_SERVICES || dial->looking_up;
	uint64_t all[] = {
		dial->target_until_ms,
		dial->settle_ms,
		asking ? dial->names_until_ms : PLAYER_NEVER,
		asking && dial->resolve != NULL ? resolve_deadline_ms(dial->resolve, now_ms)
						: PLAYER_NEVER,
		dial->phase == DIAL_RACE && dial->racing ? race_deadline_ms(&dial->race)
							 : PLAYER_NEVER,
	};
	dial->wake_ms = PLAYER_NEVER;
	for (size_t i = 0; dial->state == DIAL_GOING && i < sizeof all / sizeof *all; i++)
		dial->wake_ms = all[i] < dial->wake_ms ? all[i] : dial->wake_ms;
}

static void turn(struct dial *dial, uint64_t now_ms)
{
	do {
		dial->again = false;
		if (dial->state == DIAL_GOING)
			turns[dial->phase](dial, now_ms);
	} while (dial->again && dial->state == DIAL_GOING);
	plan_waking(dial, now_ms);
}

static void set_source(struct dial *dial)
{
	const char *source = dial->destination.source_address;
	if (source == NULL)
		return;
	dial->has_source = endpoint_parse(&dial->source, source, 0);
	if (dial->has_source)
		return;
	sentence_set(&dial->why, "not an address to connect from: ");
	sentence_add_foreign(&dial->why, octets_of(source));
	dial_fail(dial, DIAL_FAULT_CONNECT, NULL);
}

static void begin(struct dial *dial, uint64_t now_ms)
{
	const struct destination *destination = &dial->destination;
	dial->epoll = dial->calls->epoll_create(EPOLL_CLOEXEC);
	if (dial->epoll < 0) {
		dial_fail(dial, DIAL_FAULT_CONNECT,
			"no descriptor is left for a connection: too many files are open");
		return;
	}
	set_source(dial);
	if (dial->state != DIAL_GOING)
		return;
	if (destination->socket_path != NULL) {
		dial->connect_until_ms = time_later(now_ms, destination->connect_ms);
		dial->target_until_ms = dial->connect_until_ms;
		dial_enter(dial, DIAL_LOCAL);
	} else if (destination->host == NULL && destination->domain != NULL) {
		dial_services_begin(dial, now_ms);
	} else {
		dial_names_begin(dial, now_ms);
	}
}

struct dial *dial_new(
	const struct memory *memory, const struct destination *destination, uint64_t now_ms)
{
	struct dial *dial = memory_new(memory, 1, sizeof *dial);
	if (dial == NULL)
		return NULL;
	dial->memory = memory;
	dial->destination = *destination;
	dial->calls = destination->calls == NULL ? &dial_calls_system : destination->calls;
	dial->descriptor = -1;
	dial->port = destination->port;
	dial->settle_ms = dial->connect_until_ms = dial->target_until_ms = PLAYER_NEVER;
	if (destination->resolve_ms == 0)
		dial->destination.resolve_ms = RESOLVE_MS;
	if (destination->connect_ms == 0)
		dial->destination.connect_ms = CONNECT_MS;
	race_init(&dial->race, dial->calls, -1, NULL);
	begin(dial, now_ms);
	turn(dial, now_ms);
	return dial;
}

void dial_free(struct dial *dial)
{
	if (dial == NULL)
		return;
	release(dial);
	tcp_close(dial->descriptor);
	tcp_close(dial->epoll);
	memory_free(dial->memory, dial, sizeof *dial);
}

int dial_descriptor(const struct dial *dial)
{
	return dial->epoll;
}

uint64_t dial_deadline_ms(const struct dial *dial)
{
	return dial->wake_ms;
}

static void dispatch(struct dial *dial, const struct epoll_event *event, uint64_t now_ms)
{
	int descriptor = dial_watched_descriptor(event);
	enum dial_watched what = dial_watched_what(event);
	if (what == DIAL_WATCH_NAMES && dial->resolve != NULL)
		resolve_ready(dial->resolve, descriptor, event->events);
	else if (what == DIAL_WATCH_ATTEMPT)
		race_ready(&dial->race, descriptor, now_ms);
	/* The proxy's turn looks itself. */
}

void dial_ready(struct dial *dial, uint64_t now_ms)
{
	struct epoll_event events[EVENTS];
	if (dial->state != DIAL_GOING)
		return;
	int count = dial->calls->epoll_wait(dial->epoll, events, EVENTS, 0);
	if (count < 0 && errno != EINTR) {
		dial_fail(dial, DIAL_FAULT_CONNECT, "the system cannot watch the connection");
		plan_waking(dial, now_ms);
		return;
	}
	for (int i = 0; i < count; i++)
		dispatch(dial, &events[i], now_ms);
	turn(dial, now_ms);
}

void dial_tick(struct dial *dial, uint64_t now_ms)
{
	if (dial->state != DIAL_GOING)
		return;
	if (dial->resolve != NULL)
		resolve_tick(dial->resolve);
	turn(dial, now_ms);
}

enum dial_state dial_state(const struct dial *dial)
{
	return dial->state;
}

/* What it is doing, for "timed out while ...". */
static void describe(const struct dial *dial, struct sentence *doing)
{
	const struct destination *destination = &dial->destination;
	char text[ENDPOINT_TEXT];
	const struct endpoint *endpoint = race_latest(&dial->race);
	if (dial->phase == DIAL_SERVICES) {
		sentence_set(doing, "looking up the services of ");
		sentence_add_foreign(doing, octets_of(dial->name));
	} else if (dial->phase == DIAL_LOCAL) {
		sentence_set(doing, "connecting to ");
		sentence_add_foreign(doing, octets_of(destination->socket_path));
	} else if (dial->phase == DIAL_PROXY) {
		sentence_set(doing, "waiting for the proxy %s", dial->reached);
	} else if (endpoint == NULL) {
		sentence_set(doing, "looking up %s", dial->reached);
	} else {
		endpoint_text(endpoint, text);
		sentence_set(doing, "connecting to %s port %u", text,
			(unsigned int)endpoint_port(endpoint));
	}
}

void dial_give_up(struct dial *dial, const char *what)
{
	struct sentence doing;
	if (dial->state != DIAL_GOING)
		return;
	describe(dial, &doing);
	sentence_set(&dial->why, "%s while ", what);
	sentence_add(&dial->why, doing.text);
	dial_fail(dial, DIAL_FAULT_CONNECT, NULL);
	dial->wake_ms = PLAYER_NEVER;
}

int dial_take_descriptor(struct dial *dial)
{
	int descriptor = dial->state == DIAL_CONNECTED ? dial->descriptor : -1;
	if (descriptor >= 0)
		dial->descriptor = -1;
	return descriptor;
}

const struct endpoint *dial_remote(const struct dial *dial)
{
	return &dial->remote;
}

const char *dial_host(const struct dial *dial)
{
	return dial->host;
}

uint16_t dial_port(const struct dial *dial)
{
	return dial->port;
}

const char *dial_certificate_name(const struct dial *dial)
{
	return dial->name;
}

enum player_service dial_service(const struct dial *dial)
{
	if (dial->destination.host != NULL || dial->destination.domain == NULL ||
		dial->destination.socket_path != NULL)
		return PLAYER_SERVICE_UNKNOWN;
	return dial->kind == SERVICE_IMPLICIT ? PLAYER_SERVICE_TLS : PLAYER_SERVICE_STARTTLS;
}

const char *dial_why(const struct dial *dial)
{
	return dial->state == DIAL_FAILED ? dial->why.text : "";
}

enum dial_fault dial_fault(const struct dial *dial)
{
	return dial->fault;
}

void dial_tell(const struct dial *dial, struct player *player, uint64_t now_ms)
{
	const struct player_ops *ops = player->ops;
	enum player_service service = dial_service(dial);
	if (dial->state == DIAL_FAILED && dial->fault == DIAL_FAULT_HOST &&
		ops->host_failed != NULL)
		ops->host_failed(player, dial_why(dial), now_ms);
	else if (dial->state == DIAL_FAILED)
		ops->connect_failed(player, dial_why(dial), now_ms);
	else if (service != PLAYER_SERVICE_UNKNOWN && ops->found != NULL)
		ops->found(player, service, dial_host(dial), dial_port(dial));
}

void dial_wait(struct dial *dial, const struct patience *patience)
{
	while (dial->state == DIAL_GOING) {
		struct pollfd polled = {.fd = dial->epoll, .events = POLLIN};
		if (patience_over(patience)) {
			dial_give_up(
				dial, patience_interrupted(patience) ? "interrupted" : "timed out");
			return;
		}
		int ready = poll(&polled, 1, patience_slice(patience, dial->wake_ms));
		uint64_t now_ms = clock_ms();
		if (ready > 0)
			dial_ready(dial, now_ms);
		if (now_ms >= dial->wake_ms)
			dial_tick(dial, now_ms);
	}
}

int dial_blocking(const struct memory *memory, const struct destination *destination,
	const struct patience *patience, struct sentence *why)
{
	struct dial *dial = dial_new(memory, destination, clock_ms());
	if (dial == NULL) {
		sentence_set(why, "no memory for a connection");
		return -1;
	}
	dial_wait(dial, patience);
	int descriptor = dial_take_descriptor(dial);
	sentence_set(why, "%s", dial_why(dial));
	dial_free(dial);
	return descriptor;
}

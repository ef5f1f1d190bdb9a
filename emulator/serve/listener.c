/* listener: sockets, limits, the epoll loop. */
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "listener_internal.h"
#include "tcp.h"

enum {
	CONCURRENT = 1000,
	EVENTS = 128,
	ACCEPTS_PER_ROUND = 64,
	FINISHING_MS = 5000,
	STOPPING_MS = 10000,
	SPARE_DESCRIPTORS = 128 /* for files being stored, name servers, the rest */
};

/* ---- small things ---- */

void listener_tell(struct listener *listener, const struct listener_event *event)
{
	const struct listener_settings *settings = &listener->settings;
	if (settings->event != NULL)
		settings->event(settings->context, event);
}

static bool is_banned(const struct listener *listener, const char *address)
{
	for (const struct banned *banned = listener->banned; banned != NULL;
		banned = banned->next) {
		if (strcmp(banned->address, address) == 0)
			return true;
	}
	return false;
}

void listener_ban(struct listener *listener, const struct serve_session *session)
{
	if (is_banned(listener, session->address))
		return;
	struct banned *banned = memory_new(listener->settings.memory, 1, sizeof *banned);
	if (banned == NULL)
		return;
	memcpy(banned->address, session->address, sizeof banned->address);
	banned->next = listener->banned;
	listener->banned = banned;
}

static bool watch(struct listener *listener, int descriptor, enum watched *what)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};
	return epoll_ctl(listener->epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

/* A thousand sessions need more descriptors than the usual soft limit allows. */
static void raise_descriptor_limit(unsigned int sessions)
{
	struct rlimit limit;
	rlim_t want = (rlim_t)sessions + SPARE_DESCRIPTORS;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= want)
		return;
	limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_spare(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* ---- making and ending ---- */

struct listener *listener_new(const struct listener_settings *settings, struct sentence *why)
{
	struct listener *listener = memory_new(settings->memory, 1, sizeof *listener);
	if (listener == NULL) {
		sentence_set(why, "no memory for a server");
		return NULL;
	}
	listener->settings = *settings;
	if (listener->settings.concurrent_max == 0)
		listener->settings.concurrent_max = CONCURRENT;
	raise_descriptor_limit(listener->settings.concurrent_max);
	listener->stop = -1;
	listener->stop_watched = WATCHED_STOP;
	listener->worker_watched = WATCHED_WORKER;
	listener->next_deadline_ms = PLAYER_NEVER;
	listener->spare = open_spare();
	listener->epoll = epoll_create1(EPOLL_CLOEXEC);
	bool good = listener->epoll >= 0;
	if (good && settings->worker != NULL)
		good = watch(listener, store_worker_descriptor(settings->worker),
			&listener->worker_watched);
	if (good)
		return listener;
	sentence_set(why, "the system has no more descriptors for a server");
	listener_free(listener);
	return NULL;
}

static void close_sockets(struct listener *listener)
{
	for (size_t i = 0; i < listener->socket_count; i++)
		tcp_close(listener->sockets[i].descriptor);
	listener->socket_count = 0;
}

static void free_ended(struct listener *listener)
{
	while (listener->ended != NULL) {
		struct serve_session *session = listener->ended;
		listener->ended = session->next_ended;
		serve_session_free(session);
	}
}

void listener_free(struct listener *listener)
{
	if (listener == NULL)
		return;
	const struct memory *memory = listener->settings.memory;
	close_sockets(listener);
	free_ended(listener);
	while (listener->banned != NULL) {
		struct banned *banned = listener->banned;
		listener->banned = banned->next;
		memory_free(memory, banned, sizeof *banned);
	}
	tcp_close(listener->spare);
	tcp_close(listener->epoll);
	memory_free(memory, listener, sizeof *listener);
}

uint16_t listener_add(
	struct listener *listener, const struct endpoint *endpoint, struct sentence *why)
{
	struct endpoint bound;
	if (listener->socket_count == LISTENER_SOCKETS) {
		sentence_set(
			why, "no more than %d addresses can be listened on", (int)LISTENER_SOCKETS);
		return 0;
	}
	int descriptor = tcp_listen(endpoint, why);
	if (descriptor < 0)
		return 0;
	struct listener_socket *socket = &listener->sockets[listener->socket_count];
	*socket = (struct listener_socket){WATCHED_SOCKET, descriptor};
	if (!tcp_local(descriptor, &bound) || !watch(listener, descriptor, &socket->watched)) {
		sentence_set(why, "the system refuses to watch a listening socket");
		tcp_close(descriptor);
		return 0;
	}
	listener->socket_count++;
	return endpoint_port(&bound);
}

unsigned long listener_sessions(const struct listener *listener)
{
	return listener->served;
}

unsigned long listener_messages(const struct listener *listener)
{
	return listener->messages;
}

/* ---- accepting ---- */

/* Inside implicit TLS a reply in clear would be noise; such a client is just closed. */
static void turn_away(struct listener *listener, int descriptor, const char *words, const char *why)
{
	struct listener_event event = {.kind = LISTENER_SESSION_REFUSED, .why = why};
	listener_tell(listener, &event);
	if (!listener->settings.server.implicit_tls)
		(void)send(descriptor, words, strlen(words), MSG_NOSIGNAL);
	tcp_close(descriptor);
}

/* No descriptor is left: the spare one is given up for a moment, to say so to one client. */
static bool turn_away_with_spare(struct listener *listener, int listening)
{
	tcp_close(listener->spare);
	int descriptor = tcp_accept(listening);
	if (descriptor >= 0)
		turn_away(listener, descriptor, "421 4.3.2 Too many connections\r\n",
			"no descriptor is left");
	listener->spare = open_spare();
	return descriptor >= 0;
}

static void welcome(struct listener *listener, int descriptor, uint64_t now_ms)
{
	char address[ENDPOINT_TEXT] = "";
	struct endpoint endpoint;
	if (tcp_remote(descriptor, &endpoint))
		endpoint_text(&endpoint, address);
	if (is_banned(listener, address))
		turn_away(listener, descriptor, "421 4.7.0 Refused\r\n", "banned");
	else if (listener->open_count >= listener->settings.concurrent_max)
		turn_away(listener, descriptor, "421 4.3.2 Too many sessions, try again later\r\n",
			"too many sessions");
	else
		serve_session_begin(listener, descriptor, now_ms);
}

static bool may_accept(const struct listener *listener)
{
	unsigned long max = listener->settings.served_max;
	return listener->state == LISTENER_SERVING && (max == 0 || listener->accepted < max);
}

static void accept_all(struct listener *listener, int listening, uint64_t now_ms)
{
	for (int i = 0; i < ACCEPTS_PER_ROUND && may_accept(listener); i++) {
		int descriptor = tcp_accept(listening);
		if (descriptor >= 0)
			welcome(listener, descriptor, now_ms);
		else if (errno != EMFILE && errno != ENFILE)
			return;
		else if (!turn_away_with_spare(listener, listening))
			return;
	}
}

/* ---- the loop ---- */

static void enter(struct listener *listener, enum listener_state state, uint64_t now_ms)
{
	if (listener->state >= state)
		return;
	listener->state = state;
	listener->state_ends_ms =
		time_later(now_ms, state == LISTENER_FINISHING ? FINISHING_MS : STOPPING_MS);
	close_sockets(listener);
	struct serve_session *next;
	for (struct serve_session *session = listener->sessions;
		session != NULL && state == LISTENER_STOPPING; session = next) {
		next = session->next;
		serve_session_turn(session, now_ms);
	}
}

/* It stays readable, and would be found again and again. */
static void unwatch_stop(struct listener *listener)
{
	if (listener->stop >= 0)
		(void)epoll_ctl(listener->epoll, EPOLL_CTL_DEL, listener->stop, NULL);
	listener->stop = -1;
}

/* The store has told some sessions; now each goes on. */
static void collect(struct listener *listener, uint64_t now_ms)
{
	store_worker_collect(listener->settings.worker);
	while (listener->stored != NULL) {
		struct serve_session *session = listener->stored;
		listener->stored = session->next_stored;
		serve_session_turn(session, now_ms);
	}
}

/* Without a word; but what the store has in hand is waited for, since it lends from sessions. */
static void break_all(struct listener *listener, uint64_t now_ms)
{
	struct store_worker *worker = listener->settings.worker;
	struct serve_session *next;
	while (listener->sessions != NULL && worker != NULL && store_worker_waiting(worker) > 0) {
		struct pollfd polled = {.fd = store_worker_descriptor(worker), .events = POLLIN};
		(void)poll(&polled, 1, -1);
		collect(listener, now_ms);
	}
	for (struct serve_session *session = listener->sessions; session != NULL; session = next) {
		next = session->next;
		serve_session_break(session, now_ms);
	}
	free_ended(listener);
}

/* Limits that are reached, and states that have lasted long enough. */
static void look_at_limits(struct listener *listener, uint64_t now_ms)
{
	const struct listener_settings *settings = &listener->settings;
	if (settings->messages_max != 0 && listener->messages >= settings->messages_max)
		enter(listener, LISTENER_FINISHING, now_ms);
	/* The last session has all the time it wants: nobody waits for its place. */
	if (settings->served_max != 0 && listener->accepted >= settings->served_max &&
		listener->socket_count > 0)
		close_sockets(listener);
	if (listener->state == LISTENER_FINISHING && now_ms >= listener->state_ends_ms)
		enter(listener, LISTENER_STOPPING, now_ms);
	if (listener->state == LISTENER_STOPPING && now_ms >= listener->state_ends_ms)
		break_all(listener, now_ms);
}

static void tick_all(struct listener *listener, uint64_t now_ms)
{
	struct serve_session *next;
	if (now_ms < listener->next_deadline_ms)
		return;
	listener->next_deadline_ms = PLAYER_NEVER;
	for (struct serve_session *session = listener->sessions; session != NULL; session = next) {
		next = session->next;
		serve_session_tick(session, now_ms);
	}
}

static void handle(struct listener *listener, const struct epoll_event *event, uint64_t now_ms)
{
	enum watched *what = event->data.ptr;
	switch (*what) {
	case WATCHED_SOCKET:
		accept_all(listener, ((struct listener_socket *)(void *)what)->descriptor, now_ms);
		break;
	case WATCHED_SESSION:
		serve_session_ready((struct serve_session *)(void *)what,
			(short)(event->events & 0x7FFF), now_ms);
		break;
	case WATCHED_STOP:
		unwatch_stop(listener);
		enter(listener, LISTENER_STOPPING, now_ms);
		break;
	case WATCHED_WORKER:
		collect(listener, now_ms);
		break;
	}
}

static int wait_ms(const struct listener *listener, uint64_t now_ms)
{
	uint64_t until = listener->next_deadline_ms;
	if (listener->state != LISTENER_SERVING && listener->state_ends_ms < until)
		until = listener->state_ends_ms;
	if (until <= now_ms)
		return 0;
	return until - now_ms > 60000 ? 60000 : (int)(until - now_ms);
}

static bool is_over(const struct listener *listener)
{
	return listener->open_count == 0 && listener->socket_count == 0;
}

static bool run_round(struct listener *listener, struct sentence *why)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(listener->epoll, events, EVENTS, wait_ms(listener, clock_ms()));
	uint64_t now_ms = clock_ms();
	if (count < 0 && errno != EINTR) {
		sentence_set(why, "the system refuses to wait for clients");
		return false;
	}
	for (int i = 0; i < count; i++)
		handle(listener, &events[i], now_ms);
	tick_all(listener, now_ms);
	look_at_limits(listener, now_ms);
	free_ended(listener);
	return true;
}

bool listener_run(struct listener *listener, int stop, struct sentence *why)
{
	bool good = true;
	if (stop >= 0 && !watch(listener, stop, &listener->stop_watched)) {
		sentence_set(why, "the system refuses to watch for the end");
		return false;
	}
	listener->stop = stop;
	while (good && !is_over(listener))
		good = run_round(listener, why);
	unwatch_stop(listener);
	break_all(listener, clock_ms());
	return good;
}

/*
 * serve_session: one client of the listener: a struct server joined to a struct connection, its
 * place in epoll, its messages on their way to the store.
 */
#include <string.h>
#include <sys/epoll.h>

#include "clock.h"
#include "listener_internal.h"
#include "system_random.h"
#include "tcp.h"

enum { LINGER_MS = 2000, TLS_MS = 60 * 1000, IDLE_MS = 10 * 60 * 1000 };

static const char last_words[] = "421 4.3.2 Service shutting down\r\n";

/* ---- what is told ---- */

static void tell(struct serve_session *session, enum listener_event_kind kind,
	const struct player_mail *mail, const char *why)
{
	struct listener_event event = {
		.kind = kind,
		.session = session->number,
		.mail = mail,
		.why = why,
		.messages = session->server == NULL ? 0 : server_messages(session->server),
	};
	listener_tell(session->listener, &event);
}

/* ---- the store ---- */

static void stored(void *waiter, bool safe)
{
	struct serve_session *session = waiter;
	struct listener *listener = session->listener;
	struct sentence why = {""};
	if (safe)
		listener->messages++;
	else if (listener->settings.worker != NULL)
		why = store_worker_why(listener->settings.worker);
	tell(session, safe ? LISTENER_STORED : LISTENER_NOT_STORED, session->mail, why.text);
	session->mail = NULL;
	session->done(session->waiter, safe);
	if (session->is_beginning)
		return; /* told at once: the connection is in the middle of its turn */
	session->next_stored = listener->stored;
	listener->stored = session;
}

static void begin_store(
	void *context, const struct player_mail *mail, store_done *done, void *waiter)
{
	struct serve_session *session = context;
	struct store_worker *worker = session->listener->settings.worker;
	session->mail = mail;
	session->done = done;
	session->waiter = waiter;
	session->is_beginning = true;
	if (worker == NULL) {
		stored(session, true);
	} else {
		const struct store *store = store_worker_store(worker);
		store->begin(store->context, mail, stored, session);
	}
	session->is_beginning = false;
}

/* ---- epoll ---- */

/* poll() and epoll have the same bits on Linux; these are the ones that pass through here. */
_Static_assert(EPOLLIN == 0x001 && EPOLLOUT == 0x004, "as POLLIN and POLLOUT");

static void watch(struct serve_session *session, short events)
{
	struct epoll_event event = {.events = (uint16_t)events, .data.ptr = session};
	int descriptor = connection_descriptor(session->connection);
	int action = EPOLL_CTL_MOD;
	if (events == session->events)
		return;
	if (events == 0)
		action = EPOLL_CTL_DEL;
	else if (session->events == 0)
		action = EPOLL_CTL_ADD;
	if (epoll_ctl(session->listener->epoll, action, descriptor, &event) == 0)
		session->events = events;
	else
		tell(session, LISTENER_TROUBLE, NULL, "the system refuses to watch a connection");
}

static uint64_t deadline_ms(const struct serve_session *session)
{
	uint64_t idle = session->listener->settings.idle_ms;
	uint64_t of_connection = connection_deadline_ms(session->connection);
	uint64_t of_silence = time_later(session->active_ms, idle == 0 ? IDLE_MS : idle);
	if (connection_is_storing(session->connection))
		return of_connection;
	return of_connection < of_silence ? of_connection : of_silence;
}

/* ---- life ---- */

static void unlink_session(struct serve_session *session)
{
	struct listener *listener = session->listener;
	if (session->previous != NULL)
		session->previous->next = session->next;
	else
		listener->sessions = session->next;
	if (session->next != NULL)
		session->next->previous = session->previous;
	session->next_ended = listener->ended;
	listener->ended = session;
	session->is_ended = true;
	listener->open_count--;
}

static void end(struct serve_session *session)
{
	struct listener *listener = session->listener;
	const struct listener_settings *settings = &listener->settings;
	if (session->is_ended)
		return;
	unlink_session(session);
	listener->served++;
	tell(session, LISTENER_SESSION_ENDED, NULL,
		session->connection == NULL ? "" : connection_why(session->connection));
	if (session->observer != NULL && settings->forget_observer != NULL)
		settings->forget_observer(settings->context, session->number, session->observer);
}

/* After anything happened: says farewell if it must, and waits for the next thing, or ends. */
static void settle(struct serve_session *session, uint64_t now_ms)
{
	struct listener *listener = session->listener;
	struct connection *connection = session->connection;
	if (!session->ban_seen && server_wants_ban(session->server)) {
		session->ban_seen = true;
		listener_ban(listener, session);
		tell(session, LISTENER_BANNED, NULL, "");
	}
	if (connection_octets(connection) != session->octets) {
		session->octets = connection_octets(connection);
		session->active_ms = now_ms;
	}
	bool leaving = listener->state == LISTENER_STOPPING && !connection_is_storing(connection);
	if (leaving && !connection_is_closing(connection))
		connection_farewell(connection, last_words, now_ms);
	if (connection_finished(connection)) {
		end(session);
		return;
	}
	watch(session, connection_events(connection));
	uint64_t deadline = deadline_ms(session);
	if (deadline < listener->next_deadline_ms)
		listener->next_deadline_ms = deadline;
}

void serve_session_ready(struct serve_session *session, short events, uint64_t now_ms)
{
	if (session->is_ended)
		return;
	connection_ready(session->connection, events, now_ms);
	settle(session, now_ms);
}

void serve_session_turn(struct serve_session *session, uint64_t now_ms)
{
	connection_turn(session->connection, now_ms);
	settle(session, now_ms);
}

void serve_session_tick(struct serve_session *session, uint64_t now_ms)
{
	struct connection *connection = session->connection;
	uint64_t idle = session->listener->settings.idle_ms;
	uint64_t silence_ends = time_later(session->active_ms, idle == 0 ? IDLE_MS : idle);
	if (connection_deadline_ms(connection) <= now_ms)
		connection_tick(connection, now_ms);
	else if (silence_ends <= now_ms && !connection_is_storing(connection))
		connection_farewell(connection, "421 4.4.2 Silent for too long\r\n", now_ms);
	settle(session, now_ms);
}

void serve_session_break(struct serve_session *session, uint64_t now_ms)
{
	connection_break(session->connection, now_ms);
	settle(session, now_ms);
}

void serve_session_free(struct serve_session *session)
{
	const struct memory *memory = session->listener->settings.memory;
	connection_free(session->connection);
	server_free(session->server);
	memory_free(memory, session, sizeof *session);
}

static struct server *make_server(struct serve_session *session)
{
	const struct listener_settings *settings = &session->listener->settings;
	struct server_settings server = settings->server;
	server.tls_available = settings->tls != NULL;
	server.seed = settings->random_seed != 0 ? settings->random_seed + session->number
						 : system_random_seed();
	server.unix_time = clock_unix();
	return server_new(settings->memory, &server);
}

static bool connect_server(struct serve_session *session, int descriptor, uint64_t now_ms)
{
	const struct listener_settings *settings = &session->listener->settings;
	session->store = (struct store){.context = session, .begin = begin_store};
	struct connection_settings joined = {
		.memory = settings->memory,
		.side = WIRE_SERVER,
		.observer = session->observer,
		.tls_server = settings->tls,
		.store = &session->store,
		.tls_patience_ms = TLS_MS,
		.linger_ms = LINGER_MS,
	};
	struct player *player = server_player(session->server);
	session->connection = connection_new(player, descriptor, &joined, now_ms);
	return session->connection != NULL;
}

static void link_session(struct serve_session *session)
{
	struct listener *listener = session->listener;
	session->next = listener->sessions;
	if (session->next != NULL)
		session->next->previous = session;
	listener->sessions = session;
	listener->open_count++;
}

void serve_session_begin(struct listener *listener, int descriptor, uint64_t now_ms)
{
	const struct listener_settings *settings = &listener->settings;
	struct serve_session *session = memory_new(settings->memory, 1, sizeof *session);
	struct endpoint client;
	if (session == NULL) {
		tcp_close(descriptor);
		return;
	}
	session->watched = WATCHED_SESSION;
	session->listener = listener;
	session->number = ++listener->accepted;
	session->active_ms = now_ms;
	if (tcp_remote(descriptor, &client))
		endpoint_text(&client, session->address);
	session->server = make_server(session);
	if (session->server == NULL) {
		tell(session, LISTENER_TROUBLE, NULL, "no memory for a session");
		tcp_close(descriptor);
		memory_free(settings->memory, session, sizeof *session);
		return;
	}
	tell(session, LISTENER_SESSION_BEGAN, NULL, "");
	if (settings->observe != NULL)
		session->observer = settings->observe(settings->context, session->number);
	link_session(session);
	if (connect_server(session, descriptor, now_ms)) {
		settle(session, now_ms);
		return;
	}
	tell(session, LISTENER_TROUBLE, NULL, "no memory for a session");
	end(session);
}

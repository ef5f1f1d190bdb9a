/* Unix-domain sockets; each system call of a dial failing once, and each allocation. */
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "dial_stage.h"
#include "failing_memory.h"

/* ---- Unix-domain sockets ---- */

struct local_stage {
	char folder[64], path[100];
	int listening;
};

static bool local_open(struct local_stage *stage, int backlog)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	union {
		struct sockaddr_un *local;
		struct sockaddr *any;
	} at = {.local = &address};
	strcpy(stage->folder, "/tmp/dial_test.XXXXXX");
	if (!CHECK(mkdtemp(stage->folder) != NULL))
		return false;
	snprintf(stage->path, sizeof stage->path, "%s/socket", stage->folder);
	memcpy(address.sun_path, stage->path, strlen(stage->path) + 1);
	stage->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return CHECK(bind(stage->listening, at.any, sizeof address) == 0) &&
	       CHECK(listen(stage->listening, backlog) == 0);
}

static void local_close(struct local_stage *stage)
{
	tcp_close(stage->listening);
	unlink(stage->path);
	rmdir(stage->folder);
}

static void local_sockets_are_connected_to(void)
{
	struct local_stage stage;
	if (!local_open(&stage, 4))
		return;
	struct destination there = {.socket_path = stage.path, .host = "mail.example.org"};
	struct dial *dial = dial_new(&memory_standard, &there, 0);
	CHECK_INT(dial_state(dial), DIAL_CONNECTED);
	CHECK_TEXT(dial_certificate_name(dial), "mail.example.org");
	CHECK_INT(endpoint_port(dial_remote(dial)), 0);
	int near = dial_take_descriptor(dial), far = tcp_accept(stage.listening);
	char heard[8] = "";
	CHECK_INT(send(far, "220 ", 4, 0), 4);
	CHECK_INT(recv(near, heard, sizeof heard, 0), 4);
	CHECK_TEXT(heard, "220 ");
	tcp_close(near);
	tcp_close(far);
	dial_free(dial);
	local_close(&stage);
}

static void local_sockets_fail_with_advice(void)
{
	struct local_stage stage;
	char long_path[200], file[120], want[300];
	memset(long_path, 'x', sizeof long_path);
	long_path[0] = '/';
	long_path[150] = 0;
	if (!local_open(&stage, 4))
		return;
	tcp_close(stage.listening); /* the socket stays, and nobody listens */
	snprintf(file, sizeof file, "%s/missing", stage.folder);
	const struct {
		const char *path, *advice;
	} rows[] = {
		{stage.path, "nobody listens there: look whether the server runs"},
		{file, "there is no such socket: look at the path, and whether the server runs"},
		{"/dev/null/socket", "there is no such socket: look at the path"},
		{long_path, "the path is too long for a socket"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct destination there = {.socket_path = rows[i].path};
		struct dial *dial = dial_new(&memory_standard, &there, 0);
		CHECK_CASE("%s", rows[i].advice);
		snprintf(want, sizeof want, "cannot connect to %s; %s", rows[i].path,
			rows[i].advice);
		CHECK_INT(dial_state(dial), DIAL_FAILED);
		CHECK_INT(dial_fault(dial), DIAL_FAULT_CONNECT);
		CHECK_TEXT(dial_why(dial), want);
		dial_free(dial);
	}
	stage.listening = -1;
	local_close(&stage);
}

/* A queue that is full is tried again until the time is over. */
static void a_full_queue_is_waited_for(void)
{
	struct local_stage stage;
	int taken[8], count = 0;
	if (!local_open(&stage, 0))
		return;
	struct destination there = {.socket_path = stage.path, .connect_ms = 1000};
	struct dial *dial = dial_new(&memory_standard, &there, 0);
	while (dial_state(dial) == DIAL_CONNECTED && count < 8) {
		taken[count++] = dial_take_descriptor(dial);
		dial_free(dial);
		dial = dial_new(&memory_standard, &there, 0);
	}
	CHECK_INT(dial_state(dial), DIAL_GOING);
	CHECK_INT(dial_deadline_ms(dial), 20);
	dial_tick(dial, 20);
	CHECK_INT(dial_state(dial), DIAL_GOING);
	int far = tcp_accept(stage.listening);
	dial_tick(dial, 40);
	CHECK_INT(dial_state(dial), DIAL_CONNECTED);
	dial_free(dial);
	tcp_close(far);
	dial = dial_new(&memory_standard, &there, 0);
	while (dial_state(dial) == DIAL_CONNECTED && count < 8) {
		taken[count++] = dial_take_descriptor(dial);
		dial_free(dial);
		dial = dial_new(&memory_standard, &there, 0);
	}
	dial_tick(dial, 1000);
	CHECK_INT(dial_state(dial), DIAL_FAILED);
	CHECK(strstr(dial_why(dial), "; the server does not take the connection") != NULL);
	dial_free(dial);
	for (int i = 0; i < count; i++)
		tcp_close(taken[i]);
	local_close(&stage);
}

/* ---- what the system refuses ---- */

/* The call with this number fails, counted over all of them from 1. */
static size_t call_count, call_to_fail;

static bool fails(void)
{
	bool this_one = ++call_count == call_to_fail;
	if (this_one)
		errno = ENOBUFS;
	return this_one;
}

static int failing_epoll_create(int flags)
{
	return fails() ? -1 : epoll_create1(flags);
}

static int failing_epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event)
{
	return fails() ? -1 : epoll_ctl(epoll, operation, descriptor, event);
}

static int failing_epoll_wait(int epoll, struct epoll_event *events, int max, int timeout)
{
	return fails() ? -1 : epoll_wait(epoll, events, max, timeout);
}

static int failing_socket(int family, int type, int protocol)
{
	return fails() ? -1 : dial_stage_socket(family, type, protocol);
}

static int failing_prepare(int descriptor)
{
	return fails() ? -1 : dial_calls_system.prepare(descriptor);
}

static int failing_bind(int descriptor, const struct sockaddr *address, socklen_t len)
{
	return fails() ? -1 : dial_stage_bind(descriptor, address, len);
}

static int failing_connect(int descriptor, const struct sockaddr *address, socklen_t len)
{
	return fails() ? -1 : dial_stage_connect(descriptor, address, len);
}

static int failing_pending_error(int descriptor, int *error)
{
	return fails() ? -1 : dial_calls_system.pending_error(descriptor, error);
}

static ssize_t failing_send(int descriptor, const void *at, size_t len, int flags)
{
	return fails() ? -1 : send(descriptor, at, len, flags);
}

static ssize_t failing_receive(int descriptor, void *at, size_t len, int flags)
{
	return fails() ? -1 : recv(descriptor, at, len, flags);
}

static const struct dial_calls failing_calls = {failing_epoll_create, failing_epoll_ctl,
	failing_epoll_wait, failing_socket, failing_prepare, failing_bind, failing_connect,
	failing_pending_error, failing_send, failing_receive};

static const struct name_row all_rows[] = {
	{"_submissions._tcp.example.org", "SRV 0 0 465 a.example.org"},
	{"a.example.org", "A 192.0.2.1"}, {"a.example.org", "AAAA 2001:db8::1"},
	{"proxy.example.org", "A 192.0.2.50"}, {NULL, NULL}};

static size_t count_open(void)
{
	size_t count = 0;
	for (int i = 0; i < 64; i++)
		count += dup2(i, i) == i;
	return count;
}

/* The proxy's part, where there is one. */
static void serve_proxy(struct dial_stage *stage, int *far)
{
	if (*far < 0)
		*far = accept(stage->standing, NULL, NULL);
	if (*far >= 0)
		(void)!send(*far, "\5\0\5\0\0\1\1\1\1\1\1\1", 12, MSG_NOSIGNAL);
}

static void run_with_proxy(struct dial_stage *stage)
{
	int far = -1;
	uint64_t give_up_ms = clock_ms() + 10000;
	/* the time is past every delay, and before every deadline */
	while (dial_state(stage->dial) == DIAL_GOING && CHECK(clock_ms() < give_up_ms)) {
		dial_stage_turn(stage, 5000);
		dial_tick(stage->dial, 5000);
		if (stage->destination.proxy != NULL && stage->attempt_count > 0 && far < 0)
			serve_proxy(stage, &far);
	}
	tcp_close(far);
}

/* Whichever call fails: it ends, with a connection or a sentence, and nothing stays open. */
static void each_system_call_may_fail(void)
{
	for (int kind = 0; kind < 3; kind++) {
		size_t calls = 1, failures = 0, open = 0;
		for (size_t at = 0; at <= calls; at++) {
			struct dial_stage stage;
			if (!dial_stage_open(&stage, all_rows, NULL))
				return;
			CHECK_CASE("kind %d, call %zu of %zu", kind, at, calls);
			stage.destination.calls = &failing_calls;
			stage.destination.host = kind == 1 ? NULL : "a.example.org";
			stage.destination.domain = "example.org";
			stage.destination.proxy = kind == 2 ? "proxy.example.org" : NULL;
			stage.destination.source_address = kind == 0 ? "192.0.2.9" : NULL;
			call_count = 0;
			call_to_fail = at;
			dial_stage_begin(&stage);
			run_with_proxy(&stage);
			bool good = dial_state(stage.dial) == DIAL_CONNECTED;
			CHECK_INT(good, dial_why(stage.dial)[0] == 0);
			CHECK(at > 0 || good);
			failures += !good;
			calls = at == 0 ? call_count : calls;
			dial_stage_close(&stage);
			if (at == 0)
				open = count_open();
			CHECK_INT(count_open(), open);
		}
		CHECK(failures > 3);
	}
}

static void each_allocation_may_fail(void)
{
	struct dial_stage stage;
	size_t count = 1;
	for (size_t at = 0; at <= count; at++) {
		struct failing_memory failing;
		CHECK_CASE("allocation %zu", at);
		if (!dial_stage_open(&stage, all_rows, NULL))
			return;
		failing_memory_init(&failing, at);
		stage.destination.domain = "example.org";
		stage.dial = dial_new(&failing.memory, &stage.destination, 0);
		if (stage.dial != NULL) {
			run_with_proxy(&stage);
			bool good = dial_state(stage.dial) == DIAL_CONNECTED;
			CHECK_INT(good, at == 0);
			CHECK_INT(dial_fault(stage.dial), good ? DIAL_NO_FAULT : DIAL_FAULT_MEMORY);
		} else {
			CHECK_INT(at, 1);
		}
		dial_free(stage.dial);
		stage.dial = NULL;
		count = at == 0 ? failing.count : count;
		CHECK_INT(failing.live, 0);
		dial_stage_close(&stage);
	}
	CHECK(count >= 2);
}

/* At any moment: no memory and no descriptor stays. */
static void giving_up_is_always_possible(void)
{
	static const char *const words[] = {
		"interrupted while looking up the services of example.org",
		"interrupted while looking up a.example.org",
		"interrupted while connecting to 192.0.2.1 port 465"};
	static const struct name_row names[] = {
		{"_submissions._tcp.example.org", "SRV 0 0 465 a.example.org"},
		{"a.example.org", "A 192.0.2.1"}, {NULL, NULL}};
	static const struct dial_address silent[] = {{NULL, FATE_SILENT}};
	for (size_t i = 0; i < 3; i++) {
		struct dial_stage stage;
		CHECK_CASE("%s", words[i]);
		if (!dial_stage_open(&stage, names, silent))
			return;
		stage.destination.domain = "example.org";
		if (i == 1)
			stage.destination.host = "a.example.org";
		dial_stage_begin(&stage);
		if (i == 2)
			dial_stage_run(&stage, 1, 0);
		dial_give_up(stage.dial, "interrupted");
		CHECK_INT(dial_state(stage.dial), DIAL_FAILED);
		CHECK_TEXT(dial_why(stage.dial), words[i]);
		CHECK(dial_deadline_ms(stage.dial) == PLAYER_NEVER);
		dial_ready(stage.dial, 1);
		dial_tick(stage.dial, 1);
		dial_give_up(stage.dial, "again");
		CHECK_TEXT(dial_why(stage.dial), words[i]);
		dial_stage_close(&stage);
	}
	dial_free(NULL);
}

static void patience_ends_the_blocking_call(void)
{
	static const volatile sig_atomic_t yes = 1;
	struct sentence why = {""};
	struct destination there = {.host = "no-such-host.invalid", .port = 25};
	struct patience none = {PLAYER_NEVER, &yes}, past = {0, NULL};
	CHECK_INT(dial_blocking(&memory_standard, &there, &none, &why), -1);
	CHECK_TEXT(why.text, "interrupted while looking up no-such-host.invalid");
	CHECK_INT(dial_blocking(&memory_standard, &there, &past, &why), -1);
	CHECK_TEXT(why.text, "timed out while looking up no-such-host.invalid");
}

#define TESTS(T)                                                                                   \
	T(local_sockets_are_connected_to)                                                          \
	T(local_sockets_fail_with_advice)                                                          \
	T(a_full_queue_is_waited_for)                                                              \
	T(each_system_call_may_fail)                                                               \
	T(each_allocation_may_fail)                                                                \
	T(giving_up_is_always_possible)                                                            \
	T(patience_ends_the_blocking_call)
CHECK_MAIN("dial_calls", TESTS)

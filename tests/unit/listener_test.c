/* The listener in a thread, hundreds of scripted clients against it. */
#include "listener.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "duet.h"
#include "profile.h"
#include "script_player.h"
#include "tls_client.h"

enum { CHORUS_MAX = 400 };

/* ---- a listener with everything that belongs to it ---- */

struct house {
	struct profile *profile;
	char root[64], folder[96];
	struct maildir_system system;
	struct maildir maildir;
	struct store_worker *worker;
	struct tls_server *tls;
	struct tls_trust *trust;
	struct listener *listener;
	struct listener_settings settings;
	struct endpoint endpoint;
	int stop[2];
	pthread_t thread;
	bool ran;
	struct sentence why;
	/* Written by the listener's thread, read when it has ended. */
	unsigned int events[LISTENER_TROUBLE + 1];
	unsigned int messages; /* that sessions have brought, as told at their ends */
	char last_why[200];
	unsigned int observed, forgotten;
};

static const struct server_account account = {
	{(const uint8_t *)"u", 1}, {(const uint8_t *)"pw", 2}};

static void take_event(void *context, const struct listener_event *event)
{
	struct house *house = context;
	house->events[event->kind]++;
	if (event->kind == LISTENER_SESSION_ENDED)
		house->messages += event->messages;
	if (event->why != NULL && event->why[0] != 0)
		snprintf(house->last_why, sizeof house->last_why, "%s", event->why);
}

static const struct observer *observe(void *context, unsigned long session)
{
	static const struct observer nobody = {NULL, NULL, NULL, NULL, NULL};
	struct house *house = context;
	(void)session;
	house->observed++;
	return &nobody;
}

static void forget(void *context, unsigned long session, const struct observer *observer)
{
	struct house *house = context;
	(void)session;
	house->forgotten += observer != NULL;
}

static bool no_profile(void *context, enum profile_kind kind, const char *name, struct buffer *text,
	struct buffer *file)
{
	(void)context, (void)kind, (void)name, (void)text, (void)file;
	return false;
}

static const struct server_profile *load(struct house *house, const char *text)
{
	struct profile_source source = {.read = no_profile};
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 100000);
	house->profile = profile_load_text(
		&memory_standard, PROFILE_SERVER, "test.yaml", octets_of(text), &source, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	return house->profile == NULL ? NULL : profile_server(house->profile);
}

static const char plain_profile[] = "name: a server\n";

/* Everything but the listener itself, whose settings a test may still change. */
static bool prepare(struct house *house, const char *profile)
{
	memset(house, 0, sizeof *house);
	strcpy(house->root, "/tmp/listener-test-XXXXXX");
	CHECK(mkdtemp(house->root) != NULL);
	snprintf(house->folder, sizeof house->folder, "%s/box", house->root);
	house->settings = (struct listener_settings){.memory = &memory_standard,
		.server = {.accounts = &account, .account_count = 1, .message_max = 1 << 20},
		.context = house,
		.event = take_event,
		.observe = observe,
		.forget_observer = forget};
	house->settings.server.profile = load(house, profile);
	house->system = maildir_system_real;
	return CHECK(pipe(house->stop) == 0) && CHECK(house->profile != NULL);
}

static bool with_maildir(struct house *house, uint64_t messages_max)
{
	struct store_worker_settings settings = {
		.maildir = &house->maildir, .messages_max = messages_max};
	CHECK(maildir_open(&house->maildir, &memory_standard, &house->system, house->folder, "h",
		&house->why));
	house->worker = store_worker_new(&memory_standard, &settings, &house->why);
	house->settings.worker = house->worker;
	return CHECK(house->worker != NULL);
}

static bool with_tls(struct house *house)
{
	struct tls_server_settings settings = {0};
	house->tls = tls_server_new(&memory_standard, &settings, &house->why);
	house->settings.tls = house->tls;
	if (!CHECK(house->tls != NULL))
		return false;
	house->trust = tls_trust_new(&memory_standard, tls_server_ca_file(house->tls), &house->why);
	return CHECK(house->trust != NULL);
}

static void *run(void *context)
{
	struct house *house = context;
	house->ran = listener_run(house->listener, house->stop[0], &house->why);
	return NULL;
}

static bool start(struct house *house)
{
	house->listener = listener_new(&house->settings, &house->why);
	if (!CHECK(house->listener != NULL))
		return false;
	endpoint_parse(&house->endpoint, "127.0.0.1", 0);
	uint16_t port = listener_add(house->listener, &house->endpoint, &house->why);
	CHECK_TEXT(house->why.text, "");
	endpoint_parse(&house->endpoint, "127.0.0.1", port);
	return CHECK(port != 0) && CHECK(pthread_create(&house->thread, NULL, run, house) == 0);
}

static void ask_to_stop(struct house *house)
{
	CHECK_INT(write(house->stop[1], "x", 1), 1);
}

static size_t empty_folder(const char *root, const char *part)
{
	char path[700], file[1100];
	size_t count = 0;
	snprintf(path, sizeof path, "%s/%s", root, part);
	DIR *folder = opendir(path);
	for (struct dirent *one; folder != NULL && (one = readdir(folder)) != NULL;) {
		snprintf(file, sizeof file, "%s/%s", path, one->d_name);
		count += one->d_name[0] != '.' && unlink(file) == 0;
	}
	if (folder != NULL)
		closedir(folder);
	rmdir(path);
	return count;
}

/* Waits for the listener to end by itself, takes everything down, tells how many were stored. */
static size_t finish(struct house *house)
{
	pthread_join(house->thread, NULL);
	CHECK(house->ran);
	CHECK_TEXT(house->why.text, "");
	CHECK_INT(house->events[LISTENER_SESSION_BEGAN], house->events[LISTENER_SESSION_ENDED]);
	CHECK_INT(house->observed, house->events[LISTENER_SESSION_BEGAN]);
	CHECK_INT(house->forgotten, house->observed);
	CHECK_INT(listener_messages(house->listener), house->events[LISTENER_STORED]);
	listener_free(house->listener);
	store_worker_free(house->worker);
	if (house->worker != NULL)
		maildir_close(&house->maildir);
	tls_trust_free(house->trust);
	tls_server_free(house->tls);
	profile_free(house->profile);
	CHECK_INT(empty_folder(house->folder, "tmp"), 0);
	empty_folder(house->folder, "cur");
	size_t stored = empty_folder(house->folder, "new");
	rmdir(house->folder);
	rmdir(house->root);
	close(house->stop[0]);
	close(house->stop[1]);
	return stored;
}

/* ---- clients ---- */

struct chorus {
	size_t count;
	struct script_player players[CHORUS_MAX];
	struct connection *connections[CHORUS_MAX];
};

static bool join(struct chorus *chorus, const struct house *house, const struct script_step *steps,
	const struct tls_client_settings *tls)
{
	struct sentence why = {""};
	struct patience patience = {clock_ms() + 5000, NULL};
	struct script_player *player = &chorus->players[chorus->count];
	struct connection_settings settings = {
		.memory = &memory_standard, .side = WIRE_CLIENT, .tls_client = tls};
	char address[ENDPOINT_TEXT];
	endpoint_text(&house->endpoint, address);
	struct destination there = {.host = address, .port = endpoint_port(&house->endpoint)};
	int descriptor = dial_blocking(&memory_standard, &there, &patience, &why);
	if (!CHECK(descriptor >= 0))
		return false;
	script_player_init(player, steps);
	chorus->connections[chorus->count] =
		connection_new(&player->player, descriptor, &settings, clock_ms());
	chorus->count++;
	return true;
}

/* One round for all; false: all have finished. */
static bool sing(struct chorus *chorus)
{
	static struct pollfd polled[CHORUS_MAX];
	bool any = false;
	for (size_t i = 0; i < chorus->count; i++)
		polled[i] = duet_poll(chorus->connections[i]);
	poll(polled, chorus->count, 20);
	for (size_t i = 0; i < chorus->count; i++)
		any = duet_step(chorus->connections[i], &polled[i]) || any;
	return any;
}

static void sing_to_the_end(struct chorus *chorus)
{
	uint64_t give_up_ms = clock_ms() + DUET_MS;
	while (sing(chorus) && clock_ms() < give_up_ms)
		;
	CHECK(clock_ms() < give_up_ms);
}

/* Until this client has heard the words. */
static void sing_until(struct chorus *chorus, size_t client, const char *words)
{
	uint64_t give_up_ms = clock_ms() + DUET_MS;
	while (strstr(script_player_heard(&chorus->players[client]), words) == NULL &&
		clock_ms() < give_up_ms)
		sing(chorus);
	CHECK(strstr(script_player_heard(&chorus->players[client]), words) != NULL);
}

static void leave(struct chorus *chorus)
{
	for (size_t i = 0; i < chorus->count; i++) {
		connection_free(chorus->connections[i]);
		script_player_free(&chorus->players[i]);
	}
	chorus->count = 0;
}

static struct chorus chorus;

#define GREETING                                                                                   \
	{SCRIPT_HEAR, "220 ", 0},                                                                  \
	{                                                                                          \
		SCRIPT_HEAR, "\r\n", 0                                                             \
	}
#define HELLO                                                                                      \
	{SCRIPT_SAY, "EHLO [127.0.0.1]\r\n", 0},                                                   \
	{                                                                                          \
		SCRIPT_HEAR, "\r\n250 ", 0                                                         \
	}
#define LOGIN                                                                                      \
	{SCRIPT_SAY, "AUTH PLAIN AHUAcHc=\r\n", 0},                                                \
	{                                                                                          \
		SCRIPT_HEAR, "235 ", 0                                                             \
	}
#define MESSAGE                                                                                    \
	{SCRIPT_SAY, "MAIL FROM:<a@example.org>\r\n", 0}, {SCRIPT_HEAR, "250 ", 0},                \
		{SCRIPT_SAY, "RCPT TO:<b@example.org>\r\n", 0}, {SCRIPT_HEAR, "250 ", 0},          \
		{SCRIPT_SAY, "DATA\r\n", 0}, {SCRIPT_HEAR, "354 ", 0}, {SCRIPT_HEAR, "\r\n", 0},   \
	{                                                                                          \
		SCRIPT_SAY, "Subject: x\r\n\r\nbody\r\n.\r\n", 0                                   \
	}
#define GOODBYE                                                                                    \
	{SCRIPT_SAY, "QUIT\r\n", 0},                                                               \
	{                                                                                          \
		SCRIPT_HEAR, "221 ", 0                                                             \
	}

static const struct script_step delivers[] = {
	GREETING, HELLO, LOGIN, MESSAGE, {SCRIPT_HEAR, "250 ", 0}, GOODBYE, {0}};
static const struct script_step waits[] = {GREETING, HELLO, {SCRIPT_HEAR, "never", 0}, {0}};
static const struct script_step refused_store[] = {
	GREETING, HELLO, LOGIN, MESSAGE, {SCRIPT_HEAR, "45", 0}, GOODBYE, {0}};

/* ---- the tests ---- */

static void hundreds_at_once_deliver(void)
{
	enum { CLIENTS = 300 };
	struct house house;
	if (!prepare(&house, plain_profile) || !with_maildir(&house, 0))
		return;
	house.settings.served_max = CLIENTS;
	if (!start(&house))
		return;
	/* All are connected before the first one says a word. */
	for (int i = 0; i < CLIENTS; i++) {
		if (!join(&chorus, &house, delivers, NULL))
			break;
	}
	sing_to_the_end(&chorus);
	for (size_t i = 0; i < chorus.count; i++)
		CHECK(script_player_succeeded(&chorus.players[i]));
	leave(&chorus);
	CHECK_INT(finish(&house), CLIENTS);
	CHECK_INT(house.events[LISTENER_STORED], CLIENTS);
	CHECK_INT(house.messages, CLIENTS);
	CHECK_INT(house.events[LISTENER_SESSION_REFUSED], 0);
}

static void without_a_folder_messages_are_counted(void)
{
	struct house house;
	if (!prepare(&house, plain_profile))
		return;
	house.settings.messages_max = 3;
	if (!start(&house))
		return;
	for (int i = 0; i < 3; i++)
		join(&chorus, &house, delivers, NULL);
	sing_to_the_end(&chorus);
	for (size_t i = 0; i < chorus.count; i++)
		CHECK(script_player_succeeded(&chorus.players[i]));
	leave(&chorus);
	/* It ends by itself, the limit reached and everybody gone. */
	CHECK_INT(finish(&house), 0);
	CHECK_INT(house.events[LISTENER_STORED], 3);
}

static void one_too_many_is_told_so(void)
{
	struct house house;
	if (!prepare(&house, plain_profile))
		return;
	house.settings.concurrent_max = 2;
	if (!start(&house))
		return;
	join(&chorus, &house, waits, NULL);
	join(&chorus, &house, waits, NULL);
	sing_until(&chorus, 0, "\r\n250 ");
	sing_until(&chorus, 1, "\r\n250 ");
	join(&chorus, &house, waits, NULL);
	sing_until(&chorus, 2, "421 4.3.2 Too many sessions, try again later\r\n");
	CHECK_INT(chorus.players[0].ends, 0);
	ask_to_stop(&house);
	sing_to_the_end(&chorus);
	/* The other two are sent away in order. */
	for (size_t i = 0; i < 2; i++) {
		CHECK(strstr(script_player_heard(&chorus.players[i]), "421 4.3.2 ") != NULL);
		CHECK_INT(chorus.players[i].end, PLAYER_ENDED);
	}
	leave(&chorus);
	finish(&house);
	CHECK_INT(house.events[LISTENER_SESSION_REFUSED], 1);
	CHECK_INT(house.events[LISTENER_SESSION_BEGAN], 2);
}

static void both_kinds_of_tls_are_served(void)
{
	static const struct script_step starttls[] = {GREETING, HELLO,
		{SCRIPT_SAY, "STARTTLS\r\n", 0}, {SCRIPT_HEAR, "220 ", 0}, {SCRIPT_HEAR, "\r\n", 0},
		{SCRIPT_TLS, NULL, 0}, HELLO, LOGIN, MESSAGE, {SCRIPT_HEAR, "250 ", 0}, GOODBYE,
		{0}};
	static const struct script_step implicit[] = {{SCRIPT_TLS, NULL, 0}, GREETING, HELLO, LOGIN,
		MESSAGE, {SCRIPT_HEAR, "250 ", 0}, GOODBYE, {0}};
	for (int i = 0; i < 2; i++) {
		struct house house;
		CHECK_CASE("%s", i == 0 ? "STARTTLS" : "implicit TLS");
		if (!prepare(&house, plain_profile) || !with_maildir(&house, 0) ||
			!with_tls(&house))
			return;
		struct tls_client_settings tls = {.name = "127.0.0.1", .trust = house.trust};
		house.settings.server.implicit_tls = i == 1;
		house.settings.served_max = 20;
		if (!start(&house))
			return;
		for (int k = 0; k < 20; k++)
			join(&chorus, &house, i == 0 ? starttls : implicit, &tls);
		sing_to_the_end(&chorus);
		for (size_t k = 0; k < chorus.count; k++) {
			CHECK(script_player_succeeded(&chorus.players[k]));
			CHECK(chorus.players[k].tls_verified);
		}
		leave(&chorus);
		CHECK_INT(finish(&house), 20);
	}
}

static void banned_addresses_stay_out(void)
{
	static const char profile[] =
		"name: a server\n"
		"evidence: [{test: here, shows: [refuses]}]\n"
		"refuses: {auth: {mechanism: {reply: \"550 go away\", then: ban}}}\n";
	static const struct script_step annoys[] = {GREETING, HELLO, {SCRIPT_SAY, "AUTH NONSENSE\r\n", 0},
		{SCRIPT_HEAR, "550 ", 0}, GOODBYE, {0}};
	struct house house;
	if (!prepare(&house, profile) || !start(&house))
		return;
	join(&chorus, &house, annoys, NULL);
	sing_until(&chorus, 0, "550 go away");
	join(&chorus, &house, waits, NULL);
	sing_until(&chorus, 1, "421 4.7.0 Refused\r\n");
	sing_to_the_end(&chorus);
	leave(&chorus);
	ask_to_stop(&house);
	finish(&house);
	CHECK_INT(house.events[LISTENER_BANNED], 1);
	CHECK_INT(house.events[LISTENER_SESSION_REFUSED], 1);
}

static void what_cannot_be_stored_is_refused(void)
{
	struct house house;
	if (!prepare(&house, plain_profile) || !with_maildir(&house, 1))
		return;
	house.settings.served_max = 2;
	if (!start(&house))
		return;
	join(&chorus, &house, delivers, NULL);
	sing_to_the_end(&chorus);
	CHECK(script_player_succeeded(&chorus.players[0]));
	join(&chorus, &house, refused_store, NULL);
	sing_to_the_end(&chorus);
	CHECK(script_player_succeeded(&chorus.players[1]));
	leave(&chorus);
	CHECK_INT(finish(&house), 1);
	CHECK_INT(house.events[LISTENER_NOT_STORED], 1);
	CHECK_TEXT(house.last_why, "the limit of 1 messages is reached");
}

/* ---- stopping while the disk is slow ---- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_opens = PTHREAD_COND_INITIALIZER;
static bool gate_is_open, gate_is_reached;

static int fsync_behind_the_gate(void *context, int descriptor)
{
	(void)context;
	pthread_mutex_lock(&gate);
	gate_is_reached = true;
	while (!gate_is_open)
		pthread_cond_wait(&gate_opens, &gate);
	pthread_mutex_unlock(&gate);
	return fsync(descriptor);
}

static bool reached(void)
{
	pthread_mutex_lock(&gate);
	bool now = gate_is_reached;
	pthread_mutex_unlock(&gate);
	return now;
}

static void open_gate(bool open)
{
	pthread_mutex_lock(&gate);
	gate_is_open = open;
	gate_is_reached = false;
	pthread_cond_signal(&gate_opens);
	pthread_mutex_unlock(&gate);
}

static void a_slow_disk_holds_up_its_own_session_only(void)
{
	struct house house;
	open_gate(true);
	if (!prepare(&house, plain_profile))
		return;
	house.system.fsync = fsync_behind_the_gate;
	if (!with_maildir(&house, 0) || !start(&house))
		return;
	open_gate(false);
	join(&chorus, &house, delivers, NULL);
	uint64_t give_up_ms = clock_ms() + DUET_MS;
	while (!reached() && clock_ms() < give_up_ms)
		sing(&chorus);
	CHECK(reached());
	CHECK(strstr(script_player_heard(&chorus.players[0]), "354 ") != NULL);
	/* Others go on meanwhile. */
	join(&chorus, &house, waits, NULL);
	sing_until(&chorus, 1, "\r\n250 ");
	CHECK_INT(chorus.players[0].step->kind, SCRIPT_HEAR);
	/* The end waits for the message, and its 250 comes before the 421. */
	ask_to_stop(&house);
	sing_until(&chorus, 1, "421 4.3.2 ");
	CHECK_INT(chorus.players[0].ends, 0);
	open_gate(true);
	sing_to_the_end(&chorus);
	const char *data = strstr(script_player_heard(&chorus.players[0]), "354 ");
	const char *stored = data == NULL ? NULL : strstr(data, "\r\n250 ");
	CHECK(stored != NULL &&
		(strstr(stored, "\r\n421 ") != NULL || strstr(stored, "\r\n221 ") != NULL));
	leave(&chorus);
	CHECK_INT(finish(&house), 1);
}

static void silent_clients_are_sent_away(void)
{
	struct house house;
	if (!prepare(&house, plain_profile))
		return;
	house.settings.idle_ms = 100;
	house.settings.served_max = 1;
	if (!start(&house))
		return;
	join(&chorus, &house, waits, NULL);
	sing_until(&chorus, 0, "421 4.4.2 Silent for too long\r\n");
	sing_to_the_end(&chorus);
	leave(&chorus);
	finish(&house);
}

static void sockets_that_cannot_be_had_are_sentences(void)
{
	struct house house;
	struct sentence why = {""};
	struct endpoint foreign;
	char want[100];
	if (!prepare(&house, plain_profile) || !start(&house))
		return;
	struct listener *second = listener_new(&house.settings, &why);
	if (CHECK(second != NULL)) {
		CHECK_INT(listener_add(second, &house.endpoint, &why), 0);
		snprintf(want, sizeof want, "port %u of 127.0.0.1 is occupied by another program",
			endpoint_port(&house.endpoint));
		CHECK_TEXT(why.text, want);
		endpoint_parse(&foreign, "192.0.2.7", 0);
		CHECK_INT(listener_add(second, &foreign, &why), 0);
		CHECK_TEXT(why.text, "192.0.2.7 is no address of this machine");
		/* Without a socket there is nothing to do. */
		CHECK(listener_run(second, -1, &why));
	}
	listener_free(second);
	ask_to_stop(&house);
	finish(&house);
}

/* A client that goes away in any state leaves nothing behind. */
static void clients_that_vanish_are_forgotten(void)
{
	static const struct script_step vanish[][14] = {
		{{SCRIPT_ABORT, NULL, 0}},
		{GREETING, {SCRIPT_ABORT, NULL, 0}},
		{GREETING, {SCRIPT_SAY, "EHL", 0}, {SCRIPT_END, NULL, 0}},
		{GREETING, HELLO, LOGIN,
			{SCRIPT_SAY, "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@c.d>\r\n", 0},
			{SCRIPT_ABORT, NULL, 0}},
		{GREETING, HELLO, {SCRIPT_SAY, "STARTTLS\r\n", 0}, {SCRIPT_HEAR, "220 ", 0},
			{SCRIPT_SAY, "\x16\x03", 0}, {SCRIPT_ABORT, NULL, 0}},
	};
	struct house house;
	if (!prepare(&house, plain_profile) || !with_tls(&house))
		return;
	house.settings.served_max = sizeof vanish / sizeof *vanish;
	if (!start(&house))
		return;
	for (size_t i = 0; i < sizeof vanish / sizeof *vanish; i++)
		join(&chorus, &house, vanish[i], NULL);
	sing_to_the_end(&chorus);
	leave(&chorus);
	CHECK_INT(finish(&house), 0);
	CHECK_INT(house.events[LISTENER_SESSION_ENDED], sizeof vanish / sizeof *vanish);
}

#define TESTS(T)                                                                                   \
	T(hundreds_at_once_deliver)                                                                \
	T(without_a_folder_messages_are_counted)                                                   \
	T(one_too_many_is_told_so)                                                                 \
	T(both_kinds_of_tls_are_served)                                                            \
	T(banned_addresses_stay_out)                                                               \
	T(what_cannot_be_stored_is_refused)                                                        \
	T(a_slow_disk_holds_up_its_own_session_only)                                               \
	T(silent_clients_are_sent_away)                                                            \
	T(sockets_that_cannot_be_had_are_sentences)                                                \
	T(clients_that_vanish_are_forgotten)
CHECK_MAIN("listener", TESTS)

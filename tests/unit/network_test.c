/* Tests of client/network: many connections over loopback, kept from run to run, in threads. */
#include "check.h"
#include "failing_memory.h"
#include "listener.h"
#include "msub.h"
#include "profile.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { MESSAGES = 60, PATIENCE_MS = 20000 };

/* ---- a server of many ---- */

struct hall {
	struct profile *profile;
	struct tls_server *tls;
	struct listener *listener;
	struct listener_settings settings;
	uint16_t port;
	int stop[2];
	pthread_t thread;
	/* By the listener's thread; read when it has ended. */
	unsigned int copies[MESSAGES + 1], sessions, now, most;
};

static const struct server_account account = {
	{(const uint8_t *)"u", 1}, {(const uint8_t *)"pw", 2}};

static void take_event(void *context, const struct listener_event *event)
{
	struct hall *hall = context;
	if (event->kind == LISTENER_SESSION_BEGAN) {
		hall->sessions++;
		hall->most = ++hall->now > hall->most ? hall->now : hall->most;
	} else if (event->kind == LISTENER_SESSION_ENDED) {
		hall->now--;
	} else if (event->kind == LISTENER_STORED) {
		/* "<NUMBER@example.net>" */
		struct octets to = event->mail->recipients[0];
		hall->copies[strtoul((const char *)to.at + (to.at[0] == '<'), NULL, 10)]++;
	}
}

static bool no_profile(void *context, enum profile_kind kind, const char *name, struct buffer *text,
	struct buffer *file)
{
	(void)context, (void)kind, (void)name, (void)text, (void)file;
	return false;
}

static void *serve(void *context)
{
	struct hall *hall = context;
	listener_run(hall->listener, hall->stop[0], NULL);
	return NULL;
}

static bool hall_open(struct hall *hall, const char *profile, bool tls)
{
	struct profile_source source = {.read = no_profile};
	struct endpoint any;
	struct buffer errors;
	*hall = (struct hall){.now = 0};
	buffer_init(&errors, &memory_standard, 100000);
	hall->profile = profile_load_text(&memory_standard, PROFILE_SERVER, "test.yaml",
		octets_of(profile), &source, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	hall->settings = (struct listener_settings){.memory = &memory_standard,
		.server = {.accounts = &account, .account_count = 1, .message_max = 1 << 20},
		.context = hall,
		.event = take_event};
	if (tls)
		hall->tls =
			tls_server_new(&memory_standard, &(struct tls_server_settings){0}, NULL);
	hall->settings.tls = hall->tls;
	if (!CHECK(hall->profile != NULL) || !CHECK(pipe(hall->stop) == 0))
		return false;
	hall->settings.server.profile = profile_server(hall->profile);
	hall->listener = listener_new(&hall->settings, NULL);
	endpoint_parse(&any, "127.0.0.1", 0);
	hall->port = hall->listener == NULL ? 0 : listener_add(hall->listener, &any, NULL);
	return CHECK(hall->port != 0) &&
	       CHECK(pthread_create(&hall->thread, NULL, serve, hall) == 0);
}

/* Ends the server, and checks that each of so many messages came once. */
static void hall_close(struct hall *hall, size_t messages)
{
	CHECK_INT(write(hall->stop[1], "x", 1), 1);
	pthread_join(hall->thread, NULL);
	for (size_t i = 1; i <= messages; i++)
		CHECK_INT(hall->copies[i], 1);
	listener_free(hall->listener);
	tls_server_free(hall->tls);
	profile_free(hall->profile);
	close(hall->stop[0]);
	close(hall->stop[1]);
}

/* ---- a client ---- */

struct client {
	struct msub_settings settings;
	struct msub_network *network;
	struct msub_sender *sender;
	struct msub_message *messages[MESSAGES];
	size_t count;
};

static void client_init(struct client *client, const struct hall *hall)
{
	*client = (struct client){.count = 0};
	msub_settings_init(&client->settings);
	client->settings.host = "127.0.0.1";
	client->settings.port = hall->port;
	client->settings.user = "u";
	client->settings.password = "pw";
	client->settings.mechanism = "PLAIN";
	client->settings.tls = hall->tls == NULL ? MSUB_TLS_NONE : MSUB_TLS_STARTTLS;
	client->settings.trust_file = hall->tls == NULL ? NULL : tls_server_ca_file(hall->tls);
	client->settings.timeouts.whole_ms = PATIENCE_MS;
}

static bool client_begin(struct client *client)
{
	return CHECK_INT(msub_network_new(&client->network, &client->settings), MSUB_OK) &&
	       CHECK_INT(msub_sender_new(&client->sender, &client->settings), MSUB_OK);
}

/* One more message, to NUMBER@example.net. */
static void client_add(struct client *client)
{
	static const char content[] = "Subject: test\n\n.one\nlast";
	struct msub_message **message = &client->messages[client->count++];
	char to[32];
	snprintf(to, sizeof to, "%zu@example.net", client->count);
	CHECK_INT(msub_message_new(message, NULL), MSUB_OK);
	CHECK_INT(msub_message_sender(*message, "me@example.org"), MSUB_OK);
	CHECK_INT(msub_message_add_recipient(*message, to), MSUB_OK);
	CHECK_INT(msub_message_content(*message, content, strlen(content)), MSUB_OK);
	CHECK_INT(msub_sender_add(client->sender, *message), MSUB_OK);
}

static void client_run(struct client *client, size_t messages, enum msub_error want)
{
	struct msub_failure failure;
	for (size_t i = 0; i < messages; i++)
		client_add(client);
	CHECK_INT(msub_network_run(client->network, client->sender, &failure), want);
	if (failure.error != want)
		CHECK_TEXT(failure.text, "");
	CHECK(msub_sender_is_finished(client->sender));
}

static void free_messages(struct client *client)
{
	for (size_t i = 0; i < client->count; i++)
		msub_message_free(client->messages[i]);
}

static void client_free(struct client *client)
{
	msub_sender_free(client->sender);
	msub_network_free(client->network);
	free_messages(client);
}

/* ---- many ---- */

#define EVIDENCE(key) "evidence:\n  - {assumption: \"a test\", shows: [" key "]}\n"

static void many_connections_bring_every_message_once(void)
{
	static const struct {
		unsigned int connections;
		bool tls;
		const char *profile;
	} rows[] = {
		{1, false, "name: a server\n"},
		{8, false, "name: a server\n"},
		{8, false, "name: a server\noffers: [\"AUTH PLAIN\"]\n" EVIDENCE("offers") ""},
		{8, false,
			"name: a server\nforgets: {authentication: [end]}\n" EVIDENCE(
				"forgets") ""},
		{4, true, "name: a server\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct hall hall;
		struct client client;
		CHECK_CASE("row %zu", i);
		if (!hall_open(&hall, rows[i].profile, rows[i].tls))
			return;
		client_init(&client, &hall);
		client.settings.connections = rows[i].connections;
		if (client_begin(&client))
			client_run(&client, MESSAGES, MSUB_OK);
		client_free(&client);
		hall_close(&hall, MESSAGES);
		CHECK(hall.most <= rows[i].connections);
		CHECK(rows[i].connections == 1 || hall.most > 1);
	}
}

/* ---- any number ---- */

/* Messages that are made as others are finished, and freed at once. */
struct stream {
	struct client client;
	size_t finished, wanted;
	enum msub_error error; /* of the message that finished last */
	const char *password;  /* NULL: the right one */
};

static void replace(void *context, struct msub_message *message)
{
	struct stream *stream = context;
	struct msub_failure failure;
	CHECK(msub_message_is_finished(message));
	msub_message_failure(message, &failure);
	stream->error = failure.error;
	stream->finished++;
	for (size_t i = 0; i < stream->client.count; i++) {
		if (stream->client.messages[i] == message)
			stream->client.messages[i] = NULL;
	}
	msub_message_free(message);
	if (stream->client.count < stream->wanted)
		client_add(&stream->client);
}

static void stream_run(struct stream *stream, const struct hall *hall, unsigned int connections,
	enum msub_error want)
{
	client_init(&stream->client, hall);
	stream->client.settings.connections = connections;
	if (stream->password != NULL)
		stream->client.settings.password = stream->password;
	stream->client.settings.finished = replace;
	stream->client.settings.finished_context = stream;
	stream->wanted = MESSAGES;
	if (client_begin(&stream->client))
		client_run(&stream->client, 4 * connections, want);
	CHECK_INT(stream->finished, MESSAGES);
	CHECK_INT(stream->error, want);
	CHECK(msub_sender_finished(stream->client.sender) == NULL);
	client_free(&stream->client);
}

static void messages_are_made_while_others_are_sent(void)
{
	static const unsigned int connections[] = {1, 5};
	for (size_t i = 0; i < sizeof connections / sizeof *connections; i++) {
		struct hall hall;
		struct stream stream = {.finished = 0};
		CHECK_CASE("%u connections", connections[i]);
		if (!hall_open(&hall, "name: a server\n", false))
			return;
		stream_run(&stream, &hall, connections[i], MSUB_OK);
		hall_close(&hall, MESSAGES);
		CHECK(hall.sessions <= connections[i]);
	}
}

/* One attempt to connect is enough for all that come later. */
static void what_is_made_after_the_end_shares_it(void)
{
	struct hall hall;
	struct stream silent = {.finished = 0}, locked = {.password = "wrong"};
	if (!hall_open(&hall, "name: a server\n", false))
		return;
	stream_run(&locked, &hall, 3, MSUB_AUTH_REFUSED);
	hall_close(&hall, 0);
	CHECK_INT(hall.sessions, 1);
	stream_run(&silent, &hall, 3, MSUB_CONNECT); /* nobody is at the port any more */
}

/* ---- kept open ---- */

static void sessions_are_kept_from_run_to_run(void)
{
	for (int tls = 0; tls < 2; tls++) {
		struct hall hall;
		struct client client;
		CHECK_CASE("tls %d", tls);
		if (!hall_open(&hall, "name: a server\n", tls != 0))
			return;
		client_init(&client, &hall);
		client.settings.keep_ms = 60000;
		if (client_begin(&client)) {
			for (int i = 0; i < 5; i++)
				client_run(&client, 2, MSUB_OK);
			client_run(&client, 0, MSUB_OK);
		}
		client_free(&client);
		hall_close(&hall, 10);
		CHECK_INT(hall.sessions, 1);
	}
}

static void either_may_be_freed_first(void)
{
	struct hall hall;
	struct client client;
	struct msub_network *other;
	if (!hall_open(&hall, "name: a server\n", false))
		return;
	client_init(&client, &hall);
	client.settings.keep_ms = 60000;
	if (client_begin(&client)) {
		client_run(&client, 2, MSUB_OK);
		/* its sessions rest in the first network */
		CHECK_INT(msub_network_new(&other, &client.settings), MSUB_OK);
		CHECK_INT(msub_network_run(other, client.sender, NULL), MSUB_USE);
		msub_network_free(client.network);
		client.network = other;
		client_run(&client, 2, MSUB_OK);
	}
	client_free(&client); /* the sender goes first */
	hall_close(&hall, 4);
	CHECK_INT(hall.sessions, 2);
}

/* The server says 421 or is gone meanwhile: another session, and no word of it. */
static void a_kept_session_that_is_gone_is_no_failure(void)
{
	struct hall hall, again;
	struct client client;
	struct msub_failure failure;
	if (!hall_open(&hall, "name: a server\n", false))
		return;
	client_init(&client, &hall);
	client.settings.keep_ms = 60000;
	if (!client_begin(&client))
		return;
	client_run(&client, 1, MSUB_OK);
	hall_close(&hall, 1); /* says 421 */
	client_run(&client, 0, MSUB_OK);
	msub_sender_failure(client.sender, &failure);
	CHECK_INT(failure.error, MSUB_OK);
	if (hall_open(&again, "name: a server\n", false)) {
		client_run(&client, 1, MSUB_CONNECT); /* nobody is at the old port */
		hall_close(&again, 0);
	}
	client_free(&client);
}

/* ---- what cannot be ---- */

static void what_cannot_be_used_is_refused(void)
{
	struct msub_network *network;
	struct msub_sender *sender;
	struct msub_settings settings;
	struct msub_failure failure;
	msub_settings_init(&settings);
	CHECK_INT(msub_network_new(&network, &settings), MSUB_SETTINGS);
	CHECK(network == NULL);
	settings.host = "127.0.0.1";
	settings.connections = MSUB_CONNECTIONS_MAX + 1;
	CHECK_INT(msub_network_new(&network, &settings), MSUB_SETTINGS);
	settings.connections = 2;
	settings.trust_file = "/nowhere/ca.pem";
	CHECK_INT(msub_network_new(&network, &settings), MSUB_OK);
	CHECK_INT(msub_sender_new(&sender, &settings), MSUB_OK);
	CHECK_INT(msub_network_run(network, sender, &failure), MSUB_SETTINGS);
	CHECK(strncmp(failure.text, "trust_file", 10) == 0);
	CHECK_INT(msub_network_run(network, sender, NULL), MSUB_SETTINGS);
	msub_sender_free(sender);
	msub_network_free(network);
	msub_network_free(NULL);
}

/* One member is the other's. */
static void differ(
	struct msub_settings *settings, const char *member, const struct msub_settings *other)
{
	const struct {
		const char *name;
		size_t offset, size;
	} members[] = {
#define MEMBER(name) {#name, offsetof(struct msub_settings, name), sizeof other->name}
		MEMBER(tls),
		MEMBER(protocol),
		MEMBER(port),
		MEMBER(trust_anyone),
		MEMBER(trust_system),
		MEMBER(need_staple),
		MEMBER(dane),
		MEMBER(host),
		MEMBER(domain),
		MEMBER(trust_file),
		MEMBER(tls_name),
		MEMBER(name_servers),
	};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		if (strcmp(members[i].name, member) == 0 ||
			(other->domain != NULL && strcmp(members[i].name, "domain") == 0))
			memcpy((char *)settings + members[i].offset,
				(const char *)other + members[i].offset, members[i].size);
	}
}

/* Whichever member it is, and whichever of the two says less about trust. */
static void a_sender_for_another_connection_is_refused(void)
{
	static const struct {
		const char *member;
		struct msub_settings other;
	} rows[] = {
		{"tls", {.tls = MSUB_TLS_NONE}},
		{"tls", {.tls = MSUB_TLS_IMPLICIT}},
		{"protocol", {.protocol = MSUB_LMTP}},
		{"port", {.port = 1}},
		{"trust_anyone", {.trust_anyone = true}},
		{"trust_system", {.trust_system = true}},
		{"need_staple", {.need_staple = true}},
		{"dane", {.dane = MSUB_DANE_WHEN_FOUND}},
		{"host", {.host = "localhost"}},
		{"host", {.domain = "localhost"}},
		{"trust_file", {.host = "127.0.0.1", .trust_file = "/dev/null"}},
		{"tls_name", {.host = "127.0.0.1", .tls_name = "localhost"}},
		{"name_servers", {.host = "127.0.0.1", .name_servers = "127.0.0.1:53"}},
	};
	struct hall hall;
	if (!hall_open(&hall, "name: a server\n", true))
		return;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct client client;
		struct msub_failure failure;
		char want[64];
		CHECK_CASE("row %zu, %s", i, rows[i].member);
		client_init(&client, &hall);
		CHECK_INT(msub_network_new(&client.network, &client.settings), MSUB_OK);
		differ(&client.settings, rows[i].member, &rows[i].other);
		CHECK_INT(msub_sender_new(&client.sender, &client.settings), MSUB_OK);
		client_add(&client);
		CHECK_INT(msub_network_run(client.network, client.sender, &failure), MSUB_SETTINGS);
		snprintf(
			want, sizeof want, "%s: the sender's is not the network's", rows[i].member);
		CHECK_TEXT(failure.text, want);
		CHECK(!msub_sender_is_finished(client.sender));
		client_free(&client);
	}
	hall_close(&hall, 0);
}

/* What says who is there, and to whom, is the sender's. */
static void a_sender_with_its_own_login_is_not_refused(void)
{
	struct hall hall;
	struct client client;
	if (!hall_open(&hall, "name: a server\n", true))
		return;
	client_init(&client, &hall);
	CHECK_INT(msub_network_new(&client.network, &client.settings), MSUB_OK);
	client.settings.hello = "another.example";
	client.settings.mechanism = NULL;
	client.settings.timeouts.greeting_ms = 1000 * 60;
	CHECK_INT(msub_sender_new(&client.sender, &client.settings), MSUB_OK);
	client_run(&client, 1, MSUB_OK);
	client_free(&client);
	hall_close(&hall, 1);
}

static void a_bad_login_ends_the_run_with_its_words(void)
{
	struct hall hall;
	struct client client;
	struct msub_failure failure;
	if (!hall_open(&hall, "name: a server\n", false))
		return;
	client_init(&client, &hall);
	client.settings.password = "wrong";
	client.settings.connections = 8;
	if (client_begin(&client)) {
		for (size_t i = 0; i < 20; i++)
			client_add(&client);
		CHECK_INT(msub_network_run(client.network, client.sender, &failure),
			MSUB_AUTH_REFUSED);
		CHECK_INT(failure.reply.code, 535);
	}
	client_free(&client);
	hall_close(&hall, 0);
	CHECK_INT(hall.sessions, 1);
}

/* ---- threads ---- */

static void *run_alone(void *context)
{
	struct hall *hall = context;
	struct client client;
	client_init(&client, hall);
	client.settings.connections = 3;
	bool good = msub_network_new(&client.network, &client.settings) == MSUB_OK &&
		    msub_sender_new(&client.sender, &client.settings) == MSUB_OK;
	for (size_t i = 0; good && i < MESSAGES; i++) {
		char to[32];
		snprintf(to, sizeof to, "%zu@example.net", i + 1);
		good = msub_message_new(&client.messages[i], NULL) == MSUB_OK &&
		       msub_message_add_recipient(client.messages[i], to) == MSUB_OK &&
		       msub_message_content(client.messages[i], "x\n", 2) == MSUB_OK &&
		       msub_sender_add(client.sender, client.messages[i]) == MSUB_OK;
		client.count++;
	}
	good = good && msub_network_run(client.network, client.sender, NULL) == MSUB_OK;
	client_free(&client);
	return good ? hall : NULL;
}

static void two_networks_run_in_two_threads(void)
{
	struct hall hall[2];
	pthread_t threads[2];
	for (int i = 0; i < 2; i++) {
		if (!hall_open(&hall[i], "name: a server\n", i == 1) ||
			!CHECK(pthread_create(&threads[i], NULL, run_alone, &hall[i]) == 0))
			return;
	}
	for (int i = 0; i < 2; i++) {
		void *good;
		pthread_join(threads[i], &good);
		CHECK(good != NULL);
		hall_close(&hall[i], MESSAGES);
	}
}

/* ---- memory ---- */

static size_t run_failing(const struct hall *hall, size_t fail_at, bool *whole)
{
	struct failing_memory failing;
	struct client client;
	failing_memory_init(&failing, fail_at);
	struct msub_memory memory = {failing.memory.resize, failing.memory.context};
	client_init(&client, hall);
	client.settings.connections = 2;
	client.settings.keep_ms = 1000;
	client.settings.memory = &memory;
	*whole = false;
	if (msub_network_new(&client.network, &client.settings) == MSUB_OK &&
		msub_sender_new(&client.sender, &client.settings) == MSUB_OK) {
		for (size_t i = 0; i < 4; i++)
			client_add(&client);
		enum msub_error error = msub_network_run(client.network, client.sender, NULL);
		/* or nothing could be opened */
		CHECK(msub_sender_is_finished(client.sender) || error == MSUB_MEMORY);
		size_t accepted = 0;
		for (size_t i = 0; i < 4; i++)
			accepted += msub_message_count(client.messages[i], MSUB_ACCEPTED);
		*whole = error == MSUB_OK;
		CHECK_INT(*whole, accepted == 4);
		/* whatever failed, the next run is as good as the first */
		failing.fail_at = 0;
		client_add(&client);
		CHECK_INT(msub_network_run(client.network, client.sender, NULL), MSUB_OK);
		CHECK(msub_sender_is_finished(client.sender));
		CHECK_INT(msub_message_count(client.messages[4], MSUB_ACCEPTED), 1);
	}
	client_free(&client);
	CHECK_INT(failing.live, 0);
	return failing.count;
}

static void each_allocation_may_fail(void)
{
	struct hall hall;
	bool whole;
	if (!hall_open(&hall, "name: a server\n", false))
		return;
	size_t count = run_failing(&hall, 0, &whole), wholes = 0;
	CHECK(whole);
	for (size_t i = 1; i <= count; i++) {
		CHECK_CASE("allocation %zu", i);
		run_failing(&hall, i, &whole);
		wholes += whole;
	}
	hall_close(&hall, 0);
	CHECK(count > 20);
	printf("  %zu allocations failed in turn, %zu runs were whole all the same\n", count,
		wholes);
}

#define TESTS(T)                                                                                   \
	T(many_connections_bring_every_message_once)                                               \
	T(messages_are_made_while_others_are_sent)                                                 \
	T(what_is_made_after_the_end_shares_it)                                                    \
	T(sessions_are_kept_from_run_to_run)                                                       \
	T(either_may_be_freed_first)                                                               \
	T(a_kept_session_that_is_gone_is_no_failure)                                               \
	T(what_cannot_be_used_is_refused)                                                          \
	T(a_sender_for_another_connection_is_refused)                                              \
	T(a_sender_with_its_own_login_is_not_refused)                                              \
	T(a_bad_login_ends_the_run_with_its_words)                                                 \
	T(two_networks_run_in_two_threads)                                                         \
	T(each_allocation_may_fail)
CHECK_MAIN("network", TESTS)

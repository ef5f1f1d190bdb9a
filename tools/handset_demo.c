/*
 * handset demo: the founding story, played over loopback TCP with the real players: the phone and
 * msub, each against the server that forgets the login on RSET and against the cured one.
 */
#define _DEFAULT_SOURCE /* struct winsize */
#include "handset.h"

#include "clock.h"
#include "handset_demo.h"
#include "listener.h"
#include "msub.h"
#include "play.h"
#include "server_tls.h"
#include "system_random.h"
#include "text.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

struct options {
	const char *maildir, *profiles;
	bool tls, json, times;
	int pace;
	uint64_t width, seed;
};

#define AT(member) offsetof(struct options, member)
static const char *const paces[] = {"off", "real", NULL};
static const struct option_row rows[] = {
	{OPTION_FLAG, "tls", 0, NULL, AT(tls),
		"the same over STARTTLS: the phone with TLS 1.0 and RSA, msub with TLS 1.3", NULL},
	{OPTION_CHOICE, "pace", 0, "off|real", AT(pace),
		"real: with the timing of the report of 2007", paces},
	{OPTION_FLAG, "times", 0, NULL, AT(times), "seconds in front of each line", NULL},
	{OPTION_TEXT, "maildir", 0, "FOLDER", AT(maildir),
		"where the delivered messages go; otherwise a new folder below /tmp each time, that stays",
		NULL},
	{OPTION_NUMBER, "width", 0, "COLUMNS", AT(width), "as if the screen were that wide", NULL},
	{OPTION_NUMBER, "seed", 0, "NUMBER", AT(seed), "makes what the phone draws repeat", NULL},
	{OPTION_TEXT, "profiles", 0, "FOLDER", AT(profiles), "look for profiles here first", NULL},
	{OPTION_FLAG, "json", 0, NULL, AT(json), "the four results as JSON", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};

static const struct option_command command = {"handset demo", "[OPTION]...",
	"Plays the story that this project began with: a Nokia E61i of 2007 cannot send through a server "
	"that every other client uses, and msub can. Nothing leaves this machine.\n"
	"Exit status: 0 if all four runs came out as the story says, 1 if not.",
	NULL, rows, sizeof rows / sizeof *rows};

static const char user[] = "valid_user", password[] = "secret";
static const char sender[] = "valid_user@example.com", recipient[] = "someone@example.org";
static const char phone_name[] = "nokia-e61i";
static const char *const server_names[DEMO_SERVERS] = {
	"qmail-spamcontrol", "qmail-spamcontrol-cured"};

/* What all four runs share. */
struct stage {
	struct options options;
	struct demo demo;
	struct maildir maildir;
	struct store_worker *worker;
	struct tls_server *tls;
	struct buffer priority, unavailable;
	struct profile *phone, *servers[DEMO_SERVERS];
	char trust_file[512];
};

/* A server in a thread of its own, for one run. */
struct scene {
	struct listener *listener;
	struct transcript *transcript;
	struct server_account account;
	int stop[2];
	pthread_t thread;
	uint16_t port;
};

static const struct observer *observe(void *context, unsigned long session)
{
	struct scene *scene = context;
	(void)session;
	return transcript_observer(scene->transcript);
}

static void *serve(void *context)
{
	struct scene *scene = context;
	listener_run(scene->listener, scene->stop[0], NULL);
	return NULL;
}

static bool say_trouble(const char *what, const char *why)
{
	fprintf(stderr, "handset demo: %s: %s\n", what, why);
	return false;
}

static bool open_scene(
	struct scene *scene, struct stage *stage, const struct server_profile *profile)
{
	struct sentence why = {"out of memory"};
	struct endpoint loopback;
	scene->account = (struct server_account){octets_of(user), octets_of(password)};
	scene->transcript = transcript_new(&memory_standard, false);
	struct listener_settings settings = {
		.memory = &memory_standard,
		.server = {.profile = profile,
			.accounts = &scene->account,
			.account_count = 1,
			.offer_starttls = stage->options.tls},
		.random_seed = stage->options.seed == UINT64_MAX ? 0 : stage->options.seed,
		.tls = stage->tls,
		.worker = stage->worker,
		.context = scene,
		.observe = observe,
	};
	if (scene->transcript == NULL || pipe(scene->stop) != 0)
		return say_trouble("cannot begin", strerror(errno));
	scene->listener = listener_new(&settings, &why);
	endpoint_parse(&loopback, "127.0.0.1", 0);
	if (scene->listener != NULL)
		scene->port = listener_add(scene->listener, &loopback, &why);
	if (scene->port == 0 || pthread_create(&scene->thread, NULL, serve, scene) != 0)
		return say_trouble("cannot listen on 127.0.0.1", why.text);
	return true;
}

/* Ends the server and keeps what it heard. */
static void close_scene(struct scene *scene, struct demo_run *run)
{
	if (write(scene->stop[1], "", 1) == 1)
		pthread_join(scene->thread, NULL);
	close(scene->stop[0]);
	close(scene->stop[1]);
	run->stored = listener_messages(scene->listener);
	transcript_flush(scene->transcript);
	run->transcript = scene->transcript;
	listener_free(scene->listener);
}

static void note_reply(struct demo_run *run, const char *at, struct octets reply)
{
	struct buffer text;
	buffer_init(&text, &memory_standard, 65536);
	text_escape(&text, reply);
	snprintf(run->at, sizeof run->at, "%s", at);
	snprintf(run->reply, sizeof run->reply, "%s", buffer_string(&text));
	buffer_free(&text);
}

static void play_phone(struct stage *stage, struct scene *scene, struct demo_run *run)
{
	struct octets to = octets_of(recipient);
	struct phone_account account = {
		.security = stage->options.tls ? PHONE_STARTTLS : PHONE_PLAIN,
		.port = scene->port,
		.user = octets_of(user),
		.password = octets_of(password),
		.sender = octets_of(sender),
		.server = octets_of("127.0.0.1"),
		.password_in_clear = !stage->options.tls,
		.pace_percent = stage->options.pace == 1 ? 100 : 0,
	};
	struct phone_message message = {
		.to = &to,
		.to_count = 1,
		.draft = {.subject = octets_of("From the phone"),
			.body = octets_of("Hello from 2007.\n"),
			.unix_time = clock_unix()},
	};
	struct play_settings settings = {
		.memory = &memory_standard,
		.profile = profile_client(stage->phone),
		.account = &account,
		.messages = &message,
		.message_count = 1,
		.host = "127.0.0.1",
		.port = scene->port,
		.trust_file = stage->options.tls ? stage->trust_file : NULL,
		.patience_ms = 20000,
		.seed = stage->options.seed != UINT64_MAX ? stage->options.seed
							  : system_random_seed(),
		.interrupted = &handset_interrupted,
	};
	struct play_result result;
	struct sentence why = {""};
	run->ran = play_run(&settings, &result, &why);
	if (!run->ran) {
		say_trouble("the phone", why.text);
		return;
	}
	struct phone_verdict verdict = play_verdict(&result, 0, NULL);
	run->delivered = verdict.result == PHONE_DELIVERED;
	run->code = verdict.code;
	if (!run->delivered) {
		note_reply(run, phone_step_name(verdict.step), verdict.reply);
		if (verdict.reply.len == 0)
			snprintf(run->reply, sizeof run->reply, "%.255s",
				result.why.text[0] != 0 ? result.why.text
							: phone_result_name(verdict.result));
	}
	phone_free(result.phone);
}

static void write_content(char *content, size_t room)
{
	char date[64];
	time_t now = (time_t)clock_unix();
	struct tm day;
	gmtime_r(&now, &day);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &day);
	snprintf(content, room,
		"From: %s\r\nTo: %s\r\nSubject: From msub\r\nDate: %s\r\nMessage-ID: <%016llx@handset.example.org>\r\n"
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nHello from msub.\r\n",
		sender, recipient, date, (unsigned long long)system_random_seed());
}

static void play_msub(struct stage *stage, struct scene *scene, struct demo_run *run)
{
	char content[1024];
	struct msub_settings settings;
	struct msub_message *message = NULL;
	struct msub_failure failure = {.text = "", .reply = {.text = ""}};
	msub_settings_init(&settings);
	settings.host = "127.0.0.1";
	settings.port = scene->port;
	settings.tls = stage->options.tls ? MSUB_TLS_STARTTLS : MSUB_TLS_NONE;
	settings.trust_file = stage->options.tls ? stage->trust_file : NULL;
	settings.user = user;
	settings.password = password;
	settings.mechanism = "PLAIN";
	settings.all_or_nothing = true;
	settings.timeouts.whole_ms = 20000;
	write_content(content, sizeof content);
	enum msub_error error = msub_message_new(&message, NULL);
	if (error == MSUB_OK)
		error = msub_message_sender(message, sender);
	if (error == MSUB_OK)
		error = msub_message_add_recipient(message, recipient);
	if (error == MSUB_OK)
		error = msub_message_content(message, content, strlen(content));
	if (error == MSUB_OK)
		error = msub_submit(&settings, &message, 1, &failure);
	run->ran = true;
	run->delivered = error == MSUB_OK;
	run->code = (unsigned int)failure.reply.code;
	if (!run->delivered) {
		snprintf(run->at, sizeof run->at, "%s", msub_phase_text(failure.phase));
		snprintf(run->reply, sizeof run->reply, "%s",
			failure.reply.code != 0 ? failure.reply.text
			: failure.text[0] != 0	? failure.text
						: msub_error_text(error));
	}
	msub_message_free(message);
}

bool demo_is_as_told(const struct demo_run *run)
{
	if (!run->ran || run->delivered != run->expected_delivered)
		return false;
	if (run->expected_delivered)
		return run->stored == 1;
	return run->stored == 0 && run->code == 535 && strcmp(run->at, "recipient") == 0;
}

static bool play_all(struct stage *stage)
{
	bool as_told = true;
	for (int server = 0; server < DEMO_SERVERS; server++) {
		for (int client = 0; client < DEMO_CLIENTS; client++) {
			struct demo_run *run = &stage->demo.runs[client][server];
			struct scene scene = {0};
			run->client = client == 0 ? phone_name : "msub";
			run->server = server_names[server];
			run->expected_delivered = client != 0 || server != 0;
			if (!open_scene(&scene, stage, profile_server(stage->servers[server])))
				return false;
			if (client == 0)
				play_phone(stage, &scene, run);
			else
				play_msub(stage, &scene, run);
			close_scene(&scene, run);
			as_told = as_told && demo_is_as_told(run);
		}
	}
	return as_told;
}

static bool prepare_maildir(struct stage *stage)
{
	struct sentence why = {""};
	const char *temporary = getenv("TMPDIR");
	char *folder = stage->demo.maildir;
	if (stage->options.maildir != NULL &&
		strlen(stage->options.maildir) >= sizeof stage->demo.maildir)
		return say_trouble("--maildir", "the name is too long");
	if (stage->options.maildir != NULL) {
		memcpy(folder, stage->options.maildir, strlen(stage->options.maildir) + 1);
	} else {
		snprintf(folder, sizeof stage->demo.maildir, "%s/handset-demo-XXXXXX",
			temporary != NULL && temporary[0] != 0 ? temporary : "/tmp");
		if (mkdtemp(folder) == NULL)
			return say_trouble(folder, strerror(errno));
		strncat(folder, "/Maildir", sizeof stage->demo.maildir - strlen(folder) - 1);
	}
	if (!maildir_open(
		    &stage->maildir, &memory_standard, NULL, folder, "server.example.com", &why))
		return say_trouble(folder, why.text);
	struct store_worker_settings settings = {.maildir = &stage->maildir};
	stage->worker = store_worker_new(&memory_standard, &settings, &why);
	return stage->worker != NULL || say_trouble(folder, why.text);
}

static bool prepare_tls(struct stage *stage)
{
	struct tls_server_settings settings = {.host = "server.example.com"};
	struct sentence why = {""};
	if (!stage->options.tls)
		return true;
	if (!server_tls_settings(profile_server(stage->servers[0]), &settings, &stage->priority,
		    &stage->unavailable))
		return say_trouble("TLS", buffer_string(&stage->unavailable));
	stage->tls = tls_server_new(&memory_standard, &settings, &why);
	if (stage->tls == NULL)
		return say_trouble("TLS", why.text);
	snprintf(stage->trust_file, sizeof stage->trust_file, "%s", tls_server_ca_file(stage->tls));
	return true;
}

static bool prepare(struct stage *stage)
{
	const char *folder = stage->options.profiles;
	stage->phone = handset_load(PROFILE_CLIENT, phone_name, folder);
	for (int i = 0; i < DEMO_SERVERS; i++) {
		stage->servers[i] = handset_load(PROFILE_SERVER, server_names[i], folder);
		if (stage->servers[i] == NULL)
			return false;
	}
	return stage->phone != NULL && prepare_maildir(stage) && prepare_tls(stage);
}

static int screen_width(const struct options *options)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	uint64_t named = 0;
	if (options->width != 0)
		return (int)(options->width < 10000 ? options->width : 10000);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns != NULL && octets_number(octets_of(columns), &named) && named > 0 &&
		named < 10000)
		return (int)named;
	return isatty(STDOUT_FILENO) ? 80 : 132; /* a file or a pipe is as wide as it has to be */
}

static void finish(struct stage *stage)
{
	for (int client = 0; client < DEMO_CLIENTS; client++) {
		for (int server = 0; server < DEMO_SERVERS; server++)
			transcript_free(stage->demo.runs[client][server].transcript);
	}
	store_worker_free(stage->worker);
	if (stage->maildir.folder != NULL)
		maildir_close(&stage->maildir);
	if (stage->tls != NULL)
		tls_server_free(stage->tls);
	profile_free(stage->phone);
	for (int i = 0; i < DEMO_SERVERS; i++)
		profile_free(stage->servers[i]);
	buffer_free(&stage->priority);
	buffer_free(&stage->unavailable);
}

int handset_demo(int argc, char **argv)
{
	struct stage stage = {.options = {.seed = UINT64_MAX}};
	int first, status;
	buffer_init(&stage.priority, &memory_standard, 4096);
	buffer_init(&stage.unavailable, &memory_standard, 4096);
	if (!handset_options(&command, argc, argv, &stage.options, &first, &status))
		return status;
	if (first != argc) {
		fprintf(stderr, "handset demo: it needs no \"%s\"\nTry: handset demo --help\n",
			argv[first]);
		return EXIT_USAGE;
	}
	handset_catch_signals();
	bool ready = prepare(&stage);
	bool as_told = ready && play_all(&stage);
	stage.demo.tls = stage.options.tls;
	stage.demo.times = stage.options.times || stage.options.pace == 1;
	stage.demo.width = screen_width(&stage.options);
	if (ready && stage.options.json)
		demo_show_json(&stage.demo);
	else if (ready)
		demo_show(&stage.demo);
	finish(&stage);
	return as_told ? EXIT_AS_HOPED : ready ? EXIT_NOT : EXIT_USAGE;
}

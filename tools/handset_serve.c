/* handset serve: be a server of the catalogue. */
#include "handset.h"

#include "clock.h"
#include "listener.h"
#include "maildir.h"
#include "server_tls.h"
#include "store_worker.h"
#include "text.h"
#include "transcript.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_LISTENERS = 8, TLS_OFF = 0, TLS_STARTTLS = 1, TLS_IMPLICIT = 2 };

struct options {
	const char *user, *password_file, *password_command, *maildir, *certificate, *key, *ca_file;
	const char *transcript, *transcript_json, *profiles;
	struct option_list listen;
	int tls;
	bool times, quiet;
	uint64_t sessions, concurrent, messages, disk_mib, message_mib, seed;
};

#define AT(member) offsetof(struct options, member)
static const char *const tls_words[] = {"none", "starttls", "implicit", NULL};
static const struct option_row rows[] = {
	{OPTION_TITLE, .help = "Where, and for whom"},
	{OPTION_LIST, "listen", 'l', "HOST:PORT", AT(listen),
		"listen there; port 0 lets the system choose (127.0.0.1:2525); may be said several times",
		NULL},
	{OPTION_TEXT, "user", 'u', "NAME", AT(user), "the account that may log in", NULL},
	{OPTION_TEXT, "password-file", 0, "FILE", AT(password_file),
		"its first line is the password", NULL},
	{OPTION_TEXT, "passwordeval", 0, "COMMAND", AT(password_command),
		"the first line that it prints is the password", NULL},
	{OPTION_TITLE, .help = "TLS"},
	{OPTION_CHOICE, "tls", 0, "none|starttls|implicit", AT(tls),
		"none, unless said; starttls is offered even by profiles that do not list it, and "
		"without a profile no login is taken before it",
		tls_words},
	{OPTION_TEXT, "cert", 0, "FILE", AT(certificate),
		"certificate chain, PEM; without it ECDSA and RSA certificates are made on the fly",
		NULL},
	{OPTION_TEXT, "key", 0, "FILE", AT(key), "its key, PEM", NULL},
	{OPTION_TEXT, "ca-file", 0, "FILE", AT(ca_file),
		"where the made authority's certificate is written, for clients to trust", NULL},
	{OPTION_TITLE, .help = "What becomes of the mail"},
	{OPTION_TEXT, "maildir", 'd', "FOLDER", AT(maildir),
		"store it there: on disk before the 250; without it mail is counted and thrown away",
		NULL},
	{OPTION_TEXT, "transcript", 0, "FILE", AT(transcript),
		"write the dialogues (-: standard output)", NULL},
	{OPTION_TEXT, "transcript-json", 0, "FILE", AT(transcript_json), "the same as JSON Lines",
		NULL},
	{OPTION_FLAG, "times", 0, NULL, AT(times), "with seconds in front of each line", NULL},
	{OPTION_FLAG, "quiet", 'q', NULL, AT(quiet), "say only where it listens", NULL},
	{OPTION_TITLE, .help = "Limits"},
	{OPTION_NUMBER, "max-sessions", 0, "N", AT(sessions), "end after N sessions", NULL},
	{OPTION_NUMBER, "max-messages", 0, "N", AT(messages), "end after N messages", NULL},
	{OPTION_NUMBER, "concurrent", 0, "N", AT(concurrent),
		"sessions at a time (1000); others hear 421", NULL, .max = 1u << 20},
	{OPTION_NUMBER, "max-disk", 0, "MIB", AT(disk_mib), "store no more than that altogether",
		NULL, .max = 1u << 30},
	{OPTION_NUMBER, "max-message", 0, "MIB", AT(message_mib),
		"no message larger than that (64)", NULL, .max = 1024},
	{OPTION_NUMBER, "seed", 0, "NUMBER", AT(seed), "makes challenges and numbers repeat", NULL},
	{OPTION_TEXT, "profiles", 0, "FOLDER", AT(profiles), "look for profiles here first", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};

static const char *const examples[] = {
	"handset serve --listen 127.0.0.1:2525 --user phone --password-file f --maildir mail",
	"handset serve qmail-spamcontrol --listen 127.0.0.1:0 --user phone --password-file f --transcript -",
	NULL};

static const struct option_command command = {"handset serve", "[PROFILE] [OPTION]...",
	"Is the server that PROFILE describes; without one a correct, strict submission server (RFC 6409). "
	"Runs until SIGINT or SIGTERM, or until a limit is reached. Off loopback it asks for credentials.\n"
	"Exit status: 0 ended in order, 1 could not listen or store, 2 wrong usage or profile.",
	examples, rows, sizeof rows / sizeof *rows};

struct serving {
	struct options options;
	struct profile *profile;
	struct buffer password, priority, unavailable;
	struct server_account account;
	struct tls_server *tls;
	struct maildir maildir;
	bool maildir_open;
	struct store_worker *worker;
	struct listener *listener;
	FILE *transcript, *transcript_json;
	unsigned long logged_session; /* whose lines were written last */
	bool trouble;
};

static int fail(const char *what)
{
	fprintf(stderr, "handset serve: %s\n", what);
	return EXIT_USAGE;
}

/* One session's dialogue: written line by line as it is heard. */
struct log {
	struct serving *serving;
	struct transcript *transcript;
	unsigned long session;
};

/* Sessions may talk at the same time: a remark tells whose lines follow. */
static void change_session(struct log *log)
{
	struct transcript_event remark = {.kind = TRANSCRIPT_REMARK};
	struct transcript_style style = {0};
	char words[64];
	struct buffer line;
	if (log->serving->logged_session == log->session)
		return;
	log->serving->logged_session = log->session;
	snprintf(words, sizeof words, "session %lu", log->session);
	remark.text = octets_of(words);
	buffer_init(&line, &memory_standard, 1024);
	if (log->serving->transcript != NULL && transcript_write_event(&line, &remark, &style))
		fputs(buffer_string(&line), log->serving->transcript);
	buffer_clear(&line);
	if (log->serving->transcript_json != NULL && transcript_write_event_json(&line, &remark))
		fputs(buffer_string(&line), log->serving->transcript_json);
	buffer_free(&line);
}

static void write_event(void *context, const struct transcript_event *event)
{
	struct log *log = context;
	struct serving *serving = log->serving;
	struct transcript_style style = {.times = serving->options.times};
	struct buffer line;
	buffer_init(&line, &memory_standard, 8 * TRANSCRIPT_LINE_MAX);
	change_session(log);
	if (serving->transcript != NULL && transcript_write_event(&line, event, &style)) {
		fwrite(line.at, 1, line.len, serving->transcript);
		fflush(serving->transcript);
	}
	buffer_clear(&line);
	if (serving->transcript_json != NULL && transcript_write_event_json(&line, event)) {
		fwrite(line.at, 1, line.len, serving->transcript_json);
		fflush(serving->transcript_json);
	}
	buffer_free(&line);
}

static const struct observer *observe(void *context, unsigned long session)
{
	struct serving *serving = context;
	if (serving->transcript == NULL && serving->transcript_json == NULL)
		return NULL;
	struct log *log = calloc(1, sizeof *log);
	struct transcript *transcript =
		log == NULL ? NULL : transcript_new(&memory_standard, false);
	if (transcript == NULL) {
		free(log);
		return NULL;
	}
	*log = (struct log){serving, transcript, session};
	transcript_listen(transcript, write_event, log);
	return transcript_observer(transcript);
}

static void forget_observer(void *context, unsigned long session, const struct observer *observer)
{
	struct transcript *transcript = observer->context;
	(void)context;
	(void)session;
	transcript_flush(transcript);
	free(transcript_listener(transcript));
	transcript_free(transcript);
}

static void tell(void *context, const struct listener_event *event)
{
	struct serving *serving = context;
	struct buffer sender;
	buffer_init(&sender, &memory_standard, 65536);
	if (event->mail != NULL)
		text_escape(&sender, event->mail->sender);
	if (event->kind == LISTENER_NOT_STORED || event->kind == LISTENER_TROUBLE) {
		serving->trouble = true;
		fprintf(stderr, "handset serve: session %lu: %s\n", event->session,
			event->why == NULL ? "trouble" : event->why);
	} else if (!serving->options.quiet && event->kind == LISTENER_STORED) {
		fprintf(stderr, "session %lu: message from <%s> for %zu, %zu octets\n",
			event->session, buffer_string(&sender), event->mail->recipient_count,
			event->mail->content_len);
	} else if (!serving->options.quiet && event->kind == LISTENER_SESSION_ENDED &&
		   event->messages == 0) {
		fprintf(stderr, "session %lu: ended without a message\n", event->session);
	} else if (!serving->options.quiet && event->kind == LISTENER_SESSION_REFUSED) {
		fprintf(stderr, "session refused: %s\n",
			event->why == NULL ? "too many" : event->why);
	}
	buffer_free(&sender);
}

static bool listens_off_loopback(const struct serving *serving)
{
	const struct option_list *list = &serving->options.listen;
	for (size_t i = 0; i < list->count; i++) {
		char host[ENDPOINT_HOST];
		uint16_t port;
		struct endpoint endpoint;
		if (endpoint_split(list->items[i], 2525, host, &port) &&
			endpoint_parse(&endpoint, host, port) && !endpoint_is_loopback(&endpoint))
			return true;
	}
	return false;
}

static int listen_on(struct serving *serving, const char *where)
{
	char host[ENDPOINT_HOST];
	uint16_t port;
	struct endpoint endpoint;
	struct sentence why = {""};
	if (!endpoint_split(where, 2525, host, &port) ||
		!endpoint_parse(
			&endpoint, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, port)) {
		fprintf(stderr, "handset serve: \"%s\" is no ADDRESS:PORT to listen on\n", where);
		return EXIT_USAGE;
	}
	port = listener_add(serving->listener, &endpoint, &why);
	if (port == 0) {
		fprintf(stderr, "handset serve: cannot listen on %s: %s\n", where, why.text);
		return EXIT_NOT;
	}
	bool brackets = strchr(host, ':') != NULL;
	printf("listening on %s%s%s:%u\n", brackets ? "[" : "", host, brackets ? "]" : "",
		(unsigned int)port);
	return EXIT_AS_HOPED;
}

static int prepare_tls(struct serving *serving)
{
	const struct options *options = &serving->options;
	struct tls_server_settings settings = {.certificate_file = options->certificate,
		.key_file = options->key,
		.ca_file = options->ca_file};
	struct sentence why = {""};
	if (options->tls == TLS_OFF && (options->certificate != NULL || options->key != NULL))
		return fail("--cert and --key want --tls starttls or --tls implicit");
	if (options->tls == TLS_OFF)
		return EXIT_AS_HOPED;
	if ((options->certificate == NULL) != (options->key == NULL))
		return fail("--cert and --key go together");
	const struct server_profile *profile = profile_server(serving->profile);
	char *host = strndup((const char *)profile->host.at, profile->host.len);
	settings.host = host;
	bool good =
		server_tls_settings(profile, &settings, &serving->priority, &serving->unavailable);
	if (serving->unavailable.len > 0)
		fprintf(stderr, "handset serve: TLS: %s\n", buffer_string(&serving->unavailable));
	if (good)
		serving->tls = tls_server_new(&memory_standard, &settings, &why);
	free(host);
	if (serving->tls == NULL) {
		fprintf(stderr, "handset serve: TLS: %s\n",
			good ? why.text : "nothing is left to offer");
		return EXIT_NOT;
	}
	if (tls_server_ca_file(serving->tls) != NULL)
		printf("certificate authority: %s\n", tls_server_ca_file(serving->tls));
	return EXIT_AS_HOPED;
}

static int prepare_store(struct serving *serving)
{
	struct sentence why = {""};
	if (serving->options.maildir == NULL)
		return EXIT_AS_HOPED;
	const struct server_profile *profile = profile_server(serving->profile);
	char *host = strndup((const char *)profile->host.at, profile->host.len);
	serving->maildir_open = maildir_open(
		&serving->maildir, &memory_standard, NULL, serving->options.maildir, host, &why);
	free(host);
	struct store_worker_settings settings = {.maildir = &serving->maildir,
		.octets_max = serving->options.disk_mib * 1024 * 1024};
	if (serving->maildir_open)
		serving->worker = store_worker_new(&memory_standard, &settings, &why);
	if (serving->worker == NULL) {
		fprintf(stderr, "handset serve: cannot store mail in %s: %s\n",
			serving->options.maildir, why.text);
		return EXIT_NOT;
	}
	return EXIT_AS_HOPED;
}

static int prepare_listener(struct serving *serving)
{
	const struct options *options = &serving->options;
	struct sentence why = {""};
	serving->account.user = octets_of(options->user);
	serving->account.password = buffer_octets(&serving->password);
	struct listener_settings settings = {
		.memory = &memory_standard,
		.server = {.profile = profile_server(serving->profile),
			.accounts = &serving->account,
			.account_count = options->user == NULL ? 0 : 1,
			.implicit_tls = options->tls == TLS_IMPLICIT,
			.offer_starttls = options->tls == TLS_STARTTLS,
			.message_max = (size_t)options->message_mib * 1024 * 1024},
		.random_seed = options->seed,
		.tls = serving->tls,
		.worker = serving->worker,
		.concurrent_max = (unsigned int)options->concurrent,
		.served_max = (unsigned long)options->sessions,
		.messages_max = (unsigned long)options->messages,
		.context = serving,
		.observe = observe,
		.forget_observer = forget_observer,
		.event = tell,
	};
	serving->listener = listener_new(&settings, &why);
	if (serving->listener == NULL) {
		fprintf(stderr, "handset serve: %s\n", why.text);
		return EXIT_NOT;
	}
	int status = EXIT_AS_HOPED;
	for (size_t i = 0; i < options->listen.count && status == EXIT_AS_HOPED; i++)
		status = listen_on(serving, options->listen.items[i]);
	if (options->listen.count == 0)
		status = listen_on(serving, "127.0.0.1:2525");
	fflush(stdout);
	return status;
}

static int prepare(struct serving *serving, const char *name)
{
	const struct options *options = &serving->options;
	if (listens_off_loopback(serving) && options->user == NULL)
		return fail(
			"off loopback anybody could use it: say --user and --password-file, or listen on 127.0.0.1");
	if (!handset_password("handset serve", options->user, options->password_file,
		    options->password_command, &serving->password))
		return EXIT_USAGE;
	serving->profile = handset_load(PROFILE_SERVER, name, options->profiles);
	if (serving->profile == NULL)
		return EXIT_USAGE;
	if (options->user == NULL && !options->quiet)
		fprintf(stderr,
			"handset serve: no account, so nobody can log in; say --user and --password-file\n");
	if (options->transcript != NULL) {
		serving->transcript = handset_create("handset serve", options->transcript);
		if (serving->transcript == NULL)
			return EXIT_NOT;
	}
	if (options->transcript_json != NULL) {
		serving->transcript_json =
			handset_create("handset serve", options->transcript_json);
		if (serving->transcript_json == NULL)
			return EXIT_NOT;
	}
	int status = prepare_tls(serving);
	if (status == EXIT_AS_HOPED)
		status = prepare_store(serving);
	return status == EXIT_AS_HOPED ? prepare_listener(serving) : status;
}

/* Both transcripts are whole, or somebody is told. */
static bool close_transcripts(struct serving *serving)
{
	bool good = handset_close(serving->transcript);
	good = handset_close(serving->transcript_json) && good;
	serving->transcript = serving->transcript_json = NULL;
	if (!good)
		fprintf(stderr, "handset serve: the transcript could not be written\n");
	return good;
}

static int run(struct serving *serving, int stop)
{
	struct sentence why = {""};
	bool good = listener_run(serving->listener, stop, &why);
	if (!good)
		fprintf(stderr, "handset serve: %s\n", why.text);
	if (!serving->options.quiet)
		fprintf(stderr, "%lu sessions, %lu messages\n",
			listener_sessions(serving->listener), listener_messages(serving->listener));
	listener_free(serving->listener); /* its observers write until they are forgotten */
	serving->listener = NULL;
	good = close_transcripts(serving) && good;
	return good && !serving->trouble ? EXIT_AS_HOPED : EXIT_NOT;
}

static void finish(struct serving *serving)
{
	listener_free(serving->listener);
	close_transcripts(serving);
	store_worker_free(serving->worker);
	if (serving->maildir_open)
		maildir_close(&serving->maildir);
	if (serving->tls != NULL)
		tls_server_free(serving->tls);
	profile_free(serving->profile);
	buffer_free(&serving->password);
	buffer_free(&serving->priority);
	buffer_free(&serving->unavailable);
	options_free(&command, &serving->options);
}

/* Who offers STARTTLS and nothing else wants it to matter: no login before it. */
static const char *usual_profile(const struct options *options)
{
	return options->tls == TLS_STARTTLS ? "correct-starttls" : "correct";
}

int handset_serve(int argc, char **argv)
{
	struct serving serving = {.options = {.message_mib = 64}};
	int first, status = EXIT_USAGE;
	buffer_init(&serving.password, &memory_standard, 0);
	buffer_init(&serving.priority, &memory_standard, 4096);
	buffer_init(&serving.unavailable, &memory_standard, 4096);
	if (handset_options(&command, argc, argv, &serving.options, &first, &status)) {
		int stop = handset_catch_signals();
		if (first + 1 < argc)
			status = fail("one PROFILE at a time");
		else
			status = prepare(&serving,
				first < argc ? argv[first] : usual_profile(&serving.options));
		if (status == EXIT_AS_HOPED)
			status = run(&serving, stop);
	}
	finish(&serving);
	return status;
}

/* handset play: be a client of the catalogue, against a server. */
#include "handset.h"

#include "handset_play_json.h"
#include "handset_play_link.h"
#include "handset_play_mail.h"
#include "handset_play_many.h"
#include "handset_play_outbox.h"
#include "play.h"
#include "progress_bar.h"
#include "server_url.h"
#include "system_random.h"
#include "text.h"
#include "transcript.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct options {
	struct play_mail_options mail; /* first: its rows are a part of the table */
	const char *server, *user, *password_file, *password_command, *profiles;
	const char *trust_file, *fingerprint, *transcript, *transcript_json;
	const char *local_address, *host, *device, *outbox;
	uint64_t tries, phones;
	bool insecure, json, verbose, quiet, times;
	int stop_after;
	const char *pace, *link, *lose_at;
	uint64_t seed, patience_ms;
	const char *prompt;
	uint64_t think_ms; /* of prompt */
};

enum { STOP_AFTER_END, STOP_AFTER_RCPT };
enum { OCTETS_OF_A_CONNECTION = 4 * 1024 * 1024, OCTETS_OF_A_MESSAGE = 64 * 1024 };
static const char *const stop_words[] = {"end", "rcpt", NULL};

#define AT(member) offsetof(struct options, member)
static const struct option_row rows[] = {
	{OPTION_TITLE, .help = "Where to, and as whom"},
	{OPTION_TEXT, "server", 's', "URL", AT(server),
		"smtp://HOST:PORT in clear, smtp+starttls://HOST:PORT, smtps://HOST:PORT; without "
		":PORT 25, 587, 465",
		NULL},
	{OPTION_TEXT, "user", 'u', "NAME", AT(user), "log in as NAME; without it no login is tried",
		NULL},
	{OPTION_TEXT, "password-file", 0, "FILE", AT(password_file),
		"its first line is the password", NULL},
	{OPTION_TEXT, "passwordeval", 0, "COMMAND", AT(password_command),
		"the first line that it prints is the password", NULL},
	{OPTION_TEXT, "trust-file", 0, "FILE", AT(trust_file),
		"certificates to trust, PEM; otherwise the system's", NULL},
	{OPTION_TEXT, "prompt", 0, "ANSWER", AT(prompt),
		"how the user answers a client that asks about a certificate: accept, reject, each "
		"after the profile's time at --pace, or a time (20s): accept after it (accept)",
		NULL},
	{OPTION_TEXT, "fingerprint", 0, "HEX", AT(fingerprint),
		"trust the one certificate with this SHA-256 fingerprint (01:23:...), and no other",
		NULL},
	{OPTION_FLAG, "insecure", 0, NULL, AT(insecure), "take any certificate", NULL},
	{OPTION_TITLE, .help = "The client"},
	{OPTION_NUMBER, "phones", 0, "N", AT(phones),
		"so many of this client at once (1), each of which sends the messages; what is shown "
		"are totals, and what failed of which phone",
		NULL, .max = MANY_MAX},
	{OPTION_NUMBER, "tries", 0, "N", AT(tries),
		"how often the client may try again what its outbox keeps (0)", NULL, .max = 1000},
	{OPTION_TEXT, "outbox", 0, "FOLDER", AT(outbox),
		"the client's outbox, kept there between runs: what fails waits in it, as far as the "
		"profile keeps it, and goes along behind the new messages of the next run with the "
		"same sender; without a new message only what waits is sent",
		NULL},
	{OPTION_CHOICE, "stop-after", 0, "end|rcpt", AT(stop_after),
		"rcpt: send nothing; leave with QUIT as soon as the server has answered the "
		"recipients, each message in a connection of its own (end)",
		stop_words},
	{OPTION_TEXT, "pace", 0, "PACE", AT(pace),
		"off (the default); real: thinks as long as the real client did; 0.5, 2x: half as "
		"long, twice as long",
		NULL},
	{OPTION_TEXT, "link", 0, "NAME|FILE", AT(link),
		"what lies between: gprs, edge, umts, wlan, none, or a link profile of your own",
		NULL},
	{OPTION_TEXT, "lose-bearer-at", 0, "N|after-dot", AT(lose_at),
		"the client loses its bearer, once, when N octets have come up to the server, or "
		"between the final dot and its reply; whatever the link says of its end",
		NULL},
	{OPTION_TIME, "patience", 0, "TIME", AT(patience_ms),
		"so long may nothing happen before the client counts as hung (60s); off, 0: for "
		"ever; "
		"a step that has a limit in the profile (timeouts) ends by that one",
		NULL},
	{OPTION_NUMBER, "seed", 0, "NUMBER", AT(seed),
		"makes every run identical, but for the clock: a composed message needs --date as "
		"well",
		NULL},
	{OPTION_TEXT, "local-address", 0, "ADDRESS", AT(local_address),
		"the address that the client believes it has (empty: none)", NULL},
	{OPTION_TEXT, "host", 0, "NAME", AT(host),
		"the client's host name, for profiles that say one", NULL},
	{OPTION_TEXT, "device", 0, "NAME", AT(device), "the client's device name", NULL},
	{OPTION_TEXT, "profiles", 0, "FOLDER", AT(profiles), "look for profiles here first", NULL},
	{OPTION_TITLE, .help = "What is shown"},
	{OPTION_TEXT, "transcript", 0, "FILE", AT(transcript),
		"write the dialogue (-: standard output)", NULL},
	{OPTION_TEXT, "transcript-json", 0, "FILE", AT(transcript_json), "the same as JSON Lines",
		NULL},
	{OPTION_FLAG, "times", 0, NULL, AT(times), "with seconds in front of each line", NULL},
	{OPTION_FLAG, "verbose", 'v', NULL, AT(verbose), "show the dialogue on stderr as it goes",
		NULL},
	{OPTION_FLAG, "quiet", 'q', NULL, AT(quiet), "only the exit status", NULL},
	{OPTION_FLAG, "json", 0, NULL, AT(json), "the result as JSON on standard output", NULL},
	{OPTION_HELP, "help", 'h', NULL, 0, "show this", NULL},
};

static const char *const examples[] = {
	"handset play nokia-e61i --server smtp://127.0.0.1:2525 --user u --password-file f --to a@example.net",
	"handset play symbian-9.1 -s smtp://127.0.0.1:2525 --outbox waiting -t a@example.net --next -t b@example.net",
	"handset play correct -s smtps://mail.example.org --trust-file ca.pem -u u --passwordeval 'pass mail' -t a@example.net -v",
	NULL};

static const struct option_command *const parts[] = {&play_mail_command, NULL};
static const struct option_command command = {"handset play", "PROFILE --server URL [OPTION]...",
	"Is the client that PROFILE describes: connects, logs in and sends one or more messages as that "
	"client would, octet for octet. With a TLS URL a password is never said in clear, whatever the "
	"profile would do.\n"
	"Exit status: 0 delivered, 1 refused, closed or hung, 2 wrong usage or profile, "
	"3 no connection, no name, or TLS that cannot be agreed.",
	examples, rows, sizeof rows / sizeof *rows, parts};

/* Everything that lives as long as the run. */
struct playing {
	struct options options;
	struct handset_pin pin;
	struct profile *profile;
	struct server_url url;
	struct buffer password;
	struct play_mail mail;
	struct play_outbox outbox;
	uint64_t seed;
	struct transcript *transcript;
	FILE *streams[2]; /* where it goes: as text, as JSON; NULL: nowhere */
	struct play_link link;
	struct progress_bar bar;
	size_t bar_message; /* and its number, from 1 */
	uint32_t pace_percent;
};

static int fail(const char *what)
{
	fprintf(stderr, "handset play: %s\nTry: handset play --help\n", what);
	return EXIT_USAGE;
}

static void print_remark(void *context, const char *sentence)
{
	(void)context;
	fprintf(stderr, "handset play: %s\n", sentence);
}

static void append_remark(void *context, const char *sentence)
{
	json_array_append_new(context, json_string(sentence));
}

static bool has_remark(const json_t *remarks, const char *sentence)
{
	for (size_t i = 0; i < json_array_size(remarks); i++) {
		if (strcmp(json_string_value(json_array_get(remarks, i)), sentence) == 0)
			return true;
	}
	return false;
}

static void print_json(
	const struct playing *playing, const struct play_result *result, const char *client)
{
	json_t *root = json_object(), *messages = json_array(), *remarks = json_array();
	for (size_t i = 0; i < phone_message_count(result->phone); i++) {
		json_t *message = play_message_json(result, i);
		json_object_set_new(message, "outbox", play_outbox_json(&playing->outbox, i));
		json_array_append_new(messages, message);
	}
	play_remarks(result, append_remark, remarks);
	play_outbox_remarks(&playing->outbox, append_remark, remarks);
	if (result->why.text[0] != 0 && !has_remark(remarks, result->why.text))
		append_remark(remarks, result->why.text);
	json_object_set_new(root, "client", json_string(client));
	json_object_set_new(root, "server", json_string(playing->options.server));
	json_object_set_new(root, "messages", messages);
	json_object_set_new(root, "login", play_login_json(result, playing->options.user != NULL));
	json_object_set_new(root, "tls", play_tls_json(result));
	json_object_set_new(root, "remarks", remarks);
	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(root);
}

static void print_verdict(
	const struct play_result *result, const struct phone_verdict *verdict, const char *label)
{
	struct buffer text;
	buffer_init(&text, &memory_standard, 65536);
	play_explain(result, verdict, &text);
	bool good = verdict->result == PHONE_DELIVERED || verdict->result == PHONE_ACCEPTED;
	enum colour colour = good ? COLOUR_GREEN : COLOUR_RED;
	printf("%s: %s%s%s\n", label, handset_colour(stdout, colour), buffer_string(&text),
		handset_plain(stdout));
	buffer_free(&text);
}

/* One recipient is the message's own line again, unless more is to be said of it. */
static bool is_worth_a_line(const struct play_result *result, size_t message, size_t recipient)
{
	struct phone_verdict whole = play_verdict(result, message, NULL);
	struct phone_verdict own = play_verdict(result, message, &recipient);
	return phone_outcome(result->phone, message)->recipient_count > 1 ||
	       (own.result == PHONE_BAD_ADDRESS && own.step == STEP_RECIPIENT) ||
	       own.result != whole.result || own.step != whole.step || own.code != whole.code ||
	       !octets_equal(own.reply, whole.reply);
}

static void print_text(const struct play_result *result)
{
	for (size_t i = 0; i < phone_message_count(result->phone); i++) {
		const struct phone_outcome *outcome = phone_outcome(result->phone, i);
		char label[64];
		snprintf(label, sizeof label, "message %zu", i + 1);
		struct phone_verdict verdict = play_verdict(result, i, NULL);
		print_verdict(result, &verdict, label);
		for (size_t j = 0; j < outcome->recipient_count; j++) {
			struct buffer address;
			if (!is_worth_a_line(result, i, j))
				continue;
			buffer_init(&address, &memory_standard, 65536);
			buffer_append_text(&address, "  ");
			text_escape(&address, outcome->recipients[j].address);
			verdict = play_verdict(result, i, &j);
			print_verdict(result, &verdict, buffer_string(&address));
			buffer_free(&address);
		}
	}
}

static bool write_transcript(const struct playing *playing, FILE *stream, bool json)
{
	struct transcript_style style = {.times = playing->options.times};
	struct buffer text;
	if (stream == NULL)
		return true;
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	bool good = json ? transcript_write_json(&text, playing->transcript)
			 : transcript_write(&text, playing->transcript, &style);
	good = good && (text.len == 0 || fwrite(text.at, 1, text.len, stream) == text.len);
	buffer_free(&text);
	good = handset_close(stream) && good;
	if (!good)
		fprintf(stderr, "handset play: the transcript could not be written\n");
	return good;
}

static int report(struct playing *playing, struct play_result *result, const char *client)
{
	static const int statuses[] = {[PLAY_DELIVERED] = EXIT_AS_HOPED,
		[PLAY_FAILED] = EXIT_NOT,
		[PLAY_INCONCLUSIVE] = EXIT_INCONCLUSIVE};
	if (playing->options.json)
		print_json(playing, result, client);
	else if (!playing->options.quiet)
		print_text(result);
	if (!playing->options.json && !playing->options.quiet) {
		play_remarks(result, print_remark, NULL);
		play_outbox_remarks(&playing->outbox, print_remark, NULL);
	}
	bool written = write_transcript(playing, playing->streams[0], false);
	written = write_transcript(playing, playing->streams[1], true) && written;
	playing->streams[0] = playing->streams[1] = NULL;
	int status = statuses[play_classify(result)];
	if (result->end == DRIVE_INTERRUPTED || result->end == DRIVE_NO_MEMORY)
		status = result->end == DRIVE_INTERRUPTED ? EXIT_INCONCLUSIVE : EXIT_INTERNAL;
	return written ? status : EXIT_INTERNAL;
}

/* Shown from the second sign of life on, a while after the first: what is quick shows none. */
static void show_progress(void *context, size_t message, uint64_t said, uint64_t whole)
{
	struct playing *playing = context;
	bool again = playing->bar_message == message + 1;
	playing->bar_message = message + 1;
	if (progress_bar_is_due(&playing->bar) && again && said < whole)
		progress_bar_show(&playing->bar, said, whole, message + 1, 0);
	else if (said == whole)
		progress_bar_hide(&playing->bar);
}

/*
 * So much may a server say in one connection; a long list of recipients draws a reply each. There
 * is no bound for the time: pauses, links and large messages take theirs.
 */
static uint64_t connection_octets(size_t messages)
{
	return OCTETS_OF_A_CONNECTION + OCTETS_OF_A_MESSAGE * (uint64_t)messages;
}

static int run(struct playing *playing, const char *client)
{
	const struct options *options = &playing->options;
	struct phone_account account = {
		.security = playing->url.security,
		.port = playing->url.port,
		.user = octets_of(options->user),
		.password = buffer_octets(&playing->password),
		.sender = octets_of(playing->mail.sender),
		.local_address = options->local_address,
		.host = octets_of(options->host == NULL ? "phone.example.org" : options->host),
		.device = octets_of(options->device == NULL ? "phone" : options->device),
		.server = octets_of(playing->url.host),
		.password_in_clear = playing->url.security == PHONE_PLAIN,
		.stops_at_data = options->stop_after == STOP_AFTER_RCPT,
		.pace_percent = playing->pace_percent,
		.further_tries = (uint32_t)options->tries,
	};
	struct play_settings settings = {
		.memory = &memory_standard,
		.profile = profile_client(playing->profile),
		.account = &account,
		.messages = playing->mail.messages,
		.message_count = playing->mail.count,
		.host = playing->url.host,
		.port = playing->url.port,
		.trust_file = options->trust_file,
		.fingerprint = handset_pin_octets(&playing->pin),
		.insecure = options->insecure,
		.patience_ms = options->patience_ms,
		.connection_octets = connection_octets(playing->mail.count),
		.rejects = options->prompt != NULL && strcmp(options->prompt, "reject") == 0,
		.think_ms = options->think_ms == PLAYER_NEVER ? NULL : &options->think_ms,
		.seed = playing->seed,
		.link = playing->link.link,
		.has_folder = options->outbox != NULL,
		.observer = transcript_observer(playing->transcript),
		.interrupted = &handset_interrupted,
	};
	struct play_result result;
	struct sentence why = {""};
	if (options->phones > 1)
		return (int)play_many(&(struct play_many){.client = client,
			.server = options->server,
			.play = &settings,
			.phones = (size_t)options->phones,
			.json = options->json,
			.quiet = options->quiet});
	if (progress_bar_begin(&playing->bar, options->quiet || options->verbose)) {
		settings.progress = show_progress;
		settings.progress_context = playing;
	}
	bool began = play_run(&settings, &result, &why);
	progress_bar_hide(&playing->bar);
	if (!began) {
		fprintf(stderr, "handset play: %s\n", why.text);
		play_outbox_undo(&playing->outbox);
		return EXIT_USAGE;
	}
	bool settled =
		play_outbox_settle(&playing->outbox, &result, buffer_octets(&playing->password));
	int status = report(playing, &result, client);
	if (!settled) {
		fprintf(stderr, "handset play: %s\n", playing->outbox.trouble.text);
		status = EXIT_INTERNAL;
	}
	phone_free(result.phone);
	return status;
}

/* Nothing is new, and nothing waits that could go along: that is no failure. */
static int report_empty(const struct playing *playing, const char *client)
{
	const struct options *options = &playing->options;
	json_t *remarks = json_array();
	play_outbox_remarks(&playing->outbox, append_remark, remarks);
	if (options->json) {
		json_t *root = json_pack("{s:s, s:s, s:[], s:n, s:n, s:O}", "client", client,
			"server", options->server, "messages", "login", "tls", "remarks", remarks);
		json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
		putchar('\n');
		json_decref(root);
	} else if (!options->quiet) {
		play_outbox_remarks(&playing->outbox, print_remark, NULL);
		puts("nothing waits in the outbox that could be sent; name a message with --to");
	}
	json_decref(remarks);
	return EXIT_AS_HOPED;
}

/* What waits joins the mail; *status is what the run ends with where it does not go on. */
static bool open_outbox(struct playing *playing, const char *client, int *status)
{
	const struct options *options = &playing->options;
	struct sentence why = {""};
	bool busy;
	playing->seed = options->seed != UINT64_MAX ? options->seed : system_random_seed();
	if (options->outbox == NULL)
		return true;
	if (!play_outbox_open(&playing->outbox, options->outbox, profile_client(playing->profile),
		    playing->seed, &busy, &why)) {
		fprintf(stderr, "handset play: %s\n", why.text);
		*status = busy ? EXIT_INCONCLUSIVE : EXIT_USAGE;
		return false;
	}
	if (playing->mail.count == 0)
		*status = report_empty(playing, client);
	return playing->mail.count > 0;
}

/* A time, or one of two words, which leave the time to the profile. */
static bool read_prompt(struct options *options)
{
	const char *prompt = options->prompt;
	options->think_ms = PLAYER_NEVER;
	return prompt == NULL || strcmp(prompt, "accept") == 0 || strcmp(prompt, "reject") == 0 ||
	       options_time(prompt, &options->think_ms);
}

/* What is of one dialogue, or of one link, is nothing for many. */
static bool phones_fit(const struct options *options)
{
	bool dialogue = options->transcript != NULL || options->transcript_json != NULL ||
			options->verbose || options->times;
	bool link = options->link != NULL || options->lose_at != NULL;
	if (options->phones == 0)
		fail("--phones takes a number from 1");
	else if (options->phones > 1 && dialogue)
		fail("--transcript, --transcript-json, --times and --verbose are for one phone");
	else if (options->phones > 1 && link)
		fail("--link and --lose-bearer-at are for one phone");
	else if (options->phones > 1 && options->outbox != NULL)
		fail("--outbox is the outbox of one phone: leave --phones out");
	else
		return play_many_fits((size_t)options->phones);
	return false;
}

/* RFC 4291 2.2, RFC 4007 11: 192.0.2.1, 2001:db8::1, fe80::1%eth0; "": none is known. */
static bool is_local_address(const char *typed)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr parsed;
	const char *scope = strchr(typed, '%');
	size_t len = scope == NULL ? strlen(typed) : (size_t)(scope - typed);
	if (typed[0] == 0)
		return true;
	if (len >= sizeof address || (scope != NULL && scope[1] == 0))
		return false;
	memcpy(address, typed, len);
	address[len] = 0;
	return inet_pton(AF_INET6, address, &parsed) == 1 ||
	       (scope == NULL && inet_pton(AF_INET, address, &parsed) == 1);
}

static int prepare(struct playing *playing, const char *client)
{
	const struct options *options = &playing->options;
	struct sentence why = {""};
	if (options->server == NULL)
		return fail("which server? Say --server smtp://HOST:PORT");
	if (!server_url_parse(&playing->url, options->server, &why))
		return fail(why.text);
	if (!phones_fit(options))
		return EXIT_USAGE;
	if (options->stop_after == STOP_AFTER_RCPT && options->outbox != NULL)
		return fail("--stop-after rcpt sends nothing: leave --outbox out");
	if (!read_prompt(&playing->options))
		return fail("--prompt takes accept, reject, or a time such as 20s");
	if (options->transcript_json != NULL && strcmp(options->transcript_json, "-") == 0 &&
		options->json)
		return fail("--json and --transcript-json - cannot both go to standard output");
	if (options->local_address != NULL && !is_local_address(options->local_address))
		return fail(
			"--local-address takes an IP address such as 192.0.2.1 or fe80::1%eth0, "
			"or nothing (\"\")");
	if (options->fingerprint != NULL && options->insecure)
		return fail(
			"--insecure takes any certificate, and --fingerprint one: say one of them");
	if (!handset_can_trust("handset play", options->trust_file) ||
		!handset_pin_read("handset play", options->fingerprint, &playing->pin))
		return EXIT_USAGE;
	if (!play_pace(options->pace, &playing->pace_percent))
		return fail("--pace takes off, real, or a factor up to 100 such as 0.5 or 2x");
	if (!play_link_prepare(&playing->link, options->link, options->lose_at, options->profiles))
		return EXIT_USAGE;
	if (!handset_password("handset play", options->user, options->password_file,
		    options->password_command, &playing->password))
		return EXIT_USAGE;
	playing->profile = handset_load(PROFILE_CLIENT, client, options->profiles);
	if (playing->profile == NULL || !play_mail_make(&playing->mail, &options->mail,
						options->user, options->outbox != NULL))
		return EXIT_USAGE;
	playing->transcript = transcript_new(&memory_standard, false);
	if (playing->transcript == NULL)
		return EXIT_INTERNAL;
	const char *files[2] = {options->transcript, options->transcript_json};
	for (int i = 0; i < 2; i++) {
		if (files[i] == NULL)
			continue;
		playing->streams[i] = handset_create(
			i == 0 ? "handset play: --transcript" : "handset play: --transcript-json",
			files[i]);
		if (playing->streams[i] == NULL)
			return EXIT_USAGE;
	}
	if (options->verbose)
		transcript_listen(playing->transcript, handset_show_event, NULL);
	return EXIT_AS_HOPED;
}

static void finish(struct playing *playing)
{
	for (int i = 0; i < 2; i++) {
		handset_close(playing->streams[i]);
	}
	transcript_free(playing->transcript);
	profile_free(playing->profile);
	play_link_finish(&playing->link);
	buffer_free(&playing->password);
	play_outbox_close(&playing->outbox);
	play_mail_free(&playing->mail);
	play_mail_options_free(&playing->options.mail);
	options_free(&command, &playing->options);
	free(playing);
}

int handset_play(int argc, char **argv)
{
	struct playing *playing = calloc(1, sizeof *playing);
	int first, status = EXIT_USAGE;
	if (playing == NULL)
		return EXIT_INTERNAL;
	buffer_init(&playing->password, &memory_standard, 0);
	play_mail_init(&playing->mail);
	play_outbox_init(&playing->outbox, &playing->mail);
	play_mail_defaults(&playing->options.mail);
	playing->options.patience_ms = 60000;
	playing->options.phones = 1;
	playing->options.seed = UINT64_MAX;
	if (handset_options(&command, argc, argv, &playing->options, &first, &status)) {
		if (first + 1 == argc)
			status = prepare(playing, argv[first]);
		else
			status =
				fail(first == argc ? "which client? handset profile list names them"
						   : "one PROFILE at a time");
		if (status == EXIT_AS_HOPED) {
			handset_catch_signals();
			if (open_outbox(playing, argv[first], &status))
				status = run(playing, argv[first]);
		}
	}
	finish(playing);
	return status;
}

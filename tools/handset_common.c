/* handset_common: profiles, secrets, files, colours and signals for the subcommands. */
#include "handset.h"

#include "rules.h"
#include "sentence.h"
#include "text.h"
#include "tls_report.h"
#include "tls_trust.h"
#include "transcript.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FOLDERS = 4, PASSWORD_MAX = 4096 };

volatile sig_atomic_t handset_interrupted;
static int signal_pipe[2] = {-1, -1};

bool handset_options(const struct option_command *command, int argc, char **argv, void *target,
	int *first, int *status)
{
	switch (options_parse(command, argc, argv, target, first)) {
	case OPTIONS_HELP_SHOWN:
		*status = EXIT_AS_HOPED;
		return false;
	case OPTIONS_WRONG:
		*status = EXIT_USAGE;
		return false;
	case OPTIONS_TAKEN:
		break;
	}
	return true;
}

struct catalogue *handset_catalogue(const char *folder)
{
	const char *folders[MAX_FOLDERS];
	size_t count = 0;
	const char *named = getenv("HANDSET_PROFILES");
	if (folder != NULL && access(folder, R_OK | X_OK) != 0)
		fprintf(stderr, "handset: --profiles %s: %s\n", folder, strerror(errno));
	if (folder != NULL)
		folders[count++] = folder;
	if (named != NULL && named[0] != 0)
		folders[count++] = named;
	folders[count++] = HANDSET_INSTALLED_PROFILES;
	folders[count++] = HANDSET_SOURCE_PROFILES;
	struct catalogue *catalogue = catalogue_open(&memory_standard, folders, count);
	if (catalogue == NULL)
		fprintf(stderr, "handset: out of memory\n");
	return catalogue;
}

struct advice_book *handset_advice(const char *folder)
{
	struct catalogue *catalogue = handset_catalogue(folder);
	struct advice_book *book = catalogue == NULL ? NULL : advice_new(&memory_standard);
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 1024 * 1024);
	if (book != NULL && !advice_read_catalogue(book, catalogue, &errors))
		fputs(buffer_string(&errors), stderr);
	buffer_free(&errors);
	catalogue_close(catalogue);
	return book;
}

bool handset_is_file(const char *name)
{
	size_t len = strlen(name);
	return strchr(name, '/') != NULL || (len > 5 && strcmp(name + len - 5, ".yaml") == 0);
}

/* The referee's rules, for `breaks`. */
static const char *rule_at(void *context, size_t index)
{
	(void)context;
	return index < RULE_COUNT ? rule_rows[index].name : NULL;
}

/* Loads without a word; what is wrong is appended to `errors`. */
static struct profile *load(enum profile_kind kind, const char *name, struct octets text,
	const char *folder, struct buffer *errors)
{
	struct catalogue *catalogue = handset_catalogue(folder);
	if (catalogue == NULL)
		return NULL;
	struct profile_source source = catalogue_source(catalogue);
	source.rule = rule_at;
	struct profile *profile =
		handset_is_file(name)
			? profile_load_text(&memory_standard, kind, name, text, &source, errors)
			: profile_load(&memory_standard, kind, name, &source, errors);
	catalogue_close(catalogue);
	return profile;
}

static size_t error_count(
	enum profile_kind kind, const char *file, struct octets text, const char *folder)
{
	static const char mark[] = ": error: ";
	struct buffer errors;
	size_t count = 0;
	buffer_init(&errors, &memory_standard, 1024 * 1024);
	profile_free(load(kind, file, text, folder, &errors));
	for (struct octets rest = buffer_octets(&errors); rest.len > 0; count++)
		rest = octets_from(rest, octets_find_text(rest, octets_of(mark)) + sizeof mark - 1);
	buffer_free(&errors);
	return count;
}

enum profile_kind handset_guess_kind(const char *file, const char *folder)
{
	struct buffer text;
	enum profile_kind best = PROFILE_CLIENT;
	size_t fewest = SIZE_MAX;
	buffer_init(&text, &memory_standard, PROFILE_MAX_OCTETS + 1);
	bool there = handset_read("handset", file, PROFILE_MAX_OCTETS, &text);
	for (int kind = 0; there && kind < PROFILE_KIND_COUNT; kind++) {
		size_t errors =
			error_count((enum profile_kind)kind, file, buffer_octets(&text), folder);
		if (errors < fewest)
			best = (enum profile_kind)kind;
		fewest = errors < fewest ? errors : fewest;
	}
	buffer_free(&text);
	return best;
}

struct profile *handset_load(enum profile_kind kind, const char *name, const char *folder)
{
	struct buffer text, errors;
	struct profile *profile = NULL;
	buffer_init(&text, &memory_standard, PROFILE_MAX_OCTETS + 1);
	buffer_init(&errors, &memory_standard, 1024 * 1024);
	if (!handset_is_file(name) || handset_read("handset", name, PROFILE_MAX_OCTETS, &text)) {
		profile = load(kind, name, buffer_octets(&text), folder, &errors);
		fputs(buffer_string(&errors), stderr);
		if (profile == NULL && !handset_is_file(name))
			fprintf(stderr, "handset profile list names the profiles\n");
	}
	buffer_free(&text);
	buffer_free(&errors);
	return profile;
}

static void keep_first_line(struct buffer *text)
{
	size_t len = octets_find(buffer_octets(text), '\n');
	buffer_truncate(text, len);
	if (text->len > 0 && text->at[text->len - 1] == '\r')
		buffer_truncate(text, text->len - 1);
}

/* Reads to the end, at most `max` octets. */
static bool read_stream(FILE *stream, size_t max, struct buffer *content)
{
	for (;;) {
		uint8_t *room = buffer_reserve(content, 16384);
		if (room == NULL)
			return false;
		size_t got = fread(room, 1, 16384, stream);
		buffer_commit(content, got);
		if (content->len > max)
			return false;
		if (got == 0)
			return ferror(stream) == 0;
	}
}

bool handset_read(const char *tool, const char *file, size_t max, struct buffer *content)
{
	bool standard = strcmp(file, "-") == 0;
	FILE *stream = standard ? stdin : fopen(file, "re");
	if (stream == NULL) {
		fprintf(stderr, "%s: cannot open %s: %s\n", tool, file, strerror(errno));
		return false;
	}
	setvbuf(stream, NULL, _IONBF, 0); /* no copy of a password stays in a buffer */
	content->cap = content->cap < max + 32768 ? max + 32768 : content->cap;
	errno = 0;
	bool good = read_stream(stream, max, content);
	if (!good)
		fprintf(stderr, "%s: cannot read %s: %s\n", tool, file,
			errno != 0 ? strerror(errno) : "it is too large");
	if (!standard)
		fclose(stream);
	return good;
}

static bool read_command(const char *tool, const char *command, struct buffer *content)
{
	FILE *stream = popen(command, "r");
	if (stream != NULL)
		setvbuf(stream, NULL, _IONBF, 0);
	bool good = stream != NULL && read_stream(stream, PASSWORD_MAX, content);
	int status = stream == NULL ? -1 : pclose(stream);
	if (!good || status != 0)
		fprintf(stderr, "%s: the password command failed: %s\n", tool, command);
	return good && status == 0;
}

bool handset_password(const char *tool, const char *user, const char *file, const char *command,
	struct buffer *password)
{
	buffer_init(password, &memory_standard, PASSWORD_MAX + 32768);
	if (user == NULL && (file != NULL || command != NULL)) {
		fprintf(stderr, "%s: a password without a user: say --user NAME\n", tool);
		return false;
	}
	if (user == NULL)
		return true;
	if (file == NULL && command == NULL) {
		fprintf(stderr, "%s: --user needs --password-file FILE or --passwordeval COMMAND\n",
			tool);
		return false;
	}
	if (file != NULL && command != NULL) {
		fprintf(stderr,
			"%s: --password-file and --passwordeval both tell the password: say one\n",
			tool);
		return false;
	}
	char option[64];
	snprintf(option, sizeof option, "%s: --password-file", tool);
	bool good = file != NULL ? handset_read(option, file, PASSWORD_MAX, password)
				 : read_command(tool, command, password);
	keep_first_line(password);
	if (good && password->len == 0) {
		fprintf(stderr, "%s: the password is empty: it has to be the first line\n", tool);
		return false;
	}
	return good;
}

FILE *handset_create(const char *tool, const char *file)
{
	if (strcmp(file, "-") == 0)
		return stdout;
	FILE *stream = fopen(file, "we");
	if (stream == NULL)
		fprintf(stderr, "%s: cannot write %s: %s\n", tool, file, strerror(errno));
	return stream;
}

bool handset_close(FILE *stream)
{
	if (stream == NULL)
		return true;
	bool good = fflush(stream) == 0 && ferror(stream) == 0;
	return stream == stdout ? good : fclose(stream) == 0 && good;
}

void handset_show_event(void *context, const struct transcript_event *event)
{
	static const struct transcript_style style = {0};
	struct buffer line;
	(void)context;
	buffer_init(&line, &memory_standard, 8 * TRANSCRIPT_LINE_MAX);
	transcript_write_event(&line, event, &style);
	fputs(buffer_string(&line), stderr);
	buffer_free(&line);
}

void handset_print_foreign(FILE *to, struct octets foreign)
{
	struct buffer text;
	buffer_init(&text, &memory_standard, 4 * foreign.len + 1);
	text_escape(&text, foreign);
	fputs(buffer_string(&text), to);
	buffer_free(&text);
}

static bool is_colourful(FILE *stream)
{
	const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
	if (no_colour != NULL && no_colour[0] != 0)
		return false;
	return isatty(fileno(stream)) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

const char *handset_colour(FILE *stream, enum colour colour)
{
	static const char *const sequences[] = {[COLOUR_NONE] = "",
		[COLOUR_RED] = "\033[1;31m",
		[COLOUR_GREEN] = "\033[32m",
		[COLOUR_YELLOW] = "\033[1;33m",
		[COLOUR_DIM] = "\033[2m",
		[COLOUR_BOLD] = "\033[1m"};
	return is_colourful(stream) ? sequences[colour] : "";
}

const char *handset_plain(FILE *stream)
{
	return is_colourful(stream) ? "\033[0m" : "";
}

static void on_signal(int number)
{
	int before = errno;
	(void)number;
	handset_interrupted = 1;
	if (signal_pipe[1] >= 0 && write(signal_pipe[1], "", 1) < 0) {
		/* the pipe is full: it is readable already */
	}
	errno = before;
}

int handset_catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigemptyset(&action.sa_mask);
	if (pipe(signal_pipe) != 0)
		signal_pipe[0] = signal_pipe[1] = -1;
	for (int i = 0; i < 2 && signal_pipe[i] >= 0; i++) {
		fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
		fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signal_pipe[0];
}

/*
 * Read here only to be told by its option; what trusts it reads it again. A file without any
 * certificate would else look as if the server had refused.
 */
bool handset_can_trust(const char *tool, const char *file)
{
	struct sentence why = {""};
	errno = 0;
	FILE *stream = file == NULL ? NULL : fopen(file, "re");
	if (file == NULL)
		return true;
	if (stream == NULL || fgetc(stream) == EOF)
		sentence_set(&why, "cannot read %s: %s", file,
			errno != 0 ? strerror(errno) : "it is empty");
	if (stream != NULL)
		fclose(stream);
	struct tls_trust *trust =
		why.text[0] != 0 ? NULL : tls_trust_new(&memory_standard, file, &why);
	if (trust == NULL)
		fprintf(stderr, "%s: --trust-file: %s\n", tool, why.text);
	tls_trust_free(trust);
	return trust != NULL;
}

bool handset_pin_read(const char *tool, const char *text, struct handset_pin *pin)
{
	*pin = (struct handset_pin){.len = 0};
	if (text == NULL)
		return true;
	if (digest_unhex(octets_of(text), pin->digest, &pin->len) &&
		(pin->len == TLS_SHA256_LEN || pin->len == TLS_SHA1_LEN))
		return true;
	fprintf(stderr,
		"%s: --fingerprint takes the SHA-256 digest of a certificate, such as 01:23:45 with 32 "
		"pairs of digits; msub --serverinfo shows it\n",
		tool);
	return false;
}

struct octets handset_pin_octets(const struct handset_pin *pin)
{
	return octets_make(pin->digest, pin->len);
}

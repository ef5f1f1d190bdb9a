/* request: the tolerant parser of command lines; RFC 5321 4.1, RFC 4954 4, RFC 3030 2. */
#include "request.h"

#include "hello_name.h"
#include "mail_parameters.h"
#include "mailbox.h"

static void note(struct request *request, enum server_condition condition)
{
	request->facts |= UINT64_C(1) << condition;
}

static size_t word_len(struct octets text)
{
	size_t len = 0;
	while (len < text.len && !octet_is_blank(text.at[len]))
		len++;
	return len;
}

static void read_hello(struct request *request, struct octets rest)
{
	(void)rest;
	request->facts |= hello_name_facts(request->argument);
}

static void read_nothing(struct request *request, struct octets rest)
{
	(void)rest;
	if (request->argument.len > 0)
		note(request, CONDITION_ARGUMENT);
}

static void read_anything(struct request *request, struct octets rest)
{
	(void)request;
	(void)rest;
}

static void read_initial_response(struct request *request, struct octets text)
{
	request->has_initial = true;
	note(request, CONDITION_INITIAL_RESPONSE);
	/* RFC 4954 4: a lone '=' is an initial response of no octets. */
	if (!octets_equal(text, octets_of("=")))
		request->initial = text;
}

static void read_auth(struct request *request, struct octets rest)
{
	(void)rest;
	request->mechanism = octets_cut(request->argument, word_len(request->argument));
	struct octets after = octets_trim(octets_from(request->argument, request->mechanism.len));
	for (size_t i = 0; i < request->mechanism.len; i++) {
		if (request->mechanism.at[i] >= 'a' && request->mechanism.at[i] <= 'z')
			note(request, CONDITION_LOWER_CASE);
	}
	if (after.len > 0)
		read_initial_response(request, after);
	else
		note(request, CONDITION_NO_INITIAL_RESPONSE);
}

/* Where the '>' of a path is, past a quoted local part that may hold one; len where there is none.
 */
static size_t path_end(struct octets text)
{
	bool quoted = false;
	for (size_t i = 1; i < text.len; i++) {
		if (text.at[i] == '"')
			quoted = !quoted;
		else if (quoted && text.at[i] == '\\')
			i++;
		else if (!quoted && text.at[i] == '>')
			return i;
	}
	return text.len;
}

/* Takes the path off the front of `text` and returns what follows it. */
static struct octets take_path(struct request *request, struct octets text)
{
	struct octets path;
	if (text.len > 0 && text.at[0] == '<' && path_end(text) < text.len) {
		path = octets_cut(octets_from(text, 1), path_end(text) - 1);
		text = octets_from(text, path.len + 2);
		if (text.len > 0 && !octet_is_blank(text.at[0]))
			note(request, CONDITION_BAD_ADDRESS);
	} else {
		note(request, CONDITION_NO_BRACKETS);
		path = octets_cut(text, word_len(text));
		text = octets_from(text, path.len);
		if (path.len == 0)
			note(request, CONDITION_BAD_ADDRESS);
	}
	request->path = mailbox_after_route(path);
	return text;
}

static void judge_path(struct request *request)
{
	bool sender = request->verb == SERVER_MAIL;
	if (request->path.len == 0)
		note(request, sender ? CONDITION_NULL_SENDER : CONDITION_BAD_ADDRESS);
	else if (mailbox_is_local(request->path))
		note(request, CONDITION_UNQUALIFIED);
	else if (mailbox_is_international(request->path))
		request->international = true;
	else if (mailbox_has_misplaced_dot(request->path))
		note(request, CONDITION_MISPLACED_DOT);
	else if (!mailbox_is_full(request->path))
		note(request, CONDITION_BAD_ADDRESS);
}

/* "BDAT 1000" or "BDAT 1000 LAST" (RFC 3030 2) */
static void read_chunk(struct request *request, struct octets rest)
{
	(void)rest;
	struct octets size = octets_cut(request->argument, word_len(request->argument));
	struct octets last = octets_trim(octets_from(request->argument, size.len));
	request->last = octets_equal_nocase(last, octets_of("LAST"));
	if (!octets_number(size, &request->size) || (last.len > 0 && !request->last)) {
		request->size = 0; /* nobody knows what follows: it is read as commands */
		note(request, CONDITION_ARGUMENT);
	}
}

static void read_path(struct request *request, struct octets rest)
{
	const char *keyword = request->verb == SERVER_MAIL ? "FROM:" : "TO:";
	struct octets text = octets_make(request->argument.at, request->argument.len);
	if (rest.len > 0 && octet_is_blank(rest.at[rest.len - 1]))
		note(request, CONDITION_TRAILING_BLANK);
	if (!octets_start_nocase(text, keyword)) {
		note(request, CONDITION_BAD_ADDRESS);
		return;
	}
	text = octets_from(text, request->verb == SERVER_MAIL ? 5 : 3);
	if (text.len > 0 && octet_is_blank(text.at[0]))
		note(request, CONDITION_BLANK_AFTER_COLON);
	text = take_path(request, octets_trim(text));
	judge_path(request);
	mail_parameters_read(request, text);
}

static const struct command {
	const char *word;
	enum server_verb verb;
	bool extended;
	void (*read)(struct request *request, struct octets rest);
} commands[] = {
	{"EHLO", SERVER_HELLO, true, read_hello},
	{"HELO", SERVER_HELLO, false, read_hello},
	{"STARTTLS", SERVER_STARTTLS, false, read_nothing},
	{"AUTH", SERVER_AUTH, false, read_auth},
	{"MAIL", SERVER_MAIL, false, read_path},
	{"RCPT", SERVER_RECIPIENT, false, read_path},
	{"DATA", SERVER_DATA, false, read_nothing},
	{"BDAT", SERVER_CHUNK, false, read_chunk},
	{"RSET", SERVER_RESET, false, read_nothing},
	{"NOOP", SERVER_NOOP, false, read_nothing},
	{"QUIT", SERVER_QUIT, false, read_nothing},
	{"VRFY", SERVER_VRFY, false, read_anything},
	{"HELP", SERVER_HELP, false, read_anything},
};

static const struct command *find_command(struct octets word)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (octets_equal_nocase(word, octets_of(commands[i].word)))
			return &commands[i];
	}
	return NULL;
}

void request_read(struct request *request, struct octets line)
{
	*request = (struct request){.verb = SERVER_UNKNOWN};
	request->word = octets_cut(line, word_len(line));
	struct octets rest = octets_from(line, request->word.len);
	request->argument = octets_trim(rest);
	for (size_t i = 0; i < line.len; i++) {
		if (line.at[i] >= 0x80)
			note(request, CONDITION_EIGHT_BIT);
	}
	const struct command *command = find_command(request->word);
	if (command == NULL)
		return;
	request->verb = command->verb;
	request->extended = command->extended;
	command->read(request, rest);
}

bool request_is_command(struct octets line)
{
	return find_command(octets_cut(line, word_len(line))) != NULL;
}

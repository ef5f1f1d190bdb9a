/* shape: verbs, arguments and parameters, read tolerantly (RFC 5321 4.1.1, 4.1.2, 4.1.3). */
#include "shape.h"

#include <string.h>

enum argument_kind {
	ARGUMENT_NONE,
	ARGUMENT_FREE,
	ARGUMENT_NAME,
	ARGUMENT_PATH,
	ARGUMENT_MECHANISM
};

static const struct {
	const char *verb;
	enum moment moment;
	enum argument_kind argument;
} verbs[] = {
	{"EHLO", MOMENT_HELLO, ARGUMENT_NAME},
	{"HELO", MOMENT_HELLO, ARGUMENT_NAME},
	{"LHLO", MOMENT_HELLO, ARGUMENT_NAME},
	{"STARTTLS", MOMENT_STARTTLS, ARGUMENT_NONE},
	{"AUTH", MOMENT_AUTH, ARGUMENT_MECHANISM},
	{"RSET", MOMENT_RESET, ARGUMENT_NONE},
	{"MAIL FROM:", MOMENT_MAIL, ARGUMENT_PATH},
	{"RCPT TO:", MOMENT_RECIPIENT, ARGUMENT_PATH},
	{"DATA", MOMENT_DATA, ARGUMENT_NONE},
	{"BDAT", MOMENT_CHUNK, ARGUMENT_FREE},
	{"QUIT", MOMENT_QUIT, ARGUMENT_NONE},
	{"NOOP", MOMENT_SPEECH, ARGUMENT_FREE},
	{"VRFY", MOMENT_SPEECH, ARGUMENT_FREE},
	{"EXPN", MOMENT_SPEECH, ARGUMENT_FREE},
	{"HELP", MOMENT_SPEECH, ARGUMENT_FREE},
};

uint64_t shape_of_octets(const struct transcript_event *line)
{
	uint64_t facts = 0;
	if (line->line_end == LINE_END_LF)
		facts |= FACT(BARE_LF);
	for (size_t i = 0; i < line->text.len; i++) {
		uint8_t octet = line->text.at[i];
		if (octet == '\r')
			facts |= FACT(BARE_CR);
		else if (octet == 0)
			facts |= FACT(NUL);
		else if (octet > 127)
			facts |= FACT(EIGHT_BIT);
	}
	return facts;
}

static bool all_of(struct octets text, const char *set)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == 0 || strchr(set, text.at[i]) == NULL)
			return false;
	}
	return text.len > 0;
}

static uint64_t shape_of_literal(struct octets inside)
{
	static const char hex[] = "0123456789abcdefABCDEF:.";
	if (octets_start_nocase(inside, "IPv6:"))
		return all_of(octets_from(inside, 5), hex) ? 0 : FACT(BAD_LITERAL);
	if (octets_find(inside, ':') < inside.len && all_of(inside, hex))
		return FACT(UNTAGGED_IPV6);
	size_t dots = 0;
	for (size_t i = 0; i < inside.len; i++)
		dots += inside.at[i] == '.';
	return dots == 3 && all_of(inside, "0123456789.") ? 0 : FACT(BAD_LITERAL);
}

static uint64_t shape_of_name(struct octets name)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
	name = octets_trim(name);
	if (name.len == 0)
		return FACT(NO_NAME);
	if (name.at[0] == '[' && name.at[name.len - 1] == ']')
		return shape_of_literal(octets_make(name.at + 1, name.len < 2 ? 0 : name.len - 2));
	bool dotted = octets_find(name, '.') < name.len && name.at[0] != '.';
	/* digits and dots alone are an address without its brackets */
	bool numeric = all_of(name, "0123456789.");
	return dotted && !numeric && all_of(name, letters) ? 0 : FACT(NOT_QUALIFIED);
}

static bool is_offered(const struct capabilities *capabilities, struct octets parameter)
{
	static const struct {
		const char *name;
		unsigned int offer;
	} parameters[] = {{"SIZE", OFFER_SIZE}, {"BODY", OFFER_8BITMIME}, {"AUTH", OFFER_AUTH},
		{"SMTPUTF8", OFFER_SMTPUTF8}, {"RET", OFFER_DSN}, {"ENVID", OFFER_DSN},
		{"NOTIFY", OFFER_DSN}, {"ORCPT", OFFER_DSN}, {"BY", OFFER_DELIVERBY},
		{"HOLDFOR", OFFER_FUTURERELEASE}, {"HOLDUNTIL", OFFER_FUTURERELEASE},
		{"MT-PRIORITY", OFFER_PRIORITY}, {"REQUIRETLS", OFFER_REQUIRETLS}};
	struct octets name = octets_cut(parameter, octets_find(parameter, '='));
	if (octets_equal_nocase(parameter, octets_of("BODY=BINARYMIME")))
		return (capabilities->offers & OFFER_BINARYMIME) != 0;
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
		if (octets_equal_nocase(name, octets_of(parameters[i].name)))
			return (capabilities->offers & parameters[i].offer) != 0;
	}
	return (capabilities->offers & OFFER_OTHER) != 0;
}

static uint64_t shape_of_parameter(const struct capabilities *capabilities, struct octets parameter)
{
	static const struct {
		const char *parameter;
		uint64_t fact;
	} told[] = {{"BODY=8BITMIME", FACT(EIGHTBITMIME)}, {"BODY=BINARYMIME", FACT(BINARY)},
		{"SMTPUTF8", FACT(SMTPUTF8)}};
	uint64_t size;
	uint64_t facts =
		octets_equal_nocase(parameter, octets_of("REQUIRETLS")) ? FACT(REQUIRETLS) : 0;
	if (!is_offered(capabilities, parameter))
		return facts | FACT(PARAMETER_NOT_OFFERED);
	if (octets_start_nocase(parameter, "SIZE=") &&
		octets_number(octets_from(parameter, 5), &size) && capabilities->size_limit != 0 &&
		size > capabilities->size_limit)
		facts |= FACT(SIZE_OVER_LIMIT);
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		if (octets_equal_nocase(parameter, octets_of(told[i].parameter)))
			facts |= told[i].fact;
	}
	return facts;
}

static uint64_t shape_of_parameters(const struct capabilities *capabilities, struct octets rest)
{
	uint64_t facts = 0;
	for (rest = octets_trim(rest); rest.len > 0; rest = octets_trim(rest)) {
		size_t len = octets_find(rest, ' ');
		facts |= shape_of_parameter(capabilities, octets_cut(rest, len));
		rest = octets_from(rest, len);
	}
	return facts;
}

/* Where the path ends: behind its '>', quoted strings passed over, or at the first blank. */
static size_t path_len(struct octets text)
{
	bool quoted = false;
	if (text.len == 0 || text.at[0] != '<')
		return octets_find(text, ' ');
	for (size_t i = 1; i < text.len; i++) {
		if (text.at[i] == '\\' && quoted)
			i++;
		else if (text.at[i] == '"')
			quoted = !quoted;
		else if (text.at[i] == '>' && !quoted)
			return i + 1;
	}
	return text.len;
}

static bool is_plain(struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] <= ' ' || text.at[i] == 127)
			return false;
	}
	return text.len > 0;
}

/* RFC 5321 4.1.2: a dot-string, whose dots stand between other characters, or a quoted string. */
static bool is_local_part(struct octets text)
{
	if (text.len > 1 && text.at[0] == '"')
		return text.at[text.len - 1] == '"';
	if (!is_plain(text) || text.at[0] == '.' || text.at[text.len - 1] == '.')
		return false;
	return octets_find_text(text, octets_of("..")) == text.len;
}

/* What stands in the brackets: nothing, a mailbox behind a route or not, or the postmaster. */
static bool is_path_content(struct octets text)
{
	size_t at;
	if (text.len > 0 && text.at[0] == '@' && octets_find(text, ':') < text.len)
		text = octets_from(text, octets_find(text, ':') + 1);
	if (text.len == 0 || octets_equal_nocase(text, octets_of("postmaster")))
		return true;
	for (at = text.len; at > 0 && text.at[at - 1] != '@'; at--)
		;
	return at > 0 && is_plain(octets_from(text, at)) && is_local_part(octets_cut(text, at - 1));
}

static uint64_t shape_of_path(
	const struct capabilities *capabilities, struct octets argument, struct octets *path)
{
	uint64_t facts = 0;
	struct octets text = octets_trim(argument);
	if (argument.len > 0 && text.at != argument.at)
		facts |= FACT(BLANK_AFTER_COLON);
	size_t len = path_len(text);
	if (text.len == 0 || text.at[0] != '<' || text.at[len - 1] != '>')
		facts |= FACT(NO_BRACKETS);
	else if (!is_path_content(octets_make(text.at + 1, len - 2)))
		facts |= FACT(BAD_ARGUMENT);
	*path = octets_cut(text, len);
	/* where the extension is not there, it is but an octet that no command may have */
	if ((capabilities->offers & OFFER_SMTPUTF8) != 0 && !octets_are_ascii(*path))
		facts |= FACT(EIGHT_BIT_PATH);
	return facts | shape_of_parameters(capabilities, octets_from(text, len));
}

static uint64_t shape_of_mechanism(
	struct capabilities *capabilities, struct octets argument, struct octets *mechanism)
{
	uint64_t facts = 0;
	argument = octets_trim(argument);
	*mechanism = octets_cut(argument, octets_find(argument, ' '));
	if (capabilities_has_mechanism(capabilities, *mechanism))
		facts |= FACT(MECHANISM_OFFERED);
	return facts;
}

static uint64_t shape_of_argument(enum argument_kind kind, struct octets argument,
	struct capabilities *capabilities, struct octets *found)
{
	switch (kind) {
	case ARGUMENT_NAME:
		return shape_of_name(argument);
	case ARGUMENT_PATH:
		return shape_of_path(capabilities, argument, found);
	case ARGUMENT_MECHANISM:
		return shape_of_mechanism(capabilities, argument, found);
	case ARGUMENT_NONE:
		return octets_trim(argument).len > 0 ? FACT(BAD_ARGUMENT) : 0;
	case ARGUMENT_FREE:
		break;
	}
	return 0;
}

static bool is_tls_hello(struct octets text)
{
	return text.len >= 2 && text.at[0] == 0x16 && text.at[1] == 0x03;
}

struct shape shape_of_command(
	const struct transcript_event *line, struct capabilities *capabilities)
{
	struct shape shape = {.moment = MOMENT_UNKNOWN, .facts = shape_of_octets(line)};
	struct octets text = line->text;
	if (is_tls_hello(text)) {
		shape.facts |= FACT(TLS_HELLO);
		return shape;
	}
	if (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\t'))
		shape.facts |= FACT(TRAILING_BLANK);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		size_t len = strlen(verbs[i].verb);
		bool whole = text.len == len || verbs[i].argument == ARGUMENT_PATH ||
			     (text.len > len && text.at[len] == ' ');
		if (!octets_start_nocase(text, verbs[i].verb) || !whole)
			continue;
		shape.moment = verbs[i].moment;
		shape.lmtp = octets_start_nocase(text, "LHLO");
		shape.facts |= shape_of_argument(
			verbs[i].argument, octets_from(text, len), capabilities, &shape.argument);
		break;
	}
	if (chunk_line_read(text, &shape.chunk) && !shape.chunk.has_size)
		shape.facts |= FACT(BAD_ARGUMENT);
	size_t limit = shape.moment == MOMENT_AUTH ? 12288 : 512;
	if (text.len + 2 > limit)
		shape.facts |= FACT(LONG_COMMAND);
	return shape;
}

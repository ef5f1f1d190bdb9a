/* serving_path: an address and a row for each parameter. */
#include "msub_serving_path.h"

#include <string.h>
#include <strings.h>

static const char syntax[] = "501 5.5.4 this cannot be read; say MAIL FROM:<ann@example.org> or "
			     "RCPT TO:<bob@example.net>";
static const char value[] = "501 5.5.4 a parameter has no such value";

/* The octet behind the address that begins at `at`: a bracket or a blank outside quotes. */
static char *address_end(char *at, bool bracket)
{
	bool quoted = false;
	for (; *at != 0; at++) {
		if (*at == '\\' && quoted && at[1] != 0)
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (!quoted && (bracket ? *at == '>' : *at == ' ' || *at == '\t'))
			return at;
	}
	return bracket || quoted ? NULL : at;
}

/* "@one.example,@two.example:" in front of an address has no meaning any more (RFC 5321 C). */
static char *behind_route(char *address)
{
	char *colon = address[0] == '@' ? strchr(address, ':') : NULL;
	return colon == NULL ? address : colon + 1;
}

/* Cuts the address off; *rest is what stands behind it. False: it cannot be read. */
static bool cut_address(struct serving_path *path, char **rest)
{
	char *at = *rest;
	bool bracket = *at == '<';
	at += bracket;
	char *end = address_end(at, bracket);
	if (end == NULL || (!bracket && end == at))
		return false;
	char *behind = bracket || *end != 0 ? end + 1 : end;
	if (bracket && *behind != 0 && *behind != ' ' && *behind != '\t')
		return false;
	*end = 0;
	path->address = behind_route(at);
	*rest = behind;
	return true;
}

/* ---- parameters; each says NULL, or the reply that refuses it ---- */

static const char *take_size(struct serving_path *path, char *text)
{
	uint64_t size = 0;
	(void)path;
	if (*text == 0 || strspn(text, "0123456789") != strlen(text) || strlen(text) > 20)
		return value;
	for (; *text != 0 && size <= SERVING_SIZE_MAX; text++)
		size = 10 * size + (uint64_t)(*text - '0');
	return size <= SERVING_SIZE_MAX ? NULL : "552 5.3.4 the message is too large";
}

static const char *take_body(struct serving_path *path, char *text)
{
	if (strcasecmp(text, "7BIT") == 0)
		path->body = SERVING_7BIT;
	else if (strcasecmp(text, "8BITMIME") == 0)
		path->body = SERVING_8BITMIME;
	else
		return value;
	return NULL;
}

static const char *take_ret(struct serving_path *path, char *text)
{
	if (strcasecmp(text, "FULL") == 0)
		path->ret = SERVING_RET_FULL;
	else if (strcasecmp(text, "HDRS") == 0)
		path->ret = SERVING_RET_HEADERS;
	else
		return value;
	return NULL;
}

static const char *take_envelope_id(struct serving_path *path, char *text)
{
	path->envelope_id = text;
	return *text != 0 && strlen(text) <= 100 ? NULL : value;
}

static const char *take_notify(struct serving_path *path, char *text)
{
	static const struct {
		const char *word;
		unsigned int bit;
	} words[] = {{"NEVER", SERVING_NEVER}, {"SUCCESS", SERVING_SUCCESS},
		{"FAILURE", SERVING_FAILURE}, {"DELAY", SERVING_DELAY}};
	for (bool more = true; more;) {
		size_t len = strcspn(text, ","), i = 0, count = sizeof words / sizeof *words;
		while (i < count && (strlen(words[i].word) != len ||
					    strncasecmp(words[i].word, text, len) != 0))
			i++;
		if (i == count)
			return value;
		path->notify |= words[i].bit;
		more = text[len] == ',';
		text += len + more;
	}
	bool never = (path->notify & SERVING_NEVER) != 0;
	return never && path->notify != SERVING_NEVER ? value : NULL;
}

static const char *take_original(struct serving_path *path, char *text)
{
	const char *semicolon = strchr(text, ';');
	path->original = text;
	return semicolon != NULL && semicolon > text && semicolon[1] != 0 ? NULL : value;
}

/* AUTH= of a relay (RFC 4954 5): nobody is trusted to speak for others here; <> is what it means.
 */
static const char *pass_over(struct serving_path *path, char *text)
{
	(void)path;
	(void)text;
	return NULL;
}

/* The library says it itself, where it is needed (RFC 6531). */
static const char *take_utf8(struct serving_path *path, char *text)
{
	path->utf8 = true;
	return *text == 0 ? NULL : value;
}

struct parameter {
	enum serving_verb verb;
	const char *name;
	const char *(*take)(struct serving_path *path, char *text);
};

static const struct parameter *parameter_of(enum serving_verb verb, const char *name, size_t len)
{
	static const struct parameter parameters[] = {
		{SERVING_PATH_MAIL, "SIZE", take_size},
		{SERVING_PATH_MAIL, "BODY", take_body},
		{SERVING_PATH_MAIL, "RET", take_ret},
		{SERVING_PATH_MAIL, "ENVID", take_envelope_id},
		{SERVING_PATH_MAIL, "AUTH", pass_over},
		{SERVING_PATH_MAIL, "SMTPUTF8", take_utf8},
		{SERVING_PATH_RCPT, "NOTIFY", take_notify},
		{SERVING_PATH_RCPT, "ORCPT", take_original},
	};
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
		const struct parameter *parameter = &parameters[i];
		if (parameter->verb == verb && strlen(parameter->name) == len &&
			strncasecmp(parameter->name, name, len) == 0)
			return parameter;
	}
	return NULL;
}

static const char *read_parameters(struct serving_path *path, enum serving_verb verb, char *at)
{
	for (;;) {
		at += strspn(at, " \t");
		if (*at == 0)
			return NULL;
		char *end = at + strcspn(at, " \t"), *next = *end == 0 ? end : end + 1;
		size_t name = strcspn(at, "= \t");
		*end = 0;
		const struct parameter *parameter = parameter_of(verb, at, name);
		if (parameter == NULL)
			return "555 5.5.4 a parameter is not known here";
		bool alone = parameter->take == take_utf8;
		if ((at[name] == '=') == alone)
			return value;
		const char *trouble = parameter->take(path, at + name + !alone);
		if (trouble != NULL)
			return trouble;
		at = next;
	}
}

const char *serving_path_read(struct serving_path *path, enum serving_verb verb, char *rest)
{
	const char *word = verb == SERVING_PATH_MAIL ? "FROM:" : "TO:";
	size_t len = strlen(word);
	*path = (struct serving_path){.address = ""};
	if (strncasecmp(rest, word, len) != 0)
		return syntax;
	rest += len;
	rest += strspn(rest, " \t");
	if (!cut_address(path, &rest))
		return syntax;
	if (verb == SERVING_PATH_RCPT && path->address[0] == 0)
		return "501 5.1.3 a recipient is missing";
	return read_parameters(path, verb, rest);
}

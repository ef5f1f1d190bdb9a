/* keys: the table, and what an argument has to be. */
#include "msub_keys.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "options.h"

/* The library's bound of connections (msub.h), and what a number may be otherwise. */
enum { CONNECTIONS_MAX = 10000, NUMBER_MAX = 999999 };

static const char *const protocol_words[] = {"smtp", "lmtp", NULL};
static const char *const eight_bit_words[] = {"refuse", "send", NULL};
static const char *const auth_words[] = {"on", "off", "plain", "login", "cram-md5", "scram-sha-1",
	"scram-sha-1-plus", "scram-sha-256", "scram-sha-256-plus", "digest-md5", "external",
	"gssapi", "ntlm", "oauthbearer", "xoauth2", NULL};
static const char *const dane_words[] = {"on", "off", "required", NULL};
static const char *const from_words[] = {"on", "auto", "off", NULL};
static const char *const field_words[] = {"auto", "off", NULL};
static const char *const return_words[] = {"off", "headers", "full", "hdrs", NULL};
static const char *const syslog_words[] = {"on", "off", "LOG_USER", "LOG_MAIL", "LOG_LOCAL0",
	"LOG_LOCAL1", "LOG_LOCAL2", "LOG_LOCAL3", "LOG_LOCAL4", "LOG_LOCAL5", "LOG_LOCAL6",
	"LOG_LOCAL7", NULL};

#define KEY_ROW(constant, name, option, letter, kind, words, argument, help)                       \
	[KEY_##constant] = {name, option, kind, words},
const struct key_row keys[KEY_COUNT] = {MSUB_KEYS(KEY_ROW)};
#undef KEY_ROW

enum key keys_find(const char *name)
{
	int key = 0;
	while (key < KEY_COUNT && strcmp(keys[key].name, name) != 0)
		key++;
	return (enum key)key;
}

enum key keys_now(enum key key, const char **argument)
{
	static const struct {
		enum key old, now;
		const char *on, *off;
	} rows[] = {{KEY_TLS_NOSTARTTLS, KEY_TLS_STARTTLS, "off", "on"},
		{KEY_TLS_NOCERTCHECK, KEY_TLS_CERTCHECK, "off", "on"},
		{KEY_KEEPBCC, KEY_REMOVE_BCC_HEADERS, "off", "on"},
		{KEY_ADD_MISSING_FROM_HEADER, KEY_SET_FROM_HEADER, "auto", "off"},
		{KEY_ADD_MISSING_DATE_HEADER, KEY_SET_DATE_HEADER, "auto", "off"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].old != key)
			continue;
		*argument = strcmp(*argument, "off") == 0 ? rows[i].off : rows[i].on;
		return rows[i].now;
	}
	return key;
}

int keys_word(enum key key, const char *word)
{
	for (int i = 0; keys[key].words != NULL && keys[key].words[i] != NULL; i++) {
		if (strcasecmp(keys[key].words[i], word) == 0)
			return i;
	}
	return -1;
}

static bool is_number(const char *text, unsigned long max)
{
	size_t digits = strspn(text, "0123456789");
	if (digits == 0 || digits > 6 || text[digits] != 0)
		return false;
	unsigned long number = strtoul(text, NULL, 10);
	return number > 0 && number <= max;
}

/* The three words of RFC 3461 4.1 in any order, each of them once, or never alone. */
static bool is_notify(const char *text)
{
	static const char *const words[] = {"failure", "delay", "success"};
	unsigned int seen = 0;
	if (strcasecmp(text, "off") == 0 || strcasecmp(text, "never") == 0 || *text == 0)
		return true;
	for (;;) {
		size_t len = strcspn(text, ","), word = 0;
		while (word < 3 &&
			(strlen(words[word]) != len || strncasecmp(words[word], text, len) != 0))
			word++;
		if (word == 3 || (seen & 1U << word) != 0)
			return false;
		seen |= 1U << word;
		if (text[len] == 0)
			return true;
		text += len + 1;
	}
}

/* Octets in hexadecimal, with or without colons, as many as one of the digests has. */
static bool is_fingerprint(const char *text)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	size_t octets = 0;
	for (; *text != 0; octets++) {
		if (octets > 0 && *text == ':')
			text++;
		if (strspn(text, digits) < 2)
			return false;
		text += 2;
	}
	return octets == 20 || octets == 32;
}

/* The words of a row in a sentence: "on, off or auto". */
static void list_words(const struct key_row *row, char *text, size_t room)
{
	size_t len = 0;
	for (size_t i = 0; row->words[i] != NULL && len < room; i++) {
		const char *between = i == 0 ? "" : row->words[i + 1] == NULL ? " or " : ", ";
		len += (size_t)snprintf(text + len, room - len, "%s%s", between, row->words[i]);
	}
}

static bool is_argument(enum key key, const char *argument)
{
	uint64_t ms;
	switch (keys[key].kind) {
	case KIND_TEXT:
		if (key == KEY_DSN_NOTIFY)
			return is_notify(argument);
		return key != KEY_TLS_FINGERPRINT || *argument == 0 || is_fingerprint(argument);
	case KIND_PATH:
	case KIND_SECRET:
		return true;
	case KIND_SWITCH:
		return *argument == 0 || strcmp(argument, "on") == 0 ||
		       strcmp(argument, "off") == 0;
	case KIND_PORT:
		return *argument == 0 || is_number(argument, 65535);
	case KIND_NUMBER:
		return *argument == 0 ||
		       is_number(argument, key == KEY_CONNECTIONS ? CONNECTIONS_MAX : NUMBER_MAX);
	case KIND_TIME:
		return options_time(argument, &ms);
	case KIND_WORD:
		return keys_word(key, argument) >= 0;
	case KIND_WORD_OR_NONE:
		return *argument == 0 || keys_word(key, argument) >= 0;
	}
	return false;
}

static const char *takes(enum key key, char *words, size_t room)
{
	switch (keys[key].kind) {
	case KIND_TEXT:
		return key == KEY_DSN_NOTIFY
			       ? "off, never, or some of failure,delay,success"
			       : "a SHA-256 fingerprint such as 01:23:45 with 32 pairs of digits";
	case KIND_SWITCH:
		return "on or off";
	case KIND_PORT:
		return "a number from 1 to 65535";
	case KIND_NUMBER:
		return key == KEY_CONNECTIONS ? "a number from 1 to 10000"
					      : "a number from 1 to 999999";
	case KIND_TIME:
		return "a time such as 10s, 500ms, 2min, or off";
	case KIND_WORD:
	case KIND_WORD_OR_NONE:
		list_words(&keys[key], words, room);
		return words;
	case KIND_PATH:
	case KIND_SECRET:
		break;
	}
	return "something else";
}

bool keys_check(enum key key, const char *argument, char *why, size_t room)
{
	char words[256] = "";
	if (is_argument(key, argument))
		return true;
	snprintf(why, room, "takes %s, not \"%.100s\"", takes(key, words, sizeof words), argument);
	return false;
}

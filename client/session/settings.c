/* settings: defaults, checks, copies. */
#include "settings.h"

#include <stddef.h>
#include <string.h>

#include "digest.h"
#include "mechanism.h"
#include "octets.h"
#include "player.h"

#define SECONDS UINT64_C(1000)
#define MINUTES (60 * SECONDS)

enum {
	HELLO_MAX = 255,
	NAME_MAX_OCTETS = 1024,
	/* a token; an answer (command.h) carries 9213 octets, with the names and the mechanism's
	   own */
	SECRET_MAX = 8 * 1024
};

void msub_settings_init(struct msub_settings *settings)
{
	if (settings == NULL)
		return;
	*settings = (struct msub_settings){
		.tls = MSUB_TLS_STARTTLS,
		.connections = 1,
		.pause_ms = 250,
		.timeouts = {.resolve_ms = 30 * SECONDS,
			.connect_ms = 1 * MINUTES,
			.handshake_ms = 1 * MINUTES,
			.greeting_ms = 5 * MINUTES,
			.command_ms = 5 * MINUTES,
			.data_ms = 2 * MINUTES,
			.block_ms = 3 * MINUTES,
			.end_ms = 10 * MINUTES,
			.quit_ms = 10 * SECONDS},
	};
}

/* A name for EHLO: printable ASCII without blanks; the server judges the rest. */
static bool is_hello(const char *text)
{
	struct octets hello = octets_of(text);
	if (hello.len == 0 || hello.len > HELLO_MAX)
		return false;
	for (size_t i = 0; i < hello.len; i++) {
		if (hello.at[i] <= ' ' || hello.at[i] > '~')
			return false;
	}
	return true;
}

static bool is_host(const char *text)
{
	return text[0] != 0 && !octets_contain(octets_of(text), "\r\n");
}

/* A socket's path is kept with its NUL in 108 octets. */
static bool is_path(const char *text)
{
	return text[0] != 0 && strlen(text) < 108;
}

/* A literal, as far as can be seen from here: 192.0.2.7, 2001:db8::7, fe80::1%eth0. */
static bool is_literal(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF:.");
	bool whole = text[digits] == 0 || text[digits] == '%';
	return digits > 1 && whole && strlen(text) < 64 && is_host(text);
}

/* As far as can be seen from here: "127.0.0.1:5353,[2001:db8::1]:53". */
static bool are_name_servers(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF:.[],");
	return digits > 2 && text[digits] == 0 && text[0] != ',' && digits < 1024;
}

/* RFC 1929 has one octet for the length. */
static bool is_proxy_text(const char *text)
{
	return text[0] != 0 && strlen(text) <= 255;
}

static bool is_mechanism(const char *text)
{
	return mechanism_find(octets_of(text)) < mechanism_count();
}

static bool is_secret(const char *text)
{
	return strlen(text) <= SECRET_MAX;
}

/* A file's name, a host's, a priority: anything but nothing. */
static bool is_there(const char *text)
{
	return text[0] != 0;
}

/* SHA-256 or SHA-1, hexadecimal, with colons or without. */
static bool is_fingerprint(const char *text)
{
	uint8_t digest[DIGEST_MAX];
	size_t len;
	return digest_unhex(octets_of(text), digest, &len) && (len == 20 || len == 32);
}

static bool is_user(const char *text)
{
	return text[0] != 0 && strlen(text) <= NAME_MAX_OCTETS;
}

/* The row of the mechanism that is named; NULL: none is, or it is not known. */
static const struct mechanism *named_mechanism(const struct msub_settings *settings)
{
	size_t index = mechanism_find(octets_of(settings->mechanism));
	return index < mechanism_count() ? mechanism_at(index) : NULL;
}

/* What does not go together. */
static const char *contradiction(const struct msub_settings *settings)
{
	const struct mechanism *named = named_mechanism(settings);
	bool userless = named != NULL && named->userless;
	if ((unsigned int)settings->tls > MSUB_TLS_NONE)
		return "tls";
	if (settings->connections > MSUB_CONNECTIONS_MAX)
		return "connections";
	if ((unsigned int)settings->protocol > MSUB_LMTP)
		return "protocol";
	if ((unsigned int)settings->chunking > MSUB_CHUNKING_NEVER)
		return "chunking";
	if (settings->memory != NULL && settings->memory->resize == NULL)
		return "memory";
	if ((unsigned int)settings->dane > MSUB_DANE_REQUIRED)
		return "dane";
	if (settings->certificate_file != NULL && settings->key_file == NULL)
		return "key_file";
	if (settings->key_file != NULL && settings->certificate_file == NULL)
		return "certificate_file";
	if (settings->user != NULL && settings->password == NULL && !userless)
		return "password";
	if (settings->authorize != NULL && settings->user == NULL && !userless)
		return "user";
	return settings->authorize != NULL && named != NULL && !named->acts_for ? "authorize"
										: NULL;
}

/* What must not stand beside another thing on the way to the server; NULL: nothing. */
static const char *find_quarrel(const struct msub_settings *settings)
{
	bool by_domain = settings->host == NULL && settings->domain != NULL;
	if (settings->proxy != NULL && settings->socket_path != NULL)
		return "proxy";
	if (settings->source_address != NULL && settings->socket_path != NULL)
		return "source_address";
	if (by_domain && settings->socket_path == NULL && settings->proxy != NULL)
		return "proxy";
	if (by_domain && settings->socket_path == NULL && settings->tls == MSUB_TLS_NONE)
		return "tls";
	if ((settings->proxy_user == NULL) != (settings->proxy_password == NULL))
		return settings->proxy_user == NULL ? "proxy_user" : "proxy_password";
	return NULL;
}

static enum msub_error say_wrong(const char **which, const char *bad)
{
	if (which != NULL)
		*which = bad;
	return bad == NULL ? MSUB_OK : MSUB_SETTINGS;
}

enum msub_error msub_settings_check(const struct msub_settings *settings, const char **which)
{
	if (settings == NULL)
		return say_wrong(which, "settings");
	const struct {
		const char *name;
		const char *value;
		bool (*holds)(const char *text);
	} members[] = {
		{"host", settings->host, is_host},
		{"trust_file", settings->trust_file, is_there},
		{"revoked_file", settings->revoked_file, is_there},
		{"tls_name", settings->tls_name, is_host},
		{"fingerprint", settings->fingerprint, is_fingerprint},
		{"known_file", settings->known_file, is_there},
		{"certificate_file", settings->certificate_file, is_there},
		{"key_file", settings->key_file, is_there},
		{"key_password", settings->key_password, is_secret},
		{"priority", settings->priority, is_there},
		{"domain", settings->domain, is_host},
		{"socket_path", settings->socket_path, is_path},
		{"proxy", settings->proxy, is_host},
		{"proxy_user", settings->proxy_user, is_proxy_text},
		{"proxy_password", settings->proxy_password, is_proxy_text},
		{"source_address", settings->source_address, is_literal},
		{"name_servers", settings->name_servers, are_name_servers},
		{"hello", settings->hello, is_hello},
		{"mechanism", settings->mechanism, is_mechanism},
		{"user", settings->user, is_user},
		{"password", settings->password, is_secret},
		{"authorize", settings->authorize, is_user},
	};
	const char *bad = NULL;
	for (size_t i = 0; bad == NULL && i < sizeof members / sizeof *members; i++) {
		if (members[i].value != NULL && !members[i].holds(members[i].value))
			bad = members[i].name;
	}
	if (bad == NULL)
		bad = contradiction(settings);
	if (bad == NULL)
		bad = find_quarrel(settings);
	return say_wrong(which, bad);
}

bool settings_want_login(const struct msub_settings *settings)
{
	const struct mechanism *named = named_mechanism(settings);
	return settings->user != NULL || (named != NULL && named->userless);
}

uint16_t settings_port(const struct msub_settings *settings)
{
	if (settings->port != 0)
		return settings->port;
	if (settings->protocol == MSUB_LMTP)
		return 24;
	return settings->tls == MSUB_TLS_IMPLICIT ? 465 : 587;
}

struct memory settings_memory(const struct msub_memory *memory)
{
	if (memory == NULL || memory->resize == NULL)
		return memory_standard;
	return (struct memory){.resize = memory->resize, .context = memory->context};
}

/* The members that are strings, in one place for copying, freeing and comparing. */
#define STRING(member, decides)                                                                    \
	{                                                                                          \
		offsetof(struct msub_settings, member), #member, decides                           \
	}
static const struct {
	size_t offset;
	const char *name;
	bool connects; /* decides what a connection is made to, and how */
} strings[] = {
	STRING(host, true),
	STRING(domain, true),
	STRING(socket_path, true),
	STRING(proxy, true),
	STRING(proxy_user, true),
	STRING(proxy_password, true),
	STRING(source_address, true),
	STRING(name_servers, true),
	STRING(trust_file, true),
	STRING(revoked_file, true),
	STRING(tls_name, true),
	STRING(fingerprint, true),
	STRING(known_file, true),
	STRING(certificate_file, true),
	STRING(key_file, true),
	STRING(key_password, true),
	STRING(priority, true),
	STRING(hello, false),
	STRING(mechanism, false),
	STRING(user, false),
	STRING(authorize, false),
	STRING(password, false),
};

enum { STRING_COUNT = sizeof strings / sizeof *strings };

static const char **string_at(struct msub_settings *settings, size_t index)
{
	return (const char **)(void *)((char *)settings + strings[index].offset);
}

bool settings_copy(
	struct msub_settings *to, const struct msub_settings *from, const struct memory *memory)
{
	bool whole = true;
	*to = *from;
	to->memory = NULL; /* whoever copies has it as a struct memory */
	for (size_t i = 0; i < STRING_COUNT; i++) {
		const char **string = string_at(to, i);
		if (*string == NULL)
			continue;
		*string = memory_copy_text(memory, *string, strlen(*string));
		whole = whole && *string != NULL;
	}
	if (!whole)
		settings_free(to, memory);
	return whole;
}

void settings_free(struct msub_settings *settings, const struct memory *memory)
{
	for (size_t i = 0; i < STRING_COUNT; i++) {
		union {
			const char *text;
			char *owned;
		} string = {.text = *string_at(settings, i)};
		memory_free_text(memory, string.owned);
		*string_at(settings, i) = NULL;
	}
}

static bool is_same(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

static const char *text_at(const struct msub_settings *settings, size_t index)
{
	const char *text;
	memcpy(&text, (const char *)settings + strings[index].offset, sizeof text);
	return text;
}

const char *settings_difference(const struct msub_settings *one, const struct msub_settings *other)
{
	const struct {
		const char *name;
		bool same;
	} members[] = {
		{"tls", one->tls == other->tls},
		{"protocol", one->protocol == other->protocol},
		{"port", settings_port(one) == settings_port(other)},
		{"trust_system", one->trust_system == other->trust_system},
		{"trust_anyone", one->trust_anyone == other->trust_anyone},
		{"need_staple", one->need_staple == other->need_staple},
		{"dane", one->dane == other->dane},
	};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		if (!members[i].same)
			return members[i].name;
	}
	for (size_t i = 0; i < STRING_COUNT; i++) {
		if (strings[i].connects && !is_same(text_at(one, i), text_at(other, i)))
			return strings[i].name;
	}
	return NULL;
}

/*
 * How long until the connection stands: the driver keeps the bounds of each part, this is for one
 * that does not. A domain's servers are looked up first (twice, where one kind was not waited for).
 */
static uint64_t connecting_takes(const struct msub_settings *settings)
{
	const struct msub_timeouts *timeouts = &settings->timeouts;
	uint64_t questions = settings->host == NULL && settings->domain != NULL ? 3 : 1;
	if (timeouts->connect_ms == 0 || timeouts->resolve_ms == 0 ||
		timeouts->resolve_ms > MSUB_NEVER / 4)
		return 0;
	return time_later(timeouts->connect_ms, questions * timeouts->resolve_ms);
}

uint64_t settings_timeout(const struct msub_settings *settings, enum msub_phase phase)
{
	const struct msub_timeouts *timeouts = &settings->timeouts;
	static const size_t of_phase[MSUB_PHASE_COUNT] = {
#define PHASE_TIMEOUT(phase, member) [MSUB_PHASE_##phase] = offsetof(struct msub_timeouts, member)
		PHASE_TIMEOUT(HANDSHAKE, handshake_ms),
		PHASE_TIMEOUT(GREETING, greeting_ms),
		PHASE_TIMEOUT(EHLO, command_ms),
		PHASE_TIMEOUT(HELO, command_ms),
		PHASE_TIMEOUT(STARTTLS, command_ms),
		PHASE_TIMEOUT(AUTH, command_ms),
		PHASE_TIMEOUT(ANSWER, command_ms),
		PHASE_TIMEOUT(MAIL, command_ms),
		PHASE_TIMEOUT(RECIPIENT, command_ms),
		PHASE_TIMEOUT(DATA, data_ms),
		PHASE_TIMEOUT(CHUNK, end_ms),
		PHASE_TIMEOUT(BODY, end_ms),
		PHASE_TIMEOUT(NOOP, quit_ms),
		PHASE_TIMEOUT(QUIT, quit_ms),
#undef PHASE_TIMEOUT
	};
	const uint64_t *member = (const void *)((const char *)timeouts + of_phase[phase]);
	uint64_t timeout_ms = phase == MSUB_PHASE_CONNECT ? connecting_takes(settings) : *member;
	return timeout_ms == 0 ? MSUB_NEVER : timeout_ms;
}

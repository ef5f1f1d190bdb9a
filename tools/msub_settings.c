/* settings: key by key. */
#include "msub_settings.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "msub_secret.h"
#include "options.h"

static void take_port(const struct account *account, struct msub_settings *settings)
{
	unsigned long port = account_number(account, KEY_PORT);
	if (port == 0)
		port = settings->tls == MSUB_TLS_IMPLICIT ? 465 : 25;
	settings->port = (uint16_t)port;
}

/* Who is trusted, the first of what is said (msub.h). */
static bool take_trust(
	const struct account *account, struct msub_settings *settings, struct trouble *trouble)
{
	static const enum msub_dane danes[] = {[DANE_ON] = MSUB_DANE_WHEN_FOUND,
		[DANE_OFF] = MSUB_DANE_OFF,
		[DANE_REQUIRED] = MSUB_DANE_REQUIRED};
	const char *trust_file = account->values[KEY_TLS_TRUST_FILE].text;
	settings->trust_anyone = !account_is_on(account, KEY_TLS_CERTCHECK, true);
	settings->fingerprint = account_text(account, KEY_TLS_FINGERPRINT);
	settings->known_file = account_text(account, KEY_TLS_KNOWN_FILE);
	settings->dane = danes[account_word(account, KEY_TLS_DANE, DANE_OFF)];
	settings->revoked_file = account_text(account, KEY_TLS_CRL_FILE);
	settings->need_staple = account_is_on(account, KEY_TLS_NEED_STAPLE, false);
	/* msmtp's word for the default */
	if (trust_file == NULL || strcmp(trust_file, "system") == 0)
		return true;
	settings->trust_file = *trust_file == 0 ? NULL : trust_file;
	return *trust_file != 0 || settings->trust_anyone || settings->fingerprint != NULL ||
	       settings->known_file != NULL || settings->dane == MSUB_DANE_REQUIRED ||
	       trouble_set(trouble, EX_CONFIG,
		       "TLS needs somebody to trust: name a --tls-trust-file (or \"system\"), or a "
		       "--tls-fingerprint");
}

static bool take_tls(
	const struct account *account, struct msub_settings *settings, struct trouble *trouble)
{
	bool starttls = account_is_on(account, KEY_TLS_STARTTLS, true);
	settings->tls = MSUB_TLS_NONE;
	if (!account_is_on(account, KEY_TLS, false))
		return true;
	settings->tls = starttls ? MSUB_TLS_STARTTLS : MSUB_TLS_IMPLICIT;
	settings->tls_name = account_text(account, KEY_TLS_HOST_OVERRIDE);
	settings->certificate_file = account_text(account, KEY_TLS_CERT_FILE);
	settings->key_file = account_text(account, KEY_TLS_KEY_FILE);
	settings->priority = account_text(account, KEY_TLS_PRIORITIES);
	if (settings->key_file != NULL && !secret_key_is_kept(settings->key_file, trouble))
		return false;
	return take_trust(account, settings, trouble);
}

static uint64_t time_of(const struct account *account, enum key key)
{
	const char *text = account_text(account, key);
	uint64_t timeout_ms = 0;
	return text != NULL && options_time(text, &timeout_ms) ? timeout_ms : 0;
}

/* One time for everything that waits; QUIT never waits longer than it does anyway. */
static void take_timeout(const struct account *account, struct msub_timeouts *timeouts)
{
	uint64_t timeout_ms = time_of(account, KEY_TIMEOUT);
	uint64_t connect_ms = time_of(account, KEY_CONNECT_TIMEOUT);
	if (timeout_ms > 0) {
		timeouts->resolve_ms = timeouts->connect_ms = timeouts->handshake_ms = timeout_ms;
		timeouts->greeting_ms = timeouts->command_ms = timeouts->data_ms = timeout_ms;
		timeouts->block_ms = timeouts->end_ms = timeout_ms;
	}
	if (timeout_ms > 0 && timeout_ms < timeouts->quit_ms)
		timeouts->quit_ms = timeout_ms;
	if (connect_ms > 0)
		timeouts->connect_ms = connect_ms;
}

/* The names of mechanisms are the key's words in capitals. */
static const char *mechanism_of(int auth)
{
	static const char *const mechanisms[] = {[AUTH_ON] = NULL,
		[AUTH_OFF] = NULL,
		"PLAIN",
		"LOGIN",
		"CRAM-MD5",
		"SCRAM-SHA-1",
		"SCRAM-SHA-1-PLUS",
		"SCRAM-SHA-256",
		"SCRAM-SHA-256-PLUS",
		"DIGEST-MD5",
		"EXTERNAL",
		"GSSAPI",
		"NTLM",
		"OAUTHBEARER",
		"XOAUTH2"};
	return mechanisms[auth];
}

bool settings_needs_no_password(const struct msub_settings *settings)
{
	return settings->mechanism != NULL && (strcmp(settings->mechanism, "EXTERNAL") == 0 ||
						      strcmp(settings->mechanism, "GSSAPI") == 0);
}

bool settings_logs_in(const struct msub_settings *settings)
{
	return settings->user != NULL || settings_needs_no_password(settings);
}

static bool take_login(
	const struct account *account, struct msub_settings *settings, struct trouble *trouble)
{
	const char *user = account_text(account, KEY_USER);
	int auth = account_word(account, KEY_AUTH, user != NULL ? AUTH_ON : AUTH_OFF);
	if (auth == AUTH_OFF)
		return true;
	settings->mechanism = mechanism_of(auth);
	settings->authorize = account_text(account, KEY_AUTHORIZE);
	if (settings_needs_no_password(settings)) {
		settings->user = user;
		return true;
	}
	if (user == NULL)
		return trouble_set(trouble, EX_CONFIG,
			"a login needs a user: name one with --user, or use --auth=off");
	if (account_text(account, KEY_PASSWORDEVAL) != NULL &&
		account_text(account, KEY_PASSWORD_FILE) != NULL)
		return trouble_set(
			trouble, EX_USAGE, "--passwordeval and --password-file: only one of them");
	settings->user = user;
	settings->password = ""; /* until it is wanted */
	return true;
}

static void take_way(const struct account *account, struct msub_settings *settings)
{
	settings->host = account_text(account, KEY_HOST);
	settings->socket_path = account_text(account, KEY_SOCKET);
	/* as in msmtp, a socket is in the place of the proxy as well */
	settings->proxy = settings->socket_path == NULL ? account->proxy : NULL;
	if (account_word(account, KEY_PROTOCOL, PROTOCOL_SMTP) == PROTOCOL_LMTP)
		settings->protocol = MSUB_LMTP;
	settings->source_address = account_text(account, KEY_SOURCE_IP);
	settings->name_servers = account_text(account, KEY_NAME_SERVERS);
	settings->connections = (unsigned int)account_number(account, KEY_CONNECTIONS);
	if (settings->connections == 0)
		settings->connections = 1;
}

const char *settings_option(const char *member, size_t len)
{
	static const struct {
		const char *member, *option;
	} names[] = {{"host", "--host"}, {"socket_path", "--socket"}, {"proxy", "--proxy-host"},
		{"source_address", "--source-ip"}, {"name_servers", "--name-servers"},
		{"hello", "--domain"}, {"mechanism", "--auth"}, {"user", "--user"},
		{"password", "the password"}, {"authorize", "--authorize"},
		{"trust_file", "--tls-trust-file"}, {"fingerprint", "--tls-fingerprint"},
		{"known_file", "--tls-known-file"}, {"dane", "--tls-dane"},
		{"revoked_file", "--tls-crl-file"}, {"tls_name", "--tls-host-override"},
		{"certificate_file", "--tls-cert-file"}, {"key_file", "--tls-key-file"},
		{"priority", "--tls-priorities"}, {"tls", "--tls"},
		{"connections", "--connections"}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strlen(names[i].member) == len && memcmp(names[i].member, member, len) == 0)
			return names[i].option;
	}
	return NULL;
}

bool settings_check(const struct msub_settings *settings, struct trouble *trouble)
{
	const char *which = "";
	if (msub_settings_check(settings, &which) == MSUB_OK)
		return true;
	const char *option = settings_option(which, strlen(which));
	return trouble_set(trouble, EX_CONFIG, "%s cannot be used as it is given",
		option == NULL ? which : option);
}

bool settings_for_names(
	struct msub_settings *settings, const struct account *account, struct trouble *trouble)
{
	msub_settings_init(settings);
	settings->name_servers = account_text(account, KEY_NAME_SERVERS);
	take_timeout(account, &settings->timeouts);
	return settings_check(settings, trouble);
}

bool settings_make(
	struct msub_settings *settings, const struct account *account, struct trouble *trouble)
{
	msub_settings_init(settings);
	settings->all_or_nothing = !account_is_on(account, KEY_PARTIAL, false);
	settings->send_eight_bit =
		account_word(account, KEY_EIGHT_BIT, EIGHT_BIT_REFUSE) == EIGHT_BIT_SEND;
	take_way(account, settings);
	settings->hello = account_text(account, KEY_DOMAIN);
	take_timeout(account, &settings->timeouts);
	if (settings->host == NULL && settings->socket_path == NULL && account->file != NULL)
		return trouble_set(trouble, EX_CONFIG,
			"%s: the account \"%s\" has no host; write one into it", account->file,
			account->name);
	if (settings->host == NULL && settings->socket_path == NULL)
		return trouble_set(trouble, EX_CONFIG, "no server: name one with --host");
	if (!take_tls(account, settings, trouble) || !take_login(account, settings, trouble))
		return false;
	take_port(account, settings);
	return settings_check(settings, trouble);
}

/*
 * keys: what an account may say, one row for each setting.
 *
 * A row is all that is known of a setting: its command in a msubrc file, its option, its kind, and
 * the sentence for people. The commands of the files, the options of the command line, their
 * checks and the help are made from it, so that a setting means the same wherever it is said.
 * Names and meanings are msmtp's; those that msmtp has not are marked as such in msubrc(5).
 */
#ifndef TOOLS_MSUB_KEYS_H
#define TOOLS_MSUB_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum key_kind {
	KIND_TEXT,	  /* anything; nothing unsets it */
	KIND_PATH,	  /* as KIND_TEXT; ~ at its front is the home folder */
	KIND_SECRET,	  /* as KIND_TEXT, and shown to nobody */
	KIND_SWITCH,	  /* on or off; nothing is on */
	KIND_PORT,	  /* 1 to 65535; nothing unsets it */
	KIND_NUMBER,	  /* 1 to 999999 (connections: 10000); nothing unsets it */
	KIND_TIME,	  /* 10, 10s, 500ms, 2min, off */
	KIND_WORD,	  /* one of the row's words */
	KIND_WORD_OR_NONE /* as KIND_WORD; nothing is the first of them */
};

/* clang-format off */
#define MSUB_KEYS_SERVER(X) \
	X(HOST, "host", "host", 0, KIND_TEXT, NULL, "HOST", \
		"A name or an address") \
	X(PORT, "port", "port", 0, KIND_PORT, NULL, "PORT", \
		"Default: 25, or 465 with --tls and --tls-starttls=off") \
	X(CONNECTIONS, "connections", "connections", 0, KIND_NUMBER, NULL, "NUMBER", \
		"How many connections to send many messages over, at once. Default: 1") \
	X(TIMEOUT, "timeout", "timeout", 0, KIND_TIME, NULL, "TIME", \
		"How long to wait for the server at each step (10, 10s, 500ms, 2min, off). Default: off, " \
		"which means the times of RFC 5321") \
	X(CONNECT_TIMEOUT, "connect_timeout", "connect-timeout", 0, KIND_TIME, NULL, "TIME", \
		"The same for connecting alone. Default: as --timeout") \
	X(PROTOCOL, "protocol", "protocol", 0, KIND_WORD, protocol_words, "smtp|lmtp", \
		"Default: smtp") \
	X(PARTIAL, "partial", "partial", 0, KIND_SWITCH, NULL, "on|off", \
		"Whether a message goes to those whom the server takes where it refuses others, and to more " \
		"than it takes at once in parts. Default: off, to all or to nobody") \
	X(EIGHT_BIT, "eight_bit", "eight-bit", 0, KIND_WORD, eight_bit_words, "refuse|send", \
		"What to do with 8-bit content where the server takes only 7-bit. Default: refuse") \
	X(DOMAIN, "domain", "domain", 0, KIND_TEXT, NULL, "NAME", \
		"What to say in EHLO. Default: the address of the connection") \
	X(SOURCE_IP, "source_ip", "source-ip", 0, KIND_TEXT, NULL, "ADDRESS", \
		"The address to connect from") \
	X(NAME_SERVERS, "name_servers", "name-servers", 0, KIND_TEXT, NULL, "ADDRESS[:PORT],...", \
		"Ask these name servers. Default: the system's") \
	X(PROXY_HOST, "proxy_host", "proxy-host", 0, KIND_TEXT, NULL, "HOST", \
		"Connect through this SOCKS5 proxy, which also looks the server's name up") \
	X(PROXY_PORT, "proxy_port", "proxy-port", 0, KIND_PORT, NULL, "PORT", \
		"Default: 1080") \
	X(SOCKET, "socket", "socket", 0, KIND_PATH, NULL, "PATH", \
		"Connect to this Unix-domain socket instead of the host and the port")

#define MSUB_KEYS_TLS(X) \
	X(TLS, "tls", "tls", 0, KIND_SWITCH, NULL, "on|off", \
		"Default: off") \
	X(TLS_STARTTLS, "tls_starttls", "tls-starttls", 0, KIND_SWITCH, NULL, "on|off", \
		"With --tls: begin in clear and say STARTTLS (on, the default), or begin with TLS (off)") \
	X(TLS_TRUST_FILE, "tls_trust_file", "tls-trust-file", 0, KIND_PATH, NULL, "FILE", \
		"The certificates to trust (PEM). Default: system") \
	X(TLS_CERTCHECK, "tls_certcheck", "tls-certcheck", 0, KIND_SWITCH, NULL, "on|off", \
		"Whether the server's certificate has to hold. Default: on") \
	X(TLS_FINGERPRINT, "tls_fingerprint", "tls-fingerprint", 0, KIND_TEXT, NULL, "HEX", \
		"Trust the one certificate that has this SHA-256 fingerprint (01:23:...), and no other") \
	X(TLS_KNOWN_FILE, "tls_known_file", "tls-known-file", 0, KIND_PATH, NULL, "FILE", \
		"Trust a server on its first use: its key is written down here, and must stay the same") \
	X(TLS_DANE, "tls_dane", "tls-dane", 0, KIND_WORD_OR_NONE, dane_words, "on|off|required", \
		"Trust what the DNS says of the certificate (TLSA), where it says something, or only that") \
	X(TLS_NEED_STAPLE, "tls_need_staple", "tls-need-staple", 0, KIND_SWITCH, NULL, "on|off", \
		"The certificate must come with a proof that it is not revoked (OCSP). Default: off") \
	X(TLS_CERT_FILE, "tls_cert_file", "tls-cert-file", 0, KIND_PATH, NULL, "FILE", \
		"Your certificate (PEM), for servers that ask for one; with --tls-key-file") \
	X(TLS_KEY_FILE, "tls_key_file", "tls-key-file", 0, KIND_PATH, NULL, "FILE", \
		"Its private key (PEM)") \
	X(TLS_PRIORITIES, "tls_priorities", "tls-priorities", 0, KIND_TEXT, NULL, "STRING", \
		"A priority string of GnuTLS") \
	X(TLS_HOST_OVERRIDE, "tls_host_override", "tls-host-override", 0, KIND_TEXT, NULL, "HOST", \
		"The name that the certificate has to carry instead of the host's") \
	X(TLS_CRL_FILE, "tls_crl_file", "tls-crl-file", 0, KIND_PATH, NULL, "FILE", \
		"A list of revoked certificates (PEM)") \
	X(TLS_MIN_DH_PRIME_BITS, "tls_min_dh_prime_bits", "tls-min-dh-prime-bits", 0, KIND_NUMBER, \
		NULL, "BITS", "Without effect; see --tls-priorities")

#define MSUB_KEYS_LOGIN(X) \
	X(AUTH, "auth", "auth", 0, KIND_WORD_OR_NONE, auth_words, "on|off|MECHANISM", \
		"With which mechanism (plain, login, cram-md5, scram-sha-256, ...); \"on\" takes the " \
		"strongest and never says the password in clear outside TLS. Default: on where there is a " \
		"user, else off") \
	X(USER, "user", "user", 0, KIND_TEXT, NULL, "NAME", \
		"Who logs in") \
	X(AUTHORIZE, "authorize", "authorize", 0, KIND_TEXT, NULL, "NAME", \
		"As whom to act, where it is somebody else than who logs in") \
	X(PASSWORD, "password", NULL, 0, KIND_SECRET, NULL, NULL, NULL) \
	X(PASSWORDEVAL, "passwordeval", "passwordeval", 0, KIND_TEXT, NULL, "COMMAND", \
		"The password is the first line that this shell command prints") \
	X(PASSWORD_FILE, "password_file", "password-file", 0, KIND_PATH, NULL, "FILE", \
		"The password is the first line of this file. Without it and --passwordeval it is looked " \
		"up in netrc and in the key ring, and asked for on the terminal") \
	X(NTLMDOMAIN, "ntlmdomain", NULL, 0, KIND_TEXT, NULL, NULL, NULL)

#define MSUB_KEYS_HEADER(X) \
	X(FROM, "from", NULL, 0, KIND_TEXT, NULL, NULL, NULL) \
	X(ALLOW_FROM_OVERRIDE, "allow_from_override", NULL, 0, KIND_SWITCH, NULL, NULL, NULL) \
	X(AUTO_FROM, "auto_from", "auto-from", 0, KIND_SWITCH, NULL, "on|off", \
		"The envelope's sender is your user name at the --maildomain, whatever the account says") \
	X(MAILDOMAIN, "maildomain", "maildomain", 0, KIND_TEXT, NULL, "DOMAIN", \
		"The domain of the default sender instead of this host's name") \
	X(FROM_FULL_NAME, "from_full_name", "from-full-name", 'F', KIND_TEXT, NULL, "NAME", \
		"Your name, for a From field that is added") \
	X(SET_FROM_HEADER, "set_from_header", "set-from-header", 0, KIND_WORD_OR_NONE, from_words, \
		"auto|on|off", "Add a From field where there is none (auto, the default), put one in the " \
		"place of what is there (on), or do neither") \
	X(SET_DATE_HEADER, "set_date_header", "set-date-header", 0, KIND_WORD_OR_NONE, field_words, \
		"auto|off", "Add a Date field where there is none. Default: auto") \
	X(SET_MSGID_HEADER, "set_msgid_header", "set-msgid-header", 0, KIND_WORD_OR_NONE, field_words, \
		"auto|off", "Add a Message-ID field where there is none. Default: auto") \
	X(REMOVE_BCC_HEADERS, "remove_bcc_headers", "remove-bcc-headers", 0, KIND_SWITCH, NULL, \
		"on|off", "Take Bcc fields out of the header. Default: on") \
	X(UNDISCLOSED_RECIPIENTS, "undisclosed_recipients", "undisclosed-recipients", 0, KIND_SWITCH, \
		NULL, "on|off", "Put \"To: undisclosed-recipients:;\" in the place of To, Cc and Bcc") \
	X(ALIASES, "aliases", "aliases", 0, KIND_PATH, NULL, "FILE", \
		"Replace recipients without a domain by those that this file names for them")

#define MSUB_KEYS_REPORT(X) \
	X(DSN_NOTIFY, "dsn_notify", "dsn-notify", 'N', KIND_TEXT, NULL, "WHEN", \
		"Ask for delivery reports: never, or some of failure,delay,success; or off") \
	X(DSN_RETURN, "dsn_return", "dsn-return", 'R', KIND_WORD, return_words, "WHAT", \
		"How much of the message comes back in a report: headers, full, or off")

#define MSUB_KEYS_RECORD(X) \
	X(LOGFILE, "logfile", "logfile", 'X', KIND_PATH, NULL, "FILE", \
		"Append a line about each mail to this file; - is the standard output") \
	X(LOGFILE_TIME_FORMAT, "logfile_time_format", "logfile-time-format", 0, KIND_TEXT, NULL, \
		"FORMAT", "How that line tells the time (strftime). Default: %b %d %H:%M:%S") \
	X(SYSLOG, "syslog", "syslog", 0, KIND_WORD_OR_NONE, syslog_words, "on|off|FACILITY", \
		"Give that line to the system's log, as LOG_USER or as the facility that is named") \
	X(QUEUE, "queue", "queue", 0, KIND_PATH, NULL, "FOLDER", \
		"Keep a mail that cannot be sent now in this folder, from where --flush sends it") \
	X(QUEUE_LIFETIME, "queue_lifetime", "queue-lifetime", 0, KIND_TIME, NULL, "TIME", \
		"How long it is tried (12h, 5d, off), before it is moved to the folder's failed/. Default: 5d")

/* Names of older files and command lines: without effect, or as in keys_now(). */
#define MSUB_KEYS_OLD(X) \
	X(TLS_FORCE_SSLV3, "tls_force_sslv3", "tls-force-sslv3", 0, KIND_SWITCH, NULL, "on|off", NULL) \
	X(TLS_NOSTARTTLS, "tls_nostarttls", NULL, 0, KIND_SWITCH, NULL, NULL, NULL) \
	X(TLS_NOCERTCHECK, "tls_nocertcheck", NULL, 0, KIND_SWITCH, NULL, NULL, NULL) \
	X(KEEPBCC, "keepbcc", "keepbcc", 0, KIND_SWITCH, NULL, "on|off", NULL) \
	X(ADD_MISSING_FROM_HEADER, "add_missing_from_header", "add-missing-from-header", 0, \
		KIND_SWITCH, NULL, "on|off", NULL) \
	X(ADD_MISSING_DATE_HEADER, "add_missing_date_header", "add-missing-date-header", 0, \
		KIND_SWITCH, NULL, "on|off", NULL)
/* clang-format on */

#define MSUB_KEYS(X)                                                                               \
	MSUB_KEYS_SERVER(X)                                                                        \
	MSUB_KEYS_TLS(X)                                                                           \
	MSUB_KEYS_LOGIN(X)                                                                         \
	MSUB_KEYS_HEADER(X)                                                                        \
	MSUB_KEYS_REPORT(X)                                                                        \
	MSUB_KEYS_RECORD(X)                                                                        \
	MSUB_KEYS_OLD(X)

#define KEY_ENUM(constant, name, option, letter, kind, words, argument, help) KEY_##constant,
enum key { MSUB_KEYS(KEY_ENUM) KEY_COUNT };
#undef KEY_ENUM

/* KEY_AUTH: behind these two, mechanisms by their names in small letters. */
enum { AUTH_ON, AUTH_OFF };
enum { EIGHT_BIT_REFUSE, EIGHT_BIT_SEND };
enum { DANE_ON, DANE_OFF, DANE_REQUIRED };
enum { PROTOCOL_SMTP, PROTOCOL_LMTP };
/* KEY_SET_FROM_HEADER; the other fields have the first two without FROM_ALWAYS. */
enum { FROM_ALWAYS, FROM_AUTO, FROM_OFF };
enum { FIELD_AUTO, FIELD_OFF };
enum { RETURN_OFF, RETURN_HEADERS, RETURN_FULL, RETURN_HDRS };
/* KEY_SYSLOG: behind these two LOG_USER, LOG_MAIL, LOG_LOCAL0 to LOG_LOCAL7. */
enum { SYSLOG_ON, SYSLOG_OFF, SYSLOG_USER, SYSLOG_MAIL, SYSLOG_LOCAL };

struct key_row {
	const char *name;   /* of the command in a file */
	const char *option; /* without dashes; NULL: it can only be said in a file */
	enum key_kind kind;
	const char *const *words; /* NULL-ended */
};

extern const struct key_row keys[KEY_COUNT];

/* The key of a command's name, KEY_COUNT where there is none. */
enum key keys_find(const char *name);
/*
 * Looks whether the argument is one for the key. False: `why` says what it takes instead, as in
 * "takes on or off, not \"maybe\"".
 */
bool keys_check(enum key key, const char *argument, char *why, size_t room);
/* The key that an older name stands for, and what its argument is there; otherwise the same. */
enum key keys_now(enum key key, const char **argument);
/* The index of a word among the row's, -1 where it is none of them. */
int keys_word(enum key key, const char *word);

#endif

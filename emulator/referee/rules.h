/*
 * rules: what a client must, should, or had better do, as data.
 *
 * A rule is a row: its name, its strength, where it stands, and a sentence. What breaks it is a
 * pattern: a moment, the facts that must all hold then, and the facts of which none may hold.
 * A rule may have several patterns.
 *
 * PRUDENT marks what the standards allow and what breaks on servers that exist: RSET right after
 * AUTH is legal, and a server that forgets the login on it is wrong; but a client has no reason
 * to say it.
 */
#ifndef REFEREE_RULES_H
#define REFEREE_RULES_H

#include <stdint.h>

#include "facts.h"

enum strength { STRENGTH_MUST, STRENGTH_SHOULD, STRENGTH_PRUDENT };

/* X(CONSTANT, "name", strength, "where it stands", "the rule, as a sentence") */
#define REFEREE_RULES(X)                                                                           \
	X(EARLY_TALK, "early-talk", MUST, "RFC 5321 3.1",                                          \
		"the client waits for the greeting before it says anything")                       \
	X(OUT_OF_STEP, "out-of-step", MUST, "RFC 5321 2.1, RFC 2920 3.1",                          \
		"a command waits for the reply to the one before, unless both may stand in one group") \
	X(TLS_ON_PLAIN_PORT, "tls-on-plain-port", MUST, "RFC 3207 4, RFC 8314 3.3",                \
		"a TLS handshake begins only where TLS was agreed")                                \
	X(HELLO_WITHOUT_NAME, "hello-without-name", MUST, "RFC 5321 4.1.1.1",                      \
		"EHLO and HELO name the client")                                                   \
	X(BAD_LITERAL, "bad-literal", MUST, "RFC 5321 4.1.3", "brackets hold an address")           \
	X(LITERAL_NOT_TAGGED, "literal-not-tagged", MUST, "RFC 5321 4.1.3",                        \
		"an IPv6 literal begins with IPv6:")                                               \
	X(NAME_NOT_QUALIFIED, "name-not-qualified", SHOULD, "RFC 5321 2.3.5",                      \
		"the client's name is a fully qualified domain or a literal")                      \
	X(NEEDLESS_HELLO, "needless-hello", PRUDENT, "RFC 5321 4.1.4",                             \
		"EHLO is said once, and again after TLS began: some servers forget the login on it") \
	X(MAIL_WITHOUT_HELLO, "mail-without-hello", MUST, "RFC 5321 4.1.4",                        \
		"a hello comes before mail, and again after TLS began")                            \
	X(AUTH_WITHOUT_HELLO, "auth-without-hello", MUST, "RFC 4954 3, RFC 3207 4.2",              \
		"an EHLO comes before AUTH, and again after TLS began")                            \
	X(STARTTLS_NOT_OFFERED, "starttls-not-offered", MUST, "RFC 3207 4",                        \
		"STARTTLS is said where it was offered")                                           \
	X(STARTTLS_TWICE, "starttls-twice", MUST, "RFC 3207 4.2", "STARTTLS is not said inside TLS") \
	X(TRUSTS_INJECTION, "trusts-injection", MUST, "RFC 3207 6, CVE-2011-0411",                 \
		"octets behind the reply to STARTTLS end the session")                             \
	X(LOGIN_BEFORE_TLS, "login-before-tls", SHOULD, "RFC 8314 3, RFC 4954 4",                  \
		"where TLS is wanted the login waits for it")                                      \
	X(MAIL_BEFORE_TLS, "mail-before-tls", SHOULD, "RFC 8314 3",                                \
		"where TLS is wanted the mail waits for it")                                       \
	X(AUTH_NOT_OFFERED, "auth-not-offered", MUST, "RFC 4954 4",                                \
		"a client uses a mechanism that was offered")                                      \
	X(LOGIN_TWICE, "login-twice", MUST, "RFC 4954 4", "there is no AUTH after a successful one") \
	X(AUTH_IN_TRANSACTION, "auth-in-transaction", MUST, "RFC 4954 4",                          \
		"there is no AUTH inside a transaction")                                           \
	X(LOGIN_REPEATED, "login-repeated", PRUDENT, "RFC 4954 4",                                 \
		"a login that was refused is not tried again in the same way: servers ban for it") \
	X(MAIL_AFTER_REFUSED_LOGIN, "mail-after-refused-login", PRUDENT, "RFC 6409 4.3",           \
		"after a refused login no mail is tried")                                          \
	X(MAIL_WITHOUT_LOGIN, "mail-without-login", PRUDENT, "RFC 6409 4.3",                       \
		"an account with a login does not try mail without it")                            \
	X(NEEDLESS_RESET, "needless-reset", PRUDENT, "RFC 5321 4.1.1.5",                           \
		"RSET is said only to leave a transaction: some servers forget the login on it")   \
	X(NESTED_MAIL, "nested-mail", MUST, "RFC 5321 4.1.4", "there is no MAIL inside a transaction") \
	X(RECIPIENT_WITHOUT_MAIL, "recipient-without-mail", MUST, "RFC 5321 4.1.4",                \
		"RCPT comes inside a transaction")                                                 \
	X(RECIPIENT_REPEATED, "recipient-repeated", PRUDENT, "RFC 5321 4.1.1.3",                   \
		"a recipient is named once in a transaction")                                      \
	X(DATA_WITHOUT_RECIPIENT, "data-without-recipient", SHOULD, "RFC 5321 3.3",                \
		"DATA or BDAT is said when a recipient was accepted")                              \
	X(CHUNKING_NOT_OFFERED, "chunking-not-offered", MUST, "RFC 3030 2",                        \
		"BDAT is said where CHUNKING was offered")                                         \
	X(CHUNK_WITHOUT_SIZE, "chunk-without-size", MUST, "RFC 3030 2",                            \
		"BDAT has a number of octets, and perhaps LAST")                                   \
	X(CHUNK_WITHOUT_MAIL, "chunk-without-mail", MUST, "RFC 3030 2",                            \
		"BDAT comes inside a transaction, and BDAT LAST ends it")                          \
	X(CHUNK_AFTER_REFUSED, "chunk-after-refused", MUST, "RFC 3030 2",                          \
		"after a refused chunk no further one is sent")                                    \
	X(DATA_AFTER_CHUNK, "data-after-chunk", MUST, "RFC 3030 2",                                \
		"DATA and BDAT are not mixed in a transaction")                                    \
	X(BINARY_WITHOUT_CHUNKS, "binary-without-chunks", MUST, "RFC 3030 3",                      \
		"a message declared BINARYMIME is sent with BDAT")                                 \
	X(BLANK_AFTER_COLON, "blank-after-colon", MUST, "RFC 5321 3.3",                            \
		"no blank stands between the colon and the path")                                  \
	X(PATH_WITHOUT_BRACKETS, "path-without-brackets", MUST, "RFC 5321 4.1.2",                  \
		"a path stands in angle brackets")                                                 \
	X(BAD_PATH, "bad-path", MUST, "RFC 5321 4.1.2", "the brackets of a path hold a mailbox")    \
	X(TRAILING_BLANK, "trailing-blank", SHOULD, "RFC 5321 4.1.1",                              \
		"a command has no blanks at its end")                                              \
	X(PARAMETER_NOT_OFFERED, "parameter-not-offered", MUST, "RFC 5321 2.2.1",                  \
		"parameters belong to extensions that were offered")                               \
	X(REQUIRETLS_WITHOUT_TLS, "requiretls-without-tls", MUST, "RFC 8689 2",                    \
		"REQUIRETLS is said inside TLS")                                                   \
	X(UTF8_NOT_ANNOUNCED, "utf8-not-announced", MUST, "RFC 6531 3.4",                          \
		"a path that is not ASCII comes with SMTPUTF8 where that was offered")             \
	X(SIZE_OVER_LIMIT, "size-over-limit", SHOULD, "RFC 1870 6.1",                              \
		"a message over the offered limit is not tried")                                   \
	X(NEEDLESS_ARGUMENT, "needless-argument", MUST, "RFC 5321 4.1.1",                          \
		"RSET, DATA, STARTTLS and QUIT have no argument")                                  \
	X(UNKNOWN_VERB, "unknown-verb", MUST, "RFC 5321 4.1.1", "a command begins with a known verb") \
	X(COMMAND_TOO_LONG, "command-too-long", MUST, "RFC 5321 4.5.3.1.4",                        \
		"a command line has at most 512 octets (AUTH: 12288)")                             \
	X(EIGHT_BIT_COMMAND, "8bit-command", MUST, "RFC 5321 2.4", "commands are ASCII")            \
	X(BARE_LF_RULE, "bare-lf", MUST, "RFC 5321 2.3.8", "lines end in CR LF")                     \
	X(BARE_CR_RULE, "bare-cr", MUST, "RFC 5321 2.3.8", "CR stands only before LF")               \
	X(NUL_RULE, "nul", MUST, "RFC 5321 4.1.1, RFC 5322 2.3", "there is no NUL")                  \
	X(TEXT_TOO_LONG, "text-too-long", MUST, "RFC 5321 4.5.3.1.6",                              \
		"a line of text has at most 998 octets and CR LF")                                 \
	X(EIGHT_BIT_NOT_AGREED, "8bit-not-agreed", MUST, "RFC 6152 3",                             \
		"8-bit text goes to servers that offer 8BITMIME, and is announced")                \
	X(NO_STUFFING, "no-stuffing", MUST, "RFC 5321 4.5.2", "a dot at a line's start is doubled")  \
	X(COMMAND_IN_DATA, "command-in-data", MUST, "RFC 5321 3.3",                                \
		"a message ends with its dot before the next command")                             \
	X(COMMAND_AFTER_421, "command-after-421", SHOULD, "RFC 5321 3.8",                          \
		"after 421 nothing is said but QUIT")                                              \
	X(COMMAND_AFTER_QUIT, "command-after-quit", MUST, "RFC 5321 4.1.1.10",                     \
		"nothing is said after QUIT")                                                      \
	X(NO_QUIT, "no-quit", MUST, "RFC 5321 4.1.1.10", "a client says QUIT before it closes")      \
	X(QUIT_NOT_AWAITED, "quit-not-awaited", SHOULD, "RFC 5321 4.1.1.10",                       \
		"a client waits for the reply to QUIT")                                            \
	X(SHORT_TIMEOUT, "short-timeout", SHOULD, "RFC 5321 4.5.3.2",                              \
		"a client waits for minutes before it takes a server for dead")                    \
	X(NO_CLOSE_NOTIFY, "no-close-notify", MUST, "RFC 8446 6.1", "TLS is closed before TCP is")   \
	X(LINE_OVER_76_IN_QP, "line-over-76-in-qp", MUST, "RFC 2045 6.7 (5)",                      \
		"a quoted-printable line has at most 76 characters")                               \
	X(RAW_8BIT_HEADER, "raw-8bit-header", MUST, "RFC 5322 2.2", "header fields are ASCII")       \
	X(NEEDLESS_BCC_HEADER, "needless-bcc-header", PRUDENT, "RFC 5322 3.6.3",                   \
		"no Bcc field leaves the sender")                                                  \
	X(MISSING_DATE, "missing-date", MUST, "RFC 5322 3.6", "a message has a Date")                \
	X(MISSING_FROM, "missing-from", MUST, "RFC 5322 3.6", "a message has a From")                \
	X(MISSING_MESSAGE_ID, "missing-message-id", SHOULD, "RFC 5322 3.6.4",                      \
		"a message has a Message-ID")                                                      \
	X(MISSING_MIME_VERSION, "missing-mime-version", MUST, "RFC 2045 4",                        \
		"a message with Content-Type has MIME-Version")

enum rule {
#define RULE_CONSTANT(constant, name, strength, section, sentence) RULE_##constant,
	REFEREE_RULES(RULE_CONSTANT)
#undef RULE_CONSTANT
	RULE_COUNT
};
_Static_assert(RULE_COUNT <= 64, "a set of rules is one 64-bit word");

struct rule_row {
	const char *name;
	enum strength strength;
	const char *section;
	const char *sentence;
};

struct rule_pattern {
	enum rule rule;
	enum moment moment;
	uint64_t needs;   /* all of these facts hold */
	uint64_t without; /* and none of these */
};

extern const struct rule_row rule_rows[RULE_COUNT];
extern const struct rule_pattern rule_patterns[];
extern const unsigned int rule_pattern_count;

/* "MUST", "SHOULD", "prudent" */
const char *rule_strength_name(enum strength strength);
/* The rule of this name, or RULE_COUNT. */
enum rule rule_find(const char *name);

#endif

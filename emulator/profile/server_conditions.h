/*
 * server_conditions: the facts about a request that `refuses` may name, in the order in which
 * they are asked where a profile says nothing. Which of them the empty profile refuses, and with
 * what reply, is in default_refusals.c.
 */
#ifndef PROFILE_SERVER_CONDITIONS_H
#define PROFILE_SERVER_CONDITIONS_H

/* X(CONSTANT, "word") */
#define SERVER_CONDITIONS(X)                                                                       \
	X(EARLY, "early")                                                                          \
	X(BARE_LF, "bare-lf")                                                                      \
	X(TOO_LONG, "too-long")                                                                    \
	X(EIGHT_BIT, "8bit")                                                                       \
	X(NO_NAME, "no-name")                                                                      \
	X(UNDERSCORE, "underscore")                                                                \
	X(BLANK_INSIDE, "blank-inside")                                                            \
	X(BAD_LITERAL, "bad-literal")                                                              \
	X(UNTAGGED_IPV6, "untagged-ipv6")                                                          \
	X(TAG_CASE, "tag-case")                                                                    \
	X(MAPPED_IPV4, "mapped-ipv4")                                                              \
	X(BARE_ADDRESS, "bare-address")                                                            \
	X(ONE_WORD, "one-word")                                                                    \
	X(LOCALHOST_NAME, "localhost-name")                                                        \
	X(NOT_MINE, "not-mine")                                                                    \
	X(AGAIN, "again")                                                                          \
	X(STARTTLS_FORGOTTEN, "starttls-forgotten")                                                \
	X(NO_HELLO, "no-hello")                                                                    \
	X(TLS_ON, "tls-on")                                                                        \
	X(AFTER_TLS_NO_HELLO, "after-tls-no-hello")                                                \
	X(AFTER_HELO, "after-helo")                                                                \
	X(NO_TLS, "no-tls")                                                                        \
	X(EXCHANGE, "exchange")                                                                    \
	X(AUTHENTICATED, "authenticated")                                                          \
	X(NO_AUTH, "no-auth")                                                                      \
	X(OPEN, "open")                                                                            \
	X(LOWER_CASE, "lower-case")                                                                \
	X(INITIAL_RESPONSE, "initial-response")                                                    \
	X(NO_INITIAL_RESPONSE, "no-initial-response")                                              \
	X(BAD_BASE64, "bad-base64")                                                                \
	X(MECHANISM, "mechanism")                                                                  \
	X(NO_MAIL, "no-mail")                                                                      \
	X(NO_RECIPIENT, "no-recipient")                                                            \
	X(BLANK_AFTER_COLON, "blank-after-colon")                                                  \
	X(NO_BRACKETS, "no-brackets")                                                              \
	X(TRAILING_BLANK, "trailing-blank")                                                        \
	X(BAD_ADDRESS, "bad-address")                                                              \
	X(MISPLACED_DOT, "misplaced-dot")                                                          \
	X(UNQUALIFIED, "unqualified")                                                              \
	X(NULL_SENDER, "null")                                                                     \
	X(TOO_BIG, "too-big")                                                                      \
	X(SIZE_ZERO, "size-zero")                                                                  \
	X(AUTH_PARAMETER, "auth-parameter")                                                        \
	X(PARAMETER, "parameter")                                                                  \
	X(NOT_OWNER, "not-owner")                                                                  \
	X(UNKNOWN_USER, "unknown-user")                                                            \
	X(DUPLICATE, "duplicate")                                                                  \
	X(ARGUMENT, "argument")                                                                    \
	X(NOT_OFFERED, "not-offered")                                                              \
	X(NO_MESSAGE_ID, "no-message-id")                                                          \
	X(RAW_8BIT_HEADER, "raw-8bit-header")                                                      \
	X(OCTETS_BEHIND, "octets-behind")

enum server_condition {
#define CONDITION_CONSTANT(constant, word) CONDITION_##constant,
	SERVER_CONDITIONS(CONDITION_CONSTANT)
#undef CONDITION_CONSTANT
		CONDITION_COUNT
};
_Static_assert(CONDITION_COUNT <= 64, "a set of conditions is one 64-bit word");

#endif

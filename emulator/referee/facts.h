/*
 * facts: what can be said of one moment of a conversation.
 *
 * The referee's knowledge of the protocol is in two parts. Here: facts, each true or false at a
 * moment, found by watching (the state before a command, and the shape of the command). In
 * rules.h: which facts at which moment break which rule. A fact judges nothing.
 */
#ifndef REFEREE_FACTS_H
#define REFEREE_FACTS_H

/* What the client does at a moment. */
enum moment {
	MOMENT_SPEECH, /* any line outside a message */
	MOMENT_HELLO,
	MOMENT_STARTTLS,
	MOMENT_AUTH,
	MOMENT_RESET,
	MOMENT_MAIL,
	MOMENT_RECIPIENT,
	MOMENT_DATA,
	MOMENT_CHUNK, /* BDAT; its octets follow as body lines */
	MOMENT_QUIT,
	MOMENT_UNKNOWN,	   /* a verb that no RFC knows, or none */
	MOMENT_BODY_LINE,  /* a line of a message's text, the dot left out */
	MOMENT_HEADER,	   /* a header field, once, at its first line */
	MOMENT_HEADER_END, /* the blank line after the header */
	MOMENT_END,	   /* the final dot, or the last octet of the last chunk */
	MOMENT_CLOSE,	   /* the client ended the connection */
	MOMENT_COUNT
};

/* X(CONSTANT, "what it means") */
#define REFEREE_FACTS(X)                                                                           \
	/* the state before this moment */                                                         \
	X(NO_GREETING, "the server has not greeted")                                               \
	X(UNHEARD, "a reply to an earlier command has not come")                                   \
	X(PIPELINING, "the server offered PIPELINING")                                             \
	X(GROUP_CLOSED, "the command before must be the last of its group")                        \
	X(NO_HELLO, "no hello was accepted (since TLS began)")                                     \
	X(HELLO_DONE, "a hello was accepted, and no TLS began since")                              \
	X(OPEN, "a transaction is open: MAIL was accepted")                                        \
	X(MAIL_UNHEARD, "MAIL was said and not yet answered")                                      \
	X(NO_RECIPIENT, "no recipient was accepted, and none is unheard")                          \
	X(LOGGED_IN, "235 was heard")                                                              \
	X(LOGIN_REFUSED, "the last AUTH was refused, and none succeeded")                          \
	X(SAME_LOGIN_REFUSED, "this mechanism was refused with 535 before")                        \
	X(LOGIN_WANTED, "the account has a login")                                                 \
	X(MECHANISM_OFFERED, "this mechanism was offered")                                         \
	X(TLS, "inside TLS")                                                                       \
	X(TLS_WANTED, "the account asks for TLS")                                                  \
	X(STARTTLS_OFFERED, "STARTTLS was offered")                                                \
	X(INJECTED, "the server's octets stood behind its reply to STARTTLS")                      \
	X(AFTER_421, "421 was heard")                                                              \
	X(AFTER_QUIT, "QUIT was said")                                                             \
	X(QUIT_UNHEARD, "QUIT was said and not yet answered")                                      \
	X(OUT_OF_STEP, "a reply of several lines is half heard")                                   \
	X(SERVER_ENDED, "the server closed, or the connection was lost, or TLS failed")            \
	X(IN_DATA, "354 was heard and no final dot said, or octets of a chunk are missing")        \
	X(CHUNKING_OFFERED, "CHUNKING was offered")                                                \
	X(CHUNKS, "a chunk of this transaction was said")                                          \
	X(CHUNK_REFUSED, "a chunk was refused, and no RSET or new MAIL accepted since")            \
	X(BINARY, "BODY=BINARYMIME was said and offered")                                          \
	X(WAITED_TOO_LITTLE, "it waits for a reply for less than RFC 5321 4.5.3.2 asks")           \
	X(GARBAGE, "the server broke the protocol")                                                \
	X(COMPOSED, "the client made the message itself")                                          \
	/* the shape of the command or line */                                                     \
	X(BARE_LF, "the line ends in a bare LF")                                                   \
	X(BARE_CR, "a CR stands inside the line")                                                  \
	X(NUL, "a NUL stands in the line")                                                         \
	X(EIGHT_BIT, "an octet over 127")                                                          \
	X(EIGHTBITMIME, "BODY=8BITMIME was said and 8BITMIME offered")                             \
	X(SMTPUTF8, "SMTPUTF8 was said and offered")                                               \
	X(LONG_COMMAND, "over 512 octets")                                                         \
	X(LONG_TEXT, "over 998 octets")                                                            \
	X(NO_NAME, "no name behind the hello")                                                     \
	X(BAD_LITERAL, "brackets round what is no address")                                        \
	X(UNTAGGED_IPV6, "an IPv6 literal without its tag")                                        \
	X(NOT_QUALIFIED, "a name without a dot, or not a name")                                    \
	X(BLANK_AFTER_COLON, "a blank behind FROM: or TO:")                                        \
	X(NO_BRACKETS, "a path without angle brackets")                                            \
	X(TRAILING_BLANK, "blanks at the end of the line")                                         \
	X(PARAMETER_NOT_OFFERED, "a parameter whose extension was not offered")                    \
	X(REQUIRETLS, "REQUIRETLS was said")                                                       \
	X(EIGHT_BIT_PATH, "an octet over 127 in a path")                                           \
	X(BAD_ARGUMENT,                                                                            \
		"an argument that this command does not take: no mailbox in a path, no size")      \
	X(SIZE_OVER_LIMIT, "SIZE= over the offered limit")                                         \
	X(REPEATED, "this recipient was named before in this transaction")                         \
	X(TLS_HELLO, "the first octets of a TLS handshake")                                        \
	X(UNSTUFFED, "begins with one dot and goes on")                                            \
	X(OVER_76, "over 76 octets, in a quoted-printable body")                                   \
	X(IS_COMMAND, "a command's line inside the message, at its end")                           \
	X(BCC, "a Bcc field")                                                                      \
	X(NO_DATE, "no Date field")                                                                \
	X(NO_FROM, "no From field")                                                                \
	X(NO_MESSAGE_ID, "no Message-ID field")                                                    \
	X(NO_MIME_VERSION, "Content-Type without MIME-Version")                                    \
	X(IS_QUIT, "the command is QUIT")                                                          \
	X(NO_BYE, "closed without close_notify")

enum fact {
#define FACT_CONSTANT(constant, meaning) FACT_##constant,
	REFEREE_FACTS(FACT_CONSTANT)
#undef FACT_CONSTANT
		FACT_COUNT
};
_Static_assert(FACT_COUNT <= 64, "a set of facts is one 64-bit word");

#define FACT(constant) (UINT64_C(1) << FACT_##constant)

#endif

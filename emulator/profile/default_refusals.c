/*
 * default_refusals: codes by RFC 5321 4.2 and 4.3.2, enhanced codes by RFC 3463 and 2034, the
 * rest by the RFC that is named. RFC 5321 4.1.1.9 lets NOOP have an argument: no cell for that.
 */
#include "default_refusals.h"

#include "server_conditions.h"

#define TEXT(text)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}
#define REFUSE(on, fact, text, afterwards)                                                         \
	{                                                                                          \
		.verb = SERVER_##on, .condition = CONDITION_##fact,                                \
		.reply = {.written = true,                                                         \
			.lines = {(const struct octets[]){TEXT(text)}, 1},                         \
			.then = THEN_##afterwards},                                                \
	}

static const struct refusal default_refusals[] = {
	REFUSE(ANY, BARE_LF, "500 5.5.2 A line ends in CR LF, not in LF alone", STAY),
	REFUSE(ANY, TOO_LONG, "500 5.5.2 Line too long", STAY),
	REFUSE(ANY, EIGHT_BIT, "500 5.5.2 A command is ASCII", STAY),

	REFUSE(HELLO, NO_NAME, "501 5.5.4 A name or an address literal is missing", STAY),
	REFUSE(HELLO, UNDERSCORE, "501 5.5.4 No name of a host has an underscore", STAY),
	REFUSE(HELLO, BLANK_INSIDE, "501 5.5.4 No name of a host has a blank", STAY),
	REFUSE(HELLO, BAD_LITERAL, "501 5.5.4 That is no address literal", STAY),

	/* RFC 3207 4; octets behind the command would be taken as said inside TLS */
	REFUSE(STARTTLS, STARTTLS_FORGOTTEN, "454 4.7.0 TLS not available", STAY),
	REFUSE(STARTTLS, NO_HELLO, "503 5.5.1 EHLO first", STAY),
	REFUSE(STARTTLS, TLS_ON, "503 5.5.1 TLS is on", STAY),
	REFUSE(STARTTLS, OPEN, "503 5.5.1 Not inside a transaction", STAY),
	REFUSE(STARTTLS, ARGUMENT, "501 5.5.4 No parameters allowed", STAY),
	REFUSE(STARTTLS, OCTETS_BEHIND, "554 5.5.0 Nothing may follow STARTTLS in its flight",
		CLOSE),

	/* RFC 4954 4 */
	REFUSE(AUTH, NO_HELLO, "503 5.5.1 EHLO first", STAY),
	REFUSE(AUTH, AFTER_TLS_NO_HELLO, "503 5.5.1 EHLO again after STARTTLS", STAY),
	REFUSE(AUTH, AFTER_HELO, "503 5.5.1 EHLO first", STAY),
	REFUSE(AUTH, AUTHENTICATED, "503 5.5.1 Already authenticated", STAY),
	REFUSE(AUTH, OPEN, "503 5.5.1 Not inside a transaction", STAY),
	REFUSE(AUTH, BAD_BASE64, "501 5.5.2 That is not base64", STAY),
	REFUSE(AUTH, MECHANISM, "504 5.5.4 Unrecognised authentication type", STAY),

	/* RFC 6409 4.3: 530 until authenticated; RFC 1870 6.1; RFC 5321 4.1.1.11: 555 */
	REFUSE(MAIL, NO_HELLO, "503 5.5.1 EHLO or HELO first", STAY),
	REFUSE(MAIL, NO_AUTH, "530 5.7.0 Authentication required", STAY),
	REFUSE(MAIL, OPEN, "503 5.5.1 A transaction is open already", STAY),
	REFUSE(MAIL, BLANK_AFTER_COLON, "501 5.5.2 No blank after the colon", STAY),
	REFUSE(MAIL, NO_BRACKETS, "501 5.5.2 An address stands in angle brackets", STAY),
	REFUSE(MAIL, TRAILING_BLANK, "501 5.5.2 A blank at the end", STAY),
	REFUSE(MAIL, BAD_ADDRESS, "501 5.1.7 Bad sender address", STAY),
	REFUSE(MAIL, MISPLACED_DOT, "501 5.1.7 Bad sender address", STAY),
	REFUSE(MAIL, TOO_BIG, "552 5.3.4 Message too big", STAY),
	REFUSE(MAIL, PARAMETER, "555 5.5.4 Parameter not recognised", STAY),

	REFUSE(RECIPIENT, NO_MAIL, "503 5.5.1 MAIL first", STAY),
	REFUSE(RECIPIENT, NO_AUTH, "530 5.7.0 Authentication required", STAY),
	REFUSE(RECIPIENT, BLANK_AFTER_COLON, "501 5.5.2 No blank after the colon", STAY),
	REFUSE(RECIPIENT, NO_BRACKETS, "501 5.5.2 An address stands in angle brackets", STAY),
	REFUSE(RECIPIENT, TRAILING_BLANK, "501 5.5.2 A blank at the end", STAY),
	REFUSE(RECIPIENT, BAD_ADDRESS, "501 5.1.3 Bad recipient address", STAY),
	REFUSE(RECIPIENT, MISPLACED_DOT, "501 5.1.3 Bad recipient address", STAY),
	REFUSE(RECIPIENT, PARAMETER, "555 5.5.4 Parameter not recognised", STAY),
	REFUSE(RECIPIENT, UNKNOWN_USER, "550 5.1.1 No such user", STAY),

	REFUSE(DATA, NO_MAIL, "503 5.5.1 MAIL first", STAY),
	REFUSE(DATA, NO_RECIPIENT, "554 5.5.1 No valid recipients", STAY),
	REFUSE(DATA, ARGUMENT, "501 5.5.4 No parameters allowed", STAY),
	REFUSE(CHUNK, ARGUMENT, "501 5.5.4 BDAT has a size, and perhaps LAST", STAY),
	REFUSE(CHUNK, NO_MAIL, "503 5.5.1 MAIL first", STAY),
	REFUSE(CHUNK, NO_RECIPIENT, "554 5.5.1 No valid recipients", STAY),
	REFUSE(CHUNK, TOO_BIG, "552 5.3.4 Message too big", STAY),
	REFUSE(RESET, ARGUMENT, "501 5.5.4 No parameters allowed", STAY),
	REFUSE(QUIT, ARGUMENT, "501 5.5.4 No parameters allowed", STAY),

	/* RFC 1870 6.3; RFC 5321 2.3.8, 4.5.3.1.6 */
	REFUSE(END, TOO_BIG, "552 5.3.4 Message too big", STAY),
	REFUSE(END, BARE_LF, "554 5.6.0 A line of the message ends in LF alone", STAY),
	REFUSE(END, TOO_LONG, "554 5.6.0 A line of the message is longer than 998 octets", STAY),
};

const struct refusal *server_default_refusals(size_t *count)
{
	*count = sizeof default_refusals / sizeof *default_refusals;
	return default_refusals;
}

/* mail_parameters: the table of parameters; each row names its RFC. */
#include "mail_parameters.h"

#include "extensions.h"
#include "state.h"
#include "text.h"

enum {
	ENVID_MAX = 100,	/* RFC 3461 4.4 */
	ORIGINAL_MAX = 500,	/* RFC 3461 4.2 */
	SECONDS_DIGITS_MAX = 9, /* RFC 2852 4, RFC 4865 5 */
	MOMENT_MIN = 20		/* "2026-12-31T23:59:59Z" */
};

/* RFC 1870 4: 1*20DIGIT. */
static bool read_size(struct request *request, struct octets value)
{
	if (value.len > 20 || !octets_number(value, &request->size))
		return false;
	if (request->size == 0)
		request->facts |= UINT64_C(1) << CONDITION_SIZE_ZERO;
	return true;
}

static bool read_body(struct request *request, struct octets value)
{
	if (octets_equal_nocase(value, octets_of("BINARYMIME"))) {
		request->parameters |= REQUEST_BINARY;
		return true;
	}
	return octets_equal_nocase(value, octets_of("7BIT")) ||
	       octets_equal_nocase(value, octets_of("8BITMIME"));
}

static bool read_nothing(struct request *request, struct octets value)
{
	(void)request;
	return value.at == NULL; /* not even "=" */
}

static bool is_upper_hex(uint8_t octet)
{
	return octet_is_digit(octet) || (octet >= 'A' && octet <= 'F');
}

/* RFC 3461 4 */
static bool is_xtext(struct octets value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < '!' || value.at[i] > '~' || value.at[i] == '=')
			return false;
		if (value.at[i] != '+')
			continue;
#ifndef HANDSET_PLANT_COMMAND /* the planted fault: two octets behind '+' are taken for granted */
		if (i + 2 >= value.len)
			return false;
#endif
		if (!is_upper_hex(value.at[i + 1]) || !is_upper_hex(value.at[i + 2]))
			return false;
		i += 2;
	}
	return value.len > 0;
}

static bool read_return(struct request *request, struct octets value)
{
	(void)request;
	return octets_equal_nocase(value, octets_of("FULL")) ||
	       octets_equal_nocase(value, octets_of("HDRS"));
}

static bool read_envelope_id(struct request *request, struct octets value)
{
	(void)request;
	return value.len <= ENVID_MAX && is_xtext(value);
}

/* RFC 3461 4.1: NEVER, or each of the others once. */
static bool read_notify(struct request *request, struct octets value)
{
	static const char *const words[] = {"SUCCESS", "FAILURE", "DELAY"};
	unsigned int seen = 0;
	(void)request;
	if (octets_equal_nocase(value, octets_of("NEVER")))
		return true;
	for (bool more = true; more;) {
		struct octets word = octets_cut(value, octets_find(value, ','));
		unsigned int bit = 0;
		for (unsigned int i = 0; i < 3; i++)
			bit |= octets_equal_nocase(word, octets_of(words[i])) ? 1U << i : 0U;
		if (bit == 0 || (seen & bit) != 0)
			return false;
		seen |= bit;
		more = word.len < value.len;
		value = octets_from(value, word.len + 1);
	}
	return true;
}

static bool is_atom(struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] <= ' ' || text.at[i] >= 0x7F || text.at[i] == '=')
			return false;
	}
	return text.len > 0;
}

/* RFC 6533 3: utf-8-addr-unitext, or with \x{HEX} for what is not ASCII. */
static bool is_utf8_address(struct octets value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] <= ' ' || value.at[i] == 0x7F)
			return false;
	}
	return value.len > 0 && text_is_utf8(value);
}

/* RFC 3461 4.2: "rfc822;user@example.org" */
static bool read_original(struct request *request, struct octets value)
{
	struct octets type = octets_cut(value, octets_find(value, ';'));
	struct octets rest = octets_from(value, type.len + 1);
	(void)request;
	if (value.len > ORIGINAL_MAX || !is_atom(type))
		return false;
	return octets_equal_nocase(type, octets_of("utf-8")) ? is_utf8_address(rest)
							     : is_xtext(rest);
}

static bool read_seconds(struct octets digits, uint64_t *seconds)
{
	return digits.len <= SECONDS_DIGITS_MAX && octets_number(digits, seconds);
}

/* RFC 2852 4: "120;R", "-60;NT" */
static bool read_by(struct request *request, struct octets value)
{
	struct octets time = octets_cut(value, octets_find(value, ';'));
	struct octets mode = octets_from(value, time.len + 1);
	bool returns = mode.len > 0 && (mode.at[0] == 'R' || mode.at[0] == 'r');
	bool negative = time.len > 0 && time.at[0] == '-';
	bool is_mode = mode.len > 0 && (returns || mode.at[0] == 'N' || mode.at[0] == 'n');
	bool traced = mode.len == 2 && (mode.at[1] == 'T' || mode.at[1] == 't');
	uint64_t seconds;
	if (time.len > 0 && (negative || time.at[0] == '+'))
		time = octets_from(time, 1);
	if (!read_seconds(time, &seconds) || !is_mode || (mode.len > 1 && !traced))
		return false;
	if (returns)
		request->by_s = seconds;
	return !returns || (seconds > 0 && !negative);
}

/* RFC 4865 5 */
static bool read_hold_for(struct request *request, struct octets value)
{
	return read_seconds(value, &request->hold_s) && request->hold_s > 0;
}

static bool read_hold_until(struct request *request, struct octets value)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	(void)request;
	if (value.len < MOMENT_MIN)
		return false;
	for (size_t i = 0; i < sizeof shape - 1; i++) {
		if (shape[i] == 'd' ? !octet_is_digit(value.at[i])
				    : value.at[i] != (uint8_t)shape[i])
			return false;
	}
	return true;
}

/* RFC 6710 4.1: -9 to 9, no sign for 0. */
static bool read_priority(struct request *request, struct octets value)
{
	bool negative = value.len == 2 && value.at[0] == '-';
	(void)request;
	if (value.len != 1 && !negative)
		return false;
	uint8_t digit = value.at[value.len - 1];
	return octet_is_digit(digit) && !(negative && digit == '0');
}

/* RFC 4954 5: a mailbox as xtext, or "<>". */
static bool read_auth(struct request *request, struct octets value)
{
	request->facts |= UINT64_C(1) << CONDITION_AUTH_PARAMETER;
	return is_xtext(value);
}

static const struct {
	const char *name;
	unsigned int parameter;
	enum server_verb verb;
	bool (*read)(struct request *request, struct octets value);
} parameters[] = {
	{"SIZE", REQUEST_SIZE, SERVER_MAIL, read_size},
	{"BODY", REQUEST_BODY, SERVER_MAIL, read_body},
	{"SMTPUTF8", REQUEST_UTF8, SERVER_MAIL, read_nothing},
	{"RET", REQUEST_RET, SERVER_MAIL, read_return},
	{"ENVID", REQUEST_ENVID, SERVER_MAIL, read_envelope_id},
	{"NOTIFY", REQUEST_NOTIFY, SERVER_RECIPIENT, read_notify},
	{"ORCPT", REQUEST_ORCPT, SERVER_RECIPIENT, read_original},
	{"BY", REQUEST_BY, SERVER_MAIL, read_by},
	{"HOLDFOR", REQUEST_HOLD, SERVER_MAIL, read_hold_for},
	{"HOLDUNTIL", REQUEST_HOLD, SERVER_MAIL, read_hold_until},
	{"MT-PRIORITY", REQUEST_PRIORITY, SERVER_MAIL, read_priority},
	{"REQUIRETLS", REQUEST_REQUIRE_TLS, SERVER_MAIL, read_nothing},
	{"AUTH", REQUEST_AUTH, SERVER_MAIL, read_auth},
};

static unsigned int read_parameter(struct request *request, struct octets text)
{
	struct octets name = octets_cut(text, octets_find(text, '='));
	bool has_value = name.len < text.len;
	struct octets value = octets_make(
		has_value ? text.at + name.len + 1 : NULL, text.len - name.len - has_value);
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
		if (parameters[i].verb != request->verb ||
			!octets_equal_nocase(name, octets_of(parameters[i].name)))
			continue;
		bool fine = parameters[i].read(request, value);
		bool again = (request->parameters & parameters[i].parameter) != 0;
		return parameters[i].parameter |
		       (fine && !again ? 0u : (unsigned int)REQUEST_UNKNOWN);
	}
	return REQUEST_UNKNOWN;
}

static size_t word_len(struct octets text)
{
	size_t len = 0;
	while (len < text.len && !octet_is_blank(text.at[len]))
		len++;
	return len;
}

void mail_parameters_read(struct request *request, struct octets text)
{
	for (text = octets_trim(text); text.len > 0; text = octets_trim(text)) {
		size_t len = word_len(text);
		request->parameters |= read_parameter(request, octets_cut(text, len));
		text = octets_from(text, len);
	}
}

/* ---- what was offered ---- */

/* What must be offered for each; of two keywords for the same one, either will do. */
static const struct {
	unsigned int parameters;
	const char *keyword;
} offers[] = {
	{REQUEST_SIZE, "SIZE"},
	{REQUEST_BODY, "8BITMIME"},
	{REQUEST_BODY | REQUEST_BINARY, "BINARYMIME"},
	{REQUEST_UTF8, "SMTPUTF8"},
	{REQUEST_RET | REQUEST_ENVID | REQUEST_NOTIFY | REQUEST_ORCPT, "DSN"},
	{REQUEST_BY, "DELIVERBY"},
	{REQUEST_HOLD, "FUTURERELEASE"},
	{REQUEST_PRIORITY, "MT-PRIORITY"},
};

/* RFC 2852 3, RFC 4865 3: the number declared behind a keyword; 0 where there is none. */
static uint64_t declared(const struct server *server, const char *keyword)
{
	struct octets rest;
	uint64_t number;
	if (!extensions_offer(server, keyword, &rest))
		return 0;
	rest = octets_trim(rest);
	return octets_number(octets_cut(rest, word_len(rest)), &number) ? number : 0;
}

static bool is_within(const struct server *server, const struct request *request)
{
	uint64_t hold_max = declared(server, "FUTURERELEASE");
	return (request->by_s == 0 || request->by_s >= declared(server, "DELIVERBY")) &&
	       (hold_max == 0 || request->hold_s <= hold_max);
}

bool mail_parameters_allowed(const struct server *server, const struct request *request)
{
	unsigned int known = 0;
	if (request->parameters == 0)
		return true;
	for (size_t i = 0; i < sizeof offers / sizeof *offers; i++) {
		if (extensions_offer(server, offers[i].keyword, NULL))
			known |= offers[i].parameters;
	}
	if (extensions_know(server, SERVER_AUTH))
		known |= REQUEST_AUTH;
	/* RFC 8689 2: only inside TLS */
	if (server->session.tls_believed && extensions_offer(server, "REQUIRETLS", NULL))
		known |= REQUEST_REQUIRE_TLS;
	return (request->parameters & ~known) == 0 && is_within(server, request);
}

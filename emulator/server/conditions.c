/*
 * conditions: facts from state and request together; the words are those of
 * server_conditions.h.
 */
#include "conditions.h"

#include "extensions.h"
#include "hello_name.h"
#include "mail_parameters.h"
#include "mailbox.h"
#include "state.h"

#define BIT(condition) (UINT64_C(1) << CONDITION_##condition)

static bool again(const struct server *server)
{
	return server->session.greeted != GREETED_NOT;
}

static bool no_hello(const struct server *server)
{
	return server->session.greeted == GREETED_NOT;
}

static bool not_mine(const struct server *server)
{
	return server->session.hello_of_another;
}

static bool starttls_forgotten(const struct server *server)
{
	return server->session.starttls_forgotten;
}

static bool tls_on(const struct server *server)
{
	return server->session.tls_believed;
}

static bool no_tls(const struct server *server)
{
	return !server->session.tls_believed;
}

static bool after_tls_no_hello(const struct server *server)
{
	return server->session.hello_missing_in_tls;
}

static bool after_helo(const struct server *server)
{
	return server->session.greeted == GREETED_HELO;
}

static bool in_exchange(const struct server *server)
{
	return server->exchange.open;
}

static bool authenticated(const struct server *server)
{
	return server->session.login;
}

static bool no_auth(const struct server *server)
{
	return !server->session.right;
}

static bool open_transaction(const struct server *server)
{
	return server->envelope.open;
}

static bool no_mail(const struct server *server)
{
	return !server->envelope.open;
}

static bool no_recipient(const struct server *server)
{
	return server->envelope.count == 0;
}

static bool octets_behind(const struct server *server)
{
	return server->octets_behind;
}

static const struct {
	enum server_condition condition;
	bool (*holds)(const struct server *server);
} questions[] = {
	{CONDITION_AGAIN, again},
	{CONDITION_NO_HELLO, no_hello},
	{CONDITION_NOT_MINE, not_mine},
	{CONDITION_STARTTLS_FORGOTTEN, starttls_forgotten},
	{CONDITION_TLS_ON, tls_on},
	{CONDITION_NO_TLS, no_tls},
	{CONDITION_AFTER_TLS_NO_HELLO, after_tls_no_hello},
	{CONDITION_AFTER_HELO, after_helo},
	{CONDITION_EXCHANGE, in_exchange},
	{CONDITION_AUTHENTICATED, authenticated},
	{CONDITION_NO_AUTH, no_auth},
	{CONDITION_OPEN, open_transaction},
	{CONDITION_NO_MAIL, no_mail},
	{CONDITION_NO_RECIPIENT, no_recipient},
	{CONDITION_OCTETS_BEHIND, octets_behind},
};

static uint64_t conditions_of_state(const struct server *server)
{
	uint64_t set = 0;
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		if (questions[i].holds(server))
			set |= UINT64_C(1) << questions[i].condition;
	}
	return set;
}

static uint64_t of_hello(const struct server *server, const struct request *request, uint64_t set)
{
	struct octets mine = buffer_octets(&server->client);
	set &= ~BIT(NOT_MINE);
	return hello_name_is_of_another(request->argument, mine) ? set | BIT(NOT_MINE) : set;
}

static uint64_t of_auth(const struct server *server, const struct request *request, uint64_t set)
{
	if (request->mechanism.len > 0 && !extensions_offer_mechanism(server, request->mechanism))
		set |= BIT(MECHANISM);
	return set;
}

/* RFC 6531 3.4: SMTPUTF8, said with MAIL, makes UTF-8 of the addresses of its transaction. */
static uint64_t of_international(const struct request *request, bool said, uint64_t set)
{
	if (said)
		return set & ~BIT(EIGHT_BIT);
	return request->international ? set | BIT(BAD_ADDRESS) : set;
}

/* RFC 6409 6.1: whether the sender is the one who logged in; a bare login is a local part.
 */
static bool is_owner(const struct server *server, struct octets sender)
{
	struct octets user = buffer_octets(&server->session.user);
	struct octets local = octets_cut(sender, mailbox_local_len(sender));
	return user.len > 0 &&
	       (octets_equal_nocase(user, sender) || octets_equal_nocase(user, local));
}

static uint64_t of_mail(const struct server *server, const struct request *request, uint64_t set)
{
	bool said = (request->parameters & REQUEST_UTF8) != 0 &&
		    extensions_offer(server, "SMTPUTF8", NULL);
	set = of_international(request, said, set | server->session.hello_facts);
	if (!mail_parameters_allowed(server, request))
		set |= BIT(PARAMETER);
	if (request->size > extensions_largest(server))
		set |= BIT(TOO_BIG);
	if (!is_owner(server, request->path))
		set |= BIT(NOT_OWNER);
	return set;
}

static bool matches_any(const struct text_list *patterns, struct octets text)
{
	for (size_t i = 0; i < patterns->count; i++) {
		if (mailbox_matches(patterns->items[i], text))
			return true;
	}
	return false;
}

static uint64_t of_recipient(
	const struct server *server, const struct request *request, uint64_t set)
{
	set = of_international(request, server->envelope.utf8, set | server->session.hello_facts);
	if (!mail_parameters_allowed(server, request))
		set |= BIT(PARAMETER);
	if (matches_any(&server->profile->local, request->path))
		set &= ~BIT(NO_AUTH);
	if (matches_any(&server->profile->unknown, request->path))
		set |= BIT(UNKNOWN_USER);
	if (envelope_has(&server->envelope, request->path))
		set |= BIT(DUPLICATE);
	return set;
}

static uint64_t of_chunk(const struct server *server, const struct request *request, uint64_t set)
{
	size_t max = extensions_largest(server), taken = server->body.content.len;
	return request->size > max - (taken < max ? taken : max) ? set | BIT(TOO_BIG) : set;
}

static uint64_t (*const of_verb[SERVER_VERB_COUNT])(
	const struct server *server, const struct request *request, uint64_t set) = {
	[SERVER_HELLO] = of_hello,
	[SERVER_AUTH] = of_auth,
	[SERVER_MAIL] = of_mail,
	[SERVER_RECIPIENT] = of_recipient,
	[SERVER_CHUNK] = of_chunk,
};

uint64_t conditions_of(const struct server *server, const struct request *request)
{
	uint64_t set = conditions_of_state(server) | request->facts;
	if (of_verb[request->verb] != NULL)
		set = of_verb[request->verb](server, request, set);
	return set;
}

uint64_t conditions_of_message(const struct server *server, struct octets content)
{
	uint64_t set = conditions_of_state(server);
	bool refuse = server->profile->data.bare_lf == BARE_LF_REFUSE;
	if (refuse && server->body.bare_line_end && !server->envelope.binary)
		set |= BIT(BARE_LF);
	if (server->body.too_big)
		return set | BIT(TOO_BIG);
	if (!body_has_message_id(content))
		set |= BIT(NO_MESSAGE_ID);
	if (body_has_raw_8bit_header(content))
		set |= BIT(RAW_8BIT_HEADER);
	/* RFC 3030 3: binary content has no lines */
	if (!server->envelope.binary && body_has_long_line(content))
		set |= BIT(TOO_LONG);
	return set;
}

const struct refusal *conditions_refused(
	const struct server_profile *profile, enum server_verb verb, uint64_t set)
{
	uint64_t of_any = verb == SERVER_END ? 0 : set;
	for (size_t i = 0; i < profile->refusal_count; i++) {
		const struct refusal *cell = &profile->refusals[i];
		uint64_t bit = UINT64_C(1) << cell->condition;
		bool exact = cell->verb == verb;
		bool asked =
			exact ? (set & bit) != 0 : cell->verb == SERVER_ANY && (of_any & bit) != 0;
		if (!asked)
			continue;
		if (!cell->reply.none)
			return cell;
		/* What one verb is allowed, `any` does not forbid; the other way round it does. */
		of_any &= ~bit;
		if (exact)
			set &= ~bit;
	}
	return NULL;
}

bool conditions_are_syntax(enum server_condition condition)
{
	uint64_t syntax = hello_name_conditions() | BIT(BARE_LF) | BIT(TOO_LONG) | BIT(EIGHT_BIT) |
			  BIT(BLANK_AFTER_COLON) | BIT(NO_BRACKETS) | BIT(TRAILING_BLANK) |
			  BIT(BAD_ADDRESS) | BIT(MISPLACED_DOT) | BIT(UNQUALIFIED) |
			  BIT(PARAMETER) | BIT(ARGUMENT) | BIT(BAD_BASE64) | BIT(MECHANISM);
	return (syntax >> condition & 1) != 0;
}

/* gsasl_provider: GNU SASL as a client; no callbacks, everything is told at the beginning. */
#include "gsasl_provider.h"

#include <gsasl.h>
#include <string.h>

#include "base64.h"
#include "iterations.h"

/*
 * `proof` is the step that shows the server that the client knows the password; what is wrong in a
 * later one is the server's own proof. 0: it has none, or the system checks it by itself.
 */
struct kind {
	const char *name;
	bool scram;
	bool bound; /* -PLUS: it says the channel binding */
	unsigned int proof;
};

static const struct kind kinds[] = {
	{"SCRAM-SHA-256-PLUS", true, true, 2},
	{"SCRAM-SHA-256", true, false, 2},
	{"SCRAM-SHA-1-PLUS", true, true, 2},
	{"SCRAM-SHA-1", true, false, 2},
	{"DIGEST-MD5", false, false, 1},
	{"GSSAPI", false, false, 0},
	{"NTLM", false, false, 0},
};

struct provider {
	struct sasl_provider provider;
	struct memory memory;
	Gsasl *library; /* NULL until the first exchange */
};

struct exchange {
	struct sasl_exchange exchange;
	struct memory memory;
	const struct kind *kind;
	Gsasl_session *session;
	struct buffer nonce; /* SCRAM: what we drew */
	unsigned int steps;
	bool over;
};

static enum sasl_outcome outcome_of(int error, const struct exchange *exchange)
{
	switch (error) {
	case GSASL_OK:
		return SASL_DONE;
	case GSASL_NEEDS_MORE:
		return SASL_GOES_ON;
	case GSASL_MALLOC_ERROR:
		return SASL_MEMORY;
	case GSASL_UNKNOWN_MECHANISM:
	case GSASL_NO_CLIENT_CODE:
		return SASL_UNKNOWN;
	case GSASL_SASLPREP_ERROR:
	case GSASL_NO_AUTHID:
	case GSASL_NO_PASSWORD:
	case GSASL_NO_SERVICE:
	case GSASL_NO_HOSTNAME:
	case GSASL_NO_CB_TLS_UNIQUE:
	case GSASL_NO_CB_TLS_EXPORTER:
		return SASL_UNFIT;
	case GSASL_GSSAPI_IMPORT_NAME_ERROR:
	case GSASL_GSSAPI_ACQUIRE_CRED_ERROR:
		return SASL_NO_TICKET;
	case GSASL_GSSAPI_INIT_SEC_CONTEXT_ERROR:
		return exchange->steps > 1 ? SASL_UNPROVEN : SASL_NO_TICKET;
	case GSASL_GSSAPI_UNWRAP_ERROR:
		return SASL_UNPROVEN;
	default:
		return SASL_CHALLENGE;
	}
}

/* ---- an exchange ---- */

/* Whether the client has shown that it knows the password, and waits for the server to. */
static bool is_proven(const struct exchange *exchange)
{
	return exchange->kind->proof != 0 && exchange->steps >= exchange->kind->proof;
}

/* RFC 5802 section 7: what a server says in place of its proof where the password was wrong. */
static bool is_refusal(const struct exchange *exchange, struct octets challenge)
{
	return exchange->kind->scram && is_proven(exchange) && octets_start_nocase(challenge, "e=");
}

/* Only SCRAM begins without one; the system's own mechanisms judge for themselves. */
static bool lacks_challenge(const struct exchange *exchange, struct octets challenge)
{
	bool first = exchange->kind->scram && exchange->steps == 0;
	return challenge.len == 0 && exchange->kind->proof != 0 && !first;
}

/* Of a message or an answer to one, as "r=" names it; empty where it names none. */
static struct octets nonce_in(struct octets message)
{
	while (message.len > 0) {
		struct octets attribute = octets_cut(message, octets_find(message, ','));
		if (octets_start_nocase(attribute, "r="))
			return octets_from(attribute, 2);
		message = octets_from(message, attribute.len + 1);
	}
	return octets_of("");
}

/* Ours is the last of what a client of SCRAM says first. */
static bool note_nonce(struct exchange *exchange, struct octets said)
{
	size_t at = said.len;
	while (at > 0 && said.at[at - 1] != ',')
		at--;
	return buffer_append_octets(&exchange->nonce, nonce_in(octets_from(said, at)));
}

static enum sasl_outcome say(
	struct exchange *exchange, struct octets challenge, struct buffer *answer)
{
	char *said = NULL;
	size_t len = 0;
	bool proven = is_proven(exchange);
	exchange->steps++;
	int error = gsasl_step(
		exchange->session, (const char *)challenge.at, challenge.len, &said, &len);
	enum sasl_outcome outcome = outcome_of(error, exchange);
	if (outcome <= SASL_DONE && said != NULL && !buffer_append(answer, said, len))
		outcome = SASL_MEMORY;
	else if (outcome == SASL_CHALLENGE && proven)
		outcome = SASL_UNPROVEN;
	else if (outcome <= SASL_DONE && exchange->kind->scram && exchange->steps == 1 &&
		 !note_nonce(exchange, octets_make(said, len)))
		outcome = SASL_MEMORY;
	if (said != NULL)
		memory_wipe(said, len);
	gsasl_free(said);
	return outcome;
}

/* What the library lets pass: RFC 5802 section 5.1 wants ours, and something of the server's. */
static enum sasl_outcome judge_scram(const struct exchange *exchange, struct octets challenge)
{
	struct octets ours = buffer_octets(&exchange->nonce);
	struct octets both = nonce_in(challenge);
	if (exchange->steps != 1)
		return SASL_GOES_ON;
	if (both.len > 0 &&
		(both.len <= ours.len || !octets_equal(octets_cut(both, ours.len), ours)))
		return SASL_STALE;
	switch (iterations_judge(
		challenge, GSASL_PROVIDER_ITERATIONS_MIN, GSASL_PROVIDER_ITERATIONS_MAX)) {
	case ITERATIONS_TOO_MANY:
		return SASL_COSTLY;
	case ITERATIONS_TOO_FEW:
		return SASL_WEAK;
	case ITERATIONS_FINE:
		break;
	}
	return SASL_GOES_ON;
}

static enum sasl_outcome step(
	struct sasl_exchange *base, struct octets challenge, struct buffer *answer)
{
	struct exchange *exchange = (struct exchange *)base; /* it is the first member */
	enum sasl_outcome outcome = SASL_GOES_ON;
	if (exchange->over)
		return SASL_CHALLENGE;
	if (is_refusal(exchange, challenge)) {
		exchange->over = true; /* an empty answer: the reply to it refuses the login */
		return SASL_GOES_ON;
	}
	if (exchange->kind->scram)
		outcome = judge_scram(exchange, challenge);
	if (outcome != SASL_GOES_ON) {
		exchange->over = true;
		return outcome;
	}
	if (lacks_challenge(exchange, challenge))
		outcome = is_proven(exchange) ? SASL_UNPROVEN : SASL_CHALLENGE;
	else
		outcome = say(exchange, challenge, answer);
	exchange->over = outcome != SASL_GOES_ON;
	return outcome;
}

/* The library keeps copies until gsasl_finish() frees them as they are. */
static void wipe(Gsasl_session *session, Gsasl_property property)
{
	union {
		const char *lent;
		char *owned;
	} text = {.lent = gsasl_property_fast(session, property)};
	if (text.owned != NULL)
		memory_wipe(text.owned, strlen(text.owned));
}

static void exchange_free(struct sasl_exchange *base)
{
	static const Gsasl_property secrets[] = {GSASL_PASSWORD, GSASL_SCRAM_SALTED_PASSWORD,
		GSASL_SCRAM_SERVERKEY, GSASL_SCRAM_STOREDKEY, GSASL_DIGEST_MD5_HASHED_PASSWORD};
	struct exchange *exchange = (struct exchange *)base;
	struct memory memory = exchange->memory;
	for (size_t i = 0; exchange->session != NULL && i < sizeof secrets / sizeof *secrets; i++)
		wipe(exchange->session, secrets[i]);
	if (exchange->session != NULL)
		gsasl_finish(exchange->session);
	buffer_free(&exchange->nonce);
	memory_free(&memory, exchange, sizeof *exchange);
}

static const struct sasl_exchange_ops exchange_ops = {.step = step, .free = exchange_free};

static bool tell(Gsasl_session *session, Gsasl_property property, const char *text)
{
	return text == NULL || gsasl_property_set(session, property, text) == GSASL_OK;
}

/* The library wants it in base64, and fails where it hears of it without -PLUS. */
static bool tell_binding(struct exchange *exchange, const struct sasl_login *login)
{
	struct buffer text;
	if (!exchange->kind->bound || login->binding_kind == SASL_BINDING_NONE)
		return true;
	buffer_init(&text, &exchange->memory, 1024);
	bool told = base64_encode(&text, login->binding) &&
		    tell(exchange->session,
			    login->binding_kind == SASL_BINDING_UNIQUE ? GSASL_CB_TLS_UNIQUE
								       : GSASL_CB_TLS_EXPORTER,
			    buffer_string(&text));
	buffer_free(&text);
	return told;
}

/* "qop-auth": neither integrity nor confidentiality, which are TLS's affair. */
static bool tell_all(struct exchange *exchange, const struct sasl_login *login)
{
	Gsasl_session *session = exchange->session;
	return tell(session, GSASL_AUTHID, login->user) &&
	       tell(session, GSASL_PASSWORD, login->password) &&
	       tell(session, GSASL_AUTHZID, login->authorize) &&
	       tell(session, GSASL_SERVICE, login->service) &&
	       tell(session, GSASL_HOSTNAME, login->host) && tell(session, GSASL_QOP, "qop-auth") &&
	       tell_binding(exchange, login);
}

/* ---- the provider ---- */

static const struct kind *find(const char *mechanism)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(kinds[i].name, mechanism) == 0)
			return &kinds[i];
	}
	return NULL;
}

static enum sasl_outcome begin(struct sasl_provider *base, const char *mechanism,
	const struct sasl_login *login, struct sasl_exchange **exchange)
{
	struct provider *provider = (struct provider *)base;
	const struct kind *kind = find(mechanism);
	*exchange = NULL;
	if (kind == NULL)
		return SASL_UNKNOWN;
	if (provider->library == NULL && gsasl_init(&provider->library) != GSASL_OK) {
		provider->library = NULL;
		return SASL_MEMORY;
	}
	struct exchange *fresh = memory_new(&provider->memory, 1, sizeof *fresh);
	if (fresh == NULL)
		return SASL_MEMORY;
	*fresh = (struct exchange){
		.exchange = {.ops = &exchange_ops}, .memory = provider->memory, .kind = kind};
	buffer_init(&fresh->nonce, &fresh->memory, 1024);
	int error = gsasl_client_start(provider->library, kind->name, &fresh->session);
	enum sasl_outcome outcome = SASL_GOES_ON;
	if (error != GSASL_OK) {
		fresh->session = NULL;
		outcome = outcome_of(error, fresh);
	} else if (!tell_all(fresh, login)) {
		outcome = SASL_MEMORY;
	}
	if (outcome == SASL_GOES_ON)
		*exchange = &fresh->exchange;
	else
		exchange_free(&fresh->exchange);
	return outcome;
}

static void provider_free(struct sasl_provider *base)
{
	struct provider *provider = (struct provider *)base;
	struct memory memory = provider->memory;
	if (provider->library != NULL)
		gsasl_done(provider->library);
	memory_free(&memory, provider, sizeof *provider);
}

static const struct sasl_provider_ops provider_ops = {.begin = begin, .free = provider_free};

struct sasl_provider *gsasl_provider_new(const struct memory *memory)
{
	struct provider *provider = memory_new(memory, 1, sizeof *provider);
	if (provider == NULL)
		return NULL;
	provider->provider.ops = &provider_ops;
	provider->memory = *memory;
	return &provider->provider;
}

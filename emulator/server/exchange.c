/* exchange: the mechanisms as a table of steps, and the lines of an exchange. */
#include "exchange.h"

#include "answer.h"
#include "base64.h"
#include "conditions.h"
#include "digest.h"
#include "dispatch.h"
#include "forget.h"
#include "server_limits.h"
#include "reply.h"
#include "state.h"

static const struct server_reply no_mechanism = REPLY_OF("501 5.5.4 A mechanism is missing", STAY);
static const struct server_reply foreign_mechanism =
	REPLY_OF("504 5.5.4 Unrecognised authentication type", STAY);
/* RFC 4954 4: where the server speaks first. */
static const struct server_reply no_initial_response =
	REPLY_OF("501 5.7.0 No initial response with this mechanism", STAY);

enum { ANSWER_MAX = COMMAND_LINE_KEPT };

/* What an answer leads to. */
enum outcome { NEXT_STEP, SUCCESS, FAILURE };

struct mechanism {
	const char *name;
	unsigned int steps;
	bool server_first;
	/* Says the challenge of the step in hand. */
	void (*challenge)(struct server *server);
	enum outcome (*answer)(struct server *server, struct octets answer);
};

void exchange_begin(struct exchange *exchange, const struct memory *memory)
{
	*exchange = (struct exchange){.open = false};
	buffer_init(&exchange->user, memory, ANSWER_MAX);
	buffer_init(&exchange->challenge, memory, ANSWER_MAX);
}

void exchange_drop(struct exchange *exchange)
{
	buffer_free(&exchange->user);
	buffer_free(&exchange->challenge);
	exchange->open = false;
	exchange->step = 0;
}

/* Looks at every octet, whether or not one differed before. */
static bool equal_secret(struct octets a, struct octets b)
{
	uint8_t differ = a.len == b.len ? 0 : 1;
	for (size_t i = 0; i < a.len && i < b.len; i++)
		differ |= (uint8_t)(a.at[i] ^ b.at[i]);
	return differ == 0;
}

static const struct server_account *find_account(const struct server *server, struct octets user)
{
	for (size_t i = 0; i < server->settings.account_count; i++) {
		if (octets_equal(server->settings.accounts[i].user, user))
			return &server->settings.accounts[i];
	}
	return NULL;
}

static enum outcome remember_user(struct server *server, struct octets user)
{
	buffer_clear(&server->session.user);
	if (!buffer_append_octets(&server->session.user, user))
		server_give_up(server);
	return SUCCESS;
}

static enum outcome check_password(
	struct server *server, struct octets user, struct octets password)
{
	const struct server_account *account = find_account(server, user);
	if (account == NULL || !equal_secret(account->password, password))
		return FAILURE;
	return remember_user(server, user);
}

static void say_challenge(struct server *server, struct octets plain)
{
	struct buffer coded;
	buffer_init(&coded, server->memory, 2 * ANSWER_MAX);
	if (base64_encode(&coded, plain))
		answer_line(server, "334 ", buffer_octets(&coded));
	else
		server_give_up(server);
	buffer_free(&coded);
}

static void plain_challenge(struct server *server)
{
	if (server->profile->auth.empty_challenge)
		say_challenge(server, octets_make(NULL, 0));
}

/* RFC 4616: [authzid] NUL authcid NUL passwd; nobody may act for another. */
static enum outcome plain_answer(struct server *server, struct octets answer)
{
	struct octets authority = octets_cut(answer, octets_find(answer, 0));
	struct octets rest = octets_from(answer, authority.len + 1);
	struct octets user = octets_cut(rest, octets_find(rest, 0));
	struct octets password = octets_from(rest, user.len + 1);
	if (user.len == 0 || user.len == rest.len || octets_find(password, 0) != password.len)
		return FAILURE;
	if (authority.len > 0 && !octets_equal(authority, user))
		return FAILURE;
	return check_password(server, user, password);
}

static void login_challenge(struct server *server)
{
	const struct text_list *prompts = &server->profile->auth.prompts;
	unsigned int step = server->exchange.step;
	say_challenge(server, step < prompts->count ? prompts->items[step] : octets_make(NULL, 0));
}

static enum outcome login_answer(struct server *server, struct octets answer)
{
	if (server->exchange.step > 0)
		return check_password(server, buffer_octets(&server->exchange.user), answer);
	if (!buffer_append_octets(&server->exchange.user, answer))
		server_give_up(server);
	return NEXT_STEP;
}

static void cram_challenge(struct server *server)
{
	struct buffer *challenge = &server->exchange.challenge;
	unsigned long long once = random_next(&server->random);
	buffer_format(
		challenge, "<%llu.%llu@", once, (unsigned long long)server->settings.unix_time);
	buffer_append_octets(challenge, server->profile->host);
	if (buffer_append_text(challenge, ">"))
		say_challenge(server, buffer_octets(challenge));
	else
		server_give_up(server);
}

/* RFC 2195 2: user, a blank, 32 hexadecimal digits. The user may hold blanks. */
static enum outcome cram_answer(struct server *server, struct octets answer)
{
	enum { HEX_LEN = 2 * DIGEST_MD5_LEN };
	uint8_t digest[DIGEST_MD5_LEN];
	struct buffer hex;
	if (answer.len < HEX_LEN + 1 || answer.at[answer.len - HEX_LEN - 1] != ' ')
		return FAILURE;
	struct octets user = octets_cut(answer, answer.len - HEX_LEN - 1);
	const struct server_account *account = find_account(server, user);
	if (account == NULL)
		return FAILURE;
	digest_hmac_md5(account->password, buffer_octets(&server->exchange.challenge), digest);
	buffer_init(&hex, server->memory, HEX_LEN);
	bool made = digest_hex(&hex, digest, sizeof digest);
	bool good = made && equal_secret(buffer_octets(&hex), octets_from(answer, user.len + 1));
	buffer_free(&hex);
	if (!made)
		server_give_up(server);
	return good ? remember_user(server, user) : FAILURE;
}

static const struct mechanism mechanisms[] = {
	{"PLAIN", 1, false, plain_challenge, plain_answer},
	{"LOGIN", 2, false, login_challenge, login_answer},
	{"CRAM-MD5", 1, true, cram_challenge, cram_answer},
};

static const struct mechanism *find_mechanism(struct octets name)
{
	for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++) {
		if (octets_equal_nocase(name, octets_of(mechanisms[i].name)))
			return &mechanisms[i];
	}
	return NULL;
}

static bool is_unusable(const struct server *server)
{
	const struct text_list *unusable = &server->profile->auth.unusable;
	for (size_t i = 0; i < unusable->count; i++) {
		if (find_mechanism(unusable->items[i]) == server->exchange.mechanism)
			return true;
	}
	return false;
}

static void leave(struct server *server)
{
	exchange_drop(&server->exchange);
	if (server->phase == PHASE_EXCHANGE)
		server->phase = PHASE_COMMAND;
}

static void grant(struct server *server, const struct request *request)
{
	(void)request;
	server->session.right = true;
	server->session.login = true;
	forget_on(server, FORGET_ON_AUTH);
}

static void finish(struct server *server, enum outcome outcome)
{
	bool good = outcome == SUCCESS && !is_unusable(server);
	leave(server);
	answer_named(server, SERVER_AUTH, good ? REPLY_AUTH_OK : REPLY_AUTH_FAILED,
		good ? grant : NULL, NULL);
	if (!server->session.right)
		buffer_clear(&server->session.user);
}

static void refuse(struct server *server, const struct server_reply *reply)
{
	leave(server);
	answer_refused(server, SERVER_AUTH, reply);
}

/* The profile's cell for one condition of AUTH, or NULL. */
static const struct refusal *refused_for(
	const struct server *server, enum server_condition condition)
{
	return conditions_refused(server->profile, SERVER_AUTH, UINT64_C(1) << condition);
}

static void refuse_with(struct server *server, const struct refusal *cell)
{
	leave(server);
	answer_refusal(server, SERVER_AUTH, cell);
}

/* Takes an answer of the step in hand: base64, or what a tolerant server takes for nothing. */
static void take_answer(struct server *server, struct octets coded)
{
	struct exchange *exchange = &server->exchange;
	struct buffer plain;
	buffer_init(&plain, server->memory, ANSWER_MAX);
	const struct refusal *cell = NULL;
	enum outcome outcome = FAILURE;
	if (!base64_decode(&plain, coded))
		cell = refused_for(server, CONDITION_BAD_BASE64);
	bool lost = buffer_failed(&plain);
	if (cell == NULL && !lost)
		outcome = exchange->mechanism->answer(server, buffer_octets(&plain));
	buffer_free(&plain);
	if (lost)
		server_give_up(server);
	if (server->phase >= PHASE_CLOSING)
		return;
	if (cell != NULL) {
		refuse_with(server, cell);
	} else if (outcome == NEXT_STEP && ++exchange->step < exchange->mechanism->steps) {
		exchange->mechanism->challenge(server);
	} else {
		finish(server, outcome);
	}
}

void exchange_start(struct server *server, const struct request *request)
{
	struct exchange *exchange = &server->exchange;
	const struct mechanism *mechanism = find_mechanism(request->mechanism);
	exchange_drop(exchange);
	if (request->mechanism.len == 0 || mechanism == NULL) {
		refuse(server, mechanism == NULL && request->mechanism.len > 0 ? &foreign_mechanism
									       : &no_mechanism);
		return;
	}
	if (request->has_initial && mechanism->server_first) {
		refuse(server, &no_initial_response);
		return;
	}
	exchange->mechanism = mechanism;
	exchange->open = true;
	server->phase = PHASE_EXCHANGE;
	if (request->has_initial)
		take_answer(server, request->initial);
	else
		mechanism->challenge(server);
}

/*
 * An answer is no command, but it is a line: ended by CR LF, not too long. What octets it holds
 * base64 will see.
 */
static const struct refusal *refused_as_line(const struct server *server)
{
	const struct command_line *line = &server->line;
	uint64_t set = 0;
	if (line->bare_lf)
		set |= UINT64_C(1) << CONDITION_BARE_LF;
	if (line->len > limits_line(server, SERVER_AUTH))
		set |= UINT64_C(1) << CONDITION_TOO_LONG;
	return conditions_refused(server->profile, SERVER_AUTH, set);
}

static void cancel(struct server *server)
{
	leave(server);
	answer_refused(server, SERVER_AUTH, &server->profile->auth.cancel);
}

/* auth.exchange: fails */
static void fail(struct server *server)
{
	const struct refusal *cell = refused_for(server, CONDITION_EXCHANGE);
	if (cell != NULL)
		refuse_with(server, cell);
	else
		finish(server, FAILURE);
}

void exchange_line(struct server *server)
{
	struct octets text = buffer_octets(&server->line.text);
	const struct refusal *cell = refused_as_line(server);
	uint8_t mode = server->profile->auth.exchange;
	bool command = mode != EXCHANGE_DATA && request_is_command(text);
	if (cell != NULL) {
		refuse_with(server, cell);
	} else if (command && mode == EXCHANGE_EXECUTES) {
		dispatch_line(server);
	} else if (command) {
		fail(server);
	} else if (octets_equal(text, octets_of("*")) && !server->profile->auth.cancel_as_data) {
		cancel(server);
	} else {
		take_answer(server, text);
	}
}

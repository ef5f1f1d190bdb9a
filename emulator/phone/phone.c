/* phone: its life, and the player that a driver sees. */
#include "phone.h"

#include <string.h>

#include "charset.h"
#include "engine.h"

enum {
	MAX_COMPOSED = 64 * 1024 * 1024,
	MAX_COMMAND_LEN = 1024 * 1024,
	MAX_ADDRESS_LEN = 256 * 1024
};

static bool has_line_break(struct octets text)
{
	return octets_contain(text, "\r\n") || octets_find(text, 0) < text.len;
}

bool phone_account_fits(const struct phone_account *account)
{
	const struct octets values[] = {account->user, account->password, account->sender,
		account->host, account->device, account->server, octets_of(account->local_address)};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		if (has_line_break(values[i]))
			return false;
	}
	return true;
}

static bool is_port_listed(const struct text_list *ports, uint16_t port)
{
	for (size_t i = 0; i < ports->count; i++) {
		uint64_t number;
		if (octets_number(ports->items[i], &number) && number == port)
			return true;
	}
	return false;
}

/* Some clients know better than their users when TLS starts. */
enum phone_security phone_security_of(
	const struct client_profile *profile, const struct phone_account *account)
{
	const struct text_list *ports = &profile->tls.starttls_ports;
	switch (profile->tls.start) {
	case TLS_START_AT_ONCE:
		return PHONE_TLS;
	case TLS_START_STARTTLS:
		return PHONE_STARTTLS;
	case TLS_START_NEVER:
		return PHONE_PLAIN;
	default:
		break;
	}
	if (account->security == PHONE_PLAIN || ports->count == 0)
		return account->security;
	return is_port_listed(ports, account->port) ? PHONE_STARTTLS : PHONE_TLS;
}

static struct octets keep(uint8_t **at, struct octets from)
{
	if (from.len == 0)
		return octets_make(*at, 0);
	memcpy(*at, from.at, from.len);
	struct octets kept = octets_make(*at, from.len);
	*at += from.len;
	return kept;
}

/* All texts of the account in one piece, which phone_free() wipes. */
static bool keep_account(struct phone *phone, const struct phone_account *account)
{
	struct octets local = octets_of(account->local_address);
	phone->account_text_len = account->user.len + account->password.len + account->sender.len +
				  account->host.len + account->device.len + account->server.len +
				  local.len + 1;
	phone->account_text = memory_new(phone->memory, phone->account_text_len, 1);
	if (phone->account_text == NULL)
		return false;
	uint8_t *at = phone->account_text;
	phone->account = *account;
	phone->account.user = keep(&at, account->user);
	phone->account.password = keep(&at, account->password);
	phone->account.sender = keep(&at, account->sender);
	phone->account.host = keep(&at, account->host);
	phone->account.device = keep(&at, account->device);
	phone->account.server = keep(&at, account->server);
	if (account->local_address != NULL) /* the last one: memory_new() left a NUL behind it */
		phone->account.local_address = (const char *)keep(&at, local).at;
	return true;
}

static const struct player_ops ops;

struct phone *phone_new(const struct memory *memory, const struct client_profile *profile,
	const struct phone_account *account, uint64_t seed)
{
	if (!phone_account_fits(account))
		return NULL;
	struct phone *phone = memory_new(memory, 1, sizeof *phone);
	if (phone == NULL)
		return NULL;
	phone->player.ops = &ops;
	phone->memory = memory;
	phone->profile = profile;
	if (!keep_account(phone, account)) {
		memory_free(memory, phone, sizeof *phone);
		return NULL;
	}
	phone->security = phone_security_of(profile, account);
	random_init(&phone->random, seed);
	outbox_init(&phone->outbox, memory, profile);
	agenda_init(&phone->agenda, memory);
	reader_init(&phone->reader, memory, profile);
	writes_init(&phone->writes, memory);
	secrets_init(&phone->said, memory);
	phone->failed = !secrets_remember_password(&phone->said, phone->account.password);
	login_init(&phone->login, memory, profile, phone->account.user, phone->account.password);
	message_composed_init(&phone->composed, memory);
	buffer_init(&phone->text, memory, MAX_COMMAND_LEN);
	buffer_init(&phone->local_address, memory, MAX_ADDRESS_LEN);
	return phone;
}

void phone_free(struct phone *phone)
{
	if (phone == NULL)
		return;
	const struct memory *memory = phone->memory;
	memory_wipe(phone->account_text, phone->account_text_len);
	memory_free(memory, phone->account_text, phone->account_text_len);
	outbox_free(&phone->outbox);
	agenda_free(&phone->agenda);
	reader_free(&phone->reader);
	writes_free(&phone->writes);
	login_free(&phone->login);
	secrets_free(&phone->said);
	message_composed_free(&phone->composed);
	buffer_free(&phone->text);
	buffer_free(&phone->local_address);
	memory_free(memory, phone, sizeof *phone);
}

static bool addresses_fit(const struct octets *addresses, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (has_line_break(addresses[i]))
			return false;
	}
	return true;
}

static bool draft_fits(const struct message_draft *draft)
{
	bool fits = !has_line_break(draft->subject) && !has_line_break(draft->reply_to) &&
		    !has_line_break(draft->receipt_to) && !has_line_break(draft->charset);
	fits = fits && (draft->charset.len == 0 || charset_is_known(draft->charset));
	for (size_t i = 0; fits && i < draft->attachment_count; i++) {
		fits = !has_line_break(draft->attachments[i].name) &&
		       !has_line_break(draft->attachments[i].type);
	}
	return fits;
}

bool phone_add(struct phone *phone, const struct phone_message *message)
{
	bool fits = addresses_fit(message->to, message->to_count) &&
		    addresses_fit(message->cc, message->cc_count) &&
		    addresses_fit(message->bcc, message->bcc_count) &&
		    addresses_fit(message->self, message->self_count) &&
		    draft_fits(&message->draft);
	return fits && phone->phase == PHASE_START &&
	       outbox_add(&phone->outbox, message, random_next(&phone->random));
}

struct player *phone_player(struct phone *phone)
{
	return &phone->player;
}

enum phone_security phone_security(const struct phone *phone)
{
	return phone->security;
}

bool phone_is_behind(const struct phone *phone)
{
	return phone->behind;
}

uint64_t phone_certificate_ms(struct phone *phone)
{
	const struct client_profile *profile = phone->profile;
	if (profile->tls.verify != TLS_VERIFY_ASK)
		return 0;
	return saying_draw(phone, client_think(profile, THINK_CERTIFICATE));
}

static const struct task *front_step(const struct phone *phone, enum step step)
{
	const struct agenda *agenda = &phone->agenda;
	if (phone->phase != PHASE_TALK || agenda->count == 0 || !phone->transaction.under_way)
		return NULL;
	const struct task *front = &agenda->tasks[agenda->count - 1];
	return front->kind == TASK_STEP && front->step == step ? front : NULL;
}

static size_t message_in_hand(const struct phone *phone)
{
	return (size_t)(phone->transaction.copy.message - phone->outbox.messages);
}

bool phone_awaits_end(const struct phone *phone, size_t *message)
{
	const struct task *front = front_step(phone, STEP_END);
	if (front == NULL || !front->said || writes_pending(&phone->writes))
		return false;
	if (message != NULL)
		*message = message_in_hand(phone);
	return true;
}

bool phone_progress(const struct phone *phone, size_t *message, uint64_t *said, uint64_t *whole)
{
	bool ending = front_step(phone, STEP_END) != NULL;
	if (!ending && front_step(phone, STEP_BODY) == NULL)
		return false;
	*message = message_in_hand(phone);
	*whole = phone->transaction.content.len;
	*said = ending ? *whole : phone->transfer.position;
	return true;
}

bool phone_writes_anew(const struct phone *phone, size_t index)
{
	return phone->profile->message.regenerate_each_time && index < phone->outbox.count &&
	       phone->outbox.messages[index].content.len == 0;
}

struct octets phone_sender(const struct phone *phone)
{
	return phone->account.sender;
}

bool phone_held_back(const struct phone *phone)
{
	return phone->held_back;
}

bool phone_said_helo(const struct phone *phone)
{
	return phone->connection.verb_chosen && phone->connection.verb == VERB_HELO;
}

bool phone_logged_in(const struct phone *phone)
{
	return phone->login_accepted;
}

size_t phone_message_count(const struct phone *phone)
{
	return phone->outbox.count;
}

const struct phone_outcome *phone_outcome(const struct phone *phone, size_t index)
{
	return index < phone->outbox.count ? &phone->outbox.messages[index].outcome : NULL;
}

bool phone_went_on_without_login(const struct phone *phone, struct phone_verdict *verdict)
{
	*verdict = phone->login_verdict;
	return phone->without_login;
}

size_t phone_remark_count(const struct phone *phone)
{
	return phone->remark_count;
}

const char *phone_remark(const struct phone *phone, size_t index)
{
	return index < phone->remark_count ? phone->remarks[index] : "";
}

const char *phone_result_name(enum phone_result result)
{
	static const char *const names[PHONE_RESULT_COUNT] = {
		[PHONE_NOT_TRIED] = "not tried",
		[PHONE_DELIVERED] = "delivered",
		[PHONE_ACCEPTED] = "accepted",
		[PHONE_REFUSED] = "refused",
		[PHONE_REFUSED_FOR_NOW] = "refused for now",
		[PHONE_CLOSED] = "closed",
		[PHONE_UNSURE] = "unsure",
		[PHONE_TIMED_OUT] = "timed out",
		[PHONE_HUNG] = "hung",
		[PHONE_TLS_FAILED] = "TLS failed",
		[PHONE_TLS_TOO_OLD] = "TLS too old for this server",
		[PHONE_NO_CONNECTION] = "no connection",
		[PHONE_BAD_ADDRESS] = "bad address",
		[PHONE_BROKEN] = "broken",
		[PHONE_NO_MEMORY] = "no memory",
	};
	return (unsigned int)result < PHONE_RESULT_COUNT ? names[result] : "";
}

const char *phone_step_name(enum step step)
{
	static const char *const names[STEP_COUNT] = {
		[STEP_CONNECT] = "connect",
		[STEP_GREETING] = "greeting",
		[STEP_HELLO] = "hello",
		[STEP_STARTTLS] = "starttls",
		[STEP_TLS] = "tls",
		[STEP_AUTH] = "auth",
		[STEP_RESET] = "reset",
		[STEP_NOOP] = "noop",
		[STEP_MAIL] = "mail",
		[STEP_RECIPIENT] = "recipient",
		[STEP_DATA] = "data",
		[STEP_BODY] = "body",
		[STEP_END] = "end",
		[STEP_QUIT] = "quit",
	};
	return (unsigned int)step < STEP_COUNT ? names[step] : "";
}

/* The player is the first member of struct phone. */
static struct phone *phone_of(struct player *player)
{
	return (struct phone *)player;
}

static const struct phone *phone_of_const(const struct player *player)
{
	return (const struct phone *)player;
}

static unsigned int closing_wants(const struct phone *phone)
{
	const struct client_profile *profile = phone->profile;
	unsigned int wants = PLAYER_CLOSE;
	if (phone->connection.in_tls && !profile->close.tls_bye)
		wants |= PLAYER_NO_BYE;
	if (profile->close.rst)
		wants |= PLAYER_ABORT;
	return wants;
}

static unsigned int phone_wants(const struct player *player)
{
	const struct phone *phone = phone_of_const(player);
	unsigned int send = writes_pending(&phone->writes) ? PLAYER_SEND : 0;
	switch (phone->phase) {
	case PHASE_START:
		return phone->outbox.count > 0 ? PLAYER_CONNECT : 0;
	case PHASE_CONNECT:
		return PLAYER_CONNECT;
	case PHASE_TALK:
		if (!reader_is_full(&phone->reader))
			return send | PLAYER_RECEIVE;
		return send != 0 ? send : PLAYER_HOLD; /* a flood waits outside */
	case PHASE_TLS:
		return PLAYER_START_TLS;
	case PHASE_CLOSE:
		return send | closing_wants(phone);
	case PHASE_HOLD:
	case PHASE_WAIT:
		return PLAYER_HOLD;
	case PHASE_DONE:
		break;
	}
	return 0;
}

static size_t phone_outgoing(struct player *player, struct octets *pieces, size_t max)
{
	struct phone *phone = phone_of(player);
	if (max == 0 || !writes_pending(&phone->writes))
		return 0;
	pieces[0] = writes_now(&phone->writes);
	return 1;
}

static void phone_sent(struct player *player, size_t count, uint64_t now_ms)
{
	struct phone *phone = phone_of(player);
	if (!writes_pending(&phone->writes))
		return;
	writes_sent(&phone->writes, count);
	if (count > 0)
		phone->wait_from_ms = now_ms > phone->now_ms ? now_ms : phone->now_ms;
	engine_run(phone, now_ms);
}

/* In pieces, so that a flood is read as it comes and not kept. */
static void phone_received(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms)
{
	enum { PIECE = 4096 };
	struct phone *phone = phone_of(player);
	while (len > 0 && phone->phase == PHASE_TALK) {
		size_t part = len < PIECE ? len : PIECE;
		reader_add(&phone->reader, at, part);
		at += part;
		len -= part;
		engine_run(phone, now_ms);
	}
}

static void phone_connected(struct player *player, const struct player_link *link, uint64_t now_ms)
{
	struct phone *phone = phone_of(player);
	engine_run(phone, now_ms);
	if (phone->phase != PHASE_CONNECT)
		return;
	engine_connect(phone, link->local_address);
	engine_run(phone, now_ms);
}

static void phone_connect_failed(struct player *player, const char *why, uint64_t now_ms)
{
	struct phone *phone = phone_of(player);
	(void)why;
	engine_run(phone, now_ms);
	if (phone->phase == PHASE_CONNECT)
		engine_connection_failed(phone, EVENT_FAILED);
}

static void phone_tls_up(struct player *player, const struct player_tls *tls, uint64_t now_ms)
{
	struct phone *phone = phone_of(player);
	(void)tls;
	if (phone->phase != PHASE_TLS)
		return;
	phone->now_ms = now_ms > phone->now_ms ? now_ms : phone->now_ms;
	phone->connection.in_tls = true;
	if (phone->probing) {
		engine_close(phone);
		return;
	}
	phone->phase = PHASE_TALK;
	phone->wait_from_ms = phone->now_ms;
	agenda_pop(&phone->agenda);
	engine_run(phone, now_ms);
}

static void phone_tls_failed(struct player *player, const char *why, uint64_t now_ms)
{
	struct phone *phone = phone_of(player);
	(void)why;
	if (phone->phase != PHASE_TLS)
		return;
	phone->now_ms = now_ms > phone->now_ms ? now_ms : phone->now_ms;
	if (phone->probing) {
		engine_close(phone);
		return;
	}
	phone->phase = PHASE_TALK;
	phone->connection.broken = true;
	action_react(phone, (struct happening){.kind = EVENT_FAILED});
	engine_run(phone, now_ms);
}

static void phone_ended(struct player *player, enum player_end why, uint64_t now_ms)
{
	struct phone *phone = phone_of(player);
	struct connection *connection = &phone->connection;
	if (phone->phase == PHASE_TLS)
		phone_tls_failed(player, "the connection ended", now_ms);
	if (phone->phase != PHASE_TALK && phone->phase != PHASE_CLOSE)
		return;
	connection->ended = true;
	if (why != PLAYER_ENDED) {
		connection->broken = true;
		connection->unsent = connection->unsent || writes_pending(&phone->writes);
		writes_clear(&phone->writes);
	}
	engine_run(phone, now_ms);
}

static const struct player_mail *phone_mail(const struct player *player)
{
	(void)player;
	return NULL; /* a client stores nothing */
}

static void phone_stored(struct player *player, bool safe, uint64_t now_ms)
{
	(void)player;
	(void)safe;
	(void)now_ms;
}

static void phone_closed(struct player *player, uint64_t now_ms)
{
	struct phone *phone = phone_of(player);
	if (phone->phase != PHASE_CLOSE)
		return;
	phone->now_ms = now_ms > phone->now_ms ? now_ms : phone->now_ms;
	engine_connection_over(phone);
}

static uint64_t phone_deadline_ms(const struct player *player)
{
	return engine_deadline(phone_of_const(player));
}

static void phone_tick(struct player *player, uint64_t now_ms)
{
	engine_run(phone_of(player), now_ms);
}

bool phone_keeps_time(const struct player *player)
{
	return engine_keeps_time(phone_of_const(player));
}

static const struct player_ops ops = {
	.wants = phone_wants,
	.outgoing = phone_outgoing,
	.sent = phone_sent,
	.received = phone_received,
	.ended = phone_ended,
	.connected = phone_connected,
	.connect_failed = phone_connect_failed,
	.tls_up = phone_tls_up,
	.tls_failed = phone_tls_failed,
	.mail = phone_mail,
	.stored = phone_stored,
	.closed = phone_closed,
	.deadline_ms = phone_deadline_ms,
	.tick = phone_tick,
};

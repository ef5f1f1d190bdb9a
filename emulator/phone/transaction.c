/* transaction: which copy comes next, and what stands in its envelope. */
#include "engine.h"

#include "address.h"
#include "compose.h"

struct octets transaction_address(const struct phone *phone, struct octets typed)
{
	switch (phone->profile->envelope.addresses) {
	case ENVELOPE_ADDRESS_AS_TYPED:
		return typed;
	case ENVELOPE_ADDRESS_FOUND:
		return address_found(typed);
	default:
		return address_bare(typed);
	}
}

bool transaction_lacks_sender(const struct phone *phone)
{
	return phone->profile->envelope.addresses == ENVELOPE_ADDRESS_FOUND &&
	       !address_is_mailbox(address_found(phone->account.sender), false);
}

void transaction_refuse_sender(struct phone *phone)
{
	const struct phone_verdict bad = {.result = PHONE_BAD_ADDRESS, .step = STEP_MAIL};
	outbox_settle_copy(phone->transaction.copy, bad);
	phone->transaction.under_way = false;
	phone->connection.last_failed = phone->connection.after_failure = true;
	phone->connection.last_begun = false;
	agenda_abandon(&phone->agenda, false);
}

static bool holds_word(const struct word_list *list, uint8_t word)
{
	for (uint8_t i = 0; i < list->count; i++) {
		if (list->items[i] == word)
			return true;
	}
	return false;
}

/* Does a command at this place close an envelope that was left open (RFC 5321 4.1.4)? */
static bool place_resets(const struct phone *phone, enum place place)
{
	const struct word_list *words = &phone->profile->flow[place];
	return holds_word(words, STEP_RESET) || holds_word(words, STEP_HELLO);
}

/* The places before a message, the later one first: they are pushed in this order. */
static size_t places_before(const struct phone *phone, enum place places[3])
{
	const struct connection *connection = &phone->connection;
	size_t count = 0;
	if (connection->copies == 0) {
		places[count++] = PLACE_BEFORE_FIRST;
		return count;
	}
	if (connection->last_failed)
		places[count++] = PLACE_BEFORE_NEXT_IF_FAILED;
	if (connection->last_failed && connection->last_begun)
		places[count++] = PLACE_BEFORE_NEXT_IF_BEGUN;
	places[count++] = PLACE_BEFORE_NEXT;
	return count;
}

/* An envelope that nothing closes is left by leaving the connection, never nested. */
static bool is_blocked(const struct phone *phone)
{
	enum place places[3];
	if (!phone->connection.envelope_open || phone->profile->nested_mail)
		return false;
	for (size_t i = places_before(phone, places); i > 0; i--) {
		if (place_resets(phone, places[i - 1]))
			return false;
	}
	return true;
}

static bool has_high_octet(struct octets octets)
{
	for (size_t i = 0; i < octets.len; i++) {
		if (octets.at[i] >= 0x80)
			return true;
	}
	return false;
}

static bool starts_with_line_end(struct octets rest)
{
	size_t at = rest.len > 0 && rest.at[0] == '\r' ? 1 : 0;
	return rest.len == 0 || (at < rest.len && rest.at[at] == '\n');
}

/* The header ends at the first empty line. */
static struct octets header_of(struct octets content)
{
	for (size_t i = 0; i < content.len; i++) {
		if (content.at[i] == '\n' && starts_with_line_end(octets_from(content, i + 1)))
			return octets_cut(content, i + 1);
	}
	return content;
}

/* Bcc of a copy of its own, which may name its recipient. */
static struct octets shown_bcc(struct copy copy)
{
	for (size_t i = 0; copy.part > 0 && i < copy.message->outcome.recipient_count; i++) {
		if (copy.message->states[i].part == copy.part)
			return copy.message->addresses[i];
	}
	return octets_make(NULL, 0);
}

/* A composed message is made for each copy; once or each time decides what is drawn for it. */
static bool compose(struct phone *phone, struct copy copy)
{
	const struct outbox_message *message = copy.message;
	const struct message_keys *keys = &phone->profile->message;
	struct random once;
	random_init(&once, message->seed);
	uint64_t passed = (phone->now_ms - phone->start_ms) / 1000;
	struct message_draft draft = message->draft;
	draft.from = phone->account.sender;
	draft.to = message->addresses;
	draft.to_count = message->to_count;
	draft.cc = message->addresses + message->to_count;
	draft.cc_count = message->cc_count;
	draft.bcc = shown_bcc(copy);
	draft.host = phone->account.host;
	draft.device = phone->account.device;
	draft.server = phone->account.server;
	draft.unix_time += keys->regenerate_each_time ? passed : 0;
	message_composed_clear(&phone->composed);
	return message_compose(&phone->composed, keys, &draft,
		keys->regenerate_each_time ? &phone->random : &once);
}

static bool prepare_content(struct phone *phone, struct copy copy)
{
	struct transaction *transaction = &phone->transaction;
	transaction->content = copy.message->content;
	transaction->ends = octets_make(NULL, 0);
	if (transaction->content.len == 0) {
		if (!compose(phone, copy))
			return false;
		transaction->content = buffer_octets(&phone->composed.octets);
		transaction->is_broken = phone->composed.broken;
		transaction->ends = buffer_octets(&phone->composed.ends);
	}
	transaction->needs_8bit = has_high_octet(transaction->content);
	transaction->needs_utf8 = has_high_octet(header_of(transaction->content)) ||
				  has_high_octet(address_bare(phone->account.sender));
	return true;
}

/* RFC 6531: an address beyond ASCII can leave only where the server offers it. */
static bool is_sendable(const struct phone *phone, struct octets typed)
{
	const struct client_profile *profile = phone->profile;
	bool utf8 = phone->connection.offers.utf8 &&
		    holds_word(&profile->envelope.parameters, PARAMETER_SMTPUTF8);
	return profile->envelope.addresses != ENVELOPE_ADDRESS_CHECKED ||
	       address_is_mailbox(address_bare(typed), utf8);
}

/* Settles what the client itself will not send to; returns how many recipients are left. */
static size_t check_addresses(struct phone *phone, struct copy copy)
{
	const struct phone_verdict bad = {.result = PHONE_BAD_ADDRESS, .step = STEP_RECIPIENT};
	size_t left = 0;
	for (size_t i = 0; i < copy.message->outcome.recipient_count; i++) {
		if (!copy_holds(copy, i))
			continue;
		struct octets address = copy.message->addresses[i];
		if (!is_sendable(phone, address)) {
			outbox_settle(copy.message, i, bad);
			phone->transaction.refusal = bad;
			continue;
		}
		phone->transaction.needs_utf8 =
			phone->transaction.needs_utf8 || has_high_octet(address_bare(address));
		left++;
	}
	return left;
}

/* Pushes the recipients of one list, the last first. */
static void push_list(struct phone *phone, struct copy copy, uint8_t list)
{
	for (size_t i = copy.message->outcome.recipient_count; i > 0; i--) {
		if (copy.message->states[i - 1].list != list || !copy_holds(copy, i - 1))
			continue;
		agenda_push(&phone->agenda, (struct task){.kind = TASK_STEP,
						    .step = STEP_RECIPIENT,
						    .index = (uint32_t)(i - 1)});
	}
}

/* Lists that envelope.order does not name come last, so that nobody is forgotten. */
static void push_recipients(struct phone *phone, struct copy copy)
{
	static const uint8_t all[] = {ORDER_BCC, ORDER_CC, ORDER_SELF, ORDER_TO};
	const struct word_list *order = &phone->profile->envelope.order;
	for (size_t i = 0; i < sizeof all; i++) {
		if (!holds_word(order, all[i]))
			push_list(phone, copy, all[i]);
	}
	for (uint8_t i = order->count; i > 0; i--)
		push_list(phone, copy, order->items[i - 1]);
}

static void push_message(struct agenda *agenda)
{
	agenda_push_step(agenda, STEP_END, false);
	agenda_push_step(agenda, STEP_BODY, false);
	agenda_push_step(agenda, STEP_DATA, false);
}

static void push_transaction(struct phone *phone, struct copy copy)
{
	struct agenda *agenda = &phone->agenda;
	enum place places[3];
	if (phone->account.stops_at_data)
		agenda_push(agenda, (struct task){.kind = TASK_STOP});
	else
		push_message(agenda);
	agenda_push(agenda, (struct task){.kind = TASK_ANY_ACCEPTED});
	push_recipients(phone, copy);
	agenda_push_step(agenda, STEP_MAIL, false);
	size_t count = places_before(phone, places);
	for (size_t i = 0; i < count; i++)
		engine_push_place(phone, places[i], false);
}

static void begin(struct phone *phone, struct copy copy)
{
	struct transaction *transaction = &phone->transaction;
	const struct phone_verdict bad_sender = {.result = PHONE_BAD_ADDRESS, .step = STEP_MAIL};
	*transaction = (struct transaction){.copy = copy};
	outbox_pass(&phone->outbox, copy);
	outbox_count_try(copy.message, phone->connections);
	if (!prepare_content(phone, copy)) {
		phone->failed = true;
		return;
	}
	struct octets sender = phone->account.sender;
	if (sender.len > 0 && !is_sendable(phone, sender)) {
		outbox_settle_copy(copy, bad_sender);
		return;
	}
	if (check_addresses(phone, copy) == 0) {
		outbox_settle_copy(copy, transaction->refusal);
		return;
	}
	transaction->under_way = transaction->opening = true;
	push_transaction(phone, copy);
	phone->connection.copies++;
}

/*
 * Like the end of a message, but that nobody has it. The envelope stays open; nobody says MAIL into
 * it, for the connection ends here.
 */
void transaction_stop(struct phone *phone)
{
	struct transaction *transaction = &phone->transaction;
	struct phone_verdict verdict = transaction->refusal;
	if (copy_is_due(transaction->copy))
		verdict = (struct phone_verdict){.result = PHONE_ACCEPTED, .step = STEP_RECIPIENT};
	outbox_settle_copy(transaction->copy, verdict);
	transaction->under_way = false;
	phone->connection.stopped = true;
	agenda_pop(&phone->agenda);
}

static void push_quit(struct phone *phone)
{
	agenda_pop(&phone->agenda); /* TASK_NEXT has done its duty */
	agenda_push_step(&phone->agenda, STEP_QUIT, true);
}

void transaction_next(struct phone *phone)
{
	struct connection *connection = &phone->connection;
	uint64_t per_connection = phone->profile->per_connection;
	struct copy copy;
	if (connection->leaving) {
		push_quit(phone);
		return;
	}
	if (connection->after_failure) {
		connection->after_failure = false;
		engine_push_place(phone, PLACE_AFTER_FAILURE, false);
		return;
	}
	bool more = outbox_next(&phone->outbox, &copy);
	bool full =
		connection->stopped || (per_connection > 0 && connection->copies >= per_connection);
	if (more && !full && !is_blocked(phone)) {
		begin(phone, copy);
		return;
	}
	connection->reconnect = connection->reconnect || more;
	push_quit(phone);
	engine_push_place(phone, PLACE_BEFORE_QUIT, true);
}

/* RFC 4954 5: xtext of RFC 3461 4. */
static void append_xtext(struct buffer *out, struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t octet = text.at[i];
		if (octet <= ' ' || octet > '~' || octet == '+' || octet == '=')
			buffer_format(out, "+%02X", octet);
		else
			buffer_append_byte(out, octet);
	}
}

static void append_auth(struct phone *phone, struct buffer *out)
{
	struct octets sender = transaction_address(phone, phone->account.sender);
	if (!phone->connection.offers.auth)
		return;
	buffer_append_text(out, " AUTH=");
	if (phone->connection.logged_in && sender.len > 0)
		append_xtext(out, sender);
	else
		buffer_append_text(out, "<>");
}

void transaction_parameters(struct phone *phone, struct buffer *out)
{
	const struct word_list *words = &phone->profile->envelope.parameters;
	const struct offers *offers = &phone->connection.offers;
	const struct transaction *transaction = &phone->transaction;
	for (uint8_t i = 0; i < words->count; i++) {
		uint8_t word = words->items[i];
		bool size = (word == PARAMETER_SIZE && offers->size) ||
			    (word == PARAMETER_SIZE_IF_LIMITED && offers->size_limit > 0);
		if (size)
			buffer_format(out, " SIZE=%llu",
				(unsigned long long)transfer_size(phone->profile,
					transaction->content, transaction->ends.at != NULL));
		if (word == PARAMETER_BODY && offers->eight_bit && transaction->needs_8bit)
			buffer_append_text(out, " BODY=8BITMIME");
		if (word == PARAMETER_SMTPUTF8 && offers->utf8 && transaction->needs_utf8)
			buffer_append_text(out, " SMTPUTF8");
		if (word == PARAMETER_AUTH)
			append_auth(phone, out);
	}
}

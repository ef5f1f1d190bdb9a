/* saying: how each step is said, and when. */
#include "engine.h"

#include "address.h"
#include "wire.h"

/* Steps that wait for a reply; only those can be "not said but counted as said". */
static bool is_answered(enum step step)
{
	return step != STEP_TLS && step != STEP_BODY && step != STEP_CONNECT;
}

static struct octets line_end(const struct phone *phone)
{
	return octets_of(phone->profile->wire_line_end_lf ? "\n" : "\r\n");
}

/* Cuts a command into the writes of writes.command; within a flight whole ones run together. */
static void write_command(struct phone *phone, struct octets text)
{
	struct writes *writes = &phone->writes;
	struct octets end = line_end(phone);
	writes_add(writes, text);
	if (phone->profile->writes.command != WRITES_WHOLE)
		writes_end(writes);
	if (phone->profile->writes.command == WRITES_CR_LF_APART && end.len == 2) {
		writes_add(writes, octets_cut(end, 1));
		writes_end(writes);
		end = octets_from(end, 1);
	}
	writes_add(writes, end);
	if (phone->profile->writes.command != WRITES_WHOLE)
		writes_end(writes);
}

enum { MAX_NAME_LEN = 1024 * 1024 };

/* hello.names in its turn, with {address} and the account's names in it. */
static void make_name(struct phone *phone, struct buffer *name)
{
	const struct text_list *names = &phone->profile->hello.names;
	struct octets sender = transaction_address(phone, phone->account.sender);
	const struct wire_variable variables[] = {
		{"address", buffer_octets(&phone->local_address)},
		{"host", phone->account.host},
		{"device", phone->account.device},
		{"domain", address_domain(sender)},
		{"local", address_local(sender)},
	};
	if (phone->connection.name_index < names->count)
		wire_expand(name, names->items[phone->connection.name_index], variables,
			sizeof variables / sizeof *variables);
}

static enum wire_text text_of(const struct phone *phone, enum step step)
{
	switch (step) {
	case STEP_HELLO:
		return phone->connection.verb == VERB_EHLO ? WIRE_TEXT_HELLO : WIRE_TEXT_HELO;
	case STEP_STARTTLS:
		return WIRE_TEXT_STARTTLS;
	case STEP_RESET:
		return WIRE_TEXT_RESET;
	case STEP_NOOP:
		return WIRE_TEXT_NOOP;
	case STEP_MAIL:
		return phone->account.sender.len == 0 ? WIRE_TEXT_MAIL_NULL : WIRE_TEXT_MAIL;
	case STEP_RECIPIENT:
		return WIRE_TEXT_RECIPIENT;
	case STEP_DATA:
		return WIRE_TEXT_DATA;
	case STEP_QUIT:
	case STEP_CONNECT:
	case STEP_GREETING:
	case STEP_TLS:
	case STEP_AUTH:
	case STEP_BODY:
	case STEP_END:
	case STEP_COUNT:
		break;
	}
	return WIRE_TEXT_QUIT;
}

/* An address as it goes on the wire; `narrow` has it where its characters are cut. */
static struct octets said_address(
	const struct phone *phone, struct octets typed, struct buffer *narrow)
{
	struct octets address = transaction_address(phone, typed);
	if (phone->profile->envelope.addresses != ENVELOPE_ADDRESS_FOUND)
		return address;
	address_narrow(narrow, address);
	return buffer_octets(narrow);
}

/* {local} and {domain} are the recipient's in RCPT, the sender's everywhere else. */
static void say_command(struct phone *phone, const struct task *task)
{
	struct buffer name, narrow[2];
	buffer_init(&name, phone->memory, MAX_NAME_LEN);
	buffer_init(&narrow[0], phone->memory, MAX_NAME_LEN);
	buffer_init(&narrow[1], phone->memory, MAX_NAME_LEN);
	struct octets sender = said_address(phone, phone->account.sender, &narrow[0]);
	struct octets recipient = {0};
	if (task->step == STEP_HELLO)
		make_name(phone, &name);
	if (task->step == STEP_RECIPIENT)
		recipient = said_address(
			phone, phone->transaction.copy.message->addresses[task->index], &narrow[1]);
	struct octets about = task->step == STEP_RECIPIENT ? recipient : sender;
	const struct wire_variable variables[] = {{"name", buffer_octets(&name)},
		{"sender", sender}, {"recipient", recipient}, {"local", address_local(about)},
		{"domain", address_domain(about)}};
	enum wire_text text = text_of(phone, (enum step)task->step);
	buffer_truncate(&phone->text, 0);
	wire_expand(&phone->text, phone->profile->wire[text], variables,
		sizeof variables / sizeof *variables);
	if (task->step == STEP_MAIL)
		transaction_parameters(phone, &phone->text);
	phone->failed = phone->failed || buffer_failed(&name) || buffer_failed(&narrow[0]) ||
			buffer_failed(&narrow[1]);
	buffer_free(&name);
	buffer_free(&narrow[0]);
	buffer_free(&narrow[1]);
	write_command(phone, buffer_octets(&phone->text));
}

static void say_login(struct phone *phone)
{
	bool answering = phone->connection.answering;
	if (!answering && !login_command(&phone->login))
		phone->failed = true;
	struct octets line = buffer_octets(&phone->login.line);
	size_t verb = answering ? 0 : octets_find(line, ' ') + 1;
	size_t mechanism = answering ? 0 : octets_find(octets_from(line, verb), ' ') + 1;
	if (!secrets_remember(&phone->said, octets_from(line, verb + mechanism)))
		phone->failed = true;
	write_command(phone, line);
	phone->connection.answering = false;
}

/* The dot of a message nobody wants (RFC 2920 3.1) stands alone. */
static void say_end(struct phone *phone, const struct task *task)
{
	if (task->deaf)
		write_command(phone, octets_of("."));
	else
		transfer_make_dot(&phone->transfer, &phone->writes);
}

/* Which verb a session begins with; HELO is no worse where nothing of ESMTP is wanted. */
static uint8_t first_verb(const struct phone *phone)
{
	const struct client_profile *profile = phone->profile;
	bool asks = engine_asks_login(phone) || phone->security == PHONE_STARTTLS;
	uint8_t verb = asks ? profile->hello.verb : profile->hello.verb_plain;
	if (verb == VERB_SNIFF)
		return phone->connection.sniffed ? VERB_EHLO : VERB_HELO;
	return verb;
}

static void choose_verb(struct phone *phone)
{
	struct connection *connection = &phone->connection;
	if (connection->verb_chosen)
		return;
	connection->verb_chosen = true;
	connection->verb = first_verb(phone);
	connection->name_index = 0;
}

/* Whatever the outcome: who asked for TLS has to know that others could read it. */
static void remark_on_clear_text(struct phone *phone)
{
	if (phone->connection.in_tls || phone->account.security == PHONE_PLAIN)
		return;
	engine_remark(phone, phone->account.security == PHONE_STARTTLS
				     ? "the mail went in clear, although STARTTLS was asked for"
				     : "the mail went in clear, although TLS was asked for");
}

static void say_one(struct phone *phone, struct task *task)
{
	task->said = true;
	phone->transaction.opening = false;
	switch ((enum step)task->step) {
	case STEP_CONNECT:
	case STEP_GREETING:
	case STEP_COUNT:
		break;
	case STEP_TLS:
		if (!phone->profile->tls.keep_plaintext)
			reader_clear(&phone->reader);
		phone->phase = PHASE_TLS;
		break;
	case STEP_AUTH:
		say_login(phone);
		break;
	case STEP_BODY:
		remark_on_clear_text(phone);
		transfer_init(&phone->transfer, phone->profile, phone->transaction.content,
			phone->transaction.ends, phone->transaction.copy.message->break_body_at);
		if (phone->transaction.is_broken) /* the generator got no further */
			phone->transfer.break_at = phone->transaction.content.len;
		phone->transfer_state = TRANSFER_GOING;
		break;
	case STEP_END:
		say_end(phone, task);
		break;
	case STEP_HELLO:
		choose_verb(phone);
		say_command(phone, task);
		break;
	case STEP_STARTTLS:
	case STEP_RESET:
	case STEP_NOOP:
	case STEP_MAIL:
	case STEP_RECIPIENT:
	case STEP_DATA:
	case STEP_QUIT:
		say_command(phone, task);
		break;
	}
}

static bool is_reset_of_message(const struct task *task)
{
	return task->step == STEP_RESET && !task->in_session;
}

/* Whether this step takes others along in its flight. */
static bool leads_flight(const struct phone *phone, const struct task *task)
{
	const struct client_profile *profile = phone->profile;
	uint8_t pipelining = profile->envelope.pipelining;
	if (pipelining == PIPELINING_NONE || !phone->connection.offers.pipelining)
		return false;
	if (is_reset_of_message(task))
		return profile->envelope.reset_in_flight && phone->transaction.under_way;
	return task->step ==
	       (pipelining == PIPELINING_RECIPIENTS_AND_DATA ? STEP_RECIPIENT : STEP_MAIL);
}

/* Whether `task` flies in the flight that began with RSET, or with what follows it. */
static bool flies(const struct phone *phone, const struct task *task, bool from_reset)
{
	uint8_t pipelining = phone->profile->envelope.pipelining;
	if (task->kind != TASK_STEP)
		return false;
	if (from_reset && (task->step == STEP_MAIL || is_reset_of_message(task)))
		return true;
	if (from_reset && pipelining == PIPELINING_RECIPIENTS_AND_DATA)
		return false;
	return task->step == STEP_RECIPIENT ||
	       (task->step == STEP_DATA && pipelining != PIPELINING_ENVELOPE);
}

/* What envelope.pipelining lets leave with the step just said (RFC 2920). */
static void say_flight(struct phone *phone, bool from_reset)
{
	for (size_t ahead = 1;; ahead++) {
		struct task *task = agenda_ahead(&phone->agenda, ahead);
		if (task == NULL)
			return;
		if (task->kind == TASK_ANY_ACCEPTED)
			continue;
		if (!flies(phone, task, from_reset))
			return;
		say_one(phone, task);
	}
}

uint64_t saying_draw(struct phone *phone, struct span span)
{
	if (span.from_ms == PROFILE_NONE || phone->account.pace_percent == 0)
		return 0;
	uint64_t wait = span.from_ms;
	if (span.to_ms > span.from_ms && span.to_ms - span.from_ms < UINT32_MAX)
		wait += random_below(&phone->random, (uint32_t)(span.to_ms - span.from_ms + 1));
	return wait > UINT64_MAX / phone->account.pace_percent
		       ? wait
		       : wait * phone->account.pace_percent / 100;
}

bool saying_pause(struct phone *phone, struct span span)
{
	uint64_t wait = saying_draw(phone, span);
	if (wait == 0 || wait > UINT64_MAX - 1 - phone->now_ms)
		return false;
	phone->paused = true;
	phone->pause_until_ms = phone->now_ms + wait;
	return true;
}

/* True while the client still thinks about what it is going to say. */
static bool thinks(struct phone *phone, const struct task *task)
{
	const struct client_profile *profile = phone->profile;
	if (phone->thought)
		return false;
	phone->thought = true;
	unsigned int step = task->step;
	if (step == STEP_GREETING || step == STEP_TLS)
		return false;
	if (step == STEP_AUTH && phone->connection.answering)
		step = THINK_AUTH_ANSWER;
	if (phone->transaction.under_way && phone->transaction.opening &&
		profile->think[THINK_MESSAGE].from_ms != PROFILE_NONE)
		step = THINK_MESSAGE;
	return saying_pause(phone, client_think(profile, step));
}

static bool is_secret_held(const struct phone *phone)
{
	return phone->account.security != PHONE_PLAIN && !phone->account.password_in_clear &&
	       !phone->connection.in_tls;
}

static void hold_back(struct phone *phone)
{
	engine_remark(phone, "the password was held back: the profile would have said it in clear");
	phone->held_back = true;
	agenda_abandon(&phone->agenda, false);
	phone->connection.leaving = true;
}

static uint32_t every_mechanism(const struct phone *phone)
{
	size_t count = phone->profile->auth.mechanisms.count;
	return count >= OFFERS_MAX_MECHANISMS ? UINT32_MAX : ((uint32_t)1 << count) - 1;
}

/* Chooses the mechanism of an AUTH that has come to the front; false: nothing is to be said. */
static bool choose_mechanism(struct phone *phone)
{
	struct connection *connection = &phone->connection;
	if (connection->logged_in) {
		agenda_pop(&phone->agenda); /* an early login stands */
		return false;
	}
	uint32_t offered = connection->offers.mechanisms;
	if (offered == 0 && phone->profile->auth.unadvertised)
		offered = every_mechanism(phone);
	login_offer(&phone->login, offered);
	if (!login_next(&phone->login)) {
		action_react(phone, (struct happening){.kind = EVENT_NOT_OFFERED});
		return false;
	}
	connection->chosen = true;
	if (is_secret_held(phone)) {
		hold_back(phone);
		return false;
	}
	return true;
}

static bool never_quits(const struct phone *phone, const struct task *task)
{
	return task->step == STEP_QUIT && !phone->profile->close.quit;
}

/* False where the step in front turns out not to be said at all. */
static bool is_to_be_said(struct phone *phone, const struct task *task)
{
	if (task->step == STEP_STARTTLS && !phone->connection.offers.starttls) {
		action_react(phone, (struct happening){.kind = EVENT_NOT_OFFERED});
		return false;
	}
	if (task->step == STEP_AUTH && !phone->connection.chosen)
		return choose_mechanism(phone);
	if (task->step == STEP_MAIL && transaction_lacks_sender(phone)) {
		transaction_refuse_sender(phone);
		return false;
	}
	if (never_quits(phone, task)) {
		if (task->going_on)
			agenda_pop(&phone->agenda);
		else
			engine_close(phone);
		return false;
	}
	return true;
}

/* close.wait: some do not wait for the reply to QUIT. */
static void leave_unheard(struct phone *phone, const struct task *task)
{
	if (task->step != STEP_QUIT || phone->profile->close.wait)
		return;
	if (task->going_on)
		agenda_pop(&phone->agenda);
	else
		engine_close(phone);
}

bool saying_step(struct phone *phone, struct task *task)
{
	struct connection *connection = &phone->connection;
	if (connection->unsaid && is_answered((enum step)task->step) && !never_quits(phone, task)) {
		task->said = true;
		phone->wait_from_ms = phone->now_ms;
		return true;
	}
	if (!is_to_be_said(phone, task) || thinks(phone, task))
		return true;
	phone->thought = false;
	connection->unsent = false;
	phone->wait_from_ms = phone->now_ms;
	say_one(phone, task);
	bool from_reset = is_reset_of_message(task), leads = leads_flight(phone, task);
	if (leads)
		say_flight(phone, from_reset);
	writes_end(&phone->writes);
	if (connection->broken && writes_pending(&phone->writes)) {
		writes_clear(&phone->writes);
		connection->unsent = true;
	}
	leave_unheard(phone, agenda_front(&phone->agenda));
	return true;
}

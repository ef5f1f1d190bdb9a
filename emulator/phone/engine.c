/* engine: the loop over the agenda, and connections from the first to the last. */
#include "engine.h"

void engine_remark(struct phone *phone, const char *remark)
{
	for (size_t i = 0; i < phone->remark_count; i++) {
		if (phone->remarks[i] == remark)
			return;
	}
	if (phone->remark_count < MAX_REMARKS)
		phone->remarks[phone->remark_count++] = remark;
}

void engine_close(struct phone *phone)
{
	agenda_clear(&phone->agenda);
	phone->paused = false;
	phone->wait_from_ms = phone->now_ms;
	phone->phase = PHASE_CLOSE;
}

/* Words of a place, the first in front. */
void engine_push_place(struct phone *phone, enum place place, bool in_session)
{
	const struct word_list *words = &phone->profile->flow[place];
	for (size_t i = words->count; i > 0; i--)
		agenda_push_step(&phone->agenda, words->items[i - 1], in_session);
}

bool engine_asks_login(const struct phone *phone)
{
	return phone->account.user.len > 0 && phone->profile->auth.mechanisms.count > 0;
}

static void push_silent(struct phone *phone, enum task_kind kind)
{
	agenda_push(&phone->agenda, (struct task){.kind = (uint8_t)kind});
}

/* From the greeting to the first message; pushed from the back to the front. */
static void make_agenda(struct phone *phone)
{
	struct agenda *agenda = &phone->agenda;
	push_silent(phone, TASK_NEXT);
	if (engine_asks_login(phone))
		agenda_push_step(agenda, STEP_AUTH, true);
	if (phone->security == PHONE_TLS)
		push_silent(phone, TASK_INSIDE_TLS);
	if (phone->security == PHONE_STARTTLS) {
		agenda_push_step(agenda, STEP_STARTTLS, true);
		push_silent(phone, TASK_EARLY_LOGIN);
	}
	agenda_push_step(agenda, STEP_HELLO, true);
	agenda_push_step(agenda, STEP_GREETING, true);
	if (phone->security == PHONE_TLS) {
		engine_push_place(phone, PLACE_AFTER_TLS, true);
		agenda_push_step(agenda, STEP_TLS, true);
	}
}

/* The scope of an IPv6 address means nothing outside the device (RFC 4007 11.2). */
static void keep_local_address(struct phone *phone, const char *from_driver)
{
	struct octets address = octets_of(from_driver);
	if (phone->account.local_address != NULL)
		address = octets_of(phone->account.local_address);
	address = octets_cut(address, octets_find(address, '%'));
	buffer_clear(&phone->local_address);
	if (octets_find(address, ':') < address.len)
		buffer_append_octets(&phone->local_address, phone->profile->hello.ipv6_tag);
	buffer_append_octets(&phone->local_address, address);
}

void engine_connect(struct phone *phone, const char *local_address)
{
	phone->connection = (struct connection){0};
	phone->transaction = (struct transaction){0};
	phone->connections++;
	phone->paused = phone->thought = false;
	phone->wait_from_ms = phone->now_ms;
	reader_clear(&phone->reader);
	writes_clear(&phone->writes);
	reply_clear(&phone->reply);
	agenda_clear(&phone->agenda);
	login_reset(&phone->login);
	keep_local_address(phone, local_address);
	phone->phase = phone->probing ? PHASE_TLS : PHASE_TALK;
	if (!phone->probing)
		make_agenda(phone);
}

static void begin_round(struct phone *phone)
{
	phone->rounds++;
	phone->probing = phone->profile->connect.probe == PROBE_TLS;
	phone->wait_from_ms = phone->now_ms;
	phone->phase = outbox_begin_round(&phone->outbox) ? PHASE_CONNECT : PHASE_DONE;
}

/* The waits of outbox.retry, the last of them again and again; else the user's own. */
static uint64_t wait_ms(const struct phone *phone)
{
	size_t count = phone->profile->outbox.retry_count, index = phone->rounds - 1;
	if (count == 0)
		return phone->account.try_wait_ms;
	return phone->profile->outbox.retry_ms[index < count ? index : count - 1];
}

static void end_round(struct phone *phone)
{
	bool more = outbox_end_round(&phone->outbox);
	phone->phase = PHASE_DONE;
	if (!more || phone->failed)
		return;
	if (phone->rounds > phone->account.further_tries) {
		if (phone->profile->outbox.retry_count > 0)
			engine_remark(
				phone, "the client would try again, as often as its profile says");
		return;
	}
	uint64_t wait = wait_ms(phone);
	phone->wait_until_ms =
		wait > UINT64_MAX - 1 - phone->now_ms ? UINT64_MAX - 1 : phone->now_ms + wait;
	phone->phase = PHASE_WAIT;
}

void engine_connection_failed(struct phone *phone, enum event_kind kind)
{
	if (phone->probing) {
		phone->probing = false;
		phone->wait_from_ms = phone->now_ms;
		return;
	}
	phone->connections++;
	struct phone_verdict verdict = {.step = STEP_CONNECT};
	bool hangs = action_hangs_at_connect(phone, kind);
	verdict.result = kind == EVENT_TIMEOUT ? PHONE_TIMED_OUT : PHONE_NO_CONNECTION;
	if (hangs)
		verdict.result = PHONE_HUNG;
	outbox_settle_rest(&phone->outbox, verdict, phone->connections);
	if (hangs)
		phone->phase = PHASE_HOLD;
	else
		end_round(phone);
}

void engine_connection_over(struct phone *phone)
{
	struct copy copy;
	const struct connection *connection = &phone->connection;
	uint64_t per_connection = phone->profile->per_connection;
	bool planned = phone->probing || connection->reconnect ||
		       (per_connection > 0 && connection->copies >= per_connection);
	agenda_clear(&phone->agenda);
	reader_clear(&phone->reader);
	writes_clear(&phone->writes);
	phone->probing = false;
	phone->wait_from_ms = phone->now_ms;
	if (planned && !phone->failed && outbox_next(&phone->outbox, &copy))
		phone->phase = PHASE_CONNECT;
	else
		end_round(phone);
}

/* AUTH ahead of STARTTLS, for those that do so (auth.before-tls). */
static void early_login(struct phone *phone)
{
	agenda_pop(&phone->agenda);
	if (phone->profile->auth.before_tls && phone->connection.offers.auth &&
		engine_asks_login(phone))
		agenda_push_step(&phone->agenda, STEP_AUTH, true);
}

/* STARTTLS where TLS was on from the first octet (tls.inside-tls). */
static void inside_tls(struct phone *phone)
{
	struct connection *connection = &phone->connection;
	agenda_pop(&phone->agenda);
	if (!phone->profile->tls.inside_tls || !connection->in_tls || !connection->offers.starttls)
		return;
	agenda_push_step(&phone->agenda, STEP_STARTTLS, true);
}

static void any_accepted(struct phone *phone)
{
	if (phone->transaction.accepted_count > 0)
		agenda_pop(&phone->agenda);
	else
		action_react(phone, (struct happening){.kind = EVENT_NONE_ACCEPTED});
}

/* What waits is the step in front; RFC 5321 4.5.3.2 counts from the command's last octet. */
static uint64_t step_deadline(const struct phone *phone, unsigned int step)
{
	uint64_t timeout = client_timeout_ms(phone->profile, step);
	uint64_t longest = phone->account.longest_limit_ms;
	if (longest != 0 && timeout > longest && client_writes_timeout(phone->profile, step))
		timeout = longest;
	if (timeout == PROFILE_NONE || timeout > UINT64_MAX - 1 - phone->wait_from_ms)
		return PLAYER_NEVER;
	return phone->wait_from_ms + timeout;
}

static const struct task *front_of(const struct phone *phone)
{
	const struct agenda *agenda = &phone->agenda;
	return agenda->count == 0 ? NULL : &agenda->tasks[agenda->count - 1];
}

static uint64_t talk_deadline(const struct phone *phone)
{
	const struct task *front = front_of(phone);
	if (phone->paused)
		return phone->pause_until_ms;
	return front == NULL ? PLAYER_NEVER : step_deadline(phone, front->step);
}

uint64_t engine_deadline(const struct phone *phone)
{
	switch (phone->phase) {
	case PHASE_START:
		return phone->outbox.count == 0 ? PLAYER_NEVER : 0;
	case PHASE_CONNECT:
		return step_deadline(phone, STEP_CONNECT);
	case PHASE_TALK:
		return talk_deadline(phone);
	case PHASE_TLS:
		return step_deadline(phone, STEP_TLS);
	case PHASE_CLOSE:
		return writes_pending(&phone->writes) ? step_deadline(phone, STEP_QUIT)
						      : PLAYER_NEVER;
	case PHASE_WAIT:
		return phone->wait_until_ms;
	case PHASE_HOLD:
	case PHASE_DONE:
		break;
	}
	return PLAYER_NEVER;
}

/* The step whose limit the deadline is; STEP_COUNT: none. */
static unsigned int step_waited_for(const struct phone *phone)
{
	const struct task *front = front_of(phone);
	switch (phone->phase) {
	case PHASE_CONNECT:
		return STEP_CONNECT;
	case PHASE_TALK:
		return front == NULL ? STEP_COUNT : front->step;
	case PHASE_TLS:
		return STEP_TLS;
	case PHASE_CLOSE:
		return STEP_QUIT;
	case PHASE_START:
	case PHASE_WAIT:
	case PHASE_HOLD:
	case PHASE_DONE:
		break;
	}
	return STEP_COUNT;
}

bool engine_keeps_time(const struct phone *phone)
{
	unsigned int step = step_waited_for(phone);
	if (engine_deadline(phone) == PLAYER_NEVER)
		return false;
	return phone->paused || (step < STEP_COUNT && client_writes_timeout(phone->profile, step));
}

static bool is_overdue(const struct phone *phone)
{
	return engine_deadline(phone) <= phone->now_ms;
}

/* What cannot be got rid of: the peer does not read. */
static bool give_up_sending(struct phone *phone)
{
	if (!is_overdue(phone))
		return false;
	writes_clear(&phone->writes);
	phone->connection.unsent = true;
	action_react(phone, (struct happening){.kind = EVENT_TIMEOUT});
	return true;
}

/* One look at the front; false: there is something to wait for. */
static bool look(struct phone *phone)
{
	if (phone->paused && phone->now_ms < phone->pause_until_ms)
		return false;
	phone->paused = false;
	if (writes_pending(&phone->writes))
		return give_up_sending(phone);
	struct task *front = agenda_front(&phone->agenda);
	if (front == NULL) {
		engine_close(phone);
		return true;
	}
	switch ((enum task_kind)front->kind) {
	case TASK_STEP:
		return front->said ? hearing_step(phone, front) : saying_step(phone, front);
	case TASK_EARLY_LOGIN:
		early_login(phone);
		break;
	case TASK_INSIDE_TLS:
		inside_tls(phone);
		break;
	case TASK_ANY_ACCEPTED:
		any_accepted(phone);
		break;
	case TASK_STOP:
		transaction_stop(phone);
		break;
	case TASK_NEXT:
		transaction_next(phone);
		break;
	}
	return true;
}

static bool is_out_of_memory(const struct phone *phone)
{
	return phone->failed || phone->agenda.failed || writes_failed(&phone->writes) ||
	       buffer_failed(&phone->text) || buffer_failed(&phone->local_address) ||
	       buffer_failed(&phone->reader.queue);
}

/* The first failure sticks: whatever was not settled is settled, and the phone goes home. */
static void fail(struct phone *phone)
{
	phone->failed = phone->gone_home = true;
	outbox_fail(&phone->outbox, (struct phone_verdict){.result = PHONE_NO_MEMORY});
	phone->transaction.under_way = false;
	writes_clear(&phone->writes);
	if (phone->phase == PHASE_TALK || phone->phase == PHASE_TLS)
		engine_close(phone);
	else if (phone->phase != PHASE_CLOSE && phone->phase != PHASE_HOLD)
		phone->phase = PHASE_DONE;
}

/* Timeouts of the phases in which the agenda rests. */
static void check_clock(struct phone *phone)
{
	if (phone->phase == PHASE_START) {
		phone->start_ms = phone->now_ms;
		begin_round(phone);
		return;
	}
	if (phone->phase == PHASE_TALK || !is_overdue(phone))
		return;
	if (phone->phase == PHASE_CONNECT) {
		engine_connection_failed(phone, EVENT_TIMEOUT);
	} else if (phone->phase == PHASE_TLS && phone->probing) {
		engine_close(phone);
	} else if (phone->phase == PHASE_TLS) {
		phone->phase = PHASE_TALK;
		phone->connection.broken = true;
		action_react(phone, (struct happening){.kind = EVENT_TIMEOUT});
	} else if (phone->phase == PHASE_CLOSE) {
		writes_clear(&phone->writes);
	} else if (phone->phase == PHASE_WAIT) {
		begin_round(phone);
	}
}

void engine_run(struct phone *phone, uint64_t now_ms)
{
	phone->now_ms = now_ms > phone->now_ms ? now_ms : phone->now_ms;
	check_clock(phone);
	while (phone->phase == PHASE_TALK && !is_out_of_memory(phone) && look(phone))
		;
	if (is_out_of_memory(phone) && !phone->gone_home)
		fail(phone);
}

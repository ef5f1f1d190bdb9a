/*
 * action: what a reaction does to the agenda.
 *
 * A cell holds a list of actions, and the first that is possible is done; where none is, the
 * default table acts, then `quit`. A connection that is gone leaves three of them possible.
 */
#include "engine.h"

/* What happened, in hand while a reaction is looked for and done. */
struct occasion {
	struct phone *phone;
	struct happening happening;
	struct task task; /* the step in front, or TASK_ANY_ACCEPTED */
	bool gone;	  /* nothing can be said any more */
	struct phone_verdict verdict;
};

static enum row row_of_hello(const struct phone *phone)
{
	if (phone->security != PHONE_STARTTLS)
		return ROW_HELLO;
	return phone->connection.in_tls ? ROW_HELLO_IN_TLS : ROW_HELLO_FOR_TLS;
}

static enum row row_of(const struct phone *phone, const struct task *task)
{
	static const enum row rows[STEP_COUNT] = {
		[STEP_CONNECT] = ROW_CONNECT,
		[STEP_GREETING] = ROW_GREETING,
		[STEP_HELLO] = ROW_HELLO,
		[STEP_STARTTLS] = ROW_STARTTLS,
		[STEP_TLS] = ROW_TLS,
		[STEP_AUTH] = ROW_AUTH,
		[STEP_RESET] = ROW_RESET,
		[STEP_NOOP] = ROW_NOOP,
		[STEP_MAIL] = ROW_MAIL,
		[STEP_RECIPIENT] = ROW_RECIPIENT,
		[STEP_DATA] = ROW_DATA,
		[STEP_BODY] = ROW_BODY,
		[STEP_END] = ROW_END,
		[STEP_QUIT] = ROW_QUIT,
	};
	if (task->kind == TASK_ANY_ACCEPTED)
		return ROW_RECIPIENT;
	if (task->step == STEP_HELLO)
		return row_of_hello(phone);
	if (task->step == STEP_RESET && task->in_session && phone->connection.copies == 0)
		return ROW_SESSION_RESET;
	return rows[task->step];
}

static struct asking asking_of(const struct phone *phone, const struct task *task)
{
	struct asking asking = {.row = row_of(phone, task)};
	if (asking.row == ROW_AUTH)
		asking.mechanism = phone->login.name;
	return asking;
}

bool action_catches(const struct phone *phone, struct happening happening)
{
	const struct agenda *agenda = &phone->agenda;
	const struct task *front = &agenda->tasks[agenda->count - 1];
	return reaction_catches_success(phone->profile, asking_of(phone, front), happening);
}

bool action_hangs_at_connect(const struct phone *phone, enum event_kind kind)
{
	struct asking asking = {.row = ROW_CONNECT};
	const struct reaction *cell =
		reaction_written(phone->profile, asking, (struct happening){.kind = kind});
	for (uint8_t i = 0; cell != NULL && i < cell->action_count; i++) {
		if (cell->actions[i] == ACTION_HANG || cell->actions[i] == ACTION_DROP)
			return cell->actions[i] == ACTION_HANG;
	}
	return false;
}

/* Lost before the dot's end, or after it? Of a body, an early refusal may still be there to read.
 */
static struct phone_verdict verdict_of_loss(struct occasion *occasion, enum phone_result result)
{
	struct phone *phone = occasion->phone;
	enum step step = (enum step)occasion->task.step;
	struct line line;
	if (step == STEP_END && !phone->connection.unsent)
		return outbox_verdict(&phone->outbox, PHONE_UNSURE, step, 0, octets_make(NULL, 0));
	if (step == STEP_BODY && reader_take(&phone->reader, &line) && line.code / 100 > 3)
		return outbox_verdict(&phone->outbox,
			line.code / 100 == 4 ? PHONE_REFUSED_FOR_NOW : PHONE_REFUSED, step,
			line.code, octets_cut(line.whole, REPLY_LINE_MAX));
	return outbox_verdict(&phone->outbox, result, step, 0, octets_make(NULL, 0));
}

/* What servers say to a stranger (RFC 4954 6), or say in words. */
static bool wants_login(const struct reply *reply)
{
	struct octets text = reply_first(reply);
	return reply->code == 530 || reply->code == 535 ||
	       (reply->code / 100 == 5 && octets_find_text(text, octets_of("authenti")) < text.len);
}

/* Only what is known: whether the server forgot the login nobody can see. */
static void remark_on_forgetting(const struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	if (!phone->connection.login_reset || !wants_login(&phone->reply))
		return;
	engine_remark(phone, "the server took the login and may have forgotten it on RSET; "
			     "`handset profile show` and `handset demo` tell the story");
}

static struct phone_verdict verdict_of_reply(struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	unsigned int code = phone->reply.code;
	enum phone_result result = code / 100 == 4 ? PHONE_REFUSED_FOR_NOW : PHONE_REFUSED;
	struct buffer masked;
	buffer_init(&masked, phone->memory, 8 * REPLY_LINE_MAX);
	/* servers repeat lines that they do not like: a password is not shown for that */
	bool hidden = secrets_mask(&phone->said, reply_first(&phone->reply), &masked);
	struct phone_verdict verdict =
		outbox_verdict(&phone->outbox, result, (enum step)occasion->task.step, code,
			hidden ? octets_cut(buffer_octets(&masked), REPLY_LINE_MAX)
			       : reply_first(&phone->reply));
	buffer_free(&masked);
	remark_on_forgetting(occasion);
	return verdict;
}

static struct phone_verdict verdict_of(struct occasion *occasion)
{
	struct outbox *outbox = &occasion->phone->outbox;
	enum step step = (enum step)occasion->task.step;
	switch (occasion->happening.kind) {
	case EVENT_CODE_MULTI:
	case EVENT_CODE:
	case EVENT_CLASS:
	case EVENT_ELSE:
	case EVENT_BAD_PROMPT:
		return verdict_of_reply(occasion);
	case EVENT_LOST:
		return verdict_of_loss(occasion, PHONE_CLOSED);
	case EVENT_TIMEOUT:
		return verdict_of_loss(occasion, PHONE_TIMED_OUT);
	case EVENT_NOT_OFFERED:
		return outbox_verdict(outbox, PHONE_REFUSED, step, 0, octets_make(NULL, 0));
	case EVENT_FAILED:
		return outbox_verdict(outbox, PHONE_TLS_FAILED, step, 0, octets_make(NULL, 0));
	case EVENT_BROKEN:
		return outbox_verdict(outbox, PHONE_BROKEN, step, 0, octets_make(NULL, 0));
	case EVENT_NONE_ACCEPTED:
		break;
	}
	return occasion->phone->transaction.refusal;
}

/* The copy under way ends so; where none has begun, it is the session that failed, for all. */
static void settle(struct phone *phone, struct phone_verdict verdict)
{
	struct transaction *transaction = &phone->transaction;
	if (transaction->under_way) {
		outbox_settle_copy(transaction->copy, verdict);
		transaction->under_way = false;
		phone->connection.last_failed = true;
		phone->connection.last_begun = transaction->begun;
	} else if (phone->connection.copies == 0) {
		outbox_settle_rest(&phone->outbox, verdict, phone->connections);
	}
}

static void go_on(struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	struct transaction *transaction = &phone->transaction;
	struct task task = occasion->task;
	bool step = task.kind == TASK_STEP;
	agenda_pop(&phone->agenda);
	if (step && task.step == STEP_HELLO)
		phone->connection.offers = (struct offers){0};
	if (step && task.step == STEP_AUTH) {
		phone->connection.chosen = phone->connection.answering = false;
		phone->without_login = true;
		phone->login_verdict = occasion->verdict;
	}
	if (step && task.step == STEP_RECIPIENT) {
		outbox_settle(transaction->copy.message, task.index, occasion->verdict);
		transaction->refusal = occasion->verdict;
		transaction->accepted_count++;
	}
	if (step && task.step == STEP_END) {
		settle(phone, occasion->verdict);
		phone->connection.envelope_open = false;
	}
	if (step && task.step == STEP_QUIT && !task.going_on)
		engine_close(phone);
}

static void skip(struct occasion *occasion)
{
	struct transaction *transaction = &occasion->phone->transaction;
	outbox_settle(transaction->copy.message, occasion->task.index, occasion->verdict);
	transaction->refusal = occasion->verdict;
	agenda_pop(&occasion->phone->agenda);
}

/* The step in front is said again, with its place before it. */
static void hello_again(struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	agenda_front(&phone->agenda)->said = false;
	engine_push_place(phone, PLACE_BEFORE_HELLO_RETRY, occasion->task.in_session);
}

static void next_name(struct occasion *occasion)
{
	occasion->phone->connection.name_index++;
	hello_again(occasion);
}

/* A HELO has no offers; the list of names starts anew. */
static void helo(struct occasion *occasion)
{
	struct connection *connection = &occasion->phone->connection;
	connection->verb = VERB_HELO;
	connection->name_index = 0;
	connection->offers = (struct offers){0};
	hello_again(occasion);
}

static void next_mechanism(struct occasion *occasion)
{
	login_next(&occasion->phone->login);
	occasion->phone->connection.answering = false;
	agenda_front(&occasion->phone->agenda)->said = false;
}

static void same_again(struct occasion *occasion)
{
	occasion->phone->connection.answering = true;
	agenda_front(&occasion->phone->agenda)->said = false;
}

static void give_up(struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	settle(phone, occasion->verdict);
	if (occasion->task.kind == TASK_STEP && occasion->task.step == STEP_END)
		phone->connection.envelope_open = false;
	agenda_pop(&phone->agenda);
	agenda_abandon(&phone->agenda, phone->profile->replies.drain);
	phone->connection.after_failure = true;
}

/* Only QUIT is left, behind what is still to be read. */
static void leave(struct phone *phone)
{
	agenda_pop(&phone->agenda);
	agenda_abandon(&phone->agenda, phone->profile->replies.drain);
	phone->connection.leaving = true;
}

static void quit(struct occasion *occasion)
{
	settle(occasion->phone, occasion->verdict);
	if (occasion->task.kind == TASK_STEP && occasion->task.step == STEP_QUIT)
		go_on(occasion);
	else
		leave(occasion->phone);
}

/* The session counts as open, whatever of it is left: the messages follow QUIT. */
static void quit_and_go_on(struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	bool login = occasion->task.step == STEP_AUTH;
	phone->without_login = phone->without_login || login;
	if (login)
		phone->login_verdict = occasion->verdict;
	phone->connection.refusal = occasion->verdict;
	agenda_pop(&phone->agenda);
	agenda_abandon(&phone->agenda, false);
	phone->connection.offers = (struct offers){0};
	phone->connection.chosen = phone->connection.answering = false;
	agenda_push(&phone->agenda, (struct task){.kind = TASK_STEP,
					    .step = STEP_QUIT,
					    .in_session = true,
					    .going_on = true});
}

/* Only a reply to QUIT makes the session count as open: the refusal stays what it is. */
void action_end_unanswered(struct phone *phone)
{
	struct phone_verdict refusal = phone->connection.refusal;
	if (refusal.step == STEP_AUTH)
		phone->without_login = false;
	settle(phone, refusal);
	engine_close(phone);
}

static void drop(struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	struct phone_verdict verdict = occasion->verdict;
	if (verdict.result == PHONE_REFUSED && verdict.code > 0 && verdict.code < 400)
		verdict.result = PHONE_CLOSED; /* nothing was refused; the client walks out */
	settle(phone, verdict);
	writes_clear(&phone->writes);
	engine_close(phone);
}

static void hang(struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	struct phone_verdict verdict = occasion->verdict;
	verdict.result = PHONE_HUNG;
	settle(phone, verdict);
	agenda_clear(&phone->agenda);
	writes_clear(&phone->writes);
	phone->phase = PHASE_HOLD;
}

/* The same copy in a new connection, once for each message (and round). */
static void again(struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	struct transaction *transaction = &phone->transaction;
	transaction->copy.message->was_again = true;
	transaction->under_way = false;
	outbox_return(&phone->outbox, transaction->copy);
	phone->connection.reconnect = true;
	if (occasion->gone)
		engine_close(phone);
	else
		leave(phone);
}

static bool always(const struct occasion *occasion)
{
	(void)occasion;
	return true;
}

static bool is_step(const struct occasion *occasion, enum step step)
{
	return occasion->task.kind == TASK_STEP && occasion->task.step == step;
}

static bool never(const struct occasion *occasion)
{
	(void)occasion;
	return false;
}

static bool has_next_name(const struct occasion *occasion)
{
	const struct phone *phone = occasion->phone;
	return is_step(occasion, STEP_HELLO) &&
	       phone->connection.name_index + 1 < phone->profile->hello.names.count;
}

static bool can_say_helo(const struct occasion *occasion)
{
	return is_step(occasion, STEP_HELLO) && occasion->phone->connection.verb == VERB_EHLO;
}

static bool has_next_mechanism(const struct occasion *occasion)
{
	return is_step(occasion, STEP_AUTH) && login_has_next(&occasion->phone->login);
}

/* A client that keeps saying the same on a silent line would never end. */
static bool can_say_again(const struct occasion *occasion)
{
	return is_step(occasion, STEP_AUTH) && occasion->phone->connection.chosen &&
	       occasion->happening.kind != EVENT_TIMEOUT;
}

static bool is_recipient(const struct occasion *occasion)
{
	return is_step(occasion, STEP_RECIPIENT);
}

static bool is_under_way(const struct occasion *occasion)
{
	return occasion->phone->transaction.under_way;
}

static bool is_session_row(const struct occasion *occasion)
{
	return occasion->task.kind == TASK_STEP && occasion->task.in_session &&
	       occasion->task.step != STEP_QUIT && !is_under_way(occasion);
}

static bool can_start_again(const struct occasion *occasion)
{
	const struct phone *phone = occasion->phone;
	return is_under_way(occasion) && phone->connection.logged_in &&
	       !phone->transaction.copy.message->was_again;
}

struct rule {
	bool (*is_possible)(const struct occasion *occasion);
	bool when_gone; /* possible without a connection */
	void (*perform)(struct occasion *occasion);
};

/* Other addresses are the driver's: where it says "failed", it has tried them. */
static const struct rule rules[ACTION_COUNT] = {
	[ACTION_GO_ON] = {always, false, go_on},
	[ACTION_NEXT_ADDRESS] = {never, false, drop},
	[ACTION_NEXT_NAME] = {has_next_name, false, next_name},
	[ACTION_NEXT_MECHANISM] = {has_next_mechanism, false, next_mechanism},
	[ACTION_HELO] = {can_say_helo, false, helo},
	[ACTION_SAME_AGAIN] = {can_say_again, false, same_again},
	[ACTION_SKIP] = {is_recipient, false, skip},
	[ACTION_GIVE_UP] = {is_under_way, false, give_up},
	[ACTION_AGAIN] = {can_start_again, true, again},
	[ACTION_QUIT] = {always, false, quit},
	[ACTION_QUIT_AND_GO_ON] = {is_session_row, false, quit_and_go_on},
	[ACTION_DROP] = {always, true, drop},
	[ACTION_HANG] = {always, true, hang},
};

static bool perform_first(struct occasion *occasion, const struct reaction *cell)
{
	for (uint8_t i = 0; cell != NULL && i < cell->action_count; i++) {
		const struct rule *rule = &rules[cell->actions[i]];
		if ((occasion->gone && !rule->when_gone) || !rule->is_possible(occasion))
			continue;
		rule->perform(occasion);
		return true;
	}
	return false;
}

/* A reply nobody waits for cannot be reacted to; its absence ends the connection. */
static void react(struct occasion *occasion)
{
	struct phone *phone = occasion->phone;
	struct asking asking = asking_of(phone, &occasion->task);
	const struct reaction *written =
		reaction_written(phone->profile, asking, occasion->happening);
	if (!occasion->task.deaf &&
		(perform_first(occasion, written) ||
			perform_first(occasion,
				reaction_default(phone->profile, asking, occasion->happening))))
		return;
	if (occasion->gone || occasion->task.deaf)
		drop(occasion);
	else
		quit(occasion);
}

void action_react(struct phone *phone, struct happening happening)
{
	struct task *front = agenda_front(&phone->agenda);
	if (front == NULL) {
		engine_close(phone);
		return;
	}
	struct occasion occasion = {.phone = phone, .happening = happening, .task = *front};
	occasion.gone = happening.kind == EVENT_LOST || happening.kind == EVENT_FAILED ||
			phone->connection.broken;
	occasion.verdict = verdict_of(&occasion);
	react(&occasion);
}

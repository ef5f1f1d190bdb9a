/* referee: the state of a conversation as facts, and the patterns held against them. */
#include "referee.h"

#include "message_watch.h"
#include "shape.h"

#include <string.h>

enum { MAX_UNHEARD = 2048, MAX_REMEMBERED = 1024 };

/* Something said that a reply is owed for. */
struct spoken {
	enum moment moment;
	uint64_t at_ms;
	uint64_t mechanism; /* a hash, of AUTH */
};

/* A set of texts, by hash: enough to notice a repetition. */
struct remembered {
	uint64_t hashes[MAX_REMEMBERED];
	size_t count;
};

struct referee {
	const struct memory *memory;
	struct referee_settings settings;
	struct capabilities capabilities;
	uint64_t state; /* the facts of state that hold now */
	struct spoken unheard[MAX_UNHEARD];
	size_t unheard_count;
	enum moment last_said;
	size_t recipients, recipients_unheard; /* of the open transaction */
	bool in_exchange;		       /* 334 was heard: the next line is an answer */
	bool tls_agreed;		       /* 220 to STARTTLS was heard, no handshake yet */
	uint64_t mechanism;		       /* of the exchange under way */
	bool in_reply;
	unsigned int reply_code;
	struct message_watch message;
	struct remembered recipients_named, logins_refused;
	size_t heard;
	uint64_t broken;
	size_t first[RULE_COUNT];
};

static void set(struct referee *referee, uint64_t facts, bool on)
{
	referee->state = on ? referee->state | facts : referee->state & ~facts;
}

/* FNV-1a, without case. */
static uint64_t hash_of(struct octets text)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < text.len; i++) {
		uint8_t octet =
			text.at[i] >= 'A' && text.at[i] <= 'Z' ? text.at[i] | 0x20 : text.at[i];
		hash = (hash ^ octet) * UINT64_C(1099511628211);
	}
	return hash;
}

static bool recalls(const struct remembered *remembered, uint64_t hash)
{
	for (size_t i = 0; i < remembered->count; i++) {
		if (remembered->hashes[i] == hash)
			return true;
	}
	return false;
}

static void remember(struct remembered *remembered, uint64_t hash)
{
	if (remembered->count < MAX_REMEMBERED && !recalls(remembered, hash))
		remembered->hashes[remembered->count++] = hash;
}

/* Holds the patterns of one moment against the facts. */
static void judge(struct referee *referee, enum moment moment, uint64_t facts)
{
	for (unsigned int i = 0; i < rule_pattern_count; i++) {
		const struct rule_pattern *pattern = &rule_patterns[i];
		if (pattern->moment != moment || (facts & pattern->needs) != pattern->needs ||
			(facts & pattern->without) != 0)
			continue;
		if ((referee->broken & UINT64_C(1) << pattern->rule) == 0)
			referee->first[pattern->rule] = referee->heard;
		referee->broken |= UINT64_C(1) << pattern->rule;
	}
}

static bool closes_group(enum moment moment)
{
	return moment == MOMENT_HELLO || moment == MOMENT_AUTH || moment == MOMENT_STARTTLS ||
	       moment == MOMENT_DATA || moment == MOMENT_QUIT || moment == MOMENT_SPEECH ||
	       moment == MOMENT_UNKNOWN;
}

static uint64_t facts_now(const struct referee *referee)
{
	uint64_t facts = referee->state;
	if (referee->unheard_count > 0)
		facts |= FACT(UNHEARD);
	if (closes_group(referee->last_said))
		facts |= FACT(GROUP_CLOSED);
	if (referee->recipients == 0 && referee->recipients_unheard == 0)
		facts |= FACT(NO_RECIPIENT);
	if (referee->in_reply)
		facts |= FACT(OUT_OF_STEP);
	if (referee->settings.login_wanted)
		facts |= FACT(LOGIN_WANTED);
	if (referee->settings.tls_wanted)
		facts |= FACT(TLS_WANTED);
	if (referee->settings.composed)
		facts |= FACT(COMPOSED);
	if ((referee->capabilities.offers & OFFER_PIPELINING) != 0)
		facts |= FACT(PIPELINING);
	if ((referee->capabilities.offers & OFFER_STARTTLS) != 0)
		facts |= FACT(STARTTLS_OFFERED);
	if ((referee->capabilities.offers & OFFER_AUTH) != 0)
		facts |= FACT(AUTH_OFFERED);
	return facts;
}

static void expect_reply(struct referee *referee, enum moment moment, uint64_t at_ms)
{
	if (referee->unheard_count < MAX_UNHEARD)
		referee->unheard[referee->unheard_count++] =
			(struct spoken){moment, at_ms, referee->mechanism};
	referee->last_said = moment;
}

/* A transaction is over, or has not begun. */
static void close_transaction(struct referee *referee)
{
	set(referee, FACT(OPEN) | FACT(MAIL_UNHEARD), false);
	referee->recipients = referee->recipients_unheard = 0;
	referee->recipients_named.count = 0;
}

/* What saying a command changes, whatever the reply will be. */
static void said(struct referee *referee, const struct shape *shape)
{
	switch (shape->moment) {
	case MOMENT_AUTH:
		referee->mechanism = hash_of(shape->argument);
		break;
	case MOMENT_MAIL:
		set(referee, FACT(MAIL_UNHEARD), true);
		set(referee, FACT(EIGHTBITMIME) | FACT(SMTPUTF8), false);
		set(referee, shape->facts & (FACT(EIGHTBITMIME) | FACT(SMTPUTF8)), true);
		referee->recipients = referee->recipients_unheard = 0;
		referee->recipients_named.count = 0;
		break;
	case MOMENT_RECIPIENT:
		referee->recipients_unheard++;
		remember(&referee->recipients_named, hash_of(shape->argument));
		break;
	case MOMENT_RESET:
		close_transaction(referee);
		break;
	case MOMENT_QUIT:
		set(referee, FACT(AFTER_QUIT) | FACT(QUIT_UNHEARD), true);
		break;
	default:
		break;
	}
}

static uint64_t facts_of_memory(const struct referee *referee, const struct shape *shape)
{
	uint64_t facts = 0;
	if (shape->moment == MOMENT_RECIPIENT &&
		recalls(&referee->recipients_named, hash_of(shape->argument)))
		facts |= FACT(REPEATED);
	if (shape->moment == MOMENT_AUTH &&
		recalls(&referee->logins_refused, hash_of(shape->argument)))
		facts |= FACT(SAME_LOGIN_REFUSED);
	if (shape->moment == MOMENT_QUIT)
		facts |= FACT(IS_QUIT);
	return facts;
}

static void hear_command(struct referee *referee, const struct transcript_event *event)
{
	struct shape shape = shape_of_command(event, &referee->capabilities);
	uint64_t facts = facts_now(referee) | shape.facts | facts_of_memory(referee, &shape);
	judge(referee, MOMENT_SPEECH, facts);
	if (shape.moment != MOMENT_SPEECH)
		judge(referee, shape.moment, facts);
	said(referee, &shape);
	expect_reply(referee, shape.moment, event->at_ms);
}

static void hear_body(struct referee *referee, const struct transcript_event *event)
{
	if (octets_equal(event->text, octets_of(".")) && event->line_end == LINE_END_CRLF) {
		judge(referee, MOMENT_END, facts_now(referee) | shape_of_octets(event));
		set(referee, FACT(IN_DATA) | FACT(IS_COMMAND), false);
		/* whatever the reply, no transaction is open behind it */
		close_transaction(referee);
		expect_reply(referee, MOMENT_END, event->at_ms);
		return;
	}
	struct message_moment moment = message_watch_line(&referee->message, event);
	uint64_t facts = facts_now(referee) | moment.facts;
	judge(referee, MOMENT_BODY_LINE, facts);
	if (moment.moment != MOMENT_BODY_LINE)
		judge(referee, moment.moment, facts);
	set(referee, FACT(IS_COMMAND), referee->message.last_is_command);
}

static void hear_client(struct referee *referee, const struct transcript_event *event)
{
	if ((referee->state & FACT(IN_DATA)) != 0) {
		hear_body(referee, event);
		return;
	}
	if (referee->in_exchange) {
		referee->in_exchange = false;
		expect_reply(referee, MOMENT_AUTH, event->at_ms);
		return;
	}
	hear_command(referee, event);
}

static void login_answered(struct referee *referee, const struct spoken *spoken, unsigned int code)
{
	referee->in_exchange = code == 334;
	if (code == 235) {
		set(referee, FACT(LOGGED_IN), true);
	} else if (code >= 400) {
		set(referee, FACT(LOGIN_REFUSED), true);
		if (code == 535)
			remember(&referee->logins_refused, spoken->mechanism);
	}
}

/* The reply to one thing said is complete. */
static void answered(struct referee *referee, const struct spoken *spoken, unsigned int code)
{
	bool good = code >= 200 && code < 300;
	switch (spoken->moment) {
	case MOMENT_HELLO:
		if (good) {
			set(referee, FACT(HELLO_DONE), true);
			set(referee, FACT(NO_HELLO), false);
		}
		break;
	case MOMENT_STARTTLS:
		referee->tls_agreed = good;
		break;
	case MOMENT_AUTH:
		login_answered(referee, spoken, code);
		break;
	case MOMENT_MAIL:
		set(referee, FACT(MAIL_UNHEARD), false);
		set(referee, FACT(OPEN), good);
		break;
	case MOMENT_RECIPIENT:
		referee->recipients += good;
		referee->recipients_unheard -= referee->recipients_unheard > 0;
		break;
	case MOMENT_DATA:
		if (code >= 300 && code < 400) {
			set(referee, FACT(IN_DATA), true);
			message_watch_begin(&referee->message);
		}
		break;
	case MOMENT_QUIT:
		set(referee, FACT(QUIT_UNHEARD), false);
		break;
	default:
		break;
	}
}

static void reply_complete(struct referee *referee, unsigned int code)
{
	if (code == 421)
		set(referee, FACT(AFTER_421), true);
	if ((referee->state & FACT(NO_GREETING)) != 0) {
		set(referee, FACT(NO_GREETING), false);
		return;
	}
	if (referee->unheard_count == 0)
		return;
	struct spoken spoken = referee->unheard[0];
	referee->unheard_count--;
	memmove(referee->unheard, referee->unheard + 1,
		referee->unheard_count * sizeof *referee->unheard);
	answered(referee, &spoken, code);
}

/* The code at the front of a reply line, or 0. */
static unsigned int code_of(struct octets text)
{
	uint64_t code;
	if (text.len < 3 || !octets_number(octets_cut(text, 3), &code) || code < 200 || code > 599)
		return 0;
	return text.len == 3 || text.at[3] == ' ' || text.at[3] == '-' ? (unsigned int)code : 0;
}

static void hear_server(struct referee *referee, const struct transcript_event *event)
{
	unsigned int code = code_of(event->text);
	bool last = event->text.len < 4 || event->text.at[3] != '-';
	if (referee->tls_agreed)
		set(referee, FACT(INJECTED), true);
	if (code == 0 || (referee->in_reply && code != referee->reply_code)) {
		set(referee, FACT(GARBAGE), true);
		return;
	}
	bool to_hello = referee->unheard_count > 0 && referee->unheard[0].moment == MOMENT_HELLO;
	if (to_hello && code == 250 && (referee->state & FACT(NO_GREETING)) == 0) {
		if (!referee->in_reply)
			capabilities_forget(&referee->capabilities);
		else
			capabilities_learn(&referee->capabilities, event->text);
	}
	referee->in_reply = !last;
	referee->reply_code = code;
	if (last)
		reply_complete(referee, code);
}

/* The least that RFC 5321 4.5.3.2 lets a client wait; QUIT: a second, by prudence. */
static uint64_t least_wait_ms(enum moment moment)
{
	static const uint64_t minutes = 60000;
	switch (moment) {
	case MOMENT_DATA:
		return 2 * minutes;
	case MOMENT_END:
		return 10 * minutes;
	case MOMENT_HELLO:
	case MOMENT_MAIL:
	case MOMENT_RECIPIENT:
	case MOMENT_RESET:
		return 5 * minutes;
	case MOMENT_QUIT:
		return 1000;
	default:
		return 0;
	}
}

static void hear_close(struct referee *referee, const struct transcript_event *event)
{
	uint64_t facts = facts_now(referee);
	const struct spoken *waiting = &referee->unheard[0];
	if (referee->unheard_count > 0 &&
		event->at_ms - waiting->at_ms < least_wait_ms(waiting->moment))
		facts |= FACT(WAITED_TOO_LITTLE);
	if (event->end == WIRE_CLOSED_NO_BYE)
		facts |= FACT(NO_BYE);
	judge(referee, MOMENT_CLOSE, facts);
}

static void begin_connection(struct referee *referee)
{
	referee->state = FACT(NO_GREETING) | FACT(NO_HELLO);
	referee->unheard_count = 0;
	referee->last_said = MOMENT_COUNT;
	referee->in_exchange = referee->tls_agreed = referee->in_reply = false;
	referee->logins_refused.count = 0;
	close_transaction(referee);
	capabilities_forget(&referee->capabilities);
}

static void begin_tls(struct referee *referee)
{
	set(referee, FACT(TLS) | FACT(NO_HELLO), true);
	set(referee, FACT(HELLO_DONE), false);
	referee->tls_agreed = false;
	capabilities_forget(&referee->capabilities);
}

void referee_hear(struct referee *referee, const struct transcript_event *event)
{
	switch (event->kind) {
	case TRANSCRIPT_CONNECTED:
		begin_connection(referee);
		break;
	case TRANSCRIPT_TLS:
		begin_tls(referee);
		break;
	case TRANSCRIPT_TLS_FAILED:
		set(referee, FACT(SERVER_ENDED), true);
		break;
	case TRANSCRIPT_CLIENT:
		hear_client(referee, event);
		break;
	case TRANSCRIPT_SERVER:
		hear_server(referee, event);
		break;
	case TRANSCRIPT_ENDED:
		if (event->side == WIRE_CLIENT && event->end != WIRE_LOST)
			hear_close(referee, event);
		else
			set(referee, FACT(SERVER_ENDED), true);
		break;
	case TRANSCRIPT_REMARK:
		break;
	}
	referee->heard++;
}

void referee_hear_all(struct referee *referee, const struct transcript *transcript)
{
	for (size_t i = 0; i < transcript_count(transcript); i++)
		referee_hear(referee, transcript_at(transcript, i));
}

struct referee *referee_new(const struct memory *memory, const struct referee_settings *settings)
{
	struct referee *referee = memory_new(memory, 1, sizeof *referee);
	if (referee == NULL)
		return NULL;
	referee->memory = memory;
	referee->settings = *settings;
	capabilities_init(&referee->capabilities, memory);
	begin_connection(referee);
	return referee;
}

void referee_free(struct referee *referee)
{
	if (referee == NULL)
		return;
	const struct memory *memory = referee->memory;
	capabilities_free(&referee->capabilities);
	memory_free(memory, referee, sizeof *referee);
}

uint64_t referee_broken(const struct referee *referee)
{
	return referee->broken;
}

size_t referee_first(const struct referee *referee, enum rule rule)
{
	return referee->first[rule];
}

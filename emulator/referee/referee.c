/* referee: the state of a conversation as facts, and the patterns held against them. */
#include "referee.h"

#include "message_watch.h"
#include "remembered.h"
#include "shape.h"
#include "unheard.h"

struct referee {
	const struct memory *memory;
	struct referee_settings settings;
	struct capabilities capabilities;
	uint64_t state; /* the facts of state that hold now */
	struct unheard unheard;
	enum moment last_said;
	bool lmtp;
	uint64_t transaction;		       /* counts them, and the times between */
	size_t recipients, recipients_unheard; /* of the open transaction */
	bool in_exchange;		       /* 334 was heard: the next line is an answer */
	bool tls_agreed;		       /* 220 to STARTTLS was heard, no handshake yet */
	uint64_t mechanism;		       /* of the exchange under way */
	bool in_reply;
	unsigned int reply_code;
	struct message_watch message;
	uint64_t chunk_left;
	bool chunk_last;
	struct buffer chunk_line; /* of a line that goes on in the next chunk, what came */
	struct remembered recipients_named, logins_refused;
	size_t heard;
	uint64_t broken;
	size_t first[RULE_COUNT];
};

static void set(struct referee *referee, uint64_t facts, bool on)
{
	referee->state = on ? referee->state | facts : referee->state & ~facts;
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
	if (referee->unheard.count > 0)
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
	if ((referee->capabilities.offers & OFFER_CHUNKING) != 0)
		facts |= FACT(CHUNKING_OFFERED);
	return facts;
}

static void expect_reply(struct referee *referee, enum moment moment, uint64_t at_ms)
{
	struct spoken spoken = {moment, at_ms, referee->mechanism, referee->transaction, 1};
	if (moment == MOMENT_END && referee->lmtp)
		spoken.replies = referee->recipients;
	unheard_add(&referee->unheard, &spoken);
	referee->last_said = moment;
}

/* A transaction is over, or has not begun. */
static void close_transaction(struct referee *referee)
{
	set(referee, FACT(OPEN) | FACT(MAIL_UNHEARD) | FACT(CHUNKS), false);
	referee->transaction++;
	referee->recipients = referee->recipients_unheard = 0;
	referee->recipients_named.count = 0;
}

/* What saying a command changes, whatever the reply will be. */
static void said(struct referee *referee, const struct shape *shape)
{
	static const uint64_t announced = FACT(EIGHTBITMIME) | FACT(SMTPUTF8) | FACT(BINARY);
	switch (shape->moment) {
	case MOMENT_HELLO:
		referee->lmtp = shape->lmtp;
		break;
	case MOMENT_AUTH:
		referee->mechanism = remembered_hash(shape->argument);
		break;
	case MOMENT_MAIL:
		set(referee, FACT(MAIL_UNHEARD), true);
		set(referee, announced, false);
		set(referee, shape->facts & announced, true);
		referee->recipients = referee->recipients_unheard = 0;
		referee->recipients_named.count = 0;
		break;
	case MOMENT_RECIPIENT:
		referee->recipients_unheard++;
		remembered_add(&referee->recipients_named, remembered_hash(shape->argument));
		break;
	case MOMENT_RESET:
		close_transaction(referee);
		set(referee, FACT(CHUNK_REFUSED), false);
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
		remembered_has(&referee->recipients_named, remembered_hash(shape->argument)))
		facts |= FACT(REPEATED);
	if (shape->moment == MOMENT_AUTH &&
		remembered_has(&referee->logins_refused, remembered_hash(shape->argument)))
		facts |= FACT(SAME_LOGIN_REFUSED);
	if (shape->moment == MOMENT_QUIT)
		facts |= FACT(IS_QUIT);
	return facts;
}

/* Its last octet was said. The reply is the chunk's, but the wait for it begins here. */
static void end_chunk(struct referee *referee, uint64_t at_ms)
{
	set(referee, FACT(IN_DATA), false);
	unheard_go_on(&referee->unheard, referee->last_said, at_ms);
	if (!referee->chunk_last)
		return;
	judge(referee, MOMENT_END, facts_now(referee));
	buffer_clear(&referee->chunk_line);
	close_transaction(referee);
}

static void begin_chunk(struct referee *referee, const struct chunk_line *chunk, uint64_t at_ms)
{
	if ((referee->state & FACT(CHUNKS)) == 0) {
		message_watch_begin(&referee->message, true);
		buffer_clear(&referee->chunk_line);
	}
	referee->chunk_left = chunk->size;
	referee->chunk_last = chunk->last;
	set(referee, FACT(CHUNKS), true);
	set(referee, FACT(IN_DATA), chunk->size > 0);
	expect_reply(referee, chunk->last ? MOMENT_END : MOMENT_CHUNK, at_ms);
	if (chunk->size == 0)
		end_chunk(referee, at_ms);
}

/* What was to follow is not known: the connection was lost, or closed, in the midst of a line. */
static bool is_cut(const struct transcript_event *line)
{
	return line->line_end == LINE_END_NONE && line->text.len < TRANSCRIPT_LINE_MAX;
}

static void hear_command(struct referee *referee, const struct transcript_event *event)
{
	struct shape shape = shape_of_command(event, &referee->capabilities);
	uint64_t facts = facts_now(referee) | shape.facts | facts_of_memory(referee, &shape);
	if (is_cut(event) && (shape.facts & FACT(TLS_HELLO)) == 0)
		return;
	judge(referee, MOMENT_SPEECH, facts);
	if (shape.moment != MOMENT_SPEECH)
		judge(referee, shape.moment, facts);
	said(referee, &shape);
	if (shape.moment == MOMENT_CHUNK)
		begin_chunk(referee, &shape.chunk, event->at_ms);
	else
		expect_reply(referee, shape.moment, event->at_ms);
}

static void hear_text(struct referee *referee, const struct transcript_event *line)
{
	struct message_moment moment = message_watch_line(&referee->message, line);
	uint64_t facts = facts_now(referee) | moment.facts;
	judge(referee, MOMENT_BODY_LINE, facts);
	if (moment.moment != MOMENT_BODY_LINE)
		judge(referee, moment.moment, facts);
}

static void hear_body(struct referee *referee, const struct transcript_event *event)
{
	if (octets_equal(event->text, octets_of(".")) && event->line_end == LINE_END_CRLF) {
		judge(referee, MOMENT_END, facts_now(referee) | shape_of_octets(event));
		set(referee, FACT(IN_DATA) | FACT(IS_COMMAND), false);
		expect_reply(referee, MOMENT_END, event->at_ms);
		/* whatever the reply, no transaction is open behind it */
		close_transaction(referee);
		return;
	}
	struct transcript_event line = *event;
	if (is_cut(event) && line.text.len > 0 && line.text.at[line.text.len - 1] == '\r')
		line.text.len--; /* the LF was to follow */
	hear_text(referee, &line);
	set(referee, FACT(IS_COMMAND), referee->message.last_is_command);
}

/* A line may go on in the next chunk, and a CR LF may be cut in two. */
static void join_line(struct referee *referee, const struct transcript_event *event)
{
	struct buffer *joined = &referee->chunk_line;
	struct transcript_event line = *event;
	if (joined->len <= TRANSCRIPT_LINE_MAX)
		buffer_append_octets(joined, event->text);
	if (line.line_end == LINE_END_NONE && !(referee->chunk_left == 0 && referee->chunk_last))
		return;
	line.text = buffer_octets(joined);
	if (line.line_end == LINE_END_LF && line.text.len > 0 &&
		line.text.at[line.text.len - 1] == '\r') {
		line.text.len--;
		line.line_end = LINE_END_CRLF;
	}
	if (line.line_end != LINE_END_NONE || line.text.len > 0)
		hear_text(referee, &line);
	buffer_clear(joined);
}

static void hear_chunk(struct referee *referee, const struct transcript_event *event)
{
	uint64_t octets = chunk_line_octets(event);
	referee->chunk_left -= octets < referee->chunk_left ? octets : referee->chunk_left;
	join_line(referee, event);
	if (referee->chunk_left == 0)
		end_chunk(referee, event->at_ms);
}

static void hear_client(struct referee *referee, const struct transcript_event *event)
{
	if (referee->chunk_left > 0) {
		hear_chunk(referee, event);
		return;
	}
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
			remembered_add(&referee->logins_refused, spoken->mechanism);
	}
}

/* It may be the reply to a MAIL whose message, in chunks, has been said to its end. */
static void mail_answered(struct referee *referee, const struct spoken *spoken, bool good)
{
	if (good)
		set(referee, FACT(CHUNK_REFUSED), false);
	if (spoken->transaction != referee->transaction)
		return;
	set(referee, FACT(MAIL_UNHEARD), false);
	set(referee, FACT(OPEN), good);
}

static void recipient_answered(struct referee *referee, const struct spoken *spoken, bool good)
{
	if (spoken->transaction == referee->transaction) {
		referee->recipients += good;
		referee->recipients_unheard -= referee->recipients_unheard > 0;
	} else if (good && referee->lmtp) {
		unheard_owe(&referee->unheard, spoken->transaction);
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
		mail_answered(referee, spoken, good);
		break;
	case MOMENT_RECIPIENT:
		recipient_answered(referee, spoken, good);
		break;
	case MOMENT_CHUNK:
		if (!good)
			set(referee, FACT(CHUNK_REFUSED), true);
		break;
	case MOMENT_DATA:
		if (code >= 300 && code < 400) {
			set(referee, FACT(IN_DATA), true);
			message_watch_begin(&referee->message, false);
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
	struct spoken spoken;
	if (unheard_take(&referee->unheard, &spoken))
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
	bool to_hello = referee->unheard.count > 0 && referee->unheard.at[0].moment == MOMENT_HELLO;
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

static void hear_close(struct referee *referee, const struct transcript_event *event)
{
	uint64_t facts = facts_now(referee);
	const struct spoken *waiting = &referee->unheard.at[0];
	if (referee->unheard.count > 0 &&
		event->at_ms - waiting->at_ms < unheard_least_wait_ms(waiting->moment))
		facts |= FACT(WAITED_TOO_LITTLE);
	if (event->end == WIRE_CLOSED_NO_BYE)
		facts |= FACT(NO_BYE);
	judge(referee, MOMENT_CLOSE, facts);
}

static void begin_connection(struct referee *referee)
{
	referee->state = FACT(NO_GREETING) | FACT(NO_HELLO);
	referee->unheard.count = 0;
	referee->last_said = MOMENT_COUNT;
	referee->in_exchange = referee->tls_agreed = referee->in_reply = false;
	referee->lmtp = false;
	referee->chunk_left = 0;
	referee->logins_refused.count = 0;
	close_transaction(referee);
	capabilities_forget(&referee->capabilities);
}

static void begin_tls(struct referee *referee)
{
	set(referee, FACT(TLS) | FACT(NO_HELLO), true);
	set(referee, FACT(HELLO_DONE) | FACT(IN_DATA), false);
	referee->chunk_left = 0;
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
	buffer_init(&referee->chunk_line, memory, 4 * TRANSCRIPT_LINE_MAX);
	begin_connection(referee);
	return referee;
}

void referee_free(struct referee *referee)
{
	if (referee == NULL)
		return;
	const struct memory *memory = referee->memory;
	capabilities_free(&referee->capabilities);
	buffer_free(&referee->chunk_line);
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

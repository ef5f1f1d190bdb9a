/* server_limits: limits and their counters; RFC 5321 4.5.3, RFC 4954 4. */
#include "server_limits.h"

#include "extensions.h"
#include "reply.h"
#include "state.h"

enum {
	IDLE_MS = 5 * 60 * 1000, /* RFC 5321 4.5.3.2.7 */
	RECIPIENTS = 1000,	 /* at least 100: RFC 5321 4.5.3.1.8 */
	ERRORS = 20,
	LINE = 512 /* RFC 5321 4.5.3.1.4 */
};

/* How much longer MAIL and RCPT may be, by the RFC of each extension. */
static const struct {
	const char *keyword;
	size_t mail, recipient;
} longer[] = {
	{"SIZE", 26, 0},	  /* RFC 1870 4 */
	{"8BITMIME", 17, 0},	  /* RFC 6152 2; BINARYMIME needs no more (RFC 3030 3) */
	{"SMTPUTF8", 10, 0},	  /* RFC 6531 3.1 */
	{"DSN", 115, 528},	  /* RFC 3461 4: RET 8, ENVID 107; NOTIFY 28, ORCPT 500 */
	{"DELIVERBY", 17, 0},	  /* RFC 2852 3 */
	{"FUTURERELEASE", 34, 0}, /* RFC 4865 3 */
	{"MT-PRIORITY", 15, 0},	  /* RFC 6710 3 */
	{"REQUIRETLS", 11, 0},	  /* RFC 8689 2 */
};

enum { LONGER_FOR_AUTH = 500 }; /* MAIL: RFC 4954 3 */

static const struct server_limit own_limits[LIMIT_COUNT] = {
	[LIMIT_NONMAIL] = {.count = PROFILE_NONE,
		.reply = REPLY_OF("421 4.7.0 Too many commands that bring no mail", CLOSE)},
	[LIMIT_UNKNOWN] = {.count = PROFILE_NONE,
		.reply = REPLY_OF("421 4.7.0 Too many unknown commands", CLOSE)},
	[LIMIT_ERRORS] = {.count = ERRORS, .reply = REPLY_OF("421 4.7.0 Too many errors", CLOSE)},
	[LIMIT_MESSAGES] = {.count = PROFILE_NONE,
		.reply = REPLY_OF("421 4.7.0 Too many messages in one session", CLOSE)},
	[LIMIT_RECIPIENTS] = {.count = RECIPIENTS,
		.reply = REPLY_OF("452 4.5.3 Too many recipients", STAY)},
	[LIMIT_LINE] = {.count = LINE, .reply = REPLY_OF("500 5.5.2 Line too long", STAY)},
	[LIMIT_IDLE] = {.count = IDLE_MS,
		.reply = REPLY_OF("421 4.4.2 Nothing was said for too long", CLOSE)},
};

const struct server_limit *limits_of(const struct server *server, enum limit_kind kind)
{
	const struct server_limit *written = &server->profile->limits[kind];
	return written->written ? written : &own_limits[kind];
}

const struct server_reply *limits_reply(const struct server *server, enum limit_kind kind)
{
	const struct server_reply *reply = &limits_of(server, kind)->reply;
	bool says_nothing =
		reply->lines.count == 0 && reply->delay_ms == 0 && reply->then == THEN_STAY;
	return says_nothing ? &own_limits[kind].reply : reply;
}

bool limits_count(struct server *server, enum limit_kind kind)
{
	return ++server->counts.limits[kind] > limits_of(server, kind)->count;
}

/*
 * What brings no mail. The first EHLO, STARTTLS and AUTH are what every session needs; inside
 * TLS a session begins anew.
 */
bool limits_count_nonmail(struct server *server, enum server_verb verb)
{
	const uint32_t nonmail = 1u << SERVER_HELLO | 1u << SERVER_STARTTLS | 1u << SERVER_AUTH |
				 1u << SERVER_RESET | 1u << SERVER_NOOP | 1u << SERVER_VRFY |
				 1u << SERVER_HELP;
	const uint32_t once = 1u << SERVER_HELLO | 1u << SERVER_STARTTLS | 1u << SERVER_AUTH;
	uint32_t bit = 1u << verb;
	if ((nonmail & bit) == 0)
		return false;
	if ((once & bit) != 0 && (server->counts.first_ones & bit) == 0) {
		server->counts.first_ones |= bit;
		return false;
	}
	bool exempt = limits_of(server, LIMIT_NONMAIL)->exempt_first_reset;
	if (verb == SERVER_RESET && exempt && !server->counts.reset_used) {
		server->counts.reset_used = true;
		return false;
	}
	return limits_count(server, LIMIT_NONMAIL);
}

/* Recipients are counted by transaction, messages by what was stored, the rest by the session. */
static uint64_t counted(const struct server *server, enum limit_kind kind)
{
	if (kind == LIMIT_RECIPIENTS)
		return server->envelope.count;
	return kind == LIMIT_MESSAGES ? server->messages : server->counts.limits[kind];
}

bool limits_reached(const struct server *server, enum limit_kind kind)
{
	return counted(server, kind) >= limits_of(server, kind)->count;
}

uint64_t limits_delay_ms(const struct server *server)
{
	static const enum limit_kind kinds[] = {
		LIMIT_NONMAIL, LIMIT_UNKNOWN, LIMIT_ERRORS, LIMIT_MESSAGES, LIMIT_RECIPIENTS};
	uint64_t delay = 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (limits_reached(server, kinds[i]))
			delay += limits_of(server, kinds[i])->reply.delay_ms;
	}
	return delay;
}

static size_t extended_line(const struct server *server, enum server_verb verb)
{
	bool mail = verb == SERVER_MAIL;
	size_t len = LINE;
	for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
		size_t more = mail ? longer[i].mail : longer[i].recipient;
		if (more > 0 && extensions_offer(server, longer[i].keyword, NULL))
			len += more;
	}
	return len + (mail && extensions_know(server, SERVER_AUTH) ? LONGER_FOR_AUTH : 0);
}

size_t limits_line(const struct server *server, enum server_verb verb)
{
	const struct server_limit *written = &server->profile->limits[LIMIT_LINE];
	if (verb == SERVER_AUTH)
		return COMMAND_LINE_KEPT;
	if (!written->written)
		return verb == SERVER_MAIL || verb == SERVER_RECIPIENT ? extended_line(server, verb)
								       : LINE;
	return written->count < COMMAND_LINE_KEPT ? (size_t)written->count : COMMAND_LINE_KEPT;
}

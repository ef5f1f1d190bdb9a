/* dispatch: from a line to its handler: facts are gathered, the refused ones answer first. */
#include "dispatch.h"

#include "answer.h"
#include "conditions.h"
#include "extensions.h"
#include "server_limits.h"
#include "reply.h"
#include "state.h"
#include "verbs.h"

static const struct server_reply unwelcome = REPLY_OF("503 5.5.1 There is no service here", STAY);

static void (*const handlers[SERVER_VERB_COUNT])(
	struct server *server, const struct request *request) = {
	[SERVER_HELLO] = verbs_hello,
	[SERVER_STARTTLS] = verbs_starttls,
	[SERVER_AUTH] = exchange_start,
	[SERVER_MAIL] = verbs_mail,
	[SERVER_RECIPIENT] = verbs_recipient,
	[SERVER_DATA] = verbs_data,
	[SERVER_RESET] = verbs_reset,
	[SERVER_NOOP] = verbs_noop,
	[SERVER_QUIT] = verbs_quit,
	[SERVER_VRFY] = verbs_vrfy,
	[SERVER_HELP] = verbs_help,
	[SERVER_UNKNOWN] = verbs_unknown,
};

static bool is_known(const struct server *server, const struct request *request)
{
	const struct text_list *verbs = &server->profile->verbs;
	if (!extensions_know(server, request->verb))
		return false;
	for (size_t i = 0; i < verbs->count; i++) {
		if (octets_equal_nocase(verbs->items[i], request->word))
			return true;
	}
	return verbs->count == 0;
}

/* Most call it unknown; some have a reply of their own for AUTH or STARTTLS that is not offered. */
static bool refuses_unoffered(const struct server *server, enum server_verb verb)
{
	uint64_t set = UINT64_C(1) << CONDITION_NOT_OFFERED;
	bool may_differ = verb == SERVER_AUTH || verb == SERVER_STARTTLS;
	return may_differ && conditions_refused(server->profile, verb, set) != NULL;
}

static void note_unknown(const struct server *server, struct request *request)
{
	if (is_known(server, request))
		return;
	if (refuses_unoffered(server, request->verb))
		request->facts |= UINT64_C(1) << CONDITION_NOT_OFFERED;
	else
		request->verb = SERVER_UNKNOWN;
}

/* RFC 2920 3.1: only a client that was offered PIPELINING may speak before the reply. */
static bool is_early(const struct server *server)
{
	bool may = server->session.greeted == GREETED_EHLO &&
		   extensions_offer(server, "PIPELINING", NULL);
	return server->line.early && !may;
}

static void note_line(const struct server *server, struct request *request)
{
	if (server->line.bare_lf)
		request->facts |= UINT64_C(1) << CONDITION_BARE_LF;
	if (is_early(server))
		request->facts |= UINT64_C(1) << CONDITION_EARLY;
	if (server->line.len > limits_line(server, request->verb))
		request->facts |= UINT64_C(1) << CONDITION_TOO_LONG;
}

/* A line past limits.line, or of which not everything could be kept, is refused in any case. */
static bool refuse_too_long(struct server *server, const struct request *request)
{
	bool too_long = (request->facts >> CONDITION_TOO_LONG & 1) != 0;
	bool written = server->profile->limits[LIMIT_LINE].written;
	if (!too_long || !(written || server->line.len > COMMAND_LINE_KEPT))
		return false;
	const struct verdict verdict = {.verb = request->verb,
		.reply = limits_reply(server, LIMIT_LINE),
		.refused = true,
		.syntax = true};
	answer(server, &verdict, request);
	return true;
}

/* RFC 5321 3.1: whoever was turned away by the greeting may only say QUIT. */
static bool refuse_unwelcome(struct server *server, const struct request *request)
{
	if (server->welcomed || request->verb == SERVER_QUIT)
		return false;
	answer_refused(server, request->verb, &unwelcome);
	return true;
}

void dispatch_line(struct server *server)
{
	struct request request;
	request_read(&request, buffer_octets(&server->line.text));
	note_unknown(server, &request);
	note_line(server, &request);
	server->named_by = request.verb;
	server->named = request.verb == SERVER_HELLO ? request.argument : request.path;
	if (refuse_unwelcome(server, &request) || refuse_too_long(server, &request))
		return;
	const struct refusal *cell =
		conditions_refused(server->profile, request.verb, conditions_of(server, &request));
	if (request.verb == SERVER_CHUNK)
		chunk_begin(server, &request, cell); /* its octets come first */
	else if (cell != NULL)
		answer_refusal(server, request.verb, cell);
	else
		handlers[request.verb](server, &request);
}

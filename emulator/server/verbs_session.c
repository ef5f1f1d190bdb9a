/* verbs_session: EHLO, HELO, STARTTLS, RSET, NOOP, QUIT, VRFY, HELP; RFC 5321 4.1.1, RFC 3207. */
#include "verbs.h"

#include "answer.h"
#include "forget.h"
#include "hello_name.h"
#include "reply.h"
#include "state.h"

/* A server that believes TLS to be off still cannot have it twice. */
static const struct server_reply no_second_tls = REPLY_OF("454 4.7.0 TLS not available", STAY);

static void greet(struct server *server, const struct request *request)
{
	struct session *session = &server->session;
	forget_on(server, request->extended ? FORGET_ON_HELLO : FORGET_ON_HELO);
	buffer_clear(&session->hello);
	if (!buffer_append_octets(&session->hello, request->argument)) {
		server_give_up(server);
		return;
	}
	session->greeted = request->extended ? GREETED_EHLO : GREETED_HELO;
	session->hello_missing_in_tls = false;
	session->hello_facts = request->facts & hello_name_conditions();
	session->hello_of_another =
		hello_name_is_of_another(request->argument, buffer_octets(&server->client));
}

void verbs_hello(struct server *server, const struct request *request)
{
	answer_named(
		server, SERVER_HELLO, request->extended ? REPLY_EHLO : REPLY_HELO, greet, request);
}

static void prepare_tls(struct server *server, const struct request *request)
{
	(void)request;
	server->phase = PHASE_TLS;
}

void verbs_starttls(struct server *server, const struct request *request)
{
	if (server->session.tls)
		answer_refused(server, SERVER_STARTTLS, &no_second_tls);
	else
		answer_named(server, SERVER_STARTTLS, REPLY_STARTTLS, prepare_tls, request);
}

static void reset(struct server *server, const struct request *request)
{
	(void)request;
	forget_on(server, FORGET_ON_RESET);
}

void verbs_reset(struct server *server, const struct request *request)
{
	answer_named(server, SERVER_RESET, REPLY_RESET, reset, request);
}

void verbs_noop(struct server *server, const struct request *request)
{
	answer_named(server, SERVER_NOOP, REPLY_NOOP, NULL, request);
}

void verbs_quit(struct server *server, const struct request *request)
{
	answer_named(server, SERVER_QUIT, REPLY_QUIT, NULL, request);
}

void verbs_vrfy(struct server *server, const struct request *request)
{
	answer_named(server, SERVER_VRFY, REPLY_VRFY, NULL, request);
}

void verbs_help(struct server *server, const struct request *request)
{
	answer_named(server, SERVER_HELP, REPLY_HELP, NULL, request);
}

void verbs_unknown(struct server *server, const struct request *request)
{
	const struct verdict verdict = {.verb = SERVER_UNKNOWN,
		.reply = &server->profile->replies[REPLY_UNKNOWN],
		.refused = true,
		.syntax = true};
	answer(server, &verdict, request);
}

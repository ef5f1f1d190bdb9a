/*
 * look: the blocking call that looks at a server and sends no mail.
 *
 * What the server says is read off the transcript: a session that nobody looks at keeps nothing.
 */
#include "clock.h"
#include "destination.h"
#include "drive.h"
#include "look_facts.h"
#include "look_player.h"
#include "session.h"
#include "settings.h"
#include "trust.h"

struct look {
	struct look_facts *facts;
	const struct msub_settings *asked; /* whose transcript hears everything as well */
	struct msub_session *session;
	bool spoke;  /* something was said: the greeting is over */
	bool greets; /* that was EHLO or HELO */
};

static void write_down(void *context, enum msub_spoken spoken, const char *text)
{
	struct look *look = context;
	struct octets line = octets_of(text);
	if (look->asked->transcript != NULL)
		look->asked->transcript(look->asked->transcript_context, spoken, text);
	if (spoken == MSUB_SAID) {
		look->spoke = true;
		look->greets =
			octets_start_nocase(line, "EHLO ") || octets_start_nocase(line, "HELO ");
	} else if (spoken == MSUB_HEARD && !look->spoke) {
		look_facts_greeting(look->facts, text);
	} else if (spoken == MSUB_HEARD && look->greets) {
		look_facts_hello(look->facts, look->session != NULL && look->session->tls, text);
	}
}

static void fail(struct look *look, enum msub_error error, const char *text)
{
	failure_set(&look->facts->failure, &look->facts->memory,
		&(struct cause){error, MSUB_PHASE_CONNECT, MSUB_RETRY_NEVER, NULL, text});
}

/* 0 is "without end" here, and "as you like" to the driver. */
static uint64_t patience_of(uint64_t timeout_ms)
{
	return timeout_ms == 0 ? PLAYER_NEVER : timeout_ms;
}

static void run(struct look *look, struct trust *trust, const struct msub_settings *settings)
{
	struct look_player player;
	struct tls_client_settings tls = trust->tls;
	tls.report = &look->facts->tls;
	if (settings->trust_anyone)
		tls.check = TLS_CHECK_ASK; /* looked at, though nothing depends on it */
	struct drive_settings world = {
		.memory = &look->facts->memory,
		.destination = destination_of(settings),
		.tls_ms = patience_of(settings->timeouts.handshake_ms),
		.tls = trust_tls(trust) == NULL ? NULL : &tls,
	};
	drive(look_player(&player, look->session), &world, NULL);
	look->facts->verified = player.verified;
	look->facts->logged_in = look->session->logged_in;
	failure_copy(&look->facts->failure, &look->facts->memory, &look->session->failure);
}

/* Where anyone is trusted, it is of interest all the same who would be if not. */
static bool open_trust(struct trust *trust, const struct memory *memory,
	const struct msub_settings *settings, struct sentence *why)
{
	struct msub_settings strict = *settings;
	strict.trust_anyone = false;
	return trust_open(trust, memory, &strict, why) ||
	       (settings->trust_anyone && trust_open(trust, memory, settings, why));
}

static void look_at(struct look *look, const struct msub_settings *settings)
{
	const char *which = "";
	struct sentence why = {""};
	struct trust trust;
	if (msub_settings_check(settings, &which) != MSUB_OK ||
		!destination_is_there(settings, &which)) {
		fail(look, MSUB_SETTINGS, which);
		return;
	}
	if (!open_trust(&trust, &look->facts->memory, settings, &why)) {
		fail(look, why.text[0] == 0 ? MSUB_MEMORY : MSUB_SETTINGS, why.text);
		return;
	}
	struct msub_settings listened = *settings;
	listened.transcript = write_down;
	listened.transcript_context = look;
	listened.keep_ms = 0; /* it has no message to wait for */
	enum msub_error error = msub_session_new(&look->session, &listened, clock_ms());
	if (error == MSUB_OK)
		run(look, &trust, settings);
	else
		fail(look, error, "");
	msub_session_free(look->session);
	look->session = NULL;
	trust_close(&trust);
}

static enum msub_error fail_at_once(struct msub_failure *failure, enum msub_error error)
{
	if (failure != NULL)
		*failure = (struct msub_failure){.error = error, .reply = {.text = ""}, .text = ""};
	return error;
}

enum msub_error msub_look(const struct msub_settings *settings, struct msub_server *server,
	struct msub_failure *failure)
{
	if (server == NULL)
		return fail_at_once(failure, MSUB_USE);
	*server = (struct msub_server){.facts = NULL};
	struct memory memory = settings_memory(settings == NULL ? NULL : settings->memory);
	struct look look = {.asked = settings, .facts = look_facts_new(&memory)};
	if (look.facts == NULL)
		return fail_at_once(failure, MSUB_MEMORY);
	look_at(&look, settings);
	look_facts_show(look.facts, server);
	if (look.facts->failure.error == MSUB_OK && look.facts->no_memory)
		fail(&look, MSUB_MEMORY, "");
	if (failure != NULL)
		*failure = failure_view(&look.facts->failure);
	return look.facts->failure.error;
}

void msub_server_free(struct msub_server *server)
{
	if (server == NULL)
		return;
	look_facts_free(server->facts);
	*server = (struct msub_server){.facts = NULL};
}

/* careful: counts what servers count, and ends before they do. */
#include "careful.h"

#include "verdict.h"

enum { RESTS_MAX = 3, REST_FACTOR = 5, REST_MIN_MS = 1000 };

/* ---- what a dialogue shows ---- */

static unsigned int code_of(struct octets line)
{
	uint64_t code;
	return octets_number(octets_cut(line, 3), &code) && line.len >= 3 ? (unsigned int)code : 0;
}

/* A mechanism that is not known, or not here, is no refused password. */
static bool refuses_password(unsigned int code)
{
	return code >= 400 && code != 500 && code != 502 && code != 503 && code != 504 &&
	       code != 530 && code != 538;
}

/* One AUTH exchange in hand. */
struct exchange {
	bool open, secret;
};

static size_t hear(struct exchange *exchange, const struct transcript_event *event)
{
	if (event->kind == TRANSCRIPT_CLIENT) {
		exchange->open = exchange->open || octets_start_nocase(event->text, "AUTH ");
		exchange->secret = exchange->open && (exchange->secret || event->secret);
		return 0;
	}
	unsigned int code = event->kind == TRANSCRIPT_SERVER ? code_of(event->text) : 0;
	if (event->kind == TRANSCRIPT_SERVER && (!exchange->open || code == 334))
		return 0;
	bool refused = exchange->secret && refuses_password(code);
	*exchange = (struct exchange){.open = false};
	return refused;
}

size_t careful_refused_logins(const struct transcript *transcript)
{
	struct exchange exchange = {.open = false};
	size_t count = 0;
	for (size_t i = 0; transcript != NULL && i < transcript_count(transcript); i++)
		count += hear(&exchange, transcript_at(transcript, i));
	return count;
}

/* RFC 3463: 4.7.x is a matter of policy that passes, as "too many connections" is. */
static bool is_policy_for_now(struct octets line)
{
	return line.len > 7 && octets_equal(octets_cut(octets_from(line, 4), 4), octets_of("4.7."));
}

/* What comes before a reply. */
struct before {
	bool fresh;	/* nothing was said in this connection */
	bool challenge; /* the server asked inside AUTH */
	bool junk;	/* and was told what is no answer: a probe's "*" or RSET */
};

static void note_before(struct before *before, const struct transcript_event *event)
{
	bool server = event->kind == TRANSCRIPT_SERVER;
	if (event->kind == TRANSCRIPT_CONNECTED)
		*before = (struct before){.fresh = true};
	if (event->kind == TRANSCRIPT_CLIENT)
		*before = (struct before){.junk = before->challenge && !event->secret};
	if (server)
		*before = (struct before){.challenge = code_of(event->text) == 334};
}

bool careful_asks_for_rest(const struct transcript *transcript, struct sentence *reply)
{
	struct before before = {.fresh = false};
	for (size_t i = 0; transcript != NULL && i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		bool server = event->kind == TRANSCRIPT_SERVER;
		if (server && ((before.fresh && code_of(event->text) == 421) ||
				      (!before.junk && is_policy_for_now(event->text)))) {
			sentence_set(reply, "%s", "");
			sentence_add_foreign(reply, event->text);
			return true;
		}
		note_before(&before, event);
	}
	return false;
}

/* ---- what follows from it ---- */

/* The first reason stays. Where it is to be written to, or NULL. */
static struct sentence *stop(struct careful *careful)
{
	bool first = !careful->stopped;
	careful->stopped = true;
	return first ? &careful->why : NULL;
}

static void take_a_pause(void *context, uint64_t ms)
{
	struct careful *careful = context;
	careful->paused_ms += ms;
	careful->below->pause(careful->below->context, ms);
}

static void give_rest(struct careful *careful, const struct sentence *reply)
{
	uint64_t rest = careful->settings.pause_ms * REST_FACTOR;
	take_a_pause(careful, rest < REST_MIN_MS ? REST_MIN_MS : rest);
	if (++careful->rests < RESTS_MAX)
		return;
	struct sentence *why = stop(careful);
	sentence_set(why,
		"stopped, for the server asked for a rest %zu times; check again later, or slower "
		"with --rate: ",
		careful->rests);
	sentence_add(why, reply->text);
}

static void count(struct careful *careful, const struct transcript *transcript, size_t connections)
{
	const struct careful_settings *settings = &careful->settings;
	struct sentence reply;
	careful->connections += connections;
	careful->refused_logins += careful_refused_logins(transcript);
	if (careful_asks_for_rest(transcript, &reply))
		give_rest(careful, &reply);
	if (settings->max_refused_logins > 0 &&
		careful->refused_logins >= settings->max_refused_logins)
		sentence_set(stop(careful),
			"stopped after %zu refused logins, before the server locks the account; "
			"--max-refused-logins allows more",
			careful->refused_logins);
	if (settings->max_connections > 0 && careful->connections >= settings->max_connections)
		sentence_set(stop(careful),
			"stopped after %zu connections; --max-connections allows more",
			careful->connections);
}

static size_t at_least_one(size_t connections)
{
	return connections == 0 ? 1 : connections;
}

/* False: no further connection. The first one need not wait. */
static bool may_connect(struct careful *careful, struct sentence *why)
{
	if (careful->stopped) {
		*why = careful->why;
		return false;
	}
	uint64_t pause_ms = careful->settings.pause_ms;
	pause_ms =
		pause_ms < careful->admission.slower_ms ? careful->admission.slower_ms : pause_ms;
	if (careful->connections > 0 && pause_ms > 0)
		take_a_pause(careful, pause_ms);
	return true;
}

/* True: it was waited, and the same is to be tried again. */
static bool waits_for(
	struct careful *careful, const struct transcript *transcript, const char *name)
{
	struct admission *admission = &careful->admission;
	if (!admission_is_refused(transcript)) {
		admission_enter(admission);
		return false;
	}
	uint64_t wait_ms = careful->stopped ? 0 : admission_wait_ms(admission, name);
	if (wait_ms == 0)
		return false;
	careful->connections += at_least_one(trial_connections(transcript));
	if (careful->settings.waits != NULL)
		careful->settings.waits(careful->settings.waits_context, wait_ms);
	take_a_pause(careful, wait_ms);
	return true;
}

static bool is_bounded(const struct careful *careful)
{
	size_t most = careful->settings.max_connections;
	return most > 0 && careful->connections >= most;
}

static bool control(
	void *context, const struct trial_wish *wish, struct control *control, struct sentence *why)
{
	struct careful *careful = context;
	const struct ground *below = careful->below;
	bool again = false;
	do {
		if (again)
			control_free(control);
		if (!may_connect(careful, why) ||
			!below->control(below->context, wish, control, why))
			return false;
		bool came = trial_connections(control->transcript) > 0;
		again = (came || control->end == CONTROL_NO_CONNECTION) && !is_bounded(careful) &&
			waits_for(careful, control->transcript, "");
	} while (again);
	size_t before = careful->refused_logins;
	bool sends = control->end == CONTROL_SENDS;
	count(careful, control->transcript, at_least_one(trial_connections(control->transcript)));
	careful->rests = sends ? 0 : careful->rests;
	if (control->end == CONTROL_LOGIN_REFUSED && careful->refused_logins == before)
		careful->refused_logins++;
	return true;
}

static bool is_taken(const struct trial *trial)
{
	for (size_t i = 0; i < phone_message_count(trial->play.phone); i++) {
		enum phone_result result = play_verdict(&trial->play, i, NULL).result;
		if (result == PHONE_DELIVERED || result == PHONE_ACCEPTED)
			return true;
	}
	return false;
}

/* It came to the server, or would have: a client that cannot be played does not. */
static bool is_met(const struct trial *trial)
{
	return trial_connections(trial->transcript) > 0 ||
	       (phone_message_count(trial->play.phone) > 0 &&
		       play_verdict(&trial->play, 0, NULL).result == PHONE_NO_CONNECTION);
}

static bool play(
	void *context, const struct trial_wish *wish, struct trial *trial, struct sentence *why)
{
	struct careful *careful = context;
	const struct ground *below = careful->below;
	const char *name = profile_lineage(wish->client, 0);
	bool again = false;
	do {
		if (again)
			trial_free(trial);
		if (!may_connect(careful, why) || !below->play(below->context, wish, trial, why))
			return false;
		again = is_met(trial) && !is_bounded(careful) &&
			waits_for(careful, trial->transcript, name == NULL ? "client" : name);
	} while (again);
	count(careful, trial->transcript, at_least_one(trial_connections(trial->transcript)));
	if (is_taken(trial))
		careful->rests = 0;
	return true;
}

static bool converse(void *context, struct player *player, struct transcript *transcript,
	enum drive_end *end, struct sentence *why)
{
	struct careful *careful = context;
	const struct ground *below = careful->below;
	if (!may_connect(careful, why) ||
		!below->converse(below->context, player, transcript, end, why))
		return false;
	/* a player is played once: only who comes behind it has the good of the wait */
	if (transcript != NULL)
		waits_for(careful, transcript, "probe");
	count(careful, transcript, at_least_one(trial_connections(transcript)));
	return true;
}

static uint64_t spent_ms(void *context)
{
	struct careful *careful = context;
	return careful->below->spent_ms(careful->below->context);
}

void careful_init(struct careful *careful, const struct ground *below,
	const struct careful_settings *settings)
{
	*careful = (struct careful){.settings = *settings, .below = below, .ground = *below};
	careful->ground.context = careful;
	careful->ground.control = control;
	careful->ground.play = play;
	careful->ground.converse = converse;
	careful->ground.pause = take_a_pause;
	if (below->spent_ms != NULL)
		careful->ground.spent_ms = spent_ms;
}

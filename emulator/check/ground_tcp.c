/* ground_tcp: trials by the blocking driver. */
#include "ground_tcp.h"

#include "clock.h"
#include "trial_message.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	SHORT_PATIENCE_MS = 2000,
	/* Replies of a connection, and of each message in it; the least time; the octets. */
	REPLIES = 6,
	REPLIES_OF_A_MESSAGE = 6,
	CONNECTION_MIN_MS = 60000,
	CONNECTION_OCTETS = 1024 * 1024,
	/* Of them, where it is known that they would be waited for in vain. */
	SILENCE_PART = 4,
	CONNECTION_PART = 6,
	/* A probe has its own patience, and tells silence from a closed connection: it comes first.
	 */
	PATIENCE_BEHIND_A_PROBE_MS = 1000
};

static bool listen_in(const struct ground_tcp *ground_tcp, struct trial *trial)
{
	const struct ground_tcp_settings *settings = &ground_tcp->settings;
	trial->transcript = transcript_new(settings->memory, false);
	if (trial->transcript != NULL && settings->heard != NULL)
		transcript_listen(trial->transcript, settings->heard, settings->heard_context);
	return trial->transcript != NULL &&
	       transcript_conceal(trial->transcript, settings->account->password);
}

/*
 * Also of a client that has only a part of its differences: they have one title. A profile that is
 * a file of the user's own has no other name.
 */
static void name_client(char name[GROUND_TCP_NAME], const struct profile *client)
{
	struct octets title = profile_title(client);
	int len = title.len < GROUND_TCP_NAME ? (int)title.len : GROUND_TCP_NAME - 1;
	snprintf(name, GROUND_TCP_NAME, "%.*s", len, len == 0 ? "" : (const char *)title.at);
}

uint64_t ground_tcp_connection_ms(uint64_t patience_ms, size_t messages)
{
	uint64_t replies = REPLIES + REPLIES_OF_A_MESSAGE * messages;
	if (patience_ms == 0)
		return 0;
	if (patience_ms > UINT64_MAX / replies)
		return UINT64_MAX;
	return patience_ms * replies < CONNECTION_MIN_MS ? CONNECTION_MIN_MS
							 : patience_ms * replies;
}

static bool has_hung(const struct ground_tcp *ground_tcp, const struct profile *client)
{
	char name[GROUND_TCP_NAME];
	name_client(name, client);
	return name[0] != 0 && strcmp(ground_tcp->hung, name) == 0;
}

static bool is_known_silence(const struct ground_tcp *ground_tcp, const struct trial_wish *wish)
{
	return wish->brief || has_hung(ground_tcp, wish->client);
}

/*
 * A silence that was sat out to its end is known again by a quarter of it: the ten trials that tell
 * why a client hangs need not take ten times as long. That the server is not merely slower than
 * that is seen from the plain correct client, which is tried in between under the same patience.
 */
static uint64_t patience_with(const struct ground_tcp *ground_tcp, const struct trial_wish *wish)
{
	uint64_t whole_ms = ground_tcp->settings.patience_ms, part_ms = whole_ms / SILENCE_PART;
	if (!is_known_silence(ground_tcp, wish))
		return whole_ms;
	part_ms = part_ms < SHORT_PATIENCE_MS ? SHORT_PATIENCE_MS : part_ms;
	return part_ms < whole_ms ? part_ms : whole_ms;
}

/* Likewise of a reply without an end. */
static uint64_t connection_with(const struct ground_tcp *ground_tcp, const struct trial_wish *wish)
{
	uint64_t whole_ms =
		ground_tcp_connection_ms(ground_tcp->settings.patience_ms, wish->messages);
	return is_known_silence(ground_tcp, wish) ? whole_ms / CONNECTION_PART : whole_ms;
}

static void remember_hanging(
	struct ground_tcp *ground_tcp, const struct trial *trial, const struct profile *client)
{
	if (trial_was_silent(trial))
		name_client(ground_tcp->hung, client);
}

static bool play(
	void *context, const struct trial_wish *wish, struct trial *trial, struct sentence *why)
{
	struct ground_tcp *ground_tcp = context;
	const struct ground_tcp_settings *settings = &ground_tcp->settings;
	struct trial_message written[TRIAL_MESSAGES_MAX];
	struct phone_message messages[TRIAL_MESSAGES_MAX];
	struct phone_account account = *settings->account;
	account.stops_at_data = !wish->deliver;
	if (is_known_silence(ground_tcp, wish))
		account.longest_limit_ms = patience_with(ground_tcp, wish);
	*trial = (struct trial){.transcript = NULL};
	for (size_t i = 0; i < wish->messages; i++) {
		trial_message_write(&written[i], &ground_tcp->ground, wish, i, settings->unix_time);
		messages[i] = written[i].message;
	}
	if (!listen_in(ground_tcp, trial)) {
		sentence_set(why, "out of memory");
		return false;
	}
	struct play_settings playing = {
		.memory = settings->memory,
		.profile = profile_client(wish->client),
		.account = &account,
		.messages = messages,
		.message_count = wish->messages,
		.host = settings->host,
		.port = settings->port,
		.trust_file = settings->trust_file,
		.fingerprint = settings->fingerprint,
		.insecure = settings->insecure,
		.patience_ms = patience_with(ground_tcp, wish),
		.connection_ms = connection_with(ground_tcp, wish),
		.connection_octets = CONNECTION_OCTETS,
		.seed = wish->seed,
		.observer = transcript_observer(trial->transcript),
		.interrupted = settings->interrupted,
	};
	bool played = play_run(&playing, &trial->play, why);
	if (played &&
		(trial->play.end == DRIVE_INTERRUPTED || trial->play.end == DRIVE_NO_MEMORY)) {
		sentence_set(why,
			trial->play.end == DRIVE_INTERRUPTED ? "interrupted" : "out of memory");
		played = false;
	}
	if (!played)
		trial_free(trial);
	else if (!wish->brief)
		remember_hanging(ground_tcp, trial, wish->client);
	return played;
}

static bool control(
	void *context, const struct trial_wish *wish, struct control *control, struct sentence *why)
{
	struct ground_tcp *ground_tcp = context;
	return ground_tcp->settings.control(
		ground_tcp->settings.control_context, wish, control, why);
}

/*
 * A caller's player may try TLS where the account asks for none: a probe. Then a certificate is
 * looked at only where the user has named whom to trust, for the login is said in clear anyway.
 */
static bool trusts_anyone(const struct ground_tcp_settings *settings)
{
	return settings->insecure ||
	       (settings->account->security == PHONE_PLAIN && settings->trust_file == NULL &&
		       settings->fingerprint.len == 0);
}

static bool converse(void *context, struct player *player, struct transcript *transcript,
	enum drive_end *end, struct sentence *why)
{
	struct ground_tcp *ground_tcp = context;
	const struct ground_tcp_settings *settings = &ground_tcp->settings;
	bool anyone = trusts_anyone(settings);
	struct tls_client_settings tls = {.check = anyone ? TLS_CHECK_NONE : TLS_CHECK_STRICT};
	struct tls_trust *trust = NULL;
	if (!anyone) {
		trust = tls_trust_new(settings->memory, settings->trust_file, why);
		if (trust == NULL)
			return false;
		tls.trust = trust;
		tls.fingerprint = settings->fingerprint;
	}
	struct drive_settings driving = {
		.memory = settings->memory,
		.destination = {.host = settings->host,
			.port = settings->port,
			.resolve_ms = PLAYER_NEVER,
			.connect_ms =
				settings->patience_ms == 0 ? PLAYER_NEVER : settings->patience_ms},
		.patience_ms = settings->patience_ms == 0
				       ? 0
				       : settings->patience_ms + PATIENCE_BEHIND_A_PROBE_MS,
		.connection_ms = ground_tcp_connection_ms(settings->patience_ms, 1),
		.connection_octets = CONNECTION_OCTETS,
		.tls = &tls,
		.observer = transcript == NULL ? NULL : transcript_observer(transcript),
		.interrupted = settings->interrupted,
	};
	*end = drive(player, &driving, why);
	tls_trust_free(trust);
	if (transcript != NULL)
		transcript_flush(transcript);
	return *end != DRIVE_INTERRUPTED;
}

/* In slices, so that somebody who interrupts need not wait for the end. */
static void take_a_pause(void *context, uint64_t ms)
{
	struct ground_tcp *ground_tcp = context;
	const volatile sig_atomic_t *interrupted = ground_tcp->settings.interrupted;
	uint64_t from_ms = clock_ms();
	while (ms > 0 && (interrupted == NULL || *interrupted == 0)) {
		uint64_t slice = ms < 100 ? ms : 100;
		nanosleep(&(struct timespec){.tv_nsec = (long)slice * 1000000}, NULL);
		ms -= slice;
	}
	ground_tcp->paused_ms += clock_ms() - from_ms;
}

static uint64_t spent_ms(void *context)
{
	const struct ground_tcp *ground_tcp = context;
	return clock_ms() - ground_tcp->paused_ms;
}

void ground_tcp_init(struct ground_tcp *ground_tcp, const struct ground_tcp_settings *settings)
{
	*ground_tcp = (struct ground_tcp){
		.settings = *settings,
		.ground = {.context = ground_tcp,
			.memory = settings->memory,
			.account = settings->account,
			.sender = settings->sender,
			.recipient = settings->recipient,
			.refused_recipient = settings->refused_recipient,
			.control = control,
			.play = play,
			.converse = converse,
			.pause = take_a_pause,
			.spent_ms = spent_ms},
	};
}

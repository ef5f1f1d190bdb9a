/* profile_ground: the server player on the other side of a pair. */
#include "profile_ground.h"

#include "pair.h"
#include "server.h"
#include "trial_message.h"

enum { PATIENCE_MS = 30 * 60 * 1000, MESSAGE_MAX = 1024 * 1024, PHONE_CONNECTIONS_MAX = 20 };

/* One session: the server that answers it. */
struct counter {
	struct profile_ground *ground;
	struct server *server;
	struct server_account account;
};

static struct player *serve(void *context, uint64_t now_ms)
{
	struct counter *counter = context;
	const struct phone_account *account = counter->ground->ground.account;
	struct server_settings settings = {.profile = counter->ground->profile,
		.accounts = &counter->account,
		.account_count = account->user.len > 0 ? 1 : 0,
		.tls_available = true,
		.offer_starttls = account->security == PHONE_STARTTLS,
		.implicit_tls = account->security == PHONE_TLS,
		.seed = now_ms + 1,
		.message_max = MESSAGE_MAX};
	if (counter->ground->banned)
		return NULL;
	counter->account = (struct server_account){account->user, account->password};
	counter->server = server_new(counter->ground->memory, &settings);
	return counter->server == NULL ? NULL : server_player(counter->server);
}

static void served(void *context, struct player *player)
{
	struct counter *counter = context;
	(void)player;
	counter->ground->banned |= server_wants_ban(counter->server);
	server_free(counter->server);
	counter->server = NULL;
}

static bool talk(struct profile_ground *ground, struct player *player,
	const struct observer *observer, size_t connections, enum drive_end *end)
{
	struct counter counter = {.ground = ground};
	struct pair_options options = {.context = &counter,
		.serve = serve,
		.served = served,
		.observer = observer,
		.start_ms = ground->now_ms,
		.patience_ms = PATIENCE_MS,
		.max_connections = connections};
	struct pair_result result = pair_run(player, &options);
	if (counter.server != NULL)
		served(&counter, NULL);
	ground->now_ms = result.now_ms;
	*end = result.end == PAIR_FINISHED ? DRIVE_DONE : DRIVE_IMPATIENT;
	return true;
}

static bool converse(void *context, struct player *player, struct transcript *transcript,
	enum drive_end *end, struct sentence *why)
{
	sentence_set(why, "%s", "");
	return talk(context, player, transcript == NULL ? NULL : transcript_observer(transcript), 1,
		end);
}

static bool no_control(
	void *context, const struct trial_wish *wish, struct control *control, struct sentence *why)
{
	(void)context;
	(void)wish;
	(void)control;
	sentence_set(why, "a profile has no control");
	return false;
}

static struct phone *make_phone(const struct profile_ground *ground, const struct trial_wish *wish)
{
	struct phone_account account = *ground->ground.account;
	account.stops_at_data = !wish->deliver;
	struct phone *phone =
		phone_new(ground->memory, profile_client(wish->client), &account, wish->seed);
	for (size_t i = 0; phone != NULL && i < wish->messages; i++) {
		struct trial_message message;
		trial_message_write(&message, &ground->ground, wish, i, ground->now_ms / 1000);
		if (!phone_add(phone, &message.message)) {
			phone_free(phone);
			return NULL;
		}
	}
	return phone;
}

static bool play(
	void *context, const struct trial_wish *wish, struct trial *trial, struct sentence *why)
{
	struct profile_ground *ground = context;
	*trial = (struct trial){.transcript = transcript_new(ground->memory, false)};
	trial->play.phone = make_phone(ground, wish);
	if (trial->transcript == NULL || trial->play.phone == NULL) {
		trial_free(trial);
		sentence_set(why, "out of memory");
		return false;
	}
	trial->play.tls.wanted = phone_security(trial->play.phone) != PHONE_PLAIN;
	bool played = talk(ground, phone_player(trial->play.phone),
		transcript_observer(trial->transcript), PHONE_CONNECTIONS_MAX, &trial->play.end);
	transcript_flush(trial->transcript);
	return played;
}

static void jump(void *context, uint64_t ms)
{
	struct profile_ground *ground = context;
	ground->now_ms += ms;
}

void profile_ground_init(struct profile_ground *ground, const struct memory *memory,
	const struct server_profile *profile, const struct ground *like)
{
	*ground = (struct profile_ground){.memory = memory, .profile = profile};
	ground->ground = *like;
	ground->ground.context = ground;
	ground->ground.memory = memory;
	ground->ground.control = no_control;
	ground->ground.play = play;
	ground->ground.converse = converse;
	ground->ground.pause = jump;
}

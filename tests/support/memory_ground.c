/* memory_ground: makes both players of a trial and joins them. */
#include "memory_ground.h"

#include "pair.h"
#include "sender.h"
#include "server.h"

#include <stdlib.h>

enum { NOW = 1187266456 }; /* 16 August 2007, 12:04:16 UTC */
static const char user[] = "valid_user", password[] = "secret", wrong[] = "mistaken";
static const char sender_address[] = "phone@example.org", recipient[] = "someone@example.net",
		  unknown[] = "nobody@example.net";
static const char *const subjects[TRIAL_MESSAGES_MAX] = {"message 1", "message 2", "message 3"};

/* One trial, or a control. */
struct sitting {
	struct memory_ground *ground;
	struct server *server;
	struct server_account account;
	uint64_t seed;
	bool refused; /* a connection of this trial */
};

/* ---- the server's side ---- */

static struct player *serve(void *context, uint64_t now_ms)
{
	struct sitting *sitting = context;
	struct memory_ground *ground = sitting->ground;
	const struct memory_ground_settings *settings = &ground->settings;
	const struct server_profile *profile = settings->server;
	ground->connections++;
	sitting->refused = false;
	if (settings->open != NULL)
		return settings->open(settings->context, ground->connections);
	if (settings->choose != NULL)
		profile = settings->choose(settings->context, ground->connections);
	sitting->refused = ground->banned || profile == NULL;
	if (sitting->refused)
		return NULL;
	struct server_settings server = {
		.profile = profile,
		.accounts = &sitting->account,
		.account_count = 1,
		.tls_available = settings->security == PHONE_STARTTLS,
		.offer_starttls = true,
		.implicit_tls = settings->security == PHONE_TLS,
		.seed = sitting->seed + ground->connections,
		.unix_time = NOW + now_ms / 1000,
	};
	sitting->server = server_new(&memory_standard, &server);
	return sitting->server == NULL ? NULL : server_player(sitting->server);
}

static void served(void *context, struct player *player)
{
	struct sitting *sitting = context;
	const struct memory_ground_settings *settings = &sitting->ground->settings;
	if (settings->close != NULL) {
		settings->close(settings->context, player);
		return;
	}
	sitting->ground->banned |= server_wants_ban(sitting->server);
	server_free(sitting->server);
	sitting->server = NULL;
}

/* Which message it is stands in its Subject. */
static bool store(void *context, const struct player_mail *mail)
{
	struct sitting *sitting = context;
	struct buffer content;
	buffer_init(&content, &memory_standard, SIZE_MAX / 2);
	for (size_t i = 0; i < mail->content_count; i++)
		buffer_append_octets(&content, mail->content[i]);
	for (size_t i = 0; i < TRIAL_MESSAGES_MAX; i++) {
		if (strstr(buffer_string(&content), subjects[i]) != NULL)
			sitting->ground->stored[i]++;
	}
	buffer_free(&content);
	return true;
}

/* Whoever drives a client tells it of the end when there is nothing more to wait for. */
static void break_off(struct player *player, uint64_t now_ms)
{
	const struct player_ops *ops = player->ops;
	for (size_t i = 0; i < 100 && ops->wants(player) != 0; i++) {
		if ((ops->wants(player) & PLAYER_CONNECT) != 0)
			ops->connect_failed(player, "the trial is over", now_ms);
		else if ((ops->wants(player) & PLAYER_CLOSE) != 0)
			ops->closed(player, now_ms);
		else
			ops->ended(player, PLAYER_LOST, now_ms);
	}
}

static enum drive_end sit(
	struct sitting *sitting, struct player *player, const struct observer *observer)
{
	struct pair_options options = {
		.context = sitting,
		.serve = serve,
		.served = served,
		.store = store,
		.observer = observer,
		.patience_ms = sitting->ground->settings.patience_ms,
		.max_connections = 20,
		.max_steps = 1000000,
	};
	sitting->account = (struct server_account){octets_of(user), octets_of(password)};
	struct pair_result result = pair_run(player, &options);
	if (result.end == PAIR_FINISHED)
		return DRIVE_DONE;
	break_off(player, result.now_ms);
	return DRIVE_IMPATIENT;
}

/* ---- a client of the catalogue ---- */

static const char *recipient_of(const struct trial_wish *wish, size_t index, size_t which)
{
	bool refused = wish->refused_recipient && index + 1 == wish->messages;
	if (which == 0)
		return refused ? unknown : recipient;
	return refused && which == 1 ? recipient : NULL;
}

static bool add_message(struct phone *phone, const struct trial_wish *wish, size_t index)
{
	struct octets to[2];
	struct phone_message message = {
		.to = to,
		.draft = {.subject = octets_of(subjects[index]),
			.body = octets_of("This is a test.\r\n"),
			.unix_time = NOW,
			.zone_minutes = 120},
		.seed = wish->seed + index + 1,
	};
	for (const char *name; (name = recipient_of(wish, index, message.to_count)) != NULL;)
		to[message.to_count++] = octets_of(name);
	return phone_add(phone, &message);
}

static struct phone *make_phone(const struct memory_ground *ground, const struct trial_wish *wish)
{
	struct phone_account account = ground->account;
	account.stops_at_data = !wish->deliver;
	struct phone *phone =
		phone_new(&memory_standard, profile_client(wish->client), &account, wish->seed);
	for (size_t i = 0; phone != NULL && i < wish->messages; i++) {
		if (!add_message(phone, wish, i)) {
			phone_free(phone);
			return NULL;
		}
	}
	return phone;
}

static bool play(
	void *context, const struct trial_wish *wish, struct trial *trial, struct sentence *why)
{
	struct memory_ground *ground = context;
	struct sitting sitting = {.ground = ground, .seed = wish->seed};
	*trial = (struct trial){.transcript = transcript_new(&memory_standard, false)};
	trial->play.phone = make_phone(ground, wish);
	ground->trials++;
	memset(ground->stored, 0, sizeof ground->stored);
	if (trial->transcript == NULL || trial->play.phone == NULL) {
		sentence_set(why, "out of memory");
		trial_free(trial);
		return false;
	}
	trial->play.tls.wanted = phone_security(trial->play.phone) != PHONE_PLAIN;
	trial->play.end = sit(
		&sitting, phone_player(trial->play.phone), transcript_observer(trial->transcript));
	transcript_flush(trial->transcript);
	if (sitting.refused)
		sentence_set(&trial->play.why, "connection refused");
	return true;
}

/* ---- the control ---- */

static bool add_to_sender(struct msub_sender *sender, size_t index, struct msub_message **message)
{
	static const char *const contents[TRIAL_MESSAGES_MAX] = {
		"Subject: message 1\r\n\r\nplain\r\n", "Subject: message 2\r\n\r\nplain\r\n",
		"Subject: message 3\r\n\r\nplain\r\n"};
	const char *content = contents[index];
	return msub_message_new(message, NULL) == MSUB_OK &&
	       msub_message_sender(*message, sender_address) == MSUB_OK &&
	       msub_message_content(*message, content, strlen(content)) == MSUB_OK &&
	       msub_message_add_recipient(*message, recipient) == MSUB_OK &&
	       msub_sender_add(sender, *message) == MSUB_OK;
}

static enum msub_error make_sender(struct msub_sender **sender, const struct memory_ground *ground,
	const struct trial_wish *wish)
{
	const struct memory_ground_settings *settings = &ground->settings;
	struct msub_settings asked;
	msub_settings_init(&asked);
	asked.tls = settings->security == PHONE_PLAIN ? MSUB_TLS_NONE
		    : settings->security == PHONE_TLS ? MSUB_TLS_IMPLICIT
						      : MSUB_TLS_STARTTLS;
	asked.user = settings->no_login ? NULL : user;
	asked.password = settings->no_login ? NULL : settings->wrong_password ? wrong : password;
	/* consent: outside TLS a mechanism that says the password has to be named */
	bool names = settings->security == PHONE_PLAIN && !settings->no_login;
	asked.mechanism = names ? "PLAIN" : NULL;
	asked.probe = !wish->deliver;
	return msub_sender_new(sender, &asked);
}

static enum control_end end_of(const struct msub_failure *failure)
{
	switch (failure->error) {
	case MSUB_OK:
		return CONTROL_SENDS;
	case MSUB_AUTH_MISSING:
	case MSUB_AUTH_REFUSED:
		return CONTROL_LOGIN_REFUSED;
	case MSUB_TLS:
	case MSUB_TLS_MISSING:
	case MSUB_TLS_REFUSED:
		return CONTROL_TLS_FAILED;
	case MSUB_CONNECT:
	case MSUB_HOST:
		return CONTROL_NO_CONNECTION;
	case MSUB_LOST:
	case MSUB_TIMEOUT:
		return CONTROL_HUNG;
	default:
		return CONTROL_REFUSED;
	}
}

static void read_control(const struct msub_failure *failure, struct control *control)
{
	control->end = end_of(failure);
	control->code = (unsigned int)failure->reply.code;
	control->for_now = failure->reply.code / 100 == 4;
	if (control->end == CONTROL_SENDS)
		return;
	sentence_set(&control->reply, "%s", failure->reply.text);
	sentence_set(&control->advice, "%s", msub_error_text(failure->error));
}

static bool be_control(
	void *context, const struct trial_wish *wish, struct control *control, struct sentence *why)
{
	struct memory_ground *ground = context;
	struct sitting sitting = {.ground = ground, .seed = wish->seed};
	struct msub_sender *sender = NULL;
	struct msub_message *messages[TRIAL_MESSAGES_MAX] = {NULL};
	struct msub_failure failure = {.error = MSUB_OK};
	*control = (struct control){.transcript = transcript_new(&memory_standard, false)};
	ground->controls++;
	bool good = make_sender(&sender, ground, wish) == MSUB_OK;
	for (size_t i = 0; good && i < wish->messages; i++)
		good = add_to_sender(sender, i, &messages[i]);
	if (good) {
		sit(&sitting, sender_player(sender, 0), transcript_observer(control->transcript));
		transcript_flush(control->transcript);
	}
	for (size_t i = 0; good && i < wish->messages && failure.error == MSUB_OK; i++)
		msub_message_failure(messages[i], &failure);
	read_control(&failure, control);
	msub_sender_free(sender);
	for (size_t i = 0; i < TRIAL_MESSAGES_MAX; i++)
		msub_message_free(messages[i]);
	if (!good)
		sentence_set(why, "out of memory");
	return good;
}

/* ---- what else a ground does ---- */

static bool converse(void *context, struct player *player, struct transcript *transcript,
	enum drive_end *end, struct sentence *why)
{
	struct memory_ground *ground = context;
	struct sitting sitting = {.ground = ground, .seed = 1};
	(void)why;
	memset(ground->stored, 0, sizeof ground->stored);
	*end = sit(&sitting, player, transcript == NULL ? NULL : transcript_observer(transcript));
	if (transcript != NULL)
		transcript_flush(transcript);
	return true;
}

static void take_a_pause(void *context, uint64_t ms)
{
	struct memory_ground *ground = context;
	ground->paused_ms += ms;
}

void memory_ground_init(
	struct memory_ground *memory_ground, const struct memory_ground_settings *settings)
{
	const char *said = settings->wrong_password ? wrong : password;
	*memory_ground = (struct memory_ground){.settings = *settings};
	memory_ground->account = (struct phone_account){
		.security = settings->security,
		.port = 25,
		.user = octets_of(settings->no_login ? NULL : user),
		.password = octets_of(settings->no_login ? NULL : said),
		.sender = octets_of(sender_address),
		.host = octets_of("phone.example.org"),
		.device = octets_of("phone"),
		.server = octets_of("mx.example.net"),
		.password_in_clear = settings->security == PHONE_PLAIN,
	};
	memory_ground->ground = (struct ground){
		.context = memory_ground,
		.memory = &memory_standard,
		.account = &memory_ground->account,
		.sender = sender_address,
		.recipient = recipient,
		.refused_recipient = unknown,
		.control = be_control,
		.play = play,
		.converse = converse,
		.pause = take_a_pause,
	};
}

/* stage: makes both players, joins them, and gathers what came out. */
#include "stage.h"

#include "carrier.h"

#include "catalogue.h"
#include "check.h"
#include "phone.h"
#include "random.h"
#include "sender.h"
#include "server.h"

#include <stdlib.h>

enum { NOW = 1187266456 }; /* 16 August 2007, 12:04:16 UTC */
static const char user[] = "valid_user", password[] = "secret", wrong[] = "mistaken";
static const char sender_address[] = "phone@example.org";

/* Everything of one run. */
struct play {
	const struct stage_settings *settings;
	struct stage_result *result;
	struct server *server;
	struct server_account account;
	struct phone *phone;
	struct msub_sender *sender;
	struct msub_message *messages[STAGE_MESSAGES];
	struct buffer contents[STAGE_MESSAGES]; /* of msub's messages */
	struct octets left[STAGE_MESSAGES];	/* of content that is read by callback */
	struct observer spy;
	struct memory client_memory; /* lives as long as the messages */
	uint64_t served;
	struct carrier *carrier; /* of a phone */
	struct link *link;	 /* of msub */
};

static struct player *serve(void *context, uint64_t now_ms)
{
	struct play *play = context;
	const struct stage_settings *settings = play->settings;
	struct server_settings server = {
		.profile = settings->server,
		.accounts = &play->account,
		.account_count = 1,
		.tls_available = settings->security == STAGE_STARTTLS,
		.offer_starttls = true,
		.implicit_tls = settings->security == STAGE_TLS,
		.seed = settings->seed + play->served++,
		.unix_time = NOW + now_ms / 1000,
	};
	const struct memory *memory =
		settings->server_memory == NULL ? &memory_standard : settings->server_memory;
	play->server = server_new(memory, &server);
	return play->server == NULL ? NULL : server_player(play->server);
}

static void served(void *context, struct player *player)
{
	struct play *play = context;
	(void)player;
	server_free(play->server);
	play->server = NULL;
}

/* Which message it is stands in its Subject. */
static bool store(void *context, const struct player_mail *mail)
{
	struct play *play = context;
	struct buffer content;
	buffer_init(&content, &memory_standard, SIZE_MAX / 2);
	for (size_t i = 0; i < mail->content_count; i++)
		buffer_append_octets(&content, mail->content[i]);
	const char *subject = strstr(buffer_string(&content), "message ");
	int number = subject == NULL ? 0 : subject[8] - '1';
	if (number >= 0 && number < STAGE_MESSAGES)
		play->result->stored[number]++;
	buffer_free(&content);
	return true;
}

static size_t cut(void *context, size_t len)
{
	struct play *play = context;
	if (play->settings->octet_by_octet)
		return 1;
	if (play->settings->cuts == NULL)
		return len;
	/* mostly short ones, and now and then all */
	uint32_t drawn = random_below(play->settings->cuts, 24);
	return drawn == 0 ? len : 1 + random_below(play->settings->cuts, drawn);
}

static void spy_connected(void *context, const struct player_link *link, uint64_t now_ms)
{
	struct play *play = context;
	const struct observer *next = transcript_observer(play->result->transcript);
	if (play->result->client_octets.len > 0)
		buffer_append_text(&play->result->client_octets, "|");
	next->connected(next->context, link, now_ms);
}

static void spy_octets(void *context, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	struct play *play = context;
	const struct observer *next = transcript_observer(play->result->transcript);
	if (from == WIRE_CLIENT)
		buffer_append_octets(&play->result->client_octets, octets);
	next->octets(next->context, from, octets, now_ms);
}

static void spy_tls(void *context, const char *description, const char *why, uint64_t now_ms)
{
	struct play *play = context;
	const struct observer *next = transcript_observer(play->result->transcript);
	next->tls(next->context, description, why, now_ms);
}

static void spy_ended(void *context, enum wire_side by, enum wire_end how, uint64_t now_ms)
{
	struct play *play = context;
	const struct observer *next = transcript_observer(play->result->transcript);
	next->ended(next->context, by, how, now_ms);
}

static size_t count_names(const char *const *names)
{
	size_t count = 0;
	while (count < STAGE_RECIPIENTS && names[count] != NULL)
		count++;
	return count;
}

static bool add_to_phone(struct play *play, size_t index)
{
	static const char *const subjects[] = {"message 1", "message 2", "message 3", "message 4"};
	const struct stage_message *message = &play->settings->mail->messages[index];
	struct octets to[STAGE_RECIPIENTS], bcc[STAGE_RECIPIENTS];
	struct phone_message given = {
		.to = to,
		.to_count = count_names(message->to),
		.bcc = bcc,
		.bcc_count = count_names(message->bcc),
		.content = octets_of(message->content),
		.draft = {.subject = octets_of(subjects[index]),
			.body = octets_of(message->body),
			.unix_time = NOW,
			.zone_minutes = 120},
	};
	for (size_t i = 0; i < given.to_count; i++)
		to[i] = octets_of(message->to[i]);
	for (size_t i = 0; i < given.bcc_count; i++)
		bcc[i] = octets_of(message->bcc[i]);
	return phone_add(play->phone, &given);
}

static struct player *make_phone(struct play *play, const struct memory *memory)
{
	const struct stage_settings *settings = play->settings;
	struct phone_account account = {
		.security = settings->security == STAGE_PLAIN ? PHONE_PLAIN
			    : settings->security == STAGE_TLS ? PHONE_TLS
							      : PHONE_STARTTLS,
		.port = 25,
		.user = octets_of(settings->no_login ? NULL : user),
		.password = octets_of(settings->wrong_password ? wrong : password),
		.sender = octets_of(sender_address),
		.host = octets_of("phone.example.org"),
		.device = octets_of("phone"),
		.server = octets_of("mx.example.net"),
		.password_in_clear = settings->security == STAGE_PLAIN,
		.pace_percent = 100,
		.further_tries = settings->further_tries,
	};
	play->phone = phone_new(memory, settings->phone, &account, settings->seed);
	if (play->phone == NULL)
		return NULL;
	for (size_t i = 0; i < settings->mail->count; i++) {
		if (!add_to_phone(play, i))
			return NULL;
	}
	return phone_player(play->phone);
}

static void *msub_resize(void *context, void *old, size_t old_size, size_t want)
{
	const struct memory *memory = context;
	return memory->resize(memory->context, old, old_size, want);
}

/* msub composes nothing: a plain message stands for what a phone would compose. */
static struct octets content_of(struct play *play, size_t index)
{
	const struct stage_message *message = &play->settings->mail->messages[index];
	struct buffer *content = &play->contents[index];
	if (message->content != NULL)
		buffer_append_text(content, message->content);
	else
		buffer_format(content, "Subject: message %zu\r\n\r\nplain\r\n", index + 1);
	for (size_t i = 0; i < message->lines; i++)
		buffer_format(content, "%0900zu\r\n", i);
	return buffer_octets(content);
}

/* At most seven octets at once. */
static ptrdiff_t read_left(void *context, void *at, size_t len)
{
	struct octets *left = context;
	struct octets part = octets_cut(*left, len < 7 ? len : 7);
	if (part.len > 0)
		memcpy(at, part.at, part.len);
	*left = octets_from(*left, part.len);
	return (ptrdiff_t)part.len;
}

static bool give_content(struct play *play, size_t index, struct octets content)
{
	struct msub_source source = {.read = read_left, .context = &play->left[index]};
	play->left[index] = content;
	if (play->settings->source)
		return msub_message_source(play->messages[index], &source) == MSUB_OK;
	return msub_message_content(play->messages[index], content.at, content.len) == MSUB_OK;
}

static bool add_recipients(
	struct msub_message *message, const char *const *names, const struct stage_message *given)
{
	bool good = true;
	for (size_t i = 0; good && i < count_names(names); i++)
		good = msub_message_add_recipient_with(message, names[i], given->reports) ==
		       MSUB_OK;
	return good;
}

static bool add_to_sender(struct play *play, size_t index, const struct msub_memory *memory)
{
	const struct stage_message *message = &play->settings->mail->messages[index];
	struct octets content = content_of(play, index);
	struct msub_message **made = &play->messages[index];
	bool good = msub_message_new(made, memory) == MSUB_OK &&
		    msub_message_sender(*made,
			    message->from == NULL ? sender_address : message->from) == MSUB_OK &&
		    msub_message_options(*made, message->wishes) == MSUB_OK &&
		    give_content(play, index, content) &&
		    add_recipients(*made, message->to, message) &&
		    add_recipients(*made, message->bcc, message);
	return good && msub_sender_add(play->sender, *made) == MSUB_OK;
}

static struct player *make_sender(struct play *play)
{
	const struct stage_settings *settings = play->settings;
	struct msub_memory memory = {msub_resize, &play->client_memory};
	struct msub_settings asked;
	msub_settings_init(&asked);
	asked.tls = settings->security == STAGE_PLAIN ? MSUB_TLS_NONE
		    : settings->security == STAGE_TLS ? MSUB_TLS_IMPLICIT
						      : MSUB_TLS_STARTTLS;
	asked.user = settings->no_login ? NULL : user;
	asked.password = settings->no_login ? NULL : settings->wrong_password ? wrong : password;
	/* consent: outside TLS a mechanism that says the password has to be named */
	asked.mechanism = settings->security == STAGE_PLAIN && !settings->no_login ? "PLAIN" : NULL;
	asked.all_or_nothing = settings->all_or_nothing;
	asked.chunking = settings->chunks ? MSUB_CHUNKING_PREFERRED : MSUB_CHUNKING_WHEN_NEEDED;
	asked.memory = &memory;
	bool good = msub_sender_new(&play->sender, &asked) == MSUB_OK;
	for (size_t i = 0; good && i < settings->mail->count; i++)
		good = add_to_sender(play, i, &memory);
	return good ? sender_player(play->sender, 0) : NULL;
}

static void phone_came_out(struct play *play, size_t index)
{
	struct stage_result *result = play->result;
	const struct phone_outcome *outcome = phone_outcome(play->phone, index);
	const struct phone_verdict *verdict = &outcome->verdict;
	bool all = verdict->result == PHONE_DELIVERED;
	for (size_t i = 0; i < outcome->recipient_count; i++)
		all = all && outcome->recipients[i].verdict.result == PHONE_DELIVERED;
	struct phone_verdict login;
	phone_went_on_without_login(play->phone, &login);
	result->delivered[index] = all;
	result->unsure[index] = verdict->result == PHONE_UNSURE;
	buffer_append_octets(&result->replies, verdict->reply);
	buffer_append_byte(&result->replies, '\n');
	buffer_append_octets(&result->replies, login.reply);
	buffer_append_byte(&result->replies, '\n');
	buffer_append_text(&result->outcome, phone_result_name(verdict->result));
	if (verdict->result != PHONE_DELIVERED && verdict->result != PHONE_NOT_TRIED)
		buffer_format(&result->outcome, " at %s", phone_step_name(verdict->step));
	if (verdict->code != 0 && verdict->result != PHONE_DELIVERED)
		buffer_format(&result->outcome, " %u", verdict->code);
}

static void message_came_out(struct play *play, size_t index)
{
	struct stage_result *result = play->result;
	struct msub_message *message = play->messages[index];
	size_t count = msub_message_recipient_count(message);
	size_t accepted = msub_message_count(message, MSUB_ACCEPTED);
	struct msub_failure failure;
	msub_message_failure(message, &failure);
	result->delivered[index] = accepted == count;
	buffer_append_text(&result->replies, failure.reply.code != 0 ? failure.reply.text : "");
	buffer_append_byte(&result->replies, '\n');
	result->unsure[index] = msub_message_count(message, MSUB_MAYBE) > 0;
	if (accepted > 0)
		buffer_append_text(
			&result->outcome, accepted == count ? "delivered" : "delivered in part, ");
	if (accepted == count)
		return;
	buffer_append_text(
		&result->outcome, result->unsure[index] ? "unsure"
				  : failure.error == MSUB_REFUSED || failure.reply.code != 0
					  ? "refused"
					  : msub_error_name(failure.error));
	buffer_format(&result->outcome, " at %s", msub_phase_text(failure.phase));
	if (failure.reply.code != 0)
		buffer_format(&result->outcome, " %d", failure.reply.code);
}

static void judge(struct play *play)
{
	const struct stage_settings *settings = play->settings;
	struct stage_result *result = play->result;
	bool composed = settings->phone != NULL && settings->mail->messages[0].content == NULL;
	struct referee_settings known = {
		!settings->no_login, settings->security != STAGE_PLAIN, composed};
	struct referee *referee = referee_new(&memory_standard, &known);
	referee_hear_all(referee, result->transcript);
	result->broken = referee_broken(referee);
	referee_free(referee);
	for (unsigned int i = 0; i < RULE_COUNT; i++) {
		if ((result->broken & UINT64_C(1) << i) != 0)
			buffer_format(&result->breaks, "%s%s", result->breaks.len > 0 ? " " : "",
				rule_rows[i].name);
	}
	if (result->breaks.len == 0)
		buffer_append_text(&result->breaks, "nothing");
	for (size_t i = 0; i < transcript_count(result->transcript); i++) {
		const struct transcript_event *event = transcript_at(result->transcript, i);
		result->logins +=
			event->kind == TRANSCRIPT_SERVER && octets_start_nocase(event->text, "235");
	}
}

/* A dot line has been said, and nothing but QUIT behind it: for a client that cannot be asked. */
static bool wire_is_past_dot(void *context)
{
	static const char *const dots[] = {"\r\n.\r\n", "\r\n.\r\nQUIT\r\n"};
	const struct play *play = context;
	struct octets said = buffer_octets(&play->result->client_octets);
	for (size_t i = 0; i < 2; i++) {
		struct octets dot = octets_of(dots[i]);
		if (said.len >= dot.len && octets_equal(octets_from(said, said.len - dot.len), dot))
			return true;
	}
	return false;
}

/* False: there is to be a link, and no memory for it. */
static bool make_link(struct play *play)
{
	const struct stage_settings *settings = play->settings;
	if (settings->link == NULL)
		return true;
	if (play->phone != NULL)
		play->carrier =
			carrier_new(&memory_standard, settings->link, play->phone, settings->seed);
	else
		play->link = link_new(&memory_standard, settings->link, settings->seed);
	if (play->link != NULL)
		link_ask(play->link, wire_is_past_dot, play);
	return play->carrier != NULL || play->link != NULL;
}

/* What became of a message on a link that ended. */
static void add_duplicate(struct play *play, size_t index)
{
	struct carrier_outcome outcome;
	carrier_read(play->carrier, &outcome);
	if (play->phone == NULL || !outcome.ended)
		return;
	buffer_format(&play->result->outcome, ", duplicate: %s",
		carrier_twice_word(carrier_twice(&outcome, play->phone, index)));
}

static void gather(struct play *play)
{
	for (size_t i = 0; i < play->settings->mail->count; i++) {
		if (i > 0)
			buffer_append_text(&play->result->outcome, "; ");
		if (play->phone != NULL)
			phone_came_out(play, i);
		else
			message_came_out(play, i);
		add_duplicate(play, i);
	}
	transcript_flush(play->result->transcript);
	judge(play);
}

void stage_play(const struct stage_settings *settings, struct stage_result *result)
{
	struct play play = {.settings = settings, .result = result};
	play.client_memory =
		settings->client_memory == NULL ? memory_standard : *settings->client_memory;
	play.account = (struct server_account){octets_of(user), octets_of(password)};
	play.spy = (struct observer){&play, spy_connected, spy_octets, spy_tls, spy_ended};
	for (size_t i = 0; i < STAGE_MESSAGES; i++)
		buffer_init(&play.contents[i], &memory_standard, 1024 * 1024);
	*result = (struct stage_result){.transcript = transcript_new(&memory_standard, false)};
	buffer_init(&result->client_octets, &memory_standard, SIZE_MAX / 2);
	buffer_init(&result->outcome, &memory_standard, 65536);
	buffer_init(&result->breaks, &memory_standard, 65536);
	buffer_init(&result->replies, &memory_standard, 1024 * 1024);
	struct player *client = settings->phone != NULL ? make_phone(&play, &play.client_memory)
							: make_sender(&play);
	struct pair_options options = {
		.context = &play,
		.serve = serve,
		.served = served,
		.store = store,
		.cut = settings->octet_by_octet || settings->cuts != NULL ? cut : NULL,
		.observer = &play.spy,
		.client_address = settings->ipv6 ? "2001:db8::7%eth0" : NULL,
		.server_address = settings->ipv6 ? "2001:db8::25" : NULL,
		.lose_after = {settings->lose_after[0], settings->lose_after[1]},
		.patience_ms = settings->patience_ms,
		.max_connections = 20,
		.max_steps = 2000000,
	};
	result->began = client != NULL && make_link(&play);
	options.way = play.carrier != NULL ? carrier_way(play.carrier)
		      : play.link != NULL  ? link_way(play.link)
					   : NULL;
	if (result->began) {
		result->pair = pair_run(client, &options);
		gather(&play);
	}
	carrier_free(play.carrier);
	link_free(play.link);
	phone_free(play.phone);
	msub_sender_free(play.sender);
	for (size_t i = 0; i < STAGE_MESSAGES; i++) {
		msub_message_free(play.messages[i]);
		buffer_free(&play.contents[i]);
	}
}

void stage_free(struct stage_result *result)
{
	transcript_free(result->transcript);
	buffer_free(&result->client_octets);
	buffer_free(&result->outcome);
	buffer_free(&result->breaks);
	buffer_free(&result->replies);
}

static struct catalogue *open_catalogue(void)
{
	static const char *const folders[] = {"profiles", "tests/profiles"};
	return catalogue_open(&memory_standard, folders, 2);
}

struct profile *stage_profile(enum profile_kind kind, const char *name)
{
	struct catalogue *catalogue = open_catalogue();
	struct profile_source source = catalogue_source(catalogue);
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 65536);
	struct profile *profile = profile_load(&memory_standard, kind, name, &source, &errors);
	if (!CHECK(profile != NULL))
		fputs(buffer_string(&errors), stderr);
	buffer_free(&errors);
	catalogue_close(catalogue);
	return profile;
}

char **stage_profile_names(enum profile_kind kind)
{
	struct catalogue *catalogue = open_catalogue();
	struct catalogue_list *list = catalogue_list(catalogue, kind);
	size_t count = catalogue_list_count(list);
	char **names = calloc(count + 1, sizeof *names);
	for (size_t i = 0; i < count; i++)
		names[i] = strdup(catalogue_list_entry(list, i).name);
	catalogue_list_free(list);
	catalogue_close(catalogue);
	return names;
}

void stage_free_names(char **names)
{
	for (size_t i = 0; names[i] != NULL; i++)
		free(names[i]);
	free(names);
}

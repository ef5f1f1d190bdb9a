/* room: the sender of dialogue tests. */
#include "room.h"

#include <string.h>

#include "sender.h"

const char room_content[] = "Subject: hello\r\n\r\nworld\r\n";

void room_init(struct room *room)
{
	*room = (struct room){0};
	msub_settings_init(&room->settings);
	room->settings.tls = MSUB_TLS_NONE;
}

struct msub_message *room_add(struct room *room, const char *recipient)
{
	struct msub_message **message = &room->messages[room->count++];
	CHECK_INT(msub_message_new(message, NULL), MSUB_OK);
	CHECK_INT(msub_message_sender(*message, "a@example.org"), MSUB_OK);
	CHECK_INT(msub_message_add_recipient(*message, recipient), MSUB_OK);
	CHECK_INT(msub_message_content(*message, room_content, strlen(room_content)), MSUB_OK);
	return *message;
}

void room_open(struct room *room)
{
	CHECK_INT(msub_sender_new(&room->sender, &room->settings), MSUB_OK);
	for (size_t i = 0; i < room->count; i++)
		CHECK_INT(msub_sender_add(room->sender, room->messages[i]), MSUB_OK);
}

void room_play(struct room *room, const char *script, const struct script_options *options)
{
	room_open(room);
	CHECK(script_play(sender_player(room->sender, options == NULL ? 0 : options->start_ms),
		script, options));
}

void room_free(struct room *room)
{
	msub_sender_free(room->sender);
	for (size_t i = 0; i < room->count; i++)
		msub_message_free(room->messages[i]);
}

void room_check(const struct room *room, size_t message, enum msub_error error,
	enum msub_phase phase, enum msub_retry retry)
{
	struct msub_failure failure;
	CHECK(msub_message_is_finished(room->messages[message]));
	msub_message_failure(room->messages[message], &failure);
	CHECK_TEXT(msub_error_name(failure.error), msub_error_name(error));
	if (error == MSUB_OK)
		return;
	CHECK_TEXT(msub_phase_text(failure.phase), msub_phase_text(phase));
	CHECK_TEXT(msub_retry_text(failure.retry), msub_retry_text(retry));
}

enum msub_tls room_tls(const struct msub_settings *settings)
{
	if (settings->trust_system)
		return MSUB_TLS_STARTTLS;
	return settings->tls == MSUB_TLS_STARTTLS ? MSUB_TLS_NONE : settings->tls;
}

void room_play_opening(const struct opening *row, const char *text)
{
	struct room room;
	CHECK_CASE("%s", row->name);
	room_init(&room);
	room.settings.tls = room_tls(&row->settings);
	room.settings.hello = row->settings.hello;
	room.settings.host = row->settings.host;
	room.settings.mechanism = row->settings.mechanism;
	room.settings.user = row->settings.user;
	room.settings.password = row->settings.password;
	room.settings.authorize = row->settings.authorize;
	room_add(&room, "b@example.org");
	room_play(&room, row->script, NULL);
	room_check(&room, 0, row->error, row->phase, row->retry);
	if (text != NULL) {
		struct msub_failure failure;
		msub_message_failure(room.messages[0], &failure);
		CHECK_TEXT(failure.text, text);
	}
	room_free(&room);
}

void room_play_openings(const struct opening *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		room_play_opening(&rows[i], NULL);
}

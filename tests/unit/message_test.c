/* message: building, sources, results; and the settings and names beside it. */
#include "message.h"
#include "check.h"
#include "failing_memory.h"

#include <stdio.h>

static struct msub_message *new_message(void)
{
	struct msub_message *message;
	CHECK_INT(msub_message_new(&message, NULL), MSUB_OK);
	return message;
}

static void takes_an_envelope_and_refuses_what_is_none(void)
{
	struct msub_message *message = new_message();
	struct msub_result result;
	CHECK_INT(msub_message_sender(message, "a@example.org"), MSUB_OK);
	CHECK_INT(msub_message_sender(message, ""), MSUB_OK);
	CHECK_INT(msub_message_sender(message, "a@b\r\nDATA"), MSUB_ADDRESS);
	CHECK_TEXT(address_on_wire(&message->sender, false), "");
	CHECK_INT(msub_message_add_recipient(message, "b@example.org"), MSUB_OK);
	CHECK_INT(msub_message_add_recipient(message, ""), MSUB_ADDRESS);
	CHECK_INT(msub_message_add_recipient(message, "b@b\r\nRCPT TO:<c@c>"), MSUB_ADDRESS);
	CHECK_INT(msub_message_add_recipient(message, "\xc3@b"), MSUB_ADDRESS);
	CHECK_INT(msub_message_recipient_count(message), 1);
	CHECK(msub_message_result(message, 0, &result));
	CHECK_TEXT(result.recipient, "b@example.org");
	CHECK_INT(result.outcome, MSUB_NOT_TRIED);
	CHECK(!msub_message_result(message, 1, &result));
	CHECK(!msub_message_is_finished(message));
	msub_message_free(message);
	msub_message_free(NULL);
}

/* What a program hands over after a failed read, or before it looked at a pointer. */
static void refuses_nothing_at_all(void)
{
	struct msub_message *message;
	struct msub_settings settings;
	struct msub_sender *sender;
	CHECK_INT(msub_message_new(&message, NULL), MSUB_OK);
	CHECK_INT(msub_message_content(message, NULL, 5), MSUB_USE);
	CHECK_INT(msub_message_source(message, NULL), MSUB_USE);
	CHECK_INT(msub_message_file(message, NULL), MSUB_USE);
	CHECK_INT(msub_message_content(message, NULL, 0), MSUB_OK);
	msub_settings_init(&settings);
	CHECK_INT(msub_sender_new(&sender, &settings), MSUB_OK);
	CHECK_INT(msub_sender_add(sender, NULL), MSUB_USE);
	msub_sender_free(sender);
	msub_message_free(message);
}

static void is_handed_over_once_and_whole(void)
{
	struct msub_message *message = new_message();
	struct msub_source source = {0};
	CHECK_INT(message_hand_over(message, false), MSUB_NO_RECIPIENT);
	msub_message_add_recipient(message, "b@example.org");
	CHECK_INT(message_hand_over(message, false), MSUB_SOURCE);
	CHECK_INT(msub_message_source(message, &source), MSUB_USE);
	CHECK_INT(msub_message_content(message, NULL, 0), MSUB_OK);
	CHECK_INT(message_hand_over(message, false), MSUB_OK);
	CHECK_INT(message_hand_over(message, false), MSUB_USE);
	CHECK_INT(msub_message_sender(message, ""), MSUB_USE);
	CHECK_INT(msub_message_add_recipient(message, "a@b"), MSUB_USE);
	CHECK_INT(msub_message_content(message, "", 0), MSUB_USE);
	CHECK_INT(msub_message_source(message, &source), MSUB_USE);
	msub_message_free(message);
}

/* ---- sources ---- */

/* "abc..." in pieces of two; fails or ends where it is told. */
struct reader {
	const char *text;
	size_t at, fail_at, rewinds;
	bool fail_rewind;
};

static ptrdiff_t read_two(void *context, void *at, size_t len)
{
	struct reader *reader = context;
	struct octets left = octets_from(octets_of(reader->text), reader->at);
	left = octets_cut(left, len < 2 ? len : 2);
	if (reader->fail_at != 0 && reader->at >= reader->fail_at)
		return -1;
	if (left.len > 0)
		memcpy(at, left.at, left.len);
	reader->at += left.len;
	return (ptrdiff_t)left.len;
}

static int rewind_reader(void *context)
{
	struct reader *reader = context;
	reader->at = 0;
	reader->rewinds++;
	return reader->fail_rewind ? -1 : 0;
}

static void measures_what_can_be_read_twice(void)
{
	static const struct {
		const char *name;
		struct reader reader;
		bool can_rewind;
		enum msub_error error;
		uint64_t size;
		bool measured;
	} rows[] = {
		{"good", {.text = "a\nb\r\nc"}, true, MSUB_OK, 9, true},
		{"once", {.text = "a\nb\r\nc"}, false, MSUB_OK, 0, false},
		{"fails", {.text = "abcdef", .fail_at = 4}, true, MSUB_SOURCE, 0, false},
		{"no way back", {.text = "abc", .fail_rewind = true}, true, MSUB_SOURCE, 5, true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct reader reader = rows[i].reader;
		struct msub_source source = {
			read_two, rows[i].can_rewind ? rewind_reader : NULL, &reader, NULL};
		struct msub_message *message = new_message();
		CHECK_CASE("%s", rows[i].name);
		CHECK_INT(msub_message_source(message, &source), MSUB_OK);
		CHECK_INT(message_measure(message), rows[i].error);
		CHECK_INT(message->measured, rows[i].measured);
		CHECK_INT(message->measure.size, rows[i].size);
		CHECK(message->source.room == NULL);
		msub_message_free(message);
	}
}

static void reads_memory_again_and_again(void)
{
	static char text[SOURCE_PIECE * 2 + 5];
	struct source source;
	struct octets piece;
	source_init(&source, &memory_standard);
	memset(text, 'a', sizeof text);
	source_from_memory(&source, octets_make(text, sizeof text));
	for (int i = 0; i < 2; i++) {
		size_t all = 0;
		CHECK(source_start(&source));
		while (source_read(&source, SOURCE_PIECE, &piece) == SOURCE_GIVES) {
			CHECK(piece.at == (const uint8_t *)text + all);
			CHECK(piece.len <= SOURCE_PIECE);
			all += piece.len;
		}
		CHECK_INT(all, sizeof text);
	}
}

static void reads_a_callback_once_where_it_cannot_rewind(void)
{
	struct reader reader = {.text = "abc"};
	struct msub_source callback = {read_two, NULL, &reader, NULL};
	struct source source;
	struct octets piece;
	source_init(&source, &memory_standard);
	source_from_callback(&source, &callback);
	CHECK(source_can_start(&source));
	CHECK(source_start(&source));
	CHECK(source_can_start(&source));
	CHECK_INT(source_read(&source, SOURCE_PIECE, &piece), SOURCE_GIVES);
	CHECK(!source_can_start(&source));
	CHECK(!source_start(&source));
	source_release(&source);
}

/* ---- settings ---- */

static void settings_are_checked(void)
{
	static char long_text[8200];
	memset(long_text, 'x', sizeof long_text - 1);
	const struct {
		struct msub_settings settings;
		const char *which; /* NULL: fine */
	} rows[] = {
		{{0}, NULL},
		{{.host = "mail.example.org",
			 .hello = "[192.0.2.7]",
			 .mechanism = "login",
			 .user = "u",
			 .password = ""},
			NULL},
		{{.mechanism = "EXTERNAL"}, NULL},
		{{.mechanism = "gssapi", .authorize = "them"}, NULL},
		{{.mechanism = "OAUTHBEARER", .user = "u", .password = "t", .authorize = "a"},
			NULL},
		{{.user = "u", .password = "", .authorize = "a"}, NULL},
		{{.host = ""}, "host"},
		{{.host = "a\r\nb"}, "host"},
		{{.hello = ""}, "hello"},
		{{.hello = "two words"}, "hello"},
		{{.hello = "a\r\nRCPT"}, "hello"},
		{{.hello = "\xc3\xbcml.example"}, "hello"},
		{{.hello = long_text}, "hello"},
		{{.mechanism = "SECRET"}, "mechanism"},
		{{.mechanism = "PLAIN\r\n"}, "mechanism"},
		{{.user = "", .password = ""}, "user"},
		{{.user = "u"}, "password"},
		{{.user = "u", .mechanism = "XOAUTH2"}, "password"},
		{{.authorize = "a"}, "user"},
		{{.user = "u", .password = "", .authorize = ""}, "authorize"},
		{{.user = "u", .password = "", .authorize = long_text}, "authorize"},
		{{.user = "u", .password = "", .authorize = "a", .mechanism = "LOGIN"},
			"authorize"},
		{{.user = long_text, .password = ""}, "user"},
		{{.user = "u", .password = long_text}, "password"},
		{{.tls = (enum msub_tls)7}, "tls"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *which = "?";
		struct msub_sender *sender;
		CHECK_CASE("row %zu", i);
		bool good = rows[i].which == NULL;
		CHECK_INT(msub_settings_check(&rows[i].settings, &which),
			good ? MSUB_OK : MSUB_SETTINGS);
		CHECK(good ? which == NULL : strcmp(which, rows[i].which) == 0);
		CHECK_INT(msub_sender_new(&sender, &rows[i].settings),
			good ? MSUB_OK : MSUB_SETTINGS);
		CHECK((sender != NULL) == good);
		msub_sender_free(sender);
	}
}

static void settings_have_safe_defaults(void)
{
	struct msub_settings settings, zeros = {0};
	msub_settings_init(&settings);
	CHECK_INT(settings.tls, MSUB_TLS_STARTTLS);
	CHECK_INT(zeros.tls, MSUB_TLS_STARTTLS);
	CHECK(!settings.trust_anyone);
	CHECK(!settings.send_eight_bit);
	/* RFC 5321 section 4.5.3.2 */
	CHECK_INT(settings.timeouts.greeting_ms, 300000);
	CHECK_INT(settings.timeouts.data_ms, 120000);
	CHECK_INT(settings.timeouts.block_ms, 180000);
	CHECK_INT(settings.timeouts.end_ms, 600000);
	CHECK_INT(msub_settings_check(&settings, NULL), MSUB_OK);
}

/* ---- names ---- */

static void every_name_is_there(void)
{
	for (int i = 0; i < MSUB_ERROR_COUNT; i++) {
		CHECK_CASE("error %d", i);
		CHECK(strlen(msub_error_name((enum msub_error)i)) > 1);
		CHECK(strlen(msub_error_text((enum msub_error)i)) > 7);
	}
	for (int i = 0; i < MSUB_PHASE_COUNT; i++)
		CHECK(strlen(msub_phase_text((enum msub_phase)i)) > 3);
	CHECK_TEXT(msub_error_name(MSUB_AUTH_CLEAR), "AUTH_CLEAR");
	CHECK_TEXT(msub_phase_text(MSUB_PHASE_RECIPIENT), "RCPT TO");
	CHECK_TEXT(msub_outcome_text(MSUB_ACCEPTED), "accepted");
	CHECK_TEXT(msub_retry_text(MSUB_RETRY_UNSURE), "unsure");
	CHECK_TEXT(msub_error_name((enum msub_error)1000), "UNKNOWN");
	CHECK_TEXT(msub_error_text((enum msub_error) - 1), "unknown");
	CHECK_TEXT(msub_phase_text(MSUB_PHASE_COUNT), "unknown");
	CHECK_TEXT(msub_outcome_text((enum msub_outcome)9), "unknown");
	CHECK_TEXT(msub_retry_text((enum msub_retry)9), "unknown");
}

/* A failure keeps its numbers where the memory does not suffice for its words. */
static void failures_outlive_a_lack_of_memory(void)
{
	for (size_t fail_at = 0; fail_at < 6; fail_at++) {
		struct failing_memory failing;
		struct failure failure = {0};
		struct reply_reader reader;
		size_t used;
		CHECK_CASE("allocation %zu", fail_at);
		failing_memory_init(&failing, fail_at);
		reply_reader_init(&reader, &memory_standard);
		reply_reader_feed(&reader, octets_of("550 5.1.1 no\r\n"), &used);
		failure_set(&failure, &failing.memory,
			&(struct cause){MSUB_REFUSED, MSUB_PHASE_MAIL, MSUB_RETRY_NEVER,
				&reader.reply, "more"});
		struct msub_failure view = failure_view(&failure);
		CHECK_INT(view.error, MSUB_REFUSED);
		CHECK_INT(view.reply.code, 550);
		CHECK_INT(view.reply.enhanced[2], 1);
		CHECK(strcmp(view.reply.text, "no") == 0 ||
			(fail_at > 0 && view.reply.text[0] == 0));
		CHECK(strcmp(view.text, "more") == 0 || (fail_at > 0 && view.text[0] == 0));
		failure_free(&failure, &failing.memory);
		CHECK_INT(failing.live, 0);
		reply_reader_free(&reader);
	}
}

#define TESTS(T)                                                                                   \
	T(takes_an_envelope_and_refuses_what_is_none)                                              \
	T(refuses_nothing_at_all)                                                                  \
	T(is_handed_over_once_and_whole)                                                           \
	T(measures_what_can_be_read_twice)                                                         \
	T(reads_memory_again_and_again)                                                            \
	T(reads_a_callback_once_where_it_cannot_rewind)                                            \
	T(settings_are_checked)                                                                    \
	T(settings_have_safe_defaults)                                                             \
	T(every_name_is_there)                                                                     \
	T(failures_outlive_a_lack_of_memory)
CHECK_MAIN("message", TESTS)

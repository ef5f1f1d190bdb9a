/* recording: what was found, as lines of JSON. */
#include "check.h"
#include "memory_ground.h"
#include "recording.h"
#include "stage.h"

static const char founding_client[] = "nokia-e61i", founding_server[] = "qmail-spamcontrol";

static void check_line(const json_t *record, const char *want)
{
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	CHECK(recording_write(&line, record));
	CHECK_TEXT(buffer_string(&line), want);
	buffer_free(&line);
}

static struct recording_head head_of(const char *target)
{
	struct recording_head head;
	recording_head_init(&head, target, 1);
	snprintf(head.run, sizeof head.run, "%s", "0123456789abcdef");
	return head;
}

static void a_run_has_a_name(void)
{
	struct recording_head one, again, other, elsewhere;
	recording_head_init(&one, "smtp://a", 7);
	recording_head_init(&again, "smtp://a", 7);
	recording_head_init(&other, "smtp://a", 8);
	recording_head_init(&elsewhere, "smtp://b", 7);
	CHECK_INT(strlen(one.run), 16);
	CHECK_INT(strspn(one.run, "0123456789abcdef"), 16);
	CHECK_TEXT(again.run, one.run);
	CHECK(strcmp(other.run, one.run) != 0);
	CHECK(strcmp(elsewhere.run, one.run) != 0);
}

static void a_control(void)
{
	struct recording_head head = head_of("smtp://mail.example.net");
	struct control control = {.end = CONTROL_SENDS};
	json_t *record = recording_control(&head, "msub", false, &control);
	check_line(record, "{\"advisory\":false,\"record\":\"control\",\"result\":\"sends\","
			   "\"run\":\"0123456789abcdef\",\"target\":\"smtp://mail.example.net\","
			   "\"who\":\"msub\"}\n");
	json_decref(record);
	control = (struct control){.end = CONTROL_REFUSED,
		.for_now = true,
		.step = "recipient",
		.code = 450,
		.reply = {"450 later"},
		.advice = {"wait"}};
	record = recording_control(&head, "libesmtp", true, &control);
	check_line(record,
		"{\"advisory\":true,\"code\":450,\"for-now\":true,\"record\":\"control\","
		"\"reply\":\"450 later\",\"result\":\"refused\",\"run\":\"0123456789abcdef\","
		"\"sentence\":\"wait\",\"step\":\"recipient\","
		"\"target\":\"smtp://mail.example.net\",\"who\":\"libesmtp\"}\n");
	json_decref(record);
}

static void an_end(void)
{
	static const struct {
		struct run_result result;
		const char *verdict;
	} rows[] = {
		{{.control_sends = true, .counts = {.sends = 3}}, "3 of 3 clients can send"},
		{{.control_sends = true, .counts = {.sends = 2, .not_applicable = 1}},
			"2 of 3 clients can send"},
		{{.control_sends = true, .counts = {.sends = 1, .fails = 2}},
			"2 of 3 clients cannot send, or lose mail"},
		{{.control_sends = true, .counts = {.sends = 1, .fails = 2, .not_applicable = 4}},
			"2 of 3 clients cannot send, or lose mail"},
		{{.control_sends = true,
			 .stopped = true,
			 .why = {"interrupted"},
			 .counts = {.sends = 1, .inconclusive = 2}},
			"1 of 3 clients can send; not all is concluded: interrupted"},
		{{.why = {"no connection"}}, "nothing can be concluded: no connection"},
	};
	struct recording_head head = head_of("smtp://a");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *record = recording_end(&head, &rows[i].result, 3, 12);
		CHECK_CASE("%zu", i);
		CHECK_TEXT(json_string_value(json_object_get(record, "verdict")), rows[i].verdict);
		CHECK_INT(json_integer_value(json_object_get(record, "exit")), 3);
		CHECK_INT(json_integer_value(json_object_get(record, "elapsed-ms")), 12);
		json_decref(record);
	}
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text == NULL ? "(none)" : text;
}

/* One line for each event: mark, text. */
static void print_dialogue(struct buffer *out, const json_t *dialogue)
{
	for (size_t i = 0; i < json_array_size(dialogue); i++) {
		const json_t *event = json_array_get(dialogue, i);
		buffer_format(out, "%s%s %s\n",
			json_is_true(json_object_get(event, "tls")) ? "t" : "",
			text_of(event, "mark"), text_of(event, "text"));
	}
}

struct story {
	struct profile *client, *server;
	struct memory_ground memory;
	struct verdict verdict;
	struct cause cause;
	json_t *record;
};

static void tell(struct story *story, bool deliver)
{
	struct recording_head head = head_of("smtp://a");
	struct examiner examiner;
	story->client = stage_profile(PROFILE_CLIENT, founding_client);
	story->server = stage_profile(PROFILE_SERVER, founding_server);
	memory_ground_init(&story->memory,
		&(struct memory_ground_settings){.server = profile_server(story->server)});
	examiner_init(&examiner, &story->memory.ground, deliver, 1);
	CHECK(examiner_begin(&examiner));
	examine(&examiner, story->client, &story->verdict);
	CHECK(cause_find(&(struct cause_settings){.ground = &story->memory.ground,
				 .client = story->client,
				 .aspect = ASPECT_MESSAGE,
				 .deliver = deliver,
				 .seed = 1},
		&story->cause));
	story->record =
		recording_client(&head, &(struct run_client){founding_client, story->client},
			&story->verdict, &story->cause, 12);
}

static void forget(struct story *story)
{
	json_decref(story->record);
	cause_free(&story->cause);
	verdict_free(&story->verdict);
	profile_free(story->client);
	profile_free(story->server);
}

static void the_founding_client(void)
{
	struct story story;
	struct buffer text;
	tell(&story, false);
	const json_t *record = story.record;
	CHECK_TEXT(text_of(record, "record"), "client");
	CHECK_TEXT(text_of(record, "client"), "nokia-e61i");
	CHECK_TEXT(text_of(record, "title"), "Nokia E61i");
	CHECK_TEXT(text_of(record, "verdict"), "cannot-send");
	CHECK_TEXT(text_of(record, "step"), "recipient");
	CHECK_INT(json_integer_value(json_object_get(record, "code")), 535);
	CHECK_TEXT(text_of(record, "reply"), "535 authentication required (#5.7.1)");
	CHECK_TEXT(text_of(record, "sentence"),
		"cannot send: refused at recipient: 535 authentication required (#5.7.1)");
	CHECK_INT(strlen(text_of(record, "profile")), 64);
	const json_t *aspects = json_object_get(record, "aspects");
	CHECK_INT(json_array_size(aspects), 4);
	CHECK_TEXT(text_of(json_array_get(aspects, 0), "result"), "failed");
	CHECK_TEXT(text_of(json_array_get(aspects, 1), "result"), "not-tried");
	const json_t *cause = json_object_get(record, "cause");
	CHECK_TEXT(text_of(cause, "state"), "found");
	const json_t *key = json_array_get(json_object_get(cause, "keys"), 0);
	CHECK_INT(json_array_size(json_object_get(cause, "keys")), 1);
	CHECK_TEXT(text_of(key, "key"), "flow.before-first");
	CHECK_TEXT(text_of(key, "value"), "[reset]");
	CHECK_TEXT(text_of(key, "correct"), "[]");
	CHECK_TEXT(text_of(key, "telling"), "It says RSET before the first message.");
	CHECK_TEXT(text_of(key, "evidence"), "trace");
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	print_dialogue(&text, json_object_get(json_array_get(aspects, 0), "dialogue"));
	const char *dialogue = buffer_string(&text);
	CHECK(strstr(dialogue, "-> AUTH LOGIN\n") != NULL);
	CHECK(strstr(dialogue, "-> <secret>\n") != NULL);
	CHECK(strstr(dialogue,
		      "-> RSET\n<- 250 flushed\n-> MAIL FROM:<phone@example.org>\n<- 250 ok\n"
		      "-> RCPT TO:<someone@example.net>\n"
		      "<** 535 authentication required (#5.7.1)\n-> QUIT\n") != NULL);
	buffer_free(&text);
	forget(&story);
}

/* What a message says is no business of a report. */
static void messages_are_left_out(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "correct");
	struct profile *server = stage_profile(PROFILE_SERVER, "lenient");
	const struct trial_wish wish = {
		.client = client, .messages = 1, .deliver = true, .seed = 1};
	struct memory_ground memory;
	struct trial trial;
	struct sentence why;
	struct buffer text;
	json_t *record = json_object();
	memory_ground_init(
		&memory, &(struct memory_ground_settings){.server = profile_server(server)});
	CHECK(memory.ground.play(memory.ground.context, &wish, &trial, &why));
	recording_set_dialogue(record, "dialogue", trial.transcript);
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	print_dialogue(&text, json_object_get(record, "dialogue"));
	CHECK(strstr(buffer_string(&text), "-> DATA\n") != NULL);
	CHECK(strstr(buffer_string(&text), "=== # the message: ") != NULL);
	CHECK(strstr(buffer_string(&text), "Subject") == NULL);
	buffer_free(&text);
	json_decref(record);
	trial_free(&trial);
	profile_free(client);
	profile_free(server);
}

static void a_hostile_server_is_escaped(void)
{
	struct transcript *transcript = transcript_new(&memory_standard, false);
	const struct transcript_event event = {
		.kind = TRANSCRIPT_SERVER, .text = octets_of("220 \x1b[2J\xff\xe2\x80\xae")};
	json_t *record = json_object();
	CHECK(transcript_add(transcript, &event));
	recording_set_dialogue(record, "dialogue", transcript);
	CHECK_TEXT(text_of(json_array_get(json_object_get(record, "dialogue"), 0), "text"),
		"220 \\x1B[2J\\xFF\\xE2\\x80\\xAE");
	json_decref(record);
	transcript_free(transcript);
}

#define TESTS(T)                                                                                   \
	T(a_run_has_a_name)                                                                        \
	T(a_control)                                                                               \
	T(an_end)                                                                                  \
	T(the_founding_client)                                                                     \
	T(messages_are_left_out)                                                                   \
	T(a_hostile_server_is_escaped)
CHECK_MAIN("recording", TESTS)

/* transcript: recording, masking, and both written forms with their readers. */
#include "check.h"
#include "failing_memory.h"
#include "transcript.h"

static const struct player_link link_to_server = {"192.0.2.7", "192.0.2.25", 25};

static void say(
	struct transcript *transcript, enum wire_side side, const char *text, uint64_t now_ms)
{
	const struct observer *observer = transcript_observer(transcript);
	observer->octets(observer->context, side, octets_of(text), now_ms);
}

/* A session with all that a transcript can hold. */
static void record_session(struct transcript *transcript)
{
	const struct observer *observer = transcript_observer(transcript);
	observer->connected(observer->context, &link_to_server, 1000);
	say(transcript, WIRE_SERVER, "220 mx.example.net ES", 1010);
	say(transcript, WIRE_SERVER, "MTP\r\n", 1012);
	say(transcript, WIRE_CLIENT, "EHLO [192.0.2.7]\n", 1020);
	say(transcript, WIRE_SERVER, "250-mx\r\n250 AUTH PLAIN\r\n", 1021);
	observer->tls(observer->context, "TLS1.3", NULL, 1030);
	say(transcript, WIRE_CLIENT, "AUTH PLAIN AHBob25lAHNlY3JldA==\r\n", 1040);
	say(transcript, WIRE_SERVER, "535 5.7.8 no \x1b[31m\xe2\x80\xae\xc2\x9b\r\n", 1050);
	say(transcript, WIRE_CLIENT, "back\\slash\xff\r\n", 1060);
	say(transcript, WIRE_SERVER, "25", 1070);
	observer->ended(observer->context, WIRE_SERVER, WIRE_CLOSED_NO_BYE, 2234);
}

static const char session_text[] =
	"     0.000 === connected 192.0.2.7 to 192.0.2.25:25\n"
	"     0.012 <-  220 mx.example.net ESMTP\n"
	"     0.020  -> EHLO [192.0.2.7]\\n\n"
	"     0.021 <-  250-mx\n"
	"     0.021 <-  250 AUTH PLAIN\n"
	"     0.030 === tls TLS1.3\n"
	"     0.040  ~> AUTH PLAIN <secret>\n"
	"     0.050 <~* 535 5.7.8 no \\x1B[31m\\xE2\\x80\\xAE\\xC2\\x9B\n"
	"     0.060  ~> back\\\\slash\\xFF\n"
	"     1.234 <~  25\\c\n"
	"     1.234 === closed by server, without close_notify\n";

static void text_form_is_as_documented(void)
{
	static const struct transcript_style style = {.times = true};
	struct transcript *transcript = transcript_new(&memory_standard, false);
	struct buffer out;
	buffer_init(&out, &memory_standard, 100000);
	record_session(transcript);
	CHECK(transcript_write(&out, transcript, &style));
	CHECK_TEXT(buffer_string(&out), session_text);
	CHECK(!transcript_is_short(transcript));
	buffer_free(&out);
	transcript_free(transcript);
}

static void readers_take_what_writers_wrote(void)
{
	static const struct transcript_style style = {.times = true};
	struct transcript *first = transcript_new(&memory_standard, false);
	struct transcript *from_text = transcript_new(&memory_standard, false);
	struct transcript *from_json = transcript_new(&memory_standard, false);
	struct buffer text, json, again;
	size_t line;
	buffer_init(&text, &memory_standard, 100000);
	buffer_init(&json, &memory_standard, 100000);
	buffer_init(&again, &memory_standard, 100000);
	record_session(first);
	transcript_remark(first, "a remark");
	const struct observer *observer = transcript_observer(first);
	observer->connected(observer->context, &link_to_server, 3000);
	observer->ended(observer->context, WIRE_SERVER, WIRE_BEARER_LOST, 3001);
	transcript_write(&text, first, &style);
	CHECK(strstr(buffer_string(&text), "     2.001 === bearer lost\n") != NULL);
	CHECK(transcript_read(from_text, buffer_octets(&text), &line));
	transcript_write(&again, from_text, &style);
	CHECK_OCTETS(buffer_octets(&again), buffer_octets(&text));
	CHECK(transcript_write_json(&json, first));
	CHECK(transcript_read_json(from_json, buffer_octets(&json), &line));
	buffer_clear(&again);
	transcript_write(&again, from_json, &style);
	CHECK_OCTETS(buffer_octets(&again), buffer_octets(&text));
	CHECK_INT(transcript_count(from_json), transcript_count(first));
	CHECK(transcript_at(from_json, 6)->secret && transcript_at(from_text, 6)->secret);
	buffer_free(&text);
	buffer_free(&json);
	buffer_free(&again);
	transcript_free(first);
	transcript_free(from_text);
	transcript_free(from_json);
}

static void secrets_are_masked_and_nothing_else(void)
{
	static const struct {
		const char *server, *client, *shown;
	} rows[] = {
		{"220 a\r\n", "AUTH LOGIN\r\n", "AUTH LOGIN"},
		{"334 VXNlcm5hbWU6\r\n", "cGhvbmU=\r\n", "<secret>"},
		{"334 UGFzc3dvcmQ6\r\n", "c2VjcmV0\r\n", "<secret>"},
		{"535 no\r\n", "AUTH  PLAIN  AHBo\r\n", "AUTH  PLAIN  <secret>"},
		{"334 \r\n", "*\r\n", "*"},
		{"501 gone\r\n", "auth plain x\r\n", "auth plain <secret>"},
		{"235 ok\r\n", "MAIL FROM:<a@b.c>\r\n", "MAIL FROM:<a@b.c>"},
		{"250 ok\r\n", "DATA\r\n", "DATA"},
		{"354 go\r\n", "AUTH is a word\r\n", "AUTH is a word"},
		{"", ".\r\n", "."},
		{"250 ok\r\n", "AUTH X-OLD y\r\n", "AUTH X-OLD <secret>"},
	};
	struct transcript *transcript = transcript_new(&memory_standard, false);
	struct transcript *open = transcript_new(&memory_standard, true);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%s", rows[i].client);
		say(transcript, WIRE_SERVER, rows[i].server, i);
		say(transcript, WIRE_CLIENT, rows[i].client, i);
		say(open, WIRE_SERVER, rows[i].server, i);
		say(open, WIRE_CLIENT, rows[i].client, i);
		const struct transcript_event *event =
			transcript_at(transcript, transcript_count(transcript) - 1);
		CHECK_OCTETS(event->text, octets_of(rows[i].shown));
		CHECK_INT(event->secret, strstr(rows[i].shown, "<secret>") != NULL);
		event = transcript_at(open, transcript_count(open) - 1);
		CHECK_OCTETS(event->text, octets_make(rows[i].client, strlen(rows[i].client) - 2));
	}
	transcript_free(transcript);
	transcript_free(open);
}

/* A client may say all of a login in one flight, and parsers are tolerant. */
static void secrets_are_masked_however_they_are_said(void)
{
	static const struct {
		const char *client, *shown;
	} rows[] = {
		{"AUTH LOGIN\r\ncGhvbmU=\r\nc2VjcmV0\r\n",
			" -> AUTH LOGIN\n -> <secret>\n -> <secret>\n"},
		{"AUTH PLAIN\r\nAHBob25lAHNlY3JldA==\r\n", " -> AUTH PLAIN\n -> <secret>\n"},
		{"AUTH\tPLAIN\tAHBob25l\r\n", " -> AUTH\\x09PLAIN\\x09<secret>\n"},
		{"  AUTH PLAIN AHBob25l\r\n", " ->   AUTH PLAIN <secret>\n"},
		{"AUTH=LOGIN cGhvbmU=\n", " -> AUTH=LOGIN <secret>\\n\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static const struct transcript_style style = {0};
		struct transcript *transcript = transcript_new(&memory_standard, false);
		struct buffer out;
		buffer_init(&out, &memory_standard, 10000);
		say(transcript, WIRE_CLIENT, rows[i].client, 0);
		transcript_write(&out, transcript, &style);
		CHECK_CASE("%s", rows[i].client);
		CHECK_TEXT(buffer_string(&out), rows[i].shown);
		buffer_free(&out);
		transcript_free(transcript);
	}
}

/* Servers have been seen to repeat a line that they did not like. */
static void secrets_that_the_server_repeats_are_masked(void)
{
	static const struct {
		const char *server, *shown;
	} rows[] = {
		{"535-bad AHBob25lAHMza3JpdA==\r\n", "535-bad <secret>"},
		{"535 phone and s3krit\r\n", "535 <secret> and <secret>"},
		{"500 unknown\r\n", "500 unknown"},
		{"250 hello phone\r\n", "250 hello <secret>"},
		{"235 hello phone\r\n", "235 hello <secret>"},
		{"250 phone@example.org may send\r\n", "250 phone@example.org may send"},
	};
	struct transcript *transcript = transcript_new(&memory_standard, false);
	say(transcript, WIRE_CLIENT, "AUTH PLAIN AHBob25lAHMza3JpdA==\r\n", 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (i == 4)
			say(transcript, WIRE_CLIENT, "AUTH PLAIN AHBob25lAHMza3JpdA==\r\n", 0);
		say(transcript, WIRE_SERVER, rows[i].server, 0);
		CHECK_CASE("%s", rows[i].server);
		CHECK_OCTETS(transcript_at(transcript, transcript_count(transcript) - 1)->text,
			octets_of(rows[i].shown));
	}
	transcript_free(transcript);
}

/* A client that proves its password by a digest never says it, but a server may. */
static void a_concealed_password_is_never_shown(void)
{
	static const struct {
		const char *server, *shown;
	} rows[] = {
		{"535 the password is s3krit\r\n", "535 the password is <secret>"},
		{"235 s3krit is right\r\n", "235 <secret> is right"},
		/* what stands on both sides of it shares a character with it: "AH" and "A" */
		{"550 AHBob25lAHMza3JpdA==\r\n", "550 AHBob25lAH<secret>A=="},
		{"550 czNrcml0\r\n", "550 <secret>"},
		{"550 phone may not\r\n", "550 phone may not"},
		{"s3krit\r\n", "<secret>"},
	};
	struct transcript *transcript = transcript_new(&memory_standard, false);
	CHECK(transcript_conceal(transcript, octets_of("s3krit")));
	say(transcript, WIRE_CLIENT, "AUTH CRAM-MD5\r\n", 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		say(transcript, WIRE_SERVER, rows[i].server, 0);
		CHECK_CASE("%s", rows[i].server);
		CHECK_OCTETS(transcript_at(transcript, transcript_count(transcript) - 1)->text,
			octets_of(rows[i].shown));
	}
	transcript_free(transcript);
}

/* Whoever reads a dialogue judges by the codes, also where a password is one. */
static void a_password_hides_no_code(void)
{
	struct transcript *transcript = transcript_new(&memory_standard, false);
	CHECK(transcript_conceal(transcript, octets_of("250")));
	say(transcript, WIRE_SERVER, "250-250 of 250\r\n", 0);
	CHECK_OCTETS(transcript_at(transcript, 0)->text, octets_of("250-<secret> of <secret>"));
	transcript_free(transcript);
}

static void the_same_at_any_cut(void)
{
	static const char dialogue[] = "EHLO a\r\nAUTH PLAIN x\r\n\r\n\nend";
	static const struct transcript_style style = {0};
	struct buffer whole, cut;
	buffer_init(&whole, &memory_standard, 10000);
	buffer_init(&cut, &memory_standard, 10000);
	for (size_t step = sizeof dialogue; step > 0; step--) {
		struct transcript *transcript = transcript_new(&memory_standard, false);
		const struct observer *observer = transcript_observer(transcript);
		for (size_t i = 0; i < sizeof dialogue - 1; i += step) {
			struct octets part = octets_cut(octets_from(octets_of(dialogue), i), step);
			observer->octets(observer->context, WIRE_CLIENT, part, 0);
		}
		transcript_flush(transcript);
		struct buffer *out = step == sizeof dialogue ? &whole : &cut;
		buffer_clear(&cut);
		transcript_write(out, transcript, &style);
		CHECK_CASE("step %zu", step);
		if (out == &cut)
			CHECK_OCTETS(buffer_octets(&cut), buffer_octets(&whole));
		transcript_free(transcript);
	}
	CHECK_TEXT(buffer_string(&whole),
		" -> EHLO a\n -> AUTH PLAIN <secret>\n -> \n -> \\n\n -> <secret>\\c\n");
	buffer_free(&whole);
	buffer_free(&cut);
}

static void a_message_can_be_left_out(void)
{
	static const struct transcript_style style = {.elide_body = true};
	struct transcript *transcript = transcript_new(&memory_standard, false);
	struct buffer out;
	buffer_init(&out, &memory_standard, 10000);
	say(transcript, WIRE_CLIENT, "DATA\r\n", 0);
	say(transcript, WIRE_SERVER, "354 go\r\n", 0);
	say(transcript, WIRE_CLIENT, "Subject: x\r\n\r\ntext\r\n.\r\n", 0);
	transcript_write(&out, transcript, &style);
	CHECK_TEXT(
		buffer_string(&out), " -> DATA\n<-  354 go\n=== # the message: 20 octets\n -> .\n");
	buffer_free(&out);
	transcript_free(transcript);
}

static const char chunk_talk[] =
	"BDAT 22\r\nAUTH PLAIN x\r\nDATA\r\na\r" /* cut between CR and LF */
	"bdat 5 last\r\n\nb\nc\xff"		 /* a binary end, with no line end */
	"BDAT 0 LAST\r\nBDAT x\r\nBDAT\r\nAUTH PLAIN AHBob25l\r\nBDAT 3\r\n";
static const char chunk_text[] =
	" -> BDAT 22\n -> AUTH PLAIN x\n -> DATA\n -> a\\x0D\\c\n"
	" -> bdat 5 last\n -> \\n\n -> b\\n\n -> c\\xFF\\c\n"
	" -> BDAT 0 LAST\n -> BDAT x\n -> BDAT\n -> AUTH PLAIN <secret>\n -> <secret>\n";

static void check_written(
	struct transcript *transcript, const struct transcript_style *style, const char *want)
{
	struct buffer out;
	buffer_init(&out, &memory_standard, 10000);
	transcript_write(&out, transcript, style);
	CHECK_TEXT(buffer_string(&out), want);
	buffer_free(&out);
}

/* What a chunk holds is neither a command nor a secret, and ends by its number. */
static void chunks_are_content(void)
{
	static const struct transcript_style style = {0};
	struct transcript *whole = transcript_new(&memory_standard, false);
	struct transcript *single = transcript_new(&memory_standard, false);
	struct transcript *from_text = transcript_new(&memory_standard, false);
	struct transcript *from_json = transcript_new(&memory_standard, false);
	struct buffer json;
	size_t line;
	buffer_init(&json, &memory_standard, 10000);
	say(whole, WIRE_CLIENT, chunk_talk, 0);
	CHECK_CASE("whole");
	check_written(whole, &style, chunk_text);
	for (size_t i = 0; chunk_talk[i] != 0; i++) {
		const char octet[] = {chunk_talk[i], 0};
		say(single, WIRE_CLIENT, octet, 0);
	}
	CHECK_CASE("octet by octet");
	check_written(single, &style, chunk_text);
	CHECK_CASE("read from text");
	CHECK(transcript_read(from_text, octets_of(chunk_text), &line));
	check_written(from_text, &style, chunk_text);
	CHECK_CASE("read from JSON");
	CHECK(transcript_write_json(&json, whole));
	CHECK(transcript_read_json(from_json, buffer_octets(&json), &line));
	check_written(from_json, &style, chunk_text);
	CHECK(!transcript_is_short(whole) && !transcript_is_short(single));
	buffer_free(&json);
	transcript_free(whole);
	transcript_free(single);
	transcript_free(from_text);
	transcript_free(from_json);
}

static void chunks_can_be_left_out(void)
{
	static const struct transcript_style style = {.elide_body = true};
	struct transcript *transcript = transcript_new(&memory_standard, false);
	const struct observer *observer = transcript_observer(transcript);
	say(transcript, WIRE_CLIENT, "BDAT 6\r\nDATA\r\nBDAT 4\r\na\nb\nBDAT 0 LAST\r\nDATA\r\n",
		0);
	say(transcript, WIRE_SERVER, "354 go\r\n", 0);
	say(transcript, WIRE_CLIENT, "BDAT 9 LAST\r\n.\r\nBDAT 9\r\nabc\r\n", 0);
	observer->ended(observer->context, WIRE_CLIENT, WIRE_LOST, 0);
	observer->connected(observer->context, &link_to_server, 0);
	say(transcript, WIRE_CLIENT, "NOOP\r\n", 0);
	check_written(transcript, &style,
		" -> BDAT 6\n=== # the chunk: 6 octets\n -> BDAT 4\n=== # the chunk: 4 octets\n"
		" -> BDAT 0 LAST\n -> DATA\n<-  354 go\n=== # the message: 13 octets\n -> .\n"
		" -> BDAT 9\n=== # the chunk: 5 octets\n=== closed by client, connection lost\n"
		"=== connected 192.0.2.7 to 192.0.2.25:25\n -> NOOP\n");
	transcript_free(transcript);
}

static void readers_say_where_they_stop(void)
{
	static const struct {
		const char *text;
		size_t line;
	} text_rows[] = {{"<-  220 a\nnonsense\n", 2}, {" -> a\\q\n", 1},
		{"# x\n\n=== closed by nobody\n", 3}, {"=== unknown\n", 1}, {"->x\n", 1}},
	  json_rows[] = {
		  {"{\"at_ms\":0,\"what\":\"client\",\"end\":\"crlf\",\"text\":\"a\"}\nx\n", 2},
		  {"{\"at_ms\":0,\"what\":\"nobody\",\"text\":\"a\"}\n", 1}, {"[]\n", 1},
		  {"{\"at_ms\":-1,\"what\":\"remark\",\"text\":\"a\"}\n", 1},
		  {"{\"at_ms\":1,\"what\":\"client\",\"end\":\"crlf\",\"octets\":\"!\"}\n", 1}};
	for (size_t i = 0; i < 5; i++) {
		struct transcript *transcript = transcript_new(&memory_standard, false);
		size_t line = 0;
		CHECK_CASE("%s", text_rows[i].text);
		CHECK(!transcript_read(transcript, octets_of(text_rows[i].text), &line));
		CHECK_INT(line, text_rows[i].line);
		CHECK_CASE("%s", json_rows[i].text);
		CHECK(!transcript_read_json(transcript, octets_of(json_rows[i].text), &line));
		CHECK_INT(line, json_rows[i].line);
		transcript_free(transcript);
	}
}

static void endless_lines_are_cut(void)
{
	struct transcript *transcript = transcript_new(&memory_standard, false);
	static char chunk[1001];
	memset(chunk, 'x', 1000);
	for (int i = 0; i < 200; i++)
		say(transcript, WIRE_SERVER, chunk, 0);
	transcript_flush(transcript);
	CHECK_INT(transcript_count(transcript), 4);
	CHECK_INT(transcript_at(transcript, 0)->text.len, TRANSCRIPT_LINE_MAX);
	CHECK_INT(transcript_at(transcript, 0)->line_end, LINE_END_NONE);
	CHECK_INT(transcript_at(transcript, 3)->text.len, 200000 - 3 * TRANSCRIPT_LINE_MAX);
	transcript_free(transcript);
}

static void a_failing_allocation_loses_lines_and_says_so(void)
{
	struct failing_memory counting;
	failing_memory_init(&counting, 0);
	struct transcript *transcript = transcript_new(&counting.memory, false);
	record_session(transcript);
	transcript_free(transcript);
	CHECK(counting.count > 3);
	CHECK_INT(counting.live, 0);
	for (size_t fail_at = 1; fail_at <= counting.count; fail_at++) {
		struct failing_memory failing;
		failing_memory_init(&failing, fail_at);
		transcript = transcript_new(&failing.memory, false);
		if (transcript != NULL)
			record_session(transcript);
		CHECK_CASE("allocation %zu", fail_at);
		CHECK(transcript == NULL || transcript_is_short(transcript));
		transcript_free(transcript);
		CHECK_INT(failing.live, 0);
	}
}

#define TESTS(T)                                                                                   \
	T(text_form_is_as_documented)                                                              \
	T(readers_take_what_writers_wrote)                                                         \
	T(secrets_are_masked_and_nothing_else)                                                     \
	T(secrets_are_masked_however_they_are_said)                                                \
	T(secrets_that_the_server_repeats_are_masked)                                              \
	T(a_concealed_password_is_never_shown)                                                     \
	T(a_password_hides_no_code)                                                                \
	T(the_same_at_any_cut)                                                                     \
	T(a_message_can_be_left_out)                                                               \
	T(chunks_are_content)                                                                      \
	T(chunks_can_be_left_out)                                                                  \
	T(readers_say_where_they_stop)                                                             \
	T(endless_lines_are_cut)                                                                   \
	T(a_failing_allocation_loses_lines_and_says_so)
CHECK_MAIN("transcript", TESTS)

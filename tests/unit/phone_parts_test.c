/* phone: its life, its outcomes, and the parts that can be seen alone. */
#include <stdlib.h>

#include "address.h"
#include "check.h"
#include "failing_memory.h"
#include "phone_fixture.h"
#include "reading.h"
#include "wire.h"

static void addresses(void)
{
	static const struct {
		const char *typed, *bare;
		bool ascii, utf8;
	} rows[] = {
		/* valid */
		{"a@example.net", "a@example.net", true, true},
		{" a@example.net ", "a@example.net", true, true},
		{"Bob <bob@example.org>", "bob@example.org", true, true},
		{"a.b+c@[192.0.2.1]", "a.b+c@[192.0.2.1]", true, true},
		{"\"a b\\\"\"@example.net", "\"a b\\\"\"@example.net", true, true},
		{"a_b@my_host", "a_b@my_host", true, true},
		{"gr\xc3\xbc@b", "gr\xc3\xbc@b", false, true},
		/* invalid */
		{"", "", false, false},
		{"nobody", "nobody", false, false},
		{"@b", "@b", false, false},
		{"a@", "a@", false, false},
		{"a b@c", "a b@c", false, false},
		{"a..b@c", "a..b@c", false, false},
		{".a@c", ".a@c", false, false},
		{"a.@c", "a.@c", false, false},
		{"a@b@c", "a@b@c", false, false},
		{"a>@c", "a>@c", false, false},
		{"\"a@c", "\"a@c", false, false},
		{"\"a\\\"@c", "\"a\\\"@c", false, false},
		{"a@[", "a@[", false, false},
		{"a@[1 2]", "a@[1 2]", false, false},
		{"<>", "", false, false},
		{"01234567890123456789012345678901234567890123456789012345678901234@b",
			"01234567890123456789012345678901234567890123456789012345678901234@b",
			false, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		check_case("%s", rows[i].typed);
		struct octets bare = address_bare(octets_of(rows[i].typed));
		CHECK_OCTETS(bare, octets_of(rows[i].bare));
		CHECK(address_is_mailbox(bare, false) == rows[i].ascii);
		CHECK(address_is_mailbox(bare, true) == rows[i].utf8);
	}
}

static void wire_texts(void)
{
	static const struct wire_variable variables[] = {{"a", {(const uint8_t *)"1{b}", 4}},
		{"b", {(const uint8_t *)"2", 1}}, {"c", {NULL, 0}}};
	static const struct {
		const char *text, *want;
	} rows[] = {{"", ""}, {"x", "x"}, {"{b}", "2"}, {"<{b}{b}>", "<22>"}, {"{a}", "1{b}"},
		{"{c}x", "x"}, {"{d}", "{d}"}, {"{", "{"}, {"{b", "{b"}, {"}{b}", "}2"},
		{"{{b}}", "{2}"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		buffer_init(&out, &memory_standard, 100);
		check_case("%s", rows[i].text);
		CHECK(wire_expand(&out, octets_of(rows[i].text), variables, 3));
		CHECK_OCTETS(buffer_octets(&out), octets_of(rows[i].want));
		buffer_free(&out);
	}
}

static void reply_codes(void)
{
	static const struct {
		const char *line;
		unsigned int code;
		bool more;
		const char *text;
	} rows[] = {{"250 ok", 250, false, "ok"}, {"250", 250, false, ""}, {"250 ", 250, false, ""},
		{"250-ok", 250, true, "ok"}, {"250-", 250, true, ""},
		{"334 a b", 334, false, "a b"}, {"250\tok", 250, false, "ok"},
		/* unreadable */
		{"", 0, false, ""}, {"25", 0, false, ""}, {"2500 ok", 0, false, ""},
		{"250ok", 0, false, ""}, {" 250 ok", 0, false, ""}, {"ok", 0, false, ""},
		{"2x0 ok", 0, false, ""}};
	struct profile *profile = phone_fixture_profile("correct");
	struct reader reader;
	struct line line;
	reader_init(&reader, &memory_standard, profile_client(profile));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		check_case("%s", rows[i].line);
		reader_add(&reader, (const uint8_t *)rows[i].line, strlen(rows[i].line));
		CHECK(!reader_take(&reader, &line));
		reader_add(&reader, (const uint8_t *)"\r\n", 2);
		CHECK(reader_take(&reader, &line));
		CHECK_INT(line.code, rows[i].code);
		CHECK(line.more == rows[i].more);
		CHECK_OCTETS(line.text, octets_of(rows[i].text));
		CHECK_OCTETS(line.whole, octets_of(rows[i].line));
		CHECK(!reader_take(&reader, &line));
	}
	reader_free(&reader);
	profile_free(profile);
}

/* A line of any length is one unreadable line, however it comes; what follows it is read. */
static void endless_lines(void)
{
	static const size_t lengths[] = {
		READING_LINE_MAX - 2, READING_LINE_MAX - 1, 10 * 1000 * 1000};
	static const size_t cuts[] = {1000, 4096, 65536};
	static const char *const profiles[] = {"correct", "replies: {line-end: crlf}"};
	uint8_t *fill = malloc(65536);
	memset(fill, '2', 65536);
	for (size_t i = 0; i < 2 * 3 * 3; i++) {
		struct profile *profile = phone_fixture_profile(profiles[i % 2]);
		size_t length = lengths[i / 2 % 3], cut = cuts[i / 6];
		struct reader reader;
		struct line line;
		check_case("length %zu, cut %zu", length, cut);
		reader_init(&reader, &memory_standard, profile_client(profile));
		reader_add(&reader, (const uint8_t *)"250 ", 4);
		for (size_t done = 4; done < length; done += cut) {
			size_t part = length - done < cut ? length - done : cut;
			CHECK(reader_add(&reader, fill, part));
			CHECK(!reader_take(&reader, &line));
			CHECK(reader.queue.len <= READING_LINE_MAX + cut);
		}
		CHECK(reader_add(&reader, (const uint8_t *)"\r\n250 ok\r\n", 10));
		CHECK(reader_take(&reader, &line));
		CHECK_INT(line.code, length + 2 <= READING_LINE_MAX ? 250 : 0);
		CHECK(reader_take(&reader, &line));
		CHECK_INT(line.code, 250);
		reader_free(&reader);
		profile_free(profile);
	}
	free(fill);
}

static void what_cannot_be_typed_is_refused(void)
{
	static const struct octets good = {(const uint8_t *)"a@b", 3};
	static const struct octets bad[] = {{(const uint8_t *)"a\r@b", 4},
		{(const uint8_t *)"a\n@b", 4}, {(const uint8_t *)"a\0@b", 4}};
	struct profile *profile = phone_fixture_profile("correct");
	const struct client_profile *client = profile_client(profile);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		check_case("row %zu", i);
		struct phone_account usual = phone_fixture_account();
		CHECK(phone_account_fits(&usual));
		struct octets *values[] = {&usual.user, &usual.password, &usual.sender, &usual.host,
			&usual.device, &usual.server};
		for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
			struct octets before = *values[j];
			*values[j] = bad[i];
			CHECK(!phone_account_fits(&usual));
			CHECK(phone_new(&memory_standard, client, &usual, 1) == NULL);
			*values[j] = before;
		}
		struct phone *phone = phone_new(&memory_standard, client, &usual, 1);
		const struct phone_message messages[] = {{.to = &bad[i], .to_count = 1},
			{.cc = &bad[i], .cc_count = 1}, {.bcc = &bad[i], .bcc_count = 1},
			{.self = &bad[i], .self_count = 1},
			{.to = &good, .to_count = 1, .draft = {.subject = bad[i]}},
			{.to = &good, .to_count = 1, .draft = {.reply_to = bad[i]}},
			{.to = &good, .to_count = 1, .draft = {.receipt_to = bad[i]}},
			{.content = good}};
		for (size_t j = 0; j < sizeof messages / sizeof *messages; j++)
			CHECK(!phone_add(phone, &messages[j]));
		CHECK_INT(phone_message_count(phone), 0);
		CHECK_INT(phone_player(phone)->ops->wants(phone_player(phone)), 0);
		phone_free(phone);
	}
	phone_free(NULL);
	profile_free(profile);
}

static void an_outcome_for_each_recipient(void)
{
	static const char script[] =
		"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n< MAIL FROM:<a@example.net>\n> 250 ok\n"
		"< RCPT TO:<a@b>\n> 250 ok\n< RCPT TO:<b@b>\n> 550-5.1.1 nobody\n> 550 5.1.1 here\n"
		"< RCPT TO:<c@b>\n> 452 full\n< DATA\n> 354 go\n<< x\\r\\n.\\r\\n\n> 250 ok 1\n"
		"< QUIT\n> 221 bye\nX\nOVER\n";
	static const char *const typed[] = {"a@b", "b@b", "nobody", "a@b", "c@b"};
	static const struct {
		enum phone_result result;
		unsigned int code;
		const char *reply;
	} want[] = {{PHONE_DELIVERED, 250, "250 ok 1"}, {PHONE_REFUSED, 550, "550-5.1.1 nobody"},
		{PHONE_BAD_ADDRESS, 0, ""}, {PHONE_DELIVERED, 250, "250 ok 1"},
		{PHONE_REFUSED_FOR_NOW, 452, "452 full"}};
	struct octets to[5];
	for (size_t i = 0; i < 5; i++)
		to[i] = octets_of(typed[i]);
	struct profile *profile = phone_fixture_profile("correct");
	struct phone_account account = phone_fixture_account();
	account.user = octets_of("");
	struct phone_message message = {.to = to, .to_count = 5, .content = octets_of("x")};
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	CHECK(phone_add(phone, &message));
	CHECK(script_play(phone_player(phone), script, NULL));
	CHECK(!phone_add(phone, &message));
	const struct phone_outcome *outcome = phone_outcome(phone, 0);
	CHECK_TEXT(phone_result_name(outcome->verdict.result), "delivered");
	CHECK_INT(outcome->tries, 1);
	CHECK(outcome->queued); /* one was refused for now, and correct clients keep that */
	CHECK_INT(outcome->recipient_count, 5);
	for (size_t i = 0; i < 5; i++) {
		const struct phone_recipient *recipient = &outcome->recipients[i];
		check_case("recipient %zu", i);
		CHECK_TEXT(phone_result_name(recipient->verdict.result),
			phone_result_name(want[i].result));
		CHECK_INT(recipient->verdict.code, want[i].code);
		CHECK_OCTETS(recipient->verdict.reply, octets_of(want[i].reply));
		CHECK_OCTETS(recipient->address, octets_of(typed[i]));
	}
	CHECK(phone_outcome(phone, 1) == NULL);
	CHECK_INT(phone_remark_count(phone), 0);
	CHECK_TEXT(phone_remark(phone, 0), "");
	phone_free(phone);
	profile_free(profile);
}

/* Only those who did not get it are tried again. */
static void a_further_try_is_for_the_rest(void)
{
	static const char script[] =
		"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n< MAIL FROM:<a@example.net>\n> 250 ok\n"
		"< RCPT TO:<a@b>\n> 250 ok\n< RCPT TO:<b@b>\n> 452 full\n< DATA\n> 354 go\n"
		"<< x\\r\\n.\\r\\n\n> 250 ok\n< QUIT\n> 221 bye\nX\nHOLD\nT 5\n"
		"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n< MAIL FROM:<a@example.net>\n> 250 ok\n"
		"< RCPT TO:<b@b>\n> 250 ok\n< DATA\n> 354 go\n<< x\\r\\n.\\r\\n\n> 250 ok\n"
		"< QUIT\n> 221 bye\nX\nOVER\n";
	struct octets to[] = {octets_of("a@b"), octets_of("b@b")};
	struct profile *profile = phone_fixture_profile("correct");
	struct phone_account account = phone_fixture_account();
	account.user = octets_of("");
	account.further_tries = 3;
	account.try_wait_ms = 5;
	struct phone_message message = {.to = to, .to_count = 2, .content = octets_of("x")};
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	CHECK(phone_add(phone, &message));
	CHECK(script_play(phone_player(phone), script, NULL));
	CHECK_INT(phone_outcome(phone, 0)->tries, 2);
	CHECK(!phone_outcome(phone, 0)->queued);
	CHECK_TEXT(phone_result_name(phone_outcome(phone, 0)->verdict.result), "delivered");
	phone_free(phone);
	profile_free(profile);
}

static void a_password_is_held_back_with_a_remark(void)
{
	struct octets to = octets_of("b@example.org");
	struct profile *profile = phone_fixture_profile("tls: {start: never}");
	struct phone_account account = phone_fixture_account();
	account.security = PHONE_STARTTLS;
	account.password_in_clear = false;
	struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	CHECK(phone_add(phone, &message));
	CHECK(script_play(phone_player(phone),
		"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH PLAIN\n< QUIT\n> 221 bye\nX\nOVER\n",
		NULL));
	CHECK_INT(phone_remark_count(phone), 1);
	CHECK_TEXT(phone_remark(phone, 0),
		"the password was held back: the profile would have said it in clear");
	CHECK_TEXT(phone_result_name(phone_outcome(phone, 0)->verdict.result), "not tried");
	phone_free(phone);
	profile_free(profile);
}

static void calls_that_are_not_wanted_do_no_harm(void)
{
	static const struct player_tls tls = {0};
	struct octets to = octets_of("b@example.org"), piece;
	struct profile *profile = phone_fixture_profile("correct");
	struct phone_account account = phone_fixture_account();
	struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	struct player *player = phone_player(phone);
	CHECK(phone_add(phone, &message));
	player->ops->received(player, (const uint8_t *)"220 mx\r\n", 8, 0);
	player->ops->ended(player, PLAYER_LOST, 0);
	player->ops->tls_up(player, &tls, 0);
	player->ops->tls_failed(player, "", 0);
	player->ops->closed(player, 0);
	player->ops->stored(player, true, 0);
	player->ops->sent(player, 5, 0);
	player->ops->tick(player, 0);
	CHECK(player->ops->mail(player) == NULL);
	CHECK_INT(player->ops->outgoing(player, &piece, 1), 0);
	CHECK_INT(player->ops->outgoing(player, &piece, 0), 0);
	CHECK_INT(player->ops->wants(player), PLAYER_CONNECT);
	CHECK(script_play(player, "O\n> 220 mx\n< EHLO [192.0.2.7]\n", NULL));
	phone_free(phone);
	profile_free(profile);
}

static struct phone *open_phone(const struct profile *profile, uint32_t further_tries)
{
	struct octets to = octets_of("b@example.org");
	struct phone_account account = phone_fixture_account();
	struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
	account.user = octets_of("");
	account.further_tries = further_tries;
	account.try_wait_ms = 1000;
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	CHECK(phone_add(phone, &message));
	return phone;
}

/* A peer that does not read: what waits to be sent is given up at the step's deadline. */
static void a_deaf_peer(void)
{
	static const struct {
		const char *name, *script, *rest;
		uint64_t timeout_ms;
		enum step at;
	} rows[] = {
		{"EHLO", "O\n", "220 mx\r\n", 300000, STEP_HELLO},
		{"body",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n< MAIL FROM:<a@example.net>\n> 250 ok\n"
			"< RCPT TO:<b@example.org>\n> 250 ok\n< DATA\n",
			"354 go\r\n", 180000, STEP_BODY},
		{"the rest of the body, with the dot",
			"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n< MAIL FROM:<a@example.net>\n> 250 ok\n"
			"< RCPT TO:<b@example.org>\n> 250 ok\n< DATA\n> 354 go\n"
			"w Subject: x\\r\\n\\r\\nhello\\r\\n\n",
			"", 600000, STEP_END},
	};
	struct profile *profile = phone_fixture_profile("writes: {dot: own}");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct phone *phone = open_phone(profile, 0);
		struct player *player = phone_player(phone);
		check_case("%s", rows[i].name);
		CHECK(script_play(player, rows[i].script, NULL));
		player->ops->received(
			player, (const uint8_t *)rows[i].rest, strlen(rows[i].rest), 0);
		CHECK(player->ops->wants(player) == (PLAYER_SEND | PLAYER_RECEIVE));
		CHECK_INT(player->ops->deadline_ms(player), rows[i].timeout_ms);
		player->ops->tick(player, rows[i].timeout_ms - 1);
		CHECK(player->ops->wants(player) == (PLAYER_SEND | PLAYER_RECEIVE));
		player->ops->tick(player, rows[i].timeout_ms);
		CHECK_INT(player->ops->wants(player), PLAYER_CLOSE);
		CHECK_TEXT(phone_result_name(phone_outcome(phone, 0)->verdict.result), "timed out");
		CHECK_TEXT(phone_step_name(phone_outcome(phone, 0)->verdict.step),
			phone_step_name(rows[i].at));
		phone_free(phone);
	}
	profile_free(profile);
}

/* What was not taken is not said any more; what is said next stands alone. */
static void half_a_command_is_taken_back(void)
{
	struct profile *profile = phone_fixture_profile("reactions: {hello: {timeout: quit}}");
	struct phone *phone = open_phone(profile, 0);
	struct player *player = phone_player(phone);
	struct octets piece = {0};
	CHECK(script_play(player, "O\n", NULL));
	player->ops->received(player, (const uint8_t *)"220 mx\r\n", 8, 0);
	player->ops->tick(player, 300000);
	CHECK_INT(player->ops->outgoing(player, &piece, 1), 1);
	CHECK_OCTETS(piece, octets_of("QUIT\r\n"));
	phone_free(phone);
	profile_free(profile);
}

static bool holds_secret(const uint8_t *at, size_t len)
{
	static const char *const secrets[] = {"secret", "c2VjcmV0", "AHVzZXIAc2VjcmV0"};
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
		size_t want = strlen(secrets[i]);
		for (size_t j = 0; j + want <= len; j++) {
			if (memcmp(at + j, secrets[i], want) == 0)
				return true;
		}
	}
	return false;
}

/* Memory that looks at what is given back. */
static void *spying_resize(void *context, void *old, size_t old_size, size_t want)
{
	size_t *found = context;
	if (old != NULL && holds_secret(old, old_size))
		++*found;
	return memory_standard.resize(NULL, old, old_size, want);
}

static void secrets_are_wiped(void)
{
	static const char *const mechanisms[] = {"PLAIN", "LOGIN"};
	static const char *const scripts[] = {
		"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH PLAIN\n"
		"< AUTH PLAIN AHVzZXIAc2VjcmV0\n> 535 no\n< QUIT\n",
		"O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n> 250 AUTH LOGIN\n"
		"< AUTH LOGIN\n> 334 \n< dXNlcg==\n> 334 \n< c2VjcmV0\n"};
	struct octets to = octets_of("b@example.org");
	struct profile *profile = phone_fixture_profile("correct");
	for (size_t i = 0; i < 2; i++) {
		size_t found = 0;
		struct memory memory = {spying_resize, &found};
		struct phone_account account = phone_fixture_account();
		struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
		check_case("%s", mechanisms[i]);
		struct phone *phone = phone_new(&memory, profile_client(profile), &account, 1);
		CHECK(phone_add(phone, &message));
		CHECK(script_play(phone_player(phone), scripts[i], NULL));
		phone_free(phone);
		CHECK_INT(found, 0);
	}
	profile_free(profile);
}

static void each_connection_counts(void)
{
	struct profile *profile = phone_fixture_profile("correct");
	struct phone *phone = open_phone(profile, 2);
	CHECK(script_play(phone_player(phone), "O refused\nT 1000\nO\n> 554 no\n", NULL));
	CHECK_INT(phone_outcome(phone, 0)->tries, 2);
	phone_free(phone);
	phone = open_phone(profile, 2);
	CHECK(script_play(phone_player(phone),
		"O refused\nHOLD\nT 1000\nO refused\nHOLD\nT 1000\nO refused\nOVER\n", NULL));
	CHECK_INT(phone_outcome(phone, 0)->tries, 3);
	CHECK(phone_outcome(phone, 0)->queued);
	CHECK_TEXT(phone_result_name(phone_outcome(phone, 0)->verdict.result), "no connection");
	phone_free(phone);
	profile_free(profile);
}

/* A driver that cannot connect is told to give up by a want that is gone. */
static void connecting_takes_no_longer_than_its_timeout(void)
{
	struct profile *profile = phone_fixture_profile("timeouts: {connect: 10 s}");
	struct phone *phone = open_phone(profile, 0);
	struct player *player = phone_player(phone);
	CHECK_INT(player->ops->deadline_ms(player), 0);
	player->ops->tick(player, 5000);
	CHECK_INT(player->ops->wants(player), PLAYER_CONNECT);
	CHECK_INT(player->ops->deadline_ms(player), 15000);
	player->ops->tick(player, 15000);
	CHECK_INT(player->ops->wants(player), 0);
	CHECK_TEXT(phone_result_name(phone_outcome(phone, 0)->verdict.result), "timed out");
	phone_free(phone);
	profile_free(profile);
}

/* A server that talks without end while the client thinks is not read any more, and then is. */
static void a_flood_waits_outside(void)
{
	struct octets to = octets_of("b@example.org");
	struct profile *profile = phone_fixture_profile("think: {hello: 1 s}");
	struct phone_account account = phone_fixture_account();
	struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
	struct failing_memory memory;
	account.pace_percent = 100;
	failing_memory_init(&memory, 0);
	struct phone *phone = phone_new(&memory.memory, profile_client(profile), &account, 1);
	struct player *player = phone_player(phone);
	CHECK(phone_add(phone, &message));
	CHECK(script_play(player, "O\n> 220 mx\n.\n", NULL));
	size_t heard = 0;
	for (; heard < 1000000 && (player->ops->wants(player) & PLAYER_RECEIVE) != 0; heard += 10)
		player->ops->received(player, (const uint8_t *)"500 what\r\n", 10, 0);
	CHECK_INT(player->ops->wants(player), PLAYER_HOLD);
	CHECK(heard < READING_QUEUE_MAX);
	CHECK(memory.live < 2 * READING_QUEUE_MAX);
	CHECK(script_play(player, "T 1000\n< EHLO [192.0.2.7]\n", NULL));
	phone_free(phone);
	profile_free(profile);
}

/* What a phone needs beside its messages, after a session with long replies. */
static void memory_is_bounded(void)
{
	struct failing_memory memory;
	struct octets to = octets_of("b@example.org");
	struct profile *profile = phone_fixture_profile("symbian-9.1");
	struct phone_account account = phone_fixture_account();
	account.user = octets_of("");
	struct phone_message message = phone_fixture_message(&to, PHONE_CONTENT);
	failing_memory_init(&memory, 0);
	struct phone *phone = phone_new(&memory.memory, profile_client(profile), &account, 1);
	CHECK(phone_add(phone, &message));
	CHECK(script_play(phone_player(phone),
		"O\n> 220 mx ESMTP x\n< EHLO [192.0.2.7]\n> 250-mx\n> 250-PIPELINING\n> 250 SIZE 0\n"
		"< RSET\n> 250 ok\n< MAIL FROM:<a@example.net>\n> 250 ok\n< RCPT TO:<b@example.org>\n"
		"> 250 ok\n< DATA\n> 354 go\n<< Subject: x\\r\\n\\r\\nhello\\r\\n\\r\\n.\\r\\n\n> 250 ok\n",
		NULL));
	CHECK(memory.live < 8192);
	printf("a phone in session holds %zu octets\n", memory.live);
	phone_free(phone);
	CHECK_INT(memory.live, 0);
	profile_free(profile);
}

#define TESTS(T)                                                                                   \
	T(addresses)                                                                               \
	T(wire_texts)                                                                              \
	T(reply_codes)                                                                             \
	T(endless_lines)                                                                           \
	T(what_cannot_be_typed_is_refused)                                                         \
	T(an_outcome_for_each_recipient)                                                           \
	T(a_further_try_is_for_the_rest)                                                           \
	T(a_password_is_held_back_with_a_remark)                                                   \
	T(calls_that_are_not_wanted_do_no_harm)                                                    \
	T(memory_is_bounded)                                                                       \
	T(a_deaf_peer)                                                                             \
	T(a_flood_waits_outside)                                                                   \
	T(half_a_command_is_taken_back)                                                            \
	T(secrets_are_wiped)                                                                       \
	T(each_connection_counts) T(connecting_takes_no_longer_than_its_timeout)
CHECK_MAIN("phone parts", TESTS)

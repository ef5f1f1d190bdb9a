/* Limits, hostile clients, a heap that fails, and secrets that must not stay behind. */
#include "server_stand.h"

static const struct server_settings plain = {.message_max = 100000, .tls_available = true};

#define EHLO "EHLO a.example\r\n"
#define PLAIN "AUTH PLAIN AHBob25lAHNlY3JldA==\r\n" /* NUL phone NUL secret */
#define MAIL "MAIL FROM:<a@b.c>\r\n"
#define RCPT "RCPT TO:<d@e.f>\r\n"
#define OPENED EHLO PLAIN MAIL RCPT "DATA\r\n"

static struct profile *load(const char *text)
{
	struct buffer all, errors;
	buffer_init(&all, &memory_standard, 100000);
	buffer_format(&all, "name: test\n%s", text);
	struct profile *profile =
		*text == 0 || strstr(text, "evidence:") != NULL
			? fixture_load(PROFILE_SERVER, buffer_string(&all), NULL, &errors)
			: fixture_load_shown(
				  PROFILE_SERVER, buffer_string(&all), "limits", &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&all);
	buffer_free(&errors);
	return profile;
}

/* Takes a remark "[...]" or a line off the front of what was heard; of a line the code counts. */
static struct octets take_code(struct octets *heard, bool *continues)
{
	bool remark = heard->len > 0 && heard->at[0] == '[';
	size_t len = octets_find(*heard, remark ? ']' : '\n');
	struct octets taken = octets_cut(*heard, remark ? len + 1 : len);
	*continues = !remark && taken.len > 3 && taken.at[3] == '-';
	*heard = octets_from(*heard, len + 1);
	return remark ? taken : octets_cut(taken, 3);
}

/* The codes of all replies; of several equal ones the first and "xN". */
static void list_codes(struct octets heard, struct buffer *out)
{
	struct octets last = {0};
	size_t times = 1;
	while (heard.len > 0) {
		bool continues;
		struct octets code = take_code(&heard, &continues);
		if (continues)
			continue;
		if (octets_equal(code, last)) {
			times++;
			continue;
		}
		if (times > 1)
			buffer_format(out, " x%zu", times);
		times = 1;
		last = code;
		buffer_append_text(out, out->len == 0 ? "" : " ");
		buffer_append_octets(out, code);
	}
	if (times > 1)
		buffer_format(out, " x%zu", times);
}

static void check_codes(struct stand *stand, const char *want)
{
	struct buffer codes;
	buffer_init(&codes, &memory_standard, 10000);
	list_codes(buffer_octets(&stand->heard), &codes);
	CHECK_TEXT(buffer_string(&codes), want);
	buffer_free(&codes);
}

/* Says `before`, then `line` so many times, then `after`. */
static void repeat(const char *limits, const char *before, const char *line, size_t times,
	const char *after, const char *want)
{
	struct profile *profile = load(limits);
	struct stand stand;
	stand_open(&stand, profile_server(profile), plain);
	stand_play(&stand, octets_of(before));
	for (size_t i = 0; i < times; i++)
		stand_play(&stand, octets_of(line));
	stand_play(&stand, octets_of(after));
	CHECK_CASE("%zu times %s under %s", times, line, limits);
	check_codes(&stand, want);
	stand_close(&stand);
	profile_free(profile);
}

static void limits_hold(void)
{
	repeat("", "", "NOPE\r\n", 20, "NOOP\r\n", "220 500 x20 250");
	repeat("", "", "NOPE\r\n", 21, "NOOP\r\n", "220 500 x20 421 [closed]");
	repeat("", OPENED ".\r\n" MAIL, RCPT, 1001, "NOOP\r\n",
		"220 250 235 250 x2 354 [stored] 250 x1002 452 250");
	repeat("limits: {errors: {count: 2, reply: \"554 enough\", then: close}}\n", "", "NOPE\r\n",
		3, "", "220 500 x2 554 [closed]");
	repeat("limits: {unknown: {count: 2}}\n", "RCPT TO:<a@b.c>\r\nDATA\r\n", "NOPE\r\n", 3, "",
		"220 503 x2 500 x2 421 [closed]");
	repeat("limits: {nonmail: {count: 10, exempt: [first-reset], reply: \"554 no\", then: close}}\n",
		EHLO PLAIN, "RSET\r\n", 12, "", "220 250 235 250 x11 554 [closed]");
	repeat("limits: {nonmail: {count: 1, exempt: [first-reset]}}\n",
		OPENED ".\r\nRSET\r\n" MAIL RCPT "DATA\r\n.\r\n", "RSET\r\n", 3, "",
		"220 250 235 250 x2 354 [stored] 250 x4 354 [stored] 250 x3 421 [closed]");
	repeat("limits: {nonmail: {count: 2}}\n", EHLO PLAIN, "NOOP\r\n", 3, "",
		"220 250 235 250 x2 421 [closed]");
	repeat("limits: {messages: {count: 1, reply: \"450 one only\"}}\n", OPENED ".\r\n", MAIL, 2,
		"NOOP\r\n", "220 250 235 250 x2 354 [stored] 250 450 x2 250");
	repeat("limits: {recipients: {count: 2}}\n", EHLO PLAIN MAIL, RCPT, 30, "NOOP\r\n",
		"220 250 235 250 x3 452 x28 250");
}

static void a_tarpit_slows_every_reply_past_its_count(void)
{
	struct profile *profile = load("limits: {errors: {count: 2, delay: 15 s}}\n");
	struct stand stand;
	stand_open(&stand, profile_server(profile), plain);
	stand_say(&stand, octets_of("NOPE\r\n"));
	check_codes(&stand, "220 500");
	stand_say(&stand, octets_of("NOPE\r\nNOPE\r\nNOOP\r\n"));
	check_codes(&stand, "220 500 x2");
	CHECK(!stand_pass(&stand, 14999));
	CHECK(stand_pass(&stand, 15000));
	check_codes(&stand, "220 500 x3");
	CHECK(!stand_pass(&stand, 14999));
	CHECK(stand_pass(&stand, 15000));
	check_codes(&stand, "220 500 x3 250");
	stand_close(&stand);
	profile_free(profile);
}

/* A line of `len` octets, line end included: the start, filled up. */
static void say_line(struct stand *stand, const char *start, size_t len)
{
	struct buffer line;
	buffer_init(&line, &memory_standard, 20 << 20);
	buffer_append_text(&line, start);
	while (line.len < len - 2)
		buffer_append_byte(&line, 'x');
	buffer_append_text(&line, "\r\n");
	stand_play(stand, buffer_octets(&line));
	buffer_free(&line);
}

static void lines_have_a_length(void)
{
	static const struct {
		const char *limits, *start;
		size_t len;
		const char *want;
	} rows[] = {
		{"", "NOOP ", 512, "220 250 235 250"},
		{"", "NOOP ", 513, "220 250 235 500"},
		{"", "NOPE ", 513, "220 250 235 500"},
		{"", "MAIL FROM:<a@b.c> AUTH=", 512 + 26 + 17 + 500, "220 250 235 250"},
		{"", "MAIL FROM:<a@b.c> AUTH=", 512 + 26 + 17 + 501, "220 250 235 500"},
		{"", "AUTH PLAIN ", 12288, "220 250 235 503"},
		{"", "AUTH PLAIN ", 12289, "220 250 235 500"},
		{"limits: {line: {count: 100, reply: \"599 long\"}}\n", "NOOP ", 100,
			"220 250 235 250"},
		{"limits: {line: {count: 100, reply: \"599 long\"}}\n", "NOOP ", 101,
			"220 250 235 599"},
		{"limits: {line: {count: 100000}}\n", "NOOP ", 12288, "220 250 235 250"},
		{"limits: {line: {count: 100000}}\n", "NOOP ", 12289, "220 250 235 500"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++) {
			struct profile *profile = load(rows[i].limits);
			struct stand stand;
			CHECK_CASE("%s %s %zu, cut %d", rows[i].limits, rows[i].start, rows[i].len,
				cut);
			stand_open(&stand, profile_server(profile), plain);
			stand.cut = (enum stand_cut)cut;
			stand_play(&stand, octets_of(EHLO PLAIN));
			say_line(&stand, rows[i].start, rows[i].len);
			check_codes(&stand, rows[i].want);
			stand_close(&stand);
			profile_free(profile);
		}
	}
}

/* Ten million octets without an end are refused once and cost nothing. */
static void a_line_without_end_is_not_kept(void)
{
	struct profile *profile = load("");
	for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++) {
		struct stand stand;
		if (cut == STAND_OCTETS)
			continue;
		stand_open(&stand, profile_server(profile), plain);
		stand.cut = (enum stand_cut)cut;
		say_line(&stand, "EHLO ", 10 << 20);
		CHECK_CASE("cut %d", cut);
		CHECK(stand.memory.live < 100000);
		stand_play(&stand, octets_of("NOOP\r\n"));
		check_codes(&stand, "220 500 250");
		stand_close(&stand);
	}
	profile_free(profile);
}

static void a_message_has_a_size(void)
{
	struct profile *profile = load(
		"refuses: {end: {too-long: none}}\nevidence: [{test: here, shows: [refuses]}]\n");
	for (size_t more = 0; more < 2; more++) {
		struct stand stand;
		stand_open(&stand, profile_server(profile), plain);
		stand_play(&stand, octets_of(OPENED));
		stand_forget(&stand);
		say_line(&stand, "", 100000 + more);
		CHECK_CASE("%zu octets too many", more);
		CHECK_INT(stand.memory.live < 10000, more);
		stand_play(&stand, octets_of(".\r\nNOOP\r\n"));
		if (more == 0)
			CHECK_INT(stand.stored.len, strlen("a@b.c d@e.f\n") + 100000);
		else
			CHECK_TEXT(
				stand_heard(&stand), "552 5.3.4 Message too big\n250 2.0.0 Ok\n");
		stand_close(&stand);
	}
	profile_free(profile);
}

/* RFC 5321 4.5.3.1.6; the dot that was doubled does not count. */
static void a_line_of_a_message_has_a_length(void)
{
	static const struct {
		const char *start;
		size_t len;
		const char *want;
	} rows[] = {{"", 1000, "[stored] 250"}, {"", 1001, "554"}, {"..", 1001, "[stored] 250"},
		{"..", 1002, "554"}};
	struct profile *profile = load("");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct stand stand;
		stand_open(&stand, profile_server(profile), plain);
		stand_play(&stand, octets_of(OPENED "first\r\n"));
		stand_forget(&stand);
		say_line(&stand, rows[i].start, rows[i].len);
		stand_play(&stand, octets_of("last\r\n.\r\n"));
		CHECK_CASE("\"%s\" and %zu octets", rows[i].start, rows[i].len);
		check_codes(&stand, rows[i].want);
		stand_close(&stand);
	}
	profile_free(profile);
}

/* Says NOOP as long as the server listens, at most `most` octets; tells how many. */
static size_t flood(struct stand *stand, size_t most)
{
	size_t said = 0;
	while (said < most && (stand->player->ops->wants(stand->player) & PLAYER_RECEIVE) != 0) {
		stand->player->ops->received(
			stand->player, (const uint8_t *)"NOOP\r\n", 6, stand->now_ms);
		said += 6;
	}
	return said;
}

static void a_client_that_does_not_read_is_not_heard_for_ever(void)
{
	struct profile *profile = load("");
	struct stand stand;
	stand_open(&stand, profile_server(profile), plain);
	stand.deaf = true;
	size_t said = flood(&stand, 10 << 20);
	CHECK(said > 64 * 1024);
	CHECK(said < 256 * 1024);
	CHECK(stand.memory.live < 512 * 1024);
	CHECK(stand_pass(&stand, 300 * 1000));
	CHECK_TEXT(stand_heard(&stand), "[reset]");
	stand_close(&stand);

	stand_open(&stand, profile_server(profile), plain);
	stand.deaf = true;
	said = flood(&stand, 10 << 20);
	stand.deaf = false;
	stand_settle(&stand);
	CHECK_INT(stand.heard.len,
		strlen("220 mx.example.net ESMTP\n") + said / 6 * strlen("250 2.0.0 Ok\n"));
	stand_close(&stand);
	profile_free(profile);
}

static void what_comes_during_storing_is_kept_within_bounds(void)
{
	struct profile *profile = load("");
	struct stand stand;
	stand_open(&stand, profile_server(profile), plain);
	stand_play(&stand, octets_of(OPENED));
	stand_forget(&stand);
	stand.busy_store = true;
	stand_say(&stand, octets_of(".\r\n"));
	size_t said = flood(&stand, 10 << 20);
	CHECK(said >= 64 * 1024);
	CHECK(said < 65 * 1024);
	CHECK_TEXT(stand_heard(&stand), "");
	stand.busy_store = false;
	stand_settle(&stand);
	char want[100];
	snprintf(want, sizeof want, "[stored] 250 x%zu", said / 6 + 1);
	check_codes(&stand, want);
	stand_close(&stand);
	profile_free(profile);
}

static void a_silent_client_is_sent_away(void)
{
	static const struct {
		const char *limits, *script;
		uint64_t after_ms;
		const char *want;
	} rows[] = {
		{"", "", 300000, "421 4.4.2 Nothing was said for too long\n[closed]"},
		{"", EHLO PLAIN MAIL "RC", 300000,
			"421 4.4.2 Nothing was said for too long\n[closed]"},
		{"", OPENED "half a mess", 300000,
			"421 4.4.2 Nothing was said for too long\n[closed]"},
		{"", EHLO "AUTH LOGIN\r\n", 300000,
			"421 4.4.2 Nothing was said for too long\n[closed]"},
		{"limits: {idle: {count: 10 s, reply: \"421 bye\"}}\n", EHLO, 10000,
			"421 bye\n[closed]"},
		{"limits: {idle: {count: 10 s, then: rst}}\n", EHLO, 10000, "[reset]"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *profile = load(rows[i].limits);
		struct stand stand;
		CHECK_CASE("%s", rows[i].script);
		stand_open(&stand, profile_server(profile), plain);
		stand_settle(&stand);
		stand_say(&stand, octets_of(rows[i].script));
		stand_forget(&stand);
		CHECK_INT(stand.player->ops->deadline_ms(stand.player),
			1000 + (long long)rows[i].after_ms);
		CHECK(!stand_pass(&stand, rows[i].after_ms - 1));
		CHECK(stand_pass(&stand, rows[i].after_ms));
		CHECK_TEXT(stand_heard(&stand), rows[i].want);
		stand_close(&stand);
		profile_free(profile);
	}
}

#define LONG_SESSION                                                                               \
	EHLO "STARTTLS\r\n" STAND_PAUSE EHLO "AUTH LOGIN cGhvbmU=\r\nc2VjcmV0\r\n" MAIL RCPT       \
	     "DATA\r\none\r\n..\r\n.\r\nAUTH CRAM-MD5\r\nRSET\r\n" MAIL                            \
	     "RCPT TO:<0@e.f>\r\nRCPT TO:<1@e.f>\r\nRCPT TO:<2@e.f>\r\nRCPT TO:<3@e.f>\r\n"        \
	     "RCPT TO:<4@e.f>\r\nRCPT TO:<5@e.f>\r\nRCPT TO:<6@e.f>\r\nRCPT TO:<7@e.f>\r\n"        \
	     "RCPT TO:<8@e.f>\r\nDATA\r\ntwo\r\n.\r\nNOPE\r\nQUIT\r\n"

static size_t count_text(const char *all, const char *what)
{
	size_t count = 0;
	for (const char *at = strstr(all, what); at != NULL; at = strstr(at + 1, what))
		count++;
	return count;
}

/* Plays with the n-th allocation failing; false once there was no n-th one. */
static bool play_failing(const struct server_profile *profile, size_t fail_at, enum stand_cut cut)
{
	struct stand stand;
	CHECK_CASE("allocation %zu, cut %d", fail_at, (int)cut);
	if (stand_open_failing(&stand, profile, plain, fail_at)) {
		stand.cut = cut;
		stand_play(&stand, octets_of(LONG_SESSION));
		const char *heard = stand_heard(&stand);
		bool failed = stand.memory.count >= fail_at;
		const char *end = failed ? "421 4.3.0 Out of memory\n[closed]"
					 : "closes the connection\n[closed]";
		CHECK(stand.over);
		CHECK(strlen(heard) >= strlen(end) &&
			strcmp(heard + strlen(heard) - strlen(end), end) == 0);
		/* Whatever was answered with 250 was stored before. */
		CHECK(count_text(heard, "250 2.6.0") <= count_text(heard, "[stored]"));
		CHECK_INT(count_text(heard, "250 2.6.0"), server_messages(stand.server));
	}
	bool more = stand.memory.count >= fail_at;
	stand_close(&stand);
	return more;
}

static void every_allocation_may_fail(void)
{
	struct profile *profile = load("");
	size_t injected = 0;
	for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++) {
		size_t at = 1;
		while (play_failing(profile_server(profile), at, (enum stand_cut)cut) && at < 10000)
			at++;
		injected += at - 1;
	}
	printf("server_limits: %zu failures of the heap injected\n", injected);
	CHECK(injected > 90);
	profile_free(profile);
}

/* A heap that looks at what is given back. */
static size_t left_behind, given_back;

static void *suspicious_resize(void *context, void *old, size_t old_size, size_t want)
{
	static const char *const secrets[] = {"secret", "AHBob25lAHNlY3JldA", "c2VjcmV0"};
	for (size_t s = 0; s < 3 && old != NULL; s++) {
		size_t len = strlen(secrets[s]);
		for (size_t i = 0; i + len <= old_size; i++)
			left_behind += memcmp((const char *)old + i, secrets[s], len) == 0;
	}
	given_back += old != NULL;
	return memory_standard.resize(context, old, old_size, want);
}

static void secrets_are_wiped(void)
{
	static const struct memory suspicious = {suspicious_resize, NULL};
	static const char script[] =
		EHLO "AUTH LOGIN\r\ncGhvbmU=\r\nc2VjcmV0\r\nRSET\r\n" PLAIN
		     "AUTH PLAIN\r\nAHBob25lAHNlY3JldA==\r\nAUTH LOGIN c2VjcmV0";
	struct profile *profile = load("");
	for (size_t stop = 1; stop < sizeof script; stop++) {
		struct player_link link = {.remote_address = "192.0.2.7"};
		struct server_settings settings = plain;
		settings.profile = profile_server(profile);
		struct server *server = server_new(&suspicious, &settings);
		struct player *player = server_player(server);
		player->ops->connected(player, &link, 0);
		player->ops->received(player, (const uint8_t *)script, stop, 0);
		server_free(server);
	}
	CHECK(given_back > 1000);
	CHECK_INT(left_behind, 0);
	profile_free(profile);
}

#define TESTS(T)                                                                                   \
	T(limits_hold)                                                                             \
	T(a_tarpit_slows_every_reply_past_its_count)                                               \
	T(lines_have_a_length)                                                                     \
	T(a_line_without_end_is_not_kept)                                                          \
	T(a_line_of_a_message_has_a_length)                                                        \
	T(a_message_has_a_size)                                                                    \
	T(a_client_that_does_not_read_is_not_heard_for_ever)                                       \
	T(what_comes_during_storing_is_kept_within_bounds)                                         \
	T(a_silent_client_is_sent_away)                                                            \
	T(every_allocation_may_fail)                                                               \
	T(secrets_are_wiped)
CHECK_MAIN("server_limits", TESTS)

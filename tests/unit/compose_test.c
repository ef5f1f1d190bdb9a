/* compose: messages in a profile's handwriting, and the encoders under them. */
#include "compose.h"
#include "check.h"
#include "date.h"
#include "failing_memory.h"
#include "phone_fixture.h"
#include "random.h"
#include "text_fixture.h"

enum { ROOM = 1 << 20 };

static void dates(void)
{
	static const struct {
		uint64_t time;
		int zone;
		const char *format, *want;
	} rows[] = {
		{0, 0, "%a, %d %b %Y %H:%M:%S %z", "Thu, 01 Jan 1970 00:00:00 +0000"},
		{1187265856, 120, "%a, %d %b %Y %H:%M:%S %z", "Thu, 16 Aug 2007 14:04:16 +0200"},
		{951827696, 0, "%a, %d %b %Y %H:%M:%S %z", "Tue, 29 Feb 2000 12:34:56 +0000"},
		{951827696, -330, "%a, %d %b %Y %H:%M:%S %z", "Tue, 29 Feb 2000 07:04:56 -0530"},
		{1709164799, 0, "%d %b", "28 Feb"},
		{1709164800, 0, "%d %b", "29 Feb"},
		{4102444799, 60, "%a, %d %b %Y %H:%M:%S", "Fri, 01 Jan 2100 00:59:59"},
		{0, -60, "%H:%M", "00:00"}, /* nothing before 1970 */
		{849484800, 0, "%a, %e %b %Y", "Mon,  2 Dec 1996"},
		{1172620800, 0, "%d %b %Y", "28 Feb 2007"},
		{1172707200, 0, "%d %b %Y", "01 Mar 2007"},
		{4107456000, 0, "%d %b %Y", "28 Feb 2100"},
		{4107542400, 0, "%d %b %Y", "01 Mar 2100"},
		{0, 0, "%%|%q|%", "%|%q|%"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		buffer_init(&out, &memory_standard, 100);
		check_case("row %zu", i);
		CHECK(date_append(&out, octets_of(rows[i].format), rows[i].time, rows[i].zone));
		CHECK_TEXT(buffer_string(&out), rows[i].want);
		buffer_free(&out);
	}
}

static struct message_draft usual(void)
{
	static struct octets to[2], cc;
	to[0] = octets_of("b@example.org");
	to[1] = octets_of("c@example.org");
	cc = octets_of("d@example.org");
	return (struct message_draft){.from = octets_of("a@example.net"),
		.to = to,
		.to_count = 2,
		.cc = &cc,
		.cc_count = 1,
		.subject = octets_of("Hello"),
		.body = octets_of("one\ntwo\n"),
		.host = octets_of("phone.example.net"),
		.device = octets_of("handset"),
		.server = octets_of("mx.example.net"),
		.unix_time = 1187265856,
		.zone_minutes = 120};
}

#define HEADERS(list) "message: {id: \"<{random 3}@{server}>\", id-alphabet: x, headers: [" list
#define BODY_ONLY                                                                                  \
	"message: {headers: [\"Content-Type: {type}\", \"Content-Transfer-Encoding: {encoding}\"]"

static void messages(void)
{
	static const struct {
		const char *name, *profile, *subject, *from, *bcc, *body, *want;
	} rows[] = {
		{"the plainest",
			"message: {id: \"<{random 3}{local}@{domain}.{host}>\", id-alphabet: x}",
			"Hello", "a@example.net", "", "one\ntwo",
			"Date: Thu, 16 Aug 2007 14:04:16 +0200\r\nFrom: a@example.net\r\n"
			"To: b@example.org, c@example.org\r\nCc: d@example.org\r\n"
			"Message-ID: <xxxa@example.net.phone.example.net>\r\nSubject: Hello\r\n"
			"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
			"Content-Transfer-Encoding: 7bit\r\n\r\none\r\ntwo\r\n"},
		{"lines that are left out",
			HEADERS("\"A: {bcc}\", \"B: {mailer}\", \"C: {reply-to}\", "
				"\"D: {x-priority} {subject}\", \"E: {subject}\"]}"),
			"", "a@example.net", "", "x", "E: \r\n\r\nx\r\n"},
		{"lines that are there",
			HEADERS("\"A: {bcc}\", \"B:{mailer}\", \"E: {message-id}\"], mailer: \" M 1\", charset: \"UTF-8\"}"),
			"", "", "e@example.org", "x",
			"A: e@example.org\r\nB: M 1\r\nE: <xxx@mx.example.net>\r\n\r\nx\r\n"},
		{"a name", HEADERS("\"From: {from}\"]}"), "", "A \"b\" \\c <a@example.net>", "",
			"x", "From: \"A \\\"b\\\" \\\\c\" <a@example.net>\r\n\r\nx\r\n"},
		{"beyond ASCII", HEADERS("\"From: {from}\", \"Subject: {subject}\"]}"),
			"Gr\xc3\xbc\xc3\x9f"
			"e",
			"\xc3\xbc <a@example.net>", "", "x",
			"From: =?UTF-8?Q?=C3=BC?= <a@example.net>\r\n"
			"Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nx\r\n"},
		{"a blank behind what is encoded",
			HEADERS("\"Subject: {subject}\"], words: {encoding: B, "
				"span: first-to-last}, subject-fold: 38}"),
			"\xc3\xa9 ", "", "", "x", "Subject: =?UTF-8?B?w6k=?= \r\n\r\nx\r\n"},
		{"an empty alias", HEADERS("\"From: {from}\"], aliases: as-typed}"), "",
			"\"\" <a@b.c>", "", "x", "From: a@b.c\r\n\r\nx\r\n"},
		{"7bit does not fit", BODY_ONLY "}", "", "", "", "\xc3\xbc\r\n",
			"Content-Type: text/plain; charset=UTF-8\r\n"
			"Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=BC\r\n"},
		{"base64", BODY_ONLY ", text-encoding: base64}", "", "", "", "{58 a}",
			"Content-Type: text/plain; charset=UTF-8\r\n"
			"Content-Transfer-Encoding: base64\r\n\r\n{19 YWFh}\r\nYQ==\r\n"},
		{"Latin-1", BODY_ONLY ", text-encoding: quoted-printable, charset: ISO-8859-1}", "",
			"", "", "\xc3\xbc\xe2\x82\xac\xff",
			"Content-Type: text/plain; charset=ISO-8859-1\r\n"
			"Content-Transfer-Encoding: quoted-printable\r\n\r\n=FC??\r\n"},
		{"word-wise", BODY_ONLY ", text-encoding: quoted-printable, qp: word-wise}", "", "",
			"", "{76 a}\n",
			"Content-Type: text/plain; charset=UTF-8\r\n"
			"Content-Transfer-Encoding: quoted-printable\r\n\r\n{76 a}=\r\n\r\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer want, body;
		struct message_composed out;
		struct random random;
		check_case("%s", rows[i].name);
		random_init(&random, 1);
		buffer_init(&want, &memory_standard, ROOM);
		buffer_init(&body, &memory_standard, ROOM);
		message_composed_init(&out, &memory_standard);
		struct profile *profile = phone_fixture_profile(rows[i].profile);
		if (profile == NULL)
			continue;
		const struct message_keys *keys = &profile_client(profile)->message;
		struct message_draft draft = usual();
		expand(&want, rows[i].want);
		expand(&body, rows[i].body);
		draft.subject = octets_of(rows[i].subject);
		draft.from = octets_of(rows[i].from);
		draft.bcc = octets_of(rows[i].bcc);
		draft.body = buffer_octets(&body);
		CHECK(message_compose(&out, keys, &draft, &random));
		CHECK_TEXT(buffer_string(&out.octets), buffer_string(&want));
		buffer_free(&want);
		buffer_free(&body);
		message_composed_free(&out);
		profile_free(profile);
	}
}

static void long_lists_are_folded(void)
{
	struct octets to[40];
	struct message_composed out;
	struct random random;
	struct profile *profile = phone_fixture_profile(HEADERS("\"To: {to}\"]}"));
	if (profile == NULL)
		return;
	for (size_t i = 0; i < 40; i++)
		to[i] = octets_of("somebody@example.org");
	const struct message_keys *keys = &profile_client(profile)->message;
	struct message_draft draft = usual();
	draft.to = to;
	draft.to_count = 40;
	random_init(&random, 1);
	message_composed_init(&out, &memory_standard);
	CHECK(message_compose(&out, keys, &draft, &random));
	CHECK(longest_line(buffer_octets(&out.octets)) <= 78);
	CHECK(octets_start_nocase(buffer_octets(&out.octets),
		"To: somebody@example.org, somebody@example.org, somebody@example.org,\r\n "
		"somebody@example.org, "));
	message_composed_free(&out);
	profile_free(profile);
}

/* How often `what` stands in `all`, and where it stands last. */
static size_t count(struct octets all, const char *what, size_t *last)
{
	struct octets want = octets_of(what);
	size_t found = 0;
	for (size_t i = 0; i + want.len <= all.len; i++) {
		if (!octets_equal(octets_make(all.at + i, want.len), want))
			continue;
		found++;
		*last = i;
	}
	return found;
}

/* Two copies of one message, as the profile makes them; the Message-IDs of both. */
static void play_copies(const char *text, struct buffer *said, bool *same_id)
{
	static const char *const replies[] = {"220 mx", "250 mx", "250 ok", "250 ok", "250 ok",
		"354 go", "250 ok", "250 ok", "250 ok", "250 ok", "354 go", "250 ok", "221 bye"};
	struct octets to = octets_of("b@example.org"), bcc = octets_of("c@example.org");
	struct phone_message message = {.to = &to,
		.to_count = 1,
		.bcc = &bcc,
		.bcc_count = 1,
		.draft = {.subject = octets_of("x"),
			.body = octets_of("y\n"),
			.unix_time = 1187265856}};
	struct phone_account account = phone_fixture_account();
	struct player_link link = {"192.0.2.7", "192.0.2.25", 25};
	account.user = octets_of("");
	struct profile *profile = phone_fixture_profile(text);
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 3);
	struct player *player = phone_player(phone);
	CHECK(phone_add(phone, &message));
	player->ops->connected(player, &link, 0);
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		player->ops->received(
			player, (const uint8_t *)replies[i], strlen(replies[i]), i * 2000);
		player->ops->received(player, (const uint8_t *)"\r\n", 2, i * 2000);
		struct octets piece;
		while (player->ops->outgoing(player, &piece, 1) > 0) {
			buffer_append_octets(said, piece);
			player->ops->sent(player, piece.len, i * 2000);
		}
	}
	size_t first = 0, second = 0;
	struct octets all = buffer_octets(said);
	count(octets_cut(all, all.len / 2), "Message-ID: <", &first);
	CHECK_INT(count(all, "Message-ID: <", &second), 2);
	*same_id = octets_equal(octets_make(all.at + first, 30), octets_make(all.at + second, 30));
	phone_free(phone);
	profile_free(profile);
}

static void copies(void)
{
	struct buffer said;
	bool same_id = false;
	size_t at = 0;
	buffer_init(&said, &memory_standard, ROOM);
	check_case("each time");
	play_copies("symbian-9.1", &said, &same_id);
	CHECK(!same_id);
	CHECK_INT(count(buffer_octets(&said), "\r\nBcc: c@example.org\r\n", &at), 1);
	CHECK(at > said.len / 2);
	CHECK_INT(count(buffer_octets(&said), "To: b@example.org\r\n", &at), 2);
	CHECK_INT(count(buffer_octets(&said), "Date: Thu, 16 Aug 2007 12:04:26 +0000", &at), 0);
	CHECK_INT(count(buffer_octets(&said), "Date: Thu, 16 Aug 2007 12:04:16 +0000", &at), 0);
	buffer_clear(&said);
	check_case("once");
	play_copies("flow: {before-first: [reset], before-next: [reset]}\n"
		    "envelope: {bcc: own-transactions}",
		&said, &same_id);
	CHECK(same_id);
	CHECK_INT(count(buffer_octets(&said), "Bcc", &at), 0);
	CHECK_INT(count(buffer_octets(&said), "Date: Thu, 16 Aug 2007 12:04:16 +0000", &at), 2);
	buffer_free(&said);
}

static void want_of_memory(void)
{
	struct profile *profile =
		phone_fixture_profile("message: {text-encoding: base64, charset: ISO-8859-1}");
	const struct message_keys *keys = &profile_client(profile)->message;
	struct message_draft draft = usual();
	bool made = false;
	size_t failures = 0;
	for (size_t at = 1; !made && at < 200; at++, failures++) {
		struct failing_memory memory;
		struct message_composed out;
		struct random random;
		random_init(&random, 1);
		failing_memory_init(&memory, at);
		message_composed_init(&out, &memory.memory);
		made = message_compose(&out, keys, &draft, &random);
		CHECK(made == (memory.count < at));
		message_composed_free(&out);
		CHECK_INT(memory.live, 0);
	}
	CHECK(made && failures > 5);
	profile_free(profile);
}

#define TESTS(T)                                                                                   \
	T(dates)                                                                                   \
	T(messages) T(long_lists_are_folded) T(copies) T(want_of_memory)
CHECK_MAIN("compose", TESTS)

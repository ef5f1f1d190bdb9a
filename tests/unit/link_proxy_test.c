/*
 * link_proxy: somebody between client and server who says and answers things himself, or cuts what
 * he does not like: octet for octet, and what phones and msub make of it.
 */
#include "link.h"
#include "mask.h"
#include "stage.h"

#include "check.h"

#include <string.h>

static const struct octets starttls = {(const uint8_t *)"STARTTLS", 8};

/* What is said, in turn; '>' the server says, '<' the client. */
struct exchange_row {
	const char *name;
	struct link_profile profile;
	const char *says[6], *passes[6];
};

#define RESETS .proxy.resets = true
#define REFUSES .proxy.refuses = {&starttls, 1}

static const struct exchange_row rows[] = {
	{"RSET before MAIL", {RESETS},
		{">220 mx\r\n", "<EHLO a\r\n", ">250 a\r\n", "<MAIL FROM:<a>\r\n", ">250 reset\r\n",
			">250 mail\r\n"},
		{"220 mx\r\n", "EHLO a\r\n", "250 a\r\n", "RSET\r\nMAIL FROM:<a>\r\n", "",
			"250 mail\r\n"}},
	{"its reply may be long, and come behind others", {RESETS},
		{">220 mx\r\n", "<NOOP\r\nmail x\r\nRCPT y\r\n",
			">250-no\r\n250 noop\r\n250-re\r\n250 reset\r\n250 mail\r\n250 rcpt\r\n"},
		{"220 mx\r\n", "NOOP\r\nRSET\r\nmail x\r\nRCPT y\r\n",
			"250-no\r\n250 noop\r\n250 mail\r\n250 rcpt\r\n"}},
	{"before each MAIL", {RESETS},
		{">220 mx\r\n", "<DATA\r\n", ">354 go\r\n", "<MAIL\r\n.\r\nMAIL y\r\n",
			">250 end\r\n500 reset\r\n250 mail\r\n"},
		{"220 mx\r\n", "DATA\r\n", "354 go\r\n", "MAIL\r\n.\r\nRSET\r\nMAIL y\r\n",
			"250 end\r\n250 mail\r\n"}},
	{"no longer a word", {RESETS}, {">220 mx\r\n", "<MAILS\r\n", ">500 what\r\n"},
		{"220 mx\r\n", "MAILS\r\n", "500 what\r\n"}},
	{"not in TLS", {RESETS}, {">220 mx\r\n", "<\x16MAIL x\r\n", "<MAIL x\r\n", ">250 x\r\n"},
		{"220 mx\r\n", "\x16MAIL x\r\n", "MAIL x\r\n", "250 x\r\n"}},
	{"a verb that does not pass", {REFUSES},
		{">220 mx\r\n", "<StartTLS now\r\n", "<STARTTLSS\r\n", ">500 what\r\n"},
		{"220 mx\r\n", "", "STARTTLSS\r\n", "500 what\r\n"}},
};

static void play_row(const struct exchange_row *row, size_t step)
{
	struct mask mask;
	mask_init(&mask, &row->profile);
	for (size_t i = 0; i < 6 && row->says[i] != NULL; i++) {
		enum wire_side from = row->says[i][0] == '>' ? WIRE_SERVER : WIRE_CLIENT;
		struct octets rest = octets_of(row->says[i] + 1);
		struct mask_passed passed = {.len = 0};
		for (; rest.len > 0; rest = octets_from(rest, step))
			mask_pass(&mask, from, octets_cut(rest, step), &passed);
		CHECK_OCTETS(octets_make(passed.at, passed.len), octets_of(row->passes[i]));
		bool refused = row->passes[i][0] == 0 && from == WIRE_CLIENT;
		CHECK_INT(mask_takes_answer(&mask), refused);
		CHECK(!mask_takes_answer(&mask));
	}
}

static void it_says_and_answers_things_itself(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t step = 1; step <= MASK_CHUNK; step += step < 12 ? 1 : 4000) {
			CHECK_CASE("%s, %zu at a time", rows[i].name, step);
			play_row(&rows[i], step);
		}
	}
}

/* The pieces of a body, and whether its end came whole. */
static const struct {
	const char *pieces[4];
	bool split;
} dots[] = {
	{{"text\r\n.\r\n"}, false},
	{{"text", "\r\n.\r\n"}, false},
	{{".\r\n"}, false}, /* an empty body */
	{{"text\r\n", ".\r\n"}, true},
	{{"text\r\n.", "\r\n"}, true},
	{{"text\r\n.\r", "\n"}, true},
	{{".", "\r\n"}, true},
	{{"text\r\n", ".text\r\n", "\r\n.\r\n"}, false},
};

static void a_final_dot_in_pieces_is_seen(void)
{
	static const struct link_profile profile = {.proxy.swallows_split_dot = true};
	for (size_t i = 0; i < sizeof dots / sizeof *dots; i++) {
		struct mask mask;
		struct mask_passed passed = {.len = 0};
		mask_init(&mask, &profile);
		mask_pass(&mask, WIRE_SERVER, octets_of("220 mx\r\n354 go\r\n"), &passed);
		for (size_t j = 0; j < 4 && dots[i].pieces[j] != NULL; j++) {
			mask_piece(&mask);
			mask_pass(&mask, WIRE_CLIENT, octets_of(dots[i].pieces[j]), &passed);
		}
		CHECK_CASE("%s", dots[i].pieces[0]);
		CHECK(!mask.in_body);
		CHECK_INT(mask.dot_split, dots[i].split);
	}
}

/* Two messages; a client NULL is msub. */
static const struct {
	const char *link, *client, *server;
	enum stage_security security;
	const char *outcome;
	bool no_login;
} runs[] = {
	{"umts", NULL, "correct", STAGE_TLS, "delivered; delivered", false},
	{"antivirus-resets", NULL, "correct", STAGE_PLAIN, "delivered; delivered", false},
	{"antivirus-resets", "nokia-e61i", "correct", STAGE_PLAIN, "delivered; delivered", false},
	{"antivirus-resets", NULL, "qmail-spamcontrol", STAGE_PLAIN,
		"refused at RCPT TO 535; refused at RCPT TO 535", false},
	{"antivirus-resets", NULL, "qmail-spamcontrol", STAGE_STARTTLS, "delivered; delivered",
		false},
	{"antivirus-no-starttls", NULL, "correct", STAGE_PLAIN, "delivered; delivered", false},
	{"antivirus-no-starttls", NULL, "correct", STAGE_STARTTLS,
		"refused at STARTTLS 500; refused at STARTTLS 500", false},
	{"antivirus-no-starttls", "nokia-e61i", "correct", STAGE_STARTTLS,
		"refused at starttls 500; refused at starttls 500", false},
	{"asa-esmtp-inspection", NULL, "correct", STAGE_STARTTLS,
		"TLS_MISSING at STARTTLS; TLS_MISSING at STARTTLS", false},
	{"pix-mailguard", NULL, "correct", STAGE_PLAIN, "refused at EHLO 500; refused at EHLO 500",
		false},
	{"pix-mailguard", NULL, "opensmtpd-6.8", STAGE_PLAIN, "delivered; delivered", true},
	{"pix-mailguard", "correct", "opensmtpd-6.8", STAGE_PLAIN, "delivered; delivered", true},
	{"pix-mailguard", "nokia-e61i", "opensmtpd-6.8", STAGE_PLAIN, "not tried; not tried", true},
	{"operator-resets-tls", NULL, "correct", STAGE_PLAIN, "delivered; delivered", false},
	{"operator-resets-tls", NULL, "correct", STAGE_TLS, "delivered; delivered", false},
	{"operator-resets-tls", NULL, "correct", STAGE_STARTTLS,
		"TLS at TLS handshake; TLS at TLS handshake", false},
	{"operator-resets-tls", "nokia-e61i", "correct", STAGE_STARTTLS,
		"TLS failed at tls; TLS failed at tls", false},
	{"operator-port-25", NULL, "correct", STAGE_PLAIN,
		"refused at greeting 421; refused at greeting 421", false},
	{"operator-port-25", "nokia-e61i", "correct", STAGE_PLAIN,
		"refused for now at greeting 421; refused for now at greeting 421", false},
	{"operator-port-25", NULL, "correct", STAGE_TLS, "delivered; delivered", false},
};

static void play_run(size_t index)
{
	struct profile *link = stage_profile(PROFILE_LINK, runs[index].link);
	struct profile *server = stage_profile(PROFILE_SERVER, runs[index].server);
	struct profile *client = runs[index].client == NULL
					 ? NULL
					 : stage_profile(PROFILE_CLIENT, runs[index].client);
	if (CHECK(link != NULL && server != NULL)) {
		struct stage_settings settings = {.server = profile_server(server),
			.phone = client == NULL ? NULL : profile_client(client),
			.link = profile_link(link),
			.security = runs[index].security,
			.no_login = runs[index].no_login,
			.mail = stage_mail_find("two"),
			.seed = 3};
		struct stage_result result;
		stage_play(&settings, &result);
		/* a phone without a timer waits for ever */
		bool hangs = strcmp(runs[index].outcome, "not tried; not tried") == 0;
		CHECK_INT(result.pair.end, hangs ? PAIR_HUNG : PAIR_FINISHED);
		CHECK_TEXT(buffer_string(&result.outcome), runs[index].outcome);
		if (client == NULL)
			CHECK_TEXT(buffer_string(&result.breaks), "nothing");
		for (size_t i = 0; i < 2; i++)
			CHECK_INT(result.stored[i], result.delivered[i]);
		stage_free(&result);
	}
	profile_free(client);
	profile_free(server);
	profile_free(link);
}

static void what_clients_make_of_it(void)
{
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		CHECK_CASE("%s, %s with %s, security %d", runs[i].link,
			runs[i].client == NULL ? "msub" : runs[i].client, runs[i].server,
			(int)runs[i].security);
		play_run(i);
	}
}

#define TESTS(T)                                                                                   \
	T(it_says_and_answers_things_itself)                                                       \
	T(a_final_dot_in_pieces_is_seen)                                                           \
	T(what_clients_make_of_it)
CHECK_MAIN("link proxy", TESTS)

/*
 * The scenarios that were played to real servers, with the codes of s/qmail with the old RSET
 * ("B") and of the same server with the login kept.
 *
 * The scripted client reads one reply for each line it says, also for a body: a body that a
 * server does not expect draws a reply per line, and whatever is said next reads the second.
 */
#include <stdlib.h>

#include "base64.h"
#include "digest.h"
#include "server_stand.h"

#define E "EHLO [127.0.0.1]"
#define M "MAIL FROM:<phone@example.org>"
#define R "RCPT TO:<someone@example.org>"
#define AUTH "%AUTH"
#define BODY "%BODY"
#define TWENTY_FIVE(text) FIVE(text), FIVE(text), FIVE(text), FIVE(text), FIVE(text)
#define FIVE(text) text, text, text, text, text

enum { MOST_LINES = 40 };

static const struct scenario {
	const char *name;
	const char *lines[MOST_LINES]; /* "@" in front: ended by LF alone */
	const char *forgetting;	       /* codes; "x3" repeats the one before: three in all */
	const char *keeping;	       /* NULL: the same */
} scenarios[] = {
	{"noauth", {E, M, R, "QUIT"}, "250 250 535 221", NULL},
	{"seed", {E, AUTH, "RSET", M, R, "DATA", BODY, "QUIT"}, "250 235 250 250 535 503 500 500",
		"250 235 250 250 250 354 250 221"},
	{"cram", {E, "%cram", "RSET", M, R, "QUIT"}, "250 235 250 250 535 221",
		"250 235 250 250 250 221"},
	{"plain_ir", {E, "AUTH PLAIN AHBob25lAHNlY3JldA==", "RSET", M, R, "QUIT"},
		"250 235 250 250 535 221", "250 235 250 250 250 221"},
	{"ehlo2", {E, AUTH, E, M, R, "QUIT"}, "250 235 250 250 250 221", NULL},
	{"helo2", {E, AUTH, "HELO [127.0.0.1]", M, R, "QUIT"}, "250 235 250 250 250 221", NULL},
	{"two_msgs", {E, AUTH, M, R, "DATA", BODY, M, R, "DATA", BODY, "QUIT"},
		"250 235 250 250 354 250 250 250 354 250 221", NULL},
	{"data_rset", {E, AUTH, M, R, "DATA", BODY, "RSET", M, R, "QUIT"},
		"250 235 250 250 354 250 250 250 535 221",
		"250 235 250 250 354 250 250 250 250 221"},
	{"auth2", {E, AUTH, "AUTH LOGIN", "RSET", "QUIT"}, "250 235 503 250 221", NULL},
	{"auth2_rset", {E, AUTH, "RSET", "AUTH LOGIN", "QUIT"}, "250 235 250 334 334",
		"250 235 250 503 221"},
	{"auth_in_tx", {E, M, "AUTH LOGIN", "QUIT"}, "250 250 503 221", NULL},
	{"rset_first", {"RSET", E, AUTH, M, R, "QUIT"}, "250 250 235 250 250 221", NULL},
	{"rset_in_auth", {E, "AUTH LOGIN", "RSET", "RSET", AUTH, M, R, "QUIT"},
		"250 334 334 535 235 250 250 221", NULL},
	{"star_in_auth", {E, "AUTH LOGIN", "*", AUTH, M, R, "QUIT"}, "250 334 501 235 250 250 221",
		NULL},
	{"authfail", {E, "AUTH LOGIN", "cGhvbmU=", "d3Jvbmc=", "RSET", AUTH, M, R, "QUIT"},
		"250 334 334 535 250 235 250 250 221", NULL},
	{"rcpt_trail", {E, AUTH, M, R " ", "QUIT"}, "250 235 250 250 221", NULL},
	{"mail_trail", {E, AUTH, M " ", R, "QUIT"}, "250 235 250 250 221", NULL},
	{"mail_space", {E, AUTH, "MAIL FROM: <phone@example.org>", R, "QUIT"},
		"250 235 250 250 221", NULL},
	{"rcpt_space", {E, AUTH, M, "RCPT TO: <someone@example.org>", "QUIT"},
		"250 235 250 250 221", NULL},
	{"nobracket",
		{E, AUTH, "MAIL FROM:phone@example.org", "RCPT TO:someone@example.org", "QUIT"},
		"250 235 555 503 221", NULL},
	{"null_from", {E, AUTH, "MAIL FROM:<>", R, "QUIT"}, "250 235 250 250 221", NULL},
	{"lowercase",
		{"ehlo [127.0.0.1]", "%auth", "rset", "mail from:<phone@example.org>",
			"rcpt to:<someone@example.org>", "QUIT"},
		"250 235 250 250 535 221", "250 235 250 250 250 221"},
	{"ehlo_lit", {"EHLO [1.2.3.4]", AUTH, M, R, "QUIT"}, "250 235 250 250 221", NULL},
	{"ehlo_ip", {"EHLO 1.2.3.4", AUTH, M, R, "QUIT"}, "250 235 250 250 221", NULL},
	{"ehlo_under", {"EHLO my_phone", AUTH, M, R, "QUIT"}, "250 235 250 250 221", NULL},
	{"ehlo_space", {"EHLO Nokia E61i", AUTH, M, R, "QUIT"}, "250 235 250 250 221", NULL},
	{"ehlo_empty", {"EHLO", AUTH, M, R, "QUIT"}, "250 235 250 250 221", NULL},
	{"ehlo_emptysp", {"EHLO ", AUTH, M, R, "QUIT"}, "250 235 250 250 221", NULL},
	{"no_ehlo", {M, R, "QUIT"}, "250 535 221", NULL},
	{"helo_auth", {"HELO [127.0.0.1]", AUTH, M, R, "QUIT"}, "250 235 250 250 221", NULL},
	{"auth_noehlo", {AUTH, M, R, "QUIT"}, "235 250 250 221", NULL},
	{"bare_lf",
		{"@" E, "@AUTH LOGIN", "@cGhvbmU=", "@c2VjcmV0", "@RSET", "@" M, "@" R, "@QUIT"},
		"250 334 334 235 250 250 535 221", "250 334 334 235 250 250 250 221"},
	{"login_ir", {E, "AUTH LOGIN cGhvbmU=", "c2VjcmV0", M, R, "QUIT"},
		"250 334 235 250 250 221", NULL},
	{"login_eq", {E, "AUTH=LOGIN", "QUIT"}, "250 500 221", NULL},
	{"auth_trail", {E, "AUTH LOGIN ", "cGhvbmU=", "c2VjcmV0", M, R, "QUIT"},
		"250 334 334 235 250 250 221", NULL},
	{"auth_param", {E, AUTH, M " AUTH=<>", R, "QUIT"}, "250 235 250 250 221", NULL},
	{"size", {E, AUTH, M " SIZE=1000", R, "QUIT"}, "250 235 250 250 221", NULL},
	{"size_huge", {E, AUTH, M " SIZE=99999999999", R, "QUIT"}, "250 235 250 250 221", NULL},
	{"rset_arg", {E, AUTH, "RSET x", M, R, "QUIT"}, "250 235 250 250 535 221",
		"250 235 250 250 250 221"},
	{"rset_many", {E, AUTH, TWENTY_FIVE("RSET"), M, R, "QUIT"}, "250 235 250 x26 535 221",
		"250 235 250 x27 221"},
	{"mail_twice", {E, AUTH, M, M, R, "QUIT"}, "250 235 250 250 250 221", NULL},
	{"tls_noehlo", {E, "STARTTLS", AUTH, M, R, "QUIT"}, "250 500 235 250 250 221", NULL},
	{"tls_after_auth", {E, AUTH, "STARTTLS", E, M, R, "QUIT"}, "250 235 500 250 250 250 221",
		NULL},
	{"tls_rset", {E, "STARTTLS", "RSET", E, AUTH, "RSET", M, R, "QUIT"},
		"250 500 250 250 235 250 250 535 221", "250 500 250 250 235 250 250 250 221"},
	{"tls_seed", {E, "STARTTLS", E, AUTH, "RSET", M, R, "DATA", BODY, "QUIT"},
		"250 500 250 235 250 250 535 503 500 500",
		"250 500 250 235 250 250 250 354 250 221"},
};

/* The client: what it has not read yet begins at `read`. */
struct client {
	struct stand stand;
	size_t read;
	char line[400]; /* the last line of the reply read last */
};

/* Reads a reply; its code, or "EOF", or "TIM" where none comes. */
static const char *read_reply(struct client *client)
{
	for (;;) {
		struct octets rest = octets_from(buffer_octets(&client->stand.heard), client->read);
		size_t len = octets_find(rest, '\n');
		if (len == rest.len)
			return client->stand.over ? "EOF" : "TIM";
		client->read += len + 1;
		snprintf(
			client->line, sizeof client->line, "%.*s", (int)len, (const char *)rest.at);
		if (len < 4 || rest.at[3] != '-')
			return client->line;
	}
}

static const char *say(struct client *client, const char *line, const char *line_end)
{
	stand_say(&client->stand, octets_of(line));
	stand_say(&client->stand, octets_of(line_end));
	stand_pause(&client->stand);
	return read_reply(client);
}

static const char *say_login(struct client *client, const char *command)
{
	const char *reply = say(client, command, "\r\n");
	if (strncmp(reply, "334", 3) == 0)
		reply = say(client, "cGhvbmU=", "\r\n");
	if (strncmp(reply, "334", 3) == 0)
		reply = say(client, "c2VjcmV0", "\r\n");
	return reply;
}

static const char *say_cram(struct client *client)
{
	const char *reply = say(client, "AUTH CRAM-MD5", "\r\n");
	struct buffer challenge, answer;
	uint8_t digest[DIGEST_MD5_LEN];
	if (strncmp(reply, "334", 3) != 0)
		return reply;
	buffer_init(&challenge, &memory_standard, 1000);
	buffer_init(&answer, &memory_standard, 1000);
	base64_decode(&challenge, octets_of(reply + 4));
	digest_hmac_md5(octets_of("secret"), buffer_octets(&challenge), digest);
	buffer_append_text(&answer, "phone ");
	digest_hex(&answer, digest, sizeof digest);
	buffer_clear(&challenge);
	base64_encode(&challenge, buffer_octets(&answer));
	reply = say(client, buffer_string(&challenge), "\r\n");
	buffer_free(&challenge);
	buffer_free(&answer);
	return reply;
}

static const char *say_step(struct client *client, const char *line)
{
	if (strcmp(line, "%AUTH") == 0)
		return say_login(client, "AUTH LOGIN");
	if (strcmp(line, "%auth") == 0)
		return say_login(client, "auth login");
	if (strcmp(line, "%cram") == 0)
		return say_cram(client);
	if (strcmp(line, "%BODY") == 0)
		return say(client,
			"From: phone@example.org\r\nTo: someone@example.org\r\nSubject: test\r\n"
			"Message-ID: <1@phone>\r\n\r\nbody\r\n.",
			"\r\n");
	return line[0] == '@' ? say(client, line + 1, "\n") : say(client, line, "\r\n");
}

/* "250 x3" for "250 250 250". */
static void spell_out(const char *codes, struct buffer *out)
{
	const char *last = "";
	while (*codes != 0) {
		size_t len = strcspn(codes, " ");
		long times = *codes == 'x' ? strtol(codes + 1, NULL, 10) - 1 : 1;
		if (*codes != 'x')
			last = codes;
		for (; times > 0; times--)
			buffer_format(out, "%s%.3s", out->len == 0 ? "" : " ", last);
		codes += len + (codes[len] == ' ' ? 1 : 0);
	}
}

static void play(const struct scenario *scenario, const struct server_profile *profile,
	enum stand_cut cut, const char *codes)
{
	struct server_settings settings = {.message_max = 100000, .tls_available = true};
	struct client client = {.read = 0};
	struct buffer got, want;
	buffer_init(&got, &memory_standard, 1000);
	buffer_init(&want, &memory_standard, 1000);
	stand_open(&client.stand, profile, settings);
	client.stand.cut = cut;
	client.stand.no_remarks = true;
	stand_settle(&client.stand);
	read_reply(&client);
	for (size_t i = 0; i < MOST_LINES && scenario->lines[i] != NULL; i++)
		buffer_format(
			&got, "%s%.3s", i == 0 ? "" : " ", say_step(&client, scenario->lines[i]));
	spell_out(codes, &want);
	CHECK_CASE("%s, cut %d", scenario->name, (int)cut);
	CHECK_TEXT(buffer_string(&got), buffer_string(&want));
	buffer_free(&got);
	buffer_free(&want);
	stand_close(&client.stand);
}

enum { SCENARIO_COUNT = sizeof scenarios / sizeof *scenarios };
_Static_assert(SCENARIO_COUNT == 45, "all that have codes in the column");

static void play_all(bool forgets)
{
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct profile *loaded = fixture_profile(catalogue, PROFILE_SERVER, "s-qmail-forgetting");
	if (CHECK(loaded != NULL)) {
		struct server_profile profile = *profile_server(loaded);
		if (!forgets) {
			profile.forgets[FORGET_AUTHENTICATION] = 0;
			profile.forgets[FORGET_TLS] = 0;
		}
		for (size_t i = 0; i < SCENARIO_COUNT; i++) {
			const struct scenario *scenario = &scenarios[i];
			bool same = forgets || scenario->keeping == NULL;
			for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++)
				play(scenario, &profile, (enum stand_cut)cut,
					same ? scenario->forgetting : scenario->keeping);
		}
	}
	profile_free(loaded);
	catalogue_close(catalogue);
}

static void the_forgetting_server_answers_as_the_real_one(void)
{
	play_all(true);
}

static void with_nothing_forgotten_the_login_is_kept(void)
{
	play_all(false);
}

#define TESTS(T)                                                                                   \
	T(the_forgetting_server_answers_as_the_real_one)                                           \
	T(with_nothing_forgotten_the_login_is_kept)
CHECK_MAIN("server_scenarios", TESTS)

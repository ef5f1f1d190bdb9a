/*
 * The scenarios that were played to real servers, played to the profiles that stand for them: the
 * same codes, reply for reply. tests/scenarios/NAME.codes has what the real one answered, NAME is
 * the profile.
 *
 * The scripted client reads one reply for each line it says, also for a body: a body that a
 * server does not expect draws a reply per line, and whatever is said next reads the second. TIM
 * is no reply in twelve seconds, EOF an end; nothing is said after either.
 */
#include <dirent.h>
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

#define FOLDER "tests/scenarios"
#define ENDING ".codes"

enum { MOST_LINES = 40, SERVERS = 16 };

static const struct scenario {
	const char *name;
	const char *lines[MOST_LINES]; /* "@" in front: ended by LF alone */
} scenarios[] = {
	{"noauth", {E, M, R, "QUIT"}},
	{"seed", {E, AUTH, "RSET", M, R, "DATA", BODY, "QUIT"}},
	{"cram", {E, "%cram", "RSET", M, R, "QUIT"}},
	{"plain_ir", {E, "AUTH PLAIN AHBob25lAHNlY3JldA==", "RSET", M, R, "QUIT"}},
	{"ehlo2", {E, AUTH, E, M, R, "QUIT"}},
	{"helo2", {E, AUTH, "HELO [127.0.0.1]", M, R, "QUIT"}},
	{"two_msgs", {E, AUTH, M, R, "DATA", BODY, M, R, "DATA", BODY, "QUIT"}},
	{"data_rset", {E, AUTH, M, R, "DATA", BODY, "RSET", M, R, "QUIT"}},
	{"auth2", {E, AUTH, "AUTH LOGIN", "RSET", "QUIT"}},
	{"auth2_rset", {E, AUTH, "RSET", "AUTH LOGIN", "QUIT"}},
	{"auth_in_tx", {E, M, "AUTH LOGIN", "QUIT"}},
	{"rset_first", {"RSET", E, AUTH, M, R, "QUIT"}},
	{"rset_in_auth", {E, "AUTH LOGIN", "RSET", "RSET", AUTH, M, R, "QUIT"}},
	{"star_in_auth", {E, "AUTH LOGIN", "*", AUTH, M, R, "QUIT"}},
	{"authfail", {E, "AUTH LOGIN", "cGhvbmU=", "d3Jvbmc=", "RSET", AUTH, M, R, "QUIT"}},
	{"rcpt_trail", {E, AUTH, M, R " ", "QUIT"}},
	{"mail_trail", {E, AUTH, M " ", R, "QUIT"}},
	{"mail_space", {E, AUTH, "MAIL FROM: <phone@example.org>", R, "QUIT"}},
	{"rcpt_space", {E, AUTH, M, "RCPT TO: <someone@example.org>", "QUIT"}},
	{"nobracket",
		{E, AUTH, "MAIL FROM:phone@example.org", "RCPT TO:someone@example.org", "QUIT"}},
	{"null_from", {E, AUTH, "MAIL FROM:<>", R, "QUIT"}},
	{"lowercase", {"ehlo [127.0.0.1]", "%auth", "rset", "mail from:<phone@example.org>",
			      "rcpt to:<someone@example.org>", "QUIT"}},
	{"ehlo_lit", {"EHLO [1.2.3.4]", AUTH, M, R, "QUIT"}},
	{"ehlo_ip", {"EHLO 1.2.3.4", AUTH, M, R, "QUIT"}},
	{"ehlo_under", {"EHLO my_phone", AUTH, M, R, "QUIT"}},
	{"ehlo_space", {"EHLO Nokia E61i", AUTH, M, R, "QUIT"}},
	{"ehlo_empty", {"EHLO", AUTH, M, R, "QUIT"}},
	{"ehlo_emptysp", {"EHLO ", AUTH, M, R, "QUIT"}},
	{"no_ehlo", {M, R, "QUIT"}},
	{"helo_auth", {"HELO [127.0.0.1]", AUTH, M, R, "QUIT"}},
	{"auth_noehlo", {AUTH, M, R, "QUIT"}},
	{"bare_lf",
		{"@" E, "@AUTH LOGIN", "@cGhvbmU=", "@c2VjcmV0", "@RSET", "@" M, "@" R, "@QUIT"}},
	{"login_ir", {E, "AUTH LOGIN cGhvbmU=", "c2VjcmV0", M, R, "QUIT"}},
	{"login_eq", {E, "AUTH=LOGIN", "QUIT"}},
	{"auth_trail", {E, "AUTH LOGIN ", "cGhvbmU=", "c2VjcmV0", M, R, "QUIT"}},
	{"auth_param", {E, AUTH, M " AUTH=<>", R, "QUIT"}},
	{"size", {E, AUTH, M " SIZE=1000", R, "QUIT"}},
	{"size_huge", {E, AUTH, M " SIZE=99999999999", R, "QUIT"}},
	{"rset_arg", {E, AUTH, "RSET x", M, R, "QUIT"}},
	{"rset_many", {E, AUTH, TWENTY_FIVE("RSET"), M, R, "QUIT"}},
	{"mail_twice", {E, AUTH, M, M, R, "QUIT"}},
	{"tls_noehlo", {E, "STARTTLS", AUTH, M, R, "QUIT"}},
	{"tls_after_auth", {E, AUTH, "STARTTLS", E, M, R, "QUIT"}},
	{"tls_rset", {E, "STARTTLS", "RSET", E, AUTH, "RSET", M, R, "QUIT"}},
	{"rset_starttls", {E, "RSET", "STARTTLS", E, AUTH, M, R, "QUIT"}},
	{"rset_ehlo_tls", {E, "RSET", E, "STARTTLS", E, AUTH, M, R, "QUIT"}},
	{"tls_seed", {E, "STARTTLS", E, AUTH, "RSET", M, R, "DATA", BODY, "QUIT"}},
};

enum { PATIENCE_MS = 12000 };

/* The client: what it has not read yet begins at `read`. */
struct client {
	struct stand stand;
	size_t read;
	char line[400]; /* the last line of the reply read last */
};

/* Waits for what is late, as long as the client that was played with did. */
static void wait_for_reply(struct client *client)
{
	uint64_t until_ms = client->stand.now_ms + PATIENCE_MS;
	stand_settle(&client->stand);
	while (client->stand.now_ms < until_ms &&
		stand_pass(&client->stand, until_ms - client->stand.now_ms))
		;
}

/* Reads a reply; its code, or "EOF", or "TIM" where none comes. */
static const char *read_reply(struct client *client)
{
	for (;;) {
		struct octets rest = octets_from(buffer_octets(&client->stand.heard), client->read);
		size_t len = octets_find(rest, '\n');
		if (len == rest.len)
			return client->stand.over && !client->stand.hung ? "EOF" : "TIM";
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
	wait_for_reply(client);
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
	for (size_t i = 0; i < MOST_LINES && scenario->lines[i] != NULL; i++) {
		const char *reply = say_step(&client, scenario->lines[i]);
		buffer_format(&got, "%s%.3s", i == 0 ? "" : " ", reply);
		if (strcmp(reply, "EOF") == 0 || strcmp(reply, "TIM") == 0)
			break;
	}
	spell_out(codes, &want);
	CHECK_TEXT(buffer_string(&got), buffer_string(&want));
	buffer_free(&got);
	buffer_free(&want);
	stand_close(&client.stand);
}

enum { SCENARIO_COUNT = sizeof scenarios / sizeof *scenarios };
_Static_assert(SCENARIO_COUNT == 47, "all that were played");

static const struct scenario *find_scenario(const char *name, size_t len)
{
	for (size_t i = 0; i < SCENARIO_COUNT; i++) {
		if (strlen(scenarios[i].name) == len && strncmp(scenarios[i].name, name, len) == 0)
			return &scenarios[i];
	}
	return NULL;
}

/* "seed           250 235 …", a line of a .codes file; false where it is none. */
static bool play_line(const char *name, const struct server_profile *profile, char *line)
{
	line[strcspn(line, "\n")] = 0;
	size_t len = strcspn(line, " ");
	if (line[0] == '#')
		return false;
	const struct scenario *scenario = find_scenario(line, len);
	CHECK_CASE("%s, %s", name, line);
	if (!CHECK(scenario != NULL))
		return false;
	for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++) {
		CHECK_CASE("%s, %s, cut %d", name, scenario->name, cut);
		play(scenario, profile, (enum stand_cut)cut, line + len + strspn(line + len, " "));
	}
	return true;
}

/* How many scenarios the file has. */
static size_t play_file(const char *name, const struct server_profile *profile)
{
	char path[400], line[400];
	size_t count = 0;
	snprintf(path, sizeof path, FOLDER "/%s" ENDING, name);
	FILE *file = fopen(path, "r");
	CHECK_CASE("%s", path);
	if (!CHECK(file != NULL))
		return 0;
	while (fgets(line, sizeof line, file) != NULL) {
		if (play_line(name, profile, line))
			count++;
	}
	fclose(file);
	return count;
}

/* The name of the profile, from that of its file; NULL: another file. */
static char *profile_name(const char *file)
{
	size_t len = strlen(file), ending = strlen(ENDING);
	return len > ending && strcmp(file + len - ending, ENDING) == 0
		       ? strndup(file, len - ending)
		       : NULL;
}

static void profiles_answer_as_the_real_ones(void)
{
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	DIR *folder = opendir(FOLDER);
	size_t servers = 0;
	if (!CHECK(folder != NULL))
		return;
	for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
		char *name = profile_name(entry->d_name);
		struct profile *profile =
			name == NULL ? NULL : fixture_profile(catalogue, PROFILE_SERVER, name);
		if (profile != NULL) {
			size_t count = play_file(name, profile_server(profile));
			CHECK_CASE("%s: %zu scenarios", name, count);
			CHECK(count >= SCENARIO_COUNT - 2); /* two were not played to some */
			servers++;
		}
		profile_free(profile);
		free(name);
	}
	closedir(folder);
	catalogue_close(catalogue);
	CHECK_INT(servers, SERVERS);
}

/* The cause is what it seems to be: without its fault the forgetting server is the other one. */
static void without_its_fault_it_is_the_sound_one(void)
{
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct profile *loaded =
		fixture_profile(catalogue, PROFILE_SERVER, "s-qmail-forgetting-at-mail");
	if (CHECK(loaded != NULL)) {
		struct server_profile profile = *profile_server(loaded);
		profile.forgets[FORGET_AUTHENTICATION] = 0;
		profile.forgets[FORGET_TLS] = 0;
		CHECK_INT(play_file("s-qmail", &profile), SCENARIO_COUNT - 2);
	}
	profile_free(loaded);
	catalogue_close(catalogue);
}

#define TESTS(T)                                                                                   \
	T(profiles_answer_as_the_real_ones)                                                        \
	T(without_its_fault_it_is_the_sound_one)
CHECK_MAIN("server_scenarios", TESTS)

/*
 * cases: dialogues, fault and cure in one file: same server, same mail, the phone first, then
 * msub, with the outcome of each at the end (tests/cases/README.md has the form).
 *
 * Each is played whole and compared octet by octet with what is written; octet by octet, at
 * seeded cuts, and with each allocation of either player failing.
 *
 * CASES_WRITE=1 in the environment writes the dialogues anew, to be read before they are
 * committed.
 */
#include "check.h"
#include "failing_memory.h"
#include "random.h"
#include "stage.h"

#include <dirent.h>
#include <stdlib.h>

enum { MAX_CASES = 64, MAX_CLIENTS = 4, SEEDS = 25, SEED = 7, LONG = 20000 };

struct client {
	char name[64];
	struct buffer dialogue; /* as written in the file */
	char outcome[256], breaks[256];
};

struct dialogue_case {
	char file[128];
	struct buffer head; /* comments and settings, as they stand */
	char server[64], mail[64], link[64];
	struct stage_settings settings;
	bool whole; /* the messages' text is written too */
	struct client clients[MAX_CLIENTS];
	size_t client_count;
};

static struct dialogue_case cases[MAX_CASES];
static size_t case_count;
static unsigned long cuts_made, allocations_failed;

/* "=== word value": takes the value. */
static bool setting(const char *line, const char *word, char *value, size_t room)
{
	size_t len = strlen(word);
	if (strncmp(line, "=== ", 4) != 0 || strncmp(line + 4, word, len) != 0 ||
		line[4 + len] != ' ')
		return false;
	snprintf(value, room, "%.*s", (int)strcspn(line + 5 + len, "\n"), line + 5 + len);
	return true;
}

static bool read_account(struct dialogue_case *one, const char *line)
{
	static const struct {
		const char *word;
		enum stage_security security;
	} securities[] = {{"plain", STAGE_PLAIN}, {"starttls", STAGE_STARTTLS}, {"tls", STAGE_TLS}};
	char words[128];
	if (!setting(line, "account", words, sizeof words))
		return false;
	for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
		bool known = false;
		for (size_t i = 0; i < 3; i++) {
			if (strcmp(word, securities[i].word) == 0) {
				one->settings.security = securities[i].security;
				known = true;
			}
		}
		one->settings.no_login |= strcmp(word, "no-login") == 0;
		one->settings.wrong_password |= strcmp(word, "wrong-password") == 0;
		one->settings.ipv6 |= strcmp(word, "ipv6") == 0;
		one->settings.all_or_nothing |= strcmp(word, "all-or-nothing") == 0;
		one->settings.chunks |= strcmp(word, "chunks") == 0;
		one->settings.source |= strcmp(word, "source") == 0;
		one->whole |= strcmp(word, "whole") == 0;
		if (strcmp(word, "again") == 0)
			one->settings.further_tries = 1;
		known |= one->whole || one->settings.no_login || one->settings.wrong_password ||
			 one->settings.ipv6 || one->settings.all_or_nothing ||
			 one->settings.chunks || one->settings.source ||
			 one->settings.further_tries > 0;
		CHECK_CASE("%s: account %s", one->file, word);
		CHECK(known);
	}
	return true;
}

static void read_line(struct dialogue_case *one, const char *line)
{
	struct client *client =
		one->client_count == 0 ? NULL : &one->clients[one->client_count - 1];
	char name[64];
	if (setting(line, "client", name, sizeof name) && CHECK(one->client_count < MAX_CLIENTS)) {
		client = &one->clients[one->client_count++];
		snprintf(client->name, sizeof client->name, "%s", name);
		buffer_init(&client->dialogue, &memory_standard, 1024 * 1024);
	} else if (client == NULL) {
		buffer_append_text(&one->head, line);
		if (!setting(line, "server", one->server, sizeof one->server) &&
			!setting(line, "mail", one->mail, sizeof one->mail) &&
			!setting(line, "link", one->link, sizeof one->link))
			read_account(one, line);
	} else if (!setting(line, "outcome", client->outcome, sizeof client->outcome) &&
		   !setting(line, "breaks", client->breaks, sizeof client->breaks) &&
		   line[0] != '\n') {
		buffer_append_text(&client->dialogue, line);
	}
}

static void read_case(const char *name)
{
	char path[256], line[8192];
	struct dialogue_case *one = &cases[case_count];
	snprintf(path, sizeof path, "tests/cases/%.127s", name);
	FILE *stream = fopen(path, "r");
	CHECK_CASE("%s", path);
	if (!CHECK(stream != NULL) || !CHECK(case_count < MAX_CASES))
		return;
	case_count++;
	snprintf(one->file, sizeof one->file, "%s", name);
	buffer_init(&one->head, &memory_standard, 65536);
	while (fgets(line, sizeof line, stream) != NULL)
		read_line(one, line);
	fclose(stream);
	CHECK(one->server[0] != 0 && stage_mail_find(one->mail) != NULL && one->client_count > 0);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(
		((const struct dialogue_case *)a)->file, ((const struct dialogue_case *)b)->file);
}

static void the_cases_can_be_read(void)
{
	DIR *folder = opendir("tests/cases");
	struct dirent *entry;
	if (!CHECK(folder != NULL))
		return;
	while ((entry = readdir(folder)) != NULL) {
		size_t len = strlen(entry->d_name);
		if (len > 5 && strcmp(entry->d_name + len - 5, ".case") == 0)
			read_case(entry->d_name);
	}
	closedir(folder);
	qsort(cases, case_count, sizeof *cases, by_name);
	CHECK(case_count >= 5);
}

/* Calls `visit` for every client of every case, with the settings ready. */
static void each_client(void (*visit)(
	struct dialogue_case *one, struct client *client, struct stage_settings *settings))
{
	for (size_t i = 0; i < case_count; i++) {
		struct dialogue_case *one = &cases[i];
		struct profile *server = stage_profile(PROFILE_SERVER, one->server);
		struct profile *link =
			one->link[0] == 0 ? NULL : stage_profile(PROFILE_LINK, one->link);
		for (size_t j = 0; j < one->client_count && server != NULL; j++) {
			struct client *client = &one->clients[j];
			bool msub = strcmp(client->name, "msub") == 0;
			struct profile *phone =
				msub ? NULL : stage_profile(PROFILE_CLIENT, client->name);
			struct stage_settings settings = one->settings;
			settings.server = profile_server(server);
			settings.phone = phone == NULL ? NULL : profile_client(phone);
			settings.mail = stage_mail_find(one->mail);
			settings.seed = SEED;
			settings.link = link == NULL ? NULL : profile_link(link);
			CHECK_CASE("%s, %s", one->file, client->name);
			if (msub || phone != NULL)
				visit(one, client, &settings);
			profile_free(phone);
		}
		profile_free(link);
		profile_free(server);
	}
}

static void write_dialogue(struct buffer *out, const struct stage_result *result, bool whole)
{
	struct transcript_style style = {.elide_body = !whole};
	transcript_write(out, result->transcript, &style);
}

static void play_whole(
	struct dialogue_case *one, struct client *client, struct stage_settings *settings)
{
	struct stage_result result;
	struct buffer dialogue;
	buffer_init(&dialogue, &memory_standard, 1024 * 1024);
	stage_play(settings, &result);
	write_dialogue(&dialogue, &result, one->whole);
	if (getenv("CASES_WRITE") != NULL) {
		buffer_clear(&client->dialogue);
		buffer_append_octets(&client->dialogue, buffer_octets(&dialogue));
		snprintf(client->outcome, sizeof client->outcome, "%s",
			buffer_string(&result.outcome));
		snprintf(
			client->breaks, sizeof client->breaks, "%s", buffer_string(&result.breaks));
	}
	CHECK_CASE("%s, %s", one->file, client->name);
	CHECK_TEXT(buffer_string(&dialogue), buffer_string(&client->dialogue));
	CHECK_TEXT(buffer_string(&result.outcome), client->outcome);
	CHECK_TEXT(buffer_string(&result.breaks), client->breaks);
	CHECK_INT(result.pair.end, PAIR_FINISHED);
	buffer_free(&dialogue);
	stage_free(&result);
}

static void write_case(const struct dialogue_case *one)
{
	char path[256];
	snprintf(path, sizeof path, "tests/cases/%.127s", one->file);
	FILE *stream = fopen(path, "w");
	if (!CHECK(stream != NULL))
		return;
	fwrite(one->head.at, 1, one->head.len, stream);
	for (size_t i = 0; i < one->client_count; i++) {
		const struct client *client = &one->clients[i];
		fprintf(stream, "%s=== client %s\n", i == 0 ? "" : "\n", client->name);
		fwrite(client->dialogue.at, 1, client->dialogue.len, stream);
		fprintf(stream, "=== outcome %s\n=== breaks %s\n", client->outcome, client->breaks);
	}
	fclose(stream);
}

static void dialogues_are_as_written(void)
{
	each_client(play_whole);
	for (size_t i = 0; i < case_count && getenv("CASES_WRITE") != NULL; i++)
		write_case(&cases[i]);
	CHECK(case_count > 0);
}

/* What has to be the same however the octets are cut: what the client says, and what came of it. */
static void compare_with_whole(const struct stage_settings *cut, struct stage_result *whole)
{
	struct stage_result result;
	stage_play(cut, &result);
	CHECK_OCTETS(buffer_octets(&result.client_octets), buffer_octets(&whole->client_octets));
	CHECK_TEXT(buffer_string(&result.outcome), buffer_string(&whole->outcome));
	cuts_made += result.pair.cuts;
	stage_free(&result);
}

static void play_cut(
	struct dialogue_case *one, struct client *client, struct stage_settings *settings)
{
	struct stage_result whole;
	stage_play(settings, &whole);
	settings->octet_by_octet = true;
	CHECK_CASE("%s, %s, octet by octet", one->file, client->name);
	compare_with_whole(settings, &whole);
	settings->octet_by_octet = false;
	size_t octets = whole.pair.octets[0];
	for (uint64_t seed = 1; seed <= (octets < LONG ? SEEDS : 1); seed++) {
		struct random cuts;
		random_init(&cuts, seed);
		settings->cuts = &cuts;
		CHECK_CASE("%s, %s, cuts of seed %llu", one->file, client->name,
			(unsigned long long)seed);
		compare_with_whole(settings, &whole);
	}
	settings->cuts = NULL;
	stage_free(&whole);
}

static void the_same_at_any_cut(void)
{
	each_client(play_cut);
	printf("\n  %lu cuts ", cuts_made);
	CHECK(cuts_made > 1000);
}

/*
 * However memory fails: it ends, nothing is said twice, and "delivered" is true. `once` is false
 * where a reply may get lost on a link: then a client that tries again makes a duplicate.
 */
static void look_at_failed(const struct stage_result *result, size_t count, bool once)
{
	CHECK(!result->began || result->pair.end == PAIR_FINISHED);
	for (size_t i = 0; i < count; i++) {
		CHECK(!result->delivered[i] || result->stored[i] > 0);
		CHECK(!once || result->stored[i] <= 1 || !result->delivered[i]);
	}
}

static void fail_each(
	struct stage_settings *settings, const struct memory **whose, const char *label)
{
	struct failing_memory counting, failing;
	struct stage_result result;
	failing_memory_init(&counting, 0);
	*whose = &counting.memory;
	stage_play(settings, &result);
	stage_free(&result);
	CHECK_INT(counting.live, 0);
	for (size_t at = 1; at <= counting.count; at++) {
		failing_memory_init(&failing, at);
		*whose = &failing.memory;
		stage_play(settings, &result);
		CHECK_CASE("%s, allocation %zu of %zu fails", label, at, counting.count);
		look_at_failed(&result, settings->mail->count, settings->link == NULL);
		stage_free(&result);
		CHECK_INT(failing.live, 0);
		allocations_failed++;
	}
	*whose = NULL;
}

static void play_without_memory(
	struct dialogue_case *one, struct client *client, struct stage_settings *settings)
{
	char label[256];
	snprintf(label, sizeof label, "%s, %s, client", one->file, client->name);
	fail_each(settings, &settings->client_memory, label);
	snprintf(label, sizeof label, "%s, %s, server", one->file, client->name);
	fail_each(settings, &settings->server_memory, label);
}

static void each_allocation_may_fail(void)
{
	each_client(play_without_memory);
	printf("\n  %lu allocations failed ", allocations_failed);
	CHECK(allocations_failed > 200);
	for (size_t i = 0; i < case_count; i++) {
		buffer_free(&cases[i].head);
		for (size_t j = 0; j < cases[i].client_count; j++)
			buffer_free(&cases[i].clients[j].dialogue);
	}
}

#define TESTS(T)                                                                                   \
	T(the_cases_can_be_read)                                                                   \
	T(dialogues_are_as_written)                                                                \
	T(the_same_at_any_cut)                                                                     \
	T(each_allocation_may_fail)
CHECK_MAIN("cases", TESTS)

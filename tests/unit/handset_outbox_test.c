/*
 * handset_outbox, handset_letter: what is written comes back, whatever was typed; a file that is
 * broken in any place is told and no more; a disk that fails leaves the old text or the new one.
 */
#define _GNU_SOURCE /* mkdtemp */
#include "check.h"
#include "handset_letter.h"
#include "handset_outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- calls that change the disk go through here; the n-th fails ---- */

static int calls_left = -1; /* -1: none fails */

static bool fails(void)
{
	errno = ENOSPC;
	return calls_left >= 0 && calls_left-- == 0;
}

int __real_fsync(int descriptor);
int __real_renameat(int from, const char *old_name, int to, const char *new_name);
ssize_t __real_write(int descriptor, const void *at, size_t len);
int __wrap_fsync(int descriptor);
int __wrap_renameat(int from, const char *old_name, int to, const char *new_name);
ssize_t __wrap_write(int descriptor, const void *at, size_t len);

int __wrap_fsync(int descriptor)
{
	return fails() ? -1 : __real_fsync(descriptor);
}

int __wrap_renameat(int from, const char *old_name, int to, const char *new_name)
{
	return fails() ? -1 : __real_renameat(from, old_name, to, new_name);
}

ssize_t __wrap_write(int descriptor, const void *at, size_t len)
{
	return fails() ? -1 : __real_write(descriptor, at, len);
}

/* ---- letters ---- */

static const struct octets to[] = {{(const uint8_t *)"\"B\xC3\xB6"
						     "b\" <bob@example.net>",
					   24},
	{(const uint8_t *)"\x80\xFF\x1B[31m\\x41\xE2\x80\xAE\"\t", 16}};
static const struct octets bcc[] = {{(const uint8_t *)"cid@example.net", 15}};

static void draft_letter(struct letter *letter, struct arena *arena)
{
	static const struct message_attachment files[] = {{{(const uint8_t *)"a\\b.jpg", 7},
		{(const uint8_t *)"\0\r\n\xFF", 4}, {(const uint8_t *)"image/jpeg", 10}}};
	struct phone_message message = {.to = to,
		.to_count = 2,
		.bcc = bcc,
		.bcc_count = 1,
		.seed = UINT64_MAX,
		.break_body_at = 7,
		.draft = {.subject = octets_of("\xE2\x82\xAC \\ \" {"),
			.body = octets_make("a\0b\n.\n", 6),
			.charset = octets_of("UTF-8"),
			.receipt_to = octets_of("r@example.org"),
			.priority = MESSAGE_PRIORITY_LOW,
			.mime = MESSAGE_MIME_OFF,
			.attachments = files,
			.attachment_count = 1,
			.unix_time = 1187273056,
			.zone_minutes = -120}};
	CHECK(letter_new(letter, octets_of("\"A\" <ann@example.org>"), &message, arena));
	letter->recipients[1].verdict = (struct phone_verdict){
		PHONE_DELIVERED, STEP_CONNECT, 250, octets_of("250 2.0.0 Ok")};
	letter->recipients[2].verdict =
		(struct phone_verdict){PHONE_UNSURE, STEP_END, 0, octets_make("\x1B\x00x", 3)};
	letter->recipients[2].verdict.reply = octets_of("451 \x1B[0m later");
	letter->recipients[2].was_unsure = true;
	struct letter_try one = {1187273057, letter->recipients[2].verdict};
	CHECK(letter_add_try(letter, &one, arena));
	letter->tries_ever = 3;
}

static void a_draft_comes_back_as_it_was(void)
{
	struct arena arena;
	struct letter letter, back;
	struct buffer json;
	struct sentence why = {""};
	arena_init(&arena, &memory_standard);
	buffer_init(&json, &memory_standard, LETTER_MAX);
	draft_letter(&letter, &arena);
	letter.sending = true;
	if (CHECK(letter_write(&letter, &json)) &&
		CHECK(letter_read(&back, buffer_octets(&json), &arena, &why))) {
		const struct message_draft *draft = &back.message.draft;
		CHECK_OCTETS(back.from, octets_of("\"A\" <ann@example.org>"));
		CHECK_INT(back.message.to_count, 2);
		CHECK_INT(back.message.cc_count, 0);
		CHECK_INT(back.message.bcc_count, 1);
		CHECK_OCTETS(back.message.to[0], to[0]);
		CHECK_OCTETS(back.message.to[1], to[1]);
		CHECK_OCTETS(back.message.bcc[0], bcc[0]);
		CHECK(back.message.seed == UINT64_MAX);
		CHECK_INT(back.message.break_body_at, 7);
		CHECK_INT(back.message.content.len, 0);
		CHECK_OCTETS(draft->subject, octets_of("\xE2\x82\xAC \\ \" {"));
		CHECK_OCTETS(draft->body, octets_make("a\0b\n.\n", 6));
		CHECK_OCTETS(draft->charset, octets_of("UTF-8"));
		CHECK_OCTETS(draft->receipt_to, octets_of("r@example.org"));
		CHECK_INT(draft->reply_to.len, 0);
		CHECK_INT(draft->priority, MESSAGE_PRIORITY_LOW);
		CHECK_INT(draft->mime, MESSAGE_MIME_OFF);
		CHECK_INT(draft->unix_time, 1187273056);
		CHECK_INT(draft->zone_minutes, -120);
		if (CHECK_INT(draft->attachment_count, 1)) {
			CHECK_OCTETS(draft->attachments[0].name, octets_of("a\\b.jpg"));
			CHECK_OCTETS(draft->attachments[0].content, octets_make("\0\r\n\xFF", 4));
			CHECK_OCTETS(draft->attachments[0].type, octets_of("image/jpeg"));
		}
		CHECK_INT(back.recipient_count, 3);
		CHECK(back.message.earlier == back.recipients);
		CHECK_INT(back.message.earlier_tries, 3);
		CHECK_INT(back.recipients[0].verdict.result, PHONE_NOT_TRIED);
		CHECK_INT(back.recipients[1].verdict.result, PHONE_DELIVERED);
		CHECK_INT(back.recipients[1].verdict.code, 250);
		CHECK(!back.recipients[1].was_unsure);
		CHECK_INT(back.recipients[2].verdict.result, PHONE_UNSURE);
		CHECK_INT(back.recipients[2].verdict.step, STEP_END);
		CHECK(back.recipients[2].was_unsure);
		CHECK_OCTETS(back.recipients[2].verdict.reply, octets_of("451 \x1B[0m later"));
		CHECK_INT(back.try_count, 1);
		CHECK_INT(back.tries[0].unix_time, 1187273057);
		CHECK(back.sending);
	}
	buffer_free(&json);
	arena_free(&arena);
}

static void a_whole_message_comes_back_as_it_was(void)
{
	struct arena arena;
	struct letter letter, back;
	struct buffer json;
	struct sentence why = {""};
	const struct phone_message message = {
		.to = bcc, .to_count = 1, .content = octets_make("A: b\r\n\r\n\0\xFF\r.", 12)};
	arena_init(&arena, &memory_standard);
	buffer_init(&json, &memory_standard, LETTER_MAX);
	CHECK(letter_new(&letter, octets_of(""), &message, &arena));
	if (CHECK(letter_write(&letter, &json)) &&
		CHECK(letter_read(&back, buffer_octets(&json), &arena, &why))) {
		CHECK_OCTETS(back.message.content, message.content);
		CHECK_INT(back.from.len, 0);
		CHECK(!back.sending);
	}
	buffer_free(&json);
	arena_free(&arena);
}

/* Changes one value of a good letter, by a path of names and numbers, and reads it. */
static bool reads_with(const char *path, const char *value, struct sentence *why)
{
	struct arena arena;
	struct letter letter;
	struct buffer json;
	char words[128], *place = NULL;
	arena_init(&arena, &memory_standard);
	buffer_init(&json, &memory_standard, LETTER_MAX);
	draft_letter(&letter, &arena);
	CHECK(letter_write(&letter, &json));
	json_t *root = json_loadb((const char *)json.at, json.len, 0, NULL), *at = root;
	json_t *fresh =
		value == NULL ? NULL : json_loads(value, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	snprintf(words, sizeof words, "%s", path);
	for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
		if (place != NULL)
			at = json_is_array(at) ? json_array_get(at, (size_t)atoi(place))
					       : json_object_get(at, place);
		place = word;
	}
	if (CHECK(place != NULL && (value == NULL || fresh != NULL))) {
		if (value == NULL)
			json_object_del(at, place);
		else if (json_is_array(at))
			json_array_set(at, (size_t)atoi(place), fresh);
		else
			json_object_set(at, place, fresh);
	}
	char *text = json_dumps(root, 0);
	bool good = letter_read(&letter, octets_of(text), &arena, why);
	free(text);
	json_decref(fresh);
	json_decref(root);
	buffer_free(&json);
	arena_free(&arena);
	return good;
}

static void broken_letters_are_told(void)
{
	static const struct {
		const char *path, *value; /* NULL: taken out */
		bool good;
	} rows[] = {
		{"subject", "\"another\"", true},
		{"unknown", "{}", true},
		{"zone", "1440", true},
		{"handset-outbox", "2", false},
		{"handset-outbox", NULL, false},
		{"from", "7", false},
		{"from", "\"a\\\\r\\\\nb\"", false},
		{"to", "[]", false}, /* one address less than there are recipients */
		{"to", "[\"a@b\", 7]", false},
		{"to", "{}", false},
		{"to 0", "\"a\\\\0b\"", false},
		{"to 0", "\"a\\\\x0Ab\"", false},
		{"to 0", "\"a\\\\qb\"", false},
		{"to 0", "\"a\\u0000b\"", false},
		{"cc", NULL, false},
		{"written", "-1", false},
		{"written", "1.5", false},
		{"zone", "1441", false},
		{"zone", "null", false},
		{"seed", "5", false},
		{"seed", "\"18446744073709551616\"", false},
		{"seed", "\"-1\"", false},
		{"break-body-at", "-1", false},
		{"sending", "0", false},
		{"content", "\"\"", false},
		{"content", "\"A\"", false},
		{"subject", "\"a\\\\nb\"", false},
		{"charset", "\"no-such\"", false},
		{"charset", "\"UTF-16\"", false},
		{"priority", "\"urgent\"", false},
		{"mime", "true", false},
		{"body", "\"YQ=\"", false},
		{"attachments", "[7]", false},
		{"attachments 0 name", "\"\"", false},
		{"attachments 0 content", NULL, false},
		{"recipients", "[]", false},
		{"recipients 0 outcome", "\"happy\"", false},
		{"recipients 0 at", "\"nowhere\"", false},
		{"recipients 0 code", "1000", false},
		{"recipients 0 reply", "\"a\\\\r\"", false},
		{"recipients 0 unsure", NULL, false},
		{"tries", "{}", false},
		{"tries 0 time", "\"now\"", false},
		{"tries-ever", "4294967296", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sentence why = {""};
		CHECK_CASE("%s: %s", rows[i].path, rows[i].value == NULL ? "" : rows[i].value);
		CHECK_INT(reads_with(rows[i].path, rows[i].value, &why), rows[i].good);
		CHECK_INT(why.text[0] == 0, rows[i].good);
	}
}

static void a_letter_that_everybody_has_is_none(void)
{
	struct sentence why;
	CHECK(!reads_with("recipients",
		"[{\"outcome\": \"delivered\", \"at\": \"end\", \"code\": 250, \"reply\": \"\", "
		"\"unsure\": false}, {\"outcome\": \"delivered\", \"at\": \"end\", \"code\": 250, "
		"\"reply\": \"\", \"unsure\": false}, {\"outcome\": \"delivered\", \"at\": \"end\", "
		"\"code\": 250, \"reply\": \"\", \"unsure\": false}]",
		&why));
}

static void a_letter_cut_anywhere_is_none(void)
{
	struct arena arena;
	struct letter letter, back;
	struct buffer json;
	arena_init(&arena, &memory_standard);
	buffer_init(&json, &memory_standard, LETTER_MAX);
	draft_letter(&letter, &arena);
	CHECK(letter_write(&letter, &json));
	size_t whole = json.len - 1; /* the last octet is its line end */
	for (size_t len = 0; len < whole; len++) {
		struct sentence why;
		CHECK_CASE("the first %zu octets", len);
		CHECK(!letter_read(&back, octets_make(json.at, len), &arena, &why));
		CHECK(why.text[0] != 0);
	}
	buffer_free(&json);
	arena_free(&arena);
}

static void only_the_last_tries_are_kept(void)
{
	struct arena arena;
	struct letter letter;
	const struct phone_message message = {.to = bcc, .to_count = 1};
	arena_init(&arena, &memory_standard);
	CHECK(letter_new(&letter, octets_of(""), &message, &arena));
	for (uint64_t i = 1; i <= LETTER_TRIES_MAX + 5; i++) {
		struct letter_try one = {.unix_time = i};
		CHECK(letter_add_try(&letter, &one, &arena));
	}
	CHECK_INT(letter.try_count, LETTER_TRIES_MAX);
	CHECK_INT(letter.tries[0].unix_time, 6);
	CHECK_INT(letter.tries[LETTER_TRIES_MAX - 1].unix_time, LETTER_TRIES_MAX + 5);
	arena_free(&arena);
}

/* ---- the folder ---- */

struct corner {
	char path[64];
	struct outbox_folder folder;
	struct arena arena;
	struct outbox_names names;
};

static bool arrive(struct corner *place)
{
	struct sentence why = {""};
	bool busy;
	snprintf(place->path, sizeof place->path, "/tmp/handset-outbox-XXXXXX");
	arena_init(&place->arena, &memory_standard);
	return CHECK(mkdtemp(place->path) != NULL) &&
	       CHECK(outbox_folder_open(&place->folder, place->path, &busy, &why)) &&
	       CHECK(outbox_folder_list(&place->folder, &place->arena, &place->names, &why));
}

static void depart(struct corner *place)
{
	char command[128];
	outbox_folder_close(&place->folder);
	arena_free(&place->arena);
	snprintf(command, sizeof command, "rm -rf %s", place->path);
	CHECK_INT(system(command), 0);
}

static void put(struct corner *place, const char *name, const char *content)
{
	struct sentence why = {""};
	CHECK(outbox_folder_write(&place->folder, name, octets_of(content), &why));
}

static void check_content(struct corner *place, const char *name, const char *wanted)
{
	struct buffer content;
	struct sentence why = {""};
	buffer_init(&content, &memory_standard, LETTER_MAX);
	CHECK_INT(outbox_folder_read(&place->folder, name, &content, &why), wanted != NULL);
	CHECK_TEXT(buffer_string(&content), wanted == NULL ? "" : wanted);
	buffer_free(&content);
}

static void numbers_follow_each_other(void)
{
	struct corner place;
	struct sentence why;
	char name[OUTBOX_NAME_MAX];
	if (arrive(&place)) {
		CHECK_INT(place.names.count, 0);
		CHECK(outbox_folder_name(&place.folder, name, &why));
		CHECK_TEXT(name, "0000000001.json");
		put(&place, "0000000010.json", "ten");
		put(&place, "0000000009.json", "nine");
		put(&place, "mine.json", "mine");
		put(&place, "9999.txt", "no");
		CHECK(outbox_folder_list(&place.folder, &place.arena, &place.names, &why));
		if (CHECK_INT(place.names.count, 3)) {
			CHECK_TEXT(place.names.items[0], "0000000009.json");
			CHECK_TEXT(place.names.items[1], "0000000010.json");
			CHECK_TEXT(place.names.items[2], "mine.json");
		}
		CHECK(outbox_folder_name(&place.folder, name, &why));
		CHECK_TEXT(name, "0000000011.json");
		check_content(&place, "0000000009.json", "nine");
		CHECK(outbox_folder_remove(&place.folder, "0000000009.json", &why));
		check_content(&place, "0000000009.json", NULL);
		CHECK(!outbox_folder_remove(&place.folder, "0000000009.json", &why));
		put(&place, "9999999999.json", "last");
		CHECK(outbox_folder_list(&place.folder, &place.arena, &place.names, &why));
		CHECK(!outbox_folder_name(&place.folder, name, &why));
	}
	depart(&place);
}

static void files_are_for_nobody_else(void)
{
	struct corner place;
	struct stat facts;
	if (arrive(&place)) {
		umask(0);
		put(&place, "0000000001.json", "x");
		CHECK_INT(fstatat(place.folder.folder, "0000000001.json", &facts, 0), 0);
		CHECK_INT(facts.st_mode & 0777, 0600);
	}
	depart(&place);
}

static void what_is_no_file_is_not_read(void)
{
	struct corner place;
	if (arrive(&place)) {
		CHECK_INT(mkfifoat(place.folder.folder, "0000000001.json", 0600), 0);
		check_content(&place, "0000000001.json", NULL);
		CHECK_INT(symlinkat("/etc/hostname", place.folder.folder, "0000000002.json"), 0);
		check_content(&place, "0000000002.json", NULL);
		CHECK_INT(mkdirat(place.folder.folder, "0000000003.json", 0700), 0);
		check_content(&place, "0000000003.json", NULL);
	}
	depart(&place);
}

static void one_run_at_a_time_and_in_a_folder_of_ones_own(void)
{
	struct corner place;
	struct outbox_folder other;
	struct sentence why;
	bool busy;
	if (arrive(&place)) {
		CHECK(!outbox_folder_open(&other, place.path, &busy, &why));
		CHECK(busy);
		outbox_folder_close(&place.folder);
		CHECK(outbox_folder_open(&other, place.path, &busy, &why));
		outbox_folder_close(&other);
		CHECK_INT(chmod(place.path, 0770), 0);
		CHECK(!outbox_folder_open(&other, place.path, &busy, &why));
		CHECK(!busy);
		CHECK(!outbox_folder_open(&other, "/nowhere/at/all", &busy, &why));
		CHECK(!busy);
	}
	depart(&place);
}

/* write, fsync of the file, rename: the old text; fsync of the folder: the new one, and told. */
static void a_disk_that_fails_leaves_one_or_the_other(void)
{
	static const char *const left[] = {"old", "old", "old", "new"};
	for (int i = 0; i < 4; i++) {
		struct corner place;
		struct sentence why = {""};
		CHECK_CASE("call %d fails", i);
		if (arrive(&place)) {
			put(&place, "0000000001.json", "old");
			calls_left = i;
			CHECK(!outbox_folder_write(
				&place.folder, "0000000001.json", octets_of("new"), &why));
			calls_left = -1;
			CHECK(strstr(why.text, "No space left") != NULL);
			check_content(&place, "0000000001.json", left[i]);
			CHECK(outbox_folder_list(&place.folder, &place.arena, &place.names, &why));
			CHECK_INT(place.names.count, 1);
			CHECK_INT(faccessat(place.folder.folder, "writing", F_OK, 0), -1);
		}
		depart(&place);
	}
}

#define TESTS(T)                                                                                   \
	T(a_draft_comes_back_as_it_was)                                                            \
	T(a_whole_message_comes_back_as_it_was)                                                    \
	T(broken_letters_are_told)                                                                 \
	T(a_letter_that_everybody_has_is_none)                                                     \
	T(a_letter_cut_anywhere_is_none)                                                           \
	T(only_the_last_tries_are_kept)                                                            \
	T(numbers_follow_each_other)                                                               \
	T(files_are_for_nobody_else)                                                               \
	T(what_is_no_file_is_not_read)                                                             \
	T(one_run_at_a_time_and_in_a_folder_of_ones_own)                                           \
	T(a_disk_that_fails_leaves_one_or_the_other)
CHECK_MAIN("handset outbox", TESTS)

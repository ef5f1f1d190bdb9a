/* The maildir: what is safe before it is told, what is refused, and what stands in front. */
#include "maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "store_worker.h"
#include "trace_header.h"

static const struct octets content[] = {{(const uint8_t *)"Subject: x\r\n", 12},
	{(const uint8_t *)"\r\n", 2}, {(const uint8_t *)"..\r\n", 4}};
static const struct octets recipients[] = {
	{(const uint8_t *)"b@example.org", 13}, {(const uint8_t *)"c@example.org", 13}};

static struct player_mail a_mail(void)
{
	return (struct player_mail){.sender = octets_of("a@example.org"),
		.recipients = recipients,
		.recipient_count = 2,
		.content = content,
		.content_count = 3,
		.content_len = 18,
		.hello = octets_of("[192.0.2.7]"),
		.client = "192.0.2.7",
		.esmtp = true};
}

/* ---- a system that writes down and refuses ---- */

enum call { OPEN, WRITEV, FSYNC, CLOSE, RENAME, UNLINK, MKDIR, CALLS };

struct watched_system {
	struct maildir_system system;
	char log[4096]; /* a letter per call: o w f c r u m; F: fsync of a folder */
	enum call refused;
	int refuse_at; /* this one of its kind, from 1; 0: none */
	int seen[CALLS];
	int error;
	bool short_writes;
};

/* The store's own thread may be the one that calls; the test looks when it is at rest. */
static bool refuses(struct watched_system *watched, enum call call, char letter)
{
	size_t len = strlen(watched->log);
	if (len + 1 < sizeof watched->log)
		watched->log[len] = letter;
	errno = watched->error;
	return ++watched->seen[call] == watched->refuse_at && watched->refused == call;
}

static int watched_open(void *context, const char *path, int flags, mode_t mode)
{
	return refuses(context, OPEN, 'o') ? -1 : open(path, flags, mode);
}

static ssize_t watched_writev(void *context, int descriptor, const struct iovec *pieces, int count)
{
	struct watched_system *watched = context;
	if (refuses(watched, WRITEV, 'w'))
		return -1;
	if (!watched->short_writes)
		return writev(descriptor, pieces, count);
	return write(descriptor, pieces[0].iov_base, 1);
}

static int watched_fsync(void *context, int descriptor)
{
	struct stat facts;
	bool folder = fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode);
	return refuses(context, FSYNC, folder ? 'F' : 'f') ? -1 : fsync(descriptor);
}

static int watched_close(void *context, int descriptor)
{
	int result = close(descriptor);
	return refuses(context, CLOSE, 'c') ? -1 : result;
}

static int watched_rename(void *context, const char *from, const char *to)
{
	return refuses(context, RENAME, 'r') ? -1 : rename(from, to);
}

static int watched_unlink(void *context, const char *path)
{
	return refuses(context, UNLINK, 'u') ? -1 : unlink(path);
}

static int watched_mkdir(void *context, const char *path, mode_t mode)
{
	return refuses(context, MKDIR, 'm') ? -1 : mkdir(path, mode);
}

static void watch(struct watched_system *watched)
{
	memset(watched, 0, sizeof *watched);
	watched->error = ENOSPC;
	watched->system = (struct maildir_system){watched, watched_open, watched_writev,
		watched_fsync, watched_close, watched_rename, watched_unlink, watched_mkdir};
}

/* ---- a folder of its own ---- */

struct place {
	char root[64], folder[96];
	struct watched_system watched;
	struct maildir maildir;
};

static bool make_place(struct place *place)
{
	struct sentence why = {""};
	strcpy(place->root, "/tmp/maildir-test-XXXXXX");
	if (!CHECK(mkdtemp(place->root) != NULL))
		return false;
	snprintf(place->folder, sizeof place->folder, "%s/box", place->root);
	watch(&place->watched);
	bool good = maildir_open(&place->maildir, &memory_standard, &place->watched.system,
		place->folder, "mail.example.org", &why);
	CHECK_TEXT(why.text, "");
	place->watched.log[0] = 0;
	memset(place->watched.log, 0, sizeof place->watched.log);
	memset(place->watched.seen, 0, sizeof place->watched.seen);
	return CHECK(good);
}

/* Files in a part of the box; the last one's path. */
static size_t count_files(const struct place *place, const char *part, char last[400])
{
	char path[128];
	size_t count = 0;
	snprintf(path, sizeof path, "%s/%s", place->folder, part);
	DIR *folder = opendir(path);
	for (struct dirent *one; folder != NULL && (one = readdir(folder)) != NULL;) {
		if (one->d_name[0] == '.')
			continue;
		count++;
		if (last != NULL)
			snprintf(last, 400, "%s/%s", path, one->d_name);
	}
	if (folder != NULL)
		closedir(folder);
	return count;
}

static void remove_files(const char *path, bool parts)
{
	static const char *const names[] = {"box/tmp", "box/new", "box/cur", "box", "."};
	char inner[700];
	for (size_t i = 0; parts && i < sizeof names / sizeof *names; i++) {
		snprintf(inner, sizeof inner, "%s/%s", path, names[i]);
		remove_files(inner, false);
		rmdir(inner);
	}
	DIR *folder = parts ? NULL : opendir(path);
	for (struct dirent *one; folder != NULL && (one = readdir(folder)) != NULL;) {
		snprintf(inner, sizeof inner, "%s/%s", path, one->d_name);
		unlink(inner);
	}
	if (folder != NULL)
		closedir(folder);
}

static void remove_place(struct place *place)
{
	maildir_close(&place->maildir);
	remove_files(place->root, true);
	rmdir(place->root);
}

static void read_file(const char *path, char *text, size_t room)
{
	int descriptor = open(path, O_RDONLY);
	ssize_t len = descriptor < 0 ? -1 : read(descriptor, text, room - 1);
	text[len < 0 ? 0 : len] = 0;
	if (descriptor >= 0)
		close(descriptor);
}

/* ---- one message ---- */

/* A fresh Maildir, and the folder that it was made in, are synced; one that was there is not made.
 */
static void a_fresh_folder_is_found_again(void)
{
	struct place place;
	struct maildir again;
	struct sentence why = {""};
	if (!CHECK(make_place(&place)))
		return;
	static const char *const logs[] = {
		"mmmmoFcoFcoc", /* four are made; the folder and its parent synced; new/ opened */
		"mmmmoFcoc"};
	char folder[128];
	snprintf(folder, sizeof folder, "%s/fresh", place.root);
	for (size_t i = 0; i < 2; i++) {
		memset(place.watched.log, 0, sizeof place.watched.log);
		CHECK_CASE("opened %zu times before", i);
		if (!CHECK(maildir_open(&again, &memory_standard, &place.watched.system, folder,
			    "mx.example.net", &why)))
			break;
		maildir_close(&again);
		CHECK_TEXT(place.watched.log, logs[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		static const char *const parts[] = {"tmp", "new", "cur"};
		char path[160];
		snprintf(path, sizeof path, "%s/%s", folder, parts[i]);
		CHECK_INT(rmdir(path), 0);
	}
	CHECK_INT(rmdir(folder), 0);
	remove_place(&place);
}

static void a_message_is_delivered(void)
{
	struct place place;
	struct player_mail mail = a_mail();
	struct maildir_file file;
	struct sentence why = {""};
	struct stat facts;
	char path[400] = "", text[2000], want[2000];
	if (!make_place(&place))
		return;
	CHECK(maildir_write(&place.maildir, &mail, 1187265600, &file, &why));
	CHECK_INT(count_files(&place, "tmp", NULL), 1);
	CHECK_INT(count_files(&place, "new", NULL), 0);
	CHECK(maildir_sync(&place.maildir, &file, &why));
	CHECK(maildir_publish(&place.maildir, &file, &why));
	CHECK(maildir_sync_folder(&place.maildir, &why));
	/* Header and body, the file's fsync before the rename, the folder's after it. */
	CHECK_TEXT(place.watched.log, "owwfcrF");
	CHECK_INT(count_files(&place, "tmp", NULL), 0);
	CHECK_INT(count_files(&place, "new", path), 1);
	read_file(path, text, sizeof text);
	snprintf(want, sizeof want,
		"Return-Path: <a@example.org>\r\nDelivered-To: b@example.org\r\n"
		"Delivered-To: c@example.org\r\nReceived: from [192.0.2.7] ([192.0.2.7])\r\n"
		"\tby mail.example.org with ESMTP id %s;\r\n\tThu, 16 Aug 2007 12:00:00 +0000\r\n"
		"Subject: x\r\n\r\n..\r\n",
		file.name);
	CHECK_TEXT(text, want);
	CHECK(stat(path, &facts) == 0 && (facts.st_mode & 0777) == 0600);
	CHECK(stat(place.folder, &facts) == 0 && (facts.st_mode & 0777) == 0700);
	remove_place(&place);
}

static void names_are_never_used_twice(void)
{
	struct place place;
	struct player_mail mail = a_mail();
	struct sentence why = {""};
	struct maildir again;
	if (!make_place(&place))
		return;
	for (int i = 0; i < 100; i++) {
		struct maildir_file file;
		/* The counter as after a restart, the second and the process the same. */
		place.maildir.counter = 0;
		CHECK(maildir_write(&place.maildir, &mail, 1, &file, &why));
		CHECK(maildir_sync(&place.maildir, &file, &why));
		CHECK(maildir_publish(&place.maildir, &file, &why));
		CHECK(strpbrk(file.name, "/:") == NULL);
	}
	CHECK_INT(count_files(&place, "new", NULL), 100);
	/* A folder that is there is opened again. */
	CHECK(maildir_open(&again, &memory_standard, NULL, place.folder, "../x:y", &why));
	CHECK_TEXT(again.host, ".._x_y");
	maildir_close(&again);
	remove_place(&place);
}

static void whatever_is_refused_leaves_nothing_behind(void)
{
	static const struct {
		const char *name;
		enum call call;
		int at;
		const char *why;
	} rows[] = {
		{"cannot create", OPEN, 1, "cannot write "},
		{"disk full at the header", WRITEV, 1, ": No space left on device"},
		{"disk full at the body", WRITEV, 2, ": No space left on device"},
		{"fsync", FSYNC, 1, "cannot sync "},
		{"close", CLOSE, 1, "cannot sync "},
		{"rename", RENAME, 1, "cannot deliver "},
		{"fsync of the folder", FSYNC, 2, "cannot sync the folder "},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct place place;
		struct player_mail mail = a_mail();
		struct maildir_file file;
		struct sentence why = {""};
		CHECK_CASE("%s", rows[i].name);
		if (!make_place(&place))
			return;
		place.watched.refused = rows[i].call;
		place.watched.refuse_at = rows[i].at;
		bool good = maildir_write(&place.maildir, &mail, 1, &file, &why) &&
			    maildir_sync(&place.maildir, &file, &why) &&
			    maildir_publish(&place.maildir, &file, &why);
		if (good && !maildir_sync_folder(&place.maildir, &why)) {
			maildir_drop(&place.maildir, &file);
			good = false;
		}
		CHECK(!good);
		CHECK(strstr(why.text, rows[i].why) != NULL);
		CHECK_INT(count_files(&place, "tmp", NULL), 0);
		CHECK_INT(count_files(&place, "new", NULL), 0);
		CHECK_INT(file.descriptor, -1);
		remove_place(&place);
	}
}

static void short_writes_are_gone_on_with(void)
{
	struct place place;
	struct player_mail mail = a_mail();
	struct maildir_file file;
	struct sentence why = {""};
	char path[400] = "", text[2000];
	if (!make_place(&place))
		return;
	place.watched.short_writes = true;
	CHECK(maildir_write(&place.maildir, &mail, 1, &file, &why));
	CHECK(maildir_sync(&place.maildir, &file, &why));
	CHECK_INT(count_files(&place, "tmp", path), 1);
	read_file(path, text, sizeof text);
	CHECK(strstr(text, "+0000\r\nSubject: x\r\n\r\n..\r\n") != NULL);
	maildir_drop(&place.maildir, &file);
	remove_place(&place);
}

static void folders_that_cannot_be_are_refused(void)
{
	char longest[5000];
	struct maildir maildir;
	struct sentence why = {""};
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	CHECK(!maildir_open(&maildir, &memory_standard, NULL, "/proc/no/such", "h", &why));
	CHECK_TEXT(why.text, "cannot make the folder /proc/no/such: No such file or directory");
	CHECK(!maildir_open(&maildir, &memory_standard, NULL, "/dev/null", "h", &why));
	CHECK(strstr(why.text, "/dev/null") != NULL);
	CHECK(!maildir_open(&maildir, &memory_standard, NULL, longest, "h", &why));
	CHECK(!maildir_open(&maildir, &memory_standard, NULL, "", "h", &why));
	CHECK_TEXT(why.text, "not a name for a folder");
}

/* ---- what stands in front ---- */

static void the_word_after_with_says_what_was_used(void)
{
	static const struct {
		bool esmtp, tls;
		const char *user, *word;
	} rows[] = {
		{false, false, "", "SMTP"},
		{true, false, "", "ESMTP"},
		{true, true, "", "ESMTPS"},
		{true, false, "u", "ESMTPA"},
		{true, true, "u", "ESMTPSA"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct player_mail mail = a_mail();
		mail.esmtp = rows[i].esmtp;
		mail.tls = rows[i].tls;
		mail.user = octets_of(rows[i].user);
		CHECK_TEXT(trace_header_with(&mail), rows[i].word);
	}
}

static void a_client_cannot_write_header_lines(void)
{
	static const struct octets evil[] = {{(const uint8_t *)"x@y\r\nSubject: evil", 18}};
	struct player_mail mail = a_mail();
	struct buffer out;
	buffer_init(&out, &memory_standard, 10000);
	mail.sender = octets_of("a\nb");
	mail.recipients = evil;
	mail.recipient_count = 1;
	mail.hello = octets_of("me (you)\r\nX: y");
	CHECK(trace_header_write(&out, &mail, "h", "id", 0, "\n"));
	CHECK_TEXT(buffer_string(&out),
		"Return-Path: <a?b>\nDelivered-To: x@y??Subject: evil\n"
		"Received: from me??you???X:?y ([192.0.2.7])\n\tby h with ESMTP id id;\n"
		"\tThu, 1 Jan 1970 00:00:00 +0000\n");
	buffer_free(&out);
}

/* ---- many at once ---- */

enum { MANY = 200 };

struct waiter {
	int told;
	bool safe;
};

static void tell(void *context, bool safe)
{
	struct waiter *waiter = context;
	waiter->told++;
	waiter->safe = safe;
}

static void collect_all(struct store_worker *worker)
{
	uint64_t give_up_ms = clock_ms() + 15000;
	while (store_worker_waiting(worker) > 0 && clock_ms() < give_up_ms) {
		struct pollfd polled = {.fd = store_worker_descriptor(worker), .events = POLLIN};
		poll(&polled, 1, 1000);
		store_worker_collect(worker);
	}
	CHECK_INT(store_worker_waiting(worker), 0);
}

static size_t count_letters(const char *log, char letter)
{
	size_t count = 0;
	for (; *log != 0; log++)
		count += *log == letter;
	return count;
}

static void many_share_the_sync_of_the_folder(void)
{
	struct place place;
	struct player_mail mail = a_mail();
	struct waiter waiters[MANY] = {{0, false}};
	struct sentence why = {""};
	if (!make_place(&place))
		return;
	struct store_worker_settings settings = {.maildir = &place.maildir};
	struct store_worker *worker = store_worker_new(&memory_standard, &settings, &why);
	if (!CHECK(worker != NULL))
		return;
	const struct store *store = store_worker_store(worker);
	for (int i = 0; i < MANY; i++)
		store->begin(store->context, &mail, tell, &waiters[i]);
	for (int i = 0; i < MANY; i++)
		CHECK_INT(waiters[i].told, 0); /* only in the loop's own thread */
	collect_all(worker);
	for (int i = 0; i < MANY; i++) {
		CHECK_INT(waiters[i].told, 1);
		CHECK(waiters[i].safe);
	}
	struct store_worker_counts counts = store_worker_counts(worker);
	CHECK_INT(counts.stored, MANY);
	CHECK_INT(counts.octets, MANY * 18);
	CHECK(counts.batches < MANY / 2);
	CHECK_INT(count_letters(place.watched.log, 'f'), MANY);
	CHECK_INT(count_letters(place.watched.log, 'F'), counts.batches);
	CHECK_INT(count_files(&place, "new", NULL), MANY);
	store_worker_free(worker);
	remove_place(&place);
}

static void a_folder_that_cannot_be_synced_holds_nothing(void)
{
	struct place place;
	struct player_mail mail = a_mail();
	struct waiter waiters[2] = {{0, false}};
	struct sentence why = {""};
	if (!make_place(&place))
		return;
	place.watched.refused = FSYNC;
	place.watched.refuse_at = 2; /* the first is the file's */
	struct store_worker_settings settings = {.maildir = &place.maildir};
	struct store_worker *worker = store_worker_new(&memory_standard, &settings, &why);
	const struct store *store = store_worker_store(worker);
	store->begin(store->context, &mail, tell, &waiters[0]);
	collect_all(worker);
	CHECK_INT(waiters[0].told, 1);
	CHECK(!waiters[0].safe);
	CHECK_INT(count_files(&place, "new", NULL), 0);
	why = store_worker_why(worker);
	CHECK(strstr(why.text, "cannot sync the folder") != NULL);
	/* The next one is taken again. */
	store->begin(store->context, &mail, tell, &waiters[1]);
	collect_all(worker);
	CHECK(waiters[1].safe);
	CHECK_INT(count_files(&place, "new", NULL), 1);
	store_worker_free(worker);
	remove_place(&place);
}

static void limits_are_kept_by_many_at_once(void)
{
	static const struct {
		uint64_t octets_max, messages_max;
		const char *why;
	} rows[] = {
		{18 * 3 + 17, 0, "the limit of 71 octets is reached"},
		{0, 3, "the limit of 3 messages is reached"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct place place;
		struct player_mail mail = a_mail();
		struct waiter waiters[6] = {{0, false}};
		struct sentence why = {""};
		int safe = 0;
		CHECK_CASE("%s", rows[i].why);
		if (!make_place(&place))
			return;
		struct store_worker_settings settings = {.maildir = &place.maildir,
			.octets_max = rows[i].octets_max,
			.messages_max = rows[i].messages_max};
		struct store_worker *worker = store_worker_new(&memory_standard, &settings, &why);
		const struct store *store = store_worker_store(worker);
		for (int k = 0; k < 6; k++)
			store->begin(store->context, &mail, tell, &waiters[k]);
		collect_all(worker);
		for (int k = 0; k < 6; k++) {
			CHECK_INT(waiters[k].told, 1);
			safe += waiters[k].safe;
		}
		CHECK_INT(safe, 3);
		CHECK_INT(count_files(&place, "new", NULL), 3);
		CHECK_INT(store_worker_counts(worker).refused, 3);
		why = store_worker_why(worker);
		CHECK_TEXT(why.text, rows[i].why);
		store_worker_free(worker);
		remove_place(&place);
	}
}

static void ending_waits_for_what_is_queued(void)
{
	struct place place;
	struct player_mail mail = a_mail();
	struct waiter waiters[20] = {{0, false}};
	struct sentence why = {""};
	if (!make_place(&place))
		return;
	struct store_worker_settings settings = {.maildir = &place.maildir};
	struct store_worker *worker = store_worker_new(&memory_standard, &settings, &why);
	const struct store *store = store_worker_store(worker);
	for (int i = 0; i < 20; i++)
		store->begin(store->context, &mail, tell, &waiters[i]);
	store_worker_free(worker);
	for (int i = 0; i < 20; i++)
		CHECK(waiters[i].told == 1 && waiters[i].safe);
	CHECK_INT(count_files(&place, "new", NULL), 20);
	remove_place(&place);
}

#define TESTS(T)                                                                                   \
	T(a_fresh_folder_is_found_again)                                                           \
	T(a_message_is_delivered) T(names_are_never_used_twice) T(                                 \
		whatever_is_refused_leaves_nothing_behind) T(short_writes_are_gone_on_with)        \
		T(folders_that_cannot_be_are_refused) T(the_word_after_with_says_what_was_used)    \
			T(a_client_cannot_write_header_lines) T(many_share_the_sync_of_the_folder) \
				T(a_folder_that_cannot_be_synced_holds_nothing)                    \
					T(limits_are_kept_by_many_at_once)                         \
						T(ending_waits_for_what_is_queued)
CHECK_MAIN("maildir", TESTS)

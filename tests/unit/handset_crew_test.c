/* handset_crew: processes side by side, never two at one place; handset_records_file: whole lines
 * only. */
#include "check.h"
#include "handset_crew.h"
#include "handset_records_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIECES = 12 };

/* What a crew of the test does and what was seen of it. */
struct office {
	const char *places[PIECES];
	int busy[PIECES]; /* by piece: 1 between its two lines */
	size_t most_at_once, lines[PIECES], torn;
	int status[PIECES];
	size_t ended;
	bool refuse; /* the first line cannot be kept */
	size_t long_line;
	volatile sig_atomic_t interrupted;
	bool interrupt; /* as soon as something was said */
};

static const char *place_of(void *context, size_t piece)
{
	const struct office *office = context;
	return office->places[piece];
}

static void nap(long ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* "begin", a pause, "end" in two writes; the third piece crashes, the fourth fails. */
static int work(void *context, size_t piece, int out)
{
	const struct office *office = context;
	bool good = write(out, "begin\n", 6) == 6;
	for (size_t i = 0; i < office->long_line; i++)
		good = write(out, "x", 1) == 1 && good;
	nap(30);
	good = write(out, "en", 2) == 2 && good;
	nap(5);
	good = write(out, "d\nrest without an end", 21) == 21 && good;
	if (piece == 2)
		raise(SIGKILL);
	return good ? (piece == 3 ? 7 : 0) : 1;
}

static size_t busy_at(const struct office *office, const char *place)
{
	size_t count = 0;
	for (size_t i = 0; i < PIECES; i++)
		count += office->busy[i] && strcmp(office->places[i], place) == 0;
	return count;
}

static bool take(void *context, size_t piece, struct octets line)
{
	struct office *office = context;
	bool begins = octets_equal(line, octets_of("begin\n"));
	size_t all = 0;
	office->lines[piece]++;
	office->busy[piece] = begins;
	if (!begins && line.len != office->long_line + 4)
		office->torn++;
	for (size_t i = 0; i < PIECES; i++)
		all += office->busy[i] != 0;
	office->most_at_once = all > office->most_at_once ? all : office->most_at_once;
	CHECK(busy_at(office, office->places[piece]) <= 1);
	if (office->interrupt)
		office->interrupted = 1;
	return !office->refuse;
}

static void ended(void *context, size_t piece, int status)
{
	struct office *office = context;
	office->status[piece] = status;
	office->ended++;
}

static bool run_office(struct office *office, size_t jobs)
{
	const struct crew_work crew = {.count = PIECES,
		.jobs = jobs,
		.place = place_of,
		.work = work,
		.take = take,
		.ended = ended,
		.context = office,
		.interrupted = &office->interrupted};
	for (size_t i = 0; i < PIECES; i++)
		office->places[i] = i % 3 == 0 ? "one" : i % 3 == 1 ? "other" : "third";
	return crew_run(&crew);
}

static void pieces_of_one_place_follow_each_other(void)
{
	struct office office = {.long_line = 200};
	CHECK(run_office(&office, 8));
	CHECK_INT(office.ended, PIECES);
	CHECK(office.most_at_once > 1 && office.most_at_once <= 3);
	CHECK_INT(office.torn, 0);
	for (size_t i = 0; i < PIECES; i++) {
		CHECK_INT(office.lines[i], 2);
		CHECK_INT(office.status[i], i == 2 ? -1 : i == 3 ? 7 : 0);
	}
}

static void one_job_is_one_at_a_time(void)
{
	struct office office = {.refuse = false};
	CHECK(run_office(&office, 1));
	CHECK_INT(office.most_at_once, 1);
	CHECK_INT(office.ended, PIECES);
}

static void who_cannot_keep_a_line_or_is_interrupted_begins_no_more(void)
{
	struct office refusing = {.refuse = true}, interrupted = {.interrupt = true};
	CHECK(!run_office(&refusing, 2));
	CHECK(refusing.ended < 4);
	CHECK(!run_office(&interrupted, 2));
	CHECK(interrupted.ended < 4);
}

/* --- the file --- */

static char path[] = "/tmp/handset-records-XXXXXX";

static void write_all(const char *text)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(write(file, text, strlen(text)) == (ssize_t)strlen(text));
	close(file);
}

static void check_content(const char *text)
{
	char content[200000];
	int file = open(path, O_RDONLY);
	ssize_t len = read(file, content, sizeof content - 1);
	content[len < 0 ? 0 : len] = 0;
	CHECK_TEXT(content, text);
	close(file);
}

static void a_torn_line_is_cut_off(void)
{
	static const struct {
		const char *before, *after;
		uint64_t cut;
	} rows[] = {{"", "", 0}, {"a\n", "a\n", 0}, {"a\nbc", "a\n", 2}, {"abc", "", 3},
		{"\nx", "\n", 1}};
	struct records_file file;
	struct sentence why = {""};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint64_t cut = 99;
		char after[16];
		CHECK_CASE("%s", rows[i].before);
		write_all(rows[i].before);
		CHECK(records_file_open(&file, path, &why));
		CHECK(records_file_repair(&file, &cut, &why));
		CHECK_INT(cut, rows[i].cut);
		check_content(rows[i].after);
		write_all(rows[i].before);
		CHECK(records_file_append(&file, octets_of("new\n"), &why));
		snprintf(after, sizeof after, "%snew\n", rows[i].after);
		check_content(after);
		records_file_close(&file);
	}
}

/* The torn line is longer than what is read at once. */
static void a_long_torn_line_is_cut_off(void)
{
	struct records_file file;
	struct sentence why = {""};
	uint64_t cut = 0;
	char *text = malloc(150002);
	if (!CHECK(text != NULL))
		return;
	memset(text, 'x', 150001);
	text[10] = '\n';
	text[150001] = 0;
	write_all(text);
	CHECK(records_file_open(&file, path, &why) && records_file_repair(&file, &cut, &why));
	CHECK_INT(cut, 150001 - 11);
	check_content("xxxxxxxxxx\n");
	records_file_close(&file);
	free(text);
}

static void append_many(char letter)
{
	struct records_file file;
	struct sentence why;
	char line[5000];
	memset(line, letter, sizeof line);
	line[sizeof line - 1] = '\n';
	bool good = records_file_open(&file, path, &why);
	for (int i = 0; i < 10; i++)
		good = records_file_append(&file, octets_make(line, sizeof line), &why) && good;
	_exit(good ? 0 : 1);
}

static void several_may_append(void)
{
	pid_t ids[3];
	char content[200000];
	write_all("torn");
	for (int i = 0; i < 3; i++) {
		ids[i] = fork();
		if (ids[i] == 0)
			append_many((char)('a' + i));
	}
	for (int i = 0; i < 3; i++) {
		int status = 1;
		CHECK(waitpid(ids[i], &status, 0) == ids[i] && status == 0);
	}
	int file = open(path, O_RDONLY);
	CHECK_INT(read(file, content, sizeof content), 150000);
	close(file);
	for (size_t line = 0; line < 30; line++) {
		const char *at = content + line * 5000;
		CHECK(memchr(at, '\n', 5000) == at + 4999 && at[0] == at[4998] && at[0] >= 'a');
	}
}

static void what_cannot_be_written_is_told(void)
{
	struct records_file file;
	struct sentence why = {""};
	CHECK(!records_file_open(&file, "/nowhere/records", &why));
	CHECK_TEXT(why.text, "it cannot be written: No such file or directory");
	CHECK(records_file_open(&file, "/dev/full", &why));
	CHECK(!records_file_append(&file, octets_of("x\n"), &why));
	CHECK_TEXT(why.text, "it cannot be written: No space left on device");
	records_file_close(&file);
	records_file_close(&file);
}

static void begin(void)
{
	close(mkstemp(path));
	CHECK(access(path, R_OK) == 0);
}

static void end(void)
{
	CHECK_INT(unlink(path), 0);
}

#define TESTS(T)                                                                                   \
	T(pieces_of_one_place_follow_each_other)                                                   \
	T(one_job_is_one_at_a_time)                                                                \
	T(who_cannot_keep_a_line_or_is_interrupted_begins_no_more)                                 \
	T(begin)                                                                                   \
	T(a_torn_line_is_cut_off)                                                                  \
	T(a_long_torn_line_is_cut_off)                                                             \
	T(several_may_append)                                                                      \
	T(what_cannot_be_written_is_told)                                                          \
	T(end)
CHECK_MAIN("handset_crew", TESTS)

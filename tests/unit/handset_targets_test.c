/* handset_targets: lists of servers, right and wrong; handset_shard: who does which part. */
#include "check.h"
#include "handset_shard.h"
#include "handset_targets.h"

static const char list[] =
	"# servers\r\n\r\n"
	"smtp+starttls://mail.example.org  user=me@example.org password-file=/etc/x # ours\n"
	"\tsmtps://[2001:db8::1]:4650 passwordeval=\"pass mail/net\" from=a@b to=\"c d\"@e refused=n@b\n"
	"smtp://h1.example.org trust-file=ca#1.pem";

static void a_list_is_read(void)
{
	struct targets targets;
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 65536);
	CHECK(targets_read(&targets, "t.txt", octets_of(list), &errors));
	CHECK_TEXT(buffer_string(&errors), "");
	if (CHECK_INT(targets.count, 3)) {
		CHECK_TEXT(targets.items[0].url, "smtp+starttls://mail.example.org");
		CHECK_INT(targets.items[0].parsed.port, 587);
		CHECK_TEXT(targets.items[0].user, "me@example.org");
		CHECK_TEXT(targets.items[0].password_file, "/etc/x");
		CHECK(targets.items[0].from == NULL);
		CHECK_INT(targets.items[1].line, 4);
		CHECK_TEXT(targets.items[1].parsed.host, "2001:db8::1");
		CHECK_TEXT(targets.items[1].password_command, "pass mail/net");
		CHECK_TEXT(targets.items[1].to, "c d@e");
		CHECK_TEXT(targets.items[1].refused, "n@b");
		CHECK_TEXT(targets.items[2].trust_file, "ca#1.pem");
	}
	targets_free(&targets);
	buffer_free(&errors);
}

static const struct {
	const char *text, *message;
} wrong[] = {
	{"", "t.txt:0: error: no server stands here\n"},
	{"# none\n", "t.txt:1: error: no server stands here\n"},
	{"smtp://a\n\nsmtp://a\n",
		"t.txt:3: error: smtp://a stands here twice (first in line 1)\n"},
	{"smtp://a usr=b\n", "t.txt:1: error: unknown setting \"usr\" (did you mean \"user\"?)\n"},
	{"smtp://a user=\n", "t.txt:1: error: user= has no value\n"},
	{"smtp://a user\n", "t.txt:1: error: user= has no value\n"},
	{"smtp://a user=b user=c\n", "t.txt:1: error: user= is said twice\n"},
	{"smtp://a passwordeval=\"x\n", "t.txt:1: error: a double quote has no end\n"},
	{"smtp://a password-file=x passwordeval=y\n",
		"t.txt:1: error: password-file= and passwordeval= both tell the password: say one\n"},
	{"smtp://a password=secret\n",
		"t.txt:1: error: unknown setting \"password\" (did you mean \"password-file\"?)\n"},
	{"smtp://a\x1b[2J\n", "t.txt:1: error: this is no text\n"},
};

static void wrong_lists_are_refused_with_their_line(void)
{
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct targets targets;
		struct buffer errors;
		buffer_init(&errors, &memory_standard, 65536);
		CHECK_CASE("%s", wrong[i].text);
		CHECK(!targets_read(&targets, "t.txt", octets_of(wrong[i].text), &errors));
		CHECK_TEXT(buffer_string(&errors), wrong[i].message);
		targets_free(&targets);
		buffer_free(&errors);
	}
}

static void urls_are_judged_as_on_the_command_line(void)
{
	struct targets targets;
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 65536);
	CHECK(!targets_read(
		&targets, "t.txt", octets_of("smtp://a\nhttp://b\nsmtps://u:p@c\n"), &errors));
	CHECK_INT(targets.count, 1);
	CHECK(strncmp(buffer_string(&errors), "t.txt:2: error: ", 16) == 0);
	CHECK(strstr(buffer_string(&errors), "\nt.txt:3: error: ") != NULL);
	targets_free(&targets);
	buffer_free(&errors);
}

/* --- shards --- */

static const char *none(const char *name)
{
	(void)name;
	return NULL;
}

/* An environment of up to four variables. */
static const char *variables[4][2];

static const char *some(const char *name)
{
	for (size_t i = 0; i < 4 && variables[i][0] != NULL; i++) {
		if (strcmp(variables[i][0], name) == 0)
			return variables[i][1];
	}
	return NULL;
}

static const struct {
	const char *text;
	const char *variables[4][2];
	unsigned int index, count; /* 0: it is refused */
} shards[] = {
	{"1/1", {{0}}, 1, 1},
	{"3/8", {{0}}, 3, 8},
	{"0/8", {{0}}, 0, 0},
	{"9/8", {{0}}, 0, 0},
	{"3", {{0}}, 0, 0},
	{"/", {{0}}, 0, 0},
	{"-1/8", {{0}}, 0, 0},
	{"1/100001", {{0}}, 0, 0},
	{"automatic", {{0}}, 0, 0},
	{"auto/0", {{0}}, 0, 0},
	{"auto", {{0}}, 0, 0},
	{"auto/4", {{0}}, 0, 0},
	{"auto", {{"CI_NODE_INDEX", "2"}, {"CI_NODE_TOTAL", "3"}}, 2, 3},
	{"auto/3", {{"CI_NODE_INDEX", "2"}, {"CI_NODE_TOTAL", "3"}}, 2, 3},
	{"auto/4", {{"CI_NODE_INDEX", "2"}, {"CI_NODE_TOTAL", "3"}}, 0, 0},
	{"auto", {{"CI_NODE_INDEX", "4"}, {"CI_NODE_TOTAL", "3"}}, 0, 0},
	{"auto", {{"CIRCLE_NODE_INDEX", "0"}, {"CIRCLE_NODE_TOTAL", "3"}}, 1, 3},
	{"auto", {{"JOB_COMPLETION_INDEX", "7"}, {"JOB_COMPLETIONS", "8"}}, 8, 8},
	{"auto", {{"JOB_COMPLETION_INDEX", "7"}}, 0, 0},
	{"auto/8", {{"JOB_COMPLETION_INDEX", "7"}}, 8, 8},
	{"auto",
		{{"SLURM_ARRAY_TASK_ID", "12"}, {"SLURM_ARRAY_TASK_MIN", "10"},
			{"SLURM_ARRAY_TASK_COUNT", "4"}},
		3, 4},
	{"auto",
		{{"SLURM_ARRAY_TASK_ID", "30"}, {"SLURM_ARRAY_TASK_MIN", "10"},
			{"SLURM_ARRAY_TASK_STEP", "10"}, {"SLURM_ARRAY_TASK_COUNT", "4"}},
		3, 4},
	{"auto",
		{{"SLURM_ARRAY_TASK_ID", "3"}, {"SLURM_ARRAY_TASK_MIN", "10"},
			{"SLURM_ARRAY_TASK_COUNT", "4"}},
		0, 0},
	{"auto", {{"SGE_TASK_ID", "undefined"}}, 0, 0},
	{"auto",
		{{"SGE_TASK_ID", "5"}, {"SGE_TASK_FIRST", "1"}, {"SGE_TASK_LAST", "9"},
			{"SGE_TASK_STEPSIZE", "2"}},
		3, 5},
	{"auto",
		{{"CI_NODE_INDEX", "1"}, {"CI_NODE_TOTAL", "2"}, {"SEMAPHORE_JOB_INDEX", "1"},
			{"SEMAPHORE_JOB_COUNT", "2"}},
		0, 0},
};

static void parts_are_read(void)
{
	for (size_t i = 0; i < sizeof shards / sizeof *shards; i++) {
		struct shard shard = {0};
		struct sentence why = {""};
		memcpy(variables, shards[i].variables, sizeof variables);
		CHECK_CASE("row %zu: %s", i, shards[i].text);
		bool good = shard_read(
			&shard, shards[i].text, variables[0][0] == NULL ? none : some, &why);
		CHECK(good == (shards[i].count != 0));
		CHECK_INT(shard.index, shards[i].index);
		CHECK_INT(shard.count, shards[i].count);
		CHECK((why.text[0] == 0) == good);
	}
}

/* The first octets of these names' SHA-256, by sha256sum: 2d9d1ad1d46a0b6d, 1e212ab2c44185d4. */
static void a_part_has_what_its_digest_says(void)
{
	CHECK(shard_has(&(struct shard){0x2d9d1ad1d46a0b6d % 7 + 1, 7}, "smtp://a"));
	CHECK(shard_has(&(struct shard){0x1e212ab2c44185d4 % 7 + 1, 7}, "smtp://b"));
}

static void each_name_is_in_one_part(void)
{
	size_t in_first = 0;
	for (int i = 0; i < 1000; i++) {
		char name[40];
		size_t parts = 0;
		snprintf(name, sizeof name, "smtp://h%d.example.org", i);
		for (unsigned int index = 1; index <= 8; index++)
			parts += shard_has(&(struct shard){index, 8}, name);
		in_first += shard_has(&(struct shard){1, 8}, name);
		CHECK_INT(parts, 1);
		CHECK(shard_has(&(struct shard){1, 1}, name));
	}
	CHECK(in_first > 80 && in_first < 180);
}

#define TESTS(T)                                                                                   \
	T(a_list_is_read)                                                                          \
	T(wrong_lists_are_refused_with_their_line)                                                 \
	T(urls_are_judged_as_on_the_command_line)                                                  \
	T(parts_are_read)                                                                          \
	T(a_part_has_what_its_digest_says)                                                         \
	T(each_name_is_in_one_part)
CHECK_MAIN("handset_targets", TESTS)

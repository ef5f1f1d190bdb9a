/* report_fixture: records from text, and reports as text. */
#ifndef SUPPORT_REPORT_FIXTURE_H
#define SUPPORT_REPORT_FIXTURE_H

#include <stdlib.h>

#include "check.h"
#include "report.h"

#define RUN_A "\"run\":\"00000000000000aa\",\"target\":\"smtp://a.example.net\""
#define RUN_A_AGAIN "\"run\":\"00000000000000ac\",\"target\":\"smtp://a.example.net\""
#define RUN_B "\"run\":\"00000000000000bb\",\"target\":\"smtp://b.example.net\""
#define HEAD(run, clients) "{\"record\":\"run\"," run ",\"format\":1,\"clients\":[" clients "]}\n"
#define CONTROL(run, result)                                                                       \
	"{\"record\":\"control\"," run ",\"who\":\"msub\",\"result\":\"" result "\"}\n"
#define CLIENT(run, name, verdict)                                                                 \
	"{\"record\":\"client\"," run ",\"client\":\"" name "\",\"verdict\":\"" verdict "\"}\n"
#define CLIENT_WITH(run, name, verdict, more)                                                      \
	"{\"record\":\"client\"," run ",\"client\":\"" name "\",\"verdict\":\"" verdict "\"," more \
	"}\n"
#define FACT(run, name, strength, verdict)                                                         \
	"{\"record\":\"fact\"," run ",\"fact\":\"" name "\",\"strength\":\"" strength              \
	"\",\"verdict\":\"" verdict "\"}\n"
#define END(run) "{\"record\":\"end\"," run "}\n"

/* The records, or NULL with a failed check; record_set_free() it. */
static inline struct record_set *read_records(const char *name, struct octets text)
{
	struct record_set *set = record_set_new(&memory_standard);
	struct buffer complaint;
	buffer_init(&complaint, &memory_standard, 65536);
	bool good = set != NULL && record_set_read(set, name, text, &complaint) &&
		    record_set_finish(set, &complaint);
	CHECK_TEXT(buffer_string(&complaint), "");
	buffer_free(&complaint);
	if (CHECK(good))
		return set;
	record_set_free(set);
	return NULL;
}

/* A file of tests/report, as octets to be freed. */
static inline struct octets read_example(const char *name)
{
	char path[256];
	snprintf(path, sizeof path, "tests/report/%s", name);
	FILE *file = fopen(path, "rbe");
	if (!CHECK(file != NULL))
		return octets_make(NULL, 0);
	size_t room = 1 << 20;
	uint8_t *content = malloc(room);
	size_t len = content == NULL ? 0 : fread(content, 1, room, file);
	CHECK(len > 0 && len < room);
	fclose(file);
	return octets_make(content, len);
}

static inline struct judgement judge(
	const struct record_set *set, const struct record_set *baseline)
{
	return (struct judgement){.set = set, .baseline = baseline, .fail_on = fail_on_default()};
}

/* The report as a NUL-ended text, to be freed. */
static inline char *render_as(
	const struct judgement *judgement, enum report_format format, size_t width, bool utf8)
{
	char *text = NULL;
	size_t len = 0;
	struct report_output output = {.format = format, .width = width, .utf8 = utf8};
	output.to = open_memstream(&text, &len);
	CHECK(output.to != NULL && report_write(judgement, &output));
	if (output.to != NULL)
		fclose(output.to);
	return text;
}

#endif

/* modes: a row for each. */
#include "msub_modes.h"

#include <stddef.h>
#include <stdio.h>
#include <sysexits.h>

#include "msub_choice.h"
#include "msub_configure.h"
#include "msub_flush.h"
#include "msub_pretend.h"
#include "msub_serverinfo.h"
#include "msub_stdio.h"

typedef bool mode_function(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble);

/* ---- queues ---- */

typedef bool queue_function(const char *path, const struct msub_options *options,
	struct ending *ending, struct trouble *trouble);

static bool show_one(const char *path, const struct msub_options *options, struct ending *ending,
	struct trouble *trouble)
{
	(void)options;
	(void)ending;
	return flush_show(path, stdout, trouble);
}

/* One that cannot be read or written does not keep the others from being sent. */
static void work_all(const struct addresses *paths, queue_function *work,
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	for (size_t i = 0; i < paths->count; i++) {
		struct trouble own = {0};
		if (work == show_one && paths->count > 1)
			printf("%s:\n", paths->items[i]);
		work(paths->items[i], options, ending, &own);
		if (own.status != 0 && trouble->status != 0)
			fprintf(stderr, "msub: %s\n", own.text);
		else if (own.status != 0)
			trouble_set(trouble, own.status, "%s", own.text);
	}
}

/* True: there is a queue, or something else was in the way, which the trouble says. */
static bool work_queues(queue_function *work, const struct msub_options *options,
	struct ending *ending, struct trouble *trouble)
{
	struct addresses paths = {0};
	bool some = !choice_queues(&paths, options, trouble) || paths.count > 0;
	if (trouble->status == 0)
		work_all(&paths, work, options, ending, trouble);
	addresses_free(&paths);
	return some;
}

static bool no_queue(struct trouble *trouble)
{
	return trouble_set(trouble, EX_USAGE, "which queue? Name its folder with --queue");
}

static bool flush(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	return work_queues(flush_send, options, ending, trouble) || no_queue(trouble);
}

static bool show_queue(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	return work_queues(show_one, options, ending, trouble) || no_queue(trouble);
}

/* mailq, and -q: where there is no queue, none of the programs that ask for it is to fail. */
static bool ask_queue(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	bool show = options->mode == MODE_QUEUE;
	if (!work_queues(show ? show_one : flush_send, options, ending, trouble) && show)
		puts("Mail queue is empty");
	return true;
}

/* newaliases: aliases are read from their file each time. */
static bool do_nothing(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	(void)options;
	(void)ending;
	(void)trouble;
	return true;
}

static bool serve(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	(void)ending;
	return stdio_serve(options, trouble);
}

static bool pretend(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	(void)ending;
	return pretend_print(options, stdout, trouble);
}

static bool serverinfo(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	(void)ending;
	return serverinfo_print(options, stdout, trouble);
}

static bool configure(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	(void)ending;
	return configure_print(options->configure, stdout, trouble);
}

static bool refuse(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	(void)options;
	(void)ending;
	return trouble_set(trouble, EX_USAGE,
		"--rmqs: msub does not ask servers to send what they keep (ETRN); use msmtp for it");
}

bool modes_work(const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	const struct {
		bool asked;
		mode_function *work;
	} rows[] = {{options->flush, flush}, {options->show_queue, show_queue},
		{options->configure != NULL, configure}, {options->serverinfo, serverinfo},
		{options->pretend, pretend}, {options->remote_queue != NULL, refuse},
		{options->mode == MODE_QUEUE || options->run_queue != NULL, ask_queue},
		{options->mode == MODE_ALIASES, do_nothing}, {options->mode == MODE_SMTP, serve}};
	size_t asked = 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		asked += rows[i].asked;
	if (asked > 1)
		trouble_set(trouble, EX_USAGE,
			"--flush, --show-queue, --configure, --serverinfo, --pretend, -bs, -bp, -bi, -q: only one of them");
	for (size_t i = 0; asked == 1 && i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].asked)
			rows[i].work(options, ending, trouble);
	}
	return asked > 0;
}

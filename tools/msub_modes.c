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
#include "msub_settings.h"
#include "msub_stdio.h"
#include "msub_words.h"

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

static bool show_json(const char *path, const struct msub_options *options, struct ending *ending,
	struct trouble *trouble)
{
	(void)options;
	(void)ending;
	return flush_show_json(path, stdout, trouble);
}

/* What stands before a queue that is shown. */
static void show_before(queue_function *work, const struct addresses *paths, size_t index)
{
	if (work == show_json && index > 0)
		fputs(",\n  ", stdout);
	if (work != show_one || paths->count < 2)
		return;
	words_print(stdout, paths->items[index]);
	puts(":");
}

/* One that cannot be read or written does not keep the others from being sent. */
static void work_all(const struct addresses *paths, queue_function *work,
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	for (size_t i = 0; i < paths->count; i++) {
		struct trouble own = {0};
		show_before(work, paths, i);
		work(paths->items[i], options, ending, &own);
		if (own.status != 0 && trouble->status != 0) {
			fputs("msub: ", stderr);
			words_print(stderr, own.text);
			fputc('\n', stderr);
		} else if (own.status != 0) {
			trouble_set(trouble, own.status, "%s", own.text);
		}
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
	bool json = ending_json(ending, "\"queues\": [", "]");
	return work_queues(json ? show_json : show_one, options, ending, trouble) ||
	       no_queue(trouble);
}

/* mailq: where there is no queue, none of the programs that ask for it is to fail; so with -q. */
static bool list_queue(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	bool json = ending_json(ending, "\"queues\": [", "]");
	if (!work_queues(json ? show_json : show_one, options, ending, trouble) && !json)
		puts("Mail queue is empty");
	return true;
}

static bool run_queue(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	work_queues(flush_send, options, ending, trouble);
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
	bool json = ending_json(ending, "\"server\": ", "");
	return serverinfo_print(options, stdout, json, trouble);
}

static bool configure(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	struct account account = {0};
	struct msub_settings settings;
	(void)ending;
	bool good = choice_override(&account, &options->settings, trouble) &&
		    settings_for_names(&settings, &account, trouble) &&
		    configure_print(options->configure, &settings, stdout, trouble);
	account_free(&account);
	return good;
}

static bool refuse(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	(void)options;
	(void)ending;
	return trouble_set(trouble, EX_USAGE,
		"--rmqs: msub does not ask servers to send what they keep (ETRN); use msmtp for it");
}

/* What these print is not JSON. */
static bool fit_json(
	const struct msub_options *options, mode_function *work, struct trouble *trouble)
{
	static mode_function *const others[] = {configure, pretend, serve};
	bool json = options->json || options->json_lines;
	for (size_t i = 0; json && i < sizeof others / sizeof *others; i++) {
		if (work == others[i])
			return trouble_set(trouble, EX_USAGE,
				"--json: not with --configure, --pretend and -bs, which print "
				"something else");
	}
	return true;
}

bool modes_work(const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	bool shows = options->mode == MODE_QUEUE, runs = options->run_queue != NULL;
	const struct {
		bool asked;
		mode_function *work;
	} rows[] = {{options->flush, flush}, {options->show_queue, show_queue},
		{options->configure != NULL, configure}, {options->serverinfo, serverinfo},
		{options->pretend, pretend}, {options->remote_queue != NULL, refuse},
		{shows, list_queue}, {runs && !shows, run_queue},
		{options->mode == MODE_ALIASES, do_nothing}, {options->mode == MODE_SMTP, serve}};
	size_t asked = 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		asked += rows[i].asked;
	if (asked > 1)
		trouble_set(trouble, EX_USAGE,
			"--flush, --show-queue, --configure, --serverinfo, --pretend, -bs, -bp, -bi, -q: only one of them");
	for (size_t i = 0; asked == 1 && i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].asked && fit_json(options, rows[i].work, trouble))
			rows[i].work(options, ending, trouble);
	}
	return asked > 0;
}

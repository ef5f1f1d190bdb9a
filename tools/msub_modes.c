/* modes: a row for each. */
#include "msub_modes.h"

#include <stddef.h>
#include <stdlib.h>
#include <sysexits.h>

#include "msub_choice.h"
#include "msub_configure.h"
#include "msub_flush.h"
#include "msub_place.h"
#include "msub_pretend.h"
#include "msub_serverinfo.h"
#include "msub_stdio.h"

typedef bool mode_function(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble);

/* That of the command line, or of the account; the caller frees it. NULL: see the trouble. */
static char *queue_of(const struct msub_options *options, struct trouble *trouble)
{
	struct account account = {0};
	const char *path = NULL;
	for (size_t i = 0; i < options->settings.count; i++) {
		if (options->settings.items[i].number == KEY_QUEUE)
			path = options->settings.items[i].value;
	}
	if (path == NULL && choice_make(&account, options, options->from, trouble))
		path = account_text(&account, KEY_QUEUE);
	char *whole = path == NULL || *path == 0 ? NULL : place_expand(path);
	account_free(&account);
	if (whole == NULL)
		trouble_set(trouble, EX_USAGE, "which queue? Name its folder with --queue");
	return whole;
}

static bool flush(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	char *path = queue_of(options, trouble);
	bool done = path != NULL && flush_send(path, options, ending, trouble);
	free(path);
	return done;
}

static bool show_queue(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	char *path = queue_of(options, trouble);
	bool done = path != NULL && flush_show(path, stdout, trouble);
	(void)ending;
	free(path);
	return done;
}

/* mailq, and -q: where there is no queue, none of the programs that ask for it is to fail. */
static bool ask_queue(
	const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	struct trouble ignored = {0};
	char *path = queue_of(options, &ignored);
	bool show = options->mode == MODE_QUEUE;
	free(path);
	if (path != NULL)
		return show ? show_queue(options, ending, trouble)
			    : flush(options, ending, trouble);
	if (show)
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

bool modes_work(const struct msub_options *options, struct ending *ending, struct trouble *trouble)
{
	const struct {
		bool asked;
		mode_function *work;
	} rows[] = {{options->flush, flush}, {options->show_queue, show_queue},
		{options->configure != NULL, configure}, {options->serverinfo, serverinfo},
		{options->pretend, pretend},
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

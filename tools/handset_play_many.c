/* handset_play_many: a limit to look at, a crowd to play, and its totals for people or programs. */
#include "handset_play_many.h"

#include "progress_bar.h"

#include <inttypes.h>
#include <jansson.h>
#include <sys/resource.h>

enum {
	DESCRIPTORS_BESIDE = 1024, /* dials have more than one each; and our own */
	SHOWN_TEXT = 20,
	SHOWN_JSON = 1000
};

/* What is shown while it goes, and of what failed. */
struct showing {
	const struct play_many *many;
	struct progress_bar bar;
	json_t *failures;
	size_t failure_count;
};

bool play_many_fits(size_t phones)
{
	struct rlimit limit;
	rlim_t need = (rlim_t)phones + DESCRIPTORS_BESIDE;
	if (phones < 2 || getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
		return true;
	rlim_t hard = limit.rlim_max;
	limit.rlim_cur = hard < need ? hard : need;
	if (hard >= need && setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return true;
	fprintf(stderr,
		"handset play: %zu phones need %ju descriptors, and the limit is %ju: say fewer "
		"--phones, or raise the limit (ulimit -Hn %ju)\n",
		phones, (uintmax_t)need, (uintmax_t)hard, (uintmax_t)need);
	return false;
}

static void show_failure(void *context, const struct many_failure *failure)
{
	struct showing *showing = context;
	bool json = showing->many->json;
	if (++showing->failure_count > (json ? SHOWN_JSON : SHOWN_TEXT) || showing->many->quiet)
		return;
	if (json) {
		json_array_append_new(showing->failures,
			json_pack("{s:I,s:I,s:s}", "phone", (json_int_t)failure->phone, "message",
				(json_int_t)failure->message, "why", failure->sentence));
		return;
	}
	progress_bar_hide(&showing->bar);
	printf("phone %zu, message %zu: %s%s%s\n", failure->phone, failure->message,
		handset_colour(stdout, COLOUR_RED), failure->sentence, handset_plain(stdout));
}

static void show_progress(void *context, size_t phones_done)
{
	struct showing *showing = context;
	if (progress_bar_is_due(&showing->bar))
		progress_bar_show_count(
			&showing->bar, phones_done, showing->many->phones, "phones");
}

/* Rounded up, so that what is told never says less. */
static size_t octets_each(const struct many_result *result)
{
	size_t count = result->heap_phones;
	return count == 0 ? 0 : (result->heap + count - 1) / count;
}

static json_t *memory_json(const struct many_result *result)
{
	if (result->heap_phones == 0)
		return json_null();
	return json_pack("{s:I,s:I}", "phones", (json_int_t)result->heap_phones, "octets-each",
		(json_int_t)octets_each(result));
}

static void print_json(const struct showing *showing, const struct many_result *result)
{
	const struct play_many *many = showing->many;
	json_t *root = json_object();
	json_object_set_new(root, "client", json_string(many->client));
	json_object_set_new(root, "server", json_string(many->server));
	json_object_set_new(root, "phones",
		json_pack("{s:I,s:I,s:I}", "delivered", (json_int_t)result->phones[PLAY_DELIVERED],
			"failed", (json_int_t)result->phones[PLAY_FAILED], "inconclusive",
			(json_int_t)result->phones[PLAY_INCONCLUSIVE]));
	json_object_set_new(root, "messages", json_integer((json_int_t)result->messages));
	json_object_set_new(root, "delivered", json_integer((json_int_t)result->delivered));
	json_object_set_new(root, "at-once", json_integer((json_int_t)result->at_once));
	json_object_set_new(root, "milliseconds", json_integer((json_int_t)result->elapsed_ms));
	json_object_set_new(root, "memory", memory_json(result));
	json_object_set(root, "failures", showing->failures);
	json_object_set_new(
		root, "failure-count", json_integer((json_int_t)showing->failure_count));
	json_object_set_new(root, "why",
		result->why.text[0] == 0 ? json_null() : json_string(result->why.text));
	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(root);
}

static void print_text(const struct showing *showing, const struct many_result *result)
{
	if (showing->failure_count > SHOWN_TEXT)
		printf("and %zu failures more\n", showing->failure_count - SHOWN_TEXT);
	printf("%zu phones: %zu delivered, %zu failed, %zu inconclusive\n", showing->many->phones,
		result->phones[PLAY_DELIVERED], result->phones[PLAY_FAILED],
		result->phones[PLAY_INCONCLUSIVE]);
	printf("%zu messages: %zu delivered\n", result->messages, result->delivered);
	printf("%" PRIu64 ".%03" PRIu64 " s, at most %zu at once", result->elapsed_ms / 1000,
		result->elapsed_ms % 1000, result->at_once);
	if (result->heap_phones > 0)
		printf(", %zu octets of memory each (of %zu)", octets_each(result),
			result->heap_phones);
	putchar('\n');
}

enum exit_status play_many(const struct play_many *many)
{
	static const enum exit_status statuses[] = {[PLAY_DELIVERED] = EXIT_AS_HOPED,
		[PLAY_FAILED] = EXIT_NOT,
		[PLAY_INCONCLUSIVE] = EXIT_INCONCLUSIVE};
	struct showing showing = {.many = many, .failures = json_array()};
	struct many_settings settings = {.play = many->play,
		.count = many->phones,
		.failed = show_failure,
		.context = &showing};
	struct many_result result;
	struct sentence why;
	if (progress_bar_begin(&showing.bar, many->quiet))
		settings.progress = show_progress;
	bool began = many_run(&settings, &result, &why);
	progress_bar_hide(&showing.bar);
	if (!began)
		fprintf(stderr, "handset play: %s\n", why.text);
	else if (many->json)
		print_json(&showing, &result);
	else if (!many->quiet)
		print_text(&showing, &result);
	json_decref(showing.failures);
	if (!began)
		return EXIT_USAGE;
	if (result.end == DRIVE_NO_MEMORY)
		return EXIT_INTERNAL;
	return result.end == DRIVE_INTERRUPTED ? EXIT_INCONCLUSIVE
					       : statuses[many_classify(&result)];
}

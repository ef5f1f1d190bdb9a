/* text_failures: what was sent, what was expected, what came, why, and what to do. */
#include "format_text.h"

#include "exchange.h"
#include "failure_groups.h"

enum { ADVICE_MAX = 5 };

static void put_exchange(const struct page *page, const json_t *client)
{
	const json_t *aspect = exchange_aspect(client);
	const char *reply = record_words(client, "reply"), *step = record_words(client, "step");
	struct exchange exchange;
	exchange_find(&exchange, record_part(aspect, "dialogue"), reply);
	for (size_t i = 0; i < exchange.sent_count; i++)
		page_quoted(page, 4, i == 0 ? "Sent" : "", record_words(exchange.sent[i], "text"));
	if (step_expects(step)[0] != 0)
		page_labelled(page, 4, "Expected", step_expects(step));
	if (reply[0] != 0)
		page_quoted(page, 4, "Came", reply);
	else if (exchange.came != NULL)
		page_quoted(page, 4, "Came", record_words(exchange.came, "text"));
}

/* `told`: what it does stands above. */
static void put_key(const struct page *page, const json_t *key, bool told)
{
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	buffer_format(&line, "%s: %s", record_words(key, "key"), record_words(key, "value"));
	if (record_text(key, "correct") != NULL)
		buffer_format(&line, " (a correct client: %s)", record_words(key, "correct"));
	if (record_words(key, "telling")[0] != 0 && !told)
		page_labelled(page, 4, "", record_words(key, "telling"));
	page_labelled(page, 4, "", buffer_string(&line));
	buffer_clear(&line);
	buffer_format(&line, "evidence: %s%s%s", record_words(key, "evidence"),
		record_words(key, "where")[0] != 0 ? ", " : "", record_words(key, "where"));
	if (record_words(key, "evidence")[0] != 0)
		page_labelled(page, 4, "", buffer_string(&line));
	buffer_free(&line);
}

static void put_keys(const struct page *page, const json_t *keys, const char *above)
{
	for (size_t i = 0; i < json_array_size(keys); i++) {
		const json_t *key = json_array_get(keys, i);
		put_key(page, key, strstr(above, record_words(key, "key")) != NULL);
	}
}

/* What the keys do, one sentence after the other. */
static void add_tellings(struct buffer *line, const json_t *keys)
{
	for (size_t i = 0; i < json_array_size(keys); i++) {
		const json_t *key = json_array_get(keys, i);
		buffer_format(line, "%s%s (%s)", i > 0 ? " " : "", record_words(key, "telling"),
			record_words(key, "key"));
	}
}

/* The sentence of one client names it: of several, what their keys do is told instead. */
static void put_cause(const struct page *page, const json_t *cause, bool alone)
{
	const json_t *keys = record_part(cause, "keys"), *masked = record_part(cause, "masked");
	const char *sentence = record_words(cause, "sentence");
	struct buffer line;
	if (cause == NULL || record_is(cause, "state", "not-sought"))
		return;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	if (json_array_size(keys) > 0 && (!alone || sentence[0] == 0))
		add_tellings(&line, keys);
	else
		buffer_append_text(&line, sentence);
	if (record_number(cause, "runs") > 0)
		buffer_format(&line, "%s(%lld runs, seen %lld times)", line.len > 0 ? " " : "",
			(long long)record_number(cause, "runs"),
			(long long)record_number(cause, "reproduced"));
	page_labelled(page, 4, "Cause", line.len > 0 ? buffer_string(&line) : "inconclusive");
	put_keys(page, keys, buffer_string(&line));
	for (size_t i = 0; i < json_array_size(masked); i++) {
		page_labelled(page, 4, "Behind it", "it would fail by this too:");
		put_keys(page, json_array_get(masked, i), buffer_string(&line));
	}
	buffer_free(&line);
}

/* Who knows which software it is need not be told of others: its own comes first. */
static bool is_for_others(const json_t *advice, const json_t *item)
{
	const char *own = record_words(json_array_get(advice, 0), "software");
	const char *software = record_words(item, "software");
	return own[0] != 0 && software[0] != 0 && strcmp(own, software) != 0;
}

void text_advice(const struct page *page, size_t indent, const json_t *advice, size_t most)
{
	struct buffer line;
	buffer_init(&line, &memory_standard, SIZE_MAX / 2);
	size_t all = json_array_size(advice), room = all <= most + 1 ? all : most, shown = 0;
	for (size_t i = 0; i < all && shown < room; i++) {
		const json_t *item = json_array_get(advice, i);
		if (is_for_others(advice, item))
			continue;
		shown++;
		buffer_clear(&line);
		if (record_words(item, "software")[0] != 0)
			buffer_format(&line, "%s: ", record_words(item, "software"));
		buffer_append_text(&line, record_words(item, "do"));
		if (record_words(item, "source")[0] != 0)
			buffer_format(&line, " [%s]", record_words(item, "source"));
		page_labelled(page, indent,
			record_is(item, "to", "server") ? "At server" : "At client",
			buffer_string(&line));
	}
	buffer_clear(&line);
	buffer_format(&line, "and %zu more, for other software: html and json have them all",
		all - shown);
	if (shown < all)
		page_labelled(page, indent, "", buffer_string(&line));
	buffer_free(&line);
}

/* The experiment, where it was recorded. */
static void put_trials(const struct page *page, const json_t *trials)
{
	for (size_t i = 0; i < json_array_size(trials); i++)
		page_labelled(page, 4, i == 0 ? "Tried" : "",
			record_words(json_array_get(trials, i), "sentence"));
}

static void put_remarks(const struct page *page, const json_t *remarks)
{
	for (size_t i = 0; i < json_array_size(remarks); i++)
		page_labelled(page, 4, i == 0 ? "Remark" : "",
			json_string_value(json_array_get(remarks, i)));
}

static void put_names(const struct page *page, const struct failure_group *group)
{
	struct buffer names;
	buffer_init(&names, &memory_standard, SIZE_MAX / 2);
	for (size_t i = 0; i < group->count; i++)
		buffer_format(&names, "%s%s", i > 0 ? ", " : "",
			record_words(group->clients[i], "client"));
	page_labelled(page, 4, group->count == 1 ? "Client" : "Clients", buffer_string(&names));
	if (group->known == group->count)
		page_labelled(page, 4, "Baseline", "knows them all");
	else if (group->known > 0) {
		buffer_clear(&names);
		buffer_format(&names, "knows %zu of them", group->known);
		page_labelled(page, 4, "Baseline", buffer_string(&names));
	}
	buffer_free(&names);
}

static void put_group(const struct page *page, const struct failure_group *group, size_t number)
{
	const json_t *client = group->clients[0];
	const char *sentence = record_words(client, "sentence");
	const struct sign *sign = sign_of_client(record_words(client, "verdict"));
	char lead[32];
	int len = snprintf(lead, sizeof lead, "%2zu) ", number);
	fprintf(page->out, "%s%s%s", page_tone(page, sign->tone), lead, page_plain(page));
	page_wrap(page, sentence[0] == 0 ? sign->says : sentence, (size_t)len, 4);
	put_names(page, group);
	put_exchange(page, client);
	put_cause(page, record_part(client, "cause"), group->count == 1);
	if (group->count == 1)
		put_trials(page, record_part(record_part(client, "cause"), "trials"));
	put_remarks(page, record_part(client, "remarks"));
	text_advice(page, 4, record_part(client, "advice"), ADVICE_MAX);
	fputc('\n', page->out);
}

bool text_failures(
	const struct page *page, const struct judgement *judgement, const struct record_run *run)
{
	struct failure_groups groups;
	bool good = failure_groups_make(&groups, &memory_standard, judgement, run);
	if (good && groups.count > 0)
		page_heading(page, "Failures");
	for (size_t i = 0; i < groups.count && good; i++)
		put_group(page, &groups.items[i], i + 1);
	failure_groups_free(&groups);
	return good;
}

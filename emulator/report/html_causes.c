/* html_causes: why clients fail: what decided, the cause as keys, what can be done. */
#include "exchange.h"
#include "failure_groups.h"
#include "html.h"

void html_dialogue(const struct html *html, const json_t *dialogue)
{
	static const struct {
		const char *mark, *in_tls, *class, *speaker;
	} speakers[] = {
		{"->", "~>", "client", "Client: "},
		{"<-", "<~", "server", "Server: "},
		{"<**", "<~*", "server refused", "Server refuses: "},
		{"===", "===", "remark", "Remark: "},
	};
	if (json_array_size(dialogue) == 0)
		return;
	html_put(html, "<ol class=\"dialogue\">\n");
	for (size_t i = 0; i < json_array_size(dialogue); i++) {
		const json_t *event = json_array_get(dialogue, i);
		size_t row = 0;
		while (row < 3 && !record_is(event, "mark", speakers[row].mark))
			row++;
		fprintf(html->out, "<li class=\"%s\"><span class=\"said\" aria-hidden=\"true\">",
			speakers[row].class);
		html_text(html,
			record_truth(event, "tls") ? speakers[row].in_tls : speakers[row].mark);
		fprintf(html->out, "</span> <span class=\"unseen\">%s</span>",
			speakers[row].speaker);
		html_element(html, "code", NULL, record_words(event, "text"));
		html_put(html, "</li>\n");
	}
	html_put(html, "</ol>\n");
}

void html_exchange(const struct html *html, const json_t *client)
{
	const json_t *aspect = exchange_aspect(client);
	const char *reply = record_words(client, "reply");
	struct exchange exchange;
	exchange_find(&exchange, record_part(aspect, "dialogue"), reply);
	for (size_t i = 0; i < exchange.sent_count; i++)
		html_code_row(
			html, i == 0 ? "Sent" : "then", record_words(exchange.sent[i], "text"));
	html_row(html, "Expected", step_expects(record_words(client, "step")));
	if (reply[0] != 0)
		html_code_row(html, "Came", reply);
	else if (exchange.came != NULL)
		html_code_row(html, "Came", record_words(exchange.came, "text"));
}

static void put_keys(const struct html *html, const json_t *keys)
{
	html_put(html, "<ul class=\"keys\">\n");
	for (size_t i = 0; i < json_array_size(keys); i++) {
		const json_t *key = json_array_get(keys, i);
		html_put(html, "<li>");
		html_text(html, record_words(key, "telling"));
		html_put(html, " <code>");
		html_text(html, record_words(key, "key"));
		html_put(html, ": ");
		html_text(html, record_words(key, "value"));
		html_put(html, "</code>");
		if (record_text(key, "correct") != NULL) {
			html_put(html, " (a correct client: ");
			html_element(html, "code", NULL, record_words(key, "correct"));
			html_put(html, ")");
		}
		if (record_words(key, "evidence")[0] != 0) {
			html_put(html, " <small>Evidence: ");
			html_text(html, record_words(key, "evidence"));
			html_put(html, record_words(key, "where")[0] != 0 ? ", " : "");
			html_text(html, record_words(key, "where"));
			html_put(html, "</small>");
		}
		html_put(html, "</li>\n");
	}
	html_put(html, "</ul>\n");
}

void html_cause(const struct html *html, const json_t *cause, bool alone)
{
	const json_t *masked = record_part(cause, "masked");
	if (cause == NULL || record_is(cause, "state", "not-sought"))
		return;
	html_put(html, "<p>");
	html_put(html, record_is(cause, "state", "found") ? "" : "<b>Inconclusive.</b> ");
	if (alone || record_count(cause, "keys") == 0)
		html_text(html, record_words(cause, "sentence"));
	if (record_number(cause, "runs") > 0)
		fprintf(html->out, " <small>Found in %lld runs, seen %lld times.</small>",
			(long long)record_number(cause, "runs"),
			(long long)record_number(cause, "reproduced"));
	html_put(html, "</p>\n");
	if (record_count(cause, "keys") > 0)
		put_keys(html, record_part(cause, "keys"));
	for (size_t i = 0; i < json_array_size(masked); i++) {
		html_put(html, "<p>Behind it hides another cause; without the first it would fail "
			       "by this:</p>\n");
		put_keys(html, json_array_get(masked, i));
	}
}

void html_trials(const struct html *html, const json_t *trials)
{
	if (json_array_size(trials) == 0)
		return;
	html_put(html, "<h5>What was tried</h5>\n<ol class=\"trials\">\n");
	for (size_t i = 0; i < json_array_size(trials); i++) {
		html_element(html, "li", NULL, record_words(json_array_get(trials, i), "sentence"));
		html_put(html, "\n");
	}
	html_put(html, "</ol>\n");
}

void html_advice(const struct html *html, const json_t *advice)
{
	if (json_array_size(advice) == 0)
		return;
	html_put(html, "<ul class=\"advice\">\n");
	for (size_t i = 0; i < json_array_size(advice); i++) {
		const json_t *item = json_array_get(advice, i);
		html_put(html, record_is(item, "to", "server") ? "<li><b>At the server</b>"
							       : "<li><b>At the client</b>");
		if (record_words(item, "software")[0] != 0) {
			html_put(html, " (");
			html_text(html, record_words(item, "software"));
			html_put(html, ")");
		}
		html_put(html, ": ");
		html_text(html, record_words(item, "do"));
		if (record_words(item, "source")[0] != 0) {
			html_put(html, " <small>Source: ");
			html_text(html, record_words(item, "source"));
			html_put(html, "</small>");
		}
		html_put(html, "</li>\n");
	}
	html_put(html, "</ul>\n");
}

static void put_links(const struct html *html, const struct failure_group *group)
{
	html_put(html, "<p class=\"names\">");
	for (size_t i = 0; i < group->count; i++) {
		const char *name = record_words(group->clients[i], "client");
		html_put(html, i > 0 ? ", " : "");
		html_link(html, "client", name, NULL);
		html_text(html, name);
		html_put(html, "</a>");
	}
	if (group->known > 0)
		fprintf(html->out, " <small>(%zu known to the baseline)</small>", group->known);
	html_put(html, "</p>\n");
}

static void put_group(const struct html *html, const struct failure_group *group)
{
	const json_t *client = group->clients[0];
	const struct sign *sign = sign_of_client(record_words(client, "verdict"));
	const char *sentence = record_words(client, "sentence");
	fprintf(html->out,
		"<li class=\"group %s\">\n<h4><span class=\"mark\" aria-hidden=\"true\">%s"
		"</span> ",
		html_tone(sign), sign->mark);
	html_sentence(html, sentence[0] == 0 ? sign->says : sentence);
	fprintf(html->out, " <small>%zu client%s</small></h4>\n", group->count,
		group->count == 1 ? "" : "s");
	put_links(html, group);
	html_put(html, "<dl class=\"exchange\">\n");
	html_exchange(html, client);
	html_put(html, "</dl>\n");
	html_cause(html, record_part(client, "cause"), group->count == 1);
	html_advice(html, record_part(client, "advice"));
	html_put(html, "</li>\n");
}

bool html_failures(const struct html *html)
{
	struct failure_groups groups;
	bool good = failure_groups_make(&groups, &memory_standard, html->judgement, html->run);
	if (good && groups.count > 0) {
		html_put(html, "<h3 tabindex=\"-1\"");
		html_id(html, "part", "failures", NULL);
		html_put(html, ">Why they fail</h3>\n<ol class=\"groups\">\n");
		for (size_t i = 0; i < groups.count; i++)
			put_group(html, &groups.items[i]);
		html_put(html, "</ol>\n");
		html_jump(html, "clients", "Back to the clients");
	}
	failure_groups_free(&groups);
	return good;
}

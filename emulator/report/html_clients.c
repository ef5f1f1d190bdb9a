/* html_clients: the matrix of clients, and for each of them what was said and why. */
#include "failure_groups.h"
#include "html.h"

#include "markup.h"

static bool has_details(const json_t *aspect)
{
	return record_count(aspect, "dialogue") > 0 || record_words(aspect, "sentence")[0] != 0;
}

/* A cell that opens the aspect where there is more to tell of it. */
static void put_aspect(const struct html *html, const char *name, const struct aspect_title *title,
	const json_t *aspect)
{
	const struct sign *sign = sign_of_aspect(record_words(aspect, "result"));
	if (aspect == NULL) {
		html_put(html, "<td class=\"quiet\">");
		html_sign(html, sign_of_aspect("not-tried"));
		html_put(html, "</td>");
		return;
	}
	fprintf(html->out, "<td class=\"%s\">", html_tone(sign));
	if (has_details(aspect))
		html_link(html, "client", name, title->aspect);
	html_sign(html, sign);
	html_put(html, has_details(aspect) ? "</a></td>" : "</td>");
}

/* What the first dialogue tells of TLS: "TLS1.0 …" behind "=== tls ". */
static const char *tls_of(const json_t *client)
{
	const json_t *dialogue = record_part(record_aspect(client, "message"), "dialogue");
	for (size_t i = 0; i < json_array_size(dialogue); i++) {
		const json_t *event = json_array_get(dialogue, i);
		const char *text = record_words(event, "text");
		if (record_is(event, "mark", "===") && strncmp(text, "tls ", 4) == 0)
			return text + 4;
	}
	return "";
}

static void put_tls(const struct html *html, const json_t *client)
{
	const char *tls = tls_of(client);
	size_t version = strcspn(tls, " ");
	bool too_old = record_is(client, "verdict", "tls-too-old");
	bool failed = octets_start_nocase(octets_of(tls), "failed");
	if (too_old || failed) {
		const struct sign *sign =
			too_old ? sign_of_client("tls-too-old") : sign_of_aspect("failed");
		fprintf(html->out, "<td class=\"tls %s\">", html_tone(sign));
		html_sign(html, sign);
		html_put(html, "</td>");
		return;
	}
	html_put(html, "<td class=\"tls quiet\">");
	if (version > 0) {
		markup_octets(html->out, octets_make(tls, version));
		html_put(html, "</td>");
	} else {
		html_put(html, "<span class=\"mark\" aria-hidden=\"true\">\u2013</span> <span "
			       "class=\"words\">none</span></td>");
	}
}

static void put_keys(const struct html *html, const json_t *keys)
{
	for (size_t i = 0; i < json_array_size(keys); i++) {
		html_put(html, i > 0 ? ", " : "");
		html_element(html, "code", NULL, record_words(json_array_get(keys, i), "key"));
	}
}

static void put_cause(const struct html *html, const char *name, const json_t *cause)
{
	const json_t *masked = record_part(cause, "masked");
	html_put(html, "<td class=\"cause\">");
	if (record_is(cause, "state", "found") || record_is(cause, "state", "inconclusive"))
		html_link(html, "client", name, "cause");
	if (record_is(cause, "state", "inconclusive"))
		html_put(html, "inconclusive</a>");
	if (record_is(cause, "state", "found")) {
		put_keys(html, record_part(cause, "keys"));
		for (size_t i = 0; i < json_array_size(masked); i++) {
			html_put(html, "; behind it ");
			put_keys(html, json_array_get(masked, i));
		}
		html_put(html, "</a>");
	}
	html_put(html, "</td>");
}

static void put_verdict(const struct html *html, const json_t *client, const char *name)
{
	const struct sign *sign = sign_of_client(record_words(client, "verdict"));
	const char *mark = judgement_mark(html->judgement, html->run, client);
	fprintf(html->out, "<td class=\"verdict %s\">", html_tone(sign));
	html_link(html, "client", name, NULL);
	html_sign(html, sign);
	if (mark[0] != 0)
		fprintf(html->out, " <small>(%s)</small>", mark);
	html_put(html, "</a></td>");
}

static void put_row(const struct html *html, const json_t *client)
{
	const char *name = record_words(client, "client");
	html_put(html, "<tr");
	html_id(html, "row", name, NULL);
	html_put(html, "><th scope=\"row\">");
	html_text(html, name);
	html_put(html, "</th>");
	put_verdict(html, client, name);
	for (const struct aspect_title *title = aspect_titles(); title->aspect != NULL; title++)
		put_aspect(html, name, title, record_aspect(client, title->aspect));
	put_tls(html, client);
	put_cause(html, name, record_part(client, "cause"));
	html_put(html, "</tr>\n");
}

void html_matrix(const struct html *html)
{
	const struct record_list *clients = &html->run->lists[RECORD_CLIENT];
	if (clients->count == 0)
		return;
	html_put(html, "<h3 tabindex=\"-1\"");
	html_id(html, "part", "clients", NULL);
	html_put(html, ">Clients</h3>\n");
	if (failure_groups_any(html->judgement, html->run))
		html_jump(html, "failures", "Why they fail");
	html_put(html, "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
		       "aria-labelledby=\"");
	html_name(html, "part", "clients", NULL);
	html_put(html,
		"\">\n<table class=\"matrix\">\n<caption>What each client came to. A cell "
		"opens what was said.</caption>\n<thead><tr><th scope=\"col\">Client</th><th "
		"scope=\"col\" class=\"aspect\"><span>Verdict</span></th>");
	for (const struct aspect_title *title = aspect_titles(); title->aspect != NULL; title++)
		fprintf(html->out, "<th scope=\"col\" class=\"aspect\"><span>%s</span></th>",
			title->title);
	html_put(html, "<th scope=\"col\">TLS</th><th scope=\"col\">Cause</th></tr></thead>\n"
		       "<tbody>\n");
	for (size_t i = 0; i < clients->count; i++)
		put_row(html, clients->items[i]);
	html_put(html, "</tbody>\n</table>\n</div>\n");
}

/* --- what the cells open --- */

static void open_aspect(const struct html *html, const char *name, const struct aspect_title *title,
	const json_t *aspect)
{
	const struct sign *sign = sign_of_aspect(record_words(aspect, "result"));
	if (aspect == NULL || !has_details(aspect))
		return;
	html_put(html, "<section tabindex=\"-1\"");
	html_id(html, "client", name, title->aspect);
	fprintf(html->out, ">\n<h5 class=\"%s\">%s: ", html_tone(sign), title->title);
	html_sign(html, sign);
	html_put(html, "</h5>\n");
	if (record_words(aspect, "sentence")[0] != 0) {
		html_put(html, "<p>");
		html_sentence(html, record_words(aspect, "sentence"));
		html_put(html, "</p>\n");
	}
	html_dialogue(html, record_part(aspect, "dialogue"));
	html_put(html, "</section>\n");
}

static void open_cause(const struct html *html, const char *name, const json_t *client)
{
	const json_t *cause = record_part(client, "cause");
	if (!record_is(cause, "state", "found") && !record_is(cause, "state", "inconclusive"))
		return;
	html_put(html, "<section tabindex=\"-1\"");
	html_id(html, "client", name, "cause");
	html_put(html, ">\n<h5>Cause</h5>\n");
	html_cause(html, cause, true);
	html_trials(html, record_part(cause, "trials"));
	html_put(html, "</section>\n");
}

static void open_rules(const struct html *html, const json_t *client)
{
	const json_t *rules = record_part(client, "rules"),
		     *remarks = record_part(client, "remarks");
	if (json_array_size(rules) + json_array_size(remarks) == 0)
		return;
	html_put(html, "<h5>Worth knowing</h5>\n<ul>\n");
	for (size_t i = 0; i < json_array_size(remarks); i++) {
		html_element(html, "li", NULL, json_string_value(json_array_get(remarks, i)));
		html_put(html, "\n");
	}
	for (size_t i = 0; i < json_array_size(rules); i++) {
		const json_t *rule = json_array_get(rules, i);
		html_put(html, "<li>It breaks <code>");
		html_text(html, record_words(rule, "rule"));
		html_put(html, "</code>: ");
		html_text(html, record_words(rule, "sentence"));
		html_put(html, " <small>");
		html_text(html, record_words(rule, "strength"));
		html_put(html, " ");
		html_text(html, record_words(rule, "section"));
		html_put(html, "</small></li>\n");
	}
	html_put(html, "</ul>\n");
}

static bool is_bad(const json_t *client)
{
	enum tone tone = sign_of_client(record_words(client, "verdict"))->tone;
	return tone == TONE_BAD || tone == TONE_WARNING;
}

static void open_title(const struct html *html, const json_t *client, const char *name)
{
	const char *title = record_words(client, "title");
	const struct sign *sign = sign_of_client(record_words(client, "verdict"));
	fprintf(html->out, "<h4 class=\"%s\">", html_tone(sign));
	html_text(html, title[0] == 0 ? name : title);
	html_put(html, " ");
	html_element(html, "code", NULL, name);
	html_put(html, ": ");
	html_sign(html, sign);
	html_put(html, "</h4>\n");
	if (record_words(client, "about")[0] != 0)
		html_element(html, "p", "about", record_words(client, "about"));
	if (record_words(client, "sentence")[0] != 0) {
		html_put(html, "<p><strong>");
		html_sentence(html, record_words(client, "sentence"));
		html_put(html, "</strong></p>\n");
	}
}

static void open_client(const struct html *html, const json_t *client)
{
	const char *name = record_words(client, "client");
	fprintf(html->out, "<article class=\"more%s\" tabindex=\"-1\"",
		is_bad(client) ? " printed" : "");
	html_id(html, "client", name, NULL);
	html_put(html, ">\n");
	open_title(html, client, name);
	open_cause(html, name, client);
	html_advice(html, record_part(client, "advice"));
	for (const struct aspect_title *title = aspect_titles(); title->aspect != NULL; title++)
		open_aspect(html, name, title, record_aspect(client, title->aspect));
	open_rules(html, client);
	html_put(html, "<p class=\"back\">");
	html_link(html, "row", name, NULL);
	html_put(html, "Back to the table</a></p>\n</article>\n");
}

void html_clients(const struct html *html)
{
	const struct record_list *clients = &html->run->lists[RECORD_CLIENT];
	for (size_t i = 0; i < clients->count; i++)
		open_client(html, clients->items[i]);
}

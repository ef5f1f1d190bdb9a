/* html_facts: what was found out about the server, and what it is like. */
#include "html.h"

static const char *title_of(const json_t *fact)
{
	const char *title = record_words(fact, "title");
	return title[0] == 0 ? record_words(fact, "fact") : title;
}

static bool has_details(const json_t *fact)
{
	return record_words(fact, "sentence")[0] != 0 || record_count(fact, "sent") > 0 ||
	       record_count(fact, "dialogue") > 0 || record_count(fact, "advice") > 0;
}

static void put_row(const struct html *html, const json_t *fact)
{
	const char *name = record_words(fact, "fact");
	const struct sign *sign = sign_of_fact(record_words(fact, "verdict"));
	const char *mark = judgement_mark(html->judgement, html->run, fact);
	html_put(html, "<tr");
	html_id(html, "rowfact", name, NULL);
	html_put(html, "><th scope=\"row\">");
	html_text(html, title_of(fact));
	fprintf(html->out, "</th><td class=\"verdict %s\">", html_tone(sign));
	if (has_details(fact))
		html_link(html, "fact", name, NULL);
	html_sign(html, sign);
	if (mark[0] != 0)
		fprintf(html->out, " <small>(%s)</small>", mark);
	html_put(html, has_details(fact) ? "</a></td>" : "</td>");
	html_element(html, "td", NULL, record_words(fact, "value"));
	html_element(html, "td", NULL, record_words(fact, "strength"));
	html_element(html, "td", NULL, record_words(fact, "section"));
	html_put(html, "</tr>\n");
}

static void put_texts(const struct html *html, const char *label, const json_t *texts)
{
	for (size_t i = 0; i < json_array_size(texts); i++)
		html_code_row(
			html, i == 0 ? label : "then", json_string_value(json_array_get(texts, i)));
}

static void open_fact(const struct html *html, const json_t *fact)
{
	const char *name = record_words(fact, "fact");
	const struct sign *sign = sign_of_fact(record_words(fact, "verdict"));
	if (!has_details(fact))
		return;
	fprintf(html->out, "<article class=\"more%s\" tabindex=\"-1\"",
		sign->tone == TONE_BAD || sign->tone == TONE_WARNING ? " printed" : "");
	html_id(html, "fact", name, NULL);
	fprintf(html->out, ">\n<h4 class=\"%s\">", html_tone(sign));
	html_text(html, title_of(fact));
	html_put(html, ": ");
	html_sign(html, sign);
	html_put(html, "</h4>\n<p>");
	html_sentence(html, record_words(fact, "sentence"));
	html_put(html, "</p>\n<dl class=\"exchange\">\n");
	put_texts(html, "Sent", record_part(fact, "sent"));
	html_row(html, "Expected", record_words(fact, "expected"));
	put_texts(html, "Came", record_part(fact, "came"));
	html_put(html, "</dl>\n");
	html_advice(html, record_part(fact, "advice"));
	html_dialogue(html, record_part(fact, "dialogue"));
	html_put(html, "<p class=\"back\">");
	html_link(html, "rowfact", name, NULL);
	html_put(html, "Back to the table</a></p>\n</article>\n");
}

/* Those that are broken come first. */
static void put_rows(const struct html *html, const char *verdict, bool equal)
{
	const struct record_list *facts = &html->run->lists[RECORD_FACT];
	for (size_t i = 0; i < facts->count; i++) {
		if (record_is(facts->items[i], "verdict", verdict) == equal)
			put_row(html, facts->items[i]);
	}
}

void html_facts(const struct html *html)
{
	const struct record_list *facts = &html->run->lists[RECORD_FACT];
	if (facts->count == 0)
		return;
	html_put(html, "<h3");
	html_id(html, "part", "facts", NULL);
	html_put(html, ">Facts about the server</h3>\n<div class=\"wide\" role=\"region\" "
		       "tabindex=\"0\" aria-labelledby=\"");
	html_name(html, "part", "facts", NULL);
	html_put(html,
		"\">\n<table>\n<caption>What was asked of the server, and how strong the rule "
		"is. A verdict opens what was said.</caption>\n<thead><tr><th "
		"scope=\"col\">Fact</th><th scope=\"col\">Verdict</th><th "
		"scope=\"col\">Value</th><th scope=\"col\">Strength</th><th "
		"scope=\"col\">Section</th></tr></thead>\n<tbody>\n");
	put_rows(html, "broken", true);
	put_rows(html, "broken", false);
	html_put(html, "</tbody>\n</table>\n</div>\n");
	for (size_t i = 0; i < facts->count; i++)
		open_fact(html, facts->items[i]);
}

static void put_differences(const struct html *html, const json_t *differs)
{
	if (json_array_size(differs) == 0)
		return;
	html_put(html, "\n<ul>\n");
	for (size_t i = 0; i < json_array_size(differs); i++) {
		const json_t *difference = json_array_get(differs, i);
		html_put(html, "<li><code>");
		html_text(html, record_words(difference, "fact"));
		html_put(html, "</code>: here ");
		html_text(html, record_words(difference, "here"));
		html_put(html, ", there ");
		html_text(html, record_words(difference, "there"));
		html_put(html, "</li>\n");
	}
	html_put(html, "</ul>\n");
}

void html_likeness(const struct html *html)
{
	const struct record_list *likenesses = &html->run->lists[RECORD_LIKENESS];
	if (likenesses->count == 0)
		return;
	html_put(html, "<h3>Behaves like</h3>\n<ol>\n");
	for (size_t i = 0; i < likenesses->count; i++) {
		const json_t *likeness = likenesses->items[i];
		const char *title = record_words(likeness, "title");
		html_put(html, "<li>");
		html_text(html, title[0] == 0 ? record_words(likeness, "server") : title);
		fprintf(html->out, ": %lld of %lld facts agree",
			(long long)record_number(likeness, "agrees"),
			(long long)record_number(likeness, "of"));
		put_differences(html, record_part(likeness, "differs"));
		html_put(html, "</li>\n");
	}
	html_put(html, "</ol>\n");
}

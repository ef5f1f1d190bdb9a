/* format_html: the page from its head to its foot. */
#include "formats.h"

#include "html.h"
#include "markup.h"

#include <stdlib.h>

static const struct sign *sign_of_tally(const struct tally *tally)
{
	return sign_of_client(tally->cannot > 0			   ? "cannot-send"
			      : tally->losses > 0		   ? "sends-with-loss"
			      : tally->open || tally->clients == 0 ? "inconclusive"
								   : "sends");
}

static void put_head(const struct html *html, const char *verdict)
{
	html_put(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		       "<meta http-equiv=\"Content-Security-Policy\" content=\"");
	html_policy(html->out);
	html_put(html, "\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		       "<title>");
	html_sentence(html, verdict);
	if (html->judgement->set->run_count == 1) {
		html_put(html, " \u2013 ");
		html_text(html, html->judgement->set->runs[0].target);
	}
	html_put(html, "</title>\n<style>");
	html_style(html->out);
	html_put(html, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the results"
		       "</a>\n");
}

static void put_verdict(const struct html *html, const char *verdict)
{
	const struct record_set *set = html->judgement->set;
	int status = judgement_status(html->judgement);
	struct tally tally = {0};
	if (set->run_count == 1)
		tally = judgement_tally(html->judgement, &set->runs[0]);
	const struct sign *sign = set->run_count == 1
					  ? sign_of_tally(&tally)
					  : sign_of_client(status == 0	 ? "sends"
							   : status == 1 ? "cannot-send"
									 : "inconclusive");
	fprintf(html->out,
		"<header><h1 class=\"%s\"><span class=\"mark\" aria-hidden=\"true\">%s"
		"</span> ",
		html_tone(sign), sign->mark);
	html_sentence(html, verdict);
	html_put(html, ".</h1></header>\n<main id=\"main\">\n");
}

static void put_controls(const struct html *html)
{
	const struct record_list *controls = &html->run->lists[RECORD_CONTROL];
	for (size_t i = 0; i < controls->count; i++) {
		const json_t *control = controls->items[i];
		if (judgement_control_is_told(html->run, i))
			continue;
		const struct sign *sign = sign_of_control(record_words(control, "result"));
		html_put(html, i == 0 ? "<dt>Control</dt><dd>" : "<dt></dt><dd>");
		html_text(html, record_words(control, "who"));
		html_put(html, ": ");
		html_sign(html, sign);
		if (record_truth(control, "advisory"))
			html_put(html, " (a second opinion)");
		if (sign->tone != TONE_GOOD && record_words(control, "sentence")[0] != 0) {
			html_put(html, ". ");
			html_sentence(html, record_words(control, "sentence"));
		}
		if (sign->tone == TONE_BAD)
			html_dialogue(html, record_part(control, "dialogue"));
		html_put(html, "</dd>\n");
	}
}

static void put_plan(const struct html *html)
{
	const json_t *head = record_run_head(html->run);
	html_put(html, "<dl>\n");
	html_row(html, "Greeting", record_words(head, "greeting"));
	html_row(html, "Made by", record_words(head, "tool"));
	html_row(html, "Begun", record_words(head, "started"));
	if (record_part(head, "seed") != NULL)
		fprintf(html->out, "<dt>Seed</dt><dd>%lld</dd>\n",
			(long long)record_number(head, "seed"));
	html_row(html, "Mail",
		record_truth(head, "deliver")
			? "was delivered"
			: "none was delivered: every session ended behind RCPT");
	put_controls(html);
	const json_t *remarks = record_run_remarks(html->run);
	for (size_t i = 0; i < json_array_size(remarks); i++)
		html_row(html, "Remark", json_string_value(json_array_get(remarks, i)));
	if (html->run->replaced > 0)
		fprintf(html->out,
			"<dt>Remark</dt><dd>%zu records came twice and differently: the later one "
			"counts</dd>\n",
			html->run->replaced);
	html_put(html, "</dl>\n");
}

/* The server, and of one that is there more than once the time. */
static void put_name(const struct html *html)
{
	const char *started = record_words(record_run_head(html->run), "started");
	html_text(html, html->run->target);
	if (html->run->again && started[0] != 0) {
		html_put(html, ", ");
		html_text(html, started);
	}
}

/* One server. Where there are several, each has its own sentence. */
static bool put_server(const struct html *html)
{
	html_put(html, "<section class=\"server\"");
	html_id(html, "server", html->run->target, NULL);
	html_put(html, ">\n<h2>");
	put_name(html);
	html_put(html, "</h2>\n");
	if (html->judgement->set->run_count > 1) {
		struct tally tally = judgement_tally(html->judgement, html->run);
		struct buffer sentence;
		buffer_init(&sentence, &memory_standard, SIZE_MAX / 2);
		judgement_sentence(html->judgement, html->run, &sentence);
		fprintf(html->out, "<p><strong>%s ", sign_of_tally(&tally)->mark);
		html_sentence(html, buffer_string(&sentence));
		html_put(html, ".</strong></p>\n");
		buffer_free(&sentence);
	}
	put_plan(html);
	html_matrix(html);
	bool good = html_failures(html);
	html_clients(html);
	html_facts(html);
	html_likeness(html);
	html_put(html, "</section>\n");
	return good;
}

/* Ids of one server begin with its URL, and with the run's id where that URL is there twice. */
static void set_prefix(struct html *html, struct buffer *prefix)
{
	const struct record_set *set = html->judgement->set;
	char *text = NULL;
	size_t len = 0;
	FILE *stream;
	buffer_clear(prefix);
	if (set->run_count > 1 && (stream = open_memstream(&text, &len)) != NULL) {
		markup_anchor(stream, html->run->target);
		if (record_set_find_target(set, html->run->target) != html->run)
			fprintf(stream, "-%s", html->run->id);
		fputc('-', stream);
		fclose(stream);
		buffer_append(prefix, text, len);
		free(text);
	}
	html->prefix = buffer_string(prefix);
}

static void put_summary_row(const struct html *html)
{
	struct tally tally = judgement_tally(html->judgement, html->run);
	const struct sign *sign = sign_of_tally(&tally);
	struct buffer sentence;
	buffer_init(&sentence, &memory_standard, SIZE_MAX / 2);
	judgement_sentence(html->judgement, html->run, &sentence);
	html_put(html, "<tr><th scope=\"row\">");
	html_link(html, "server", html->run->target, NULL);
	put_name(html);
	fprintf(html->out,
		"</a></th><td class=\"%s\"><span class=\"mark\" aria-hidden=\"true\">%s"
		"</span> ",
		html_tone(sign), sign->mark);
	html_sentence(html, buffer_string(&sentence));
	fprintf(html->out, "</td><td>%zu</td><td>%zu</td><td>%zu</td></tr>\n", tally.clients,
		tally.cannot + tally.losses, tally.broken);
	buffer_free(&sentence);
}

/* Of many servers: a table before them all. */
static void put_summary(struct html *html, struct buffer *prefix)
{
	const struct record_set *set = html->judgement->set;
	html_put(html, "<h2 id=\"servers\">Servers</h2>\n<div class=\"wide\" role=\"region\" "
		       "tabindex=\"0\" aria-labelledby=\"servers\">\n<table>\n<caption>");
	html_put(html, record_set_targets(set) == set->run_count ? "All servers of this report"
								 : "All runs of this report");
	html_put(html,
		"</caption>\n<thead><tr><th scope=\"col\">Server</th><th "
		"scope=\"col\">Verdict</th><th scope=\"col\">Clients</th><th "
		"scope=\"col\">Failures</th><th scope=\"col\">Broken rules</th></tr></thead>\n"
		"<tbody>\n");
	for (size_t i = 0; i < set->run_count; i++) {
		html->run = &set->runs[i];
		set_prefix(html, prefix);
		put_summary_row(html);
	}
	html_put(html, "</tbody>\n</table>\n</div>\n");
}

bool format_html(const struct judgement *judgement, const struct report_output *output)
{
	struct html html = {.out = output->to, .judgement = judgement, .prefix = ""};
	struct buffer verdict, prefix;
	bool good = true;
	buffer_init(&verdict, &memory_standard, SIZE_MAX / 2);
	buffer_init(&prefix, &memory_standard, SIZE_MAX / 2);
	judgement_verdict(judgement, &verdict);
	put_head(&html, buffer_string(&verdict));
	put_verdict(&html, buffer_string(&verdict));
	if (judgement->set->run_count > 1)
		put_summary(&html, &prefix);
	for (size_t i = 0; i < judgement->set->run_count && good; i++) {
		html.run = &judgement->set->runs[i];
		set_prefix(&html, &prefix);
		good = put_server(&html) && !buffer_failed(&prefix);
	}
	html_put(&html, "</main>\n</body>\n</html>\n");
	buffer_free(&verdict);
	buffer_free(&prefix);
	return good;
}

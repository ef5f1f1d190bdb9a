/*
 * html: the page, its parts in files of their own.
 *
 * One file without scripts, without links to elsewhere: what it shows lies in it, and a policy in
 * its head keeps it so. A matrix (clients x what was tried) links to what was said; those parts are
 * shown when they are the target of the address (:target), so that a link to one client or one fact
 * can be passed on, the keyboard suffices, and the browser's "back" closes them. On paper those of
 * failures are shown.
 *
 * An id is made of names, not of numbers: it means the same in the report of tomorrow.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "judgement.h"
#include "signs.h"

#include <stdio.h>

struct html {
	FILE *out;
	const struct judgement *judgement;
	const struct record_run *run;
	const char *prefix; /* of the ids of this run; "" where there is only one */
};

/* --- parts of words (html_words.c) --- */

/* Written as it is: markup of our own. */
void html_put(const struct html *html, const char *markup);
/* A foreign text. */
void html_text(const struct html *html, const char *text);
/* <name class="class">text</name>; class NULL: none. */
void html_element(const struct html *html, const char *name, const char *class, const char *text);
/* The same with a number for a text. */
void html_number(const struct html *html, size_t number);
/* PREFIX kind "-" name ["-" part]; part NULL: none. */
void html_name(const struct html *html, const char *kind, const char *name, const char *part);
/* ` id="…"`, and `<a href="#…">`. */
void html_id(const struct html *html, const char *kind, const char *name, const char *part);
void html_link(const struct html *html, const char *kind, const char *name, const char *part);
/* A paragraph that leads to another part of this run, on the screen only. */
void html_jump(const struct html *html, const char *part, const char *words);
/* The mark, hidden from screen readers, and its words. */
void html_sign(const struct html *html, const struct sign *sign);
/* "good", "warning", "bad", "quiet": as a class. */
const char *html_tone(const struct sign *sign);
/* A row of a <dl>, as words or as what was said on the wire. */
void html_row(const struct html *html, const char *label, const char *text);
void html_code_row(const struct html *html, const char *label, const char *text);
/* A text whose first letter is made large. */
void html_sentence(const struct html *html, const char *text);

/* --- parts of a report --- */

void html_dialogue(const struct html *html, const json_t *dialogue);
/* The rows of what was sent, expected and came. */
void html_exchange(const struct html *html, const json_t *client);
/* `alone`: its sentence, which names the client, may stand there. */
void html_cause(const struct html *html, const json_t *cause, bool alone);
/* The experiment, where it was recorded: each trial a sentence. */
void html_trials(const struct html *html, const json_t *trials);
void html_advice(const struct html *html, const json_t *advice);
/* The failures of a run, put together by their causes. False: no memory. */
bool html_failures(const struct html *html);
/* The matrix, and behind it what its cells open. */
void html_matrix(const struct html *html);
void html_clients(const struct html *html);
void html_facts(const struct html *html);
void html_likeness(const struct html *html);

/* The style, and the digest by which the page's policy knows it. */
void html_style(FILE *out);
void html_policy(FILE *out);

#endif

/* format_text: the parts of the report for a terminal, each in a file of its own. */
#ifndef REPORT_FORMAT_TEXT_H
#define REPORT_FORMAT_TEXT_H

#include "page.h"
#include "judgement.h"

/* The table of clients. False: no memory. */
bool text_clients(
	const struct page *page, const struct judgement *judgement, const struct record_run *run);
/* Each group of failures, with what decided, the cause and what to do. */
bool text_failures(
	const struct page *page, const struct judgement *judgement, const struct record_run *run);
/* The clients of which nothing was concluded, by the reason. */
void text_open(const struct page *page, const struct record_run *run);
/* Those that are broken or inconclusive, in full. */
void text_broken_facts(
	const struct page *page, const struct judgement *judgement, const struct record_run *run);
/* All others, a line each. */
void text_other_facts(
	const struct page *page, const struct judgement *judgement, const struct record_run *run);
void text_likeness(const struct page *page, const struct record_run *run);
/*
 * "At server …", "At client …": what can be done, the first `most` of it (what fits the server best
 * comes first), and how much more there is.
 */
void text_advice(const struct page *page, size_t indent, const json_t *advice, size_t most);

#endif

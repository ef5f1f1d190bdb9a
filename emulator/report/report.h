/*
 * report: records, judged, in the formats that people and programs read.
 *
 *   text   for a terminal: the verdict, the controls, a table, each failure with its cause and what
 *          to do, facts about the server
 *   json   one document: the verdict, the status, and all records by run
 *   jsonl  the records, a line each
 *   junit  XML of JUnit's kind, as CI systems show it
 *   tap    Test Anything Protocol, version 14
 *   csv    a row for each control, client and fact (RFC 4180)
 *   html   one file without scripts or links to elsewhere
 *
 * A report is a function of the records and of nothing else: no clock, no environment, no locale.
 * Equal records give equal octets.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "judgement.h"

enum report_format {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_JSONL,
	REPORT_JUNIT,
	REPORT_TAP,
	REPORT_CSV,
	REPORT_HTML,
	REPORT_FORMATS
};

struct report_output {
	enum report_format format;
	FILE *to; /* borrowed */
	/* Of text only. */
	size_t width; /* 0: 80 columns */
	bool utf8, colour;
};

/* "text", "json", … */
const char *report_format_name(enum report_format format);
/* REPORT_FORMATS where there is no format of that name. */
enum report_format report_format_find(struct octets name);

/* False: something could not be written, or there was no memory. */
bool report_write(const struct judgement *judgement, const struct report_output *output);
/* All of them, one after the other; false where one could not be written. */
bool report_write_all(
	const struct judgement *judgement, const struct report_output *outputs, size_t count);

#endif

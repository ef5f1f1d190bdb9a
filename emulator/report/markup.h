/*
 * markup: text inside XML and HTML.
 *
 * What is readable (records.h) holds no character that XML 1.0 excludes, so that only &, <, >, "
 * and ' are left to be written as references. That makes the same text fit for both, inside an
 * element and inside an attribute in quotes.
 */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include <stdio.h>

#include "octets.h"

void markup_text(FILE *out, const char *text);
void markup_octets(FILE *out, struct octets text);
/* `name="text"` with a blank before it. */
void markup_attribute(FILE *out, const char *name, const char *text);
/* As markup_text(), with what a name of an anchor cannot hold written as `.HH`. */
void markup_anchor(FILE *out, const char *text);

#endif

/* readable: a JSON value bounded, and its texts made fit to be shown. */
#ifndef REPORT_READABLE_H
#define REPORT_READABLE_H

#include <jansson.h>

#include "octets.h"

/*
 * Appends `text`; what is unsafe to show (text.h), and the two characters of the plane that XML 1.0
 * excludes, become \xHH per octet. Unlike text_escape() it leaves a backslash alone, and what it
 * wrote it writes the same again.
 */
bool readable_text(struct buffer *out, struct octets text);

/* The first whole characters of readable text: as much as a complaint quotes of it. */
struct octets readable_beginning(struct octets text);

/*
 * Makes every text below `value` readable, in place. False with a complaint where a bound of
 * records.h is passed, or a member's name is not of [a-z0-9-].
 */
bool readable_value(json_t *value, struct buffer *complaint);

#endif

/*
 * records: what a check found, one JSON object a line (JSON Lines, UTF-8).
 *
 * Whoever checks a server writes *records*; every report is made of them and of nothing else, so
 * that a run can be rendered later, elsewhere, and together with others. A file of records is only
 * ever appended to. These are the kinds, in the order in which a run writes them:
 *
 *   run       what was planned: the target, the clients, the seed, the tool, the digest of the
 *             profiles, and that of who sends to whom (`account`); `format` is 1
 *   control   what a client known to be correct came to (`who`, `result`); one that is `advisory`
 *             is a second opinion
 *   client    what one client of the catalogue came to: `verdict`, `sentence`, where it ended
 *             (`step`, `code`, `reply`), its `aspects` (message, second-message, refused-recipient,
 *             duplicate), each with its dialogue, its `cause` as profile keys, and `advice`
 *   fact      what one probe found out about the server: `verdict`, `strength`, `section`, what was
 *             `sent`, what was `expected`, what `came`
 *   likeness  a server profile that answers as this server does; the best one first
 *   end       the run came to its end
 *
 * Each record names its `run`, 16 hexadecimal digits, and its `target`, a URL. What is not known is
 * left out. Which members there are, of which type, and which words they may hold stands in one
 * table (shape.c), by which every record is judged as it is read.
 *
 * Records are hostile input: a server chose part of their texts, and a file may come from anywhere.
 * So a record is bounded (RECORD_MAX, TEXT_MAX, LIST_MAX, DEPTH_MAX), and once read each of its
 * texts is *readable* (text.h): what could move a terminal's cursor, hide or reorder words, or has
 * no place in XML stands there as \xHH. A backslash stays as it is, since who wrote the record has
 * escaped already. Renderers rely on that.
 */
#ifndef REPORT_RECORDS_H
#define REPORT_RECORDS_H

#include <jansson.h>

#include "octets.h"

enum {
	RECORDS_FORMAT = 1,
	RECORD_MAX = 4 * 1024 * 1024, /* octets of a line */
	RECORD_TEXT_MAX = 8192,	      /* octets of a text */
	RECORD_LIST_MAX = 4096,	      /* items of a list, members of an object */
	RECORD_DEPTH_MAX = 12
};

enum record_kind {
	RECORD_RUN,
	RECORD_CONTROL,
	RECORD_CLIENT,
	RECORD_FACT,
	RECORD_LIKENESS,
	RECORD_END,
	RECORD_KINDS
};

/* "run", "control", … */
const char *record_kind_name(enum record_kind kind);

/*
 * Judges a record and makes its texts readable, in place. False where it is none, with a sentence
 * in `complaint` that names the member: `aspects[2].result: there is no "maybe"; say ok, failed …`.
 */
bool record_check(json_t *object, enum record_kind *kind, struct buffer *complaint);
/*
 * One line as a record, to be given back with json_decref(); NULL with a complaint. `kind` is also
 * set to RECORD_KINDS where the text is JSON but no record (a document, for one).
 */
json_t *record_read(struct octets line, enum record_kind *kind, struct buffer *complaint);

/* --- members; `object` may be NULL --- */

/* The text, lent, or NULL. */
const char *record_text(const json_t *object, const char *member);
/* The text, or "". */
const char *record_words(const json_t *object, const char *member);
bool record_is(const json_t *object, const char *member, const char *text);
/* The number, 0 where there is none (none of ours is negative). */
json_int_t record_number(const json_t *object, const char *member);
bool record_truth(const json_t *object, const char *member);
/* The list or object, or NULL. */
const json_t *record_part(const json_t *object, const char *member);
size_t record_count(const json_t *object, const char *member);
/* True where the member is a list of texts that holds this one. */
bool record_lists(const json_t *object, const char *member, const char *text);

/* A client's aspect of this name, or NULL. */
const json_t *record_aspect(const json_t *client, const char *aspect);

#endif

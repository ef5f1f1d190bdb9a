/*
 * shape: which members an object of a record may have, and what they may hold; as tables.
 *
 * Members that no table names are let through, so that a record of tomorrow can still be read;
 * their texts are made readable and their names bounded like all others.
 */
#ifndef REPORT_SHAPE_H
#define REPORT_SHAPE_H

#include <jansson.h>

#include "octets.h"
#include "records.h"

struct shape;

enum member_kind {
	MEMBER_TEXT,
	MEMBER_WORD, /* a text that is one of `words` */
	MEMBER_NUMBER,
	MEMBER_TRUTH,
	MEMBER_TEXTS, /* a list */
	MEMBER_WORDS, /* a list of texts, each one of `words` */
	MEMBER_OBJECT,
	MEMBER_OBJECTS,	     /* a list */
	MEMBER_OBJECT_LISTS, /* a list of lists */
	MEMBER_ANY
};

struct member {
	const char *name;
	enum member_kind kind;
	bool needed;
	const char *const *words;  /* NULL-ended */
	const struct shape *shape; /* of the object, or of each object of the list */
};

struct shape {
	const struct member *members; /* ended by one without a name */
};

extern const struct shape *const record_shapes[RECORD_KINDS];

/* False with a complaint that begins with the member's path. */
bool shape_check(const struct shape *shape, const json_t *object, struct buffer *complaint);

#endif

/*
 * keys: everything that may be written in a profile, one row per key.
 *
 * A row is the whole life of a key: its path, its type, the member it fills, its correct value
 * as YAML text, the words it takes, and a sentence. Parser, printer, defaults, `handset profile
 * keys` and the tables of profiles/README.md all come from it (client_keys.c, server_keys.c,
 * link_keys.c).
 *
 * A part of a path in capitals stands for any of `names`: `flow.PLACE` is nine keys, and their
 * members lie from `offset` on, `type->size` octets apart, each at the place that its name stands
 * for (words_value()).
 */
#ifndef PROFILE_KEYS_H
#define PROFILE_KEYS_H

#include "node.h"
#include "profile.h"
#include "words.h"

struct key;

/* A path that was found: which key, and what stands for its parts in capitals. */
struct match {
	const struct key *key;
	size_t index[2];       /* position in key->names; for an open name its count */
	struct octets part[2]; /* lent by the path */
};

struct conversion; /* types.h */

struct type {
	const char *name; /* as people read it */
	size_t size;	  /* of the member; the step of a family */
	/* Converts into the member; false after a complaint or for want of memory. */
	bool (*read)(struct conversion *conversion, const struct match *match,
		const struct node *node, void *member);
	/* Fills a member whose correct value is NULL; NULL where zeros will do. */
	void (*absent)(void *member);
};

struct key {
	const char *path;
	const struct type *type;
	size_t offset;
	const char *correct;	   /* YAML; NULL: absent, which the sentence explains */
	const struct words *words; /* a closed set, or NULL */
	const char *variables;	   /* of a text, with blanks between; NULL: it has none */
	uint64_t least, most;	   /* of a number; most 0: as far as numbers go */
	bool is_cell;		   /* plain `none` deletes what was inherited */
	const struct words *names[2];
	/* Takes names beside those of names[level]; may be NULL. */
	bool (*accepts)(size_t level, struct octets part);
	const char *sentence;
};

/* The rows of this kind; *count of them. */
const struct key *profile_keys(enum profile_kind kind, size_t *count);
const struct key *client_keys(size_t *count);
const struct key *server_keys(size_t *count);
const struct key *link_keys(size_t *count);

enum match_result { MATCH_NONE, MATCH_GROUP, MATCH_KEY };

/* Looks a path up: a key, a group that holds keys (`flow`), or neither. */
enum match_result keys_match(enum profile_kind kind, struct octets path, struct match *match);
/* Offers every path there is, groups included. */
void keys_suggest(enum profile_kind kind, struct suggestion *suggestion);
/*
 * Whether a node names a key, a cell or a group; a mistyped one would show nothing. Complains with
 * `unknown` ("no profile has a key"), the name and the nearest there is.
 */
bool keys_check(enum profile_kind kind, struct complaints *complaints, const struct node *node,
	const char *unknown);
/* How many members a row has: 1, or the number of its names. */
size_t key_members(const struct key *key);

#endif

/*
 * node: a YAML text as a tree of texts, lists and maps.
 *
 * All scalars are text: what they mean is for the key's type to say. Anchors, aliases, tags and
 * several documents never come as far as this (yaml.h).
 */
#ifndef PROFILE_NODE_H
#define PROFILE_NODE_H

#include "arena.h"
#include "complaint.h"

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	bool plain;	    /* NODE_TEXT: written without quotes */
	struct octets text; /* NODE_TEXT, with a NUL behind */
	struct location place;
	/* NODE_LIST: the items. NODE_MAP: the keys (all NODE_TEXT), each with its `value`. */
	struct node *first, *last;
	size_t count;
	struct node *next;
	struct node *value;
};

/* The value of a map's key, or NULL; also NULL where it is no map. */
const struct node *node_find(const struct node *map, const char *key);
/* A text that equals `word` and was written without quotes, as `none` is. */
bool node_is_word(const struct node *node, const char *word);
/* The same tree; quotes count only where a word without them means something (`none`). */
bool node_equal(const struct node *a, const struct node *b);
/* "a text", "a list", "a map"; "nothing" for a plain empty scalar. */
const char *node_kind_name(const struct node *node);
/* Appends the node as YAML on one line, quoted where it has to be. */
bool node_print(struct buffer *out, const struct node *node);

#endif

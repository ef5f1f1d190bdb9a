/*
 * yaml: from octets to a tree, through libfyaml.
 *
 * libfyaml's events are read, not its documents: what is refused (anchors, aliases, tags, merge
 * keys, directives, a second document, nesting deeper than PROFILE_MAX_DEPTH, duplicate keys,
 * too many nodes) is refused as it comes, before anything recursive sees it. Invalid UTF-8 and
 * NUL are found before libfyaml gets the text.
 */
#ifndef PROFILE_YAML_H
#define PROFILE_YAML_H

#include "node.h"

/* Most nodes of one file; bounds all work that grows with their square. */
enum { YAML_MAX_NODES = 8192 };

/*
 * Reads complaints->text. The tree is lent by the arena; NULL where reading had to stop, after a
 * complaint, or for want of memory (arena->failed). There may be complaints beside a tree, so
 * that more can be said about it at once. An empty text gives an empty map.
 */
const struct node *yaml_read(struct arena *arena, struct complaints *complaints);

#endif

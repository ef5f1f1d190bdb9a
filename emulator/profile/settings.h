/*
 * settings: a file as a flat, ordered list of (path, value), before any inheritance.
 */
#ifndef PROFILE_SETTINGS_H
#define PROFILE_SETTINGS_H

#include "evidence.h"

/* Most settings of one file, and of a profile with all its parents; most emptied groups. */
enum { SETTINGS_MAX = 4096, EMPTIED_MAX = 32 };

struct setting {
	const char *path;
	struct match match;
	const struct node *value;
	struct location place;		 /* of the key */
	bool repeats;			 /* a further event of a key that names several */
	unsigned int generation;	 /* 0: the profile itself, 1: its parent, … */
	const char *origin;		 /* name of the profile that wrote it */
	const struct evidence *evidence; /* never NULL in a loaded profile */
	const char *value_text;		 /* the value as YAML on one line */
};

struct settings {
	struct setting *items;
	size_t count;
	/* Groups written `{}` or `none`: what was inherited in them is gone. */
	struct octets emptied[EMPTIED_MAX];
	size_t emptied_count;
};

/* The keys of a file that are no settings; .at NULL or node NULL: not written. */
struct head {
	struct octets name, about;
	const struct node *based_on;
	struct evidence_list evidence;
	struct text_list breaks;
	bool breaks_written;
};

/*
 * Takes a file's tree apart. Complains of unknown and duplicate keys, and of rules in `breaks`
 * that the source (or NULL) does not know; the values are not looked into. False for want of
 * memory.
 */
bool settings_read(struct arena *arena, struct complaints *complaints, enum profile_kind kind,
	const struct profile_source *source, const struct node *root, struct head *head,
	struct settings *settings);
/* Finds the evidence of each setting, and complains where there is none. */
void settings_find_evidence(
	struct settings *settings, const struct head *head, struct complaints *complaints);

#endif

/*
 * types: from a node to a member of a profile.
 *
 * Every scalar is a text until its key's type converts it: `no`, `off` and `587` are nothing
 * special. A type that finds a node wrong complains at its place.
 */
#ifndef PROFILE_TYPES_H
#define PROFILE_TYPES_H

#include "keys.h"

/* A cell of reactions on its way into its row. */
struct reaction_cell {
	enum row row;
	struct octets mechanism;
	struct reaction reaction;
};

struct conversion {
	struct arena *arena;
	struct complaints *complaints;
	enum profile_kind kind;
	void *profile;	 /* struct client_profile, server_profile or link_profile */
	bool is_default; /* it is the correct value that is read, not a written one */
	/* The cells of tables, gathered; room for one per setting. */
	struct reaction_cell *reactions;
	size_t reaction_count;
	struct refusal *refusals;
	size_t refusal_count;
};

extern const struct type type_flag, type_number, type_span, type_text, type_texts, type_ports,
	type_word, type_words;
/* clients only */
extern const struct type type_timeout, type_times, type_reaction;
/* servers only */
extern const struct type type_reply, type_cancel, type_refusal, type_forgets, type_limit,
	type_faults;

/* links only */
extern const struct type type_rate;

/* What the rows' types build on. Each complains where the node is not what it should be. */
bool read_text(struct conversion *conversion, const struct node *node, struct octets *text);
bool read_list(struct conversion *conversion, const struct node *node);
bool read_number(struct conversion *conversion, const struct node *node, uint64_t *number);
/* `none` is PROFILE_NONE. */
bool read_time(struct conversion *conversion, const struct node *node, uint64_t *ms);
bool read_texts(struct conversion *conversion, const struct node *node, struct text_list *list);
/* Position in `words`. */
bool read_word(struct conversion *conversion, const struct node *node, const struct words *words,
	size_t *index);
/* Complains about the first {variable} that is not one of `variables`. */
bool check_variables(struct conversion *conversion, const struct node *node, const char *variables);
/* `unknown key "…"` at a key node of a map, with the nearest of `words`. */
void complain_of_key(
	struct conversion *conversion, const struct node *key, const struct words *words);

/* The events and rows of reactions, as keys name them. */
extern const struct words row_words, event_words;
bool reaction_accepts(size_t level, struct octets part);
/* Sorts the gathered cells into the rows of the client profile. */
bool reactions_assemble(struct conversion *conversion);
/* True where the default table holds a cell for this row and event (`none` can delete it). */
bool reaction_has_default(const struct match *match);

#endif

/*
 * profile: reading profiles.
 *
 * The model. A profile file is YAML (read with libfyaml). Reading has three stages, and each is
 * of use by itself:
 *
 *   1. A file becomes *settings*: a flat, ordered list of (path, value, where it was written, in
 *      which profile). `flow: {before-first: [reset]}` is the setting `flow.before-first`; a cell
 *      `reactions.hello: {501: quit}` is `reactions.hello.501`. A key with several events
 *      (`421 450: quit`) becomes several settings.
 *   2. `based-on` merges: the parent's settings first, the child's replace them path by path,
 *      `none` as a cell of a table deletes the inherited one.
 *   3. Settings become a struct client_profile, server_profile or link_profile: start from the
 *      correct values, convert each by its key's type.
 *
 * Because stage 3 takes any subset of settings, a difference can be taken away from a client
 * (explain), thousands of subsets can be tried (tests), and two profiles can be compared.
 *
 * A profile is hostile input: unknown and duplicate keys, anchors, aliases, tags, several
 * documents, invalid UTF-8, more than PROFILE_MAX_OCTETS, nesting deeper than PROFILE_MAX_DEPTH
 * chains of based-on longer than 8, and a file without a `name` are errors, each with
 * file:line:col and a caret where it has a place, in the order of their places.
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include "client_profile.h"
#include "link_profile.h"
#include "server_profile.h"

enum profile_kind { PROFILE_CLIENT, PROFILE_SERVER, PROFILE_LINK, PROFILE_KIND_COUNT };
/* "client", "server", "link" */
const char *profile_kind_name(enum profile_kind kind);

enum { PROFILE_MAX_OCTETS = 256 * 1024, PROFILE_MAX_DEPTH = 12, PROFILE_MAX_PARENTS = 8 };

/* How a profile of a name is found; the loader itself opens no file. */
struct profile_source {
	void *context;
	/*
	 * Gives the text of the profile of this kind and name (already checked to be [a-z0-9.-]
	 * and without ".."), and the file name that messages shall show. False: there is none.
	 */
	bool (*read)(void *context, enum profile_kind kind, const char *name, struct buffer *text,
		struct buffer *file);
	/* Calls offer() for every name of this kind, for "did you mean"; NULL: nothing is offered.
	 */
	void (*list)(void *context, enum profile_kind kind,
		void (*offer)(void *taker, const char *name), void *taker);
	/*
	 * The rules that `breaks` may name, by index, NULL beyond the last: the referee's, which
	 * the loader does not know. NULL: any text is taken.
	 */
	const char *(*rule)(void *context, size_t index);
};

/* True for [a-z0-9.-]+ that neither begins with a dot nor holds ".."; at most 64 octets. */
bool profile_name_is_valid(struct octets name);

/* What a setting is known from, the heaviest first. */
enum evidence_kind {
	EVIDENCE_TRACE,
	EVIDENCE_TEST,
	EVIDENCE_SOURCE,
	EVIDENCE_VENDOR,
	EVIDENCE_REPORT,
	EVIDENCE_DERIVED,
	EVIDENCE_DOCUMENT,
	EVIDENCE_ASSUMPTION
};
const char *evidence_kind_name(enum evidence_kind kind);

struct profile; /* opaque: settings, evidence, and the built struct; one arena */

/*
 * Loads, merges, checks and builds. On an error returns NULL and appends the messages, ready to
 * be shown, to `errors` (file:line:col: error: …, the line, the caret, "did you mean").
 * `name` "correct" is the empty profile, also where the source has none of that name.
 * All arguments are borrowed during the call, `memory` for as long as the profile lives.
 */
struct profile *profile_load(const struct memory *memory, enum profile_kind kind, const char *name,
	const struct profile_source *source, struct buffer *errors);
/* The same for a text that has no name in the source (a path given by a user). */
struct profile *profile_load_text(const struct memory *memory, enum profile_kind kind,
	const char *file, struct octets text, const struct profile_source *source,
	struct buffer *errors);
/* NULL is fine. What profile_client() and its like lent ends here. */
void profile_free(struct profile *profile);

enum profile_kind profile_kind(const struct profile *profile);
/* Lent by the profile; NULL where it is of the other kind. */
const struct client_profile *profile_client(const struct profile *profile);
const struct server_profile *profile_server(const struct profile *profile);
const struct link_profile *profile_link(const struct profile *profile);
/* Of any kind; lent. */
struct octets profile_title(const struct profile *profile);

/*
 * The settings after merging, head keys (name, about, evidence, breaks, based-on) left out, and
 * those that say what is correct anyway: they are no differences. (timeouts.STEP stays where
 * timeouts.else is written: there it says that the step is an exception.)
 */
size_t profile_setting_count(const struct profile *profile);
const char *profile_setting_path(const struct profile *profile, size_t index);

/* One setting with all that is known about it; every text is lent by the profile. */
struct profile_difference {
	const char *path;
	const char *value;    /* YAML on one line */
	const char *correct;  /* the correct value, or "" where its absence is correct */
	const char *sentence; /* of its key */
	const char *origin;   /* the profile that wrote it */
	enum evidence_kind evidence;
	const char *where; /* what the evidence names */
};
/* Zeros where there is no such setting. */
struct profile_difference profile_difference(const struct profile *profile, size_t index);

/* The profile's own name, and those of its parents, the nearest first; NULL beyond the last. */
const char *profile_lineage(const struct profile *profile, size_t generation);

/*
 * The same profile with only the settings for which keep[index] is true: a client that can be
 * played, whatever is left. It does not depend on the profile that it came from, which may be
 * freed first. NULL only for want of memory.
 */
struct profile *profile_subset(const struct profile *profile, const bool *keep);

#endif

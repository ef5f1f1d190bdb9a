/* lesson_state: a profile in the making, as cells; seen by lesson*.c only. */
#ifndef CHECK_LESSON_STATE_H
#define CHECK_LESSON_STATE_H

#include "lesson.h"

/* `group: {key: value}`, or `group: {part: {key: value}}`; a group of one value has no key. */
struct lesson_cell {
	const char *group, *part, *key; /* part, key: or NULL */
	char *value;			/* YAML */
};

enum { LESSON_CELLS_MAX = 120, LESSON_VALUE_MAX = 64 * 1024 };

struct lesson {
	const struct lesson_wish *wish;
	const struct likeness_candidate *parent;
	const struct memory *memory;
	struct lesson_cell cells[LESSON_CELLS_MAX];
	size_t count;
	/* What is written as a variable where it occurs. */
	struct octets host, client, name, sender, recipient;
	bool failed;
};

/* Sets a cell that is not yet set; the value is copied. */
void lesson_set(struct lesson *lesson, const char *group, const char *part, const char *key,
	const struct buffer *value);
void lesson_set_text(struct lesson *lesson, const char *group, const char *part, const char *key,
	const char *value);

/* A cell that is asked after those of the same part: refusals are asked as they are written. */
void lesson_put_last(struct lesson *lesson, const char *group, const char *part, const char *key);

/* --- lesson_text.c --- */

/* Appends a text in double quotes, with variables for what differs from session to session. */
void lesson_quote(const struct lesson *lesson, struct octets text, struct buffer *out);
/* Appends what came at a step as a reply of a profile: text, list, or {reply, then}. */
void lesson_reply(const struct lesson *lesson, const struct probe *probe,
	const struct probe_reply *reply, struct buffer *out);
/* Appends the lines of an EHLO reply but the first, as a list; without STARTTLS if so asked. */
void lesson_offers(const struct lesson *lesson, struct octets reply, bool without_starttls,
	struct buffer *out);
/* The first line of a reply without code and line end. */
struct octets lesson_first_line(struct octets reply);

/* --- lesson_words.c: host, offers, replies; lesson_rules.c: refuses, forgets, TLS --- */

void lesson_learn_words(struct lesson *lesson);
void lesson_learn_rules(struct lesson *lesson);
/* RSET, auth, data, limits (lesson_logins.c) */
void lesson_learn_logins(struct lesson *lesson);

bool lesson_is_broken(const struct lesson *lesson, const char *fact);
/* What came at a step is said where a verb meets a condition. */
void lesson_refuse(struct lesson *lesson, const char *verb, const char *condition,
	const struct probe *probe, size_t step);
/* It is not refused, where the parent does so. */
void lesson_permit(struct lesson *lesson, const char *verb, const char *condition);

/* The last dialogue of a fact that was decided; NULL: it was not. */
const struct probe *lesson_probe(const struct lesson *lesson, const char *fact);
/* The reply to the first step that begins so ("MAIL", "*"), or is a login; NULL: none came. */
const struct probe_reply *lesson_reply_to(const struct probe *probe, const char *said);

#endif

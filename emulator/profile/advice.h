/*
 * advice: what cures a failure, as data.
 *
 * A file profiles/advice/NAME.yaml holds what is known of one server software (or of every
 * server, or of what a client's owner can do), an item for each cure:
 *
 *   software: A server
 *   matches: {greeting: ["*ESMTP A server*"], likeness: ["a-server*"]}
 *   advice:
 *     - for: [{key: hello.names, value: "*_*"}]
 *       facts: [hello-underscore]
 *       at: [hello]
 *       setting: allowed_characters
 *       do: "Set allowed_characters = _ in the main configuration."
 *       source: "its manual, section 14.1"
 *
 * An item answers a *question*: the keys of a client profile that were found to be the cause, or a
 * fact about the server that does not hold. `for` names keys, cells or groups of a client
 * profile, with a pattern for the value where only some values are meant; `at` and `code` narrow
 * it to where the client failed and what it was told (`none`: no reply decided), `offered` and
 * `not-offered` to servers whose reply to EHLO has such a line, or has none. What a question does
 * not know it does not exclude.
 *
 * A server's software is guessed from its greeting, its reply to EHLO, the words of its other
 * replies
 * (`reply`, for software whose greeting its owner writes) and the server profile that it behaves
 * like. Guessing wrong costs no more than the order: what is for other software comes last, and a
 * caller shows its `setting` in place of its text; an item without one is left out there. A file
 * that says `elsewhere: hidden` has nothing for servers that it was not recognised in.
 *
 * Files are as hostile as profiles are, and read as strictly: unknown keys, keys that no client
 * profile has, texts without an end are errors with file:line:col.
 */
#ifndef PROFILE_ADVICE_H
#define PROFILE_ADVICE_H

#include "catalogue.h"

/* Most octets of a text, most items of a file, most of one answer. */
enum { ADVICE_TEXT_MAX = 480, ADVICE_ITEMS_MAX = 128, ADVICE_ANSWER_MAX = 24 };

struct advice_book; /* opaque: every file, one arena */

/* Empty; NULL for want of memory. `memory` is borrowed for as long as the book lives. */
struct advice_book *advice_new(const struct memory *memory);
/* NULL is fine. */
void advice_free(struct advice_book *book);
/*
 * Adds a file's text. False, with messages ready to be shown appended to `errors`, where it is
 * wrong (what was right in it is added all the same) or for want of memory.
 */
bool advice_read(
	struct advice_book *book, const char *file, struct octets text, struct buffer *errors);
/* Adds every file of the catalogue's folders, by name; the first folder that has a name wins. */
bool advice_read_catalogue(
	struct advice_book *book, const struct catalogue *catalogue, struct buffer *errors);
size_t advice_count(const struct advice_book *book);
/* True for a text that is meant as advice and not as a profile. */
bool advice_is_meant(struct octets text);

/* A key of a client profile; `value` is YAML on one line, NULL: not known. */
struct advice_cause {
	const char *key, *value;
};

/* All borrowed. What is NULL, 0 or "" is not known. */
struct advice_question {
	const struct advice_cause *causes;
	size_t cause_count;
	const char *fact;  /* its name, without causes */
	const char *step;  /* where the client failed: a step's name as reactions have it */
	unsigned int code; /* of what was told it there; 0 where `step` is known: nothing was */
	const char *greeting, *ehlo; /* as received; lines of EHLO with \n between */
	const char *replies;	     /* the other lines that it said, \n between */
	const char *likeness;	     /* name of the server profile that it behaves like */
};

struct advice {
	bool to_owner; /* else to who runs the server */
	/*
	 * That the software was recognised, or that it is for any. Else `setting` alone is shown:
	 * "A server: allowed_characters".
	 */
	bool fits;
	const char *software; /* "": any */
	const char *setting;  /* short; "" where there is none */
	const char *text;     /* what to do, as sentences */
	const char *source;   /* where that is documented */
};

/*
 * What there is for this question, at most `room`: for the recognised software, for every server,
 * for the owner, and at last for other software. Texts are lent by the book.
 */
size_t advice_for(const struct advice_book *book, const struct advice_question *question,
	struct advice *answers, size_t room);

#endif

/*
 * signs: the words of records as people read them: a mark, words and a colour.
 *
 * A mark tells by its shape what a colour tells too, and never stands without words.
 */
#ifndef REPORT_SIGNS_H
#define REPORT_SIGNS_H

#include <stdbool.h>
#include <stddef.h>

enum tone { TONE_NONE, TONE_GOOD, TONE_WARNING, TONE_BAD, TONE_QUIET, TONE_BOLD, TONES };

struct sign {
	const char *word;  /* as in the records */
	const char *mark;  /* one column wide */
	const char *ascii; /* the same where there is only ASCII */
	const char *says;
	enum tone tone;
};

/* Each is lent for ever; a word that is not known has a sign too. */
const struct sign *sign_of_client(const char *verdict);
const struct sign *sign_of_control(const char *result);
const struct sign *sign_of_aspect(const char *result);
const struct sign *sign_of_fact(const char *verdict);
/* The headings of a client's aspects, in their order; NULL behind the last. */
struct aspect_title {
	const char *aspect, *title;
};
const struct aspect_title *aspect_titles(void);
/* "recipient": what a correct server says to it; "" where the step is not known. */
const char *step_expects(const char *step);

#endif

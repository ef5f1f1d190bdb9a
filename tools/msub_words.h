/*
 * words: text from elsewhere (addresses, file names, answers) where people and programs read it.
 *
 * What is not printable UTF-8 could change a terminal or deceive who reads it; it is written \xHH,
 * and the backslash \\, exactly as the library does it (msub.h, TEXT).
 */
#ifndef TOOLS_MSUB_WORDS_H
#define TOOLS_MSUB_WORDS_H

#include <stdio.h>

/* Writes text that nobody has looked at yet. */
void words_print(FILE *to, const char *text);
/* The same as one word of a list: blanks and commas are escaped as well. */
void words_print_word(FILE *to, const char *text);
/* Writes text that the library has escaped already, its lines joined with " / ". */
void words_print_lines(FILE *to, const char *text);
/* Writes a JSON string with its quotes; octets that are no UTF-8 become U+FFFD. */
void words_print_json(FILE *to, const char *text);

#endif

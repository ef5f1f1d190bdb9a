/*
 * progress_bar: one line on a terminal, while something takes long.
 *
 *     [##########----------]  50 %  12.5 of 25.0 MiB  message 3 of 7
 *
 * It is on stderr, and only where that is a terminal that can wipe a line. It is wiped before
 * anything else is said. It has no colours.
 */
#ifndef TOOLS_PROGRESS_BAR_H
#define TOOLS_PROGRESS_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress_bar {
	uint64_t shown_ms;
	unsigned int width; /* 0: nothing is shown */
	bool on_screen;
};

/* `quiet`: never shown. False: there is nowhere to show it. */
bool progress_bar_begin(struct progress_bar *bar, bool quiet);
/* It has not been shown for a while: showing it again is of use. */
bool progress_bar_is_due(struct progress_bar *bar);
/* `messages`: of how many; 0: that is not known. */
void progress_bar_show(
	struct progress_bar *bar, uint64_t sent, uint64_t whole, size_t message, size_t messages);
/* Likewise, of things that are counted: "37 of 1000 phones". */
void progress_bar_show_count(
	struct progress_bar *bar, uint64_t done, uint64_t whole, const char *things);
/* What is waited for, where nothing can be counted. */
void progress_bar_show_words(struct progress_bar *bar, const char *words);
/* Wipes it, until it is shown again. */
void progress_bar_hide(struct progress_bar *bar);

#endif

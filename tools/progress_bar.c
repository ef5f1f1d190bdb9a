/* progress_bar: a share, two sizes and a number, as one line. */
#include "progress_bar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { INTERVAL_MS = 100, LINE_MAX_COLUMNS = 120 };

static uint64_t now_ms(void)
{
	struct timespec now = {0};
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Columns of the terminal; 0: it cannot wipe a line. */
static unsigned int terminal_width(void)
{
	struct winsize size = {0};
	const char *terminal = getenv("TERM");
	if (!isatty(STDERR_FILENO) || terminal == NULL || terminal[0] == 0 ||
		strcmp(terminal, "dumb") == 0)
		return 0;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

bool progress_bar_begin(struct progress_bar *bar, bool quiet)
{
	unsigned int width = quiet ? 0 : terminal_width();
	*bar = (struct progress_bar){.width = width < 20 ? 0 : width, .shown_ms = now_ms()};
	return bar->width > 0;
}

bool progress_bar_is_due(struct progress_bar *bar)
{
	uint64_t now = now_ms();
	if (bar->width == 0 || now - bar->shown_ms < INTERVAL_MS)
		return false;
	bar->shown_ms = now;
	return true;
}

/* 12.5 MiB, 3.0 KiB. */
static int print_octets(char *to, size_t room, uint64_t octets, uint64_t unit)
{
	return snprintf(to, room, "%" PRIu64 ".%" PRIu64, octets / unit, octets % unit * 10 / unit);
}

static unsigned int per_cent(uint64_t done, uint64_t whole)
{
	return whole == 0 ? 100 : (unsigned int)(100.0 * (double)done / (double)whole);
}

static void write_words(
	char *words, size_t room, uint64_t sent, uint64_t whole, size_t message, size_t messages)
{
	char done[32], all[32];
	bool large = whole >= 1024 * 1024;
	uint64_t unit = large ? 1024 * 1024 : 1024;
	print_octets(done, sizeof done, sent, unit);
	print_octets(all, sizeof all, whole, unit);
	int len = snprintf(words, room, " %3u %%  %s of %s %s", per_cent(sent, whole), done, all,
		large ? "MiB" : "KiB");
	if (messages > 1 && len > 0 && (size_t)len < room)
		snprintf(
			words + len, room - (size_t)len, "  message %zu of %zu", message, messages);
	if (messages == 0 && len > 0 && (size_t)len < room)
		snprintf(words + len, room - (size_t)len, "  message %zu", message);
}

/* At most `width` columns of ASCII; `room` for more than that. */
static void write_line(char *line, size_t room, unsigned int width, uint64_t done, uint64_t whole,
	const char *words)
{
	size_t columns = width < LINE_MAX_COLUMNS ? width : LINE_MAX_COLUMNS;
	if (columns >= room)
		columns = room - 1;
	size_t cells = columns > strlen(words) + 12 ? columns - strlen(words) - 2 : 0;
	size_t full = whole == 0 ? cells : (size_t)((double)cells * (double)done / (double)whole);
	char *at = line;
	if (cells > 0) {
		*at++ = '[';
		for (size_t i = 0; i < cells; i++)
			*at++ = i < full ? '#' : '-';
		*at++ = ']';
	}
	snprintf(at, columns - (size_t)(at - line) + 1, "%s", words + (cells == 0));
}

static void show(struct progress_bar *bar, uint64_t done, uint64_t whole, const char *words)
{
	char line[LINE_MAX_COLUMNS + 1];
	bar->on_screen = true;
	/* a terminal's last column is left free, where some break the line */
	write_line(line, sizeof line, bar->width - 1, done, whole, words);
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
}

void progress_bar_show(
	struct progress_bar *bar, uint64_t sent, uint64_t whole, size_t message, size_t messages)
{
	char words[96];
	if (bar->width == 0)
		return;
	sent = sent > whole ? whole : sent;
	write_words(words, sizeof words, sent, whole, message, messages);
	show(bar, sent, whole, words);
}

void progress_bar_show_count(
	struct progress_bar *bar, uint64_t done, uint64_t whole, const char *things)
{
	char words[96];
	if (bar->width == 0)
		return;
	done = done > whole ? whole : done;
	snprintf(words, sizeof words, " %3u %%  %" PRIu64 " of %" PRIu64 " %s",
		per_cent(done, whole), done, whole, things);
	show(bar, done, whole, words);
}

void progress_bar_show_words(struct progress_bar *bar, const char *words)
{
	char line[LINE_MAX_COLUMNS + 1];
	unsigned int columns = bar->width < LINE_MAX_COLUMNS ? bar->width : LINE_MAX_COLUMNS;
	if (bar->width == 0)
		return;
	snprintf(line, columns, "%s", words);
	bar->on_screen = true;
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
}

void progress_bar_hide(struct progress_bar *bar)
{
	if (bar->on_screen)
		fputs("\r\033[K", stderr);
	bar->on_screen = false;
}

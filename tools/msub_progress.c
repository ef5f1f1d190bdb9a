/* progress: what is known about all mails, as one line. */
#include "msub_progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { WORTH_OCTETS = 1024 * 1024, WORTH_MESSAGES = 10, INTERVAL_MS = 100, LINE_MAX_COLUMNS = 120 };

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

static uint64_t size_of(const struct mail *mail)
{
	return (uint64_t)(mail->end - mail->start);
}

void progress_begin(struct progress *progress, const struct mails *mails, bool quiet)
{
	unsigned int width = quiet ? 0 : terminal_width();
	*progress = (struct progress){.width = width};
	if (width < 20)
		return;
	progress->whole = mails_ahead(mails);
	for (size_t i = 0; i < mails->count; i++)
		progress->whole += size_of(mails->items[i]);
	size_t count = mails_total(mails);
	if (progress->whole <= WORTH_OCTETS && count > 0 && count <= WORTH_MESSAGES)
		return;
	progress->mails = mails;
	progress->shown_ms = now_ms();
}

/* 12.5 MiB, 3.0 KiB. */
static int print_octets(char *to, size_t room, uint64_t octets, uint64_t unit)
{
	return snprintf(to, room, "%" PRIu64 ".%" PRIu64, octets / unit, octets % unit * 10 / unit);
}

void progress_line(char *line, size_t room, unsigned int width, uint64_t sent, uint64_t whole,
	size_t message, size_t messages)
{
	char words[96], done[32], all[32];
	bool large = whole >= 1024 * 1024;
	uint64_t unit = large ? 1024 * 1024 : 1024;
	if (sent > whole)
		sent = whole;
	print_octets(done, sizeof done, sent, unit);
	print_octets(all, sizeof all, whole, unit);
	int len = snprintf(words, sizeof words, " %3u %%  %s of %s %s",
		whole == 0 ? 100 : (unsigned int)(100.0 * (double)sent / (double)whole), done, all,
		large ? "MiB" : "KiB");
	if (messages > 1 && len > 0 && (size_t)len < sizeof words)
		snprintf(words + len, sizeof words - (size_t)len, "  message %zu of %zu", message,
			messages);
	if (messages == 0 && len > 0 && (size_t)len < sizeof words)
		snprintf(words + len, sizeof words - (size_t)len, "  message %zu", message);
	size_t columns = width < LINE_MAX_COLUMNS ? width : LINE_MAX_COLUMNS;
	if (columns >= room)
		columns = room - 1;
	size_t cells = columns > strlen(words) + 12 ? columns - strlen(words) - 2 : 0;
	size_t full = whole == 0 ? cells : (size_t)((double)cells * (double)sent / (double)whole);
	char *at = line;
	if (cells > 0) {
		*at++ = '[';
		for (size_t i = 0; i < cells; i++)
			*at++ = i < full ? '#' : '-';
		*at++ = ']';
	}
	snprintf(at, columns - (size_t)(at - line) + 1, "%s", words + (cells == 0));
}

void progress_show(struct progress *progress, struct mail *mail, uint64_t sent, uint64_t size)
{
	char line[LINE_MAX_COLUMNS + 1];
	if (progress->mails == NULL)
		return;
	/* the size is the file's until the library knows better; both may go back: they wrap */
	uint64_t known = mail->told_size == 0 ? size_of(mail) : mail->told_size;
	progress->total += sent - mail->told_sent;
	progress->whole += size == 0 ? 0 : size - known;
	mail->told_sent = sent;
	mail->told_size = size == 0 ? known : size;
	uint64_t now = now_ms();
	if (now - progress->shown_ms < INTERVAL_MS)
		return;
	progress->shown_ms = now;
	progress->on_screen = true;
	/* a terminal's last column is left free, where some break the line */
	progress_line(line, sizeof line, progress->width - 1, progress->total, progress->whole,
		mail->number, mails_total(progress->mails));
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
}

void progress_hide(struct progress *progress)
{
	if (progress->on_screen)
		fputs("\r\033[K", stderr);
	progress->on_screen = false;
}

void progress_end(struct progress *progress)
{
	progress_hide(progress);
	fflush(stderr);
	*progress = (struct progress){0};
}

/*
 * log: one line about each mail, as msmtp writes it, into a file and to the system's log.
 *
 *     Nov 23 18:52:16 host=mail.example.org tls=on auth=on user=ann from=ann@example.org
 *     recipients=bob@example.net,cid@example.net mailsize=1234 smtpstatus=250
 *     smtpmsg='250 2.0.0 ok' exitcode=EX_OK            (one line)
 *
 * Blanks and commas in an address are escaped (\x20): nobody forges another field.
 * A mail that failed has no mailsize, but errormsg='...': why, and whom it concerns. In quoted
 * texts ' becomes ", what is not printable ?, and line ends \n. A line is one write to a locked
 * file.
 */
#ifndef TOOLS_MSUB_LOG_H
#define TOOLS_MSUB_LOG_H

#include "msub_mail.h"

/* What was found out while writing; zeroed before the first mail. */
struct log {
	unsigned int waited_ms; /* for the lock of the file: only so long, all mails together */
};

/*
 * The line with its end, but without the time; the caller frees it. `trouble` is why nothing was
 * sent, where the mail has none of its own. NULL: no memory.
 */
char *log_line(const struct mail *mail, const struct account *account, int status, bool user,
	const struct trouble *trouble);
/*
 * Writes a line about a mail, where the account says so; `trouble` is that of all of them. What
 * cannot be written is told on stderr, and changes nothing else.
 */
void log_mail(struct log *log, const struct mail *mail, const struct account *account,
	const struct trouble *trouble);

#endif

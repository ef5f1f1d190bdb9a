/*
 * flush_show: a queued mail as it is shown, for people or for programs.
 *
 * For programs a queue is
 *
 *   {"queue": "/home/ann/queue", "waiting": [MAIL, ...], "failed": [MAIL, ...], "trouble": ""}
 *
 * and a mail
 *
 *   {"id": "1795470000.x", "trouble": "", "since": 1795470000, "octets": 512,
 *     "sender": "ann@example.org",
 *     "recipients": [{"recipient": "bob@example.net", "state": "waiting"}],
 *     "reasons": ["2026-11-23T19:18:03Z bob@example.net: refused for now: ..."]}
 *
 * One that cannot be read has its trouble and no members but "id" and "reasons".
 */
#ifndef TOOLS_MSUB_FLUSH_SHOW_H
#define TOOLS_MSUB_FLUSH_SHOW_H

#include "msub_queue.h"

struct shown_mail {
	const char *id;
	const struct queue_entry *entry; /* NULL: it cannot be read, and trouble says why */
	const char *trouble;
	const char *reasons; /* whole lines, escaped when they were written; "": none */
	long long octets;
};

void shown_mail_print(const struct shown_mail *mail, FILE *to);
void shown_mail_json(const struct shown_mail *mail, FILE *to);

#endif

/*
 * queue: a folder in which mails wait until they can be sent.
 *
 *     tmp/      being written             failed/ID           nobody will try it again
 *     new/ID    one mail that waits       failed/ID.reasons   and why, in words
 *     new/ID.reason   why it still waits, where that is known
 *     lock      whoever sends has it locked
 *
 * A mail is one file: lines that say how and for whom, an empty line, and the message as it is
 * sent. It is written and synced in tmp/ and then renamed, so that what is in new/ is whole. From
 * then on one octet of it changes for each recipient, its state; a crash leaves that the one or
 * the other, never something else.
 *
 *     msub-queue 1
 *     account work              the route: how it is to be sent; equal routes share a session
 *     set tls_trust_file /home/ann/ca.pem
 *     sender ann@example.org
 *     return headers            the reports that are asked for (RFC 3461), where any are:
 *     envelope_id x42           for the mail,
 *     if_offered                by somebody to whom they matter less than the mail
 *     to W bob@example.net      W waits, T its end was on the way, D delivered,
 *     ask failure,delay rfc822;b@example.com     for the recipient in front of it, each of
 *                               them "-" where it is not said
 *     to D cid@example.net      F refused for good, U unsure
 *
 * THE ORDER OF STEPS, and what a crash behind each leaves
 *
 *     1  tmp/ID is written and synced, renamed to new/ID,    a remainder in tmp/, which goes away
 *        new/ is synced                                      after a day; the caller heard nothing
 *     2  before the last octet of the message can leave,     T: it is unsure, and is not sent
 *        the recipients of this transaction become T         again by itself
 *     3  the server has answered; for those refused or       T as before; or the reason is there
 *        unsure the reason is appended to failed/ID.reasons  twice
 *     4  the states become D, F, U, or W again               those done are done
 *     -  2 to 4 come once for each transaction that it takes
 *     5  nobody waits: new/ID is removed, or renamed to      step 5 is done by whoever flushes
 *        failed/ID                                           next
 *
 * So nothing is lost, and what may be delivered twice is marked as unsure and left to a person.
 */
#ifndef TOOLS_MSUB_QUEUE_H
#define TOOLS_MSUB_QUEUE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "msub.h"
#include "msub_addresses.h"
#include "msub_trouble.h"
#include "msub_wishes.h"

enum { QUEUE_ID_MAX = 64 };

struct queue {
	const char *path; /* borrowed */
	int folder, tmp, new, failed;
	int lock; /* -1: not locked */
};

/* What is put into it. */
struct queue_letter {
	const char *route; /* whole lines */
	const char *sender;
	const struct addresses *recipients;
	struct mail_reports reports;
	const struct wishes *wishes; /* NULL: none */
	struct msub_source source;
};

/* States of a recipient, as they stand in the file. */
enum queue_state {
	QUEUE_WAITS = 'W',
	QUEUE_ON_THE_WAY = 'T',
	QUEUE_DELIVERED = 'D',
	QUEUE_FAILED = 'F',
	QUEUE_UNSURE = 'U'
};

struct queue_recipient {
	const char *address;
	char state;
	off_t at;      /* of the state in the file */
	size_t number; /* for who sends it: which recipient of the message it is */
	bool repeated; /* and that it was named before */
};

/* One file. */
struct queue_entry {
	char id[QUEUE_ID_MAX];
	int descriptor;
	char *head; /* what the others point into */
	const char *route, *sender;
	struct queue_recipient *recipients;
	size_t count;
	bool asks; /* the next two are those of the mail; otherwise its account's hold */
	struct mail_reports reports;
	struct wishes wishes;
	off_t start; /* of the message */
};

/* Opens the folder, and makes it where it is not there. False: see the trouble. */
bool queue_open(struct queue *queue, const char *path, struct trouble *trouble);
void queue_close(struct queue *queue);
/* Locks it until it is closed. False: another one has it locked, or see the trouble. */
bool queue_lock(struct queue *queue, struct trouble *trouble);
/* Puts a letter into it; the id is how it is known there. False: see the trouble. */
bool queue_store(struct queue *queue, const struct queue_letter *letter, char id[QUEUE_ID_MAX],
	struct trouble *trouble);
/* Ids of those that wait (or that failed), the oldest first. False: no memory, or unreadable. */
bool queue_list(struct queue *queue, bool failed, struct addresses *ids);
/* Removes what was left in tmp/ a day ago. */
void queue_clean(struct queue *queue);

/* Reads one; false: it is gone (no trouble), or it cannot be read (see the trouble). */
bool queue_read(struct queue *queue, bool failed, const char *id, struct queue_entry *entry,
	struct trouble *trouble);
void queue_entry_free(struct queue_entry *entry);
/* How many recipients have a state. */
size_t queue_count(const struct queue_entry *entry, enum queue_state state);
/* Writes a recipient's state; sync makes the states written so far last. False: it failed. */
bool queue_mark(struct queue_entry *entry, size_t index, enum queue_state state);
bool queue_sync(struct queue_entry *entry);
/* Appends a line to the reasons beside a failed mail, and syncs it. */
bool queue_reason(struct queue *queue, const char *id, const char *line);
/* Why it still waits, in the place of what was there; false: no such reason, or it failed. */
bool queue_note(struct queue *queue, const char *id, const char *line);
bool queue_noted(const struct queue *queue, const char *id, char *line, size_t room);
/* Step 5, where nobody waits any more: false where it failed. */
bool queue_end(struct queue *queue, const struct queue_entry *entry);
/* Puts away what is no mail. */
bool queue_put_aside(struct queue *queue, const char *id);

/* ---- for the queue's own files ---- */
/* The lines about reports, of a mail and of one recipient; nothing where nothing is asked. */
void queue_print_reports(FILE *to, const struct mail_reports *reports);
void queue_print_wish(FILE *to, const struct queue_letter *letter, const char *address);
/* Takes such a line without its end; false: it is none, or there is no memory. */
bool queue_take_wish(struct queue_entry *entry, char *line);

#endif

/*
 * handset play, the outbox: what waits in a folder goes along, and what fails stays there.
 *
 * All messages of the run, the new ones first, are written to the folder before the first
 * connection, marked as being sent; afterwards each is written again with what became of it, or
 * removed: delivered, or not kept by the client (outbox.keep). A run that was broken off leaves the
 * mark, and the next one takes the message for one that the server may have.
 */
#ifndef TOOLS_HANDSET_PLAY_OUTBOX_H
#define TOOLS_HANDSET_PLAY_OUTBOX_H

#include <jansson.h>

#include "handset_letter.h"
#include "handset_outbox.h"
#include "handset_play_mail.h"
#include "play.h"

enum play_fate { PLAY_FATE_WAITS, PLAY_FATE_SENT, PLAY_FATE_FORGOTTEN };

/* One message of the run; by the same number as play's messages. */
struct play_waiting {
	struct letter letter;
	char name[OUTBOX_NAME_MAX];
	bool fresh; /* of this command line */
	enum play_fate fate;
	bool unsure; /* the client does not know whether it arrived */
};

struct play_outbox {
	struct outbox_folder folder;
	struct play_mail *mail; /* borrowed */
	struct play_waiting *items;
	size_t count, room;
	const char **remarks; /* of what is left alone; lent by the mail's arena */
	size_t remark_count, remark_room;
	struct sentence trouble; /* what could not be written afterwards; "" */
};

/* It is not open. */
void play_outbox_init(struct play_outbox *outbox, struct play_mail *mail);
/*
 * Opens the folder, puts what waits there behind the mail's messages and all of them to the disk.
 * The seed decides Message-IDs that are made once. False, with a sentence; *busy as in
 * outbox_folder_open().
 */
bool play_outbox_open(struct play_outbox *outbox, const char *path,
	const struct client_profile *profile, uint64_t seed, bool *busy, struct sentence *why);
/* Nothing was sent: what is new leaves the folder, the others are as they were. */
void play_outbox_undo(struct play_outbox *outbox);
/* After the run; secrets in replies are masked. False: see `trouble`. */
bool play_outbox_settle(
	struct play_outbox *outbox, const struct play_result *result, struct octets password);
/* Sentences for the report. */
void play_outbox_remarks(const struct play_outbox *outbox,
	void (*say)(void *context, const char *sentence), void *context);
/* Of a message: its file, its tries and what became of it; null where no folder is open. */
json_t *play_outbox_json(const struct play_outbox *outbox, size_t message);
void play_outbox_close(struct play_outbox *outbox);

#endif

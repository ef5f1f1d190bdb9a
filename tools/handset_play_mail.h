/*
 * handset play, the mail: what is sent, to whom; from options to messages of a phone.
 *
 * The options are a part of the command's table (options.h): struct play_mail_options stands first
 * in its target. --next puts them away and begins with new ones, so that a command line is a row
 * of them, one for each message; only the sender is the same for all, since it is the account's.
 */
#ifndef TOOLS_HANDSET_PLAY_MAIL_H
#define TOOLS_HANDSET_PLAY_MAIL_H

#include "arena.h"
#include "options.h"
#include "phone.h"

struct play_mail_options {
	const char *from, *reply_to, *receipt_to, *subject, *body_file, *charset, *date;
	struct option_list to, cc, bcc, self, messages, attachments;
	uint64_t break_at, copies;
	int priority;
	int mime; /* 1 on, 0 off, -1 not said */
	/* What stood in front of each --next, in order; theirs are empty. */
	struct play_mail_options *earlier;
	size_t earlier_count;
};

extern const struct option_command play_mail_command;

/* The messages, and what they are made of. */
struct play_mail {
	struct arena arena; /* lends everything */
	struct phone_message *messages;
	size_t count, room;
	const char *sender; /* as typed */
	uint64_t now;	    /* when they are written: --date of the first, or the clock */
	int zone_minutes;
};

void play_mail_defaults(struct play_mail_options *options);
/* What --next has put away; options_free() does the rest. */
void play_mail_options_free(struct play_mail_options *options);
void play_mail_init(struct play_mail *mail);
/*
 * Reads the files and makes the messages: one for each that is given whole, or one composed, and
 * the same for what stands behind each --next. `user` is the sender where none is named;
 * `may_be_none`: where nothing is said of any message there is none. False: said on stderr.
 */
bool play_mail_make(struct play_mail *mail, const struct play_mail_options *options,
	const char *user, bool may_be_none);
/* Copies it behind the others; false: no memory. What it points into is borrowed. */
bool play_mail_add(struct play_mail *mail, const struct phone_message *message);
void play_mail_free(struct play_mail *mail);

/* --- for the files of the mail --- */

enum { PLAY_MESSAGE_MAX = 64 * 1024 * 1024, PLAY_FILES_MAX = 1000 };

/* Says it on stderr, with where help is; returns false. */
bool play_mail_fail(const char *what, const char *value);
/* Is the value of an option, or NULL, one line of UTF-8? False: said on stderr, by the option. */
bool play_mail_is_line(const char *option, const char *value);
/* Reads the file of an option into the arena; false: said on stderr, by the option. */
bool play_mail_read(
	struct play_mail *mail, const char *option, const char *file, struct octets *content);
/* A message that the client composes (handset_play_draft.c); false: said on stderr. */
bool play_draft_make(struct play_mail *mail, const struct play_mail_options *options,
	struct message_draft *draft);
/*
 * Takes the recipients of a whole message from its header, and its Bcc fields out of it
 * (handset_play_envelope.c); `file` is its name. False: said on stderr.
 */
bool play_envelope_read(struct play_mail *mail, const char *file, struct phone_message *message);

#endif

/*
 * handset play, the mail: what is sent, to whom; from options to messages of a phone.
 *
 * The options are a part of the command's table (options.h): struct play_mail_options stands first
 * in its target.
 */
#ifndef TOOLS_HANDSET_PLAY_MAIL_H
#define TOOLS_HANDSET_PLAY_MAIL_H

#include "options.h"
#include "phone.h"

struct play_mail_options {
	const char *from, *reply_to, *receipt_to, *subject, *body_file, *charset, *date;
	struct option_list to, cc, bcc, self, messages, attachments;
	uint64_t break_at;
	int priority;
	int mime; /* 1 on, 0 off, -1 not said */
};

extern const struct option_command play_mail_command;

/* The messages, and what they are made of. Zeroed at first. */
struct play_mail {
	struct phone_message *messages;
	size_t count;
	const char *sender;	     /* as typed */
	struct octets *addresses[4]; /* to, cc, bcc, self */
	struct buffer body;
	struct buffer *contents; /* of the messages given whole, then of the attachments */
	size_t content_count, content_room;
	struct message_attachment *attachments;
};

void play_mail_defaults(struct play_mail_options *options);
/*
 * Reads the files and makes the messages: one for each that is given whole, or one composed.
 * `user` is the sender where none is named. False: said on stderr.
 */
bool play_mail_make(
	struct play_mail *mail, const struct play_mail_options *options, const char *user);
void play_mail_free(struct play_mail *mail);

#endif

/*
 * mail: one message of the command: a file, a part of one, or the standard input, read as it is
 * sent.
 *
 * Only its header is ever held in memory, and only while the envelope is made and while it is sent;
 * the rest is read from the file whenever the library asks for it. A file is open only while it is
 * read, so that many can be sent in one run; that it is still the same file is looked at each time.
 * What is no file (a pipe, a terminal) is first copied to a temporary one that has no name.
 */
#ifndef TOOLS_MSUB_MAIL_H
#define TOOLS_MSUB_MAIL_H

#include <sys/stat.h>
#include <sys/types.h>

#include "msub.h"
#include "msub_account.h"
#include "msub_fixes.h"
#include "msub_mbox.h"
#include "msub_queue.h"
#include "msub_trouble.h"
#include "msub_wishes.h"

struct mail {
	const char *name;  /* for people: the file's, or "standard input". Borrowed */
	const char *path;  /* NULL: the descriptor stays open. Borrowed */
	uint64_t line;	   /* of the file, where the mail begins; 0: it is the whole file */
	int descriptor;	   /* -1: closed */
	bool lent;	   /* the descriptor is another's to close */
	struct stat facts; /* of the file, as it was when its header was read */
	off_t start, end;  /* of the message in it */
	char *header;	   /* as it is in the file; NULL: it is not held at the moment */
	size_t header_len; /* 0: it was not read */
	char *front;	   /* new fields in front of it; NULL: it is sent as it is in the file */
	unsigned int left_out; /* of its fields (msub_fixes.h) */
	char *sent_header;     /* as it is sent; NULL: it is not held at the moment */
	size_t sent_len;
	struct headers headers;
	off_t position;			  /* of the next octet to be read, within what is sent */
	struct mail_unquoting *unquoting; /* NULL: the octets are the file's */
	char *sender;			  /* of the envelope; NULL: not known yet */
	struct mail_reports reports;
	const struct wishes *wishes;   /* of its recipients; borrowed until it is done, or NULL */
	struct msub_message *message;  /* NULL: there is trouble */
	uint64_t told_sent, told_size; /* what the bar knows (msub_progress.h) */
	size_t number;		/* in the order of sending, from 1; 0: the library has not got it */
	struct trouble trouble; /* why it cannot be sent; or why reading it failed */
	char queued[QUEUE_ID_MAX]; /* as what it waits in the queue; "": not there */
	bool queued_whole;	   /* with everybody to whom it was not delivered */
};

/* What the header is needed for. */
enum {
	MAIL_HEADER = 1 << 0,	/* an envelope: it has to be one */
	MAIL_AS_IT_IS = 1 << 1, /* nothing: it is sent as it is */
};

/* A part of a file. */
struct mail_part {
	const char *name, *path; /* borrowed; path NULL: the descriptor, which is lent */
	int descriptor;
	const struct stat *facts;
	off_t start, end;
	uint64_t line;
	bool unquote; /* as in an mboxrd */
};

/* Where a mail is to be read from; NULL: the standard input. False: see its trouble. */
bool mail_open(struct mail *mail, const char *path, unsigned int needs);
/* The same for a part of a file, and for a spool (taken), which is read from its front. */
bool mail_open_part(struct mail *mail, const struct mail_part *part, unsigned int needs);
bool mail_open_spool(struct mail *mail, const char *name, int spool, unsigned int needs);
/* What an account asks for. */
struct mail_reports mail_reports_of(const struct account *account);
/*
 * Gives it its envelope, with mail->reports as they are: the sender, and the recipients, as plain
 * addresses, each of them once. False: see its trouble. What is given may be freed afterwards.
 */
bool mail_address(struct mail *mail, const char *sender, const struct addresses *recipients);
/* What is sent in the place of its header. False: see its trouble. */
bool mail_fix(struct mail *mail, const struct fixes *fixes);
/* The header is not looked at any more: what is held of it is freed until it is sent. */
void mail_put_header_away(struct mail *mail);
/* It was handed to the library, and has results; otherwise there is trouble. */
bool mail_was_sent(const struct mail *mail);
/* Frees what it has; never while it is being sent. */
void mail_close(struct mail *mail);

/* ---- for mail's own files ---- */
/* Opens the file again; it has to be the one that was looked at. */
bool mail_reopen(struct mail *mail);
/* Closes a file that can be opened again. */
void mail_put_away(struct mail *mail);
/* Makes header, headers and what is sent of it, where they are not held. */
bool mail_hold_header(struct mail *mail);
/* The library's source of a mail. */
struct msub_source mail_source(struct mail *mail);
/* False: no memory. */
bool mail_begin_unquoting(struct mail *mail);

#endif

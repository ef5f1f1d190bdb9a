/*
 * mail: one message of the command: a file or the standard input, read as it is sent.
 *
 * Only its header is held in memory (where it is needed at all: for an envelope, or to take the
 * Bcc fields out); the rest is read from the file whenever the library asks for it. A file is open
 * only while it is read, so that many can be sent in one run; that it is still the same file is
 * looked at each time. What is no file (a pipe, a terminal) is first copied to a temporary one
 * that has no name.
 */
#ifndef TOOLS_MSUB_MAIL_H
#define TOOLS_MSUB_MAIL_H

#include <sys/stat.h>
#include <sys/types.h>

#include "msub.h"
#include "msub_headers.h"
#include "msub_trouble.h"

struct mail {
	const char *name;  /* for people: the file's, or "standard input". Borrowed */
	const char *path;  /* NULL: the descriptor stays open. Borrowed */
	int descriptor;	   /* -1: closed */
	struct stat facts; /* of the file, as it was when its header was read */
	off_t start;	   /* where in it the message begins */
	char *header;	   /* as it is in the file; NULL: it was not read */
	size_t header_len;
	char *sent_header; /* as it is sent */
	size_t sent_len;
	struct headers headers;
	off_t position;		      /* of the next octet to be read, within what is sent */
	struct msub_message *message; /* NULL: there is trouble */
	struct trouble trouble;	      /* why it cannot be sent; or why reading it failed */
};

/* What the header is needed for. */
enum {
	MAIL_HEADER = 1 << 0,	  /* an envelope */
	MAIL_REMOVE_BCC = 1 << 1, /* taking Bcc and Resent-Bcc out */
};

/* Where a mail is to be read from; NULL: the standard input. False: see its trouble. */
bool mail_open(struct mail *mail, const char *path, unsigned int needs);
/*
 * Gives it its envelope: the sender, and the recipients, as plain addresses, each of them once.
 * False: see its trouble. What is given may be freed afterwards.
 */
bool mail_address(struct mail *mail, const char *sender, const struct addresses *recipients);
/* It was handed to the library, and has results; otherwise there is trouble. */
bool mail_was_sent(const struct mail *mail);
/* Frees what it has; never while it is being sent. */
void mail_close(struct mail *mail);

#endif

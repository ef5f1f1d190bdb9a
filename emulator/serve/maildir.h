/*
 * maildir: messages as files, in a folder of three: tmp, new, cur (known as Maildir).
 *
 * The model. A delivery has four steps, so that many deliveries can share the dear ones:
 * maildir_write() makes the file in tmp, maildir_sync() makes its content safe, maildir_publish()
 * renames it to new, and one maildir_sync_folder() makes all the renames safe. Only then is a
 * message delivered. A name is never used twice, restarts included: seconds,
 * process, counter and random octets.
 *
 * In front of each message stand Return-Path:, one Delivered-To: per recipient of the envelope
 * (a test server's reader wants to know them all) and Received: (RFC 5321 4.4, "with" by RFC
 * 3848). The message's own octets are not changed. Folders are made with mode 0700, files with
 * 0600.
 *
 * All calls to the system go through struct maildir_system, so that a test can watch and refuse.
 *
 * One thread at a time uses a maildir. Where that is another one than its maker's (store_worker.h)
 * `memory` and `system` are called from there, and have to allow that.
 */
#ifndef SERVE_MAILDIR_H
#define SERVE_MAILDIR_H

#include <sys/types.h>
#include <sys/uio.h>

#include "player.h"
#include "sentence.h"

/* As the calls of the same names; -1 and errno on failure. */
struct maildir_system {
	void *context;
	int (*open)(void *context, const char *path, int flags, mode_t mode);
	ssize_t (*writev)(void *context, int descriptor, const struct iovec *pieces, int count);
	int (*fsync)(void *context, int descriptor);
	int (*close)(void *context, int descriptor);
	int (*rename)(void *context, const char *from, const char *to);
	int (*unlink)(void *context, const char *path);
	int (*mkdir)(void *context, const char *path, mode_t mode);
};

/* The real ones. */
extern const struct maildir_system maildir_system_real;

struct maildir {
	const struct memory *memory; /* borrowed */
	const struct maildir_system *system;
	char *folder;	/* as given */
	char *host;	/* for Received: and in file names */
	int new_folder; /* descriptor of new/, for its fsync */
	unsigned long counter;
};

/* A message on its way. */
struct maildir_file {
	char name[128];
	int descriptor; /* -1: none */
	bool published;
};

/*
 * Opens the folder, making it and what is missing in it. `folder` and `host` are copied, `system`
 * is borrowed (NULL: the real one). False with a sentence; nothing is to be freed then.
 */
bool maildir_open(struct maildir *maildir, const struct memory *memory,
	const struct maildir_system *system, const char *folder, const char *host,
	struct sentence *why);
void maildir_close(struct maildir *maildir);

/* Each: false with a sentence, and what there is of the file is taken away again. */
bool maildir_write(struct maildir *maildir, const struct player_mail *mail, uint64_t unix_time,
	struct maildir_file *file, struct sentence *why);
bool maildir_sync(struct maildir *maildir, struct maildir_file *file, struct sentence *why);
bool maildir_publish(struct maildir *maildir, struct maildir_file *file, struct sentence *why);
/* False: no message published since the last success is safe; maildir_drop() them. */
bool maildir_sync_folder(struct maildir *maildir, struct sentence *why);
/* Takes a file away, wherever it is by now. */
void maildir_drop(struct maildir *maildir, struct maildir_file *file);

#endif

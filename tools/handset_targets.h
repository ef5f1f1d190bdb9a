/*
 * handset_targets: a list of servers, read from a file.
 *
 *   # our submission servers; what is not said here, the command line says
 *   smtp+starttls://mail.example.org  user=me@example.org password-file=/etc/handset/org
 *   smtps://mail.example.net:465      user=you@example.net passwordeval="pass mail/net"
 * to=x@example.net
 *
 * A line is a URL and its settings; `#` at the front of a word begins a comment; a value with
 * blanks stands in double quotes. Settings: user, password-file, passwordeval, from, to, refused,
 * trust-file, fingerprint. A server stands once: its URL is its name in the records.
 */
#ifndef TOOLS_HANDSET_TARGETS_H
#define TOOLS_HANDSET_TARGETS_H

#include "arena.h"
#include "server_url.h"

enum { TARGETS_MAX = 10000, TARGETS_OCTETS_MAX = 16 * 1024 * 1024 };

struct target {
	const char *url; /* as written */
	struct server_url parsed;
	size_t line;
	/* NULL: not said */
	const char *user, *password_file, *password_command, *from, *to, *refused, *trust_file,
		*fingerprint;
};

struct targets {
	struct arena arena;
	struct target *items;
	size_t count;
};

/*
 * Reads `text`, of the file that messages name. False with messages, ready to be shown, appended to
 * `errors`: what was right is there all the same. targets_free() in either case.
 */
bool targets_read(
	struct targets *targets, const char *file, struct octets text, struct buffer *errors);
void targets_free(struct targets *targets);

#endif

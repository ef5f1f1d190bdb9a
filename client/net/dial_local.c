/* dial_local: a Unix-domain socket, which connects at once or not at all. */
#include "dial_internal.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>

#include "player.h"
#include "tcp.h"

enum { RETRY_MS = 20 };

static void explain(struct dial *dial, int error)
{
	static const struct {
		int error;
		const char *words;
	} rows[] = {
		{ENOENT,
			"; there is no such socket: look at the path, and whether the server runs"},
		{ENOTDIR, "; there is no such socket: look at the path"},
		{ECONNREFUSED, "; nobody listens there: look whether the server runs"},
		{EACCES, "; this user may not use it"},
		{EPERM, "; this user may not use it"},
		{ENAMETOOLONG, "; the path is too long for a socket"},
		{EPROTOTYPE, "; it is a socket of another kind"},
		{EAGAIN, "; the server does not take the connection"},
	};
	char reason[128];
	sentence_set(&dial->why, "cannot connect to ");
	sentence_add_foreign(&dial->why, octets_of(dial->destination.socket_path));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].error == error) {
			sentence_add(&dial->why, rows[i].words);
			return;
		}
	}
	sentence_add(&dial->why, ": ");
	if (strerror_r(error, reason, sizeof reason) == 0)
		sentence_add(&dial->why, reason);
}

/* 0 with the connection in dial->descriptor, or the error. */
static int attempt(struct dial *dial)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(dial->destination.socket_path);
	if (len >= sizeof address.sun_path)
		return ENAMETOOLONG;
	memcpy(address.sun_path, dial->destination.socket_path, len + 1);
	union {
		struct sockaddr_un *local;
		struct sockaddr *any;
	} to = {.local = &address};
	int descriptor = dial->calls->socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int error = descriptor < 0 ? errno : 0;
	if (error == 0 && dial->calls->prepare(descriptor) != 0)
		error = errno;
	if (error == 0 && dial->calls->connect(descriptor, to.any, sizeof address) != 0)
		error = errno;
	if (error != 0)
		tcp_close(descriptor);
	else
		dial->descriptor = descriptor;
	return error;
}

void dial_local_turn(struct dial *dial, uint64_t now_ms)
{
	const char *host = dial->destination.host;
	int error = attempt(dial);
	if (error == 0) {
		/* The server's name is known only where somebody said it. */
		if (host != NULL && !endpoint_name(host, dial->name, NULL))
			dial->name[0] = 0;
		dial_done(dial);
	} else if ((error == EAGAIN || error == EINTR) && now_ms < dial->connect_until_ms) {
		dial->settle_ms = time_later(now_ms, RETRY_MS); /* its queue is full */
	} else {
		explain(dial, error);
		dial_fail(dial, DIAL_FAULT_CONNECT, NULL);
	}
}

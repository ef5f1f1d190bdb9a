/* handset_crew: starts, listens, buries. */
#include "handset_crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_MAX_OCTETS = 64 * 1024 * 1024, READ_OCTETS = 65536, LOOK_MS = 500 };

struct member {
	pid_t id;
	int from;
	size_t piece;
	struct buffer said; /* the line that has no end yet */
};

struct crew {
	const struct crew_work *work;
	struct member members[CREW_MAX];
	size_t count;
	bool *begun; /* by piece */
	size_t left; /* pieces that have not begun */
	bool stopped;
};

/* In the new process. Should this one die in any way, it ends as if it were interrupted. */
static void do_piece(const struct crew *crew, size_t piece, int out, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	for (size_t i = 0; i < crew->count; i++)
		close(crew->members[i].from);
	int status = crew->work->work(crew->work->context, piece, out);
	_exit(status);
}

static bool start(struct crew *crew, size_t piece)
{
	int ends[2];
	pid_t parent = getpid();
	if (pipe(ends) != 0)
		return false;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	fflush(NULL); /* what waits in streams is not to be written twice */
	pid_t id = fork();
	if (id == 0) {
		close(ends[0]);
		do_piece(crew, piece, ends[1], parent);
	}
	close(ends[1]);
	if (id < 0) {
		close(ends[0]);
		return false;
	}
	struct member *member = &crew->members[crew->count++];
	*member = (struct member){.id = id, .from = ends[0], .piece = piece};
	buffer_init(&member->said, &memory_standard, LINE_MAX_OCTETS);
	crew->begun[piece] = true;
	crew->left--;
	return true;
}

static bool is_busy(const struct crew *crew, size_t piece)
{
	const struct crew_work *work = crew->work;
	const char *place = work->place(work->context, piece);
	for (size_t i = 0; i < crew->count; i++) {
		if (strcmp(work->place(work->context, crew->members[i].piece), place) == 0)
			return true;
	}
	return false;
}

/* As many as may be. */
static void start_some(struct crew *crew)
{
	size_t jobs = crew->work->jobs < CREW_MAX ? crew->work->jobs : CREW_MAX;
	for (size_t i = 0; i < crew->work->count && crew->count < jobs && !crew->stopped; i++) {
		if (crew->begun[i] || is_busy(crew, i))
			continue;
		if (!start(crew, i)) {
			perror("handset: a process for a server cannot be made");
			crew->stopped = true;
		}
	}
}

/* Lines that are whole are taken; the rest stays. */
static void take_lines(struct crew *crew, struct member *member)
{
	const struct crew_work *work = crew->work;
	for (;;) {
		struct octets said = buffer_octets(&member->said);
		size_t end = octets_find(said, '\n');
		if (end == said.len)
			break;
		if (!work->take(work->context, member->piece, octets_cut(said, end + 1)))
			crew->stopped = true;
		buffer_consume(&member->said, end + 1);
	}
}

/* False: the process has said everything. */
static bool hear(struct crew *crew, struct member *member)
{
	uint8_t *room = buffer_reserve(&member->said, READ_OCTETS);
	ssize_t got = room == NULL ? -1 : read(member->from, room, READ_OCTETS);
	if (got < 0 && (errno == EINTR || errno == EAGAIN) && room != NULL)
		return true;
	if (got <= 0)
		return false;
	buffer_commit(&member->said, (size_t)got);
	take_lines(crew, member);
	return true;
}

static void bury(struct crew *crew, size_t index)
{
	struct member member = crew->members[index];
	int status = 0;
	close(member.from);
	while (waitpid(member.id, &status, 0) < 0 && errno == EINTR) {
		/* once more */
	}
	buffer_free(&member.said);
	crew->members[index] = crew->members[--crew->count];
	if (crew->work->ended != NULL)
		crew->work->ended(crew->work->context, member.piece,
			WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static void ask_to_end(struct crew *crew)
{
	for (size_t i = 0; i < crew->count; i++)
		kill(crew->members[i].id, SIGTERM);
}

static void listen_to_all(struct crew *crew)
{
	struct pollfd watched[CREW_MAX];
	for (size_t i = 0; i < crew->count; i++)
		watched[i] = (struct pollfd){.fd = crew->members[i].from, .events = POLLIN};
	if (poll(watched, crew->count, LOOK_MS) <= 0)
		return;
	for (size_t i = crew->count; i > 0; i--) {
		if (watched[i - 1].revents != 0 && !hear(crew, &crew->members[i - 1]))
			bury(crew, i - 1);
	}
}

bool crew_run(const struct crew_work *work)
{
	struct crew *crew = calloc(1, sizeof *crew);
	bool *begun = calloc(work->count + 1, sizeof *begun);
	bool asked = false, whole = false;
	if (crew == NULL || begun == NULL)
		goto out;
	*crew = (struct crew){.work = work, .begun = begun, .left = work->count};
	start_some(crew);
	while (crew->count > 0) {
		listen_to_all(crew);
		crew->stopped = crew->stopped || (work->interrupted != NULL && *work->interrupted);
		if (crew->stopped && !asked)
			ask_to_end(crew);
		asked = crew->stopped;
		start_some(crew);
	}
	whole = crew->left == 0 && !crew->stopped;
out:
	free(begun);
	free(crew);
	return whole;
}

/* dial_race: one list of addresses per family, one list of attempts. */
#include "dial_race.h"

#include <errno.h>
#include <string.h>

#include "player.h"
#include "tcp.h"

void race_init(
	struct race *race, const struct dial_calls *calls, int epoll, const struct endpoint *source)
{
	memset(race, 0, sizeof *race);
	race->calls = calls;
	race->epoll = epoll;
	race->source = source;
	race->winner = -1;
}

static void end_attempt(struct race *race, struct race_attempt *attempt)
{
	tcp_close(attempt->descriptor); /* which ends its being watched as well */
	attempt->descriptor = -1;
	race->open_count--;
}

void race_close(struct race *race)
{
	for (size_t i = 0; i < race->attempt_count; i++) {
		if (race->attempts[i].descriptor >= 0)
			end_attempt(race, &race->attempts[i]);
	}
	memset(race->count, 0, sizeof race->count);
	memset(race->next, 0, sizeof race->next);
}

void race_add(struct race *race, enum resolve_family family, const struct endpoint *endpoints,
	size_t count)
{
	for (size_t i = 0; i < count && race->count[family] < RESOLVE_MAX; i++) {
		int kind = endpoints[i].address.any.sa_family;
		if (race->source != NULL && race->source->address.any.sa_family != kind)
			race->skipped++;
		else
			race->waiting[family][race->count[family]++] = endpoints[i];
	}
}

void race_prefer(struct race *race, enum resolve_family family)
{
	race->turn = family;
}

bool race_has_more(const struct race *race)
{
	return race->next[RESOLVE_V6] < race->count[RESOLVE_V6] ||
	       race->next[RESOLVE_V4] < race->count[RESOLVE_V4];
}

bool race_is_on(const struct race *race)
{
	return race->open_count > 0 || race_has_more(race);
}

uint64_t race_deadline_ms(const struct race *race)
{
	return race->winner < 0 && race_has_more(race) ? race->next_ms : PLAYER_NEVER;
}

const struct endpoint *race_latest(const struct race *race)
{
	const struct endpoint *latest = NULL;
	for (size_t i = 0; i < race->attempt_count; i++) {
		if (race->attempts[i].descriptor >= 0)
			latest = &race->attempts[i].endpoint;
	}
	return latest;
}

static const struct endpoint *take_next(struct race *race)
{
	enum resolve_family other = race->turn == RESOLVE_V6 ? RESOLVE_V4 : RESOLVE_V6;
	enum resolve_family family = race->turn;
	if (race->next[family] == race->count[family])
		family = other;
	race->turn = family == RESOLVE_V6 ? RESOLVE_V4 : RESOLVE_V6;
	return &race->waiting[family][race->next[family]++];
}

/* The attempt did not succeed: the next one need not wait. */
static void lose(struct race *race, struct race_attempt *attempt, int error, uint64_t now_ms)
{
	race->error = error;
	race->endpoint = attempt->endpoint;
	race->next_ms = now_ms;
	end_attempt(race, attempt);
}

static void win(struct race *race, struct race_attempt *attempt)
{
	race->winner = attempt->descriptor;
	race->endpoint = attempt->endpoint;
	/* An attempt that is not watched any more is the owner's; closing would have done it too.
	 */
	(void)dial_watch(race->calls, race->epoll, attempt->descriptor, DIAL_WATCH_ATTEMPT, 0);
	attempt->descriptor = -1;
	race->open_count--;
}

/* From a socket to a connection under way; 0, or the error. */
static int launch(struct race *race, struct race_attempt *attempt)
{
	const struct dial_calls *calls = race->calls;
	const struct endpoint *to = &attempt->endpoint;
	int descriptor = calls->socket(to->address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	attempt->descriptor = descriptor;
	race->at_source = false;
	if (descriptor < 0 || calls->prepare(descriptor) != 0)
		return errno;
	if (race->source != NULL &&
		calls->bind(descriptor, &race->source->address.any, race->source->len) != 0) {
		race->at_source = true;
		return errno;
	}
	int error = calls->connect(descriptor, &to->address.any, to->len) == 0 ? 0 : errno;
	/* An interrupted connect() goes on in the kernel, as one in progress does. */
	if (error != 0 && error != EINPROGRESS && error != EINTR)
		return error;
	return dial_watch(calls, race->epoll, descriptor, DIAL_WATCH_ATTEMPT, EPOLLOUT) ? 0 : errno;
}

static void begin_attempt(struct race *race, uint64_t now_ms)
{
	struct race_attempt *attempt = &race->attempts[race->attempt_count++];
	attempt->endpoint = *take_next(race);
	race->open_count++;
	int error = launch(race, attempt);
	if (error != 0)
		lose(race, attempt, error, now_ms);
	else
		race->next_ms = time_later(now_ms, DIAL_ATTEMPT_MS);
}

void race_step(struct race *race, uint64_t now_ms)
{
	while (race->winner < 0 && race_has_more(race) && race->attempt_count < RACE_MAX &&
		now_ms >= race->next_ms)
		begin_attempt(race, now_ms);
}

void race_ready(struct race *race, int descriptor, uint64_t now_ms)
{
	for (size_t i = 0; i < race->attempt_count && race->winner < 0; i++) {
		struct race_attempt *attempt = &race->attempts[i];
		int error = 0;
		if (attempt->descriptor != descriptor)
			continue;
		if (race->calls->pending_error(descriptor, &error) != 0)
			error = errno;
		if (error == 0)
			win(race, attempt);
		else
			lose(race, attempt, error, now_ms);
		return;
	}
}

/* What went wrong, in the words before the address, and what to do about it. */
static const struct {
	int error;
	const char *before, *advice;
} words[] = {
	{ECONNREFUSED, "connection refused by", "nothing listens there: look at host and port"},
	{ETIMEDOUT, "timed out while connecting to",
		"perhaps a firewall drops it: try another port (465, 587)"},
	{ENETUNREACH, "no way to", "look at this machine's network"},
	{EHOSTUNREACH, "no way to", "look at host and network"},
	{EACCES, "not allowed to connect to", "a firewall of this machine forbids it"},
	{EPERM, "not allowed to connect to", "a firewall of this machine forbids it"},
	{EMFILE, "cannot connect to", "this process has too many open files"},
	{ENFILE, "cannot connect to", "this machine has too many open files"},
};

static void explain_source(const struct race *race, int error, struct sentence *why)
{
	char text[ENDPOINT_TEXT];
	char reason[128];
	endpoint_text(race->source, text);
	if (error == EADDRNOTAVAIL)
		strcpy(reason, "it is no address of this machine");
	else if (strerror_r(error, reason, sizeof reason) != 0)
		strcpy(reason, "unknown error");
	sentence_set(why, "cannot connect from the source address %s: %s", text, reason);
}

void race_explain(const struct race *race, int error, struct sentence *why)
{
	char text[ENDPOINT_TEXT];
	char reason[128] = "unknown error";
	const char *before = "cannot connect to", *advice = NULL;
	/* One that is still open has failed last, when time is over. */
	const struct endpoint *open = error != 0 ? race_latest(race) : NULL;
	const struct endpoint *endpoint = open != NULL ? open : &race->endpoint;
	if (error == 0 && race->at_source) {
		explain_source(race, race->error, why);
		return;
	}
	error = error == 0 ? race->error : error;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (words[i].error == error) {
			before = words[i].before;
			advice = words[i].advice;
		}
	}
	if (advice == NULL && strerror_r(error, reason, sizeof reason) == 0)
		advice = reason;
	endpoint_text(endpoint, text);
	sentence_set(why, "%s %s port %u", before, text, (unsigned int)endpoint_port(endpoint));
	if (race->attempt_count > 1)
		sentence_set(why, "%s %s port %u, as the last of %zu addresses tried", before, text,
			(unsigned int)endpoint_port(endpoint), race->attempt_count);
	sentence_add(why, "; ");
	sentence_add(why, advice == NULL ? reason : advice);
}

/* units: the table, and how a path finds its row. */
#include "units.h"

#include <string.h>

/*
 * A command and what follows its refusal are in the group of the place where it is said: without
 * the place both are idle.
 */
static const struct unit units[] = {
	{"connect", "connect", NULL, false},
	{"flow.per-connection", "connect", NULL, false},
	{"reactions.connect", "connect", NULL, false},
	{"tls", "tls", NULL, true},
	{"tls.start", "tls", "start", true},
	{"tls.starttls-ports", "tls", "start", true},
	{"tls.inside-tls", "tls", "start", true},
	{"tls.versions", "tls", "offer", true},
	{"tls.ciphers", "tls", "offer", true},
	{"tls.extensions", "tls", "offer", true},
	{"tls.resume", "tls", "sessions", true},
	{"tls.needs-session-id", "tls", "sessions", true},
	{"wire.starttls", "tls", NULL, false},
	{"flow.hello-after-tls", "tls", NULL, false},
	{"reactions.starttls", "tls", NULL, false},
	{"reactions.tls", "tls", NULL, false},
	{"hello", "hello", NULL, false},
	{"hello.verb-plain", "hello", "verb-plain", false},
	{"hello.sniff", "hello", "verb-plain", false},
	{"wire.hello", "hello", NULL, false},
	{"wire.helo", "hello", NULL, false},
	{"flow.before-hello-retry", "hello", NULL, false},
	{"reactions.greeting", "hello", NULL, false},
	{"reactions.hello", "hello", NULL, false},
	{"reactions.hello-for-tls", "hello", NULL, false},
	{"reactions.hello-in-tls", "hello", NULL, false},
	{"reactions.session-reset", "hello", NULL, false},
	{"offers", "offers", NULL, false},
	{"auth", "auth", NULL, false},
	{"auth.cut", "auth", NULL, true},
	{"auth.cram-key", "auth", NULL, true},
	{"auth.challenge", "auth", NULL, true},
	{"wire.auth", "auth", NULL, false},
	{"reactions.*", "auth", NULL, false}, /* auth, auth-login, auth-plain: any mechanism */
	{"flow", "places", NULL, false},
	{"flow.before-first", "places", "before-message", false},
	{"flow.before-next", "places", "before-message", false},
	{"wire.reset", "places", NULL, false},
	{"wire.noop", "places", NULL, false},
	{"reactions.reset", "places", NULL, false},
	{"reactions.noop", "places", NULL, false},
	{"envelope", "envelope", NULL, false},
	{"envelope.pipelining", "envelope", NULL, true},
	{"envelope.pipelining-reset", "envelope", NULL, true},
	{"flow.nested-mail", "envelope", NULL, false},
	{"wire.mail", "envelope", NULL, false},
	{"wire.mail-null", "envelope", NULL, false},
	{"wire.recipient", "envelope", NULL, false},
	{"reactions.mail", "envelope", NULL, false},
	{"reactions.recipient", "envelope", NULL, false},
	{"replies", "replies", NULL, true},
	{"data", "body", NULL, false},
	{"writes", "body", NULL, true},
	{"wire.data", "body", NULL, false},
	{"wire.line-end", "body", NULL, false},
	{"reactions.data", "body", NULL, false},
	{"reactions.body", "body", NULL, false},
	{"reactions.end", "body", NULL, false},
	{"close", "end", NULL, true},
	{"wire.quit", "end", NULL, false},
	{"reactions.quit", "end", NULL, false},
	{"think", "time", "think", true},
	{"timeouts", "time", NULL, true},
	{"outbox", "outbox", "outbox", false},
	{"message", "message", "message", false},
};
enum { UNIT_COUNT = sizeof units / sizeof *units };

static size_t part_length(const char *path)
{
	return strcspn(path, ".");
}

/* The row is the path, or the beginning of it as far as a dot. */
static bool fits(const char *row, const char *path)
{
	while (*row != 0 && *path != 0) {
		size_t row_len = part_length(row), path_len = part_length(path);
		bool any = row_len == 1 && row[0] == '*';
		if (!any && (row_len != path_len || memcmp(row, path, row_len) != 0))
			return false;
		row += row_len + (row[row_len] == '.');
		path += path_len + (path[path_len] == '.');
	}
	return *row == 0;
}

const struct unit *unit_of(const char *path)
{
	const struct unit *best = NULL;
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		bool longer = best == NULL || strlen(units[i].path) > strlen(best->path);
		if (longer && fits(units[i].path, path))
			best = &units[i];
	}
	return best;
}

/* Cells `reactions.ROW.EVENT` of the same row. */
static bool are_of_one_row(const char *one, const char *other)
{
	static const char family[] = "reactions.";
	size_t len = sizeof family - 1;
	if (strncmp(one, family, len) != 0 || strncmp(other, family, len) != 0)
		return false;
	len += part_length(one + len) + 1;
	return strncmp(one, other, len) == 0;
}

static bool are_one(const struct profile *profile, enum unit_level level, size_t one, size_t other)
{
	const char *path = profile_setting_path(profile, one);
	const char *other_path = profile_setting_path(profile, other);
	const struct unit *unit = unit_of(path), *other_unit = unit_of(other_path);
	if (level == LEVEL_SETTING || unit == NULL || other_unit == NULL ||
		strcmp(unit->group, other_unit->group) != 0)
		return false;
	if (level == LEVEL_GROUP)
		return true;
	if (unit->name != NULL && other_unit->name != NULL)
		return strcmp(unit->name, other_unit->name) == 0;
	return are_of_one_row(path, other_path) &&
	       strcmp(profile_difference(profile, one).value,
		       profile_difference(profile, other).value) == 0;
}

void units_label(const struct profile *profile, enum unit_level level, size_t *labels)
{
	size_t count = profile_setting_count(profile);
	for (size_t i = 0; i < count; i++) {
		size_t first = 0;
		while (first < i && !are_one(profile, level, first, i))
			first++;
		labels[i] = first;
	}
}

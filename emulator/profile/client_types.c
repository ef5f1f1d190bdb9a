/* client_types: waits, and the table of reactions. */
#include "types.h"

#include <string.h>

/* One of timeouts_ms; the flag beside it says that the profile wrote it. */
static bool timeout_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)match;
	struct client_profile *profile = conversion->profile;
	uint64_t *ms = member;
	if (!read_time(conversion, node, ms))
		return false;
	profile->timeout_written[ms - profile->timeouts_ms] = !conversion->is_default;
	return true;
}

/* outbox.retry; its count stands behind it. */
static bool times_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)match;
	(void)member;
	struct client_profile *profile = conversion->profile;
	if (!read_list(conversion, node))
		return false;
	uint64_t *times = arena_new(conversion->arena, node->count, sizeof *times);
	if (times == NULL)
		return false;
	profile->outbox.retry_ms = times;
	profile->outbox.retry_count = node->count;
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (!read_time(conversion, item, times))
			return false;
		if (*times++ != PROFILE_NONE)
			continue;
		complain(conversion->complaints, item->place, "a wait must end; expected a time");
		return false;
	}
	return true;
}

WORDS(row_words, NULL, "connect", "greeting", "hello", "hello-for-tls", "hello-in-tls", "starttls",
	"tls", "auth", "reset", "session-reset", "noop", "mail", "recipient", "data", "body", "end",
	"quit");

static const uint8_t event_kinds[] = {EVENT_ELSE, EVENT_LOST, EVENT_TIMEOUT, EVENT_NOT_OFFERED,
	EVENT_BAD_PROMPT, EVENT_FAILED, EVENT_BROKEN, EVENT_NONE_ACCEPTED};
WORDS(event_words, event_kinds, "else", "lost", "timeout", "not-offered", "bad-prompt", "failed",
	"broken", "none-accepted");

LOCAL_WORDS(action_words, NULL, "go-on", "next-address", "next-name", "next-mechanism", "helo",
	"same-again", "skip", "give-up", "again", "quit", "quit-and-go-on", "drop", "hang");

/* "535", "535-", "5xx" */
static bool parse_code(struct octets part, struct reaction *reaction)
{
	if (part.len < 3 || part.len > 4 || part.at[0] < '1' || part.at[0] > '5')
		return false;
	if (part.len == 3 && part.at[1] == 'x' && part.at[2] == 'x') {
		reaction->kind = EVENT_CLASS;
		reaction->code = (uint16_t)(part.at[0] - '0');
		return true;
	}
	if (!octet_is_digit(part.at[1]) || !octet_is_digit(part.at[2]) ||
		(part.len == 4 && part.at[3] != '-'))
		return false;
	reaction->kind = part.len == 4 ? EVENT_CODE_MULTI : EVENT_CODE;
	reaction->code =
		(uint16_t)((part.at[0] - '0') * 100 + (part.at[1] - '0') * 10 + (part.at[2] - '0'));
	return true;
}

static const char mechanism_prefix[] = "auth-";

/* "auth-cram-md5"; RFC 4422 3.1: a name has at most 20 letters, digits, - and _ */
static bool is_mechanism_row(struct octets part)
{
	const size_t prefix = sizeof mechanism_prefix - 1;
	if (part.len <= prefix || part.len > prefix + 20 ||
		memcmp(part.at, mechanism_prefix, prefix) != 0)
		return false;
	for (size_t i = prefix; i < part.len; i++) {
		uint8_t octet = part.at[i];
		if (!(octet >= 'a' && octet <= 'z') && !octet_is_digit(octet) && octet != '-' &&
			octet != '_')
			return false;
	}
	return true;
}

bool reaction_accepts(size_t level, struct octets part)
{
	struct reaction reaction;
	return level == 0 ? is_mechanism_row(part) : parse_code(part, &reaction);
}

static struct octets mechanism_of(struct conversion *conversion, struct octets part)
{
	struct octets name = octets_from(part, sizeof mechanism_prefix - 1);
	uint8_t *upper = arena_new(conversion->arena, name.len + 1, 1);
	for (size_t i = 0; upper != NULL && i < name.len; i++) {
		bool lower = name.at[i] >= 'a' && name.at[i] <= 'z';
		upper[i] = lower ? (uint8_t)(name.at[i] - 'a' + 'A') : name.at[i];
	}
	return octets_make(upper, name.len);
}

/* A cell for what never happens in its row would change nothing. */
static bool can_happen(enum row row, enum event_kind kind)
{
	bool unanswered = row == ROW_CONNECT || row == ROW_TLS || row == ROW_BODY;
	switch (kind) {
	case EVENT_CODE_MULTI:
	case EVENT_CODE:
	case EVENT_CLASS:
	case EVENT_ELSE:
		return !unanswered;
	case EVENT_LOST:
		return row != ROW_CONNECT && row != ROW_TLS;
	case EVENT_TIMEOUT:
		return true;
	case EVENT_NOT_OFFERED:
		return row == ROW_STARTTLS || row == ROW_AUTH;
	case EVENT_BAD_PROMPT:
		return row == ROW_AUTH;
	case EVENT_FAILED:
		return row == ROW_CONNECT || row == ROW_TLS;
	case EVENT_BROKEN:
		return row == ROW_BODY;
	case EVENT_NONE_ACCEPTED:
		return row == ROW_RECIPIENT;
	}
	return false;
}

/* Row and event come from the path. */
static void read_event(const struct match *match, struct reaction *reaction)
{
	if (match->index[1] < event_words.count)
		reaction->kind = (enum event_kind)words_value(&event_words, match->index[1]);
	else
		parse_code(match->part[1], reaction);
}

static bool read_action(
	struct conversion *conversion, const struct node *node, struct reaction *reaction)
{
	size_t action;
	if (!read_word(conversion, node, &action_words, &action))
		return false;
	if (reaction->action_count == ACTION_COUNT) {
		complain(conversion->complaints, node->place, "more than %d actions", ACTION_COUNT);
		return false;
	}
	reaction->actions[reaction->action_count++] = (uint8_t)action;
	return true;
}

static bool reaction_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)member;
	struct reaction_cell cell = {.row = (enum row)match->index[0]};
	read_event(match, &cell.reaction);
	if (match->index[0] == row_words.count) {
		cell.row = ROW_AUTH;
		cell.mechanism = mechanism_of(conversion, match->part[0]);
		if (cell.mechanism.at == NULL)
			return false;
	}
	if (!can_happen(cell.row, cell.reaction.kind)) {
		complain(conversion->complaints, node->place, "\"%.*s\" never happens at %.*s",
			(int)match->part[1].len, (const char *)match->part[1].at,
			(int)match->part[0].len, (const char *)match->part[0].at);
		return false;
	}
	if (node->kind == NODE_LIST && node->count == 0) {
		complain(conversion->complaints, node->place, "expected at least one action");
		return false;
	}
	if (node->kind != NODE_LIST) {
		if (!node_is_word(node, "none") && !read_action(conversion, node, &cell.reaction))
			return false;
	} else {
		for (const struct node *item = node->first; item != NULL; item = item->next) {
			if (!read_action(conversion, item, &cell.reaction))
				return false;
		}
	}
	conversion->reactions[conversion->reaction_count++] = cell;
	return true;
}

static bool is_same_row(const struct reaction_cell *cell, const struct reaction_row *row)
{
	return cell->row == row->row && octets_equal(cell->mechanism, row->mechanism);
}

bool reactions_assemble(struct conversion *conversion)
{
	struct client_profile *profile = conversion->profile;
	size_t count = conversion->reaction_count, filled = 0;
	struct reaction_row *rows = arena_new(conversion->arena, count, sizeof *rows);
	struct reaction *cells = arena_new(conversion->arena, count, sizeof *cells);
	if (rows == NULL || cells == NULL)
		return false;
	profile->reactions = rows;
	profile->reaction_count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct reaction_cell *first = &conversion->reactions[i];
		bool seen = false;
		for (size_t r = 0; r < profile->reaction_count; r++)
			seen = seen || is_same_row(first, &rows[r]);
		if (seen)
			continue;
		struct reaction_row *row = &rows[profile->reaction_count++];
		*row = (struct reaction_row){first->row, first->mechanism, cells + filled, 0};
		for (size_t j = i; j < count; j++) {
			if (!is_same_row(&conversion->reactions[j], row))
				continue;
			cells[filled++] = conversion->reactions[j].reaction;
			row->cell_count++;
		}
	}
	return true;
}

bool reaction_has_default(const struct match *match)
{
	struct reaction event = {.code = 0};
	size_t count;
	const struct reaction_row *rows = client_default_reactions(&count);
	read_event(match, &event);
	for (size_t r = 0; r < count; r++) {
		for (size_t c = 0; rows[r].row == match->index[0] && c < rows[r].cell_count; c++) {
			if (rows[r].cells[c].kind == event.kind &&
				rows[r].cells[c].code == event.code)
				return true;
		}
	}
	return false;
}

const struct type type_timeout = {"time", sizeof(uint64_t), timeout_read, NULL};
const struct type type_times = {"list of times", sizeof(uint64_t *), times_read, NULL};
const struct type type_reaction = {"action, or list of actions", 0, reaction_read, NULL};

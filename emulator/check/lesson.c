/* lesson: the cells of a profile, in the order in which people write them. */
#include "lesson_state.h"

#include "dialogue.h"

static bool is_same(const char *one, const char *other)
{
	return (one == NULL) == (other == NULL) && (one == NULL || strcmp(one, other) == 0);
}

/* lesson->count: there is none. */
static size_t find_cell(
	const struct lesson *lesson, const char *group, const char *part, const char *key)
{
	size_t i = 0;
	while (i < lesson->count &&
		!(is_same(lesson->cells[i].group, group) && is_same(lesson->cells[i].part, part) &&
			is_same(lesson->cells[i].key, key)))
		i++;
	return i;
}

void lesson_put_last(struct lesson *lesson, const char *group, const char *part, const char *key)
{
	size_t at = find_cell(lesson, group, part, key);
	if (at == lesson->count)
		return;
	struct lesson_cell cell = lesson->cells[at];
	memmove(&lesson->cells[at], &lesson->cells[at + 1], (lesson->count - at - 1) * sizeof cell);
	lesson->cells[lesson->count - 1] = cell;
}

void lesson_set(struct lesson *lesson, const char *group, const char *part, const char *key,
	const struct buffer *value)
{
	if (find_cell(lesson, group, part, key) < lesson->count ||
		lesson->count == LESSON_CELLS_MAX)
		return;
	char *copy = memory_copy_text(lesson->memory, value->at, value->len);
	lesson->failed |= copy == NULL || buffer_failed(value);
	if (copy != NULL)
		lesson->cells[lesson->count++] = (struct lesson_cell){group, part, key, copy};
}

void lesson_set_text(struct lesson *lesson, const char *group, const char *part, const char *key,
	const char *text)
{
	struct buffer value;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	buffer_append_text(&value, text);
	lesson_set(lesson, group, part, key, &value);
	buffer_free(&value);
}

const struct probe *lesson_probe(const struct lesson *lesson, const char *fact)
{
	const struct fact_finding *finding = findings_find(lesson->wish->findings, fact);
	if (finding == NULL || (finding->verdict != FACT_HOLDS && finding->verdict != FACT_BROKEN))
		return NULL;
	return findings_probe(lesson->wish->findings, finding->row->dialogue);
}

const struct probe_reply *lesson_reply_to(const struct probe *probe, const char *said)
{
	const struct probe_step *steps = probe_steps(probe);
	for (size_t i = 0; steps[i].action != PROBE_END; i++) {
		bool login = steps[i].action == PROBE_LOGIN && strcmp(said, "AUTH") == 0;
		bool dot = steps[i].action == PROBE_BODY && strcmp(said, ".") == 0;
		bool line = steps[i].action == PROBE_SAY &&
			    octets_start_nocase(octets_of(steps[i].text), said);
		if ((login || dot || line) && probe_reply(probe, i)->state != PROBE_NOT_REACHED)
			return probe_reply(probe, i);
	}
	return NULL;
}

/* ---- writing ---- */

static const char *const groups[] = {"host", "verbs", "offers", "offers-in-tls",
	"offers-after-auth", "forgets", "replies", "auth", "data", "tls", "refuses", "limits",
	"faults"};
enum { GROUPS = sizeof groups / sizeof *groups };

static bool has_group(const struct lesson *lesson, const char *group)
{
	for (size_t i = 0; i < lesson->count; i++)
		if (strcmp(lesson->cells[i].group, group) == 0)
			return true;
	return false;
}

/* The cells of one verb, on lines of their own below it. */
static void write_part(const struct lesson *lesson, size_t from, struct buffer *out)
{
	const char *part = lesson->cells[from].part;
	for (size_t i = 0; i < from; i++)
		if (lesson->cells[i].part != NULL && strcmp(lesson->cells[i].part, part) == 0)
			return; /* was written with the first of them */
	buffer_format(out, "  %s:\n", part);
	for (size_t i = from; i < lesson->count; i++)
		if (lesson->cells[i].part != NULL && strcmp(lesson->cells[i].part, part) == 0)
			buffer_format(
				out, "    %s: %s\n", lesson->cells[i].key, lesson->cells[i].value);
}

static void write_group(const struct lesson *lesson, const char *group, struct buffer *out)
{
	bool opened = false;
	for (size_t i = 0; i < lesson->count; i++) {
		const struct lesson_cell *cell = &lesson->cells[i];
		if (strcmp(cell->group, group) != 0)
			continue;
		if (cell->key == NULL) {
			buffer_format(out, "%s: %s\n", group, cell->value);
			continue;
		}
		if (!opened)
			buffer_format(out, "%s:\n", group);
		opened = true;
		if (cell->part != NULL)
			write_part(lesson, i, out);
		else
			buffer_format(out, "  %s: %s\n", cell->key, cell->value);
	}
}

/* What is left to the parent because nobody knows. */
static void write_unknown(const struct lesson *lesson, struct buffer *out)
{
	bool first = true;
	for (size_t i = 0; i < findings_count(lesson->wish->findings); i++) {
		const struct fact_finding *finding = findings_at(lesson->wish->findings, i);
		if (finding->verdict == FACT_HOLDS || finding->verdict == FACT_BROKEN)
			continue;
		if (first)
			buffer_append_text(out, "# Not found out, and left to the parent:\n");
		first = false;
		buffer_format(out, "#   %s (%s)\n", finding->row->name,
			fact_verdict_name(finding->verdict));
	}
}

static void write_head(const struct lesson *lesson, struct buffer *out)
{
	struct buffer trace;
	buffer_init(&trace, lesson->memory, LESSON_VALUE_MAX);
	buffer_format(&trace, "handset check, %s, %s", lesson->wish->target, lesson->wish->date);
	struct lesson plain = {.memory = lesson->memory};
	write_unknown(lesson, out);
	buffer_append_text(out, "name: ");
	lesson_quote(&plain, octets_of(lesson->wish->target), out);
	buffer_format(out, "\nabout: >-\n  Learned by handset check from %s.\nbased-on: %s\n",
		"the replies of a server", lesson->parent->name);
	buffer_append_text(out, "evidence:\n  - {trace: ");
	lesson_quote(&plain, buffer_octets(&trace), out);
	buffer_append_text(out, ", shows: [");
	bool first = true;
	for (size_t i = 0; i < GROUPS; i++) {
		if (!has_group(lesson, groups[i]))
			continue;
		buffer_format(out, "%s%s", first ? "" : ", ", groups[i]);
		first = false;
	}
	buffer_append_text(out, "]}\n");
	buffer_free(&trace);
}

/* ---- the parent ---- */

static const struct likeness_candidate *choose_parent(const struct lesson_wish *wish)
{
	const struct likeness_candidate *best = &wish->parents[0];
	size_t best_differs = SIZE_MAX;
	for (size_t i = 0; i < wish->parent_count; i++) {
		struct likeness likeness;
		if (!likeness_compare(wish->memory, wish->findings, wish->ground, wish->delivered,
			    &wish->parents[i], &likeness))
			continue;
		size_t differs = likeness.of - likeness.agrees;
		if (differs < best_differs) {
			best = &wish->parents[i];
			best_differs = differs;
		}
	}
	return best;
}

/* "[192.0.2.7]": without brackets and tag it is the address. */
static struct octets address_of(struct octets name)
{
	struct octets address = octets_cut(octets_from(name, 1), name.len > 2 ? name.len - 2 : 0);
	return octets_start_nocase(address, "IPv6:") ? octets_from(address, 5) : address;
}

/* Without a login nearly nothing was found out; a server that knows no EHLO has none. */
static bool logged_in(const struct lesson_wish *wish, const struct probe *first)
{
	const struct probe_reply *login = lesson_reply_to(first, "AUTH");
	const struct probe_reply *hello = lesson_reply_to(first, "EHLO");
	bool old = hello != NULL && hello->code / 100 == 5;
	return old || wish->ground->account->user.len == 0 || (login != NULL && login->code == 235);
}

bool lesson_write(const struct lesson_wish *wish, struct buffer *out)
{
	const struct probe *first = findings_probe(wish->findings, dialogue_send);
	if (first == NULL || wish->parent_count == 0 || !logged_in(wish, first))
		return false;
	struct octets name = octets_of(probe_name(first));
	struct lesson lesson = {.wish = wish,
		.memory = wish->memory,
		.parent = choose_parent(wish),
		.name = name,
		.client = address_of(name),
		.sender = octets_of(wish->ground->sender),
		.recipient = octets_of(wish->ground->recipient)};
	lesson_learn_words(&lesson);
	lesson_learn_rules(&lesson);
	lesson_learn_logins(&lesson);
	write_head(&lesson, out);
	for (size_t i = 0; i < GROUPS; i++)
		write_group(&lesson, groups[i], out);
	for (size_t i = 0; i < lesson.count; i++)
		memory_drop_text(lesson.memory, lesson.cells[i].value);
	return !lesson.failed && !buffer_failed(out);
}

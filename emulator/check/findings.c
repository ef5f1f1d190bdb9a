/* findings: all facts that were asked for, one after the other; then those that were heard on the
 * way. */
#include "findings_state.h"

#include "dialogue.h"

bool findings_pattern_fits(const char *pattern, const char *name)
{
	for (; *pattern != 0; pattern++, name++) {
		if (*pattern == '*') {
			for (; *name != 0; name++)
				if (findings_pattern_fits(pattern + 1, name))
					return true;
			return findings_pattern_fits(pattern + 1, name);
		}
		if (*pattern != *name)
			return false;
	}
	return *name == 0;
}

static bool is_wanted(const struct findings *findings, const struct fact_row *row)
{
	const struct findings_wish *wish = &findings->wish;
	for (size_t i = 0; i < wish->pattern_count; i++)
		if (findings_pattern_fits(wish->patterns[i], row->name))
			return true;
	return wish->pattern_count == 0;
}

/* Sessions: each dialogue and each control once; the first of all is always needed. */
static size_t expect(const struct findings *findings)
{
	const struct probe_step *seen[PLAYED_MAX] = {dialogue_send};
	const struct fact_row *row;
	size_t count = 1;
	for (size_t i = 0; (row = fact_row(i)) != NULL; i++) {
		const struct probe_step *both[] = {row->dialogue, row->control};
		bool skipped = (row->needs & FACT_NEEDS_DELIVERY) != 0 && !findings->wish.deliver;
		for (size_t which = 0; which < 2 && is_wanted(findings, row) && !skipped; which++) {
			size_t at = 0;
			while (at < count && seen[at] != both[which])
				at++;
			if (both[which] != NULL && at == count && count < PLAYED_MAX)
				seen[count++] = both[which];
		}
	}
	return count;
}

struct findings *findings_new(const struct memory *memory, const struct findings_wish *wish)
{
	struct findings *findings = memory_new(memory, 1, sizeof *findings);
	if (findings == NULL)
		return NULL;
	findings->memory = memory;
	findings->wish = *wish;
	capabilities_init(&findings->capabilities, memory);
	secrets_init(&findings->secrets, memory);
	if (!secrets_remember_password(&findings->secrets, wish->ground->account->password)) {
		findings_free(findings);
		return NULL;
	}
	findings->expected = expect(findings);
	return findings;
}

void findings_free(struct findings *findings)
{
	if (findings == NULL)
		return;
	for (size_t i = 0; i < findings->played_count; i++) {
		probe_free(findings->played[i].probe);
		transcript_free(findings->played[i].transcript);
	}
	for (size_t i = 0; i < findings->count; i++) {
		for (size_t line = 0; line < findings->items[i].line_count; line++) {
			memory_drop_text(findings->memory, findings->items[i].sent[line]);
			memory_drop_text(findings->memory, findings->items[i].came[line]);
		}
	}
	capabilities_free(&findings->capabilities);
	secrets_free(&findings->secrets);
	memory_free(findings->memory, findings, sizeof *findings);
}

size_t findings_expected(const struct findings *findings)
{
	return findings->expected;
}

/* What was thought broken before the server contradicted itself is looked at once more. */
static void doubt(struct findings *findings)
{
	for (size_t i = 0; i < findings->count && findings->contradictions > 0; i++)
		if (findings->items[i].verdict == FACT_BROKEN)
			findings_confirm(findings, &findings->items[i]);
}

bool findings_run(struct findings *findings, struct sentence *why)
{
	const struct fact_row *row;
	if (!findings_scout(findings, why))
		return false;
	for (size_t i = 0; (row = fact_row(i)) != NULL; i++) {
		if (!is_wanted(findings, row) || findings->count == FINDINGS_MAX)
			continue;
		findings_try(findings, row, &findings->items[findings->count]);
		findings->count++;
	}
	doubt(findings);
	for (size_t i = 0; i < findings->count && findings->wish.found != NULL; i++)
		findings->wish.found(findings->wish.context, &findings->items[i]);
	return true;
}

const char *findings_login_refused(const struct findings *findings)
{
	return findings->login_refused ? findings->why_login.text : "";
}

size_t findings_sessions(const struct findings *findings)
{
	return findings->sessions;
}

size_t findings_count(const struct findings *findings)
{
	return findings->count;
}

const struct fact_finding *findings_at(const struct findings *findings, size_t index)
{
	return &findings->items[index];
}

const struct fact_finding *findings_find(const struct findings *findings, const char *name)
{
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->items[i].row->name, name) == 0)
			return &findings->items[i];
	return NULL;
}

/* fact_rows: all facts in the order in which they are tried, and the dialogues that they share. */
#include "dialogue.h"

const struct probe_step dialogue_send[] = {OPEN, HELLO, LOGIN, THEN_MAIL, THEN_RECIPIENT, LAST};
const struct probe_step dialogue_login[] = {OPEN, HELLO, THEN_LOGIN, LAST};
const struct probe_step dialogue_hello[] = {OPEN, FOLLOWS(LINE_HELLO), LAST};
const struct probe_step dialogue_deliver[] = {OPEN, HELLO, LOGIN, THEN_MESSAGE, LAST};

const struct fact_row *fact_row(size_t index)
{
	/* what was heard on the way comes last */
	static const struct fact_rows *const groups[] = {&fact_rows_login, &fact_rows_reset,
		&fact_rows_tls, &fact_rows_hello, &fact_rows_syntax, &fact_rows_order,
		&fact_rows_transfer, &fact_rows_mechanism, &fact_rows_wording};
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		if (index < groups[i]->count)
			return &groups[i]->rows[index];
		index -= groups[i]->count;
	}
	return NULL;
}

const struct fact_row *fact_find(const char *name)
{
	const struct fact_row *row;
	for (size_t i = 0; (row = fact_row(i)) != NULL; i++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

const char *fact_verdict_name(enum fact_verdict verdict)
{
	static const char *const names[] = {
		"holds", "broken", "inconclusive", "needs-deliver", "not-applicable", "not-tried"};
	return names[verdict];
}

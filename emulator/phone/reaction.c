/* reaction: the look-up, from the special to the general. */
#include "reaction.h"

/* How closely a cell fits what happened: the smallest wins, 0 is no fit. */
static unsigned int fit(const struct reaction *cell, struct happening happening)
{
	if (happening.kind != EVENT_ELSE)
		return cell->kind == happening.kind ? 1 : 0;
	switch (cell->kind) {
	case EVENT_CODE_MULTI:
		return happening.several && cell->code == happening.code ? 1 : 0;
	case EVENT_CODE:
		return cell->code == happening.code ? 2 : 0;
	case EVENT_CLASS:
		return cell->code == happening.code / 100 ? 3 : 0;
	case EVENT_ELSE:
		return 4;
	case EVENT_LOST:
	case EVENT_TIMEOUT:
	case EVENT_NOT_OFFERED:
	case EVENT_BAD_PROMPT:
	case EVENT_FAILED:
	case EVENT_BROKEN:
	case EVENT_NONE_ACCEPTED:
		break;
	}
	return 0;
}

/* `none` written over a cell: there is no such cell, and the search goes on without it. */
static bool is_deleted(const struct client_profile *profile, const struct reaction_row *row,
	const struct reaction *cell)
{
	for (size_t i = 0; i < profile->reaction_count; i++) {
		const struct reaction_row *written = &profile->reactions[i];
		if (written->row != row->row ||
			!octets_equal_nocase(written->mechanism, row->mechanism))
			continue;
		for (size_t j = 0; j < written->cell_count; j++) {
			const struct reaction *other = &written->cells[j];
			if (other->action_count == 0 && other->kind == cell->kind &&
				other->code == cell->code)
				return true;
		}
	}
	return false;
}

static const struct reaction *best_cell(const struct client_profile *profile,
	const struct reaction_row *row, struct happening happening)
{
	const struct reaction *best = NULL;
	unsigned int best_fit = 5;
	for (size_t i = 0; i < row->cell_count; i++) {
		unsigned int this_fit = fit(&row->cells[i], happening);
		if (this_fit == 0 || this_fit >= best_fit ||
			is_deleted(profile, row, &row->cells[i]))
			continue;
		best = &row->cells[i];
		best_fit = this_fit;
	}
	return best;
}

static const struct reaction *search(const struct client_profile *profile,
	const struct reaction_row *rows, size_t count, struct asking asking,
	struct happening happening)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].row != asking.row ||
			!octets_equal_nocase(rows[i].mechanism, asking.mechanism))
			continue;
		const struct reaction *cell = best_cell(profile, &rows[i], happening);
		if (cell != NULL)
			return cell;
	}
	return NULL;
}

/* A mechanism's row, the row, its parent, its parent's parent. */
static const struct reaction *climb(const struct client_profile *profile,
	const struct reaction_row *rows, size_t count, struct asking asking,
	struct happening happening)
{
	while (asking.row != ROW_COUNT) {
		const struct reaction *cell = search(profile, rows, count, asking, happening);
		if (cell != NULL)
			return cell;
		if (asking.mechanism.len > 0)
			asking.mechanism = octets_make(NULL, 0);
		else
			asking.row = client_row_parent(asking.row);
	}
	return NULL;
}

const struct reaction *reaction_written(
	const struct client_profile *profile, struct asking asking, struct happening happening)
{
	return climb(profile, profile->reactions, profile->reaction_count, asking, happening);
}

const struct reaction *reaction_default(
	const struct client_profile *profile, struct asking asking, struct happening happening)
{
	size_t count;
	const struct reaction_row *rows = client_default_reactions(&count);
	return climb(profile, rows, count, asking, happening);
}

bool reaction_catches_success(
	const struct client_profile *profile, struct asking asking, struct happening happening)
{
	const struct reaction *cell = reaction_written(profile, asking, happening);
	return cell != NULL && cell->kind == EVENT_CODE_MULTI;
}

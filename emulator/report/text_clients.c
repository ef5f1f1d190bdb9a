/* text_clients: who can send, where it ended and why; a table, or a list where there is no room. */
#include "format_text.h"

#include <libsmartcols.h>
#include <stdlib.h>

static const char *const titles[] = {"CLIENT", "VERDICT", "WHERE", "CAUSE"};
enum column { COLUMN_CLIENT, COLUMN_VERDICT, COLUMN_WHERE, COLUMN_CAUSE, COLUMNS };

static void add_keys(struct buffer *out, const json_t *keys)
{
	for (size_t i = 0; i < json_array_size(keys); i++)
		buffer_format(out, "%s%s", i > 0 ? "\n" : "",
			record_words(json_array_get(keys, i), "key"));
}

static void describe_cause(struct buffer *out, const json_t *client)
{
	const json_t *cause = record_part(client, "cause"), *masked = record_part(cause, "masked");
	if (record_is(cause, "state", "inconclusive"))
		buffer_append_text(out, "inconclusive");
	if (!record_is(cause, "state", "found"))
		return;
	add_keys(out, record_part(cause, "keys"));
	for (size_t i = 0; i < json_array_size(masked); i++) {
		buffer_append_text(out, "\nbehind it:\n");
		add_keys(out, json_array_get(masked, i));
	}
}

static void describe_where(struct buffer *out, const json_t *client, char between)
{
	const json_t *losses = record_part(client, "losses");
	buffer_append_text(out, record_words(client, "step"));
	if (record_number(client, "code") > 0)
		buffer_format(out, "%c%lld", between, (long long)record_number(client, "code"));
	for (size_t i = 0; i < json_array_size(losses) && out->len == 0; i++)
		buffer_append_text(out, json_string_value(json_array_get(losses, i)));
}

/* The four texts of a client's row; each shown as this page can. */
static void describe(const struct page *page, const struct judgement *judgement,
	const struct record_run *run, const json_t *client, bool broken,
	struct buffer texts[COLUMNS])
{
	const struct sign *sign = sign_of_client(record_words(client, "verdict"));
	const char *mark = judgement_mark(judgement, run, client);
	struct buffer plain;
	buffer_init(&plain, &memory_standard, SIZE_MAX / 2);
	for (int i = 0; i < COLUMNS; i++)
		buffer_clear(&texts[i]);
	buffer_format(&texts[COLUMN_CLIENT], "%s ", page_mark(page, sign));
	page_show(page, &texts[COLUMN_CLIENT], record_words(client, "client"));
	buffer_append_text(&texts[COLUMN_VERDICT], sign->says);
	if (mark[0] != 0)
		buffer_format(&texts[COLUMN_VERDICT], "\n(%s)", mark);
	describe_where(&plain, client, broken ? '\n' : ' ');
	page_show(page, &texts[COLUMN_WHERE], buffer_string(&plain));
	buffer_clear(&plain);
	describe_cause(&plain, client);
	page_show(page, &texts[COLUMN_CAUSE], buffer_string(&plain));
	buffer_free(&plain);
}

static bool add_line(struct libscols_table *table, const struct page *page, enum tone tone,
	struct buffer texts[COLUMNS])
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	bool good = line != NULL;
	for (size_t i = 0; i < COLUMNS && good; i++)
		good = scols_line_set_data(line, i, buffer_string(&texts[i])) == 0;
	if (good && page->colour && page_tone(page, tone)[0] != 0)
		good = scols_cell_set_color(scols_line_get_cell(line, COLUMN_VERDICT),
			       page_tone(page, tone)) == 0;
	return good;
}

/* Cells are broken where a line ends in them and nowhere else. */
static struct libscols_table *make_table(const struct page *page)
{
	struct libscols_table *table = scols_new_table();
	if (table == NULL)
		return NULL;
	scols_table_set_stream(table, page->out);
	scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table, page->width);
	scols_table_enable_colors(table, page->colour);
	/* What it would escape has been escaped, and `\x` would be escaped once more. */
	scols_table_enable_noencoding(table, 1);
	for (int i = 0; i < COLUMNS; i++) {
		struct libscols_column *column =
			scols_table_new_column(table, titles[i], 0, SCOLS_FL_WRAP);
		if (column == NULL) {
			scols_unref_table(table);
			return NULL;
		}
		scols_column_set_wrapfunc(
			column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
	}
	return table;
}

/* Without the blanks that fill the last cell of a line. */
static bool print_table(const struct page *page, struct libscols_table *table)
{
	char *text = NULL;
	bool good = scols_print_table_to_string(table, &text) == 0;
	struct octets left = octets_of(text);
	while (good && left.len > 0) {
		struct octets line = octets_cut(left, octets_find(left, '\n'));
		left = octets_from(left, line.len + 1);
		while (line.len > 0 && line.at[line.len - 1] == ' ')
			line.len--;
		fprintf(page->out, "%.*s\n", (int)line.len, (const char *)line.at);
	}
	free(text);
	return good;
}

/* On a narrow page: a client is two lines or three. */
static void put_item(const struct page *page, enum tone tone, struct buffer texts[COLUMNS])
{
	page_wrap(page, buffer_string(&texts[COLUMN_CLIENT]), 0, 2);
	fprintf(page->out, "  %s%s%s\n", page_tone(page, tone),
		buffer_string(&texts[COLUMN_VERDICT]), page_plain(page));
	for (int i = COLUMN_WHERE; i < COLUMNS; i++) {
		struct octets left = buffer_octets(&texts[i]);
		while (left.len > 0) {
			size_t len = octets_find(left, '\n');
			fprintf(page->out, "  %.*s\n", (int)len, (const char *)left.at);
			left = octets_from(left, len + 1);
		}
	}
}

/* How wide a cell is: its widest line. */
static size_t width_of(const struct buffer *text)
{
	size_t widest = 0;
	struct octets left = buffer_octets(text);
	while (left.len > 0) {
		char line[RECORD_TEXT_MAX];
		size_t len = octets_find(left, '\n');
		snprintf(line, sizeof line, "%.*s", (int)len, (const char *)left.at);
		size_t columns = page_columns(line);
		widest = columns > widest ? columns : widest;
		left = octets_from(left, len + 1);
	}
	return widest;
}

/* Of what the table would need: as it is, and with a line for each word of WHERE. */
static bool fits(const struct page *page, const struct judgement *judgement,
	const struct record_run *run, bool broken, struct buffer texts[COLUMNS])
{
	const struct record_list *clients = &run->lists[RECORD_CLIENT];
	size_t widths[COLUMNS], all = COLUMNS - 1;
	for (int i = 0; i < COLUMNS; i++)
		widths[i] = strlen(titles[i]);
	for (size_t i = 0; i < clients->count; i++) {
		describe(page, judgement, run, clients->items[i], broken, texts);
		for (int j = 0; j < COLUMNS; j++) {
			size_t width = width_of(&texts[j]);
			widths[j] = width > widths[j] ? width : widths[j];
		}
	}
	for (int i = 0; i < COLUMNS; i++)
		all += widths[i];
	return all <= page->width;
}

bool text_clients(
	const struct page *page, const struct judgement *judgement, const struct record_run *run)
{
	const struct record_list *clients = &run->lists[RECORD_CLIENT];
	struct buffer texts[COLUMNS];
	for (int i = 0; i < COLUMNS; i++)
		buffer_init(&texts[i], &memory_standard, SIZE_MAX / 2);
	bool whole = fits(page, judgement, run, false, texts);
	bool broken = !whole && fits(page, judgement, run, true, texts);
	bool as_table = whole || broken;
	struct libscols_table *table = as_table ? make_table(page) : NULL;
	bool good = !as_table || table != NULL;
	if (clients->count > 0)
		fputc('\n', page->out);
	for (size_t i = 0; i < clients->count && good; i++) {
		enum tone tone = sign_of_client(record_words(clients->items[i], "verdict"))->tone;
		describe(page, judgement, run, clients->items[i], broken, texts);
		if (as_table)
			good = add_line(table, page, tone, texts);
		else
			put_item(page, tone, texts);
	}
	if (good && as_table && clients->count > 0)
		good = print_table(page, table);
	for (int i = 0; i < COLUMNS; i++)
		buffer_free(&texts[i]);
	scols_unref_table(table);
	return good;
}

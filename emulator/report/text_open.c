/* text_open: clients of which nothing was concluded, and why; who says the same stands together. */
#include "format_text.h"

#include <string.h>

static bool is_open(const json_t *client)
{
	return record_is(client, "verdict", "inconclusive") &&
	       record_words(client, "sentence")[0] != 0;
}

static bool is_alike(const json_t *one, const json_t *other)
{
	return strcmp(record_words(one, "sentence"), record_words(other, "sentence")) == 0;
}

static bool is_first(const struct record_list *clients, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (is_open(clients->items[i]) &&
			is_alike(clients->items[i], clients->items[index]))
			return false;
	}
	return true;
}

static void put_reason(const struct page *page, const struct record_list *clients, size_t first)
{
	struct buffer names;
	size_t count = 0;
	buffer_init(&names, &memory_standard, SIZE_MAX / 2);
	for (size_t i = first; i < clients->count; i++) {
		if (!is_open(clients->items[i]) ||
			!is_alike(clients->items[i], clients->items[first]))
			continue;
		buffer_format(&names, "%s%s", count++ > 0 ? ", " : "",
			record_words(clients->items[i], "client"));
	}
	fputs("  ", page->out);
	page_wrap(page, record_words(clients->items[first], "sentence"), 2, 4);
	page_labelled(page, 4, count == 1 ? "Client" : "Clients", buffer_string(&names));
	buffer_free(&names);
}

void text_open(const struct page *page, const struct record_run *run)
{
	const struct record_list *clients = &run->lists[RECORD_CLIENT];
	bool any = false;
	for (size_t i = 0; i < clients->count; i++) {
		if (!is_open(clients->items[i]) || !is_first(clients, i))
			continue;
		if (!any)
			page_heading(page, "Left open");
		any = true;
		put_reason(page, clients, i);
	}
}

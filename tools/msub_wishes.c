/* wishes: xtext to text. */
#include "msub_wishes.h"

#include <stdlib.h>
#include <string.h>

static int digit_of(char octet)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = octet == 0 ? NULL : strchr(digits, octet);
	return at == NULL ? -1 : (int)(at - digits);
}

char *wishes_xtext(const char *text)
{
	char *decoded = malloc(strlen(text) + 1);
	size_t len = 0;
	while (decoded != NULL && *text != 0) {
		int high = text[0] == '+' ? digit_of(text[1]) : 0;
		int low = text[0] == '+' && high >= 0 ? digit_of(text[2]) : 0;
		if (high < 0 || low < 0 || (text[0] == '+' && high + low == 0)) {
			free(decoded);
			return NULL;
		}
		decoded[len++] = text[0] == '+' ? (char)(16 * high + low) : text[0];
		text += text[0] == '+' ? 3 : 1;
	}
	if (decoded != NULL)
		decoded[len] = 0;
	return decoded;
}

static void free_wish(struct wish *wish)
{
	free(wish->address);
	free(wish->original);
	free(wish->original_type);
}

enum msub_error wishes_add(
	struct wishes *wishes, const char *address, unsigned int notify, const char *orcpt)
{
	struct wish wish = {.address = strdup(address), .notify = notify};
	struct wish *items = realloc(wishes->items, (wishes->count + 1) * sizeof *items);
	bool made = items != NULL && wish.address != NULL;
	if (items != NULL)
		wishes->items = items;
	if (made && orcpt != NULL) {
		size_t type = strcspn(orcpt, ";");
		wish.original_type = strndup(orcpt, type);
		wish.original = wishes_xtext(orcpt + type + (orcpt[type] == ';'));
		if (wish.original == NULL || wish.original_type == NULL) {
			free_wish(&wish);
			return MSUB_SETTINGS;
		}
	}
	if (made)
		wishes->items[wishes->count++] = wish;
	else
		free_wish(&wish);
	return made ? MSUB_OK : MSUB_MEMORY;
}

struct msub_recipient_options wishes_find(
	const struct wishes *wishes, const char *address, unsigned int notify)
{
	for (size_t i = 0; wishes != NULL && i < wishes->count; i++) {
		const struct wish *wish = &wishes->items[i];
		if (strcmp(wish->address, address) == 0)
			return (struct msub_recipient_options){
				.notify = wish->notify != 0 ? wish->notify : notify,
				.original = wish->original,
				.original_type = wish->original_type};
	}
	return (struct msub_recipient_options){.notify = notify};
}

void wishes_forget(struct wishes *wishes)
{
	for (size_t i = 0; i < wishes->count; i++)
		free_wish(&wishes->items[i]);
	free(wishes->items);
	free(wishes->envelope_id);
	*wishes = (struct wishes){0};
}

/* node: looking into the tree, and writing it as YAML again. */
#include "node.h"

#include "text.h"

#include <string.h>

const struct node *node_find(const struct node *map, const char *key)
{
	if (map == NULL || map->kind != NODE_MAP)
		return NULL;
	for (const struct node *node = map->first; node != NULL; node = node->next) {
		if (octets_equal(node->text, octets_of(key)))
			return node->value;
	}
	return NULL;
}

bool node_is_word(const struct node *node, const char *word)
{
	return node->kind == NODE_TEXT && node->plain && octets_equal(node->text, octets_of(word));
}

/* Recursion goes no deeper than a file may be nested. */
bool node_equal(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || a->count != b->count || !octets_equal(a->text, b->text) ||
		node_is_word(a, "none") != node_is_word(b, "none"))
		return false;
	const struct node *left = a->first, *right = b->first;
	for (; left != NULL && right != NULL; left = left->next, right = right->next) {
		if (!node_equal(left, right) ||
			(a->kind == NODE_MAP && !node_equal(left->value, right->value)))
			return false;
	}
	return left == NULL && right == NULL;
}

const char *node_kind_name(const struct node *node)
{
	if (node->kind == NODE_TEXT)
		return node->plain && node->text.len == 0 ? "nothing" : "a text";
	return node->kind == NODE_LIST ? "a list" : "a map";
}

/* Only what can be nothing else in YAML stands without quotes. */
static bool needs_quotes(const struct node *node)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./ ";
	if (!node->plain || node->text.len == 0)
		return true;
	for (size_t i = 0; i < node->text.len; i++) {
		if (node->text.at[i] == 0 || strchr(plain, node->text.at[i]) == NULL)
			return true;
	}
	return false;
}

/* Double-quoted, as wire text stands in profiles. */
static void print_quoted(struct buffer *out, struct octets text)
{
	static const char raw[] = "\"\\\r\n\t\x1b", named[] = "\"\\rnte";
	buffer_append_byte(out, '"');
	while (text.len > 0) {
		size_t len = text_utf8_len(text);
		const char *escape = text.at[0] == 0 ? NULL : strchr(raw, text.at[0]);
		if (escape != NULL)
			buffer_format(out, "\\%c", named[escape - raw]);
		else if (len == 0 || text.at[0] < 0x20 || text.at[0] == 0x7F)
			buffer_format(out, "\\x%02X", text.at[0]);
		else if (len > 1 && text_utf8_point(text.at, len) < 0xA0)
			buffer_format(out, "\\x%02X", (unsigned int)text_utf8_point(text.at, len));
		else if (len > 1)
			buffer_format(out,
				text_utf8_point(text.at, len) > 0xFFFF ? "\\U%08X" : "\\u%04X",
				(unsigned int)text_utf8_point(text.at, len));
		else
			buffer_append(out, text.at, len);
		text = octets_from(text, len == 0 ? 1 : len);
	}
	buffer_append_byte(out, '"');
}

static bool print_text(struct buffer *out, const struct node *node)
{
	if (needs_quotes(node))
		print_quoted(out, node->text);
	else
		buffer_append_octets(out, node->text);
	return !buffer_failed(out);
}

bool node_print(struct buffer *out, const struct node *node)
{
	if (node->kind == NODE_TEXT)
		return print_text(out, node);
	bool is_map = node->kind == NODE_MAP;
	buffer_append_byte(out, is_map ? '{' : '[');
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (item != node->first)
			buffer_append_text(out, ", ");
		if (is_map) {
			print_text(out, item);
			buffer_append_text(out, ": ");
		}
		node_print(out, is_map ? item->value : item);
	}
	return buffer_append_byte(out, is_map ? '}' : ']');
}

/*
 * rc: msub's configuration files. A file counts whole or not at all and then says where it is
 * wrong; CR LF or LF is the same; and what was understood, written down as one account after the
 * other, is understood the same again.
 *
 * The input is the file. No line begins with eval, which would run a command.
 */
#include "fuzz.h"

#include "msub_rc.h"

static bool parse(const char *text, struct accounts *accounts, struct trouble *trouble)
{
	char *copy = copy_text(octets_of(text));
	bool secret = false;
	*accounts = (struct accounts){0};
	*trouble = (struct trouble){0};
	bool good = rc_parse("rc", copy, accounts, &secret, trouble);
	free(copy);
	require(good == (trouble->text[0] == 0));
	require(good || (accounts->count == 0 && strncmp(trouble->text, "rc:", 3) == 0));
	return good;
}

static void check_same(const struct accounts *one, const struct accounts *other)
{
	require(one->count == other->count);
	for (size_t i = 0; i < one->count; i++) {
		require(strcmp(one->items[i].name, other->items[i].name) == 0);
		for (size_t key = 0; key < KEY_COUNT; key++) {
			const char *a = one->items[i].values[key].text;
			const char *b = other->items[i].values[key].text;
			require((a == NULL) == (b == NULL));
			require(a == NULL || strcmp(a, b) == 0);
		}
	}
}

static void write_account(struct buffer *to, const struct account *account)
{
	buffer_append_text(to, "account \"");
	buffer_append_text(to, account->name);
	buffer_append_text(to, "\"\n");
	for (size_t key = 0; key < KEY_COUNT; key++) {
		if (account->values[key].text == NULL)
			continue;
		buffer_append_text(to, keys[key].name);
		buffer_append_text(to, " \"");
		buffer_append_text(to, account->values[key].text);
		buffer_append_text(to, "\"\n");
	}
}

static void check_written(const struct accounts *accounts)
{
	struct buffer text;
	struct accounts again;
	struct trouble trouble;
	buffer_init(&text, &memory_standard, 1 << 24);
	for (size_t i = 0; i < accounts->count; i++)
		write_account(&text, &accounts->items[i]);
	require(parse(buffer_string(&text), &again, &trouble));
	check_same(accounts, &again);
	accounts_free(&again);
	buffer_free(&text);
}

/* With CR LF for LF. */
static void check_line_ends(const char *text, bool good, const struct accounts *accounts)
{
	struct buffer other;
	struct accounts again;
	struct trouble trouble;
	buffer_init(&other, &memory_standard, 1 << 24);
	for (const char *at = text; *at != 0; at++) {
		if (*at == '\n')
			buffer_append_byte(&other, '\r');
		buffer_append_byte(&other, (uint8_t)*at);
	}
	require(parse(buffer_string(&other), &again, &trouble) == good);
	check_same(accounts, &again);
	accounts_free(&again);
	buffer_free(&other);
}

/* Comments in the place of commands for a shell. */
static void silence(char *text)
{
	for (char *line = text; *line != 0; line += *line == '\n') {
		char *word = line + strspn(line, " \t");
		if (strncmp(word, "eval", 4) == 0)
			*word = '#';
		line += strcspn(line, "\n");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct accounts accounts;
	struct trouble trouble;
	char *text = copy_text(octets_make(at, len));
	setenv("HOME", "/home/tester", 1);
	silence(text);
	bool good = parse(text, &accounts, &trouble);
	check_line_ends(text, good, &accounts);
	if (good)
		check_written(&accounts);
	accounts_free(&accounts);
	free(text);
	return 0;
}

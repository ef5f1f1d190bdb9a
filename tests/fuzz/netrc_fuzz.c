/*
 * netrc: finds the password that a plain reading of the same words finds, and reads not an octet
 * beyond the text.
 *
 * The input is the file; ann at h is looked for.
 */
#include "fuzz.h"

#include <strings.h>

#include "msub_netrc.h"

enum { WORDS_MAX = 512, WORD_MAX = 4096 };

/* All words of a file. */
struct words {
	char *at[WORDS_MAX];
	size_t count;
};

static bool is_space(char octet)
{
	return octet != 0 && strchr(" \t\r\n", octet) != NULL;
}

/* One word: plain, or in quotes; a backslash gives the octet behind it. */
static size_t read_word(const char *text, size_t len, size_t at, char *word)
{
	bool quoted = text[at] == '"';
	size_t out = 0;
	for (at += quoted; at < len; at++) {
		if (quoted ? text[at] == '"' : is_space(text[at]))
			break;
		at += text[at] == '\\' && at + 1 < len;
		word[out++] = text[at];
	}
	word[out] = 0;
	return at + (quoted && at < len);
}

/* A macro's lines, up to the first that is empty, are no words. */
static size_t behind_macro(const char *text, size_t len, size_t at)
{
	bool empty = false;
	while (at < len && !empty) {
		const char *line = memchr(text + at, '\n', len - at);
		at = line == NULL ? len : (size_t)(line - text) + 1;
		empty = at < len && text[at] == '\n';
	}
	return at;
}

static void read_words(struct words *words, const char *text, size_t len)
{
	size_t at = 0;
	bool is_argument = false;
	while (words->count < WORDS_MAX) {
		while (at < len && is_space(text[at]))
			at++;
		if (at >= len)
			return;
		char *word = malloc(len - at + 1);
		require(word != NULL);
		at = read_word(text, len, at, word);
		words->at[words->count++] = word;
		if (!is_argument && strcmp(word, "macdef") == 0)
			at = behind_macro(text, len, at);
		is_argument =
			!is_argument &&
			(strcmp(word, "machine") == 0 || strcmp(word, "login") == 0 ||
				strcmp(word, "password") == 0 || strcmp(word, "account") == 0);
	}
}

/* One entry, from the word behind its "machine h" or "default" up to the next. */
static const char *password_in(const struct words *words, size_t *at)
{
	const char *login = NULL, *password = NULL, *found = NULL;
	for (; *at < words->count; ++*at) {
		const char *word = words->at[*at];
		const char *next = *at + 1 < words->count ? words->at[*at + 1] : NULL;
		if (strcmp(word, "machine") == 0 || strcmp(word, "default") == 0)
			break;
		bool argument = strcmp(word, "login") == 0 || strcmp(word, "password") == 0 ||
				strcmp(word, "account") == 0;
		if (next != NULL && strcmp(word, "login") == 0)
			login = next;
		if (next != NULL && strcmp(word, "password") == 0)
			password = next;
		*at += argument;
		/* the first that has both is it, whatever comes behind */
		if (found == NULL && login != NULL && strcmp(login, "ann") == 0)
			found = password;
	}
	return found != NULL ? found : login == NULL ? password : NULL;
}

static const char *expected(const struct words *words)
{
	size_t at = 0;
	(void)password_in(words, &at); /* what stands before the first entry is nobody's */
	while (at < words->count) {
		const char *word = words->at[at++];
		bool fits = strcmp(word, "default") == 0;
		if (strcmp(word, "machine") == 0 && at < words->count)
			fits = strcasecmp(words->at[at++], "h") == 0;
		const char *password = password_in(words, &at);
		if (fits && password != NULL)
			return password;
	}
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static struct secret password;
	struct words words = {.count = 0};
	char *text = malloc(len == 0 ? 1 : len);
	require(text != NULL);
	if (len > WORD_MAX)
		len = WORD_MAX;
	if (len > 0)
		memcpy(text, at, len);
	read_words(&words, text, len);
	const char *want = expected(&words);
	bool found = netrc_find(text, len, "h", "ann", &password) > 0;
	if (words.count < WORDS_MAX) {
		require(found == (want != NULL));
		require(strcmp(password.text, found ? want : "") == 0);
	}
	for (size_t i = 0; i < words.count; i++)
		free(words.at[i]);
	free(text);
	return 0;
}

/* look_facts: collects lines and names, and shows them. */
#include "look_facts.h"

#include <string.h>

enum { GREETING_MAX = 64 * 1024, CODE_LEN = 4 /* "250-" */ };

struct look_facts *look_facts_new(const struct memory *memory)
{
	struct look_facts *facts = memory_new(memory, 1, sizeof *facts);
	if (facts == NULL)
		return NULL;
	facts->memory = *memory;
	buffer_init(&facts->greeting, &facts->memory, GREETING_MAX);
	buffer_init(&facts->mechanisms, &facts->memory, GREETING_MAX);
	tls_report_init(&facts->tls, &facts->memory);
	return facts;
}

static void free_list(struct look_facts *facts, struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		union {
			const char *text;
			char *owned;
		} string = {.text = list->at[i]};
		memory_free_text(&facts->memory, string.owned);
	}
	if (list->at != NULL)
		memory_free(&facts->memory, list->at, (list->count + 1) * sizeof *list->at);
}

void look_facts_free(struct look_facts *facts)
{
	if (facts == NULL)
		return;
	free_list(facts, &facts->hello[0]);
	free_list(facts, &facts->hello[1]);
	free_list(facts, &facts->names);
	buffer_free(&facts->greeting);
	buffer_free(&facts->mechanisms);
	tls_report_free(&facts->tls);
	failure_free(&facts->failure, &facts->memory);
	struct memory memory = facts->memory;
	memory_free(&memory, facts, sizeof *facts);
}

static void add(struct look_facts *facts, struct text_list *list, const char *text)
{
	size_t old = list->at == NULL ? 0 : list->count + 1;
	char *copy = memory_copy_text(&facts->memory, text, strlen(text));
	const char **grown = copy == NULL
				     ? NULL
				     : memory_resize(&facts->memory, list->at, old * sizeof *grown,
					       (list->count + 2) * sizeof *grown);
	if (grown == NULL) {
		memory_free_text(&facts->memory, copy);
		facts->no_memory = true;
		return;
	}
	list->at = grown;
	list->at[list->count++] = copy;
	list->at[list->count] = NULL;
}

/* Behind the code and its hyphen or blank. */
static const char *text_of(const char *line)
{
	return strlen(line) < CODE_LEN ? "" : line + CODE_LEN;
}

void look_facts_greeting(struct look_facts *facts, const char *line)
{
	uint64_t code = 0;
	if (octets_number(octets_cut(octets_of(line), CODE_LEN - 1), &code))
		facts->greeting_code = (int)code;
	if (facts->greeting.len > 0)
		buffer_append_byte(&facts->greeting, '\n');
	buffer_append_text(&facts->greeting, text_of(line));
}

void look_facts_hello(struct look_facts *facts, bool inside_tls, const char *line)
{
	add(facts, &facts->hello[inside_tls], text_of(line));
}

static bool holds_word(struct octets words, struct octets word)
{
	while (words.len > 0) {
		size_t len = octets_find(words, ' ');
		if (octets_equal_nocase(octets_cut(words, len), word))
			return true;
		words = octets_from(words, len + 1);
	}
	return false;
}

/* "AUTH PLAIN LOGIN" and, as some servers say it, "AUTH=PLAIN LOGIN": each name once. */
static void read_mechanisms(struct look_facts *facts, const struct text_list *hello)
{
	buffer_clear(&facts->mechanisms);
	for (size_t i = 1; i < hello->count; i++) {
		struct octets line = octets_of(hello->at[i]);
		if (!octets_start_nocase(line, "AUTH ") && !octets_start_nocase(line, "AUTH="))
			continue;
		line = octets_trim(octets_from(line, CODE_LEN + 1));
		while (line.len > 0) {
			struct octets word = octets_cut(line, octets_find(line, ' '));
			if (!holds_word(buffer_octets(&facts->mechanisms), word)) {
				if (facts->mechanisms.len > 0)
					buffer_append_byte(&facts->mechanisms, ' ');
				buffer_append_octets(&facts->mechanisms, word);
			}
			line = octets_trim(octets_from(line, word.len));
		}
	}
}

static void read_names(struct look_facts *facts)
{
	struct octets names = buffer_octets(&facts->tls.names);
	while (names.len > 0 && facts->names.count < facts->tls.names.len) {
		size_t len = octets_find(names, 0);
		if (len == names.len)
			return; /* cut off for lack of memory */
		add(facts, &facts->names, (const char *)names.at);
		names = octets_from(names, len + 1);
	}
}

static const char *const *lines_of(const struct text_list *list)
{
	static const char *const none[] = {NULL};
	return list->at == NULL ? none : list->at;
}

void look_facts_show(struct look_facts *facts, struct msub_server *server)
{
	const struct tls_report *tls = &facts->tls;
	if (facts->names.count == 0)
		read_names(facts);
	read_mechanisms(facts, &facts->hello[facts->hello[1].count > 0]);
	*server = (struct msub_server){
		.greeting_code = facts->greeting_code,
		.greeting = buffer_string(&facts->greeting),
		.clear = lines_of(&facts->hello[0]),
		.inside = lines_of(&facts->hello[1]),
		.mechanisms = buffer_string(&facts->mechanisms),
		.logged_in = facts->logged_in,
		.tls_version = tls->version,
		.tls_cipher = tls->cipher,
		.tls_key_exchange = tls->key_exchange,
		.verified = facts->verified,
		.unverified = tls->why.text,
		.certificate =
			{
				.subject = tls->subject,
				.issuer = tls->issuer,
				.names = lines_of(&facts->names),
				.from_unix = tls->from_unix,
				.until_unix = tls->until_unix,
				.sha256 = tls->sha256,
				.sha1 = tls->sha1,
				.key_sha256 = tls->key_sha256,
			},
		.facts = facts,
	};
}

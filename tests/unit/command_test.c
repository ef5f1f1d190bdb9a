/* command: what can be said, and the one word that cannot. */
#include "command.h"
#include "check.h"
#include "sender.h"

#include <ctype.h>
#include <stdlib.h>

static const struct memory *const memory = &memory_standard;

static void writes_commands(void)
{
	static const struct {
		enum command command;
		const char *argument, *line;
	} rows[] = {
		{COMMAND_EHLO, "[192.0.2.7]", "EHLO [192.0.2.7]\r\n"},
		{COMMAND_HELO, "host.example", "HELO host.example\r\n"},
		{COMMAND_STARTTLS, "", "STARTTLS\r\n"},
		{COMMAND_AUTH, "PLAIN AA==", "AUTH PLAIN AA==\r\n"},
		{COMMAND_ANSWER, "dXNlcg==", "dXNlcg==\r\n"},
		{COMMAND_ANSWER, "", "\r\n"},
		{COMMAND_MAIL, "<> SIZE=1", "MAIL FROM:<> SIZE=1\r\n"},
		{COMMAND_RECIPIENT, "<a@b>", "RCPT TO:<a@b>\r\n"},
		{COMMAND_DATA, "", "DATA\r\n"},
		{COMMAND_QUIT, "", "QUIT\r\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		CHECK_CASE("%s", rows[i].line);
		buffer_init(&out, memory, 1000);
		CHECK(command_write(&out, rows[i].command, octets_of(rows[i].argument)));
		CHECK_TEXT(buffer_string(&out), rows[i].line);
		buffer_free(&out);
	}
}

static void refuses_arguments_that_would_be_lines(void)
{
	static const struct octets rows[] = {{(const uint8_t *)"a\rb", 3},
		{(const uint8_t *)"a\nb", 3}, {(const uint8_t *)"a\r\nNOOP", 7},
		{(const uint8_t *)"\0", 1}, {(const uint8_t *)"a\0b", 3},
		{(const uint8_t *)"a\n", 2}};
	for (int command = 0; command < COMMAND_COUNT; command++) {
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			struct buffer out;
			CHECK_CASE("command %d, row %zu", command, i);
			buffer_init(&out, memory, 1000);
			buffer_append_text(&out, "kept");
			CHECK(!command_write(&out, (enum command)command, rows[i]));
			CHECK(!buffer_failed(&out));
			CHECK_TEXT(buffer_string(&out), "kept");
			buffer_free(&out);
		}
	}
}

static void refuses_lines_that_are_too_long(void)
{
	static const struct {
		enum command command;
		size_t longest; /* argument */
	} rows[] = {{COMMAND_EHLO, 505}, {COMMAND_AUTH, 505}, {COMMAND_RECIPIENT, 1040 - 10},
		{COMMAND_MAIL, 1257 - 12}, {COMMAND_ANSWER, 12286}};
	static char text[12400];
	memset(text, 'x', sizeof text);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		CHECK_CASE("row %zu", i);
		buffer_init(&out, memory, 20000);
		CHECK(!command_write(
			&out, rows[i].command, octets_make(text, rows[i].longest + 1)));
		CHECK_INT(out.len, 0);
		CHECK(command_write(&out, rows[i].command, octets_make(text, rows[i].longest)));
		buffer_free(&out);
	}
}

/* The word is made at run time: it must not be in this program itself. */
static void make_word(char word[5])
{
	static const volatile char lower[] = "rset"; /* volatile: nor by the compiler */
	for (size_t i = 0; i < 5; i++)
		word[i] = (char)toupper((unsigned char)lower[i]);
}

static bool holds_nocase(struct octets all, const char *word)
{
	for (size_t i = 0; i < all.len; i++) {
		if (octets_start_nocase(octets_from(all, i), word))
			return true;
	}
	return false;
}

static void has_no_command_that_resets(void)
{
	char word[5];
	make_word(word);
	for (int command = 0; command < COMMAND_COUNT; command++) {
		CHECK_CASE("command %d", command);
		CHECK(!holds_nocase(octets_of(command_text((enum command)command)), word));
	}
}

/* This program holds the whole client; the word is nowhere in it. Its lower case is, just above. */
static void is_nowhere_in_the_object_code(void)
{
	char word[5];
	size_t len, size = 64 * 1024 * 1024;
	FILE *file = fopen("/proc/self/exe", "rb");
	CHECK(sender_player != NULL); /* all of the client is linked */
	if (!CHECK(file != NULL))
		return;
	uint8_t *program = malloc(size);
	len = fread(program, 1, size, file);
	fclose(file);
	make_word(word);
	CHECK(len > 10000 && len < size);
	size_t found = 0, control = 0, lower = 0;
	for (size_t i = 1; i + 8 < len; i++) {
		/* as a word: the names of some ioctls in a sanitizer's runtime hold it */
		found += memcmp(program + i, word, 4) == 0 && !isalnum(program[i - 1]) &&
			 !isalnum(program[i + 4]);
		control += memcmp(program + i, "STARTTLS", 8) == 0;
		lower += memcmp(program + i, "rset\0", 5) == 0;
	}
	CHECK_INT(found, 0);
	CHECK(control > 0); /* it would be found */
	CHECK(lower > 0);
	free(program);
}

#define TESTS(T)                                                                                   \
	T(writes_commands)                                                                         \
	T(refuses_arguments_that_would_be_lines)                                                   \
	T(refuses_lines_that_are_too_long)                                                         \
	T(has_no_command_that_resets)                                                              \
	T(is_nowhere_in_the_object_code)
CHECK_MAIN("command", TESTS)

/*
 * conversation: the same words and another answer is a contradiction; other words, a late answer or
 * another text behind the same code is none.
 */
#include "conversation.h"

#include "check.h"

#define HEAD "=== connected 192.0.2.7 to 192.0.2.25:25\n<-  220 mx\n -> EHLO [192.0.2.7]\n"

static const struct {
	const char *one, *other;
	const char *first, *second; /* the two answers; NULL: no contradiction */
} rows[] = {
	{HEAD "<-  250 mx\n", HEAD "<-  250 mx\n", NULL, NULL},
	{HEAD "<-  250 mx\n", HEAD "<-  250 other words\n", NULL, NULL},
	{HEAD "<-  250 mx\n", HEAD "<** 421 go away\n", "250 ", "421 "},
	{HEAD "<-  250 mx\n", HEAD "=== closed by server\n", "250 ", "end"},
	{HEAD "<-  250-mx\n<-  250 PIPELINING\n", HEAD "<-  250 mx\n", "250-", "250 "},
	/* other words before the answer, or after it */
	{HEAD "<-  250 mx\n",
		"=== connected 192.0.2.7 to 192.0.2.25:25\n<-  220 mx\n -> EHLO x\n<** 501 no\n",
		NULL, NULL},
	{HEAD "<-  250 mx\n -> MAIL FROM:<a@b>\n<-  250 ok\n",
		HEAD "<-  250 mx\n -> RSET\n<** 502 no\n", NULL, NULL},
	{HEAD "<-  250 mx\n -> MAIL FROM:<a@b>\n<-  250 ok\n",
		HEAD "<-  250 mx\n -> MAIL FROM:<a@b>\n<** 550 no\n", "250 ", "550 "},
	/* a group of commands, of which one client heard a reply earlier */
	{HEAD "<-  250 mx\n -> MAIL FROM:<a@b>\n -> RCPT TO:<c@d>\n<-  250 ok\n<** 550 no\n",
		HEAD "<-  250 mx\n -> MAIL FROM:<a@b>\n<-  250 ok\n -> RCPT TO:<c@d>\n<** 550 no\n",
		NULL, NULL},
	/* one has left before the answer came */
	{HEAD "<-  250 mx\n -> QUIT\n", HEAD "<-  250 mx\n -> QUIT\n<-  221 bye\n", NULL, NULL},
	/* another server behind the same name */
	{HEAD "<-  250 mx\n",
		"=== connected 192.0.2.7 to 192.0.2.26:25\n<-  220 mx\n -> EHLO [192.0.2.7]\n<** 502 no\n",
		NULL, NULL},
	/* who hangs up is the client */
	{HEAD "<-  250 mx\n=== closed by client\n", HEAD "<-  250 mx\n", NULL, NULL},
};

static struct transcript *read_text(const char *text)
{
	struct transcript *transcript = transcript_new(&memory_standard, true);
	size_t line;
	CHECK(transcript_read(transcript, octets_of(text), &line));
	return transcript;
}

static void another_answer_to_the_same_words(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct transcript *texts[2] = {read_text(rows[i].one), read_text(rows[i].other)};
		struct conversation pair[2];
		CHECK_CASE("row %zu", i);
		for (size_t j = 0; j < 2; j++)
			CHECK(conversation_read(&pair[j], &memory_standard, texts[j]));
		for (size_t j = 0; j < 2; j++) {
			const struct exchange_event *first, *second;
			bool contradict =
				conversations_contradict(&pair[j], &pair[1 - j], &first, &second);
			CHECK_INT(contradict, rows[i].first != NULL);
			if (!contradict || rows[i].first == NULL)
				continue;
			CHECK_TEXT(first->code, j == 0 ? rows[i].first : rows[i].second);
			CHECK_TEXT(second->code, j == 0 ? rows[i].second : rows[i].first);
		}
		for (size_t j = 0; j < 2; j++) {
			conversation_free(&pair[j]);
			transcript_free(texts[j]);
		}
	}
}

#define TESTS(T) T(another_answer_to_the_same_words)
CHECK_MAIN("conversation", TESTS)

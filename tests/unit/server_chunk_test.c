/* The server and BDAT (RFC 3030): whole, octet by octet and at seeded cuts. */
#include "server_stand.h"

static const struct server_settings settings = {.message_max = 100};

#define OFFERS                                                                                     \
	"name: chunks\nevidence:\n  - {document: a test of chunks, shows: [offers, replies, faults, verbs]}\n"     \
	"offers: [PIPELINING, 8BITMIME, CHUNKING, BINARYMIME, SIZE, \"AUTH PLAIN\"]\n"
#define START                                                                                      \
	"EHLO a.example\r\nAUTH PLAIN AHBob25lAHNlY3JldA==\r\n"                                    \
	"MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\n"
#define BINARY_START                                                                               \
	"EHLO a.example\r\nAUTH PLAIN AHBob25lAHNlY3JldA==\r\n"                                    \
	"MAIL FROM:<a@b.c> BODY=BINARYMIME\r\nRCPT TO:<d@e.f>\r\n"
#define STARTED "235 2.7.0 Authentication succeeded\n250 2.1.0 Sender ok\n250 2.1.5 Recipient ok\n"
#define TAKEN "250 2.0.0 Chunk taken\n"
#define STORED "[stored]250 2.6.0 Message accepted\n"
#define AFTER_REFUSED "503 5.5.1 A chunk of this message was refused\n"
#define NOOP_OK "250 2.0.0 Ok\n"

struct talk {
	const char *name, *faults, *script, *want, *stored;
};

/* What was heard behind the reply to EHLO. */
static const char *behind_offers(struct stand *stand)
{
	const char *end = strstr(stand_heard(stand), "250 AUTH PLAIN\n");
	return end == NULL ? stand_heard(stand) : end + strlen("250 AUTH PLAIN\n");
}

static void play(const struct talk *row, const struct server_profile *profile)
{
	for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++) {
		struct stand stand;
		stand_open(&stand, profile, settings);
		stand.cut = (enum stand_cut)cut;
		stand_settle(&stand);
		CHECK_CASE("%s, cut %d", row->name, cut);
		stand_play(&stand, octets_of(row->script));
		CHECK_TEXT(behind_offers(&stand), row->want);
		CHECK_TEXT(buffer_string(&stand.stored), row->stored == NULL ? "" : row->stored);
		stand_close(&stand);
	}
}

static void play_all(const struct talk *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buffer text, errors;
		buffer_init(&text, &memory_standard, 10000);
		buffer_format(&text, OFFERS "replies: {end: 250 2.6.0 Message accepted}\n%s",
			rows[i].faults == NULL ? "" : rows[i].faults);
		struct profile *profile =
			fixture_load(PROFILE_SERVER, buffer_string(&text), NULL, &errors);
		CHECK_TEXT(buffer_string(&errors), "");
		play(&rows[i], profile_server(profile));
		profile_free(profile);
		buffer_free(&text);
		buffer_free(&errors);
	}
}

static void takes_chunks(void)
{
	static const struct talk rows[] = {
		{"one", NULL, START "BDAT 6 LAST\r\na: b\r\n", STARTED STORED,
			"a@b.c d@e.f\na: b\r\n"},
		{"several, and an empty last one", NULL,
			START "BDAT 6\r\na: b\r\nbdat 3\r\n.\r\nBDAT 0 last\r\nNOOP\r\n",
			STARTED TAKEN TAKEN STORED NOOP_OK, "a@b.c d@e.f\na: b\r\n.\r\n"},
		{"commands inside are content", NULL, START "BDAT 13 LAST\r\nRSET\r\nQUIT\r\nx",
			STARTED STORED, "a@b.c d@e.f\nRSET\r\nQUIT\r\nx"},
		{"binary", NULL, BINARY_START "BDAT 4 LAST\r\n\n\r.\n", STARTED STORED,
			"a@b.c d@e.f\n\n\r.\n"},
		{"a transaction after it", NULL,
			START "BDAT 2 LAST\r\n\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\n",
			STARTED STORED "250 2.1.0 Sender ok\n250 2.1.5 Recipient ok\n",
			"a@b.c d@e.f\n\r\n"},
		{"RSET in the midst", NULL, START "BDAT 2\r\n\r\nRSET\r\nMAIL FROM:<a@b.c>\r\n",
			STARTED TAKEN NOOP_OK "250 2.1.0 Sender ok\n", NULL},
		{"DATA after RSET", NULL,
			START "BDAT 2\r\n\r\nRSET\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\n"
			      "BDAT 3 LAST\r\nx\r\n",
			STARTED TAKEN NOOP_OK
			"250 2.1.0 Sender ok\n250 2.1.5 Recipient ok\n" STORED,
			"a@b.c d@e.f\nx\r\n"},
	};
	play_all(rows, sizeof rows / sizeof *rows);
}

/* Octets that belong to a refused chunk are never commands. */
static void refuses_chunks(void)
{
	static const struct talk rows[] = {
		{"no size", NULL, START "BDAT\r\nNOOP\r\n",
			STARTED "501 5.5.4 BDAT has a size, and perhaps LAST\n" NOOP_OK, NULL},
		{"no number", NULL, START "BDAT x LAST\r\n",
			STARTED "501 5.5.4 BDAT has a size, and perhaps LAST\n", NULL},
		{"another word", NULL, START "BDAT 0 FIRST\r\n",
			STARTED "501 5.5.4 BDAT has a size, and perhaps LAST\n", NULL},
		{"no transaction", NULL, "EHLO a.example\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n",
			"503 5.5.1 MAIL first\n" NOOP_OK, NULL},
		{"too big", NULL,
			START "BDAT 101 LAST\r\n"
			      "0123456789012345678901234567890123456789012345678\r\n"
			      "012345678901234567890123456789012345678901234567\r\nNOOP\r\n",
			STARTED "552 5.3.4 Message too big\n" NOOP_OK, NULL},
		{"too big together", NULL,
			START "BDAT 2\r\n\r\nBDAT 99\r\n"
			      "012345678901234567890123456789012345678901234567\r\n"
			      "01234567890123456789012345678901234567890123456\r\n"
			      "BDAT 0 LAST\r\nNOOP\r\n",
			STARTED TAKEN "552 5.3.4 Message too big\n" AFTER_REFUSED NOOP_OK, NULL},
		{"nothing after a refused one", "faults: [{at: chunk, reply: 451 4.3.0 Not now}]",
			START "BDAT 6\r\nx: y\r\nBDAT 2 LAST\r\n\r\nMAIL FROM:<a@b.c>\r\n",
			STARTED "451 4.3.0 Not now\n" AFTER_REFUSED
				"503 5.5.1 A transaction is open already\n",
			NULL},
		{"a bare LF in text", NULL, START "BDAT 4 LAST\r\na:b\n",
			STARTED "554 5.6.0 A line of the message ends in LF alone\n", NULL},
		{"a CR between chunks", NULL, START "BDAT 1\r\n\rBDAT 1 LAST\r\nx",
			STARTED TAKEN "554 5.6.0 A line of the message ends in LF alone\n", NULL},
		{"DATA in the midst", NULL, START "BDAT 0\r\nDATA\r\n",
			STARTED TAKEN "503 5.5.1 The message has begun, with BDAT\n", NULL},
		{"RCPT in the midst", NULL, START "BDAT 0\r\nRCPT TO:<g@h.i>\r\n",
			STARTED TAKEN "503 5.5.1 The message has begun, with BDAT\n", NULL},
		{"DATA for a binary message", NULL, BINARY_START "DATA\r\n",
			STARTED "503 5.5.1 A binary message comes with BDAT\n", NULL},
		{"not offered", "verbs: [EHLO, AUTH, MAIL, RCPT, NOOP]", START "BDAT 0 LAST\r\n",
			STARTED "500 5.5.2 Command not recognised\n", NULL},
	};
	play_all(rows, sizeof rows / sizeof *rows);
}

#define TESTS(T)                                                                                   \
	T(takes_chunks)                                                                            \
	T(refuses_chunks)
CHECK_MAIN("server_chunk", TESTS)

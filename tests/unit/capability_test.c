/* capability: what an EHLO reply offers. */
#include "capability.h"
#include "check.h"
#include "mechanism.h"

static unsigned bit_of(const char *mechanism)
{
	return 1U << mechanism_find(octets_of(mechanism));
}

static void read_text(const char *text, struct capability *capability)
{
	struct reply_reader reader;
	size_t used;
	reply_reader_init(&reader, &memory_standard);
	CHECK_INT(reply_reader_feed(&reader, octets_of(text), &used), REPLY_DONE);
	capability_read(capability, &reader.reply);
	reply_reader_free(&reader);
}

static void reads_what_is_offered(void)
{
	static const struct {
		const char *reply;
		struct capability want; /* mechanisms apart */
		const char *mechanisms[3];
	} rows[] = {
		{"250 host\r\n", {0}, {0}},
		/* the first line is a name, whatever it says */
		{"250 PIPELINING\r\n", {0}, {0}},
		{"250-STARTTLS\r\n250 PIPELINING\r\n", {.pipelining = true}, {0}},
		{"250-h\r\n250 pipelining\r\n", {.pipelining = true}, {0}},
		{"250-h\r\n250 8BITMIME\r\n", {.eight_bit_mime = true}, {0}},
		{"250-h\r\n250 StartTLS\r\n", {.starttls = true}, {0}},
		{"250-h\r\n250 SIZE\r\n", {.size = true}, {0}},
		{"250-h\r\n250 SIZE 0\r\n", {.size = true}, {0}},
		{"250-h\r\n250 SIZE 1000 \r\n", {.size = true, .size_limit = 1000}, {0}},
		{"250-h\r\n250 SIZE many\r\n", {.size = true}, {0}},
		{"250-h\r\n250 SIZE 99999999999999999999\r\n", {.size = true}, {0}},
		{"250-h\r\n250 AUTH PLAIN LOGIN\r\n", {.auth = true}, {"PLAIN", "LOGIN"}},
		{"250-h\r\n250 AUTH=PLAIN LOGIN\r\n", {.auth = true}, {"PLAIN", "LOGIN"}},
		{"250-h\r\n250-AUTH plain\r\n250 AUTH=CRAM-MD5\r\n", {.auth = true},
			{"PLAIN", "CRAM-MD5"}},
		{"250-h\r\n250 AUTH  SCRAM-SHA-1\tPLAIN  \r\n", {.auth = true}, {"PLAIN"}},
		{"250-h\r\n250 AUTH\r\n", {.auth = true}, {0}},
		{"250-h\r\n250 LIMITS RCPTMAX=20 MAILMAX=5 X=1\r\n",
			{.recipient_limit = 20, .mail_limit = 5}, {0}},
		{"250-h\r\n250 LIMITS RCPTMAX=0 MAILMAX=x RCPTDOMAINMAX=1\r\n", {0}, {0}},
		{"250-h\n250-SIZE 7\n250-8BITMIME\n250 PIPELINING\n",
			{.size = true, .size_limit = 7, .eight_bit_mime = true, .pipelining = true},
			{0}},
		/* nothing is offered by half a word, an empty line or a longer one */
		{"250-h\r\n250-PIPELININGS\r\n250-\r\n250-8BIT\r\n250-AUTHPLAIN\r\n250 XSIZE 5\r\n",
			{0}, {0}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct capability got;
		unsigned mechanisms = 0;
		CHECK_CASE("%s", rows[i].reply);
		read_text(rows[i].reply, &got);
		for (size_t k = 0; k < 3 && rows[i].mechanisms[k] != NULL; k++)
			mechanisms |= bit_of(rows[i].mechanisms[k]);
		CHECK_INT(got.pipelining, rows[i].want.pipelining);
		CHECK_INT(got.eight_bit_mime, rows[i].want.eight_bit_mime);
		CHECK_INT(got.starttls, rows[i].want.starttls);
		CHECK_INT(got.auth, rows[i].want.auth);
		CHECK_INT(got.size, rows[i].want.size);
		CHECK_INT(got.size_limit, rows[i].want.size_limit);
		CHECK_INT(got.recipient_limit, rows[i].want.recipient_limit);
		CHECK_INT(got.mail_limit, rows[i].want.mail_limit);
		CHECK_INT(got.mechanisms, mechanisms);
	}
}

#define TESTS(T) T(reads_what_is_offered)
CHECK_MAIN("capability", TESTS)

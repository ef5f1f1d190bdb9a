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
		{"250-h\r\n250 AUTH  SPLENDID-7\tPLAIN  \r\n", {.auth = true}, {"PLAIN"}},
		{"250-h\r\n250 AUTH\r\n", {.auth = true}, {0}},
		{"250-h\r\n250 LIMITS RCPTMAX=20 MAILMAX=5 X=1\r\n",
			{.recipient_limit = 20, .mail_limit = 5}, {0}},
		{"250-h\r\n250 LIMITS RCPTMAX=0 MAILMAX=x RCPTDOMAINMAX=1\r\n", {.domain_limit = 1},
			{0}},
		{"250-h\r\n250-chunking\r\n250-BINARYMIME\r\n250 SMTPUTF8\r\n",
			{.chunking = true, .binary_mime = true, .utf8 = true}, {0}},
		/* binary messages go with BDAT only */
		{"250-h\r\n250 BINARYMIME\r\n", {0}, {0}},
		{"250-h\r\n250-DSN\r\n250-EnhancedStatusCodes\r\n250 REQUIRETLS\r\n",
			{.dsn = true, .enhanced_codes = true, .require_tls = true}, {0}},
		{"250-h\r\n250 DELIVERBY\r\n", {.deliver_by = true}, {0}},
		{"250-h\r\n250 DELIVERBY 240\r\n", {.deliver_by = true, .deliver_by_min = 240},
			{0}},
		{"250-h\r\n250 DELIVERBY -1\r\n", {.deliver_by = true}, {0}},
		{"250-h\r\n250 FUTURERELEASE 86400 1970-01-02T00:00:00Z\r\n",
			{.future_release = true, .hold_max = 86400, .hold_until_max = 86400}, {0}},
		{"250-h\r\n250 FUTURERELEASE 60 tomorrow\r\n",
			{.future_release = true, .hold_max = 60}, {0}},
		{"250-h\r\n250 FUTURERELEASE\r\n", {.future_release = true}, {0}},
		{"250-h\r\n250 MT-PRIORITY STANAG4406\r\n",
			{.priority = true, .priority_profile = "STANAG4406"}, {0}},
		{"250-h\r\n250 MT-PRIORITY aNameThatIsLongerThanOne\r\n", {.priority = true}, {0}},
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
		CHECK_INT(got.chunking, rows[i].want.chunking);
		CHECK_INT(got.binary_mime, rows[i].want.binary_mime);
		CHECK_INT(got.utf8, rows[i].want.utf8);
		CHECK_INT(got.dsn, rows[i].want.dsn);
		CHECK_INT(got.enhanced_codes, rows[i].want.enhanced_codes);
		CHECK_INT(got.require_tls, rows[i].want.require_tls);
		CHECK_INT(got.deliver_by, rows[i].want.deliver_by);
		CHECK_INT(got.deliver_by_min, rows[i].want.deliver_by_min);
		CHECK_INT(got.future_release, rows[i].want.future_release);
		CHECK_INT(got.hold_max, rows[i].want.hold_max);
		CHECK_INT(got.hold_until_max, rows[i].want.hold_until_max);
		CHECK_INT(got.priority, rows[i].want.priority);
		CHECK_TEXT(got.priority_profile, rows[i].want.priority_profile);
		CHECK_INT(got.domain_limit, rows[i].want.domain_limit);
		CHECK_INT(got.recipient_limit, rows[i].want.recipient_limit);
		CHECK_INT(got.mail_limit, rows[i].want.mail_limit);
		CHECK_INT(got.mechanisms, mechanisms);
	}
}

#define TESTS(T) T(reads_what_is_offered)
CHECK_MAIN("capability", TESTS)

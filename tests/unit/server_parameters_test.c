/* What a strict server takes behind the paths of MAIL and RCPT, and what it refuses. */
#include <stdlib.h>

#include "server_stand.h"

static const struct server_settings settings = {.tls_available = true};

#define PROFILE                                                                                    \
	"name: all of them\nevidence:\n  - {document: a test, shows: [offers, offers-in-tls]}\n"   \
	"offers: [8BITMIME, SMTPUTF8, CHUNKING, BINARYMIME, DSN, SIZE, DELIVERBY 60, "             \
	"FUTURERELEASE 3600, MT-PRIORITY MIXER, STARTTLS, AUTH PLAIN]\n"                           \
	"offers-in-tls: [REQUIRETLS, AUTH PLAIN]\n"
#define BARE "name: none of them\n"
#define OFFERS_NONE                                                                                \
	"offers: []\nevidence:\n  - {document: a test, shows: [offers, refuses]}\n"                \
	"refuses: {mail: {no-auth: none}, recipient: {no-auth: none}}\n"
#define START "EHLO a.example\r\nAUTH PLAIN AHBob25lAHNlY3JldA==\r\n"
#define IN_TLS "EHLO a.example\r\nSTARTTLS\r\n\x01" START
#define LONG_ID                                                                                    \
	"0123456789012345678901234567890123456789012345678901234567890123456789"                   \
	"012345678901234567890123456789"

struct spoken {
	const char *line;
	int want; /* the code of the last reply */
};

static const char *last_reply(struct stand *stand)
{
	const char *text = stand_heard(stand), *last = text;
	for (const char *at = text; *at != 0; at++) {
		if (*at == '\n' && at[1] != 0)
			last = at + 1;
	}
	return last;
}

static void play_all(
	const char *profile_text, const char *start, const struct spoken *rows, size_t count)
{
	struct buffer errors, script;
	struct profile *profile = fixture_load(PROFILE_SERVER, profile_text, NULL, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_init(&script, &memory_standard, 10000);
	for (size_t i = 0; i < count; i++) {
		struct stand stand;
		stand_open(&stand, profile_server(profile), settings);
		stand_settle(&stand);
		buffer_clear(&script);
		buffer_format(&script, "%s%s\r\n", start, rows[i].line);
		stand_play(&stand, buffer_octets(&script));
		CHECK_CASE("%s", rows[i].line);
		CHECK_INT((int)strtol(last_reply(&stand), NULL, 10), rows[i].want);
		stand_close(&stand);
	}
	profile_free(profile);
	buffer_free(&errors);
	buffer_free(&script);
}

#define M "MAIL FROM:<a@b.c> "
#define R "MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f> "
#define U "MAIL FROM:<a@b.c> SMTPUTF8\r\nRCPT TO:<\xc3\xbc@e.f> "

static void takes_what_is_offered(void)
{
	static const struct spoken rows[] = {
		{M "BODY=7BIT", 250},
		{M "BODY=8BITMIME SIZE=5", 250},
		{M "body=binarymime", 250},
		{M "RET=FULL ENVID=QQ314159", 250},
		{M "RET=hdrs ENVID=" LONG_ID, 250},
		{M "BY=60;R", 250},
		{M "BY=-60;NT", 250},
		{M "BY=+1;n", 250},
		{M "HOLDFOR=3600", 250},
		{M "HOLDUNTIL=2026-12-31T23:59:59Z", 250},
		{M "MT-PRIORITY=0", 250},
		{M "MT-PRIORITY=-9", 250},
		{M "AUTH=<>", 250},
		{M "AUTH=e+3Dmc2@example.com", 250},
		{"MAIL FROM:<\xc3\xbc@b.c> SMTPUTF8", 250},
		{"MAIL FROM:<a@\xc3\xbc.example> BODY=8BITMIME SMTPUTF8", 250},
		{R "NOTIFY=NEVER", 250},
		{R "NOTIFY=SUCCESS,FAILURE,DELAY", 250},
		{R "NOTIFY=failure ORCPT=rfc822;d+2Bx@e.f", 250},
		{R "ORCPT=utf-8;\\x{FC}@e.f", 250},
		{U "ORCPT=utf-8;\xc3\xbc@e.f", 250},
	};
	play_all(PROFILE, START, rows, sizeof rows / sizeof *rows);
	static const struct spoken in_tls[] = {{M "REQUIRETLS", 250}};
	play_all(PROFILE, IN_TLS, in_tls, 1);
}

static void refuses_bad_values(void)
{
	static const struct spoken rows[] = {
		{M "BODY=9BIT", 555},
		{M "BODY=7BIT BODY=8BITMIME", 555},
		{M "SMTPUTF8=yes", 555},
		{M "SMTPUTF8=", 555},
		{M "RET=ALL", 555},
		{M "ENVID=", 555},
		{M "ENVID=a+", 555},
		{M "ENVID=a+3d", 555},
		{M "ENVID=x" LONG_ID, 555},
		{M "BY=59;R", 555},
		{M "BY=60", 555},
		{M "BY=-60;R", 555},
		{M "BY=0;R", 555},
		{M "BY=1234567890;N", 555},
		{M "BY=60;X", 555},
		{M "BY=60;RTT", 555},
		{M "HOLDFOR=3601", 555},
		{M "HOLDFOR=0", 555},
		{M "HOLDFOR=60 HOLDUNTIL=2026-12-31T23:59:59Z", 555},
		{M "HOLDUNTIL=tomorrow", 555},
		{M "MT-PRIORITY=10", 555},
		{M "MT-PRIORITY=+1", 555},
		{M "MT-PRIORITY=-0", 555},
		{M "NOTIFY=NEVER", 555},
		{M "REQUIRETLS", 555},
		{M "FROB=1", 555},
		{"MAIL FROM:<\xc3\xbc@b.c>", 500},
		{"MAIL FROM:<\xc3@b.c> SMTPUTF8", 501},
		{R "NOTIFY=NEVER,SUCCESS", 555},
		{R "NOTIFY=SUCCESS,SUCCESS", 555},
		{R "NOTIFY=", 555},
		{R "NOTIFY=SUCCESS,", 555},
		{R "ORCPT=d@e.f", 555},
		{R "ORCPT=rfc822;", 555},
		{R "ORCPT=rfc822;d=x@e.f", 555},
		{R "RET=FULL", 555},
		{R "SIZE=5", 555},
		{"MAIL FROM:<a@b.c>\r\nRCPT TO:<\xc3\xbc@e.f>", 500},
	};
	play_all(PROFILE, START, rows, sizeof rows / sizeof *rows);
}

static void refuses_what_is_not_offered(void)
{
	static const struct spoken rows[] = {
		{M "SIZE=5", 555},
		{M "BODY=7BIT", 555},
		{M "BODY=BINARYMIME", 555},
		{M "SMTPUTF8", 555},
		{M "RET=FULL", 555},
		{M "ENVID=x", 555},
		{M "BY=60;R", 555},
		{M "HOLDFOR=60", 555},
		{M "HOLDUNTIL=2026-12-31T23:59:59Z", 555},
		{M "MT-PRIORITY=1", 555},
		{M "AUTH=<>", 555},
		{R "NOTIFY=NEVER", 555},
		{R "ORCPT=rfc822;d@e.f", 555},
		{"MAIL FROM:<a@b.c>", 250},
	};
	play_all(BARE OFFERS_NONE, "EHLO a.example\r\n", rows, sizeof rows / sizeof *rows);
}

#define TESTS(T)                                                                                   \
	T(takes_what_is_offered)                                                                   \
	T(refuses_bad_values)                                                                      \
	T(refuses_what_is_not_offered)
CHECK_MAIN("server_parameters", TESTS)

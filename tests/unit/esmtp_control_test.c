/* esmtp_control: where a session of libESMTP failed, from what was said. */
#include "check.h"
#include "esmtp_control.h"

#define OPENING "<-  220 mx\n -> EHLO a\n<-  250-mx\n<-  250 AUTH PLAIN LOGIN\n"
#define LOGIN " -> AUTH PLAIN <secret>\n<-  235 ok\n"
#define ENVELOPE " -> MAIL FROM:<a@b>\n<-  250 ok\n -> RCPT TO:<c@d>\n -> DATA\n"

static const struct {
	const char *dialogue;
	bool starttls, user, tls_up, certificate_refused;
	enum esmtp_result result;
	const char *step;
	unsigned int code;
} rows[] = {
	{OPENING LOGIN ENVELOPE
		"<-  250 ok\n<-  354 go\n -> .\n<-  250 taken\n -> QUIT\n<-  221 bye\n",
		false, true, false, false, ESMTP_SENDS, "end", 250},
	/* a chunk's command is not shown: its reply answers nothing that waits */
	{OPENING LOGIN " -> MAIL FROM:<a@b>\n<-  250 ok\n -> RCPT TO:<c@d>\n<-  250 ok\n=== # a chunk\n"
		       "<-  250 taken\n -> QUIT\n<-  221 bye\n",
		false, true, false, false, ESMTP_SENDS, "end", 250},
	{"", false, false, false, false, ESMTP_NO_CONNECTION, "connect", 0},
	{"<** 554 no\n -> QUIT\n", false, true, false, false, ESMTP_REFUSED, "greeting", 554},
	{"<-  220 mx\n -> EHLO a\n<** 500 what\n -> HELO a\n<** 501 no\n", false, false, false,
		false, ESMTP_REFUSED, "hello", 501},
	{"<-  220 mx\n -> EHLO a\n<** 500 what\n -> HELO a\n<-  250 mx\n" ENVELOPE
	 "<-  250 ok\n<-  354 go\n -> .\n<-  250 taken\n",
		false, false, false, false, ESMTP_SENDS, "end", 250},
	/* it goes on without a login, and what is refused then is not what went wrong */
	{OPENING " -> AUTH PLAIN <secret>\n<** 535 no\n -> AUTH LOGIN <secret>\n<-  334 x\n"
		 " -> <secret>\n<** 535 no\n" ENVELOPE "<** 530 login\n<** 554 none\n",
		false, true, false, false, ESMTP_LOGIN_REFUSED, "auth", 535},
	{OPENING ENVELOPE "<** 530 login\n<** 554 none\n", false, true, false, false,
		ESMTP_NOT_POSSIBLE, "auth", 0},
	{OPENING LOGIN ENVELOPE "<** 550 nobody\n<** 554 none\n -> QUIT\n<-  221 bye\n", false,
		true, false, false, ESMTP_REFUSED, "recipient", 550},
	{OPENING LOGIN " -> MAIL FROM:<a@b>\n<** 451 later\n -> QUIT\n<-  221 bye\n", false, true,
		false, false, ESMTP_REFUSED, "mail", 451},
	{OPENING LOGIN ENVELOPE "<-  250 ok\n<-  354 go\n -> .\n<** 552 large\n", false, true,
		false, false, ESMTP_REFUSED, "end", 552},
	{OPENING LOGIN ENVELOPE "<-  250 ok\n<-  354 go\n -> .\n", false, true, false, false,
		ESMTP_HUNG, "end", 0},
	{OPENING LOGIN " -> MAIL FROM:<a@b>\n", false, true, false, false, ESMTP_HUNG, "mail", 0},
	{OPENING " -> QUIT\n<-  221 bye\n", true, true, false, false, ESMTP_TLS_FAILED, "starttls",
		0},
	{OPENING " -> STARTTLS\n<** 454 later\n -> QUIT\n", true, true, false, false,
		ESMTP_TLS_FAILED, "starttls", 454},
	{OPENING " -> STARTTLS\n<-  220 go\n", true, true, false, false, ESMTP_NOT_POSSIBLE, "tls",
		0},
	{OPENING " -> STARTTLS\n<-  220 go\n -> QUIT\n", true, true, true, true, ESMTP_TLS_FAILED,
		"tls", 0},
	{OPENING
		" -> STARTTLS\n<-  220 go\n ~> EHLO a\n<~  250 AUTH PLAIN\n ~> AUTH PLAIN <secret>\n"
		"<~* 454 later\n ~> MAIL FROM:<a@b>\n<~* 530 login\n",
		true, true, true, false, ESMTP_LOGIN_REFUSED, "auth", 454},
};

static void where_it_failed(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct esmtp_request request = {
			.user = rows[i].user ? "phone" : NULL, .starttls = rows[i].starttls};
		struct esmtp_session session = {
			.transcript = transcript_new(&memory_standard, true),
			.tls_up = rows[i].tls_up,
			.certificate_refused = rows[i].certificate_refused};
		size_t line = 0;
		CHECK_CASE("%s", rows[i].dialogue);
		CHECK(transcript_read(session.transcript, octets_of(rows[i].dialogue), &line));
		struct esmtp_failure failure = esmtp_session_read(&request, &session);
		CHECK_INT(failure.result, rows[i].result);
		CHECK_TEXT(failure.step, rows[i].step);
		CHECK_INT(failure.code, rows[i].code);
		transcript_free(session.transcript);
	}
}

#define TESTS(T) T(where_it_failed)
CHECK_MAIN("esmtp_control", TESTS)

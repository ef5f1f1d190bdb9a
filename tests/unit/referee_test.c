/*
 * referee: every rule has a transcript that breaks it, and it alone unless more are named; and
 * what a correct client says breaks none.
 */
#include "check.h"
#include "referee.h"

#include <stdlib.h>

enum { LOGIN = 1, TLS_ASKED = 2, COMPOSED = 4 };

struct row {
	const char *rules; /* exactly these, in the order of rules.h, by blanks */
	int settings;
	const char *dialogue; /* begins behind the opening of `opening` */
};

/* What most dialogues begin with: a marked first letter in `dialogue` chooses. */
#define GREETED "<-  220 mx.example.net ESMTP\n"
#define HELLO GREETED " -> EHLO client.example.org\n<-  250 mx.example.net\n"
#define OFFERS                                                                                     \
	GREETED " -> EHLO client.example.org\n<-  250-mx.example.net\n<-  250-PIPELINING\n"         \
		"<-  250-8BITMIME\n<-  250-SIZE 1000\n<-  250-STARTTLS\n<-  250 AUTH PLAIN LOGIN\n"
#define LOGGED_IN OFFERS " -> AUTH PLAIN <secret>\n<-  235 ok\n"
#define OPENED HELLO " -> MAIL FROM:<a@example.org>\n<-  250 ok\n"
#define MAY_OPEN OPENED " -> RCPT TO:<b@example.net>\n<-  250 ok\n"
#define MAY_SEND MAY_OPEN " -> DATA\n<-  354 go\n"
#define OFFERS_ALL                                                                                 \
	"<-  250-mx.example.net\n<-  250-PIPELINING\n<-  250-8BITMIME\n<-  250-CHUNKING\n"           \
	"<-  250-BINARYMIME\n<-  250-SMTPUTF8\n<-  250-DSN\n<-  250-DELIVERBY 60\n"                \
	"<-  250-FUTURERELEASE 3600 2030-01-01T00:00:00Z\n<-  250-MT-PRIORITY\n"                  \
	"<-  250 REQUIRETLS\n"
#define ALL GREETED " -> EHLO client.example.org\n" OFFERS_ALL
#define ALL_IN_TLS                                                                                 \
	"=== tls TLS1.3\n<~  220 a\n ~> EHLO c.example.org\n<~  250-a\n<~  250 REQUIRETLS\n"
#define CHUNKS ALL " -> MAIL FROM:<a@b.c>\n<-  250 ok\n -> RCPT TO:<b@b.c>\n<-  250 ok\n"
#define BINARY                                                                                     \
	ALL " -> MAIL FROM:<a@b.c> BODY=BINARYMIME\n<-  250 ok\n -> RCPT TO:<b@b.c>\n<-  250 ok\n"
#define LMTP                                                                                       \
	GREETED " -> LHLO c.example.org\n<-  250-a\n<-  250-PIPELINING\n<-  250 CHUNKING\n"        \
		" -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n -> RCPT TO:<c@b.c>\n -> RCPT TO:<d@b.c>\n"
#define HEADER " -> From: a@example.org\n -> Date: x\n -> Message-ID: <1@x>\n"
#define DOT " -> .\n<-  250 taken\n"
#define BYE " -> QUIT\n<-  221 bye\n=== closed by server\n"

static const struct row breaking[] = {
	{"early-talk", 0, " -> EHLO client.example.org\n" GREETED "<-  250 ok\n" BYE},
	{"out-of-step", 0, HELLO " -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n<-  250 ok\n<-  250 ok\n" BYE},
	{"out-of-step", 0, OFFERS " -> NOOP\n -> QUIT\n<-  250 ok\n<-  221 bye\n"},
	{"out-of-step", 0, HELLO " -> MAIL FROM:<a@b.c>\n<-  250-a\n -> RCPT TO:<b@b.c>\n<-  250 b\n<-  250 ok\n" BYE},
	{"tls-on-plain-port", 0, GREETED " -> \\x16\\x03\\x01\\x00\\c\n<** 500 what\n=== closed by server\n"},
	{"early-talk tls-on-plain-port", 0, " -> \\x16\\x03\\x01\\x00\\c\n" GREETED "=== closed by server\n"},
	{"hello-without-name", 0, GREETED " -> EHLO\n<** 501 no\n" BYE},
	{"bad-literal", 0, GREETED " -> EHLO [localhost]\n<-  250 ok\n" BYE},
	{"bad-literal", 0, GREETED " -> EHLO []\n<-  250 ok\n" BYE},
	{"literal-not-tagged", 0, GREETED " -> EHLO [2001:db8::7]\n<-  250 ok\n" BYE},
	{"name-not-qualified", 0, GREETED " -> HELO localhost\n<-  250 ok\n" BYE},
	{"name-not-qualified", 0, GREETED " -> HELO 192.0.2.7\n<-  250 ok\n" BYE},
	{"name-not-qualified", 0, GREETED " -> HELO my_phone.example\n<-  250 ok\n" BYE},
	{"needless-hello", 0, LOGGED_IN " -> EHLO client.example.org\n<-  250 ok\n" BYE},
	{"mail-without-hello", 0, GREETED " -> MAIL FROM:<a@b.c>\n<-  250 ok\n" BYE},
	{"auth-without-hello auth-not-offered", 0, GREETED " -> AUTH LOGIN\n<** 503 no\n" BYE},
	{"mail-without-hello", TLS_ASKED,
		OFFERS " -> STARTTLS\n<-  220 go\n=== tls TLS1.3\n ~> MAIL FROM:<a@b.c>\n<~* 503 no\n" BYE},
	{"starttls-not-offered", 0, HELLO " -> STARTTLS\n<** 502 no\n" BYE},
	{"starttls-twice", 0,
		OFFERS " -> STARTTLS\n<-  220 go\n=== tls TLS1.3\n ~> EHLO c.example.org\n<~  250-a\n"
		       "<~  250 STARTTLS\n ~> STARTTLS\n<~* 503 no\n" BYE},
	{"trusts-injection", 0,
		OFFERS " -> STARTTLS\n<-  220 go\n<-  250 AUTH PLAIN\n=== tls TLS1.3\n ~> EHLO c.example.org\n"
		       "<~  250 ok\n" BYE},
	{"login-before-tls", TLS_ASKED, OFFERS " -> AUTH LOGIN\n<** 504 no\n" BYE},
	{"mail-before-tls", TLS_ASKED, OFFERS " -> MAIL FROM:<a@b.c>\n<** 530 TLS first\n" BYE},
	{"auth-not-offered", 0, OFFERS " -> AUTH CRAM-MD5\n<** 504 no\n" BYE},
	{"login-twice", 0, LOGGED_IN " -> AUTH LOGIN\n<** 503 no\n" BYE},
	{"auth-in-transaction", 0, OFFERS " -> MAIL FROM:<a@b.c>\n<-  250 ok\n -> AUTH LOGIN\n<** 503 no\n" BYE},
	{"login-repeated", LOGIN, OFFERS " -> AUTH LOGIN\n<-  334 a\n -> <secret>\n<-  334 b\n -> <secret>\n<** 535 no\n"
		" -> AUTH LOGIN\n<** 535 no\n" BYE},
	{"mail-after-refused-login", LOGIN, OFFERS " -> AUTH PLAIN <secret>\n<** 535 no\n -> MAIL FROM:<a@b.c>\n<-  250 ok\n" BYE},
	{"mail-without-login", LOGIN, OFFERS " -> MAIL FROM:<a@b.c>\n<-  250 ok\n" BYE},
	{"needless-reset", 0, LOGGED_IN " -> RSET\n<-  250 flushed\n" BYE},
	{"nested-mail", 0, OPENED " -> MAIL FROM:<a@b.c>\n<** 503 no\n" BYE},
	{"recipient-without-mail", 0, HELLO " -> RCPT TO:<b@b.c>\n<** 503 no\n" BYE},
	{"recipient-without-mail", 0, HELLO " -> MAIL FROM:<a@b.c>\n<** 550 no\n -> RCPT TO:<b@b.c>\n<** 503 no\n" BYE},
	{"recipient-repeated", 0, OPENED " -> RCPT TO:<b@b.c>\n<-  250 ok\n -> RCPT TO:<B@b.c>\n<-  250 ok\n" BYE},
	{"data-without-recipient", 0, OPENED " -> RCPT TO:<b@b.c>\n<** 550 no\n -> DATA\n<** 503 no\n" BYE},
	{"blank-after-colon", 0, HELLO " -> MAIL FROM: <a@b.c>\n<-  250 ok\n" BYE},
	{"blank-after-colon", 0, OPENED " -> RCPT TO: <a@b.c>\n<-  250 ok\n" BYE},
	{"path-without-brackets", 0, HELLO " -> MAIL FROM:a@b.c\n<-  250 ok\n" BYE},
	{"bad-path", 0, HELLO " -> MAIL FROM:<a.@b.c>\n<** 501 no\n" BYE},
	{"bad-path", 0, HELLO " -> MAIL FROM:<.a@b.c>\n<** 501 no\n" BYE},
	{"bad-path", 0, HELLO " -> MAIL FROM:<a..b@b.c>\n<** 501 no\n" BYE},
	{"bad-path", 0, HELLO " -> MAIL FROM:<a@b.c >\n<** 501 no\n" BYE},
	{"bad-path", 0, HELLO " -> MAIL FROM:<@>\n<** 501 no\n" BYE},
	{"bad-path", 0, HELLO " -> MAIL FROM:<a>\n<** 501 no\n" BYE},
	{"bad-path", 0, OPENED " -> RCPT TO:<a b@b.c>\n<** 501 no\n" BYE},
	{"bad-path", 0, OPENED " -> RCPT TO:<\"a@b.c>\n<** 501 no\n" BYE},
	{"trailing-blank", 0, OPENED " -> RCPT TO:<b@b.c> \n<-  250 ok\n" BYE},
	{"parameter-not-offered", 0, HELLO " -> MAIL FROM:<a@b.c> SIZE=10\n<** 555 no\n" BYE},
	{"parameter-not-offered", 0, OPENED " -> RCPT TO:<a@b.c> NOTIFY=NEVER\n<** 555 no\n" BYE},
	{"size-over-limit", 0, OFFERS " -> MAIL FROM:<a@b.c> SIZE=1001\n<** 552 no\n" BYE},
	{"needless-argument", 0, OFFERS " -> STARTTLS now\n<** 501 no\n" BYE},
	{"needless-reset needless-argument", 0, HELLO " -> RSET now\n<** 501 no\n" BYE},
	{"needless-argument", 0, MAY_OPEN " -> DATA now\n<** 501 no\n" BYE},
	{"needless-argument", 0, HELLO " -> QUIT now\n<-  221 bye\n=== closed by server\n"},
	{"unknown-verb", 0, HELLO " -> XUSR\n<** 500 what\n" BYE},
	{"8bit-command", 0, HELLO " -> MAIL FROM:<gr\xc3\xbcn@b.c>\n<** 553 no\n" BYE},
	{"bare-lf", 0, HELLO " -> MAIL FROM:<a@b.c>\\n\n<-  250 ok\n" BYE},
	{"bare-lf", 0, MAY_SEND HEADER " -> \n -> text\\n\n" DOT BYE},
	{"bare-cr", 0, HELLO " -> NOOP \\rx\n<-  250 ok\n" BYE},
	{"bare-cr", 0, MAY_SEND HEADER " -> \n -> te\\rxt\n" DOT BYE},
	{"nul", 0, MAY_SEND HEADER " -> \n -> te\\x00xt\n" DOT BYE},
	{"8bit-not-agreed", 0, MAY_SEND HEADER " -> \n -> gr\xc3\xbcn\n" DOT BYE},
	{"no-stuffing", 0, MAY_SEND HEADER " -> \n -> .text\n" DOT BYE},
	{"command-in-data", 0, MAY_SEND HEADER " -> \n -> text\n -> QUIT\n=== closed by client\n"},
	{"command-after-421", 0, HELLO " -> MAIL FROM:<a@b.c>\n<** 421 later\n -> MAIL FROM:<a@b.c>\n<** 421 later\n=== closed by server\n"},
	{"command-after-quit", 0, HELLO " -> QUIT\n<-  221 bye\n -> NOOP\n=== closed by server\n"},
	{"no-quit", 0, HELLO "=== closed by client\n"},
	{"no-quit", 0, MAY_SEND HEADER " -> \n" DOT "=== closed by client\n"},
	{"quit-not-awaited", 0, HELLO " -> QUIT\n=== closed by client\n"},
	{"short-timeout", 0, HELLO "     1.000  -> MAIL FROM:<a@b.c>\n    61.000 === closed by client\n"},
	{"no-close-notify", 0,
		"=== tls TLS1.0\n<~  220 a\n ~> QUIT\n<~  221 bye\n=== closed by client, without close_notify\n"},
	{"line-over-76-in-qp", COMPOSED,
		MAY_SEND HEADER " -> Content-Transfer-Encoding: quoted-printable\n -> \n"
				" -> 1234567890123456789012345678901234567890123456789012345678901234567890123456=\n" DOT BYE},
	{"8bit-not-agreed raw-8bit-header", COMPOSED, MAY_SEND HEADER " -> Subject: gr\xc3\xbcn\n -> \n" DOT BYE},
	{"needless-bcc-header", COMPOSED, MAY_SEND HEADER " -> Bcc: c@b.c\n -> \n" DOT BYE},
	{"missing-date", COMPOSED, MAY_SEND " -> From: a@b.c\n -> Message-ID: <1@b.c>\n -> \n" DOT BYE},
	{"missing-from", COMPOSED, MAY_SEND " -> Date: x\n -> Message-ID: <1@b.c>\n -> \n" DOT BYE},
	{"missing-message-id", COMPOSED, MAY_SEND " -> From: a@b.c\n -> Date: x\n -> \n" DOT BYE},
	{"chunking-not-offered", 0, MAY_OPEN " -> BDAT 4 LAST\n -> \n -> \n<** 500 what\n" BYE},
	{"chunk-without-size", 0, CHUNKS " -> BDAT LAST\n<** 501 no\n" BYE},
	{"chunk-without-size", 0, CHUNKS " -> BDAT 4 FIRST\n<** 501 no\n" BYE},
	{"unknown-verb", 0, CHUNKS " -> BDATA 4\n<** 500 what\n" BYE},
	{"chunk-without-mail", 0, ALL " -> BDAT 4 LAST\n -> \n -> \n<** 503 no\n" BYE},
	{"chunk-without-mail", 0, CHUNKS " -> BDAT 2 LAST\n -> \n<-  250 taken\n -> BDAT 0 LAST\n<** 503 no\n" BYE},
	{"chunk-without-mail", 0, /* in one flight, before anything was answered */
		ALL " -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n -> BDAT 2 LAST\n -> \n -> BDAT 0 LAST\n"
		    "<-  250 ok\n<-  250 ok\n<-  250 taken\n<** 503 no\n" BYE},
	{"chunk-after-refused", 0, CHUNKS " -> BDAT 2\n -> \n<** 452 full\n -> BDAT 0 LAST\n<** 503 no\n" BYE},
	{"nested-mail", 0, CHUNKS " -> BDAT 2\n -> \n<** 452 full\n -> MAIL FROM:<a@b.c>\n<** 503 no\n" BYE},
	{"nested-mail", 0, /* the last one left before the refusal came, and was refused for it */
		CHUNKS " -> BDAT 2\n -> \n -> BDAT 0 LAST\n<** 452 full\n<** 503 no\n"
		       " -> MAIL FROM:<a@b.c>\n<** 503 no\n" BYE},
	{"data-after-chunk", 0, CHUNKS " -> BDAT 2\n -> \n<-  250 ok\n -> DATA\n<** 503 no\n" BYE},
	{"binary-without-chunks", 0, BINARY " -> DATA\n<** 503 no\n" BYE},
	{"parameter-not-offered", 0, OFFERS " -> MAIL FROM:<a@b.c> BODY=BINARYMIME\n<-  250 ok\n"
		" -> RCPT TO:<b@b.c>\n<-  250 ok\n -> DATA\n<** 503 no\n" BYE},
	{"data-without-recipient", 0, ALL " -> MAIL FROM:<a@b.c>\n<-  250 ok\n -> BDAT 2 LAST\n -> \n<** 503 no\n" BYE},
	{"bare-lf", 0, CHUNKS " -> BDAT 1 LAST\n -> \\n\n<** 554 no\n" BYE},
	{"bare-cr", 0, CHUNKS " -> BDAT 2\n -> a\\r\\c\n<-  250 ok\n -> BDAT 1 LAST\n -> b\\c\n<** 554 no\n" BYE},
	{"8bit-not-agreed", 0, CHUNKS " -> BDAT 3\n -> \n -> \xc3\\c\n<-  250 ok\n -> BDAT 1 LAST\n -> \xbc\\c\n<-  250 ok\n" BYE},
	{"missing-from", COMPOSED, CHUNKS " -> BDAT 33\n -> Date: x\n -> Message-ID: <1@b.c>\n -> \n<-  250 ok\n"
		" -> BDAT 0 LAST\n<-  250 ok\n" BYE},
	{"out-of-step", 0, /* without PIPELINING a chunk waits for its reply as well */
		GREETED " -> EHLO c.example.org\n<-  250-a\n<-  250 CHUNKING\n -> MAIL FROM:<a@b.c>\n<-  250 ok\n"
			" -> RCPT TO:<b@b.c>\n<-  250 ok\n -> BDAT 2\n -> \n -> BDAT 0 LAST\n<-  250 ok\n<-  250 ok\n" BYE},
	{"quit-not-awaited", 0, /* the second reply is the second recipient's */
		LMTP " -> BDAT 2 LAST\n -> \n<-  250 ok\n<-  250 ok\n<** 550 no\n<-  250 ok\n<-  250 b\n"
		     " -> QUIT\n<-  250 d\n=== closed by client\n"},
	{"quit-not-awaited", 0,
		LMTP " -> DATA\n<-  250 ok\n<-  250 ok\n<** 550 no\n<-  250 ok\n<-  354 go\n -> .\n<-  250 b\n"
		     " -> QUIT\n<-  250 d\n=== closed by client\n"},
	{"chunk-without-mail", 0, /* the 250 heard last belongs to a MAIL whose message is over */
		ALL " -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n -> BDAT 2 LAST\n -> \n<-  250 ok\n -> BDAT 0 LAST\n"
		    "<-  250 ok\n<-  250 taken\n<** 503 no\n" BYE},
	{"short-timeout", 0, CHUNKS "     1.000  -> BDAT 2 LAST\n    61.000  -> \n   660.999 === closed by client\n"},
	{"parameter-not-offered", 0, OFFERS " -> MAIL FROM:<a@b.c> BY=60;R\n<** 555 no\n" BYE},
	{"parameter-not-offered", 0, OFFERS " -> MAIL FROM:<a@b.c> HOLDFOR=60\n<** 555 no\n" BYE},
	{"parameter-not-offered", 0, OFFERS " -> MAIL FROM:<a@b.c> HOLDUNTIL=2029-01-01T00:00:00Z\n<** 555 no\n" BYE},
	{"parameter-not-offered", 0, OFFERS " -> MAIL FROM:<a@b.c> MT-PRIORITY=3\n<** 555 no\n" BYE},
	{"parameter-not-offered", 0, OFFERS " -> MAIL FROM:<a@b.c> RET=HDRS\n<** 555 no\n" BYE},
	{"parameter-not-offered", 0, OFFERS " -> MAIL FROM:<a@b.c> SMTPUTF8\n<** 555 no\n" BYE},
	{"parameter-not-offered", 0, ALL " -> MAIL FROM:<a@b.c> XANY=1\n<** 555 no\n" BYE},
	{"parameter-not-offered 8bit-command", 0, OFFERS " -> MAIL FROM:<gr\xc3\xbcn@b.c> SMTPUTF8\n<** 555 no\n" BYE},
	{"requiretls-without-tls", 0, ALL " -> MAIL FROM:<a@b.c> REQUIRETLS\n<** 555 no\n" BYE},
	{"utf8-not-announced", 0, ALL " -> MAIL FROM:<gr\xc3\xbcn@b.c>\n<** 553 no\n" BYE},
	{"utf8-not-announced", 0, ALL " -> MAIL FROM:<a@b.c>\n<-  250 ok\n -> RCPT TO:<gr\xc3\xbcn@b.c>\n<** 553 no\n" BYE},
	{"8bit-command", 0, ALL " -> NOOP gr\xc3\xbcn\n<** 500 no\n" BYE},
	{"no-quit", 0, CHUNKS " -> BDAT 2 LAST\n -> \n<-  250 taken\n=== closed by client\n"},
	{"missing-mime-version", COMPOSED, MAY_SEND HEADER " -> Content-Type: text/plain\n -> \n" DOT BYE},
};

static const struct row clean[] = {
	{"one message", LOGIN | COMPOSED,
		LOGGED_IN " -> MAIL FROM:<a@b.c> SIZE=999 BODY=8BITMIME\n<-  250 ok\n -> RCPT TO:<b@b.c>\n<-  250 ok\n"
			  " -> DATA\n<-  354 go\n" HEADER " -> \n -> gr\xc3\xbcn\n -> ..dot\n" DOT BYE},
	{"a group, and the next message behind the dot", LOGIN,
		LOGGED_IN " -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n -> RCPT TO:<c@b.c>\n -> DATA\n<-  250 ok\n"
			  "<-  250 ok\n<** 550 no\n<-  354 go\n -> Subject: x\n -> \n -> .\n"
			  " -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n -> DATA\n<-  250 taken\n<-  250 ok\n<** 550 no\n"
			  "<** 554 no\n -> QUIT\n<-  221 bye\n=== closed by client\n"},
	{"all recipients refused, 354 all the same, a lone dot", LOGIN,
		LOGGED_IN " -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n -> DATA\n<-  250 ok\n<** 550 no\n<-  354 go\n -> .\n"
			  "<** 554 no recipients\n" BYE},
	{"RSET leaves an open transaction", 0, OPENED " -> RSET\n<-  250 ok\n" BYE},
	{"STARTTLS and EHLO again", LOGIN | TLS_ASKED,
		OFFERS " -> STARTTLS\n<-  220 go\n=== tls TLS1.3\n ~> EHLO c.example.org\n<~  250-a\n<~  250 AUTH LOGIN\n"
		       " ~> AUTH LOGIN\n<~  334 a\n ~> <secret>\n<~  334 b\n ~> <secret>\n<~  235 ok\n"
		       " ~> MAIL FROM:<a@b.c>\n<~  250 ok\n ~> QUIT\n<~  221 bye\n=== closed by client\n"},
	{"literals", 0, GREETED " -> EHLO [192.0.2.7]\n<** 501 no\n -> EHLO [IPv6:2001:db8::7]\n<-  250 ok\n" BYE},
	{"a lost connection is not the client's fault", 0, OPENED "=== closed by server, connection lost\n"},
	{"after 421 it may leave without QUIT", 0, HELLO " -> MAIL FROM:<a@b.c>\n<** 421 later\n=== closed by client\n"},
	{"after garbage too", 0, HELLO " -> MAIL FROM:<a@b.c>\n<-  what?\n=== closed by client\n"},
	{"octets behind the 220 end the session", TLS_ASKED,
		OFFERS " -> STARTTLS\n<-  220 go\n<-  250 AUTH PLAIN\n=== closed by client\n"},
	{"five minutes are enough", 0, HELLO "     1.000  -> MAIL FROM:<a@b.c>\n   301.000 === closed by client\n"},
	{"the form of a message that was given is its owner's", 0,
		MAY_SEND " -> Bcc: c@b.c\n -> Content-Type: text/plain\n -> \n" DOT BYE},
	{"a route, and the postmaster without a domain", 0,
		HELLO " -> MAIL FROM:<@x.y,@z.y:a@b.c>\n<-  250 ok\n -> RCPT TO:<Postmaster>\n<-  250 ok\n" BYE},
	{"a quoted local part", 0, HELLO " -> MAIL FROM:<\"a b>\\\\\"\"@b.c>\n<-  250 ok\n" BYE},
	{"chunks: what is in them is no command, no dot is doubled", 0,
		CHUNKS " -> BDAT 19\n -> RSET\n -> .x\n -> .\n -> MAIL F\\c\n<-  250 ok\n -> BDAT 3 LAST\n -> R\n<-  250 ok\n" BYE},
	{"chunks, and the next envelope, in one flight", 0,
		ALL " -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n -> BDAT 2\n -> \n -> BDAT 0 LAST\n"
		    " -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n<-  250 ok\n<-  250 ok\n<-  250 ok\n<-  250 taken\n"
		    "<-  250 ok\n<-  250 ok\n -> BDAT 2 LAST\n -> \n<-  250 taken\n" BYE},
	{"a message in one flight, and then the next", 0,
		ALL " -> MAIL FROM:<a@b.c>\n -> RCPT TO:<b@b.c>\n -> BDAT 2 LAST\n -> \n<-  250 ok\n<-  250 ok\n<-  250 taken\n"
		    " -> MAIL FROM:<a@b.c>\n<-  250 ok\n" BYE},
	{"a CR LF in two chunks", 0,
		CHUNKS " -> BDAT 2\n -> a\\r\\c\n<-  250 ok\n -> BDAT 1 LAST\n -> \\n\n<-  250 ok\n" BYE},
	{"RSET behind a refused chunk", 0,
		CHUNKS " -> BDAT 2\n -> \n<** 452 full\n -> RSET\n<-  250 ok\n -> MAIL FROM:<a@b.c>\n<-  250 ok\n"
		       " -> RCPT TO:<b@b.c>\n<-  250 ok\n -> BDAT 2 LAST\n -> \n<-  250 ok\n" BYE},
	{"chunks that left before the refusal came", 0,
		CHUNKS " -> BDAT 2\n -> \n -> BDAT 2\n -> \n -> BDAT 0 LAST\n<** 452 full\n<** 503 no\n<** 503 no\n" BYE},
	{"DATA in the transaction after one in chunks", 0,
		CHUNKS " -> BDAT 2 LAST\n -> \n<-  250 taken\n -> MAIL FROM:<a@b.c>\n<-  250 ok\n -> RCPT TO:<b@b.c>\n<-  250 ok\n"
		       " -> DATA\n<-  354 go\n -> \n" DOT BYE},
	{"binary: no lines, no limits", 0,
		BINARY " -> BDAT 9 LAST\n -> \n -> \\n\n -> \\x00\\r\xff\\n\n -> \\n\n -> \\n\n<-  250 taken\n" BYE},
	{"a chunk has ten minutes from its last octet", 0,
		CHUNKS "     1.000  -> BDAT 2 LAST\n    61.000  -> \n   661.000 === closed by client\n"},
	{"broken off in a chunk", 0, CHUNKS " -> BDAT 20 LAST\n -> \n=== closed by client\n"},
	{"cut off in a command", 0, HELLO " -> MAI\\c\n=== closed by client, connection lost\n"},
	{"cut off in a line end", 0, MAY_SEND HEADER " -> te\\r\\c\n=== closed by client, connection lost\n"},
	{"LMTP: as many replies as recipients were taken", 0,
		LMTP " -> DATA\n<-  250 ok\n<-  250 ok\n<** 550 no\n<-  250 ok\n<-  354 go\n -> \n -> .\n"
		     "<-  250 b\n<** 452 d\n" BYE},
	{"LMTP, in chunks and one flight", 0,
		LMTP " -> BDAT 2 LAST\n -> \n<-  250 ok\n<-  250 ok\n<** 550 no\n<-  250 ok\n<-  250 b\n<-  250 d\n" BYE},
	{"every parameter that was offered", 0,
		ALL " -> MAIL FROM:<gr\xc3\xbcn@b.c> SMTPUTF8 BODY=8BITMIME RET=HDRS ENVID=a BY=60;R HOLDFOR=60 MT-PRIORITY=-3\n"
		    "<-  250 ok\n -> RCPT TO:<gr\xc3\xbcn@b.c> NOTIFY=NEVER ORCPT=utf-8;gr\xc3\xbcn@b.c\n<-  250 ok\n" BYE},
	{"REQUIRETLS inside TLS", 0, ALL_IN_TLS " ~> MAIL FROM:<a@b.c> REQUIRETLS\n<~  250 ok\n ~> QUIT\n<~  221 bye\n=== closed by client\n"},
	{"the null path", 0, HELLO " -> MAIL FROM:<>\n<-  250 ok\n" BYE},
};

static uint64_t judge(const struct row *row, const char *dialogue)
{
	struct referee_settings settings = {(row->settings & LOGIN) != 0, (row->settings & TLS_ASKED) != 0,
		(row->settings & COMPOSED) != 0};
	struct transcript *transcript = transcript_new(&memory_standard, false);
	struct referee *referee = referee_new(&memory_standard, &settings);
	size_t line;
	CHECK(transcript_read(transcript, octets_of(dialogue), &line));
	referee_hear_all(referee, transcript);
	uint64_t broken = referee_broken(referee);
	referee_free(referee);
	transcript_free(transcript);
	return broken;
}

static const char *names_of(uint64_t broken, struct buffer *names)
{
	buffer_clear(names);
	for (unsigned int i = 0; i < RULE_COUNT; i++) {
		if ((broken & UINT64_C(1) << i) != 0)
			buffer_format(names, "%s%s", names->len > 0 ? " " : "", rule_rows[i].name);
	}
	return buffer_string(names);
}

static void long_line(struct buffer *dialogue, const char *before, size_t len, const char *after)
{
	buffer_append_text(dialogue, before);
	for (size_t i = 0; i < len; i++)
		buffer_append_byte(dialogue, 'x');
	buffer_append_text(dialogue, after);
}

static void every_rule_has_a_dialogue_that_breaks_it(void)
{
	uint64_t seen = 0;
	struct buffer names, dialogue;
	buffer_init(&names, &memory_standard, 10000);
	buffer_init(&dialogue, &memory_standard, 10000);
	for (size_t i = 0; i < sizeof breaking / sizeof *breaking; i++) {
		CHECK_CASE("%s (row %zu)", breaking[i].rules, i);
		uint64_t broken = judge(&breaking[i], breaking[i].dialogue);
		CHECK_TEXT(names_of(broken, &names), breaking[i].rules);
		seen |= broken;
	}
	CHECK_CASE("long lines");
	long_line(&dialogue, HELLO " -> NOOP ", 506, "\n<-  250 ok\n" BYE);
	uint64_t broken = judge(&clean[0], buffer_string(&dialogue));
	CHECK_TEXT(names_of(broken, &names), "command-too-long");
	seen |= broken;
	buffer_clear(&dialogue);
	struct row given = {"", 0, ""};
	long_line(&dialogue, MAY_SEND " -> Subject: x\n -> \n -> ", 999, "\n" DOT BYE);
	broken = judge(&given, buffer_string(&dialogue));
	CHECK_TEXT(names_of(broken, &names), "text-too-long");
	seen |= broken;
	for (unsigned int i = 0; i < RULE_COUNT; i++) {
		CHECK_CASE("%s", rule_rows[i].name);
		CHECK((seen & UINT64_C(1) << i) != 0);
	}
	buffer_free(&names);
	buffer_free(&dialogue);
}

static void limits_are_not_broken_by_what_just_fits(void)
{
	struct buffer dialogue;
	struct row given = {"", 0, ""};
	buffer_init(&dialogue, &memory_standard, 10000);
	long_line(&dialogue, HELLO " -> NOOP ", 505, "\n<-  250 ok\n" BYE);
	CHECK_INT(judge(&given, buffer_string(&dialogue)), 0);
	buffer_clear(&dialogue);
	long_line(&dialogue, MAY_SEND " -> Subject: x\n -> \n -> ..", 997, "\n" DOT BYE);
	CHECK_INT(judge(&given, buffer_string(&dialogue)), 0);
	buffer_free(&dialogue);
}

static void a_correct_client_breaks_nothing(void)
{
	struct buffer names;
	buffer_init(&names, &memory_standard, 10000);
	for (size_t i = 0; i < sizeof clean / sizeof *clean; i++) {
		CHECK_CASE("%s", clean[i].rules);
		CHECK_TEXT(names_of(judge(&clean[i], clean[i].dialogue), &names), "");
	}
	buffer_free(&names);
}

static void the_first_breach_is_remembered(void)
{
	struct transcript *transcript = transcript_new(&memory_standard, false);
	struct referee_settings settings = {0};
	struct referee *referee = referee_new(&memory_standard, &settings);
	size_t line;
	CHECK(transcript_read(transcript, octets_of(HELLO " -> RSET\n<-  250 ok\n -> RSET\n<-  250 ok\n" BYE), &line));
	referee_hear_all(referee, transcript);
	CHECK_INT(referee_first(referee, RULE_NEEDLESS_RESET), 3);
	CHECK_INT(rule_find("needless-reset"), RULE_NEEDLESS_RESET);
	CHECK_INT(rule_find("no-such-rule"), RULE_COUNT);
	CHECK_TEXT(rule_strength_name(rule_rows[RULE_NEEDLESS_RESET].strength), "prudent");
	referee_free(referee);
	transcript_free(transcript);
}

static void new_connections_begin_anew(void)
{
	static const struct row row = {"", LOGIN,
		LOGGED_IN BYE "=== connected a to b:25\n" LOGGED_IN " -> MAIL FROM:<a@b.c>\n<-  250 ok\n" BYE};
	CHECK_INT(judge(&row, row.dialogue), 0);
}

#define TESTS(T)                                                                                   \
	T(every_rule_has_a_dialogue_that_breaks_it)                                                \
	T(limits_are_not_broken_by_what_just_fits)                                                 \
	T(a_correct_client_breaks_nothing)                                                         \
	T(the_first_breach_is_remembered)                                                          \
	T(new_connections_begin_anew)
CHECK_MAIN("referee", TESTS)

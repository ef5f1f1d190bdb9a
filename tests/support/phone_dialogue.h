/*
 * phone_dialogue: the usual lines of a session with the usual account, for scripts, and the usual
 * accounts. Our lines are each what a server says behind theirs.
 */
#ifndef SUPPORT_PHONE_DIALOGUE_H
#define SUPPORT_PHONE_DIALOGUE_H

#include "phone_fixture.h"

#define HELLO "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250 mx\n"
#define OFFERING(offers) "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n" offers
#define MAIL "< MAIL FROM:<a@example.net>\n> 250 ok\n"
#define RECIPIENT "< RCPT TO:<b@example.org>\n> 250 ok\n"
#define DATA "< DATA\n> 354 go\n"
#define BODY "w Subject: x\\r\\n\\r\\nhello\\r\\n.\\r\\n\n> 250 ok\n"
#define QUIT "< QUIT\n> 221 bye\n"
#define CLOSED "X\nOVER\n"
#define MESSAGE MAIL RECIPIENT DATA BODY
#define REFUSED MAIL "< RCPT TO:<b@example.org>\n> 550 no\n"
#define PLAIN "< AUTH PLAIN AHVzZXIAc2VjcmV0\n"
#define SAID(line) "< " line "\n> 250 ok\n"

/* Most rows deliver without a login. */
#define DELIVERED .result = PHONE_DELIVERED, .code = 250
#define OPEN .account = no_login
#define EMPTY "correct"

static inline void no_login(struct phone_account *account)
{
	account->user = octets_of("");
}

static inline void plain_starttls(struct phone_account *account)
{
	account->user = octets_of("");
	account->security = PHONE_STARTTLS;
}

static inline void plain_tls(struct phone_account *account)
{
	account->user = octets_of("");
	account->security = PHONE_TLS;
}

static inline void plain_tls_on_25(struct phone_account *account)
{
	plain_tls(account);
	account->port = 25;
}

static inline void login_with_starttls(struct phone_account *account)
{
	account->security = PHONE_STARTTLS;
}

static inline void discreet_login_with_starttls(struct phone_account *account)
{
	account->security = PHONE_STARTTLS;
	account->password_in_clear = false;
}

static inline void paced(struct phone_account *account)
{
	account->pace_percent = 100;
}

static inline void paced_open(struct phone_account *account)
{
	no_login(account);
	account->pace_percent = 100;
}

static inline void paced_tls(struct phone_account *account)
{
	plain_tls(account);
	account->pace_percent = 100;
}

#define AGAIN QUIT "X\n" HELLO

#endif

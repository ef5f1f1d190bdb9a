/*
 * stack_dialogue: what the phones' messaging stack says and is told, for scripts. A row is played
 * with the stack's own profile, or WITH() one key put back to the correct client's value, so that
 * both ways stand beside each other.
 */
#ifndef SUPPORT_STACK_DIALOGUE_H
#define SUPPORT_STACK_DIALOGUE_H

#include "phone_dialogue.h"

#define STACK "symbian-9.1"
#define WITH(keys) "based-on: symbian-9.1\n" keys

/* Without a login the banner decides about EHLO; with one EHLO is said whatever it says. */
#define OPENED "O\n> 220 mx ESMTP ready\n< EHLO [192.0.2.7]\n> 250 mx\n"
#define OFFERED(offers) "O\n> 220 mx\n< EHLO [192.0.2.7]\n> 250-mx\n" offers
#define RESET "< RSET\n> 250 flushed\n"
#define SENT "<< Subject: x\\r\\n\\r\\nhello\\r\\n\\r\\n.\\r\\n\n"
#define ENVELOPE RESET MAIL RECIPIENT
#define TRANSACTION ENVELOPE DATA SENT "> 250 ok\n"
#define SAY_MAIL "< MAIL FROM:<a@example.net>\n"
#define SAY_RECIPIENT "< RCPT TO:<b@example.org>\n"
#define GONE "X\nOVER\n"
#define LEFT QUIT GONE
#define REFUSED_AT(where, number) .result = PHONE_REFUSED, .at = (where), .code = (number)
#define CLOSED_AT(where) .result = PHONE_CLOSED, .at = (where)

#endif

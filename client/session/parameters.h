/*
 * parameters: what MAIL and RCPT say behind their paths, and what may not be said here.
 *
 * Everything in these two commands that depends on what the server offers is in this file: SIZE,
 * BODY, SMTPUTF8, and the wishes of the message. Nothing that was not offered is ever said.
 */
#ifndef SESSION_PARAMETERS_H
#define SESSION_PARAMETERS_H

#include "session.h"

enum { PARAMETERS_WHY_MAX = 96 };

/* Why something will not be sent; text is for people, "" where the error says it all. */
struct objection {
	enum msub_error error;
	char text[PARAMETERS_WHY_MAX];
};

/* False where the whole message asks for something that it cannot have here. */
bool parameters_suit_message(const struct msub_session *session, const struct msub_message *message,
	struct objection *objection);
/* False where one recipient does. */
bool parameters_suit_recipient(const struct msub_session *session,
	const struct msub_message *message, const struct recipient *recipient,
	struct objection *objection);
/* True where something that is asked for will be left out, as the message allows. */
bool parameters_leave_out(const struct msub_session *session, const struct msub_message *message);
/* Whether SMTPUTF8 is to be said for what is not a recipient: the sender, the header. */
bool parameters_need_utf8(const struct msub_session *session, const struct msub_message *message);
/* Appends "<user@example.org> SIZE=1234 BODY=8BITMIME". */
void parameters_write_mail(const struct msub_session *session,
	const struct transaction *transaction, struct buffer *out);
/* Appends "<user@example.org> NOTIFY=NEVER". */
void parameters_write_recipient(const struct msub_session *session,
	const struct transaction *transaction, const struct recipient *recipient,
	struct buffer *out);

#endif

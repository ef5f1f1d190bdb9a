/*
 * verbs: what each command does once nothing refuses it. One handler per verb; the table that
 * leads to them is in dispatch.c.
 */
#ifndef SERVER_VERBS_H
#define SERVER_VERBS_H

#include "request.h"

struct server;

/* verbs_session.c */
void verbs_hello(struct server *server, const struct request *request);
void verbs_starttls(struct server *server, const struct request *request);
void verbs_reset(struct server *server, const struct request *request);
void verbs_noop(struct server *server, const struct request *request);
void verbs_quit(struct server *server, const struct request *request);
void verbs_vrfy(struct server *server, const struct request *request);
void verbs_help(struct server *server, const struct request *request);
void verbs_unknown(struct server *server, const struct request *request);
/* verbs_mail.c */
void verbs_mail(struct server *server, const struct request *request);
void verbs_recipient(struct server *server, const struct request *request);
void verbs_data(struct server *server, const struct request *request);
/* The end of the message was seen. */
void verbs_end(struct server *server);
/* The driver says whether the message is safe. */
void verbs_stored(struct server *server, bool safe);

#endif

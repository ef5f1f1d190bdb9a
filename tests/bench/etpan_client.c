/* etpan_client: libetpan. It blocks, so each connection is a process. */
#include "load.h"

#include <libetpan/libetpan.h>
#include <stdio.h>

static int open_session(const struct load *load, mailsmtp *session)
{
	int code = load->tls == LOAD_IMPLICIT
			   ? mailsmtp_ssl_connect(session, "127.0.0.1", load->port)
			   : mailsmtp_socket_connect(session, "127.0.0.1", load->port);
	if (code == MAILSMTP_NO_ERROR)
		code = mailesmtp_ehlo(session);
	if (code == MAILSMTP_NO_ERROR && load->tls == LOAD_STARTTLS)
		code = mailsmtp_socket_starttls(session);
	if (code == MAILSMTP_NO_ERROR && load->tls == LOAD_STARTTLS)
		code = mailesmtp_ehlo(session);
	if (code == MAILSMTP_NO_ERROR && load->login)
		code = mailesmtp_auth_sasl(session, "PLAIN", "localhost", NULL, NULL, LOAD_USER,
			LOAD_USER, LOAD_PASSWORD, NULL);
	return code;
}

static int send_session(const struct load *load, unsigned int first, unsigned int last)
{
	mailsmtp *session = mailsmtp_new(0, NULL);
	int code = open_session(load, session);
	for (unsigned int i = first; i < last && code == MAILSMTP_NO_ERROR; i++) {
		clist *recipients = esmtp_address_list_new();
		esmtp_address_list_add(recipients, (char[]){LOAD_RECIPIENT}, 0, NULL);
		code = mailesmtp_send(session, LOAD_SENDER, 0, NULL, recipients,
			load->text[i % load->made], load->text_len);
		esmtp_address_list_free(recipients);
	}
	if (code != MAILSMTP_NO_ERROR)
		fprintf(stderr, "%s\n", mailsmtp_strerror(code));
	else
		mailsmtp_quit(session);
	mailsmtp_free(session);
	return code != MAILSMTP_NO_ERROR;
}

static int part(const struct load *load, unsigned int first, unsigned int last)
{
	unsigned int share = load->per_session != 0 ? load->per_session : last - first;
	int refused = 0;
	for (unsigned int at = first; at < last && refused == 0; at += share)
		refused = send_session(load, at, at + share);
	return refused;
}

int run_load(const struct load *load)
{
	return load_share(load, part);
}

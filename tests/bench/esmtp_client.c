/* esmtp_client: libESMTP. It blocks, so each connection is a process. */
#include "load.h"

#include <auth-client.h>
#include <libesmtp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	char *text;
	size_t len;
	bool given;
};

static const char *give(void **context, int *len, void *argument)
{
	struct reading *reading = argument;
	(void)context;
	if (len == NULL) {
		reading->given = false;
		return NULL;
	}
	*len = reading->given ? 0 : (int)reading->len;
	reading->given = true;
	return *len == 0 ? NULL : reading->text;
}

static int answer(auth_client_request_t request, char **result, int fields, void *argument)
{
	static char user[] = LOAD_USER, password[] = LOAD_PASSWORD;
	(void)argument;
	for (int i = 0; i < fields; i++)
		result[i] = (request[i].flags & AUTH_PASS) != 0 ? password : user;
	return 1;
}

static int send_session(const struct load *load, unsigned int first, unsigned int last)
{
	char server[40];
	int refused = 0;
	unsigned int count = last - first;
	struct reading *readings = calloc(count, sizeof *readings);
	smtp_recipient_t *recipients = calloc(count, sizeof *recipients);
	smtp_session_t session = smtp_create_session();
	auth_context_t login = auth_create_context();
	snprintf(server, sizeof server, "127.0.0.1:%u", load->port);
	smtp_set_server(session, server);
	if (load->login) {
		auth_set_mechanism_flags(login, AUTH_PLUGIN_PLAIN, 0);
		auth_set_interact_cb(login, answer, NULL);
		smtp_auth_set_context(session, login);
	}
	for (unsigned int i = 0; i < count; i++) {
		smtp_message_t message = smtp_add_message(session);
		readings[i] = (struct reading){
			load->text[(first + i) % load->made], load->text_len, false};
		smtp_set_reverse_path(message, LOAD_SENDER);
		smtp_set_messagecb(message, give, &readings[i]);
		recipients[i] = smtp_add_recipient(message, LOAD_RECIPIENT);
	}
	if (!smtp_start_session(session))
		refused = 1;
	for (unsigned int i = 0; i < count; i++) {
		const smtp_status_t *status = smtp_recipient_status(recipients[i]);
		refused |= status == NULL || status->code != 250;
	}
	smtp_destroy_session(session);
	auth_destroy_context(login);
	free(readings);
	free(recipients);
	return refused;
}

static int part(const struct load *load, unsigned int first, unsigned int last)
{
	unsigned int share = load->per_session != 0 ? load->per_session : last - first;
	int refused = 0;
	auth_client_init();
	for (unsigned int at = first; at < last; at += share)
		refused |= send_session(load, at, at + share);
	auth_client_exit();
	return refused;
}

int run_load(const struct load *load)
{
	if (load->tls != LOAD_PLAIN)
		return 77; /* it knows STARTTLS only, and stalls with TLS 1.3 */
	return load_share(load, part);
}

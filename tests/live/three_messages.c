/*
 * Sends three messages in one session with libESMTP, an independent client: the first to
 * ann@example.net, the second to a recipient that the server refuses, the third to cid@example.net.
 * libESMTP sends DATA after the refusal too and, refused again, says RSET before the third.
 *
 * Usage: three_messages HOST:PORT USER PASSWORD
 * Prints one line for each recipient: subject, address, the code of the server's last word on it.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <auth-client.h>
#include <libesmtp.h>

struct mail {
	const char *subject;
	const char *recipient;
	char *text; /* libESMTP takes no const, and only reads */
	smtp_recipient_t handle;
};

struct account {
	char *user;
	char *password;
};

static int answer(auth_client_request_t request, char **result, int fields, void *argument)
{
	const struct account *account = argument;
	for (int i = 0; i < fields; i++)
		result[i] = (request[i].flags & AUTH_PASS) != 0 ? account->password : account->user;
	return 1;
}

static smtp_recipient_t add(smtp_session_t session, struct mail *mail)
{
	smtp_message_t message = smtp_add_message(session);
	if (message == NULL || !smtp_set_reverse_path(message, "phone@example.org"))
		return NULL;
	if (!smtp_set_messagecb(message, _smtp_message_str_cb, mail->text))
		return NULL;
	return smtp_add_recipient(message, mail->recipient);
}

static int send_all(smtp_session_t session, struct mail *mails, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mails[i].handle = add(session, &mails[i]);
		if (mails[i].handle == NULL)
			return 2;
	}
	if (!smtp_start_session(session))
		return 1;
	for (size_t i = 0; i < count; i++) {
		const smtp_status_t *status = smtp_recipient_status(mails[i].handle);
		printf("%s %s %d\n", mails[i].subject, mails[i].recipient,
			status != NULL ? status->code : 0);
	}
	return 0;
}

int main(int argc, char **argv)
{
	char first[] = "Subject: first\r\n\r\nThe first.\r\n";
	char second[] = "Subject: second\r\n\r\nThe second.\r\n";
	char third[] = "Subject: third\r\n\r\nThe third.\r\n";
	struct mail mails[] = {
		{"first", "ann@example.net", first, NULL},
		{"second", "nobody@example.net", second, NULL},
		{"third", "cid@example.net", third, NULL},
	};
	if (argc != 4) {
		fprintf(stderr, "usage: three_messages HOST:PORT USER PASSWORD\n");
		return 2;
	}
	struct account account = {argv[2], argv[3]};
	auth_client_init();
	auth_context_t login = auth_create_context();
	smtp_session_t session = smtp_create_session();
	if (login == NULL || session == NULL)
		return 2;
	auth_set_mechanism_flags(login, AUTH_PLUGIN_PLAIN, 0);
	auth_set_interact_cb(login, answer, &account);
	smtp_set_server(session, argv[1]);
	smtp_auth_set_context(session, login);
	int status = send_all(session, mails, sizeof mails / sizeof *mails);
	smtp_destroy_session(session);
	auth_destroy_context(login);
	auth_client_exit();
	return status;
}

/*
 * blocking: one message, from standard input, through the blocking call, with STARTTLS.
 *
 *     MSUB_PASSWORD=... blocking HOST PORT CA-FILE USER FROM TO...
 */
#include <msub.h>
#include <stdio.h>
#include <stdlib.h>

enum { MESSAGE_MAX = 1 << 20 };

static char text[MESSAGE_MAX];

int main(int argc, char **argv)
{
	struct msub_settings settings;
	struct msub_message *message;
	struct msub_failure failure;
	if (argc < 7) {
		fprintf(stderr, "usage: blocking HOST PORT CA-FILE USER FROM TO...\n");
		return 2;
	}
	msub_settings_init(&settings); /* STARTTLS, and the certificate is checked */
	settings.host = argv[1];
	settings.port = (uint16_t)strtoul(argv[2], NULL, 10);
	settings.trust_file = argv[3];
	settings.user = argv[4];
	settings.password = getenv("MSUB_PASSWORD");

	size_t len = fread(text, 1, sizeof text, stdin);
	enum msub_error error = msub_message_new(&message, NULL);
	if (error == MSUB_OK)
		error = msub_message_sender(message, argv[5]);
	for (int i = 6; i < argc && error == MSUB_OK; i++)
		error = msub_message_add_recipient(message, argv[i]);
	if (error == MSUB_OK)
		error = msub_message_content(message, text, len);
	if (error != MSUB_OK) {
		fprintf(stderr, "%s\n", msub_error_text(error));
		return 2;
	}
	error = msub_submit(&settings, &message, 1, &failure);
	if (error != MSUB_OK)
		fprintf(stderr, "%s: %s %d %s %s\n", msub_phase_text(failure.phase),
			msub_error_text(failure.error), failure.reply.code, failure.reply.text,
			failure.text);
	msub_message_free(message);
	return error == MSUB_OK ? 0 : 1;
}

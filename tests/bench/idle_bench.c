/*
 * idle_bench: what an idle session costs in memory: its connection, its session, its sender.
 *
 *     bench_idle PORT COUNT [AUTHORITY]
 *
 * So many sessions log in to the sink (with STARTTLS where its authority is named), send a message
 * each and rest (settings.keep_ms). Printed is what the heap holds then for each of them, GnuTLS
 * and everything else in it.
 */
#include <malloc.h>
#include <msub.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static struct msub_sender *rest_one(
	struct msub_network *network, const struct msub_settings *settings)
{
	struct msub_message *message;
	struct msub_sender *sender;
	struct msub_failure failure;
	if (msub_message_new(&message, NULL) != MSUB_OK ||
		msub_message_add_recipient(message, "a@example.net") != MSUB_OK ||
		msub_message_content(message, "x\r\n", 3) != MSUB_OK ||
		msub_sender_new(&sender, settings) != MSUB_OK ||
		msub_sender_add(sender, message) != MSUB_OK)
		exit(2);
	if (msub_network_run(network, sender, &failure) != MSUB_OK) {
		fprintf(stderr, "%s: %s\n", msub_error_text(failure.error), failure.text);
		exit(2);
	}
	msub_message_free(message);
	return sender;
}

static void allow_descriptors(unsigned long count)
{
	struct rlimit limit = {count + 100, count + 100};
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		perror("descriptors");
}

int main(int argc, char **argv)
{
	struct msub_settings settings;
	struct msub_network *network;
	unsigned long count = argc < 3 ? 0 : strtoul(argv[2], NULL, 10);
	if (count == 0) {
		fprintf(stderr, "usage: bench_idle PORT COUNT [AUTHORITY]\n");
		return 2;
	}
	allow_descriptors(count);
	msub_settings_init(&settings);
	settings.host = "localhost";
	settings.port = (uint16_t)strtoul(argv[1], NULL, 10);
	settings.tls = argc > 3 ? MSUB_TLS_STARTTLS : MSUB_TLS_NONE;
	settings.trust_file = argc > 3 ? argv[3] : NULL;
	settings.user = "user";
	settings.password = "password";
	settings.mechanism = "PLAIN";
	settings.keep_ms = 3600 * 1000;
	struct msub_sender **senders = calloc(count + 1, sizeof *senders);
	if (senders == NULL || msub_network_new(&network, &settings) != MSUB_OK)
		return 2;
	senders[0] = rest_one(network, &settings); /* what is there once for all */
	size_t before = mallinfo2().uordblks;
	for (unsigned long i = 1; i <= count; i++)
		senders[i] = rest_one(network, &settings);
	printf("%zu octets for each of %lu idle sessions\n",
		(mallinfo2().uordblks - before) / count, count);
	for (unsigned long i = 0; i <= count; i++)
		msub_sender_free(senders[i]);
	msub_network_free(network);
	free(senders);
	return 0;
}

/* SSLKEYLOGFILE: GnuTLS reads it by itself, once; a program of its own proves it. */
#include <stdlib.h>
#include <unistd.h>

#include "tls_ends.h"

static size_t count_lines(const char *file, const char *begin)
{
	char line[1024];
	size_t count = 0;
	FILE *log = fopen(file, "r");
	while (log != NULL && fgets(line, sizeof line, log) != NULL)
		count += strncmp(line, begin, strlen(begin)) == 0;
	if (log != NULL)
		fclose(log);
	return count;
}

static void keys_are_logged_where_the_environment_says_so(void)
{
	static const struct {
		const char *priority, *line;
	} rows[] = {
		{"NORMAL:-VERS-ALL:+VERS-TLS1.3", "CLIENT_TRAFFIC_SECRET_0 "},
		{"NORMAL:-VERS-ALL:+VERS-TLS1.2", "CLIENT_RANDOM "},
	};
	static const char *const names[CERTIFICATE_NAMES] = {"localhost"};
	char file[] = "/tmp/tls-keylog-XXXXXX";
	static const char *const authority_name[CERTIFICATE_NAMES] = {"Test authority"};
	struct certificate authority, leaf;
	struct tls_peer peer;
	int descriptor = mkstemp(file);
	if (!CHECK(descriptor >= 0) || !CHECK(setenv("SSLKEYLOGFILE", file, 1) == 0) ||
		!peer_certificate(&authority, NULL, authority_name) ||
		!peer_certificate(&leaf, &authority, names) || !peer_open(&peer, &leaf, NULL))
		return;
	close(descriptor);
	for (size_t i = 0; i < 2; i++) {
		struct tls_ends ends;
		struct sentence why;
		struct tls_client_settings settings = {
			.name = "localhost", .check = TLS_CHECK_NONE};
		peer.priority = rows[i].priority;
		CHECK_CASE("%s", rows[i].priority);
		CHECK_INT(count_lines(file, rows[i].line), 0);
		CHECK(ends_agree(&ends, &peer, &settings, &why));
		CHECK(count_lines(file, rows[i].line) > 0);
		ends_close(&ends);
	}
	unlink(file);
	peer_close(&peer);
	certificate_free(&authority);
	certificate_free(&leaf);
}

#define TESTS(T) T(keys_are_logged_where_the_environment_says_so)
CHECK_MAIN("tls_keylog", TESTS)

/* secret: reads one line and leaves no copy of it. */
#include "msub_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

void secret_wipe(struct secret *secret)
{
	volatile char *at = secret->text;
	for (size_t i = 0; i < sizeof secret->text; i++)
		at[i] = 0;
}

/* Takes the first line; the rest is read and forgotten, so that a writer is not cut off. */
static bool read_line(struct secret *secret, int descriptor)
{
	struct secret rest;
	size_t len = 0;
	bool whole = false;
	ssize_t got;
	secret_wipe(secret);
	for (;;) {
		char *to = whole ? rest.text : secret->text + len;
		size_t room = whole ? sizeof rest.text : SECRET_MAX - len;
		do {
			got = read(descriptor, to, room);
		} while (got < 0 && errno == EINTR);
		if (got <= 0)
			break;
		if (!whole) {
			len += (size_t)got;
			whole = memchr(secret->text, '\n', len) != NULL || len == SECRET_MAX;
		}
	}
	secret_wipe(&rest);
	return got == 0;
}

/* Cuts at the line's end; what is behind it is wiped. */
static bool cut_line(struct secret *secret, const char *from, struct trouble *trouble)
{
	size_t len = strcspn(secret->text, "\n");
	bool too_long = len == SECRET_MAX;
	if (len > 0 && secret->text[len] == '\n' && secret->text[len - 1] == '\r')
		len--;
	volatile char *at = secret->text;
	for (size_t i = len; i < sizeof secret->text; i++)
		at[i] = 0;
	if (too_long)
		return trouble_set(trouble, EX_CONFIG,
			"the password from %s is too long; its first line must be the password",
			from);
	return len > 0 ||
	       trouble_set(trouble, EX_CONFIG,
		       "there is no password in %s; its first line must be the password", from);
}

bool secret_from_command(struct secret *secret, const char *command, struct trouble *trouble)
{
	fflush(NULL);
	FILE *output = popen(command, "r");
	if (output == NULL)
		return trouble_set(trouble, EX_OSERR,
			"the command of --passwordeval cannot be run: %s", strerror(errno));
	bool got = read_line(secret, fileno(output));
	int status = pclose(output);
	if (got && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return cut_line(secret, "the output of --passwordeval", trouble);
	secret_wipe(secret);
	if (WIFEXITED(status))
		return trouble_set(trouble, EX_CONFIG,
			"the command of --passwordeval failed with status %d; try it in a shell",
			WEXITSTATUS(status));
	return trouble_set(trouble, EX_CONFIG,
		"the command of --passwordeval was ended by a signal; try it in a shell");
}

bool secret_from_file(struct secret *secret, const char *path, struct trouble *trouble)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	bool got = descriptor >= 0 && read_line(secret, descriptor);
	int error = errno;
	if (descriptor >= 0)
		close(descriptor);
	if (got)
		return cut_line(secret, "the file of --password-file", trouble);
	secret_wipe(secret);
	return trouble_set(trouble, EX_CONFIG, "the password file %s cannot be read: %s", path,
		strerror(error));
}

/* secret: reads one line and leaves no copy of it. */
#include "msub_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

extern char **environ;

void secret_wipe(struct secret *secret)
{
	secret_wipe_octets(secret->text, sizeof secret->text);
}

void secret_wipe_octets(void *at, size_t len)
{
	volatile char *octets = at;
	for (size_t i = 0; i < len; i++)
		octets[i] = 0;
}

void secret_forget(char *text)
{
	if (text != NULL)
		secret_wipe_octets(text, strlen(text));
	free(text);
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
	secret_wipe_octets(secret->text + len, sizeof secret->text - len);
	if (too_long)
		return trouble_set(trouble, EX_CONFIG, "the first line of %s is too long", from);
	return len > 0 || trouble_set(trouble, EX_CONFIG, "the first line of %s is empty", from);
}

bool secret_from_command(
	struct secret *secret, const char *command, const char *asked, struct trouble *trouble)
{
	char from[64];
	fflush(NULL);
	FILE *output = popen(command, "r");
	if (output == NULL)
		return trouble_set(trouble, EX_OSERR, "the command of %s cannot be run: %s", asked,
			strerror(errno));
	bool got = read_line(secret, fileno(output));
	int status = pclose(output);
	snprintf(from, sizeof from, "the output of %s", asked);
	if (got && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return cut_line(secret, from, trouble);
	secret_wipe(secret);
	if (WIFEXITED(status))
		return trouble_set(trouble, EX_CONFIG,
			"the command of %s failed with status %d; try it in a shell", asked,
			WEXITSTATUS(status));
	return trouble_set(trouble, EX_CONFIG,
		"the command of %s was ended by a signal; try it in a shell", asked);
}

bool secret_from_program(struct secret *secret, char *const *words)
{
	struct trouble unheard = {0};
	posix_spawn_file_actions_t actions;
	pid_t child;
	int pipes[2], status = -1;
	if (pipe(pipes) != 0)
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, pipes[0]);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int failed = posix_spawnp(&child, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	bool got = failed == 0 && read_line(secret, pipes[0]);
	close(pipes[0]);
	if (failed == 0 && waitpid(child, &status, 0) != child)
		status = -1;
	return got && status == 0 && cut_line(secret, words[0], &unheard);
}

bool secret_is_kept(const char *path, const struct stat *facts, struct trouble *trouble)
{
	if (facts->st_uid != geteuid())
		return trouble_set(trouble, EX_CONFIG,
			"%s holds a password and belongs to somebody else; make it your own file",
			path);
	return (facts->st_mode & (S_IRWXG | S_IRWXO)) == 0 ||
	       trouble_set(trouble, EX_CONFIG,
		       "%s holds a password and others may read it; say: chmod 600 %s", path, path);
}

bool secret_key_is_kept(const char *path, struct trouble *trouble)
{
	struct stat facts;
	if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode))
		return true; /* who reads it tells what is wrong */
	bool system = facts.st_uid == 0;
	if (!system && facts.st_uid != geteuid())
		return trouble_set(trouble, EX_CONFIG,
			"%s holds a private key and belongs to somebody else; make it your own "
			"file",
			path);
	mode_t others = system ? S_IRWXO : S_IRWXG | S_IRWXO;
	return (facts.st_mode & others) == 0 ||
	       trouble_set(trouble, EX_CONFIG,
		       "%s holds a private key and others may read it; say: chmod %s %s", path,
		       system ? "o-rwx" : "600", path);
}

bool secret_from_file(struct secret *secret, const char *path, struct trouble *trouble)
{
	struct stat facts;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	/* a pipe that a shell has made is nobody else's */
	if (descriptor >= 0 && fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode) &&
		!secret_is_kept(path, &facts, trouble)) {
		close(descriptor);
		return false;
	}
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

/* password: one source after the other. */
#include "msub_password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#include "msub_netrc.h"
#include "msub_place.h"
#include "msub_words.h"

/* 1 found, 0 not here, -1 trouble: each source looks in turn. */
typedef int source_function(
	struct secret *secret, const struct account *account, struct trouble *trouble);

static int of_command(struct secret *secret, const struct account *account, struct trouble *trouble)
{
	const char *command = account_text(account, KEY_PASSWORDEVAL);
	if (command == NULL)
		return 0;
	return secret_from_command(secret, command, "--passwordeval", trouble) ? 1 : -1;
}

static int of_password_file(
	struct secret *secret, const struct account *account, struct trouble *trouble)
{
	const char *path = account_text(account, KEY_PASSWORD_FILE);
	if (path == NULL)
		return 0;
	return secret_from_file(secret, path, trouble) ? 1 : -1;
}

static int of_account(struct secret *secret, const struct account *account, struct trouble *trouble)
{
	const char *password = account_text(account, KEY_PASSWORD);
	if (password == NULL)
		return 0;
	if (strlen(password) > SECRET_MAX) {
		trouble_set(trouble, EX_CONFIG, "the account's password is too long");
		return -1;
	}
	memcpy(secret->text, password, strlen(password) + 1);
	return 1;
}

static const char *host_of(const struct account *account)
{
	const char *host = account_text(account, KEY_HOST);
	return host == NULL ? "localhost" : host;
}

static int of_netrc(struct secret *secret, const struct account *account, struct trouble *trouble)
{
	char *paths[] = {place_expand("~/.netrc"), place_system("netrc")};
	int found = 0;
	for (size_t i = 0; i < 2; i++) {
		if (found == 0 && paths[i] != NULL)
			found = netrc_look(paths[i], host_of(account),
				account_text(account, KEY_USER), secret, trouble);
		free(paths[i]);
	}
	return found;
}

/* ---- the key ring ---- */

/* A program that is not there, has nothing, or is not allowed to say it: the next source. */
static int of_key_ring(
	struct secret *secret, const struct account *account, struct trouble *trouble)
{
	char service[8], host[256], user[256], tool[] = "secret-tool", lookup[] = "lookup",
					       of_host[] = "host", of_service[] = "service",
					       of_user[] = "user";
	char *words[] = {tool, lookup, of_host, host, of_service, service, of_user, user, NULL};
	snprintf(service, sizeof service, "%s",
		account_word(account, KEY_PROTOCOL, PROTOCOL_SMTP) == PROTOCOL_LMTP ? "lmtp"
										    : "smtp");
	snprintf(host, sizeof host, "%s", host_of(account));
	snprintf(user, sizeof user, "%s", account_text(account, KEY_USER));
	(void)trouble;
	return secret_from_program(secret, words) ? 1 : 0;
}

/* ---- the terminal ---- */

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	interrupted = number;
}

/* One line, octet by octet: nothing is left in a place that is not wiped. */
static bool read_typed(int terminal, struct secret *secret)
{
	size_t len = 0;
	secret_wipe(secret);
	while (interrupted == 0) {
		char octet;
		ssize_t got = read(terminal, &octet, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || octet == '\n')
			return got > 0 && len > 0 && len < SECRET_MAX;
		if (len < SECRET_MAX)
			secret->text[len++] = octet;
	}
	return false;
}

static void ask(int terminal, const struct account *account)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	if (to == NULL)
		return;
	fputs("Password for ", to);
	words_print(to, account_text(account, KEY_USER));
	fputs(" at ", to);
	words_print(to, host_of(account));
	fputs(": ", to);
	if (fclose(to) == 0)
		(void)!write(terminal, text, len);
	free(text);
}

/*
 * The echo goes before anybody is asked, and comes back whatever happens; a signal is delivered
 * again afterwards.
 */
static bool read_without_echo(int terminal, const struct account *account, struct secret *secret)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
	enum { COUNT = sizeof numbers / sizeof *numbers };
	struct sigaction old[COUNT], taken = {.sa_handler = interrupt};
	struct termios before, silent;
	if (tcgetattr(terminal, &before) != 0)
		return false;
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	interrupted = 0;
	for (size_t i = 0; i < COUNT; i++)
		sigaction(numbers[i], &taken, &old[i]);
	bool got = tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
	if (got) {
		ask(terminal, account);
		got = read_typed(terminal, secret);
		(void)!write(terminal, "\n", 1);
	}
	tcsetattr(terminal, TCSANOW, &before);
	for (size_t i = 0; i < COUNT; i++)
		sigaction(numbers[i], &old[i], NULL);
	if (interrupted != 0)
		raise(interrupted);
	return got;
}

static int of_terminal(
	struct secret *secret, const struct account *account, struct trouble *trouble)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal < 0)
		return 0;
	bool got = read_without_echo(terminal, account, secret);
	close(terminal);
	if (got)
		return 1;
	trouble_set(trouble, EX_NOPERM, "no password was typed");
	return -1;
}

bool password_get(struct secret *secret, const struct account *account, struct trouble *trouble)
{
	static source_function *const sources[] = {
		of_command, of_password_file, of_account, of_netrc, of_key_ring, of_terminal};
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		int found = sources[i](secret, account, trouble);
		if (found == 1)
			return true;
		secret_wipe(secret);
		if (found < 0)
			return false;
	}
	return trouble_set(trouble, EX_CONFIG,
		"a login needs a password: name its source with --passwordeval or --password-file, or "
		"put it into ~/.netrc");
}

/* netrc: one word after the other. */
#include "msub_netrc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { FILE_MAX = 256 * 1024 };

struct reading {
	const char *at, *end;
	bool cut; /* the word was longer */
	char word[SECRET_MAX + 1];
};

struct entry {
	bool open, host, user, any_user, password, cut;
};

static bool is_blank(char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r';
}

/* The next word into `word`; false at the end. One that is too long is cut. */
static bool next_word(struct reading *reading)
{
	size_t len = 0;
	while (reading->at < reading->end && is_blank(*reading->at))
		reading->at++;
	if (reading->at == reading->end)
		return false;
	bool quoted = *reading->at == '"';
	reading->cut = false;
	reading->at += quoted;
	while (reading->at < reading->end &&
		(quoted ? *reading->at != '"' : !is_blank(*reading->at))) {
#ifdef HANDSET_PLANT_NETRC
		if (*reading->at == '\\')
			reading->at++;
#else
		if (*reading->at == '\\' && reading->at + 1 < reading->end)
			reading->at++;
#endif
		if (len < SECRET_MAX)
			reading->word[len++] = *reading->at;
		else
			reading->cut = true;
		reading->at++;
	}
	if (quoted && reading->at < reading->end)
		reading->at++;
	reading->word[len] = 0;
	return true;
}

/* A macro ends at an empty line. */
static void skip_macro(struct reading *reading)
{
	while (reading->at < reading->end) {
		const char *line = memchr(reading->at, '\n', (size_t)(reading->end - reading->at));
		reading->at = line == NULL ? reading->end : line + 1;
		if (reading->at < reading->end && *reading->at == '\n')
			return;
	}
}

static bool fits(const struct entry *entry)
{
	return entry->open && entry->host && entry->password && (entry->user || entry->any_user);
}

/* Takes one word with what belongs to it; true where a new entry begins. */
static bool take_word(struct reading *reading, struct entry *entry, const char *host,
	const char *user, struct secret *password)
{
	if (strcmp(reading->word, "macdef") == 0) {
		skip_macro(reading);
	} else if (strcmp(reading->word, "machine") == 0 && next_word(reading)) {
		entry->host = !reading->cut && strcasecmp(reading->word, host) == 0;
	} else if (strcmp(reading->word, "login") == 0 && next_word(reading)) {
		entry->any_user = false;
		entry->user = !reading->cut && strcmp(reading->word, user) == 0;
	} else if (strcmp(reading->word, "password") == 0 && next_word(reading)) {
		entry->password = true;
		entry->cut = reading->cut;
		memcpy(password->text, reading->word, sizeof password->text);
	} else if (strcmp(reading->word, "account") == 0) {
		(void)next_word(reading);
	}
	return fits(entry);
}

int netrc_find(
	const char *text, size_t len, const char *host, const char *user, struct secret *password)
{
	struct reading reading = {.at = text, .end = text + len};
	struct entry entry = {0};
	bool found = false;
	while (!found && next_word(&reading)) {
		bool machine = strcmp(reading.word, "machine") == 0;
		bool by_default = strcmp(reading.word, "default") == 0;
		/* an entry without a login is for everybody, known only when it ends */
		if ((machine || by_default) && fits(&entry))
			break;
		if (machine || by_default)
			entry = (struct entry){.open = true, .host = by_default, .any_user = true};
		(void)take_word(&reading, &entry, host, user, password);
		found = fits(&entry) && !entry.any_user;
	}
	found = found || fits(&entry);
	secret_wipe_octets(reading.word, sizeof reading.word);
	if (!found || entry.cut)
		secret_wipe(password);
	return !found ? 0 : entry.cut ? -1 : 1;
}

static ssize_t read_file(int descriptor, char *text)
{
	size_t len = 0;
	ssize_t got = 1;
	while (got > 0 && len < FILE_MAX) {
		do {
			got = read(descriptor, text + len, FILE_MAX - len);
		} while (got < 0 && errno == EINTR);
		len += got > 0 ? (size_t)got : 0;
	}
	return got < 0 ? -1 : (ssize_t)len;
}

int netrc_look(const char *path, const char *host, const char *user, struct secret *password,
	struct trouble *trouble)
{
	struct stat facts;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC), result = 0;
	char *text = descriptor < 0 ? NULL : malloc(FILE_MAX);
	ssize_t len =
		text == NULL || fstat(descriptor, &facts) != 0 ? -1 : read_file(descriptor, text);
	if (len > 0)
		result = netrc_find(text, (size_t)len, host, user, password);
	if (text != NULL)
		secret_wipe_octets(text, FILE_MAX);
	free(text);
	if (descriptor >= 0)
		close(descriptor);
	if (result < 0)
		trouble_set(trouble, EX_CONFIG, "%s: the password has more than %d octets", path,
			SECRET_MAX);
	if (result <= 0 || (facts.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return result;
	secret_wipe(password);
	trouble_set(trouble, EX_CONFIG,
		"%s holds the password and others may read it; say: chmod 600 %s", path, path);
	return -1;
}

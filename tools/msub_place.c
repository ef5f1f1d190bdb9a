/* place: the environment, the password file, the host. */
#define _GNU_SOURCE /* AI_CANONNAME's friends under _POSIX_C_SOURCE, asprintf */
#include "msub_place.h"

#include <netdb.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MAX_OCTETS = 1024 };

static const char *set(const char *name)
{
	const char *value = getenv(name);
	return value == NULL || *value == 0 ? NULL : value;
}

const char *place_user(void)
{
	const char *name = set("USER");
	if (name == NULL)
		name = set("LOGNAME");
	if (name != NULL)
		return name;
	const struct passwd *user = getpwuid(getuid());
	return user == NULL ? NULL : user->pw_name;
}

static const char *home(void)
{
	const char *folder = set("HOME");
	const struct passwd *user = folder == NULL ? getpwuid(getuid()) : NULL;
	return folder != NULL ? folder : user != NULL ? user->pw_dir : "";
}

static char *join(const char *front, const char *back)
{
	char *path = NULL;
	return asprintf(&path, "%s%s", front, back) < 0 ? NULL : path;
}

char *place_expand(const char *path)
{
	bool mine = path[0] == '~' && (path[1] == '/' || path[1] == 0);
	return join(mine ? home() : "", path + mine);
}

char *place_system(const char *name)
{
	return join(HANDSET_SYSCONFDIR "/", name);
}

/* ---- patterns ---- */

static void host_name(char *name, size_t room)
{
	const char *told = set("HOSTNAME");
	name[0] = 0;
	if (told != NULL)
		snprintf(name, room, "%s", told);
	else if (gethostname(name, room - 1) != 0)
		name[0] = 0;
	name[room - 1] = 0;
}

static void canonical_name(char *name, size_t room)
{
	const struct addrinfo hints = {.ai_flags = AI_CANONNAME, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	host_name(name, room);
	if (getaddrinfo(name, NULL, &hints, &found) != 0)
		return;
	if (found != NULL && found->ai_canonname != NULL)
		snprintf(name, room, "%s", found->ai_canonname);
	freeaddrinfo(found);
}

static void mail_name(char *name, size_t room)
{
	char *path = place_system("mailname");
	FILE *file = path == NULL ? NULL : fopen(path, "re");
	name[0] = 0;
	if (file != NULL) {
		if (fgets(name, (int)room, file) == NULL)
			name[0] = 0;
		fclose(file);
	}
	name[strcspn(name, "\r\n")] = 0;
	free(path);
}

/* What stands for a letter; false where it means nothing. */
static bool meaning(char letter, char *name, size_t room)
{
	const char *user;
	switch (letter) {
	case 'U':
		user = place_user();
		snprintf(name, room, "%s", user == NULL ? "" : user);
		return true;
	case 'H':
		host_name(name, room);
		return true;
	case 'C':
		canonical_name(name, room);
		return true;
	case 'M':
		mail_name(name, room);
		return true;
	default:
		return false;
	}
}

char *place_substitute(const char *text)
{
	char *whole = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&whole, &len);
	if (to == NULL)
		return NULL;
	for (; *text != 0; text++) {
		char name[NAME_MAX_OCTETS];
		if (*text == '%' && meaning(text[1], name, sizeof name)) {
			fputs(name, to);
			text++;
		} else {
			fputc(*text, to);
		}
	}
	if (fclose(to) == 0)
		return whole;
	free(whole);
	return NULL;
}

/* ---- files ---- */

/* The path where there is a file; otherwise it is freed. */
static char *if_there(char *path)
{
	if (path != NULL && access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *place_system_file(void)
{
	char *path = if_there(place_system("msubrc"));
	return path != NULL ? path : if_there(place_system("msmtprc"));
}

/* $XDG_CONFIG_HOME is ~/.config where it is not set. */
static char *below_configuration(const char *rest)
{
	const char *folder = set("XDG_CONFIG_HOME");
	char *own = folder == NULL ? place_expand("~/.config") : NULL;
	char *path =
		folder == NULL && own == NULL ? NULL : join(folder == NULL ? own : folder, rest);
	free(own);
	return path;
}

enum { USER_FILES = 4 };

/* In the order in which they are looked for; the caller frees it. NULL: no memory. */
static char *user_file(size_t number)
{
	switch (number) {
	case 0:
		return place_expand("~/.msubrc");
	case 1:
		return below_configuration("/msub/config");
	case 2:
		return place_expand("~/.msmtprc");
	default:
		return below_configuration("/msmtp/config");
	}
}

char *place_user_file(void)
{
	char *path = NULL;
	for (size_t i = 0; path == NULL && i < USER_FILES; i++)
		path = if_there(user_file(i));
	return path;
}

/* One of the places, and whether it is the one that is read. */
static bool print_place(FILE *to, char *path, bool found)
{
	bool there = path != NULL && access(path, F_OK) == 0;
	if (path != NULL)
		fprintf(to, "    %s%s\n", path,
			!there	? ""
			: found ? "  (there, but not read)"
				: "  (read)");
	free(path);
	return there || found;
}

void place_print(FILE *to)
{
	bool found = false;
	fputs("The system's configuration, the first of these that is there:\n", to);
	found = print_place(to, place_system("msubrc"), false);
	print_place(to, place_system("msmtprc"), found);
	fputs("The user's (or the file that --file names), the first of these:\n", to);
	found = false;
	for (size_t i = 0; i < USER_FILES; i++)
		found = print_place(to, user_file(i), found);
}

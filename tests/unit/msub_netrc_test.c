/* Tests of tools/msub_netrc: who finds which password. */
#include "check.h"
#include "msub_netrc.h"

#include <stdlib.h>

static const struct row {
	const char *text;
	const char *want; /* for ann at mail.example.org; NULL: none */
} rows[] = {
	{"machine mail.example.org login ann password s", "s"},
	{"machine MAIL.example.org\n\tlogin ann\n\tpassword s\n", "s"},
	{"machine mail.example.org password s login ann", "s"},
	{"machine mail.example.org login ann account x password s", "s"},
	{"machine mail.example.org login ann password \"a b\\\"c\"", "a b\"c"},
	{"machine mail.example.org login ann password a\\ b", "a b"},
	{"machine mail.example.org login ann password \"\"", ""},
	/* the first that fits */
	{"machine mail.example.org login ann password 1\nmachine mail.example.org login ann password 2",
		"1"},
	{"machine mail.example.org login bob password 1\nmachine mail.example.org login ann password 2",
		"2"},
	{"machine x login ann password 1\ndefault login ann password 2", "2"},
	/* without a login it is everybody's */
	{"machine mail.example.org password 1", "1"},
	{"machine mail.example.org password 1\nmachine x login ann password 2", "1"},
	{"default password 1", "1"},
	/* a macro's lines are none of ours */
	{"macdef m\nmachine mail.example.org login ann password 1\n\n"
	 "machine mail.example.org login ann password 2",
		"2"},
	/* and nobody's */
	{"", NULL},
	{"machine mail.example.org login ann", NULL},
	{"machine mail.example.org login Ann password 1", NULL},
	{"machine mail.example.or login ann password 1", NULL},
	{"machine mail.example.org.x login ann password 1", NULL},
	{"login ann password 1", NULL},
	{"machine mail.example.org password 1 login bob", NULL},
	{"machine mail.example.org login ann password", NULL},
	{"macdef m\nmachine mail.example.org login ann password 1\n", NULL},
	{"machine \"mail.example.org login ann password 1", NULL},
};

static void the_first_entry_that_fits_is_the_one(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		struct secret password = {"untouched"};
		CHECK_CASE("%s", row->text);
		int found = netrc_find(
			row->text, strlen(row->text), "mail.example.org", "ann", &password);
		CHECK_INT(found, row->want != NULL);
		CHECK_TEXT(password.text, row->want == NULL ? "" : row->want);
	}
}

/* Read at its edge: the text has no NUL behind it. */
static void any_cut_of_a_file_is_read_within_it(void)
{
	static const char text[] = "machine mail.example.org login ann password \"a\\b\"\n"
				   "macdef x\n\ndefault password y\n";
	for (size_t len = 0; len < sizeof text; len++) {
		struct secret password;
		char *copy = len == 0 ? NULL : malloc(len);
		if (copy != NULL)
			memcpy(copy, text, len);
		CHECK(copy == NULL ||
			netrc_find(copy, len, "x", "y", &password) == (len >= strlen(text) - 1));
		free(copy);
	}
}

/* A password that is cut would be another one. */
static void what_is_too_long_is_never_cut(void)
{
	static const struct {
		const char *front;
		int at_the_bound, above;
	} rows_of_bounds[] = {
		{"machine h login y password ", 1, -1},
		{"machine h login x password ", 0, 0},
		{"machine h password p login ", 0, 0},
	};
	static char text[SECRET_MAX + 64];
	for (size_t i = 0; i < sizeof rows_of_bounds / sizeof *rows_of_bounds; i++) {
		size_t front = strlen(rows_of_bounds[i].front);
		struct secret password;
		memcpy(text, rows_of_bounds[i].front, front);
		memset(text + front, 'p', SECRET_MAX + 1);
		CHECK_CASE("%s", rows_of_bounds[i].front);
		CHECK_INT(netrc_find(text, front + SECRET_MAX, "h", "y", &password),
			rows_of_bounds[i].at_the_bound);
		CHECK_INT(netrc_find(text, front + SECRET_MAX + 1, "h", "y", &password),
			rows_of_bounds[i].above);
		CHECK_TEXT(password.text, "");
	}
}

#define TESTS(T)                                                                                   \
	T(the_first_entry_that_fits_is_the_one)                                                    \
	T(any_cut_of_a_file_is_read_within_it) T(what_is_too_long_is_never_cut)
CHECK_MAIN("msub_netrc", TESTS)

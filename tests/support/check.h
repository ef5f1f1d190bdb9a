/*
 * check: CUnit without its traps.
 *
 * CUnit prints the expression and never the values, passes a test that asserts nothing, and
 * returns success from a run that failed. CHECK_* prints both values and the case in hand;
 * CHECK_MAIN ends with a status that is 0 only if tests ran, all of them, each with at least one
 * check, and none failed.
 *
 *   static void reply_takes_continuations(void) { for each row: CHECK_CASE(row->name); CHECK_INT(…); }
 *   #define TESTS(T) T(reply_takes_continuations) T(reply_refuses_code_change)
 *   CHECK_MAIN("reply", TESTS)
 *
 * CHECK_* return true where the check held, so that a test can stop: if (!CHECK(p != NULL)) return;
 */
#ifndef SUPPORT_CHECK_H
#define SUPPORT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "octets.h"

/* Names the case (table row, seed, cut) that the following checks belong to; printf-like. */
void check_case(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool check_true(bool held, const char *expression, const char *file, int line);
bool check_int(long long got, long long want, const char *expression, const char *file, int line);
bool check_text(const char *got, const char *want, const char *expression, const char *file, int line);
bool check_octets(struct octets got, struct octets want, const char *expression, const char *file, int line);

#define CHECK_CASE(...) check_case(__VA_ARGS__)
#define CHECK(held) check_true((held), #held, __FILE__, __LINE__)
#define CHECK_INT(got, want) check_int((long long)(got), (long long)(want), #got, __FILE__, __LINE__)
#define CHECK_TEXT(got, want) check_text((got), (want), #got, __FILE__, __LINE__)
#define CHECK_OCTETS(got, want) check_octets((got), (want), #got, __FILE__, __LINE__)
#define CHECK_FAIL(text) check_true(false, (text), __FILE__, __LINE__)

struct check_test {
	const char *name;
	void (*run)(void);
};

/* Runs the tests as one suite; arguments of the program name the tests to be run (none: all). */
int check_run(const char *suite, const struct check_test *tests, size_t count, int argc, char **argv);

#define CHECK_TEST(function) {#function, function},
#define CHECK_MAIN(suite, TESTS)                                                                   \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		static const struct check_test tests[] = {TESTS(CHECK_TEST)};                      \
		return check_run(suite, tests, sizeof tests / sizeof *tests, argc, argv);          \
	}

#endif

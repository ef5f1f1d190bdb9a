#include "check.h"

#include <CUnit/Basic.h>
#include <stdarg.h>
#include <stdlib.h>

static char current_case[512];
static unsigned long checks_made;

void check_case(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(current_case, sizeof current_case, format, arguments);
	va_end(arguments);
}

static void report(const char *expression, const char *file, int line)
{
	fprintf(stderr, "\n%s:%d: %s%s%s\n", file, line, expression,
		current_case[0] == 0 ? "" : "  in case: ", current_case);
}

/* Tells CUnit, and hands the result on. */
static bool verdict(bool held, const char *expression, const char *file, int line)
{
	checks_made++;
	CU_assertImplementation(held, (unsigned int)line, expression, file, "", CU_FALSE);
	return held;
}

bool check_true(bool held, const char *expression, const char *file, int line)
{
	if (!held)
		report(expression, file, line);
	return verdict(held, expression, file, line);
}

bool check_int(long long got, long long want, const char *expression, const char *file, int line)
{
	if (got != want) {
		report(expression, file, line);
		fprintf(stderr, "  got  %lld\n  want %lld\n", got, want);
	}
	return verdict(got == want, expression, file, line);
}

bool check_text(const char *got, const char *want, const char *expression, const char *file, int line)
{
	if (got == NULL || want == NULL) {
		if (got != want) {
			report(expression, file, line);
			fprintf(stderr, "  got  %s\n  want %s\n", got == NULL ? "(null)" : got,
				want == NULL ? "(null)" : want);
		}
		return verdict(got == want, expression, file, line);
	}
	return check_octets(octets_of(got), octets_of(want), expression, file, line);
}

static void print_octets(const char *label, struct octets octets)
{
	fprintf(stderr, "  %s \"", label);
	for (size_t i = 0; i < octets.len; i++) {
		uint8_t octet = octets.at[i];
		if (octet == '\n')
			fprintf(stderr, "\\n\"\n       \"");
		else if (octet == '\r')
			fprintf(stderr, "\\r");
		else if (octet < 0x20 || octet > 0x7E)
			fprintf(stderr, "\\x%02X", octet);
		else
			fputc(octet, stderr);
	}
	fprintf(stderr, "\"\n");
}

bool check_octets(struct octets got, struct octets want, const char *expression, const char *file, int line)
{
	bool held = octets_equal(got, want);
	if (!held) {
		report(expression, file, line);
		print_octets("got ", got);
		print_octets("want", want);
	}
	return verdict(held, expression, file, line);
}

static const struct check_test *all_tests;
static size_t all_count;

/* CUnit counts a test without an assertion as passed; here it fails. */
static void run_current(void)
{
	const char *name = CU_get_current_test()->pName;
	unsigned long before = checks_made;
	current_case[0] = 0;
	for (size_t i = 0; i < all_count; i++) {
		if (strcmp(all_tests[i].name, name) == 0)
			all_tests[i].run();
	}
	if (checks_made == before)
		check_true(false, "the test checked nothing", name, 0);
}

static bool is_chosen(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return true;
	}
	return argc <= 1;
}

int check_run(const char *suite_name, const struct check_test *tests, size_t count, int argc, char **argv)
{
	unsigned int chosen = 0;
	if (CU_initialize_registry() != CUE_SUCCESS)
		return EXIT_FAILURE;
	CU_pSuite suite = CU_add_suite(suite_name, NULL, NULL);
	all_tests = tests;
	all_count = count;
	for (size_t i = 0; suite != NULL && i < count; i++) {
		if (is_chosen(tests[i].name, argc, argv) && CU_add_test(suite, tests[i].name, run_current) != NULL)
			chosen++;
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	bool good = CU_basic_run_tests() == CUE_SUCCESS && CU_get_number_of_failures() == 0 &&
	            CU_get_number_of_suites_failed() == 0 && CU_get_number_of_tests_inactive() == 0 &&
	            CU_get_number_of_tests_run() == chosen && chosen > 0 && (argc > 1 || chosen == count);
	CU_cleanup_registry();
	printf("%s: %u tests, %lu checks, %s\n", suite_name, chosen, checks_made, good ? "all good" : "FAILED");
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

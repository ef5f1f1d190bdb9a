/* Tests of tools/msub_configure: the account that is printed can be read as one. */
#include "check.h"
#include "msub_configure.h"
#include "msub_rc.h"

#include <stdlib.h>

static void what_is_printed_is_an_account(void)
{
	static const struct {
		struct msub_service service;
		const char *port, *starttls;
		bool warned;
	} rows[] = {
		{{"mail.example.org", 465, MSUB_TLS_IMPLICIT}, "465", "off", false},
		{{"example.org", 587, MSUB_TLS_STARTTLS}, "587", "on", false},
		{{"smtp.example.com", 587, MSUB_TLS_STARTTLS}, "587", "on", true},
		{{"notexample.org", 465, MSUB_TLS_IMPLICIT}, "465", "off", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = NULL;
		size_t len = 0;
		struct accounts accounts = {0};
		struct trouble trouble = {0};
		bool secret;
		FILE *to = open_memstream(&text, &len);
		CHECK_CASE("%s", rows[i].service.host);
		configure_write("ann@example.org", &rows[i].service, 1, to);
		fclose(to);
		CHECK_INT(strstr(text, "Ask your provider") != NULL, rows[i].warned);
		CHECK(rc_parse("rc", text, &accounts, &secret, &trouble));
		CHECK_TEXT(trouble.text, "");
		const struct account *account = accounts_find(&accounts, "ann@example.org");
		if (CHECK(account != NULL)) {
			CHECK_TEXT(account_text(account, KEY_HOST), rows[i].service.host);
			CHECK_TEXT(account_text(account, KEY_PORT), rows[i].port);
			CHECK_TEXT(account_text(account, KEY_TLS_STARTTLS), rows[i].starttls);
			CHECK_TEXT(account_text(account, KEY_USER), "ann@example.org");
			CHECK(account_is_on(account, KEY_TLS, false));
		}
		accounts_free(&accounts);
		free(text);
	}
}

/* The others are printed as well, for people to choose from. */
static void every_server_that_is_not_of_the_domain_is_named(void)
{
	static const struct msub_service services[] = {{"mail.example.org", 465, MSUB_TLS_IMPLICIT},
		{"smtp.example.com", 465, MSUB_TLS_IMPLICIT},
		{"mx.example.net", 587, MSUB_TLS_STARTTLS}};
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	configure_write("ann@example.org", services, 3, to);
	fclose(to);
	CHECK(strstr(text, "# Not of the domain: smtp.example.com, mx.example.net.\n") != NULL);
	free(text);
}

static void what_is_no_address_is_refused(void)
{
	static const char *const addresses[] = {"", "ann", "@example.org", "ann@", "ann@a b"};
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		struct trouble trouble = {0};
		CHECK_CASE("%s", addresses[i]);
		CHECK(!configure_print(addresses[i], NULL, stdout, &trouble));
		CHECK_INT(trouble.status, 64);
	}
}

#define TESTS(T)                                                                                   \
	T(what_is_printed_is_an_account)                                                           \
	T(every_server_that_is_not_of_the_domain_is_named)                                         \
	T(what_is_no_address_is_refused)
CHECK_MAIN("msub_configure", TESTS)

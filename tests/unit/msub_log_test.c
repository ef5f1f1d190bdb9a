/* Tests of tools/msub_log: a line of the log, before anything was sent. */
#include "check.h"
#include "msub_log.h"

#include <stdlib.h>
#include <sysexits.h>

static void a_line_tells_what_is_known(void)
{
	static const struct {
		const char *trouble, *of_all;
		int status;
		bool user;
		const char *queued, *want;
	} rows[] = {
		{"it's a\nb \x01", "not told", EX_CONFIG, true, "",
			"host=h tls=on auth=on user=ann from=me@x recipients=a@x,b@x "
			"errormsg='it\"s a\\nb ?' exitcode=EX_CONFIG\n"},
		{"", "", EX_TEMPFAIL, false, "",
			"host=h tls=on auth=off from=me@x recipients=a@x,b@x exitcode=EX_TEMPFAIL\n"},
		{"", "no password", EX_CONFIG, false, "",
			"host=h tls=on auth=off from=me@x recipients=a@x,b@x "
			"errormsg='no password' exitcode=EX_CONFIG\n"},
		{"", "", EX_OK, false, "1-2-3-4",
			"host=h tls=on auth=off from=me@x recipients=a@x,b@x queued=1-2-3-4 "
			"exitcode=EX_OK\n"},
		{"", "", 99, false, "",
			"host=h tls=on auth=off from=me@x recipients=a@x,b@x exitcode=unknown\n"},
	};
	struct account account = {0};
	char why[200], sender[] = "me@x", forging[] = "\"a exitcode=EX_OK,b\"@x";
	CHECK(account_set(&account, KEY_HOST, "h", why, sizeof why));
	CHECK(account_set(&account, KEY_TLS, "", why, sizeof why));
	CHECK(account_set(&account, KEY_USER, "ann", why, sizeof why));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mail mail = {.sender = sender, .trouble.status = *rows[i].trouble != 0};
		struct trouble of_all = {.status = *rows[i].of_all != 0};
		snprintf(of_all.text, sizeof of_all.text, "%s", rows[i].of_all);
		snprintf(mail.trouble.text, sizeof mail.trouble.text, "%s", rows[i].trouble);
		snprintf(mail.queued, sizeof mail.queued, "%s", rows[i].queued);
		CHECK_INT(msub_message_new(&mail.message, NULL), MSUB_OK);
		CHECK_INT(msub_message_add_recipient(mail.message, "a@x"), MSUB_OK);
		CHECK_INT(msub_message_add_recipient(mail.message, "b@x"), MSUB_OK);
		char *line = log_line(&mail, &account, rows[i].status, rows[i].user, &of_all);
		CHECK_TEXT(line, rows[i].want);
		free(line);
		msub_message_free(mail.message);
	}
	struct mail mail = {.sender = forging};
	CHECK_INT(msub_message_new(&mail.message, NULL), MSUB_OK);
	CHECK_INT(msub_message_add_recipient(mail.message, forging), MSUB_OK);
	char *line = log_line(&mail, &account, EX_TEMPFAIL, false, &(struct trouble){0});
	CHECK_TEXT(line, "host=h tls=on auth=off from=\"a\\x20exitcode=EX_OK\\x2Cb\"@x "
			 "recipients=\"a\\x20exitcode=EX_OK\\x2Cb\"@x exitcode=EX_TEMPFAIL\n");
	free(line);
	msub_message_free(mail.message);
	account_free(&account);
}

#define TESTS(T) T(a_line_tells_what_is_known)
CHECK_MAIN("msub_log", TESTS)

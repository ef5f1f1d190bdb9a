/* wishes: what a message and a recipient may ask for, and how it is written. */
#include "wishes.h"
#include "check.h"
#include "failing_memory.h"
#include "header.h"
#include "message.h"

#include <stdio.h>

#define HUNDRED                                                                                    \
	"0123456789012345678901234567890123456789012345678901234567890123456789"                   \
	"012345678901234567890123456789"

static void writes_wishes(void)
{
	static const struct {
		struct msub_message_options options;
		const char *want;
	} rows[] = {
		{{0}, ""},
		{{.returns = MSUB_RETURN_FULL}, " RET=FULL"},
		{{.returns = MSUB_RETURN_HEADERS, .envelope_id = "a+b=c d"},
			" RET=HDRS ENVID=a+2Bb+3Dc+20d"},
		{{.envelope_id = HUNDRED}, " ENVID=" HUNDRED},
		{{.by_mode = MSUB_BY_RETURN, .deliver_by_s = 120}, " BY=120;R"},
		{{.by_mode = MSUB_BY_NOTIFY, .deliver_by_s = -60, .by_trace = true}, " BY=-60;NT"},
		{{.by_mode = MSUB_BY_NOTIFY}, " BY=0;N"},
		{{.by_mode = MSUB_BY_RETURN, .deliver_by_s = 999999999}, " BY=999999999;R"},
		{{.hold_for_s = 86400}, " HOLDFOR=86400"},
		{{.hold_until = "2026-12-31T23:59:59+01:00"},
			" HOLDUNTIL=2026-12-31T23:59:59+01:00"},
		{{.has_priority = true}, " MT-PRIORITY=0"},
		{{.has_priority = true, .priority = -9}, " MT-PRIORITY=-9"},
		{{.has_priority = true, .priority = 9}, " MT-PRIORITY=9"},
		{{.require_tls = true}, " REQUIRETLS"},
		{{.submitter = ""}, " AUTH=<>"},
		{{.submitter = "e=mc2@example.com"}, " AUTH=e+3Dmc2@example.com"},
		{{.submitter = "a@b\xc3\xbc"
			       "cher.example"},
			" AUTH=a@xn--bcher-kva.example"},
		{{.returns = MSUB_RETURN_FULL,
			 .by_mode = MSUB_BY_RETURN,
			 .deliver_by_s = 1,
			 .require_tls = true},
			" RET=FULL BY=1;R REQUIRETLS"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct wishes wishes;
		char all[600] = "";
		CHECK_CASE("%s", rows[i].want);
		CHECK_INT(wishes_make(&wishes, &memory_standard, &rows[i].options), MSUB_OK);
		for (size_t k = 0; k < WISH_COUNT; k++) {
			if (wishes.text[k] != NULL)
				strcat(all, wishes.text[k]);
		}
		CHECK_TEXT(all, rows[i].want);
		CHECK_INT(wishes.any, rows[i].want[0] != 0);
		wishes_free(&wishes, &memory_standard);
	}
}

static void refuses_wishes_that_cannot_be_said(void)
{
	static const struct {
		struct msub_message_options options;
		enum msub_error want;
	} rows[] = {
		{{.returns = (enum msub_return)3}, MSUB_SETTINGS},
		{{.envelope_id = ""}, MSUB_SETTINGS},
		{{.envelope_id = "a\r\nRCPT TO:<x@y>"}, MSUB_SETTINGS},
		{{.envelope_id = "a\xc3\xbc"}, MSUB_SETTINGS},
		{{.envelope_id = "x" HUNDRED}, MSUB_SETTINGS},
		{{.envelope_id = "+" HUNDRED}, MSUB_SETTINGS},
		{{.envelope_id = "++++++++++++++++++++++++++++++++++"}, MSUB_SETTINGS}, /* 102 */
		{{.by_mode = MSUB_BY_RETURN}, MSUB_SETTINGS},
		{{.by_mode = MSUB_BY_RETURN, .deliver_by_s = -1}, MSUB_SETTINGS},
		{{.by_mode = MSUB_BY_NOTIFY, .deliver_by_s = 1000000000}, MSUB_SETTINGS},
		{{.by_mode = MSUB_BY_NOTIFY, .deliver_by_s = INT32_MIN}, MSUB_SETTINGS},
		{{.by_mode = (enum msub_by)3, .deliver_by_s = 5}, MSUB_SETTINGS},
		{{.deliver_by_s = 5}, MSUB_SETTINGS},
		{{.by_trace = true}, MSUB_SETTINGS},
		{{.hold_for_s = 1000000000}, MSUB_SETTINGS},
		{{.hold_for_s = 5, .hold_until = "2026-12-31T23:59:59Z"}, MSUB_SETTINGS},
		{{.hold_until = ""}, MSUB_SETTINGS},
		{{.hold_until = "2026-12-31"}, MSUB_SETTINGS},
		{{.hold_until = "2026-12-31T23:59:59Z\r\nDATA"}, MSUB_SETTINGS},
		{{.has_priority = true, .priority = 10}, MSUB_SETTINGS},
		{{.has_priority = true, .priority = -10}, MSUB_SETTINGS},
		{{.priority = 1}, MSUB_SETTINGS},
		{{.submitter = "a b@c"}, MSUB_ADDRESS},
		{{.submitter = "a@b> RET=FULL"}, MSUB_ADDRESS},
		{{.submitter = "\xc3\xbc@b"}, MSUB_ADDRESS_NOT_ASCII},
		{{.submitter = "================================================================"
			       "================================================================"
			       "================================================================"
			       "@example.org"},
			MSUB_ADDRESS},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct msub_message *message;
		struct msub_message_options before = {.returns = MSUB_RETURN_FULL};
		CHECK_CASE("row %zu", i);
		CHECK_INT(msub_message_new(&message, NULL), MSUB_OK);
		CHECK_INT(msub_message_options(message, &before), MSUB_OK);
		CHECK_INT(msub_message_options(message, &rows[i].options), rows[i].want);
		CHECK_TEXT(message->wishes.text[WISH_REPORT], " RET=FULL"); /* as it was */
		CHECK_INT(msub_message_options(message, NULL), MSUB_OK);
		CHECK(!message->wishes.any && message->wishes.text[WISH_REPORT] == NULL);
		msub_message_free(message);
	}
}

static void writes_what_a_recipient_asks_for(void)
{
	static const struct {
		struct msub_recipient_options options;
		const char *want; /* NULL: refused */
	} rows[] = {
		{{0}, ""},
		{{.notify = MSUB_NOTIFY_NEVER}, " NOTIFY=NEVER"},
		{{.notify = MSUB_NOTIFY_DELAY}, " NOTIFY=DELAY"},
		{{.notify = MSUB_NOTIFY_SUCCESS | MSUB_NOTIFY_FAILURE | MSUB_NOTIFY_DELAY},
			" NOTIFY=SUCCESS,FAILURE,DELAY"},
		{{.original = "b+x@example.org"}, " ORCPT=rfc822;b+2Bx@example.org"},
		{{.notify = MSUB_NOTIFY_FAILURE, .original = "\"b c\"@example.org"},
			" NOTIFY=FAILURE ORCPT=rfc822;\"b+20c\"@example.org"},
		{{.original = "+49 30 1", .original_type = "x-phone"},
			" ORCPT=x-phone;+2B49+2030+201"},
		{{.original = "j\xc3\xb6rg+x@\xe4\xbe\x8b.example"},
			" ORCPT=utf-8;j\\x{F6}rg\\x{2B}x@\\x{4F8B}.example"},
		{{.original = "a@b", .original_type = "UTF-8"}, " ORCPT=UTF-8;a@b"},
		{{.notify = MSUB_NOTIFY_NEVER | MSUB_NOTIFY_FAILURE}, NULL},
		{{.notify = 1U << 4}, NULL},
		{{.original = ""}, NULL},
		{{.original = "a@b\r\nDATA"}, NULL},
		{{.original = "a@b\x7f"}, NULL},
		{{.original = "\xc3@b"}, NULL},
		{{.original = "\xe2\x80\xae@b"}, NULL},
		{{.original = "\xc3\xbc@b", .original_type = "rfc822"}, NULL},
		{{.original = "a@b", .original_type = ""}, NULL},
		{{.original = "a@b", .original_type = "a;b"}, NULL},
		{{.original = "a@b", .original_type = "a b"}, NULL},
		{{.original_type = "rfc822"}, NULL},
		{{.original = HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED}, NULL},
		{{.original = HUNDRED HUNDRED HUNDRED HUNDRED "++++++++++++++++++++++++++++++++++"},
			NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct msub_message *message;
		enum msub_error error;
		CHECK_CASE("row %zu", i);
		CHECK_INT(msub_message_new(&message, NULL), MSUB_OK);
		error = msub_message_add_recipient_with(message, "b@c", &rows[i].options);
		CHECK_INT(error, rows[i].want == NULL ? MSUB_SETTINGS : MSUB_OK);
		CHECK_INT(msub_message_recipient_count(message), rows[i].want != NULL);
		if (error == MSUB_OK) {
			const char *got = message->recipients[0].wishes;
			CHECK_TEXT(got == NULL ? "" : got, rows[i].want);
			CHECK_INT(message->particular, rows[i].want[0] != 0);
		}
		msub_message_free(message);
	}
}

/* Each allocation of a message with everything fails in turn; nothing is left or half done. */
static bool builds(size_t fail_at)
{
	struct failing_memory failing;
	struct msub_message *message;
	struct msub_message_options options = {.returns = MSUB_RETURN_FULL,
		.envelope_id = "x",
		.hold_until = "2026-12-31T23:59:59Z",
		.submitter = "a@b\xc3\xbc"
			     "cher.example"};
	struct msub_recipient_options recipient = {.original = "\xc3\xbc@b"};
	failing_memory_init(&failing, fail_at);
	struct msub_memory memory = {failing.memory.resize, failing.memory.context};
	enum msub_error error = msub_message_new(&message, &memory);
	if (error == MSUB_OK)
		error = msub_message_sender(message, "a@b\xc3\xbc"
						     "cher.example");
	if (error == MSUB_OK)
		error = msub_message_options(message, &options);
	if (error == MSUB_OK)
		error = msub_message_add_recipient_with(message, "\xc3\xbc@b\xc3\xbc", &recipient);
	CHECK(error == MSUB_OK || error == MSUB_MEMORY);
	if (error != MSUB_OK && message != NULL)
		CHECK_INT(msub_message_recipient_count(message), 0);
	msub_message_free(message);
	CHECK_INT(failing.live, 0);
	return error == MSUB_OK;
}

static void leaves_nothing_behind(void)
{
	size_t fail_at = 1;
	for (; fail_at < 100 && !builds(fail_at); fail_at++)
		CHECK_CASE("allocation %zu", fail_at);
	CHECK(fail_at > 10 && fail_at < 100);
}

/* ---- the header ---- */

static void knows_utf8_in_a_header(void)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{"Subject: \xc3\xbc\r\n\r\nbody\r\n", true},
		{"Subject: \xf0\x9f\x93\xa7\n\nbody \xff\n", true},
		{"a: b\rSubject: \xc3\xbc\r\rx", true},
		{"Subject: \xc3\xbc", true},
		{"Subject: u\r\n\r\n\xc3\xbc\r\n", false},
		{"\r\nSubject: \xc3\xbc\r\n", false},
		{"a: b\n\nSubject: \xc3\xbc\r\n", false},
		{"Subject: \xfc\r\n\r\n", false},
		{"Subject: \xc3\xbc\xfc\r\n\r\n", false},
		{"Subject: \xc3\r\n\r\n", false},
		{"Subject: \xc3", false},
		{"Subject: \xc3\xbc\xc3", false},
		{"Subject: \xed\xa0\x80\r\n", false},
		{"", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct octets text = octets_of(rows[i].text);
		for (size_t cut = 1; cut <= text.len + 1; cut++) {
			struct header header = {.ended = false};
			CHECK_CASE("row %zu, pieces of %zu", i, cut);
			for (size_t at = 0; at < text.len; at += cut)
				header_feed(&header, octets_cut(octets_from(text, at), cut));
			CHECK_INT(header_is_utf8(&header), rows[i].want);
		}
	}
}

#define TESTS(T)                                                                                   \
	T(writes_wishes)                                                                           \
	T(refuses_wishes_that_cannot_be_said)                                                      \
	T(writes_what_a_recipient_asks_for)                                                        \
	T(leaves_nothing_behind)                                                                   \
	T(knows_utf8_in_a_header)
CHECK_MAIN("wishes", TESTS)

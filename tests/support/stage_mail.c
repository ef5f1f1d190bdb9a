/* stage_mail: the messages that are played with. */
#include "stage.h"

#include <string.h>

#define HEAD(number)                                                                               \
	"From: phone@example.org\r\nTo: someone@example.net\r\nSubject: message " number "\r\n"    \
	"Date: Thu, 16 Aug 2007 12:04:16 +0200\r\nMessage-ID: <" number "@example.org>\r\n\r\n"

/* Left out where it is not offered. */
static const struct msub_message_options reported = {.returns = MSUB_RETURN_HEADERS,
	.envelope_id = "1=1+1",
	.by_mode = MSUB_BY_NOTIFY,
	.deliver_by_s = 3600,
	.hold_for_s = 60,
	.has_priority = true,
	.priority = -3,
	.submitter = "phone@example.org",
	.if_offered = true};
static const struct msub_recipient_options reports = {
	.notify = MSUB_NOTIFY_SUCCESS | MSUB_NOTIFY_DELAY, .original = "else=where@example.net"};
static const struct msub_message_options binary = {.binary = true};
static const struct msub_message_options require_tls = {.require_tls = true};

const struct stage_mail stage_mails[] = {
	{"one", {{.to = {"someone@example.net"}, .content = HEAD("1") "Hello.\r\n"}}, 1},
	{"two",
		{{.to = {"someone@example.net"}, .content = HEAD("1") "First.\r\n"},
			{.to = {"someone@example.net"}, .content = HEAD("2") "Second.\r\n"}},
		2},
	{"three",
		{{.to = {"someone@example.net"}, .content = HEAD("1") "First.\r\n"},
			{.to = {"other@example.net"}, .content = HEAD("2") "Second.\r\n"},
			{.to = {"someone@example.net"}, .content = HEAD("3") "Third.\r\n"}},
		3},
	{"second-refused",
		{{.to = {"someone@example.net"}, .content = HEAD("1") "First.\r\n"},
			{.to = {"nobody@example.net"}, .content = HEAD("2") "Second.\r\n"},
			{.to = {"someone@example.net"}, .content = HEAD("3") "Third.\r\n"}},
		3},
	{"two-recipients",
		{{.to = {"someone@example.net", "other@example.net"},
			.content = HEAD("1") "Hello.\r\n"}},
		1},
	{"one-of-two-refused",
		{{.to = {"someone@example.net", "nobody@example.net"},
			.content = HEAD("1") "Hello.\r\n"}},
		1},
	{"dots",
		{{.to = {"someone@example.net"},
			.content =
				HEAD("1") ".\r\n..\r\n.text\r\n\r\n.\r\nend without a line end"}},
		1},
	{"line-ends",
		{{.to = {"someone@example.net"},
			.content =
				"Subject: message 1\nFrom: a@example.org\n\nbare\n.\nlf\n.\r\rcr\r.\rend\n"}},
		1},
	{"composed", {{.to = {"someone@example.net"}, .body = "Hello, this is a short message.\n"}},
		1},
	{"composed-long",
		{{.to = {"someone@example.net"},
			.body = "A line that is longer than what fits into one line of quoted-printable text, so that "
				"somethingthatisverylongandcannotbebrokenanywhereatallbecausetherearenoblanksinitwhatsoever "
				"has to be cut, and = with it.\n.a dot at the front\n"}},
		1},
	{"composed-bcc",
		{{.to = {"someone@example.net"},
			.bcc = {"hidden@example.net"},
			.body = "Hello.\n"}},
		1},
	{"reported",
		{{.to = {"someone@example.net", "other@example.net"},
			 .content = HEAD("1") "First.\r\n",
			 .wishes = &reported,
			 .reports = &reports},
			{.to = {"someone@example.net"}, .content = HEAD("2") "Second.\r\n"}},
		2},
	{"binary",
		{{.to = {"someone@example.net"},
			 .content = HEAD("1") "\n.\n\r.\r\n.\r\n\xff\xfe",
			 .need = STAGE_BINARY,
			 .wishes = &binary},
			{.to = {"someone@example.net"}, .content = HEAD("2") "Text.\r\n"}},
		2},
	{"long", /* several chunks, where its size is not known before */
		{{.to = {"someone@example.net"}, .content = HEAD("1"), .lines = 70},
			{.to = {"someone@example.net"}, .content = HEAD("2") "Second.\r\n"}},
		2},
	{"utf8",
		{{.need = STAGE_UTF8,
			 .from = "gr\xc3\xbcn@example.org",
			 .to = {"\xe6\x9f\x90@b\xc3\xbc"
				"cher.example"},
			 .content = HEAD("1") "Gr\xc3\xbc\xc3\x9f"
					      "e.\r\n"},
			{.to = {"someone@example.net"}, .content = HEAD("2") "Second.\r\n"}},
		2},
	{"require-tls",
		{{.to = {"someone@example.net"},
			 .content = HEAD("1") "First.\r\n",
			 .need = STAGE_REQUIRE_TLS,
			 .wishes = &require_tls},
			{.to = {"someone@example.net"}, .content = HEAD("2") "Second.\r\n"}},
		2},
};
const size_t stage_mail_count = sizeof stage_mails / sizeof *stage_mails;

const struct stage_mail *stage_mail_find(const char *name)
{
	for (size_t i = 0; i < stage_mail_count; i++) {
		if (strcmp(stage_mails[i].name, name) == 0)
			return &stage_mails[i];
	}
	return NULL;
}

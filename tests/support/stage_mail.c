/* stage_mail: the messages that are played with. */
#include "stage.h"

#include <string.h>

#define HEAD(number)                                                                               \
	"From: phone@example.org\r\nTo: someone@example.net\r\nSubject: message " number "\r\n"    \
	"Date: Thu, 16 Aug 2007 12:04:16 +0200\r\nMessage-ID: <" number "@example.org>\r\n\r\n"

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

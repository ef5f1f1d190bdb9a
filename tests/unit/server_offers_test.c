/* Keys of a server profile about AUTH, verbs and recipients, and what they make of a dialogue. */
#include "server_talk.h"

static const struct server_settings plain = {.message_max = 100000};

static void an_exchange_may_go_wrong(void)
{
	static const struct talk talks[] = {
		{"data", BRIEF, EHLO "AUTH LOGIN\r\nRSET\r\nRSET\r\nRSET\r\n",
			"220 hi\n" HI "334 VXNlcm5hbWU6\n334 UGFzc3dvcmQ6\n535 out\n250 reset\n"},
		{"fails", BRIEF "auth: {exchange: fails}\n", EHLO "AUTH LOGIN\r\nRSET\r\nRSET\r\n",
			"220 hi\n" HI "334 VXNlcm5hbWU6\n535 out\n250 reset\n"},
		{"fails, in words of its own",
			BRIEF
			"auth: {exchange: fails}\nrefuses: {auth: {exchange: \"501 bad user\"}}\n",
			EHLO "AUTH LOGIN\r\nRSET\r\nRSET\r\n",
			"220 hi\n" HI "334 VXNlcm5hbWU6\n501 bad user\n250 reset\n"},
		{"executes, and stays in it",
			BRIEF "auth: {exchange: executes, cancel: as-data}\n"
			      "refuses: {auth: {exchange: {reply: \"521 bad\", then: close}}}\n",
			EHLO "AUTH LOGIN\r\nRSET\r\ncGhvbmU=\r\nNOOP\r\nAUTH LOGIN\r\n",
			"220 hi\n" HI
			"334 VXNlcm5hbWU6\n250 reset\n334 UGFzc3dvcmQ6\n250 noop\n521 bad\n[closed]"},
		{"a star as data", BRIEF "auth: {cancel: as-data}\n", EHLO "AUTH LOGIN\r\n*\r\n",
			"220 hi\n" HI "334 VXNlcm5hbWU6\n501 5.5.2 That is not base64\n"},
		{"what is no base64, as an empty answer",
			BRIEF "auth: {cancel: as-data}\nrefuses: {auth: {bad-base64: none}}\n",
			EHLO "AUTH LOGIN\r\n*\r\n*\r\nNOOP\r\n",
			"220 hi\n" HI "334 VXNlcm5hbWU6\n334 UGFzc3dvcmQ6\n535 out\n250 noop\n"},
		{"cancel", BRIEF "auth: {cancel: \"535 cancelled\"}\n",
			EHLO "AUTH LOGIN\r\n*\r\nNOOP\r\n",
			"220 hi\n" HI "334 VXNlcm5hbWU6\n535 cancelled\n250 noop\n"},
		{"prompts", BRIEF "auth: {prompts: [\"User Name\", \"\"]}\n",
			EHLO "AUTH LOGIN\r\ncGhvbmU=\r\n",
			"220 hi\n" HI "334 VXNlciBOYW1l\n334 \n"},
		{"no empty challenge", BRIEF "auth: {empty-challenge: false}\n",
			EHLO "AUTH PLAIN\r\nAHBob25lAHNlY3JldA==\r\n", "220 hi\n" LOGGED_IN},
		{"unusable", BRIEF "auth: {unusable: [PLAIN]}\n",
			EHLO PLAIN "AUTH LOGIN\r\ncGhvbmU=\r\nc2VjcmV0\r\n",
			"220 hi\n" HI "535 out\n334 VXNlcm5hbWU6\n334 UGFzc3dvcmQ6\n235 in\n"},
	};
	PLAY(talks, plain);
}

static void verbs_and_recipients_may_be_few(void)
{
	static const struct talk talks[] = {
		{"not offered is unknown", "offers: []\n", "AUTH LOGIN\r\nSTARTTLS\r\nBDAT 0\r\n",
			"220 mx.example.net ESMTP\n500 5.5.2 Command not recognised\n"
			"500 5.5.2 Command not recognised\n500 5.5.2 Command not recognised\n"},
		{"not offered, in words of its own",
			"offers: []\nrefuses: {auth: {not-offered: \"503 no\"}, starttls: {not-offered: \"454 no\"}}\n",
			"AUTH LOGIN\r\nSTARTTLS\r\nNOOP\r\n",
			"220 mx.example.net ESMTP\n503 no\n454 no\n250 2.0.0 Ok\n"},
		{"offered, and no word of it", BRIEF "refuses: {auth: {not-offered: \"503 no\"}}\n",
			EHLO "AUTH LOGIN\r\n", "220 hi\n" HI "334 VXNlcm5hbWU6\n"},
		{"verbs", BRIEF "verbs: [HELO, noop]\n", EHLO "HELO a.b\r\nNOOP\r\nRSET\r\n",
			"220 hi\n500 what\n250 mx.example.net\n250 noop\n500 what\n"},
		{"local ones need no login",
			BRIEF
			"refuses: {mail: {no-auth: none}}\nrecipients: {local: [\"*@E.f\"], unknown: [\"no*@*\"]}\n",
			EHLO MAIL RCPT "RCPT TO:<d@e.g>\r\nRCPT TO:<nobody@e.f>\r\n",
			"220 hi\n" HI "250 mail\n250 rcpt\n530 5.7.0 Authentication required\n"
			"550 5.1.1 No such user\n"},
	};
	PLAY(talks, plain);
}

#define TESTS(T)                                                                                   \
	T(an_exchange_may_go_wrong)                                                                \
	T(verbs_and_recipients_may_be_few)
CHECK_MAIN("server_offers", TESTS)

/* session: what MAIL and RCPT say behind their paths, to a server that offers it and one that does
 * not. */
#include "room.h"
#include "sender.h"

#include <stdio.h>
#include <string.h>

#define HELLO "O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n"

/* What the server says after its name; "" offers nothing. */
static void write_offers(char *script, size_t room, const char *offers)
{
	size_t len = (size_t)snprintf(script, room, HELLO);
	for (const char *at = offers; *at != 0;) {
		size_t word = strcspn(at, ",");
		len += (size_t)snprintf(script + len, room - len, "> 250-%.*s\n", (int)word, at);
		at += word + (at[word] == ',');
	}
	snprintf(script + len, room - len, "> 250 HELP\n");
}

/* One message, one recipient: MAIL and RCPT as wanted, or nothing but the farewell. */
static void play_one(struct room *room, const char *offers, const char *mail, const char *recipient)
{
	char script[4000];
	write_offers(script, sizeof script, offers);
	size_t len = strlen(script);
	if (mail == NULL)
		snprintf(script + len, sizeof script - len, GIVES_UP);
	else
		snprintf(script + len, sizeof script - len,
			"< MAIL FROM:%s\n> 250 ok\n< RCPT TO:%s\n> 550 no\n" GIVES_UP, mail,
			recipient);
	room_play(room, script, NULL);
}

static const char *failure_text(const struct room *room)
{
	static struct msub_failure failure;
	msub_message_failure(room->messages[0], &failure);
	return failure.text;
}

/* ---- the wishes of a message ---- */

struct asked {
	const char *offers;
	struct msub_message_options options;
	const char *parameters; /* NULL: not sent */
	const char *text;	/* of the failure, where not sent */
	unsigned int remarks;
};

static void play_asked(const struct asked *row)
{
	struct room room;
	char mail[400];
	CHECK_CASE("offers %s, says%s", row->offers,
		row->parameters == NULL ? " nothing" : row->parameters);
	room_init(&room);
	room_add(&room, "b@example.org");
	CHECK_INT(msub_message_options(room.messages[0], &row->options), MSUB_OK);
	snprintf(mail, sizeof mail, "<a@example.org>%s", row->parameters);
	play_one(&room, row->offers, row->parameters == NULL ? NULL : mail, "<b@example.org>");
	if (row->parameters == NULL) {
		room_check(&room, 0, MSUB_NOT_OFFERED, MSUB_PHASE_MAIL, MSUB_RETRY_ELSEWHERE);
		CHECK_TEXT(failure_text(&room), row->text);
	}
	CHECK_INT(msub_message_remarks(room.messages[0]), row->remarks);
	room_free(&room);
}

static void asks_for_what_is_offered(void)
{
	static const struct asked rows[] = {
		{"DSN", {.returns = MSUB_RETURN_FULL, .envelope_id = "QQ 1"},
			" RET=FULL ENVID=QQ+201", "", 0},
		{"DELIVERBY", {.by_mode = MSUB_BY_RETURN, .deliver_by_s = 1}, " BY=1;R", "", 0},
		{"DELIVERBY 60", {.by_mode = MSUB_BY_RETURN, .deliver_by_s = 60}, " BY=60;R", "",
			0},
		/* the minimum is for what comes back */
		{"DELIVERBY 60", {.by_mode = MSUB_BY_NOTIFY, .deliver_by_s = -5}, " BY=-5;N", "",
			0},
		{"FUTURERELEASE 60 2026-12-31T00:00:00Z", {.hold_for_s = 60}, " HOLDFOR=60", "", 0},
		{"FUTURERELEASE", {.hold_for_s = 999999999}, " HOLDFOR=999999999", "", 0},
		{"FUTURERELEASE 60 2026-12-31T00:00:00Z",
			{.hold_until = "2026-12-31T01:00:00+01:00"},
			" HOLDUNTIL=2026-12-31T01:00:00+01:00", "", 0},
		{"MT-PRIORITY MIXER", {.has_priority = true, .priority = -3}, " MT-PRIORITY=-3", "",
			0},
		{"AUTH PLAIN", {.submitter = "x@example.org"}, " AUTH=x@example.org", "", 0},
		{"AUTH PLAIN", {.submitter = ""}, " AUTH=<>", "", 0},
		{"SIZE,DSN,DELIVERBY,FUTURERELEASE,MT-PRIORITY,AUTH PLAIN",
			{.returns = MSUB_RETURN_HEADERS,
				.by_mode = MSUB_BY_NOTIFY,
				.by_trace = true,
				.hold_for_s = 5,
				.has_priority = true,
				.submitter = ""},
			" SIZE=25 RET=HDRS BY=0;NT HOLDFOR=5 MT-PRIORITY=0 AUTH=<>", "", 0},
		{"", {.if_offered = true}, "", "", 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		play_asked(&rows[i]);
}

static void sends_nothing_where_it_is_not_offered(void)
{
	static const struct asked rows[] = {
		{"", {.returns = MSUB_RETURN_FULL}, NULL, "DSN", 0},
		{"SIZE", {.envelope_id = "x"}, NULL, "DSN", 0},
		{"", {.by_mode = MSUB_BY_NOTIFY}, NULL, "DELIVERBY", 0},
		{"DELIVERBY 60", {.by_mode = MSUB_BY_RETURN, .deliver_by_s = 59}, NULL,
			"DELIVERBY: not in less than 60 seconds", 0},
		{"DELIVERBY 60",
			{.by_mode = MSUB_BY_RETURN, .deliver_by_s = 59, .if_offered = true}, NULL,
			"DELIVERBY: not in less than 60 seconds", 0},
		{"", {.hold_for_s = 5}, NULL, "FUTURERELEASE", 0},
		{"", {.hold_until = "2026-12-31T00:00:00Z"}, NULL, "FUTURERELEASE", 0},
		{"FUTURERELEASE 60", {.hold_for_s = 61}, NULL,
			"FUTURERELEASE: not for more than 60 seconds", 0},
		{"FUTURERELEASE 60 2026-12-31T00:00:00Z", {.hold_until = "2026-12-31T00:00:01Z"},
			NULL, "FUTURERELEASE: not until that date", 0},
		{"", {.has_priority = true}, NULL, "MT-PRIORITY", 0},
		{"", {.submitter = ""}, NULL, "AUTH", 0},
		/* an offer in clear, or one that is never left out */
		{"REQUIRETLS", {.require_tls = true}, NULL, "REQUIRETLS", 0},
		{"REQUIRETLS", {.require_tls = true, .if_offered = true}, NULL, "REQUIRETLS", 0},
		{"", {.binary = true, .if_offered = true}, NULL, "CHUNKING", 0},
		{"CHUNKING", {.binary = true}, NULL, "BINARYMIME", 0},
		{"BINARYMIME", {.binary = true}, NULL, "CHUNKING", 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		play_asked(&rows[i]);
}

static void leaves_out_what_may_be(void)
{
	static const struct asked rows[] = {
		{"", {.returns = MSUB_RETURN_FULL, .if_offered = true}, "", "",
			MSUB_REMARK_NOT_OFFERED},
		{"DSN", {.returns = MSUB_RETURN_FULL, .if_offered = true}, " RET=FULL", "", 0},
		{"DSN", {.returns = MSUB_RETURN_FULL, .hold_for_s = 5, .if_offered = true},
			" RET=FULL", "", MSUB_REMARK_NOT_OFFERED},
		{"", {.by_mode = MSUB_BY_RETURN, .deliver_by_s = 5, .if_offered = true}, "", "",
			MSUB_REMARK_NOT_OFFERED},
		{"", {.has_priority = true, .if_offered = true}, "", "", MSUB_REMARK_NOT_OFFERED},
		{"", {.submitter = "", .if_offered = true}, "", "", MSUB_REMARK_NOT_OFFERED},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		play_asked(&rows[i]);
}

/* ---- REQUIRETLS ---- */

struct talk {
	struct msub_session *session;
	uint64_t now_ms;
};

static void hear(struct talk *talk, const char *text)
{
	msub_session_input(talk->session, text, strlen(text), ++talk->now_ms);
}

/* Everything that it has to say. */
static void take(struct talk *talk, char *said, size_t room)
{
	struct msub_piece piece;
	size_t len = 0;
	while (msub_session_output(talk->session, &piece, 1) > 0 && len + piece.len < room) {
		memcpy(said + len, piece.at, piece.len);
		len += piece.len;
		msub_session_taken(talk->session, piece.len, ++talk->now_ms);
	}
	said[len] = 0;
}

static void requires_tls_inside_verified_tls(void)
{
	static const struct {
		bool verified;
		const char *offer, *mail;
	} rows[] = {
		{true, "REQUIRETLS", "MAIL FROM:<a@example.org> REQUIRETLS\r\n"},
		{true, "HELP", "QUIT\r\n"},
		{false, "REQUIRETLS", "QUIT\r\n"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		struct talk talk = {0};
		struct msub_message_options options = {.require_tls = true};
		char said[500], offers[100];
		CHECK_CASE("row %zu", i);
		room_init(&room);
		room.settings.tls = MSUB_TLS_IMPLICIT;
		room.settings.trust_anyone = true;
		room_add(&room, "b@example.org");
		CHECK_INT(msub_message_options(room.messages[0], &options), MSUB_OK);
		CHECK_INT(msub_session_new(&talk.session, &room.settings, 0), MSUB_OK);
		CHECK_INT(msub_session_add(talk.session, room.messages[0]), MSUB_OK);
		msub_session_connected(talk.session, NULL, 0);
		msub_session_tls_up(talk.session, rows[i].verified, "TLS", 0);
		hear(&talk, "220 hi\r\n");
		take(&talk, said, sizeof said);
		snprintf(offers, sizeof offers, "250-hi\r\n250 %s\r\n", rows[i].offer);
		hear(&talk, offers);
		take(&talk, said, sizeof said);
		CHECK_TEXT(said, rows[i].mail);
		msub_session_free(talk.session);
		room_free(&room);
	}
}

/* ---- what a recipient asks for ---- */

static void asks_for_each_recipient(void)
{
	struct room room;
	struct msub_result result;
	struct msub_recipient_options never = {.notify = MSUB_NOTIFY_NEVER};
	struct msub_recipient_options moved = {.original = "old@example.org"};
	room_init(&room);
	room_add(&room, "b@example.org");
	msub_message_add_recipient_with(room.messages[0], "c@example.org", &never);
	msub_message_add_recipient_with(room.messages[0], "d@example.org", &moved);
	room_play(&room,
		OFFERS("DSN") "< MAIL FROM:<a@example.org>\n> 250 ok\n"
			      "< RCPT TO:<b@example.org>\n> 550 no\n"
			      "< RCPT TO:<c@example.org> NOTIFY=NEVER\n> 550 no\n"
			      "< RCPT TO:<d@example.org> ORCPT=rfc822;old@example.org\n> 550 no\n" GIVES_UP,
		NULL);
	CHECK(msub_message_result(room.messages[0], 2, &result));
	CHECK_INT(result.why.error, MSUB_REFUSED);
	room_free(&room);
}

static void check_result(
	const struct room *room, size_t index, enum msub_outcome outcome, enum msub_error error)
{
	struct msub_result result;
	CHECK(msub_message_result(room->messages[0], index, &result));
	CHECK_TEXT(msub_outcome_text(result.outcome), msub_outcome_text(outcome));
	CHECK_TEXT(msub_error_name(result.why.error), msub_error_name(error));
}

/* Only the one who asks for it is not sent to, unless it is all or nothing. */
static void refuses_one_recipient(void)
{
	struct msub_recipient_options never = {.notify = MSUB_NOTIFY_NEVER};
	for (int all = 0; all < 2; all++) {
		struct room room;
		room_init(&room);
		room.settings.all_or_nothing = all != 0;
		room_add(&room, "b@example.org");
		msub_message_add_recipient_with(room.messages[0], "c@example.org", &never);
		msub_message_add_recipient(room.messages[0], "j\xc3\xb6rg@example.org");
		room_play(&room, all ? OFFERS("SIZE") GIVES_UP : OFFERS("HELP") ONE_MESSAGE, NULL);
		check_result(&room, 0, all ? MSUB_NOT_TRIED : MSUB_ACCEPTED,
			all ? MSUB_OTHER_REFUSED : MSUB_OK);
		check_result(&room, 1, MSUB_REFUSED_FOR_GOOD, MSUB_NOT_OFFERED);
		check_result(&room, 2, MSUB_REFUSED_FOR_GOOD, MSUB_ADDRESS_NOT_ASCII);
		CHECK_INT(msub_message_remarks(room.messages[0]), 0);
		room_free(&room);
	}
}

/* A recipient that is not sent to does not make its message begin twice. */
static void begins_a_message_once(void)
{
	struct room room;
	room_init(&room);
	room_add(&room, "b@example.org");
	msub_message_add_recipient(room.messages[0], "j\xc3\xb6rg@example.org");
	room_add(&room, "c@example.org");
	room_play(&room,
		OFFERS("PIPELINING") "w MAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n"
				     "> 250 ok\n> 250 ok\n.\n> 354 go\n"
				     "<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\n\n"
				     "<< MAIL FROM:<a@example.org>\\r\\nRCPT TO:<c@example.org>\\r\\nDATA\\r\\n\n"
				     "> 250 queued\n> 250 ok\n> 250 ok\n> 354 go\n"
				     "<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\nQUIT\\r\\n\n"
				     "> 250 queued\n> 221 bye\nX\nOVER\n",
		NULL);
	check_result(&room, 0, MSUB_ACCEPTED, MSUB_OK);
	check_result(&room, 1, MSUB_REFUSED_FOR_GOOD, MSUB_ADDRESS_NOT_ASCII);
	room_check(&room, 1, MSUB_OK, 0, 0);
	room_free(&room);
}

static void leaves_out_what_a_recipient_asks_for(void)
{
	struct msub_recipient_options never = {.notify = MSUB_NOTIFY_NEVER};
	struct msub_message_options options = {.if_offered = true};
	struct room room;
	room_init(&room);
	room_add(&room, "b@example.org");
	msub_message_add_recipient_with(room.messages[0], "c@example.org", &never);
	CHECK_INT(msub_message_options(room.messages[0], &options), MSUB_OK);
	room_play(&room,
		OFFERS("HELP") "< MAIL FROM:<a@example.org>\n> 250 ok\n"
			       "< RCPT TO:<b@example.org>\n> 550 no\n"
			       "< RCPT TO:<c@example.org>\n> 550 no\n" GIVES_UP,
		NULL);
	CHECK_INT(msub_message_remarks(room.messages[0]), MSUB_REMARK_NOT_OFFERED);
	room_free(&room);
}

/* ---- SMTPUTF8 ---- */

#define JOERG "j\xc3\xb6rg@example.org"
#define BUECHER                                                                                    \
	"a@b\xc3\xbc"                                                                              \
	"cher.example"
#define BUECHER_ASCII "<a@xn--bcher-kva.example>"

static void says_smtputf8_only_where_it_is_needed(void)
{
	static const struct {
		const char *offers, *sender, *recipient, *content;
		const char *mail, *said_recipient; /* NULL: nothing is said */
		enum msub_phase phase;
	} rows[] = {
		{"SMTPUTF8", "a@example.org", "b@example.org", "s: x\r\n\r\nx\r\n",
			"<a@example.org>", "<b@example.org>", 0},
		{"SMTPUTF8,8BITMIME", "a@example.org", "b@example.org", "s: x\r\n\r\n\xc3\xbc\r\n",
			"<a@example.org> BODY=8BITMIME", "<b@example.org>", 0},
		{"SMTPUTF8,8BITMIME", "a@example.org", "b@example.org", "s: \xc3\xbc\r\n\r\nx\r\n",
			"<a@example.org> BODY=8BITMIME SMTPUTF8", "<b@example.org>", 0},
		{"8BITMIME", "a@example.org", "b@example.org", "s: \xc3\xbc\r\n\r\nx\r\n",
			"<a@example.org> BODY=8BITMIME", "<b@example.org>", 0},
		/* another charset is not what it means */
		{"SMTPUTF8,8BITMIME", "a@example.org", "b@example.org", "s: \xfc\r\n\r\nx\r\n",
			"<a@example.org> BODY=8BITMIME", "<b@example.org>", 0},
		{"SMTPUTF8", JOERG, "b@example.org", "s: x\r\n\r\nx\r\n", "<" JOERG "> SMTPUTF8",
			"<b@example.org>", 0},
		{"SMTPUTF8", "a@example.org", JOERG, "s: x\r\n\r\nx\r\n",
			"<a@example.org> SMTPUTF8", "<" JOERG ">", 0},
		/* a domain alone needs it nowhere */
		{"SMTPUTF8", BUECHER, "b@example.org", "s: x\r\n\r\nx\r\n", BUECHER_ASCII,
			"<b@example.org>", 0},
		{"HELP", "a@example.org", BUECHER, "s: x\r\n\r\nx\r\n", "<a@example.org>",
			BUECHER_ASCII, 0},
		/* where it is said all the same, people's own letters are */
		{"SMTPUTF8", BUECHER, JOERG, "s: x\r\n\r\nx\r\n", "<" BUECHER "> SMTPUTF8",
			"<" JOERG ">", 0},
		{"SIZE", JOERG, "b@example.org", "s: x\r\n\r\nx\r\n", NULL, NULL, MSUB_PHASE_MAIL},
		{"8BITMIME", "a@example.org", JOERG, "s: x\r\n\r\nx\r\n", NULL, NULL,
			MSUB_PHASE_RECIPIENT},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct room room;
		CHECK_CASE("row %zu", i);
		room_init(&room);
		room_add(&room, rows[i].recipient);
		CHECK_INT(msub_message_sender(room.messages[0], rows[i].sender), MSUB_OK);
		msub_message_content(room.messages[0], rows[i].content, strlen(rows[i].content));
		play_one(&room, rows[i].offers, rows[i].mail, rows[i].said_recipient);
		if (rows[i].mail == NULL)
			room_check(&room, 0, MSUB_ADDRESS_NOT_ASCII, rows[i].phase,
				MSUB_RETRY_ELSEWHERE);
		room_free(&room);
	}
}

/* ---- LIMITS ---- */

static void keeps_to_the_number_of_domains(void)
{
	struct room room;
	room_init(&room);
	room_add(&room, "b@one.example");
	msub_message_add_recipient(room.messages[0], "c@ONE.example");
	msub_message_add_recipient(room.messages[0], "d@two.example");
	room_play(&room,
		OFFERS("LIMITS RCPTDOMAINMAX=1") "< MAIL FROM:<a@example.org>\n> 250 ok\n"
						 "< RCPT TO:<b@one.example>\n> 550 no\n"
						 "< RCPT TO:<c@ONE.example>\n> 250 ok\n< DATA\n> 354 go\n"
						 "<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\n\n> 250 queued\n"
						 "< MAIL FROM:<a@example.org>\n> 250 ok\n"
						 "< RCPT TO:<d@two.example>\n> 550 no\n" GIVES_UP,
		NULL);
	CHECK_INT(msub_message_remarks(room.messages[0]), MSUB_REMARK_SPLIT);
	room_free(&room);
	room_init(&room);
	room.settings.all_or_nothing = true;
	room_add(&room, "b@one.example");
	msub_message_add_recipient(room.messages[0], "c@two.example");
	room_play(&room, OFFERS("LIMITS RCPTDOMAINMAX=1") GIVES_UP, NULL);
	room_check(&room, 0, MSUB_TOO_MANY, MSUB_PHASE_MAIL, MSUB_RETRY_ELSEWHERE);
	room_free(&room);
}

#define TESTS(T)                                                                                   \
	T(asks_for_what_is_offered)                                                                \
	T(sends_nothing_where_it_is_not_offered)                                                   \
	T(leaves_out_what_may_be)                                                                  \
	T(requires_tls_inside_verified_tls)                                                        \
	T(asks_for_each_recipient)                                                                 \
	T(refuses_one_recipient)                                                                   \
	T(begins_a_message_once)                                                                   \
	T(leaves_out_what_a_recipient_asks_for)                                                    \
	T(says_smtputf8_only_where_it_is_needed)                                                   \
	T(keeps_to_the_number_of_domains)
CHECK_MAIN("session_parameters", TESTS)

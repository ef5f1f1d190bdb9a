/* esmtp_control_read: from what was said to where it failed. */
#include "esmtp_control.h"

enum point { GREETING, HELLO, STARTTLS, LOGIN, MAIL, RECIPIENT, DATA, END, QUIT, POINT_COUNT };

static const char *const step_names[POINT_COUNT] = {
	"greeting", "hello", "starttls", "auth", "mail", "recipient", "data", "end", "quit"};

/* Commands that wait for their reply: RCPT and DATA go in one flight. */
enum { WAITING_MAX = 64 };

struct reader {
	enum point waiting[WAITING_MAX];
	size_t first, count;
	/* Of each point the last reply that ends it; code 0: none. */
	unsigned int codes[POINT_COUNT];
	struct octets replies[POINT_COUNT];
};

static enum point point_of(struct octets line, bool secret)
{
	static const struct {
		const char *verb;
		enum point point;
	} verbs[] = {{"EHLO", HELLO}, {"HELO", HELLO}, {"STARTTLS", STARTTLS}, {"AUTH", LOGIN},
		{"MAIL", MAIL}, {"RCPT", RECIPIENT}, {"DATA", DATA}, {"QUIT", QUIT}};
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (octets_start_nocase(line, verbs[i].verb))
			return verbs[i].point;
	}
	return secret || octets_equal(line, octets_of("*")) ? LOGIN : END;
}

static void hear_client(struct reader *reader, const struct transcript_event *event)
{
	if (reader->count < WAITING_MAX)
		reader->waiting[(reader->first + reader->count++) % WAITING_MAX] =
			point_of(event->text, event->secret);
}

static void hear_server(struct reader *reader, struct octets line)
{
	uint64_t code;
	if (line.len < 3 || !octets_number(octets_cut(line, 3), &code) ||
		(line.len > 3 && line.at[3] == '-'))
		return;
	enum point point = reader->count == 0 ? GREETING : reader->waiting[reader->first];
	if (reader->count > 0) {
		reader->first = (reader->first + 1) % WAITING_MAX;
		reader->count--;
	} else if (reader->codes[GREETING] != 0) {
		point = END; /* a chunk's: its command is not shown */
	}
	if (point == RECIPIENT && reader->codes[point] >= 400)
		return; /* the first refusal counts */
	reader->codes[point] = (unsigned int)code;
	reader->replies[point] = line;
}

static struct esmtp_failure failure_at(
	const struct reader *reader, enum esmtp_result result, enum point point)
{
	return (struct esmtp_failure){.result = result,
		.step = step_names[point],
		.code = reader->codes[point],
		.reply = reader->replies[point]};
}

static struct esmtp_failure judge_tls(
	const struct reader *reader, const struct esmtp_session *session)
{
	if (session->certificate_refused)
		return (struct esmtp_failure){.result = ESMTP_TLS_FAILED, .step = "tls"};
	if (reader->codes[STARTTLS] / 100 == 2) /* the handshake, up to TLS 1.2 */
		return (struct esmtp_failure){.result = ESMTP_NOT_POSSIBLE, .step = "tls"};
	if (reader->codes[HELLO] / 100 == 2 || reader->codes[STARTTLS] != 0)
		return failure_at(reader, ESMTP_TLS_FAILED, STARTTLS);
	return failure_at(reader, ESMTP_HUNG, HELLO);
}

static struct esmtp_failure judge(const struct reader *reader, const struct esmtp_request *request,
	const struct esmtp_session *session)
{
	static const enum point points[] = {GREETING, HELLO, MAIL, RECIPIENT, DATA, END};
	if (reader->codes[END] / 100 == 2 || session->taken)
		return failure_at(reader, ESMTP_SENDS, END);
	if (reader->codes[GREETING] == 0)
		return (struct esmtp_failure){.result = ESMTP_NO_CONNECTION, .step = "connect"};
	if (reader->codes[GREETING] >= 400 || reader->codes[HELLO] >= 400)
		return failure_at(
			reader, ESMTP_REFUSED, reader->codes[GREETING] >= 400 ? GREETING : HELLO);
	if (request->starttls && (!session->tls_up || session->certificate_refused))
		return judge_tls(reader, session);
	if (request->user != NULL && reader->codes[LOGIN] / 100 != 2)
		return failure_at(reader,
			reader->codes[LOGIN] != 0 ? ESMTP_LOGIN_REFUSED : ESMTP_NOT_POSSIBLE,
			LOGIN);
	for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
		if (reader->codes[points[i]] >= 400)
			return failure_at(reader, ESMTP_REFUSED, points[i]);
	}
	for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
		if (reader->codes[points[i]] == 0)
			return failure_at(reader, ESMTP_HUNG, points[i]);
	}
	return failure_at(reader, ESMTP_HUNG, END);
}

struct esmtp_failure esmtp_session_read(
	const struct esmtp_request *request, const struct esmtp_session *session)
{
	struct reader reader = {.count = 0};
	for (size_t i = 0; i < transcript_count(session->transcript); i++) {
		const struct transcript_event *event = transcript_at(session->transcript, i);
		if (event->kind == TRANSCRIPT_CLIENT)
			hear_client(&reader, event);
		else if (event->kind == TRANSCRIPT_SERVER)
			hear_server(&reader, event->text);
	}
	return judge(&reader, request, session);
}

/* answer: one reply for all recipients, the gravest. */
#include "msub_answer.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "msub_status.h"

/* A reply is one line; what was several is joined, and its length has a limit. */
static void set(struct serving_reply *reply, int code, const int enhanced[3], const char *whom,
	const char *text)
{
	int len = snprintf(reply->text, sizeof reply->text, "%d %d.%d.%d %s%s%s", code, enhanced[0],
		enhanced[1], enhanced[2], whom, whom[0] == 0 ? "" : ": ", text);
	for (int i = 0; i < len && (size_t)i < sizeof reply->text && reply->text[i] != 0; i++) {
		/* the library's text is printable; its lines are one here */
		if (reply->text[i] == '\n' || reply->text[i] == '\r')
			reply->text[i] = ' ';
	}
}

static void set_plain(
	struct serving_reply *reply, int code, int subject, int detail, const char *text)
{
	const int enhanced[3] = {code / 100, subject, detail};
	set(reply, code, enhanced, "", text);
}

/* What kept it from being sent is no fault of the message, unless it is one of its own. */
static void answer_trouble(const struct trouble *trouble, struct serving_reply *reply)
{
	if (trouble->status == EX_DATAERR || trouble->status == EX_USAGE)
		set_plain(reply, 554, 6, 0, trouble->text);
	else if (trouble->status == EX_SOFTWARE)
		set_plain(reply, 554, 3, 0, trouble->text);
	else
		set_plain(reply, 451, 3, 0, trouble->text);
}

/* How grave an outcome is; the gravest is answered. */
static int weight(const struct msub_result *result)
{
	if (result->outcome == MSUB_ACCEPTED)
		return 0;
	if (result->outcome == MSUB_MAYBE || result->why.retry == MSUB_RETRY_UNSURE)
		return 5;
	if (result->why.error == MSUB_OTHER_REFUSED)
		return 1;
	return result->outcome == MSUB_REFUSED_FOR_GOOD ? 4
	       : result->outcome == MSUB_NOT_TRIED	? 3
							: 2;
}

static void answer_result(
	const struct msub_result *result, bool several, struct serving_reply *reply)
{
	const struct msub_failure *why = &result->why;
	const char *whom = several ? result->recipient : "";
	int code = why->reply.code;
	bool about_message = why->phase >= MSUB_PHASE_MAIL;
	bool later = result->outcome == MSUB_REFUSED_FOR_NOW || why->retry == MSUB_RETRY_LATER ||
		     why->retry == MSUB_RETRY_ELSEWHERE;
	if (weight(result) == 5) {
		set_plain(reply, 554, 4, 2,
			"it may have been delivered, its reply never came: look before you send it "
			"again");
	} else if (about_message && (code / 100 == 4 || code / 100 == 5)) {
		int bare[3] = {code / 100, 0, 0};
		set(reply, code, why->reply.enhanced[0] != 0 ? why->reply.enhanced : bare, whom,
			why->reply.text);
	} else {
		/* neither a wrong password nor a wrong server is the message's fault */
		int bare[3] = {later || !about_message ? 4 : 5, about_message ? 0 : 4, 0};
		set(reply, bare[0] == 4 ? 451 : 554, bare, whom, msub_error_text(why->error));
	}
}

void answer_make(
	const struct mail *mail, const struct trouble *trouble, struct serving_reply *reply)
{
	struct msub_result gravest = {0}, result;
	size_t accepted = 0, count = 0;
	if (mail->queued_whole) {
		set_plain(reply, 250, 0, 0, "kept in the queue, and sent later");
		return;
	}
	if (!mail_was_sent(mail)) {
		answer_trouble(mail->trouble.status != 0 ? &mail->trouble : trouble, reply);
		return;
	}
	for (; msub_message_result(mail->message, count, &result); count++) {
		accepted += result.outcome == MSUB_ACCEPTED;
		if (count == 0 || weight(&result) > weight(&gravest))
			gravest = result;
	}
	if (accepted == count)
		set_plain(reply, 250, 0, 0,
			gravest.why.reply.text[0] != 0 ? gravest.why.reply.text : "sent");
	else
		answer_result(&gravest, count > 1, reply);
}

void answer_address(enum msub_error error, int role, struct serving_reply *reply)
{
	if (error == MSUB_MEMORY)
		set_plain(reply, 451, 3, 0, msub_error_text(error));
	else if (error == MSUB_SETTINGS)
		set_plain(reply, 501, 5, 4, "a parameter has no such value");
	else
		set_plain(reply, error == MSUB_ADDRESS_NOT_ASCII ? 553 : 501, 1,
			error == MSUB_ADDRESS_NOT_ASCII ? 6 : role, msub_error_text(error));
}

/*
 * json: the report for programs.
 *
 *   {"source": "a.eml", "status": 65, "trouble": "",
 *     "remarks": ["repaired"], "recipients": [{"recipient": "bob@example.net",
 *       "outcome": "refused", "error": "REFUSED", "text": "the server refused", "more": "",
 *       "phase": "RCPT TO", "retry": "never",
 *       "reply": {"code": 550, "enhanced": "5.1.1", "text": "no such user"}}]}
 */
#include "msub_report.h"

#include <inttypes.h>

#include "msub_status.h"
#include "msub_words.h"

static void print_member(FILE *to, const char *name, const char *value)
{
	fprintf(to, ", \"%s\": ", name);
	words_print_json(to, value);
}

static void print_reply(FILE *to, const struct msub_reply *reply)
{
	if (reply->code == 0) {
		fputs(", \"reply\": null", to);
		return;
	}
	fprintf(to, ", \"reply\": {\"code\": %d, \"enhanced\": ", reply->code);
	if (reply->enhanced[0] != 0)
		fprintf(to, "\"%d.%d.%d\"", reply->enhanced[0], reply->enhanced[1],
			reply->enhanced[2]);
	else
		fputs("null", to);
	print_member(to, "text", reply->text);
	fputc('}', to);
}

static void print_result(FILE *to, const struct msub_result *result)
{
	static const char *const outcomes[] = {
		[MSUB_NOT_TRIED] = "not-tried",
		[MSUB_ACCEPTED] = "accepted",
		[MSUB_REFUSED_FOR_NOW] = "refused-for-now",
		[MSUB_REFUSED_FOR_GOOD] = "refused",
		[MSUB_MAYBE] = "unsure",
	};
	static const char *const retries[] = {
		[MSUB_RETRY_NEVER] = "never",
		[MSUB_RETRY_LATER] = "later",
		[MSUB_RETRY_ELSEWHERE] = "elsewhere",
		[MSUB_RETRY_UNSURE] = "unsure",
	};
	const struct msub_failure *why = &result->why;
	fputs("{\"recipient\": ", to);
	words_print_json(to, result->recipient);
	print_member(to, "outcome", outcomes[result->outcome]);
	print_member(to, "error", msub_error_name(why->error));
	print_member(to, "text", msub_error_text(why->error));
	print_member(to, "more", why->text);
	print_member(to, "phase", msub_phase_text(why->phase));
	print_member(to, "retry", retries[why->retry]);
	print_reply(to, &why->reply);
	fputc('}', to);
}

static void print_remarks(FILE *to, unsigned int remarks)
{
	static const struct {
		unsigned int remark;
		const char *name;
	} names[] = {{MSUB_REMARK_REPAIRED, "repaired"}, {MSUB_REMARK_LONG_LINE, "long-line"},
		{MSUB_REMARK_NUL, "nul"}, {MSUB_REMARK_EIGHT_BIT, "eight-bit"},
		{MSUB_REMARK_NO_SIZE, "no-size"}, {MSUB_REMARK_LOGIN_FORGOTTEN, "login-forgotten"},
		{MSUB_REMARK_SENT_AGAIN, "sent-again"}, {MSUB_REMARK_SPLIT, "split"}};
	const char *comma = "";
	fputs(", \"remarks\": [", to);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if ((remarks & names[i].remark) == 0)
			continue;
		fprintf(to, "%s\"%s\"", comma, names[i].name);
		comma = ", ";
	}
	fputc(']', to);
}

void report_json(const struct report *report, FILE *to, const struct mail *mail)
{
	struct msub_result result;
	bool sent = mail_was_sent(mail);
	fputs("{\"source\": ", to);
	words_print_json(to, mail->name);
	if (mail->line > 0)
		fprintf(to, ", \"line\": %" PRIu64, mail->line);
	fprintf(to, ", \"status\": %d", report_status(report, mail));
	print_member(to, "trouble", mail->trouble.text);
	if (mail->queued[0] != 0)
		print_member(to, "queued", mail->queued);
	print_remarks(to, sent ? msub_message_remarks(mail->message) : 0);
	fputs(", \"recipients\": [", to);
	for (size_t i = 0; sent && msub_message_result(mail->message, i, &result); i++) {
		fputs(i > 0 ? ", " : "", to);
		print_result(to, &result);
	}
	fputs("]}", to);
}

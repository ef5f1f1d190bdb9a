/* report: for people. The other form is msub_json.c. */
#include "msub_report.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

#include "msub_status.h"
#include "msub_words.h"

int report_status(const struct report *report, const struct mail *mail)
{
	if (mail->queued_whole)
		return EX_OK;
	return mail_was_sent(mail) ? status_of_mail(mail->message, report->user)
				   : mail->trouble.status;
}

static void begin_line(FILE *to, const struct mail *mail, bool named)
{
	fputs("msub: ", to);
	if (named) {
		words_print(to, mail->name);
		if (mail->line > 0)
			fprintf(to, ":%" PRIu64, mail->line);
		fputs(": ", to);
	}
}

/* "550 5.1.1 no such user", or what the driver said. */
static void print_cause(FILE *to, const struct msub_failure *why)
{
	const struct msub_reply *reply = &why->reply;
	if (reply->code != 0) {
		fprintf(to, " (%d", reply->code);
		if (reply->enhanced[0] != 0)
			fprintf(to, " %d.%d.%d", reply->enhanced[0], reply->enhanced[1],
				reply->enhanced[2]);
		if (reply->text[0] != 0)
			fputc(' ', to);
		words_print_lines(to, reply->text);
		fputc(')', to);
	} else if (why->text[0] != 0) {
		fputs(" (", to);
		words_print_lines(to, why->text);
		fputc(')', to);
	}
}

/* Errors whose own words say where they came up. */
static bool needs_phase(const struct msub_failure *why)
{
	return why->error == MSUB_REFUSED || why->error == MSUB_LOST ||
	       why->error == MSUB_TIMEOUT || why->error == MSUB_PROTOCOL ||
	       why->error == MSUB_CLOSING || why->error == MSUB_LOGIN_SUSPECTED;
}

static void print_fate(const struct report *report, FILE *to, const struct mail *mail,
	const struct msub_result *result)
{
	const struct msub_failure *why = &result->why;
	const char *advice = mail->queued_whole ? "" : status_advice(result, report->user);
	if (!mail->queued_whole && !report->partial && status_is_crowded(why))
		advice = "try again later; where the server takes no more at once, send it in "
			 "parts with --partial";
	if (result->outcome == MSUB_ACCEPTED) {
		fputs("accepted", to);
	} else {
		if (result->outcome == MSUB_MAYBE)
			fputs("unsure: ", to);
		fputs(msub_error_text(why->error), to);
	}
	if (needs_phase(why))
		fprintf(to, ", at %s", msub_phase_text(why->phase));
	print_cause(to, why);
	if (why->error == MSUB_SOURCE && mail->trouble.status != 0) {
		fputs(": ", to);
		words_print(to, mail->trouble.text);
	}
	fprintf(to, "%s%s\n", advice[0] != 0 ? "; " : "", advice);
}

static bool same_fate(const struct msub_result *a, const struct msub_result *b)
{
	return a->outcome == b->outcome && a->why.error == b->why.error &&
	       a->why.phase == b->why.phase && a->why.reply.code == b->why.reply.code &&
	       strcmp(a->why.reply.text, b->why.reply.text) == 0 &&
	       strcmp(a->why.text, b->why.text) == 0;
}

static bool all_share_one_fate(const struct mail *mail)
{
	struct msub_result first, other;
	if (!msub_message_result(mail->message, 0, &first))
		return false;
	for (size_t i = 1; msub_message_result(mail->message, i, &other); i++) {
		if (!same_fate(&first, &other))
			return false;
	}
	return true;
}

/* "ann@example.net", or "all 3 recipients". */
static void print_all(FILE *to, const struct mail *mail)
{
	struct msub_result result;
	size_t count = msub_message_recipient_count(mail->message);
	if (count == 1 && msub_message_result(mail->message, 0, &result))
		words_print(to, result.recipient);
	else
		fprintf(to, "all %zu recipients", count);
	fputs(": ", to);
}

/* Some have it: whoever sends it again to all would give it to them twice. */
static void report_part(const struct report *report, FILE *to, const struct mail *mail)
{
	size_t accepted = msub_message_count(mail->message, MSUB_ACCEPTED);
	if (accepted == 0 || mail->queued_whole)
		return;
	begin_line(to, mail, report->named);
	fprintf(to, "%zu of %zu recipients have it: send it again to the others only\n", accepted,
		msub_message_recipient_count(mail->message));
}

/* Those who only share in another's refusal are counted, the others named. */
static void report_each(const struct report *report, FILE *to, const struct mail *mail)
{
	struct msub_result result;
	size_t others = 0;
	for (size_t i = 0; msub_message_result(mail->message, i, &result); i++) {
		if (result.why.error == MSUB_OTHER_REFUSED) {
			others++;
			continue;
		}
		begin_line(to, mail, report->named);
		words_print(to, result.recipient);
		fputs(": ", to);
		print_fate(report, to, mail, &result);
	}
	if (others > 0) {
		begin_line(to, mail, report->named);
		fputs("nothing was sent to the other ", to);
		if (others == 1)
			fputs("recipient", to);
		else
			fprintf(to, "%zu recipients", others);
		fputs("; take out who was refused, and send it again\n", to);
	}
	report_part(report, to, mail);
}

bool report_forgotten(FILE *to, const struct mail *mail)
{
	if (!mail_was_sent(mail) ||
		(msub_message_remarks(mail->message) & MSUB_REMARK_LOGIN_FORGOTTEN) == 0)
		return false;
	fprintf(to, "msub: the server forgets the login after a message; logged in again for each. "
		    "It should keep it (RFC 4954): tell its postmaster\n");
	return true;
}

unsigned int report_unusual(FILE *to, const struct mail *mail, unsigned int told)
{
	static const struct {
		unsigned int remark;
		const char *what, *next;
	} remarks[] = {
		{MSUB_REMARK_LONG_LINE, "a line of more than 998 octets",
			"cut it or refuse it (RFC 5322 2.1.1)"},
		{MSUB_REMARK_NUL, "a NUL octet", "cut it off or refuse it (RFC 5321 4.5.2)"},
	};
	if (!mail_was_sent(mail) || msub_message_count(mail->message, MSUB_ACCEPTED) +
						    msub_message_count(mail->message, MSUB_MAYBE) ==
					    0)
		return told;
	unsigned int found = msub_message_remarks(mail->message) & ~told;
	for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++) {
		if ((found & remarks[i].remark) == 0)
			continue;
		fprintf(to, "msub: there is %s in ", remarks[i].what);
		words_print(to, mail->name);
		fprintf(to, ", sent as it is. Others on the way may %s: encode it\n",
			remarks[i].next);
		told |= remarks[i].remark;
	}
	return told;
}

static void report_queued(const struct report *report, FILE *to, const struct mail *mail)
{
	begin_line(to, mail, report->named);
	fprintf(to, "queued as %s\n", mail->queued);
}

void report_mail(const struct report *report, FILE *to, const struct mail *mail)
{
	struct msub_result result;
	bool queued = mail->queued[0] != 0;
	if (report_status(report, mail) == EX_OK && !queued)
		return;
	if (!mail_was_sent(mail) && mail->trouble.status != 0) {
		begin_line(to, mail, true);
		words_print(to, mail->trouble.text);
		fputc('\n', to);
	} else if (mail_was_sent(mail) && all_share_one_fate(mail) &&
		   msub_message_result(mail->message, 0, &result)) {
		begin_line(to, mail, report->named);
		print_all(to, mail);
		print_fate(report, to, mail, &result);
	} else if (mail_was_sent(mail)) {
		report_each(report, to, mail);
	}
	if (queued)
		report_queued(report, to, mail);
}

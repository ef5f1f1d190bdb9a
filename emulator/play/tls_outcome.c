/* tls_outcome: the report of a handshake, seen from the phone's side. */
#include "tls_outcome.h"

#include <string.h>

#include "phone_tls.h"
#include "tls_priority.h"

static void copy_word(char to[TLS_REPORT_WORD], const char *from)
{
	size_t len = strlen(from);
	len = len < TLS_REPORT_WORD ? len : TLS_REPORT_WORD - 1;
	memcpy(to, from, len);
	to[len] = 0;
}

void tls_outcome_prepare(struct tls_outcome *outcome, const struct client_profile *profile,
	const char *priority, const char *unavailable, bool playable)
{
	struct buffer offered;
	*outcome = (struct tls_outcome){
		.wanted = true,
		.is_old = phone_tls_is_old(&profile->tls.versions),
		.playable = playable,
	};
	sentence_set(&outcome->unavailable, "%s", unavailable);
	buffer_init(&offered, &memory_standard, SENTENCE_MAX);
	/* cut short where a list of suites is very long */
	if (playable)
		(void)tls_priority_describe(priority, &offered);
	sentence_set(&outcome->offered, "%s", buffer_string(&offered));
	buffer_free(&offered);
}

void tls_outcome_read(struct tls_outcome *outcome, const struct tls_report *report)
{
	outcome->agreed = report->trouble == TLS_TROUBLE_NONE && report->version[0] != 0;
	outcome->resumed = report->resumed;
	outcome->asked = report->asked;
	outcome->trouble = report->trouble;
	copy_word(outcome->alert, report->alert);
	copy_word(outcome->version, report->version);
	outcome->certificate = report->why;
}

bool tls_outcome_is_too_old(const struct tls_outcome *outcome)
{
	return outcome->is_old && (outcome->trouble == TLS_TROUBLE_NO_COMMON ||
					  outcome->trouble == TLS_TROUBLE_TURNED_AWAY);
}

const char *tls_outcome_word(const struct tls_outcome *outcome)
{
	static const char *const words[] = {
		[TLS_TROUBLE_NONE] = "not-tried",
		[TLS_TROUBLE_NO_COMMON] = "no-common",
		[TLS_TROUBLE_TURNED_AWAY] = "turned-away",
		[TLS_TROUBLE_CUT_SHORT] = "cut-short",
		[TLS_TROUBLE_NOT_TLS] = "not-tls",
		[TLS_TROUBLE_CHOSE_OTHER] = "not-playable",
		[TLS_TROUBLE_CERTIFICATE] = "certificate",
		[TLS_TROUBLE_REJECTED] = "rejected",
		[TLS_TROUBLE_WANTS_CERTIFICATE] = "wants-certificate",
		[TLS_TROUBLE_NO_SESSION_ID] = "no-session-id",
		[TLS_TROUBLE_ALERT] = "alert",
		[TLS_TROUBLE_OTHER] = "failed",
	};
	if (!outcome->playable)
		return words[TLS_TROUBLE_CHOSE_OTHER];
	if (tls_outcome_is_too_old(outcome))
		return "too-old";
	/* The client of old would have gone down to SSL 3.0; one of today goes down to nothing. */
	if (outcome->trouble == TLS_TROUBLE_CHOSE_OTHER && !outcome->is_old)
		return "no-common";
	return outcome->agreed ? "agreed" : words[outcome->trouble];
}

void tls_outcome_without_advice(struct sentence *why)
{
	static const char *const begins[] = {": offer ", ": tell its postmaster",
		"; tell its postmaster", ", or tell its postmaster",
		"; if it does so again, ask its postmaster", ": if you know it to be right, ",
		"; if you know it to be right, "};
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		char *advice = strstr(why->text, begins[i]);
		if (advice == NULL)
			continue;
		char *rest = strstr(advice, " (TLS alert");
		rest = rest == NULL ? advice + strlen(advice) : rest;
		memmove(advice, rest, strlen(rest) + 1);
	}
}

void tls_outcome_explain(
	const struct tls_outcome *outcome, const char *why, struct buffer *sentence)
{
	if (outcome->trouble == TLS_TROUBLE_NO_COMMON)
		buffer_format(sentence, "the server answered the hello with the alert %s",
			outcome->alert);
	else
		buffer_format(sentence, "%s, before the server had said anything", why);
	buffer_format(sentence, "; the client offered %s", outcome->offered.text);
}

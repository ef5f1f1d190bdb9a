/* fact_telling: a finding in words: what was said, what came, what it comes to. */
#include "excerpt.h"
#include "findings_state.h"

#include "text.h"

enum { LINE_MAX_LEN = 512, ROOM = 5 * PROBE_REPLY_MAX };

static void append_foreign(const struct findings *findings, struct octets text, struct buffer *out)
{
	struct buffer masked;
	size_t from = out->len;
	buffer_init(&masked, findings->memory, 2 * PROBE_REPLY_MAX);
	secrets_mask(&findings->secrets, octets_cut(text, PROBE_REPLY_MAX), &masked);
	text_escape(out, buffer_octets(&masked));
	const char *added = (const char *)out->at + from;
	if (out->len > from + LINE_MAX_LEN)
		buffer_truncate(out, from + excerpt_len(added, out->len - from, LINE_MAX_LEN));
	buffer_free(&masked);
}

/* The reply's first line; of several lines the number as well. */
static void append_answer(const struct findings *findings, const struct probe *probe,
	const struct probe_reply *reply, struct buffer *out)
{
	struct octets text = probe_text(probe, reply);
	text = octets_cut(text, octets_find(text, '\n'));
	while (text.len > 0 && text.at[text.len - 1] == '\r')
		text.len--;
	append_foreign(findings, text, out);
	if (reply->lines > 1)
		buffer_format(out, " (%u lines)", reply->lines);
	if (reply->taken > 1)
		buffer_format(out, " (after %zu)", reply->taken);
	if (reply->closed_behind)
		buffer_append_text(out, " (and the end of the connection)");
}

void findings_append_reply(const struct findings *findings, const struct probe *probe,
	const struct probe_reply *reply, struct buffer *out)
{
	static const char *const words[] = {[PROBE_NOT_REACHED] = "(not said)",
		[PROBE_PASSED] = "(nothing was to be done)",
		[PROBE_SILENT] = "(no answer)",
		[PROBE_CLOSED] = "(the connection was closed)",
		[PROBE_NO_CONNECTION] = "(no connection)",
		[PROBE_TLS_UP] = "(TLS)",
		[PROBE_TLS_FAILED] = "(the TLS handshake failed)",
		[PROBE_WITHHELD] = "(not said: the password does not go in clear)",
		[PROBE_NOT_OFFERED] = "(no mechanism of ours is offered)",
		[PROBE_CUT_OFF] = "(too much, or for too long; broken off)"};
	if (reply->state == PROBE_ANSWERED)
		append_answer(findings, probe, reply, out);
	else if (reply->state == PROBE_SILENT && reply->begun)
		buffer_append_text(out, "(an answer that did not end)");
	else
		buffer_append_text(out, words[reply->state]);
}

void findings_step_word(const struct probe *probe, size_t step, struct buffer *out)
{
	const struct probe_step *at = &probe_steps(probe)[step];
	static const char *const words[] = {[PROBE_END] = "",
		[PROBE_OPEN] = "the beginning",
		[PROBE_GREETING] = "the greeting",
		[PROBE_LOGIN] = "AUTH",
		[PROBE_HANDSHAKE] = "the handshake",
		[PROBE_BODY] = "the final dot",
		[PROBE_WAIT] = "it",
		[PROBE_OCTETS] = "it"};
	if (at->action != PROBE_SAY)
		buffer_append_text(out, words[at->action]);
	else
		buffer_append(out, at->text, strcspn(at->text, " "));
}

/* ---- what was said and what came ---- */

static char *keep(struct findings *findings, struct buffer *text)
{
	return memory_copy_text(findings->memory, text->at, text->len);
}

static void tell_lines(
	struct findings *findings, struct fact_finding *finding, const struct probe *probe)
{
	const struct probe_step *steps = probe_steps(probe);
	struct buffer text;
	buffer_init(&text, findings->memory, ROOM);
	for (size_t i = 0; steps[i].action != PROBE_END && finding->line_count < FACT_LINES_MAX;
		i++) {
		const struct probe_reply *reply = probe_reply(probe, i);
		bool counts = (steps[i].marks & (PROBE_THING | PROBE_FOLLOWS)) != 0 ||
			      i == finding->answer.step;
		if (!counts || reply->state == PROBE_NOT_REACHED)
			continue;
		if (reply->state == PROBE_PASSED && steps[i].action != PROBE_OCTETS)
			continue;
		buffer_clear(&text);
		probe_said(probe, i, &text);
		char *sent = keep(findings, &text);
		buffer_clear(&text);
		if (steps[i].action != PROBE_OCTETS)
			findings_append_reply(findings, probe, reply, &text);
		char *came = keep(findings, &text);
		if (sent == NULL || came == NULL) {
			memory_drop_text(findings->memory, sent);
			memory_drop_text(findings->memory, came);
			break;
		}
		finding->sent[finding->line_count] = sent;
		finding->came[finding->line_count++] = came;
	}
	buffer_free(&text);
}

/* ---- the sentence ---- */

static void append_deciding(struct findings *findings, const struct fact_finding *finding,
	const struct probe *probe, struct buffer *out)
{
	findings_step_word(probe, finding->answer.step, out);
	buffer_append_text(out, " drew ");
	findings_append_reply(findings, probe, probe_reply(probe, finding->answer.step), out);
}

/* The recovery run: is the login still there? */
static void append_recovery(
	struct findings *findings, const struct fact_finding *finding, struct buffer *out)
{
	const struct fact_row *row = finding->row;
	if (row->recovery == NULL || finding->verdict != FACT_BROKEN)
		return;
	const struct probe *probe = findings_play(findings, row->recovery, false);
	if (probe == NULL)
		return;
	struct fact_answer answer = findings_control_answer(probe);
	if (answer.end == FACT_WAS_TAKEN)
		buffer_append_text(out, "; a new login is taken then: the first was forgotten");
	else if (answer.end == FACT_WAS_REFUSED && answer.code / 100 == 5)
		buffer_format(out,
			"; a new login is refused then (%u): the first still stands, and something else is "
			"in the way",
			answer.code);
}

/* What goes before; "" of what is only measured. */
static const char *verdict_words(const struct fact_finding *finding)
{
	switch (finding->verdict) {
	case FACT_BROKEN:
		return finding->row->broken;
	case FACT_INCONCLUSIVE:
		return "nothing can be concluded";
	case FACT_NOT_APPLICABLE:
		return finding->answer.end == FACT_ENDED_BEFORE
			       ? "the session ends before it could be seen"
		       : finding->answer.end == FACT_FAILED_BEFORE ? "it cannot be tried here"
								   : "there is nothing to be seen";
	default:
		return finding->row->expect == FACT_MEASURED ? "" : "as expected";
	}
}

static void tell_sentence(struct findings *findings, struct fact_finding *finding,
	const struct probe *probe, struct buffer *out)
{
	const struct fact_answer *answer = &finding->answer;
	bool has_reply = !finding->row->heard && answer->end != FACT_NOTHING_SHOWN &&
			 (finding->value[0] == 0 || answer->end != FACT_WAS_TAKEN);
	buffer_append_text(out, verdict_words(finding));
	if (out->len > 0 && (finding->value[0] != 0 || has_reply))
		buffer_append_text(out, ": ");
	if (has_reply)
		append_deciding(findings, finding, probe, out);
	else
		buffer_append_text(out, finding->value);
	append_recovery(findings, finding, out);
}

void findings_tell(
	struct findings *findings, struct fact_finding *finding, const struct probe *probe)
{
	struct buffer out;
	if (probe == NULL)
		return;
	if (!finding->row->heard)
		tell_lines(findings, finding, probe);
	if (finding->sentence.text[0] != 0)
		return;
	buffer_init(&out, findings->memory, ROOM);
	tell_sentence(findings, finding, probe, &out);
	sentence_set(&finding->sentence, "%s", buffer_string(&out));
	buffer_free(&out);
}

/* lesson_logins: RSET itself, how logins go, what ends a message, how much is borne. */
#include "lesson_state.h"

#include "dialogue.h"
#include "text.h"

/* RSET itself is refused, or nothing comes. */
static void learn_reset(struct lesson *lesson)
{
	const struct probe *probe = lesson_probe(lesson, "reset-after-login");
	const struct probe_reply *reply = probe == NULL ? NULL : lesson_reply_to(probe, "RSET");
	struct buffer value;
	if (!lesson_is_broken(lesson, "reset-after-login") || reply == NULL)
		return;
	struct probe_reply ended = *reply;
	const struct fact_finding *after =
		findings_find(lesson->wish->findings, "login-survives-reset");
	ended.closed_behind |= after != NULL && after->answer.end == FACT_ENDED_BEFORE;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	lesson_reply(lesson, probe, &ended, &value);
	lesson_set(lesson, "replies", NULL, "reset", &value);
	buffer_free(&value);
}

static void learn_exchange(struct lesson *lesson)
{
	const struct fact_finding *finding =
		findings_find(lesson->wish->findings, "reset-inside-login");
	const struct probe *probe = lesson_probe(lesson, "reset-inside-login");
	if (probe == NULL)
		return;
	const char *value = finding->value;
	const char *word = strcmp(value, "executed") == 0 ? "executes"
			   : strcmp(value, "data") == 0	  ? "data"
							  : "fails";
	lesson_set_text(lesson, "auth", NULL, "exchange", word);
	/* what is executed leaves the exchange open: the next AUTH is one inside it */
	if (finding->verdict == FACT_BROKEN && strcmp(word, "executes") == 0)
		lesson_refuse(lesson, "auth", "exchange", probe, finding->answer.step);
	/* the words of a failure that are not those of a wrong password */
	const struct probe_reply *reply = lesson_reply_to(probe, "RSET");
	if (strcmp(word, "fails") == 0 && reply != NULL && reply->code != 535) {
		struct buffer words;
		buffer_init(&words, lesson->memory, LESSON_VALUE_MAX);
		lesson_reply(lesson, probe, reply, &words);
		lesson_set(lesson, "refuses", "auth", "exchange", &words);
		buffer_free(&words);
	}
}

static void learn_cancel(struct lesson *lesson)
{
	const struct probe *probe = lesson_probe(lesson, "cancelled-login");
	const struct probe_reply *reply = probe == NULL ? NULL : lesson_reply_to(probe, "*");
	struct buffer value;
	if (reply == NULL || reply->state != PROBE_ANSWERED)
		return;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	if (reply->code == 334) {
		buffer_append_text(&value, "as-data");
		lesson_permit(lesson, "auth", "bad-base64"); /* which * is not */
	} else
		lesson_reply(lesson, probe, reply, &value);
	lesson_set(lesson, "auth", NULL, "cancel", &value);
	buffer_free(&value);
}

static void append_prompt(const struct lesson *lesson, const char *escaped, struct buffer *out)
{
	struct buffer prompt;
	buffer_init(&prompt, lesson->memory, LESSON_VALUE_MAX);
	text_unescape(&prompt, octets_of(escaped));
	lesson_quote(lesson, buffer_octets(&prompt), out);
	buffer_free(&prompt);
}

static void learn_prompts(struct lesson *lesson)
{
	const struct probe *probe = lesson_probe(lesson, "login-prompts");
	struct buffer value;
	if (probe == NULL || probe_prompt(probe, 1) == NULL)
		return;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	buffer_append_text(&value, "[");
	append_prompt(lesson, probe_prompt(probe, 0), &value);
	buffer_append_text(&value, ", ");
	append_prompt(lesson, probe_prompt(probe, 1), &value);
	buffer_append_text(&value, "]");
	lesson_set(lesson, "auth", NULL, "prompts", &value);
	buffer_free(&value);
}

/* Of a mechanism that never works; one that works with its answer in the command is not that. */
static void learn_mechanisms(struct lesson *lesson)
{
	bool cram = lesson_is_broken(lesson, "cram-md5");
	bool login = lesson_is_broken(lesson, "login-asked") &&
		     lesson_is_broken(lesson, "login-at-once");
	const struct fact_finding *asked = findings_find(lesson->wish->findings, "plain-asked");
	const struct fact_finding *login_asked =
		findings_find(lesson->wish->findings, "login-asked");
	if (cram || login)
		lesson_set_text(lesson, "auth", NULL, "unusable",
			cram && login ? "[CRAM-MD5, LOGIN]"
			: cram	      ? "[CRAM-MD5]"
				      : "[LOGIN]");
	if (asked != NULL && asked->verdict == FACT_BROKEN && asked->answer.end == FACT_WAS_SILENT)
		lesson_set_text(lesson, "auth", NULL, "empty-challenge", "false");
	else if (asked != NULL && asked->verdict == FACT_BROKEN)
		lesson_refuse(lesson, "auth", "no-initial-response",
			lesson_probe(lesson, "plain-asked"), asked->answer.step);
	else if (!login && login_asked != NULL && login_asked->verdict == FACT_BROKEN)
		lesson_refuse(lesson, "auth", "no-initial-response",
			lesson_probe(lesson, "login-asked"), login_asked->answer.step);
}

/* Dots that end a message although CR LF does not stand on both sides of them. */
static void learn_ends(struct lesson *lesson)
{
	static const char also_ends[] = "data.also-ends=";
	struct buffer value;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	for (size_t i = 0; i < findings_count(lesson->wish->findings); i++) {
		const struct fact_finding *finding = findings_at(lesson->wish->findings, i);
		const char *learned = finding->row->learned;
		if (finding->verdict != FACT_BROKEN || learned == NULL ||
			strncmp(learned, also_ends, sizeof also_ends - 1) != 0)
			continue;
		buffer_append_text(&value, value.len == 0 ? "[" : ", ");
		buffer_append_text(&value, learned + sizeof also_ends - 1);
	}
	buffer_append_text(&value, "]");
	if (value.len > 1)
		lesson_set(lesson, "data", NULL, "also-ends", &value);
	buffer_free(&value);
}

/* How often a step was taken before it was refused; SIZE_MAX: always. */
static size_t taken_of(const struct lesson *lesson, const char *fact, const char *said,
	const struct probe_reply **reply)
{
	const struct probe *probe =
		lesson_is_broken(lesson, fact) ? lesson_probe(lesson, fact) : NULL;
	*reply = probe == NULL ? NULL : lesson_reply_to(probe, said);
	return *reply == NULL || probe_was_slowed(*reply) ? SIZE_MAX : (*reply)->taken;
}

static void learn_limits(struct lesson *lesson)
{
	const struct probe_reply *reset, *noop;
	size_t resets = taken_of(lesson, "resets-taken", "RSET", &reset);
	size_t noops = taken_of(lesson, "noops-taken", "NOOP", &noop);
	struct buffer value;
	if (resets == 0 || resets == SIZE_MAX)
		return;
	const struct probe *probe = lesson_probe(lesson, "resets-taken");
	struct octets text = probe_text(probe, reset);
	bool both = noops != SIZE_MAX;
	/* Closed without a word: in a profile that is the reply before, and then the end. */
	size_t wordless = reset->state == PROBE_CLOSED && noops > 0;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	if (both)
		buffer_format(&value, "{count: %zu, %s", noops - wordless,
			resets > noops ? "exempt: [first-reset], " : "");
	else
		buffer_format(&value, "[{at: reset, nth: %zu, times: 0, ", resets + 1 - wordless);
	if (reset->state == PROBE_ANSWERED) {
		buffer_append_text(&value, "reply: ");
		text.len -= text.len > 0 && text.at[text.len - 1] == '\n' ? 1 : 0;
		text.len -= text.len > 0 && text.at[text.len - 1] == '\r' ? 1 : 0;
		lesson_quote(lesson, text, &value);
		buffer_append_text(&value, ", ");
	}
	buffer_format(&value, "then: %s}%s",
		reset->state == PROBE_SILENT			       ? "hang"
		: reset->closed_behind || reset->state == PROBE_CLOSED ? "close"
								       : "stay",
		both ? "" : "]");
	lesson_set(lesson, both ? "limits" : "faults", NULL, both ? "nonmail" : NULL, &value);
	buffer_free(&value);
}

void lesson_learn_logins(struct lesson *lesson)
{
	learn_reset(lesson);
	learn_exchange(lesson);
	learn_cancel(lesson);
	learn_prompts(lesson);
	learn_mechanisms(lesson);
	learn_ends(lesson);
	learn_limits(lesson);
}

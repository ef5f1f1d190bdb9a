/*
 * lesson_rules: what is refused, and what is forgotten.
 *
 * A row of a fact says what its outcome means for a profile (fact.h, learned):
 *
 *   refuses.mail.null           the cell of this verb
 *   refuses.HELLO.underscore    the cell of whichever verb refused it: servers ask early or late
 *   forgets.…                   by name, below; auth.…, data.…: lesson_logins.c
 */
#include "lesson_state.h"

#include "dialogue.h"
#include "server_words.h"

/* ---- refuses ---- */

/* Which verb of a profile a step is. */
static const char *verb_of(const struct probe_step *step)
{
	static const struct {
		const char *said, *verb;
	} verbs[] = {{"EHLO", "hello"}, {"HELO", "hello"}, {"AUTH", "auth"}, {"MAIL", "mail"},
		{"RCPT", "recipient"}, {"RSET", "reset"}, {"STARTTLS", "starttls"}};
	if (step->action == PROBE_LOGIN)
		return "auth";
	if (step->action == PROBE_BODY)
		return "end";
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs && step->action == PROBE_SAY; i++)
		if (octets_start_nocase(octets_of(step->text), verbs[i].said))
			return verbs[i].verb;
	return NULL;
}

static bool parent_refuses(const struct lesson *lesson, const char *verb, const char *condition)
{
	const struct server_profile *parent = profile_server(lesson->parent->profile);
	size_t verb_index = words_find(&refusing_verb_words, octets_of(verb));
	size_t condition_index = words_find(&condition_words, octets_of(condition));
	if (verb_index >= refusing_verb_words.count || condition_index >= condition_words.count)
		return false;
	for (size_t i = 0; i < parent->refusal_count; i++) {
		const struct refusal *refusal = &parent->refusals[i];
		if (refusal->verb == words_value(&refusing_verb_words, verb_index) &&
			refusal->condition == words_value(&condition_words, condition_index))
			return !refusal->reply.none;
	}
	return false;
}

void lesson_permit(struct lesson *lesson, const char *verb, const char *condition)
{
	if (parent_refuses(lesson, verb, condition))
		lesson_set_text(lesson, "refuses", verb, condition, "none");
}

void lesson_refuse(struct lesson *lesson, const char *verb, const char *condition,
	const struct probe *probe, size_t step)
{
	struct buffer value;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	lesson_reply(lesson, probe, probe_reply(probe, step), &value);
	lesson_set(lesson, "refuses", verb, condition, &value);
	buffer_free(&value);
}

/* The verbs that may ask; those before the one that did let it pass. */
static void learn_asked(struct lesson *lesson, const char *const *verbs, const char *condition,
	const struct probe *probe, const struct fact_answer *answer)
{
	const char *refused =
		answer->end == FACT_WAS_TAKEN ? NULL : verb_of(&probe_steps(probe)[answer->step]);
	for (size_t i = 0; verbs[i] != NULL; i++) {
		if (refused != NULL && strcmp(verbs[i], refused) == 0) {
			lesson_refuse(lesson, verbs[i], condition, probe, answer->step);
			return;
		}
		lesson_permit(lesson, verbs[i], condition);
	}
}

static void learn_refusal(
	struct lesson *lesson, const struct fact_finding *finding, const char *learned)
{
	static const struct {
		const char *word;
		const char *verbs[4];
	} groups[] = {{"HELLO.", {"hello", "mail", "recipient"}}, {"MAIL.", {"mail", "recipient"}},
		{"AUTH.", {"auth", "mail", "recipient"}}};
	const struct probe *probe = lesson_probe(lesson, finding->row->name);
	const char *condition = strchr(learned, '.') + 1;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (strncmp(learned, groups[i].word, strlen(groups[i].word)) == 0) {
			learn_asked(lesson, groups[i].verbs, condition, probe, &finding->answer);
			return;
		}
	/* the words of the table live as long as the profile that is written */
	size_t index = words_find(
		&refusing_verb_words, octets_make(learned, (size_t)(condition - learned - 1)));
	if (index == refusing_verb_words.count)
		return;
	const char *verb = refusing_verb_words.texts[index];
	if (finding->answer.end == FACT_WAS_TAKEN)
		lesson_permit(lesson, verb, condition);
	else
		lesson_refuse(lesson, verb, condition, probe, finding->answer.step);
}

bool lesson_is_broken(const struct lesson *lesson, const char *fact)
{
	const struct fact_finding *finding = findings_find(lesson->wish->findings, fact);
	return finding != NULL && finding->verdict == FACT_BROKEN;
}

/* auth login was refused, and AUTH LOGIN is as well: it is not the case of the letters. And so on.
 */
static bool is_of_another_cause(const struct lesson *lesson, const struct fact_finding *finding)
{
	static const char *const pairs[][2] = {{"login-lower-case-plain", "plain-at-once"},
		{"login-lower-case-login", "login-asked"}, {"hello-localhost", "hello-one-word"}};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (strcmp(finding->row->name, pairs[i][0]) == 0)
			return lesson_is_broken(lesson, pairs[i][1]);
	return false;
}

/* The reply that decided. */
static struct octets decisive(const struct lesson *lesson, const char *fact)
{
	const struct fact_finding *finding = findings_find(lesson->wish->findings, fact);
	const struct probe *probe = lesson_probe(lesson, fact);
	if (probe == NULL || finding->answer.end != FACT_WAS_REFUSED)
		return octets_make(NULL, 0);
	return probe_text(probe, probe_reply(probe, finding->answer.step));
}

/* Without a login it was refused with the same words as with one: that is looked at first. */
static void learn_order(struct lesson *lesson)
{
	static const struct {
		const char *before, *with;
	} orders[] = {{"bare-sender-before-login", "sender-without-brackets"},
		{"bare-recipient-before-login", "recipient-without-brackets"},
		{"name-before-login", "hello-bare-address"}};
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		struct octets before = decisive(lesson, orders[i].before);
		const struct probe *probe = lesson_probe(lesson, orders[i].before);
		if (before.len == 0 || !octets_equal(before, decisive(lesson, orders[i].with)))
			continue;
		size_t step = findings_find(lesson->wish->findings, orders[i].before)->answer.step;
		lesson_put_last(lesson, "refuses", verb_of(&probe_steps(probe)[step]), "no-auth");
	}
}

/* ---- TLS ---- */

/*
 * The reply to the last STARTTLS that a fact's dialogue came to, as what is said to it under this
 * condition. Behind a 220 no handshake comes about: `then` tells how that ends; NULL: it does.
 */
static void answer_starttls(
	struct lesson *lesson, const char *fact, const char *condition, const char *then)
{
	const struct probe *probe = lesson_probe(lesson, fact);
	const struct probe_reply *reply = NULL;
	struct buffer value;
	for (size_t i = 0; probe != NULL && probe_steps(probe)[i].action != PROBE_END; i++)
		if (probe_steps(probe)[i].text != NULL &&
			strcmp(probe_steps(probe)[i].text, "STARTTLS") == 0 &&
			probe_reply(probe, i)->state != PROBE_NOT_REACHED)
			reply = probe_reply(probe, i);
	bool taken = reply != NULL && reply->state == PROBE_ANSWERED && reply->code < 400;
	if (reply == NULL || (taken && then == NULL))
		return;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	if (taken)
		buffer_append_text(&value, "{reply: ");
	lesson_reply(lesson, probe, reply, &value);
	if (taken)
		buffer_format(&value, ", then: %s}", then);
	lesson_set(lesson, "refuses", "starttls", condition, &value);
	buffer_free(&value);
}

static void learn_octets_behind(struct lesson *lesson)
{
	static const char fact[] = "starttls-injection";
	const struct fact_finding *finding = findings_find(lesson->wish->findings, fact);
	bool ignored = finding != NULL && strcmp(finding->value, "ignored") == 0;
	if (lesson_probe(lesson, fact) == NULL)
		return;
	if (finding->verdict == FACT_BROKEN)
		lesson_set_text(lesson, "tls", NULL, "octets-behind", "obey");
	if (finding->verdict == FACT_BROKEN || ignored)
		lesson_permit(lesson, "starttls", "octets-behind");
	else
		answer_starttls(lesson, fact, "octets-behind", "close");
}

static void learn_starttls(struct lesson *lesson)
{
	answer_starttls(lesson, "starttls-ends-login", "authenticated", NULL);
	/* who says 220 inside TLS waits for a handshake that nobody begins */
	answer_starttls(lesson, "no-starttls-in-tls", "tls-on", "hang");
	answer_starttls(lesson, "starttls-not-offered", "not-offered", "hang");
	learn_octets_behind(lesson);
}

/* ---- forgets ---- */

/* After the thing a new login was refused: the server remembers it, and not what it is good for. */
static bool remembers(const struct lesson *lesson, const char *fact)
{
	const struct fact_row *row = fact_find(fact);
	const struct probe *probe = findings_probe(lesson->wish->findings, row->recovery);
	if (probe == NULL)
		return false;
	for (size_t i = 0; probe_steps(probe)[i].action != PROBE_END; i++) {
		const struct probe_reply *reply = probe_reply(probe, i);
		if ((probe_steps(probe)[i].marks & PROBE_FOLLOWS) != 0)
			return reply->state == PROBE_ANSWERED && reply->code / 100 == 5;
	}
	return false;
}

/* A 503 at MAIL is about order: it is EHLO that was forgotten, not the login. */
static bool forgets_hello(const struct lesson *lesson, const char *fact)
{
	const struct fact_finding *finding = findings_find(lesson->wish->findings, fact);
	return finding != NULL && finding->verdict == FACT_BROKEN && finding->answer.code == 503 &&
	       remembers(lesson, fact);
}

static const struct {
	const char *event, *fact;
} forgetting[] = {{"reset", "login-survives-reset"}, {"hello", "login-survives-hello"},
	{"helo", "login-survives-helo"}, {"end", "login-survives-message"}};

static void append_event(struct buffer *out, const char *event)
{
	buffer_format(out, "%s%s", out->len > 1 ? ", " : "", event);
}

static void learn_forgotten(struct lesson *lesson, const char *state, bool remembered)
{
	const struct fact_finding *starttls =
		findings_find(lesson->wish->findings, "starttls-ends-login");
	bool seen = starttls != NULL && starttls->verdict == FACT_HOLDS;
	struct buffer events;
	buffer_init(&events, lesson->memory, LESSON_VALUE_MAX);
	buffer_append_text(&events, "[");
	for (size_t i = 0; i < sizeof forgetting / sizeof *forgetting; i++)
		if (lesson_is_broken(lesson, forgetting[i].fact) &&
			!forgets_hello(lesson, forgetting[i].fact) &&
			remembers(lesson, forgetting[i].fact) == remembered)
			append_event(&events, forgetting[i].event);
	/* as RFC 3207 4.2 wants it, unless it was seen to be kept */
	if (!remembered && (!seen || starttls->answer.end != FACT_WAS_TAKEN))
		append_event(&events, "starttls");
	buffer_append_text(&events, "]");
	if (!remembered || events.len > 2)
		lesson_set(lesson, "forgets", NULL, state, &events);
	buffer_free(&events);
}

/* Behind STARTTLS a login without EHLO was taken where one without any EHLO is not. */
static void learn_forgotten_hello(struct lesson *lesson)
{
	const struct fact_finding *after =
		findings_find(lesson->wish->findings, "hello-after-starttls");
	const struct probe *probe = lesson_probe(lesson, "hello-after-starttls");
	bool kept = probe != NULL &&
		    (after->answer.end == FACT_WAS_TAKEN ||
			    probe_steps(probe)[after->answer.step].action != PROBE_LOGIN);
	bool reset = forgets_hello(lesson, "login-survives-reset");
	/* what MAIL said then is what it says without EHLO */
	if (reset)
		lesson_refuse(lesson, "mail", "no-hello",
			lesson_probe(lesson, "login-survives-reset"),
			findings_find(lesson->wish->findings, "login-survives-reset")->answer.step);
	if (kept || reset)
		lesson_set_text(lesson, "forgets", NULL, "hello",
			kept && reset ? "[reset]"
			: kept	      ? "[]"
				      : "[reset, starttls]");
}

/* MAIL and RCPT are taken after it, and the message is not: the right went, and is asked for late.
 */
static void learn_late_loss(struct lesson *lesson, const char *fact, const char *events)
{
	const struct fact_finding *finding = findings_find(lesson->wish->findings, fact);
	const struct probe *probe =
		lesson_is_broken(lesson, fact) ? lesson_probe(lesson, fact) : NULL;
	if (probe == NULL || probe_steps(probe)[finding->answer.step].action != PROBE_BODY)
		return;
	lesson_set_text(lesson, "forgets", NULL, "right", events);
	lesson_refuse(lesson, "end", "no-auth", probe, finding->answer.step);
}

static void learn_forgets(struct lesson *lesson)
{
	learn_late_loss(lesson, "message-after-hello", "[hello, helo]");
	learn_late_loss(lesson, "message-after-reset", "[reset]");
	learn_forgotten_hello(lesson);
	learn_forgotten(lesson, "authentication", false);
	learn_forgotten(lesson, "right", true);
	if (lesson_is_broken(lesson, "login-memory-survives-reset") &&
		!lesson_is_broken(lesson, "login-survives-reset"))
		lesson_set_text(lesson, "forgets", NULL, "login", "[reset]");
	/* with a new EHLO it is there again: then it was EHLO that was forgotten */
	if (lesson_is_broken(lesson, "starttls-after-reset") &&
		lesson_is_broken(lesson, "starttls-after-reset-and-hello"))
		lesson_set_text(lesson, "forgets", NULL, "starttls", "[reset]");
}

void lesson_learn_rules(struct lesson *lesson)
{
	static const char refuses[] = "refuses.";
	for (size_t i = 0; i < findings_count(lesson->wish->findings); i++) {
		const struct fact_finding *finding = findings_at(lesson->wish->findings, i);
		const char *learned = finding->row->learned;
		if (learned != NULL && strncmp(learned, refuses, sizeof refuses - 1) == 0 &&
			lesson_probe(lesson, finding->row->name) != NULL &&
			!is_of_another_cause(lesson, finding))
			learn_refusal(lesson, finding, learned + sizeof refuses - 1);
	}
	learn_order(lesson);
	learn_starttls(lesson);
	learn_forgets(lesson);
}

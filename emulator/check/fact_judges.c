/* fact_judges: answers that are not just whether what follows was taken. */
#include "dialogue.h"
#include "excerpt.h"
#include "findings_state.h"

#include "text.h"

#include <stdio.h>

#define JUDGE(of_name)                                                                             \
	void fact_judge_##of_name(const struct findings *findings, const struct fact_row *row,     \
		const struct probe *probe, struct fact_answer *answer)

static void set_value(struct fact_answer *answer, const char *text)
{
	excerpt(answer->value, sizeof answer->value, text);
}

static void set_foreign(
	const struct findings *findings, struct fact_answer *answer, struct octets text)
{
	struct buffer value;
	buffer_init(&value, findings->memory, 4 * PROBE_REPLY_MAX);
	text_escape(&value, text);
	set_value(answer, buffer_string(&value));
	buffer_free(&value);
}

static void conclude(struct fact_answer *answer, bool as_wanted)
{
	answer->end = as_wanted ? FACT_WAS_TAKEN : FACT_WAS_REFUSED;
}

/* The lines of a reply one after the other, without code and line end. */
static bool next_line(struct octets *reply, struct octets *line)
{
	if (reply->len == 0)
		return false;
	size_t len = octets_find(*reply, '\n');
	*line = octets_from(octets_cut(*reply, len), 4);
	while (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	*reply = octets_from(*reply, len + 1);
	return true;
}

static struct octets offers_of(const struct probe *probe, enum probe_place place)
{
	struct probe_offer offer = probe_offer(probe, place);
	return octets_cut(octets_from(probe_heard(probe), offer.from), offer.heard ? offer.len : 0);
}

/* The offers that were heard first. */
static struct octets first_offers(const struct probe *probe)
{
	struct octets offers = offers_of(probe, PROBE_BEFORE_TLS);
	return offers.len > 0 ? offers : offers_of(probe, PROBE_INSIDE_TLS);
}

static bool is_lower(struct octets word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.at[i] >= 'a' && word.at[i] <= 'z')
			return true;
	return false;
}

JUDGE(offers)
{
	struct octets reply = first_offers(probe), line;
	(void)row;
	answer->end = reply.len == 0 ? FACT_NOTHING_SHOWN : FACT_WAS_TAKEN;
	next_line(&reply, &line); /* the server's name */
	while (next_line(&reply, &line)) {
		size_t word = octets_find(line, ' ');
		size_t old = octets_find(line, '=');
		if (!is_lower(octets_cut(line, word < old ? word : old)))
			continue;
		conclude(answer, false);
		set_foreign(findings, answer, line);
		return;
	}
}

JUDGE(starttls_last)
{
	/* inside TLS nobody looks for it */
	struct octets reply = offers_of(probe, PROBE_BEFORE_TLS), line = {NULL, 0};
	bool offered = false;
	(void)findings;
	(void)row;
	while (next_line(&reply, &line))
		offered |= octets_start_nocase(line, "STARTTLS");
	answer->end = FACT_NOTHING_SHOWN;
	if (offered)
		conclude(answer, !octets_start_nocase(line, "STARTTLS"));
}

JUDGE(old_auth)
{
	struct octets reply = offers_of(probe, PROBE_INSIDE_TLS), line;
	bool old = false, any = false;
	(void)findings;
	(void)row;
	if (reply.len == 0)
		reply = offers_of(probe, PROBE_BEFORE_TLS);
	while (next_line(&reply, &line)) {
		old |= octets_start_nocase(line, "AUTH=");
		any |= octets_start_nocase(line, "AUTH");
	}
	answer->end = any ? FACT_WAS_TAKEN : FACT_NOTHING_SHOWN;
	set_value(answer, old ? "offered" : "not offered");
}

JUDGE(greeting)
{
	const struct probe_reply *greeting = probe_greeting(probe);
	struct octets text = probe_text(probe, greeting);
	(void)findings;
	(void)row;
	answer->end = FACT_NOTHING_SHOWN;
	if (greeting->state == PROBE_ANSWERED)
		conclude(answer, octets_find_text(text, octets_of("ESMTP")) < text.len);
}

JUDGE(greeting_time)
{
	const struct probe_reply *greeting = probe_greeting(probe);
	(void)findings;
	(void)row;
	answer->end = FACT_NOTHING_SHOWN;
	if (greeting->state != PROBE_ANSWERED)
		return;
	conclude(answer, true);
	snprintf(answer->value, sizeof answer->value, "%llu ms",
		(unsigned long long)greeting->took_ms);
}

JUDGE(farewell)
{
	const struct probe_reply *farewell = probe_farewell(probe);
	(void)findings;
	(void)row;
	answer->code = farewell->code;
	answer->end = farewell->state == PROBE_NOT_REACHED ? FACT_NOTHING_SHOWN
		      : farewell->state == PROBE_SILENT	   ? FACT_WAS_SILENT
		      : farewell->state == PROBE_CLOSED	   ? FACT_WAS_CLOSED
		      : farewell->state == PROBE_CUT_OFF   ? FACT_CUT_OFF
		      : farewell->code == 221		   ? FACT_WAS_TAKEN
							   : FACT_WAS_REFUSED;
}

/* Appends the step's word to a list of what was seen. */
static void list(const struct findings *findings, struct fact_answer *answer,
	const struct probe *probe, size_t step, const char *word)
{
	struct buffer value;
	buffer_init(&value, findings->memory, 4096);
	if (word != NULL)
		buffer_append_text(&value, word);
	else
		findings_step_word(probe, step, &value);
	const char *text = buffer_string(&value);
	size_t len = strlen(answer->value);
	if (strstr(answer->value, text) == NULL && len + strlen(text) + 3 < sizeof answer->value)
		snprintf(answer->value + len, sizeof answer->value - len, "%s%s",
			len == 0 ? "" : ", ", text);
	buffer_free(&value);
}

static bool is_hello(const struct probe_step *step)
{
	return step->action == PROBE_OPEN ||
	       (step->action == PROBE_SAY && octets_start_nocase(octets_of(step->text), "EHLO"));
}

/* The client talked before the greeting: there are servers that answer first, and greet then. */
static bool is_early(const struct probe_step *steps)
{
	return steps->action == PROBE_GREETING && (steps->marks & PROBE_ON) != 0;
}

/* Looks at every reply that was heard so far. */
static void look_at_all(const struct findings *findings, struct fact_answer *answer,
	bool (*is_bad)(const struct probe_reply *))
{
	answer->end = FACT_WAS_TAKEN;
	for (size_t i = 0; i < findings->played_count; i++) {
		const struct probe *probe = findings->played[i].probe;
		const struct probe_step *steps = probe_steps(probe);
		if (is_early(steps))
			continue;
		if (is_bad(probe_greeting(probe)))
			list(findings, answer, probe, 0, "greeting");
		for (size_t step = 0; steps[step].action != PROBE_END; step++)
			if (!is_hello(&steps[step]) && is_bad(probe_reply(probe, step)))
				list(findings, answer, probe, step, NULL);
	}
	if (answer->value[0] != 0)
		conclude(answer, false);
}

static bool has_more_lines(const struct probe_reply *reply)
{
	return reply->state == PROBE_ANSWERED && reply->lines > 1;
}

static bool has_no_words(const struct probe_reply *reply)
{
	/* an empty challenge is one */
	return reply->state == PROBE_ANSWERED && reply->wordless && reply->code != 334;
}

JUDGE(one_line)
{
	(void)row;
	(void)probe;
	look_at_all(findings, answer, has_more_lines);
}

JUDGE(words)
{
	(void)row;
	(void)probe;
	look_at_all(findings, answer, has_no_words);
}

JUDGE(prompts)
{
	const char *first = probe_prompt(probe, 0), *second = probe_prompt(probe, 1);
	char both[256];
	(void)findings;
	(void)row;
	if (first == NULL || second == NULL) {
		answer->end = FACT_FAILED_BEFORE;
		return;
	}
	snprintf(both, sizeof both, "%.100s, %.100s", first, second);
	set_value(answer, both);
	conclude(answer, strcmp(first, "Username:") == 0 && strcmp(second, "Password:") == 0);
}

/*
 * A step that is said 30 times. One that is refused the first time is not known, or not taken
 * here: that is another fact, and no limit.
 */
JUDGE(count)
{
	const struct probe_step *steps = probe_steps(probe);
	(void)findings;
	(void)row;
	for (size_t i = 0; steps[i].action != PROBE_END; i++) {
		const struct probe_reply *reply = probe_reply(probe, i);
		if (steps[i].number == 0 || reply->state == PROBE_NOT_REACHED)
			continue;
		if (probe_was_slowed(reply))
			snprintf(answer->value, sizeof answer->value, "slows down after %zu",
				reply->taken - reply->slow);
		else
			snprintf(answer->value, sizeof answer->value, "%zu%s", reply->taken,
				reply->taken == steps[i].number ? " or more" : "");
	}
	if (answer->end == FACT_WAS_REFUSED && probe_reply(probe, answer->step)->taken == 0) {
		answer->end = FACT_NOTHING_SHOWN;
		answer->value[0] = 0;
	}
	/* here 421 is the limit's word, not a server that is busy */
	if (answer->end == FACT_NOT_NOW)
		answer->end = FACT_WAS_REFUSED;
}

JUDGE(dot)
{
	const struct probe_step *steps = probe_steps(probe);
	(void)findings;
	(void)row;
	for (size_t i = 0; steps[i].action != PROBE_END; i++)
		if (steps[i].action == PROBE_BODY && answer->end == FACT_WAS_TAKEN)
			snprintf(answer->value, sizeof answer->value, "%llu ms",
				(unsigned long long)probe_reply(probe, i)->took_ms);
}

/* What the line inside the login was taken for. */
JUDGE(exchange)
{
	const struct probe_step *steps = probe_steps(probe);
	(void)findings;
	(void)row;
	for (size_t i = 0; steps[i].action != PROBE_END; i++) {
		const struct probe_reply *reply = probe_reply(probe, i);
		if ((steps[i].marks & PROBE_THING) == 0 || reply->state != PROBE_ANSWERED)
			continue;
		set_value(answer, reply->code == 334  ? "data"
				  : reply->code < 300 ? "executed"
						      : "ends the login");
		return;
	}
}

JUDGE(clear_login)
{
	struct octets reply = offers_of(probe, PROBE_BEFORE_TLS), line;
	bool offered = false;
	(void)findings;
	(void)row;
	answer->end = reply.len == 0 ? FACT_NOTHING_SHOWN : FACT_WAS_TAKEN;
	while (next_line(&reply, &line))
		offered |= octets_start_nocase(line, "AUTH");
	set_value(answer, offered ? "offered in clear as well" : "offered inside TLS only");
}

/* The step of this action that comes first; SIZE_MAX: none. */
static size_t find_action(const struct probe *probe, enum probe_action action)
{
	const struct probe_step *steps = probe_steps(probe);
	for (size_t i = 0; steps[i].action != PROBE_END; i++)
		if (steps[i].action == action)
			return i;
	return SIZE_MAX;
}

/* Broken only where TLS began and the first reply in it is the refusal of a command. */
JUDGE(injection)
{
	const struct probe_reply *tls = probe_reply(probe, find_action(probe, PROBE_HANDSHAKE));
	(void)findings;
	(void)row;
	if (tls->state == PROBE_TLS_UP) {
		set_value(answer, answer->end == FACT_WAS_TAKEN ? "ignored" : "");
	} else if (tls->state == PROBE_TLS_FAILED) {
		conclude(answer, true);
		set_value(answer, "the handshake fails");
	} else if (answer->end != FACT_FAILED_BEFORE && answer->end != FACT_NO_CONNECTION &&
		   answer->end != FACT_CUT_OFF) {
		conclude(answer, true);
		set_value(answer, "refused");
	}
}

/* RSET drew this code elsewhere, where nothing stood before it: the refusal is its own. */
static bool refuses_reset(const struct findings *findings, unsigned int code)
{
	for (size_t i = 0; i < findings->played_count; i++) {
		const struct probe *probe = findings->played[i].probe;
		const struct probe_step *steps = probe_steps(probe);
		for (size_t step = 0; steps[step].action != PROBE_END; step++)
			if (steps[step].action == PROBE_SAY &&
				(steps[step].marks & PROBE_THING) != 0 &&
				strcmp(steps[step].text, "RSET") == 0 &&
				probe_reply(probe, step)->code == code)
				return true;
	}
	return false;
}

/* Broken only where the command behind the message has an answer that is not its own. */
JUDGE(smuggling)
{
	bool refused = answer->end == FACT_WAS_REFUSED;
	(void)row;
	(void)probe;
	if (answer->end == FACT_WAS_CLOSED || answer->end == FACT_ENDED_BEFORE ||
		answer->end == FACT_WAS_SILENT ||
		(refused && refuses_reset(findings, answer->code)))
		conclude(answer, true);
}

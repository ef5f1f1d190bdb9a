/* fact_play: sessions. What was played is kept, so that facts and controls share it. */
#include "findings_state.h"

#include "dialogue.h"

#include <stdio.h>

enum { DEFAULT_PATIENCE_MS = 10000, SHORT_PATIENCE_MS = 2000, SILENCE_PART = 4, LOST_MAX = 3 };

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_same(const struct probe_step *a, const struct probe_step *b)
{
	for (; a->action != PROBE_END; a++, b++)
		if (a->action != b->action || a->marks != b->marks || a->number != b->number ||
			!same_text(a->text, b->text))
			return false;
	return b->action == PROBE_END;
}

static const struct played *find(const struct findings *findings, const struct probe_step *dialogue)
{
	for (size_t i = 0; i < findings->played_count; i++)
		if (is_same(findings->played[i].dialogue, dialogue))
			return &findings->played[i];
	return NULL;
}

static void drop(const struct played *played)
{
	probe_free(played->probe);
	transcript_free(played->transcript);
}

static void end_with(struct findings *findings, const char *why)
{
	findings->over = true;
	sentence_set(&findings->why_over, "%s", why);
}

/* A server that takes no connection any more is left alone. */
static void count(struct findings *findings, const struct probe *probe)
{
	const struct probe_reply *first = probe_reply(probe, 0);
	bool lost =
		first->state == PROBE_NO_CONNECTION ||
		(first->state == PROBE_CLOSED && probe_greeting(probe)->state != PROBE_ANSWERED);
	findings->sessions++;
	findings->refused_logins += probe_refused_logins(probe);
	findings->lost_in_a_row = lost ? findings->lost_in_a_row + 1 : 0;
	if (findings->lost_in_a_row >= LOST_MAX)
		end_with(findings, "the server takes no connection any more");
	if (findings->wish.progress != NULL)
		findings->wish.progress(findings->wish.context, findings->sessions,
			findings->expected > findings->sessions ? findings->expected
								: findings->sessions);
}

static bool converse(struct findings *findings, struct probe *probe, struct transcript *transcript)
{
	const struct ground *ground = findings->wish.ground;
	enum drive_end end = DRIVE_DONE;
	struct sentence why = {""};
	if (!ground->converse(ground->context, probe_player(probe), transcript, &end, &why)) {
		end_with(findings, why.text[0] == 0 ? "no session came about" : why.text);
		return false;
	}
	if (drive_lost_patience(end))
		probe_was_broken_off(probe);
	if (end == DRIVE_INTERRUPTED || end == DRIVE_NO_MEMORY) {
		end_with(findings, end == DRIVE_INTERRUPTED ? "interrupted" : "out of memory");
		return false;
	}
	count(findings, probe);
	return true;
}

static bool may_play(struct findings *findings)
{
	size_t max = findings->wish.sessions_max == 0 ? FINDINGS_SESSIONS_MAX
						      : findings->wish.sessions_max;
	if (!findings->over && (findings->sessions >= max || findings->played_count == PLAYED_MAX))
		end_with(findings, "no more sessions were to be used up");
	return !findings->over;
}

static bool came_out_alike(const struct probe *a, const struct probe *b)
{
	const struct fact_answer one = findings_control_answer(a);
	const struct fact_answer other = findings_control_answer(b);
	return one.end == other.end && one.step == other.step && one.code == other.code;
}

/*
 * A silence that was sat out to its end is known again by a quarter of it. That the server is not
 * merely slower is seen from the control beside it.
 */
static uint64_t patience_for(const struct findings *findings, const struct played *before)
{
	uint64_t whole_ms =
		findings->wish.patience_ms == 0 ? DEFAULT_PATIENCE_MS : findings->wish.patience_ms;
	uint64_t part_ms = whole_ms / SILENCE_PART;
	if (before == NULL || findings_control_answer(before->probe).end != FACT_WAS_SILENT)
		return whole_ms;
	part_ms = part_ms < SHORT_PATIENCE_MS ? SHORT_PATIENCE_MS : part_ms;
	return part_ms < whole_ms ? part_ms : whole_ms;
}

const struct probe *findings_play(
	struct findings *findings, const struct probe_step *dialogue, bool anew)
{
	const struct ground *ground = findings->wish.ground;
	const struct played *before = find(findings, dialogue);
	if (before != NULL && !anew)
		return before->probe;
	if (!may_play(findings))
		return NULL;
	struct probe_settings settings = {.memory = findings->memory,
		.account = ground->account,
		.sender = ground->sender,
		.recipient = ground->recipient,
		.steps = dialogue,
		.name = findings->wish.name,
		.patience_ms = patience_for(findings, before),
		.login = findings->login};
	struct played now = {
		dialogue, probe_new(&settings), transcript_new(findings->memory, false)};
	if (now.probe == NULL || now.transcript == NULL ||
		!transcript_conceal(now.transcript, ground->account->password))
		end_with(findings, "out of memory");
	if (findings->over || !converse(findings, now.probe, now.transcript)) {
		drop(&now);
		return NULL;
	}
	if (before != NULL && !came_out_alike(before->probe, now.probe))
		findings->contradictions++;
	struct played *place =
		&findings->played[before != NULL ? (size_t)(before - findings->played)
						 : findings->played_count++];
	if (before != NULL)
		drop(place);
	*place = now;
	return now.probe;
}

const struct transcript *findings_transcript(
	const struct findings *findings, const struct probe_step *dialogue)
{
	const struct played *played = find(findings, dialogue);
	return played == NULL ? NULL : played->transcript;
}

const struct probe *findings_probe(
	const struct findings *findings, const struct probe_step *dialogue)
{
	const struct played *played = find(findings, dialogue);
	return played == NULL ? NULL : played->probe;
}

/* ---- the first session ---- */

static void learn(
	struct capabilities *capabilities, const struct probe *probe, enum probe_place place)
{
	struct probe_offer offer = probe_offer(probe, place);
	struct octets left = octets_cut(
		octets_from(probe_heard(probe), offer.from), offer.heard ? offer.len : 0);
	bool first = true;
	while (left.len > 0) {
		size_t len = octets_find(left, '\n');
		struct octets line = octets_cut(left, len);
		while (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		if (!first)
			capabilities_learn(capabilities, line);
		first = false;
		left = octets_from(left, len + 1);
	}
}

static void learn_offers(struct findings *findings, const struct probe *probe)
{
	bool inside = probe_offer(probe, PROBE_INSIDE_TLS).heard;
	capabilities_forget(&findings->capabilities);
	learn(&findings->capabilities, probe, PROBE_BEFORE_TLS);
	findings->offers_starttls = (findings->capabilities.offers & OFFER_STARTTLS) != 0;
	if (!inside)
		return;
	capabilities_forget(&findings->capabilities);
	learn(&findings->capabilities, probe, PROBE_INSIDE_TLS);
}

/* The step of the first dialogue that is the login. */
static const struct probe_reply *login_reply(const struct probe *probe)
{
	const struct probe_step *steps = probe_steps(probe);
	size_t i = 0;
	while (steps[i].action != PROBE_LOGIN)
		i++;
	return probe_reply(probe, i);
}

static const char *const mechanisms[] = {"PLAIN", "LOGIN", "CRAM-MD5"};

static const char *known_mechanism(const char *name)
{
	for (size_t i = 0; i < 3; i++)
		if (strcmp(name, mechanisms[i]) == 0)
			return mechanisms[i];
	return NULL;
}

/* With a mechanism that is offered and was not tried, where one was refused. */
static const struct probe *try_other_login(struct findings *findings, const struct probe *probe)
{
	char tried[16];
	snprintf(tried, sizeof tried, "%s", probe_mechanism(probe));
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(mechanisms[i], tried) == 0 ||
			!capabilities_has_mechanism(
				&findings->capabilities, octets_of(mechanisms[i])))
			continue;
		findings->login = mechanisms[i];
		const struct probe *again = findings_play(findings, dialogue_send, true);
		return again == NULL ? findings_probe(findings, dialogue_send) : again;
	}
	return probe;
}

bool findings_scout(struct findings *findings, struct sentence *why)
{
	const struct probe *probe = findings_play(findings, dialogue_send, false);
	if (probe == NULL) {
		sentence_set(why, "%s", findings->why_over.text);
		return false;
	}
	if (probe_greeting(probe)->state != PROBE_ANSWERED) {
		sentence_set(why, "no greeting came");
		if (probe_why(probe)[0] != 0)
			sentence_set(why, "%s", probe_why(probe));
		return false;
	}
	learn_offers(findings, probe);
	if (login_reply(probe)->state == PROBE_ANSWERED && login_reply(probe)->code == 535)
		probe = try_other_login(findings, probe);
	const struct probe_reply *login = login_reply(probe);
	findings->login_refused = login->state != PROBE_PASSED && login->code != 235;
	if (login->code == 235)
		findings->login = known_mechanism(probe_mechanism(probe));
	if (findings->login_refused) {
		struct buffer text;
		buffer_init(&text, findings->memory, 4 * PROBE_REPLY_MAX);
		buffer_append_text(&text, "the login did not succeed: ");
		findings_append_reply(findings, probe, login, &text);
		sentence_set(&findings->why_login, "%.500s", buffer_string(&text));
		buffer_free(&text);
	}
	return true;
}

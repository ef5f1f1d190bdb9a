/* fact_verdict: from what a dialogue showed to what may be said about the server. */
#include "findings_state.h"

enum { REFUSED_LOGINS_MAX = 2, ROUNDS = 3, ROUNDS_MORE = 7 };

/* ---- what a row needs ---- */

static bool has_login(const struct probe_step *steps)
{
	for (; steps->action != PROBE_END; steps++)
		if (steps->action == PROBE_LOGIN && (steps->marks & PROBE_STRANGER) == 0)
			return true;
	return false;
}

static bool has_handshake(const struct probe_step *steps)
{
	for (; steps->action != PROBE_END; steps++)
		if (steps->action == PROBE_HANDSHAKE)
			return true;
	return false;
}

/* One fact says that STARTTLS is offered and does not work; the others need not wait for it. */
static bool lacks_handshake(const struct findings *findings, const struct fact_row *row)
{
	const struct fact_finding *works = findings_find(findings, "starttls-works");
	return works != NULL && works->row != row && works->verdict == FACT_BROKEN &&
	       has_handshake(row->dialogue);
}

static bool offers_mechanism(struct findings *findings, const char *name)
{
	return capabilities_has_mechanism(&findings->capabilities, octets_of(name));
}

static bool offers_challenge(struct findings *findings)
{
	return offers_mechanism(findings, "LOGIN") || offers_mechanism(findings, "PLAIN") ||
	       offers_mechanism(findings, "CRAM-MD5");
}

/* Mail without a login was taken, so that a login that is forgotten shows in nothing. */
static bool login_is_needless(struct findings *findings, const struct fact_row *row)
{
	const struct fact_row *nobody = fact_find("mail-needs-login");
	const struct probe *probe = (row->needs & FACT_NEEDS_LOGIN_WANTED) != 0
					    ? findings_play(findings, nobody->dialogue, false)
					    : NULL;
	return probe != NULL && findings_answer(findings, nobody, probe).end == FACT_WAS_TAKEN;
}

struct need {
	unsigned int bit;
	bool there;
	const char *lacking;
};

static const char *what_lacks(struct findings *findings, const struct fact_row *row)
{
	const struct phone_account *account = findings->wish.ground->account;
	unsigned int offers = findings->capabilities.offers;
	bool implicit = account->security == PHONE_TLS;
	const struct need needs[] = {
		{FACT_NEEDS_ACCOUNT, account->user.len > 0, "no account was given"},
		{FACT_NEEDS_STARTTLS, findings->offers_starttls && !implicit,
			implicit ? "TLS is there from the start" : "STARTTLS is not offered"},
		{FACT_NEEDS_STARTTLS, !lacks_handshake(findings, row), "STARTTLS does not work"},
		{FACT_NEEDS_NO_STARTTLS, !findings->offers_starttls || implicit,
			"STARTTLS is offered"},
		{FACT_NEEDS_CLEAR, account->security == PHONE_PLAIN,
			"with this URL no login is said in clear"},
		{FACT_NEEDS_PLAIN, offers_mechanism(findings, "PLAIN"), "PLAIN is not offered"},
		{FACT_NEEDS_LOGIN, offers_mechanism(findings, "LOGIN"), "LOGIN is not offered"},
		{FACT_NEEDS_CRAM, offers_mechanism(findings, "CRAM-MD5"),
			"CRAM-MD5 is not offered"},
		{FACT_NEEDS_CHALLENGE, offers_challenge(findings),
			"none of PLAIN, LOGIN and CRAM-MD5 is offered"},
		{FACT_NEEDS_PIPELINING, (offers & OFFER_PIPELINING) != 0,
			"PIPELINING is not offered"},
		{FACT_NEEDS_NO_PIPELINING, (offers & OFFER_PIPELINING) == 0,
			"PIPELINING is offered"},
		{FACT_NEEDS_SIZE, (offers & OFFER_SIZE) != 0, "SIZE is not offered"},
		{FACT_NEEDS_LOGIN_WANTED, !login_is_needless(findings, row),
			"this mail is taken without a login as well, so that it does not show"},
		{FACT_NEEDS_NOT_IMPLICIT, !implicit, "TLS is there from the start"},
		{FACT_NEEDS_NOT_STARTTLS, account->security != PHONE_STARTTLS,
			"with this URL there is an EHLO before STARTTLS"},
	};
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if ((row->needs & needs[i].bit) != 0 && !needs[i].there)
			return needs[i].lacking;
	return NULL;
}

static bool decide_without(struct findings *findings, struct fact_finding *finding)
{
	const struct fact_row *row = finding->row;
	const char *lacking = what_lacks(findings, row);
	bool login = findings->wish.ground->account->user.len > 0 && !row->heard &&
		     has_login(row->dialogue);
	if (lacking != NULL) {
		finding->verdict = FACT_NOT_APPLICABLE;
		sentence_set(&finding->sentence, "%s", lacking);
	} else if ((row->needs & FACT_NEEDS_DELIVERY) != 0 && !findings->wish.deliver) {
		finding->verdict = FACT_NEEDS_DELIVER;
		sentence_set(&finding->sentence, "only a delivered message shows it (--deliver)");
	} else if (login && findings->login_refused) {
		finding->verdict = FACT_INCONCLUSIVE;
		finding->sentence = findings->why_login;
	} else if (login && !findings->wish.in_memory && !findings->wish.any_refused_logins &&
		   findings->refused_logins > REFUSED_LOGINS_MAX) {
		finding->verdict = FACT_NOT_TRIED;
		sentence_set(&finding->sentence,
			"%u logins with this account were refused: no more are tried",
			findings->refused_logins);
	} else {
		return false;
	}
	return true;
}

/* ---- verdicts ---- */

static bool control_holds(struct findings *findings, const struct fact_row *row, bool anew)
{
	if (row->control == NULL)
		return true;
	const struct probe *probe = findings_play(findings, row->control, anew);
	if (probe == NULL)
		return false;
	enum fact_end end = findings_control_answer(probe).end;
	return end == (row->control_is_refused ? FACT_WAS_REFUSED : FACT_WAS_TAKEN);
}

static enum fact_verdict judge_refusal(const struct fact_row *row, const struct fact_answer *answer)
{
	if (answer->end == FACT_WAS_SILENT)
		return FACT_INCONCLUSIVE;
	if (answer->end == FACT_WAS_CLOSED)
		return FACT_HOLDS;
	bool refused = answer->end == FACT_WAS_REFUSED;
	return refused && (row->code == 0 || row->code == answer->code) ? FACT_HOLDS : FACT_BROKEN;
}

static enum fact_verdict judge(const struct fact_row *row, const struct fact_answer *answer)
{
	if (answer->end == FACT_ENDED_BEFORE || answer->end == FACT_NOTHING_SHOWN)
		return FACT_NOT_APPLICABLE;
	if (answer->end == FACT_FAILED_BEFORE && row->often_impossible)
		return FACT_NOT_APPLICABLE;
	if (answer->end > FACT_WAS_CLOSED)
		return FACT_INCONCLUSIVE;
	if (row->expect == FACT_MEASURED)
		return FACT_HOLDS;
	if (row->expect == FACT_REFUSED)
		return judge_refusal(row, answer);
	return answer->end == FACT_WAS_TAKEN ? FACT_HOLDS : FACT_BROKEN;
}

static bool is_same(const struct fact_answer *a, const struct fact_answer *b)
{
	return a->end == b->end && a->step == b->step && a->code == b->code;
}

/* One more round: the control, then the dialogue. */
static bool see_again(struct findings *findings, struct fact_finding *finding)
{
	const struct fact_row *row = finding->row;
	bool control = control_holds(findings, row, true);
	const struct probe *probe = control ? findings_play(findings, row->dialogue, true) : NULL;
	if (findings->over) {
		finding->verdict = FACT_NOT_TRIED;
		finding->sentence = findings->why_over;
		return false;
	}
	struct fact_answer again = {0};
	if (probe != NULL)
		again = findings_answer(findings, row, probe);
	if (probe != NULL && is_same(&again, &finding->answer)) {
		finding->rounds++;
		return true;
	}
	finding->verdict = FACT_INCONCLUSIVE;
	sentence_set(&finding->sentence,
		control ? "it was not so again: the server answers differently from time to time"
			: "the same without it does not go well every time");
	return false;
}

/* The more often a server has contradicted itself, the more often it has to say the same. */
static unsigned int rounds(const struct findings *findings)
{
	size_t more = findings->contradictions;
	return ROUNDS + (unsigned int)(more < ROUNDS_MORE ? more : ROUNDS_MORE);
}

bool findings_confirm(struct findings *findings, struct fact_finding *finding)
{
	if (findings->wish.in_memory || finding->row->heard)
		return true;
	while (finding->rounds < rounds(findings))
		if (!see_again(findings, finding))
			return false;
	return true;
}

/* With the thing it goes well, and without it it did not: that is a contradiction, too. */
static void mind_contradiction(struct findings *findings, const struct fact_finding *finding)
{
	const struct fact_row *row = finding->row;
	const struct probe *control =
		row->control == NULL ? NULL : findings_probe(findings, row->control);
	if (finding->verdict == FACT_HOLDS && row->expect == FACT_TAKEN && control != NULL &&
		findings_control_answer(control).end != FACT_WAS_TAKEN)
		findings->contradictions++;
}

/* A verdict that rests on a control which does not go well is none. */
static void mind_control(struct findings *findings, struct fact_finding *finding)
{
	const struct fact_row *row = finding->row;
	bool rests = finding->verdict == FACT_BROKEN ||
		     (finding->verdict == FACT_HOLDS &&
			     (row->expect == FACT_REFUSED || row->rests_on_control));
	if (!rests || control_holds(findings, row, false))
		return;
	finding->verdict = row->control_is_refused ? FACT_NOT_APPLICABLE : FACT_INCONCLUSIVE;
	sentence_set(&finding->sentence, row->control_is_refused
						 ? "a second AUTH is taken anyway"
						 : "the same without it does not go well either");
}

void findings_try(
	struct findings *findings, const struct fact_row *row, struct fact_finding *finding)
{
	*finding = (struct fact_finding){.row = row, .rounds = 1, .answer.end = FACT_NOTHING_SHOWN};
	if (decide_without(findings, finding))
		return;
	const struct probe *probe = findings_play(findings, row->dialogue, false);
	if (probe == NULL) {
		finding->verdict = FACT_NOT_TRIED;
		finding->sentence = findings->why_over;
		return;
	}
	finding->answer = findings_answer(findings, row, probe);
	finding->verdict = judge(row, &finding->answer);
	memcpy(finding->value, finding->answer.value, sizeof finding->value);
	mind_contradiction(findings, finding);
	mind_control(findings, finding);
	if (finding->verdict == FACT_BROKEN)
		findings_confirm(findings, finding);
	findings_tell(findings, finding, findings_probe(findings, row->dialogue));
}

/* fact_answer: what a dialogue showed: the first step that was not taken among those that count. */
#include "findings_state.h"

static bool went_well(const struct probe_reply *reply)
{
	return reply->state == PROBE_PASSED || reply->state == PROBE_TLS_UP ||
	       (reply->state == PROBE_ANSWERED && reply->code >= 200 && reply->code < 400);
}

static enum fact_end end_of(const struct probe_reply *reply)
{
	switch (reply->state) {
	case PROBE_ANSWERED:
		return reply->code == 421 ? FACT_NOT_NOW : FACT_WAS_REFUSED;
	case PROBE_SILENT:
		return FACT_WAS_SILENT;
	case PROBE_CLOSED:
		return FACT_WAS_CLOSED;
	case PROBE_CUT_OFF:
		return FACT_CUT_OFF;
	case PROBE_NO_CONNECTION:
		return FACT_NO_CONNECTION;
	default:
		return FACT_FAILED_BEFORE;
	}
}

static struct fact_answer answer_at(const struct probe *probe, size_t step, enum fact_end end)
{
	const struct probe_reply *reply = probe_reply(probe, step);
	return (struct fact_answer){.end = end,
		.step = step,
		.code = reply->state == PROBE_ANSWERED ? reply->code : 0,
		.closed_behind = reply->closed_behind};
}

/* True: this step decides, and the answer stands in *end. */
static bool decides(const struct probe_reply *reply, unsigned int marks, unsigned int looks_at,
	enum fact_end *end)
{
	enum fact_end how = end_of(reply);
	if (went_well(reply))
		return false;
	if ((marks & looks_at) != 0) {
		*end = reply->state == PROBE_NOT_REACHED ? FACT_FAILED_BEFORE : how;
		return true;
	}
	if (how == FACT_CUT_OFF) {
		*end = how;
		return true;
	}
	if ((marks & PROBE_THING) != 0) {
		*end = FACT_ENDED_BEFORE;
		return how == FACT_WAS_SILENT || how == FACT_WAS_CLOSED;
	}
	*end = how == FACT_NOT_NOW || how == FACT_NO_CONNECTION ? how : FACT_FAILED_BEFORE;
	return true;
}

/* The thing before was refused, and that was the last that came: nothing is left to be seen. */
static bool ended_by_thing(const struct probe *probe, size_t step)
{
	return step > 0 && (probe_steps(probe)[step - 1].marks & PROBE_THING) != 0 &&
	       probe_reply(probe, step)->state == PROBE_CLOSED &&
	       !went_well(probe_reply(probe, step - 1));
}

static struct fact_answer usual_answer(const struct probe *probe, unsigned int looks_at)
{
	const struct probe_step *steps = probe_steps(probe);
	size_t last = 0;
	for (size_t i = 0; steps[i].action != PROBE_END; i++) {
		enum fact_end end;
		unsigned int marks = steps[i].marks;
		if ((marks & PROBE_FOLLOWS) != 0 && (looks_at & PROBE_FOLLOWS) == 0)
			break;
		if ((marks & looks_at) != 0)
			last = i;
		if (decides(probe_reply(probe, i), marks, looks_at, &end))
			return answer_at(
				probe, i, ended_by_thing(probe, i) ? FACT_ENDED_BEFORE : end);
	}
	return answer_at(probe, last, FACT_WAS_TAKEN);
}

struct fact_answer findings_control_answer(const struct probe *probe)
{
	return usual_answer(probe, PROBE_FOLLOWS);
}

static void measure(
	const struct memory *memory, const struct probe *probe, struct fact_answer *answer)
{
	static const char *const words[] = {[FACT_WAS_TAKEN] = "taken",
		[FACT_WAS_REFUSED] = "refused at ",
		[FACT_WAS_SILENT] = "no answer to ",
		[FACT_WAS_CLOSED] = "closed at "};
	struct buffer value;
	if (answer->end > FACT_WAS_CLOSED)
		return;
	buffer_init(&value, memory, sizeof answer->value - 1);
	buffer_append_text(&value, words[answer->end]);
	if (answer->end != FACT_WAS_TAKEN)
		findings_step_word(probe, answer->step, &value);
	if (answer->end == FACT_WAS_REFUSED)
		buffer_format(&value, ": %u", answer->code);
	strncpy(answer->value, buffer_string(&value), sizeof answer->value - 1);
	buffer_free(&value);
}

struct fact_answer findings_answer(
	const struct findings *findings, const struct fact_row *row, const struct probe *probe)
{
	struct fact_answer answer = usual_answer(probe, row->looks_at);
	/* where nothing is claimed, a server that asks for another time has refused as well */
	if (row->expect == FACT_MEASURED && answer.end == FACT_NOT_NOW)
		answer.end = FACT_WAS_REFUSED;
	if (row->judge != NULL)
		row->judge(findings, row, probe, &answer);
	else if (row->expect == FACT_MEASURED)
		measure(findings->memory, probe, &answer);
	return answer;
}

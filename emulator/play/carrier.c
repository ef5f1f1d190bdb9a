/* carrier: the link asks the phone, and the reader asks both. */
#include "carrier.h"

#include <string.h>

struct carrier {
	const struct memory *memory;
	const struct link_profile *profile;
	const struct phone *phone;
	struct link *link;
	size_t message; /* whose dot was asked about last */
};

static bool is_past_dot(void *context)
{
	struct carrier *carrier = context;
	return phone_awaits_end(carrier->phone, &carrier->message);
}

struct carrier *carrier_new(const struct memory *memory, const struct link_profile *profile,
	const struct phone *phone, uint64_t seed)
{
	struct carrier *carrier = memory_new(memory, 1, sizeof *carrier);
	if (carrier == NULL)
		return NULL;
	*carrier = (struct carrier){.memory = memory,
		.profile = profile,
		.phone = phone,
		.link = link_new(memory, profile, seed)};
	if (carrier->link == NULL) {
		memory_free(memory, carrier, sizeof *carrier);
		return NULL;
	}
	link_ask(carrier->link, is_past_dot, carrier);
	return carrier;
}

void carrier_free(struct carrier *carrier)
{
	if (carrier == NULL)
		return;
	link_free(carrier->link);
	memory_free(carrier->memory, carrier, sizeof *carrier);
}

const struct way *carrier_way(const struct carrier *carrier)
{
	return carrier == NULL ? NULL : link_way(carrier->link);
}

void carrier_read(const struct carrier *carrier, struct carrier_outcome *outcome)
{
	*outcome = (struct carrier_outcome){.ended = false};
	if (carrier == NULL)
		return;
	struct link_facts facts = link_facts(carrier->link);
	outcome->ended = facts.ended;
	outcome->how = facts.ended ? facts.how : carrier->profile->end.how;
	outcome->due_after_dot = carrier->profile->end.after_dot;
	outcome->due =
		!facts.ended && (outcome->due_after_dot || carrier->profile->end.after_up > 0);
	outcome->up = facts.up;
	outcome->past_dot = facts.past_dot;
	outcome->dot_lost = facts.dot_lost;
	outcome->message = carrier->message;
	struct octets unheard = octets_cut(facts.unheard, LINK_REPLY_MAX);
	if (unheard.len > 0)
		memcpy(outcome->unheard, unheard.at, unheard.len);
}

bool carrier_has_lost_bearer(const struct carrier *carrier)
{
	struct link_facts facts = {.ended = false};
	if (carrier != NULL)
		facts = link_facts(carrier->link);
	return facts.ended && facts.how == LINK_END_LOST;
}

/* The reply to this message's dot that its phone did not hear; 0: none is known. */
static char unheard_class(const struct carrier_outcome *outcome, size_t message)
{
	bool mine = outcome->ended && outcome->past_dot && outcome->message == message;
	return mine ? outcome->unheard[0] : 0;
}

/* The phone has said its dot, and the server has not got it. */
static bool never_came(const struct carrier_outcome *outcome, size_t message)
{
	return outcome->ended && outcome->dot_lost && outcome->message == message;
}

enum carrier_twice carrier_twice(
	const struct carrier_outcome *outcome, const struct phone *phone, size_t message)
{
	const struct phone_outcome *said = phone_outcome(phone, message);
	bool perhaps = false, again = false, twice = false;
	for (size_t i = 0; i < said->recipient_count; i++) {
		perhaps = perhaps || said->recipients[i].perhaps_twice;
		twice = twice || said->recipients[i].twice;
		again = again || (said->recipients[i].perhaps_twice &&
					 said->recipients[i].verdict.result == PHONE_DELIVERED);
	}
	char known = unheard_class(outcome, message);
	if (twice)
		return CARRIER_TWICE;
	if (!perhaps || (known != 0 && known != '2') || never_came(outcome, message))
		return CARRIER_ONCE;
	return again && known == '2' ? CARRIER_TWICE : CARRIER_PERHAPS_TWICE;
}

const char *carrier_twice_word(enum carrier_twice twice)
{
	static const char *const words[] = {[CARRIER_ONCE] = "no",
		[CARRIER_PERHAPS_TWICE] = "possible",
		[CARRIER_TWICE] = "certain"};
	return words[twice];
}

static bool went_whole_again(const struct phone_outcome *said)
{
	for (size_t i = 0; i < said->recipient_count; i++) {
		if (said->recipients[i].twice)
			return true;
	}
	return false;
}

/* "message 2: ", and the reply that was not heard behind `words`. */
static void explain_unheard(const struct carrier_outcome *outcome, size_t message,
	const char *words, const char *rest, struct sentence *sentence)
{
	sentence_set(sentence, "message %zu: %s (it said, to a phone that was gone: ", message + 1,
		words);
	sentence_add_foreign(sentence, octets_of(outcome->unheard));
	sentence_add(sentence, ")");
	sentence_add(sentence, rest);
}

static void explain_kept(
	const struct carrier_outcome *outcome, const char *rest, struct sentence *sentence)
{
	sentence_add(sentence,
		outcome->has_folder
			? "it stays in the outbox"
			: "the phone would keep it in its outbox (--outbox FOLDER keeps it here)");
	sentence_add(sentence, rest);
}

bool carrier_explain(const struct carrier_outcome *outcome, const struct phone *phone,
	size_t message, struct sentence *sentence)
{
	const struct phone_outcome *said = phone_outcome(phone, message);
	bool unsure = said->verdict.result == PHONE_UNSURE;
	char known = unheard_class(outcome, message);
	switch (carrier_twice(outcome, phone, message)) {
	case CARRIER_TWICE:
		if (went_whole_again(said)) {
			sentence_set(sentence,
				"message %zu: the client sent it again to all its recipients, also to "
				"those who had it: a duplicate for them",
				message + 1);
			return true;
		}
		explain_unheard(outcome, message, "the server has it already",
			"; the phone sent it again: a duplicate", sentence);
		return true;
	case CARRIER_PERHAPS_TWICE:
		sentence_set(sentence,
			"message %zu: %s; an earlier try was lost behind the final dot, so the server "
			"may have it twice, under %s: it may be a duplicate",
			message + 1, phone_result_name(said->verdict.result),
			phone_writes_anew(phone, message) ? "different Message-IDs"
							  : "the same Message-ID");
		return true;
	case CARRIER_ONCE:
		break;
	}
	if (unsure && known == '2') {
		explain_unheard(outcome, message, "the server has it already",
			said->queued ? ", and the phone does not know: "
				     : ", and the phone does not know",
			sentence);
		if (said->queued)
			explain_kept(outcome, ", and sent again it is a duplicate", sentence);
	} else if (known != 0 && known != '2')
		explain_unheard(outcome, message, "the server did not take it", "", sentence);
	else if (unsure && never_came(outcome, message))
		sentence_set(sentence,
			"message %zu: its end never came up to the server, and the phone does not know",
			message + 1);
	else if (unsure && said->queued) {
		sentence_set(sentence, "message %zu: the server may have it; ", message + 1);
		explain_kept(outcome, ", and sent again it may be a duplicate", sentence);
	} else
		return false;
	return true;
}

/* What was to happen, and did not. */
static bool explain_due(const struct carrier_outcome *outcome, struct sentence *sentence)
{
	const char *what =
		outcome->how == LINK_END_LOST ? "the bearer was not lost" : "the link did not end";
	if (!outcome->due)
		return false;
	if (outcome->due_after_dot)
		sentence_set(sentence, "%s: no final dot waited for its reply", what);
	else
		sentence_set(sentence, "%s: only %llu octets came up", what,
			(unsigned long long)outcome->up);
	return true;
}

bool carrier_explain_end(const struct carrier_outcome *outcome, struct sentence *sentence)
{
	static const char *const words[] = {[LINK_END_LOST] = "the bearer was lost",
		[LINK_END_RESET] = "the link was reset",
		[LINK_END_CLOSED] = "the link was closed",
		[LINK_END_SILENT] = "the link fell silent"};
	if (!outcome->ended)
		return explain_due(outcome, sentence);
	if (outcome->past_dot)
		sentence_set(sentence, "%s behind the final dot of message %zu, as asked",
			words[outcome->how], outcome->message + 1);
	else
		sentence_set(sentence, "%s, as asked", words[outcome->how]);
	return true;
}

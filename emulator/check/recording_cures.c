/* recording_cures: advice and rules as lists of objects. */
#include "recording_cures.h"

#include "cures.h"
#include "rules.h"

static json_t *advice_json(const struct advice *advice)
{
	json_t *object = json_object();
	recording_set_text(object, "to", advice->to_owner ? "owner" : "server");
	recording_set_text(object, "software", advice->software);
	recording_set_text(object, "do",
		advice->fits || advice->setting[0] == 0 ? advice->text : advice->setting);
	recording_set_text(object, "source", advice->source);
	return object;
}

json_t *recording_advice(const struct advice *advice, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, advice_json(&advice[i]));
	return list;
}

json_t *recording_cures(
	const struct advice_book *book, const struct cause *cause, const struct profile *client)
{
	struct advice answers[ADVICE_ANSWER_MAX];
	size_t count = cures_for(book, cause, client, answers, ADVICE_ANSWER_MAX);
	return recording_advice(answers, count);
}

json_t *recording_rules(uint64_t rules)
{
	json_t *list = json_array();
	for (unsigned int i = 0; i < RULE_COUNT; i++) {
		const struct rule_row *row = &rule_rows[i];
		if ((rules & UINT64_C(1) << i) != 0)
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:s, s:s}", "rule", row->name,
					      "strength", rule_strength_name(row->strength),
					      "section", row->section, "sentence", row->sentence));
	}
	return list;
}

/* merge_judge: what contradicts, and what is missing. */
#include "merge_entries.h"

/* Found in one pass over all records, by run or by server. */
struct judge {
	const struct merge *merge;
	struct merge_findings *findings;
	json_t *first_plans;   /* of a run: the place of its first plan */
	json_t *facts;	       /* of a run: there are some */
	json_t *controls;      /* of a run: whether a control could send */
	json_t *run_of_target; /* of a server: its run */
	json_t *told;	       /* runs whose beginning is missing */
};

__attribute__((format(printf, 3, 4))) static void find(
	struct judge *judge, size_t *counter, const char *format, ...)
{
	char line[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	(*counter)++;
	buffer_append_text(judge->findings->lines, line);
	buffer_append_byte(judge->findings->lines, '\n');
}

#define CONTRADICTION(judge, ...) find((judge), &(judge)->findings->contradictions, __VA_ARGS__)
#define GAP(judge, ...) find((judge), &(judge)->findings->gaps, __VA_ARGS__)

static const struct merge_entry *find_entry(
	const struct merge *merge, const json_t *of_run, enum record_kind kind, const char *name)
{
	struct buffer key;
	buffer_init(&key, merge->memory, SIZE_MAX / 2);
	buffer_format(&key, "%s %d %s", record_words(of_run, "run"), (int)kind, name);
	const json_t *place = json_object_get(merge->places, buffer_string(&key));
	buffer_free(&key);
	return place == NULL ? NULL : &merge->entries[json_integer_value(place)];
}

/* --- the plans --- */

/* All servers are to have been examined in the same way. */
static void compare_plans(struct judge *judge, const json_t *first, const json_t *plan)
{
	static const struct {
		const char *member, *words;
	} members[] = {{"tool", "by another version of handset"},
		{"profiles", "with other clients, or with other profiles of them"},
		{"deliver", "with --deliver, and others without"},
		{"facts", "with facts, and others without"}};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		const json_t *here = json_object_get(first, members[i].member);
		const json_t *there = json_object_get(plan, members[i].member);
		if (here != there && (here == NULL || there == NULL || !json_equal(here, there)))
			CONTRADICTION(judge, "contradiction: %s was examined %s than %s (%s)",
				record_words(plan, "target"), members[i].words,
				record_words(first, "target"), members[i].member);
	}
}

/* One server in two runs: their clients do not belong together. */
static void compare_runs(struct judge *judge, const json_t *plan)
{
	const char *target = record_words(plan, "target"), *run = record_words(plan, "run");
	const json_t *known = json_object_get(judge->run_of_target, target);
	if (known == NULL)
		json_object_set_new(judge->run_of_target, target, json_string(run));
	else if (strcmp(json_string_value(known), run) != 0)
		CONTRADICTION(judge,
			"contradiction: %s was examined in two runs (%s and %s), not in parts of "
			"one (which have the same --seed, or went on with --resume); handset report "
			"shows several runs as they are",
			target, json_string_value(known), run);
}

/* --- what is missing --- */

/* Where the control could not send there are no clients, and nothing is missing. */
static bool control_failed(const struct judge *judge, const json_t *plan)
{
	return json_is_false(json_object_get(judge->controls, record_words(plan, "run")));
}

static void look_for_clients(struct judge *judge, const json_t *plan)
{
	const json_t *clients = record_part(plan, "clients");
	size_t missing = 0;
	const char *first = "";
	for (size_t i = 0; i < json_array_size(clients); i++) {
		const char *name = json_string_value(json_array_get(clients, i));
		if (name == NULL || find_entry(judge->merge, plan, RECORD_CLIENT, name) != NULL)
			continue;
		first = missing == 0 ? name : first;
		missing++;
	}
	if (missing > 0 && !control_failed(judge, plan))
		GAP(judge, "gap: %s: %zu of %zu clients are missing (%s%s)",
			record_words(plan, "target"), missing, json_array_size(clients), first,
			missing > 1 ? ", …" : "");
}

static void look_for_end(struct judge *judge, const json_t *plan)
{
	char shard[80];
	merge_shard_of(plan, shard, sizeof shard);
	if (find_entry(judge->merge, plan, RECORD_END, shard) == NULL)
		GAP(judge, "gap: %s%s%s did not come to its end; --resume goes on with it",
			record_words(plan, "target"), shard[0] == 0 ? "" : ", shard ", shard);
}

/* One part of a server finds them out for all. */
static void look_for_facts(struct judge *judge, const json_t *plan)
{
	if (record_truth(plan, "facts") && !control_failed(judge, plan) &&
		json_object_get(judge->facts, record_words(plan, "run")) == NULL)
		GAP(judge, "gap: %s: the facts about the server are missing",
			record_words(plan, "target"));
}

/* The other parts of a server's clients. */
static void look_for_shards(struct judge *judge, const json_t *plan)
{
	const json_t *shard = record_part(plan, "shard");
	if (!record_is(shard, "by", "client"))
		return;
	for (json_int_t i = 1; i <= record_number(shard, "count") && i <= 100000; i++) {
		char name[80];
		snprintf(name, sizeof name, "%lld/%lld by client", (long long)i,
			(long long)record_number(shard, "count"));
		if (find_entry(judge->merge, plan, RECORD_RUN, name) == NULL)
			GAP(judge, "gap: %s: shard %lld of %lld is missing",
				record_words(plan, "target"), (long long)i,
				(long long)record_number(shard, "count"));
	}
}

/* Of a list that is divided: a part may have got no server at all, which only the list can tell. */
static void look_for_parts(struct judge *judge)
{
	json_int_t count = 0;
	json_t *seen = json_object();
	for (size_t i = 0; i < judge->merge->count; i++) {
		const struct merge_entry *entry = &judge->merge->entries[i];
		const json_t *shard = record_part(entry->record, "shard");
		if (entry->kind != RECORD_RUN || !record_is(shard, "by", "target"))
			continue;
		char index[32];
		snprintf(index, sizeof index, "%lld", (long long)record_number(shard, "index"));
		json_object_set_new(seen, index, json_true());
		if (count != 0 && count != record_number(shard, "count"))
			CONTRADICTION(judge, "contradiction: parts of %lld and parts of %lld",
				(long long)count, (long long)record_number(shard, "count"));
		count = record_number(shard, "count");
	}
	for (json_int_t i = 1; i <= count && i <= 100000; i++) {
		char index[32];
		snprintf(index, sizeof index, "%lld", (long long)i);
		if (json_object_get(seen, index) == NULL)
			GAP(judge,
				"gap: shard %lld of %lld has no server: none fell to it, or its "
				"file is missing; --targets FILE can tell",
				(long long)i, (long long)count);
	}
	json_decref(seen);
}

static void look_for_targets(struct judge *judge, const char *const *targets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (json_object_get(judge->run_of_target, targets[i]) == NULL)
			GAP(judge, "gap: %s is missing", targets[i]);
	}
}

static json_int_t first_plan_of(const struct judge *judge, const json_t *record)
{
	const json_t *place = json_object_get(judge->first_plans, record_words(record, "run"));
	return place == NULL ? -1 : json_integer_value(place);
}

/* The plan of a run's first part speaks for all of them. */
static void judge_plan(struct judge *judge, const json_t *first, size_t index)
{
	const json_t *plan = judge->merge->entries[index].record;
	compare_plans(judge, first, plan);
	compare_runs(judge, plan);
	look_for_clients(judge, plan);
	look_for_end(judge, plan);
	if (first_plan_of(judge, plan) != (json_int_t)index)
		return;
	look_for_facts(judge, plan);
	look_for_shards(judge, plan);
}

/* Records of a run whose beginning is in no file. */
static void look_for_plan(struct judge *judge, const json_t *record)
{
	const char *run = record_words(record, "run");
	if (first_plan_of(judge, record) >= 0)
		return;
	if (json_object_get(judge->told, run) == NULL)
		CONTRADICTION(judge, "contradiction: %s: the run %s has no beginning in any file",
			record_words(record, "target"), run);
	json_object_set_new(judge->told, run, json_true());
}

static void look_through(struct judge *judge)
{
	for (size_t i = 0; i < judge->merge->count; i++) {
		const struct merge_entry *entry = &judge->merge->entries[i];
		const char *run = record_words(entry->record, "run");
		if (entry->kind == RECORD_RUN && json_object_get(judge->first_plans, run) == NULL)
			json_object_set_new(judge->first_plans, run, json_integer((json_int_t)i));
		if (entry->kind == RECORD_FACT)
			json_object_set_new(judge->facts, run, json_true());
		if (entry->kind != RECORD_CONTROL || record_truth(entry->record, "advisory") ||
			json_is_true(json_object_get(judge->controls, run)))
			continue;
		json_object_set_new(judge->controls, run,
			json_boolean(record_is(entry->record, "result", "sends")));
	}
}

static void judge_all(struct judge *judge)
{
	const json_t *first = NULL;
	look_through(judge);
	for (size_t i = 0; i < judge->merge->count; i++) {
		const struct merge_entry *entry = &judge->merge->entries[i];
		first = first == NULL && entry->kind == RECORD_RUN ? entry->record : first;
		if (entry->kind == RECORD_RUN)
			judge_plan(judge, first, i);
		else
			look_for_plan(judge, entry->record);
	}
}

bool merge_judge(struct merge *merge, const char *const *targets, size_t target_count,
	struct merge_findings *findings)
{
	struct judge judge = {.merge = merge,
		.findings = findings,
		.first_plans = json_object(),
		.facts = json_object(),
		.controls = json_object(),
		.run_of_target = json_object(),
		.told = json_object()};
	merge_sort(merge);
	findings->contradictions = merge->contradiction_count;
	findings->gaps = 0;
	buffer_append_octets(findings->lines, buffer_octets(&merge->contradictions));
	judge_all(&judge);
	if (targets != NULL)
		look_for_targets(&judge, targets, target_count);
	else
		look_for_parts(&judge);
	if (merge->cut > 0)
		buffer_format(findings->lines,
			"note: in %zu file%s the last line is cut off and was left out\n",
			merge->cut, merge->cut == 1 ? "" : "s");
	json_decref(judge.first_plans);
	json_decref(judge.facts);
	json_decref(judge.controls);
	json_decref(judge.run_of_target);
	json_decref(judge.told);
	return !buffer_failed(findings->lines);
}

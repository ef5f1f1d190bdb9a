/* handset_check_share: parts of a plan, and what is left of them. */
#include "handset_check_share.h"

#include "handset.h"
#include "records.h"

#include <stdlib.h>

bool check_share_make(struct check_share *share, const struct check_plan *plan,
	const struct shard *shard, bool by_client, bool facts_only)
{
	*share = (struct check_share){.shard = *shard, .by_client = by_client, .facts_left = true};
	share->mine = calloc(plan->count + 1, sizeof *share->mine);
	share->left = calloc(plan->count + 1, sizeof *share->left);
	if (share->mine == NULL || share->left == NULL)
		return false;
	for (size_t i = 0; i < plan->count && !facts_only; i++) {
		if (by_client && !shard_has(shard, plan->clients[i].name))
			continue;
		share->mine[share->mine_count++] = plan->clients[i];
		share->left[share->left_count++] = plan->clients[i];
	}
	/* One part looks at the server itself. */
	share->facts_left = !by_client || shard->index == 1;
	return true;
}

void check_share_free(struct check_share *share)
{
	free(share->mine);
	free(share->left);
	*share = (struct check_share){.mine = NULL};
}

bool check_share_is_done(const struct check_share *share)
{
	return share->resumed && share->left_count == 0 && !share->facts_left;
}

/* --- what an earlier run says --- */

static bool is_of_shard(const struct check_share *share, const json_t *record)
{
	const json_t *shard = record_part(record, "shard");
	if (share->shard.count == 1)
		return shard == NULL;
	return record_number(shard, "index") == share->shard.index &&
	       record_number(shard, "count") == share->shard.count;
}

static bool is_same(const json_t *earlier, const json_t *now, const char *member)
{
	const json_t *was = json_object_get(earlier, member), *is = json_object_get(now, member);
	return was == is || (was != NULL && is != NULL && json_equal(was, is));
}

/* Where the version is what differs, both are named: an older one that is kept can go on. */
static void refuse(struct sentence *why, const struct check_job *job, const json_t *head,
	const json_t *now, const char *differs)
{
	bool by_version = !is_same(head, now, "tool");
	sentence_set(why, "there are records of %s in it that were made %s", job->target, differs);
	if (by_version) {
		sentence_add(why, ": by ");
		sentence_add_foreign(why, octets_of(record_words(head, "tool")));
		sentence_add(why, ", and this is ");
		sentence_add(why, record_words(now, "tool"));
		sentence_add(why, ". Go on with the version that began, or begin anew with this "
				  "one: name another file with --jsonl");
		return;
	}
	sentence_add(why, ": they cannot be gone on with; name another file with --jsonl");
}

/* In what the earlier run and this one differ; NULL: in nothing that matters. */
static const char *difference(const json_t *earlier, const json_t *now)
{
	static const struct {
		const char *member, *words;
	} members[] = {{"format", "in another form"}, {"tool", "by another version of handset"},
		{"seed", "with another --seed"}, {"deliver", "with and without --deliver"},
		{"facts", "with and without facts"},
		{"account", "with another --user, --from, --to or --refused"},
		{"profiles", "with other clients, or profiles that have changed"}};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		if (!is_same(earlier, now, members[i].member))
			return members[i].words;
	}
	return NULL;
}

static void count_verdict(struct run_counts *counts, const json_t *client)
{
	const char *verdict = record_words(client, "verdict");
	if (strcmp(verdict, "sends") == 0)
		counts->sends++;
	else if (strcmp(verdict, "not-applicable") == 0 || strcmp(verdict, "tls-too-old") == 0)
		counts->not_applicable++;
	else
		counts->fails++;
}

static void leave_out_clients(struct check_share *share, const struct record_run *run)
{
	size_t left = 0;
	for (size_t i = 0; i < share->left_count; i++) {
		const json_t *client = record_run_find(run, RECORD_CLIENT, share->left[i].name);
		if (client == NULL || record_is(client, "verdict", "inconclusive"))
			share->left[left++] = share->left[i];
		else
			count_verdict(&share->before, client);
	}
	share->left_count = left;
}

static bool has_end(const struct check_share *share, const struct record_run *run)
{
	const struct record_list *ends = &run->lists[RECORD_END];
	for (size_t i = 0; i < ends->count; i++) {
		if (is_of_shard(share, ends->items[i]))
			return true;
	}
	return false;
}

/* The run record that this job would write; json_decref() it. */
static json_t *plan_of(const struct check_job *job, uint64_t seed)
{
	struct recording_head head;
	struct check_job same = *job;
	same.seed = seed;
	recording_head_init(&head, job->target, seed);
	return check_run_record(&same, &head);
}

bool check_share_resume(struct check_share *share, struct check_job *job,
	const struct record_set *earlier, struct sentence *why)
{
	const struct record_run *run = record_set_find_target(earlier, job->target);
	if (run == NULL || record_run_head(run) == NULL)
		return true;
	const json_t *head = record_run_head(run);
	uint64_t seed = job->options->seed == UINT64_MAX ? (uint64_t)record_number(head, "seed")
							 : job->seed;
	json_t *now = plan_of(job, seed);
	const char *differs = difference(head, now);
	if (differs != NULL)
		refuse(why, job, head, now, differs);
	json_decref(now);
	if (differs != NULL)
		return false;
	job->seed = seed;
	share->resumed = true;
	leave_out_clients(share, run);
	share->facts_left = share->facts_left && check_wants_facts(job->options) &&
			    (!has_end(share, run) || run->lists[RECORD_FACT].count == 0);
	if (share->left_count == 0 && !has_end(share, run))
		share->resumed = false; /* its end has to be written still */
	return true;
}

/* --- records --- */

void check_share_mark(const struct check_share *share, json_t *record)
{
	if (share->shard.count == 1)
		return;
	json_object_set_new(record, "shard",
		json_pack("{s:i, s:i, s:s}", "index", (int)share->shard.index, "count",
			(int)share->shard.count, "by", share->by_client ? "client" : "target"));
	if (json_array_size(json_object_get(record, "clients")) == 0 || !share->by_client)
		return;
	json_t *names = json_array();
	for (size_t i = 0; i < share->mine_count; i++)
		json_array_append_new(names, json_string(share->mine[i].name));
	json_object_set_new(record, "clients", names);
}

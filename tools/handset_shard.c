/* handset_shard: i/n, also as those say it that start many of us. */
#include "handset_shard.h"

#include "digest.h"

/*
 * Who counts from 0 and who from 1 is each system's own. `first`, `step`: variables that say where
 * an array begins and in which steps it goes on; NULL: `base`, and 1.
 */
static const struct {
	const char *system, *index, *count, *first, *step, *last;
	unsigned int base;
} systems[] = {
	{"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
		"SLURM_ARRAY_TASK_STEP", NULL, 0},
	{"Grid Engine", "SGE_TASK_ID", NULL, "SGE_TASK_FIRST", "SGE_TASK_STEPSIZE", "SGE_TASK_LAST",
		1},
	{"Kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", NULL, NULL, NULL, 0},
	{"AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", NULL, NULL, NULL, 0},
	{"Cloud Run", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT", NULL, NULL, NULL, 0},
	{"GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", NULL, NULL, NULL, 1},
	{"CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", NULL, NULL, NULL, 0},
	{"Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", NULL, NULL, NULL,
		0},
	{"Semaphore", "SEMAPHORE_JOB_INDEX", "SEMAPHORE_JOB_COUNT", NULL, NULL, NULL, 1},
	{"Bitbucket", "BITBUCKET_PARALLEL_STEP", "BITBUCKET_PARALLEL_STEP_COUNT", NULL, NULL, NULL,
		0},
	{"Azure Pipelines", "SYSTEM_JOBPOSITIONINPHASE", "SYSTEM_TOTALJOBSINPHASE", NULL, NULL,
		NULL, 1},
};
enum { SYSTEMS = sizeof systems / sizeof *systems };

typedef const char *environment_function(const char *name);

/* False where there is no such variable, or no number in it. */
static bool read_variable(environment_function *environment, const char *name, uint64_t *number)
{
	const char *value = name == NULL ? NULL : environment(name);
	return value != NULL && octets_number(octets_of(value), number);
}

static bool take(struct shard *shard, uint64_t index, uint64_t count, struct sentence *why)
{
	if (count < 1 || count > SHARD_COUNT_MAX || index < 1 || index > count) {
		sentence_set(why, "there is no part %llu of %llu: parts are counted from 1",
			(unsigned long long)index, (unsigned long long)count);
		return false;
	}
	*shard = (struct shard){(unsigned int)index, (unsigned int)count};
	return true;
}

static bool read_pair(struct shard *shard, const char *text, struct sentence *why)
{
	struct octets all = octets_of(text);
	size_t slash = octets_find(all, '/');
	uint64_t index, count;
	if (slash < all.len && octets_number(octets_cut(all, slash), &index) &&
		octets_number(octets_from(all, slash + 1), &count))
		return take(shard, index, count, why);
	sentence_set(why, "say which part of how many, such as 2/8, or auto, or auto/8");
	return false;
}

/* How many the array of `system` has; 0: it does not say. */
static uint64_t count_of(size_t system, environment_function *environment)
{
	uint64_t count = 0, first = systems[system].base, step = 1, last;
	if (read_variable(environment, systems[system].count, &count))
		return count;
	read_variable(environment, systems[system].first, &first);
	read_variable(environment, systems[system].step, &step);
	if (!read_variable(environment, systems[system].last, &last) || step == 0 || last < first)
		return 0;
	return (last - first) / step + 1;
}

static bool read_system(struct shard *shard, size_t system, uint64_t count,
	environment_function *environment, struct sentence *why)
{
	uint64_t index = 0, first = systems[system].base, step = 1;
	uint64_t told = count_of(system, environment);
	read_variable(environment, systems[system].index, &index);
	read_variable(environment, systems[system].first, &first);
	read_variable(environment, systems[system].step, &step);
	if (told == 0 && count == 0)
		sentence_set(why, "%s says which part this is, and not of how many: say auto/N",
			systems[system].system);
	else if (told != 0 && count != 0 && told != count)
		sentence_set(why, "%s has %llu parts, and auto/%llu says something else",
			systems[system].system, (unsigned long long)told,
			(unsigned long long)count);
	else if (step == 0 || index < first)
		sentence_set(why, "%s says nothing that makes sense in %s", systems[system].system,
			systems[system].index);
	else
		return take(shard, (index - first) / step + 1, told != 0 ? told : count, why);
	return false;
}

static bool read_environment(struct shard *shard, uint64_t count, environment_function *environment,
	struct sentence *why)
{
	size_t found = SYSTEMS;
	for (size_t i = 0; i < SYSTEMS; i++) {
		uint64_t index;
		if (!read_variable(environment, systems[i].index, &index))
			continue;
		if (found < SYSTEMS) {
			sentence_set(why, "both %s and %s say which part this is: say it as 2/8",
				systems[found].system, systems[i].system);
			return false;
		}
		found = i;
	}
	if (found < SYSTEMS)
		return read_system(shard, found, count, environment, why);
	sentence_set(why,
		"nobody says which part this is: no variable of Slurm, Kubernetes or a CI "
		"system is set; say it as 2/8");
	return false;
}

bool shard_read(struct shard *shard, const char *text, environment_function *environment,
	struct sentence *why)
{
	uint64_t count = 0;
	if (strncmp(text, "auto", 4) != 0)
		return read_pair(shard, text, why);
	if (text[4] != 0 &&
		(text[4] != '/' || !octets_number(octets_of(text + 5), &count) || count == 0))
		return read_pair(shard, "", why);
	return read_environment(shard, count, environment, why);
}

bool shard_has(const struct shard *shard, const char *name)
{
	uint8_t digest[DIGEST_SHA256_LEN];
	uint64_t number = 0;
	digest_sha256(octets_of(name), digest);
	for (int i = 0; i < 8; i++)
		number = number << 8 | digest[i];
	return number % shard->count + 1 == shard->index;
}

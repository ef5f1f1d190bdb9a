/*
 * handset_check: one server examined with every client, from options to records.
 *
 * What is found goes out as records (emulator/check/recording.h): to whoever renders them, to a
 * file as they come, and as lines for people.
 */
#ifndef TOOLS_HANDSET_CHECK_H
#define TOOLS_HANDSET_CHECK_H

#include "handset_check_plan.h"
#include "handset_output.h"
#include "progress_bar.h"
#include "recording.h"
#include "server_url.h"

struct check_options {
	struct output_options output; /* first: its part of the options stands here */
	const char *server, *user, *password_file, *password_command;
	const char *trust_file, *fingerprint, *profiles;
	const char *from, *to, *refused, *host;
	const char *rate, *jsonl, *targets, *shard;
	const char *learn_server;
	struct option_list clients, rules, facts;
	bool insecure, no_causes, deliver, dry_run, verbose, quiet;
	bool facts_only, no_facts, list, resume;
	uint64_t jobs;
	uint64_t patience_ms, seed, max_connections, max_refused_logins;
};

/*
 * Facts are found out where they are asked for, and where nothing narrower is: not with --client or
 * --rule alone.
 */
bool check_wants_facts(const struct check_options *options);

struct check_share; /* handset_check_share.h */

/* One target, ready to be checked; borrowed, but for what its functions fill. */
struct check_job {
	const struct check_options *options;
	const char *target; /* the URL as given */
	struct server_url url;
	const char *user, *password; /* user NULL: no login */
	const char *sender, *recipient;
	struct handset_pin pin; /* of options->fingerprint */
	uint64_t seed, pause_ms, unix_time;
	size_t max_refused_logins; /* 0: no bound */
	const struct check_plan *plan;
	const struct check_share *share; /* what of the plan is to be done */
	const struct advice_book *book;	 /* what cures; NULL: nothing is known */
	/* Each record as it is made; the line ends in a line feed. Lent. False: it cannot be kept.
	 */
	bool (*take)(void *context, const json_t *record, const char *line);
	void *context;
};

/* The record that a run of this job begins with; NULL: no memory. */
json_t *check_run_record(const struct check_job *job, const struct recording_head *head);
/* Blocks; returns the exit status. */
int check_run(const struct check_job *job);
/* What each client would say to a server without faults; connects nowhere. */
int check_rehearse(const struct check_job *job);

#endif

/* handset_check_rehearse: each client in memory, against a server without faults. */
#include "applicable.h"
#include "handset.h"
#include "handset_check.h"
#include "handset_check_ground.h"
#include "profile_ground.h"

/* What the client says, and what it is told: as a transcript for people. */
static void show(const struct run_client *client, const struct trial *trial)
{
	static const struct transcript_style style = {.elide_body = true};
	struct buffer text;
	buffer_init(&text, &memory_standard, SIZE_MAX / 2);
	transcript_write(&text, trial->transcript, &style);
	printf("%s%s%s: ", handset_colour(stdout, COLOUR_BOLD), client->name,
		handset_plain(stdout));
	handset_print_foreign(stdout, profile_title(client->profile));
	printf("\n%s\n", buffer_string(&text));
	buffer_free(&text);
}

static bool rehearse(
	const struct check_job *job, const struct ground *ground, const struct run_client *client)
{
	const struct trial_wish wish = {.client = client->profile,
		.messages = job->options->deliver ? 2 : 1,
		.deliver = job->options->deliver,
		.seed = job->seed};
	struct trial trial;
	struct sentence why = {""};
	if (!applicable(ground->account, client->profile, &why)) {
		printf("%s: %s\n\n", client->name, why.text);
		return true;
	}
	if (!ground->play(ground->context, &wish, &trial, &why)) {
		fprintf(stderr, "handset check: %s: %s\n", client->name, why.text);
		return false;
	}
	show(client, &trial);
	trial_free(&trial);
	return true;
}

int check_rehearse(const struct check_job *job)
{
	struct phone_account account = check_account(job);
	const struct ground like = {.account = &account,
		.sender = job->sender,
		.recipient = job->recipient,
		.refused_recipient = job->options->refused};
	/* what is correct takes no login in clear */
	const char *name = job->url.security == PHONE_PLAIN ? "lenient" : "correct";
	struct profile *server = handset_load(PROFILE_SERVER, name, job->options->profiles);
	struct profile_ground ground;
	if (server == NULL)
		return EXIT_USAGE;
	profile_ground_init(&ground, &memory_standard, profile_server(server), &like);
	bool good = true;
	for (size_t i = 0; i < job->plan->count && good; i++)
		good = rehearse(job, &ground.ground, &job->plan->clients[i]);
	profile_free(server);
	return good ? EXIT_AS_HOPED : EXIT_INTERNAL;
}

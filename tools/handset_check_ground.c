/* handset_check_ground: makes the grounds of what the options say. */
#include "handset_check_ground.h"

#include "handset.h"

#include <stdio.h>

struct phone_account check_account(const struct check_job *job)
{
	return (struct phone_account){
		.security = job->url.security,
		.port = job->url.port,
		.user = octets_of(job->user),
		.password = octets_of(job->password),
		.sender = octets_of(job->sender),
		.host = octets_of(job->options->host != NULL ? job->options->host
							     : "handset-check.example.org"),
		.device = octets_of("handset-check"),
		.server = octets_of(job->url.host),
		.password_in_clear = job->url.security == PHONE_PLAIN,
	};
}

static struct check_control control_of(const struct check_job *job)
{
	return (struct check_control){
		.host = job->url.host,
		.port = job->url.port,
		.name = job->options->host,
		.security = job->url.security,
		.user = job->user,
		.password = job->password,
		.sender = job->sender,
		.recipient = job->recipient,
		.trust_file = job->options->trust_file,
		.fingerprint = job->options->fingerprint,
		.insecure = job->options->insecure,
		.patience_ms = job->options->patience_ms,
		.unix_time = job->unix_time,
	};
}

static struct ground_tcp_settings ground_of(const struct check_job *job,
	const struct phone_account *account, struct check_control *control)
{
	return (struct ground_tcp_settings){
		.memory = &memory_standard,
		.account = account,
		.sender = job->sender,
		.recipient = job->recipient,
		.refused_recipient = job->options->refused,
		.host = job->url.host,
		.port = job->url.port,
		.trust_file = job->options->trust_file,
		.fingerprint = handset_pin_octets(&job->pin),
		.insecure = job->options->insecure,
		.patience_ms = job->options->patience_ms,
		.unix_time = job->unix_time,
		.control = check_control,
		.control_context = control,
		.control_name = job->options->host,
		.interrupted = &handset_interrupted,
	};
}

void check_ground_init(struct check_ground *ground, const struct check_job *job,
	void (*heard)(void *context, const struct transcript_event *event), void *context)
{
	ground->account = check_account(job);
	ground->control = control_of(job);
	struct ground_tcp_settings settings = ground_of(job, &ground->account, &ground->control);
	settings.heard = ground->control.heard = heard;
	settings.heard_context = ground->control.heard_context = context;
	ground_tcp_init(&ground->tcp, &settings);
	careful_init(&ground->careful, &ground->tcp.ground,
		&(struct careful_settings){.pause_ms = job->pause_ms,
			.max_connections = (size_t)job->options->max_connections,
			.max_refused_logins = job->max_refused_logins});
}

void check_ground_show_waiting(struct progress_bar *bar, const struct check_job *job, size_t number)
{
	struct sentence words;
	char more[120];
	unsigned long long seconds = (job->options->patience_ms + 999) / 1000;
	sentence_set(&words, "waiting for ");
	sentence_add_foreign(&words, octets_of(job->url.host));
	snprintf(more, sizeof more,
		seconds == 0 ? " port %u: control %zu"
			     : " port %u: control %zu, at most %llu s for each answer",
		(unsigned int)job->url.port, number, seconds);
	sentence_add(&words, more);
	progress_bar_show_words(bar, words.text);
}

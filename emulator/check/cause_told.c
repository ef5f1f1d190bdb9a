/* cause_told: the words for trials, causes and conclusions. */
#include "cause_told.h"

#include "referee.h"
#include "telling.h"
#include "text.h"
#include "units.h"

#include <string.h>

enum { NAMED_MAX = 4, GROUPS_MAX = 32 };

static const char *separator(size_t index, size_t count)
{
	if (index == 0)
		return "";
	return index + 1 == count ? " and " : ", ";
}

static void append_keys(struct buffer *out, const struct profile *client, const bool *kept,
	bool wanted, size_t count)
{
	size_t named = 0;
	for (size_t i = 0; i < profile_setting_count(client); i++) {
		if (kept[i] != wanted)
			continue;
		buffer_format(
			out, "%s%s", separator(named, count), profile_setting_path(client, i));
		named++;
	}
}

/* Names of groups that have a setting among these. */
static void append_groups(struct buffer *out, const struct profile *client, const bool *kept)
{
	const char *groups[GROUPS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < profile_setting_count(client); i++) {
		const struct unit *unit = unit_of(profile_setting_path(client, i));
		size_t known = 0;
		while (unit != NULL && known < count && strcmp(groups[known], unit->group) != 0)
			known++;
		if (kept[i] && unit != NULL && known == count && count < GROUPS_MAX)
			groups[count++] = unit->group;
	}
	for (size_t i = 0; i < count; i++)
		buffer_format(out, "%s%s", separator(i, count), groups[i]);
}

static void append_part(struct buffer *out, const struct cause *cause, const struct profile *client,
	const struct cause_trial *trial)
{
	size_t all = cause->setting_count, without = all - trial->kept_count;
	if (trial->kept_count <= NAMED_MAX) {
		buffer_append_text(out, "only ");
		append_keys(out, client, trial->kept, true, trial->kept_count);
	} else if (without <= NAMED_MAX) {
		buffer_append_text(out, "all but ");
		append_keys(out, client, trial->kept, false, without);
	} else {
		buffer_format(out, "%zu of its %zu differences, of ", trial->kept_count, all);
		append_groups(out, client, trial->kept);
	}
}

/* How often the same was played before. */
static size_t times_before(const struct cause *cause, const struct cause_trial *trial)
{
	size_t times = 0;
	for (const struct cause_trial *one = cause->trials; one < trial; one++) {
		if (one->connections == 0)
			continue;
		times += one->kept == NULL
				 ? trial->kept == NULL
				 : trial->kept != NULL &&
					   memcmp(one->kept, trial->kept,
						   cause->setting_count * sizeof(bool)) == 0;
	}
	return times;
}

void cause_tell_trial(struct buffer *out, const struct cause *cause, const struct profile *client,
	const char *name, const struct cause_trial *trial)
{
	size_t times = times_before(cause, trial);
	if (trial->kept == NULL)
		buffer_append_text(out, "the control");
	else if (trial->kept_count == 0)
		buffer_append_text(out, "the plain correct client");
	else if (trial->kept_count == cause->setting_count)
		buffer_format(out, "%s, all its %zu differences", name, trial->kept_count);
	else
		append_part(out, cause, client, trial);
	if (times > 0)
		buffer_append_text(out, times == 1 ? ", once more" : ", again");
}

void cause_tell_keys(struct buffer *out, const struct cause *cause, const struct profile *client,
	const struct cause_set *set)
{
	(void)cause;
	append_keys(out, client, set->kept, true, set->kept_count);
}

bool cause_tell_behaviour(struct buffer *out, const struct cause *cause,
	const struct profile *client, const struct cause_set *set)
{
	struct profile *alone = profile_subset(client, set->kept);
	struct tellings *tellings = alone == NULL ? NULL : tellings_make(cause->memory, alone);
	bool good = tellings != NULL;
	for (size_t i = 0; good && i < tellings_count(tellings); i++)
		buffer_format(out, "%s%s", i == 0 ? "" : " ", tellings_at(tellings, i).text);
	tellings_free(tellings);
	profile_free(alone);
	return good && !buffer_failed(out);
}

/* A sentence of its own becomes a part: "It says X." -> "it says X". */
static void append_as_part(struct buffer *out, struct buffer *sentence)
{
	struct octets text = buffer_octets(sentence);
	if (text.len > 0 && text.at[text.len - 1] == '.')
		text.len--;
	/* a word, and not a verb of the protocol */
	if (text.len > 1 && text.at[0] >= 'A' && text.at[0] <= 'Z' && text.at[1] >= 'a' &&
		text.at[1] <= 'z') {
		buffer_append_byte(out, (uint8_t)(text.at[0] - 'A' + 'a'));
		text = octets_from(text, 1);
	}
	buffer_append_octets(out, text);
}

static bool append_causes(
	struct buffer *out, const struct cause *cause, const struct profile *client)
{
	bool good = true;
	for (size_t i = 0; i < cause->set_count; i++) {
		struct buffer text;
		buffer_init(&text, cause->memory, 65536);
		buffer_append_text(out, i == 0 ? " because " : "; and, without that, because ");
		good = cause_tell_behaviour(&text, cause, client, &cause->sets[i]) && good;
		append_as_part(out, &text);
		buffer_append_text(out, " (");
		cause_tell_keys(out, cause, client, &cause->sets[i]);
		buffer_append_text(out, ")");
		buffer_free(&text);
	}
	return good;
}

bool cause_tell_conclusion(struct buffer *out, const struct cause *cause,
	const struct profile *client, const char *name)
{
	bool good = true;
	switch (cause->state) {
	case CAUSE_NONE:
		buffer_format(out, "%s can send through this server", name);
		break;
	case CAUSE_FOUND:
		buffer_format(out, "%s cannot send through this server", name);
		good = append_causes(out, cause, client);
		break;
	case CAUSE_SERVER:
		buffer_format(out, "%s cannot send through this server, and %s", name,
			cause->sentence.text);
		break;
	case CAUSE_INCONCLUSIVE:
		buffer_format(out, "nothing is concluded about %s: %s", name, cause->sentence.text);
		break;
	}
	buffer_append_text(out, ".");
	return good && !buffer_failed(out);
}

static uint64_t broken_in(const struct cause *cause, const struct transcript *transcript,
	const struct phone_account *account)
{
	const struct referee_settings known = {.login_wanted = account->user.len > 0,
		.tls_wanted = account->security != PHONE_PLAIN,
		.composed = true};
	struct referee *referee = referee_new(cause->memory, &known);
	uint64_t broken = 0;
	if (referee != NULL && transcript != NULL) {
		referee_hear_all(referee, transcript);
		broken = referee_broken(referee);
	}
	referee_free(referee);
	return broken;
}

uint64_t cause_rules(
	const struct cause *cause, const struct cause_set *set, const struct phone_account *account)
{
	uint64_t broken = 0, anyway = 0;
	if (set->trial < cause->trial_count)
		broken = broken_in(cause, cause->trials[set->trial].transcript, account);
	for (size_t i = 0; i < cause->trial_count; i++) {
		const struct cause_trial *trial = &cause->trials[i];
		if (trial->purpose == PURPOSE_PLAIN)
			anyway |= broken_in(cause, trial->transcript, account);
	}
	return broken & ~anyway;
}

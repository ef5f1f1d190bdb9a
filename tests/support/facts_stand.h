/*
 * facts_stand: what is found out about a server profile, in memory, for tests.
 *
 * `choose` may take another profile for each connection: a server that contradicts itself.
 */
#ifndef SUPPORT_FACTS_STAND_H
#define SUPPORT_FACTS_STAND_H

#include "findings.h"
#include "profile_fixture.h"
#include "profile_ground.h"

struct facts_stand {
	const struct memory *memory;
	struct catalogue *catalogue;
	struct profile *profile;
	struct phone_account account;
	struct profile_ground ground;
	struct ground below; /* with choose: asks `ground` */
	const struct server_profile *(*choose)(struct facts_stand *stand, size_t number);
	void *chooses;
	size_t connections;
	struct findings *findings;
	struct sentence why;
};

static inline struct profile *facts_stand_load(struct facts_stand *stand, const char *name)
{
	struct buffer errors;
	struct profile_source source = catalogue_source(stand->catalogue);
	buffer_init(&errors, &memory_standard, 100000);
	struct profile *profile =
		profile_load(&memory_standard, PROFILE_SERVER, name, &source, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	return profile;
}

static inline bool facts_stand_converse(void *context, struct player *player,
	struct transcript *transcript, enum drive_end *end, struct sentence *why)
{
	struct facts_stand *stand = context;
	stand->connections++;
	if (stand->choose != NULL)
		stand->ground.profile = stand->choose(stand, stand->connections);
	return stand->ground.ground.converse(&stand->ground, player, transcript, end, why);
}

/* False after a failed check; close it in any case. */
static inline bool facts_stand_open(
	struct facts_stand *stand, const char *name, enum phone_security security)
{
	static const char *const folders[] = {"tests/profiles", "profiles"};
	*stand = (struct facts_stand){.memory = &memory_standard,
		.account = {.security = security,
			.user = octets_of("phone"),
			.password = octets_of("secret-word")}};
	stand->catalogue = catalogue_open(&memory_standard, folders, 2);
	stand->profile = facts_stand_load(stand, name);
	if (!CHECK(stand->profile != NULL))
		return false;
	struct ground like = {.account = &stand->account,
		.sender = "phone@example.org",
		.recipient = "someone@example.org"};
	profile_ground_init(
		&stand->ground, &memory_standard, profile_server(stand->profile), &like);
	stand->below = stand->ground.ground;
	stand->below.context = stand;
	stand->below.converse = facts_stand_converse;
	return true;
}

/* As findings_run(); `more` may say everything but the ground. */
static inline bool facts_stand_run(struct facts_stand *stand, const struct findings_wish *more)
{
	struct findings_wish wish = *more;
	wish.ground = &stand->below;
	stand->findings = findings_new(stand->memory, &wish);
	return stand->findings != NULL && findings_run(stand->findings, &stand->why);
}

static inline void facts_stand_close(struct facts_stand *stand)
{
	findings_free(stand->findings);
	profile_free(stand->profile);
	catalogue_close(stand->catalogue);
}

/* The names of all facts with this verdict, blanks between. */
static inline void facts_stand_names(
	const struct facts_stand *stand, enum fact_verdict verdict, struct buffer *out)
{
	for (size_t i = 0; i < findings_count(stand->findings); i++) {
		const struct fact_finding *finding = findings_at(stand->findings, i);
		if (finding->verdict == verdict)
			buffer_format(out, "%s%s", out->len == 0 ? "" : " ", finding->row->name);
	}
}

static inline const char *facts_stand_verdict(const struct facts_stand *stand, const char *fact)
{
	const struct fact_finding *finding = findings_find(stand->findings, fact);
	return finding == NULL ? "(none)" : fact_verdict_name(finding->verdict);
}

static inline const char *facts_stand_value(const struct facts_stand *stand, const char *fact)
{
	const struct fact_finding *finding = findings_find(stand->findings, fact);
	return finding == NULL ? "(none)" : finding->value;
}

static inline const char *facts_stand_sentence(const struct facts_stand *stand, const char *fact)
{
	const struct fact_finding *finding = findings_find(stand->findings, fact);
	return finding == NULL ? "(none)" : finding->sentence.text;
}

#endif

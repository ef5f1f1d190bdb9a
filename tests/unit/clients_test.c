/*
 * clients: every client profile breaks exactly the rules that it claims, over all servers and
 * accounts together, and in each run none beside them; and any subset of any profile's keys is a
 * client that can be played, and ends.
 */
#include "check.h"
#include "random.h"
#include "stage.h"

#include <stdlib.h>

enum { SUBSETS = 300 }; /* of each profile */

static uint64_t claims_of(const struct client_profile *profile)
{
	uint64_t claims = 0;
	for (size_t i = 0; i < profile->breaks.count; i++) {
		enum rule rule = rule_find((const char *)profile->breaks.items[i].at);
		CHECK_CASE("claims %s", (const char *)profile->breaks.items[i].at);
		if (CHECK(rule != RULE_COUNT))
			claims |= UINT64_C(1) << rule;
	}
	return claims;
}

static const char *names_of(uint64_t rules, char *names, size_t room)
{
	size_t len = 0;
	names[0] = 0;
	for (unsigned int i = 0; i < RULE_COUNT; i++) {
		if ((rules & UINT64_C(1) << i) != 0 && len < room)
			len += (size_t)snprintf(names + len, room - len, "%s%s", len > 0 ? " " : "",
				rule_rows[i].name);
	}
	return names;
}

/* Accounts that a user may have: each makes other behaviour visible. */
static const struct {
	enum stage_security security;
	bool no_login, wrong_password, ipv6;
} accounts[] = {
	{STAGE_PLAIN, false, false, false},
	{STAGE_PLAIN, true, false, false},
	{STAGE_PLAIN, false, true, false},
	{STAGE_PLAIN, false, false, true},
	{STAGE_STARTTLS, false, false, false},
	{STAGE_TLS, false, false, false},
};

static uint64_t play_all(const char *client, const struct client_profile *phone, uint64_t claims,
	const char *server_name, unsigned long *runs)
{
	uint64_t seen = 0;
	char names[2048];
	struct profile *server = stage_profile(PROFILE_SERVER, server_name);
	for (size_t account = 0; server != NULL && account < sizeof accounts / sizeof *accounts;
		account++) {
		for (size_t mail = 0; mail < stage_mail_count; mail++) {
			/* what they need no phone can say: given all the same, it is not its fault
			 */
			if (stage_mails[mail].messages[0].need != STAGE_NOTHING)
				continue;
			struct stage_settings settings = {
				.phone = phone,
				.server = profile_server(server),
				.mail = &stage_mails[mail],
				.security = accounts[account].security,
				.no_login = accounts[account].no_login,
				.wrong_password = accounts[account].wrong_password,
				.ipv6 = accounts[account].ipv6,
				.seed = 3,
			};
			struct stage_result result;
			stage_play(&settings, &result);
			CHECK_CASE("%s with %s, mail %s, account %zu", client, server_name,
				settings.mail->name, account);
			CHECK(result.began);
			CHECK_TEXT(names_of(result.broken & ~claims, names, sizeof names), "");
			seen |= result.broken;
			++*runs;
			stage_free(&result);
		}
	}
	profile_free(server);
	return seen;
}

static void each_breaks_what_it_claims(void)
{
	char **clients = stage_profile_names(PROFILE_CLIENT),
	     **servers = stage_profile_names(PROFILE_SERVER);
	char names[2048];
	unsigned long runs = 0;
	for (size_t i = 0; clients[i] != NULL; i++) {
		struct profile *profile = stage_profile(PROFILE_CLIENT, clients[i]);
		if (profile == NULL)
			continue;
		const struct client_profile *phone = profile_client(profile);
		uint64_t claims = claims_of(phone), seen = 0;
		for (size_t j = 0; servers[j] != NULL; j++)
			seen |= play_all(clients[i], phone, claims, servers[j], &runs);
		CHECK_CASE("%s claims what was never seen", clients[i]);
		CHECK_TEXT(names_of(claims & ~seen, names, sizeof names), "");
		profile_free(profile);
	}
	stage_free_names(clients);
	stage_free_names(servers);
	printf("\n  %lu runs ", runs);
	CHECK(runs > 1000);
}

static void play_subset(
	const struct profile *profile, char *const *servers, size_t server_count, uint64_t seed)
{
	struct random random;
	random_init(&random, seed);
	size_t count = profile_setting_count(profile);
	bool *keep = calloc(count + 1, sizeof *keep);
	for (size_t i = 0; i < count; i++)
		keep[i] = random_below(&random, 2) == 0;
	struct profile *subset = profile_subset(profile, keep);
	const char *server_name = servers[random_below(&random, (uint32_t)server_count)];
	struct profile *server = stage_profile(PROFILE_SERVER, server_name);
	free(keep);
	if (!CHECK(subset != NULL) || server == NULL) {
		profile_free(subset);
		return;
	}
	struct stage_settings settings = {
		.phone = profile_client(subset),
		.server = profile_server(server),
		.mail = &stage_mails[random_below(&random, (uint32_t)stage_mail_count)],
		.security = (enum stage_security)random_below(&random, 3),
		.wrong_password = random_below(&random, 4) == 0,
		.ipv6 = random_below(&random, 4) == 0,
		.cuts = &random,
		.seed = seed,
	};
	struct stage_result result;
	stage_play(&settings, &result);
	CHECK_CASE("subset of seed %llu with %s", (unsigned long long)seed, server_name);
	CHECK_INT(result.pair.end, PAIR_FINISHED);
	for (size_t i = 0; i < settings.mail->count; i++)
		CHECK(!result.delivered[i] || result.stored[i] > 0);
	stage_free(&result);
	profile_free(subset);
	profile_free(server);
}

static void any_subset_can_be_played_and_ends(void)
{
	char **clients = stage_profile_names(PROFILE_CLIENT),
	     **servers = stage_profile_names(PROFILE_SERVER);
	size_t server_count = 0;
	unsigned long subsets = 0;
	while (servers[server_count] != NULL)
		server_count++;
	for (size_t i = 0; clients[i] != NULL; i++) {
		struct profile *profile = stage_profile(PROFILE_CLIENT, clients[i]);
		uint64_t tries =
			profile == NULL || profile_setting_count(profile) == 0 ? 0 : SUBSETS;
		for (uint64_t seed = 1; seed <= tries; seed++, subsets++)
			play_subset(profile, servers, server_count, seed);
		profile_free(profile);
	}
	stage_free_names(clients);
	stage_free_names(servers);
	printf("\n  %lu subsets ", subsets);
	CHECK(subsets >= SUBSETS);
}

#define TESTS(T)                                                                                   \
	T(each_breaks_what_it_claims)                                                              \
	T(any_subset_can_be_played_and_ends)
CHECK_MAIN("clients", TESTS)

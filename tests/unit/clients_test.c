/*
 * clients: every client profile breaks exactly the rules that it claims, over all servers and
 * accounts together, and in each run none beside them; and any subset of any profile's keys is a
 * client that can be played, and ends.
 */
#include "check.h"
#include "random.h"
#include "stage.h"

#include <stdlib.h>

enum {
	SUBSETS = 4000, /* of all profiles together */
	SPREAD = 13,	/* of the runs that are not main ones, one in so many is played */
};

/* A profile of the project or of the tests, held for the whole test; the last has no name. */
struct named {
	char *name;
	struct profile *profile;
};
static struct named *clients, *servers;
static size_t client_count, server_count;
static unsigned long runs;
static unsigned int shard, shards = 1; /* this process plays each client whose index fits */

static struct named *load_all(enum profile_kind kind, size_t *count)
{
	char **names = stage_profile_names(kind);
	size_t len = 0;
	while (names[len] != NULL)
		len++;
	struct named *all = calloc(len + 1, sizeof *all);
	for (size_t i = 0; i < len; i++) {
		struct profile *profile = stage_profile(kind, names[i]);
		if (profile != NULL)
			all[(*count)++] = (struct named){strdup(names[i]), profile};
	}
	CHECK_INT(*count, len);
	stage_free_names(names);
	return all;
}

static void free_all(struct named *all)
{
	for (struct named *one = all; one->name != NULL; one++) {
		free(one->name);
		profile_free(one->profile);
	}
	free(all);
}

/* SHARD=i/n: tests/CMakeLists.txt shares the clients among n processes. */
static void set_up(void)
{
	const char *share = getenv("SHARD");
	if (share != NULL)
		CHECK(sscanf(share, "%u/%u", &shard, &shards) == 2 && shard < shards);
	clients = load_all(PROFILE_CLIENT, &client_count);
	servers = load_all(PROFILE_SERVER, &server_count);
	CHECK(client_count > shards && server_count > 0);
}

static void tear_down(void)
{
	free_all(clients);
	free_all(servers);
	client_count = server_count = 0;
}

/* The clients of this process, one after the other; the last has no name. */
static const struct named *client_from(const struct named *client)
{
	while (client->name != NULL && (size_t)(client - clients) % shards != shard)
		client++;
	return client;
}

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
static const struct account {
	const char *name;
	enum stage_security security;
	bool no_login, wrong_password, ipv6;
} accounts[] = {
	{"login", STAGE_PLAIN, false, false, false},
	{"no login", STAGE_PLAIN, true, false, false},
	{"wrong password", STAGE_PLAIN, false, true, false},
	{"IPv6", STAGE_PLAIN, false, false, true},
	{"STARTTLS", STAGE_STARTTLS, false, false, false},
	{"TLS", STAGE_TLS, false, false, false},
};
enum { ACCOUNT_COUNT = sizeof accounts / sizeof *accounts };

/* What every client does with every server. */
static const struct {
	const char *account, *mail;
} main_runs[] = {
	{"login", "two"},
	{"login", "second-refused"},
	{"login", "composed-bcc"},
	{"STARTTLS", "two"},
	{"TLS", "one"},
};

/* One run of all that could be played. */
struct run {
	const char *client;
	const struct client_profile *phone;
	const struct named *server;
	const struct account *account;
	const struct stage_mail *mail;
};

static bool is_main(const struct run *run)
{
	for (size_t i = 0; i < sizeof main_runs / sizeof *main_runs; i++) {
		if (strcmp(main_runs[i].account, run->account->name) == 0 &&
			strcmp(main_runs[i].mail, run->mail->name) == 0)
			return true;
	}
	return false;
}

static uint32_t hash(uint32_t seed, const char *text)
{
	for (; *text != 0; text++)
		seed = (seed ^ (uint8_t)*text) * 16777619u;
	return seed;
}

/*
 * The main runs, and of the others one in SPREAD, drawn from their names: a profile that is added
 * or goes changes nothing of what is played with the others. EVERYTHING=1 plays all of them.
 */
static bool is_chosen(const struct run *run)
{
	static const char *everything;
	if (everything == NULL)
		everything = getenv("EVERYTHING") == NULL ? "" : getenv("EVERYTHING");
	uint32_t drawn = hash(2166136261u, run->client);
	drawn = hash(drawn, run->server->name);
	drawn = hash(drawn, run->account->name);
	drawn = hash(drawn, run->mail->name);
	return *everything != 0 || is_main(run) || (drawn >> 8) % SPREAD == 0;
}

static uint64_t play(const struct run *run, uint64_t claims)
{
	struct stage_settings settings = {
		.phone = run->phone,
		.server = profile_server(run->server->profile),
		.mail = run->mail,
		.security = run->account->security,
		.no_login = run->account->no_login,
		.wrong_password = run->account->wrong_password,
		.ipv6 = run->account->ipv6,
		.seed = 3,
	};
	struct stage_result result;
	char names[2048];
	stage_play(&settings, &result);
	CHECK_CASE("%s with %s, mail %s, account %s", run->client, run->server->name,
		run->mail->name, run->account->name);
	CHECK(result.began);
	CHECK_TEXT(names_of(result.broken & ~claims, names, sizeof names), "");
	uint64_t broken = result.broken;
	runs++;
	stage_free(&result);
	return broken;
}

/* Plays what is chosen, or all that is not; in the latter case until every claim was seen. */
static uint64_t play_with_all(struct run *run, bool chosen, uint64_t claims, uint64_t seen)
{
	for (const struct named *server = servers; server->name != NULL; server++) {
		run->server = server;
		for (size_t i = 0; i < ACCOUNT_COUNT * stage_mail_count; i++) {
			run->account = &accounts[i % ACCOUNT_COUNT];
			run->mail = &stage_mails[i / ACCOUNT_COUNT];
			/* what they need no phone can say: given all the same, it is not its fault
			 */
			if (run->mail->messages[0].need != STAGE_NOTHING ||
				is_chosen(run) != chosen)
				continue;
			if (!chosen && (claims & ~seen) == 0)
				return seen;
			seen |= play(run, claims);
		}
	}
	return seen;
}

/*
 * Every run of the chosen ones may break only what is claimed. What is claimed and has not been
 * seen by then is looked for in all others.
 */
static void each_breaks_what_it_claims(void)
{
	char names[2048];
	set_up();
	for (const struct named *client = client_from(clients); client->name != NULL;
		client = client_from(client + 1)) {
		struct run run = {.client = client->name, .phone = profile_client(client->profile)};
		uint64_t claims = claims_of(run.phone);
		uint64_t seen = play_with_all(&run, true, claims, 0);
		seen = play_with_all(&run, false, claims, seen);
		CHECK_CASE("%s claims what was never seen", client->name);
		CHECK_TEXT(names_of(claims & ~seen, names, sizeof names), "");
	}
	printf("\n  %lu runs ", runs);
	CHECK(runs > 1000);
	tear_down();
}

static void play_subset(const struct named *client, uint64_t seed)
{
	struct random random;
	random_init(&random, seed);
	size_t count = profile_setting_count(client->profile);
	bool *keep = calloc(count + 1, sizeof *keep);
	for (size_t i = 0; i < count; i++)
		keep[i] = random_below(&random, 2) == 0;
	struct profile *subset = profile_subset(client->profile, keep);
	const struct named *server = &servers[random_below(&random, (uint32_t)server_count)];
	free(keep);
	if (!CHECK(subset != NULL))
		return;
	struct stage_settings settings = {
		.phone = profile_client(subset),
		.server = profile_server(server->profile),
		.mail = &stage_mails[random_below(&random, (uint32_t)stage_mail_count)],
		.security = (enum stage_security)random_below(&random, 3),
		.wrong_password = random_below(&random, 4) == 0,
		.ipv6 = random_below(&random, 4) == 0,
		.cuts = &random,
		.seed = seed,
	};
	struct stage_result result;
	stage_play(&settings, &result);
	CHECK_CASE("%s, subset of seed %llu with %s", client->name, (unsigned long long)seed,
		server->name);
	/* a client without timers waits there for ever */
	bool may_hang = strcmp(server->name, "silent-at-reset") == 0;
	CHECK(result.pair.end == PAIR_FINISHED || (may_hang && result.pair.end == PAIR_HUNG));
	for (size_t i = 0; i < settings.mail->count; i++)
		CHECK(!result.delivered[i] || result.stored[i] > 0);
	stage_free(&result);
	profile_free(subset);
}

static void any_subset_can_be_played_and_ends(void)
{
	unsigned long subsets = 0;
	set_up();
	for (const struct named *client = client_from(clients); client->name != NULL;
		client = client_from(client + 1)) {
		uint64_t tries = profile_setting_count(client->profile) == 0
					 ? 0
					 : SUBSETS / client_count + 1;
		for (uint64_t seed = 1; seed <= tries; seed++, subsets++)
			play_subset(client, seed);
	}
	printf("\n  %lu subsets ", subsets);
	CHECK(subsets >= SUBSETS / shards / 2);
	tear_down();
}

#define TESTS(T)                                                                                   \
	T(each_breaks_what_it_claims)                                                              \
	T(any_subset_can_be_played_and_ends)
CHECK_MAIN("clients", TESTS)

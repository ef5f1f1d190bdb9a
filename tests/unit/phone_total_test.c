/*
 * phone, total: any subset of any profile's keys is a client that can be played, and it ends,
 * whatever the server says. The server here draws its replies; time is virtual.
 */
#include <stdlib.h>

#include "check.h"
#include "failing_memory.h"
#include "phone_clients.h"
#include "phone_fixture.h"
#include "profile_fixture.h"
#include "random.h"

enum { SUBSETS = 400, ATTACKS = 20000, MAX_TURNS = 4000, MAX_SAID = 1 << 20 };

/* A server that answers as the dice fall, and the clock. */
struct dice {
	struct random random;
	struct random cuts;
	bool cut;
	struct player *player;
	uint64_t now_ms;
	size_t turns;
	uint32_t properly; /* of 60 falls, so many are answered as they should be */
	bool ended;	   /* the server has said its last on this connection */
	struct buffer said;
};

#define ALL_OFFERS                                                                                 \
	"250-mx\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 9\r\n"               \
	"250-STARTTLS\r\n250 AUTH LOGIN PLAIN CRAM-MD5\r\n"

#define FIFTY "01234567890123456789012345678901234567890123456789"
#define LONG_LINE                                                                                  \
	"250-" FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY \
		FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY "\r\n250 ok\r\n"

static const char *const replies[] = {"220 mx ESMTP\r\n", "250 ok\r\n", "250 ok\r\n", "250 ok\r\n",
	ALL_OFFERS, "250-mx\r\n250-AUTH=LOGIN\r\n250 STARTTLS\r\n", "235 ok\r\n",
	"235-ok\r\n235 ok\r\n", "334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "334 !\r\n",
	"354 go\r\n", "354 go\r\n", "221 bye\r\n", "421 closing\r\n", "451 later\r\n",
	"454-no\r\n454 no\r\n", "500 what\r\n", "501 no\r\n", "501-no\r\n501-no\r\n501 no\r\n",
	"502 no\r\n", "503 no\r\n", "504 no\r\n", "535 no\r\n", "535-no\r\n535 no\r\n",
	"550 no\r\n", "550-no\r\n550 no\r\n", "250-never ended\r\n", "250\r\n", "garbage\r\n",
	"\r\n", "250 ok\n", "999 what\r\n", "25", "2500 x\r\n", "250 ok\r\n250 ok\r\n",
	"\xff\x00\x01\r\n", "250-ok\r\n550 no\r\n", "550-no\r\n250 ok\r\n",
	"0250 ok\r\n", "250x\r\n250 ok\r\n", "250\tok\r\n", "334 VXNlcm5hbWU6 x\r\n", "335 220\r\n",
	"220-go\r\n454 no\r\n", "435 no\r\n", "538 no\r\n", "521-a\r\n521-b\r\n521 c\r\n", LONG_LINE};

/* What a server that listens would say to the line just heard. */
static const char *proper_reply(const struct dice *dice)
{
	static const struct {
		const char *start, *reply;
	} proper[] = {{"EHLO", ALL_OFFERS}, {"AUTH PLAIN A", "235 ok\r\n"},
		{"AUTH LOGIN", "334 VXNlcm5hbWU6\r\n"}, {"dXNlcg==", "334 UGFzc3dvcmQ6\r\n"},
		{"AUTH", "334 PDEuMkBteD4=\r\n"}, {"c2VjcmV0", "235 ok\r\n"},
		{"dXNlc", "235 ok\r\n"}, {"STARTTLS", "220 go\r\n"}, {"DATA", "354 go\r\n"},
		{"QUIT", "221 bye\r\n"}};
	struct octets said = buffer_octets(&dice->said);
	size_t start = said.len < 2 ? 0 : said.len - 2;
	while (start > 0 && said.at[start - 1] != '\n')
		start--;
	for (size_t i = 0; i < sizeof proper / sizeof *proper; i++) {
		if (octets_start_nocase(octets_from(said, start), proper[i].start))
			return proper[i].reply;
	}
	return said.len == 0 ? "220 mx ESMTP \r\n" : "250 ok\r\n";
}

static void hand_over(struct dice *dice, const char *text)
{
	size_t len = text[0] == '\xff' ? 5 : strlen(text);
	const uint8_t *at = (const uint8_t *)text;
	while (len > 0) {
		size_t part = dice->cut ? 1 + random_below(&dice->cuts, (uint32_t)len) : len;
		dice->player->ops->received(dice->player, at, part, dice->now_ms);
		at += part;
		len -= part;
	}
}

static void take(struct dice *dice)
{
	const struct player_ops *ops = dice->player->ops;
	struct octets piece;
	if (ops->outgoing(dice->player, &piece, 1) == 0)
		return;
	size_t len = dice->cut ? 1 + random_below(&dice->cuts, (uint32_t)piece.len) : piece.len;
	buffer_append(&dice->said, piece.at, len);
	ops->sent(dice->player, len, dice->now_ms);
}

/* Time goes to the deadline; where there is none, the server hangs up. */
static void be_silent(struct dice *dice)
{
	const struct player_ops *ops = dice->player->ops;
	uint64_t deadline = ops->deadline_ms(dice->player);
	if (deadline == PLAYER_NEVER) {
		ops->ended(dice->player, PLAYER_ENDED, dice->now_ms);
		return;
	}
	dice->now_ms = deadline > dice->now_ms ? deadline : dice->now_ms;
	ops->tick(dice->player, dice->now_ms);
}

static void answer(struct dice *dice)
{
	const struct player_ops *ops = dice->player->ops;
	uint32_t fall = random_below(&dice->random, 60);
	bool wrap_up = dice->turns > MAX_TURNS / 2;
	if (dice->ended || fall == 0)
		be_silent(dice);
	else if (wrap_up || fall == 1 || fall == 2 || fall == 3)
		ops->ended(dice->player, (enum player_end)(fall % 3), dice->now_ms);
	else if (fall < dice->properly)
		hand_over(dice, proper_reply(dice));
	else
		hand_over(dice,
			replies[random_below(&dice->random, sizeof replies / sizeof *replies)]);
	dice->ended = dice->ended || wrap_up || (fall >= 1 && fall <= 3);
}

static void connect_or_not(struct dice *dice)
{
	static const struct player_link link = {"192.0.2.7", "192.0.2.25", 25};
	dice->ended = false;
	if (random_below(&dice->random, 20) == 0)
		dice->player->ops->connect_failed(dice->player, "no", dice->now_ms);
	else
		dice->player->ops->connected(dice->player, &link, dice->now_ms);
	/* most servers begin as they should */
	if (random_below(&dice->random, 4) != 0)
		hand_over(dice, replies[0]);
}

static void shake_hands(struct dice *dice)
{
	static const struct player_tls tls = {.description = "TLS"};
	if (random_below(&dice->random, 5) == 0)
		dice->player->ops->tls_failed(dice->player, "no", dice->now_ms);
	else
		dice->player->ops->tls_up(dice->player, &tls, dice->now_ms);
}

/* True where the client wants nothing any more, or hangs by its profile. */
static bool is_over(struct dice *dice, unsigned int wants)
{
	return wants == 0 || (wants == PLAYER_HOLD &&
				     dice->player->ops->deadline_ms(dice->player) == PLAYER_NEVER);
}

static bool converse(struct dice *dice)
{
	for (dice->turns = 0; dice->turns < MAX_TURNS; dice->turns++) {
		unsigned int wants = dice->player->ops->wants(dice->player);
		if (is_over(dice, wants))
			return true;
		if ((wants & PLAYER_CONNECT) != 0)
			connect_or_not(dice);
		else if ((wants & PLAYER_SEND) != 0) {
			take(dice);
			dice->turns -= dice->cut && dice->turns > 0; /* a small take is no turn */
		} else if ((wants & PLAYER_START_TLS) != 0)
			shake_hands(dice);
		else if ((wants & PLAYER_CLOSE) != 0)
			dice->player->ops->closed(dice->player, dice->now_ms);
		else if ((wants & PLAYER_RECEIVE) != 0)
			answer(dice);
		else
			be_silent(dice);
	}
	return false;
}

static struct phone *make_phone(
	const struct memory *memory, const struct client_profile *profile, struct random *random)
{
	static const char *const addresses[] = {"b@example.org", "c@example.org", "not an address",
		"b@example.org", "gr\xc3\xbc@b"};
	struct octets list[5];
	struct phone_account account = phone_fixture_account();
	account.security = (enum phone_security)random_below(random, 3);
	account.port = random_below(random, 2) == 0 ? 25 : 587;
	account.pace_percent = random_below(random, 2) * 100;
	account.further_tries = random_below(random, 3);
	account.password_in_clear = random_below(random, 2) == 0;
	account.stops_at_data = random_below(random, 8) == 0;
	if (random_below(random, 3) == 0)
		account.user = octets_of("");
	struct phone *phone = phone_new(memory, profile, &account, random_next(random));
	for (size_t i = 0; i < 5; i++)
		list[i] = octets_of(addresses[i]);
	for (uint32_t i = random_below(random, 3); phone != NULL && i < 3; i++) {
		struct phone_message message = {.to = list,
			.to_count = 1 + random_below(random, 4),
			.bcc = list + 1,
			.bcc_count = random_below(random, 3),
			.draft = {.subject = octets_of("Gr\xc3\xbc\xc3\x9f"
						       "e"),
				.body = octets_of(".\nhello\n")}};
		if (random_below(random, 2) == 0)
			message.content = octets_of(".x\n\n.\r\n\xff");
		if (random_below(random, 8) == 0)
			message.break_body_at = 3;
		phone_add(phone, &message);
	}
	return phone;
}

static unsigned long results[PHONE_RESULT_COUNT];

static void check_outcomes(const struct phone *phone)
{
	for (size_t i = 0; i < phone_message_count(phone); i++) {
		const struct phone_outcome *outcome = phone_outcome(phone, i);
		CHECK(outcome->verdict.result < PHONE_RESULT_COUNT);
		CHECK(outcome->verdict.result != PHONE_NO_MEMORY);
		bool delivered = false;
		results[outcome->verdict.result]++;
		for (size_t j = 0; j < outcome->recipient_count; j++)
			delivered = delivered ||
				    outcome->recipients[j].verdict.result == PHONE_DELIVERED;
		if (outcome->verdict.result == PHONE_DELIVERED)
			CHECK(delivered);
	}
}

/* One run; what was said is left in `said`, for its owner to free. */
static void run(const struct client_profile *profile, uint64_t seed, bool cut, struct buffer *said)
{
	struct failing_memory memory;
	struct random random;
	failing_memory_init(&memory, 0);
	random_init(&random, seed);
	struct phone *phone = make_phone(&memory.memory, profile, &random);
	struct dice dice = {.random = random, .cut = cut, .player = phone_player(phone)};
	dice.properly = random_below(&dice.random, 61);
	random_init(&dice.cuts, seed + 1);
	buffer_init(&dice.said, &memory_standard, MAX_SAID);
	CHECK(converse(&dice));
	check_outcomes(phone);
	phone_free(phone);
	CHECK_INT(memory.live, 0);
	*said = dice.said;
}

static struct profile *random_subset(const struct profile *profile, struct random *random)
{
	size_t count = profile_setting_count(profile);
	bool *keep = calloc(count + 1, sizeof *keep);
	uint32_t odds = random_below(random, 5); /* from nothing to nearly all */
	for (size_t i = 0; i < count; i++)
		keep[i] = random_below(random, 4) < odds;
	struct profile *subset = profile_subset(profile, keep);
	free(keep);
	return subset;
}

static void any_subset_ends(void)
{
	size_t runs = 0;
	for (size_t client = 0; client < PHONE_CLIENT_COUNT; client++) {
		struct profile *profile = phone_fixture_profile(phone_clients[client]);
		struct random random;
		random_init(&random, client);
		for (uint64_t i = 0; profile != NULL && i < SUBSETS; i++, runs++) {
			struct buffer whole, cut;
			check_case("client %zu, subset %llu", client, (unsigned long long)i);
			struct profile *subset = random_subset(profile, &random);
			if (!CHECK(subset != NULL))
				break;
			uint64_t seed = random_next(&random);
			run(profile_client(subset), seed, false, &whole);
			run(profile_client(subset), seed, true, &cut);
			/* what comes behind a 220 belongs to the handshake, so a cut matters there
			 */
			if (!profile_client(subset)->tls.keep_plaintext)
				CHECK_OCTETS(buffer_octets(&cut), buffer_octets(&whole));
			buffer_free(&whole);
			buffer_free(&cut);
			profile_free(subset);
		}
		profile_free(profile);
	}
	printf("%zu subsets, each played whole and cut\n", runs);
	for (size_t i = 0; i < PHONE_NO_MEMORY; i++) {
		if (i == PHONE_TLS_TOO_OLD)
			continue; /* no phone can tell */
		check_case("%s", phone_result_name((enum phone_result)i));
		printf("  %s: %lu\n", phone_result_name((enum phone_result)i), results[i]);
		CHECK(results[i] > 0); /* or the dice are loaded */
	}
}

/* No silence, refusal or nonsense keeps a client of the catalogue for ever, nor makes it endless. */
static void attacked(const struct client_profile *profile, uint64_t seed)
{
	struct buffer whole, cut;
	run(profile, seed, false, &whole);
	run(profile, seed, true, &cut);
	CHECK(!buffer_failed(&whole) && !buffer_failed(&cut));
	/* what comes in clear behind a 220 is kept, if it came before the handshake */
	bool timely = profile->tls.keep_plaintext &&
		      strstr(buffer_string(&whole), "STARTTLS") != NULL;
	if (!timely)
		CHECK_OCTETS(buffer_octets(&cut), buffer_octets(&whole));
	buffer_free(&whole);
	buffer_free(&cut);
}

static void every_client_of_the_catalogue_ends(void)
{
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct catalogue_list *list = catalogue_list(catalogue, PROFILE_CLIENT);
	size_t count = list == NULL ? 0 : catalogue_list_count(list), hung = results[PHONE_HUNG];
	CHECK(count > 2);
	for (size_t client = 0; client < count; client++) {
		const char *name = catalogue_list_entry(list, client).name;
		struct profile *profile = fixture_profile(catalogue, PROFILE_CLIENT, name);
		for (uint64_t i = 0; profile != NULL && i < ATTACKS / count; i++) {
			check_case("%s, attack %llu", name, (unsigned long long)i);
			attacked(profile_client(profile), client << 32 | i);
		}
		profile_free(profile);
	}
	CHECK_INT(results[PHONE_HUNG], hung); /* no profile of the catalogue asks for it */
	printf("%zu clients, %d attacks, each whole and cut\n", count, ATTACKS);
	catalogue_list_free(list);
	catalogue_close(catalogue);
}

/* With each allocation failing once, a run ends, leaks nothing, and says so in its outcomes. */
static void want_of_memory_ends_in_order(void)
{
	size_t failures = 0;
	for (size_t client = 0; client < PHONE_CLIENT_COUNT; client++) {
		struct profile *profile = phone_fixture_profile(phone_clients[client]);
		bool injected = profile != NULL;
		for (size_t at = 1; injected && at < 500; at++) {
			struct failing_memory memory;
			struct random random;
			check_case("client %zu, allocation %zu", client, at);
			failing_memory_init(&memory, at);
			random_init(&random, client + 7);
			struct phone *phone =
				make_phone(&memory.memory, profile_client(profile), &random);
			if (phone != NULL) {
				struct dice dice = {.random = random,
					.player = phone_player(phone),
					.properly = 55};
				buffer_init(&dice.said, &memory_standard, MAX_SAID);
				CHECK(converse(&dice));
				buffer_free(&dice.said);
			}
			phone_free(phone);
			CHECK_INT(memory.live, 0);
			injected = memory.count >= at;
			failures += injected;
		}
		profile_free(profile);
	}
	CHECK(failures > 100);
	printf("%zu allocations failed\n", failures);
}

#define TESTS(T) T(any_subset_ends) T(every_client_of_the_catalogue_ends) T(want_of_memory_ends_in_order)
CHECK_MAIN("phone total", TESTS)

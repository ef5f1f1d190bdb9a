/*
 * libmsub's chunks against the server player, in memory: at any cut, lost at every octet, with
 * each allocation failing. What the client says became of a message is what the server has.
 */
#include "failing_memory.h"
#include "profile_fixture.h"
#include "random.h"
#include "stage.h"

#define SERVER                                                                                     \
	"name: chunks\nevidence:\n  - {document: a test of chunks, shows: [offers, recipients]}\n" \
	"offers: [PIPELINING, 8BITMIME, CHUNKING, BINARYMIME, SIZE, \"AUTH PLAIN\"]\n"             \
	"recipients: {unknown: [\"nobody@*\"]}\n"

static const char *const mails[] = {"three", "one-of-two-refused", "dots", "line-ends"};

static struct profile *load(void)
{
	struct buffer errors;
	struct profile *profile = fixture_load(PROFILE_SERVER, SERVER, NULL, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	return profile;
}

/* Delivered is stored once, unsure at most once, all else never. */
static void check_truth(const struct stage_settings *settings, struct stage_result *result)
{
	CHECK_INT(result->pair.end, PAIR_FINISHED);
	for (size_t i = 0; i < settings->mail->count; i++) {
		CHECK(result->stored[i] <= 1);
		if (result->delivered[i])
			CHECK_INT(result->stored[i], 1);
	}
}

static void play(struct stage_settings *settings, const char *outcome)
{
	struct stage_result result;
	stage_play(settings, &result);
	check_truth(settings, &result);
	CHECK_TEXT(buffer_string(&result.breaks), "nothing");
	if (outcome != NULL)
		CHECK_TEXT(buffer_string(&result.outcome), outcome);
	if (settings->chunks)
		CHECK(octets_find_text(buffer_octets(&result.client_octets), octets_of("BDAT ")) <
			result.client_octets.len);
	stage_free(&result);
}

static void delivers_at_any_cut(void)
{
	struct profile *profile = load();
	for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
		for (int way = 0; way < 8; way++) {
			struct random cuts;
			struct stage_settings settings = {.server = profile_server(profile),
				.mail = stage_mail_find(mails[i]),
				.chunks = true,
				.source = (way & 1) != 0,
				.octet_by_octet = way == 2 || way == 3,
				.cuts = way > 3 ? &cuts : NULL};
			random_init(&cuts, (uint64_t)way);
			CHECK_CASE("%s, way %d", mails[i], way);
			play(&settings, i == 1	 ? "delivered in part, refused at RCPT TO 550"
					: i == 0 ? "delivered; delivered; delivered"
						 : "delivered");
		}
	}
	profile_free(profile);
}

static void tells_the_truth_where_it_is_cut_off(void)
{
	struct profile *profile = load();
	for (int source = 0; source < 2; source++) {
		for (int side = 0; side < 2; side++) {
			for (size_t at = 1; at < 1200; at += 1 + (size_t)source) {
				struct stage_result result;
				struct stage_settings settings = {.server = profile_server(profile),
					.mail = stage_mail_find("three"),
					.chunks = true,
					.source = source != 0};
				settings.lose_after[side] = at;
				CHECK_CASE("source %d, side %d lost at %zu", source, side, at);
				stage_play(&settings, &result);
				check_truth(&settings, &result);
				CHECK_TEXT(buffer_string(&result.breaks), "nothing");
				for (size_t i = 0; i < 3; i++)
					CHECK(result.delivered[i] || result.unsure[i] ||
						result.stored[i] == 0);
				stage_free(&result);
			}
		}
	}
	profile_free(profile);
}

static void survives_each_failing_allocation(void)
{
	struct profile *profile = load();
	for (size_t fail_at = 1; fail_at < 200; fail_at++) {
		struct failing_memory failing;
		struct stage_result result;
		failing_memory_init(&failing, fail_at);
		struct stage_settings settings = {.server = profile_server(profile),
			.mail = stage_mail_find("line-ends"),
			.chunks = true,
			.source = (fail_at & 1) != 0,
			.client_memory = &failing.memory};
		CHECK_CASE("allocation %zu", fail_at);
		stage_play(&settings, &result);
		if (result.began)
			check_truth(&settings, &result);
		CHECK_INT(failing.live, 0);
		stage_free(&result);
	}
	profile_free(profile);
}

#define TESTS(T)                                                                                   \
	T(delivers_at_any_cut)                                                                     \
	T(tells_the_truth_where_it_is_cut_off)                                                     \
	T(survives_each_failing_allocation)
CHECK_MAIN("chunk_stage", TESTS)

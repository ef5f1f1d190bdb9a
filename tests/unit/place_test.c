/* place: for how long a server's address is trusted, and for what. Time is the test's. */
#include "place.h"

#include "dial_stage.h"
#include "failing_memory.h"

enum { FOUND_MS = 1000 };

/* On the stage every address is loopback in truth, and the far end of a connection is told. */
#define LOOPBACK "127.0.0.1"

static const struct name_row names[] = {
	{"mail.example.org", "A 192.0.2.7"}, {"mail.example.org", "AAAA nodata"}, {NULL, NULL}};

/* A dial to mail.example.org that stands. */
static bool open_connected(struct dial_stage *stage)
{
	if (!dial_stage_open(stage, names, NULL))
		return false;
	stage->destination.host = "mail.example.org";
	dial_stage_begin(stage);
	dial_stage_run_out(stage, 0);
	return CHECK_INT(dial_state(stage->dial), DIAL_CONNECTED);
}

static void close_connected(struct dial_stage *stage)
{
	tcp_close(dial_take_descriptor(stage->dial));
	dial_stage_close(stage);
}

/* What the destination becomes; its own host where nothing is known. */
static const char *shortened(
	const struct places *places, const struct destination *destination, uint64_t now_ms)
{
	struct destination copy = *destination;
	bool is = places_shorten(places, &copy, now_ms);
	CHECK_INT(is, copy.host != destination->host);
	CHECK_INT(copy.port, 587);
	return copy.host == NULL ? "(none)" : copy.host;
}

static void an_address_is_trusted_for_a_minute(void)
{
	struct dial_stage stage;
	struct places places;
	if (!open_connected(&stage))
		return;
	const struct destination *there = &stage.destination;
	places_init(&places, &memory_standard);
	CHECK_TEXT(shortened(&places, there, FOUND_MS), "mail.example.org");
	struct place *place = places_found(&places, stage.dial, there, NULL, FOUND_MS);
	CHECK(place != NULL);
	CHECK_TEXT(shortened(&places, there, FOUND_MS), LOOPBACK);
	CHECK_TEXT(shortened(&places, there, FOUND_MS + PLACES_TRUSTED_MS - 1), LOOPBACK);
	CHECK_TEXT(shortened(&places, there, FOUND_MS + PLACES_TRUSTED_MS), "mail.example.org");
	/* found once more it is the same place, for another minute */
	uint64_t again_ms = FOUND_MS + 2 * PLACES_TRUSTED_MS;
	CHECK(places_found(&places, stage.dial, there, NULL, again_ms) == place);
	CHECK(place->next == NULL);
	CHECK_TEXT(shortened(&places, there, again_ms + PLACES_TRUSTED_MS - 1), LOOPBACK);
	places_free(&places);
	close_connected(&stage);
}

static void a_doubt_ends_the_trust_in_all(void)
{
	struct dial_stage stage;
	struct places places;
	if (!open_connected(&stage))
		return;
	places_init(&places, &memory_standard);
	places_found(&places, stage.dial, &stage.destination, NULL, FOUND_MS);
	places_doubt(&places);
	CHECK_TEXT(shortened(&places, &stage.destination, FOUND_MS), "mail.example.org");
	places_found(&places, stage.dial, &stage.destination, NULL, FOUND_MS + 1);
	CHECK_TEXT(shortened(&places, &stage.destination, FOUND_MS + 1), LOOPBACK);
	places_free(&places);
	close_connected(&stage);
}

/* The address is what is dialled, and never what the certificate must carry. */
static void the_certificate_is_for_the_name(void)
{
	static const struct {
		const char *set, *want;
	} rows[] = {{NULL, "mail.example.org"}, {"other.example", "other.example"}};
	struct dial_stage stage;
	struct places places;
	if (!open_connected(&stage))
		return;
	for (size_t i = 0; i < 2; i++) {
		struct tls_client_settings tls = {.name = rows[i].set};
		places_init(&places, &memory_standard);
		const struct place *place =
			places_found(&places, stage.dial, &stage.destination, &tls, FOUND_MS);
		CHECK(place->has_tls);
		CHECK_TEXT(place->tls.name, rows[i].want);
		CHECK_TEXT(place->tls.host, "mail.example.org");
		CHECK_INT(place->tls.port, 587);
		CHECK(place_is_at(place, LOOPBACK, 587));
		CHECK(!place_is_at(place, LOOPBACK, 25));
		CHECK(!place_is_at(place, "mail.example.org", 587));
		places_free(&places);
	}
	close_connected(&stage);
}

/* Through a proxy, to a socket, or by a domain's services: found anew each time. */
static void what_is_no_address_is_not_shortened(void)
{
	struct destination rows[] = {{.host = "h", .port = 587, .proxy = "p"},
		{.host = "h", .port = 587, .socket_path = "/s"}, {.domain = "d", .port = 587}};
	struct dial_stage stage;
	if (!open_connected(&stage))
		return;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct places places;
		CHECK_CASE("row %zu", i);
		places_init(&places, &memory_standard);
		struct place *place = places_found(&places, stage.dial, &rows[i], NULL, FOUND_MS);
		CHECK_TEXT(place->host, "");
		CHECK_TEXT(shortened(&places, &rows[i], FOUND_MS),
			rows[i].host == NULL ? "(none)" : rows[i].host);
		/* not by what another way has found either */
		places_found(&places, stage.dial, &stage.destination, NULL, FOUND_MS);
		CHECK_TEXT(shortened(&places, &rows[i], FOUND_MS),
			rows[i].host == NULL ? "(none)" : rows[i].host);
		CHECK_TEXT(shortened(&places, &stage.destination, FOUND_MS), LOOPBACK);
		places_free(&places);
	}
	close_connected(&stage);
}

static void without_memory_nothing_is_remembered(void)
{
	struct dial_stage stage;
	struct places places;
	struct failing_memory failing;
	if (!open_connected(&stage))
		return;
	failing_memory_init(&failing, 1);
	places_init(&places, &failing.memory);
	CHECK(places_found(&places, stage.dial, &stage.destination, NULL, FOUND_MS) == NULL);
	CHECK_TEXT(shortened(&places, &stage.destination, FOUND_MS), "mail.example.org");
	CHECK(places_found(&places, stage.dial, &stage.destination, NULL, FOUND_MS) != NULL);
	places_free(&places);
	CHECK_INT(failing.live, 0);
	close_connected(&stage);
}

#define TESTS(T)                                                                                   \
	T(an_address_is_trusted_for_a_minute)                                                      \
	T(a_doubt_ends_the_trust_in_all)                                                           \
	T(the_certificate_is_for_the_name)                                                         \
	T(what_is_no_address_is_not_shortened)                                                     \
	T(without_memory_nothing_is_remembered)
CHECK_MAIN("place", TESTS)

/*
 * crowd: names that are looked up once, addresses that are doubted after a failure, and members
 * that come, stay and go. Addresses are the stage's (dial_stage.h): each is loopback in truth, so
 * that is what is remembered of it.
 */
#include "crowd.h"

#include "dial_stage.h"
#include "script_player.h"

enum { PLAYERS = 3 };

static const struct script_step short_steps[] = {
	{SCRIPT_CONNECT, NULL, 0}, {SCRIPT_NO_BYE, NULL, 0}};
static const struct script_step long_steps[] = {
	{SCRIPT_CONNECT, NULL, 0}, {SCRIPT_HEAR, "220 \r\n", 0}, {0}};

/* Players one after the other (or all at once), and the world that they connect to. */
struct band {
	struct dial_stage stage;
	struct drive_settings settings;
	struct crowd *crowd;
	struct script_player players[PLAYERS];
	size_t count, given;
	size_t left, hung; /* who was let go */
	bool at_once, done;
};

static struct player *next(void *context, uint64_t now_ms)
{
	struct band *band = context;
	(void)now_ms;
	bool waits = !band->at_once && band->given > 0 && !band->players[band->given - 1].over;
	return band->given == band->count || waits ? NULL : &band->players[band->given++].player;
}

static bool is_done(void *context)
{
	return ((const struct band *)context)->done;
}

static bool band_open(struct band *band, const struct name_row *names,
	const struct dial_address *addresses, const struct script_step *steps)
{
	*band = (struct band){.count = 0};
	if (!dial_stage_open(&band->stage, names, addresses) ||
		!CHECK(name_server_begin(&band->stage.names)))
		return false;
	band->stage.destination.host = "mail.example.org";
	band->settings = (struct drive_settings){.memory = &memory_standard,
		.destination = band->stage.destination,
		.connect_ms = 10000};
	band->crowd = crowd_new(&band->settings);
	for (size_t i = 0; i < PLAYERS; i++)
		script_player_init(&band->players[i], steps);
	return CHECK(band->crowd != NULL);
}

/* Runs as many players more. */
static enum drive_end band_play(struct band *band, size_t count)
{
	const struct crowd_source source = {.context = band, .next = next, .is_done = is_done};
	struct sentence why;
	band->count += count;
	return crowd_run(band->crowd, &source, &why);
}

static void band_close(struct band *band)
{
	crowd_free(band->crowd);
	for (size_t i = 0; i < PLAYERS; i++)
		script_player_free(&band->players[i]);
	dial_stage_close(&band->stage);
}

/* ---- addresses ---- */

static void a_name_is_looked_up_once(void)
{
	static const struct name_row names[] = {{"mail.example.org", "A 192.0.2.7"},
		{"mail.example.org", "AAAA nodata"}, {NULL, NULL}};
	struct band band;
	if (!band_open(&band, names, NULL, short_steps))
		return;
	CHECK_INT(band_play(&band, 1), DRIVE_DONE);
	size_t asked = band.stage.names.asked;
	CHECK(asked > 0);
	CHECK_INT(band_play(&band, 2), DRIVE_DONE);
	CHECK_INT(band.stage.names.asked, asked);
	CHECK_TEXT(band.stage.attempts, "192.0.2.7:587 127.0.0.1:587 127.0.0.1:587 ");
	for (size_t i = 0; i < PLAYERS; i++) {
		CHECK_INT(band.players[i].connections, 1);
		CHECK_TEXT(band.players[i].failed, "");
		CHECK_TEXT(band.players[i].remote, "127.0.0.1");
	}
	band_close(&band);
}

/* What is remembered fails: nobody is told of that, and the name is looked up again. */
static void an_address_that_fails_is_looked_up_again(void)
{
	static const struct name_row before[] = {{"mail.example.org", "A 192.0.2.7"},
		{"mail.example.org", "AAAA nodata"}, {NULL, NULL}};
	static const struct name_row behind[] = {{"mail.example.org", "A 192.0.2.8"},
		{"mail.example.org", "AAAA nodata"}, {NULL, NULL}};
	static const struct dial_address moved[] = {
		{"127.0.0.1", FATE_REFUSED}, {NULL, FATE_STANDS}};
	struct band band;
	if (!band_open(&band, before, NULL, short_steps))
		return;
	CHECK_INT(band_play(&band, 1), DRIVE_DONE);
	size_t asked = band.stage.names.asked;
	band.stage.names.rows = behind;
	band.stage.addresses = moved;
	CHECK_INT(band_play(&band, 1), DRIVE_DONE);
	CHECK_INT(band.stage.names.asked, 2 * asked);
	CHECK_TEXT(band.stage.attempts, "192.0.2.7:587 127.0.0.1:587 192.0.2.8:587 ");
	for (size_t i = 0; i < 2; i++) {
		CHECK_INT(band.players[i].connections, 1);
		CHECK_TEXT(band.players[i].failed, "");
	}
	band_close(&band);
}

/* A server that is down: each player is told once, and each looks again. */
static void a_server_that_is_down_is_told_to_each(void)
{
	static const struct name_row names[] = {{"mail.example.org", "A 192.0.2.7"},
		{"mail.example.org", "AAAA nodata"}, {NULL, NULL}};
	static const struct dial_address down[] = {{NULL, FATE_REFUSED}};
	struct band band;
	if (!band_open(&band, names, NULL, short_steps))
		return;
	CHECK_INT(band_play(&band, 1), DRIVE_DONE);
	size_t asked = band.stage.names.asked;
	band.stage.addresses = down;
	CHECK_INT(band_play(&band, 2), DRIVE_DONE);
	CHECK_INT(band.stage.names.asked, 3 * asked);
	/* the second one by the old address and by name, the third by name alone */
	CHECK_INT(band.stage.attempt_count, 4);
	for (size_t i = 1; i < PLAYERS; i++) {
		CHECK_INT(band.players[i].connections, 0);
		CHECK(strstr(band.players[i].failed, "refused") != NULL);
	}
	band_close(&band);
}

/* ---- members ---- */

static void members_stay_from_one_run_to_the_next(void)
{
	static const struct name_row names[] = {{"mail.example.org", "A 192.0.2.7"},
		{"mail.example.org", "AAAA nodata"}, {NULL, NULL}};
	struct band band;
	if (!band_open(&band, names, NULL, long_steps))
		return;
	band.at_once = band.done = true;
	CHECK_INT(band_play(&band, 2), DRIVE_DONE);
	CHECK(crowd_member(band.crowd, 0) != NULL && crowd_member(band.crowd, 1) != NULL);
	CHECK(crowd_member(band.crowd, 0) != crowd_member(band.crowd, 1));
	CHECK(crowd_member(band.crowd, 2) == NULL);
	CHECK_INT(band_play(&band, 1), DRIVE_DONE);
	CHECK(crowd_member(band.crowd, 2) != NULL);
	/* one that goes in the midst is told so, once; whoever is no member is not */
	struct script_player *gone = &band.players[1];
	crowd_drop(band.crowd, &gone->player);
	crowd_drop(band.crowd, &gone->player);
	CHECK_INT(gone->closes + (gone->failed[0] != 0), 1);
	CHECK(crowd_member(band.crowd, 2) == NULL);
	CHECK_INT(band.players[0].closes + (band.players[0].failed[0] != 0), 0);
	crowd_free(band.crowd);
	band.crowd = NULL;
	CHECK_INT(band.players[0].closes + (band.players[0].failed[0] != 0), 1);
	CHECK_INT(band.players[2].closes + (band.players[2].failed[0] != 0), 1);
	band_close(&band);
}

static void silence_ends_a_run_for_all(void)
{
	static const struct name_row names[] = {{"mail.example.org", "A 192.0.2.7"},
		{"mail.example.org", "AAAA nodata"}, {NULL, NULL}};
	struct band band;
	if (!band_open(&band, names, NULL, long_steps))
		return;
	crowd_free(band.crowd);
	band.settings.patience_ms = 30;
	band.crowd = crowd_new(&band.settings);
	band.at_once = true;
	CHECK_INT(band_play(&band, PLAYERS), DRIVE_IMPATIENT);
	CHECK(crowd_member(band.crowd, 0) == NULL);
	for (size_t i = 0; i < PLAYERS; i++)
		CHECK_INT(band.players[i].connections, band.players[i].closes);
	band_close(&band);
}

static void note_hung(void *context, struct player *player, enum drive_end end)
{
	struct band *band = context;
	CHECK(player == &band->players[0].player || player == &band->players[1].player ||
		player == &band->players[2].player);
	band->left++;
	band->hung += end == DRIVE_IMPATIENT;
}

/* Somebody wants to know who goes: each goes alone, and the run ends in order. */
static void silence_may_be_each_ones_own(void)
{
	static const struct name_row names[] = {{"mail.example.org", "A 192.0.2.7"},
		{"mail.example.org", "AAAA nodata"}, {NULL, NULL}};
	struct band band;
	if (!band_open(&band, names, NULL, long_steps))
		return;
	crowd_free(band.crowd);
	band.settings.patience_ms = 30;
	band.crowd = crowd_new(&band.settings);
	band.at_once = true;
	band.count = PLAYERS;
	const struct crowd_source source = {
		.context = &band, .next = next, .is_done = is_done, .left = note_hung};
	CHECK_INT(crowd_run(band.crowd, &source, NULL), DRIVE_DONE);
	CHECK(crowd_member(band.crowd, 0) == NULL);
	CHECK_INT(band.left, PLAYERS);
	CHECK_INT(band.hung, PLAYERS);
	band_close(&band);
}

static void note_endless(void *context, struct player *player, enum drive_end end)
{
	struct band *band = context;
	(void)player;
	band->left++;
	band->hung += end == DRIVE_ENDLESS;
}

/* So does what goes on for too long, and the reason is told. */
static void going_on_may_be_each_ones_own(void)
{
	static const struct name_row names[] = {{"mail.example.org", "A 192.0.2.7"},
		{"mail.example.org", "AAAA nodata"}, {NULL, NULL}};
	struct band band;
	struct sentence why;
	if (!band_open(&band, names, NULL, long_steps))
		return;
	crowd_free(band.crowd);
	band.settings.connection_ms = 30;
	band.crowd = crowd_new(&band.settings);
	band.at_once = true;
	band.count = PLAYERS;
	const struct crowd_source source = {
		.context = &band, .next = next, .is_done = is_done, .left = note_endless};
	CHECK_INT(crowd_run(band.crowd, &source, &why), DRIVE_DONE);
	CHECK_TEXT(why.text, "the server went on for too long");
	CHECK_INT(band.left, PLAYERS);
	CHECK_INT(band.hung, PLAYERS);
	band_close(&band);
}

#define TESTS(T)                                                                                   \
	T(a_name_is_looked_up_once)                                                                \
	T(an_address_that_fails_is_looked_up_again)                                                \
	T(a_server_that_is_down_is_told_to_each)                                                   \
	T(members_stay_from_one_run_to_the_next)                                                   \
	T(silence_ends_a_run_for_all)                                                              \
	T(silence_may_be_each_ones_own)                                                            \
	T(going_on_may_be_each_ones_own)
CHECK_MAIN("crowd", TESTS)

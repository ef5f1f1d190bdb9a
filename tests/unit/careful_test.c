/* careful: what is counted, and where it ends. */
#include "careful.h"
#include "check.h"
#include "stage.h"
#include "unreliable.h"
#include "verdict.h"

static struct transcript *read_dialogue(const char *text)
{
	size_t line = 0;
	struct transcript *transcript = transcript_new(&memory_standard, true);
	CHECK(transcript_read(transcript, octets_of(text), &line));
	return transcript;
}

/* transcript_read() takes a line's secret to be what it is; "<secret>" marks it. */
#define LOGIN " -> AUTH PLAIN <secret>\n"

static void refused_logins_are_counted(void)
{
	static const struct {
		const char *dialogue;
		size_t refused;
	} rows[] = {
		{LOGIN "<-  235 ok\n", 0},
		{LOGIN "<** 535 no\n", 1},
		{LOGIN "<** 454 not now\n", 1},
		{LOGIN "<** 535 no\n" LOGIN "<** 535 no\n", 2},
		{LOGIN "<** 535-no\n<** 535 really\n", 1},
		{" -> AUTH LOGIN\n<-  334 VXNlcm5hbWU6\n -> <secret>\n<-  334 UGFzc3dvcmQ6\n"
		 " -> <secret>\n<** 535 no\n",
			1},
		/* nothing secret was said */
		{" -> AUTH LOGIN\n<** 535 no\n", 0},
		/* the mechanism is not known, or not here */
		{LOGIN "<** 504 no such mechanism\n", 0},
		{LOGIN "<** 530 STARTTLS first\n", 0},
		{LOGIN "<** 538 not in clear\n", 0},
		{LOGIN "<** 503 not now\n", 0},
		/* refused, but no login */
		{" -> MAIL FROM:<a@example.org>\n<** 535 who are you\n", 0},
		{LOGIN "<-  235 ok\n -> RSET\n<-  250 ok\n -> MAIL FROM:<a@example.org>\n"
		       "<** 535 who are you\n",
			0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct transcript *transcript = read_dialogue(rows[i].dialogue);
		CHECK_CASE("%s", rows[i].dialogue);
		CHECK_INT(careful_refused_logins(transcript), rows[i].refused);
		transcript_free(transcript);
	}
	CHECK_INT(careful_refused_logins(NULL), 0);
}

static void a_rest_is_heard(void)
{
	static const struct {
		const char *dialogue, *reply; /* NULL: none is asked for */
	} rows[] = {
		{"=== connected 192.0.2.7 to 192.0.2.25:25\n<** 421 too many\n", "421 too many"},
		{"=== connected 192.0.2.7 to 192.0.2.25:25\n<-  220 mx\n -> EHLO x\n"
		 "<** 450 4.7.1 slower\n",
			"450 4.7.1 slower"},
		{"=== connected 192.0.2.7 to 192.0.2.25:25\n<-  220 mx\n", NULL},
		/* a refused login may be a limit; what was no answer to a challenge is none */
		{"=== connected 192.0.2.7 to 192.0.2.25:25\n<-  220 mx\n -> AUTH PLAIN\n"
		 "<-  334 \n -> <secret>\n<** 454 4.7.0 Too many logins\n",
			"454 4.7.0 Too many logins"},
		{"=== connected 192.0.2.7 to 192.0.2.25:25\n<-  220 mx\n -> AUTH PLAIN\n"
		 "<-  334 \n -> *\n<** 454 4.7.0 Invalid base64 data\n",
			NULL},
		/* what the client did is another matter */
		{"=== connected 192.0.2.7 to 192.0.2.25:25\n<-  220 mx\n -> RSET\n<** 421 bye\n",
			NULL},
		{"=== connected 192.0.2.7 to 192.0.2.25:25\n<-  220 mx\n -> RCPT TO:<a@b>\n"
		 "<** 550 5.7.1 no\n",
			NULL},
		{"=== connected 192.0.2.7 to 192.0.2.25:25\n<** 554 go away\n", NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct transcript *transcript = read_dialogue(rows[i].dialogue);
		struct sentence reply = {""};
		CHECK_CASE("%s", rows[i].dialogue);
		CHECK(careful_asks_for_rest(transcript, &reply) == (rows[i].reply != NULL));
		CHECK_TEXT(reply.text, rows[i].reply == NULL ? "" : rows[i].reply);
		transcript_free(transcript);
	}
}

/* So many trials of a client on a ground that is minded. */
struct minded {
	struct memory_ground memory;
	struct careful careful;
	size_t played; /* before it ended */
	struct sentence why;
};

static void mind(struct minded *minded, const struct memory_ground_settings *server,
	struct careful_settings settings, const struct profile *client, size_t trials)
{
	const struct trial_wish wish = {.client = client, .messages = 1, .seed = 1};
	*minded = (struct minded){.played = 0};
	memory_ground_init(&minded->memory, server);
	careful_init(&minded->careful, &minded->memory.ground, &settings);
	const struct ground *ground = &minded->careful.ground;
	for (size_t i = 0; i < trials; i++) {
		struct trial trial;
		if (!ground->play(ground->context, &wish, &trial, &minded->why))
			return;
		minded->played++;
		trial_free(&trial);
	}
}

static void it_ends_before_the_server_does(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *lenient = stage_profile(PROFILE_SERVER, "lenient");
	struct profile *busy = unreliable_refusal(3); /* 421 to everybody */
	const struct memory_ground_settings well = {.server = profile_server(lenient)};
	const struct memory_ground_settings full = {.server = profile_server(busy)};
	const struct memory_ground_settings wrong = {
		.server = profile_server(lenient), .wrong_password = true};
	static const struct careful_settings none, paced = {.pause_ms = 1000};
	struct minded minded;
	mind(&minded, &well, none, client, 20);
	CHECK_INT(minded.played, 20);
	CHECK_INT(minded.memory.paused_ms, 0);
	mind(&minded, &well, paced, client, 5);
	CHECK_INT(minded.memory.paused_ms, 4000); /* the first need not wait */
	mind(&minded, &well, (struct careful_settings){.max_connections = 7}, client, 20);
	CHECK_INT(minded.played, 7);
	CHECK_INT(minded.memory.connections, 7);
	CHECK_TEXT(minded.why.text, "stopped after 7 connections; --max-connections allows more");
	mind(&minded, &wrong, (struct careful_settings){.max_refused_logins = 3}, client, 20);
	CHECK_INT(minded.careful.refused_logins, minded.played);
	CHECK_INT(minded.played, 3);
	CHECK_TEXT(minded.why.text,
		"stopped after 3 refused logins, before the server locks the account; "
		"--max-refused-logins allows more");
	mind(&minded, &full, none, client, 20);
	CHECK_INT(minded.played, 3);
	CHECK(minded.memory.paused_ms >= 3000);
	CHECK(strstr(minded.why.text, "421 too many") != NULL);
	profile_free(client);
	profile_free(lenient);
	profile_free(busy);
}

/* ---- turned away at the door ---- */

#define MET "=== connected 192.0.2.7 to 192.0.2.25:25\n"

static void a_shut_door_is_known(void)
{
	static const struct {
		const char *dialogue;
		bool refused;
	} rows[] = {
		{"", true},
		{MET "=== closed by server\n", true},
		{MET "<** 421 too many\n=== closed by server\n", true},
		{MET "<** 450 4.3.2 too many connections\n -> QUIT\n", true},
		{MET "<-  220 mx\n -> EHLO x\n=== closed by server\n" MET "=== closed by server\n",
			true},
		/* policy is another matter, and so are a ban and what the client did */
		{MET "<** 421 4.7.0 slower\n=== closed by server\n", false},
		{MET "<** 554 5.7.1 go away\n=== closed by server\n", false},
		{MET "<-  220 mx\n=== closed by server\n", false},
		{MET " -> EHLO x\n=== closed by server\n", false},
		{MET "=== closed by client\n", false},
		{MET "<-  220 mx\n -> EHLO x\n<** 421 bye\n=== closed by server\n", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct transcript *transcript = read_dialogue(rows[i].dialogue);
		CHECK_CASE("%s", rows[i].dialogue);
		CHECK(admission_is_refused(transcript) == rows[i].refused);
		transcript_free(transcript);
	}
}

/* A door that is shut for connections from..to; and `banned`: nobody answers at all. */
struct door {
	const struct profile *open, *shut;
	size_t from, to;
};

static const struct server_profile *choose_door(void *context, size_t number)
{
	const struct door *door = context;
	bool shut = number >= door->from && number <= door->to;
	if (!shut)
		return profile_server(door->open);
	return door->shut == NULL ? NULL : profile_server(door->shut);
}

/* So many trials, turn by turn with the control; how many of each sent. */
static void knock(struct careful *careful, const struct profile *client, size_t trials,
	size_t *sent, struct sentence *why)
{
	const struct trial_wish wish = {.client = client, .messages = 1, .seed = 1};
	const struct ground *ground = &careful->ground;
	*sent = 0;
	for (size_t i = 0; i < trials; i++) {
		struct trial trial;
		struct control control;
		struct finding finding;
		if (!ground->control(ground->context, &wish, &control, why))
			return;
		*sent += control.end == CONTROL_SENDS;
		control_free(&control);
		if (!ground->play(ground->context, &wish, &trial, why))
			return;
		finding_read(&finding, ground, &trial, 0);
		*sent += finding.sent;
		trial_free(&trial);
	}
}

static void who_is_turned_away_comes_again(void)
{
	static const struct {
		bool refused;	 /* the connection; else a greeting of 421 */
		size_t from, to; /* the connections that find it shut */
		size_t sent;	 /* of 5 controls and 5 trials in turn */
		size_t turned;
		uint64_t waited_ms;
	} rows[] = {
		{false, 0, 0, 10, 0, 0},
		{false, 4, 4, 10, 1, 2000},
		{true, 3, 5, 10, 3, 17000},
		{false, 3, 6, 10, 4, 37000},
		/* twice */
		{false, 4, 5, 10, 2, 7000},
		/* for ever: waited for once, and no more; after three rests it ends */
		{false, 4, 99, 3, 4, 37000},
		{true, 4, 99, 3, 4, 37000},
		/* nobody was ever let in: a wrong port is not waited for */
		{true, 1, 99, 0, 0, 0},
	};
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *lenient = stage_profile(PROFILE_SERVER, "lenient");
	struct profile *busy = unreliable_refusal(3);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct door door = {
			lenient, rows[i].refused ? NULL : busy, rows[i].from, rows[i].to};
		struct memory_ground memory;
		struct careful careful;
		struct sentence why = {""}, told = {""};
		size_t sent;
		CHECK_CASE("%zu: %zu to %zu", i, rows[i].from, rows[i].to);
		memory_ground_init(&memory,
			&(struct memory_ground_settings){.choose = choose_door, .context = &door});
		careful_init(&careful, &memory.ground, &(struct careful_settings){.pause_ms = 0});
		knock(&careful, client, 5, &sent, &why);
		CHECK_INT(sent, rows[i].sent);
		CHECK_INT(careful.admission.turned, rows[i].turned);
		CHECK_INT(careful.admission.waited_ms, rows[i].waited_ms);
		CHECK(memory.paused_ms >= rows[i].waited_ms);
		CHECK(careful.connections == memory.connections);
		/* slower from then on, and nobody waits who need not */
		CHECK((memory.paused_ms > rows[i].waited_ms) == (rows[i].to > 0 && sent > 0));
		CHECK(admission_tell(&careful.admission, &told) == (rows[i].turned > 0));
		if (i == 2)
			CHECK_TEXT(told.text, "the server turned us away 3 times; waited 17 s");
	}
	profile_free(client);
	profile_free(lenient);
	profile_free(busy);
}

/* Many refuse the name or a habit of one client with 4.7.x: others are not asked to wait. */
static void a_client_that_is_refused_is_no_rest(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *other = stage_profile(PROFILE_CLIENT, "correct");
	struct profile *server = unreliable_load(
		"based-on: lenient\nfaults: [{at: reset, times: 0, reply: \"450 4.7.1 no\"}]");
	struct memory_ground memory;
	struct careful careful;
	struct sentence why = {""};
	memory_ground_init(
		&memory, &(struct memory_ground_settings){.server = profile_server(server)});
	careful_init(&careful, &memory.ground, &(struct careful_settings){.pause_ms = 0});
	for (size_t i = 0; i < 12; i++) {
		const struct trial_wish wish = {
			.client = i % 3 == 2 ? other : client, .messages = 1, .seed = 1};
		struct trial trial;
		CHECK_CASE("trial %zu", i);
		if (!CHECK(careful.ground.play(careful.ground.context, &wish, &trial, &why)))
			break;
		CHECK_INT(careful.rests, i % 3 == 2 ? 0 : i % 3 + 1);
		trial_free(&trial);
	}
	CHECK(!careful.stopped);
	profile_free(client);
	profile_free(other);
	profile_free(server);
}

/* The control counts as well, and is refused as well. */
static void the_control_counts(void)
{
	struct profile *lenient = stage_profile(PROFILE_SERVER, "lenient");
	const struct trial_wish wish = {.messages = 1, .seed = 1};
	struct memory_ground memory;
	struct careful careful;
	struct sentence why = {""};
	memory_ground_init(
		&memory, &(struct memory_ground_settings){
				 .server = profile_server(lenient), .wrong_password = true});
	careful_init(&careful, &memory.ground, &(struct careful_settings){.max_refused_logins = 2});
	for (int i = 0; i < 3; i++) {
		struct control control;
		bool came = careful.ground.control(careful.ground.context, &wish, &control, &why);
		CHECK(came == (i < 2));
		if (came) {
			CHECK_INT(control.end, CONTROL_LOGIN_REFUSED);
			control_free(&control);
		}
	}
	CHECK_INT(careful.refused_logins, 2);
	CHECK(why.text[0] != 0);
	profile_free(lenient);
}

#define TESTS(T)                                                                                   \
	T(refused_logins_are_counted)                                                              \
	T(a_rest_is_heard)                                                                         \
	T(it_ends_before_the_server_does)                                                          \
	T(a_shut_door_is_known)                                                                    \
	T(who_is_turned_away_comes_again)                                                          \
	T(a_client_that_is_refused_is_no_rest)                                                     \
	T(the_control_counts)
CHECK_MAIN("careful", TESTS)

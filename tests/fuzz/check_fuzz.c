/*
 * check: whatever a server says, each examination of it ends; what is written of it is a record
 * that the report takes, and a profile that the profile reader takes, without an octet that could
 * mislead a terminal; and nobody is told to send by a server that took nothing.
 *
 * The input: an octet for what is asked for, one for the account, one for which fact or client.
 * Then lines, of which the first octet names what is answered and the rest is the answer: in turn,
 * where there are several. What is not named is answered as by a plain server. In an answer 0x01
 * stands for the end of a line; '!' alone closes, '?' alone is silent, '~' first goes away behind
 * it.
 */
#include "fuzz.h"

#include "lesson.h"
#include "memory_ground.h"
#include "record_fact.h"
#include "report.h"
#include "text.h"

enum { ANSWERS = 64, SESSIONS = 60, BODY_MAX = 64 * 1024 };

/* ---- a server of octets ---- */

struct answer {
	uint8_t to;
	struct octets text;
};

static const struct {
	char name;
	const char *verb, *usual;
} verbs[] = {
	{'g', NULL, "220 mx.example ESMTP"},
	{'e', "EHLO",
		"250-mx.example\001250-AUTH PLAIN LOGIN CRAM-MD5\001250-STARTTLS\001250 PIPELINING"},
	{'h', "HELO", "250 mx.example"},
	{'a', "AUTH", "235 ok"},
	{'m', "MAIL", "250 ok"},
	{'r', "RCPT", "250 ok"},
	{'d', "DATA", "354 go on"},
	{'s', "RSET", "250 ok"},
	{'t', "STARTTLS", "220 go on"},
	{'n', "NOOP", "250 ok"},
	{'q', "QUIT", "221 bye"},
	{'.', NULL, "250 queued"},
	{'3', NULL, "334 VXNlcm5hbWU6"},
	{'x', NULL, "500 what"},
};
enum { VERBS = sizeof verbs / sizeof *verbs };

/* Of one input, over all sessions. */
struct hostile {
	struct answer answers[ANSWERS];
	size_t count, turn[VERBS];
	bool tls_at_once;
	size_t sessions, taken; /* replies of the 2xx kind behind the greeting of a session */
};

/* One session. */
struct talk {
	struct player player;
	struct hostile *hostile;
	struct buffer line, out;
	unsigned int prompts; /* that AUTH still asks */
	bool body, closing, silent, over, handshake;
	size_t replies;
};

static void say(struct talk *talk, struct octets text)
{
	bool first = true;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t octet = text.at[i];
		if (first && octet == '2' && talk->replies > 0)
			talk->hostile->taken++;
		first = octet == 1 || octet == '\n';
		if (octet == 1)
			buffer_append_text(&talk->out, "\r\n");
		else
			buffer_append_byte(&talk->out, octet);
	}
	buffer_append_text(&talk->out, "\r\n");
	talk->replies++;
}

static struct octets answer_to(struct hostile *hostile, size_t verb)
{
	size_t fitting = 0, turn = hostile->turn[verb]++;
	for (size_t i = 0; i < hostile->count; i++)
		fitting += hostile->answers[i].to == (uint8_t)verbs[verb].name;
	for (size_t i = 0; fitting > 0 && i < hostile->count; i++) {
		if (hostile->answers[i].to == (uint8_t)verbs[verb].name && turn-- % fitting == 0)
			return hostile->answers[i].text;
	}
	return octets_of(verbs[verb].usual);
}

static struct octets reply(struct talk *talk, char name)
{
	size_t verb = 0;
	while (verbs[verb].name != name)
		verb++;
	struct octets text = answer_to(talk->hostile, verb);
	if (octets_equal(text, octets_of("!"))) {
		talk->closing = true;
	} else if (octets_equal(text, octets_of("?"))) {
		talk->silent = true;
	} else {
		talk->closing = text.len > 0 && text.at[0] == '~';
		say(talk, octets_from(text, talk->closing));
	}
	return text;
}

static char name_of(struct octets line)
{
	for (size_t i = 0; i < VERBS; i++) {
		const char *verb = verbs[i].verb;
		size_t len = verb == NULL ? 0 : strlen(verb);
		if (len > 0 && octets_equal_nocase(octets_cut(line, len), octets_of(verb)))
			return verbs[i].name;
	}
	return 'x';
}

static void hear_login(struct talk *talk, struct octets line)
{
	/* with an initial response there is nothing left to ask */
	if (octets_find_text(octets_from(line, 5), octets_of(" ")) + 5 < line.len) {
		reply(talk, 'a');
		return;
	}
	bool login = octets_equal_nocase(octets_cut(line, 10), octets_of("AUTH LOGIN"));
	talk->prompts = login ? 2 : 1;
	reply(talk, '3');
}

static void hear_line(struct talk *talk, struct octets line)
{
	if (talk->body) {
		talk->body = !octets_equal(line, octets_of("."));
		if (!talk->body)
			reply(talk, '.');
		return;
	}
	if (talk->prompts > 0) {
		talk->prompts--;
		reply(talk, talk->prompts > 0 ? '3' : 'a');
		return;
	}
	char name = name_of(line);
	if (name == 'a') {
		hear_login(talk, line);
		return;
	}
	struct octets said = reply(talk, name);
	bool goes_on = said.len > 0 && said.at[0] == '3';
	talk->body = name == 'd' && goes_on;
	talk->handshake = name == 't' && said.len > 2 && said.at[0] == '2';
	talk->closing = talk->closing || name == 'q';
}

static struct talk *talk_of(const struct player *player)
{
	return (struct talk *)(uintptr_t)player;
}

static unsigned int wants(const struct player *player)
{
	const struct talk *talk = talk_of(player);
	if (talk->over)
		return 0;
	if (talk->out.len > 0)
		return PLAYER_SEND;
	if (talk->handshake)
		return PLAYER_START_TLS;
	if (talk->closing)
		return PLAYER_CLOSE;
	return PLAYER_RECEIVE;
}

static size_t outgoing(struct player *player, struct octets *pieces, size_t max)
{
	pieces[0] = buffer_octets(&talk_of(player)->out);
	return max > 0 && pieces[0].len > 0;
}

static void sent(struct player *player, size_t count, uint64_t now_ms)
{
	(void)now_ms;
	buffer_consume(&talk_of(player)->out, count);
}

static void received(struct player *player, const uint8_t *at, size_t len, uint64_t now_ms)
{
	struct talk *talk = talk_of(player);
	(void)now_ms;
	for (size_t i = 0; i < len && !talk->silent && !talk->closing; i++) {
		if (at[i] != '\n') {
			if (talk->line.len < BODY_MAX && at[i] != '\r')
				buffer_append_byte(&talk->line, at[i]);
			continue;
		}
		hear_line(talk, buffer_octets(&talk->line));
		buffer_clear(&talk->line);
	}
}

static void ended(struct player *player, enum player_end why, uint64_t now_ms)
{
	(void)why;
	(void)now_ms;
	buffer_clear(&talk_of(player)->out);
	talk_of(player)->handshake = false;
	talk_of(player)->closing = true;
}

static void greet(struct talk *talk)
{
	if (talk->hostile->sessions > SESSIONS * 20)
		talk->closing = true;
	else
		reply(talk, 'g');
}

static void connected(struct player *player, const struct player_link *link, uint64_t now_ms)
{
	struct talk *talk = talk_of(player);
	(void)link;
	(void)now_ms;
	talk->handshake = talk->hostile->tls_at_once;
	if (!talk->handshake)
		greet(talk);
}

static void tls_up(struct player *player, const struct player_tls *tls, uint64_t now_ms)
{
	struct talk *talk = talk_of(player);
	(void)tls;
	(void)now_ms;
	talk->handshake = false;
	if (talk->hostile->tls_at_once)
		greet(talk);
}

static void tls_failed(struct player *player, const char *why, uint64_t now_ms)
{
	(void)why;
	ended(player, PLAYER_LOST, now_ms);
}

static void closed(struct player *player, uint64_t now_ms)
{
	(void)now_ms;
	talk_of(player)->over = true;
}

static uint64_t deadline_ms(const struct player *player)
{
	(void)player;
	return PLAYER_NEVER;
}

static void tick(struct player *player, uint64_t now_ms)
{
	(void)player;
	(void)now_ms;
}

static const struct player_ops ops = {.wants = wants,
	.outgoing = outgoing,
	.sent = sent,
	.received = received,
	.ended = ended,
	.connected = connected,
	.tls_up = tls_up,
	.tls_failed = tls_failed,
	.closed = closed,
	.deadline_ms = deadline_ms,
	.tick = tick};

static struct player *open_talk(void *context, size_t number)
{
	struct hostile *hostile = context;
	struct talk *talk = calloc(1, sizeof *talk);
	require(talk != NULL);
	hostile->sessions = number;
	*talk = (struct talk){.player = {&ops}, .hostile = hostile};
	buffer_init(&talk->line, &memory_standard, BODY_MAX + 1);
	buffer_init(&talk->out, &memory_standard, 1 << 24);
	return &talk->player;
}

static void close_talk(void *context, struct player *player)
{
	struct talk *talk = talk_of(player);
	(void)context;
	buffer_free(&talk->line);
	buffer_free(&talk->out);
	free(talk);
}

/* ---- what is asked for ---- */

static const char *const client_texts[] = {
	"name: plain\n",
	"name: resets\nflow: {before-first: [reset]}\nauth: {mechanisms: [LOGIN, PLAIN]}\n"
	"evidence: [{test: here, shows: [flow, auth]}]\n",
	"name: reads lines\nreplies: {reading: {else: first-line}}\nwire: {mail: \"MAIL FROM: <{sender}>\"}\n"
	"evidence: [{test: here, shows: [replies, wire]}]\n",
};
enum { CLIENTS = sizeof client_texts / sizeof *client_texts };
static const char parent_text[] = "name: parent\n";

/* No profile of a catalogue is read: the parent of what is learned is this one. */
static bool read_parent(void *context, enum profile_kind kind, const char *name,
	struct buffer *text, struct buffer *file)
{
	(void)context;
	require(kind == PROFILE_SERVER && strcmp(name, "parent") == 0);
	buffer_append_text(file, "parent.yaml");
	return buffer_append_text(text, parent_text);
}

static struct profile *load(enum profile_kind kind, struct octets text)
{
	const struct profile_source source = {.read = read_parent};
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 1 << 20);
	struct profile *profile =
		profile_load_text(&memory_standard, kind, "fuzz.yaml", text, &source, &errors);
	if (profile == NULL)
		fprintf(stderr, "%s\n%.*s\n", buffer_string(&errors), (int)text.len,
			(const char *)text.at);
	buffer_free(&errors);
	require(profile != NULL);
	return profile;
}

/* One examination, and all that was recorded of it. */
struct examination {
	struct hostile hostile;
	struct memory_ground memory;
	struct ground below, ground;
	struct recording_head head;
	struct buffer records;
	bool deliver;
};

static void record(struct examination *examination, json_t *object)
{
	require(object != NULL && recording_write(&examination->records, object));
	json_decref(object);
}

/* Nobody has sent without a greeting of EHLO, MAIL and RCPT that were taken. */
static bool play(
	void *context, const struct trial_wish *wish, struct trial *trial, struct sentence *why)
{
	struct examination *examination = context;
	struct finding finding;
	size_t before = examination->hostile.taken;
	if (!examination->below.play(examination->below.context, wish, trial, why))
		return false;
	for (size_t i = 0; i < wish->messages; i++) {
		finding_read(&finding, &examination->below, trial, i);
		require(text_is_readable(octets_of(finding.sentence.text)));
		require(!finding.sent || examination->hostile.taken >= before + 3);
	}
	return true;
}

static bool control(
	void *context, const struct trial_wish *wish, struct control *control, struct sentence *why)
{
	struct examination *examination = context;
	size_t before = examination->hostile.taken;
	if (!examination->below.control(examination->below.context, wish, control, why))
		return false;
	require(control->end != CONTROL_SENDS || examination->hostile.taken >= before + 3);
	return true;
}

static bool converse(void *context, struct player *player, struct transcript *transcript,
	enum drive_end *end, struct sentence *why)
{
	const struct examination *examination = context;
	return examination->below.converse(
		examination->below.context, player, transcript, end, why);
}

static void pause_on(void *context, uint64_t ms)
{
	const struct examination *examination = context;
	examination->below.pause(examination->below.context, ms);
}

/* The ground of the examination, which looks at what the one below does. */
static struct ground watch(struct examination *examination)
{
	struct ground ground = examination->memory.ground;
	examination->below = ground;
	ground.context = examination;
	ground.play = play;
	ground.control = control;
	ground.converse = converse;
	ground.pause = pause_on;
	return ground;
}

static void take_control(void *context, const struct control *control)
{
	struct examination *examination = context;
	record(examination, recording_control(&examination->head, "msub", false, control));
}

static void take_client(void *context, const struct run_client *client,
	const struct verdict *verdict, const struct cause *cause)
{
	struct examination *examination = context;
	if (verdict->verdict == VERDICT_SENDS || verdict->verdict == VERDICT_SENDS_WITH_LOSS)
		require(examination->hostile.taken > 0);
	require(text_is_readable(octets_of(verdict->sentence.text)));
	record(examination, recording_client(&examination->head, client, verdict, cause, 7));
}

static void begin(struct examination *examination, const struct run_client *clients, size_t count)
{
	recording_head_init(&examination->head, "smtp://192.0.2.25", 1);
	record(examination,
		recording_run(&examination->head, &(struct recording_plan){.tool = "handset",
							  .deliver = examination->deliver,
							  .facts = count == 0,
							  .clients = clients,
							  .client_count = count}));
}

static void finish(struct examination *examination, const struct run_result *result)
{
	struct record_set *set = record_set_new(&memory_standard);
	struct buffer complaint;
	struct octets left = buffer_octets(&examination->records);
	while (left.len > 0) {
		struct octets line = take_piece(&left, octets_find(left, '\n') + 1);
		require(text_is_readable(octets_cut(line, line.len - 1)));
	}
	record(examination, recording_end(&examination->head, result, 0, 8));
	buffer_init(&complaint, &memory_standard, 1 << 20);
	bool good =
		record_set_read(set, "fuzz", buffer_octets(&examination->records), &complaint) &&
		record_set_finish(set, &complaint);
	if (!good)
		fprintf(stderr, "%s\n", buffer_string(&complaint));
	require(good && complaint.len == 0 && set->run_count == 1);
	buffer_free(&complaint);
	record_set_free(set);
}

static void check_clients(struct examination *examination, uint8_t which)
{
	struct profile *profiles[2];
	struct run_client clients[2];
	struct run_result result;
	for (size_t i = 0; i < 2; i++) {
		const char *text = client_texts[(which + i) % CLIENTS];
		profiles[i] = load(PROFILE_CLIENT, octets_of(text));
		clients[i] = (struct run_client){i == 0 ? "one" : "other", profiles[i]};
	}
	const struct run_listener listener = {
		.context = examination, .control = take_control, .client = take_client};
	begin(examination, clients, 2);
	require(run_check(&(struct run_settings){.ground = &examination->ground,
				  .clients = clients,
				  .client_count = 2,
				  .deliver = examination->deliver,
				  .causes = true,
				  .seed = 1},
		&listener, &result));
	finish(examination, &result);
	for (size_t i = 0; i < 2; i++)
		profile_free(profiles[i]);
}

/* What is learned can be read, and says no more than the server did. */
static void learn(struct examination *examination, const struct findings *findings)
{
	struct profile *parent = load(PROFILE_SERVER, octets_of(parent_text));
	const struct likeness_candidate candidate = {"parent", parent};
	struct likeness likeness;
	struct buffer text;
	buffer_init(&text, &memory_standard, 1 << 24);
	const struct lesson_wish wish = {.memory = &memory_standard,
		.findings = findings,
		.ground = &examination->ground,
		.delivered = examination->deliver,
		.target = "smtp://192.0.2.25",
		.date = "2026-11-24",
		.parents = &candidate,
		.parent_count = 1};
	if (likeness_find(&memory_standard, findings, &examination->ground, examination->deliver,
		    &candidate, 1, &likeness, 1) == 1)
		record(examination, record_likeness(&examination->head, &likeness));
	if (lesson_write(&wish, &text)) {
		require(examination->hostile.taken > 0);
		profile_free(load(PROFILE_SERVER, buffer_octets(&text)));
	}
	buffer_free(&text);
	profile_free(parent);
}

static void find_facts(struct examination *examination, uint8_t which, bool all)
{
	size_t rows = 0;
	while (fact_row(rows) != NULL)
		rows++;
	const char *pattern = fact_row(which % rows)->name;
	const struct findings_wish wish = {.ground = &examination->ground,
		.patterns = all ? NULL : &pattern,
		.pattern_count = all ? 0 : 1,
		.deliver = examination->deliver,
		.sessions_max = all ? 0 : SESSIONS,
		.in_memory = all};
	struct findings *findings = findings_new(&memory_standard, &wish);
	struct sentence why = {""};
	struct run_result result = {.control_sends = true};
	require(findings != NULL);
	begin(examination, NULL, 0);
	findings_run(findings, &why);
	require(text_is_readable(octets_of(why.text)));
	for (size_t i = 0; i < findings_count(findings); i++)
		record(examination,
			record_fact(&examination->head, findings, findings_at(findings, i)));
	if (all)
		learn(examination, findings);
	finish(examination, &result);
	findings_free(findings);
}

static void read_answers(struct hostile *hostile, struct octets input)
{
	while (input.len > 0 && hostile->count < ANSWERS) {
		struct octets line = take_piece(&input, octets_find(input, '\n') + 1);
		if (line.at[line.len - 1] == '\n')
			line.len--;
		uint8_t to = take_octet(&line);
		hostile->answers[hostile->count++] = (struct answer){to, line};
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets input = octets_make(at, len);
	struct examination examination = {.deliver = false};
	uint8_t what = take_octet(&input), account = take_octet(&input), which = take_octet(&input);
	read_answers(&examination.hostile, input);
	examination.deliver = (account & 4) != 0;
	buffer_init(&examination.records, &memory_standard, 1 << 28);
	enum phone_security security = (enum phone_security)(account % 4 % 3);
	examination.hostile.tls_at_once = security == PHONE_TLS;
	memory_ground_init(
		&examination.memory, &(struct memory_ground_settings){.security = security,
					     .open = open_talk,
					     .close = close_talk,
					     .context = &examination.hostile,
					     .patience_ms = 60000});
	examination.ground = watch(&examination);
	if ((account & 8) != 0)
		examination.ground.refused_recipient = NULL;
	if (what % 4 == 0)
		find_facts(&examination, which, true);
	else if (what % 4 == 1)
		check_clients(&examination, which);
	else
		find_facts(&examination, which, false);
	buffer_free(&examination.records);
	return 0;
}

/*
 * session: libmsub's sender against a server that says anything, in any cut. It ends, every
 * message has a result, nothing is accepted whose end was not said, nothing is said again to a
 * recipient who may have the message, RSET is never said, and nothing that came before the
 * handshake is heard inside TLS.
 *
 * The input: four octets of settings, then pieces: with several connections an octet that chooses
 * one, a length, and so many octets from the server. A length of 255 ends the connection, 254 lets
 * its deadline come.
 */
#include "fuzz.h"

#include "msub.h"

enum { MESSAGES = 4, RECIPIENTS = 2, CONNECTIONS = 3, CALLS_MAX = 100000 };

/* What is chosen, and by which bits. */
enum {
	BITS_TLS = 0x03,
	BIT_USER = 0x04,
	BIT_LMTP = 0x08,
	BIT_ALL_OR_NOTHING = 0x10,
	BIT_PROBE = 0x20,
	BIT_NO_PIPELINING = 0x40,
	BIT_KEEP = 0x80,
	/* of the second octet */
	BITS_CHUNKING = 0x03,
	BITS_CONNECTIONS = 0x0C,
	BIT_SEND_EIGHT_BIT = 0x10,
	BIT_EIGHT_BIT = 0x20,
	BIT_SOURCE = 0x40,
	BIT_REMOVE_BCC = 0x80,
	/* of the third */
	BITS_MECHANISM = 0x0F,
	BIT_BINDING = 0x10,
	BIT_BINARY = 0x20,
	BIT_DSN = 0x40,
	BIT_IF_OFFERED = 0x80,
	/* of the fourth */
	BIT_BY = 0x01,
	BIT_HOLD = 0x02,
	BIT_PRIORITY = 0x04,
	BIT_REQUIRE_TLS = 0x08,
	BIT_SUBMITTER = 0x10,
	BIT_UTF8_RECIPIENT = 0x20,
	BIT_MORE = 0x40 /* is added when all is finished */
};

struct line {
	struct msub_session *session; /* NULL: free */
	struct buffer text;	      /* of what is being said */
	size_t chunk;		      /* octets of a chunk that are still to come */
	bool last;		      /* it is the last one */
};

struct world {
	struct octets left; /* of the input */
	uint8_t bits[4];
	struct msub_sender *sender;
	struct msub_message *messages[MESSAGES];
	size_t count;
	struct line lines[CONNECTIONS];
	size_t ends, calls;
	uint64_t now_ms;
};

/* ---- messages ---- */

struct reading {
	size_t at;
};

static const char text[] = "Subject: x\r\nBcc: c\r\n\r\nbody\n.\r\n";

static ptrdiff_t read_text(void *context, void *at, size_t len)
{
	struct reading *reading = context;
	struct octets rest = octets_cut(octets_from(octets_of(text), reading->at), len);
	if (rest.len > 7)
		rest.len = 7;
	if (rest.len > 0)
		memcpy(at, rest.at, rest.len);
	reading->at += rest.len;
	return (ptrdiff_t)rest.len;
}

static void release(void *context)
{
	free(context);
}

static void give_content(struct world *world, struct msub_message *message)
{
	static const char eight[] = "Subject: \xC3\xA9\r\n\r\n\xFF\r\n.\r\n";
	struct msub_source source = {read_text, NULL, NULL, release};
	bool is_eight = (world->bits[1] & BIT_EIGHT_BIT) != 0;
	if ((world->bits[1] & BIT_SOURCE) != 0) {
		source.context = calloc(1, sizeof(struct reading));
		require(source.context != NULL);
		require(msub_message_source(message, &source) == MSUB_OK);
	} else {
		require(msub_message_content(message, is_eight ? eight : text,
				is_eight ? sizeof eight - 1 : sizeof text - 1) == MSUB_OK);
	}
	require(msub_message_remove_bcc(message, (world->bits[1] & BIT_REMOVE_BCC) != 0) ==
		MSUB_OK);
}

static void give_options(struct world *world, struct msub_message *message)
{
	uint8_t third = world->bits[2], fourth = world->bits[3];
	struct msub_message_options options = {
		.returns = (third & BIT_DSN) != 0 ? MSUB_RETURN_HEADERS : MSUB_RETURN_UNSAID,
		.envelope_id = (third & BIT_DSN) != 0 ? "id=+ x" : NULL,
		.by_mode = (fourth & BIT_BY) != 0 ? MSUB_BY_RETURN : MSUB_BY_UNSAID,
		.deliver_by_s = (fourth & BIT_BY) != 0 ? 60 : 0,
		.hold_for_s = (fourth & BIT_HOLD) != 0 ? 60 : 0,
		.has_priority = (fourth & BIT_PRIORITY) != 0,
		.priority = (fourth & BIT_PRIORITY) != 0 ? 3 : 0,
		.require_tls = (fourth & BIT_REQUIRE_TLS) != 0,
		.submitter = (fourth & BIT_SUBMITTER) != 0 ? "e+=@example.org" : NULL,
		.binary = (third & BIT_BINARY) != 0,
		.if_offered = (third & BIT_IF_OFFERED) != 0};
	require(msub_message_options(message, &options) == MSUB_OK);
}

/* Recipients are named after their message and their place in it: "a10@..." */
static void add_message(struct world *world)
{
	size_t number = world->count++;
	struct msub_message **message = &world->messages[number];
	struct msub_recipient_options options = {.notify = MSUB_NOTIFY_DELAY, .original = "o@x"};
	require(msub_message_new(message, NULL) == MSUB_OK);
	give_options(world, *message);
	give_content(world, *message);
	for (size_t i = 0; i < RECIPIENTS; i++) {
		char address[] = "a00@example.org", utf8[] = "a00\xC3\xA9@example.org";
		bool is_utf8 = i == 0 && (world->bits[3] & BIT_UTF8_RECIPIENT) != 0;
		char *named = is_utf8 ? utf8 : address;
		named[1] = (char)('0' + number);
		named[2] = (char)('0' + i);
		require(msub_message_add_recipient_with(*message, named,
				(world->bits[2] & BIT_DSN) != 0 ? &options : NULL) == MSUB_OK);
	}
	require(msub_sender_add(world->sender, *message) == MSUB_OK);
}

static void make_sender(struct world *world)
{
	static const char *const mechanisms[16] = {NULL, "LOGIN", "PLAIN", "CRAM-MD5",
		"SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "XOAUTH2", "OAUTHBEARER", "EXTERNAL",
		"SCRAM-SHA-256-PLUS", "GSSAPI", "NTLM"};
	const uint8_t *bits = world->bits;
	struct msub_settings settings;
	msub_settings_init(&settings);
	settings.host = "mail.example.org";
	settings.tls = (enum msub_tls)((bits[0] & BITS_TLS) % 3);
	settings.user = (bits[0] & BIT_USER) != 0 ? "user" : NULL;
	settings.password = "password";
	settings.mechanism = mechanisms[bits[2] & BITS_MECHANISM];
	settings.protocol = (bits[0] & BIT_LMTP) != 0 ? MSUB_LMTP : MSUB_SUBMISSION;
	settings.all_or_nothing = (bits[0] & BIT_ALL_OR_NOTHING) != 0;
	settings.probe = (bits[0] & BIT_PROBE) != 0;
	settings.no_pipelining = (bits[0] & BIT_NO_PIPELINING) != 0;
	settings.keep_ms = (bits[0] & BIT_KEEP) != 0 ? 60000 : 0;
	settings.chunking = (enum msub_chunking)((bits[1] & BITS_CHUNKING) % 3);
	settings.connections = (bits[1] & BITS_CONNECTIONS) / 4u % CONNECTIONS + 1;
	settings.send_eight_bit = (bits[1] & BIT_SEND_EIGHT_BIT) != 0;
	require(msub_sender_new(&world->sender, &settings) == MSUB_OK);
	while (world->count < MESSAGES - 1)
		add_message(world);
}

/* ---- what is said ---- */

/* Nobody is named again who has the message, or may have it. */
static void check_recipient(const struct world *world, struct octets line)
{
	static const char start[] = "RCPT TO:<a";
	struct msub_result result;
	if (!octets_start_nocase(line, start) || line.len < sizeof start + 1)
		return;
	size_t message = line.at[sizeof start - 1] - (size_t)'0';
	size_t recipient = line.at[sizeof start] - (size_t)'0';
	require(message < world->count);
	require(msub_message_result(world->messages[message], recipient, &result));
	require(result.outcome != MSUB_ACCEPTED && result.outcome != MSUB_MAYBE);
}

static void hear_line(struct world *world, struct line *line)
{
	struct octets said = buffer_octets(&line->text);
	uint64_t size = 0;
	require(!octets_start_nocase(said, "RSET"));
	check_recipient(world, said);
	world->ends += octets_equal(said, octets_of("."));
	if (octets_start_nocase(said, "BDAT ")) {
		struct octets number = octets_from(said, 5);
		number = octets_cut(number, octets_find(number, ' '));
		require(octets_number(number, &size));
		line->chunk = (size_t)size;
		line->last = octets_find_text(said, octets_of(" LAST")) < said.len;
		world->ends += line->last && size == 0;
	}
	buffer_clear(&line->text);
}

static void hear_octet(struct world *world, struct line *line, uint8_t octet)
{
	if (line->chunk > 0) {
		world->ends += --line->chunk == 0 && line->last;
	} else if (octet == '\n') {
		hear_line(world, line);
	} else if (octet != '\r') {
		buffer_append_byte(&line->text, octet);
	}
}

static void take_output(struct world *world, struct line *line)
{
	struct msub_piece piece;
	require(msub_session_output(line->session, &piece, 1) == 1);
	for (size_t i = 0; i < piece.len; i++)
		hear_octet(world, line, piece.at[i]);
	msub_session_taken(line->session, piece.len, world->now_ms);
}

/* ---- the driver ---- */

static void start_tls(struct world *world, struct msub_session *session)
{
	static const uint8_t binding[32] = {1, 2, 3};
	/* the next piece comes in clear, before the handshake */
	if (world->left.len > 1 && world->left.at[0] % 2 == 1) {
		msub_session_input(session, world->left.at + 1, 1, world->now_ms);
		world->left = octets_from(world->left, 2);
		require(msub_session_wants(session) == MSUB_WANTS_CLOSE);
		return;
	}
	if ((world->bits[2] & BIT_BINDING) != 0)
		require(msub_session_tls_binding(session, MSUB_BINDING_EXPORTER, binding,
				sizeof binding) == MSUB_OK);
	msub_session_tls_up(session, true, "TLS", world->now_ms);
}

static void give_input(struct world *world, struct msub_session *session)
{
	size_t len = world->left.len == 0 ? 255 : take_octet(&world->left);
	uint64_t deadline = msub_session_deadline_ms(session);
	if (len == 255) {
		msub_session_end_of_input(session, NULL, world->now_ms);
	} else if (len == 254) {
		require(deadline != MSUB_NEVER);
		world->now_ms = deadline > world->now_ms ? deadline : world->now_ms;
		msub_session_tick(session, world->now_ms);
	} else {
		struct octets piece = take_piece(&world->left, len);
		char *copy = copy_text(piece);
		msub_session_input(session, copy, piece.len, world->now_ms);
		free(copy);
	}
}

/* All that can be done without the server. */
static void go_on(struct world *world, struct line *line)
{
	struct msub_session *session = line->session;
	unsigned wants;
	while ((wants = msub_session_wants(session)) != 0) {
		require(world->calls++ < CALLS_MAX);
		if ((wants & MSUB_WANTS_CONNECT) != 0) {
			buffer_clear(&line->text);
			line->chunk = 0;
			msub_session_connected(session, "192.0.2.7", world->now_ms);
		} else if ((wants & MSUB_WANTS_SEND) != 0) {
			take_output(world, line);
		} else if ((wants & MSUB_WANTS_START_TLS) != 0) {
			start_tls(world, session);
		} else if ((wants & MSUB_WANTS_CLOSE) != 0) {
			msub_session_closed(session, world->now_ms);
		} else if (wants == MSUB_WANTS_WAIT) {
			world->now_ms = msub_session_deadline_ms(session);
			msub_session_tick(session, world->now_ms);
		} else {
			return;
		}
	}
	line->session = NULL;
}

static bool is_driven(const struct world *world, const struct msub_session *session)
{
	for (size_t i = 0; i < CONNECTIONS; i++) {
		if (world->lines[i].session == session)
			return true;
	}
	return false;
}

/* Takes what the sender wants to have driven. */
static void ask_sender(struct world *world)
{
	struct msub_session *session;
	while ((session = msub_sender_session(world->sender, world->now_ms)) != NULL) {
		size_t i = 0;
		if (is_driven(world, session))
			return;
		while (i < CONNECTIONS && world->lines[i].session != NULL)
			i++;
		require(i < CONNECTIONS);
		world->lines[i].session = session;
		go_on(world, &world->lines[i]);
	}
}

/* The one that the server speaks to next; NULL: nobody is there. */
static struct line *choose(struct world *world)
{
	struct line *driven[CONNECTIONS];
	size_t count = 0;
	for (size_t i = 0; i < CONNECTIONS; i++) {
		if (world->lines[i].session != NULL)
			driven[count++] = &world->lines[i];
	}
	if (count == 0)
		return NULL;
	return driven[count == 1 ? 0 : take_octet(&world->left) % count];
}

static void run(struct world *world)
{
	bool more = (world->bits[3] & BIT_MORE) != 0;
	for (;;) {
		for (size_t i = 0; i < CONNECTIONS; i++) {
			if (world->lines[i].session != NULL)
				go_on(world, &world->lines[i]);
		}
		ask_sender(world);
		if (more && msub_sender_is_finished(world->sender)) {
			add_message(world);
			more = false;
			continue;
		}
		struct line *line = choose(world);
		if (line == NULL)
			return;
		require(world->calls++ < CALLS_MAX);
		give_input(world, line->session);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct world world = {.left = octets_make(at, len)};
	size_t accepted = 0;
	for (size_t i = 0; i < sizeof world.bits; i++)
		world.bits[i] = take_octet(&world.left);
	for (size_t i = 0; i < CONNECTIONS; i++)
		buffer_init(&world.lines[i].text, &memory_standard, 1 << 20);
	make_sender(&world);
	run(&world);
	for (size_t i = 0; i < world.count; i++) {
		require(msub_message_is_finished(world.messages[i]));
		accepted += msub_message_count(world.messages[i], MSUB_ACCEPTED) > 0;
	}
	require((world.bits[0] & BIT_PROBE) != 0 || accepted <= world.ends);
	msub_sender_free(world.sender);
	for (size_t i = 0; i < world.count; i++)
		msub_message_free(world.messages[i]);
	for (size_t i = 0; i < CONNECTIONS; i++)
		buffer_free(&world.lines[i].text);
	return 0;
}

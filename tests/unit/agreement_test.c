/* agreement: what the session says behind MAIL and RCPT, the strict server takes, word for word. */
#include <string.h>

#include "pair.h"
#include "profile_fixture.h"
#include "random.h"
#include "room.h"
#include "sender.h"
#include "server.h"

#define OFFERS_ALL                                                                                 \
	"name: all of them\nevidence:\n  - {document: a test, shows: [offers, offers-in-tls]}\n"   \
	"offers: [PIPELINING]\n"                                                                   \
	"offers-in-tls: [PIPELINING, SIZE, 8BITMIME, SMTPUTF8, DSN, DELIVERBY 60, "                \
	"FUTURERELEASE 3600, MT-PRIORITY MIXER, REQUIRETLS, AUTH PLAIN]\n"

static const struct server_account accounts[] = {
	{{(const uint8_t *)"tim", 3}, {(const uint8_t *)"tanstaaftanstaaf", 16}},
};

struct stall {
	const struct server_profile *profile;
	struct server *server;
	struct random random;
	struct buffer stored;
};

static struct player *serve(void *context, uint64_t now_ms)
{
	struct stall *stall = context;
	struct server_settings settings = {.profile = stall->profile,
		.accounts = accounts,
		.account_count = 1,
		.tls_available = true,
		.implicit_tls = true};
	(void)now_ms;
	stall->server = server_new(&memory_standard, &settings);
	return CHECK(stall->server != NULL) ? server_player(stall->server) : NULL;
}

static void served(void *context, struct player *server)
{
	struct stall *stall = context;
	(void)server;
	server_free(stall->server);
}

static bool store(void *context, const struct player_mail *mail)
{
	struct stall *stall = context;
	buffer_append_octets(&stall->stored, mail->sender);
	for (size_t i = 0; i < mail->recipient_count; i++) {
		buffer_append_byte(&stall->stored, ' ');
		buffer_append_octets(&stall->stored, mail->recipients[i]);
	}
	return buffer_append_byte(&stall->stored, '\n');
}

static size_t cut(void *context, size_t len)
{
	return 1 + random_below(&((struct stall *)context)->random, (uint32_t)len);
}

/* The longest of everything: no line may be longer than the server has to take. */
static void ask_for_all(struct msub_message *message)
{
	static const char id[] = "0123456789012345678901234567890123456789012345678901234567890123"
				 "456789012345678901234567890123456789";
	struct msub_message_options options = {.returns = MSUB_RETURN_HEADERS,
		.envelope_id = id,
		.by_mode = MSUB_BY_NOTIFY,
		.deliver_by_s = -999999999,
		.by_trace = true,
		.hold_until = "2026-12-31T23:59:59+01:00",
		.has_priority = true,
		.priority = -9,
		.require_tls = true,
		.submitter = "e=mc2+x@example.org"};
	struct msub_recipient_options recipient = {
		.notify = MSUB_NOTIFY_SUCCESS | MSUB_NOTIFY_FAILURE | MSUB_NOTIFY_DELAY,
		.original = "\xe4\xbe\x8b+x=y@b\xc3\xbc"
			    "cher.example"};
	CHECK_INT(msub_message_sender(message, "j\xc3\xb6rg@b\xc3\xbc"
					       "cher.example"),
		MSUB_OK);
	CHECK_INT(msub_message_options(message, &options), MSUB_OK);
	CHECK_INT(msub_message_add_recipient_with(message, "\xe4\xbe\x8b@example.org", &recipient),
		MSUB_OK);
}

static void all_of_it_is_taken(void)
{
	struct buffer errors;
	struct profile *profile = fixture_load(PROFILE_SERVER, OFFERS_ALL, NULL, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	for (uint32_t seed = 0; seed < 20; seed++) {
		struct stall stall = {.profile = profile_server(profile)};
		struct pair_options options = {.context = &stall,
			.serve = serve,
			.served = served,
			.store = store,
			.cut = seed == 0 ? NULL : cut};
		struct room room;
		CHECK_CASE("seed %u", seed);
		buffer_init(&stall.stored, &memory_standard, 10000);
		random_init(&stall.random, seed);
		room_init(&room);
		room.settings.tls = MSUB_TLS_IMPLICIT;
		room.settings.user = "tim";
		room.settings.password = "tanstaaftanstaaf";
		room_add(&room, "b@example.org");
		ask_for_all(room.messages[0]);
		room_add(&room, "a@b\xc3\xbc"
				"cher.example");
		room_open(&room);
		CHECK_INT(pair_run(sender_player(room.sender, 0), &options).end, PAIR_FINISHED);
		room_check(&room, 0, MSUB_OK, 0, 0);
		room_check(&room, 1, MSUB_OK, 0, 0);
		CHECK_TEXT(buffer_string(&stall.stored),
			"j\xc3\xb6rg@b\xc3\xbc"
			"cher.example b@example.org \xe4\xbe\x8b@example.org\n"
			"a@example.org a@xn--bcher-kva.example\n");
		room_free(&room);
		buffer_free(&stall.stored);
	}
	profile_free(profile);
	buffer_free(&errors);
}

#define TESTS(T) T(all_of_it_is_taken)
CHECK_MAIN("agreement", TESTS)

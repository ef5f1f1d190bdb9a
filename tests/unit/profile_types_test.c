/* profile_types: what each type takes, what it makes of it, and what it refuses. */
#include "profile_fixture.h"
#include "server_conditions.h"

static void types_take_what_is_written(void)
{
	static const struct {
		enum profile_kind kind;
		const char *text, *group;
	} rows[] = {
		{PROFILE_CLIENT, "flow.nested-mail: true", "flow"},
		{PROFILE_CLIENT, "flow.nested-mail: \"false\"", "flow"},
		{PROFILE_CLIENT, "flow.per-connection: 0", "flow"},
		{PROFILE_CLIENT, "flow.per-connection: 4294967295", "flow"},
		{PROFILE_CLIENT, "timeouts.end: none", "timeouts"},
		{PROFILE_CLIENT, "think.mail: 0 ms", "think"},
		{PROFILE_CLIENT, "think.mail: 5-5 ms", "think"},
		{PROFILE_CLIENT, "hello.ipv6-tag: \"\"", "hello"},
		{PROFILE_CLIENT, "hello.names: []", "hello"},
		{PROFILE_CLIENT, "hello.names: [no, off, 587, \"{Not}{}{ x\", \"a{B}\"]", "hello"},
		{PROFILE_CLIENT, "connect.addresses: first", "connect"},
		{PROFILE_CLIENT, "flow.before-first: [reset, noop, hello]", "flow"},
		{PROFILE_CLIENT, "flow.before-first: none", "flow"},
		{PROFILE_CLIENT, "wire.mail: none", "wire"},
		{PROFILE_CLIENT, "tls.starttls-ports: [25, 65535]", "tls"},
		{PROFILE_CLIENT, "outbox.retry: []", "outbox"},
		{PROFILE_CLIENT, "reactions.auth-cram-md5.235-: drop", "reactions"},
		{PROFILE_CLIENT, "reactions.mail.4xx: [again, quit]", "reactions"},
		{PROFILE_CLIENT, "reactions.recipient.none-accepted: none", "reactions"},
		{PROFILE_CLIENT, "reactions.connect: {failed: hang, timeout: drop}", "reactions"},
		{PROFILE_CLIENT, "reactions.auth-x.not-offered: quit", "reactions"},
		{PROFILE_CLIENT, "wire.recipient: \"RCPT TO:<{recipient}> {sender}\"", "wire"},
		{PROFILE_SERVER, "replies.mail: \"250 ok\"", "replies"},
		{PROFILE_SERVER, "replies.mail: [\"250-a\", \"250 b\"]", "replies"},
		{PROFILE_SERVER, "replies.mail: {then: hang}", "replies"},
		{PROFILE_SERVER, "refuses.mail.no-auth: none", "refuses"},
		{PROFILE_SERVER, "auth.cancel: as-data", "auth"},
		{PROFILE_LINK, "rate.up: 20 kbit/s", "rate"},
		{PROFILE_LINK, "rate.up: 1 octets/s", "rate"},
		{PROFILE_LINK, "rate: {up: none, down: 4294967295 kbit/s}", "rate"},
		{PROFILE_LINK, "end: {after-up: 5, after-dot: true, how: silent}", "end"},
		{PROFILE_LINK, "mask: {commands: [EHLO], greeting: true}", "mask"},
		{PROFILE_SERVER, "forgets.login: []", "forgets"},
		{PROFILE_SERVER, "limits.idle: {count: 10 s, then: close}", "limits"},
		{PROFILE_SERVER, "limits.nonmail: none", "limits"},
		{PROFILE_SERVER, "faults: [{at: greeting, nth: 2, times: 0, split: [1, 2]}]",
			"faults"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer errors;
		CHECK_CASE("%s", rows[i].text);
		struct profile *profile =
			fixture_load_shown(rows[i].kind, rows[i].text, rows[i].group, &errors);
		CHECK_TEXT(buffer_string(&errors), "");
		CHECK(profile != NULL);
		profile_free(profile);
		buffer_free(&errors);
	}
}

/* Each row is one line; the message is the first line of what is said about it. */
static const struct {
	enum profile_kind kind;
	const char *text, *group, *message;
} wrong_values[] = {
	{PROFILE_CLIENT, "flow.nested-mail: yes", "flow",
		"1:19: error: \"yes\" is not true or false"},
	{PROFILE_CLIENT, "flow.nested-mail: [true]", "flow",
		"1:19: error: expected true or false, found a list"},
	{PROFILE_CLIENT, "flow.per-connection: -1", "flow", "1:22: error: \"-1\" is not a number"},
	{PROFILE_CLIENT, "flow.per-connection: 4294967296", "flow",
		"1:22: error: \"4294967296\" is not a number"},
	{PROFILE_CLIENT, "message.base64-width: 3", "message",
		"1:23: error: expected a number from 4 to 996"},
	{PROFILE_CLIENT, "message.subject-fold: 999", "message",
		"1:23: error: expected a number from 0 to 998"},
	{PROFILE_CLIENT, "timeouts.end: 10", "timeouts",
		"1:15: error: \"10\" is not a time such as 18 ms, 600 s, 5 min or none"},
	{PROFILE_CLIENT, "timeouts.end: 10 hours", "timeouts",
		"1:15: error: \"10 hours\" is not a time such as 18 ms, 600 s, 5 min or none"},
	{PROFILE_CLIENT, "think.mail: 5-x ms", "think",
		"1:13: error: \"5-x ms\" is not a span such as 5-85 ms"},
	{PROFILE_CLIENT, "think.mail: 85-5 ms", "think",
		"1:13: error: the smaller first: 5-85 ms"},
	{PROFILE_CLIENT, "# c\nhello.ipv6-tag:", "hello",
		"2:1: error: expected a text, found nothing"},
	{PROFILE_CLIENT, "hello.names: x", "hello", "1:14: error: expected a list, found a text"},
	{PROFILE_CLIENT, "hello.names: [[x]]", "hello",
		"1:15: error: expected a text, found a list"},
	{PROFILE_CLIENT, "hello.names: [\"{adress}\"]", "hello",
		"1:16: error: unknown variable {adress}; there are: address host device domain local"},
	{PROFILE_CLIENT, "connect.addresses: firstt", "connect",
		"1:20: error: \"firstt\" is not one of all, first (did you mean \"first\"?)"},
	{PROFILE_CLIENT, "connect.addresses: {a: b}", "connect",
		"1:20: error: expected one of all, first, found a map"},
	{PROFILE_CLIENT, "flow.before-first: [quit]", "flow",
		"1:21: error: \"quit\" is not one of reset, noop, hello"},
	{PROFILE_CLIENT,
		"flow.before-first: [noop,noop,noop,noop,noop,noop,noop,noop,noop,noop,noop,noop,"
		"noop,noop,noop,noop]",
		"flow", "1:20: error: more than 15 items"},
	{PROFILE_CLIENT, "tls.starttls-ports: [65536]", "tls",
		"1:22: error: \"65536\" is not a port"},
	{PROFILE_CLIENT, "outbox.retry: [none]", "outbox",
		"1:16: error: a wait must end; expected a time"},
	{PROFILE_CLIENT, "reactions.mail.else: []", "reactions",
		"1:22: error: expected at least one action"},
	{PROFILE_CLIENT, "reactions.mail.else: retry", "reactions",
		"1:22: error: \"retry\" is not one of go-on, next-address, next-name, next-mechanism, "
		"helo, same-again, skip, give-up, again, quit, quit-and-go-on, drop, hang"},
	{PROFILE_CLIENT, "reactions.connect.421: drop", "reactions",
		"1:24: error: \"421\" never happens at connect"},
	{PROFILE_CLIENT, "reactions.tls.lost: drop", "reactions",
		"1:21: error: \"lost\" never happens at tls"},
	{PROFILE_CLIENT, "reactions.auth-login.broken: drop", "reactions",
		"1:30: error: \"broken\" never happens at auth-login"},
	{PROFILE_CLIENT, "think.tls: 5 ms", "think",
		"1:1: error: unknown key \"think.tls\" (did you mean \"think.else\"?)"},
	{PROFILE_CLIENT, "replies.reading.body: whole", "replies",
		"1:1: error: unknown key \"replies.reading.body\" (did you mean "
		"\"replies.reading.noop\"?)"},
	{PROFILE_CLIENT, "wire.auth: \"AUTH {mechanism} {domain}\"", "wire",
		"1:13: error: unknown variable {domain}; there are: mechanism"},
	{PROFILE_CLIENT, "wire.mail-null: \"MAIL FROM:<{sender}>\"", "wire",
		"1:18: error: unknown variable {sender}; there are: none"},
	{PROFILE_CLIENT, "wire.mail: \"MAIL FROM:<{recipient}>\"", "wire",
		"1:13: error: unknown variable {recipient}; there are: sender local domain"},
	{PROFILE_LINK, "rate.up: 0 kbit/s", "rate",
		"1:10: error: expected a rate such as 20 kbit/s, 2500 octets/s or none"},
	{PROFILE_LINK, "rate.up: 20 Mbit/s", "rate",
		"1:10: error: expected a rate such as 20 kbit/s, 2500 octets/s or none"},
	{PROFILE_LINK, "rate.up: 4294967296 octets/s", "rate",
		"1:10: error: expected a rate such as 20 kbit/s, 2500 octets/s or none"},
	{PROFILE_LINK, "rate.up: [none]", "rate",
		"1:10: error: expected a rate such as 20 kbit/s, 2500 octets/s or none"},
	{PROFILE_LINK, "end.how: drop", "end",
		"1:10: error: \"drop\" is not one of lost, reset, closed, silent"},
	{PROFILE_LINK, "hello.verb: ehlo", "hello", "1:1: error: unknown key \"hello.verb\""},
	{PROFILE_SERVER, "replies.mail: []", "replies", "1:15: error: expected at least one text"},
	{PROFILE_SERVER, "replies.mail: {}", "replies",
		"1:15: error: expected a reply, found an empty map"},
	{PROFILE_SERVER, "replies.mail: {delai: 1 s}", "replies",
		"1:16: error: unknown key \"delai\" (did you mean \"delay\"?)"},
	{PROFILE_SERVER, "replies.mail: {then: leave}", "replies",
		"1:22: error: \"leave\" is not one of stay, close, rst, hang, ban, drop"},
	{PROFILE_SERVER, "replies.mail: \"250 {sendr}\"", "replies",
		"1:16: error: unknown variable {sendr}; there are: host client name sender recipient "
		"number time"},
	{PROFILE_SERVER, "forgets.login: reset", "forgets",
		"1:16: error: expected a list, found a text"},
	{PROFILE_SERVER, "forgets.login: [rset]", "forgets",
		"1:17: error: \"rset\" is not one of reset, hello, helo, starttls, auth, mail, end, "
		"refused (did you mean \"reset\"?)"},
	{PROFILE_SERVER, "limits.errors: {then: close}", "limits",
		"1:16: error: a limit has a count"},
	{PROFILE_SERVER, "limits.idle: {count: 10}", "limits",
		"1:22: error: \"10\" is not a time such as 18 ms, 600 s, 5 min or none"},
	{PROFILE_SERVER, "limits.errors: {count: 1, exempt: [reset]}", "limits",
		"1:36: error: \"reset\" is not one of first-reset"},
	{PROFILE_SERVER, "faults: [{then: drop}]", "faults",
		"1:10: error: a fault says where it is (at)"},
	{PROFILE_SERVER, "faults: [{at: end, nth: 0}]", "faults",
		"1:10: error: the first is nth: 1"},
};

static void types_refuse_what_they_cannot_be(void)
{
	for (size_t i = 0; i < sizeof wrong_values / sizeof *wrong_values; i++) {
		struct buffer errors, want;
		CHECK_CASE("%s", wrong_values[i].text);
		struct profile *profile = fixture_load_shown(
			wrong_values[i].kind, wrong_values[i].text, wrong_values[i].group, &errors);
		buffer_init(&want, &memory_standard, 4096);
		buffer_format(&want, "test.yaml:%s", wrong_values[i].message);
		CHECK_OCTETS(octets_cut(buffer_octets(&errors),
				     octets_find(buffer_octets(&errors), '\n')),
			buffer_octets(&want));
		CHECK(profile == NULL);
		profile_free(profile);
		buffer_free(&errors);
		buffer_free(&want);
	}
}

static void client_values_arrive(void)
{
	static const char text[] =
		"evidence: [{test: here, shows: [flow, hello, offers, wire, writes, replies, auth, tls,\n"
		"  close, envelope, data, think, timeouts, outbox, message, connect, reactions]}]\n"
		"flow: {before-next: [reset, hello], per-connection: 7, hello-after-tls: false}\n"
		"hello: {names: [\"a\\0b\", two], verb-plain: sniff}\n"
		"offers: {case: exact, auth-equals: only}\n"
		"wire: {recipient: \"RCPT TO:<{recipient}> \", line-end: lf}\n"
		"replies: {reading: {session: first-line, mail: refusals-by-line}, line-limit: 1000}\n"
		"tls: {versions: [SSL3.0, TLS1.0], start: never, starttls-ports: [25]}\n"
		"envelope: {order: [to, self], parameters: [SIZE-IF-LIMITED, AUTH]}\n"
		"think: {mail: 5-85 ms, else: 2 s}\n"
		"timeouts: {end: 600 s, else: none}\n"
		"outbox: {keep: [4xx, unsure], retry: [1 s, 5 min], attempts: 0}\n"
		"message: {mailer: \" x\", text-encoding: base64}\n"
		"reactions: {auth-login: {235-: drop}, auth: {535: [next-mechanism, go-on], 4xx: quit}}\n";
	struct buffer errors;
	struct profile *profile = fixture_load(PROFILE_CLIENT, text, NULL, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	if (!CHECK(profile != NULL))
		return;
	const struct client_profile *client = profile_client(profile);
	CHECK(profile_server(profile) == NULL);
	CHECK_INT(client->flow[PLACE_BEFORE_NEXT].count, 2);
	CHECK_INT(client->flow[PLACE_BEFORE_NEXT].items[0], STEP_RESET);
	CHECK_INT(client->flow[PLACE_BEFORE_NEXT].items[1], STEP_HELLO);
	CHECK_INT(client->flow[PLACE_BEFORE_FIRST].count, 0);
	CHECK_INT(client->per_connection, 7);
	CHECK(!client->hello_after_tls);
	CHECK_OCTETS(client->hello.names.items[0], octets_make("a\0b", 3));
	CHECK_INT(client->hello.verb_plain, VERB_SNIFF);
	CHECK(client->offers.exact_case);
	CHECK_INT(client->offers.auth_equals, AUTH_EQUALS_ONLY);
	CHECK_OCTETS(client->wire[WIRE_TEXT_RECIPIENT], octets_of("RCPT TO:<{recipient}> "));
	CHECK(client->wire_line_end_lf);
	CHECK_INT(client_reading(client, STEP_MAIL, false), READING_REFUSALS_BY_LINE);
	CHECK_INT(client_reading(client, STEP_RECIPIENT, false), READING_WHOLE);
	CHECK_INT(client_reading(client, STEP_HELLO, true), READING_FIRST_LINE);
	CHECK_INT(client->replies.line_limit, 1000);
	CHECK_INT(client->tls.versions.items[1], TLS_1_0);
	CHECK_INT(client->tls.start, TLS_START_NEVER);
	CHECK_OCTETS(client->tls.starttls_ports.items[0], octets_of("25"));
	CHECK_INT(client->envelope.order.items[1], ORDER_SELF);
	CHECK_INT(client->envelope.parameters.items[0], PARAMETER_SIZE_IF_LIMITED);
	CHECK_INT(client_think(client, STEP_MAIL).from_ms, 5);
	CHECK_INT(client_think(client, STEP_MAIL).to_ms, 85);
	CHECK_INT(client_think(client, THINK_CERTIFICATE).from_ms, 2000);
	CHECK_INT(client_timeout_ms(client, STEP_END), 600000);
	CHECK(client_timeout_ms(client, STEP_MAIL) == PROFILE_NONE);
	CHECK_INT(client->outbox.keep.items[1], KEEP_UNSURE);
	CHECK_INT(client->outbox.retry_count, 2);
	CHECK_INT(client->outbox.retry_ms[1], 300000);
	CHECK_INT(client->outbox.attempts, 0);
	CHECK_OCTETS(client->message.mailer, octets_of(" x"));
	CHECK_INT(client->message.text_encoding, TEXT_ENCODING_BASE64);
	if (CHECK_INT(client->reaction_count, 2)) {
		const struct reaction_row *login = &client->reactions[0],
					  *any = &client->reactions[1];
		CHECK_OCTETS(login->mechanism, octets_of("LOGIN"));
		CHECK_INT(login->cells[0].kind, EVENT_CODE_MULTI);
		CHECK_INT(login->cells[0].code, 235);
		CHECK_INT(any->row, ROW_AUTH);
		CHECK_INT(any->mechanism.len, 0);
		CHECK_INT(any->cell_count, 2);
		CHECK_INT(any->cells[0].action_count, 2);
		CHECK_INT(any->cells[0].actions[1], ACTION_GO_ON);
		CHECK_INT(any->cells[1].kind, EVENT_CLASS);
		CHECK_INT(any->cells[1].code, 4);
	}
	profile_free(profile);
}

static void server_values_arrive(void)
{
	static const char text[] =
		"evidence: [{test: here, shows: [offers, offers-in-tls, replies, refuses, forgets, auth,\n"
		"  limits, faults, tls, recipients, verbs]}]\n"
		"offers: [\"SIZE 0\"]\n"
		"offers-in-tls: []\n"
		"replies: {reset: {reply: \"500 no\", then: close, delay: 2 s}, mail: [\"250-a\", \"250 b\"]}\n"
		"refuses: {recipient: {no-mail: none, no-auth: {then: hang}}}\n"
		"forgets: {authentication: [reset, end], transaction: []}\n"
		"auth: {cancel: as-data, empty-challenge: false}\n"
		"limits: {idle: {count: 10 s}, nonmail: {count: 10, exempt: [first-reset], reply: \"554 x\"}}\n"
		"faults: [{at: end, delay: 601 s}, {at: mail, cut: 3, split: [1, 2], then: drop}]\n"
		"recipients: {local: [\"*@example.net\"]}\n";
	struct buffer errors;
	struct profile *profile = fixture_load(PROFILE_SERVER, text, NULL, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	if (!CHECK(profile != NULL))
		return;
	const struct server_profile *server = profile_server(profile);
	CHECK(profile_client(profile) == NULL);
	CHECK_INT(server->offers.count, 1);
	CHECK(server->offers_in_tls.items != NULL && server->offers_in_tls.count == 0);
	CHECK(server->offers_after_auth.items == NULL);
	CHECK_INT(server->replies[REPLY_RESET].then, THEN_CLOSE);
	CHECK_INT(server->replies[REPLY_RESET].delay_ms, 2000);
	CHECK_INT(server->replies[REPLY_MAIL].lines.count, 2);
	CHECK_OCTETS(server->replies[REPLY_HELP].lines.items[0],
		octets_of("214 2.0.0 RFC 5321 and RFC 6409 say it all"));
	CHECK_INT(server->refusals[0].verb, SERVER_RECIPIENT);
	CHECK_INT(server->refusals[0].condition, CONDITION_NO_MAIL);
	CHECK(server->refusals[0].reply.none);
	CHECK_INT(server->refusals[1].reply.then, THEN_HANG);
	CHECK(server->refusals[1].reply.written && server->refusals[1].reply.lines.count == 0);
	CHECK_INT(server->refusals[2].verb, SERVER_ANY);
	CHECK_INT(
		server->forgets[FORGET_AUTHENTICATION], 1 << FORGET_ON_RESET | 1 << FORGET_ON_END);
	CHECK_INT(server->forgets[FORGET_HELLO], 1 << FORGET_ON_STARTTLS);
	CHECK_INT(server->forgets[FORGET_TRANSACTION], 0);
	CHECK(server->auth.cancel_as_data && !server->auth.empty_challenge);
	CHECK_INT(server->limits[LIMIT_IDLE].count, 10000);
	CHECK(server->limits[LIMIT_NONMAIL].exempt_first_reset);
	CHECK(!server->limits[LIMIT_ERRORS].written);
	CHECK_INT(server->fault_count, 2);
	CHECK_INT(server->faults[0].reply.delay_ms, 601000);
	CHECK_INT(server->faults[0].times, 1);
	CHECK_INT(server->faults[1].split[1], 2);
	CHECK_INT(server->faults[1].reply.then, THEN_DROP);
	CHECK_OCTETS(server->local.items[0], octets_of("*@example.net"));
	profile_free(profile);
}

static void links_have_their_values(void)
{
	struct buffer errors;
	struct profile *profile = fixture_load_shown(PROFILE_LINK,
		"name: N\nrate: {up: 20 kbit/s, down: 77 octets/s}\nstalls: {every: 1-2 s}\n"
		"end: {after-up: 9, how: closed}\nmask: {offers: [STARTTLS]}",
		"rate, stalls, end, mask", &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	if (!CHECK(profile != NULL))
		return;
	const struct link_profile *link = profile_link(profile);
	CHECK(profile_client(profile) == NULL && profile_server(profile) == NULL);
	CHECK_INT(link->rate.up, 2500);
	CHECK_INT(link->rate.down, 77);
	CHECK_INT(link->round_trip.to_ms, 0);
	CHECK_INT(link->stalls.every.from_ms, 1000);
	CHECK_INT(link->stalls.every.to_ms, 2000);
	CHECK_INT(link->end.after_up, 9);
	CHECK_INT(link->end.after_down, 0);
	CHECK_INT(link->end.how, LINK_END_CLOSED);
	CHECK(!link->end.after_dot && !link->mask.greeting);
	CHECK_OCTETS(link->mask.offers.items[0], octets_of("STARTTLS"));
	profile_free(profile);
}

#define TESTS(T)                                                                                   \
	T(links_have_their_values)                                                                 \
	T(types_take_what_is_written)                                                              \
	T(types_refuse_what_they_cannot_be)                                                        \
	T(client_values_arrive)                                                                    \
	T(server_values_arrive)
CHECK_MAIN("profile types", TESTS)

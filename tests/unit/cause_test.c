/*
 * cause: of every fault that our servers have, the settings of the client that meet it, and
 * nothing else.
 */
#include "careful.h"
#include "cause_fixture.h"
#include "failing_memory.h"
#include "known_causes.h"
#include "phone_fixture.h"
#include "stage.h"
#include "unreliable.h"

/* ---- the cause is the fault ---- */

#define LOGIN "auth.mechanisms"
#define FIRST "flow.before-first"
#define BOTH "flow.before-first | flow.before-next"
#define GIVES_UP "reactions.recipient.else"
#define READS "replies.reading.transaction"

static const struct {
	const char *client, *server;
	enum aspect aspect;
	enum cause_state state;
	const char *keys;
} rows[] = {
	{"nokia-e61i", "qmail-spamcontrol", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"nokia-e61i", "qmail-spamcontrol", ASPECT_SECOND_MESSAGE, CAUSE_FOUND, BOTH},
	{"nokia-e61i", "qmail-spamcontrol-cured", ASPECT_SECOND_MESSAGE, CAUSE_NONE, ""},
	{"nokia-e61i", "s-qmail-forgetting", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"nokia-e61i", "forgets-and-refuses-one", ASPECT_REFUSED_RECIPIENT, CAUSE_FOUND,
		FIRST " | " GIVES_UP},
	{"nokia-e61i", "refuses-reset", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"nokia-e61i", "knows-nobody", ASPECT_REFUSED_RECIPIENT, CAUSE_FOUND, GIVES_UP},
	{"nokia-e61i", "knows-nobody", ASPECT_MESSAGE, CAUSE_NONE, ""},
	{"nokia-e61i", "mail-in-two-lines", ASPECT_MESSAGE, CAUSE_FOUND, READS},
	{"nokia-e61i", "mail-in-two-lines-open", ASPECT_MESSAGE, CAUSE_FOUND, READS},
	{"nokia-e61i", "forgets-at-end-mail", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"nokia-e61i", "forgets-at-end", ASPECT_SECOND_MESSAGE, CAUSE_SERVER, ""},
	{"symbian-epoc-2000", "correct", ASPECT_MESSAGE, CAUSE_FOUND, LOGIN},
	{"symbian-epoc-2000", "qmail-spamcontrol", ASPECT_MESSAGE, CAUSE_FOUND, FIRST " | " LOGIN},
	{"symbian-epoc-2000", "mail-in-two-lines", ASPECT_MESSAGE, CAUSE_FOUND, READS " | " LOGIN},
	{"symbian-epoc-2000", "mail-in-two-lines-open", ASPECT_MESSAGE, CAUSE_FOUND, READS},
	/* the login, or the hello, is forgotten on RSET, or RSET is refused, or not answered */
	{"nokia-e61i", "s-qmail-forgetting-at-mail", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"nokia-e61i", "notqmail-smtp-auth", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"nokia-e61i", "notqmail-smtp-auth-optional", ASPECT_MESSAGE, CAUSE_NONE, ""},
	{"nokia-e61i", "s-qmail", ASPECT_SECOND_MESSAGE, CAUSE_NONE, ""},
	{"nokia-n95", "go-smtp-2018", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"nokia-n95", "mail-io-2015", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"symbian-3", "msmtpd-refuses-reset", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"symbian-3", "silent-at-reset", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"symbian-3", "eventmachine", ASPECT_MESSAGE, CAUSE_FOUND, FIRST},
	{"symbian-3", "eventmachine", ASPECT_SECOND_MESSAGE, CAUSE_SERVER, ""},
	/* and on a second EHLO */
	{"mailkit-2014", "forgets-on-hello", ASPECT_MESSAGE, CAUSE_FOUND, "flow.after-auth"},
	{"mailkit-2014", "strato-rzmta", ASPECT_MESSAGE, CAUSE_FOUND, "flow.after-auth"},
	{"mailkit-2014", "brevo-relay", ASPECT_MESSAGE, CAUSE_FOUND, "flow.after-auth"},
	/* prompts that are not known, to a client that asks for LOGIN before PLAIN */
	{"nokia-e61i", "exim-username-prompt", ASPECT_MESSAGE, CAUSE_FOUND,
		"auth.mechanisms auth.prompts"},
	{"nokia-e61i", "aiosmtpd-1.4", ASPECT_MESSAGE, CAUSE_FOUND, "auth.mechanisms auth.prompts"},
	/* mechanisms that are offered and of no use, or not taken without an initial response */
	{"nokia-e61i", "cram-unusable", ASPECT_MESSAGE, CAUSE_FOUND, LOGIN},
	{"nokia-e61i", "login-wants-response", ASPECT_MESSAGE, CAUSE_FOUND, LOGIN},
	{"nokia-n9", "login-wants-response", ASPECT_MESSAGE, CAUSE_FOUND, "auth.initial-response"},
	{"nokia-n9", "haraka-2", ASPECT_MESSAGE, CAUSE_FOUND, "auth.initial-response"},
	/* how replies are worded */
	{"nokia-e61i", "lower-case-list", ASPECT_MESSAGE, CAUSE_FOUND, "offers.case"},
	{"nokia-e61i", "exim-two-lines", ASPECT_MESSAGE, CAUSE_FOUND, READS},
	{"qtopia-2009", "exim-two-lines", ASPECT_MESSAGE, CAUSE_FOUND, "replies.reading.else"},
	{"k9-2008", "no-text-replies", ASPECT_MESSAGE, CAUSE_FOUND, "replies.text-required"},
	/* names and syntax */
	{"android-1.x-email", "postfix-strict-names", ASPECT_MESSAGE, CAUSE_FOUND, "hello.names"},
	{"outlook-2007", "postfix-strict-names-late", ASPECT_MESSAGE, CAUSE_FOUND, "hello.names"},
	{"android-2.2-email", "postfix-strict", ASPECT_MESSAGE, CAUSE_FOUND,
		"wire.mail | wire.recipient"},
	{"hp-ilo", "smtp-server-3", ASPECT_MESSAGE, CAUSE_FOUND, "wire.mail"},
	{"printer-helo", "postfix-3.7", ASPECT_MESSAGE, CAUSE_FOUND, "hello.verb"},
	{"palm-versamail", "exim-4.96", ASPECT_MESSAGE, CAUSE_FOUND, LOGIN " | hello.verb"},
	/* patience at the final dot */
	{"outlook-2007", "slow-dot-61", ASPECT_MESSAGE, CAUSE_FOUND, "timeouts.end"},
	{"android-2.2-email", "slow-dot-91", ASPECT_MESSAGE, CAUSE_FOUND, "timeouts.else"},
	{"outlook-2007", "postfix-3.7", ASPECT_MESSAGE, CAUSE_NONE, ""},
	/* and who cannot be asked */
	{"hp-mfp", "postfix-3.7", ASPECT_MESSAGE, CAUSE_INCONCLUSIVE, ""},
	{"correct", "qmail-spamcontrol", ASPECT_SECOND_MESSAGE, CAUSE_NONE, ""},
	{"correct", "refuses-recipients", ASPECT_MESSAGE, CAUSE_INCONCLUSIVE, ""},
	{"correct", "login-not-now", ASPECT_MESSAGE, CAUSE_INCONCLUSIVE, ""},
};

static void the_cause_is_the_fault_of_the_server(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct profile *client = stage_profile(PROFILE_CLIENT, rows[i].client);
		struct profile *server = stage_profile(PROFILE_SERVER, rows[i].server);
		struct cause cause;
		struct buffer keys;
		buffer_init(&keys, &memory_standard, 65536);
		CHECK_CASE("%s with %s, %s", rows[i].client, rows[i].server,
			aspect_name(rows[i].aspect));
		cause_look(&(struct memory_ground_settings){.server = profile_server(server)},
			client, rows[i].aspect, &cause);
		cause_keys(client, &cause, &keys);
		bool good = CHECK_INT(cause.state, rows[i].state);
		if (!CHECK_TEXT(buffer_string(&keys), rows[i].keys) || !good)
			cause_print(client, &cause);
		CHECK(cause.connections <= CAUSE_CONNECTIONS);
		CHECK((cause.state == CAUSE_NONE || cause.state == CAUSE_FOUND) ==
			(cause.sentence.text[0] == 0));
		buffer_free(&keys);
		cause_free(&cause);
		profile_free(client);
		profile_free(server);
	}
}

/*
 * Servers with several faults at once, and clients with several differences: the first cause is of
 * the step where the client failed, and each that was masked follows.
 */
static const struct {
	const char *client, *server;
	enum phone_security security;
	const char *keys;
} odd[] = {
	/* two faults, met at two steps; the login is forgotten, and the blank comes first */
	{"based-on: nokia-e61i\nwire: {mail: \"MAIL FROM: <{sender}>\"}",
		"based-on: qmail-spamcontrol\nrefuses: {mail: {blank-after-colon: \"501 no\"}}",
		PHONE_PLAIN, "wire.mail | flow.before-first"},
	{"based-on: nokia-e61i\nwire: {recipient: \"RCPT TO: <{recipient}>\"}",
		"based-on: lenient\nfaults: [{at: reset, times: 0, then: drop}]\n"
		"refuses: {recipient: {blank-after-colon: \"501 no\"}}",
		PHONE_PLAIN, "flow.before-first | wire.recipient"},
	/* what it does not know it closes on */
	{"flow: {before-first: [noop]}\nauth: {mechanisms: [LOGIN, PLAIN]}",
		"based-on: lenient\nfaults: [{at: noop, times: 0, reply: \"500 what\", then: close}]",
		PHONE_PLAIN, "flow.before-first"},
	/* it answers RSET with nothing, and LOGIN with prompts of its own */
	{"nokia-e61i",
		"based-on: exim-username-prompt\nfaults: [{at: reset, times: 0, then: hang}]",
		PHONE_PLAIN, "auth.mechanisms auth.prompts | flow.before-first"},
	/* neither HELO nor a greeting without a name is refused: only both */
	{"legacy-scanner", "exim-4.96", PHONE_PLAIN,
		"hello.verb wire.helo | auth.mechanisms | hello.verb"},
	/* it never comes as far as its MAIL */
	{"outlook-express-6", "dovecot-submission", PHONE_PLAIN,
		"offers.auth-equals | wire.mail | wire.recipient"},
	{"k9-2008", "correct", PHONE_STARTTLS, "wire.mail | wire.recipient"},
};

static void several_faults_at_once(void)
{
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		bool written = strchr(odd[i].server, ':') != NULL;
		struct profile *client = phone_fixture_profile(odd[i].client);
		struct profile *server = written ? unreliable_load(odd[i].server)
						 : stage_profile(PROFILE_SERVER, odd[i].server);
		struct cause cause;
		struct buffer keys;
		buffer_init(&keys, &memory_standard, 65536);
		CHECK_CASE("%s with %s", odd[i].client, odd[i].server);
		cause_look(&(struct memory_ground_settings){.server = profile_server(server),
				   .security = odd[i].security,
				   .patience_ms = 60000},
			client, ASPECT_MESSAGE, &cause);
		cause_keys(client, &cause, &keys);
		if (!CHECK_TEXT(buffer_string(&keys), odd[i].keys))
			cause_print(client, &cause);
		CHECK(cause.connections <= CAUSE_CONNECTIONS);
		buffer_free(&keys);
		cause_free(&cause);
		profile_free(client);
		profile_free(server);
	}
}

/* Without a delivery nobody knows whether what is left of the client sends: that is no sending. */
static void what_cannot_be_told_does_not_send(void)
{
	static const char closes[] =
		"based-on: lenient\nfaults: [{at: reset, times: 0, then: drop}]\n"
		"replies: {mail: [\"250-ok\", \"250 ok\"], recipient: {reply: \"250 ok\", delay: 1 s}, "
		"data: {reply: \"354 go\", delay: 1 s}}";
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *server = unreliable_load(closes);
	for (int deliver = 0; deliver < 2; deliver++) {
		struct memory_ground memory;
		struct cause cause;
		struct buffer keys;
		buffer_init(&keys, &memory_standard, 65536);
		CHECK_CASE("deliver %d", deliver);
		memory_ground_init(&memory,
			&(struct memory_ground_settings){.server = profile_server(server)});
		CHECK(cause_find(&(struct cause_settings){.ground = &memory.ground,
					 .client = client,
					 .deliver = deliver == 1},
			&cause));
		cause_keys(client, &cause, &keys);
		CHECK_INT(cause.state, CAUSE_FOUND);
		CHECK_TEXT(buffer_string(&keys), deliver == 1 ? FIRST " | " READS : FIRST);
		CHECK((strstr(cause.remark.text, "--deliver") != NULL) == (deliver == 0));
		buffer_free(&keys);
		cause_free(&cause);
	}
	profile_free(client);
	profile_free(server);
}

/* Refused logins are what servers lock accounts for. */
static void few_logins_are_refused(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *server = stage_profile(PROFILE_SERVER, "cram-unusable");
	struct cause cause;
	size_t refused = 0;
	cause_look(&(struct memory_ground_settings){.server = profile_server(server)}, client,
		ASPECT_MESSAGE, &cause);
	for (size_t i = 0; i < cause.trial_count; i++)
		refused += careful_refused_logins(cause.trials[i].transcript);
	CHECK_INT(cause.state, CAUSE_FOUND);
	/* the client twice, its preference once to find it, and twice to prove it */
	if (!CHECK_INT(refused, 5))
		cause_print(client, &cause);
	cause_free(&cause);
	profile_free(client);
	profile_free(server);
}

/* A login, TLS, and whether anything is delivered change nothing about the founding cause. */
static void the_founding_cause_on_every_account(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *server = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	for (int way = 0; way < 6; way++) {
		struct memory_ground memory;
		struct cause cause;
		struct buffer keys;
		buffer_init(&keys, &memory_standard, 65536);
		CHECK_CASE("security %d, deliver %d", way / 2, way % 2);
		memory_ground_init(
			&memory, &(struct memory_ground_settings){.server = profile_server(server),
					 .security = (enum phone_security)(way / 2)});
		CHECK(cause_find(&(struct cause_settings){.ground = &memory.ground,
					 .client = client,
					 .deliver = way % 2 == 1,
					 .seed = 7},
			&cause));
		cause_keys(client, &cause, &keys);
		CHECK_INT(cause.state, CAUSE_FOUND);
		CHECK_TEXT(buffer_string(&keys), "flow.before-first");
		CHECK_INT(memory.stored[0], way % 2);
		buffer_free(&keys);
		cause_free(&cause);
	}
	profile_free(client);
	profile_free(server);
}

/* The order of an experiment is part of its proof. */
static void the_log_is_the_proof(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *server = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	size_t proofs = 0, last_plain = 0, last_proof = 0, connections = 0;
	struct cause cause;
	cause_look(&(struct memory_ground_settings){.server = profile_server(server)}, client,
		ASPECT_MESSAGE, &cause);
	static const enum trial_purpose begin[] = {
		PURPOSE_CONTROL, PURPOSE_CLIENT, PURPOSE_CLIENT, PURPOSE_PLAIN};
	CHECK(cause.connections <= 12);
	if (!CHECK(cause.trial_count > 8))
		return;
	for (size_t i = 0; i < 4; i++)
		CHECK_INT(cause.trials[i].purpose, begin[i]);
	for (size_t i = 0; i < cause.trial_count; i++) {
		const struct cause_trial *trial = &cause.trials[i];
		CHECK_CASE("trial %zu", i);
		if (trial->connections == 0) {
			/* deduced: of a trial that was made, with more of the client */
			CHECK(trial->like < i && cause.trials[trial->like].connections > 0);
			CHECK_INT(trial->end, cause.trials[trial->like].end);
			continue;
		}
		CHECK_INT(trial->connection, ++connections);
		CHECK(trial->transcript != NULL);
		if (trial->purpose == PURPOSE_PLAIN)
			last_plain = i;
		if (trial->purpose != PURPOSE_PROOF)
			continue;
		CHECK_INT(trial->end, TRIAL_FAILS);
		CHECK_INT(trial->kept_count, 1);
		CHECK(proofs == 0 || last_plain > last_proof);
		last_proof = i;
		proofs++;
	}
	CHECK_INT(proofs, 2);
	CHECK_INT(cause.reproduced, 2);
	const struct cause_trial *last = &cause.trials[cause.trial_count - 1];
	CHECK_INT(last->purpose, PURPOSE_WITHOUT);
	CHECK_INT(last->end, TRIAL_SENDS);
	CHECK_INT(last->kept_count, cause.setting_count - 1);
	CHECK_TEXT(
		cause.failure.text, "refused at recipient: 535 authentication required (#5.7.1)");
	cause_free(&cause);
	profile_free(client);
	profile_free(server);
}

/* What one client failed for is asked for first of the next, and saves it most of the way. */
static void causes_that_are_known_come_first(void)
{
	static const char *const clients[] = {"nokia-e61i", "nokia-n95", "symbian-3"};
	struct profile *server = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	struct known_causes known = {.memory = &memory_standard};
	size_t before = 0;
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		struct profile *client = stage_profile(PROFILE_CLIENT, clients[i]);
		struct memory_ground memory;
		struct cause cause;
		CHECK_CASE("%s", clients[i]);
		memory_ground_init(&memory,
			&(struct memory_ground_settings){.server = profile_server(server)});
		CHECK(cause_find(&(struct cause_settings){.ground = &memory.ground,
					 .client = client,
					 .deliver = true,
					 .controlled = i > 0,
					 .known = &known},
			&cause));
		CHECK_INT(cause.state, CAUSE_FOUND);
		CHECK_INT(cause.sets[0].kept_count, 1);
		if (i > 0)
			CHECK_INT(cause.connections, 2); /* it fails, and sends without */
		CHECK(i != 1 || cause.connections < before);
		before = cause.connections;
		cause_free(&cause);
		profile_free(client);
	}
	known_causes_free(&known);
	profile_free(server);
}

/* A cap of connections: nothing is claimed that was not proven. */
static void few_connections_prove_nothing(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *server = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	for (size_t most = 1; most <= 16; most++) {
		struct memory_ground memory;
		struct cause cause;
		CHECK_CASE("%zu connections", most);
		memory_ground_init(&memory,
			&(struct memory_ground_settings){.server = profile_server(server)});
		CHECK(cause_find(&(struct cause_settings){.ground = &memory.ground,
					 .client = client,
					 .deliver = true,
					 .max_connections = most},
			&cause));
		CHECK(memory.connections <= most);
		CHECK_INT(cause.state, cause.set_count > 0 ? CAUSE_FOUND : CAUSE_INCONCLUSIVE);
		CHECK(cause.state == CAUSE_FOUND || cause.sentence.text[0] != 0);
		cause_free(&cause);
	}
	profile_free(client);
	profile_free(server);
}

/* Each session takes ten seconds. */
static uint64_t slow_sessions(void *context)
{
	const struct memory_ground *memory = context;
	return memory->connections * 10000;
}

static void a_slow_server_is_not_asked_for_ever(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *server = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	static const struct {
		uint64_t max_ms;
		size_t most;
		bool used_up;
	} bounds[] = {{60000, 6, true}, {30000, 3, true}, {0, 40, false}, {4000000, 40, false}};
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
		struct memory_ground memory;
		struct cause cause;
		CHECK_CASE("%llu ms", (unsigned long long)bounds[i].max_ms);
		memory_ground_init(&memory,
			&(struct memory_ground_settings){.server = profile_server(server)});
		memory.ground.spent_ms = slow_sessions;
		CHECK(cause_find(&(struct cause_settings){.ground = &memory.ground,
					 .client = client,
					 .deliver = true,
					 .max_ms = bounds[i].max_ms},
			&cause));
		CHECK(memory.connections <= bounds[i].most);
		CHECK(cause.used_up == bounds[i].used_up);
		CHECK_INT(cause.state, bounds[i].used_up ? CAUSE_INCONCLUSIVE : CAUSE_FOUND);
		if (bounds[i].used_up)
			CHECK(strstr(cause.sentence.text, "0 s, for the server is slow") != NULL);
		cause_free(&cause);
	}
	profile_free(client);
	profile_free(server);
}

/* Each allocation of the experiment fails once: it says so, and nothing is lost. */
static void want_of_memory_is_no_cause(void)
{
	struct profile *client = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	struct profile *server = stage_profile(PROFILE_SERVER, "qmail-spamcontrol");
	size_t failures = 0;
	for (size_t at = 1;; at += 1 + at / 5) {
		struct failing_memory failing;
		struct memory_ground memory;
		struct known_causes known = {.memory = &failing.memory};
		struct cause cause;
		failing_memory_init(&failing, at);
		memory_ground_init(&memory,
			&(struct memory_ground_settings){.server = profile_server(server)});
		memory.ground.memory = &failing.memory;
		CHECK_CASE("allocation %zu", at);
		bool good = cause_find(&(struct cause_settings){.ground = &memory.ground,
					       .client = client,
					       .deliver = true,
					       .known = &known},
			&cause);
		bool injected = failing.count >= at;
		CHECK(good || injected);
		if (good)
			CHECK_INT(cause.state, CAUSE_FOUND);
		failures += injected;
		cause_free(&cause);
		known_causes_free(&known);
		CHECK_INT(failing.live, 0);
		if (!injected)
			break;
	}
	CHECK(failures > 10);
	profile_free(client);
	profile_free(server);
}

#define TESTS(T)                                                                                   \
	T(the_cause_is_the_fault_of_the_server)                                                    \
	T(several_faults_at_once)                                                                  \
	T(what_cannot_be_told_does_not_send)                                                       \
	T(few_logins_are_refused)                                                                  \
	T(the_founding_cause_on_every_account)                                                     \
	T(the_log_is_the_proof)                                                                    \
	T(causes_that_are_known_come_first)                                                        \
	T(few_connections_prove_nothing)                                                           \
	T(a_slow_server_is_not_asked_for_ever)                                                     \
	T(want_of_memory_is_no_cause)
CHECK_MAIN("cause", TESTS)

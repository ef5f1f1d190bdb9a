/* phone: it goes no further than the envelope (phone_account.stops_at_data). */
#include "check.h"
#include "phone_dialogue.h"

#define OFFERS_PIPELINING "> 250 PIPELINING\n"
#define LEAVES QUIT CLOSED
#define ACCEPTED .result = PHONE_ACCEPTED, .at = STEP_RECIPIENT
#define STOPS .account = stops

static void stops(struct phone_account *account)
{
	account->user = octets_of("");
	account->stops_at_data = true;
}

static void stops_with_login(struct phone_account *account)
{
	account->stops_at_data = true;
}

static void an_envelope_is_all(void)
{
	static const struct phone_run runs[] = {
		{.name = "taken",
			.profile = EMPTY,
			STOPS,
			.script = HELLO MAIL RECIPIENT LEAVES,
			ACCEPTED},
		{.name = "taken behind a login",
			.profile = EMPTY,
			.account = stops_with_login,
			.script = OFFERING("> 250 AUTH PLAIN\n") PLAIN
			"> 235 ok\n" MAIL RECIPIENT LEAVES,
			ACCEPTED},
		{.name = "the phone of the mission is refused where it always was",
			.profile = "nokia-e61i",
			.account = stops_with_login,
			.script =
				OFFERING("> 250 AUTH PLAIN\n") PLAIN "> 235 ok\n" SAID("RSET") MAIL
			"< RCPT TO:<b@example.org>\n> 535 authentication required\n" LEAVES,
			.result = PHONE_REFUSED,
			.at = STEP_RECIPIENT,
			.code = 535},
		{.name = "DATA of the same flight is held back",
			.profile = "envelope: {pipelining: envelope-and-data}",
			STOPS,
			.script = OFFERING(
				OFFERS_PIPELINING) "< MAIL FROM:<a@example.net>\n< RCPT TO:<b@example.org>\n"
						   "> 250 ok\n> 250 ok\n" LEAVES,
			ACCEPTED},
		{.name = "each message has a connection, and none has a DATA",
			.profile = EMPTY,
			STOPS,
			.messages = 2,
			.script = HELLO MAIL RECIPIENT QUIT "X\n" HELLO MAIL RECIPIENT LEAVES,
			ACCEPTED,
			.last = PHONE_ACCEPTED},
		{.name = "what the client says before QUIT it says",
			.profile = "flow: {before-quit: [reset]}",
			STOPS,
			.script = HELLO MAIL RECIPIENT SAID("RSET") LEAVES,
			ACCEPTED},
		{.name = "what it says behind a message is not due",
			.profile = "flow: {after-message: [reset]}",
			STOPS,
			.script = HELLO MAIL RECIPIENT LEAVES,
			ACCEPTED},
		{.name = "a first message that is refused leaves the connection to the next",
			.profile = "flow: {after-failure: [reset]}",
			STOPS,
			.messages = 2,
			.script = HELLO REFUSED SAID("RSET") MAIL RECIPIENT LEAVES,
			.result = PHONE_REFUSED,
			.at = STEP_RECIPIENT,
			.code = 550,
			.last = PHONE_ACCEPTED},
		{.name = "a client that would say DATA to nobody",
			.profile = "reactions: {recipient: {none-accepted: go-on, else: go-on}}",
			STOPS,
			.script = HELLO REFUSED LEAVES,
			.result = PHONE_REFUSED,
			.at = STEP_RECIPIENT,
			.code = 550},
		{.name = "a client that never says QUIT",
			.profile = "close: {quit: false}",
			STOPS,
			.script = HELLO MAIL RECIPIENT CLOSED,
			ACCEPTED},
	};
	RUN_ALL(runs);
}

/* The message's own verdict says what its last reply was worth; each recipient has its own. */
static void of_two_recipients(void)
{
	struct profile *profile = phone_fixture_profile(EMPTY);
	struct phone_account account = phone_fixture_account();
	const struct octets two[] = {octets_of("b@example.org"), octets_of("c@example.org")};
	const struct phone_message to_two = {
		.to = two, .to_count = 2, .content = octets_of(PHONE_CONTENT)};
	stops(&account);
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	CHECK(phone != NULL && phone_add(phone, &to_two));
	CHECK(script_play(phone_player(phone),
		HELLO MAIL "< RCPT TO:<b@example.org>\n> 550 no\n"
			   "< RCPT TO:<c@example.org>\n> 250 ok\n" LEAVES,
		&(struct script_options){0}));
	const struct phone_outcome *outcome = phone_outcome(phone, 0);
	CHECK_INT(outcome->recipients[0].verdict.result, PHONE_REFUSED);
	CHECK_INT(outcome->recipients[0].verdict.code, 550);
	CHECK_INT(outcome->recipients[1].verdict.result, PHONE_ACCEPTED);
	CHECK_INT(outcome->verdict.result, PHONE_ACCEPTED);
	CHECK(!outcome->queued);
	phone_free(phone);
	profile_free(profile);
}

static void a_copy_that_is_refused_counts(void)
{
	const struct octets to = octets_of("b@example.org"), bcc = octets_of("c@example.org");
	const struct phone_message message = {.to = &to,
		.to_count = 1,
		.bcc = &bcc,
		.bcc_count = 1,
		.content = octets_of(PHONE_CONTENT)};
	const struct phone_run runs[] = {{.name = "own transactions",
		.profile = "envelope: {bcc: own-transactions}",
		STOPS,
		.message = &message,
		.script = HELLO MAIL RECIPIENT QUIT "X\n" HELLO MAIL
						    "< RCPT TO:<c@example.org>\n> 550 no\n" LEAVES,
		.result = PHONE_REFUSED,
		.at = STEP_RECIPIENT,
		.code = 550}};
	RUN_ALL(runs);
}

#define TESTS(T)                                                                                   \
	T(an_envelope_is_all)                                                                      \
	T(of_two_recipients)                                                                       \
	T(a_copy_that_is_refused_counts)
CHECK_MAIN("phone stop", TESTS)

/* mechanism: what is said to prove who we are. */
#include "mechanism.h"
#include "bearer.h"
#include "check.h"

#define SAYS(text) text, sizeof text - 1
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct sasl_login tim = {.user = "tim", .password = "tanstaaftanstaaf"};

static const struct mechanism *find(const char *name)
{
	return mechanism_at(mechanism_find(octets_of(name)));
}

static void are_found_by_name_strongest_first(void)
{
	static const struct {
		const char *name;
		bool clear, named, userless, acts_for;
	} rows[] = {
		{"SCRAM-SHA-256-PLUS", .acts_for = true},
		{"scram-sha-256", .acts_for = true},
		{"SCRAM-SHA-1-PLUS", .acts_for = true},
		{"SCRAM-SHA-1", .acts_for = true},
		{"Digest-MD5", .acts_for = true},
		{.name = "cram-md5"},
		{"Plain", .clear = true, .acts_for = true},
		{"LOGIN", .clear = true},
		{"OAUTHBEARER", .clear = true, .named = true, .acts_for = true},
		{"XOAUTH2", .clear = true, .named = true},
		{"EXTERNAL", .named = true, .userless = true, .acts_for = true},
		{"GSSAPI", .named = true, .userless = true, .acts_for = true},
		{"NTLM", .named = true},
	};
	CHECK_INT(mechanism_count(), COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_CASE("%s", rows[i].name);
		CHECK_INT(mechanism_find(octets_of(rows[i].name)), i);
		CHECK_INT(mechanism_at(i)->clear, rows[i].clear);
		CHECK_INT(mechanism_at(i)->named, rows[i].named);
		CHECK_INT(mechanism_at(i)->userless, rows[i].userless);
		CHECK_INT(mechanism_at(i)->acts_for, rows[i].acts_for);
	}
	static const char *const unknown[] = {"LOGI", "", "LOGINS", "SCRAM-SHA-512", "ANONYMOUS"};
	for (size_t i = 0; i < COUNT(unknown); i++)
		CHECK_INT(mechanism_find(octets_of(unknown[i])), mechanism_count());
}

static void answer_challenges(void)
{
	static const struct {
		const char *mechanism;
		unsigned round;
		const char *challenge;
		bool readable;
		const char *answer; /* NULL: none */
		size_t len;
	} rows[] = {
		/* the example of RFC 2195 */
		{"CRAM-MD5", 0, "<1896.697170952@postoffice.reston.mci.net>", true,
			"tim b913a602c7eda7a495b4e6e7334d3890", 36},
		{"CRAM-MD5", 0, "", true, NULL, 0},
		{"CRAM-MD5", 0, "", false, NULL, 0},
		{"CRAM-MD5", 1, "<again>", true, NULL, 0},
		/* prompts of any wording, and none */
		{"LOGIN", 0, "Username:", true, "tim", 3},
		{"LOGIN", 1, "Password:", true, "tanstaaftanstaaf", 16},
		{"LOGIN", 0, "Wie heisst du?", true, "tim", 3},
		{"LOGIN", 0, "", false, "tim", 3},
		{"LOGIN", 1, "", true, "tanstaaftanstaaf", 16},
		{"LOGIN", 2, "And your PIN:", true, NULL, 0},
		/* the refusals of RFC 7628 4.3 and of XOAUTH2 */
		{"OAUTHBEARER", 0, "{\"status\":\"invalid_token\"}", true, "\1", 1},
		{"OAUTHBEARER", 1, "{\"status\":\"invalid_token\"}", true, NULL, 0},
		{"XOAUTH2", 0, "{\"status\":\"401\"}", true, "", 0},
		{"XOAUTH2", 1, "{\"status\":\"401\"}", true, NULL, 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buffer out;
		struct challenge challenge = {octets_of(rows[i].challenge), rows[i].readable};
		CHECK_CASE("row %zu, %s", i, rows[i].mechanism);
		buffer_init(&out, &memory_standard, 1000);
		bool answered =
			find(rows[i].mechanism)->step(&tim, rows[i].round, &challenge, &out);
		CHECK_INT(answered, rows[i].answer != NULL);
		if (answered)
			CHECK_OCTETS(buffer_octets(&out), octets_make(rows[i].answer, rows[i].len));
		buffer_free(&out);
	}
}

static void speak_first_where_they_may(void)
{
	static const struct {
		const char *mechanism;
		struct sasl_login login;
		const char *said;
		size_t len;
	} rows[] = {
		{"PLAIN", {.user = "tim", .password = "tanstaaftanstaaf"},
			SAYS("\0tim\0tanstaaftanstaaf")},
		/* the second example of RFC 4616 */
		{"PLAIN", {.user = "Kurt", .password = "xipj3plmq", .authorize = "Ursel"},
			SAYS("Ursel\0Kurt\0xipj3plmq")},
		/* the example of RFC 7628 4.1, but for its first line */
		{"OAUTHBEARER",
			{.user = "user@example.com",
				.password = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
				.host = "server.example.com",
				.port = 587},
			SAYS("n,a=user@example.com,\1host=server.example.com\1port=587\1"
			     "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1")},
		{"OAUTHBEARER", {.user = "a=b,c", .password = "t"},
			SAYS("n,a=a=3Db=2Cc,\1auth=Bearer t\1\1")},
		{"OAUTHBEARER", {.user = "me", .password = "t", .authorize = "you"},
			SAYS("n,a=you,\1auth=Bearer t\1\1")},
		{"XOAUTH2",
			{.user = "someuser@example.com",
				.password = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"},
			SAYS("user=someuser@example.com\1auth=Bearer "
			     "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\1\1")},
		{"EXTERNAL", {.user = NULL}, SAYS("")},
		{"EXTERNAL", {.user = "me"}, SAYS("me")},
		{"EXTERNAL", {.user = "me", .authorize = "you"}, SAYS("you")},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buffer out;
		CHECK_CASE("row %zu, %s", i, rows[i].mechanism);
		buffer_init(&out, &memory_standard, 1000);
		CHECK(find(rows[i].mechanism)->first && find(rows[i].mechanism)->initial);
		find(rows[i].mechanism)->start(&rows[i].login, &out);
		CHECK_OCTETS(buffer_octets(&out), octets_make(rows[i].said, rows[i].len));
		buffer_free(&out);
	}
	static const char *const second[] = {"CRAM-MD5", "LOGIN", "DIGEST-MD5"};
	for (size_t i = 0; i < COUNT(second); i++)
		CHECK(!find(second[i])->first);
}

static void says_why_a_token_was_refused(void)
{
	static const struct {
		const char *json, *status;
	} rows[] = {
		{"{\"status\":\"invalid_token\",\"scope\":\"example_scope\"}", "invalid_token"},
		{"{\"scope\":\"s\", \"status\" :\r\n\t\"insufficient_scope\" }",
			"insufficient_scope"},
		{"{\"status\":401,\"schemes\":\"Bearer\"}", "401"},
		{"{\"status\":\"a \\\" b\"}", "a \\\" b"},
		{"{\"status\":\"without end", "without end"},
		{"{\"status\":\"\\", "\\"},
		{"{\"status\"", ""},
		{"{\"status\":", ""},
		{"{\"status\" \"x\"}", ""},
		{"{\"status\":true}", ""},
		{"{\"state\":\"x\"}", ""},
		{"", ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_CASE("%s", rows[i].json);
		CHECK_OCTETS(bearer_status(octets_of(rows[i].json)), octets_of(rows[i].status));
	}
	char longest[400];
	memset(longest, 'x', sizeof longest);
	memcpy(longest, "\"status\":\"", 10);
	CHECK_INT(bearer_status(octets_make(longest, sizeof longest)).len, 200);
}

#define TESTS(T)                                                                                   \
	T(are_found_by_name_strongest_first)                                                       \
	T(answer_challenges)                                                                       \
	T(speak_first_where_they_may)                                                              \
	T(says_why_a_token_was_refused)
CHECK_MAIN("mechanism", TESTS)

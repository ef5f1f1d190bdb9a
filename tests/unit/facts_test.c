/*
 * Facts about server profiles, found in memory. What is broken is written by hand, whole, from what
 * real servers of the kind were seen to do and from the standards.
 */
#include "findings.h"
#include "profile_fixture.h"
#include "profile_ground.h"

struct stand {
	struct catalogue *catalogue;
	struct profile *profile;
	struct phone_account account;
	struct profile_ground ground;
	struct findings *findings;
	struct sentence why;
};

static bool stand_open(
	struct stand *stand, const char *name, const char *text, enum phone_security security)
{
	static const char *const folders[] = {"tests/profiles", "profiles"};
	struct buffer errors;
	*stand = (struct stand){.account = {.security = security,
					.user = octets_of("phone"),
					.password = octets_of("secret-word")}};
	buffer_init(&errors, &memory_standard, 100000);
	stand->catalogue = catalogue_open(&memory_standard, folders, 2);
	struct profile_source source = catalogue_source(stand->catalogue);
	stand->profile = name != NULL ? profile_load(&memory_standard, PROFILE_SERVER, name,
						&source, &errors)
				      : profile_load_text(&memory_standard, PROFILE_SERVER,
						"test.yaml", octets_of(text), &source, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	if (!CHECK(stand->profile != NULL))
		return false;
	struct ground like = {.account = &stand->account,
		.sender = "phone@example.org",
		.recipient = "someone@example.org"};
	profile_ground_init(
		&stand->ground, &memory_standard, profile_server(stand->profile), &like);
	return true;
}

static bool stand_run(struct stand *stand, const struct findings_wish *more)
{
	struct findings_wish wish = *more;
	wish.ground = &stand->ground.ground;
	stand->findings = findings_new(&memory_standard, &wish);
	return CHECK(stand->findings != NULL) && findings_run(stand->findings, &stand->why);
}

static void stand_close(struct stand *stand)
{
	findings_free(stand->findings);
	profile_free(stand->profile);
	catalogue_close(stand->catalogue);
}

static const char *verdict_of(const struct stand *stand, const char *name)
{
	const struct fact_finding *finding = findings_find(stand->findings, name);
	return finding == NULL ? "(none)" : fact_verdict_name(finding->verdict);
}

static void append_all(const struct stand *stand, enum fact_verdict verdict, struct buffer *out)
{
	for (size_t i = 0; i < findings_count(stand->findings); i++) {
		const struct fact_finding *finding = findings_at(stand->findings, i);
		if (finding->verdict == verdict)
			buffer_format(out, "%s%s", out->len == 0 ? "" : " ", finding->row->name);
	}
}

#define STRICT                                                                                     \
	"hello-bad-literal hello-underscore hello-blank-inside blank-after-mail-colon "            \
	"blank-after-recipient-colon sender-without-brackets recipient-without-brackets "          \
	"blank-behind-mail blank-behind-recipient"

static const struct {
	const char *profile;
	enum phone_security security;
	const char *broken; /* all of them */
} servers[] = {
	{"correct", PHONE_PLAIN, STRICT},
	{"correct", PHONE_STARTTLS, STRICT},
	{"correct", PHONE_TLS, STRICT},
	{"correct-starttls", PHONE_STARTTLS, STRICT " starttls-not-last"},
	{"lenient", PHONE_PLAIN, ""},
	{"qmail-spamcontrol", PHONE_PLAIN,
		"login-survives-reset login-survives-abandoned-message login-memory-survives-reset "
		"login-survives-message-and-reset reset-with-argument no-nested-mail "
		"message-after-reset"},
	{"qmail-spamcontrol-cured", PHONE_PLAIN, "reset-with-argument no-nested-mail"},
	{"s-qmail-forgetting", PHONE_PLAIN,
		"login-survives-reset login-survives-abandoned-message login-memory-survives-reset "
		"login-survives-message-and-reset reset-with-argument sender-without-brackets "
		"recipient-without-brackets no-nested-mail message-after-reset"},
	{"forgets-on-hello", PHONE_PLAIN, "login-survives-hello message-after-hello"},
};

static void what_is_broken_is_found_and_nothing_else(void)
{
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		struct stand stand;
		struct buffer broken, doubtful;
		buffer_init(&broken, &memory_standard, 10000);
		buffer_init(&doubtful, &memory_standard, 10000);
		CHECK_CASE("%s, %d", servers[i].profile, (int)servers[i].security);
		if (stand_open(&stand, servers[i].profile, NULL, servers[i].security) &&
			CHECK(stand_run(&stand, &(struct findings_wish){.deliver = true}))) {
			append_all(&stand, FACT_BROKEN, &broken);
			append_all(&stand, FACT_INCONCLUSIVE, &doubtful);
			append_all(&stand, FACT_NOT_TRIED, &doubtful);
			CHECK_TEXT(buffer_string(&broken), servers[i].broken);
			CHECK_TEXT(buffer_string(&doubtful), "");
		}
		stand_close(&stand);
		buffer_free(&broken);
		buffer_free(&doubtful);
	}
}

static void what_needs_delivery_is_not_delivered(void)
{
	struct stand stand;
	if (stand_open(&stand, "qmail-spamcontrol", NULL, PHONE_PLAIN) &&
		CHECK(stand_run(&stand, &(struct findings_wish){.deliver = false}))) {
		CHECK_TEXT(verdict_of(&stand, "login-survives-reset"), "broken");
		CHECK_TEXT(verdict_of(&stand, "login-survives-message"), "needs-deliver");
		CHECK_TEXT(verdict_of(&stand, "dot-time"), "needs-deliver");
	}
	stand_close(&stand);
}

#define TESTS(T)                                                                                   \
	T(what_is_broken_is_found_and_nothing_else)                                                \
	T(what_needs_delivery_is_not_delivered)
CHECK_MAIN("facts", TESTS)

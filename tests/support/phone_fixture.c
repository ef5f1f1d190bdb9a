#include "phone_fixture.h"

#include <string.h>

#include "profile_fixture.h"

/* Evidence must be shown for what is written, and for nothing else. */
static const char *const groups[] = {"connect", "flow", "hello", "offers", "wire", "writes",
	"reactions", "replies", "auth", "tls", "close", "envelope", "data", "think", "timeouts",
	"outbox", "message"};

static struct profile *load_text(const char *text)
{
	struct buffer all, errors;
	buffer_init(&all, &memory_standard, 1 << 20);
	buffer_format(&all, "%s\nname: Test\nevidence: [{test: here, shows: [", text);
	for (size_t i = 0, shown = 0; i < sizeof groups / sizeof *groups; i++) {
		char key[20];
		snprintf(key, sizeof key, "%s:", groups[i]);
		if (strstr(text, key) != NULL)
			buffer_format(&all, "%s%s", shown++ == 0 ? "" : ", ", groups[i]);
	}
	buffer_append_text(&all, "]}]\n");
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct profile_source source = catalogue_source(catalogue);
	buffer_init(&errors, &memory_standard, 1 << 20);
	struct profile *profile = profile_load_text(&memory_standard, PROFILE_CLIENT, "test.yaml",
		buffer_octets(&all), &source, &errors);
	catalogue_close(catalogue);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	buffer_free(&all);
	return profile;
}

struct profile *phone_fixture_profile(const char *text)
{
	if (strchr(text, ':') != NULL) /* a name has none */
		return load_text(text);
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct profile *profile = fixture_profile(catalogue, PROFILE_CLIENT, text);
	catalogue_close(catalogue);
	return profile;
}

struct phone_account phone_fixture_account(void)
{
	return (struct phone_account){.port = 587,
		.user = octets_of("user"),
		.password = octets_of("secret"),
		.sender = octets_of("a@example.net"),
		.host = octets_of("phone.example.net"),
		.device = octets_of("handset"),
		.server = octets_of("mx.example.net"),
		.password_in_clear = true};
}

struct phone_message phone_fixture_message(const struct octets *to, const char *content)
{
	return (struct phone_message){.to = to, .to_count = 1, .content = octets_of(content)};
}

static struct phone *make(const struct phone_run *run, const struct profile *profile)
{
	struct phone_account account = phone_fixture_account();
	struct octets to = octets_of("b@example.org");
	struct phone_message usual = phone_fixture_message(&to, PHONE_CONTENT);
	if (run->account != NULL)
		run->account(&account);
	struct phone *phone = phone_new(&memory_standard, profile_client(profile), &account, 1);
	if (!CHECK(phone != NULL))
		return NULL;
	for (size_t i = 0; i < (run->messages == 0 ? 1 : run->messages); i++) {
		const struct phone_message *one = run->message != NULL ? run->message : &usual;
		CHECK(phone_add(phone, run->mails != NULL ? &run->mails[i] : one));
	}
	return phone;
}

static void check_outcome(const struct phone_run *run, const struct phone *phone)
{
	const struct phone_outcome *outcome = phone_outcome(phone, 0);
	CHECK_TEXT(phone_result_name(outcome->verdict.result), phone_result_name(run->result));
	CHECK_INT(outcome->verdict.code, run->code);
	if (run->last != PHONE_NOT_TRIED)
		CHECK_TEXT(phone_result_name(phone_outcome(phone, phone_message_count(phone) - 1)
						     ->verdict.result),
			phone_result_name(run->last));
	if (run->tries > 0)
		CHECK_INT(outcome->tries, run->tries);
	if (run->result != PHONE_NOT_TRIED && run->result != PHONE_DELIVERED)
		CHECK_TEXT(phone_step_name(outcome->verdict.step), phone_step_name(run->at));
}

void phone_fixture_run(const struct phone_run *run)
{
	/* what we say in pieces of `cut`, what they say taken in pieces of `take` */
	static const struct script_options cuts[] = {
		{0}, {.cut = 1}, {.cut = 7}, {.cut = 2}, {.cut_seed = 1}, {.cut_seed = 2}};
	struct profile *profile = phone_fixture_profile(run->profile);
	for (size_t i = 0; profile != NULL && i < (run->whole ? 1 : sizeof cuts / sizeof *cuts);
		i++) {
		check_case("%s, cut %zu", run->name, i);
		struct phone *phone = make(run, profile);
		if (phone != NULL && script_play(phone_player(phone), run->script, &cuts[i]))
			check_outcome(run, phone);
		phone_free(phone);
	}
	profile_free(profile);
}

void phone_fixture_run_all(const struct phone_run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		phone_fixture_run(&runs[i]);
}

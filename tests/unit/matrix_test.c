/*
 * matrix: libmsub against every server profile, with every set of messages: delivered wherever the
 * server can be delivered to, once, and the referee finds nothing. And the phone against each:
 * what its fault makes of it.
 */
#include "check.h"
#include "random.h"
#include "stage.h"

#include <stdlib.h>

/*
 * What a server does to a mail that was sent correctly, where that is not "delivered, all of it".
 * mail NULL: whatever is sent. A message that was refused or lost is never reported delivered.
 */
static const struct expectation {
	const char *server, *mail, *outcome;
} expectations[] = {
	{"refuses-recipients", NULL, "refused"},
	{"refuses-literals", NULL, "refused"},
	{"slow-dot", NULL, "unsure"},
	{"drop-after-dot", NULL, "unsure"},
	{"no-login", NULL, "AUTH_MISSING"},
	{"login-not-now", NULL, "refused"},
	{"opensmtpd-6.8", NULL, "AUTH_MISSING"},
	{"appliance-2008", NULL, "refused at EHLO 500"}, /* HELO knows no login */
	{"pix-mailguard", NULL, "refused at EHLO 500"},
	{"aiosmtpd-1.4", "reported", "refused"}, /* it offers AUTH and knows no AUTH= */
	{"knows-nobody", "second-refused", "refused"},
	{"knows-nobody", "one-of-two-refused", "refused"},
	{"forgets-and-refuses-one", "second-refused", "refused"},
	{"forgets-and-refuses-one", "one-of-two-refused", "refused"},
	{"forgets-at-end-and-refuses-one", "second-refused", "refused"},
	{"forgets-at-end-and-refuses-one", "one-of-two-refused", "refused"},
	{"refuses-last-chunk", NULL, "refused"},
	{"drop-after-last-chunk", "second-refused", "refused"},
	{"drop-after-last-chunk", NULL, "unsure"},
	{"everything", "second-refused", "refused"},
	{"everything", "one-of-two-refused", "refused"},
	{"refuses-first-chunk", "second-refused", "refused"},
	{"refuses-first-chunk", "one-of-two-refused", "refused"},
};

/* The server that offers everything, and its faults. */
static const char *const offering[] = {
	"everything", "refuses-first-chunk", "refuses-last-chunk", "drop-after-last-chunk"};
enum { OFFERING_COUNT = sizeof offering / sizeof *offering };

/* What a message needs, and what the client calls it where it is missing. */
static const struct {
	const char *keyword, *unsaid;
} needs[] = {
	[STAGE_BINARY] = {"BINARYMIME", "NOT_OFFERED"},
	[STAGE_UTF8] = {"SMTPUTF8", "ADDRESS_NOT_ASCII"},
	[STAGE_REQUIRE_TLS] = {"REQUIRETLS", "NOT_OFFERED"},
};

static bool offers(const struct stage_settings *settings, const char *keyword)
{
	const struct server_profile *server = settings->server;
	bool in_tls = settings->security != STAGE_PLAIN && server->offers_in_tls.items != NULL;
	const struct text_list *list = in_tls ? &server->offers_in_tls : &server->offers;
	for (size_t i = 0; i < list->count; i++) {
		if (octets_start_nocase(list->items[i], keyword))
			return true;
	}
	return false;
}

/* Whether the first message can be said to this server at all; each second one can. */
static bool can_be_said(const struct stage_settings *settings)
{
	enum stage_need need = settings->mail->messages[0].need;
	if (need == STAGE_NOTHING)
		return true;
	return offers(settings, needs[need].keyword) &&
	       (need != STAGE_REQUIRE_TLS || settings->security != STAGE_PLAIN);
}

static const char *expected(const char *server, const struct stage_settings *settings)
{
	const char *mail = settings->mail->name;
	bool pieces = settings->source && settings->chunks && strcmp(mail, "long") == 0;
	if (strcmp(server, "correct-starttls") == 0 && settings->security == STAGE_PLAIN)
		return "AUTH_MISSING";
	/* in clear the stage's account says PLAIN, in TLS the best that is offered */
	if (strcmp(server, "microsoft-exchange") == 0 && settings->security == STAGE_PLAIN)
		return "AUTH_MECHANISM";
	if (strcmp(server, "cram-unusable") == 0 && settings->security != STAGE_PLAIN)
		return "refused at AUTH exchange 535";
	if (strcmp(server, "refuses-first-chunk") == 0 && pieces)
		return "refused at BDAT 452";
	if (settings->all_or_nothing && strcmp(mail, "one-of-two-refused") == 0)
		return "refused at RCPT TO 550";
	for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
		const struct expectation *one = &expectations[i];
		if (strcmp(one->server, server) == 0 &&
			(one->mail == NULL || strcmp(one->mail, mail) == 0))
			return one->outcome;
	}
	return can_be_said(settings) ? "delivered" : needs[settings->mail->messages[0].need].unsaid;
}

static unsigned long runs;

static void play_one(const char *name, struct stage_settings *settings)
{
	struct stage_result result;
	const char *outcome = expected(name, settings);
	stage_play(settings, &result);
	runs++;
	CHECK_CASE("msub, %s, mail %s, security %d%s%s%s", name, settings->mail->name,
		(int)settings->security, settings->chunks ? ", chunks" : "",
		settings->source ? ", source" : "", settings->all_or_nothing ? ", all" : "");
	CHECK_INT(result.pair.end, PAIR_FINISHED);
	CHECK_TEXT(buffer_string(&result.breaks), "nothing");
	bool all = true;
	for (size_t i = 0; i < settings->mail->count; i++) {
		size_t transactions = settings->mail->messages[i].to[1] != NULL ? 2 : 1;
		all = all && result.delivered[i];
		CHECK(result.stored[i] <= transactions);
		CHECK(!result.delivered[i] || result.stored[i] >= 1);
	}
	if (strcmp(outcome, "delivered") == 0) {
		bool refused = strstr(buffer_string(&result.outcome), "refused") != NULL;
		if (!CHECK(all && !refused))
			fprintf(stderr, "  came out: %s\n", buffer_string(&result.outcome));
	} else {
		CHECK(!all);
		if (!CHECK(strstr(buffer_string(&result.outcome), outcome) != NULL))
			fprintf(stderr, "  came out: %s\n", buffer_string(&result.outcome));
	}
	if (!can_be_said(settings))
		CHECK_INT(result.stored[0], 0);
	if (settings->all_or_nothing)
		CHECK(result.delivered[0] || result.unsure[0] || result.stored[0] == 0);
	/* a login for each message, one for the first suspicion, and no storm */
	CHECK(result.logins <= settings->mail->count + 1);
	stage_free(&result);
}

static void every_mail(const char *name, const struct stage_settings *given)
{
	struct stage_settings settings = *given;
	for (size_t mail = 0; mail < stage_mail_count; mail++) {
		for (int security = STAGE_PLAIN; security <= STAGE_TLS; security++) {
			settings.mail = &stage_mails[mail];
			settings.security = (enum stage_security)security;
			play_one(name, &settings);
		}
	}
}

static void every_server_and_every_mail(void)
{
	char **names = stage_profile_names(PROFILE_SERVER);
	for (size_t i = 0; names[i] != NULL; i++) {
		struct profile *server = stage_profile(PROFILE_SERVER, names[i]);
		if (server == NULL)
			continue;
		struct stage_settings settings = {.server = profile_server(server), .seed = 3};
		every_mail(names[i], &settings);
		profile_free(server);
	}
	stage_free_names(names);
	printf("\n  %lu runs ", runs);
	CHECK(runs > 300);
}

/* In chunks, of known and of unknown length, and all or nothing, where all of it is offered. */
static void every_way_to_send_where_everything_is_offered(void)
{
	for (size_t i = 0; i < OFFERING_COUNT; i++) {
		struct profile *server = stage_profile(PROFILE_SERVER, offering[i]);
		for (unsigned int way = 1; way < 8 && server != NULL; way++) {
			struct stage_settings settings = {.server = profile_server(server),
				.chunks = (way & 1) != 0,
				.source = (way & 2) != 0,
				.all_or_nothing = (way & 4) != 0,
				.seed = 3};
			every_mail(offering[i], &settings);
		}
		profile_free(server);
	}
}

/*
 * The phone of the founding report with each server, two messages in one session, in clear: what
 * the server's fault makes of it. A server that stands not here delivers both.
 */
static const struct {
	const char *server, *outcome;
} phone_expectations[] = {
	{"correct-starttls", "refused at mail 530; refused at mail 530"},
	{"forgets-and-refuses-one", "refused at recipient 535; refused at recipient 535"},
	{"forgets-at-end", "delivered; refused at recipient 550"},
	{"forgets-at-end-and-refuses-one", "delivered; refused at recipient 550"},
	{"forgets-at-end-mail", "refused at mail 550; refused at mail 550"},
	{"appliance-2008", "refused at reset 503; refused at reset 503"},
	{"cram-unusable", "refused at recipient 530; refused at recipient 530"},
	{"exim-two-lines", "refused at data 250; refused at mail 354"},
	{"exim-username-prompt", "closed at auth 334; closed at auth 334"},
	{"go-smtp-2018", "refused at mail 502; refused at mail 502"},
	{"login-wants-response", "refused at recipient 530; refused at recipient 530"},
	{"lower-case-list", "refused at recipient 530; refused at recipient 530"},
	{"mail-io-2015", "refused at mail 503; refused at mail 503"},
	{"msmtpd-refuses-reset", "refused at reset 500; closed at reset"},
	{"pix-mailguard", "refused at recipient 550; refused at recipient 550"},
	{"postfix-overload", "delivered; refused for now at reset 421"},
	{"dot-in-one-piece", "refused for now at end 421; closed at reset"},
	{"silent-at-reset", "not tried; not tried"},		    /* it has no timer of its own */
	{"aiosmtpd-1.4", "closed at auth 334; closed at auth 334"}, /* its prompts */
	{"eventmachine", "refused at mail 550; refused at mail 550"},
	{"notqmail-smtp-auth", "refused at mail 530; refused at mail 530"},
	{"s-qmail-forgetting-at-mail", "refused at mail 535; refused at mail 535"},
	{"qmail-spamcontrol", "refused at recipient 535; refused at recipient 535"},
	{"s-qmail-forgetting", "refused at recipient 535; refused at recipient 535"},
	{"drop-after-dot", "unsure at end; not tried"},
	{"hangs-up-on-reset", "closed at reset; not tried"},
	{"goes-away", "delivered; refused for now at mail 421"},
	{"recipient-in-two-lines", "refused at data 250; refused at reset 354"},
	{"mail-in-two-lines", "refused at data 250; refused at reset 354"},
	{"mail-in-two-lines-open", "refused at data 250; refused at reset 354"},
	{"login-not-now", "refused for now at auth 454; refused for now at auth 454"},
	{"refuses-literals", "refused at recipient 530; refused at recipient 530"},
	{"refuses-recipients", "refused at recipient 550; refused at recipient 550"},
	{"refuses-last-chunk", "refused at end 554; refused at end 554"},
	{"drop-after-last-chunk", "unsure at end; not tried"},
	{"refuses-reset", "refused at reset 500; closed at reset"},
};

static const char *phone_expected(const char *server)
{
	for (size_t i = 0; i < sizeof phone_expectations / sizeof *phone_expectations; i++) {
		if (strcmp(phone_expectations[i].server, server) == 0)
			return phone_expectations[i].outcome;
	}
	return "delivered; delivered";
}

static void the_phone_and_every_server(void)
{
	char **names = stage_profile_names(PROFILE_SERVER);
	struct profile *phone = stage_profile(PROFILE_CLIENT, "nokia-e61i");
	for (size_t i = 0; names[i] != NULL && phone != NULL; i++) {
		struct profile *server = stage_profile(PROFILE_SERVER, names[i]);
		if (server == NULL)
			continue;
		struct stage_settings settings = {.phone = profile_client(phone),
			.server = profile_server(server),
			.mail = stage_mail_find("two"),
			.seed = 3};
		struct stage_result result;
		stage_play(&settings, &result);
		CHECK_CASE("nokia-e61i with %s", names[i]);
		bool hangs = strcmp(names[i], "silent-at-reset") == 0;
		CHECK_INT(result.pair.end, hangs ? PAIR_HUNG : PAIR_FINISHED);
		CHECK_TEXT(buffer_string(&result.outcome), phone_expected(names[i]));
		for (size_t j = 0; j < settings.mail->count; j++)
			CHECK(!result.delivered[j] || result.stored[j] == 1);
		stage_free(&result);
		profile_free(server);
	}
	profile_free(phone);
	stage_free_names(names);
}

/* A server may repeat a password: neither the transcript nor what a client reports shows it. */
static void no_secret_is_shown(void)
{
	static const char *const clients[] = {"nokia-e61i", "correct", NULL};
	struct profile *server = stage_profile(PROFILE_SERVER, "repeats-secrets");
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		static const struct transcript_style style = {0};
		struct profile *phone =
			clients[i] == NULL ? NULL : stage_profile(PROFILE_CLIENT, clients[i]);
		struct stage_settings settings = {
			.phone = phone == NULL ? NULL : profile_client(phone),
			.server = profile_server(server),
			.mail = stage_mail_find("one"),
			.wrong_password = true,
			.seed = 3};
		struct stage_result result;
		struct buffer text;
		buffer_init(&text, &memory_standard, 1024 * 1024);
		stage_play(&settings, &result);
		transcript_write(&text, result.transcript, &style);
		CHECK_CASE("%s", clients[i] == NULL ? "msub" : clients[i]);
		buffer_append_octets(&text, buffer_octets(&result.replies));
		/*
		 * The phone answers CRAM-MD5, so the password was never on this wire, and this
		 * transcript was not told it; the phone knows it, and hides it all the same.
		 */
		bool said = i != 0;
		CHECK_INT(strstr(buffer_string(&text), "mistaken") == NULL, said);
		CHECK_INT(
			strstr(buffer_string(&text), "AHZhbGlkX3VzZXIAbWlzdGFrZW4=") == NULL, said);
		CHECK(strstr(buffer_string(&result.replies), "<secret> is not it") != NULL);
		buffer_free(&text);
		stage_free(&result);
		profile_free(phone);
	}
	profile_free(server);
}

/* However the connection breaks, what is reported is true. */
static void cut_at_every_octet(void)
{
	struct profile *server = stage_profile(PROFILE_SERVER, "correct");
	struct stage_settings settings = {
		.server = profile_server(server), .mail = stage_mail_find("two"), .seed = 3};
	unsigned long cut = 0;
	for (int side = 0; side < 2; side++) {
		for (size_t at = 1;; at++) {
			struct stage_result result;
			settings.lose_after[0] = settings.lose_after[1] = 0;
			settings.lose_after[side] = at;
			stage_play(&settings, &result);
			CHECK_CASE("lost after octet %zu of side %d", at, side);
			CHECK_INT(result.pair.end, PAIR_FINISHED);
			CHECK_TEXT(buffer_string(&result.breaks), "nothing");
			for (size_t i = 0; i < settings.mail->count; i++) {
				/* lost before its MAIL, a message is reported as not sent, and was
				 * not */
				CHECK(result.delivered[i] || result.unsure[i] ||
					result.stored[i] == 0);
				CHECK(!result.delivered[i] || result.stored[i] == 1);
				CHECK(result.stored[i] <= 1);
			}
			bool over = result.pair.connections == 1 && result.pair.octets[side] < at;
			stage_free(&result);
			if (over)
				break;
			cut++;
		}
	}
	printf("\n  %lu lost connections ", cut);
	CHECK(cut > 700);
	profile_free(server);
}

#define TESTS(T)                                                                                   \
	T(every_server_and_every_mail)                                                             \
	T(every_way_to_send_where_everything_is_offered)                                           \
	T(the_phone_and_every_server)                                                              \
	T(no_secret_is_shown)                                                                      \
	T(cut_at_every_octet)
CHECK_MAIN("matrix", TESTS)

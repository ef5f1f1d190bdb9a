/* handset_check_control: asks libmsub, and says in words what is wrong and what to do. */
#include "handset_check_control.h"

#include "clock.h"
#include "ground_tcp.h"
#include "msub.h"
#include "system_random.h"
#include "text.h"

#include <stdio.h>
#include <time.h>

enum { CONTENT_MAX = 2048 };

/* ---- the dialogue, as a transcript ---- */

struct listening {
	struct transcript *transcript;
	uint64_t start_ms;
	bool tls;
};

static bool begins(const char *text, const char *words)
{
	return strncmp(text, words, strlen(words)) == 0;
}

/* A connection begins in clear. */
static enum transcript_kind kind_of_note(struct listening *listening, const char **text)
{
	static const char connected[] = "connected ";
	if (begins(*text, connected)) {
		listening->tls = false;
		*text += sizeof connected - 1;
		return TRANSCRIPT_CONNECTED;
	}
	listening->tls = listening->tls || begins(*text, "TLS is up");
	return TRANSCRIPT_REMARK;
}

static void listen_in(void *context, enum msub_spoken spoken, const char *text)
{
	struct listening *listening = context;
	struct buffer raw;
	struct transcript_event event = {
		.kind = spoken == MSUB_SAID ? TRANSCRIPT_CLIENT : TRANSCRIPT_SERVER,
		.at_ms = clock_ms() - listening->start_ms};
	if (spoken == MSUB_NOTE)
		event.kind = kind_of_note(listening, &text);
	event.secret = spoken == MSUB_SAID && strstr(text, "<secret>") != NULL;
	event.tls = listening->tls && spoken != MSUB_NOTE;
	buffer_init(&raw, &memory_standard, TRANSCRIPT_LINE_MAX);
	event.text = text_unescape(&raw, octets_of(text)) ? buffer_octets(&raw) : octets_of(text);
	transcript_add(listening->transcript, &event);
	buffer_free(&raw);
}

/* ---- what is asked for ---- */

static void ask(struct msub_settings *settings, const struct check_control *control,
	const struct trial_wish *wish, struct listening *listening)
{
	static const enum msub_tls tls[] = {[PHONE_PLAIN] = MSUB_TLS_NONE,
		[PHONE_STARTTLS] = MSUB_TLS_STARTTLS,
		[PHONE_TLS] = MSUB_TLS_IMPLICIT};
	uint64_t ms = control->patience_ms;
	msub_settings_init(settings);
	settings->host = control->host;
	settings->port = control->port;
	settings->hello = control->name;
	settings->tls = tls[control->security];
	settings->trust_file = control->trust_file;
	settings->fingerprint = control->fingerprint;
	settings->trust_anyone = control->insecure;
	settings->user = control->user;
	settings->password = control->password;
	settings->mechanism = control->mechanism;
	settings->all_or_nothing = true;
	settings->probe = !wish->deliver;
	settings->timeouts = (struct msub_timeouts){.resolve_ms = ms,
		.connect_ms = ms,
		.handshake_ms = ms,
		.greeting_ms = ms,
		.command_ms = ms,
		.data_ms = ms,
		.block_ms = ms,
		.end_ms = ms,
		.quit_ms = ms,
		.whole_ms = ground_tcp_connection_ms(ms, wish->messages)};
	settings->transcript = listen_in;
	settings->transcript_context = listening;
}

static void write_content(const struct check_control *control, char content[CONTENT_MAX])
{
	char date[64] = "";
	time_t now = (time_t)control->unix_time;
	struct tm day;
	if (gmtime_r(&now, &day) != NULL)
		strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &day);
	snprintf(content, CONTENT_MAX,
		"From: %.300s\r\nTo: %.300s\r\nSubject: Test of handset check: the control\r\n"
		"Date: %s\r\nMessage-ID: <%016llx@handset-check.example.org>\r\n"
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
		"A test of this mail server by handset check, sent by libmsub.\r\n"
		"It may be deleted.\r\n",
		control->sender, control->recipient, date,
		(unsigned long long)system_random_seed());
}

/* ---- how it ended ---- */

#define WANTS_TLS                                                                                  \
	"the server takes a login inside TLS only; say smtp+starttls:// in --server, or smtps:// " \
	"where TLS begins at once"
#define TLS_FIRST                                                                                  \
	"the server offers no login in clear, but STARTTLS; say smtp+starttls:// in --server"
#define SAYS_NOTHING                                                                               \
	"the server says nothing at all: TLS may begin at once there (smtps:// in --server), or "  \
	"it is no mail server; --patience waits longer"

static const struct {
	enum msub_error error;
	enum control_end end;
	const char *advice;
} endings[] = {
	{MSUB_HOST, CONTROL_NO_CONNECTION, "the host of --server is not found; look at its name"},
	{MSUB_CONNECT, CONTROL_NO_CONNECTION,
		"no connection to the server; look at host and port in --server, and at firewalls "
		"between"},
	{MSUB_TLS, CONTROL_TLS_FAILED,
		"TLS could not be agreed, or the certificate does not hold; --trust-file FILE "
		"trusts an authority of your own, --fingerprint HEX one certificate (msub "
		"--serverinfo shows its fingerprint), --insecure takes any"},
	{MSUB_TLS_MISSING, CONTROL_TLS_FAILED,
		"the server offers no STARTTLS; say smtps:// where TLS begins at once, or smtp:// "
		"for no TLS"},
	{MSUB_TLS_REFUSED, CONTROL_TLS_FAILED,
		"the server refused STARTTLS; it may have no certificate"},
	{MSUB_TLS_INJECTED, CONTROL_TLS_FAILED,
		"octets in clear came between STARTTLS and TLS: somebody stands between, or the "
		"server is broken"},
	{MSUB_AUTH_MISSING, CONTROL_LOGIN_REFUSED,
		"the server offers no login here; leave --user out, or try the submission ports "
		"(587 with smtp+starttls://, 465 with smtps://)"},
	{MSUB_AUTH_MECHANISM, CONTROL_LOGIN_REFUSED,
		"the server offers no login that this control knows: PLAIN, LOGIN, CRAM-MD5 or SCRAM "
		"with a password; offer one of them to this account, or leave --user out"},
	{MSUB_AUTH_REFUSED, CONTROL_LOGIN_REFUSED,
		"the server refused user and password; check them, and whether the account may "
		"send"},
	{MSUB_AUTH_UNPROVEN, CONTROL_LOGIN_REFUSED,
		"the server took the login without proof that it knows the password"},
	{MSUB_TOO_LARGE, CONTROL_REFUSED,
		"the SIZE that the server offers is less than a test message of some hundred "
		"octets; raise its limit of a message's size"},
	{MSUB_LOST, CONTROL_HUNG,
		"the server closed the connection without a word; look at the port in --server, at "
		"lists of addresses that may connect, and into the server's log"},
	{MSUB_PROTOCOL, CONTROL_HUNG,
		"what answers there does not speak SMTP; look at the port in --server (submission: "
		"587 with smtp+starttls://, 465 with smtps://)"},
	{MSUB_TIMEOUT, CONTROL_HUNG, "the server did not answer in time; --patience gives it more"},
	{MSUB_CLOSING, CONTROL_REFUSED,
		"the server closes the connection; check again later, or slower with --rate"},
};

static const struct {
	enum msub_phase phase;
	const char *step, *advice;
} phases[] = {
	{MSUB_PHASE_CONNECT, "connect", "the server refused"},
	{MSUB_PHASE_HANDSHAKE, "tls", "TLS was refused"},
	{MSUB_PHASE_GREETING, "greeting",
		"the server turns this machine away at its greeting; it may be banned, or be a "
		"dial-up address in a block list"},
	{MSUB_PHASE_EHLO, "hello", "the server refused the hello"},
	{MSUB_PHASE_HELO, "hello", "the server refused the hello"},
	{MSUB_PHASE_STARTTLS, "starttls", "the server refused STARTTLS"},
	{MSUB_PHASE_AUTH, "auth", "the server refused user and password"},
	{MSUB_PHASE_ANSWER, "auth", "the server refused user and password"},
	{MSUB_PHASE_MAIL, "mail",
		"the server refused the sender; --from names an address that the account may use, "
		"and --user one that may send"},
	{MSUB_PHASE_RECIPIENT, "recipient",
		"the server refused the recipient; --to names one that it takes, and --user an "
		"account that may relay"},
	{MSUB_PHASE_DATA, "data", "the server refused the message before it was sent"},
	{MSUB_PHASE_CHUNK, "end", "the server refused the message"},
	{MSUB_PHASE_BODY, "end", "the server refused the message"},
	{MSUB_PHASE_QUIT, "quit", "the server refused QUIT"},
};

/* What the plain ending does not say: the scheme of --server is another one than the server's. */
static const struct {
	enum msub_error error;
	enum msub_phase phase;
	enum phone_security security;
	const char *said; /* in what was said; "": whatever it was */
	const char *advice;
} schemes[] = {
	{MSUB_AUTH_REFUSED, MSUB_PHASE_AUTH, PHONE_PLAIN, "STARTTLS", WANTS_TLS},
	{MSUB_AUTH_REFUSED, MSUB_PHASE_ANSWER, PHONE_PLAIN, "STARTTLS", WANTS_TLS},
	{MSUB_REFUSED, MSUB_PHASE_MAIL, PHONE_PLAIN, "STARTTLS", WANTS_TLS},
	{MSUB_TIMEOUT, MSUB_PHASE_GREETING, PHONE_PLAIN, "", SAYS_NOTHING},
	{MSUB_TIMEOUT, MSUB_PHASE_GREETING, PHONE_STARTTLS, "", SAYS_NOTHING},
	{MSUB_TIMEOUT, MSUB_PHASE_HANDSHAKE, PHONE_STARTTLS, "",
		"the server took STARTTLS, and answers no TLS behind it: STARTTLS does not work "
		"there; smtps:// may, where TLS begins at once"},
	{MSUB_TIMEOUT, MSUB_PHASE_HANDSHAKE, PHONE_TLS, "",
		"nothing answers TLS at this port; TLS may not begin at once there: say "
		"smtp+starttls:// in --server, or smtp:// for no TLS"},
	{MSUB_TLS, MSUB_PHASE_HANDSHAKE, PHONE_TLS, "does not speak TLS",
		"TLS does not begin at once at this port; say smtp+starttls:// in --server, or "
		"smtp:// for no TLS"},
};

/* RFC 3207: the offer of STARTTLS in the reply to EHLO. */
static bool offers_starttls(const struct transcript *transcript)
{
	for (size_t i = 0; i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		if (event->kind == TRANSCRIPT_SERVER && event->text.len >= 12 &&
			octets_start_nocase(event->text, "250") &&
			octets_start_nocase(octets_from(event->text, 4), "STARTTLS"))
			return true;
	}
	return false;
}

/* RFC 5321 4.1.1.11: a parameter, not the address. The control says only what is offered. */
enum { UNKNOWN_PARAMETER = 555 };
#define PARAMETER_REFUSED                                                                          \
	"the server refuses a parameter of MAIL or RCPT that its EHLO offers, such as SIZE; a "    \
	"proxy in front may offer more than the server behind it takes: let both offer the same"

static bool is_said(const struct control *control, const char *said)
{
	return said[0] == 0 || strstr(control->reply.text, said) != NULL;
}

static void read_scheme(
	const struct msub_failure *failure, enum phone_security security, struct control *control)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		if (schemes[i].error == failure->error && schemes[i].phase == failure->phase &&
			schemes[i].security == security && is_said(control, schemes[i].said))
			sentence_set(&control->advice, "%s", schemes[i].advice);
	}
}

static void read_phase(const struct msub_failure *failure, struct control *control)
{
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
		if (phases[i].phase != failure->phase)
			continue;
		snprintf(control->step, sizeof control->step, "%s", phases[i].step);
		sentence_set(&control->advice, "%s", phases[i].advice);
	}
	if (control->for_now)
		sentence_add(&control->advice,
			", for now: it may be greylisting, or a limit; check again in a quarter of "
			"an hour");
}

/* Whoever knows the server knows its words: "relaying denied" says more than "refused". */
static void add_words(const struct msub_failure *failure, struct control *control)
{
	if (control->reply.text[0] == 0)
		return;
	sentence_add(&control->advice, failure->reply.code != 0 ? " (the server said: " : " (");
	sentence_add_foreign(&control->advice, octets_of(control->reply.text));
	sentence_add(&control->advice, ")");
}

static void read_failure(
	const struct msub_failure *failure, enum phone_security security, struct control *control)
{
	control->code = (unsigned int)failure->reply.code;
	control->for_now = failure->reply.code / 100 == 4;
	if (failure->reply.code != 0)
		sentence_set(
			&control->reply, "%d %.400s", failure->reply.code, failure->reply.text);
	else if (failure->text[0] != 0)
		sentence_set(&control->reply, "%.400s", failure->text);
	control->end = CONTROL_REFUSED;
	control->settled = failure->error == MSUB_HOST;
	read_phase(failure, control);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		if (endings[i].error != failure->error)
			continue;
		control->end = endings[i].end;
		sentence_set(&control->advice, "%s", endings[i].advice);
	}
	read_scheme(failure, security, control);
	if (failure->error == MSUB_AUTH_MISSING && security == PHONE_PLAIN &&
		offers_starttls(control->transcript))
		sentence_set(&control->advice, "%s", TLS_FIRST);
	if (failure->error == MSUB_REFUSED && failure->reply.code == UNKNOWN_PARAMETER)
		sentence_set(&control->advice, "%s", PARAMETER_REFUSED);
	add_words(failure, control);
}

/* ---- one control ---- */

static enum msub_error submit(
	struct check_control *asked, const struct trial_wish *wish, struct control *control)
{
	struct listening listening = {.transcript = control->transcript, .start_ms = clock_ms()};
	struct msub_settings settings;
	struct msub_message *message = NULL;
	struct msub_failure failure = {.text = "", .reply = {.text = ""}};
	char content[CONTENT_MAX];
	ask(&settings, asked, wish, &listening);
	write_content(asked, content);
	enum msub_error error = msub_message_new(&message, NULL);
	if (error == MSUB_OK)
		error = msub_message_sender(message, asked->sender);
	if (error == MSUB_OK)
		error = msub_message_add_recipient(message, asked->recipient);
	if (error == MSUB_OK)
		error = msub_message_content(message, content, strlen(content));
	if (error == MSUB_OK)
		error = msub_submit(&settings, &message, 1, &failure);
	else
		failure = (struct msub_failure){
			.error = error, .text = msub_error_text(error), .reply = {.text = ""}};
	control->end = CONTROL_SENDS;
	if (error != MSUB_OK)
		read_failure(&failure, asked->security, control);
	msub_message_free(message);
	return error;
}

static bool begin_listening(
	const struct check_control *asked, struct control *control, struct sentence *why)
{
	*control = (struct control){.transcript = transcript_new(&memory_standard, false)};
	if (control->transcript == NULL)
		sentence_set(why, "out of memory");
	else if (asked->heard != NULL)
		transcript_listen(control->transcript, asked->heard, asked->heard_context);
	return control->transcript != NULL &&
	       transcript_conceal(control->transcript, octets_of(asked->password));
}

/* The login that was refused said the password as it is: no other mechanism would say another. */
static bool said_password(const struct transcript *transcript)
{
	for (size_t i = 0; i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		if (event->kind == TRANSCRIPT_CLIENT &&
			(octets_start_nocase(event->text, "AUTH PLAIN") ||
				octets_start_nocase(event->text, "AUTH LOGIN")))
			return true;
	}
	return false;
}

/*
 * The mechanisms that say the password are asked for by name, once: without TLS, since the server
 * URL is consent where nothing better is offered; and where a stronger one was refused, since
 * servers offer CRAM-MD5 for accounts whose passwords they have in a form that it cannot use.
 */
static bool helps_to_name_one(
	const struct check_control *asked, enum msub_error error, const struct control *control)
{
	if (error == MSUB_AUTH_REFUSED)
		return asked->mechanism == NULL && control->code == 535 &&
		       !said_password(control->transcript);
	if (error == MSUB_AUTH_MECHANISM)
		return asked->mechanism != NULL || asked->security == PHONE_PLAIN;
	return error == MSUB_AUTH_CLEAR && asked->security == PHONE_PLAIN;
}

bool check_control(
	void *context, const struct trial_wish *wish, struct control *control, struct sentence *why)
{
	static const char *const readable[] = {"PLAIN", "LOGIN"};
	struct check_control *asked = context;
	if (asked->begins != NULL)
		asked->begins(asked->begins_context);
	if (!begin_listening(asked, control, why))
		return false;
	enum msub_error error = submit(asked, wish, control);
	bool unnamed = asked->mechanism == NULL;
	for (size_t i = 0; unnamed && i < 2 && helps_to_name_one(asked, error, control); i++) {
		asked->mechanism = readable[i];
		control_free(control);
		if (!begin_listening(asked, control, why))
			return false;
		error = submit(asked, wish, control);
	}
	return error != MSUB_MEMORY;
}

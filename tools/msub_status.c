/* status: a row for each error. */
#include "msub_status.h"

#include <string.h>
#include <strings.h>
#include <sysexits.h>

struct row {
	int status;
	const char *advice;
};

static const struct row rows[MSUB_ERROR_COUNT] = {
	[MSUB_OK] = {EX_OK, ""},
	[MSUB_MEMORY] = {EX_OSERR, "free some memory and try again"},
	[MSUB_USE] = {EX_SOFTWARE, "this is a fault of msub: please report it"},
	[MSUB_SETTINGS] = {EX_CONFIG, "see msub --help"},
	[MSUB_ADDRESS] = {EX_DATAERR, "write it as ann@example.net"},
	[MSUB_ADDRESS_NOT_ASCII] = {EX_DATAERR, "use an address in ASCII"},
	[MSUB_NO_RECIPIENT] = {EX_USAGE, "name recipients, or let them be read with -t"},
	[MSUB_SOURCE] = {EX_IOERR, "look whether the message can be read"},
	[MSUB_HOST] = {EX_NOHOST, "check --host"},
	[MSUB_CONNECT] = {EX_TEMPFAIL, "check --host and --port, or try again later"},
	[MSUB_TLS] = {EX_UNAVAILABLE,
		"check --host and --port; name the authority to trust with --tls-trust-file"},
	[MSUB_TLS_MISSING] = {EX_UNAVAILABLE,
		"try --tls-starttls=off, or --tls=off if everybody on the way may read it"},
	[MSUB_TLS_REFUSED] = {EX_UNAVAILABLE, "try --tls-starttls=off, or try again later"},
	[MSUB_TLS_INJECTED] = {EX_PROTOCOL,
		"somebody on the way, or the server, is at fault: do not trust this connection"},
	[MSUB_LOST] = {EX_TEMPFAIL, "try again later"},
	[MSUB_TIMEOUT] = {EX_TEMPFAIL, "try again later, or give it longer with --timeout"},
	[MSUB_CLOSING] = {EX_UNAVAILABLE, "ask the server's postmaster"},
	[MSUB_PROTOCOL] = {EX_PROTOCOL,
		"check --host, --port and --tls; --debug shows the dialogue"},
	[MSUB_AUTH_MISSING] = {EX_UNAVAILABLE,
		"some servers offer it only inside TLS (--tls); or use --auth=off"},
	[MSUB_AUTH_MECHANISM] = {EX_UNAVAILABLE,
		"try another --auth; --debug shows what is offered"},
	[MSUB_AUTH_CLEAR] = {EX_CONFIG, "use --tls, or consent with --auth=plain or --auth=login"},
	[MSUB_AUTH_REFUSED] = {EX_NOPERM, "check --user and the password"},
	[MSUB_AUTH_UNPROVEN] = {EX_NOPERM,
		"it may be another server than you think: check --host, and use --tls"},
	[MSUB_LOGIN_SUSPECTED] = {EX_NOPERM, "try again later"},
	[MSUB_REFUSED] = {EX_UNAVAILABLE, "ask the server's postmaster"},
	[MSUB_TOO_LARGE] = {EX_DATAERR, "make the message smaller"},
	[MSUB_EIGHT_BIT] = {EX_DATAERR,
		"encode it as quoted-printable or base64, or send it as it is with --eight-bit=send"},
	[MSUB_TOO_MANY] = {EX_DATAERR, "send it in parts with --partial, or to fewer at once"},
	/* the lightest: what counts is the status of the one who was refused */
	[MSUB_OTHER_REFUSED] = {EX_TEMPFAIL, "take out who was refused, and send it again"},
	[MSUB_NOT_OFFERED] = {EX_UNAVAILABLE, "ask for less, or send it through another server"},
	[MSUB_ENDED] = {EX_TEMPFAIL, "send it again"},
};

/*
 * What TLS failed at is known by the library's sentence. The words stand at its front, where no
 * server's name can be.
 */
static const struct {
	const char *front, *advice;
} tls_advices[] = {
	{"the server wants a client certificate",
		"name yours with --tls-cert-file and --tls-key-file"},
	{"the server does not trust our certificate",
		"name another with --tls-cert-file and --tls-key-file"},
	{"the server refuses our certificate",
		"name another with --tls-cert-file and --tls-key-file"},
	{"the server cannot use our certificate",
		"name another with --tls-cert-file and --tls-key-file"},
	{"the server finds our certificate",
		"name another with --tls-cert-file and --tls-key-file"},
	{"the server accepts none", "see --tls-priorities in msub(1)"},
	{"the server finds the offered cipher suites", "see --tls-priorities in msub(1)"},
	{"the server knows a newer TLS version", "see --tls-priorities in msub(1)"},
	{"the server chose a", "check --host and --port; see --tls-priorities in msub(1)"},
	{"the server does not know the name", "check --host, or name it with --tls-host-override"},
	{"the server does not speak TLS here", "check --port and --tls-starttls"},
	{"the certificate's SHA-", "look at it with --serverinfo, and set --tls-fingerprint only "
				   "if its postmaster confirms it"},
	{"the certificate's fingerprint cannot be computed", "check --host and --port"},
	{"the server broke off", "check --host, --port and the --tls options"},
};

static const char *tls_advice(const struct msub_failure *why)
{
	const char *text = why->error == MSUB_TLS && why->text != NULL ? why->text : "";
	for (size_t i = 0; i < sizeof tls_advices / sizeof *tls_advices; i++) {
		if (strncmp(text, tls_advices[i].front, strlen(tls_advices[i].front)) == 0)
			return tls_advices[i].advice;
	}
	return NULL;
}

static bool is_refused_recipient(const struct msub_failure *why)
{
	return why->error == MSUB_REFUSED && why->phase == MSUB_PHASE_RECIPIENT;
}

/* ---- refusals that a login might cure ---- */

enum access {
	ACCESS_IS_NOT_IT,
	ACCESS_MAYBE, /* security or policy: who knows whose */
	ACCESS_WORDS, /* the server speaks of logins or of relaying */
	ACCESS_CODE   /* a code that means nothing else */
};

static bool holds_word(const char *text)
{
	static const char *const words[] = {
		"authentic", "relay", "log in", "login", "sign in", "rcpthosts"};
	for (; *text != 0; text++) {
		for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
			if (strncasecmp(text, words[i], strlen(words[i])) == 0)
				return true;
		}
	}
	return false;
}

/* Whether it was refused for who sends it (RFC 4954 6; 513 as some relays say it). */
static enum access access_of(const struct msub_failure *why)
{
	const struct msub_reply *reply = &why->reply;
	int code = reply->code, subject = reply->enhanced[1];
	bool envelope = why->phase >= MSUB_PHASE_MAIL && why->phase <= MSUB_PHASE_DATA;
	if (why->error != MSUB_REFUSED || !envelope || code / 100 != 5)
		return ACCESS_IS_NOT_IT;
	if (code == 513 || code == 530 || code == 534 || code == 535 || code == 538)
		return ACCESS_CODE;
	if (subject == 1 || subject == 2) /* the address, the mailbox (RFC 3463 3) */
		return ACCESS_IS_NOT_IT;
	if (holds_word(reply->text))
		return ACCESS_WORDS;
	return subject == 7 ? ACCESS_MAYBE : ACCESS_IS_NOT_IT;
}

/* The status of a refusal that is about access, or 0 where it is about something else. */
static int access_status(const struct msub_failure *why, bool user)
{
	enum access access = access_of(why);
	if (access == ACCESS_CODE || (access == ACCESS_WORDS && !user))
		return EX_NOPERM;
	return access == ACCESS_MAYBE && !user ? EX_UNAVAILABLE : 0;
}

static const char *access_advice(const struct msub_failure *why, bool user)
{
	switch (access_of(why)) {
	case ACCESS_CODE:
		return user ? "check --user and --from: this login may not send it"
			    : "a login is needed: name who logs in with --user";
	case ACCESS_WORDS:
		return user ? NULL
			    : "a login seems to be needed: name who logs in with --user; or else "
			      "check the address";
	case ACCESS_MAYBE:
		return user ? NULL
			    : "a login may be needed (--user); or else ask the server's postmaster";
	case ACCESS_IS_NOT_IT:
		break;
	}
	return NULL;
}

/* ---- statuses and advice ---- */

int status_of(const struct msub_result *result, bool user)
{
	const struct msub_failure *why = &result->why;
	if (result->outcome == MSUB_ACCEPTED)
		return EX_OK;
	if (result->outcome == MSUB_MAYBE || why->retry == MSUB_RETRY_UNSURE)
		return EX_SOFTWARE;
	if (result->outcome == MSUB_REFUSED_FOR_NOW || why->reply.code / 100 == 4)
		return EX_TEMPFAIL;
	if (access_status(why, user) != 0)
		return access_status(why, user);
	if (is_refused_recipient(why))
		return EX_DATAERR;
	return (unsigned int)why->error < MSUB_ERROR_COUNT && why->error != MSUB_OK
		       ? rows[why->error].status
		       : EX_SOFTWARE;
}

int status_worse(int first, int second)
{
	static const int lighter[] = {EX_TEMPFAIL, EX_OK};
	if (first == EX_SOFTWARE || second == EX_SOFTWARE)
		return EX_SOFTWARE;
	if (first == STATUS_PARTLY || second == STATUS_PARTLY)
		return STATUS_PARTLY;
	for (size_t i = sizeof lighter / sizeof *lighter; i > 0; i--) {
		if (first == lighter[i - 1])
			return second;
		if (second == lighter[i - 1])
			return first;
	}
	return first;
}

int status_of_mail(const struct msub_message *message, bool user)
{
	struct msub_result result;
	int status = EX_OK;
	for (size_t i = 0; msub_message_result(message, i, &result); i++)
		status = status_worse(status, status_of(&result, user));
	if (status == EX_OK || status == EX_SOFTWARE)
		return status;
	return msub_message_count(message, MSUB_ACCEPTED) > 0 ? STATUS_PARTLY : status;
}

/* 452 at RCPT says it of too many (RFC 5321 4.5.3.1.10), unless 4.2.2 says that a box is full. */
bool status_is_crowded(const struct msub_failure *why)
{
	int subject = why->reply.enhanced[1];
	return why->error == MSUB_REFUSED && why->phase == MSUB_PHASE_RECIPIENT &&
	       why->reply.code == 452 && (why->reply.enhanced[0] == 0 || subject == 5);
}

const char *status_advice_on(enum msub_error error)
{
	return (unsigned int)error < MSUB_ERROR_COUNT ? rows[error].advice : "";
}

const char *status_advice(const struct msub_result *result, bool user)
{
	const struct msub_failure *why = &result->why;
	if (result->outcome == MSUB_ACCEPTED)
		return "";
	if (result->outcome == MSUB_MAYBE || why->retry == MSUB_RETRY_UNSURE)
		return "it may have been delivered: look before you send it again";
	if (result->outcome == MSUB_REFUSED_FOR_NOW || why->reply.code / 100 == 4)
		return "try again later";
	const char *advice = why->error == MSUB_TLS ? tls_advice(why) : access_advice(why, user);
	if (advice != NULL)
		return advice;
	if (is_refused_recipient(why))
		return "check the address";
	if (why->error == MSUB_REFUSED && why->phase == MSUB_PHASE_MAIL)
		return user ? "check the sender (--from)"
			    : "check the sender (--from), and whether a login is needed (--user)";
	return status_advice_on(why->error);
}

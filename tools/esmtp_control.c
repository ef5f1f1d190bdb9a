/* handset-esmtp-control: a request from standard input, an answer to standard output. */
#include "esmtp_control.h"

#include "text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const result_names[] = {[ESMTP_SENDS] = "sends",
	[ESMTP_LOGIN_REFUSED] = "login-refused",
	[ESMTP_REFUSED] = "refused",
	[ESMTP_TLS_FAILED] = "tls-failed",
	[ESMTP_NO_CONNECTION] = "no-connection",
	[ESMTP_HUNG] = "hung",
	[ESMTP_NOT_POSSIBLE] = "not-possible"};

/* --- the request --- */

static bool read_request(json_t *json, struct esmtp_request *request)
{
	json_error_t error;
	const char *security;
	json_int_t port, patience;
	int insecure = 0;
	int wrong = json_unpack_ex(json, &error, JSON_STRICT,
		"{s:s, s:I, s:s, s?s, s?s, s?b, s?s, s?s, s:s, s:s, s:s, s:I}", "host",
		&request->host, "port", &port, "security", &security, "name", &request->name,
		"trust-file", &request->trust_file, "insecure", &insecure, "user", &request->user,
		"password", &request->password, "from", &request->from, "to", &request->to,
		"message", &request->message, "patience-ms", &patience);
	if (wrong || port < 1 || port > 65535 || patience < 1 || patience > 3600 * 1000 ||
		(request->user == NULL) != (request->password == NULL))
		return false;
	request->port = (unsigned int)port;
	request->patience_ms = (long)patience;
	request->insecure = insecure != 0;
	request->starttls = strcmp(security, "starttls") == 0;
	return request->starttls || strcmp(security, "none") == 0;
}

/* libESMTP writes addresses and text as they are: a line break would be a command. */
static bool is_clean(const char *text)
{
	return !octets_contain(octets_of(text), "\r\n<>");
}

/* NULL: it is; else why this control cannot do it. */
static const char *refusal_of(const struct esmtp_request *request)
{
	if (octets_contain(octets_of(request->host), ":"))
		return "libESMTP knows no server by an address of IPv6";
	if (request->name != NULL && (!is_clean(request->name) || strchr(request->name, ' ')))
		return "libESMTP would write this name of a host as it is";
	if (!is_clean(request->host) || !is_clean(request->from) || !is_clean(request->to))
		return "libESMTP would write these addresses as they are";
	return NULL;
}

/* --- the answer --- */

static json_t *dialogue_of(const struct transcript *transcript)
{
	json_t *dialogue = json_array();
	for (size_t i = 0; i < transcript_count(transcript); i++) {
		struct buffer line;
		buffer_init(&line, &memory_standard, 1 << 20);
		transcript_write_event_json(&line, transcript_at(transcript, i));
		json_array_append_new(
			dialogue, json_loadb(buffer_string(&line), line.len, 0, NULL));
		buffer_free(&line);
	}
	return dialogue;
}

static void describe(struct buffer *out, const struct esmtp_failure *failure,
	const struct esmtp_session *session)
{
	switch (failure->result) {
	case ESMTP_SENDS:
		buffer_append_text(out, "libESMTP sends");
		return;
	case ESMTP_NOT_POSSIBLE:
		buffer_format(out, "libESMTP cannot do it: %s",
			strcmp(failure->step, "tls") == 0 ? "no TLS up to 1.2 was agreed on"
							  : "none of its mechanisms is offered");
		break;
	default:
		buffer_format(
			out, "libESMTP: %s at %s", result_names[failure->result], failure->step);
	}
	if (failure->reply.len > 0) {
		buffer_append_text(out, ": ");
		text_escape(out, octets_cut(failure->reply, 300));
	} else if (session->why[0] != 0) {
		buffer_format(out, ": %s", session->why);
	}
}

static void answer(const struct esmtp_failure *failure, const char *sentence, json_t *dialogue)
{
	struct buffer reply;
	buffer_init(&reply, &memory_standard, 4096);
	text_escape(&reply, octets_cut(failure->reply, 480));
	json_t *json = json_pack("{s:s, s:s, s:i, s:s, s:s, s:o}", "result",
		result_names[failure->result], "step", failure->step, "code", (int)failure->code,
		"reply", buffer_string(&reply), "sentence", sentence, "dialogue", dialogue);
	json_dumpf(json, stdout, JSON_COMPACT | JSON_SORT_KEYS);
	putchar('\n');
	fflush(stdout);
	json_decref(json);
	buffer_free(&reply);
}

static void refuse(const char *why)
{
	struct esmtp_failure failure = {.result = ESMTP_NOT_POSSIBLE, .step = ""};
	answer(&failure, why, json_array());
}

/* The exit status; an answer was given where it is 0. */
static int control(const struct esmtp_request *request)
{
	struct esmtp_session session = {.transcript = NULL};
	struct buffer sentence;
	if (refusal_of(request) != NULL) {
		refuse(refusal_of(request));
		return 0;
	}
	/* Whoever started it may have been killed; libESMTP has no bound for all of a session. */
	alarm((unsigned int)(request->patience_ms / 1000 * 12 + 60));
	if (!esmtp_session_run(request, &session))
		return 4;
	struct esmtp_failure failure = esmtp_session_read(request, &session);
	buffer_init(&sentence, &memory_standard, 4096);
	describe(&sentence, &failure, &session);
	answer(&failure, buffer_string(&sentence), dialogue_of(session.transcript));
	buffer_free(&sentence);
	transcript_free(session.transcript);
	return 0;
}

/*
 * Ends without looking back: 1.1.0 of libESMTP frees a TLS context in some endings and not in
 * others, and twice where it is freed by its owner as well.
 */
int main(int argc, char **argv)
{
	struct esmtp_request request = {.host = NULL};
	int status = 2;
	(void)argv;
	if (argc > 1 || isatty(0)) {
		fprintf(stderr,
			"handset-esmtp-control: handset check runs this program; it reads a request "
			"from standard input\n");
		return 2;
	}
	json_t *json = json_loadf(stdin, JSON_REJECT_DUPLICATES, NULL);
	if (read_request(json, &request))
		status = control(&request);
	else
		fprintf(stderr,
			"handset-esmtp-control: the request is not what this program reads\n");
	json_decref(json);
	fflush(stdout);
	_exit(status);
}

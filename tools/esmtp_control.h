/*
 * esmtp_control: sends one message by libESMTP and says how it went.
 *
 * A program of its own, handset-esmtp-control, because libESMTP brings another TLS library along,
 * keeps its callbacks per process, cannot be stopped from within, and is not everywhere. It reads
 * one JSON object from standard input, where the password is as safe as in any pipe, and writes
 * one line of JSON to standard output:
 *
 *   {"host": "mail.example.net", "port": 587, "security": "none"|"starttls", "name": in EHLO,
 *    "trust-file": FILE, "insecure": false, "user": …, "password": …,
 *    "from": ADDRESS, "to": ADDRESS, "message": TEXT, "patience-ms": 10000}
 *
 *   {"result":
 * "sends"|"login-refused"|"refused"|"tls-failed"|"no-connection"|"hung"|"not-possible", "step":
 * "recipient", "code": 535, "reply": "535 …", "sentence": "…", "dialogue": [event, …]}
 *
 * What libESMTP cannot do (TLS from the first octet, TLS above 1.2, a server that is an IPv6
 * address, CRAM-MD5) is "not-possible", and says nothing about the server.
 */
#ifndef TOOLS_ESMTP_CONTROL_H
#define TOOLS_ESMTP_CONTROL_H

#include "transcript.h"

/* Texts are lent by the request's JSON; NULL: not said. */
struct esmtp_request {
	const char *host, *name, *trust_file, *user, *password, *from, *to, *message;
	unsigned int port;
	bool starttls, insecure;
	long patience_ms;
};

enum esmtp_result {
	ESMTP_SENDS,
	ESMTP_LOGIN_REFUSED,
	ESMTP_REFUSED,
	ESMTP_TLS_FAILED,
	ESMTP_NO_CONNECTION,
	ESMTP_HUNG,
	ESMTP_NOT_POSSIBLE
};

/* What only the library knows of a session, beside what was said. */
struct esmtp_session {
	struct transcript *transcript;
	bool tls_up, certificate_refused;
	bool taken;    /* the library counts the message as taken; what it does not show it knows */
	char why[256]; /* the library's own error; "" */
};

/* Where a session failed; `step` as in records, `reply` lent by the transcript. */
struct esmtp_failure {
	enum esmtp_result result;
	const char *step;
	unsigned int code;
	struct octets reply;
};

/* Blocks for the whole session. False for want of memory. */
bool esmtp_session_run(const struct esmtp_request *request, struct esmtp_session *session);
/* What came of it. */
struct esmtp_failure esmtp_session_read(
	const struct esmtp_request *request, const struct esmtp_session *session);

#endif

/* esmtp_control_session: libESMTP, and its dialogue as a transcript. */
#include "esmtp_control.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <auth-client.h>
#include <libesmtp.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct driver {
	const struct esmtp_request *request;
	struct esmtp_session *session;
	const struct observer *observer;
	bool go_ahead; /* the last reply was 354: the text follows, which libESMTP does not show */
};

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- what is said --- */

static void show(struct driver *driver, enum wire_side side, struct octets octets)
{
	driver->observer->octets(driver->observer->context, side, octets, now_ms());
}

/* The last line of what the server said begins with 354. */
static bool goes_ahead(struct octets said)
{
	size_t line = 0;
	for (size_t i = 0; i + 1 < said.len; i++)
		line = said.at[i] == '\n' ? i + 1 : line;
	return octets_start_nocase(octets_from(said, line), "354");
}

/*
 * The library shows neither a message's text nor its dot, nor what a chunk holds: without the dot
 * the transcript would take what follows for text.
 */
static void hear(const char *text, int len, int writing, void *context)
{
	struct driver *driver = context;
	struct octets said = octets_make(text, len > 0 ? (size_t)len : 0);
	if (said.len == 0)
		return;
	if (driver->go_ahead)
		show(driver, WIRE_CLIENT, octets_of(".\r\n"));
	driver->go_ahead = false;
	if (writing != 0 && octets_start_nocase(said, "BDAT")) {
		transcript_remark(driver->session->transcript, "the message, as a chunk (BDAT)");
		return;
	}
	show(driver, writing != 0 ? WIRE_CLIENT : WIRE_SERVER, said);
	driver->go_ahead = writing == 0 && goes_ahead(said);
	if (driver->go_ahead)
		transcript_remark(driver->session->transcript, "the message");
}

/* --- the login --- */

static int answer(auth_client_request_t asked, char **results, int fields, void *context)
{
	const struct esmtp_request *request = context;
	for (int i = 0; i < fields; i++) {
		union {
			const char *lent;
			char *taken; /* the library only reads it */
		} text = {(asked[i].flags & AUTH_PASS) != 0 ? request->password : request->user};
		results[i] = text.taken;
	}
	return 1;
}

/* --- TLS --- */

/* The library sends no name of the server with its hello, which servers of many names want. */
static void name_the_server(const SSL *ssl, int where, int result)
{
	union {
		const SSL *lent;
		SSL *session; /* the callback has it const, the call not */
	} pointer = {ssl};
	char *host = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)); /* the macro wants no const */
	struct in_addr address;
	(void)result;
	if ((where & SSL_CB_HANDSHAKE_START) != 0 && inet_pton(AF_INET, host, &address) != 1)
		SSL_set_tlsext_host_name(pointer.session, host);
}

/*
 * The name is checked by OpenSSL against the host that was asked for: libESMTP itself compares
 * with the name that DNS returned. Above TLS 1.2 the library may wait for a reply to what it has
 * not sent yet.
 */
static SSL_CTX *make_context(const struct esmtp_request *request)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	struct in_addr address;
	if (context == NULL)
		return NULL;
	union {
		const char *lent;
		void *data;
	} host = {request->host};
	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_app_data(context, host.data);
	SSL_CTX_set_info_callback(context, name_the_server);
	X509_VERIFY_PARAM *check = SSL_CTX_get0_param(context);
	bool good = inet_pton(AF_INET, request->host, &address) == 1
			    ? X509_VERIFY_PARAM_set1_ip_asc(check, request->host) == 1
			    : X509_VERIFY_PARAM_set1_host(check, request->host, 0) == 1;
	good = good &&
	       (request->trust_file != NULL ? SSL_CTX_load_verify_locations(
						      context, request->trust_file, NULL) == 1
					    : SSL_CTX_set_default_verify_paths(context) == 1);
	if (good)
		return context;
	SSL_CTX_free(context);
	return NULL;
}

static void take_event(smtp_session_t session, int number, void *context, ...)
{
	struct driver *driver = context;
	va_list arguments;
	int *taken = NULL;
	(void)session;
	va_start(arguments, context);
	switch (number) {
	case SMTP_EV_STARTTLS_OK:
		driver->session->tls_up = true;
		driver->observer->tls(
			driver->observer->context, "TLS up to 1.2, by libESMTP", NULL, now_ms());
		break;
	case SMTP_EV_INVALID_PEER_CERTIFICATE: {
		long why = va_arg(arguments, long);
		taken = va_arg(arguments, int *);
		*taken = driver->request->insecure;
		driver->session->certificate_refused |= *taken == 0;
		if (*taken == 0)
			snprintf(driver->session->why, sizeof driver->session->why, "%s",
				X509_verify_cert_error_string(why));
		break;
	}
	case SMTP_EV_NO_PEER_CERTIFICATE:
		taken = va_arg(arguments, int *);
		*taken = driver->request->insecure;
		driver->session->certificate_refused |= *taken == 0;
		break;
	case SMTP_EV_WRONG_PEER_CERTIFICATE: /* by its own way of looking; ours went before */
	case SMTP_EV_NO_CLIENT_CERTIFICATE:
	case SMTP_EV_UNUSABLE_CLIENT_CERTIFICATE:
	case SMTP_EV_UNUSABLE_CA_LIST:
		taken = va_arg(arguments, int *);
		*taken = 1;
		break;
	case SMTP_EV_WEAK_CIPHER:
		(void)va_arg(arguments, int);
		taken = va_arg(arguments, int *);
		*taken = 1;
		break;
	default:
		break;
	}
	va_end(arguments);
}

/* --- the session --- */

static bool prepare(const struct esmtp_request *request, struct driver *driver,
	smtp_session_t session, auth_context_t login)
{
	char server[300];
	static const int timeouts[] = {
		Timeout_GREETING, Timeout_ENVELOPE, Timeout_DATA, Timeout_TRANSFER, Timeout_DATA2};
	union {
		const struct esmtp_request *lent;
		void *data;
	} asked = {request};
	snprintf(server, sizeof server, "%s:%u", request->host, request->port);
	smtp_set_server(session, server);
	if (request->name != NULL && smtp_set_hostname(session, request->name) != 1)
		return false;
	smtp_set_monitorcb(session, hear, driver, 0);
	smtp_set_eventcb(session, take_event, driver);
	for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++)
		smtp_set_timeout(session, timeouts[i] | Timeout_OVERRIDE_RFC2822_MINIMUM,
			request->patience_ms);
	if (request->user != NULL) {
		auth_set_mechanism_flags(login, AUTH_PLUGIN_PLAIN, 0);
		auth_set_interact_cb(login, answer, asked.data);
		smtp_auth_set_context(session, login);
	}
	if (!request->starttls)
		return true;
	SSL_CTX *context = make_context(request); /* not given back: see main() */
	return context != NULL && smtp_starttls_set_ctx(session, context) == 1 &&
	       smtp_starttls_enable(session, Starttls_REQUIRED) == 1;
}

static bool add_message(const struct esmtp_request *request, smtp_session_t session)
{
	smtp_message_t message = smtp_add_message(session);
	union {
		const char *lent;
		void *data;
	} text = {request->message};
	return message != NULL && smtp_set_reverse_path(message, request->from) == 1 &&
	       smtp_set_message_str(message, text.data) == 1 &&
	       smtp_add_recipient(message, request->to) != NULL;
}

/* Of the one message. What leaves with a chunk in one write is not shown: this is known all the
 * same. */
static void look_at_message(smtp_message_t message, void *context)
{
	struct esmtp_session *result = context;
	const smtp_status_t *status = smtp_message_transfer_status(message);
	result->taken = status != NULL && status->code / 100 == 2;
}

static void converse(smtp_session_t session, struct esmtp_session *result)
{
	smtp_start_session(session);
	smtp_enumerate_messages(session, look_at_message, result);
	if (result->why[0] == 0 && smtp_errno() != 0)
		smtp_strerror(smtp_errno(), result->why, sizeof result->why);
	transcript_flush(result->transcript);
}

bool esmtp_session_run(const struct esmtp_request *request, struct esmtp_session *result)
{
	struct driver driver = {.request = request, .session = result};
	result->transcript = transcript_new(&memory_standard, false);
	if (result->transcript == NULL)
		return false;
	driver.observer = transcript_observer(result->transcript);
	auth_client_init();
	smtp_session_t session = smtp_create_session();
	auth_context_t login = auth_create_context();
	bool good = session != NULL && login != NULL;
	if (good && prepare(request, &driver, session, login) && add_message(request, session))
		converse(session, result);
	else if (good)
		snprintf(result->why, sizeof result->why, "libESMTP takes no such session: %s",
			request->trust_file != NULL ? request->trust_file : request->host);
	if (session != NULL)
		smtp_destroy_session(session);
	if (login != NULL)
		auth_destroy_context(login);
	auth_client_exit();
	return good;
}

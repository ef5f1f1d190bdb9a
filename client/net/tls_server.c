/* tls_server: credentials from files or made on the fly, and the sessions that use them. */
#include "tls_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certificate.h"
#include "clock.h"
#include "tls_internal.h"
#include "tls_sessions.h"

/* TLS 1.0 and 1.1 are in NORMAL; 3DES, RC4 and MD5 are in no keyword and must be named. */
static const char default_priority[] =
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0"
	":+3DES-CBC:+ARCFOUR-128:+MD5";

enum { DAY = 86400, VALID_DAYS = 30, CA_NAMES_MAX = 2000 };

struct tls_server {
	const struct memory *memory;
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
	gnutls_datum_t ticket_key;     /* empty: no tickets */
	struct tls_sessions *sessions; /* NULL: none is remembered */
	char *ca_file;
	bool ca_file_is_temporary;
	bool asks_certificate;
};

struct made_certificates {
	struct certificate authority, ecdsa, rsa;
};

static bool refuse(struct sentence *why, const char *what, int error)
{
	sentence_set(why, "%s: %s", what, gnutls_strerror(error));
	return false;
}

/*
 * The authority has an RSA key, so that a client that knows no ECDSA can check the whole chain
 * of the RSA certificate.
 */
static bool make_certificates(
	const char *host, struct made_certificates *made, struct sentence *why)
{
	uint64_t now = clock_unix();
	struct certificate_wish wish = {.kind = CERTIFICATE_RSA,
		.common_name = "Authority of a test server",
		.from_unix = now - DAY,
		.until_unix = now + VALID_DAYS * DAY};
	if (!certificate_make(&wish, &made->authority, why))
		return false;
	size_t count = 0;
	if (host != NULL && host[0] != 0)
		wish.names[count++] = host;
	wish.names[count++] = "localhost";
	wish.names[count++] = "127.0.0.1";
	wish.names[count++] = "::1";
	wish.common_name = wish.names[0];
	wish.signer = &made->authority;
	if (!certificate_make(&wish, &made->rsa, why))
		return false;
	wish.kind = CERTIFICATE_ECDSA;
	return certificate_make(&wish, &made->ecdsa, why);
}

static bool name_ca_file(struct tls_server *server, const char *file, struct sentence *why)
{
	char name[] = "/tmp/test-authority-XXXXXX";
	if (file == NULL) {
		int descriptor = mkstemp(name);
		if (descriptor < 0) {
			sentence_set(why, "no temporary file could be made for the authority");
			return false;
		}
		close(descriptor);
		server->ca_file_is_temporary = true;
		file = name;
	}
	server->ca_file = memory_copy_text(server->memory, file, strlen(file));
	if (server->ca_file == NULL)
		sentence_set(why, "no memory for TLS");
	if (server->ca_file == NULL && server->ca_file_is_temporary)
		unlink(name);
	return server->ca_file != NULL;
}

static bool use_certificate(
	struct tls_server *server, struct certificate *certificate, struct sentence *why)
{
	int error = gnutls_certificate_set_x509_key(
		server->credentials, &certificate->crt, 1, certificate->key);
	return error >= 0 || refuse(why, "a made certificate is of no use", error);
}

static bool use_made(
	struct tls_server *server, const struct tls_server_settings *settings, struct sentence *why)
{
	struct made_certificates made = {0};
	bool good = make_certificates(settings->host, &made, why) &&
		    name_ca_file(server, settings->ca_file, why) &&
		    certificate_write(&made.authority, server->ca_file, why) &&
		    use_certificate(server, &made.ecdsa, why) &&
		    use_certificate(server, &made.rsa, why);
	certificate_free(&made.authority);
	certificate_free(&made.ecdsa);
	certificate_free(&made.rsa);
	return good;
}

static bool use_files(
	struct tls_server *server, const struct tls_server_settings *settings, struct sentence *why)
{
	if (settings->certificate_file == NULL || settings->key_file == NULL) {
		sentence_set(why, "a certificate needs its key, and a key its certificate");
		return false;
	}
	int error = gnutls_certificate_set_x509_key_file(server->credentials,
		settings->certificate_file, settings->key_file, GNUTLS_X509_FMT_PEM);
	if (error >= 0)
		return true;
	sentence_set(why, "certificate %s and key %s cannot be used: %s",
		settings->certificate_file, settings->key_file, gnutls_strerror(error));
	return false;
}

/* A request for a client certificate grows with the names of the authorities in it. */
static bool ask_for_certificate(struct tls_server *server, unsigned int names, struct sentence *why)
{
	uint64_t now = clock_unix();
	for (unsigned int i = 0; i < names; i++) {
		char name[48];
		struct certificate made;
		snprintf(name, sizeof name, "Authority number %u of a long list", i + 1);
		struct certificate_wish wish = {.kind = CERTIFICATE_ECDSA,
			.common_name = name,
			.from_unix = now - DAY,
			.until_unix = now + VALID_DAYS * DAY};
		if (!certificate_make(&wish, &made, why))
			return false;
		int error = gnutls_certificate_set_x509_trust(server->credentials, &made.crt, 1);
		certificate_free(&made);
		if (error < 0)
			return refuse(why, "the list of authorities could not be made", error);
	}
	server->asks_certificate = names > 0;
	return true;
}

static bool set_up(
	struct tls_server *server, const struct tls_server_settings *settings, struct sentence *why)
{
	const char *priority = settings->priority == NULL ? default_priority : settings->priority;
	int error = gnutls_certificate_allocate_credentials(&server->credentials);
	if (error == 0)
		error = gnutls_priority_init(&server->priority, priority, NULL);
	if (error != 0)
		return refuse(why, "this build cannot offer the TLS asked for", error);
	if (!settings->no_resumption) {
		error = gnutls_session_ticket_key_generate(&server->ticket_key);
		server->sessions = tls_sessions_new(server->memory);
		if (error == 0 && server->sessions == NULL)
			error = GNUTLS_E_MEMORY_ERROR;
	}
	if (error == 0)
		error = gnutls_certificate_set_known_dh_params(
			server->credentials, GNUTLS_SEC_PARAM_MEDIUM);
	if (error != 0)
		return refuse(why, "TLS cannot be set up", error);
	unsigned int names = settings->ca_names < CA_NAMES_MAX ? settings->ca_names : CA_NAMES_MAX;
	if (!ask_for_certificate(server, names, why))
		return false;
	if (settings->certificate_file == NULL && settings->key_file == NULL)
		return use_made(server, settings, why);
	return use_files(server, settings, why);
}

struct tls_server *tls_server_new(const struct memory *memory,
	const struct tls_server_settings *settings, struct sentence *why)
{
	struct tls_server *server = memory_new(memory, 1, sizeof *server);
	if (server == NULL) {
		sentence_set(why, "no memory for TLS");
		return NULL;
	}
	server->memory = memory;
	if (set_up(server, settings, why))
		return server;
	tls_server_free(server);
	return NULL;
}

void tls_server_free(struct tls_server *server)
{
	if (server == NULL)
		return;
	if (server->ca_file_is_temporary && server->ca_file != NULL)
		unlink(server->ca_file);
	memory_free_text(server->memory, server->ca_file);
	tls_sessions_free(server->sessions);
	if (server->ticket_key.data != NULL)
		gnutls_memset(server->ticket_key.data, 0, server->ticket_key.size);
	gnutls_free(server->ticket_key.data);
	if (server->priority != NULL)
		gnutls_priority_deinit(server->priority);
	if (server->credentials != NULL)
		gnutls_certificate_free_credentials(server->credentials);
	memory_free(server->memory, server, sizeof *server);
}

const char *tls_server_ca_file(const struct tls_server *server)
{
	return server->ca_file;
}

struct tls *tls_server_accept(struct tls_server *server, int descriptor, struct sentence *why)
{
	struct tls *tls = tls_new(server->memory, descriptor, GNUTLS_SERVER, why);
	if (tls == NULL)
		return NULL;
	int error = gnutls_priority_set(tls->session, server->priority);
	if (error == 0)
		error = gnutls_credentials_set(
			tls->session, GNUTLS_CRD_CERTIFICATE, server->credentials);
	if (error == 0 && server->ticket_key.size > 0)
		error = gnutls_session_ticket_enable_server(tls->session, &server->ticket_key);
	if (error != 0) {
		refuse(why, "TLS cannot be set up", error);
		tls_free(tls);
		return NULL;
	}
	if (server->sessions != NULL)
		tls_sessions_use(server->sessions, tls->session);
	gnutls_certificate_server_set_request(
		tls->session, server->asks_certificate ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
	return tls;
}

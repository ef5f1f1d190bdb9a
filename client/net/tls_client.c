/* tls_client: trust, names, and the check of the server's certificate. */
#include <gnutls/x509.h>
#include <string.h>

#include "endpoint.h"
#include "tls_internal.h"

/* What `priority` NULL stands for. */
static const char default_priority[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

struct tls_trust {
	const struct memory *memory;
	gnutls_certificate_credentials_t credentials;
};

static int load(struct tls_trust *trust, const char *file)
{
	if (file == NULL)
		return gnutls_certificate_set_x509_system_trust(trust->credentials);
	return gnutls_certificate_set_x509_trust_file(
		trust->credentials, file, GNUTLS_X509_FMT_PEM);
}

struct tls_trust *tls_trust_new(const struct memory *memory, const char *file, struct sentence *why)
{
	struct tls_trust *trust = memory_new(memory, 1, sizeof *trust);
	if (trust == NULL) {
		sentence_set(why, "no memory for trusted certificates");
		return NULL;
	}
	trust->memory = memory;
	int count = gnutls_certificate_allocate_credentials(&trust->credentials);
	if (count == GNUTLS_E_SUCCESS)
		count = load(trust, file);
	if (count > 0)
		return trust;
	sentence_set(why, "no trusted certificates could be read from %s%s%s",
		file == NULL ? "the system's store" : file, count < 0 ? ": " : "",
		count < 0 ? gnutls_strerror(count) : "");
	tls_trust_free(trust);
	return NULL;
}

void tls_trust_free(struct tls_trust *trust)
{
	if (trust == NULL)
		return;
	if (trust->credentials != NULL)
		gnutls_certificate_free_credentials(trust->credentials);
	memory_free(trust->memory, trust, sizeof *trust);
}

struct tls_resumption *tls_resumption_new(const struct memory *memory)
{
	struct tls_resumption *resumption = memory_new(memory, 1, sizeof *resumption);
	if (resumption != NULL)
		resumption->memory = memory;
	return resumption;
}

static void forget(struct tls_resumption *resumption)
{
	if (resumption->data.data != NULL)
		gnutls_memset(resumption->data.data, 0, resumption->data.size);
	gnutls_free(resumption->data.data);
	resumption->data = (gnutls_datum_t){NULL, 0};
}

void tls_resumption_free(struct tls_resumption *resumption)
{
	if (resumption == NULL)
		return;
	forget(resumption);
	memory_free(resumption->memory, resumption, sizeof *resumption);
}

/*
 * With TLS 1.3 there is something to keep only after a ticket has come; asked earlier, GnuTLS
 * would wait for one.
 */
void tls_client_keep_session(struct tls *tls)
{
	if (tls->resumption == NULL || !tls->is_client || !tls->up || tls->broken)
		return;
	bool is_1_3 = gnutls_protocol_get_version(tls->session) == GNUTLS_TLS1_3;
	unsigned int flags = gnutls_session_get_flags(tls->session);
	if (is_1_3 && (flags & GNUTLS_SFLAGS_SESSION_TICKET) == 0)
		return;
	gnutls_datum_t data = {NULL, 0};
	if (gnutls_session_get_data2(tls->session, &data) != GNUTLS_E_SUCCESS)
		return;
	forget(tls->resumption);
	tls->resumption->data = data;
	tls->resumption->verified = tls->verified;
	memcpy(tls->resumption->name, tls->name, sizeof tls->name);
}

/* A resumed session shows no certificate: it is as good as the check of the first one was. */
static void offer_session(struct tls *tls)
{
	const struct tls_resumption *kept = tls->resumption;
	if (kept == NULL || kept->data.size == 0 || strcmp(kept->name, tls->name) != 0)
		return;
	if (tls->check == TLS_CHECK_STRICT && !kept->verified)
		return;
	(void)gnutls_session_set_data(tls->session, kept->data.data, kept->data.size);
}

/* GnuTLS asks this when the certificate has come, before the client proves anything. */
static int check_certificate(gnutls_session_t session)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	unsigned int status = GNUTLS_CERT_INVALID;
	if (tls->report != NULL)
		tls_report_certificate(tls);
	if (tls->check == TLS_CHECK_NONE)
		return 0;
	if (tls->check == TLS_CHECK_ASK && !tls->asked) {
		tls->asked = true;
		if (tls->ask_ms > 0)
			return GNUTLS_E_AGAIN;
	}
	const char *name = tls->name[0] == 0 ? NULL : tls->name;
	int error = gnutls_certificate_verify_peers3(session, name, &status);
	tls->verified = error == GNUTLS_E_SUCCESS && status == 0 && name != NULL;
	if (tls->verified)
		return 0;
	tls_failure_explain_certificate(tls, status);
	if (tls->check == TLS_CHECK_ASK) {
		if (tls->report != NULL)
			tls->report->why = tls->why;
		sentence_set(&tls->why, "%s", "");
		return 0;
	}
	return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

/* A scope is no part of the name, nor are brackets and the root's dot. */
static bool set_name(struct tls *tls, const char *name, bool *is_address, struct sentence *why)
{
	struct endpoint endpoint;
	struct octets octets = octets_of(name);
	if (name == NULL || octets.len == 0) {
		*is_address = false;
		return true;
	}
	*is_address = endpoint_parse(&endpoint, name, 0);
	if (*is_address && octets.at[0] == '[')
		octets = octets_cut(octets_from(octets, 1), octets.len - 2);
	if (*is_address)
		octets = octets_cut(octets, octets_find(octets, '%'));
	else if (octets.at[octets.len - 1] == '.')
		octets.len--;
	if (octets.len == 0 || octets.len >= sizeof tls->name) {
		sentence_set(why, "not a name that a certificate can carry: ");
		sentence_add_foreign(why, octets_of(name));
		return false;
	}
	memcpy(tls->name, octets.at, octets.len);
	return true;
}

static bool set_up(struct tls *tls, const struct tls_client_settings *settings,
	gnutls_certificate_credentials_t credentials, struct sentence *why)
{
	bool is_address;
	const char *priority = settings->priority;
	if (!set_name(tls, settings->name, &is_address, why) ||
		!tls_set_priority(tls, priority == NULL ? default_priority : priority, why))
		return false;
	if (settings->check == TLS_CHECK_STRICT && tls->name[0] == 0) {
		sentence_set(why, "no name to check the server's certificate against");
		return false;
	}
	/* RFC 6066 3: addresses are not sent. */
	if (tls->name[0] != 0 && !is_address && !settings->name_not_sent)
		(void)gnutls_server_name_set(
			tls->session, GNUTLS_NAME_DNS, tls->name, strlen(tls->name));
	gnutls_session_set_verify_function(tls->session, check_certificate);
	if (gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, credentials) !=
		GNUTLS_E_SUCCESS) {
		sentence_set(why, "no memory for TLS");
		return false;
	}
	offer_session(tls);
	return true;
}

struct tls *tls_client_new(const struct memory *memory, int descriptor,
	const struct tls_client_settings *settings, struct sentence *why)
{
	struct tls *tls = tls_new(memory, descriptor, true, why);
	if (tls == NULL)
		return NULL;
	tls->check = settings->check;
	tls->ask_ms = settings->ask_ms;
	tls->needs_session_id = settings->needs_session_id;
	tls->resumption = settings->resumption;
	tls->report = settings->report;
	if (settings->trust == NULL &&
		gnutls_certificate_allocate_credentials(&tls->own_credentials) != GNUTLS_E_SUCCESS)
		sentence_set(why, "no memory for TLS");
	else if (set_up(tls, settings,
			 settings->trust == NULL ? tls->own_credentials
						 : settings->trust->credentials,
			 why))
		return tls;
	tls_free(tls);
	return NULL;
}

/* tls_client: a client's session: names, priority, credentials. The check is in tls_check.c. */
#include "tls_client.h"

#include <string.h>

#include "endpoint.h"
#include "tls_internal.h"

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

/* Whether what decides about the certificate needs no name in it. */
static bool needs_no_name(const struct tls_client_settings *settings)
{
	return settings->check != TLS_CHECK_STRICT || settings->fingerprint.len > 0 ||
	       settings->known_file != NULL;
}

static bool check_settings(const struct tls *tls, struct sentence *why)
{
	const struct tls_client_settings *wish = &tls->wish;
	if (tls->name[0] == 0 && !needs_no_name(wish))
		sentence_set(why, "no name to check the server's certificate against");
	else if (wish->fingerprint.len != 0 && wish->fingerprint.len != TLS_SHA1_LEN &&
		 wish->fingerprint.len != TLS_SHA256_LEN)
		sentence_set(why, "a fingerprint has 20 octets (SHA-1) or 32 (SHA-256)");
	else if (wish->known_file != NULL && (wish->host == NULL || wish->host[0] == 0))
		sentence_set(why, "no host to look up in the file of known servers");
	else
		return true;
	return false;
}

static bool set_priority(struct tls *tls, struct sentence *why)
{
	const struct tls_client_settings *wish = &tls->wish;
	if (wish->priority != NULL)
		return tls_set_priority(tls, wish->priority, why);
	if (wish->trust == NULL)
		return tls_set_priority(tls, tls_default_priority, why);
	if (gnutls_priority_set(tls->session, wish->trust->priority) == GNUTLS_E_SUCCESS)
		return true;
	sentence_set(why, "no memory for TLS");
	return false;
}

static bool set_credentials(struct tls *tls, struct sentence *why)
{
	const struct tls_trust *trust = tls->wish.trust;
	if ((trust != NULL || gnutls_certificate_allocate_credentials(&tls->own_credentials) ==
				      GNUTLS_E_SUCCESS) &&
		gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE,
			trust == NULL ? tls->own_credentials : trust->credentials) ==
			GNUTLS_E_SUCCESS)
		return true;
	sentence_set(why, "no memory for TLS");
	return false;
}

static int ticket_came(gnutls_session_t session, unsigned int type, unsigned int when,
	unsigned int incoming, const gnutls_datum_t *message)
{
	struct tls *tls = gnutls_session_get_ptr(session);
	(void)type;
	(void)when;
	(void)message;
	tls->ticket_came = tls->ticket_came || incoming != 0;
	return 0;
}

static bool set_up(struct tls *tls, struct sentence *why)
{
	bool is_address;
	const struct tls_client_settings *wish = &tls->wish;
	if (!set_name(tls, wish->name, &is_address, why) || !check_settings(tls, why) ||
		!set_priority(tls, why) || !set_credentials(tls, why))
		return false;
	/* RFC 6066 3: addresses are not sent. */
	if (tls->name[0] != 0 && !is_address && !wish->name_not_sent &&
		gnutls_server_name_set(tls->session, GNUTLS_NAME_DNS, tls->name,
			strlen(tls->name)) != GNUTLS_E_SUCCESS) {
		sentence_set(why, "not a name that can be asked for: ");
		sentence_add_foreign(why, octets_of(tls->name));
		return false;
	}
	gnutls_session_set_verify_function(tls->session, tls_check_certificate);
	if (wish->resumption != NULL)
		gnutls_handshake_set_hook_function(tls->session,
			GNUTLS_HANDSHAKE_NEW_SESSION_TICKET, GNUTLS_HOOK_POST, ticket_came);
	tls_resumption_offer(tls);
	return true;
}

struct tls *tls_client_new(const struct memory *memory, int descriptor,
	const struct tls_client_settings *settings, struct sentence *why)
{
	/* A certificate that was named is shown also where the server's list forgets its issuer. */
	bool shows = settings->trust != NULL && settings->trust->shows;
	struct tls *tls = tls_new(
		memory, descriptor, GNUTLS_CLIENT | (shows ? GNUTLS_FORCE_CLIENT_CERT : 0), why);
	if (tls == NULL)
		return NULL;
	tls->wish = *settings;
	if (settings->report != NULL) /* of one handshake, and not of those before it */
		tls_report_clear(settings->report);
	if (set_up(tls, why))
		return tls;
	tls_free(tls);
	return NULL;
}

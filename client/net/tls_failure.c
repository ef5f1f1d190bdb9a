/* tls_failure: GnuTLS errors and alerts as sentences for people. */
#include "tls_internal.h"

static const char known_to_want[] =
	"the server wants a client certificate: show it one, with its key";

/* What the peer's alert means when it is told by this side, and what to do next. */
static const struct {
	gnutls_alert_description_t alert;
	const char *from_server, *from_client;
} alerts[] = {
	{GNUTLS_A_HANDSHAKE_FAILURE,
		"the server accepts none of the offered TLS versions and cipher suites: offer others, "
		"or tell its postmaster",
		"the client accepts none of the possible TLS versions and cipher suites"},
	{GNUTLS_A_INSUFFICIENT_SECURITY,
		"the server finds the offered cipher suites too weak: offer stronger ones",
		"the client finds the chosen cipher suite too weak"},
	{GNUTLS_A_PROTOCOL_VERSION,
		"the server accepts none of the offered TLS versions: offer others, or tell its "
		"postmaster",
		"the client accepts none of the possible TLS versions"},
	{GNUTLS_A_INAPPROPRIATE_FALLBACK,
		"the server knows a newer TLS version than it was offered: offer newer ones",
		"the client knows a newer TLS version than was chosen"},
	{GNUTLS_A_UNRECOGNIZED_NAME,
		"the server does not know the name it was asked for: set another name for TLS",
		"the client does not know the name"},
	{GNUTLS_A_UNKNOWN_CA,
		"the server does not trust our certificate's authority: show a certificate from one "
		"that it trusts",
		"the client does not trust the authority of the certificate"},
	{GNUTLS_A_BAD_CERTIFICATE,
		"the server refuses our certificate: show another one, or ask its postmaster",
		"the client refuses the certificate"},
	{GNUTLS_A_UNSUPPORTED_CERTIFICATE,
		"the server cannot use our certificate's kind: show another one",
		"the client cannot use the certificate's kind"},
	{GNUTLS_A_CERTIFICATE_UNKNOWN,
		"the server refuses our certificate: show another one, or ask its postmaster",
		"the client refuses the certificate"},
	{GNUTLS_A_CERTIFICATE_REVOKED, "the server finds our certificate revoked: show a new one",
		"the client finds the certificate revoked"},
	{GNUTLS_A_CERTIFICATE_EXPIRED, "the server finds our certificate expired: show a new one",
		"the client finds the certificate expired"},
	{GNUTLS_A_CERTIFICATE_REQUIRED, known_to_want, "the client wants another certificate"},
};

/*
 * Before TLS 1.3 a server that wants a certificate and gets none has no alert of its own for it
 * (RFC 5246 7.4.6): it is known by what it asked for and was not shown.
 */
static bool wants_certificate(const struct tls *tls, gnutls_alert_description_t alert)
{
	static const gnutls_alert_description_t ways[] = {GNUTLS_A_HANDSHAKE_FAILURE,
		GNUTLS_A_BAD_CERTIFICATE, GNUTLS_A_CERTIFICATE_UNKNOWN, GNUTLS_A_UNKNOWN_CA,
		GNUTLS_A_ACCESS_DENIED, GNUTLS_A_DECODE_ERROR};
	if (!tls->is_client || gnutls_certificate_client_get_request_status(tls->session) == 0 ||
		gnutls_certificate_get_ours(tls->session) != NULL)
		return false;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (ways[i] == alert)
			return true;
	}
	return false;
}

static const char *known_alert(const struct tls *tls, gnutls_alert_description_t alert)
{
	if (wants_certificate(tls, alert))
		return known_to_want;
	for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++) {
		if (alerts[i].alert == alert)
			return tls->is_client ? alerts[i].from_server : alerts[i].from_client;
	}
	return NULL;
}

/* RFC 5246 7.2.2, RFC 8446 6.2: what a peer says that has nothing in common with the hello. */
static bool finds_nothing_in_common(gnutls_alert_description_t alert)
{
	return alert == GNUTLS_A_HANDSHAKE_FAILURE || alert == GNUTLS_A_PROTOCOL_VERSION ||
	       alert == GNUTLS_A_INSUFFICIENT_SECURITY || alert == GNUTLS_A_MISSING_EXTENSION;
}

static void explain_alert(struct tls *tls)
{
	gnutls_alert_description_t alert = gnutls_alert_get(tls->session);
	const char *name = gnutls_alert_get_name(alert);
	const char *known = known_alert(tls, alert);
	tls->alert = true;
	tls->trouble = wants_certificate(tls, alert) || alert == GNUTLS_A_CERTIFICATE_REQUIRED
			       ? TLS_TROUBLE_WANTS_CERTIFICATE
		       : finds_nothing_in_common(alert) ? TLS_TROUBLE_NO_COMMON
							: TLS_TROUBLE_ALERT;
	if (known != NULL)
		sentence_set(&tls->why, "%s (TLS alert %d)", known, (int)alert);
	else
		sentence_set(&tls->why, "the %s broke off %s: %s (TLS alert %d)%s",
			tls->is_client ? "server" : "client",
			tls->heard ? "TLS" : "the TLS handshake",
			name == NULL ? "unknown alert" : name, (int)alert,
			tls->is_client ? "; if it does so again, ask its postmaster" : "");
}

/*
 * A TLS record begins with its type, 20 to 23, and version 3; a client of old may begin with an
 * SSL 2 hello, whose first bit is set and whose third octet is 1 (RFC 5246 E.2).
 */
static bool peer_speaks_tls(const struct tls *tls)
{
	if (tls->front_len == 0)
		return true;
	if (!tls->is_client && (tls->front[0] & 0x80) != 0)
		return tls->front_len < 3 || tls->front[2] == 1;
	return tls->front[0] >= 20 && tls->front[0] <= 23 &&
	       (tls->front_len < 2 || tls->front[1] == 3);
}

static void explain_disagreement(struct tls *tls, int error)
{
	switch (error) {
	case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
		tls->trouble = TLS_TROUBLE_CHOSE_OTHER;
		sentence_set(&tls->why,
			tls->is_client
				? "the server chose a TLS version that was not offered: it may know only old "
				  "ones, which are not safe; tell its postmaster"
				: "the client offered no TLS version that is accepted here");
		break;
	case GNUTLS_E_NO_CIPHER_SUITES:
	case GNUTLS_E_UNKNOWN_CIPHER_SUITE:
	case GNUTLS_E_INSUFFICIENT_CREDENTIALS:
	case GNUTLS_E_NO_COMMON_KEY_SHARE:
		tls->trouble = TLS_TROUBLE_CHOSE_OTHER;
		sentence_set(&tls->why,
			tls->is_client
				? "the server chose a cipher suite that was not offered: tell its postmaster"
				: "the client offered no TLS version and cipher suite that is accepted here");
		break;
	case GNUTLS_E_REHANDSHAKE:
		sentence_set(&tls->why, "the %s asked for new TLS keys again and again",
			tls->is_client ? "server" : "client");
		break;
	default:
		sentence_set(&tls->why, "TLS failed: %s", gnutls_strerror(error));
	}
}

static void explain_end(struct tls *tls, const char *words)
{
	tls->trouble = tls->front_len == 0 ? TLS_TROUBLE_TURNED_AWAY : TLS_TROUBLE_CUT_SHORT;
	sentence_set(&tls->why, "%s", words);
}

void tls_failure_explain(struct tls *tls, int error)
{
	/*
	 * The first failure sticks: the certificate's, the session id's. Only that writing failed
	 * says less than the alert that is found then.
	 */
	if (tls->why.text[0] != 0 && !(tls->up && error == GNUTLS_E_FATAL_ALERT_RECEIVED))
		return;
	if (!tls->up && !peer_speaks_tls(tls)) {
		tls->trouble = TLS_TROUBLE_NOT_TLS;
		sentence_set(&tls->why, tls->is_client ? "the server does not speak TLS here"
						       : "the client does not speak TLS here");
	} else if (error == GNUTLS_E_FATAL_ALERT_RECEIVED)
		explain_alert(tls);
	else if (error == GNUTLS_E_PREMATURE_TERMINATION ||
		 (error == GNUTLS_E_UNEXPECTED_PACKET_LENGTH && tls->has_ended))
		explain_end(tls, "the connection was closed during the TLS handshake");
	else if (error == GNUTLS_E_PULL_ERROR || error == GNUTLS_E_PUSH_ERROR)
		explain_end(tls, tls->up ? "broken off"
					 : "the connection was lost during the TLS handshake");
	else
		explain_disagreement(tls, error);
}

/*
 * tls_outcome: what became of TLS in a run, told apart from what became of the mail.
 *
 * A server that has nothing in common with the hello of an old client says so by an alert, or by
 * closing at the hello: no mail was refused then, and nothing is wrong with the network or with a
 * certificate. Of several connections of a run this is the last one's.
 */
#ifndef PLAY_TLS_OUTCOME_H
#define PLAY_TLS_OUTCOME_H

#include "client_profile.h"
#include "sentence.h"
#include "tls_report.h"

struct tls_outcome {
	bool wanted;	 /* the client was to speak TLS, be it at once or by STARTTLS */
	bool is_old;	 /* it knows nothing newer than TLS 1.1 */
	bool playable;	 /* something is left that this build can offer */
	bool hello_said; /* a handshake began */
	bool agreed, resumed;
	bool asked; /* the certificate does not hold, and the user was asked about it */
	enum tls_trouble trouble;
	char alert[TLS_REPORT_WORD], version[TLS_REPORT_WORD];
	struct sentence certificate; /* why it does not hold; "" */
	struct sentence offered;     /* "TLS1.0 with RSA-RC4-MD5" */
	struct sentence unavailable; /* "this build cannot offer SSL3.0"; "" */
};

/* Before a run: what is offered, by GnuTLS's priority string; playable: that is something. */
void tls_outcome_prepare(struct tls_outcome *outcome, const struct client_profile *profile,
	const char *priority, const char *unavailable, bool playable);
/* Behind it: what the report of the last handshake says. */
void tls_outcome_read(struct tls_outcome *outcome, const struct tls_report *report);
/* The server and this client have nothing in common, for the client's age. */
bool tls_outcome_is_too_old(const struct tls_outcome *outcome);
/*
 * One word that stays the same: not-tried, agreed, too-old, no-common, turned-away, cut-short,
 * not-tls, not-playable, certificate, rejected, wants-certificate, no-session-id, alert, failed.
 */
const char *tls_outcome_word(const struct tls_outcome *outcome);
/*
 * Takes out of a sentence of the TLS library what a person should do next: nobody here can offer
 * another hello than the client's.
 */
void tls_outcome_without_advice(struct sentence *why);
/* What the server did and what was offered to it, where that was too old; why: the driver's. */
void tls_outcome_explain(
	const struct tls_outcome *outcome, const char *why, struct buffer *sentence);

#endif

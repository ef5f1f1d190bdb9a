/*
 * tls_report: what is worth telling people about a handshake and the certificate shown in it.
 *
 * Whoever wants to know puts one into the settings of a client (tls_client.h). It is filled as the
 * handshake gets on: the certificate when it comes, good or bad, the rest when the keys stand. What
 * never came is empty. Names in certificates are escaped (text.h): whoever made them chose them.
 */
#ifndef NET_TLS_REPORT_H
#define NET_TLS_REPORT_H

#include "octets.h"
#include "sentence.h"

enum {
	TLS_REPORT_NAME = 512,
	TLS_REPORT_WORD = 64,
	TLS_SHA1_LEN = 20,
	TLS_SHA256_LEN = 32,
	TLS_SHA1_TEXT = 3 * TLS_SHA1_LEN,
	TLS_SHA256_TEXT = 3 * TLS_SHA256_LEN
};

/* Why a handshake failed, as far as that can be told from outside. */
enum tls_trouble {
	TLS_TROUBLE_NONE,
	TLS_TROUBLE_NO_COMMON,	       /* an alert: no version or suite that both know */
	TLS_TROUBLE_TURNED_AWAY,       /* closed or reset at the hello, before a word */
	TLS_TROUBLE_CUT_SHORT,	       /* closed or reset later on */
	TLS_TROUBLE_NOT_TLS,	       /* the peer speaks something else here */
	TLS_TROUBLE_CHOSE_OTHER,       /* it chose what was not offered */
	TLS_TROUBLE_CERTIFICATE,       /* its certificate does not hold */
	TLS_TROUBLE_REJECTED,	       /* likewise, and so said the person who was asked */
	TLS_TROUBLE_WANTS_CERTIFICATE, /* it demands one of ours */
	TLS_TROUBLE_NO_SESSION_ID,     /* it issued none, and one is needed */
	TLS_TROUBLE_ALERT,	       /* any other alert */
	TLS_TROUBLE_OTHER
};

struct tls_report {
	char version[TLS_REPORT_WORD];	    /* "TLS1.3" */
	char cipher[TLS_REPORT_WORD];	    /* "AES-128-GCM" */
	char key_exchange[TLS_REPORT_WORD]; /* "ECDHE-SECP256R1" */
	bool shown;			    /* a certificate was, and could be read */
	char subject[TLS_REPORT_NAME], issuer[TLS_REPORT_NAME];
	int64_t from_unix, until_unix;
	/* Of the certificate, and of its public key; upper case hexadecimal with colons. */
	char sha1[TLS_SHA1_TEXT], sha256[TLS_SHA256_TEXT], key_sha256[TLS_SHA256_TEXT];
	struct buffer names; /* each one ends in NUL */
	struct sentence why; /* the certificate does not hold, though the handshake went on */
	bool asked;	     /* a person was, about that certificate */
	bool resumed;	     /* the session is one of before: no certificate was shown */
	enum tls_trouble trouble;
	char alert[TLS_REPORT_WORD]; /* that ended it, as RFC 5246 7.2 names it; "" where none */
};

/* An empty report; its memory is borrowed. */
void tls_report_init(struct tls_report *report, const struct memory *memory);
void tls_report_clear(struct tls_report *report);
void tls_report_free(struct tls_report *report);
/* Upper case hexadecimal with colons; text has room for 3 * len octets. */
void tls_report_hex(const uint8_t *digest, size_t len, char *text);

#endif

/*
 * play: a phone against a real server: profile, account and messages on one side, a host and a
 * port on the other, the blocking driver between them.
 */
#ifndef PLAY_PLAY_H
#define PLAY_PLAY_H

#include "drive.h"
#include "phone.h"
#include "carrier.h"
#include "tls_client.h"
#include "tls_outcome.h"

/* Borrowed for the time of play_run(). */
struct play_settings {
	const struct memory *memory;
	const struct client_profile *profile;
	const struct phone_account *account;
	const struct phone_message *messages;
	size_t message_count;
	const char *host; /* where to connect; account->server is what the user typed */
	uint16_t port;
	const char *trust_file;	   /* PEM; NULL: the system's */
	struct octets fingerprint; /* of the one certificate that is trusted; empty: none */
	bool insecure;		   /* the certificate is not looked at */
	uint64_t patience_ms;	   /* so long may nothing pass; 0: for ever */
	/* So long may a connection last, the client's own pauses and limits apart, and so much may
	 * the server say in it; 0: for ever, any amount. */
	uint64_t connection_ms, connection_octets;
	uint64_t seed;
	const struct link_profile *link; /* what lies between; NULL: nothing */
	bool has_folder;		 /* what fails waits for the next run (--outbox) */
	/*
	 * How the user answers where the client asks about a certificate (tls.verify) that does not
	 * hold, and after how long; NULL: what the profile thinks, at the account's pace.
	 */
	bool rejects;
	const uint64_t *think_ms;
	const struct observer *observer; /* NULL: nobody looks */
	/* Message `message` (from 0) has been said so far, of so much; NULL: nobody wants to know.
	 */
	void (*progress)(void *context, size_t message, uint64_t said, uint64_t whole);
	void *progress_context;
	const volatile sig_atomic_t *interrupted; /* NULL: nobody interrupts */
};

/* How a run came out; what phone_outcome() says, with what only the driver knows joined to it. */
struct play_result {
	struct phone *phone; /* taken by the caller: phone_free() */
	enum drive_end end;
	struct sentence why; /* of the last failure to connect or to agree on TLS, or what was
			      * too much (drive_lost_patience()); "" */
	struct tls_outcome tls;
	struct carrier_outcome carrier;
};

/* The class of a whole run, which gives `handset play` its exit status. */
enum play_class { PLAY_DELIVERED, PLAY_FAILED, PLAY_INCONCLUSIVE };

/*
 * Blocks. False with a sentence in `why`, before anything was sent: an account or message that
 * no phone could hold, a trust file that cannot be read, no memory.
 */
bool play_run(
	const struct play_settings *settings, struct play_result *result, struct sentence *why);
/* The verdict of message `index`, where `recipient` is NULL, or of its recipient *recipient. */
struct phone_verdict play_verdict(
	const struct play_result *result, size_t index, const size_t *recipient);
enum play_class play_classify(const struct play_result *result);
/*
 * What is worth knowing beside the verdicts, as sentences: a login that was refused although the
 * client went on, what this build's TLS cannot offer of what the client did, a certificate that
 * its user took, a link that ended, a message that the server may have twice, a run that was broken
 * off. Calls `say` for each.
 */
void play_remarks(const struct play_result *result,
	void (*say)(void *context, const char *sentence), void *context);
/*
 * Why the client itself refused, appended, with the address where it is the sender's; false:
 * nothing, for something else decided.
 */
bool play_why_bad(
	const struct play_result *result, const struct phone_verdict *verdict, struct buffer *out);
/* True where nothing went wrong at any step. */
bool play_is_nowhere(enum phone_result result);
/* tls_outcome_word(), or not-offered or refused, where STARTTLS was; NULL: no TLS was wanted. */
const char *play_tls_word(const struct play_result *result);
/* One sentence: "delivered", "refused at recipient: 535 authentication required", … */
void play_explain(
	const struct play_result *result, const struct phone_verdict *verdict, struct buffer *out);

#endif

/*
 * msub: submits mail to a server (RFC 6409), and goes on where servers forget, refuse or stall.
 *
 * THE MODEL
 *
 * A *message* is an envelope (one sender, one or more recipients) and a source of content. It is
 * made once, handed over once, and holds its own results afterwards: one per recipient.
 *
 * A *session* is one connection's conversation: greeting, EHLO, perhaps STARTTLS and AUTH, then
 * the messages one after another, then QUIT. It touches no socket, no clock and no TLS library.
 * Whoever owns the connection (the *driver*) asks it what it wants, lends it the octets that came,
 * and writes the octets that it lends. Time is an argument, in milliseconds of any clock that
 * never goes back.
 *
 * A *sender* carries any number of messages over as many sessions as it takes, one after the
 * other or several at once. It decides what to do when a connection is lost, when a server wants a
 * new one, and when a server has forgotten the login; what it has learned about a server it keeps.
 *
 *     messages --> sender --> session, session, ... --> the driver --> the network
 *
 * A *network* is the driver of this library (sockets, TLS, a clock): it is made once and runs
 * senders. msub_submit() is a sender and a network behind one blocking call. Most programs need
 * that call, the settings and the messages, and nothing else here.
 *
 * A FIRST PROGRAM
 *
 *     struct msub_settings settings;
 *     struct msub_message *message;
 *     struct msub_failure failure;
 *
 *     msub_settings_init(&settings);            // STARTTLS, the system's certificates
 *     settings.host = "mail.example.org";
 *     settings.user = "me";
 *     settings.password = password;
 *
 *     if (msub_message_new(&message, NULL) != MSUB_OK ||
 *             msub_message_sender(message, "me@example.org") != MSUB_OK ||
 *             msub_message_add_recipient(message, "you@example.net") != MSUB_OK ||
 *             msub_message_content(message, text, strlen(text)) != MSUB_OK)
 *             ...
 *     if (msub_submit(&settings, &message, 1, &failure) != MSUB_OK)
 *             fprintf(stderr, "%s: %s: %s\n", msub_phase_text(failure.phase),
 *                     msub_error_text(failure.error),
 *                     failure.reply.code != 0 ? failure.reply.text : failure.text);
 *     msub_message_free(message);
 *
 * WHAT IS LOOKED AT BEFORE ANYTHING IS SENT
 *
 * Addresses, names and settings that hold a line break, a NUL or anything else that could become
 * a command are refused by the call that takes them. Content is measured where it can be read
 * twice: a message that is larger than the server takes, or that holds 8-bit octets where the
 * server takes none, is refused without being sent. In what is sent no line end but CR LF, and no
 * end of data but the true one, can occur, whatever the content holds.
 *
 * WHAT IT NEVER DOES
 *
 * It never says RSET: some servers forget the login when they hear it. A new MAIL is said only
 * where no transaction can be open (RFC 5321 4.1.4): after MAIL was refused, or after the
 * end of data was answered. Where an envelope was accepted and then given up, the connection is
 * ended with QUIT and the next message goes through a new one.
 * It never falls back from TLS to clear text, never picks a mechanism that says the password in
 * clear outside TLS (naming the mechanism in the settings is consent), never says a password with
 * a second mechanism in a session, inside TLS or not, once PLAIN or LOGIN has said it, and never
 * sends a message twice to a recipient who may have it already.
 *
 * THE FORGOTTEN LOGIN
 *
 * Some servers forget the login after a message. The refusal of a later message looks as if its
 * recipients were refused. So a refusal that may have this cause, in a session in which something
 * happened since the login, is a *suspicion*: the recipients concerned are tried once more, first
 * in a new session. Accepted there, the server is known to forget (MSUB_LEARNED_FORGETS), and
 * gets one message per session from then on. Refused there, it was a true refusal.
 *
 * MEMORY AND OWNERSHIP, in four words that every comment below keeps to
 *
 *   copied    the library makes its own copy before the call returns
 *   borrowed  the library keeps your pointer; it must stay good for as long as is said
 *   lent      the pointer that you get belongs to the library, good for as long as is said
 *   taken     what you hand over belongs to the library from then on
 *
 * Everything that is allocated goes through struct msub_memory. Passwords and whatever held them
 * are wiped before their memory is given back. There is no global state: objects that share
 * nothing may be used by different threads at once, one object by one thread at a time.
 *
 * ERRORS are values. A call that can fail returns enum msub_error; what went wrong on the way to
 * a recipient is a struct msub_failure beside that recipient's outcome. The first failure of a
 * session stays; calls that come after it, and calls that an object does not want at the moment,
 * are harmless and ignored. Nothing here aborts, jumps, or sets errno. NULL in the place of an
 * object, or of what a call has to read or fill, is a mistake: MSUB_USE, for settings
 * MSUB_SETTINGS; a call that returns no error does nothing then and says 0, false, NULL or
 * MSUB_NEVER, and a failure that is asked for is MSUB_USE. NULL is fine where a comment says so, in
 * the functions that free, and is the null sender as a sender's address.
 *
 * TEXT that a server sent is escaped wherever this header calls it text: control characters,
 * bidirectional overrides, invisible characters and broken UTF-8 appear as \xHH, the backslash as
 * \\, so that it may be shown to a person as it is. A reply's lines are separated by '\n'.
 */
#ifndef MSUB_H
#define MSUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* a struct and a function of one name, in C++ */
#endif
/* A point in time that never comes: no deadline. */
#define MSUB_NEVER UINT64_MAX

/* ---- Errors, phases, outcomes ----------------------------------------------------------- */

/*
 * Everything that can go wrong, in one list: the name, and the sentence for people. First the
 * caller's side, then the way to the server, the login, the message. MSUB_OK is 0, all others are
 * positive; numbers are never given to another meaning.
 */
#define MSUB_ERRORS(X)                                                                             \
	X(OK, "no error")                                                                          \
	X(MEMORY, "out of memory")                                                                 \
	X(USE, "this call is not allowed at this point")                                           \
	X(SETTINGS, "a setting is missing or cannot be used")                                      \
	X(ADDRESS, "this is not a mail address that can be sent")                                  \
	X(ADDRESS_NOT_ASCII, "the mail address is not ASCII, and cannot be said here (SMTPUTF8)")  \
	X(NO_RECIPIENT, "the message has no recipient")                                            \
	X(SOURCE, "the message could not be read")                                                 \
	X(HOST, "there is no such host, or the domain names no server for mail")                   \
	X(CONNECT, "no connection to the server")                                                  \
	X(TLS, "TLS could not be agreed, or the server's certificate is not trusted")              \
	X(TLS_MISSING, "the server offers no STARTTLS, and TLS is required")                       \
	X(TLS_REFUSED, "the server refused STARTTLS, and TLS is required")                         \
	X(TLS_INJECTED, "octets in clear came between the reply to STARTTLS and the handshake")    \
	X(LOST, "the connection was lost")                                                         \
	X(TIMEOUT, "the server did not answer in time")                                            \
	X(CLOSING, "the server closes the connection")                                             \
	X(PROTOCOL, "the server's reply breaks the protocol")                                      \
	X(AUTH_MISSING, "the server offers no login, and a user was given")                        \
	X(AUTH_MECHANISM, "the server offers no mechanism for the login that could be used")       \
	X(AUTH_CLEAR, "the password would go in clear: use TLS, or name the mechanism to consent") \
	X(AUTH_REFUSED, "the server refused the login")                                            \
	X(LOGIN_SUSPECTED, "refused, perhaps because the server has forgotten the login")          \
	X(REFUSED, "the server refused")                                                           \
	X(TOO_LARGE, "the message is larger than the server takes")                                \
	X(EIGHT_BIT, "the message holds 8-bit octets, and the server takes only 7-bit messages")   \
	X(TOO_MANY, "more recipients than the server takes at once, and all or nothing is asked")  \
	X(OTHER_REFUSED, "another recipient was refused, and all or nothing is asked")             \
	X(AUTH_UNPROVEN, "the server took the login without proof that it knows the password")     \
	X(NOT_OFFERED, "the server does not offer what the message asks for")                      \
	X(ENDED, "the session was ended before this message, which waits for another one")

#define MSUB_ERROR_ENUM(name, text) MSUB_##name,
enum msub_error { MSUB_ERRORS(MSUB_ERROR_ENUM) MSUB_ERROR_COUNT };
#undef MSUB_ERROR_ENUM

/*
 * Where in a session something happened, in the order in which they come. The first two are the
 * driver's work; every other one is a command (or the greeting, or the message itself) and the
 * reply to it. One list: the name in code, the constant, the word for people.
 */
#define MSUB_PHASES(X)                                                                             \
	X(connect, CONNECT, "connecting")                                                          \
	X(handshake, HANDSHAKE, "TLS handshake")                                                   \
	MSUB_STEPS(X)
#define MSUB_STEPS(X)                                                                              \
	X(greeting, GREETING, "greeting")                                                          \
	X(ehlo, EHLO, "EHLO")                                                                      \
	X(helo, HELO, "HELO")                                                                      \
	X(starttls, STARTTLS, "STARTTLS")                                                          \
	X(auth, AUTH, "AUTH")                                                                      \
	X(answer, ANSWER, "AUTH exchange")                                                         \
	X(mail, MAIL, "MAIL FROM")                                                                 \
	X(recipient, RECIPIENT, "RCPT TO")                                                         \
	X(data, DATA, "DATA")                                                                      \
	X(chunk, CHUNK, "BDAT")                                                                    \
	X(body, BODY, "end of data")                                                               \
	X(noop, NOOP, "NOOP")                                                                      \
	X(quit, QUIT, "QUIT")

#define MSUB_PHASE_ENUM(name, constant, words) MSUB_PHASE_##constant,
enum msub_phase { MSUB_PHASES(MSUB_PHASE_ENUM) MSUB_PHASE_COUNT };
#undef MSUB_PHASE_ENUM

/*
 * What became of a recipient. The one that a mail program must not take for another is
 * MSUB_MAYBE: the last octet of the end of data was handed to the network and no valid reply to it
 * was heard. Everything else is certain: after MSUB_NOT_TRIED and both kinds of refusal nothing
 * was delivered by this library, after MSUB_ACCEPTED the server has taken the message over once.
 */
enum msub_outcome {
	MSUB_NOT_TRIED,	       /* nothing was delivered, nothing was refused: see why */
	MSUB_ACCEPTED,	       /* the server has taken the message for this recipient */
	MSUB_REFUSED_FOR_NOW,  /* a 4yz reply: the same may be accepted later */
	MSUB_REFUSED_FOR_GOOD, /* a 5yz reply, or refused here because it could not be sent */
	MSUB_MAYBE	       /* unsure: the message left whole, its reply never came */
};

/*
 * Whether trying again makes sense, as far as the server's words and the state of the connection
 * tell. It is advice about the same message to the same recipient, and says nothing about others.
 * Where an outcome is MSUB_ACCEPTED it is MSUB_RETRY_NEVER.
 */
enum msub_retry {
	MSUB_RETRY_NEVER,     /* the same will fail again until something is changed */
	MSUB_RETRY_LATER,     /* a passing condition */
	MSUB_RETRY_ELSEWHERE, /* at once, but in a new session or at another server */
	MSUB_RETRY_UNSURE     /* it may have been delivered: trying again may deliver it twice */
};

/* A server's reply. Lent, together with what holds it. */
struct msub_reply {
	int code;	  /* 200 to 599; 0: there was no reply */
	int enhanced[3];  /* RFC 3463, as 5.7.8; all 0 where the reply has none */
	const char *text; /* without the codes; never NULL */
};

/* What went wrong, as a value. error is MSUB_OK where nothing did. Pointers are lent. */
struct msub_failure {
	enum msub_error error;
	enum msub_phase phase;
	enum msub_retry retry;
	struct msub_reply reply; /* the reply that meant it; code 0 where it was not a reply */
	const char *text;	 /* more, for people (what the driver said, which setting); or "" */
};

/*
 * Names and words. All of them are lent for ever, none is NULL, and a number that is not in the
 * list gives "UNKNOWN" or "unknown".
 */
/* The name in this header without its prefix, for logs and programs: "AUTH_CLEAR". */
const char *msub_error_name(enum msub_error error);
/* A sentence without its full stop, for people. */
const char *msub_error_text(enum msub_error error);
/* What was going on, as mail people call it: "RCPT TO", "end of data". */
const char *msub_phase_text(enum msub_phase phase);
/* "accepted", "refused", "refused for now", "not tried", "unsure, may have been delivered". */
const char *msub_outcome_text(enum msub_outcome outcome);
/* "never", "later", "elsewhere", "unsure". */
const char *msub_retry_text(enum msub_retry retry);

/* ---- Memory ------------------------------------------------------------------------------ */

/*
 * The door to the heap; wherever a struct msub_memory is asked for, NULL means realloc() and
 * free(). The struct is copied; its context is borrowed for as long as the object lives.
 */
struct msub_memory {
	/*
	 * As realloc(): old NULL allocates, want 0 frees and returns NULL. On failure it returns
	 * NULL and leaves `old` as it was. old_size is what was asked for `old`, in octets.
	 */
	void *(*resize)(void *context, void *old, size_t old_size, size_t want);
	void *context;
};

/* ---- Settings ---------------------------------------------------------------------------- */

enum msub_tls {
	MSUB_TLS_STARTTLS, /* STARTTLS (RFC 3207), required; 0, so that nothing means "in clear" */
	MSUB_TLS_IMPLICIT, /* TLS from the first octet (RFC 8314, port 465) */
	MSUB_TLS_NONE	   /* in clear; STARTTLS is not said even where it is offered */
};

enum msub_protocol {
	MSUB_SUBMISSION, /* ESMTP (RFC 5321, 6409) */
	/*
	 * LMTP (RFC 2033), to a mail store: LHLO, and behind the message one reply for each
	 * recipient that was accepted. Where the connection is lost between them, the others are
	 * MSUB_MAYBE. all_or_nothing then holds for RCPT only.
	 */
	MSUB_LMTP
};

/* When a message goes out in chunks whose sizes are said before (BDAT, RFC 3030). */
enum msub_chunking {
	MSUB_CHUNKING_WHEN_NEEDED, /* for binary messages */
	/*
	 * For all, where it is offered. A message of up to 60 KiB then leaves in one flight with
	 * its envelope; only where it is all or nothing with several recipients, and in LMTP, does
	 * it wait for their replies. After a refused chunk a new session is made.
	 */
	MSUB_CHUNKING_PREFERRED,
	MSUB_CHUNKING_NEVER
};

struct msub_message;

/*
 * Certificates that the name server vouches for. Records are believed only where DNSSEC protects
 * them; then the certificate must match one, and a forged answer ends the connection. They are
 * looked up once, before anything is connected to, which may take some seconds.
 */
enum msub_dane {
	MSUB_DANE_OFF,
	MSUB_DANE_WHEN_FOUND, /* without records the authorities decide */
	MSUB_DANE_REQUIRED    /* without records there is no connection; host must be named */
};

/*
 * How long to wait, in milliseconds; 0 means: without end. The defaults are those of RFC 5321
 * 4.5.3.2. A deadline starts when the last octet of what is to be answered was written, and again
 * with every complete reply, never with a part of one.
 */
struct msub_timeouts {
	uint64_t resolve_ms;   /* each question to the DNS: 30 seconds */
	uint64_t connect_ms;   /* from the first address until the connection stands: 1 minute */
	uint64_t handshake_ms; /* the TLS handshake: 1 minute */
	uint64_t greeting_ms;  /* 5 minutes */
	uint64_t command_ms;   /* EHLO, HELO, STARTTLS, AUTH, MAIL, RCPT: 5 minutes */
	uint64_t data_ms;      /* DATA: 2 minutes */
	uint64_t block_ms;     /* until the network has taken some more octets: 3 minutes */
	uint64_t end_ms;       /* the end of data: 10 minutes */
	uint64_t quit_ms;      /* QUIT, and NOOP, on which no message depends: 10 seconds */
	uint64_t whole_ms;     /* a session, or all of a sender's sessions together: 0 */
};

enum msub_spoken {
	MSUB_SAID,  /* a line that was said; secrets are shown as <secret> */
	MSUB_HEARD, /* a line of a reply */
	MSUB_NOTE   /* a remark: connections, TLS, content that went by, what was learned */
};

/*
 * The settings of a session or a sender; a plain struct of yours. Begin with
 * msub_settings_init(), which sets the defaults named here, and change what you need; a struct
 * that it never saw is not supported (in one of zeros no wait would ever end). Strings are copied
 * by the calls that take settings, contexts are borrowed until the object is freed.
 */
struct msub_settings {
	/*
	 * Where: a name (ASCII or UTF-8) or an address, for the driver; an IPv6 address may stand
	 * in brackets. Default NULL.
	 */
	const char *host;
	/*
	 * With host NULL, a mail domain: the driver asks the DNS for its submission servers
	 * (RFC 6186), with TLS from the first octet before STARTTLS (RFC 8314), and tries one after
	 * the other; port and tls are theirs. The certificate must carry the domain, since the DNS
	 * may have lied about the server. NULL: host is needed.
	 */
	const char *domain;
	/* A Unix-domain socket to connect to; host is then the certificate's name. NULL: none. */
	const char *socket_path;
	/*
	 * "host:port" of a SOCKS5 proxy, which looks the server's name up itself; port 1080 where
	 * none is named. Not with domain alone: a proxy answers no such questions. NULL: none.
	 */
	const char *proxy;
	const char *proxy_user; /* NULL: the proxy is asked without a login */
	const char *proxy_password;
	/* Connections come from this address; addresses of the other kind are not tried. */
	const char *source_address;
	/* 0, the default, means 24 in LMTP, 465 with implicit TLS, and 587 otherwise. */
	uint16_t port;
	enum msub_protocol protocol; /* default MSUB_SUBMISSION */
	/* Default MSUB_TLS_STARTTLS; with domain alone it may be anything but MSUB_TLS_NONE. */
	enum msub_tls tls;
	/*
	 * What decides whether the server's certificate holds, the first of these that is set:
	 * fingerprint, known_file, dane, the authorities (with revoked_file and need_staple).
	 */
	/* A PEM file of authorities to trust, or a folder of such; NULL, the default: the system's.
	 */
	const char *trust_file;
	/* True: the system's as well as those of trust_file. Default false. */
	bool trust_system;
	/* A PEM file of revocation lists (CRL), none of which may be out of date. Default NULL. */
	const char *revoked_file;
	/* True: the certificate must come with an OCSP response. Default false: one that comes must
	 * be good, and must come where the certificate itself demands it. */
	bool need_staple;
	/* The name that the certificate must carry, and that is asked for (SNI), where it is not
	 * the host's: a name or an address. IDNs may be in UTF-8. Default NULL. */
	const char *tls_name;
	/* SHA-256 or SHA-1 of the server's certificate, hexadecimal, with colons or without: that
	 * one is accepted, whoever signed it for whatever name and time, and no other. */
	const char *fingerprint;
	/*
	 * Trust on first use: a text file of servers and their keys. A server, that is a host and a
	 * port, that is not in it is accepted and written down (mode 0600); later it must show the
	 * same key. Authorities and names are not looked at. Default NULL.
	 */
	const char *known_file;
	/* TLSA records (RFC 6698) for host and port. */
	enum msub_dane dane; /* default MSUB_DANE_OFF */
	/* True: an unverified certificate will do. Default false. */
	bool trust_anyone;
	/* A certificate to show where the server asks for one: PEM, with the chain to its authority
	 * behind it; and its key, PEM, which key_password opens where it is encrypted. */
	const char *certificate_file;
	const char *key_file;
	const char *key_password;
	/* Versions and ciphers, as a priority string of GnuTLS; NULL, the default: TLS 1.2 and 1.3.
	 */
	const char *priority;
	/* The name said in EHLO; NULL, the default: the connection's own, as "[192.0.2.7]". */
	const char *hello;
	/*
	 * user NULL, the default: no login. Otherwise the login is required.
	 * mechanism NULL, the default: the strongest that the server offers of SCRAM-SHA-256 and
	 * SCRAM-SHA-1 (each with -PLUS first, where TLS gave a binding), DIGEST-MD5, CRAM-MD5,
	 * PLAIN and LOGIN; the last two only inside TLS. Another follows only where the server
	 * refuses the mechanism itself, or this machine cannot do it: never after a refused
	 * password, nor after a challenge that makes no sense, by which somebody who is not what
	 * he seems would choose how he hears the password. A mechanism that is named is used, and
	 * naming one that says the password readably is consent to do so where there is no TLS. By
	 * name only: OAUTHBEARER and XOAUTH2, whose password is the token; EXTERNAL (who TLS's
	 * certificate says) and GSSAPI (the system's ticket), which need neither user nor password;
	 * NTLM. With SCRAM, DIGEST-MD5 and GSSAPI the server has to prove itself as well
	 * (MSUB_AUTH_UNPROVEN); a SCRAM server may ask for 4096 to a million iterations, about a
	 * second, and is taken for none to be trusted where it asks for more, or for less
	 * (MSUB_AUTH_UNPROVEN as well): the login ends there.
	 */
	const char *mechanism;
	const char *user;
	const char *password;  /* up to 8192 octets */
	const char *authorize; /* whom to act as (authzid), where the mechanism can say that */
	/* True: the message goes to all its recipients or to none. Default false. */
	bool all_or_nothing;
	/* True: 8-bit content is sent also to a server without 8BITMIME. Default false. */
	bool send_eight_bit;
	enum msub_chunking chunking; /* default MSUB_CHUNKING_WHEN_NEEDED */
	/* True: each command waits for the reply to the one before. Default false. */
	bool no_pipelining;
	/* True: a probe. Nothing is sent, "accepted" is the reply to RCPT. Default false. */
	bool probe;
	/*
	 * Of a sender: how many sessions it may have under way at once; 1, the default and also
	 * what 0 means, to MSUB_CONNECTIONS_MAX.
	 */
	unsigned int connections;
	/*
	 * So long a session without messages stays open, to be used again: 0, the default, says
	 * QUIT at once. Before a session is used again that was idle for 5 seconds and more, NOOP
	 * tells whether it still stands; where it does not, a sender makes another one, and
	 * nothing has failed.
	 */
	uint64_t keep_ms;
	/*
	 * Of a sender: where three sessions in a row brought nothing to anybody, the next one
	 * waits so long before it connects, and each one after it twice as long as the one
	 * before, all together at most 30 seconds. Default 250; 0: never.
	 */
	uint64_t pause_ms;
	struct msub_timeouts timeouts;
	/*
	 * Called for every line said and heard, in order, without its line end; NULL, the default:
	 * nothing is called. The text is lent during the call, escaped, and ends in NUL. It must
	 * not call back into the object that it is told about.
	 */
	void (*transcript)(void *context, enum msub_spoken spoken, const char *text);
	void *transcript_context;
	/*
	 * Called whenever the network has taken octets of a message's content: sent of them so
	 * far, of size (as SIZE counts; 0: not known). Default NULL. It must not call back either.
	 */
	void (*progress)(
		void *context, const struct msub_message *message, uint64_t sent, uint64_t size);
	void *progress_context;
	/*
	 * Of msub_network_run(): called for each message as soon as it is finished, in place of
	 * msub_sender_finished(). The message may be freed, and msub_sender_add() may be called: so
	 * a program keeps some under way, four or more for each connection, and sends any number.
	 * What is added after a run was given up is finished at once, with the failure that ended
	 * it. Default NULL.
	 */
	void (*finished)(void *context, struct msub_message *message);
	void *finished_context;
	/*
	 * For programs that write down what became of each recipient, so that after a crash nobody
	 * gets a message twice. before_end is called before the octets that may deliver a message
	 * are lent, the dot or the last chunk: those whom they may reach are `leaving`
	 * (msub_message_result()). settled is called when recipients of a message have been
	 * settled: those that are `final` are done, the others will be tried again. Neither may
	 * call back into the sender or session. Default NULL.
	 */
	void (*before_end)(void *context, const struct msub_message *message);
	void *before_end_context;
	void (*settled)(void *context, const struct msub_message *message);
	void *settled_context;
	const struct msub_memory *memory; /* default NULL */
	/*
	 * Name servers to be asked in the place of the system's: addresses with or without a port,
	 * separated by commas, "127.0.0.1:5353,[2001:db8::1]:53". The hosts file counts as before;
	 * TLSA records (dane) are asked of the system's all the same. NULL: the system's.
	 */
	const char *name_servers;
	void *reserved[15]; /* room for what comes; NULL */
};

enum { MSUB_CONNECTIONS_MAX = 10000 };

/* Sets every member to its default. */
void msub_settings_init(struct msub_settings *settings);
/*
 * Looks whether the settings can be used: MSUB_OK, or MSUB_SETTINGS with the member's name in
 * *which (lent for ever; which may be NULL). Line breaks and NUL are found here, not on the wire.
 * msub_session_new() and msub_sender_new() look themselves.
 */
enum msub_error msub_settings_check(const struct msub_settings *settings, const char **which);

/* ---- Messages ---------------------------------------------------------------------------- */

/*
 * A message is built with the calls of this section, handed to one sender or session, and read
 * afterwards. From handing over until msub_message_is_finished() it is borrowed: it must not be
 * freed, and building calls return MSUB_USE. A message is handed over once.
 */
struct msub_message;

/* Makes an empty message from the null sender, <>. MSUB_OK or MSUB_MEMORY (*message is NULL). */
enum msub_error msub_message_new(struct msub_message **message, const struct msub_memory *memory);
/* Frees it with its results; NULL is fine. Not while it is borrowed. */
void msub_message_free(struct msub_message *message);

/*
 * The envelope's sender, as in "user@example.org", without angle brackets; copied. "" is the null
 * sender. MSUB_ADDRESS, MSUB_USE, MSUB_MEMORY: nothing is changed then.
 *
 * Addresses are ASCII or UTF-8 (RFC 6531). Where only the domain is not ASCII, every server can be
 * told: it is said with A-labels ("xn--..."). A local part that is not ASCII needs a server that
 * offers SMTPUTF8; at another one that recipient is refused before anything is said to it, with
 * MSUB_ADDRESS_NOT_ASCII, and the whole message where it is the sender. SMTPUTF8 is said only in
 * transactions that need it: for such an address, or for 8-bit octets in the header.
 */
enum msub_error msub_message_sender(struct msub_message *message, const char *address);
/* One more recipient; copied. Errors as above. A recipient named twice is sent to twice. */
enum msub_error msub_message_add_recipient(struct msub_message *message, const char *address);

/* Reports of what became of the message, to its sender (RFC 3461); a set, 0: as the server does. */
enum {
	MSUB_NOTIFY_NEVER = 1 << 0, /* stands alone */
	MSUB_NOTIFY_SUCCESS = 1 << 1,
	MSUB_NOTIFY_FAILURE = 1 << 2,
	MSUB_NOTIFY_DELAY = 1 << 3
};

/* What is asked for one recipient; zeros ask for nothing. */
struct msub_recipient_options {
	unsigned int notify; /* of MSUB_NOTIFY_ */
	/*
	 * The address that the mail was first meant for, as a report shall name it; NULL: none. Its
	 * type, NULL: "rfc822", or "utf-8" where it is not ASCII (RFC 6533).
	 */
	const char *original, *original_type;
};
/*
 * One more recipient with options (NULL: none); all is copied. Errors as above; MSUB_SETTINGS for
 * an option that cannot be said: NEVER beside another, a control character, too long.
 */
enum msub_error msub_message_add_recipient_with(struct msub_message *message, const char *address,
	const struct msub_recipient_options *options);

/* How much of the message a report brings back. */
enum msub_return { MSUB_RETURN_UNSAID, MSUB_RETURN_FULL, MSUB_RETURN_HEADERS };
/* What becomes of a message that is late: it comes back, or a report says so. */
enum msub_by { MSUB_BY_UNSAID, MSUB_BY_RETURN, MSUB_BY_NOTIFY };

/*
 * What is asked of the server for a message; zeros ask for nothing. A wish that the server does
 * not offer, or not in that measure, refuses the message before anything is said of it:
 * MSUB_NOT_OFFERED, with the extension's name in the failure's text. With if_offered, what is not
 * offered is left out, with MSUB_REMARK_NOT_OFFERED; never require_tls and binary.
 */
struct msub_message_options {
	enum msub_return returns; /* RET (RFC 3461) */
	/* ENVID, comes back in reports: at most 100 printable characters; NULL: none. */
	const char *envelope_id;
	/* BY (RFC 2852): deliver within so many seconds, at most nine digits; more than 0 with
	 * MSUB_BY_RETURN. by_trace: relays report as well. */
	enum msub_by by_mode;
	int32_t deliver_by_s;
	bool by_trace;
	/* Hold the message back (RFC 4865): for seconds, at most nine digits, or until a date of
	 * RFC 3339, "2026-12-31T23:59:59Z"; one of the two. */
	uint32_t hold_for_s;
	const char *hold_until;
	bool has_priority; /* MT-PRIORITY (RFC 6710): -9 to 9 */
	int priority;
	/* REQUIRETLS (RFC 8689): verified TLS on the whole way. Counts as offered only inside TLS
	 * whose certificate was verified. */
	bool require_tls;
	/* AUTH= (RFC 4954 5): who handed the message in first; "": unknown; NULL: not said. */
	const char *submitter;
	/* BODY=BINARYMIME (RFC 3030): the content has no lines, and goes in chunks as it is. */
	bool binary;
	bool if_offered;
};
/*
 * Sets a message's options in the place of earlier ones; copied, NULL: none. MSUB_SETTINGS for one
 * that cannot be said; MSUB_ADDRESS or MSUB_ADDRESS_NOT_ASCII for the submitter; MSUB_USE,
 * MSUB_MEMORY. Nothing is changed then.
 */
enum msub_error msub_message_options(
	struct msub_message *message, const struct msub_message_options *options);

/*
 * The content, header and body, len octets; borrowed until the message is finished or freed.
 * It is sent as it is, but for line ends: bare CR and bare LF become CR LF, as does a missing
 * last one. Nothing else is touched, so that signatures hold. MSUB_OK or MSUB_USE.
 */
enum msub_error msub_message_content(struct msub_message *message, const void *at, size_t len);

/* Content that is read piece by piece. */
struct msub_source {
	/*
	 * Writes at most len octets (len is never 0) to `at` and returns how many; 0 at the end, a
	 * negative number where reading failed. Called while the session wants to send.
	 */
	ptrdiff_t (*read)(void *context, void *at, size_t len);
	/*
	 * Goes back to the first octet; 0, or anything else where that failed. NULL: it cannot.
	 * Then the message is sent without a size, is declared as 8-bit wherever the server takes
	 * that (where it does not, an 8-bit octet ends the connection before the end of data, with
	 * MSUB_EIGHT_BIT), and is not tried again once reading has begun. What is read again must
	 * be what was read before: where its size differs, the connection ends before the end of
	 * data, with MSUB_SOURCE.
	 */
	int (*rewind)(void *context);
	void *context;
	/*
	 * Called once, when the source is not needed any more: its message is finished, or freed,
	 * or was given other content. NULL: nothing is to be done then.
	 */
	void (*release)(void *context);
};
/* As msub_message_content(); the struct is copied, its context borrowed for as long. */
enum msub_error msub_message_source(struct msub_message *message, const struct msub_source *source);

/*
 * Content from a file: a regular one, path copied. It is open only while it is read, so that many
 * such messages may wait at once. A file that was changed or replaced between being measured and
 * being sent ends the connection before the end of data, with MSUB_SOURCE: half a message is not
 * delivered. MSUB_SOURCE where it is not there, not readable or not regular; MSUB_USE, MSUB_MEMORY.
 */
enum msub_error msub_message_file(struct msub_message *message, const char *path);
/*
 * Content from a descriptor, from where it stands to its end; borrowed until the message is
 * finished or freed, never closed. A regular file is read in place, and its position not moved.
 * Anything else, a pipe say, can be read once: with spool it is copied first, in this call, to an
 * unlinked file in TMPDIR (/tmp); without, it is sent as it comes, without a size
 * (MSUB_REMARK_NO_SIZE), and not tried again. Reading waits for a descriptor that does not block.
 * Errors as for msub_message_file(); MSUB_SOURCE also where the copy could not be written.
 */
enum msub_error msub_message_descriptor(struct msub_message *message, int descriptor, bool spool);
/*
 * True: the Bcc fields of the header, with their continuation lines, are left out of what is
 * measured and sent; nothing else is touched. Default false. MSUB_OK or MSUB_USE.
 */
enum msub_error msub_message_remove_bcc(struct msub_message *message, bool remove);

/* What is worth knowing about a message whatever became of it; a set. */
enum {
	MSUB_REMARK_REPAIRED = 1 << 0,	      /* a line end was not CR LF, or the last missing */
	MSUB_REMARK_LONG_LINE = 1 << 1,	      /* a line of more than 998 octets */
	MSUB_REMARK_NUL = 1 << 2,	      /* a NUL octet */
	MSUB_REMARK_EIGHT_BIT = 1 << 3,	      /* 8-bit content, to a server without 8BITMIME */
	MSUB_REMARK_NO_SIZE = 1 << 4,	      /* not measured, and sent without a size */
	MSUB_REMARK_LOGIN_FORGOTTEN = 1 << 5, /* saved from a server that forgot the login */
	MSUB_REMARK_SENT_AGAIN = 1 << 6,      /* begun again after a connection was lost */
	MSUB_REMARK_SPLIT = 1 << 7,	      /* more than one transaction: many recipients */
	MSUB_REMARK_NOT_OFFERED = 1 << 8      /* something asked for was left out: if_offered */
};

/* One recipient's result. Pointers are lent until the message is freed or goes on being sent. */
struct msub_result {
	const char *recipient;
	enum msub_outcome outcome;
	/*
	 * Why, where the outcome is not MSUB_ACCEPTED; where it is, error is MSUB_OK and the reply
	 * is the server's to the end of data.
	 */
	struct msub_failure why;
	bool final;   /* the outcome stays */
	bool leaving; /* settings.before_end was called for it, and it was not settled since */
};

/*
 * The rest of this section may be called at any time, before, while and after a message is sent;
 * what it says is final once msub_message_is_finished() is true.
 */
/* True once every recipient has a result that stays; then the message may be freed. */
bool msub_message_is_finished(const struct msub_message *message);
size_t msub_message_recipient_count(const struct msub_message *message);
/*
 * The result of recipient number `index`, from 0; false, with *result as it was, where there is
 * none such. Before it is known it is MSUB_NOT_TRIED with MSUB_OK.
 */
bool msub_message_result(
	const struct msub_message *message, size_t index, struct msub_result *result);
/* How many of the recipients have this outcome. */
size_t msub_message_count(const struct msub_message *message, enum msub_outcome outcome);
/*
 * The first of its recipients' failures, lent, but for those that only say that another one was
 * refused (MSUB_OTHER_REFUSED), where there is a better; MSUB_OK where there is none.
 */
void msub_message_failure(const struct msub_message *message, struct msub_failure *failure);
/* What was remarked so far: a set of MSUB_REMARK_, 0 for nothing. */
unsigned int msub_message_remarks(const struct msub_message *message);

/* ---- Sender ------------------------------------------------------------------------------ */

/*
 * A sender works through its messages in the order of adding. It makes one session after
 * another; a program with its own event loop drives them:
 *
 *     while ((session = msub_sender_session(sender, now_ms)) != NULL)
 *             ... drive it until msub_session_wants() is 0 ...
 * When is there another session? After a lost connection, a 421, an envelope that was given up
 * or a suspicion, as long as messages wait. A message that was under way when the connection was
 * lost is tried once more, never where it may have been delivered. Three sessions in a row
 * in which nothing was settled, or one that did not get as far as MAIL, end it: what waits gets
 * that session's failure. So a server that refuses every recipient of every message hears at most
 * one login per transaction, with a growing pause between them (settings.pause_ms), and a
 * suspicion that proved wrong three times in a row is not raised again.
 *
 * With settings.connections above 1 several sessions are under way at once. Each takes the next
 * message that waits when it is done with one. They open one after the other: another one only
 * when the last has logged in (a quarter as many at once as have), and more messages wait than
 * sessions are under way. What is learned
 * about the server is known to all of them at once. Where one cannot be opened while others are
 * under way, the others go on, and no more are opened than these are. A program asks for more
 * after each event, which costs nothing:
 *
 *     while ((session = msub_sender_session(sender, now_ms)) != NULL)
 *             ... take it to those that are driven, where it is not one of them already ...
 */
struct msub_sender;
/* Settings are copied. MSUB_OK, MSUB_SETTINGS or MSUB_MEMORY (*sender is NULL then). */
enum msub_error msub_sender_new(struct msub_sender **sender, const struct msub_settings *settings);
/* Frees it and the session lent by it, NULL is fine. Its messages are the caller's as before. */
void msub_sender_free(struct msub_sender *sender);
/*
 * Adds a message at the end; it is borrowed until it is finished or the sender is freed.
 * MSUB_NO_RECIPIENT; MSUB_SOURCE where it has no content; MSUB_USE where it was handed over before.
 */
enum msub_error msub_sender_add(struct msub_sender *sender, struct msub_message *message);
/*
 * A session to be driven, or NULL. It is lent until its wants are 0, or the sender is freed; with
 * the next call of this after its wants became 0 it is gone.
 * With one connection: the session to be driven now, the same one while it is under way; NULL
 * when every message is finished. With more: a session that was not returned before, or one that
 * rested (settings.keep_ms) and has something to do again; NULL where no more are worth it now.
 */
struct msub_session *msub_sender_session(struct msub_sender *sender, uint64_t now_ms);
/* True where every message is finished; sessions may still say their farewell, or rest. */
bool msub_sender_is_finished(const struct msub_sender *sender);
/* A message that has finished since the last call, each one once, in the order of finishing; or
 * NULL. */
struct msub_message *msub_sender_finished(struct msub_sender *sender);
/* The first failure of a whole session, lent; error is MSUB_OK where there was none. */
void msub_sender_failure(const struct msub_sender *sender, struct msub_failure *failure);

/* What a sender has learned about its server; a set. */
enum {
	MSUB_LEARNED_FORGETS = 1 << 0,	 /* forgets the login: one message per session */
	MSUB_LEARNED_RECIPIENTS = 1 << 1, /* takes only so many recipients per transaction */
	/*
	 * Loses the connection, and with it the reply, where the next message is begun behind the
	 * end of one in the same flight, which RFC 2920 section 3.1 allows: from then on the next
	 * one waits for that reply.
	 */
	MSUB_LEARNED_ENDS_ALONE = 1 << 2
};
/* What is known so far. It only grows, but for a limit on recipients that proved to be none. */
unsigned int msub_sender_learned(const struct msub_sender *sender);

/* What it took. A turn is a batch of replies, the greeting included; handshakes are not counted. */
struct msub_counts {
	uint64_t sessions; /* connections that stood */
	uint64_t logins;   /* times that the server said yes to AUTH */
	uint64_t turns;
	uint64_t suspicions;  /* times that a forgotten login was suspected */
	uint64_t reserved[8]; /* room for what comes; 0 */
};
/* Fills *counts with what it took so far, the session under way included. */
void msub_sender_counts(const struct msub_sender *sender, struct msub_counts *counts);
/* The same as counts.turns: what a message costs on a slow line. */
uint64_t msub_sender_turns(const struct msub_sender *sender);

/* ---- Session ----------------------------------------------------------------------------- */

/*
 * The driver's loop. wants() is asked before every step, since any call may change it:
 *
 *   MSUB_WANTS_WAIT       nothing but time: tick() at the deadline (a pause before connecting)
 *   MSUB_WANTS_CONNECT    connect, then msub_session_connected() or _connect_failed()
 *   MSUB_WANTS_SEND       write what _output() lends, then say with _taken() how much was written
 *   MSUB_WANTS_RECEIVE    read (never while it is not wanted), then _input(), or _end_of_input().
 * What can be read is read before a write error is believed: it may be the reply that says why
 *   MSUB_WANTS_START_TLS  write everything, then the handshake, then _tls_up() or _tls_failed();
 *                         octets read before this want was seen go to _input(), all later ones
 *                         belong to the handshake
 *   MSUB_WANTS_CLOSE      write what is wanted, close the connection, then _closed()
 *   0                     the session is over; an attempt to connect that is under way is given up
 *
 * and whenever msub_session_deadline_ms() has come, msub_session_tick().
 *
 * A call that the session does not want at the moment does nothing. No call blocks, except that a
 * message's own source may.
 */
enum {
	MSUB_WANTS_CONNECT = 1 << 0,
	MSUB_WANTS_SEND = 1 << 1,
	MSUB_WANTS_RECEIVE = 1 << 2,
	MSUB_WANTS_START_TLS = 1 << 3,
	MSUB_WANTS_CLOSE = 1 << 5,
	MSUB_WANTS_WAIT = 1 << 8
};

struct msub_session;
/*
 * A session of its own, without a sender: nothing is tried again. A suspicion is then reported as
 * MSUB_LOGIN_SUSPECTED with MSUB_RETRY_ELSEWHERE. Messages left over when the server ends the
 * session are MSUB_NOT_TRIED with what it failed by; when the session ends itself, after an
 * envelope that was given up say, with MSUB_ENDED and MSUB_RETRY_ELSEWHERE, and why in the
 * failure's text. Settings are copied. now_ms is when connecting starts. Errors as for
 * msub_sender_new().
 */
enum msub_error msub_session_new(
	struct msub_session **session, const struct msub_settings *settings, uint64_t now_ms);
/*
 * NULL is fine; so is a session under way, whose messages then get the outcome that they have in
 * truth, with MSUB_LOST. Not for sessions that a sender has lent.
 */
void msub_session_free(struct msub_session *session);
/*
 * Adds a message at the end; borrowed until it is finished or the session is freed. QUIT is said
 * as soon as no message waits, so add before driving; with settings.keep_ms the session rests
 * instead, and a message that is added then makes its deadline due: call tick(). Errors as for
 * msub_sender_add(); MSUB_USE also for a session that a sender has lent, or one that is ending.
 */
enum msub_error msub_session_add(struct msub_session *session, struct msub_message *message);

/* What the session waits for: a set of MSUB_WANTS_; 0 is the end, and stays. */
unsigned int msub_session_wants(const struct msub_session *session);
/*
 * The connection stands. local_address ("192.0.2.7", "2001:db8::7%eth0"; copied; NULL or "" where
 * unknown) is what EHLO says where the settings name nothing.
 */
void msub_session_connected(
	struct msub_session *session, const char *local_address, uint64_t now_ms);
/* No connection; why is a sentence for people (copied; may be NULL). The session is over. */
void msub_session_connect_failed(struct msub_session *session, const char *why, uint64_t now_ms);

/* As msub_session_connect_failed(), where it is the name that does not exist: MSUB_HOST. */
void msub_session_host_failed(struct msub_session *session, const char *why, uint64_t now_ms);
/*
 * Before msub_session_connected(): the server that was connected to was found with msub_discover()
 * and has this kind of TLS, whatever the settings say. MSUB_TLS_NONE is ignored.
 */
void msub_session_service(struct msub_session *session, enum msub_tls tls);
/*
 * At the same time: that server's name (copied) and port, which some logins have to say (GSSAPI,
 * DIGEST-MD5, OAUTHBEARER). Where settings.host is set that one is said; NULL is ignored.
 */
void msub_session_server(struct msub_session *session, const char *host, uint16_t port);

/* A piece of output: len octets. */
struct msub_piece {
	const uint8_t *at;
	size_t len;
};
/*
 * Lends the next octets to write, as at most max pieces, and returns how many pieces; 0 where
 * nothing is to be written. Lent until the next call that takes time as an argument.
 */
size_t msub_session_output(struct msub_session *session, struct msub_piece *pieces, size_t max);
/* Says that the first count octets of the output were written; less than was lent is fine. */
void msub_session_taken(struct msub_session *session, size_t count, uint64_t now_ms);
/* Octets that came; borrowed during the call. Any cut of the stream gives the same session. */
void msub_session_input(struct msub_session *session, const void *at, size_t len, uint64_t now_ms);
/* No more will come: the peer closed, or the connection is lost (why: for people, or NULL). */
void msub_session_end_of_input(struct msub_session *session, const char *why, uint64_t now_ms);

/* What a login can be bound to (RFC 5056), so that it is worth nothing on another connection. */
enum msub_binding {
	MSUB_BINDING_EXPORTER, /* tls-exporter (RFC 9266): the one of TLS 1.3 */
	MSUB_BINDING_UNIQUE    /* tls-unique (RFC 5929): up to TLS 1.2, with RFC 7627 */
};
/*
 * Tells the channel binding of the connection, len octets (at most 64; copied). Called, if at all,
 * before _tls_up(); without it no mechanism with -PLUS is used. MSUB_OK, or MSUB_USE.
 */
enum msub_error msub_session_tls_binding(
	struct msub_session *session, enum msub_binding kind, const void *at, size_t len);
/*
 * The handshake succeeded. verified: the certificate was checked, its chain and the name that was
 * asked for; where it is false and the settings do not trust anyone, the session fails with
 * MSUB_TLS. description is for people ("TLS1.3 ..."; borrowed during the call; may be NULL).
 */
void msub_session_tls_up(
	struct msub_session *session, bool verified, const char *description, uint64_t now_ms);
/*
 * It did not; why is a sentence for people (copied; may be NULL). Also after _tls_up(), where the
 * server's fatal alert came before its first octet inside: TLS 1.3 judges a client's certificate
 * only then. Later it is ignored: say msub_session_end_of_input().
 */
void msub_session_tls_failed(struct msub_session *session, const char *why, uint64_t now_ms);
/* The connection is closed: the session is over. */
void msub_session_closed(struct msub_session *session, uint64_t now_ms);

/* When tick() is due, on the caller's clock; MSUB_NEVER: not at all. Changes with every call. */
uint64_t msub_session_deadline_ms(const struct msub_session *session);
/* The time is now_ms. Before the deadline this does nothing; at it, the session fails in time. */
void msub_session_tick(struct msub_session *session, uint64_t now_ms);

/* The session does not rest any more (settings.keep_ms): where no message waits, QUIT is said. */
void msub_session_quit(struct msub_session *session, uint64_t now_ms);

/* The first failure of the session as a whole (not of a message), lent until it is freed. */
void msub_session_failure(const struct msub_session *session, struct msub_failure *failure);
/*
 * Batches of replies so far: a batch is all that is heard between two pieces of output. One
 * message with a login takes 5 where the server offers PIPELINING, ten take 14.
 */
uint64_t msub_session_turns(const struct msub_session *session);

/* ---- Discovery --------------------------------------------------------------------------- */

enum { MSUB_SERVICE_HOST = 256 };

/* A server that a domain announces. */
struct msub_service {
	char host[MSUB_SERVICE_HOST];
	uint16_t port;
	enum msub_tls tls; /* MSUB_TLS_IMPLICIT or MSUB_TLS_STARTTLS */
};

/*
 * Asks the DNS for the submission servers of a mail domain and fills `services` with at most
 * *count of them, in the order in which they are to be tried; *count becomes their number. Blocks
 * for settings->timeouts.resolve_ms at most; settings may be NULL, and only name_servers, memory
 * and that time count. What the DNS says may be forged: who connects to such a host with settings
 * of his own has the user confirm its name, or demands a certificate for the domain
 * (settings.domain does). MSUB_OK with one service at least; MSUB_HOST where the domain announces
 * none, or that it has none, or is no domain; MSUB_CONNECT where nobody answered; MSUB_MEMORY.
 * *failure (may be NULL) says more; its text is lent for ever.
 */
enum msub_error msub_discover(const char *domain, const struct msub_settings *settings,
	struct msub_service *services, size_t *count, struct msub_failure *failure);

/* ---- Network ----------------------------------------------------------------------------- */

/*
 * What connections are made with: sockets, TLS, name servers, a clock. A network is made once for
 * a server, and used for any number of runs. In it the trusted certificates are loaded once, what
 * the server gave for a shorter handshake is used for the next connection, its address is
 * remembered for a minute, and sessions that rest (settings.keep_ms) stay open from one run of
 * their sender to the next. All sessions of a sender are driven in one thread, by one loop.
 */
struct msub_network;
/*
 * Settings are copied. Those that say what is connected to, and how (host, domain, port, proxy,
 * protocol, TLS and trust), must be the same in every sender that it runs. How long connecting and
 * the handshake may take is the network's, everything else is the sender's. MSUB_OK, MSUB_SETTINGS
 * (also for a missing host) or MSUB_MEMORY (*network is NULL).
 */
enum msub_error msub_network_new(
	struct msub_network **network, const struct msub_settings *settings);
/*
 * Sessions that rest say QUIT if that can be done without waiting, and are closed. NULL is fine.
 * It may be freed before or after the senders that it ran.
 */
void msub_network_free(struct msub_network *network);
/*
 * Drives a sender until every message is finished; blocks. The sender is borrowed: during the
 * call, and while a session of it rests, until either is freed. MSUB_OK where every message that
 * finished was accepted for every recipient, otherwise the first failure, and *failure (may be
 * NULL; lent by the sender until its next run) says more. MSUB_SETTINGS (what *failure says is lent
 * by the network) and MSUB_MEMORY where nothing could be opened, and MSUB_SETTINGS where the
 * sender's settings would lead to another connection than the network's ("tls: ..."), with nothing
 * done; MSUB_USE where sessions of the sender rest in another network.
 */
enum msub_error msub_network_run(
	struct msub_network *network, struct msub_sender *sender, struct msub_failure *failure);

/* ---- The blocking call ------------------------------------------------------------------- */

/*
 * Connects to settings->host (or domain, or socket_path) and sends `count` messages, in order,
 * over as many connections as it takes (a network and a sender of its own); returns when all are
 * finished. The messages are borrowed during the call and hold their results afterwards.
 * MSUB_OK where every message was accepted for every recipient. Otherwise the first thing that
 * was not, and *failure (may be NULL; its pointers are lent by the messages) says more. Errors of
 * the call itself: MSUB_SETTINGS (also for a missing host), MSUB_NO_RECIPIENT, MSUB_SOURCE,
 * MSUB_USE, MSUB_MEMORY; then nothing was sent, unless the results of the messages say so.
 */
enum msub_error msub_submit(const struct msub_settings *settings,
	struct msub_message *const *messages, size_t count, struct msub_failure *failure);

/* ---- Looking at a server ------------------------------------------------------------------ */

/* A certificate as it was shown. Texts are "" and times 0 where none was. */
struct msub_certificate {
	const char *subject, *issuer;  /* RFC 4514: "CN=mail.example.org,O=Example" */
	const char *const *names;      /* host names and addresses that it is for; ends in NULL */
	int64_t from_unix, until_unix; /* seconds since 1970: it holds in between */
	/* Of the whole certificate, and of its public key: "AB:CD:...". */
	const char *sha256, *sha1, *key_sha256;
};

/* What was seen of a server. Texts are never NULL; "" where it did not come to that. */
struct msub_server {
	int greeting_code;
	const char *greeting; /* without its code */
	/*
	 * The replies to EHLO in clear and inside TLS, line by line without the code; the first
	 * line is the server's name. Ends in NULL.
	 */
	const char *const *clear;
	const char *const *inside;
	const char *mechanisms; /* of the last of these replies, separated by blanks */
	bool logged_in;
	/* "TLS1.3", "AES-256-GCM", "ECDHE-X25519". */
	const char *tls_version, *tls_cipher, *tls_key_exchange;
	bool verified;		/* the certificate holds, for the name that was asked for */
	const char *unverified; /* why it does not, where trust_anyone went on all the same */
	struct msub_certificate certificate;
	void *facts;	   /* the library's */
	void *reserved[8]; /* room for what comes; NULL */
};

/*
 * Looks at a server and sends no mail: connects, hears the greeting and what is offered, agrees on
 * TLS as the settings say, looks at what is offered now, logs in where a user is set, and quits.
 * Blocks; the settings are borrowed during the call. *server is filled as far as it got, also where
 * that failed (a certificate that does not hold is there to be read), and all its texts, and those
 * of *failure (which may be NULL), are lent until msub_server_free(). Errors as of msub_submit();
 * after MSUB_MEMORY *server may hold nothing, not even texts.
 */
enum msub_error msub_look(const struct msub_settings *settings, struct msub_server *server,
	struct msub_failure *failure);
/* Frees what it holds, and empties it; a zeroed one and NULL are fine. */
void msub_server_free(struct msub_server *server);

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif

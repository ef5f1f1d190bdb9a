/*
 * phone: a mail client of the field, played from its profile.
 *
 * The model. A phone has one *account* (what its user and network chose: server, login, address),
 * one *profile* (what its maker chose: struct client_profile), and an outbox of *messages*. It is
 * a player (player.h): a driver gives it connections, octets and the time; it opens nothing and
 * looks at no clock. It works through the outbox in one or more connections and then wants nothing
 * any more; the outcomes can be read at any moment, and are final then.
 *
 *   phone_new() -> phone_add() for each message -> the driver's loop over phone_player()
 *   -> phone_outcome() for each message, phone_remarks() -> phone_free()
 *
 * Whatever differs between clients is in the profile; the correct profile makes the plainest
 * correct client. Any profile that can be loaded can be played. The phone ends whenever its peer
 * ends: what only a peer can bound (a server that answers for ever, a profile without timeouts)
 * the driver bounds.
 *
 * A message may leave in several *copies* (envelope.bcc), each a transaction of its own; its
 * outcome joins theirs. Octets handed out by outgoing() are one write per call; a body that goes in
 * blocks has at most 4 KiB of the message in each. After ended() with PLAYER_ENDED a phone may
 * still speak: the other way is open, and a client finds out only when it listens.
 *
 * What the driver takes from the profile itself: connect.addresses, of `tls` the versions,
 * ciphers, extensions, verify, resume and needs-session-id, and think.certificate
 * (phone_certificate_ms()), which falls inside the handshake.
 */
#ifndef PHONE_PHONE_H
#define PHONE_PHONE_H

#include "client_profile.h"
#include "memory.h"
#include "compose.h"
#include "octets.h"
#include "player.h"

enum phone_security { PHONE_PLAIN, PHONE_STARTTLS, PHONE_TLS };

/* What a user and a network chose. Copied by phone_new(), the password too. */
struct phone_account {
	enum phone_security security;
	uint16_t port;
	struct octets user, password; /* user empty: no login is asked for */
	struct octets sender;	    /* From as typed; its address is the envelope's; may be empty */
	const char *local_address;  /* NULL: what connected() tells; "": none is known */
	struct octets host, device; /* {host}, {device} */
	struct octets server;	    /* {server}: the server's name as the user typed it */
	/*
	 * False: where `security` asks for TLS, nothing secret is said outside it; a profile that
	 * would do so ends its session with a remark instead.
	 */
	bool password_in_clear;
	/*
	 * How often the outbox is worked through again while messages stay in it; 0: once is all.
	 * The waits between are outbox.retry, and where that is empty (a client that sends again
	 * only when its user says so) try_wait_ms. This bounds a profile that tries for ever.
	 */
	uint32_t further_tries;
	uint64_t try_wait_ms;
	/*
	 * The phone goes no further than the envelope: where a message's recipients have been
	 * answered it says QUIT and never DATA, and the next message has a connection of its own.
	 * For who wants to know what a server would take, and leave nothing there.
	 */
	bool stops_at_data;
	/* Of the profile's think times, this part is waited: 100 as written, 0 none. */
	uint32_t pace_percent;
	/*
	 * The limits that the profile writes (timeouts) are no longer than this; 0: as written. For
	 * who has seen one pass whole, and is to see it again.
	 */
	uint64_t longest_limit_ms;
};

enum phone_result {
	PHONE_NOT_TRIED,
	PHONE_DELIVERED,
	PHONE_ACCEPTED,	       /* the recipient was taken; no message was sent (stops_at_data) */
	PHONE_REFUSED,	       /* 5xx, or a reply that makes no sense */
	PHONE_REFUSED_FOR_NOW, /* 4xx */
	PHONE_CLOSED,	       /* connection lost before the end of the final dot, or dropped */
	PHONE_UNSURE,	       /* lost or timed out after the last octet of the final dot */
	PHONE_TIMED_OUT,
	PHONE_HUNG, /* the profile makes the client hang */
	PHONE_TLS_FAILED,
	PHONE_TLS_TOO_OLD, /* likewise; only who knows the handshake can tell (play_verdict()) */
	PHONE_NO_CONNECTION,
	PHONE_BAD_ADDRESS, /* refused by the client itself */
	PHONE_BROKEN,	   /* the body broke (break_body_at) */
	PHONE_NO_MEMORY,
	PHONE_RESULT_COUNT
};

struct phone_verdict {
	enum phone_result result;
	enum step step;	     /* where; meaningless where nothing went wrong */
	unsigned int code;   /* of the reply that decided, 0 where none did */
	struct octets reply; /* its first line without line end, at most 512 octets; lent */
};

struct phone_recipient {
	struct octets address; /* as given; lent */
	struct phone_verdict verdict;
	bool was_delivered; /* a try of it was taken */
	bool twice;	    /* and a later one as well (outbox.again: whole) */
	/* A try of it ended so, or was taken before one that was not. */
	bool was_unsure;
	/* And a later one was taken, or is unsure as well: two may have arrived. */
	bool perhaps_twice;
};

/* One message. Copied by phone_add(), but for what is borrowed. */
struct phone_message {
	/*
	 * The content, the body and what is attached are borrowed until phone_free(): a thousand
	 * phones that send the same have it once.
	 */
	bool borrowed;
	const struct octets *to, *cc, *bcc, *self; /* self: a copy to oneself */
	size_t to_count, cc_count, bcc_count, self_count;
	/* A whole message as given, header and body, any line ends; or empty: composed from */
	struct octets content;
	/*
	 * What the user typed (compose.h). From, to, cc, bcc, host, device and server come from the
	 * account and from above, and unix_time is when it is first composed.
	 */
	struct message_draft draft;
	/*
	 * 0: never; N: event `broken` after N octets of the content, or, where the profile writes
	 * line by line, after the last whole line of them.
	 */
	size_t break_body_at;
	/*
	 * A message that waited since an earlier run: what became of its recipients then, as
	 * phone_outcome() told it (to, cc, bcc, self), and in how many connections. NULL: a new
	 * one.
	 */
	const struct phone_recipient *earlier;
	uint32_t earlier_tries;
	/* Decides its Message-ID where that is made once; 0: the phone draws one. */
	uint64_t seed;
};

/*
 * What became of a message. `verdict` is that of the reply (or event) that ended it: a client
 * that goes on after a refused recipient has delivered its message when the dot is accepted, so
 * look at the recipients as well. Of several copies, the first that was not delivered counts, and
 * PHONE_UNSURE before all others.
 */
struct phone_outcome {
	struct phone_verdict verdict;
	unsigned int tries;			  /* connections in which it was tried */
	bool queued;				  /* still in the outbox, by outbox.keep */
	const struct phone_recipient *recipients; /* to, cc, bcc, self, in the order given; lent */
	size_t recipient_count;
};

struct phone;

/*
 * `memory` and `profile` are borrowed and outlive the phone. The seed decides think times,
 * Message-IDs and everything else that is drawn. NULL: no memory, or a CR, LF or NUL in a value
 * of the account (phone_account_fits() tells which of the two).
 */
struct phone *phone_new(const struct memory *memory, const struct client_profile *profile,
	const struct phone_account *account, uint64_t seed);
/* NULL is fine. Secrets are wiped; what was lent ends here. */
void phone_free(struct phone *phone);
/* False where a value holds a CR, LF or NUL: no phone's settings could hold it. */
bool phone_account_fits(const struct phone_account *account);
/*
 * Adds a message to the outbox, before the driver's first call. False: no recipient, a CR, LF
 * or NUL in an address, the subject or a name, a charset that is not known (charset.h), the phone
 * has begun, or no memory.
 */
bool phone_add(struct phone *phone, const struct phone_message *message);

/* The phone as the driver sees it; lent, as long as the phone lives. */
struct player *phone_player(struct phone *phone);

/* How TLS starts in truth: the account's wish, unless `tls.start` or its ports decide. */
enum phone_security phone_security(const struct phone *phone);
/* The same for a phone that is not made yet. */
enum phone_security phone_security_of(
	const struct client_profile *profile, const struct phone_account *account);
/*
 * A line that goes on was taken for a whole reply (replies.reading): what follows was taken for the
 * answers to later commands. So a recipient that was accepted need not have been: what came may
 * have been the rest of what MAIL drew. Who stops at DATA does not learn it.
 */
bool phone_is_behind(const struct phone *phone);
/*
 * How long the user looks at a certificate, at the account's pace, where the profile asks
 * (tls.verify); else 0. In milliseconds, drawn anew at each call, so before the driver's first. The
 * driver waits so long inside the handshake; the phone does not wait again behind it.
 */
uint64_t phone_certificate_ms(struct phone *phone);

/*
 * The final dot of a message has been said, to its last octet, and its reply is waited for: what is
 * lost now leaves the phone unsure. *message (or NULL) is which one.
 */
bool phone_awaits_end(const struct phone *phone, size_t *message);
/*
 * True while this player, a phone, ends its wait by itself: by a limit that its profile writes for
 * the step in hand, or because it thinks. Nobody else need lose patience meanwhile.
 */
bool phone_keeps_time(const struct player *player);
/*
 * How far the message in hand has been said, in octets of its content; false: none is being said.
 */
bool phone_progress(const struct phone *phone, size_t *message, uint64_t *said, uint64_t *whole);

/*
 * Each try of the message has a Message-ID and a Date of its own: it is composed, by a client that
 * makes them anew (message.regenerate).
 */
bool phone_writes_anew(const struct phone *phone, size_t index);

/* As the account has it; lent. */
struct octets phone_sender(const struct phone *phone);
/* The last connection was greeted with HELO, which no offers answer. */
bool phone_said_helo(const struct phone *phone);
/* The password was not said, for it would have gone in clear (password_in_clear). */
bool phone_held_back(const struct phone *phone);
/* A login of this run was accepted. */
bool phone_logged_in(const struct phone *phone);
size_t phone_message_count(const struct phone *phone);
/* Lent until the phone's next call as a player; NULL for an index out of range. */
const struct phone_outcome *phone_outcome(const struct phone *phone, size_t index);
/*
 * True where the account asks for a login and the phone went on without it, as some do; *verdict
 * (lent) has the reply that refused it, code 0 where the server offered none that it knows.
 */
bool phone_went_on_without_login(const struct phone *phone, struct phone_verdict *verdict);
/* Sentences about the run as a whole ("the password was held back: …"); lent. */
size_t phone_remark_count(const struct phone *phone);
const char *phone_remark(const struct phone *phone, size_t index);
/* "delivered", "refused", "refused for now", …; lent for ever. */
const char *phone_result_name(enum phone_result result);
/* "connect", "hello", "recipient", …, as profiles name the steps; lent for ever. */
const char *phone_step_name(enum step step);

#endif

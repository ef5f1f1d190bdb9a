/*
 * compose: what a user typed, in the handwriting of a profile (RFC 5322, 2045 to 2047).
 *
 * A *draft* is what a user typed and a network decided; `struct message_keys` is how the maker of
 * the client writes messages. Of the two come octets, CR LF throughout, and the places where the
 * generator ends one of its buffers: a client that writes line by line makes one write of each.
 *
 * A header line whose variable is absent is left out, one whose variable is empty stays
 * ("Subject: "). The header is made first (header.h, address_field.h, subject.h, encoded_words.h),
 * then the body (body.h), which says beforehand what the header tells of it.
 */
#ifndef MESSAGE_COMPOSE_H
#define MESSAGE_COMPOSE_H

#include "client_profile.h"
#include "random.h"

enum message_priority { MESSAGE_PRIORITY_NORMAL, MESSAGE_PRIORITY_HIGH, MESSAGE_PRIORITY_LOW };
enum message_mime { MESSAGE_MIME_AS_PROFILE, MESSAGE_MIME_ON, MESSAGE_MIME_OFF };

struct message_attachment {
	struct octets name; /* of the file, UTF-8, without folders */
	struct octets content;
	struct octets type; /* "image/jpeg"; empty: not known */
};

/* Lent for the time of the call. Addresses are as typed: a@b, <a@b>, Name <a@b>, "Name" <a@b>. */
struct message_draft {
	struct octets from;	/* may be empty */
	struct octets reply_to; /* empty: absent */
	const struct octets *to, *cc;
	size_t to_count, cc_count;
	struct octets bcc;	     /* whom the header names as Bcc; empty: nobody */
	struct octets subject, body; /* UTF-8; the body's lines end in LF, CR or CR LF */
	const struct message_attachment *attachments;
	size_t attachment_count;
	enum message_priority priority;
	struct octets receipt_to; /* who is told that it was read; empty: nobody */
	struct octets charset;	  /* the user's setting; empty: the profile's */
	enum message_mime mime;
	struct octets host, device, server; /* {host}, {device}, {server} of the Message-ID */
	uint64_t unix_time;
	int zone_minutes; /* east of Greenwich */
};

struct message_composed {
	struct buffer octets;
	struct buffer ends; /* size_t each: where in `octets` a buffer of the generator ends */
	bool broken;	    /* message.header-limit: the octets are what left before it broke */
};

void message_composed_init(struct message_composed *composed, const struct memory *memory);
void message_composed_free(struct message_composed *composed);
/* Forgets the message, keeps the room. */
void message_composed_clear(struct message_composed *composed);
/* The octets since the last end are one buffer of the generator; none: nothing happens. */
void message_end_write(struct message_composed *composed);

/* Whether this draft becomes MIME, and in which charset: its label (charset.h). */
bool message_is_mime(const struct message_keys *keys, const struct message_draft *draft);
struct octets message_charset(const struct message_keys *keys, const struct message_draft *draft);

/*
 * Appends the message. `random` is drawn from for the Message-ID and the boundary. False: no
 * memory, and what was appended is of no use. (A broken message is composed: true, and `broken`.)
 */
bool message_compose(struct message_composed *composed, const struct message_keys *keys,
	const struct message_draft *draft, struct random *random);

#endif

/*
 * link_keys: the rows of link profiles. A link stands for the networks of 2006 to 2008; where a
 * figure is from stands in the profiles, where a behaviour is from stands here.
 */
#include "keys.h"
#include "types.h"

#include <stddef.h>

/* The last argument is the sentence, and after it words where it has them. */
#define KEY(key_path, of_type, member, value, ...)                                                 \
	{                                                                                          \
		.path = (key_path), .type = &type_##of_type,                                       \
		.offset = offsetof(struct link_profile, member), .correct = (value),               \
		.sentence = __VA_ARGS__                                                            \
	}

LOCAL_WORDS(starttls_words, NULL, "passes", "reset");
LOCAL_WORDS(split_dot_words, NULL, "passes", "swallowed");
LOCAL_WORDS(end_words, NULL, "lost", "reset", "closed", "silent");

static const struct key keys[] = {
	KEY("rate.up", rate, rate.up, "none",
		"How fast octets go up, to the server: 20 kbit/s or 2500 octets/s, from 1 octet/s on; "
		"none: as fast as they come (RFC 3481 2.2 has the figures of mobile networks)."),
	KEY("rate.down", rate, rate.down, "none", "The same down, to the phone (RFC 3481 2.2)."),
	KEY("round-trip", span, round_trip, "0 ms",
		"There and back without the time that octets take, half of it each way; drawn for "
		"each connection, which itself takes one more (RFC 3481 2.1)."),
	KEY("jitter", span, jitter, "0 ms",
		"What a segment takes longer, one way, drawn for each; the order is kept, as TCP "
		"keeps it (RFC 3481 2.1)."),
	KEY("segment", number, segment, "0",
		"Most octets that come out at once, each such piece a write of its own, at least 64; "
		"0: as they are written (RFC 9293 3.7.1, the maximum segment size)."),
	KEY("stalls.every", span, stalls.every, "0 ms",
		"The time from the end of one stall to the next, in which nothing passes: a cell is "
		"changed, a call comes in; 0 ms: there are none (RFC 3481 2.4)."),
	KEY("stalls.length", span, stalls.length, "0 ms", "How long each takes (RFC 3481 2.4)."),
	KEY("set-up", span, set_up, "0 ms",
		"What the bearer takes before the first connection, and again after it was lost "
		"(3GPP TS 23.060 9.2, the activation of a PDP context)."),
	KEY("end.after-up", number, end.after_up, "0",
		"The link ends once so many octets have come up to the server, counted over all "
		"connections, TLS included; 0: it does not. It ends once in a run."),
	KEY("end.after-down", number, end.after_down, "0",
		"The same for octets that have come down to the phone."),
	KEY("end.after-dot", flag, end.after_dot, "false",
		"The link ends once the final dot of a message has come up to the server, and before "
		"its reply comes down: the duplicates of RFC 1047 2."),
	KEY("end.how", word, end.how, "lost",
		"lost: the bearer goes, the phone is told and the server hears nothing more; reset: "
		"both get a RST; closed: both see the other close; silent: nobody is told.",
		.words = &end_words),
	KEY("mask.commands", texts, mask.commands, "[]",
		"Verbs that a guard between overwrites with X, so that the server does not know "
		"them; bodies and TLS are left alone (PIX firewalls, catalogue S21)."),
	KEY("mask.offers", texts, mask.offers, "[]",
		"Keywords that it overwrites with X in the reply to EHLO (the same)."),
	KEY("mask.greeting", flag, mask.greeting, "false",
		"It overwrites the greeting behind its code with asterisks, except 0, 2 and blanks "
		"(the same)."),
	KEY("proxy.resets", flag, proxy.resets, "false",
		"A proxy between says RSET before each MAIL of the client and keeps the reply to itself "
		"(virus scanners on the client's machine, catalogue 180)."),
	KEY("proxy.refuses", texts, proxy.refuses, "[]",
		"Verbs that it answers itself, with proxy.refusal; the server does not hear them (the "
		"same)."),
	KEY("proxy.refusal", text, proxy.refusal, "\"500 Unsupported command.\"",
		"What it says to those (the same)."),
	KEY("proxy.greeting", text, proxy.greeting, "\"\"",
		"What it says in the place of the server's greeting, and then both connections are "
		"closed; empty: the server's greeting passes (an operator's proxy for port 25, S24)."),
	KEY("proxy.starttls", word, proxy.resets_starttls, "passes",
		"reset: what follows STARTTLS, the first octet of TLS, is answered with a RST to both "
		"(a mobile network of 2011, S23).",
		.words = &starttls_words),
	KEY("proxy.split-dot", word, proxy.swallows_split_dot, "passes",
		"swallowed: a final dot that does not come in one piece, CR LF . CR LF, never reaches "
		"the server, nor does anything after it (firewalls, S22).",
		.words = &split_dot_words),
};

const struct key *link_keys(size_t *count)
{
	*count = sizeof keys / sizeof *keys;
	return keys;
}

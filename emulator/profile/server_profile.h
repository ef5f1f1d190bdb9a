/*
 * server_profile: one server's wire behaviour as data. The empty profile is a correct, strict
 * submission server (RFC 6409). A member's comment is its path; its meaning is its row in
 * server_keys.c.
 */
#ifndef PROFILE_SERVER_PROFILE_H
#define PROFILE_SERVER_PROFILE_H

#include "value.h"

enum reply_then { THEN_STAY, THEN_CLOSE, THEN_RST, THEN_HANG, THEN_BAN, THEN_DROP };

/* A reply: lines (one or several, with or without code), and what happens besides. */
struct server_reply {
	bool written;		/* false: the row's correct value counts, or nothing is refused */
	bool none;		/* written `none`: not refused */
	struct text_list lines; /* empty with written: no reply is said (only `then`, `delay`) */
	uint64_t delay_ms;
	enum reply_then then;
};

/* replies.NAME */
enum reply_name {
	REPLY_GREETING,
	REPLY_EHLO, /* its first line, without code: "{host} Hello {name}" */
	REPLY_HELO,
	REPLY_STARTTLS,
	REPLY_AUTH_OK,
	REPLY_AUTH_FAILED,
	REPLY_RESET,
	REPLY_NOOP,
	REPLY_VRFY,
	REPLY_HELP,
	REPLY_MAIL,
	REPLY_RECIPIENT,
	REPLY_DATA,
	REPLY_CHUNK,
	REPLY_END,
	REPLY_QUIT,
	REPLY_UNKNOWN,
	REPLY_COUNT
};

/* What a request is about; ANY holds for every one of them. */
enum server_verb {
	SERVER_ANY,
	SERVER_HELLO,
	SERVER_STARTTLS,
	SERVER_AUTH,
	SERVER_MAIL,
	SERVER_RECIPIENT,
	SERVER_DATA,
	SERVER_CHUNK, /* BDAT without LAST; with it, it is END as well */
	SERVER_RESET,
	SERVER_NOOP,
	SERVER_END, /* the final dot, or the last chunk */
	SERVER_QUIT,
	SERVER_VRFY,
	SERVER_HELP,
	SERVER_UNKNOWN,
	SERVER_GREETING, /* only `at:` of a fault */
	SERVER_VERB_COUNT
};

/* A cell of `refuses`: the condition's bit is 1 << condition (server_conditions.h lists them). */
struct refusal {
	uint8_t verb; /* enum server_verb: under which verb the cell stands */
	uint8_t condition;
	struct server_reply reply; /* none: not refused */
};

/* forgets.STATE: a set of 1 << enum forget_event. */
enum forget_state {
	FORGET_AUTHENTICATION, /* the right to send, and the memory of it */
	FORGET_LOGIN,	       /* only the memory: a second AUTH is taken again */
	FORGET_RIGHT,	       /* only the right: a second AUTH is refused all the same */
	FORGET_HELLO,
	FORGET_TLS,
	FORGET_STARTTLS,
	FORGET_TRANSACTION,
	FORGET_STATE_COUNT
};
enum forget_event {
	FORGET_ON_RESET,
	FORGET_ON_HELLO, /* EHLO */
	FORGET_ON_HELO,
	FORGET_ON_STARTTLS,
	FORGET_ON_AUTH,
	FORGET_ON_MAIL,
	FORGET_ON_END,
	FORGET_ON_REFUSED,
	FORGET_EVENT_COUNT
};

enum limit_kind {
	LIMIT_NONMAIL,
	LIMIT_UNKNOWN,
	LIMIT_ERRORS,
	LIMIT_MESSAGES,
	LIMIT_RECIPIENTS,
	LIMIT_LINE, /* octets of a command line, line end included */
	LIMIT_IDLE, /* count_ms */
	LIMIT_COUNT
};

struct server_limit {
	bool written;
	uint64_t count; /* LIMIT_IDLE: milliseconds */
	struct server_reply reply;
	bool exempt_first_reset; /* exempt: [first-reset]: one RSET per message is not counted */
};

struct server_fault {
	uint8_t at;		   /* enum server_verb */
	uint64_t nth;		   /* from which one on, 1 = the first */
	uint64_t times;		   /* how many of them, 0 = all further ones */
	struct server_reply reply; /* lines empty: the usual reply, or none with then: drop, hang */
	uint64_t cut;		   /* only so many octets of the reply are said; 0 = all */
	const uint64_t *split;	   /* the reply is said in writes of these lengths, then the rest */
	size_t split_count;
};

enum { EXCHANGE_DATA, EXCHANGE_FAILS, EXCHANGE_EXECUTES };
enum { BARE_LF_REFUSE, BARE_LF_KEEP, BARE_LF_REPAIR };
/* What stands before and behind a dot that ends a message, besides CR LF on both sides. */
enum also_end {
	ALSO_END_LF_LF,
	ALSO_END_LF_CRLF,
	ALSO_END_CRLF_LF,
	ALSO_END_CR_CR,
	ALSO_END_COUNT
};

struct server_profile {
	struct octets name, about;
	struct octets host;		/* host */
	struct text_list offers;	/* offers */
	struct text_list offers_in_tls; /* offers-in-tls; items NULL: as offers, without STARTTLS */
	struct text_list offers_after_auth; /* offers-after-auth; items NULL: as before */
	struct text_list verbs;		    /* verbs; [] = all */
	struct server_reply
		replies[REPLY_COUNT]; /* replies.NAME: always filled, from the row at least */
	bool line_end_lf;	      /* replies.line-end */
	/*
	 * refuses.VERB.CONDITION: those written, in the order in which they are asked (the
	 * profile's own first, then inherited ones), then what the empty profile refuses, in
	 * the order of default_refusals.c. A cell written `none` stands here too and is found
	 * first.
	 */
	const struct refusal *refusals;
	size_t refusal_count;
	uint32_t forgets[FORGET_STATE_COUNT]; /* forgets.STATE */
	struct {
		uint8_t exchange;	    /* auth.exchange */
		bool cancel_as_data;	    /* auth.cancel: as-data */
		struct server_reply cancel; /* auth.cancel */
		struct text_list prompts;   /* auth.prompts */
		bool empty_challenge;	    /* auth.empty-challenge */
		struct text_list unusable;  /* auth.unusable */
	} auth;
	struct {
		bool dot_one_chunk;	    /* data.dot: anywhere, one-chunk */
		bool command_end_cr;	    /* data.command-end: line, cr */
		uint8_t bare_lf;	    /* data.bare-lf */
		struct word_list also_ends; /* data.also-ends: of enum also_end */
	} data;
	struct server_limit limits[LIMIT_COUNT]; /* limits.KIND */
	const struct server_fault *faults;	 /* faults */
	size_t fault_count;
	struct {
		struct word_list
			versions; /* tls.versions: words as the client's; empty = library's */
		struct text_list ciphers; /* tls.ciphers */
		bool session_ids;	  /* tls.session-ids */
		bool obeys_behind;	  /* tls.octets-behind: discard, obey */
		uint64_t ca_names;	  /* tls.ca-names */
	} tls;
	struct text_list local, unknown; /* recipients.local, recipients.unknown: patterns with * */
};

#endif

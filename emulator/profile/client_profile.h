/*
 * client_profile: one client's wire behaviour as data.
 *
 * A member's comment is its path in the YAML file; its meaning, its correct value and its words
 * are the row of the same path in client_keys.c. `struct client_profile` filled from the rows'
 * correct values alone is the plainest correct client.
 */
#ifndef PROFILE_CLIENT_PROFILE_H
#define PROFILE_CLIENT_PROFILE_H

#include "value.h"

/* What a client says, and where it waits. The order is that of a session. */
enum step {
	STEP_CONNECT,
	STEP_GREETING,
	STEP_HELLO, /* EHLO or HELO */
	STEP_STARTTLS,
	STEP_TLS,
	STEP_AUTH,
	STEP_RESET,
	STEP_NOOP,
	STEP_MAIL,
	STEP_RECIPIENT,
	STEP_DATA,
	STEP_BODY,
	STEP_END, /* the final dot */
	STEP_QUIT,
	STEP_COUNT
};

/* wire.NAME */
enum wire_text {
	WIRE_TEXT_HELLO, /* EHLO */
	WIRE_TEXT_HELO,
	WIRE_TEXT_STARTTLS,
	WIRE_TEXT_AUTH,
	WIRE_TEXT_RESET,
	WIRE_TEXT_NOOP,
	WIRE_TEXT_MAIL,
	WIRE_TEXT_MAIL_NULL, /* wire.mail-null */
	WIRE_TEXT_RECIPIENT,
	WIRE_TEXT_DATA,
	WIRE_TEXT_QUIT,
	WIRE_TEXT_COUNT
};

/* flow.NAME: where extra commands stand; the words are STEP_RESET, STEP_NOOP, STEP_HELLO. */
enum place {
	PLACE_BEFORE_HELLO_RETRY,
	PLACE_AFTER_TLS,
	PLACE_AFTER_AUTH,
	PLACE_BEFORE_FIRST,
	PLACE_BEFORE_NEXT,
	PLACE_BEFORE_NEXT_IF_FAILED,
	PLACE_BEFORE_NEXT_IF_BEGUN, /* failed, but its MAIL was accepted */
	PLACE_AFTER_MESSAGE,
	PLACE_AFTER_FAILURE,
	PLACE_BEFORE_QUIT,
	PLACE_COUNT
};

/* think.NAME and timeouts.NAME: the steps, and these beside them. */
enum {
	THINK_AUTH_ANSWER = STEP_COUNT, /* think.auth-answer */
	THINK_MESSAGE,			/* think.message */
	THINK_CERTIFICATE,		/* think.certificate */
	THINK_ELSE,			/* think.else */
	THINK_COUNT
};
enum {
	TIMEOUT_ELSE = STEP_COUNT, /* timeouts.else */
	TIMEOUT_COUNT
};

/* replies.reading.LAYER: the layers `session`, `transaction`, `else`, or a step. */
enum reading { READING_UNSET, READING_WHOLE, READING_FIRST_LINE, READING_REFUSALS_BY_LINE };
enum { READING_SESSION = STEP_COUNT, READING_TRANSACTION, READING_ELSE, READING_COUNT };

/* Rows of reactions. A row's parent is asked after it (client_row_parent()). */
enum row {
	ROW_CONNECT,
	ROW_GREETING,
	ROW_HELLO,
	ROW_HELLO_FOR_TLS, /* parent hello */
	ROW_HELLO_IN_TLS,  /* parent hello-for-tls */
	ROW_STARTTLS,
	ROW_TLS,
	ROW_AUTH, /* also auth-MECHANISM: struct reaction_row.mechanism */
	ROW_RESET,
	ROW_SESSION_RESET, /* parent reset */
	ROW_NOOP,
	ROW_MAIL,
	ROW_RECIPIENT,
	ROW_DATA,
	ROW_BODY,
	ROW_END,
	ROW_QUIT,
	ROW_COUNT
};

enum event_kind {
	EVENT_CODE_MULTI, /* NNN-: that code in a reply of several lines */
	EVENT_CODE,	  /* NNN */
	EVENT_CLASS,	  /* Nxx */
	EVENT_ELSE,	  /* any other refusal, an unreadable line included */
	EVENT_LOST,	  /* the silent ones are never caught by `else` */
	EVENT_TIMEOUT,
	EVENT_NOT_OFFERED,
	EVENT_BAD_PROMPT,
	EVENT_FAILED,
	EVENT_BROKEN,
	EVENT_NONE_ACCEPTED
};

enum action {
	ACTION_GO_ON,
	ACTION_NEXT_ADDRESS,
	ACTION_NEXT_NAME,
	ACTION_NEXT_MECHANISM,
	ACTION_HELO,
	ACTION_SAME_AGAIN,
	ACTION_SKIP,
	ACTION_GIVE_UP,
	ACTION_AGAIN,
	ACTION_QUIT,
	ACTION_QUIT_AND_GO_ON,
	ACTION_DROP,
	ACTION_HANG,
	ACTION_COUNT
};

/*
 * One cell: an event and what is done, the first possible action first. Without actions it was
 * written `none` where the default table has a cell for the same event: neither of the two
 * counts, and the search goes on behind them.
 */
struct reaction {
	enum event_kind kind;
	uint16_t code; /* EVENT_CODE, EVENT_CODE_MULTI: the code; EVENT_CLASS: its first digit */
	uint8_t action_count;
	uint8_t actions[ACTION_COUNT];
};

struct reaction_row {
	enum row row;
	struct octets mechanism; /* ROW_AUTH: upper-case name, or empty for every mechanism */
	const struct reaction *cells;
	size_t cell_count;
};

enum verb { VERB_EHLO, VERB_HELO, VERB_SNIFF };
enum { ADDRESSES_ALL, ADDRESSES_FIRST };
enum { PROBE_NONE, PROBE_TLS };
enum { OFFERS_KEYWORD, OFFERS_ANYWHERE, OFFERS_AFTER_DASH };
enum { CHALLENGE_STRICT, CHALLENGE_LOOSE, CHALLENGE_CARRIED_OVER };
enum { AUTH_EQUALS_TOO, AUTH_EQUALS_IGNORED, AUTH_EQUALS_ONLY };
enum { WRITES_WHOLE, WRITES_LINE_END_APART, WRITES_CR_LF_APART };
enum { TLS_START_AS_ASKED, TLS_START_AT_ONCE, TLS_START_STARTTLS, TLS_START_NEVER };
enum { TLS_VERIFY_YES, TLS_VERIFY_NEVER, TLS_VERIFY_ASK };
enum { TLS_SSL3, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 }; /* words of tls.versions */
enum { ORDER_TO, ORDER_SELF, ORDER_CC, ORDER_BCC };    /* words of envelope.order */
enum {
	PARAMETER_SIZE,
	PARAMETER_SIZE_IF_LIMITED,
	PARAMETER_BODY,
	PARAMETER_AUTH,
	PARAMETER_SMTPUTF8
};
enum { DUPLICATES_REMOVED, DUPLICATES_KEPT, DUPLICATES_FIRST_BCC_ONCE };
enum { ENVELOPE_ADDRESS_CHECKED, ENVELOPE_ADDRESS_AS_TYPED, ENVELOPE_ADDRESS_FOUND };
enum {
	PIPELINING_NONE,
	PIPELINING_ENVELOPE,
	PIPELINING_ENVELOPE_AND_DATA,
	PIPELINING_RECIPIENTS_AND_DATA
};
enum { STUFFING_FULL, STUFFING_PER_WRITE, STUFFING_NOT_FIRST, STUFFING_NONE };
enum { LINE_ENDS_CRLF, LINE_ENDS_AS_IS, LINE_ENDS_LF };
enum { KEEP_4XX, KEEP_5XX, KEEP_LOST, KEEP_UNSURE }; /* words of outbox.keep */
enum { TEXT_ENCODING_7BIT, TEXT_ENCODING_QP, TEXT_ENCODING_BASE64 };
enum { QP_STRICT, QP_WORD_WISE };

enum { WORDS_Q, WORDS_B, WORDS_RAW }; /* words of message.words.encoding */

/* Message generator: used when a message is composed, not when a file is given. */
struct message_keys {
	bool regenerate_each_time;   /* message.regenerate: once, each-time */
	struct text_list headers;    /* message.headers */
	struct octets mailer;	     /* message.mailer; .at NULL: absent */
	struct octets date;	     /* message.date: strftime, C locale */
	struct octets id;	     /* message.id */
	struct octets id_alphabet;   /* message.id-alphabet */
	bool aliases_as_typed;	     /* message.aliases: anew, as-typed */
	struct octets alias_escapes; /* message.alias-escapes */
	struct octets address_fold;  /* message.address-fold */
	uint64_t subject_fold;	     /* message.subject-fold */
	uint64_t header_limit;	     /* message.header-limit */
	struct {
		uint8_t encoding;	/* message.words.encoding */
		bool first_to_last;	/* message.words.span: each, first-to-last */
		bool in_quotes;		/* message.words.in-quotes */
		bool in_filenames;	/* message.words.in-filenames */
		bool blank_before_fold; /* message.words.blank-before-fold */
	} words;
	struct octets charset;		 /* message.charset */
	bool latin1_is_cp1252;		 /* message.latin1-is-cp1252 */
	bool mime;			 /* message.mime */
	bool plain_blanks;		 /* message.non-breaking: kept, plain */
	uint8_t text_encoding;		 /* message.text-encoding */
	uint8_t qp;			 /* message.qp */
	uint64_t base64_width;		 /* message.base64-width */
	uint64_t base64_lines_per_write; /* message.base64-lines-per-write */
	struct octets boundary;		 /* message.boundary */
	struct octets boundary_alphabet; /* message.boundary-alphabet */
	struct octets multipart;	 /* message.multipart */
	struct octets preamble;		 /* message.preamble; empty: none */
	struct text_list text_part;	 /* message.text-part */
	struct text_list file_part;	 /* message.file-part */
	struct octets unknown_type;	 /* message.unknown-type */
};

struct client_profile {
	struct octets name, about; /* name, about */
	struct text_list breaks;   /* rules of the referee */

	struct {
		uint8_t addresses; /* connect.addresses */
		uint8_t probe;	   /* connect.probe */
	} connect;
	struct word_list flow[PLACE_COUNT]; /* flow.PLACE */
	bool hello_after_tls;		    /* flow.hello-after-tls */
	bool nested_mail;		    /* flow.nested-mail */
	uint64_t per_connection;	    /* flow.per-connection */
	struct {
		struct text_list names;	  /* hello.names */
		struct octets ipv6_tag;	  /* hello.ipv6-tag */
		uint8_t verb, verb_plain; /* hello.verb, hello.verb-plain */
		struct octets sniff;	  /* hello.sniff */
	} hello;
	struct {
		bool exact_case;     /* offers.case: any, exact */
		uint8_t starttls;    /* offers.starttls */
		uint8_t auth;	     /* offers.auth: keyword, anywhere */
		uint8_t auth_equals; /* offers.auth-equals */
	} offers;
	struct octets wire[WIRE_TEXT_COUNT]; /* wire.NAME */
	bool wire_line_end_lf;		     /* wire.line-end: crlf, lf */
	struct {
		uint8_t command;   /* writes.command */
		bool body_by_line; /* writes.body: block, line */
		bool dot_own;	   /* writes.dot: joined, own */
	} writes;
	struct {
		uint8_t reading[READING_COUNT]; /* replies.reading.LAYER; READING_UNSET: see else */
		bool line_end_crlf;		/* replies.line-end: any, crlf */
		uint64_t line_limit;		/* replies.line-limit */
		bool text_required;		/* replies.text-required */
		bool code_is_number;		/* replies.code: three-digits, number */
		bool drain;			/* replies.drain */
	} replies;
	/* reactions.ROW.EVENT as written; the default table is client_default_reactions(). */
	const struct reaction_row *reactions;
	size_t reaction_count;
	struct {
		struct text_list mechanisms;	   /* auth.mechanisms */
		struct text_list initial_response; /* auth.initial-response */
		bool unadvertised;		   /* auth.unadvertised */
		bool before_tls;		   /* auth.before-tls */
		struct text_list prompts;	   /* auth.prompts */
		uint64_t cut;			   /* auth.cut */
		bool cram_key_unpadded;		   /* auth.cram-key: padded, unpadded */
		uint8_t challenge;		   /* auth.challenge */
	} auth;
	struct {
		uint8_t start;			 /* tls.start */
		struct text_list starttls_ports; /* tls.starttls-ports */
		bool inside_tls;		 /* tls.inside-tls */
		struct word_list versions;	 /* tls.versions */
		struct text_list ciphers;	 /* tls.ciphers */
		bool no_extensions;		 /* tls.extensions: all, none */
		uint8_t verify;			 /* tls.verify */
		bool resume;			 /* tls.resume */
		bool needs_session_id;		 /* tls.needs-session-id */
		bool keep_plaintext;		 /* tls.keep-plaintext */
		bool go_ahead_anywhere;		 /* tls.go-ahead: 2xx, 220-anywhere */
	} tls;
	struct {
		bool quit;    /* close.quit */
		bool wait;    /* close.wait */
		bool rst;     /* close.how: fin, rst */
		bool tls_bye; /* close.tls-bye */
	} close;
	struct {
		struct word_list order;	     /* envelope.order */
		bool bcc_apart;		     /* envelope.bcc: with-others, own-transactions */
		uint8_t duplicates;	     /* envelope.duplicates */
		uint8_t addresses;	     /* envelope.addresses */
		struct word_list parameters; /* envelope.parameters */
		uint8_t pipelining;	     /* envelope.pipelining */
		bool reset_in_flight;	     /* envelope.pipelining-reset */
	} envelope;
	struct {
		uint8_t stuffing;	  /* data.stuffing */
		struct octets before_dot; /* data.before-dot */
		uint8_t line_ends;	  /* data.line-ends */
	} data;
	struct span think[THINK_COUNT];	     /* think.STEP */
	uint64_t timeouts_ms[TIMEOUT_COUNT]; /* timeouts.STEP; see client_timeout_ms() */
	bool timeout_written[TIMEOUT_COUNT]; /* false: `else` counts where that is written */
	struct {
		struct word_list keep;	  /* outbox.keep */
		bool whole_again;	  /* outbox.again: missing, whole */
		const uint64_t *retry_ms; /* outbox.retry */
		size_t retry_count;
		uint64_t attempts; /* outbox.attempts */
	} outbox;
	struct message_keys message;
};

/* The row asked after this one, or ROW_COUNT. */
enum row client_row_parent(enum row row);
/* The default table of reactions, built in as data; *count rows. */
const struct reaction_row *client_default_reactions(size_t *count);
/* think.STEP, or think.else where it was not written. */
struct span client_think(const struct client_profile *profile, unsigned int step);
/*
 * timeouts.STEP, else timeouts.else, else RFC 5321 4.5.3.2; PROFILE_NONE: waits for ever.
 * (A written `else` counts for every step that is not written itself.)
 */
uint64_t client_timeout_ms(const struct client_profile *profile, unsigned int step);
/* That is the profile's own: it writes timeouts.STEP or timeouts.else. */
bool client_writes_timeout(const struct client_profile *profile, unsigned int step);
/* replies.reading.STEP, else its layer's, else `else`'s, else READING_WHOLE. */
enum reading client_reading(const struct client_profile *profile, enum step step, bool in_session);

#endif

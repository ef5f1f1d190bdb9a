/*
 * transcript: what was said on a wire, line by line, in order.
 *
 * A transcript is filled by a driver (transcript_observer()), by a reader, or by hand; the referee
 * and every report read it. It keeps each line's octets and how the line ended, so that nothing
 * that passed is lost; only secrets are: what a client says inside an AUTH exchange is replaced by
 * "<secret>" as it is recorded, unless the transcript was made with keep_secrets; and the password
 * that transcript_conceal() was told, in whatever a server says.
 *
 * Two written forms, each read back by its reader. For people, the marks that mail people know:
 *
 *     === connected 127.0.0.1 to 127.0.0.1:2525
 *     <-  220 mx.example.net ESMTP
 *      -> EHLO [127.0.0.1]
 *     <** 535 authentication required (#5.7.1)
 *     === tls TLS1.3
 *      ~> QUIT
 *     === closed by client
 *
 * or, where the network was taken away, "=== bearer lost".
 *
 * "<-  " server, " -> " client, "<** " a refusal; with ~ inside TLS ("<~  ", " ~> ", "<~* ").
 * Text is escaped (text.h); a line that ended in a bare LF ends in \n, one that was cut in \c.
 * The octets of a chunk (BDAT, RFC 3030) are lines as well, and nothing in them is a command or a
 * secret; where the chunk ends inside a line, that line is cut.
 * For programs: one JSON object a line.
 */
#ifndef REFEREE_TRANSCRIPT_H
#define REFEREE_TRANSCRIPT_H

#include "observer.h"
#include "octets.h"

enum transcript_kind {
	TRANSCRIPT_CLIENT,     /* a line that the client said */
	TRANSCRIPT_SERVER,     /* a line that the server said */
	TRANSCRIPT_CONNECTED,  /* text: "ADDRESS to ADDRESS[:PORT]" */
	TRANSCRIPT_TLS,	       /* a handshake succeeded; text: what was agreed */
	TRANSCRIPT_TLS_FAILED, /* text: why */
	TRANSCRIPT_ENDED,      /* side, end */
	TRANSCRIPT_REMARK      /* text, for people only */
};

enum line_end { LINE_END_CRLF, LINE_END_LF, LINE_END_NONE };

struct transcript_event {
	enum transcript_kind kind;
	enum line_end line_end; /* of a line */
	bool tls;		/* the line passed inside TLS */
	bool secret;		/* the text was replaced, wholly or in part */
	enum wire_side side;	/* TRANSCRIPT_ENDED: who ended */
	enum wire_end end;	/* TRANSCRIPT_ENDED */
	uint64_t at_ms;		/* of the transcript's first event: 0 */
	struct octets text;	/* lent by the transcript; without its line end */
};

struct transcript;

enum { TRANSCRIPT_LINE_MAX = 65536, TRANSCRIPT_OCTETS_MAX = 64 * 1024 * 1024 };

/* NULL: no memory. */
struct transcript *transcript_new(const struct memory *memory, bool keep_secrets);
/* NULL is fine. */
void transcript_free(struct transcript *transcript);
/* The observer that fills it; lent, as long as the transcript lives. */
const struct observer *transcript_observer(struct transcript *transcript);
/* Called with each event as it is recorded; the event is lent. NULL: nobody. */
void transcript_listen(struct transcript *transcript,
	void (*heard)(void *context, const struct transcript_event *event), void *context);
/* What transcript_listen() was given as context. */
void *transcript_listener(const struct transcript *transcript);
/*
 * A password that no server's text shows from now on, written out or in base64: a client that
 * proves it by a digest never says it, but a server may. False: no memory.
 */
bool transcript_conceal(struct transcript *transcript, struct octets password);
/* Adds an event by hand (a reader does); text is copied. False: no memory, or it is full. */
bool transcript_add(struct transcript *transcript, const struct transcript_event *event);
/* The same events once more; who listens is not taken over. NULL: no memory. */
struct transcript *transcript_copy(
	const struct memory *memory, const struct transcript *transcript);
/* Adds a remark for people, at the time of the last event. */
bool transcript_remark(struct transcript *transcript, const char *text);
/* Records what is still an unfinished line. Called by itself when a connection ends. */
void transcript_flush(struct transcript *transcript);
size_t transcript_count(const struct transcript *transcript);
/* Lent until the next change. */
const struct transcript_event *transcript_at(const struct transcript *transcript, size_t index);
/* True where something could not be recorded. */
bool transcript_is_short(const struct transcript *transcript);

/* --- the form for people (transcript_text.c) --- */

struct transcript_style {
	bool times;	 /* seconds since the first event in front of each line */
	bool elide_body; /* a message's text, or a chunk's, as one remark; not read back */
};
/* Appends one event as one line. */
bool transcript_write_event(struct buffer *out, const struct transcript_event *event,
	const struct transcript_style *style);
bool transcript_write(struct buffer *out, const struct transcript *transcript,
	const struct transcript_style *style);
/*
 * Reads lines of that form (blank lines and lines that begin with # are passed over). False: not
 * of that form; *line tells where (1 = the first).
 */
bool transcript_read(struct transcript *transcript, struct octets text, size_t *line);

/* --- JSON Lines (transcript_json.c) --- */

bool transcript_write_json(struct buffer *out, const struct transcript *transcript);
bool transcript_write_event_json(struct buffer *out, const struct transcript_event *event);
bool transcript_read_json(struct transcript *transcript, struct octets text, size_t *line);

#endif

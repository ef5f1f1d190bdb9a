/* reaction_telling: a cell of reactions as a sentence: what was heard, from whom, what follows. */
#include "telling.h"

#include <string.h>

/* A row, as people call what is answered. */
struct subject {
	const char *row, *name;
	enum telling_group group;
	const char *go_on;
};

static const char as_accepted[] = "goes on as if it had been accepted";

static const struct subject subjects[] = {
	{"connect", "the connection", TELLING_CONNECTION, as_accepted},
	{"greeting", "the greeting", TELLING_HELLO, as_accepted},
	{"hello", "EHLO or HELO", TELLING_HELLO, as_accepted},
	{"hello-for-tls", "EHLO before STARTTLS", TELLING_TLS, as_accepted},
	{"hello-in-tls", "EHLO inside TLS", TELLING_TLS, as_accepted},
	{"starttls", "STARTTLS", TELLING_TLS, "goes on in clear"},
	{"tls", "the handshake", TELLING_TLS, "goes on in clear"},
	{"auth", "AUTH", TELLING_LOGIN, "goes on without a login"},
	{"reset", "RSET", TELLING_ENVELOPE, as_accepted},
	{"session-reset", "RSET before the first message", TELLING_HELLO, as_accepted},
	{"noop", "NOOP", TELLING_ENVELOPE, as_accepted},
	{"mail", "MAIL", TELLING_ENVELOPE, as_accepted},
	{"recipient", "RCPT", TELLING_ENVELOPE, as_accepted},
	{"data", "DATA", TELLING_ENVELOPE, as_accepted},
	{"body", "the body", TELLING_MESSAGE, as_accepted},
	{"end", "the final dot", TELLING_ENVELOPE, as_accepted},
	{"quit", "QUIT", TELLING_LEAVING, as_accepted},
};

/* Events that are no codes: what stands before and behind the subject; NULL: it is not named. */
static const struct {
	const char *event, *before, *after;
} events[] = {
	{"else", "After any other refusal of ", " it "},
	{"lost", "When the connection is lost at ", " it "},
	{"timeout", "When it has waited too long at ", " it "},
	{"not-offered", "Where the server does not offer ", " it "},
	{"bad-prompt", "Where a prompt of AUTH is none that it expects it ", NULL},
	{"none-accepted", "Where no recipient was accepted it ", NULL},
	{"broken", "Where a message breaks off while it is sent it ", NULL},
	{"failed", "Where this fails: ", ", it "},
};

static const struct {
	const char *action, *phrase;
} actions[] = {
	{"next-address", "tries the next address"},
	{"next-name", "says it again with its next name"},
	{"next-mechanism", "tries the next mechanism"},
	{"helo", "says HELO instead"},
	{"same-again", "says the same line again"},
	{"skip", "leaves this recipient out"},
	{"give-up", "gives the message up and turns to the next"},
	{"again", "sends the message once more in a new connection"},
	{"quit", "says QUIT"},
	{"quit-and-go-on", "says QUIT and then begins the message all the same"},
	{"drop", "closes the connection without QUIT"},
	{"hang", "hangs"},
	{"none", "does as the more general rows say"},
};

/* `auth-login` is AUTH LOGIN; its group is that of AUTH. */
static const struct subject *find_subject(struct octets row)
{
	const struct subject *found = NULL;
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		size_t len = strlen(subjects[i].row);
		if (octets_equal(row, octets_of(subjects[i].row)))
			return &subjects[i];
		if (strcmp(subjects[i].row, "auth") == 0 && row.len > len + 1 &&
			memcmp(row.at, "auth-", len + 1) == 0)
			found = &subjects[i];
	}
	return found;
}

static void append_subject(struct buffer *out, const struct subject *subject, struct octets row)
{
	buffer_append_text(out, subject->name);
	if (octets_equal(row, octets_of(subject->row)))
		return;
	struct octets mechanism = octets_from(row, strlen(subject->row) + 1);
	buffer_append_byte(out, ' ');
	for (size_t i = 0; i < mechanism.len; i++) {
		uint8_t at = mechanism.at[i];
		buffer_append_byte(out, at >= 'a' && at <= 'z' ? (uint8_t)(at - 'a' + 'A') : at);
	}
}

static const char *phrase_of(struct octets action, const struct subject *subject)
{
	/* in the middle of a body the server reads a command as text */
	if (octets_equal(action, octets_of("quit")) && strcmp(subject->row, "body") == 0)
		return "says QUIT in the middle of the message";
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		if (octets_equal(action, octets_of(actions[i].action)))
			return actions[i].phrase;
	}
	return subject->go_on;
}

/* "drop" or "[next-name, helo, quit]": the first that is possible. */
static void append_actions(struct buffer *out, const char *value, const struct subject *subject)
{
	for (bool first = true; *value != 0; first = false) {
		value += strspn(value, "[, ");
		size_t len = strcspn(value, ",]");
		if (len == 0)
			break;
		buffer_append_text(out, first ? "" : ", or else ");
		buffer_append_text(out, phrase_of(octets_make(value, len), subject));
		value += len;
	}
	buffer_append_byte(out, '.');
}

static bool is_code(struct octets event)
{
	return event.len > 0 && event.at[0] >= '0' && event.at[0] <= '9';
}

static const char *keep(struct arena *arena, struct buffer *text)
{
	const char *kept = buffer_failed(text) ? NULL : arena_string(arena, buffer_octets(text));
	buffer_clear(text);
	return kept;
}

struct cell {
	const struct subject *subject;
	struct octets row, event;
	const char *value;
};

/* "After" <535> " to AUTH it goes on without a login." */
static void tell_code(
	struct arena *arena, struct buffer *text, const struct cell *cell, struct draft *draft)
{
	draft->before = "After ";
	draft->conjunction = "or";
	bool several = cell->event.at[cell->event.len - 1] == '-';
	bool class = cell->event.at[cell->event.len - 1] == 'x';
	buffer_append_text(text, class ? "any " : "");
	buffer_append_octets(text, octets_cut(cell->event, cell->event.len - several));
	buffer_append_text(text, several ? " in several lines" : "");
	draft->part = keep(arena, text);
	buffer_append_text(text, " to ");
	append_subject(text, cell->subject, cell->row);
	buffer_append_text(text, " it ");
	append_actions(text, cell->value, cell->subject);
	draft->after = keep(arena, text);
}

/* "After any other refusal of" <MAIL> " it gives the message up." */
static void tell_event(
	struct arena *arena, struct buffer *text, const struct cell *cell, struct draft *draft)
{
	size_t i = 0;
	while (i + 1 < sizeof events / sizeof *events &&
		!octets_equal(cell->event, octets_of(events[i].event)))
		i++;
	draft->before = events[i].before;
	draft->conjunction = "or";
	if (events[i].after != NULL)
		append_subject(text, cell->subject, cell->row);
	draft->part = keep(arena, text);
	buffer_append_text(text, events[i].after == NULL ? "" : events[i].after);
	append_actions(text, cell->value, cell->subject);
	draft->after = keep(arena, text);
}

bool reaction_telling(
	struct arena *arena, const char *path, const char *value, bool is_only, struct draft *draft)
{
	struct buffer text;
	struct octets rest = octets_of(path);
	rest = octets_from(rest, octets_find(rest, '.') + 1);
	size_t dot = octets_find(rest, '.');
	struct cell cell = {
		.row = octets_cut(rest, dot), .event = octets_from(rest, dot + 1), .value = value};
	cell.subject = find_subject(cell.row);
	if (cell.subject == NULL || cell.event.len == 0)
		return false;
	buffer_init(&text, arena->memory, 1 << 16);
	draft->group = cell.subject->group;
	if (is_code(cell.event))
		tell_code(arena, &text, &cell, draft);
	else
		tell_event(arena, &text, &cell, draft);
	if (is_only && octets_equal(cell.event, octets_of("else")))
		draft->before = "After any refusal of ";
	buffer_free(&text);
	return draft->part != NULL && draft->after != NULL;
}

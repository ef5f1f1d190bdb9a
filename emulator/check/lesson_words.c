/* lesson_words: how the server calls itself, what it offers, how it words its replies. */
#include "lesson_state.h"

#include "dialogue.h"

static struct octets offers_at(const struct probe *probe, enum probe_place place)
{
	struct probe_offer offer = {false, 0, 0};
	if (probe == NULL)
		return octets_make(NULL, 0);
	offer = probe_offer(probe, place);
	return octets_cut(octets_from(probe_heard(probe), offer.from), offer.heard ? offer.len : 0);
}

static void learn_host(struct lesson *lesson, const struct probe *probe)
{
	struct octets offers = offers_at(probe, PROBE_BEFORE_TLS);
	if (offers.len == 0)
		offers = offers_at(probe, PROBE_INSIDE_TLS);
	struct octets line = lesson_first_line(offers);
	struct octets host = octets_cut(line, octets_find(line, ' '));
	struct buffer value;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	if (host.len > 0) {
		lesson_quote(lesson, host, &value);
		lesson_set(lesson, "host", NULL, NULL, &value);
		lesson->host = host;
	}
	buffer_clear(&value);
	lesson_quote(lesson, line, &value);
	if (line.len > 0)
		lesson_set(lesson, "replies", NULL, "ehlo", &value);
	buffer_free(&value);
}

/* A list, but for one that is what the list before makes it. */
static void learn_list(struct lesson *lesson, const char *group, struct octets offers,
	struct octets before, bool without_starttls)
{
	struct buffer value, expected;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	buffer_init(&expected, lesson->memory, LESSON_VALUE_MAX);
	lesson_offers(lesson, offers, false, &value);
	if (before.len > 0)
		lesson_offers(lesson, before, without_starttls, &expected);
	if (offers.len > 0 && !octets_equal(buffer_octets(&value), buffer_octets(&expected)))
		lesson_set(lesson, group, NULL, NULL, &value);
	buffer_free(&value);
	buffer_free(&expected);
}

static void learn_offers(struct lesson *lesson, const struct probe *first)
{
	const struct probe *starttls = lesson_probe(lesson, "starttls-works");
	const struct probe *after = lesson_probe(lesson, "login-survives-hello");
	struct octets before = offers_at(first, PROBE_BEFORE_TLS);
	struct octets inside = offers_at(first, PROBE_INSIDE_TLS);
	bool plain = inside.len == 0;
	if (inside.len == 0)
		inside = offers_at(starttls, PROBE_INSIDE_TLS);
	learn_list(lesson, "offers", before.len > 0 ? before : inside, octets_make(NULL, 0), false);
	learn_list(lesson, "offers-in-tls", before.len > 0 ? inside : before, before, true);
	learn_list(lesson, "offers-after-auth", offers_at(after, PROBE_AFTER_LOGIN),
		plain ? before : inside, false);
}

static const struct {
	const char *key, *fact, *said;
	unsigned int code; /* of a reply that is not a refusal; the first digit */
} words[] = {
	{"helo", "helo", "HELO", 2},
	{"starttls", "starttls-works", "STARTTLS", 2},
	{"auth-failed", "login-after-failed-login", "AUTH", 5},
	{"reset", "reset-after-login", "RSET", 2},
	{"noop", "reset-after-hello", "NOOP", 2},
	{"noop", "noop-taken", "NOOP", 5},
	{"unknown", "unknown-command", "HANDSET", 5},
	{"data", "message-delivered", "DATA", 3},
	{"end", "message-delivered", ".", 2},
};

static void learn_reply(struct lesson *lesson, const char *key, const struct probe *probe,
	const struct probe_reply *reply, unsigned int first_digit)
{
	struct buffer value;
	if (probe == NULL || reply == NULL || reply->state != PROBE_ANSWERED ||
		reply->code / 100 != first_digit)
		return;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	lesson_reply(lesson, probe, reply, &value);
	lesson_set(lesson, "replies", NULL, key, &value);
	buffer_free(&value);
}

/* Behind the final dot nothing was said: RFC 1047. */
static void learn_end(struct lesson *lesson)
{
	const struct probe *probe = findings_probe(lesson->wish->findings, dialogue_deliver);
	const struct probe_reply *reply = probe == NULL ? NULL : lesson_reply_to(probe, ".");
	struct buffer value;
	if (reply == NULL || (reply->state != PROBE_CLOSED && reply->state != PROBE_SILENT))
		return;
	buffer_init(&value, lesson->memory, LESSON_VALUE_MAX);
	lesson_reply(lesson, probe, reply, &value);
	lesson_set(lesson, "replies", NULL, "end", &value);
	buffer_free(&value);
}

/* EHLO is not known at all: what is known then is what the first standard had. */
static void learn_verbs(struct lesson *lesson, const struct probe *first)
{
	const struct probe_reply *hello = lesson_reply_to(first, "EHLO");
	if (hello == NULL || (hello->code != 500 && hello->code != 502))
		return;
	lesson_set_text(lesson, "verbs", NULL, NULL, "[HELO, MAIL, RCPT, DATA, RSET, NOOP, QUIT]");
	lesson_set_text(lesson, "offers", NULL, NULL, "[]");
	learn_reply(lesson, "unknown", first, hello, 5);
}

void lesson_learn_words(struct lesson *lesson)
{
	const struct probe *first = findings_probe(lesson->wish->findings, dialogue_send);
	if (first == NULL)
		return;
	learn_host(lesson, first);
	learn_verbs(lesson, first);
	learn_offers(lesson, first);
	learn_reply(lesson, "greeting", first, probe_greeting(first), 2);
	learn_reply(lesson, "auth-ok", first, lesson_reply_to(first, "AUTH"), 2);
	learn_reply(lesson, "mail", first, lesson_reply_to(first, "MAIL"), 2);
	learn_reply(lesson, "recipient", first, lesson_reply_to(first, "RCPT"), 2);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const struct probe *probe = lesson_probe(lesson, words[i].fact);
		if (probe != NULL)
			learn_reply(lesson, words[i].key, probe,
				lesson_reply_to(probe, words[i].said), words[i].code);
	}
	learn_end(lesson);
	struct probe_reply farewell = *probe_farewell(first);
	farewell.closed_behind = false;
	learn_reply(lesson, "quit", first, &farewell, 2);
}

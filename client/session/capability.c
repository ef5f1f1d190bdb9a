/* capability: reads the reply to EHLO, one keyword per line. */
#include "capability.h"

#include <string.h>

#include "mechanism.h"
#include "moment.h"

/* Cuts the first word off, as blanks and tabs separate words; empty at the end. */
static struct octets next_word(struct octets *rest)
{
	*rest = octets_trim(*rest);
	size_t len = 0;
#ifdef HANDSET_PLANT_CAPABILITY
	while (len < rest->len && rest->at[len] != ' ')
		len++;
#else
	while (len < rest->len && rest->at[len] != ' ' && rest->at[len] != '\t')
		len++;
#endif
	struct octets word = octets_cut(*rest, len);
	*rest = octets_from(*rest, len);
	return word;
}

/* "SIZE", "SIZE 0" and what cannot be read: the parameter is known, the limit is not. */
static void read_size(struct capability *capability, struct octets rest)
{
	if (!octets_number(next_word(&rest), &capability->size_limit))
		capability->size_limit = 0;
}

/* "DELIVERBY 120" (RFC 2852 3); without a number there is no minimum. */
static void read_deliver_by(struct capability *capability, struct octets rest)
{
	if (!octets_number(next_word(&rest), &capability->deliver_by_min))
		capability->deliver_by_min = 0;
}

/* "FUTURERELEASE 604800 2026-12-31T00:00:00Z" (RFC 4865 3): an interval and a date. */
static void read_future_release(struct capability *capability, struct octets rest)
{
	if (!octets_number(next_word(&rest), &capability->hold_max))
		capability->hold_max = 0;
	if (!moment_read(next_word(&rest), &capability->hold_until_max))
		capability->hold_until_max = 0;
}

/* "MT-PRIORITY MIXER" (RFC 6710 3); a name that is too long to be one is left out. */
static void read_priority(struct capability *capability, struct octets rest)
{
	struct octets name = next_word(&rest);
	size_t len = name.len <= CAPABILITY_PROFILE_MAX ? name.len : 0;
	for (size_t i = 0; i < len; i++)
		capability->priority_profile[i] = (char)name.at[i];
	capability->priority_profile[len] = 0;
}

static void read_auth(struct capability *capability, struct octets rest)
{
	for (struct octets word = next_word(&rest); word.len > 0; word = next_word(&rest)) {
		size_t index = mechanism_find(word);
		if (index < mechanism_count())
			capability->mechanisms |= 1U << index;
	}
}

static void read_limit(struct capability *capability, struct octets name, uint64_t number)
{
	if (octets_equal_nocase(name, octets_of("RCPTMAX")))
		capability->recipient_limit = number;
	else if (octets_equal_nocase(name, octets_of("RCPTDOMAINMAX")))
		capability->domain_limit = number;
	else if (octets_equal_nocase(name, octets_of("MAILMAX")))
		capability->mail_limit = number;
}

/* "LIMITS RCPTMAX=20 MAILMAX=5" (RFC 9422 3): unknown names and odd values are skipped. */
static void read_limits(struct capability *capability, struct octets rest)
{
	for (struct octets word = next_word(&rest); word.len > 0; word = next_word(&rest)) {
		uint64_t number;
		size_t name = octets_find(word, '=');
		if (octets_number(octets_from(word, name + 1), &number) && number > 0)
			read_limit(capability, octets_cut(word, name), number);
	}
}

#define NO_FLAG SIZE_MAX

/* A keyword, where it is noted, and who reads what stands behind it. */
static const struct {
	const char *keyword;
	size_t flag; /* where in struct capability its bool is; NO_FLAG: it has none */
	void (*read)(struct capability *capability, struct octets rest);
} keywords[] = {
	{"PIPELINING", offsetof(struct capability, pipelining), NULL},
	{"8BITMIME", offsetof(struct capability, eight_bit_mime), NULL},
	{"CHUNKING", offsetof(struct capability, chunking), NULL},
	{"BINARYMIME", offsetof(struct capability, binary_mime), NULL},
	{"SMTPUTF8", offsetof(struct capability, utf8), NULL},
	{"DSN", offsetof(struct capability, dsn), NULL},
	{"ENHANCEDSTATUSCODES", offsetof(struct capability, enhanced_codes), NULL},
	{"REQUIRETLS", offsetof(struct capability, require_tls), NULL},
	{"STARTTLS", offsetof(struct capability, starttls), NULL},
	{"SIZE", offsetof(struct capability, size), read_size},
	{"AUTH", offsetof(struct capability, auth), read_auth},
	{"DELIVERBY", offsetof(struct capability, deliver_by), read_deliver_by},
	{"FUTURERELEASE", offsetof(struct capability, future_release), read_future_release},
	{"MT-PRIORITY", offsetof(struct capability, priority), read_priority},
	{"LIMITS", NO_FLAG, read_limits},
};

static void read_line(struct capability *capability, struct octets line)
{
	bool old_form = octets_start_nocase(line, "AUTH=");
	struct octets word = old_form ? octets_of("AUTH") : next_word(&line);
	if (old_form)
		line = octets_from(line, strlen("AUTH="));
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		if (!octets_equal_nocase(word, octets_of(keywords[i].keyword)))
			continue;
		if (keywords[i].flag != NO_FLAG)
			*(bool *)((char *)capability + keywords[i].flag) = true;
		if (keywords[i].read != NULL)
			keywords[i].read(capability, line);
	}
}

void capability_read(struct capability *capability, const struct reply *reply)
{
	struct octets line;
	*capability = (struct capability){0};
	for (size_t i = 1; reply_line(reply, i, &line); i++)
		read_line(capability, line);
	/* RFC 3030 3: without BDAT there is no way to say a binary message */
	capability->binary_mime = capability->binary_mime && capability->chunking;
}

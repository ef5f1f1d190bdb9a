/* capability: reads the reply to EHLO, one keyword per line. */
#include "capability.h"

#include "mechanism.h"

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

static void read_pipelining(struct capability *capability, struct octets rest)
{
	(void)rest;
	capability->pipelining = true;
}

static void read_eight_bit_mime(struct capability *capability, struct octets rest)
{
	(void)rest;
	capability->eight_bit_mime = true;
}

static void read_starttls(struct capability *capability, struct octets rest)
{
	(void)rest;
	capability->starttls = true;
}

/* "SIZE", "SIZE 0" and what cannot be read: the parameter is known, the limit is not. */
static void read_size(struct capability *capability, struct octets rest)
{
	capability->size = true;
	if (!octets_number(next_word(&rest), &capability->size_limit))
		capability->size_limit = 0;
}

static void read_auth(struct capability *capability, struct octets rest)
{
	capability->auth = true;
	for (struct octets word = next_word(&rest); word.len > 0; word = next_word(&rest)) {
		size_t index = mechanism_find(word);
		if (index < mechanism_count())
			capability->mechanisms |= 1U << index;
	}
}

/* "LIMITS RCPTMAX=20 MAILMAX=5" (RFC 9422 3): unknown names and odd values are skipped. */
static void read_limits(struct capability *capability, struct octets rest)
{
	for (struct octets word = next_word(&rest); word.len > 0; word = next_word(&rest)) {
		uint64_t number;
		size_t name = octets_find(word, '=');
		if (!octets_number(octets_from(word, name + 1), &number) || number == 0)
			continue;
		if (octets_equal_nocase(octets_cut(word, name), octets_of("RCPTMAX")))
			capability->recipient_limit = number;
		if (octets_equal_nocase(octets_cut(word, name), octets_of("MAILMAX")))
			capability->mail_limit = number;
	}
}

static const struct {
	const char *keyword;
	void (*read)(struct capability *capability, struct octets rest);
} keywords[] = {
	{"PIPELINING", read_pipelining},
	{"8BITMIME", read_eight_bit_mime},
	{"STARTTLS", read_starttls},
	{"SIZE", read_size},
	{"AUTH", read_auth},
	{"LIMITS", read_limits},
};

static void read_line(struct capability *capability, struct octets line)
{
	if (octets_start_nocase(line, "AUTH=")) {
		read_auth(capability, octets_from(line, 5));
		return;
	}
	struct octets word = next_word(&line);
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		if (octets_equal_nocase(word, octets_of(keywords[i].keyword)))
			keywords[i].read(capability, line);
	}
}

void capability_read(struct capability *capability, const struct reply *reply)
{
	struct octets line;
	*capability = (struct capability){0};
	for (size_t i = 1; reply_line(reply, i, &line); i++)
		read_line(capability, line);
}

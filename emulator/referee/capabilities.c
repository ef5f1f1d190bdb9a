/* capabilities: EHLO keywords (RFC 5321 4.1.1.1), by their first word and without case. */
#include "capabilities.h"

#include <string.h>

static const struct {
	const char *keyword;
	unsigned int offer;
} keywords[] = {
	{"PIPELINING", OFFER_PIPELINING},
	{"STARTTLS", OFFER_STARTTLS},
	{"SIZE", OFFER_SIZE},
	{"8BITMIME", OFFER_8BITMIME},
	{"SMTPUTF8", OFFER_SMTPUTF8},
	{"DSN", OFFER_DSN},
	{"AUTH", OFFER_AUTH},
	{"CHUNKING", OFFER_CHUNKING},
	{"BINARYMIME", OFFER_BINARYMIME},
	{"DELIVERBY", OFFER_DELIVERBY},
	{"FUTURERELEASE", OFFER_FUTURERELEASE},
	{"MT-PRIORITY", OFFER_PRIORITY},
	{"REQUIRETLS", OFFER_REQUIRETLS},
	{"SUBMITTER", OFFER_OTHER},
	{"MTRK", OFFER_OTHER},
	{"RRVS", OFFER_OTHER},
	{"NO-SOLICITING", OFFER_OTHER},
	{"CONPERM", OFFER_OTHER},
};

void capabilities_init(struct capabilities *capabilities, const struct memory *memory)
{
	*capabilities = (struct capabilities){0};
	buffer_init(&capabilities->mechanisms, memory, 8192);
}

void capabilities_free(struct capabilities *capabilities)
{
	buffer_free(&capabilities->mechanisms);
}

void capabilities_forget(struct capabilities *capabilities)
{
	capabilities->offers = 0;
	capabilities->size_limit = 0;
	buffer_clear(&capabilities->mechanisms);
}

static uint8_t upper(uint8_t octet)
{
	return octet >= 'a' && octet <= 'z' ? (uint8_t)(octet - ('a' - 'A')) : octet;
}

static void learn_mechanisms(struct buffer *mechanisms, struct octets names)
{
	buffer_append_byte(mechanisms, ' ');
	for (size_t i = 0; i < names.len; i++)
		buffer_append_byte(mechanisms, upper(names.at[i]));
	buffer_append_byte(mechanisms, ' ');
}

void capabilities_learn(struct capabilities *capabilities, struct octets line)
{
	line = octets_trim(octets_from(line, 4));
	if (octets_start_nocase(line, "AUTH=")) {
		capabilities->offers |= OFFER_AUTH;
		learn_mechanisms(&capabilities->mechanisms, octets_from(line, 5));
		return;
	}
	size_t word = octets_find(line, ' ');
	struct octets rest = octets_trim(octets_from(line, word));
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		if (!octets_equal_nocase(octets_cut(line, word), octets_of(keywords[i].keyword)))
			continue;
		capabilities->offers |= keywords[i].offer;
		if (keywords[i].offer == OFFER_SIZE)
			octets_number(rest, &capabilities->size_limit);
		if (keywords[i].offer == OFFER_AUTH)
			learn_mechanisms(&capabilities->mechanisms, rest);
	}
}

bool capabilities_has_mechanism(struct capabilities *capabilities, struct octets mechanism)
{
	struct octets all = buffer_octets(&capabilities->mechanisms);
	while (all.len > 0) {
		size_t len = octets_find(all, ' ');
		if (len > 0 && octets_equal_nocase(octets_cut(all, len), mechanism))
			return true;
		all = octets_from(all, len + 1);
	}
	return false;
}

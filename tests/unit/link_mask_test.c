/* mask: what a guard overwrites, whole and octet by octet. */
#include "check.h"
#include "mask.h"

#include <string.h>

static const struct octets commands[] = {
	{(const uint8_t *)"EHLO", 4}, {(const uint8_t *)"AUTH", 4}};
static const struct octets offers[] = {
	{(const uint8_t *)"STARTTLS", 8}, {(const uint8_t *)"AUTH", 4}};

#define COMMANDS .mask.commands = {commands, 2}
#define OFFERS .mask.offers = {offers, 2}

/* What is said, in turn; '>' the server says, '<' the client. */
struct row {
	const char *name;
	struct link_profile profile;
	const char *says[6], *passes[6];
};

static const struct row rows[] = {
	{"nothing", {.name = {NULL, 0}}, {">220 mx\r\n", "<EHLO a\r\n"},
		{"220 mx\r\n", "EHLO a\r\n"}},
	{"verbs", {COMMANDS},
		{"<EHLO EHLO\r\n", "<ehlo\r\n", "<HELO a\r\n", "<AUTH=x\r\n", "<AUTHX\r\n",
			"<EHLOs 1\n"},
		{"XXXX EHLO\r\n", "XXXX\r\n", "HELO a\r\n", "XXXX=x\r\n", "AUTHX\r\n",
			"EHLOs 1\n"}},
	{"the server may say them", {COMMANDS}, {">EHLO\r\n"}, {"EHLO\r\n"}},
	{"bodies are left alone", {COMMANDS},
		{"<DATA\r\n", ">354 go\r\n", "<AUTH x\r\nEHLO\r\n.\r\n", "<AUTH x\r\n"},
		{"DATA\r\n", "354 go\r\n", "AUTH x\r\nEHLO\r\n.\r\n", "XXXX x\r\n"}},
	{"an empty body", {COMMANDS}, {">354 go\r\n", "<.\r\n", "<AUTH x\r\n"},
		{"354 go\r\n", ".\r\n", "XXXX x\r\n"}},
	{"a dot that ends nothing", {COMMANDS},
		{">354 go\r\n", "<a\r\n..\r\nAUTH\r\n.\r\r\n.\r\nAUTH\r\n"},
		{"354 go\r\n", "a\r\n..\r\nAUTH\r\n.\r\r\n.\r\nXXXX\r\n"}},
	{"offers", {OFFERS},
		{">220 mx STARTTLS\r\n",
			">250-mx\r\n250-STARTTLS\r\n250-SIZE 1\r\n250 auth PLAIN LOGIN\r\n",
			">250 AUTHOR\r\n", ">550 STARTTLS\r\n"},
		{"220 mx STARTTLS\r\n",
			"250-mx\r\n250-XXXXXXXX\r\n250-SIZE 1\r\n250 XXXXXXXXXXXXXXXX\r\n",
			"250 AUTHOR\r\n", "550 STARTTLS\r\n"}},
	{"greeting", {.mask.greeting = true},
		{">220-mx2 ESMTP 01\r\n220 hello\r\n", ">250 mx ESMTP\r\n"},
		{"220-**2 ***** 0*\r\n220 *****\r\n", "250 mx ESMTP\r\n"}},
	{"TLS", {COMMANDS, OFFERS},
		{">220 mx\r\n", "<STARTTLS\r\n", ">220 go\r\n", "<\x16\x03\x01\nEHLO \r\n",
			">\x16\x03\n250-AUTH\r\n"},
		{"220 mx\r\n", "STARTTLS\r\n", "220 go\r\n", "\x16\x03\x01\nEHLO \r\n",
			"\x16\x03\n250-AUTH\r\n"}},
	{"longer than any word", {COMMANDS},
		{"<0123456789012345678901234567890123456789012345678901234567890123456789 EHLO\r\n"},
		{"0123456789012345678901234567890123456789012345678901234567890123456789 EHLO\r\n"}},
};

static void play(const struct row *row, size_t step)
{
	struct mask mask;
	mask_init(&mask, &row->profile);
	for (size_t i = 0; i < 6 && row->says[i] != NULL; i++) {
		enum wire_side from = row->says[i][0] == '>' ? WIRE_SERVER : WIRE_CLIENT;
		struct octets rest = octets_of(row->says[i] + 1);
		struct mask_passed passed = {.len = 0};
		for (; rest.len > 0; rest = octets_from(rest, step))
			mask_pass(&mask, from, octets_cut(rest, step), &passed);
		CHECK_OCTETS(octets_make(passed.at, passed.len), octets_of(row->passes[i]));
	}
}

static void words_are_overwritten(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t step = 1; step <= MASK_CHUNK; step += step < 12 ? 1 : 4000) {
			CHECK_CASE("%s, %zu at a time", rows[i].name, step);
			play(&rows[i], step);
		}
	}
}

/* A word that is not whole waits, and comes at the end. */
static void half_a_word_waits(void)
{
	static const struct link_profile profile = {COMMANDS};
	struct mask mask;
	struct mask_passed passed = {.len = 0};
	mask_init(&mask, &profile);
	mask_pass(&mask, WIRE_CLIENT, octets_of("NOOP\r\nEHL"), &passed);
	CHECK_OCTETS(octets_make(passed.at, passed.len), octets_of("NOOP\r\n"));
	mask_flush(&mask, WIRE_CLIENT, &passed);
	mask_flush(&mask, WIRE_CLIENT, &passed);
	CHECK_OCTETS(octets_make(passed.at, passed.len), octets_of("NOOP\r\nEHL"));
}

static void idle_masks_say_so(void)
{
	static const struct link_profile profiles[] = {
		{.segment = 100}, {COMMANDS}, {OFFERS}, {.mask.greeting = true}};
	for (size_t i = 0; i < 4; i++) {
		struct mask mask;
		mask_init(&mask, &profiles[i]);
		CHECK_INT(mask_is_idle(&mask), i == 0);
	}
}

#define TESTS(T)                                                                                   \
	T(words_are_overwritten)                                                                   \
	T(half_a_word_waits)                                                                       \
	T(idle_masks_say_so)
CHECK_MAIN("link mask", TESTS)

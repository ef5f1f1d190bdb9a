/*
 * offers: keywords, substrings, and the two ways to write AUTH.
 *
 * RFC 5321 4.1.1.1 wants the first word of a line, letters without case. Old clients look for a
 * substring, in capitals, in any line, the greeting text included; some know only `AUTH=`, which
 * a draft of RFC 2554 had.
 */
#include "offers.h"

#include <string.h>

static bool same(const struct client_profile *profile, struct octets a, struct octets b)
{
	return profile->offers.exact_case ? octets_equal(a, b) : octets_equal_nocase(a, b);
}

static bool holds(const struct client_profile *profile, struct octets all, struct octets what)
{
	size_t at = profile->offers.exact_case ? octets_find_text(all, what)
					       : octets_find_nocase(all, what);
	return at < all.len;
}

/* Takes the next word from the front; an empty one is the end. */
static struct octets next_word(struct octets *rest)
{
	size_t start = 0, end;
	while (start < rest->len && rest->at[start] == ' ')
		start++;
	end = start;
	while (end < rest->len && rest->at[end] != ' ')
		end++;
	struct octets word = octets_from(octets_cut(*rest, end), start);
	*rest = octets_from(*rest, end);
	return word;
}

static void add_mechanism(
	struct offers *offers, const struct client_profile *profile, struct octets name)
{
	const struct text_list *known = &profile->auth.mechanisms;
	for (size_t i = 0; i < known->count && i < OFFERS_MAX_MECHANISMS; i++) {
		if (same(profile, known->items[i], name))
			offers->mechanisms |= (uint32_t)1 << i;
	}
}

/* "AUTH PLAIN LOGIN", "AUTH=PLAIN LOGIN"; `keyword` is the first word, `rest` what follows. */
static void read_auth_words(struct offers *offers, const struct client_profile *profile,
	struct octets keyword, struct octets rest)
{
	struct octets auth = octets_of("AUTH"), equals = octets_of("AUTH=");
	if (same(profile, keyword, auth)) {
		if (profile->offers.auth_equals == AUTH_EQUALS_ONLY)
			return;
	} else if (keyword.len >= equals.len &&
		   same(profile, octets_cut(keyword, equals.len), equals)) {
		if (profile->offers.auth_equals == AUTH_EQUALS_IGNORED)
			return;
		add_mechanism(offers, profile, octets_from(keyword, equals.len));
	} else {
		return;
	}
	offers->auth = true;
	for (struct octets word = next_word(&rest); word.len > 0; word = next_word(&rest))
		add_mechanism(offers, profile, word);
}

/* A mechanism counts where a blank or '=' and then its name stand anywhere in the line. */
static void read_auth_anywhere(
	struct offers *offers, const struct client_profile *profile, struct octets line)
{
	bool blank = profile->offers.auth_equals != AUTH_EQUALS_ONLY;
	bool equals = profile->offers.auth_equals != AUTH_EQUALS_IGNORED;
	if (!(blank && holds(profile, line, octets_of("AUTH "))) &&
		!(equals && holds(profile, line, octets_of("AUTH="))))
		return;
	offers->auth = true;
	const struct text_list *known = &profile->auth.mechanisms;
	for (size_t i = 0; i < known->count && i < OFFERS_MAX_MECHANISMS; i++) {
		struct octets name = known->items[i];
		for (size_t at = 1; at + name.len <= line.len; at++) {
			bool before = line.at[at - 1] == ' ' || line.at[at - 1] == '=';
			if (before && same(profile, octets_make(line.at + at, name.len), name))
				offers->mechanisms |= (uint32_t)1 << i;
		}
	}
}

static void read_starttls(struct offers *offers, const struct client_profile *profile,
	struct octets line, struct octets keyword)
{
	bool found = false;
	switch (profile->offers.starttls) {
	case OFFERS_ANYWHERE:
		found = holds(profile, line, octets_of("STARTTLS"));
		break;
	case OFFERS_AFTER_DASH:
		found = holds(profile, line, octets_of("-STARTTLS"));
		break;
	default:
		found = same(profile, keyword, octets_of("STARTTLS"));
		break;
	}
	offers->starttls = offers->starttls || found;
}

static void read_keyword(struct offers *offers, const struct client_profile *profile,
	struct octets keyword, struct octets rest)
{
	if (same(profile, keyword, octets_of("PIPELINING")))
		offers->pipelining = true;
	if (same(profile, keyword, octets_of("8BITMIME")))
		offers->eight_bit = true;
	if (same(profile, keyword, octets_of("SMTPUTF8")))
		offers->utf8 = true;
	if (same(profile, keyword, octets_of("SIZE"))) {
		offers->size = true;
		if (!octets_number(next_word(&rest), &offers->size_limit))
			offers->size_limit = 0;
	}
}

void offers_read(
	struct offers *offers, const struct client_profile *profile, struct octets line, bool first)
{
	/* the first line names the server: only a search for substrings looks into it */
	struct octets rest = octets_from(line, first ? line.len : 4);
	struct octets keyword = next_word(&rest);
	read_keyword(offers, profile, keyword, rest);
	read_starttls(offers, profile, line, keyword);
	if (profile->offers.auth == OFFERS_ANYWHERE)
		read_auth_anywhere(offers, profile, line);
	else
		read_auth_words(offers, profile, keyword, rest);
}

/* handset_play_link: a link by name, its end by option, a pace in words. */
#include "handset_play_link.h"

#include <stdlib.h>
#include <string.h>

enum { PACE_MAX = 100 };

static bool fail(const char *what, const char *text)
{
	fprintf(stderr, "handset play: %s: %s\nTry: handset play --help\n", what, text);
	return false;
}

static bool lose_at(struct link_profile *link, const char *text)
{
	uint64_t octets = 0;
	bool after_dot = strcmp(text, "after-dot") == 0;
	if (!after_dot && (!octets_number(octets_of(text), &octets) || octets == 0))
		return fail("--lose-bearer-at takes a number of octets or after-dot", text);
	memset(&link->end, 0, sizeof link->end);
	link->end.after_dot = after_dot;
	link->end.after_up = octets;
	link->end.how = LINK_END_LOST;
	return true;
}

bool play_link_prepare(
	struct play_link *link, const char *name, const char *lose, const char *folder)
{
	*link = (struct play_link){.link = NULL};
	if (name != NULL && strcmp(name, "none") != 0) {
		link->profile = handset_load(PROFILE_LINK, name, folder);
		if (link->profile == NULL)
			return false;
		link->own = *profile_link(link->profile);
		link->link = &link->own;
	}
	if (lose == NULL)
		return true;
	link->link = &link->own;
	return lose_at(&link->own, lose);
}

void play_link_finish(struct play_link *link)
{
	profile_free(link->profile);
	link->profile = NULL;
}

/* "1.25": digits, perhaps a point and more digits; the locale has no say. */
static bool read_factor(const char *text, double *factor)
{
	size_t whole = strspn(text, "0123456789");
	size_t part = text[whole] == '.' ? 1 + strspn(text + whole + 1, "0123456789") : 0;
	const char *end = text + whole + part;
	double unit = 1;
	if (whole == 0 || part == 1 || whole > 6 || (*end != 0 && strcmp(end, "x") != 0))
		return false;
	*factor = 0;
	for (size_t i = 0; i < whole; i++)
		*factor = *factor * 10 + (text[i] - '0');
	for (size_t i = 1; i < part; i++)
		*factor += (text[whole + i] - '0') * (unit /= 10);
	return true;
}

bool play_pace(const char *text, uint32_t *percent)
{
	double factor = 0;
	if (text != NULL && strcmp(text, "real") == 0)
		factor = 1;
	else if (text != NULL && strcmp(text, "off") != 0 && !read_factor(text, &factor))
		return false;
	if (factor > PACE_MAX)
		return false;
	*percent = (uint32_t)(factor * 100 + 0.5);
	return true;
}

/* removal: line by line through the header. */
#include "removal.h"

#include <string.h>

/* A walk over one piece. */
struct walk {
	struct removal *removal;
	struct octets in;
	size_t at;
	size_t run; /* where what is kept, and was not given out, begins */
	bool stays;
	removal_keep *keep;
	void *context;
};

static void give(struct walk *walk, size_t end)
{
	if (end > walk->run)
		walk->keep(walk->context, octets_make(walk->in.at + walk->run, end - walk->run),
			walk->stays);
	walk->run = end;
}

static void give_held(struct removal *removal, removal_keep *keep, void *context)
{
	if (removal->held_len > 0)
		keep(context, octets_make(removal->held, removal->held_len), false);
	removal->held_len = 0;
}

enum match { MATCH_YES, MATCH_NO, MATCH_OPEN };

/* Whether "Bcc:" goes on with this octet, the one of that number in its line. */
static enum match match_octet(uint8_t octet, size_t number)
{
	static const char name[] = "bcc";
	if (number < sizeof name - 1)
		return (octet | 0x20) == (uint8_t)name[number] ? MATCH_OPEN : MATCH_NO;
	if (octet == ':')
		return MATCH_YES;
	return octet_is_blank(octet) ? MATCH_OPEN : MATCH_NO; /* RFC 5322 4.5.3 */
}

/* The front of a line that may be a Bcc field's, from walk->at on. */
static void look_at_name(struct walk *walk)
{
	struct removal *removal = walk->removal;
	size_t start = walk->at, before = removal->held_len;
	enum match match = MATCH_OPEN;
	while (match == MATCH_OPEN && walk->at < walk->in.len) {
		size_t number = before + walk->at - start;
		match = number + 1 >= REMOVAL_HELD ? MATCH_YES
						   : match_octet(walk->in.at[walk->at], number);
		walk->at += match == MATCH_OPEN;
	}
	if (match == MATCH_NO) {
		give_held(removal, walk->keep, walk->context);
		removal->in_line = true;
		return;
	}
	give(walk, start);
	if (match == MATCH_YES) {
		removal->held_len = 0;
		removal->in_line = removal->drops = true;
		return;
	}
	memcpy(removal->held + before, walk->in.at + start, walk->in.len - start);
	removal->held_len = before + walk->in.len - start;
	walk->run = walk->in.len;
}

static void begin_line(struct walk *walk)
{
	struct removal *removal = walk->removal;
	uint8_t first = walk->in.at[walk->at];
	if (removal->held_len == 0 && (first == '\r' || first == '\n')) {
		removal->in_header = false;
		return;
	}
#ifdef HANDSET_PLANT_REMOVAL /* what was held back is not looked at */
	if (octet_is_blank(first)) {
#else
	if (removal->held_len == 0 && octet_is_blank(first)) {
#endif
		removal->in_line = true; /* of the field before */
		return;
	}
	removal->drops = false;
	look_at_name(walk);
}

/* To the end of the line, and over it as far as it is here. */
static void end_line(struct walk *walk)
{
	struct removal *removal = walk->removal;
	struct octets rest = octets_from(walk->in, walk->at);
	size_t lf = octets_find(rest, '\n');
	size_t end = octets_find(octets_cut(rest, lf), '\r');
	if (end < rest.len) {
		removal->after_cr = rest.at[end] == '\r';
		removal->in_line = false;
		end++;
	}
	walk->at += end;
	if (removal->drops)
		walk->run = walk->at;
}

/* The LF of a CR LF, whose CR was seen. */
static void step_over_lf(struct walk *walk)
{
	walk->removal->after_cr = false;
	if (walk->in.at[walk->at] != '\n')
		return;
	walk->at++;
	if (walk->removal->drops)
		walk->run = walk->at;
}

void removal_feed(
	struct removal *removal, struct octets in, bool stays, removal_keep *keep, void *context)
{
	struct walk walk = {
		.removal = removal, .in = in, .stays = stays, .keep = keep, .context = context};
	while (removal->in_header && walk.at < in.len) {
		if (removal->after_cr)
			step_over_lf(&walk);
		else if (removal->in_line)
			end_line(&walk);
		else
			begin_line(&walk);
	}
	give(&walk, in.len);
}

void removal_end(struct removal *removal, removal_keep *keep, void *context)
{
	give_held(removal, keep, context);
}

/* link: two stretches, a guard between them, and the end. */
#include "link.h"

#include "stretch.h"
#include "mask.h"

enum { MUTE_MS = 10 * 1000 };

struct link {
	const struct memory *memory;
	const struct link_profile *profile;
	struct random random;
	struct way way;
	bool (*is_past_dot)(void *context);
	void *context;
	bool bearer_stands;
	uint64_t round_trip_ms; /* of the connection that comes */
	struct link_facts facts;
	uint8_t unheard[LINK_REPLY_MAX];
	size_t unheard_len;
	bool unheard_whole;
};

/* One connection. */
struct crossing {
	struct passage passage;
	struct link *link;
	struct stretch stretches[2]; /* by the side that says it */
	struct mask mask;
	bool turned_away;  /* by a proxy's greeting */
	bool over;	   /* nothing passes any more: the link has ended in it, or a proxy has */
	enum link_end how; /* it did */
};

static const struct passage_ops crossing_ops;

/* The passage is the first member of struct crossing. */
static struct crossing *crossing_of(struct passage *passage)
{
	return (struct crossing *)passage;
}

static const struct crossing *crossing_of_const(const struct passage *passage)
{
	return (const struct crossing *)passage;
}

/* ---- the way ---- */

/* The bearer, and the round trip that opening a connection takes. */
static uint64_t link_wait_ms(void *context)
{
	struct link *link = context;
	uint64_t set_up_ms = 0;
	if (!link->bearer_stands)
		set_up_ms = link_draw(&link->random, link->profile->set_up);
	link->bearer_stands = true;
	link->round_trip_ms = link_draw(&link->random, link->profile->round_trip);
	return set_up_ms + link->round_trip_ms;
}

static void open_stretch(struct crossing *crossing, enum wire_side from, uint64_t rate,
	uint64_t stall_seed, uint64_t now_ms)
{
	struct link *link = crossing->link;
	uint64_t up_ms = link->round_trip_ms / 2;
	struct stretch_wish wish = {
		.profile = link->profile,
		.rate = rate,
		.latency_ms = from == WIRE_CLIENT ? up_ms : link->round_trip_ms - up_ms,
		.seed = random_next(&link->random),
		.stall_seed = stall_seed,
		.now_ms = now_ms,
	};
	stretch_init(&crossing->stretches[from], &wish);
}

static struct passage *link_open(void *context, uint64_t now_ms)
{
	struct link *link = context;
	struct crossing *crossing = memory_new(link->memory, 1, sizeof *crossing);
	if (crossing == NULL)
		return NULL;
	uint64_t stall_seed = random_next(&link->random);
	crossing->passage.ops = &crossing_ops;
	crossing->link = link;
	open_stretch(crossing, WIRE_CLIENT, link->profile->rate.up, stall_seed, now_ms);
	open_stretch(crossing, WIRE_SERVER, link->profile->rate.down, stall_seed, now_ms);
	mask_init(&crossing->mask, link->profile);
	return &crossing->passage;
}

struct link *link_new(
	const struct memory *memory, const struct link_profile *profile, uint64_t seed)
{
	struct link *link = memory_new(memory, 1, sizeof *link);
	if (link == NULL)
		return NULL;
	link->memory = memory;
	link->profile = profile;
	random_init(&link->random, seed);
	link->way = (struct way){.context = link, .wait_ms = link_wait_ms, .open = link_open};
	return link;
}

void link_free(struct link *link)
{
	if (link != NULL)
		memory_free(link->memory, link, sizeof *link);
}

const struct way *link_way(const struct link *link)
{
	return &link->way;
}

void link_ask(struct link *link, bool (*is_past_dot)(void *context), void *context)
{
	link->is_past_dot = is_past_dot;
	link->context = context;
}

struct link_facts link_facts(const struct link *link)
{
	struct link_facts facts = link->facts;
	struct octets said = octets_make(link->unheard, link->unheard_len);
	facts.unheard = octets_cut(said, octets_find(said, '\r'));
	if (facts.unheard.len == said.len)
		facts.unheard = octets_cut(said, octets_find(said, '\n'));
	return facts;
}

/* ---- the end ---- */

static bool is_past_dot(const struct link *link)
{
	return link->is_past_dot != NULL && link->is_past_dot(link->context);
}

static void end_crossing(struct crossing *crossing, enum link_end how)
{
	crossing->over = true;
	crossing->how = how;
	stretch_clear(&crossing->stretches[WIRE_CLIENT]);
	stretch_clear(&crossing->stretches[WIRE_SERVER]);
}

static void end_link(struct crossing *crossing)
{
	struct link *link = crossing->link;
	link->facts.ended = true;
	link->facts.how = (enum link_end)link->profile->end.how;
	bool said = is_past_dot(link), came = stretch_is_empty(&crossing->stretches[WIRE_CLIENT]);
	link->facts.past_dot = said && came;
	link->facts.dot_lost = said && !came;
	link->bearer_stands = link->facts.how != LINK_END_LOST;
	end_crossing(crossing, link->facts.how);
}

/* How many more octets of this side come through before the end. */
static size_t left_to_end(const struct link *link, enum wire_side from)
{
	const struct link_profile *profile = link->profile;
	uint64_t limit = from == WIRE_CLIENT ? profile->end.after_up : profile->end.after_down;
	uint64_t passed = from == WIRE_CLIENT ? link->facts.up : link->facts.down;
	if (limit == 0 || link->facts.ended)
		return SIZE_MAX;
	return limit > passed ? (size_t)(limit - passed) : 0;
}

/* Everything that was said has come up, and it ends with a final dot. */
static bool ends_after_dot(const struct crossing *crossing)
{
	const struct link *link = crossing->link;
	return link->profile->end.after_dot && !link->facts.ended &&
	       stretch_is_empty(&crossing->stretches[WIRE_CLIENT]) && is_past_dot(link);
}

/* A proxy ends connections, not the link: the next one comes to the same. */
static void end_at_proxy(struct crossing *crossing)
{
	const struct link_profile *profile = crossing->link->profile;
	if (profile->proxy.resets_starttls && mask_is_in_starttls(&crossing->mask))
		end_crossing(crossing, LINK_END_RESET);
	else if (profile->proxy.swallows_split_dot && crossing->mask.dot_split)
		end_crossing(crossing, LINK_END_SILENT);
}

/* What a server says to a phone that is gone: its first line is kept, if it is a reply. */
static void overhear(struct link *link, struct octets octets)
{
	for (size_t i = 0; i < octets.len && !link->unheard_whole; i++) {
		uint8_t octet = octets.at[i];
		link->unheard_whole = octet == '\n' || link->unheard_len + 1 == LINK_REPLY_MAX ||
				      (link->unheard_len < 3 && !octet_is_digit(octet));
		if (link->unheard_len >= 3 || octet_is_digit(octet))
			link->unheard[link->unheard_len++] = octet;
	}
}

/* ---- the passage ---- */

/* As much as leaves room for what a mask may hold back. */
static struct octets enough(struct octets octets)
{
	return octets_cut(octets, STRETCH_ROOM / 2 - MASK_MORE);
}

static void say_to_client(struct crossing *crossing, struct octets line, uint64_t now_ms)
{
	stretch_enter(&crossing->stretches[WIRE_SERVER], line, now_ms);
	stretch_enter(&crossing->stretches[WIRE_SERVER], octets_of("\r\n"), now_ms);
}

/* Through the guard, in pieces; all of it, since there is room. */
static void enter_masked(
	struct crossing *crossing, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	struct stretch *stretch = &crossing->stretches[from];
	while (octets.len > 0) {
		struct mask_passed passed = {.len = 0};
		mask_pass(&crossing->mask, from, octets_cut(octets, MASK_CHUNK), &passed);
		stretch_enter(stretch, octets_make(passed.at, passed.len), now_ms);
		octets = octets_from(octets, MASK_CHUNK);
	}
	if (mask_takes_answer(&crossing->mask))
		say_to_client(crossing, crossing->link->profile->proxy.refusal, now_ms);
	end_at_proxy(crossing);
}

/* The proxy speaks in the place of the server, and hangs up on both. */
static bool is_turned_away(
	struct crossing *crossing, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	struct octets greeting = crossing->link->profile->proxy.greeting;
	if (crossing->turned_away)
		return true;
	if (greeting.len == 0 || from != WIRE_SERVER || crossing->mask.greeted ||
		crossing->mask.open || octets.len == 0 || !octet_is_digit(octets.at[0]))
		return false;
	crossing->turned_away = true;
	say_to_client(crossing, greeting, now_ms);
	stretch_enter_end(&crossing->stretches[WIRE_SERVER], false, now_ms);
	stretch_enter_end(&crossing->stretches[WIRE_CLIENT], false, now_ms);
	return true;
}

static size_t enter(
	struct passage *passage, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	struct crossing *crossing = crossing_of(passage);
	struct link *link = crossing->link;
	if (crossing->over && crossing->how != LINK_END_SILENT) {
		if (from == WIRE_SERVER && link->facts.past_dot)
			overhear(link, octets);
		return octets.len;
	}
	if (!stretch_has_room(&crossing->stretches[from]))
		return 0;
	octets = enough(octets);
	if (mask_is_idle(&crossing->mask))
		return stretch_enter(&crossing->stretches[from], octets, now_ms);
	if (is_turned_away(crossing, from, octets, now_ms))
		return octets.len;
	if (from == WIRE_CLIENT)
		mask_piece(&crossing->mask);
	enter_masked(crossing, from, octets, now_ms);
	return octets.len;
}

static void enter_end(struct passage *passage, enum wire_side from, bool reset, uint64_t now_ms)
{
	struct crossing *crossing = crossing_of(passage);
	struct mask_passed passed = {.len = 0};
	if (crossing->turned_away)
		return;
	mask_flush(&crossing->mask, from, &passed);
	stretch_enter(&crossing->stretches[from], octets_make(passed.at, passed.len), now_ms);
	stretch_enter_end(&crossing->stretches[from], reset, now_ms);
}

static struct octets leaving(struct passage *passage, enum wire_side from, uint64_t now_ms)
{
	struct crossing *crossing = crossing_of(passage);
	if (crossing->over)
		return octets_make(NULL, 0);
	if (ends_after_dot(crossing)) {
		end_link(crossing);
		return octets_make(NULL, 0);
	}
	return octets_cut(stretch_leaving(&crossing->stretches[from], now_ms),
		left_to_end(crossing->link, from));
}

static void left(struct passage *passage, enum wire_side from, size_t count)
{
	struct crossing *crossing = crossing_of(passage);
	struct link_facts *facts = &crossing->link->facts;
	stretch_left(&crossing->stretches[from], count);
	if (from == WIRE_CLIENT)
		facts->up += count;
	else
		facts->down += count;
	if (left_to_end(crossing->link, from) == 0)
		end_link(crossing);
}

static enum passage_end end(const struct passage *passage, enum wire_side from, uint64_t now_ms)
{
	const struct crossing *crossing = crossing_of_const(passage);
	const struct stretch *stretch = &crossing->stretches[from];
	if (!crossing->over)
		return !stretch_has_ended(stretch, now_ms) ? PASSAGE_OPEN
		       : stretch->reset			   ? PASSAGE_RESET
							   : PASSAGE_ENDED;
	switch (crossing->how) {
	case LINK_END_LOST:
		return from == WIRE_SERVER ? PASSAGE_LOST : PASSAGE_OPEN;
	case LINK_END_RESET:
		return PASSAGE_RESET;
	case LINK_END_CLOSED:
		return PASSAGE_ENDED;
	case LINK_END_SILENT:
		break;
	}
	return PASSAGE_OPEN;
}

static bool has_room(const struct passage *passage, enum wire_side from)
{
	const struct crossing *crossing = crossing_of_const(passage);
	bool swallows = crossing->over && crossing->how != LINK_END_SILENT;
	return swallows || stretch_has_room(&crossing->stretches[from]);
}

static bool is_empty(const struct passage *passage, enum wire_side from)
{
	const struct crossing *crossing = crossing_of_const(passage);
	return crossing->over || stretch_is_empty(&crossing->stretches[from]);
}

static uint64_t mute_ms(const struct passage *passage)
{
	const struct crossing *crossing = crossing_of_const(passage);
	const struct link_facts *facts = &crossing->link->facts;
	bool lost = crossing->over && crossing->how == LINK_END_LOST;
	return lost && facts->past_dot ? MUTE_MS : 0;
}

static uint64_t deadline_ms(const struct passage *passage, enum wire_side from)
{
	const struct crossing *crossing = crossing_of_const(passage);
	return crossing->over ? PLAYER_NEVER : stretch_deadline_ms(&crossing->stretches[from]);
}

static void close_crossing(struct passage *passage)
{
	struct crossing *crossing = crossing_of(passage);
	const struct memory *memory = crossing->link->memory;
	memory_wipe(crossing, sizeof *crossing);
	memory_free(memory, crossing, sizeof *crossing);
}

static const struct passage_ops crossing_ops = {
	.enter = enter,
	.enter_end = enter_end,
	.leaving = leaving,
	.left = left,
	.end = end,
	.has_room = has_room,
	.is_empty = is_empty,
	.mute_ms = mute_ms,
	.deadline_ms = deadline_ms,
	.close = close_crossing,
};

/* stretch: octets in a row, and the segments that they are cut into. */
#include "stretch.h"

#include "player.h"

#include <string.h>

enum { SECOND_US = 1000 * 1000, SEGMENT_MIN = 64 };

void stretch_init(struct stretch *stretch, const struct stretch_wish *wish)
{
	stretch->rate = wish->rate;
	if (wish->profile->segment > 0)
		stretch->segment = wish->profile->segment < SEGMENT_MIN
					   ? SEGMENT_MIN
					   : (size_t)wish->profile->segment;
	stretch->latency_us = wish->latency_ms * LINK_MS;
	stretch->jitter = wish->profile->jitter;
	random_init(&stretch->random, wish->seed);
	stalls_init(&stretch->stalls, wish->profile, wish->stall_seed, wish->now_ms * LINK_MS);
}

static uint64_t line_time_us(const struct stretch *stretch, size_t len)
{
	return stretch->rate == 0 ? 0 : (uint64_t)len * SECOND_US / stretch->rate;
}

static struct stretch_segment *segment_at(struct stretch *stretch, size_t index)
{
	return &stretch->segments[(stretch->first_segment + index) % STRETCH_SEGMENTS];
}

static const struct stretch_segment *first_segment(const struct stretch *stretch)
{
	return &stretch->segments[stretch->first_segment];
}

static void append(struct stretch *stretch, struct octets octets)
{
	if (stretch->first + stretch->len + octets.len > STRETCH_ROOM) {
		memmove(stretch->octets, stretch->octets + stretch->first, stretch->len);
		stretch->first = 0;
	}
	memcpy(stretch->octets + stretch->first + stretch->len, octets.at, octets.len);
	stretch->len += octets.len;
}

static void set_last(struct stretch *stretch, struct stretch_segment *segment, uint64_t due_us)
{
	segment->due_us = due_us > stretch->last_us ? due_us : stretch->last_us;
	stretch->last_us = segment->due_us;
}

/* The last segment waits for the line: it is filled up. How many octets it took. */
static size_t join(struct stretch *stretch, struct octets octets, uint64_t now_us)
{
	if (stretch->segment_count == 0 || stretch->segment == 0)
		return 0;
	struct stretch_segment *last = segment_at(stretch, stretch->segment_count - 1);
	if (last->start_us <= now_us || last->len >= stretch->segment)
		return 0;
	octets = octets_cut(octets, stretch->segment - last->len);
	uint64_t more_us =
		line_time_us(stretch, last->len + octets.len) - line_time_us(stretch, last->len);
	append(stretch, octets);
	last->len += octets.len;
	stretch->free_us += more_us;
	set_last(stretch, last, last->due_us + more_us);
	return octets.len;
}

static size_t begin(struct stretch *stretch, struct octets octets, uint64_t now_us)
{
	if (stretch->segment > 0)
		octets = octets_cut(octets, stretch->segment);
	struct stretch_segment *segment = segment_at(stretch, stretch->segment_count++);
	uint64_t start_us = stretch->free_us > now_us ? stretch->free_us : now_us;
	segment->start_us = stalls_pass(&stretch->stalls, start_us);
	segment->len = octets.len;
	stretch->free_us = segment->start_us + line_time_us(stretch, octets.len);
	append(stretch, octets);
	set_last(stretch, segment,
		stretch->free_us + stretch->latency_us +
			link_draw(&stretch->random, stretch->jitter) * LINK_MS);
	return octets.len;
}

size_t stretch_enter(struct stretch *stretch, struct octets octets, uint64_t now_ms)
{
	size_t taken = 0;
	if (stretch->ended)
		return octets.len; /* nobody says anything after the end */
	octets = octets_cut(octets, STRETCH_ROOM - stretch->len);
	while (taken < octets.len) {
		struct octets rest = octets_from(octets, taken);
		size_t count = join(stretch, rest, now_ms * LINK_MS);
		if (count == 0 && stretch->segment_count == STRETCH_SEGMENTS)
			break;
		taken += count > 0 ? count : begin(stretch, rest, now_ms * LINK_MS);
	}
	return taken;
}

void stretch_enter_end(struct stretch *stretch, bool reset, uint64_t now_ms)
{
	uint64_t due_us = now_ms * LINK_MS + stretch->latency_us;
	if (stretch->ended)
		return;
	stretch->ended = true;
	stretch->reset = reset;
	stretch->end_us = due_us > stretch->last_us ? due_us : stretch->last_us;
}

struct octets stretch_leaving(const struct stretch *stretch, uint64_t now_ms)
{
	const struct stretch_segment *segment = first_segment(stretch);
	if (stretch->segment_count == 0 || segment->due_us > now_ms * LINK_MS)
		return octets_make(NULL, 0);
	return octets_make(stretch->octets + stretch->first, segment->len);
}

void stretch_left(struct stretch *stretch, size_t count)
{
	struct stretch_segment *segment = segment_at(stretch, 0);
	stretch->total += count;
	stretch->first += count;
	stretch->len -= count;
	segment->len -= count;
	if (segment->len > 0)
		return;
	stretch->first_segment = (stretch->first_segment + 1) % STRETCH_SEGMENTS;
	stretch->segment_count--;
}

/* Half of it, so that no write is cut into many because a few octets have left. */
bool stretch_has_room(const struct stretch *stretch)
{
	return stretch->len <= STRETCH_ROOM / 2 && stretch->segment_count <= STRETCH_SEGMENTS / 2;
}

bool stretch_is_empty(const struct stretch *stretch)
{
	return stretch->segment_count == 0;
}

bool stretch_has_ended(const struct stretch *stretch, uint64_t now_ms)
{
	return stretch->ended && stretch->segment_count == 0 && stretch->end_us <= now_ms * LINK_MS;
}

static uint64_t rounded_up_ms(uint64_t us)
{
	return (us + LINK_MS - 1) / LINK_MS;
}

uint64_t stretch_deadline_ms(const struct stretch *stretch)
{
	if (stretch->segment_count > 0)
		return rounded_up_ms(first_segment(stretch)->due_us);
	return stretch->ended ? rounded_up_ms(stretch->end_us) : PLAYER_NEVER;
}

void stretch_clear(struct stretch *stretch)
{
	memset(stretch->octets, 0, sizeof stretch->octets);
	stretch->first = stretch->len = stretch->first_segment = stretch->segment_count = 0;
}

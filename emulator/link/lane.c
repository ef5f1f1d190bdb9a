/* lane: octets in a row, and the segments that they are cut into. */
#include "lane.h"

#include "player.h"

#include <string.h>

enum { SECOND_US = 1000 * 1000, SEGMENT_MIN = 64 };

void lane_init(struct lane *lane, const struct lane_wish *wish)
{
	lane->rate = wish->rate;
	if (wish->profile->segment > 0)
		lane->segment = wish->profile->segment < SEGMENT_MIN
					? SEGMENT_MIN
					: (size_t)wish->profile->segment;
	lane->latency_us = wish->latency_ms * LINK_MS;
	lane->jitter = wish->profile->jitter;
	random_init(&lane->random, wish->seed);
	stalls_init(&lane->stalls, wish->profile, wish->stall_seed, wish->now_ms * LINK_MS);
}

static uint64_t line_time_us(const struct lane *lane, size_t len)
{
	return lane->rate == 0 ? 0 : (uint64_t)len * SECOND_US / lane->rate;
}

static struct lane_segment *segment_at(struct lane *lane, size_t index)
{
	return &lane->segments[(lane->first_segment + index) % LANE_SEGMENTS];
}

static const struct lane_segment *first_segment(const struct lane *lane)
{
	return &lane->segments[lane->first_segment];
}

static void append(struct lane *lane, struct octets octets)
{
	if (lane->first + lane->len + octets.len > LANE_ROOM) {
		memmove(lane->octets, lane->octets + lane->first, lane->len);
		lane->first = 0;
	}
	memcpy(lane->octets + lane->first + lane->len, octets.at, octets.len);
	lane->len += octets.len;
}

static void set_last(struct lane *lane, struct lane_segment *segment, uint64_t due_us)
{
	segment->due_us = due_us > lane->last_us ? due_us : lane->last_us;
	lane->last_us = segment->due_us;
}

/* The last segment waits for the line: it is filled up. How many octets it took. */
static size_t join(struct lane *lane, struct octets octets, uint64_t now_us)
{
	if (lane->segment_count == 0 || lane->segment == 0)
		return 0;
	struct lane_segment *last = segment_at(lane, lane->segment_count - 1);
	if (last->start_us <= now_us || last->len >= lane->segment)
		return 0;
	octets = octets_cut(octets, lane->segment - last->len);
	uint64_t more_us =
		line_time_us(lane, last->len + octets.len) - line_time_us(lane, last->len);
	append(lane, octets);
	last->len += octets.len;
	lane->free_us += more_us;
	set_last(lane, last, last->due_us + more_us);
	return octets.len;
}

static size_t begin(struct lane *lane, struct octets octets, uint64_t now_us)
{
	if (lane->segment > 0)
		octets = octets_cut(octets, lane->segment);
	struct lane_segment *segment = segment_at(lane, lane->segment_count++);
	uint64_t start_us = lane->free_us > now_us ? lane->free_us : now_us;
	segment->start_us = stalls_pass(&lane->stalls, start_us);
	segment->len = octets.len;
	lane->free_us = segment->start_us + line_time_us(lane, octets.len);
	append(lane, octets);
	set_last(lane, segment,
		lane->free_us + lane->latency_us +
			link_draw(&lane->random, lane->jitter) * LINK_MS);
	return octets.len;
}

size_t lane_enter(struct lane *lane, struct octets octets, uint64_t now_ms)
{
	size_t taken = 0;
	if (lane->ended)
		return octets.len; /* nobody says anything after the end */
	octets = octets_cut(octets, LANE_ROOM - lane->len);
	while (taken < octets.len) {
		struct octets rest = octets_from(octets, taken);
		size_t count = join(lane, rest, now_ms * LINK_MS);
		if (count == 0 && lane->segment_count == LANE_SEGMENTS)
			break;
		taken += count > 0 ? count : begin(lane, rest, now_ms * LINK_MS);
	}
	return taken;
}

void lane_enter_end(struct lane *lane, bool reset, uint64_t now_ms)
{
	uint64_t due_us = now_ms * LINK_MS + lane->latency_us;
	if (lane->ended)
		return;
	lane->ended = true;
	lane->reset = reset;
	lane->end_us = due_us > lane->last_us ? due_us : lane->last_us;
}

struct octets lane_leaving(const struct lane *lane, uint64_t now_ms)
{
	const struct lane_segment *segment = first_segment(lane);
	if (lane->segment_count == 0 || segment->due_us > now_ms * LINK_MS)
		return octets_make(NULL, 0);
	return octets_make(lane->octets + lane->first, segment->len);
}

void lane_left(struct lane *lane, size_t count)
{
	struct lane_segment *segment = segment_at(lane, 0);
	lane->total += count;
	lane->first += count;
	lane->len -= count;
	segment->len -= count;
	if (segment->len > 0)
		return;
	lane->first_segment = (lane->first_segment + 1) % LANE_SEGMENTS;
	lane->segment_count--;
}

/* Half of it, so that no write is cut into many because a few octets have left. */
bool lane_has_room(const struct lane *lane)
{
	return lane->len <= LANE_ROOM / 2 && lane->segment_count <= LANE_SEGMENTS / 2;
}

bool lane_is_empty(const struct lane *lane)
{
	return lane->segment_count == 0;
}

bool lane_has_ended(const struct lane *lane, uint64_t now_ms)
{
	return lane->ended && lane->segment_count == 0 && lane->end_us <= now_ms * LINK_MS;
}

static uint64_t rounded_up_ms(uint64_t us)
{
	return (us + LINK_MS - 1) / LINK_MS;
}

uint64_t lane_deadline_ms(const struct lane *lane)
{
	if (lane->segment_count > 0)
		return rounded_up_ms(first_segment(lane)->due_us);
	return lane->ended ? rounded_up_ms(lane->end_us) : PLAYER_NEVER;
}

void lane_clear(struct lane *lane)
{
	memset(lane->octets, 0, sizeof lane->octets);
	lane->first = lane->len = lane->first_segment = lane->segment_count = 0;
}

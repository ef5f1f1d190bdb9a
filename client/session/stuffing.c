/* stuffing: line ends and dots. */
#include "stuffing.h"

#include <string.h>

#include "scan.h"

void stuffing_begin(struct stuffing *body)
{
	*body = (struct stuffing){.line_start = true};
}

/*
 * A walk from line to line. A run is given out when something has to be said that is not in it;
 * what is copied goes to room that was made for the worst case, every octet a dot or line end.
 */
struct walk {
	struct stuffing *body;
	struct octets in;
	struct output *out; /* or NULL */
	uint8_t *to, *from; /* in out->own: where to go on, where the part not committed begins */
	bool stays;
	size_t run; /* where what was not given out yet begins */
	size_t cr;  /* the next CR, or in.len; good where it is not before the walk's place */
};

static void commit(struct walk *walk)
{
	buffer_commit(&walk->out->own, (size_t)(walk->to - walk->from));
	walk->from = walk->to;
}

/* A line is short: in steps of a vector, the last one overlapping, it is there before a call is. */
static void copy_line(uint8_t *to, const uint8_t *at, size_t len)
{
	enum { STEP = 32 };
	if (len < STEP || len > 8 * STEP) {
		memcpy(to, at, len);
		return;
	}
	for (size_t i = 0; i + STEP < len; i += STEP)
		memcpy(to + i, at + i, STEP);
	memcpy(to + len - STEP, at + len - STEP, STEP);
}

static void give(struct walk *walk, size_t end)
{
	size_t len = end - walk->run;
	const uint8_t *at = walk->in.at + walk->run;
	walk->run = end;
	if (walk->out == NULL || len == 0)
		return;
	if (walk->stays && len >= OUTPUT_LENT_MIN && output_has_place(walk->out)) {
		commit(walk);
		output_content(walk->out, octets_make(at, len), true);
		return;
	}
	copy_line(walk->to, at, len);
	walk->to += len;
}

static inline void say(struct walk *walk, const char *text, size_t len)
{
	if (walk->out == NULL)
		return;
	memcpy(walk->to, text, len);
	walk->to += len;
}

/* Text of a line, without its end. */
static void take_text(struct walk *walk, size_t at, size_t end)
{
	struct stuffing *body = walk->body;
	if (end == at)
		return;
	if (body->line_start && walk->in.at[at] == '.') {
		body->seen.dot = true;
		if (!body->keeps_dots) {
			give(walk, at);
			say(walk, ".", 1);
		}
	}
	body->line_start = false;
	body->line_len += end - at;
	body->seen.size += end - at;
	body->seen.long_line |= body->line_len > STUFFING_LINE_MAX;
}

static void end_line(struct stuffing *body)
{
	body->seen.size += 2;
	body->line_start = true;
	body->line_len = 0;
}

/* A line end that is not CR LF, or not to be seen whole, becomes CR LF. */
static void repair_end(struct walk *walk, size_t at)
{
	struct stuffing *body = walk->body;
	give(walk, at);
	walk->run = at + 1;
	say(walk, "\r\n", 2);
	/* the last octet: whether an LF belongs to it is seen in the next piece */
	body->after_cr = walk->in.at[at] == '\r' && at + 1 == walk->in.len;
	body->seen.repaired |= !body->after_cr;
	end_line(body);
}

/* One line, or what there is of it, from `at` on; returns where the next begins. */
static size_t take_line(struct walk *walk, size_t at)
{
	struct octets in = walk->in;
	size_t lf = at + octets_find(octets_from(in, at), '\n');
	if (walk->cr < at)
		walk->cr = at + octets_find(octets_from(in, at), '\r');
	size_t end = walk->cr < lf ? walk->cr : lf;
	take_text(walk, at, end);
	if (end == in.len)
		return end;
	if (end + 1 == lf && lf < in.len) {
		end_line(walk->body);
		return lf + 1;
	}
	repair_end(walk, end);
	return end + 1;
}

/* Line by line, where something has to be changed. */
static void walk_lines(struct stuffing *body, struct octets in, struct output *out, bool stays)
{
	struct walk walk = {.body = body, .in = in, .out = out, .stays = stays};
	if (out != NULL) {
		walk.from = walk.to = buffer_reserve(&out->own, 2 * in.len + 1);
		if (walk.to == NULL)
			return;
	}
	walk.cr = octets_find(in, '\r');
	for (size_t at = 0; at < in.len;)
		at = take_line(&walk, at);
	give(&walk, in.len);
	if (out != NULL)
		commit(&walk);
}

/* Notes what a scan has seen of lines that are all alike: CR LF at their ends, or all of them LF.
 */
static void note_lines(struct stuffing *body, struct octets in, const struct scan *scan)
{
	bool bare = scan->odd_end && scan->ends > 0;
	body->seen.size += in.len + (bare ? scan->ends : 0);
	body->seen.repaired |= bare;
	body->seen.long_line |= scan->line_max > STUFFING_LINE_MAX;
	body->line_len = scan->line_len;
	body->line_start = in.at[in.len - 1] == '\n';
}

/* All at once, where nothing has to be changed; false: line by line, please. */
static bool take_clean(struct stuffing *body, struct octets in, struct output *out, bool stays)
{
	struct scan scan = {.line_len = body->line_len};
	bool dot = body->line_start && in.at[0] == '.';
	scan_octets(in, &scan);
	dot |= scan.dot;
	body->seen.eight_bit |= scan.eight_bit;
	body->seen.nul |= scan.nul;
	body->seen.dot |= dot;
	bool bare = scan.odd_end && !scan.cr; /* LF alone */
	if (out != NULL ? scan.odd_end || (dot && !body->keeps_dots) : scan.odd_end && !bare)
		return false;
	note_lines(body, in, &scan);
	if (out != NULL)
		output_content(out, in, stays);
	return true;
}

/* The first octet behind a piece that ended in CR. */
static struct octets after_cr(struct stuffing *body, struct octets in)
{
	body->after_cr = false;
	if (in.at[0] == '\n')
		return octets_from(in, 1);
	body->seen.repaired = true;
	return in;
}

static void feed(struct stuffing *body, struct octets in, struct output *out, bool stays)
{
	if (body->as_it_is) {
		body->seen.size += in.len;
		if (out != NULL)
			output_content(out, in, stays);
		return;
	}
	if (body->after_cr && in.len > 0)
		in = after_cr(body, in);
	if (in.len > 0 && (body->known || !take_clean(body, in, out, stays)))
		walk_lines(body, in, out, stays);
}

/* Where what the removal keeps goes on to. */
struct way {
	struct stuffing *body;
	struct output *out;
};

static void keep(void *context, struct octets run, bool stays)
{
	const struct way *way = context;
	feed(way->body, run, way->out, stays);
}

void stuffing_feed_slowly(struct stuffing *body, struct octets in, struct output *out, bool stays)
{
	struct way way = {body, out};
	if (body->removal.in_header)
		removal_feed(&body->removal, in, stays, keep, &way);
	else
		feed(body, in, out, stays);
}

void stuffing_end(struct stuffing *body, struct output *out)
{
	struct way way = {body, out};
	removal_end(&body->removal, keep, &way);
	if (body->as_it_is)
		return;
	body->seen.repaired |= body->after_cr || !body->line_start;
	if (!body->line_start) {
		if (out != NULL)
			buffer_append_text(&out->own, "\r\n");
		end_line(body);
	}
}

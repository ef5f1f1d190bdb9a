/* transfer: from the octets of a message to the octets of DATA (RFC 5321 4.5.2). */
#include "transfer.h"

#include <string.h>

static struct octets line_end(const struct client_profile *profile)
{
	return octets_of(profile->data.line_ends == LINE_ENDS_LF ? "\n" : "\r\n");
}

/* The length of the line end at the front of `rest`, or 0. CR alone counts as one. */
static size_t line_end_len(struct octets rest)
{
	if (rest.len == 0 || (rest.at[0] != '\r' && rest.at[0] != '\n'))
		return 0;
	return rest.at[0] == '\r' && rest.len > 1 && rest.at[1] == '\n' ? 2 : 1;
}

/* Are line ends left as they are? */
static bool keeps_line_ends(const struct client_profile *profile, bool composed)
{
	return profile->data.line_ends == LINE_ENDS_AS_IS ||
	       (composed && profile->data.line_ends == LINE_ENDS_CRLF);
}

/* Behind the last whole line of `content`, as a line is counted when it is made. */
static size_t last_line_end(struct octets content, bool as_is)
{
	size_t last = 0, len;
	for (size_t i = 0; i < content.len; i += len) {
		size_t end_len = line_end_len(octets_from(content, i));
		len = end_len > 0 ? end_len : 1;
		if (end_len > 0 && (!as_is || content.at[i + len - 1] == '\n'))
			last = i + len;
	}
	return last;
}

static size_t last_end_of_generator(struct octets ends, size_t most)
{
	size_t last = 0, end;
	for (size_t i = 0; i + sizeof end <= ends.len; i += sizeof end) {
		memcpy(&end, ends.at + i, sizeof end);
		if (end <= most)
			last = end;
	}
	return last;
}

/* Where the body goes line by line, a line that fails is never partly written. */
static size_t break_of(const struct transfer *transfer, size_t break_at)
{
	const struct client_profile *profile = transfer->profile;
	struct octets content = transfer->content;
	if (break_at == 0 || break_at > content.len)
		return SIZE_MAX;
	if (!profile->writes.body_by_line)
		return break_at;
	if (transfer->ends.at != NULL)
		return last_end_of_generator(transfer->ends, break_at);
	/* a CRLF that it would cut is no line end yet */
	if (content.at[break_at - 1] == '\r' && break_at < content.len &&
		content.at[break_at] == '\n')
		break_at--;
	return last_line_end(octets_cut(content, break_at), keeps_line_ends(profile, false));
}

void transfer_init(struct transfer *transfer, const struct client_profile *profile,
	struct octets content, struct octets ends, size_t break_at)
{
	*transfer = (struct transfer){
		.profile = profile, .content = content, .ends = ends, .first_line = true};
	transfer->break_at = break_of(transfer, break_at);
}

static bool doubles_dot(const struct transfer *transfer, bool starts_write)
{
	switch (transfer->profile->data.stuffing) {
	case STUFFING_FULL:
		return !transfer->in_line;
	case STUFFING_NOT_FIRST:
		return !transfer->in_line && !transfer->first_line;
	case STUFFING_PER_WRITE:
		return starts_write;
	default:
		return false;
	}
}

static void end_line(struct transfer *transfer)
{
	transfer->in_line = false;
	transfer->first_line = false;
}

/* Makes one octet of content, or one line end; returns true at the end of a line. */
static bool make_octet(struct transfer *transfer, struct writes *writes, bool starts_write)
{
	const struct client_profile *profile = transfer->profile;
	struct octets rest = octets_from(transfer->content, transfer->position);
	size_t end_len = line_end_len(rest);
	if (end_len > 0 && !keeps_line_ends(profile, transfer->ends.at != NULL)) {
		writes_add(writes, line_end(profile));
		transfer->position += end_len;
		end_line(transfer);
		return true;
	}
	if (rest.at[0] == '.' && doubles_dot(transfer, starts_write))
		writes_add(writes, octets_of("."));
	writes_add(writes, octets_cut(rest, 1));
	transfer->position++;
	transfer->in_line = true;
	if (rest.at[0] == '\n')
		end_line(transfer);
	return rest.at[0] == '\n';
}

static bool is_at_end(const struct transfer *transfer)
{
	return transfer->position >= transfer->content.len ||
	       transfer->position >= transfer->break_at;
}

/* Where the generator's line in hand ends; what stands behind the last one is one more. */
static size_t line_of_generator(struct transfer *transfer)
{
	size_t count = transfer->ends.len / sizeof(size_t), end = transfer->content.len;
	while (transfer->line < count) {
		memcpy(&end, transfer->ends.at + transfer->line * sizeof end, sizeof end);
		if (end > transfer->position)
			return end;
		transfer->line++;
		end = transfer->content.len;
	}
	return end;
}

/* Content for one write; stops at the end of a line where the body goes line by line. */
static void make_content(struct transfer *transfer, struct writes *writes)
{
	bool by_line = transfer->profile->writes.body_by_line;
	bool composed = by_line && transfer->ends.at != NULL;
	size_t start = transfer->position;
	size_t stop = composed ? line_of_generator(transfer) : start + TRANSFER_WRITE_LEN;
	bool ended = false;
	while (!is_at_end(transfer) && transfer->position < stop && !ended) {
		bool line_over = make_octet(transfer, writes, transfer->position == start);
		ended = line_over && by_line && !composed;
	}
	bool complete = transfer->position >= transfer->content.len;
	if (complete && transfer->in_line && transfer->position < transfer->break_at) {
		writes_add(writes, line_end(transfer->profile));
		end_line(transfer);
	}
}

static void make_dot(struct transfer *transfer, struct writes *writes)
{
	writes_add(writes, octets_of("."));
	writes_add(writes, octets_of(transfer->profile->wire_line_end_lf ? "\n" : "\r\n"));
	transfer->dot = true;
}

enum transfer_state transfer_make(struct transfer *transfer, struct writes *writes)
{
	const struct client_profile *profile = transfer->profile;
	bool had_content = !is_at_end(transfer);
	make_content(transfer, writes);
	if (transfer->position >= transfer->break_at) {
		writes_end(writes);
		return TRANSFER_BROKEN;
	}
	bool apart = profile->writes.body_by_line && profile->data.before_dot.len > 0;
	if (!is_at_end(transfer) || (had_content && apart)) {
		writes_end(writes);
		return TRANSFER_GOING;
	}
	writes_add(writes, profile->data.before_dot);
	if (!profile->writes.dot_own)
		make_dot(transfer, writes);
	writes_end(writes);
	return TRANSFER_DONE;
}

void transfer_make_dot(struct transfer *transfer, struct writes *writes)
{
	if (transfer->dot)
		return;
	make_dot(transfer, writes);
	writes_end(writes);
}

uint64_t transfer_size(const struct client_profile *profile, struct octets content, bool composed)
{
	uint64_t size = profile->data.before_dot.len;
	bool in_line = false, as_is = keeps_line_ends(profile, composed);
	for (size_t i = 0; i < content.len;) {
		size_t end_len = line_end_len(octets_from(content, i));
		if (end_len > 0)
			size += as_is ? end_len : line_end(profile).len;
		else
			size++;
		in_line = end_len == 0 || (as_is && content.at[i + end_len - 1] != '\n');
		i += end_len > 0 ? end_len : 1;
	}
	return size + (in_line ? line_end(profile).len : 0);
}

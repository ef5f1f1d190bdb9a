/* output: a list of pieces, own and lent, taken from the front. */
#include "output.h"

void output_init(struct output *output, const struct memory *memory)
{
	*output = (struct output){0};
	buffer_init(&output->own, memory, OUTPUT_OWN_MAX);
}

void output_free(struct output *output)
{
	buffer_free(&output->own);
}

/* Everything was taken, or forgotten. */
static void begin_anew(struct output *output)
{
	output->before += output->taken;
	output->own_listed = output->own_first = output->first = output->count = 0;
	output->first_taken = output->listed = output->taken = output->lent = 0;
	output->content_len = 0;
	if (output->content)
		output->own.len = 0; /* wiping what the caller holds as well would be for nothing */
	else
		buffer_clear(&output->own);
	output->held = output->content = false;
}

void output_shrink(struct output *output)
{
	struct buffer *own = &output->own;
	if (own->len > 0 || own->room <= OUTPUT_ROOM_KEPT)
		return;
	memory_free(own->memory, own->at, own->room); /* wiped already, where there was need */
	buffer_init(own, own->memory, own->cap);
}

void output_clear(struct output *output)
{
	begin_anew(output);
}

void output_list(struct output *output, bool content)
{
	size_t len = output->own.len - output->own_listed;
	if (len == 0)
		return;
	struct output_piece *last = output->count > 0 ? &output->pieces[output->count - 1] : NULL;
	bool goes_on = last != NULL && last->at == NULL &&
		       (last->content == content || output->count == OUTPUT_PIECES);
	output->own_listed += len;
	output->content |= content;
	output->listed += len;
	if (goes_on) {
		last->len += len;
		content = last->content;
	} else {
		output->pieces[output->count++] = (struct output_piece){NULL, len, content};
	}
	output->content_len += content ? len : 0;
}

void output_content(struct output *output, struct octets run, bool stays)
{
	if (!stays || run.len < OUTPUT_LENT_MIN || !output_has_place(output)) {
		buffer_append_octets(&output->own, run);
		return;
	}
	output_list(output, true);
	output->pieces[output->count++] = (struct output_piece){run.at, run.len, true};
	output->listed += run.len;
	output->content_len += run.len;
	output->lent += run.len;
}

size_t output_gather(struct output *output, struct octets *pieces, size_t max)
{
	size_t own = output->own_first, skip = output->first_taken, count = 0;
	output_list(output, false);
	for (size_t i = output->first; i < output->count && count < max; i++) {
		const struct output_piece *piece = &output->pieces[i];
		const uint8_t *at = piece->at == NULL ? output->own.at + own : piece->at;
		own += piece->at == NULL ? piece->len : 0;
		pieces[count++] = octets_make(at + skip, piece->len - skip);
		skip = 0;
	}
	return count;
}

size_t output_take(struct output *output, size_t count)
{
	size_t content = 0;
	output_list(output, false);
	if (count > 0 && output->taken == 0 &&
		count == output->listed) { /* all at once, as most often */
		content = output->content_len;
		output->taken = count;
		begin_anew(output);
		return content;
	}
	while (count > 0 && output->first < output->count) {
		const struct output_piece *piece = &output->pieces[output->first];
		size_t left = piece->len - output->first_taken;
		size_t part = count < left ? count : left;
		content += piece->content ? part : 0;
		count -= part;
		output->taken += part;
		output->first_taken += part;
		if (part < left)
			break;
		output->own_first += piece->at == NULL ? piece->len : 0;
		output->first_taken = 0;
		output->first++;
	}
	if (output_is_empty(output) && output->listed > 0)
		begin_anew(output);
	return content;
}

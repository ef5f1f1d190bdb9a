/* chunk_line: "BDAT 1*DIGIT [LAST]", without case. */
#include "chunk_line.h"

bool chunk_line_read(struct octets line, struct chunk_line *chunk)
{
	*chunk = (struct chunk_line){0};
	struct octets rest = octets_trim(octets_from(line, 4));
	if (!octets_start_nocase(line, "BDAT") || (line.len > 4 && line.at[4] != ' '))
		return false;
	size_t digits = octets_find(rest, ' ');
	struct octets word = octets_trim(octets_from(rest, digits));
	chunk->last = octets_equal_nocase(word, octets_of("LAST"));
	chunk->has_size = (word.len == 0 || chunk->last) &&
			  octets_number(octets_cut(rest, digits), &chunk->size);
	if (!chunk->has_size)
		chunk->size = 0;
	return true;
}

uint64_t chunk_line_octets(const struct transcript_event *line)
{
	static const unsigned int ends[] = {
		[LINE_END_CRLF] = 2, [LINE_END_LF] = 1, [LINE_END_NONE] = 0};
	return line->text.len + ends[line->line_end];
}

/* output: pieces, own and lent, however they are taken. */
#include "output.h"

#include "check.h"

static char text[4000];

static size_t gather(struct output *output, struct buffer *all)
{
	struct octets pieces[OUTPUT_PIECES];
	size_t count = output_gather(output, pieces, OUTPUT_PIECES);
	buffer_clear(all);
	for (size_t i = 0; i < count; i++)
		buffer_append_octets(all, pieces[i]);
	return count;
}

static void say_all(struct output *output)
{
	buffer_append_text(&output->own, "DATA\r\n");
	output_list(output, false);
	output_content(output, octets_make(text, 1000), true);
	output_content(output, octets_make(text, 10), true);	/* short: copied */
	output_content(output, octets_make(text, 2000), false); /* does not stay: copied */
	output_list(output, true);
	buffer_append_text(&output->own, ".\r\n");
}

static void lends_and_copies(void)
{
	struct output output;
	struct buffer all, whole;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i % 23);
	buffer_init(&whole, &memory_standard, 10000);
	for (size_t take = 1; take < 3100; take = take * 3 / 2 + 1) {
		size_t content = 0, taken = 0;
		CHECK_CASE("%zu at once", take);
		output_init(&output, &memory_standard);
		buffer_init(&all, &memory_standard, 10000);
		CHECK(output_is_empty(&output));
		say_all(&output);
		CHECK_INT(gather(&output, &all), 4);
		CHECK_INT(all.len, 6 + 3010 + 3);
		buffer_clear(&whole);
		buffer_append_octets(&whole, buffer_octets(&all));
		CHECK_INT(output_made(&output), 3019);
		CHECK_INT(output.lent, 1000);
		while (!output_is_empty(&output)) {
			CHECK_INT(output_taken(&output), taken);
			gather(&output, &all);
			CHECK_OCTETS(
				buffer_octets(&all), octets_from(buffer_octets(&whole), taken));
			content += output_take(&output, take);
			taken = taken + take < 3019 ? taken + take : 3019;
		}
		CHECK_INT(content, 3010);
		CHECK_INT(output_taken(&output), 3019);
		CHECK_INT(output_made(&output), 3019);
		CHECK_INT(output.lent, 0);
		/* positions go on */
		say_all(&output);
		CHECK_INT(output_made(&output), 2 * 3019);
		output_take(&output, 5);
		output_clear(&output);
		CHECK_INT(output_made(&output), 3019 + 5);
		output_free(&output);
		buffer_free(&all);
	}
	buffer_free(&whole);
}

/* The list is short: what finds no place in it is copied, in order. */
static void copies_what_has_no_place(void)
{
	struct output output;
	struct buffer all;
	output_init(&output, &memory_standard);
	buffer_init(&all, &memory_standard, 100000);
	for (size_t i = 0; i < 40; i++) {
		text[0] = (char)('A' + i % 26);
		buffer_append_byte(&output.own, (uint8_t)('a' + i % 26));
		if (i % 2 == 0)
			output_list(&output, false);
		output_content(&output, octets_make(text + 1, 600), true);
	}
	CHECK(gather(&output, &all) <= OUTPUT_PIECES);
	CHECK_INT(all.len, 40 * 601);
	for (size_t i = 0; i < 40; i++)
		CHECK_INT(all.at[i * 601], 'a' + i % 26);
	output_take(&output, SIZE_MAX);
	CHECK(output_is_empty(&output));
	output_shrink(&output);
	CHECK_INT(output.own.room, 0);
	output_free(&output);
	buffer_free(&all);
}

static void gathers_no_more_than_is_asked(void)
{
	struct output output;
	struct octets pieces[2];
	output_init(&output, &memory_standard);
	say_all(&output);
	CHECK_INT(output_gather(&output, pieces, 0), 0);
	CHECK_INT(output_gather(&output, pieces, 1), 1);
	CHECK_OCTETS(pieces[0], octets_of("DATA\r\n"));
	CHECK_INT(output_take(&output, 2), 0);
	CHECK_INT(output_gather(&output, pieces, 2), 2);
	CHECK_OCTETS(pieces[0], octets_of("TA\r\n"));
	CHECK(pieces[1].at == (const uint8_t *)text);
	output_free(&output);
}

#define TESTS(T)                                                                                   \
	T(lends_and_copies)                                                                        \
	T(copies_what_has_no_place)                                                                \
	T(gathers_no_more_than_is_asked)
CHECK_MAIN("output", TESTS)

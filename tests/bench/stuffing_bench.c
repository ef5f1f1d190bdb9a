/*
 * stuffing_bench: content on its way to the wire, in GB/s of one core.
 *
 * usage: stuffing_bench [MIB]
 *
 * Lines of 76 octets. memcpy() is what memory gives; the naive loop and one memchr() per line are
 * what scan.c's vector code was chosen against.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scan.h"
#include "stuffing.h"

enum { ROUNDS = 9 };

struct content {
	const char *name;
	struct octets octets;
};

static volatile uint64_t sink; /* so that nothing is left out */

static double now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct octets make_content(size_t len, const char *end, size_t dots)
{
	uint8_t *text = malloc(len + 2);
	size_t end_len = strlen(end), line = 0;
	if (text == NULL)
		exit(1);
	for (size_t at = 0, column = 0; at < len; at++) {
		if (column == 76) {
			memcpy(text + at, end, end_len);
			at += end_len - 1;
			column = 0;
			line++;
		} else {
			text[at] = (uint8_t)('a' + at % 26);
			if (column == 0 && dots != 0 && line % dots == 0)
				text[at] = '.';
			column++;
		}
	}
	return octets_make(text, len);
}

static void copy(struct octets in)
{
	static uint8_t *to;
	if (to == NULL)
		to = malloc(in.len);
	if (to == NULL)
		exit(1);
	memcpy(to, in.at, in.len);
	sink += to[in.len / 2];
}

static void look_naively(struct octets in)
{
	uint64_t ends = 0, odd = 0;
	uint8_t before = 0, all = 0;
	for (size_t i = 0; i < in.len; i++) {
		ends += in.at[i] == '\n';
		odd += (in.at[i] == '\n') != (before == '\r');
		all |= in.at[i];
		before = in.at[i];
	}
	sink += ends + odd + all;
}

static void look_with_memchr(struct octets in)
{
	uint64_t odd = 0;
	for (size_t at = 0; at < in.len;) {
		size_t end = at + octets_find(octets_from(in, at), '\n');
		odd += end == at || in.at[end - 1] != '\r';
		odd += octets_find(octets_cut(octets_from(in, at), end - at), '\r') + 1 != end - at;
		at = end + 1;
	}
	sink += odd;
}

static void look(struct octets in)
{
	struct scan scan = {0};
	scan_octets(in, &scan);
	sink += scan.ends + scan.odd_end;
}

static void measure(struct octets in)
{
	struct stuffing body;
	stuffing_begin(&body);
	stuffing_feed(&body, in, NULL, true);
	stuffing_end(&body, NULL);
	sink += body.seen.size;
}

/* As from a source: in pieces, each taken before the next is made. */
static void stuff(struct octets in)
{
	struct stuffing body;
	struct output output;
	output_init(&output, &memory_standard);
	stuffing_begin(&body);
	for (size_t at = 0; at < in.len; at += 65536) {
		stuffing_feed(&body, octets_cut(octets_from(in, at), 65536), &output, true);
		output_take(&output, SIZE_MAX);
	}
	stuffing_end(&body, &output);
	sink += output_made(&output);
	output_free(&output);
}

int main(int argc, char **argv)
{
	size_t len = (argc > 1 ? strtoul(argv[1], NULL, 10) : 1) * 1024 * 1024;
	const struct content contents[] = {
		{"CR LF", make_content(len, "\r\n", 0)},
		{"CR LF, a dot in 50 lines", make_content(len, "\r\n", 50)},
		{"CR LF, each line a dot", make_content(len, "\r\n", 1)},
		{"LF", make_content(len, "\n", 0)},
	};
	static const struct {
		const char *name;
		void (*run)(struct octets in);
	} ways[] = {{"memcpy", copy}, {"naive", look_naively}, {"memchr", look_with_memchr},
		{"scan", look}, {"measure", measure}, {"stuff", stuff}};
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		printf("%-26s", contents[i].name);
		for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
			double best = 1e9;
			for (int round = 0; round < ROUNDS; round++) {
				double start = now_s();
				ways[k].run(contents[i].octets);
				double took = now_s() - start;
				best = took < best ? took : best;
			}
			printf(" %s %.1f", ways[k].name, (double)len / best / 1e9);
		}
		printf("\n");
	}
	return 0;
}

/* removal: Bcc fields leave, everything else stays, however it is cut. */
#include "removal.h"

#include "check.h"

static void keep_run(void *context, struct octets run, bool stays)
{
	(void)stays;
	buffer_append_octets(context, run);
}

static void takes_out_bcc_fields(void)
{
	static const struct {
		const char *name, *in, *out;
	} rows[] = {
		{"none", "To: a\r\n\r\nx\r\n", "To: a\r\n\r\nx\r\n"},
		{"one", "To: a\r\nBcc: b\r\nCc: c\r\n\r\nx", "To: a\r\nCc: c\r\n\r\nx"},
		{"first", "Bcc: b\r\nTo: a\r\n\r\n", "To: a\r\n\r\n"},
		{"last", "To: a\r\nBcc: b\r\n\r\nx", "To: a\r\n\r\nx"},
		{"two in a row", "Bcc: b\r\nBcc: c\r\nTo: a\r\n\r\n", "To: a\r\n\r\n"},
		{"any case", "bCC: b\r\nBCC: c\r\nTo: a\r\n\r\n", "To: a\r\n\r\n"},
		{"blanks before the colon", "Bcc \t : b\r\nTo: a\r\n\r\n", "To: a\r\n\r\n"},
		{"no value", "Bcc:\r\nTo: a\r\n\r\n", "To: a\r\n\r\n"},
		{"folded", "Bcc: b,\r\n c,\r\n\td\r\nTo: a\r\n\r\n", "To: a\r\n\r\n"},
		{"folded with an empty-looking line", "Bcc: b,\r\n \r\n c\r\nTo: a\r\n\r\n",
			"To: a\r\n\r\n"},
		{"another field's fold that looks like it", "To: a\r\n Bcc: b\r\n\r\n",
			"To: a\r\n Bcc: b\r\n\r\n"},
		{"in the body", "To: a\r\n\r\nBcc: b\r\n", "To: a\r\n\r\nBcc: b\r\n"},
		{"a body without header", "\r\nBcc: b\r\n", "\r\nBcc: b\r\n"},
		{"names that are longer", "Bccx: b\r\nBc: c\r\nXBcc: d\r\nBcc-To: e\r\n\r\n",
			"Bccx: b\r\nBc: c\r\nXBcc: d\r\nBcc-To: e\r\n\r\n"},
		{"resent", "Resent-Bcc: b\r\n\r\n", "Resent-Bcc: b\r\n\r\n"},
		{"LF", "To: a\nBcc: b\n c\nCc: c\n\nBcc: x\n", "To: a\nCc: c\n\nBcc: x\n"},
		{"CR", "To: a\rBcc: b\r c\rCc: c\r\rBcc: x\r", "To: a\rCc: c\r\rBcc: x\r"},
		{"mixed ends", "Bcc: b\rBcc: c\nBcc: d\r\nTo: a\n\r\nx", "To: a\n\r\nx"},
		{"the end in a name", "To: a\r\nBc", "To: a\r\nBc"},
		{"the end behind a name", "To: a\r\nBcc ", "To: a\r\nBcc "},
		{"the end in a field", "To: a\r\nBcc: b", "To: a\r\n"},
		{"no colon", "Bcc b\r\nTo: a\r\n\r\n", "Bcc b\r\nTo: a\r\n\r\n"},
		{"nothing", "", ""},
		{"hides behind blanks",
			"Bcc                                                                     : b\r\n"
			"To: a\r\n\r\n",
			"To: a\r\n\r\n"},
		{"a colon with nothing before", ": b\r\n\r\n", ": b\r\n\r\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct octets in = octets_of(rows[i].in);
		for (size_t cut = 1; cut <= in.len + 1; cut++) {
			struct removal removal = {.in_header = true};
			struct buffer out;
			CHECK_CASE("%s, cut %zu", rows[i].name, cut);
			buffer_init(&out, &memory_standard, 1000);
			for (size_t at = 0; at < in.len; at += cut)
				removal_feed(&removal, octets_cut(octets_from(in, at), cut), true,
					keep_run, &out);
			removal_end(&removal, keep_run, &out);
			CHECK_OCTETS(buffer_octets(&out), octets_of(rows[i].out));
			buffer_free(&out);
		}
	}
}

#define TESTS(T) T(takes_out_bcc_fields)
CHECK_MAIN("removal", TESTS)

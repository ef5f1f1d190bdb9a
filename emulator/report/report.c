/* report: chooses the writer of a format. */
#include "report.h"

#include "formats.h"

static const struct {
	const char *name;
	bool (*write)(const struct judgement *judgement, const struct report_output *output);
} formats[REPORT_FORMATS] = {[REPORT_TEXT] = {"text", format_text},
	[REPORT_JSON] = {"json", format_json},
	[REPORT_JSONL] = {"jsonl", format_jsonl},
	[REPORT_JUNIT] = {"junit", format_junit},
	[REPORT_TAP] = {"tap", format_tap},
	[REPORT_CSV] = {"csv", format_csv},
	[REPORT_HTML] = {"html", format_html}};

const char *report_format_name(enum report_format format)
{
	return formats[format].name;
}

enum report_format report_format_find(struct octets name)
{
	enum report_format format = REPORT_TEXT;
	while (format < REPORT_FORMATS && !octets_equal(name, octets_of(formats[format].name)))
		format++;
	return format;
}

bool report_write(const struct judgement *judgement, const struct report_output *output)
{
	bool good = formats[output->format].write(judgement, output);
	return fflush(output->to) == 0 && ferror(output->to) == 0 && good;
}

bool report_write_all(
	const struct judgement *judgement, const struct report_output *outputs, size_t count)
{
	bool good = true;
	for (size_t i = 0; i < count; i++)
		good = report_write(judgement, &outputs[i]) && good;
	return good;
}

/* formats: the writers behind report.h. Each returns false where there was no memory. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "page.h"
#include "report.h"

bool format_text(const struct judgement *judgement, const struct report_output *output);
bool format_json(const struct judgement *judgement, const struct report_output *output);
bool format_jsonl(const struct judgement *judgement, const struct report_output *output);
bool format_junit(const struct judgement *judgement, const struct report_output *output);
bool format_tap(const struct judgement *judgement, const struct report_output *output);
bool format_csv(const struct judgement *judgement, const struct report_output *output);
bool format_html(const struct judgement *judgement, const struct report_output *output);

#endif

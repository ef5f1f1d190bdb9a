/* format_html: one page. */
#include "formats.h"

bool format_html(const struct judgement *judgement, const struct report_output *output)
{
	(void)judgement;
	(void)output;
	return true;
}

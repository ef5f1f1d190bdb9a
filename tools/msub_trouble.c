/* trouble: the first sticks. */
#include "msub_trouble.h"

#include <stdarg.h>
#include <stdio.h>

bool trouble_set(struct trouble *trouble, int status, const char *format, ...)
{
	va_list arguments;
	if (trouble->status != 0)
		return false;
	trouble->status = status;
	va_start(arguments, format);
	vsnprintf(trouble->text, sizeof trouble->text, format, arguments);
	va_end(arguments);
	return false;
}

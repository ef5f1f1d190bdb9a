/* trouble: why something cannot be done: an exit status (sysexits.h) and a sentence. */
#ifndef TOOLS_MSUB_TROUBLE_H
#define TOOLS_MSUB_TROUBLE_H

#include <stdbool.h>

enum { TROUBLE_MAX = 512 };

struct trouble {
	int status; /* 0: none */
	char text[TROUBLE_MAX];
};

/* Sets it, unless there is trouble already: the first one counts. Returns false, for return. */
bool trouble_set(struct trouble *trouble, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif

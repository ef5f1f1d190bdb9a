/*
 * dialogue: what client and server say, on stderr as it is said, with the marks of swaks:
 *
 *      -> said      <-  heard      <** refused      === a remark
 *      ~> <~  <~*   the same inside TLS
 */
#ifndef TOOLS_MSUB_DIALOGUE_H
#define TOOLS_MSUB_DIALOGUE_H

#include <stdbool.h>

#include "msub.h"

struct dialogue {
	bool tls;
};

/* The transcript hook of struct msub_settings; its context is a struct dialogue. */
void dialogue_show(void *context, enum msub_spoken spoken, const char *text);

#endif

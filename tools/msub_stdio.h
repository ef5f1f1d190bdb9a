/*
 * stdio: SMTP on the standard input and output (sendmail's -bs), for programs that submit so.
 *
 * A message is sent on before its end of data is answered, so that the answer is the truth: the
 * server's 250, its refusal with code and text, or a 451 where there was no way to it and the
 * program may keep the message. What may have been delivered is answered with 554, since "try
 * again" would deliver it twice. With a --queue what cannot be sent now is kept there and answered
 * 250.
 */
#ifndef TOOLS_MSUB_STDIO_H
#define TOOLS_MSUB_STDIO_H

#include "msub_options.h"
#include "msub_trouble.h"

/* Serves until QUIT or the end of input. False: it could not begin, see the trouble. */
bool stdio_serve(const struct msub_options *options, struct trouble *trouble);

#endif

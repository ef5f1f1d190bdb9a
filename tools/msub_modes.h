/* modes: what the command does instead of sending what it is given. */
#ifndef TOOLS_MSUB_MODES_H
#define TOOLS_MSUB_MODES_H

#include "msub_mails.h"

/*
 * Does what the options ask for instead of sending; false: they ask for nothing such. What is
 * tried to be sent all the same (--flush) is added to `mails`. Otherwise the trouble tells.
 */
bool modes_work(const struct msub_options *options, struct mails *mails, struct trouble *trouble);

#endif

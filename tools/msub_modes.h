/* modes: what the command does instead of sending what it is given. */
#ifndef TOOLS_MSUB_MODES_H
#define TOOLS_MSUB_MODES_H

#include "msub_ending.h"

/*
 * Does what the options ask for instead of sending; false: they ask for nothing such. What is
 * sent all the same (--flush) comes to its ending. Otherwise the trouble tells.
 */
bool modes_work(const struct msub_options *options, struct ending *ending, struct trouble *trouble);

#endif

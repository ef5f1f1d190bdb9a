/*
 * handset_check_target: the options that every command has that examines a server: which one, as
 * whom, with which mail, and how carefully.
 */
#ifndef TOOLS_HANDSET_CHECK_TARGET_H
#define TOOLS_HANDSET_CHECK_TARGET_H

#include "handset_check.h"

/* Parts of a command whose target begins with a struct check_options. */
extern const struct option_command check_target_part, check_careful_part;

void check_target_defaults(struct check_options *options);
/*
 * Fills the job but for plan, take and context; the options and the password are borrowed. False
 * with a message on stderr.
 */
bool check_target_read(struct check_job *job, const struct check_options *options, const char *tool,
	struct buffer *password);

/* User, sender and recipient; what is wrong with them, or NULL. Lent by the options. */
const char *check_target_who(struct check_job *job, const struct check_options *options);

#endif

/* envelope: from whom and to whom a mail goes, from the command line and from its header. */
#ifndef TOOLS_MSUB_ENVELOPE_H
#define TOOLS_MSUB_ENVELOPE_H

#include "msub_account.h"
#include "msub_mail.h"
#include "msub_options.h"

/*
 * Addresses the mail: to those of the command line, and where the options say so to those of its
 * header; from whom the options or the account say. `from_line`: whom an mbox's "From " line names,
 * or NULL. Then its header is fixed as the account says. False: see the mail's trouble.
 */
bool envelope_make(struct mail *mail, const struct msub_options *options,
	const struct account *account, const struct addresses *from_command_line,
	const char *from_line);
/* Whom its header's From names; the caller frees it. False: see the mail's trouble. */
bool envelope_author(struct mail *mail, char **address);
/*
 * From whom a message is that is composed: what --from says, with its name, or the account's
 * sender; the caller frees it. False: see the trouble.
 */
bool envelope_from(const struct msub_options *options, const struct account *account, char **from,
	struct trouble *trouble);
/* The address of --from without its name, which the caller frees; NULL: there is none such. */
char *envelope_address(const char *from);
/* Reads the recipients of the command line, each of which may be a list. False: see the trouble. */
bool envelope_take_operands(
	struct addresses *addresses, char *const *operands, size_t count, struct trouble *trouble);

#endif

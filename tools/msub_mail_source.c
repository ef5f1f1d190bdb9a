/* mail_source: a mail as the library reads it: its header from memory, the rest from the file. */
#include "msub_mail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "msub_spool.h"

enum { UNQUOTED_MAX = 16 * 1024 };

struct mail_unquoting {
	struct mbox_unquoting state;
	off_t read; /* octets behind the header that were read from the file */
	size_t at, len;
	char octets[UNQUOTED_MAX];
};

bool mail_begin_unquoting(struct mail *mail)
{
	mail->unquoting = calloc(1, sizeof *mail->unquoting);
	return mail->unquoting != NULL;
}

/* Octets of the file from an offset on, within the mail: 0 at its end, -1 with trouble. */
static ptrdiff_t read_file(struct mail *mail, void *at, size_t len, off_t offset)
{
	if (offset >= mail->end)
		return 0;
	if (!mail_reopen(mail))
		return -1;
	if ((off_t)len > mail->end - offset)
		len = (size_t)(mail->end - offset);
	ssize_t got = spool_read(mail->descriptor, at, len, offset);
	if (got > 0)
		return got;
	if (got == 0)
		trouble_set(&mail->trouble, EX_IOERR,
			"it was cut while it was sent; send it once it is complete");
	else
		trouble_set(&mail->trouble, EX_IOERR, "it cannot be read: %s", strerror(errno));
	return -1;
}

/* The same from where the last call ended, without the quotes of an mboxrd. */
static ptrdiff_t read_unquoted(struct mail *mail, char *at, size_t len, off_t body)
{
	struct mail_unquoting *unquoting = mail->unquoting;
	size_t given = 0;
	while (given == 0) {
		bool last = false;
		if (unquoting->at == unquoting->len) {
			ptrdiff_t got = read_file(mail, unquoting->octets, sizeof unquoting->octets,
				body + unquoting->read);
			if (got < 0)
				return -1;
			last = got == 0;
			unquoting->read += got;
			unquoting->len = (size_t)got;
			unquoting->at = 0;
		}
		unquoting->at += mbox_unquote(&unquoting->state, unquoting->octets + unquoting->at,
			unquoting->len - unquoting->at, last, at, len, &given);
		if (last)
			break;
	}
	return (ptrdiff_t)given;
}

static ptrdiff_t read_header(struct mail *mail, void *at, size_t len)
{
	size_t left = mail->sent_len - (size_t)mail->position;
	size_t taken = len < left ? len : left;
	memcpy(at, mail->sent_header + mail->position, taken);
	mail->position += (off_t)taken;
	return (ptrdiff_t)taken;
}

static ptrdiff_t source_read(void *context, void *at, size_t len)
{
	struct mail *mail = context;
	if (mail->position == 0 && !mail_hold_header(mail))
		return -1;
	if (mail->position < (off_t)mail->sent_len)
		return read_header(mail, at, len);
	if (mail->header != NULL)
		mail_put_header_away(mail);
	off_t body = mail->start + (off_t)mail->header_len;
	ptrdiff_t got =
		mail->unquoting != NULL
			? read_unquoted(mail, at, len, body)
			: read_file(mail, at, len, body + mail->position - (off_t)mail->sent_len);
	if (got > 0)
		mail->position += got;
	if (got == 0)
		mail_put_away(mail);
	return got;
}

static int source_rewind(void *context)
{
	struct mail *mail = context;
	mail_put_away(mail);
	mail_put_header_away(mail);
	mail->position = 0;
	if (mail->unquoting != NULL)
		*mail->unquoting = (struct mail_unquoting){0};
	return 0;
}

struct msub_source mail_source(struct mail *mail)
{
	return (struct msub_source){.read = source_read, .rewind = source_rewind, .context = mail};
}

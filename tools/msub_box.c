/* box: the messages of an mbox file as mails. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_envelope.h"
#include "msub_mails.h"
#include "msub_spool.h"

/* Mails that are found in one piece are under way together. */
enum { PIECE = 16 * 1024 };

/* One box while it is split. */
struct box {
	struct mails *mails;
	struct mbox mbox;
	const char *name, *path; /* path NULL: the descriptor is kept for the mails */
	int descriptor;
	off_t start;  /* where in the file the box begins */
	off_t offset; /* so far it is read */
	struct stat facts;
	struct trouble trouble;
};

static bool take_message(void *context, const struct mbox_message *message)
{
	struct box *box = context;
	struct mail *mail = mails_add(box->mails);
	const struct mail_part part = {.name = box->name,
		.path = box->path,
		.descriptor = box->descriptor,
		.facts = &box->facts,
		.start = box->start + (off_t)message->start,
		.end = box->start + (off_t)message->end,
		.line = message->line,
		.unquote = box->mails->options->mbox_format == MBOX_RD};
	if (mail == NULL)
		return trouble_set(&box->trouble, EX_OSERR, "out of memory");
	if (mail_open_part(mail, &part, mails_needs(box->mails->options)))
		envelope_make(mail, box->mails->options, box->mails->account,
			&box->mails->recipients, message->sender);
	mail_put_header_away(mail);
	return true;
}

/* At a line's front: the file's end, or "From ", perhaps behind an empty line. */
static bool ends_at(void *context, uint64_t offset)
{
	const struct box *box = context;
	char around[8]; /* the octet before it, a line end, "From " */
	off_t end = box->facts.st_size - box->start;
	if (offset == 0 || end < 0 || offset > (uint64_t)end)
		return false;
	if (offset == (uint64_t)end)
		return true;
	ssize_t got =
		spool_read(box->descriptor, around, sizeof around, box->start + (off_t)offset - 1);
	if (got < 2 || around[0] != '\n')
		return false;
	const char *at = around + 1;
	size_t len = (size_t)got - 1;
	if (len >= 2 && at[0] == '\r' && at[1] == '\n') {
		at += 2;
		len -= 2;
	} else if (at[0] == '\n') {
		at++;
		len--;
	}
	return len == 0 || memcmp(at, "From ", len < 5 ? len : 5) == 0;
}

/* What comes through a pipe is kept, until its mails are sent. */
static bool keep_spool(struct box *box)
{
	struct mails *mails = box->mails;
	int *spools = realloc(mails->spools, (mails->spool_count + 1) * sizeof *spools);
	if (spools == NULL)
		return trouble_set(&box->trouble, EX_OSERR, "out of memory");
	mails->spools = spools;
	int from = box->descriptor;
	box->descriptor = spool_copy(from, &box->trouble);
	if (from != STDIN_FILENO)
		close(from);
	box->path = NULL;
	if (box->descriptor < 0)
		return false;
	spools[mails->spool_count++] = box->descriptor;
	return fstat(box->descriptor, &box->facts) == 0;
}

static bool open_box(struct box *box)
{
	box->descriptor = STDIN_FILENO;
	if (box->path != NULL)
		box->descriptor = open(box->path, O_RDONLY | O_CLOEXEC);
	if (box->descriptor < 0 || fstat(box->descriptor, &box->facts) != 0)
		return trouble_set(
			&box->trouble, EX_NOINPUT, "it cannot be opened: %s", strerror(errno));
	if (S_ISDIR(box->facts.st_mode))
		return trouble_set(&box->trouble, EX_NOINPUT,
			"it is a directory; send what is in it with --batch");
	if (!S_ISREG(box->facts.st_mode))
		return keep_spool(box);
	off_t offset = box->path == NULL ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;
	box->start = offset > 0 ? offset : 0;
	return true;
}

/* Its descriptor, where the mails open the file themselves. */
static void close_box(struct box *box)
{
	if (box->path != NULL && box->descriptor >= 0)
		close(box->descriptor);
	box->descriptor = -1;
}

void box_free(struct box *box)
{
	if (box != NULL)
		close_box(box);
	free(box);
}

/* What is wrong with it as a whole becomes a mail with that trouble. */
static bool end_box(struct mails *mails)
{
	struct box *box = mails->box;
	struct mail *mail = box->trouble.status == 0 ? NULL : mails_add(mails);
	bool ended = box->trouble.status == 0 || mail != NULL;
	if (mail != NULL) {
		mail->name = box->name;
		mail->trouble = box->trouble;
	}
	mails->box = NULL;
	box_free(box);
	return ended;
}

bool box_begin(struct mails *mails, const char *path)
{
	struct box *box = calloc(1, sizeof *box);
	if (box == NULL)
		return false;
	*box = (struct box){
		.mails = mails, .name = path == NULL ? "standard input" : path, .path = path};
	const struct mbox_taker taker = {.context = box, .take = take_message, .ends_at = ends_at};
	mails->box = box;
	mbox_begin(&box->mbox, (enum mbox_format)mails->options->mbox_format, &taker);
	if (!open_box(box))
		return end_box(mails);
	box->offset = box->start;
	return true;
}

bool box_more(struct mails *mails)
{
	struct box *box = mails->box;
	char piece[PIECE];
	ssize_t got = spool_read(box->descriptor, piece, sizeof piece, box->offset);
	if (got < 0)
		trouble_set(&box->trouble, EX_IOERR, "it cannot be read: %s", strerror(errno));
	enum mbox_result result = MBOX_STOPPED;
	if (got >= 0)
		result = got > 0 ? mbox_take(&box->mbox, piece, (size_t)got) : mbox_end(&box->mbox);
	if (result == MBOX_IS_NONE)
		trouble_set(&box->trouble, EX_DATAERR,
			"it is no mbox: its first line does not begin with \"From \"; send a file "
			"that holds one message with --batch");
	box->offset += got > 0 ? got : 0;
	return (result == MBOX_TAKEN && got > 0) || end_box(mails);
}

uint64_t box_ahead(const struct box *box)
{
	return box->facts.st_size > box->offset ? (uint64_t)(box->facts.st_size - box->offset) : 0;
}

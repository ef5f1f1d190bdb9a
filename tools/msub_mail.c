/* mail: where a message comes from, its header, and its envelope. */
#include "msub_mail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_spool.h"
#include "msub_status.h"

/* Nobody writes so long a header; it ends what would fill the memory. */
enum { HEADER_MAX = 16 * 1024 * 1024, PIECE = 64 * 1024 };

static bool cannot(struct mail *mail, int status, const char *what)
{
	return trouble_set(&mail->trouble, status, "%s: %s", what, strerror(errno));
}

static bool out_of_memory(struct mail *mail)
{
	return trouble_set(&mail->trouble, EX_OSERR, "out of memory");
}

static bool learn_facts(struct mail *mail)
{
	if (fstat(mail->descriptor, &mail->facts) != 0)
		return cannot(mail, EX_IOERR, "it cannot be read");
	mail->end = mail->facts.st_size;
	return true;
}

/* Copies what can be read only once. The descriptor it came from is closed. */
static bool spool(struct mail *mail)
{
	int copy = spool_copy(mail->descriptor, &mail->trouble);
	if (mail->descriptor != STDIN_FILENO)
		close(mail->descriptor);
	mail->descriptor = copy;
	mail->path = NULL;
	return copy >= 0 && learn_facts(mail);
}

/* A regular file stays where it is; everything else is spooled. */
static bool settle(struct mail *mail)
{
	if (!learn_facts(mail))
		return false;
	if (S_ISDIR(mail->facts.st_mode))
		return trouble_set(&mail->trouble, EX_NOINPUT,
			"it is a directory; name the files in it that hold messages");
	if (!S_ISREG(mail->facts.st_mode))
		return spool(mail);
	if (mail->descriptor == STDIN_FILENO) {
		off_t offset = lseek(STDIN_FILENO, 0, SEEK_CUR);
		mail->start = offset > 0 ? offset : 0;
	}
	return true;
}

static bool is_not_empty(struct mail *mail)
{
	return mail->end > mail->start ||
	       trouble_set(&mail->trouble, EX_DATAERR,
		       "it is empty; write a message into it: a header, an empty line, the text");
}

void mail_put_away(struct mail *mail)
{
	if (mail->path == NULL || mail->descriptor < 0)
		return;
	close(mail->descriptor);
	mail->descriptor = -1;
}

static bool is_as_it_was(const struct mail *mail, const struct stat *facts)
{
	return facts->st_dev == mail->facts.st_dev && facts->st_ino == mail->facts.st_ino &&
	       facts->st_size == mail->facts.st_size &&
	       facts->st_mtim.tv_sec == mail->facts.st_mtim.tv_sec &&
	       facts->st_mtim.tv_nsec == mail->facts.st_mtim.tv_nsec;
}

bool mail_reopen(struct mail *mail)
{
	struct stat facts;
	if (mail->descriptor >= 0)
		return true;
	mail->descriptor = open(mail->path, O_RDONLY | O_CLOEXEC);
	if (mail->descriptor < 0 || fstat(mail->descriptor, &facts) != 0)
		cannot(mail, EX_IOERR, "it cannot be read any more");
	else if (!is_as_it_was(mail, &facts))
		trouble_set(&mail->trouble, EX_IOERR,
			"it was changed while it was sent; send it once it is complete");
	else
		return true;
	mail_put_away(mail);
	return false;
}

/* Fills the header from *len up to `room`, or the message's end. */
static bool fill_header(struct mail *mail, size_t *len, size_t room)
{
	off_t left = mail->end - mail->start - (off_t)*len;
	if ((off_t)(room - *len) > left)
		room = *len + (size_t)left;
	while (*len < room) {
		ssize_t got = spool_read(mail->descriptor, mail->header + *len, room - *len,
			mail->start + (off_t)*len);
		if (got < 0)
			return cannot(mail, EX_IOERR, "it cannot be read");
		if (got == 0)
			break;
		*len += (size_t)got;
	}
	return true;
}

/* Reads up to the header's end into memory, twice as much each time. */
static bool find_header(struct mail *mail)
{
	size_t room = PIECE, len = 0, end = 0;
	for (bool more = true; more && end == 0; room *= 2) {
		char *header = realloc(mail->header, room);
		if (header == NULL)
			return out_of_memory(mail);
		mail->header = header;
		if (!fill_header(mail, &len, room))
			return false;
		more = len == room;
		end = headers_end(header, len, more);
		if (end == 0 && more && room >= HEADER_MAX)
			return trouble_set(&mail->trouble, EX_DATAERR,
				"its header has no end within %d MiB; put an empty line behind it",
				HEADER_MAX / (1024 * 1024));
	}
	mail->header_len = end == 0 ? len : end;
	char *fitting = realloc(mail->header, mail->header_len + 1);
	if (fitting != NULL)
		mail->header = fitting;
	return true;
}

/* As it was found before. */
static bool read_header_again(struct mail *mail)
{
	size_t len = 0;
	mail->header = malloc(mail->header_len + 1);
	if (mail->header == NULL)
		return out_of_memory(mail);
	if (!mail_reopen(mail) || !fill_header(mail, &len, mail->header_len))
		return false;
	return len == mail->header_len ||
	       trouble_set(&mail->trouble, EX_IOERR,
		       "it was cut while it was sent; send it once it is complete");
}

/* Makes what is sent of it. */
static bool make_sent(struct mail *mail)
{
	if (mail->header == NULL && !read_header_again(mail))
		return false;
	if (mail->headers.text == NULL &&
		!headers_read(&mail->headers, mail->header, mail->header_len))
		return out_of_memory(mail);
	mail->sent_header = fixes_apply(mail->front == NULL ? "" : mail->front, mail->left_out,
		&mail->headers, &mail->sent_len);
	return mail->sent_header != NULL || out_of_memory(mail);
}

bool mail_hold_header(struct mail *mail)
{
	if (mail->header_len == 0 || mail->sent_header != NULL || make_sent(mail))
		return true;
	mail_put_header_away(mail);
	return false;
}

void mail_put_header_away(struct mail *mail)
{
	headers_free(&mail->headers);
	free(mail->header);
	free(mail->sent_header);
	mail->header = mail->sent_header = NULL;
}

bool mail_fix(struct mail *mail, const struct fixes *fixes)
{
	mail->front = fixes_front(fixes, &mail->headers);
	mail->left_out = fixes_left_out(fixes);
	return mail->front != NULL || out_of_memory(mail);
}

static bool prepare_header(struct mail *mail, unsigned int needs)
{
	if ((needs & MAIL_AS_IT_IS) != 0)
		return true;
	if (!find_header(mail))
		return false;
	if (!headers_read(&mail->headers, mail->header, mail->header_len))
		return out_of_memory(mail);
	if ((needs & MAIL_HEADER) != 0 && !mail->headers.ended && mail->headers.odd_line != 0)
		return trouble_set(&mail->trouble, EX_DATAERR,
			"its header has no end: line %zu is no field; put an empty line before it",
			mail->headers.odd_line);
	return true;
}

bool mail_open(struct mail *mail, const char *path, unsigned int needs)
{
	*mail = (struct mail){.name = path == NULL ? "standard input" : path,
		.path = path,
		.descriptor = STDIN_FILENO};
	if (path != NULL)
		mail->descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (mail->descriptor < 0)
		return cannot(mail, EX_NOINPUT, "it cannot be opened");
	bool settled = settle(mail) && is_not_empty(mail) && prepare_header(mail, needs);
	mail_put_away(mail);
	return settled;
}

bool mail_open_part(struct mail *mail, const struct mail_part *part, unsigned int needs)
{
	*mail = (struct mail){.name = part->name,
		.path = part->path,
		.line = part->line,
		.descriptor = part->path == NULL ? part->descriptor : -1,
		.lent = part->path == NULL,
		.facts = *part->facts,
		.start = part->start,
		.end = part->end};
	if (part->unquote && !mail_begin_unquoting(mail))
		return out_of_memory(mail);
	bool settled = is_not_empty(mail) && mail_reopen(mail) && prepare_header(mail, needs);
	mail_put_away(mail);
	return settled;
}

bool mail_open_spool(struct mail *mail, const char *name, int spool, unsigned int needs)
{
	*mail = (struct mail){.name = name, .descriptor = spool};
	return learn_facts(mail) && is_not_empty(mail) && prepare_header(mail, needs);
}

static bool refuse_address(
	struct mail *mail, enum msub_error error, const char *role, const char *address)
{
	if (error == MSUB_MEMORY)
		return out_of_memory(mail);
	return trouble_set(&mail->trouble, EX_DATAERR, "%s \"%.200s\": %s; %s", role, address,
		msub_error_text(error), status_advice_on(error));
}

/* Whoever is named twice (in To and in Cc) gets one. */
static bool is_named_before(const struct addresses *recipients, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(recipients->items[i], recipients->items[index]) == 0)
			return true;
	}
	return false;
}

struct mail_reports mail_reports_of(const struct account *account)
{
	static const enum msub_return returns[] = {[RETURN_OFF] = MSUB_RETURN_UNSAID,
		[RETURN_HEADERS] = MSUB_RETURN_HEADERS,
		[RETURN_FULL] = MSUB_RETURN_FULL,
		[RETURN_HDRS] = MSUB_RETURN_HEADERS};
	static const struct {
		const char *word;
		unsigned int set;
	} words[] = {{"never", MSUB_NOTIFY_NEVER}, {"success", MSUB_NOTIFY_SUCCESS},
		{"failure", MSUB_NOTIFY_FAILURE}, {"delay", MSUB_NOTIFY_DELAY}};
	struct mail_reports reports = {
		.returns = returns[account_word(account, KEY_DSN_RETURN, RETURN_OFF)]};
	const char *text = account_text(account, KEY_DSN_NOTIFY);
	for (; text != NULL && *text != 0; text += strcspn(text, ","), text += *text == ',') {
		for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
			if (strncasecmp(text, words[i].word, strlen(words[i].word)) == 0)
				reports.notify |= words[i].set;
		}
	}
	return reports;
}

static bool ask_for_reports(struct mail *mail)
{
	const struct mail_reports *reports = &mail->reports;
	const struct msub_message_options asked = {.returns = reports->returns,
		.envelope_id = reports->envelope_id,
		.if_offered = reports->if_offered};
	if (asked.returns == MSUB_RETURN_UNSAID && asked.envelope_id == NULL && !asked.if_offered)
		return true;
	enum msub_error error = msub_message_options(mail->message, &asked);
	return error == MSUB_OK ||
	       trouble_set(&mail->trouble, error == MSUB_MEMORY ? EX_OSERR : EX_USAGE,
		       "the envelope's identifier \"%.100s\" cannot be sent: %s",
		       asked.envelope_id == NULL ? "" : asked.envelope_id, msub_error_text(error));
}

static bool add_recipients(struct mail *mail, const struct addresses *recipients)
{
	for (size_t i = 0; i < recipients->count; i++) {
		if (is_named_before(recipients, i))
			continue;
		struct msub_recipient_options asked =
			wishes_find(mail->wishes, recipients->items[i], mail->reports.notify);
		enum msub_error error = msub_message_add_recipient_with(
			mail->message, recipients->items[i], &asked);
		if (error != MSUB_OK)
			return refuse_address(mail, error, "recipient", recipients->items[i]);
	}
	return true;
}

bool mail_address(struct mail *mail, const char *sender, const struct addresses *recipients)
{
	const struct msub_source source = mail_source(mail);
	if (recipients->count == 0)
		return trouble_set(&mail->trouble, EX_DATAERR,
			"it names no recipient (To, Cc, Bcc); write one into its header");
	enum msub_error error = msub_message_new(&mail->message, NULL);
	if (error != MSUB_OK || msub_message_source(mail->message, &source) != MSUB_OK)
		return out_of_memory(mail);
	error = msub_message_sender(mail->message, sender);
	if (error != MSUB_OK)
		return refuse_address(mail, error, "sender", sender);
	mail->sender = strdup(sender);
	if (mail->sender == NULL)
		return out_of_memory(mail);
	return add_recipients(mail, recipients) && ask_for_reports(mail);
}

bool mail_was_sent(const struct mail *mail)
{
	return mail->message != NULL && msub_message_is_finished(mail->message);
}

void mail_close(struct mail *mail)
{
	msub_message_free(mail->message);
	if (mail->descriptor >= 0 && mail->descriptor != STDIN_FILENO && !mail->lent)
		close(mail->descriptor);
	mail_put_header_away(mail);
	free(mail->front);
	free(mail->sender);
	free(mail->unquoting);
	mail->front = mail->sender = NULL;
	mail->unquoting = NULL;
	mail->message = NULL;
	mail->descriptor = -1;
}

/* stdio: the standard input and output around the state machine of msub_serving.h. */
#include "msub_stdio.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "msub_answer.h"
#include "msub_delivery.h"
#include "msub_envelope.h"
#include "msub_keep.h"
#include "msub_log.h"
#include "msub_report.h"
#include "msub_serving.h"
#include "msub_spool.h"

/* A server may hang up after five minutes of silence (RFC 5321 4.5.3.2.7). */
enum { PIECE = 64 * 1024, SAID_MAX = 16 * 1024, KEEP_MS = 5 * 60 * 1000 };

/* One program's conversation with us. */
struct talk {
	const struct msub_options *options;
	struct delivery delivery;
	struct serving serving;
	/* the transaction */
	struct msub_message *envelope; /* takes addresses, and tells what is wrong with them */
	char *sender;
	struct addresses recipients;
	struct wishes wishes;
	int spool; /* -1: none */
	struct keep keep;
	struct log log;
	/* replies that wait to be written */
	char said[SAID_MAX];
	size_t said_len;
	bool deaf;		   /* nobody reads them any more */
	unsigned int told_unusual; /* MSUB_REMARK_*, of all mails together */
};

static void write_said(struct talk *talk)
{
	struct trouble ignored = {0};
	if (!talk->deaf)
		talk->deaf = !spool_write(STDOUT_FILENO, talk->said, talk->said_len, &ignored);
	talk->said_len = 0;
}

static void say(void *context, const char *text, size_t len)
{
	struct talk *talk = context;
	if (len > SAID_MAX - talk->said_len)
		write_said(talk);
	memcpy(talk->said + talk->said_len, text, len);
	talk->said_len += len;
}

/* ---- a transaction ---- */

static void forget(void *context)
{
	struct talk *talk = context;
	msub_message_free(talk->envelope);
	talk->envelope = NULL;
	free(talk->sender);
	talk->sender = NULL;
	addresses_free(&talk->recipients);
	wishes_forget(&talk->wishes);
	if (talk->spool >= 0)
		close(talk->spool);
	talk->spool = -1;
}

/* What a report shall bring, and its name. */
static enum msub_error take_wishes(struct talk *talk, const struct serving_path *path)
{
	struct wishes *wishes = &talk->wishes;
	if (path->envelope_id != NULL) {
		wishes->envelope_id = wishes_xtext(path->envelope_id);
		if (wishes->envelope_id == NULL)
			return MSUB_SETTINGS;
	}
	if (path->ret != SERVING_RET_UNSAID)
		wishes->returns =
			path->ret == SERVING_RET_FULL ? MSUB_RETURN_FULL : MSUB_RETURN_HEADERS;
	const struct msub_message_options options = {
		.returns = wishes->returns, .envelope_id = wishes->envelope_id};
	return msub_message_options(talk->envelope, &options);
}

/* The same of one recipient; the words have the bits of the library in another order. */
static enum msub_error take_recipient_wishes(struct talk *talk, const struct serving_path *path)
{
	static const unsigned int bits[][2] = {{SERVING_NEVER, MSUB_NOTIFY_NEVER},
		{SERVING_SUCCESS, MSUB_NOTIFY_SUCCESS}, {SERVING_FAILURE, MSUB_NOTIFY_FAILURE},
		{SERVING_DELAY, MSUB_NOTIFY_DELAY}};
	unsigned int notify = 0;
	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
		if ((path->notify & bits[i][0]) != 0)
			notify |= bits[i][1];
	}
	enum msub_error error = wishes_add(&talk->wishes, path->address, notify, path->original);
	if (error != MSUB_OK)
		return error;
	struct msub_recipient_options options = wishes_find(&talk->wishes, path->address, 0);
	return msub_message_add_recipient_with(talk->envelope, path->address, &options);
}

static bool take_sender(void *context, const struct serving_path *path, struct serving_reply *reply)
{
	struct talk *talk = context;
	enum msub_error error = msub_message_new(&talk->envelope, NULL);
	if (error == MSUB_OK)
		error = msub_message_sender(talk->envelope, path->address);
	if (error == MSUB_OK && (talk->sender = strdup(path->address)) == NULL)
		error = MSUB_MEMORY;
	if (error == MSUB_OK)
		error = take_wishes(talk, path);
	if (error != MSUB_OK)
		answer_address(error, 7, reply);
	return error == MSUB_OK;
}

static bool take_recipient(
	void *context, const struct serving_path *path, struct serving_reply *reply)
{
	struct talk *talk = context;
	enum msub_error error = take_recipient_wishes(talk, path);
	if (error == MSUB_OK && addresses_add(&talk->recipients, path->address,
					strlen(path->address)) != ADDRESSES_TAKEN)
		error = MSUB_MEMORY;
	if (error != MSUB_OK)
		answer_address(error, 3, reply);
	return error == MSUB_OK;
}

static bool refuse_content(const struct trouble *trouble, struct serving_reply *reply)
{
	snprintf(reply->text, sizeof reply->text, "451 4.3.1 %.400s", trouble->text);
	return false;
}

static bool begin(void *context, struct serving_reply *reply)
{
	struct talk *talk = context;
	struct trouble trouble = {0};
	talk->spool = spool_open(&trouble);
	return talk->spool >= 0 || refuse_content(&trouble, reply);
}

static bool take_content(void *context, const char *at, size_t len, struct serving_reply *reply)
{
	struct talk *talk = context;
	struct trouble trouble = {0};
	return spool_write(talk->spool, at, len, &trouble) || refuse_content(&trouble, reply);
}

/* The mail with the envelope that was said; the account may still know better from whom it is. */
static void address(struct talk *talk, struct mail *mail)
{
	struct msub_options options = {.from = talk->sender};
	mail->wishes = &talk->wishes;
	envelope_make(mail, &options, &talk->delivery.account, &talk->recipients, NULL);
	mail_put_header_away(mail);
}

/* One mail on its way to its answer. */
struct errand {
	struct talk *talk;
	struct trouble *trouble;
	struct serving_reply *reply;
};

static void take_finished(void *context, struct mail *mail)
{
	const struct errand *errand = context;
	struct keep *keep = &errand->talk->keep;
	bool kept = keep_mail(keep, mail);
	bool sent = errand->trouble->status == 0;
	log_mail(&errand->talk->log, mail, &errand->talk->delivery.account, errand->trouble);
	answer_make(mail, kept || !sent ? errand->trouble : &keep->trouble, errand->reply);
	if (!errand->talk->options->quiet)
		errand->talk->told_unusual =
			report_unusual(stderr, mail, errand->talk->told_unusual);
}

static void end(void *context, struct serving_reply *reply)
{
	struct talk *talk = context;
	struct mails mails = {.options = talk->options, .account = &talk->delivery.account};
	struct trouble trouble = {0};
	struct errand errand = {talk, &trouble, reply};
	const struct delivery_taker taker = {&errand, take_finished};
	struct mail *mail = mails_add(&mails);
	int spool = talk->spool;
	talk->spool = -1;
	write_said(talk);
	if (mail == NULL) {
		close(spool);
		answer_address(MSUB_MEMORY, 0, reply);
		return;
	}
	if (mail_open_spool(mail, "the message", spool, 0))
		address(talk, mail);
	if (!talk->options->enqueue)
		delivery_send(&talk->delivery, &mails, &taker, &trouble);
	else
		delivery_skip(&mails, &taker);
	mails_close(&mails);
}

/* ---- the conversation ---- */

static void converse(struct talk *talk, const char *host)
{
	const struct serving_taker taker = {.context = talk,
		.say = say,
		.sender = take_sender,
		.recipient = take_recipient,
		.begin = begin,
		.content = take_content,
		.end = end,
		.forget = forget};
	static char piece[PIECE];
	bool more = true;
	serving_start(&talk->serving, host, &taker);
	while (more && !talk->deaf) {
		write_said(talk);
		ssize_t got = spool_read(STDIN_FILENO, piece, sizeof piece, -1);
		more = got > 0 && serving_take(&talk->serving, piece, (size_t)got);
	}
	write_said(talk);
	serving_end(&talk->serving);
}

bool stdio_serve(const struct msub_options *options, struct trouble *trouble)
{
	char host[256] = "localhost";
	struct talk *talk = calloc(1, sizeof *talk);
	if (talk == NULL)
		return trouble_set(trouble, EX_OSERR, "out of memory");
	if (gethostname(host, sizeof host - 1) != 0 || host[0] == 0)
		snprintf(host, sizeof host, "localhost");
	talk->options = options;
	talk->spool = -1;
	bool prepared = delivery_prepare(&talk->delivery, options, options->from, trouble);
	signal(SIGPIPE, SIG_IGN);
	talk->keep.account = &talk->delivery.account;
	talk->keep.options = options;
	talk->delivery.settings.keep_ms = KEEP_MS;
	if (prepared)
		converse(talk, host);
	keep_end(&talk->keep);
	delivery_end(&talk->delivery);
	free(talk);
	return prepared;
}

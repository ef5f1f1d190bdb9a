/* log: lines, and where they go. */
#define _GNU_SOURCE /* flock */
#include "msub_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "msub_report.h"
#include "msub_spool.h"
#include "msub_status.h"
#include "msub_words.h"

enum { LOCK_WAIT_MS = 3000, LOCK_STEP_MS = 20 };

/* ---- the line ---- */

static const char *name_of(int status)
{
	static const struct {
		int status;
		const char *name;
	} names[] = {{EX_OK, "EX_OK"}, {EX_USAGE, "EX_USAGE"}, {EX_DATAERR, "EX_DATAERR"},
		{EX_NOINPUT, "EX_NOINPUT"}, {EX_NOUSER, "EX_NOUSER"}, {EX_NOHOST, "EX_NOHOST"},
		{EX_UNAVAILABLE, "EX_UNAVAILABLE"}, {EX_SOFTWARE, "EX_SOFTWARE"},
		{EX_OSERR, "EX_OSERR"}, {EX_OSFILE, "EX_OSFILE"}, {EX_CANTCREAT, "EX_CANTCREAT"},
		{EX_IOERR, "EX_IOERR"}, {EX_TEMPFAIL, "EX_TEMPFAIL"}, {EX_PROTOCOL, "EX_PROTOCOL"},
		{EX_NOPERM, "EX_NOPERM"}, {EX_CONFIG, "EX_CONFIG"}, {STATUS_PARTLY, "partly"}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].status == status)
			return names[i].name;
	}
	return "unknown";
}

/* Between quotes, on one line. */
static void print_quoted(FILE *to, const char *text)
{
	for (; *text != 0; text++) {
		if (*text == '\n')
			fputs("\\n", to);
		else if (*text == '\'')
			fputc('"', to);
		else
			fputc((unsigned char)*text < ' ' || *text == 0x7F ? '?' : *text, to);
	}
}

static void print_code(FILE *to, const struct msub_reply *reply)
{
	fprintf(to, "%d ", reply->code);
	if (reply->enhanced[0] != 0)
		fprintf(to, "%d.%d.%d ", reply->enhanced[0], reply->enhanced[1],
			reply->enhanced[2]);
}

static void print_reply(FILE *to, const struct msub_reply *reply)
{
	if (reply->code == 0)
		return;
	fprintf(to, " smtpstatus=%d smtpmsg='", reply->code);
	print_code(to, reply);
	print_quoted(to, reply->text);
	fputc('\'', to);
}

/* What decides about the mail: the first failure of somebody's own, or the first reply. */
static struct msub_result what_became(const struct mail *mail)
{
	struct msub_result first = {.recipient = "", .why = {.reply.text = "", .text = ""}}, result;
	bool failed = false;
	for (size_t i = 0; mail->message != NULL && msub_message_result(mail->message, i, &result);
		i++) {
		if (i == 0)
			first = result;
		bool shares = result.why.error == MSUB_OTHER_REFUSED;
		if (result.why.error != MSUB_OK && (!failed || !shares)) {
			first = result;
			failed = true;
		}
		if (failed && !shares)
			break;
	}
	return first;
}

static void print_envelope(FILE *to, const struct mail *mail)
{
	struct msub_result result;
	fputs(" from=", to);
	words_print_word(to, mail->sender == NULL ? "" : mail->sender);
	fputs(" recipients=", to);
	for (size_t i = 0; mail->message != NULL && msub_message_result(mail->message, i, &result);
		i++) {
		if (i > 0)
			fputc(',', to);
		words_print_word(to, result.recipient);
	}
}

/* As many octets as the library has read; line ends count as they are in the file. */
static long long size_of(const struct mail *mail)
{
	return (long long)(mail->end - mail->start) - (long long)mail->header_len +
	       (long long)mail->sent_len;
}

/* The kind of the failure, whose it is where others need not have it, and the rest. */
static void print_error(FILE *to, const struct msub_result *result, const char *trouble)
{
	const struct msub_failure *why = &result->why;
	if (why->error == MSUB_OK && *trouble == 0)
		return;
	fputs(" errormsg='", to);
	print_quoted(to, why->error == MSUB_OK ? trouble : msub_error_text(why->error));
	if (why->error != MSUB_OK && why->phase == MSUB_PHASE_RECIPIENT) {
		fputs(" for ", to);
		print_quoted(to, result->recipient);
	}
	if (why->error != MSUB_OK && why->text[0] != 0) {
		fputs(": ", to);
		print_quoted(to, why->text);
	}
	fputc('\'', to);
}

static void print_outcome(
	FILE *to, const struct mail *mail, int status, const struct trouble *trouble)
{
	struct msub_result became = what_became(mail);
	if (status == EX_OK && mail->queued[0] == 0)
		fprintf(to, " mailsize=%lld", size_of(mail));
	print_reply(to, &became.why.reply);
	print_error(to, &became,
		mail->trouble.status != 0		       ? mail->trouble.text
		: trouble->status != 0 && !mail_was_sent(mail) ? trouble->text
							       : "");
	if (mail->queued[0] != 0)
		fprintf(to, " queued=%s", mail->queued);
	fprintf(to, " exitcode=%s\n", name_of(status));
}

char *log_line(const struct mail *mail, const struct account *account, int status, bool user,
	const struct trouble *trouble)
{
	char *line = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&line, &len);
	if (to == NULL)
		return NULL;
	const char *host = account_text(account, KEY_HOST), *name = account_text(account, KEY_USER);
	fputs("host=", to);
	words_print(to, host == NULL ? "" : host);
	fprintf(to, " tls=%s auth=%s", account_is_on(account, KEY_TLS, false) ? "on" : "off",
		user ? "on" : "off");
	if (user && name != NULL) {
		fputs(" user=", to);
		words_print(to, name);
	}
	print_envelope(to, mail);
	print_outcome(to, mail, status, trouble);
	if (fclose(to) == 0)
		return line;
	free(line);
	return NULL;
}

/* ---- where it goes ---- */

static void complain(const char *path, const char *why)
{
	fputs("msub: the log ", stderr);
	words_print(stderr, path);
	fprintf(stderr, " %s\n", why);
}

static void complain_of_error(const char *path)
{
	char why[128];
	snprintf(why, sizeof why, "cannot be written: %s", strerror(errno));
	complain(path, why);
}

static char *with_time(const char *line, const char *format)
{
	char *whole = NULL, when[256] = "";
	size_t len = 0;
	time_t now = time(NULL);
	struct tm parts;
	FILE *to = open_memstream(&whole, &len);
	if (to == NULL)
		return NULL;
		/* The format is whatever the account says: that is what it is for. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (localtime_r(&now, &parts) != NULL &&
		strftime(when, sizeof when, format == NULL ? "%b %d %H:%M:%S" : format, &parts) > 0)
		fprintf(to, "%s ", when);
#pragma GCC diagnostic pop
	fputs(line, to);
	if (fclose(to) == 0)
		return whole;
	free(whole);
	return NULL;
}

/* Anybody who may read a file can lock it: whoever holds it for long is not waited for. */
static bool lock(struct log *log, int descriptor)
{
	static const struct timespec step = {.tv_nsec = LOCK_STEP_MS * 1000L * 1000};
	while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK || log->waited_ms >= LOCK_WAIT_MS)
			return false;
		nanosleep(&step, NULL);
		log->waited_ms += LOCK_STEP_MS;
	}
	return true;
}

/* One write to a locked file: lines of other processes stay whole. */
static void append(struct log *log, const char *path, const char *line)
{
	struct stat facts;
	struct trouble ignored = {0};
	int descriptor =
		open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
			S_IRUSR | S_IWUSR);
	if (descriptor >= 0 && fstat(descriptor, &facts) == 0 && !S_ISREG(facts.st_mode)) {
		complain(path, "is no regular file; name one with --logfile");
		close(descriptor);
		return;
	}
	if (descriptor >= 0 && !lock(log, descriptor))
		complain(path, "is locked by somebody else; the line is written all the same");
	if (descriptor < 0 || !spool_write(descriptor, line, strlen(line), &ignored))
		complain_of_error(path);
	if (descriptor >= 0)
		close(descriptor);
}

static void write_file(struct log *log, const struct account *account, const char *line)
{
	const char *path = account_text(account, KEY_LOGFILE);
	if (path == NULL)
		return;
	char *whole = with_time(line, account_text(account, KEY_LOGFILE_TIME_FORMAT));
	if (whole != NULL && strcmp(path, "-") != 0)
		append(log, path, whole);
	else if (whole == NULL || fputs(whole, stdout) < 0)
		complain_of_error(path);
	free(whole);
}

static void write_syslog(const struct account *account, const char *line, int status)
{
	static const int facilities[] = {[SYSLOG_ON] = LOG_USER,
		[SYSLOG_OFF] = 0,
		[SYSLOG_USER] = LOG_USER,
		[SYSLOG_MAIL] = LOG_MAIL,
		[SYSLOG_LOCAL] = LOG_LOCAL0,
		LOG_LOCAL1,
		LOG_LOCAL2,
		LOG_LOCAL3,
		LOG_LOCAL4,
		LOG_LOCAL5,
		LOG_LOCAL6,
		LOG_LOCAL7};
	int word = account_word(account, KEY_SYSLOG, SYSLOG_OFF);
	if (word == SYSLOG_OFF)
		return;
	openlog("msub", 0, facilities[word]);
	syslog(status == EX_OK ? LOG_INFO : LOG_ERR, "%.*s", (int)strcspn(line, "\n"), line);
	closelog();
}

void log_mail(struct log *log, const struct mail *mail, const struct account *account,
	const struct trouble *trouble)
{
	const struct report report = {.user = account_text(account, KEY_USER) != NULL &&
					      account_word(account, KEY_AUTH, AUTH_ON) != AUTH_OFF};
	if (account_text(account, KEY_LOGFILE) == NULL &&
		account_word(account, KEY_SYSLOG, SYSLOG_OFF) == SYSLOG_OFF)
		return;
	int status = report_status(&report, mail);
	if (status == EX_OK && !mail_was_sent(mail) && mail->queued[0] == 0)
		status = trouble->status;
	char *line = log_line(mail, account, status, report.user, trouble);
	if (line == NULL)
		return;
	write_file(log, account, line);
	write_syslog(account, line, status);
	free(line);
}

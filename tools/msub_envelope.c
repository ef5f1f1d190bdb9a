/* envelope: who, as plain addresses. */
#include "msub_envelope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "msub_aliases.h"
#include "msub_place.h"
#include "msub_status.h"

enum { ADDRESS_MAX = 1024 };

static bool has_line_break(const char *text)
{
	return strpbrk(text, "\r\n") != NULL;
}

static bool refuse_address(struct trouble *trouble, const char *role, const char *address)
{
	return trouble_set(trouble, EX_DATAERR, "%s \"%.200s\": %s; %s", role, address,
		msub_error_text(MSUB_ADDRESS), status_advice_on(MSUB_ADDRESS));
}

bool envelope_take_operands(
	struct addresses *addresses, char *const *operands, size_t count, struct trouble *trouble)
{
	for (size_t i = 0; i < count; i++) {
		size_t before = addresses->count;
		enum addresses_result result = ADDRESSES_MALFORMED;
		if (!has_line_break(operands[i]))
			result = addresses_add(addresses, operands[i], strlen(operands[i]));
		if (result == ADDRESSES_NO_MEMORY)
			return trouble_set(trouble, EX_OSERR, "out of memory");
		if (result == ADDRESSES_MALFORMED || addresses->count == before)
			return refuse_address(trouble, "recipient", operands[i]);
	}
	return true;
}

/* The user who runs this, at this host: what mail programs have always taken. */
static bool default_sender(
	const struct account *account, char sender[ADDRESS_MAX], struct trouble *trouble)
{
	const char *user = place_user(), *domain = account_text(account, KEY_MAILDOMAIN);
	char *host = domain == NULL ? place_substitute("%H") : NULL;
	if (domain == NULL && host != NULL && host[0] != 0)
		domain = host;
	if (user != NULL && domain != NULL)
		snprintf(sender, ADDRESS_MAX, "%s@%s", user, domain);
	free(host);
	return (user != NULL && domain != NULL) ||
	       trouble_set(trouble, EX_CONFIG, "no sender: name one with --from");
}

/* --from: one address, or none at all. */
static bool given_sender(const char *from, char sender[ADDRESS_MAX], struct trouble *trouble)
{
	struct addresses found = {0};
	bool none = from[0] == 0 || strcmp(from, "<>") == 0;
	bool one = !none && !has_line_break(from) &&
		   addresses_add(&found, from, strlen(from)) == ADDRESSES_TAKEN &&
		   found.count == 1 && strlen(found.items[0]) < ADDRESS_MAX;
	snprintf(sender, ADDRESS_MAX, "%s", one ? found.items[0] : "");
	addresses_free(&found);
	return none || one || refuse_address(trouble, "sender", from);
}

static bool unreadable(
	struct mail *mail, enum addresses_result result, const struct header_field *field)
{
	if (result == ADDRESSES_NO_MEMORY)
		return trouble_set(&mail->trouble, EX_OSERR, "out of memory");
	return trouble_set(&mail->trouble, EX_DATAERR,
		"the addresses of its header's %.*s cannot be read; correct them, or name the recipients "
		"on the command line",
		(int)field->name_len, mail->headers.text + field->start);
}

static bool author(struct mail *mail, char sender[ADDRESS_MAX])
{
	struct addresses found = {0};
	const struct header_field *field = NULL;
	enum addresses_result result = headers_authors(&mail->headers, &found, &field);
	bool fits = result == ADDRESSES_TAKEN && found.count > 0 &&
		    strlen(found.items[0]) < ADDRESS_MAX;
	snprintf(sender, ADDRESS_MAX, "%s", fits ? found.items[0] : "");
	addresses_free(&found);
	if (result != ADDRESSES_TAKEN)
		return unreadable(mail, result, field);
	return fits || trouble_set(&mail->trouble, EX_DATAERR,
			       "its header names no sender (From): name one with --from");
}

/* The account's own: it may be a pattern, which says whose mail the account takes. */
static bool sender_of_account(
	const struct account *account, char sender[ADDRESS_MAX], struct trouble *trouble)
{
	const char *from = account_text(account, KEY_FROM);
	if (from == NULL || account_is_on(account, KEY_AUTO_FROM, false))
		return default_sender(account, sender, trouble);
	if (strpbrk(from, "?*[") != NULL)
		return trouble_set(trouble, EX_CONFIG,
			"the account's from, \"%.200s\", is a pattern: name the sender with --from",
			from);
	return given_sender(from, sender, trouble);
}

static bool find_sender(struct mail *mail, const struct msub_options *options,
	const struct account *account, const char *from_line, char sender[ADDRESS_MAX])
{
	bool may = account_is_on(account, KEY_ALLOW_FROM_OVERRIDE, true);
	if (options->from != NULL && may)
		return given_sender(options->from, sender, &mail->trouble);
	if (from_line != NULL && options->read_from_line && may)
		return given_sender(from_line, sender, &mail->trouble);
	if ((options->read_from || options->batch || options->mbox) && may)
		return author(mail, sender);
	return sender_of_account(account, sender, &mail->trouble);
}

static bool copy_addresses(struct addresses *to, const struct addresses *from, struct mail *mail)
{
	for (size_t i = 0; i < from->count; i++) {
		if (addresses_add(to, from->items[i], strlen(from->items[i])) != ADDRESSES_TAKEN)
			return trouble_set(&mail->trouble, EX_OSERR, "out of memory");
	}
	return true;
}

static bool find_recipients(struct mail *mail, const struct msub_options *options,
	const struct account *account, struct addresses *recipients)
{
	const struct header_field *field = NULL;
	const char *aliases = account_text(account, KEY_ALIASES);
	if (options->batch || options->mbox || options->read_recipients) {
		enum addresses_result result =
			headers_recipients(&mail->headers, recipients, &field);
		if (result != ADDRESSES_TAKEN)
			return unreadable(mail, result, field);
	}
	return aliases == NULL || aliases_expand_from(recipients, aliases, &mail->trouble);
}

/* By the account and the options, or by whoever speaks SMTP to us. */
static void ask_for_reports(
	struct mail *mail, const struct msub_options *options, const struct account *account)
{
	const struct wishes *wishes = mail->wishes;
	mail->reports = mail_reports_of(account);
	mail->reports.envelope_id = wishes == NULL ? options->envelope_id : wishes->envelope_id;
	mail->reports.if_offered = wishes != NULL || options->as_sendmail;
	if (wishes != NULL && wishes->returns != MSUB_RETURN_UNSAID)
		mail->reports.returns = wishes->returns;
}

bool envelope_make(struct mail *mail, const struct msub_options *options,
	const struct account *account, const struct addresses *from_command_line,
	const char *from_line)
{
	char sender[ADDRESS_MAX];
	struct addresses recipients = {0};
	ask_for_reports(mail, options, account);
	bool made = find_sender(mail, options, account, from_line, sender) &&
		    copy_addresses(&recipients, from_command_line, mail) &&
		    find_recipients(mail, options, account, &recipients) &&
		    mail_address(mail, sender, &recipients);
	struct fixes fixes = fixes_of(account, sender);
	made = made && mail_fix(mail, &fixes);
	addresses_free(&recipients);
	return made;
}

bool envelope_author(struct mail *mail, char **address)
{
	char sender[ADDRESS_MAX];
	*address = author(mail, sender) ? strdup(sender) : NULL;
	return *address != NULL;
}

bool envelope_from(const struct msub_options *options, const struct account *account, char **from,
	struct trouble *trouble)
{
	char sender[ADDRESS_MAX];
	bool may = account_is_on(account, KEY_ALLOW_FROM_OVERRIDE, true);
	*from = NULL;
	if (options->from != NULL && may)
		*from = strdup(options->from);
	else if (sender_of_account(account, sender, trouble))
		*from = strdup(sender);
	else
		return false;
	return *from != NULL || trouble_set(trouble, EX_OSERR, "out of memory");
}

char *envelope_address(const char *from)
{
	char sender[ADDRESS_MAX];
	struct trouble ignored = {0};
	return from != NULL && given_sender(from, sender, &ignored) ? strdup(sender) : NULL;
}

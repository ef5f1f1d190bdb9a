/* envelope: who, as plain addresses. */
#include "msub_envelope.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

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
	const struct msub_options *options, char sender[ADDRESS_MAX], struct trouble *trouble)
{
	char host[256] = "";
	const struct passwd *user = getpwuid(getuid());
	const char *domain = options->maildomain;
	if (domain == NULL || domain[0] == 0) {
		if (gethostname(host, sizeof host - 1) != 0)
			host[0] = 0;
		domain = host;
	}
	if (user == NULL || domain[0] == 0)
		return trouble_set(trouble, EX_CONFIG, "no sender: name one with --from");
	snprintf(sender, ADDRESS_MAX, "%s@%s", user->pw_name, domain);
	return true;
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

static bool find_sender(struct mail *mail, const struct msub_options *options,
	const char *from_line, char sender[ADDRESS_MAX])
{
	if (options->from != NULL)
		return given_sender(options->from, sender, &mail->trouble);
	if (from_line != NULL && options->read_from_line)
		return given_sender(from_line, sender, &mail->trouble);
	if (options->read_from || options->batch || options->mbox)
		return author(mail, sender);
	return default_sender(options, sender, &mail->trouble);
}

static bool copy_addresses(struct addresses *to, const struct addresses *from, struct mail *mail)
{
	for (size_t i = 0; i < from->count; i++) {
		if (addresses_add(to, from->items[i], strlen(from->items[i])) != ADDRESSES_TAKEN)
			return trouble_set(&mail->trouble, EX_OSERR, "out of memory");
	}
	return true;
}

bool envelope_make(struct mail *mail, const struct msub_options *options,
	const struct addresses *from_command_line, const char *from_line)
{
	char sender[ADDRESS_MAX];
	struct addresses recipients = {0};
	const struct header_field *field = NULL;
	bool made = find_sender(mail, options, from_line, sender) &&
		    copy_addresses(&recipients, from_command_line, mail);
	if (made && (options->batch || options->mbox || options->read_recipients)) {
		enum addresses_result result =
			headers_recipients(&mail->headers, &recipients, &field);
		made = result == ADDRESSES_TAKEN || unreadable(mail, result, field);
	}
	made = made && mail_address(mail, sender, &recipients);
	addresses_free(&recipients);
	return made;
}

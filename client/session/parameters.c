/* parameters: one row per extension that a message can ask for. */
#include "parameters.h"

#include <stdio.h>

/* ---- what is offered ---- */

static const struct {
	const char *name;
	size_t offered; /* where in struct capability its bool is */
	bool needed;	/* never left out: without it the message would not be what was asked for */
} extensions[WISH_COUNT] = {
	[WISH_REPORT] = {"DSN", offsetof(struct capability, dsn), false},
	[WISH_DELIVER_BY] = {"DELIVERBY", offsetof(struct capability, deliver_by), false},
	[WISH_FUTURE_RELEASE] = {"FUTURERELEASE", offsetof(struct capability, future_release),
		false},
	[WISH_PRIORITY] = {"MT-PRIORITY", offsetof(struct capability, priority), false},
	[WISH_REQUIRE_TLS] = {"REQUIRETLS", offsetof(struct capability, require_tls), true},
	[WISH_SUBMITTER] = {"AUTH", offsetof(struct capability, auth), false},
};

static bool is_offered(const struct msub_session *session, enum wish wish)
{
	const char *capability = (const char *)&session->capability;
	/* RFC 8689 2: an offer counts inside TLS only, and only where the server is who it says */
	if (wish == WISH_REQUIRE_TLS && !(session->tls && session->verified))
		return false;
	return *(const bool *)(capability + extensions[wish].offered);
}

/* ---- objections ---- */

static bool object(struct objection *objection, enum msub_error error, const char *text)
{
	objection->error = error;
	snprintf(objection->text, sizeof objection->text, "%s", text);
	return false;
}

static bool object_number(struct objection *objection, const char *format, uint64_t number)
{
	objection->error = MSUB_NOT_OFFERED;
	snprintf(objection->text, sizeof objection->text, "%s%llu seconds", format,
		(unsigned long long)number);
	return false;
}

/* What an extension was declared to do at least or at most (RFC 2852 3, RFC 4865 3). */
static bool suits_limits(
	const struct capability *offered, const struct wishes *wishes, struct objection *objection)
{
	if (offered->deliver_by && wishes->by_s != 0 && wishes->by_s < offered->deliver_by_min)
		return object_number(
			objection, "DELIVERBY: not in less than ", offered->deliver_by_min);
	if (!offered->future_release)
		return true;
	if (offered->hold_max != 0 && wishes->hold_s > offered->hold_max)
		return object_number(
			objection, "FUTURERELEASE: not for more than ", offered->hold_max);
	if (offered->hold_until_max != 0 && wishes->hold_until > offered->hold_until_max)
		return object(objection, MSUB_NOT_OFFERED, "FUTURERELEASE: not until that date");
	return true;
}

static bool suits_wishes(const struct msub_session *session, const struct wishes *wishes,
	struct objection *objection)
{
	const struct capability *offered = &session->capability;
	for (enum wish wish = 0; wish < WISH_COUNT; wish++) {
		bool needed = extensions[wish].needed || !wishes->if_offered;
		if (wishes->text[wish] != NULL && needed && !is_offered(session, wish))
			return object(objection, MSUB_NOT_OFFERED, extensions[wish].name);
	}
	if (wishes->binary && !offered->binary_mime)
		return object(
			objection, MSUB_NOT_OFFERED, offered->chunking ? "BINARYMIME" : "CHUNKING");
	return suits_limits(offered, wishes, objection);
}

bool parameters_suit_message(const struct msub_session *session, const struct msub_message *message,
	struct objection *objection)
{
	if (message->sender.needs_utf8 && !session->capability.utf8)
		return object(objection, MSUB_ADDRESS_NOT_ASCII, "the sender");
	return !message->wishes.any || suits_wishes(session, &message->wishes, objection);
}

bool parameters_suit_recipient(const struct msub_session *session,
	const struct msub_message *message, const struct recipient *recipient,
	struct objection *objection)
{
	if (recipient->address.needs_utf8 && !session->capability.utf8)
		return object(objection, MSUB_ADDRESS_NOT_ASCII, "");
	if (recipient->wishes != NULL && !message->wishes.if_offered &&
		!is_offered(session, WISH_REPORT))
		return object(objection, MSUB_NOT_OFFERED, extensions[WISH_REPORT].name);
	return true;
}

static bool any_recipient_wishes(const struct msub_message *message)
{
	for (size_t i = 0; message->particular && i < message->count; i++) {
		if (message->recipients[i].wishes != NULL)
			return true;
	}
	return false;
}

bool parameters_leave_out(const struct msub_session *session, const struct msub_message *message)
{
	const struct wishes *wishes = &message->wishes;
	if (!wishes->if_offered)
		return false;
	for (enum wish wish = 0; wish < WISH_COUNT; wish++) {
		if (wishes->text[wish] != NULL && !is_offered(session, wish))
			return true;
	}
	return !is_offered(session, WISH_REPORT) && any_recipient_wishes(message);
}

/* ---- writing ---- */

bool parameters_need_utf8(const struct msub_session *session, const struct msub_message *message)
{
	return session->capability.utf8 && (message->sender.needs_utf8 || message->utf8_header);
}

static void write_path(const struct address *address, bool utf8, struct buffer *out)
{
	struct octets path = address->ascii == NULL ? octets_make(address->text, address->len)
						    : octets_of(address_on_wire(address, utf8));
	uint8_t *to = buffer_reserve(out, path.len + 2);
	if (to == NULL)
		return;
	*to++ = '<';
	if (path.len > 0)
		memcpy(to, path.at, path.len);
	to[path.len] = '>';
	buffer_commit(out, path.len + 2);
}

static void write_body(
	const struct capability *offered, const struct msub_message *message, struct buffer *out)
{
	if (message->wishes.binary && offered->binary_mime)
		buffer_append_text(out, " BODY=BINARYMIME");
	else if (offered->eight_bit_mime && (!message->measured || message->measure.eight_bit))
		buffer_append_text(out, " BODY=8BITMIME");
}

void parameters_write_mail(const struct msub_session *session,
	const struct transaction *transaction, struct buffer *out)
{
	const struct capability *offered = &session->capability;
	const struct msub_message *message = transaction->message;
	write_path(&message->sender, transaction->utf8, out);
	if (offered->size && message->measured) {
		buffer_append_text(out, " SIZE=");
		buffer_append_number(out, message->measure.size);
	}
	write_body(offered, message, out);
	if (transaction->utf8)
		buffer_append_text(out, " SMTPUTF8");
	for (enum wish wish = 0; message->wishes.any && wish < WISH_COUNT; wish++) {
		if (message->wishes.text[wish] != NULL && is_offered(session, wish))
			buffer_append_text(out, message->wishes.text[wish]);
	}
}

void parameters_write_recipient(const struct msub_session *session,
	const struct transaction *transaction, const struct recipient *recipient,
	struct buffer *out)
{
	write_path(&recipient->address, transaction->utf8, out);
	if (recipient->wishes != NULL && is_offered(session, WISH_REPORT))
		buffer_append_text(out, recipient->wishes);
}

/* handset play, the mail: to whom a whole message goes, by its own header. */
#include "handset_play_mail.h"

#include "msub_headers.h"

struct envelope {
	struct play_mail *mail;
	const char *file;
	struct headers headers;
};

/* The addresses of all fields of one name, which become the message's. */
static bool take_field(const struct envelope *envelope, const char *name,
	const struct octets **addresses, size_t *count)
{
	const struct headers *headers = &envelope->headers;
	struct addresses found = {0};
	enum addresses_result result = ADDRESSES_TAKEN;
	for (size_t i = 0; i < headers->count && result == ADDRESSES_TAKEN; i++) {
		const struct header_field *field = &headers->fields[i];
		if (headers_is_named(headers, field, name))
			result = addresses_add(
				&found, headers->text + field->value, field->end - field->value);
	}
	struct octets *copies = arena_new(&envelope->mail->arena, found.count, sizeof *copies);
	for (size_t i = 0; copies != NULL && i < found.count; i++)
		copies[i] = arena_copy(&envelope->mail->arena, octets_of(found.items[i]));
	*addresses = copies;
	*count = found.count;
	addresses_free(&found);
	if (result == ADDRESSES_MALFORMED)
		return play_mail_fail("an address in its header cannot be read; say --to "
				      "ADDRESS, or mend ",
			envelope->file);
	return (result == ADDRESSES_TAKEN && !envelope->mail->arena.failed) ||
	       play_mail_fail("out of memory", "");
}

/* The message without its Bcc fields, so that no recipient learns of another. */
static bool leave_out_bcc(const struct envelope *envelope, struct octets *content)
{
	struct buffer kept;
	size_t at = 0;
	buffer_init(&kept, &memory_standard, content->len);
	for (size_t i = 0; i < envelope->headers.count; i++) {
		const struct header_field *field = &envelope->headers.fields[i];
		if (!headers_is_named(&envelope->headers, field, "Bcc"))
			continue;
		buffer_append(&kept, content->at + at, field->start - at);
		at = field->end;
	}
	buffer_append_octets(&kept, octets_from(*content, at));
	*content = arena_copy(&envelope->mail->arena, buffer_octets(&kept));
	bool good = !buffer_failed(&kept) && content->at != NULL;
	buffer_free(&kept);
	return good || play_mail_fail("out of memory", "");
}

bool play_envelope_read(struct play_mail *mail, const char *file, struct phone_message *message)
{
	struct envelope envelope = {.mail = mail, .file = file};
	if (!headers_read(
		    &envelope.headers, (const char *)message->content.at, message->content.len)) {
		headers_free(&envelope.headers);
		return play_mail_fail("out of memory", "");
	}
	bool good = take_field(&envelope, "To", &message->to, &message->to_count) &&
		    take_field(&envelope, "Cc", &message->cc, &message->cc_count) &&
		    take_field(&envelope, "Bcc", &message->bcc, &message->bcc_count);
	if (good && message->to_count + message->cc_count + message->bcc_count == 0)
		good = play_mail_fail(
			"to whom? Say --to ADDRESS; there is nobody in To, Cc or Bcc of ", file);
	if (good && message->bcc_count > 0)
		good = leave_out_bcc(&envelope, &message->content);
	headers_free(&envelope.headers);
	return good;
}

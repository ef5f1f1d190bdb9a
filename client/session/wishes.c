/* wishes: each extension's parameters, checked and written; the RFC stands at each. */
#include "wishes.h"

#include "address.h"
#include "moment.h"
#include "text.h"

enum {
	PARAMETERS_MAX = 4096, /* more than the limits below grow to when they are escaped */
	ENVELOPE_ID_MAX = 100, /* RFC 3461 4.4, as it is said */
	ORIGINAL_MAX = 500,    /* RFC 3461 4.2, as it is said */
	TYPE_MAX = 30,
	SUBMITTER_MAX = 500,	 /* RFC 4954 3, with its " AUTH=" */
	SECONDS_MAX = 999999999, /* nine digits: RFC 2852 4, RFC 4865 5 */
	PRIORITY_MAX = 9	 /* RFC 6710 4 */
};

/* Appends as xtext (RFC 3461 4): what is not a plain octet becomes "+HH". */
static void append_xtext(struct buffer *out, struct octets in)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < in.len; i++) {
		uint8_t octet = in.at[i];
		if (octet > ' ' && octet < 0x7F && octet != '+' && octet != '=') {
			buffer_append_byte(out, octet);
			continue;
		}
		const char escaped[] = {'+', digits[octet >> 4], digits[octet & 15]};
		buffer_append(out, escaped, sizeof escaped);
	}
}

static bool is_printable(struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < ' ' || text.at[i] > '~')
			return false;
	}
	return text.len > 0;
}

/* ---- a message's ---- */

static enum msub_error write_report(
	struct wishes *wishes, const struct msub_message_options *options, struct buffer *out)
{
	static const char *const words[] = {"", " RET=FULL", " RET=HDRS"};
	struct octets id = octets_of(options->envelope_id);
	(void)wishes;
	if ((unsigned int)options->returns > MSUB_RETURN_HEADERS)
		return MSUB_SETTINGS;
	buffer_append_text(out, words[options->returns]);
	if (options->envelope_id == NULL)
		return MSUB_OK;
	/* printable, since it comes back in a report */
	if (!is_printable(id) || id.len > ENVELOPE_ID_MAX)
		return MSUB_SETTINGS;
	buffer_append_text(out, " ENVID=");
	size_t before = out->len;
	append_xtext(out, id);
	return out->len - before <= ENVELOPE_ID_MAX ? MSUB_OK : MSUB_SETTINGS;
}

/* " BY=120;R", " BY=-60;NT" (RFC 2852 4): what comes back late must have some time. */
static enum msub_error write_deliver_by(
	struct wishes *wishes, const struct msub_message_options *options, struct buffer *out)
{
	int64_t seconds = options->deliver_by_s;
	bool returns = options->by_mode == MSUB_BY_RETURN;
	if (options->by_mode == MSUB_BY_UNSAID)
		return seconds == 0 && !options->by_trace ? MSUB_OK : MSUB_SETTINGS;
	if ((unsigned int)options->by_mode > MSUB_BY_NOTIFY || seconds > SECONDS_MAX ||
		seconds < -SECONDS_MAX || (returns && seconds <= 0))
		return MSUB_SETTINGS;
	if (returns)
		wishes->by_s = (uint64_t)seconds;
	buffer_append_text(out, seconds < 0 ? " BY=-" : " BY=");
	buffer_append_number(out, (uint64_t)(seconds < 0 ? -seconds : seconds));
	buffer_append_text(out, returns ? ";R" : ";N");
	buffer_append_text(out, options->by_trace ? "T" : "");
	return MSUB_OK;
}

/* RFC 4865 5: one of the two. */
static enum msub_error write_future_release(
	struct wishes *wishes, const struct msub_message_options *options, struct buffer *out)
{
	const char *until = options->hold_until;
	if (options->hold_for_s > SECONDS_MAX || (options->hold_for_s != 0 && until != NULL))
		return MSUB_SETTINGS;
	if (options->hold_for_s != 0) {
		wishes->hold_s = options->hold_for_s;
		buffer_append_text(out, " HOLDFOR=");
		buffer_append_number(out, options->hold_for_s);
	} else if (until != NULL) {
		if (!moment_read(octets_of(until), &wishes->hold_until))
			return MSUB_SETTINGS;
		buffer_append_text(out, " HOLDUNTIL=");
		buffer_append_text(out, until);
	}
	return MSUB_OK;
}

static enum msub_error write_priority(
	struct wishes *wishes, const struct msub_message_options *options, struct buffer *out)
{
	int priority = options->priority;
	(void)wishes;
	if (!options->has_priority)
		return priority == 0 ? MSUB_OK : MSUB_SETTINGS;
	if (priority > PRIORITY_MAX || priority < -PRIORITY_MAX)
		return MSUB_SETTINGS;
	buffer_append_text(out, priority < 0 ? " MT-PRIORITY=-" : " MT-PRIORITY=");
	buffer_append_number(out, (uint64_t)(priority < 0 ? -priority : priority));
	return MSUB_OK;
}

static enum msub_error write_require_tls(
	struct wishes *wishes, const struct msub_message_options *options, struct buffer *out)
{
	(void)wishes;
	buffer_append_text(out, options->require_tls ? " REQUIRETLS" : "");
	return MSUB_OK;
}

/* RFC 4954 5: who handed the message in first; "" where nobody knows. */
static enum msub_error write_submitter(
	struct wishes *wishes, const struct msub_message_options *options, struct buffer *out)
{
	struct octets submitter = octets_of(options->submitter);
	(void)wishes;
	if (options->submitter == NULL)
		return MSUB_OK;
	buffer_append_text(out, " AUTH=");
	if (submitter.len == 0) {
		buffer_append_text(out, "<>");
		return MSUB_OK;
	}
	struct address address;
	enum msub_error error = address_make(&address, out->memory, submitter);
	if (error != MSUB_OK)
		return error;
	if (address.needs_utf8)
		error = MSUB_ADDRESS_NOT_ASCII;
	append_xtext(out, octets_of(address_on_wire(&address, false)));
	if (error == MSUB_OK && out->len > SUBMITTER_MAX)
		error = MSUB_ADDRESS;
	address_free(&address, out->memory);
	return error;
}

static enum msub_error (*const writers[WISH_COUNT])(
	struct wishes *wishes, const struct msub_message_options *options, struct buffer *out) = {
	[WISH_REPORT] = write_report,
	[WISH_DELIVER_BY] = write_deliver_by,
	[WISH_FUTURE_RELEASE] = write_future_release,
	[WISH_PRIORITY] = write_priority,
	[WISH_REQUIRE_TLS] = write_require_tls,
	[WISH_SUBMITTER] = write_submitter,
};

/* What was written, as a text of its own; NULL where nothing was. */
static enum msub_error keep_text(char **text, const struct memory *memory, const struct buffer *out)
{
	*text = NULL;
	if (buffer_failed(out))
		return MSUB_MEMORY;
	if (out->len == 0)
		return MSUB_OK;
	*text = memory_copy_text(memory, out->at, out->len);
	return *text == NULL ? MSUB_MEMORY : MSUB_OK;
}

enum msub_error wishes_make(struct wishes *wishes, const struct memory *memory,
	const struct msub_message_options *options)
{
	enum msub_error error = MSUB_OK;
	struct buffer out;
	*wishes = (struct wishes){0};
	if (options == NULL)
		return MSUB_OK;
	wishes->binary = wishes->any = options->binary;
	wishes->if_offered = options->if_offered;
	buffer_init(&out, memory, PARAMETERS_MAX);
	for (size_t i = 0; i < WISH_COUNT && error == MSUB_OK; i++) {
		buffer_clear(&out);
		error = writers[i](wishes, options, &out);
		if (error == MSUB_OK)
			error = keep_text(&wishes->text[i], memory, &out);
		wishes->any = wishes->any || wishes->text[i] != NULL;
	}
	buffer_free(&out);
	if (error != MSUB_OK)
		wishes_free(wishes, memory);
	return error;
}

void wishes_free(struct wishes *wishes, const struct memory *memory)
{
	for (size_t i = 0; i < WISH_COUNT; i++)
		memory_free_text(memory, wishes->text[i]);
	*wishes = (struct wishes){0};
}

/* ---- a recipient's ---- */

/* RFC 3461 4.1: NEVER stands alone. */
static bool write_notify(unsigned int notify, struct buffer *out)
{
	static const char *const words[] = {"NEVER", "SUCCESS", "FAILURE", "DELAY"};
	const unsigned int all = (1U << sizeof words / sizeof *words) - 1;
	if ((notify & ~all) != 0 ||
		((notify & MSUB_NOTIFY_NEVER) != 0 && notify != MSUB_NOTIFY_NEVER))
		return false;
	const char *before = " NOTIFY=";
	for (unsigned int i = 0; i < sizeof words / sizeof *words; i++) {
		if ((notify & 1U << i) == 0)
			continue;
		buffer_append_text(out, before);
		buffer_append_text(out, words[i]);
		before = ",";
	}
	return true;
}

/* An atom of RFC 5321 4.1.2, which is what a type of addresses is. */
static bool is_type(struct octets type)
{
	if (type.len > TYPE_MAX)
		return false;
	for (size_t i = 0; i < type.len; i++) {
		uint8_t octet = type.at[i];
		bool letter = (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
		if (!letter && !octet_is_digit(octet) && octet != '-')
			return false;
	}
	return type.len > 0;
}

/* utf-8-addr-xtext (RFC 6533 3): good whether SMTPUTF8 is said or not. */
static void append_utf8_xtext(struct buffer *out, struct octets in)
{
	for (size_t len; in.len > 0; in = octets_from(in, len)) {
		uint32_t point;
		len = text_utf8_len(in);
		point = text_utf8_point(in.at, len);
		if (point > ' ' && point < 0x7F && point != '+' && point != '=' && point != '\\')
			buffer_append_byte(out, (uint8_t)point);
		else
			buffer_format(out, "\\x{%02lX}", (unsigned long)point);
	}
}

/* " ORCPT=rfc822;user@example.org" (RFC 3461 4.2) */
static bool write_original(const char *original, const char *given_type, struct buffer *out)
{
	struct octets text = octets_of(original), type = octets_of(given_type);
	if (original == NULL)
		return given_type == NULL;
	if (given_type == NULL)
		type = octets_of(octets_are_ascii(text) ? "rfc822" : "utf-8");
	bool utf8 = octets_equal_nocase(type, octets_of("utf-8"));
	if (text.len == 0 || text.len > ORIGINAL_MAX || !is_type(type) || !text_is_readable(text) ||
		(!utf8 && !octets_are_ascii(text)))
		return false;
	buffer_append_text(out, " ORCPT=");
	size_t before = out->len;
	buffer_append_octets(out, type);
	buffer_append_byte(out, ';');
	if (utf8)
		append_utf8_xtext(out, text);
	else
		append_xtext(out, text);
	return out->len - before <= ORIGINAL_MAX;
}

enum msub_error wishes_of_recipient(
	char **text, const struct memory *memory, const struct msub_recipient_options *options)
{
	struct buffer out;
	*text = NULL;
	if (options == NULL)
		return MSUB_OK;
	buffer_init(&out, memory, PARAMETERS_MAX);
	bool fine = write_notify(options->notify, &out) &&
		    write_original(options->original, options->original_type, &out);
	enum msub_error error = fine ? keep_text(text, memory, &out) : MSUB_SETTINGS;
	buffer_free(&out);
	return error;
}

/*
 * message: whatever somebody types or attaches becomes lines that a server takes, the writes cover
 * them one behind the other, and what was typed can be read out of quoted-printable again. A heap
 * that fails gives no message.
 *
 * The input: an octet for the profile and the form, one for the charset, one for the allocation
 * that fails (0: none), one for the length of a file's content and what follows as its name up to
 * a NUL; then the content, and the rest is the text.
 */
#include "fuzz.h"

#include "charset.h"
#include "compose.h"
#include "plain_text.h"
#include "profile.h"

enum { ROOM = 1 << 24, MAX_LINE_LEN = 998 };

static const char *const texts[] = {
	"name: correct\n",
	"name: field\nevidence: [{test: this, shows: [message]}]\n"
	"message: {text-encoding: quoted-printable, qp: word-wise, non-breaking: plain,\n"
	"  latin1-is-cp1252: true, base64-width: 60, base64-lines-per-write: 15,\n"
	"  words: {encoding: B, in-filenames: true}, preamble: This is one,\n"
	"  file-part: [\"Content-Disposition: attachment; filename=\\\"{filename}\\\"\"]}\n",
};
enum { PROFILES = sizeof texts / sizeof *texts };

static const char *const charsets[] = {"UTF-8", "ISO-8859-1", "US-ASCII", "ISO-2022-JP",
	"SHIFT_JIS", "WINDOWS-1251", "GB18030", "UTF-7"};
enum { CHARSETS = sizeof charsets / sizeof *charsets };

struct heap {
	struct memory memory;
	size_t count, fail_at;
};

static void *resize(void *context, void *old, size_t old_size, size_t want)
{
	struct heap *heap = context;
	if (want > 0 && ++heap->count == heap->fail_at)
		return NULL;
	return memory_standard.resize(NULL, old, old_size, want);
}

static const struct message_keys *get_keys(size_t index)
{
	static struct profile *profiles[PROFILES];
	if (profiles[index] == NULL) {
		struct buffer errors;
		struct profile_source source = {.read = NULL};
		buffer_init(&errors, &memory_standard, 100000);
		profiles[index] = profile_load_text(&memory_standard, PROFILE_CLIENT, "fuzz",
			octets_of(texts[index]), &source, &errors);
		buffer_free(&errors);
		require(profiles[index] != NULL);
	}
	return &profile_client(profiles[index])->message;
}

/* Each write begins where the one before ended, is not empty, and ends a line; none is missing. */
static void check_writes(const struct message_composed *composed)
{
	size_t before = 0;
	for (size_t i = 0; i < composed->ends.len / sizeof before; i++) {
		size_t end;
		memcpy(&end, composed->ends.at + i * sizeof end, sizeof end);
		require(end >= before + 2 && end <= composed->octets.len);
		require(memcmp(composed->octets.at + end - 2, "\r\n", 2) == 0);
		before = end;
	}
	require(before == composed->octets.len);
}

static void check_lines(struct octets message)
{
	while (message.len > 0) {
		size_t len = octets_find(message, '\r');
		require(len <= MAX_LINE_LEN && octets_find(octets_cut(message, len), '\n') == len);
		require(len + 1 < message.len && message.at[len + 1] == '\n');
		message = octets_from(message, len + 2);
	}
}

static uint8_t hex_value(uint8_t digit)
{
	require(octet_is_digit(digit) || (digit >= 'A' && digit <= 'F'));
	return (uint8_t)(octet_is_digit(digit) ? digit - '0' : digit - 'A' + 10);
}

static void decode(struct buffer *out, struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] != '=') {
			buffer_append_byte(out, text.at[i]);
			continue;
		}
		require(i + 2 < text.len);
		if (text.at[i + 1] != '\r')
			buffer_append_byte(out, (uint8_t)(hex_value(text.at[i + 1]) << 4 |
							  hex_value(text.at[i + 2])));
		i += 2;
	}
}

/* A tab at which the word-wise encoder breaks comes back as a blank. */
static void check_same(struct octets one, struct octets other, bool tabs_change)
{
	require(one.len == other.len);
	for (size_t i = 0; i < one.len; i++)
		require(one.at[i] == other.at[i] ||
			(tabs_change && other.at[i] == '\t' && one.at[i] == ' '));
}

static void check_text(
	const struct message_keys *keys, const struct message_draft *draft, struct octets message)
{
	static const char mark[] = "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
	struct buffer lines, want, got;
	/* in the header: the text may hold the same words */
	size_t header_len = octets_find_text(message, octets_of("\r\n\r\n")) + 4;
	struct octets header = octets_cut(message, header_len);
	size_t front = octets_find_text(header, octets_of(mark));
	if (front == header.len)
		return;
	buffer_init(&lines, &memory_standard, ROOM);
	buffer_init(&want, &memory_standard, ROOM);
	buffer_init(&got, &memory_standard, ROOM);
	plain_text_append(&lines, draft->body, keys->plain_blanks);
	charset_convert(&want, buffer_octets(&lines), draft->charset, keys->latin1_is_cp1252);
	decode(&got, octets_from(message, front + sizeof mark - 1));
	check_same(buffer_octets(&got), buffer_octets(&want), keys->qp == QP_WORD_WISE);
	buffer_free(&lines);
	buffer_free(&want);
	buffer_free(&got);
}

static void compose(const struct message_keys *keys, const struct message_draft *draft,
	size_t fail_at, bool sliced)
{
	struct heap heap = {.memory = {resize, &heap}, .fail_at = fail_at};
	struct message_composed composed;
	struct random random;
	random_init(&random, 1);
	message_composed_init(&composed, &heap.memory);
	bool made = message_compose(&composed, keys, draft, &random);
	require(made || (fail_at > 0 && heap.count >= fail_at));
	if (made) {
		check_writes(&composed);
		if (!sliced)
			check_lines(buffer_octets(&composed.octets));
		if (draft->attachment_count == 0 && draft->mime != MESSAGE_MIME_OFF)
			check_text(keys, draft, buffer_octets(&composed.octets));
	}
	message_composed_free(&composed);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets left = octets_make(at, len);
	uint8_t form = take_octet(&left), charset = take_octet(&left), fail_at = take_octet(&left);
	bool field = (form & 1) != 0, filed = (form & 2) != 0, embedded = (form & 8) != 0;
	struct message_attachment file = {
		.type = octets_of(embedded ? "message/rfc822" : "text/plain")};
	if (filed) {
		uint8_t content = take_octet(&left);
		/* no longer than a line can hold: a phone does not fold it, whatever it becomes */
		file.name = take_piece(&left, octets_find(octets_cut(left, 60), 0));
		file.content = take_piece(&left, content);
	}
	char *copy = copy_text(left);
	struct buffer body; /* with its last line ended: an end that is added is no part of it */
	buffer_init(&body, &memory_standard, ROOM);
	buffer_append(&body, copy, left.len);
	buffer_append_text(&body, "\r\n");
	const struct message_draft draft = {.from = octets_of("a@example.net"),
		.charset = octets_of(charsets[charset % CHARSETS]),
		.body = buffer_octets(&body),
		.attachments = &file,
		.attachment_count = filed,
		.mime = (form & 4) != 0 ? MESSAGE_MIME_OFF : MESSAGE_MIME_ON};
	compose(get_keys(field), &draft, fail_at, field && filed && embedded);
	buffer_free(&body);
	free(copy);
	return 0;
}

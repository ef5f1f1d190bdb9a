/*
 * serving: the server that msub is with -bs, against a client that says anything. Any cut gives the
 * same replies and the same messages; every reply is a line that a client can read; nothing is
 * taken out of order, and the content is what stood between DATA and its dot, a dot less where one
 * stood first.
 *
 * The input: an octet for the length of a piece, one for what the taker refuses; then the client.
 */
#include "fuzz.h"

#include "msub_serving.h"

struct told {
	struct buffer text;    /* replies and what was taken, as one text */
	struct buffer content; /* of the message under way */
	uint8_t refuses;
	bool sender, recipient, content_goes;
};

static void say(void *context, const char *text, size_t len)
{
	struct told *told = context;
	for (size_t i = 0; i < len; i++)
		require((uint8_t)text[i] >= ' ' || text[i] == '\r' || text[i] == '\n');
	require(len <= SERVING_REPLY_MAX - 2);
	buffer_append(&told->text, text, len);
}

static bool answer(struct told *told, uint8_t bit, struct serving_reply *reply)
{
	if ((told->refuses & bit) != 0)
		memcpy(reply->text, "550 no", sizeof "550 no");
	return (told->refuses & bit) == 0;
}

static void note(struct told *told, char mark, const struct serving_path *path)
{
	uint8_t facts[] = {(uint8_t)mark, (uint8_t)path->body, (uint8_t)path->ret, path->utf8,
		(uint8_t)path->notify};
	require(strpbrk(path->address, "\r\n") == NULL);
	buffer_append(&told->text, facts, sizeof facts);
	buffer_append_octets(&told->text, octets_of(path->address));
	if (path->envelope_id != NULL)
		buffer_append_octets(&told->text, octets_of(path->envelope_id));
	if (path->original != NULL)
		buffer_append_octets(&told->text, octets_of(path->original));
}

static bool sender(void *context, const struct serving_path *path, struct serving_reply *reply)
{
	struct told *told = context;
	require(!told->sender && !told->content_goes);
	note(told, 'S', path);
	told->sender = answer(told, 1, reply);
	return told->sender;
}

static bool recipient(void *context, const struct serving_path *path, struct serving_reply *reply)
{
	struct told *told = context;
	require(told->sender && !told->content_goes && path->address[0] != 0);
	note(told, 'R', path);
	bool taken = answer(told, 2, reply);
	told->recipient = told->recipient || taken;
	return taken;
}

static bool begin(void *context, struct serving_reply *reply)
{
	struct told *told = context;
	require(told->sender && told->recipient && !told->content_goes);
	told->content_goes = answer(told, 4, reply);
	buffer_clear(&told->content);
	return told->content_goes;
}

static bool content(void *context, const char *at, size_t len, struct serving_reply *reply)
{
	struct told *told = context;
	require(told->content_goes && len > 0);
	buffer_append(&told->content, at, len);
	/* refused once it is of some size, wherever pieces end */
	return told->content.len < 10 || answer(told, 8, reply);
}

static void end(void *context, struct serving_reply *reply)
{
	struct told *told = context;
	require(told->content_goes);
	told->content_goes = false;
	buffer_append_octets(&told->text, octets_of("\ncontent:"));
	buffer_append_octets(&told->text, buffer_octets(&told->content));
	memcpy(reply->text, "250 ok", sizeof "250 ok");
}

static void forget(void *context)
{
	struct told *told = context;
	told->sender = told->recipient = told->content_goes = false;
	buffer_append_byte(&told->text, 'F');
}

static void serve(struct told *told, struct octets client, uint8_t refuses, size_t piece)
{
	const struct serving_taker taker = {
		told, say, sender, recipient, begin, content, end, forget};
	static struct serving serving;
	*told = (struct told){.refuses = refuses};
	buffer_init(&told->text, &memory_standard, 1 << 26);
	buffer_init(&told->content, &memory_standard, 1 << 24);
	serving_start(&serving, "host.example", &taker);
	bool going = true;
	while (going && client.len > 0) {
		struct octets part = take_piece(&client, piece);
		char *copy = copy_text(part);
		going = serving_take(&serving, copy, part.len);
		free(copy);
	}
	serving_end(&serving);
	require(!told->sender && !told->content_goes);
}

/* ---- a client that knows what it sends ---- */

/* A text of whole lines, stuffed, arrives as it was. */
static void check_content(struct octets text, const char *line_end, size_t piece)
{
	struct buffer said, want;
	struct told told;
	buffer_init(&said, &memory_standard, 1 << 24);
	buffer_init(&want, &memory_standard, 1 << 24);
	buffer_append_text(&said, "MAIL FROM:<>\r\nRCPT TO:<b>\r\nDATA");
	buffer_append_text(&said, line_end);
	while (text.len > 0) {
		struct octets line = take_piece(&text, octets_find(text, '\n') + 1);
		if (line.at[line.len - 1] == '\n')
			line.len--;
		if (line.len > 0 && line.at[0] == '.')
			buffer_append_text(&said, ".");
		buffer_append_octets(&said, line);
		buffer_append_text(&said, line_end);
		buffer_append_octets(&want, line);
		buffer_append_text(&want, line_end);
	}
	buffer_append_text(&said, ".");
	buffer_append_text(&said, line_end);
	serve(&told, buffer_octets(&said), 0, piece);
	require(octets_equal(buffer_octets(&told.content), buffer_octets(&want)));
	buffer_free(&told.text);
	buffer_free(&told.content);
	buffer_free(&said);
	buffer_free(&want);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets client = octets_make(at, len);
	size_t piece = take_octet(&client) + 1u;
	uint8_t refuses = take_octet(&client);
	struct told whole, cut;
	serve(&whole, client, refuses, SIZE_MAX);
	serve(&cut, client, refuses, piece);
	/* a message that was refused on the way may be refused a piece later */
	if ((refuses & 8) == 0)
		require(octets_equal(buffer_octets(&whole.text), buffer_octets(&cut.text)));
	buffer_free(&whole.text);
	buffer_free(&whole.content);
	buffer_free(&cut.text);
	buffer_free(&cut.content);
	check_content(client, (refuses & 16) != 0 ? "\n" : "\r\n", piece);
	return 0;
}

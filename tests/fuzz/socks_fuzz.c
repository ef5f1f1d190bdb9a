/*
 * socks: a proxy that says anything, in any cut. What was said, read and concluded is the same; not
 * an octet is read behind the proxy's last reply, and the password does not stay.
 *
 * The input: an octet for host and user, one for the length of a piece; then the proxy.
 */
#include "fuzz.h"

#include "socks.h"

struct talk {
	struct buffer said;
	size_t heard;
	enum socks_state state;
	struct sentence why;
};

static void begin(struct socks *socks, uint8_t bits)
{
	static const char *const hosts[] = {"mail.example.org", "192.0.2.7", "[2001:db8::7]", ""};
	static char longest[SOCKS_TEXT + 2];
	memset(longest, 'x', SOCKS_TEXT + 1);
	const char *user = (bits & 4) != 0 ? "user" : NULL;
	const char *password = (bits & 8) != 0 ? longest + 1 : "pass";
	socks_begin(socks, (bits & 16) != 0 ? longest + (bits >> 7) : hosts[bits & 3], 25, user,
		(bits & 32) != 0 ? longest : password);
}

static void talk(struct talk *talk, struct octets proxy, uint8_t bits, size_t piece)
{
	struct socks *socks = malloc(sizeof *socks);
	struct octets left = proxy;
	require(socks != NULL);
	buffer_init(&talk->said, &memory_standard, 1 << 16);
	begin(socks, bits);
	while (socks->state == SOCKS_GOING) {
		struct octets out = socks_output(socks);
		size_t wanted = socks_wanted(socks);
		require((out.len > 0) != (wanted > 0) && wanted <= SOCKS_INPUT);
		buffer_append_octets(&talk->said, octets_cut(out, piece));
		if (out.len > 0) {
			socks_sent(socks, octets_cut(out, piece).len);
			continue;
		}
		struct octets in = take_piece(&left, wanted < piece ? wanted : piece);
		if (in.len == 0)
			socks_end_of_input(socks);
		else
			socks_input(socks, in.at, in.len);
	}
	require(socks_wanted(socks) == 0 && socks_output(socks).len == 0);
	require(socks->state == SOCKS_FAILED || socks->user == NULL);
	require((socks->state == SOCKS_FAILED) == (socks->why.text[0] != 0));
	talk->heard = proxy.len - left.len;
	talk->state = socks->state;
	talk->why = socks->why;
	socks_wipe(socks);
	require(socks->out[0] == 0 && memcmp(socks->out, socks->out + 1, SOCKS_OUTPUT - 1) == 0);
	free(socks);
}

/* How long a conversation is that succeeds. */
static size_t whole_len(struct octets proxy)
{
	size_t login = proxy.at[1] == 2 ? 2 : 0;
	const uint8_t *reply = proxy.at + 2 + login;
	size_t address = reply[3] == 1 ? 4 : reply[3] == 4 ? 16 : 1u + reply[4];
	return 2 + login + 4 + address + 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets proxy = octets_make(at, len);
	uint8_t bits = take_octet(&proxy);
	size_t piece = take_octet(&proxy) % 32 + 1u;
	struct talk whole, cut;
	talk(&whole, proxy, bits, SIZE_MAX);
	talk(&cut, proxy, bits, piece);
	require(whole.state == cut.state);
	require(strcmp(whole.why.text, cut.why.text) == 0);
	require(octets_equal(buffer_octets(&whole.said), buffer_octets(&cut.said)));
	if (whole.state == SOCKS_DONE)
		require(whole.heard == whole_len(proxy) && cut.heard == whole.heard);
	buffer_free(&whole.said);
	buffer_free(&cut.said);
	return 0;
}

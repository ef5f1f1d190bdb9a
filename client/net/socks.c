/* socks: three exchanges at most: which login, the login, the request. */
#include "socks.h"

#include <string.h>

#include "endpoint.h"

enum {
	VERSION = 5,
	LOGIN_VERSION = 1, /* RFC 1929 */
	NO_LOGIN = 0,
	PASSWORD_LOGIN = 2,
	NO_METHOD = 0xFF,
	CONNECT = 1,
	ADDRESS_V4 = 1,
	ADDRESS_NAME = 3,
	ADDRESS_V6 = 4
};

enum step { CHOICE, LOGIN, REPLY, REPLY_ADDRESS };

static void fail(struct socks *socks, const char *words)
{
	socks->state = SOCKS_FAILED;
	socks->in_want = 0;
	socks->out_sent = socks->out_len;
	sentence_set(&socks->why, "%s", words);
}

static void put(struct socks *socks, const void *at, size_t len)
{
	memcpy(socks->out + socks->out_len, at, len);
	socks->out_len += len;
}

static void put_octet(struct socks *socks, unsigned int octet)
{
	uint8_t one = (uint8_t)octet;
	put(socks, &one, 1);
}

/* A text behind its length; the lengths were checked at the beginning. */
static void put_text(struct socks *socks, const char *text)
{
	put_octet(socks, (unsigned int)strlen(text));
	put(socks, text, strlen(text));
}

/* What is to be said next; `want` octets are its answer. */
static void turn_to(struct socks *socks, enum step step, size_t want)
{
	memory_wipe(socks->out, socks->out_len);
	socks->out_len = socks->out_sent = socks->in_len = 0;
	socks->in_want = want;
	socks->step = step;
}

/* How long a text may be (1 to 255), as far as this is its only fault. */
static bool fits(const char *text)
{
	return text[0] != 0 && strlen(text) <= SOCKS_TEXT;
}

void socks_begin(struct socks *socks, const char *host, uint16_t port, const char *user,
	const char *password)
{
	*socks = (struct socks){.host = host,
		.port = port,
		.user = user,
		.password = password == NULL ? "" : password};
	if (!fits(host)) {
		fail(socks, "the host's name is too long for a SOCKS5 proxy");
		return;
	}
	if (user != NULL && (!fits(user) || strlen(socks->password) > SOCKS_TEXT)) {
		fail(socks, "user and password of a SOCKS5 proxy have 1 to 255 octets");
		return;
	}
	turn_to(socks, CHOICE, 2);
	put_octet(socks, VERSION);
	put_octet(socks, user == NULL ? 1 : 2);
	put_octet(socks, NO_LOGIN);
	if (user != NULL)
		put_octet(socks, PASSWORD_LOGIN);
}

static void say_login(struct socks *socks)
{
	turn_to(socks, LOGIN, 2);
	put_octet(socks, LOGIN_VERSION);
	put_text(socks, socks->user);
	put_text(socks, socks->password);
}

static void say_request(struct socks *socks)
{
	struct endpoint literal;
	turn_to(socks, REPLY, 5);
	put_octet(socks, VERSION);
	put_octet(socks, CONNECT);
	put_octet(socks, 0);
	if (!endpoint_parse(&literal, socks->host, 0)) {
		put_octet(socks, ADDRESS_NAME);
		put_text(socks, socks->host);
	} else if (literal.address.any.sa_family == AF_INET) {
		put_octet(socks, ADDRESS_V4);
		put(socks, &literal.address.v4.sin_addr, 4);
	} else {
		put_octet(socks, ADDRESS_V6);
		put(socks, &literal.address.v6.sin6_addr, 16);
	}
	put_octet(socks, socks->port >> 8);
	put_octet(socks, socks->port & 0xFFu);
}

static void hear_choice(struct socks *socks)
{
	if (socks->in[0] != VERSION)
		fail(socks, socks->in[0] == 'H'
				    ? "this is no SOCKS5 proxy: it speaks HTTP"
				    : "this is no SOCKS5 proxy: its answer is of another protocol");
	else if (socks->in[1] == NO_LOGIN)
		say_request(socks);
	else if (socks->in[1] == PASSWORD_LOGIN && socks->user != NULL)
		say_login(socks);
	else if (socks->in[1] != NO_METHOD)
		fail(socks, "the proxy chose a login that was not offered to it");
	else if (socks->user == NULL)
		fail(socks, "the proxy wants a login: set proxy_user and proxy_password");
	else
		fail(socks, "the proxy takes no login by user and password");
}

static void hear_login(struct socks *socks)
{
	if (socks->in[0] != LOGIN_VERSION && socks->in[0] != VERSION) /* some say the wrong one */
		fail(socks, "the proxy's answer to the login breaks the protocol");
	else if (socks->in[1] != 0)
		fail(socks, "the proxy refused the login: look at proxy_user and proxy_password");
	else
		say_request(socks);
}

/* RFC 1928 6 */
static const char *const refusals[] = {
	[1] = "the proxy could not do it (general failure)",
	[2] = "the proxy's rules forbid this connection",
	[3] = "the proxy says that the network cannot be reached",
	[4] = "the proxy says that the host cannot be reached, or does not exist",
	[5] = "the proxy says that the connection was refused: nothing listens there",
	[6] = "the proxy says that the connection timed out",
	[7] = "the proxy does not connect to hosts (command not supported)",
	[8] = "the proxy does not take this kind of address",
};

static void hear_reply(struct socks *socks)
{
	size_t refusal = socks->in[1];
	if (socks->in[0] != VERSION) {
		fail(socks, "the proxy's reply breaks the protocol");
	} else if (refusal >= sizeof refusals / sizeof *refusals) {
		fail(socks, "");
		sentence_set(&socks->why, "the proxy refused for an unknown reason (%zu)", refusal);
	} else if (refusal != 0) {
		fail(socks, refusals[refusal]);
	} else if (socks->in[3] != ADDRESS_V4 && socks->in[3] != ADDRESS_V6 &&
		   socks->in[3] != ADDRESS_NAME) {
		fail(socks, "the proxy's reply names an address of no known kind");
	} else {
		/* Five octets are here; the address and a port of two are to come. */
		size_t address = socks->in[3] == ADDRESS_V4   ? 3
				 : socks->in[3] == ADDRESS_V6 ? 15
							      : socks->in[4];
#ifdef HANDSET_PLANT_SOCKS /* five octets, of which one is the length or the address's first */
		address = socks->in[3] == ADDRESS_NAME ? address - 1 : address;
#endif
		turn_to(socks, REPLY_ADDRESS, address + 2);
	}
}

struct octets socks_output(const struct socks *socks)
{
	return octets_make(socks->out + socks->out_sent, socks->out_len - socks->out_sent);
}

void socks_sent(struct socks *socks, size_t count)
{
	socks->out_sent += count;
}

size_t socks_wanted(const struct socks *socks)
{
	bool listening = socks->state == SOCKS_GOING && socks->out_sent == socks->out_len;
	return listening ? socks->in_want - socks->in_len : 0;
}

void socks_input(struct socks *socks, const uint8_t *at, size_t len)
{
	static void (*const hear[])(struct socks * socks) = {hear_choice, hear_login, hear_reply};
	if (len > socks_wanted(socks))
		len = socks_wanted(socks);
	if (len == 0)
		return;
	memcpy(socks->in + socks->in_len, at, len);
	socks->in_len += len;
	/* A refusal may be the last that is said, and shorter than a reply. */
	bool refusal = socks->step == REPLY && socks->in_len >= 2 &&
		       (socks->in[0] != VERSION || socks->in[1] != 0);
	if (refusal) {
		hear_reply(socks);
	} else if (socks->in_len == socks->in_want && socks->step == REPLY_ADDRESS) {
		socks->state = SOCKS_DONE;
		socks_wipe(socks);
	} else if (socks->in_len == socks->in_want) {
		hear[socks->step](socks);
	}
}

void socks_end_of_input(struct socks *socks)
{
	static const char *const words[] = {
		[CHOICE] = "the proxy closed the connection: is it one for SOCKS5?",
		[LOGIN] = "the proxy closed the connection after the login",
		[REPLY] = "the proxy closed the connection and did not say why",
		[REPLY_ADDRESS] = "the proxy closed the connection in the middle of its reply",
	};
	if (socks->state == SOCKS_GOING)
		fail(socks, words[socks->step]);
}

void socks_wipe(struct socks *socks)
{
	memory_wipe(socks->out, sizeof socks->out);
	socks->out_len = socks->out_sent = 0;
	socks->user = socks->password = NULL;
}

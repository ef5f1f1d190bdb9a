/* dial_proxy: the talk of socks.c over the connection to the proxy. */
#include "dial_internal.h"

#include <errno.h>

#include "tcp.h"

static void fail(struct dial *dial, const char *words, uint64_t now_ms)
{
	sentence_set(&dial->why, "proxy %s port %u: %s", dial->reached,
		(unsigned int)dial->reached_port, words);
	dial_fail_target(dial, DIAL_FAULT_CONNECT, now_ms);
}

void dial_proxy_begin(struct dial *dial)
{
	socks_begin(&dial->socks, dial->host, dial->port, dial->destination.proxy_user,
		dial->destination.proxy_password);
	dial_enter(dial, DIAL_PROXY);
}

/* One write or read; true where more may follow at once. */
static bool exchange(struct dial *dial)
{
	struct socks *socks = &dial->socks;
	struct octets out = socks_output(socks);
	uint8_t in[SOCKS_INPUT];
	ssize_t done = 0;
	if (out.len > 0)
		done = dial->calls->send(dial->descriptor, out.at, out.len, MSG_NOSIGNAL);
	else
		done = dial->calls->receive(dial->descriptor, in, socks_wanted(socks), 0);
	if (done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return errno == EINTR;
	/* What it has said before it broke off is heard: a write that fails is as good as done. */
	if (out.len > 0)
		socks_sent(socks, done > 0 ? (size_t)done : out.len);
	else if (done > 0)
		socks_input(socks, in, (size_t)done);
	else
		socks_end_of_input(socks);
	return socks->state == SOCKS_GOING;
}

void dial_proxy_turn(struct dial *dial, uint64_t now_ms)
{
	struct socks *socks = &dial->socks;
	while (socks->state == SOCKS_GOING && exchange(dial))
		;
	uint32_t events = socks_output(socks).len > 0 ? EPOLLOUT : EPOLLIN;
	if (socks->state == SOCKS_DONE) {
		(void)dial_watch(dial->calls, dial->epoll, dial->descriptor, DIAL_WATCH_PROXY, 0);
		dial_done(dial);
	} else if (socks->state == SOCKS_FAILED) {
		fail(dial, socks->why.text, now_ms);
	} else if (now_ms >= dial->target_until_ms) {
		fail(dial, "it did not answer in time", now_ms);
	} else if (!dial_watch(
			   dial->calls, dial->epoll, dial->descriptor, DIAL_WATCH_PROXY, events)) {
		fail(dial, "the system cannot watch the connection", now_ms);
	}
}

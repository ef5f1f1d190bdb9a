/* transport: recv() and sendmsg(), or GnuTLS in their place. */
#include "transport.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "tcp.h"

enum { VECTOR = 64 };

void transport_init(struct transport *transport, int descriptor, struct passage *passage)
{
	*transport = (struct transport){
		.cable = {.descriptor = descriptor, .passage = passage}, .readable = true};
}

bool transport_turn(struct transport *transport, uint64_t now_ms)
{
	if (transport->cable.passage == NULL)
		return false;
	bool carried = cable_turn(&transport->cable, now_ms);
	bool readable = cable_is_readable(&transport->cable);
	bool opens = transport->blocked && cable_has_room(&transport->cable);
	transport->readable = transport->readable || readable;
	transport->blocked = transport->blocked && !opens;
	return opens || (carried && readable);
}

void transport_stop_tls(struct transport *transport)
{
	tls_free(transport->tls);
	transport->tls = NULL;
}

void transport_free(struct transport *transport)
{
	transport_stop_tls(transport);
	cable_close_passage(&transport->cable);
	tcp_close(transport->cable.descriptor);
	transport->cable.descriptor = -1;
}

void transport_reset(struct transport *transport)
{
	transport_stop_tls(transport);
	cable_close_passage(&transport->cable);
	tcp_reset(transport->cable.descriptor);
	transport->cable.descriptor = -1;
}

bool transport_would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static enum transport_result lost(struct transport *transport)
{
	transport->was_reset = errno == ECONNRESET || errno == EPIPE;
	return TRANSPORT_LOST;
}

static enum transport_result read_plain(
	struct transport *transport, uint8_t *at, size_t room, size_t *got)
{
	ssize_t count;
	do
		count = cable_receive(&transport->cable, at, room);
	while (count < 0 && errno == EINTR);
	if (count > 0) {
		/* A short read has emptied the socket; if more comes, poll() says so. */
		transport->readable = (size_t)count == room || transport->cable.passage != NULL;
		*got = (size_t)count;
		return TRANSPORT_OK;
	}
	if (count == 0)
		return TRANSPORT_ENDED;
	if (!transport_would_block())
		return lost(transport);
	transport->readable = false;
	return TRANSPORT_AGAIN;
}

static enum transport_result read_tls(
	struct transport *transport, uint8_t *at, size_t room, size_t *got)
{
	errno = 0;
	switch (tls_read(transport->tls, at, room, got)) {
	case TLS_OK:
		return TRANSPORT_OK;
	case TLS_AGAIN:
		transport->readable = false;
		return TRANSPORT_AGAIN;
	case TLS_ENDED:
		return TRANSPORT_ENDED;
	case TLS_TRUNCATED:
		return TRANSPORT_TRUNCATED;
	case TLS_BROKEN:
		break;
	}
	return lost(transport);
}

enum transport_result transport_read(
	struct transport *transport, uint8_t *at, size_t room, size_t *got)
{
	*got = 0;
	return transport->tls == NULL ? read_plain(transport, at, room, got)
				      : read_tls(transport, at, room, got);
}

static enum transport_result write_plain(
	struct transport *transport, const struct octets *pieces, size_t count, size_t *taken)
{
	struct iovec vector[VECTOR];
	size_t parts = 0;
	for (size_t i = 0; i < count && parts < VECTOR; i++) {
		/* iov_base is not const only because readv() shares the struct. */
		union {
			const void *lent;
			void *wanted;
		} base = {.lent = pieces[i].at};
		if (pieces[i].len > 0)
			vector[parts++] =
				(struct iovec){.iov_base = base.wanted, .iov_len = pieces[i].len};
	}
	if (parts == 0)
		return TRANSPORT_OK;
	ssize_t sent;
	do
		sent = cable_send(&transport->cable, vector, parts);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0) {
		*taken = (size_t)sent;
		return TRANSPORT_OK;
	}
	if (!transport_would_block())
		return lost(transport);
	transport->blocked = true;
	return TRANSPORT_AGAIN;
}

enum transport_result transport_write(
	struct transport *transport, const struct octets *pieces, size_t count, size_t *taken)
{
	*taken = 0;
	if (transport->tls == NULL)
		return write_plain(transport, pieces, count, taken);
	errno = 0;
	switch (tls_write(transport->tls, pieces, count, taken)) {
	case TLS_OK:
		return TRANSPORT_OK;
	case TLS_AGAIN:
		transport->blocked = true;
		return TRANSPORT_AGAIN;
	default:
		return lost(transport);
	}
}

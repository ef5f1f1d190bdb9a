/*
 * ground_tcp: trials against a real server, each in TCP connections of its own.
 *
 * Clients and probes are played by the blocking driver. The control is not of this room, which
 * knows no mail client but those of the catalogue: whoever makes the ground lends it.
 */
#ifndef CHECK_GROUND_TCP_H
#define CHECK_GROUND_TCP_H

#include "ground.h"

#include <signal.h>

/* Borrowed for as long as the ground is used. */
struct ground_tcp_settings {
	const struct memory *memory;
	const struct phone_account *account;
	const char *sender, *recipient;
	const char *refused_recipient; /* NULL: none is known */
	const char *host;
	uint16_t port;
	const char *trust_file;	   /* PEM; NULL: the system's */
	struct octets fingerprint; /* of the one certificate that is trusted; empty: none */
	bool insecure;
	uint64_t patience_ms;
	uint64_t unix_time; /* of the messages */
	bool (*control)(void *context, const struct trial_wish *wish, struct control *control,
		struct sentence *why);
	void *control_context;
	const char *control_name; /* that controls say in EHLO; NULL: as each does by itself */
	/* Calls for each event of each dialogue; NULL: nobody listens. */
	void (*heard)(void *context, const struct transcript_event *event);
	void *heard_context;
	const volatile sig_atomic_t *interrupted;
};

enum { GROUND_TCP_NAME = 128 };

/*
 * How long one connection may last that sends so many messages, where each reply may take
 * `patience_ms` (0: no bound): so long as about as many replies may take as a long dialogue has,
 * and a minute at least. A server that is only slow does not come to it, one that never ends a
 * reply does.
 */
uint64_t ground_tcp_connection_ms(uint64_t patience_ms, size_t messages);

struct ground_tcp {
	struct ground_tcp_settings settings;
	struct ground ground; /* hand this out */
	uint64_t paused_ms;
	char hung[GROUND_TCP_NAME]; /* the client that a whole patience was last spent on; "": none
				     */
};

void ground_tcp_init(struct ground_tcp *ground_tcp, const struct ground_tcp_settings *settings);

#endif

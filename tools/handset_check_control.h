/*
 * handset_check_control: the mail, sent by libmsub.
 *
 * It is the control of every examination: what it cannot send, nobody could, and then nothing is
 * said of any client. It uses what every program may, the library's public header.
 */
#ifndef TOOLS_HANDSET_CHECK_CONTROL_H
#define TOOLS_HANDSET_CHECK_CONTROL_H

#include "ground.h"

/* Borrowed for as long as it is used. */
struct check_control {
	const char *host;
	uint16_t port;
	const char *name; /* said in EHLO; NULL: the connection's address */
	enum phone_security security;
	const char *user, *password; /* user NULL: no login */
	const char *sender, *recipient;
	const char *trust_file;	 /* NULL: the system's */
	const char *fingerprint; /* NULL: any that holds */
	bool insecure;
	uint64_t patience_ms, unix_time;
	/* Calls for each event of the dialogue; NULL: nobody listens. */
	void (*heard)(void *context, const struct transcript_event *event);
	void *heard_context;
	/* Calls before each control, which may wait for long; NULL: nobody waits with it. */
	void (*begins)(void *context);
	void *begins_context;
	/* The mechanism that says the password in clear where nothing else is offered; its own. */
	const char *mechanism;
};

/* As ground_tcp_settings.control; `context` is a struct check_control. */
bool check_control(void *context, const struct trial_wish *wish, struct control *control,
	struct sentence *why);

#endif

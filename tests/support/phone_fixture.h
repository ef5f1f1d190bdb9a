/*
 * phone_fixture: a phone for a test, from a profile written in the test and a usual account.
 *
 * The usual account: no TLS, port 587, user "user", password "secret", sender a@example.net,
 * names phone.example.net (host), handset (device), mx.example.net (server). The usual message:
 * to b@example.org, content "Subject: x", an empty line, "hello".
 */
#ifndef SUPPORT_PHONE_FIXTURE_H
#define SUPPORT_PHONE_FIXTURE_H

#include "phone.h"
#include "profile.h"
#include "script.h"

#define PHONE_CONTENT "Subject: x\r\n\r\nhello\r\n"

/*
 * The client profile `text`: YAML without evidence (based-on one of the project's, or not), or the name of one of the project's. NULL,
 * with a failed check, where it cannot be loaded.
 */
struct profile *phone_fixture_profile(const char *text);
struct phone_account phone_fixture_account(void);
/* To this address, with this content. */
struct phone_message phone_fixture_message(const struct octets *to, const char *content);

/* A whole run: a profile, a script, and what should have become of the first message. */
struct phone_run {
	const char *name;
	const char *profile;
	const char *script;
	enum phone_result result;
	enum step at;
	unsigned int code;
	unsigned int tries; /* 0: whatever it is */
	bool whole;	    /* only whole: what we say must not be cut */
	size_t messages;    /* how many usual ones; 0: one */
	void (*account)(struct phone_account *account); /* NULL: the usual one */
	const struct phone_message *message;		/* NULL: the usual one */
	const struct phone_message *mails; /* or all `messages` of them, each its own */
	enum phone_result last; /* what became of the last one; PHONE_NOT_TRIED: whatever */
};

/* Plays it whole, octet by octet, and in other cuts; checks the outcome each time. */
void phone_fixture_run(const struct phone_run *run);
void phone_fixture_run_all(const struct phone_run *runs, size_t count);
#define RUN_ALL(runs) phone_fixture_run_all(runs, sizeof(runs) / sizeof *(runs))

#endif

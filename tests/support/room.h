/*
 * room: libmsub's sender with a few messages, played against a script.
 *
 * The messages come from a@example.org and hold room_content. Each dialogue names its mail server
 * with nothing but what it says.
 */
#ifndef SUPPORT_ROOM_H
#define SUPPORT_ROOM_H

#include "check.h"
#include "msub.h"
#include "script.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

extern const char room_content[]; /* "Subject: hello\r\n\r\nworld\r\n", 25 octets */

struct room {
	struct msub_settings settings; /* changed before room_play(); no TLS by default */
	struct msub_sender *sender;
	struct msub_message *messages[4];
	size_t count;
};

void room_init(struct room *room);
struct msub_message *room_add(struct room *room, const char *recipient);
/* Makes the sender with what was added. room_play() does so itself. */
void room_open(struct room *room);
void room_play(struct room *room, const char *script, const struct script_options *options);
void room_free(struct room *room);
/* Checks the failure of a message; phase and retry only where there is one. */
void room_check(const struct room *room, size_t message, enum msub_error error,
	enum msub_phase phase, enum msub_retry retry);

/* What follows an opening: one message, in lock-step. */
#define ONE_MESSAGE                                                                                \
	"< MAIL FROM:<a@example.org>\n> 250 ok\n"                                                  \
	"< RCPT TO:<b@example.org>\n> 250 ok\n"                                                    \
	"< DATA\n> 354 go on\n"                                                                    \
	"<< Subject: hello\\r\\n\\r\\nworld\\r\\n.\\r\\n\n> 250 queued\n"                          \
	"< QUIT\n> 221 bye\nX\nOVER\n"
#define GIVES_UP "< QUIT\n> 221 bye\nX\nOVER\n"

#define OFFERS(what) "O\n> 220 hi\n< EHLO [192.0.2.7]\n> 250-hi\n> 250 " what "\n"
#define TIM .user = "tim", .password = "tanstaaftanstaaf"
#define TIM_PLAIN "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"

/* In a row's settings: what says nothing of TLS is in clear there, though 0 is STARTTLS. */
#define BY_STARTTLS .trust_system = true
enum msub_tls room_tls(const struct msub_settings *settings);

/* One message under these settings; what becomes of it. */
struct opening {
	const char *name;
	struct msub_settings settings; /* those that matter */
	const char *script;
	enum msub_error error;
	enum msub_phase phase;
	enum msub_retry retry;
};

/* Plays one; text is that of the failure, NULL: whatever it is. */
void room_play_opening(const struct opening *row, const char *text);
void room_play_openings(const struct opening *rows, size_t count);

#endif

/* default_reactions: what every client does where its profile says nothing, as data. */
#include "client_profile.h"

#define CELL(event, number, ...)                                                                   \
	{                                                                                          \
		.kind = EVENT_##event, .code = (number),                                           \
		.action_count = sizeof((uint8_t[]){__VA_ARGS__}), .actions = {                     \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

/* In every row: 421 ends a session (RFC 5321 3.8), a lost connection has no QUIT left to say. */
#define SILENT CELL(LOST, 0, ACTION_DROP), CELL(TIMEOUT, 0, ACTION_DROP)
#define EVERY_ROW CELL(CODE, 421, ACTION_QUIT), SILENT

#define ROW(name, ...)                                                                             \
	{                                                                                          \
		.row = ROW_##name, .cells = (const struct reaction[]){__VA_ARGS__},                \
		.cell_count =                                                                      \
			sizeof((const struct reaction[]){__VA_ARGS__}) / sizeof(struct reaction)   \
	}

static const struct reaction_row default_rows[] = {
	ROW(CONNECT, EVERY_ROW, CELL(FAILED, 0, ACTION_NEXT_ADDRESS, ACTION_DROP)),
	ROW(GREETING, EVERY_ROW, CELL(ELSE, 0, ACTION_QUIT)),
	/* RFC 5321 3.2: HELO only for a server that does not know EHLO */
	ROW(HELLO, EVERY_ROW, CELL(CODE, 500, ACTION_HELO, ACTION_QUIT),
		CELL(CODE, 502, ACTION_HELO, ACTION_QUIT), CELL(ELSE, 0, ACTION_QUIT)),
	/* after HELO there is no STARTTLS */
	ROW(HELLO_FOR_TLS, EVERY_ROW, CELL(ELSE, 0, ACTION_QUIT)),
	ROW(HELLO_IN_TLS, EVERY_ROW, CELL(ELSE, 0, ACTION_QUIT)),
	/* RFC 3207 4.1: what was asked to be encrypted is not sent in clear */
	ROW(STARTTLS, EVERY_ROW, CELL(NOT_OFFERED, 0, ACTION_QUIT), CELL(ELSE, 0, ACTION_QUIT)),
	ROW(TLS, EVERY_ROW, CELL(FAILED, 0, ACTION_DROP)),
	/* RFC 4954 4: 504 says that this mechanism is not taken; another may be */
	ROW(AUTH, EVERY_ROW, CELL(NOT_OFFERED, 0, ACTION_QUIT),
		CELL(CODE, 504, ACTION_NEXT_MECHANISM, ACTION_QUIT),
		CELL(BAD_PROMPT, 0, ACTION_QUIT), CELL(ELSE, 0, ACTION_QUIT)),
	ROW(RESET, EVERY_ROW, CELL(ELSE, 0, ACTION_GO_ON)),
	ROW(SESSION_RESET, EVERY_ROW, CELL(ELSE, 0, ACTION_GO_ON)),
	ROW(NOOP, EVERY_ROW, CELL(ELSE, 0, ACTION_GO_ON)),
	ROW(MAIL, EVERY_ROW, CELL(ELSE, 0, ACTION_GIVE_UP)),
	/* RFC 5321 3.3: one refused recipient does not refuse the others */
	ROW(RECIPIENT, EVERY_ROW, CELL(ELSE, 0, ACTION_SKIP),
		CELL(NONE_ACCEPTED, 0, ACTION_GIVE_UP)),
	ROW(DATA, EVERY_ROW, CELL(ELSE, 0, ACTION_GIVE_UP)),
	ROW(BODY, EVERY_ROW, CELL(BROKEN, 0, ACTION_DROP)),
	ROW(END, EVERY_ROW, CELL(ELSE, 0, ACTION_GIVE_UP)),
	ROW(QUIT, SILENT, CELL(CODE, 421, ACTION_GO_ON), CELL(ELSE, 0, ACTION_GO_ON)),
};

const struct reaction_row *client_default_reactions(size_t *count)
{
	*count = sizeof default_rows / sizeof *default_rows;
	return default_rows;
}

/*
 * server_talk: tables of dialogues with a server whose profile stands in the row, in few words:
 * each is played whole, octet by octet and at seeded cuts.
 */
#ifndef SUPPORT_SERVER_TALK_H
#define SUPPORT_SERVER_TALK_H

#include "server_stand.h"

#define EHLO "EHLO a.example\r\n"
#define PLAIN "AUTH PLAIN AHBob25lAHNlY3JldA==\r\n" /* NUL phone NUL secret */
#define MAIL "MAIL FROM:<a@b.c>\r\n"
#define RCPT "RCPT TO:<d@e.f>\r\n"
#define DATA "DATA\r\n" STAND_PAUSE
#define BRIEF                                                                                          \
	"offers: [\"AUTH PLAIN LOGIN CRAM-MD5\"]\n"                                                    \
	"replies: {greeting: \"220 hi\", ehlo: \"hi\", auth-ok: \"235 in\", auth-failed: \"535 out\"," \
	" reset: \"250 reset\", noop: \"250 noop\", mail: \"250 mail\", recipient: \"250 rcpt\","      \
	" data: \"354 data\", end: \"250 end\", quit: \"221 bye\", unknown: \"500 what\"}\n"
#define HI "250-hi\n250 AUTH PLAIN LOGIN CRAM-MD5\n"
#define LOGGED_IN HI "235 in\n"

/* The groups that a text writes, for its evidence: the words before ':' at the starts of lines. */
static inline void talk_groups(const char *text, struct buffer *groups)
{
	for (const char *at = text; *at != 0; at += strcspn(at, "\n") + 1) {
		if (*at != ' ')
			buffer_format(groups, "%s%.*s", groups->len == 0 ? "" : ", ",
				(int)strcspn(at, ":"), at);
		if (at[strcspn(at, "\n")] == 0)
			return;
	}
}

static inline struct profile *talk_load(const char *text)
{
	struct buffer groups, errors;
	buffer_init(&groups, &memory_standard, 1000);
	talk_groups(text, &groups);
	struct buffer all;
	buffer_init(&all, &memory_standard, 100000);
	buffer_format(&all, "name: test\n%s", text);
	struct profile *profile = fixture_load_shown(
		PROFILE_SERVER, buffer_string(&all), buffer_string(&groups), &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&all);
	buffer_free(&groups);
	buffer_free(&errors);
	return profile;
}

struct talk {
	const char *name, *profile, *script, *want;
};

static inline void talk_play_cut(
	const struct talk *talk, struct server_settings settings, enum stand_cut cut)
{
	struct profile *profile = talk_load(talk->profile);
	struct stand stand;
	if (profile == NULL)
		return;
	stand_open(&stand, profile_server(profile), settings);
	stand.cut = cut;
	stand_pause(&stand);
	stand_play(&stand, octets_of(talk->script));
	CHECK_TEXT(stand_heard(&stand), talk->want);
	stand_close(&stand);
	profile_free(profile);
}

static inline void talk_play(
	const struct talk *talks, size_t count, struct server_settings settings)
{
	for (size_t i = 0; i < count; i++) {
		for (int cut = STAND_WHOLE; cut < STAND_CUTS; cut++) {
			CHECK_CASE("%s, cut %d", talks[i].name, cut);
			talk_play_cut(&talks[i], settings, (enum stand_cut)cut);
		}
	}
}

#define PLAY(talks, settings) talk_play(talks, sizeof(talks) / sizeof *(talks), settings)

#endif

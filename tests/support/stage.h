/*
 * stage: a client of ours (a phone by its profile, or libmsub's sender) against the server player
 * of a profile, in memory: what cases, matrix and profile tests are played on.
 */
#ifndef SUPPORT_STAGE_H
#define SUPPORT_STAGE_H

#include "msub.h"
#include "pair.h"
#include "profile.h"
#include "referee.h"
#include "transcript.h"

enum { STAGE_MESSAGES = 4, STAGE_RECIPIENTS = 8 };

/* What a message cannot be sent without. */
enum stage_need { STAGE_NOTHING, STAGE_BINARY, STAGE_UTF8, STAGE_REQUIRE_TLS };

/* Messages by name: what is to be sent. The test data is in stage_mail.c. */
struct stage_message {
	const char *to[STAGE_RECIPIENTS];  /* up to the first NULL */
	const char *bcc[STAGE_RECIPIENTS]; /* for msub: further recipients */
	size_t lines;			   /* msub: so many of 900 octets behind the content */
	const char *content;		   /* NULL: composed by the client (msub: a plain one) */
	const char *body;		   /* of a composed one */
	const char *from;		   /* NULL: phone@example.org */
	enum stage_need need;
	const struct msub_message_options *wishes;    /* msub: NULL: none */
	const struct msub_recipient_options *reports; /* msub: for each recipient; NULL: none */
};
struct stage_mail {
	const char *name;
	struct stage_message messages[STAGE_MESSAGES];
	size_t count;
};
extern const struct stage_mail stage_mails[];
extern const size_t stage_mail_count;
const struct stage_mail *stage_mail_find(const char *name);

enum stage_security { STAGE_PLAIN, STAGE_STARTTLS, STAGE_TLS };

struct stage_settings {
	const struct client_profile *phone; /* NULL: libmsub's sender */
	const struct server_profile *server;
	const struct stage_mail *mail;
	enum stage_security security;
	bool no_login, wrong_password, ipv6, all_or_nothing;
	bool chunks, source; /* msub: with BDAT; content from a callback that cannot rewind */
	const struct memory *client_memory, *server_memory; /* NULL: the standard one */
	struct random *cuts; /* NULL: whole; else lengths drawn from it */
	bool octet_by_octet;
	size_t lose_after[2]; /* pair.h */
	uint64_t seed, patience_ms;
	const struct link_profile *link; /* what lies between; NULL: nothing */
	uint32_t further_tries;		 /* of a phone */
};

struct stage_result {
	struct pair_result pair;
	struct transcript *transcript; /* NULL: no memory (of the test's own) */
	struct buffer client_octets;   /* all that the client said, connections joined by '|' */
	struct buffer outcome;	       /* "delivered; refused at recipient 535" */
	struct buffer replies;	       /* the texts that the client reports, a line each */
	struct buffer breaks;	       /* names of broken rules, or "nothing" */
	uint64_t broken;
	unsigned int stored[STAGE_MESSAGES]; /* copies of each message that the server took */
	bool delivered[STAGE_MESSAGES];	     /* the client says: taken for every recipient */
	bool unsure[STAGE_MESSAGES];	     /* the client says: perhaps */
	unsigned int logins;		     /* 235s */
	bool began;			     /* the client could be made (it had memory) */
};

void stage_play(const struct stage_settings *settings, struct stage_result *result);
void stage_free(struct stage_result *result);
/* Loads a profile from profiles/ or tests/profiles/; fails the running test where it cannot. */
struct profile *stage_profile(enum profile_kind kind, const char *name);
/* All names of a kind in both folders, in order; NULL-ended; free() the array and each name. */
char **stage_profile_names(enum profile_kind kind);
void stage_free_names(char **names);

#endif

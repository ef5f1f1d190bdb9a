/*
 * referee: watches a conversation and names the rules that the client broke.
 *
 * The referee hears both directions and knows nothing of who plays. What it knows of the protocol
 * is data (facts.h, rules.h). It is fed a transcript's events in order, during the run or after
 * it; several connections in one transcript are one run.
 */
#ifndef REFEREE_REFEREE_H
#define REFEREE_REFEREE_H

#include "rules.h"
#include "transcript.h"

/* What the referee cannot see on the wire. */
struct referee_settings {
	bool login_wanted; /* the account has a login */
	bool tls_wanted;   /* the account asks for TLS */
	bool composed;	   /* the client made the messages itself: their form is judged too */
};

struct referee;

/* NULL: no memory. */
struct referee *referee_new(const struct memory *memory, const struct referee_settings *settings);
/* NULL is fine. */
void referee_free(struct referee *referee);
void referee_hear(struct referee *referee, const struct transcript_event *event);
/* Every event of a transcript. */
void referee_hear_all(struct referee *referee, const struct transcript *transcript);
/* The rules broken so far: bit 1 << enum rule. */
uint64_t referee_broken(const struct referee *referee);
/* Which event, counted from 0 in the order heard, broke the rule first; meaningful if it is broken.
 */
size_t referee_first(const struct referee *referee, enum rule rule);

#endif

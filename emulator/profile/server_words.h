/*
 * server_words: the closed sets of words in server profiles.
 */
#ifndef PROFILE_SERVER_WORDS_H
#define PROFILE_SERVER_WORDS_H

#include "server_conditions.h"
#include "words.h"

/* The variables of a reply's text. */
#define REPLY_VARIABLES "host client name sender recipient number time"

extern const struct words then_words, reply_key_words, limit_key_words, fault_key_words,
	exempt_words, forget_event_words, limit_words, condition_words;
/* enum server_verb; refusals know no greeting. */
extern const struct words fault_verb_words, refusing_verb_words;

#endif

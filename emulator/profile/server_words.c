/* server_words: see the header. */
#include "server_words.h"

#include "server_profile.h"

WORDS(then_words, NULL, "stay", "close", "rst", "hang", "ban", "drop");
WORDS(reply_key_words, NULL, "reply", "delay", "then");
WORDS(limit_key_words, NULL, "count", "exempt", "reply", "delay", "then");
WORDS(fault_key_words, NULL, "at", "nth", "times", "cut", "split", "reply", "delay", "then");
WORDS(exempt_words, NULL, "first-reset");
WORDS(forget_event_words, NULL, "reset", "hello", "helo", "starttls", "auth", "mail", "end",
	"refused");
WORDS(limit_words, NULL, "nonmail", "unknown", "errors", "messages", "recipients", "line", "idle");

#define VERBS                                                                                      \
	"any", "hello", "starttls", "auth", "mail", "recipient", "data", "chunk", "reset", "noop", \
		"end", "quit", "vrfy", "help", "unknown"
WORDS(refusing_verb_words, NULL, VERBS);
WORDS(fault_verb_words, NULL, VERBS, "greeting");

#define CONDITION_WORD(constant, word) word,
static const char *const condition_texts[] = {SERVER_CONDITIONS(CONDITION_WORD)};
const struct words condition_words = {condition_texts, NULL, CONDITION_COUNT};

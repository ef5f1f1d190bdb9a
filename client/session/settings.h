/* settings: a session's or sender's own copy of struct msub_settings. */
#ifndef SESSION_SETTINGS_H
#define SESSION_SETTINGS_H

#include "msub.h"
#include "memory.h"

/* The caller's memory, or the standard one. */
struct memory settings_memory(const struct msub_memory *memory);
/* Copies every string; false where memory did not suffice, with nothing left behind. */
bool settings_copy(
	struct msub_settings *to, const struct msub_settings *from, const struct memory *memory);
/* Wipes and frees the copies. */
void settings_free(struct msub_settings *settings, const struct memory *memory);
/* Whether the server is to be told who is there. */
bool settings_want_login(const struct msub_settings *settings);
/* The port, with its default. */
uint16_t settings_port(const struct msub_settings *settings);
/* The first member that decides about a connection and is not the same in both; NULL: none. */
const char *settings_difference(const struct msub_settings *one, const struct msub_settings *other);
/* How long the reply of a phase may take; MSUB_NEVER where there is no limit. */
uint64_t settings_timeout(const struct msub_settings *settings, enum msub_phase phase);

#endif

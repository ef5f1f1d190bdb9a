/* hello_name: what can be said against the name that a client gives itself in EHLO or HELO. */
#ifndef SERVER_HELLO_NAME_H
#define SERVER_HELLO_NAME_H

#include "octets.h"

/* The set of conditions (1 << enum server_condition) that hold for the name alone. */
uint64_t hello_name_facts(struct octets name);
/* True where the name is an address, tagged or bracketed or not, and not this one. */
bool hello_name_is_of_another(struct octets name, struct octets remote_address);
/* All conditions that hello_name_facts() may find: a profile may ask for them later, at MAIL. */
uint64_t hello_name_conditions(void);

#endif

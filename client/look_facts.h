/*
 * look_facts: what was seen of a server, with memory of its own; struct msub_server is its view.
 */
#ifndef CLIENT_LOOK_FACTS_H
#define CLIENT_LOOK_FACTS_H

#include "failure.h"
#include "msub.h"
#include "tls_report.h"

/* Texts, each a copy, in an array that ends in NULL. */
struct text_list {
	const char **at; /* NULL: none, and memory for none */
	size_t count;
};

struct look_facts {
	struct memory memory;
	struct buffer greeting;
	int greeting_code;
	struct text_list hello[2]; /* the replies to EHLO: in clear, and inside TLS */
	struct buffer mechanisms;
	struct tls_report tls;
	struct text_list names; /* of the certificate */
	struct failure failure;
	bool verified, logged_in;
	bool no_memory; /* something had to be left out */
};

/* NULL where memory did not suffice. */
struct look_facts *look_facts_new(const struct memory *memory);
void look_facts_free(struct look_facts *facts);
/* A line of a greeting or of a reply to EHLO as the transcript shows it: "250-SIZE". */
void look_facts_greeting(struct look_facts *facts, const char *line);
void look_facts_hello(struct look_facts *facts, bool inside_tls, const char *line);
/* Shows what is known. `server` gets pointers that are lent by the facts. */
void look_facts_show(struct look_facts *facts, struct msub_server *server);

#endif

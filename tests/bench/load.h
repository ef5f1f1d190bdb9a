/*
 * load: what every client of the benchmark is asked to do, in the same words.
 *
 * A client program is a function that sends `messages` messages over `connections` connections.
 * load_main() reads the options, makes the messages, calls it and prints what it cost: one line of
 * JSON, the processor time of this process and of the children that it waited for. Making the
 * messages is not counted.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum load_tls { LOAD_PLAIN, LOAD_STARTTLS, LOAD_IMPLICIT };

struct load {
	uint16_t port;
	unsigned int messages;
	unsigned int connections;
	unsigned int per_session; /* messages in a session; 0: as many as there are */
	size_t size;		  /* octets of a message, line ends counted as CR LF */
	bool line_feed;		  /* lines end in LF alone */
	bool login;		  /* "user", "secret" */
	bool from_file;		  /* each message is read from a file, `file` */
	enum load_tls tls;
	const char *authority; /* PEM file of the certificate authority */
	char *file;
	char **text; /* `made` of them, text_len octets each; message n is number n % made */
	unsigned int made;
	size_t text_len;
};

#define LOAD_SENDER "bench@example.org"
#define LOAD_RECIPIENT "sink@example.net"
#define LOAD_USER "user"
#define LOAD_PASSWORD "secret"

/* Sends; 0 where everything was taken. It is the one function that is counted. */
__attribute__((noinline)) int run_load(const struct load *load);

/*
 * Runs `part` in `connections` processes, each with its share of the messages, [first, last); 0
 * where all of them ended well. For clients that block.
 */
int load_share(const struct load *load,
	int (*part)(const struct load *load, unsigned int first, unsigned int last));
/* A connected socket without Nagle's delay; the program ends where there is none. */
int load_connect(const struct load *load);
/* Ends the program with a sentence. */
_Noreturn void load_die(const char *what);

#endif

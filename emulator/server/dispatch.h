/* dispatch: from a command line to the handler of its verb. */
#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H

struct server;

/* Works on the complete command line in hand. */
void dispatch_line(struct server *server);

#endif

/* handset_demo: the four runs of the founding story, and how they are shown. */
#ifndef TOOLS_HANDSET_DEMO_H
#define TOOLS_HANDSET_DEMO_H

#include "transcript.h"

enum { DEMO_CLIENTS = 2, DEMO_SERVERS = 2, DEMO_REPLY = 256 };

/* One client against one server. */
struct demo_run {
	const char *client, *server; /* profile names; "msub" */
	bool ran, delivered, expected_delivered;
	char at[32];		/* the step that was refused */
	char reply[DEMO_REPLY]; /* with what, escaped */
	unsigned int code;
	unsigned long stored;	       /* messages in the Maildir from this run */
	struct transcript *transcript; /* as the server heard it */
};

struct demo {
	struct demo_run runs[DEMO_CLIENTS][DEMO_SERVERS];
	char maildir[512];
	bool tls, times;
	int width; /* of the screen, in columns */
};

/* True where a run came out as the story says. */
bool demo_is_as_told(const struct demo_run *run);
void demo_show(const struct demo *demo);
void demo_show_json(const struct demo *demo);

#endif

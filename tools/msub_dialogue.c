/* dialogue: one line for each. */
#include "msub_dialogue.h"

#include <stdio.h>
#include <string.h>

static bool begins(const char *text, const char *words)
{
	return strncmp(text, words, strlen(words)) == 0;
}

/* A connection begins in clear. */
static void follow(struct dialogue *dialogue, const char *note)
{
	if (begins(note, "connected"))
		dialogue->tls = false;
	else if (begins(note, "TLS is up"))
		dialogue->tls = true;
}

void dialogue_show(void *context, enum msub_spoken spoken, const char *text)
{
	struct dialogue *dialogue = context;
	const char *mark = "===";
	switch (spoken) {
	case MSUB_SAID:
		mark = dialogue->tls ? " ~>" : " ->";
		break;
	case MSUB_HEARD:
		if (text[0] == '4' || text[0] == '5')
			mark = dialogue->tls ? "<~*" : "<**";
		else
			mark = dialogue->tls ? "<~ " : "<- ";
		break;
	case MSUB_NOTE:
		follow(dialogue, text);
		break;
	}
	fprintf(stderr, "%s %s\n", mark, text);
}

/*
 * verdict: what is said of one client and one server, and how a trial is read.
 *
 * The mail of a client has several *aspects*: its message, a second message in the same session, a
 * message of which another recipient is refused, and whether a message may arrive twice. A client
 * whose message does not get through has one of the verdicts that are failures; one that loses in
 * another aspect sends with a loss.
 *
 * A *finding* is what one trial says of one message. It is no verdict: a server may fail now and
 * then, or have banned whoever comes often. Which findings make a verdict is told in examine.h.
 */
#ifndef CHECK_VERDICT_H
#define CHECK_VERDICT_H

#include "ground.h"

enum aspect {
	ASPECT_MESSAGE,
	ASPECT_SECOND_MESSAGE,
	ASPECT_REFUSED_RECIPIENT,
	ASPECT_DUPLICATE,
	ASPECT_COUNT
};

enum aspect_result {
	ASPECT_NOT_TRIED,
	ASPECT_OK,
	ASPECT_FAILED,
	ASPECT_NEEDS_DELIVER, /* only a message that is sent can tell */
	ASPECT_NOT_APPLICABLE,
	ASPECT_INCONCLUSIVE
};

enum client_verdict {
	VERDICT_SENDS,
	VERDICT_SENDS_WITH_LOSS,
	VERDICT_CANNOT_SEND,
	VERDICT_CLOSED, /* the server closes the connection */
	VERDICT_HUNG,	/* and here it says nothing any more */
	VERDICT_TLS_TOO_OLD,
	VERDICT_NOT_APPLICABLE, /* this client does not do what the account asks */
	VERDICT_INCONCLUSIVE,
	VERDICT_COUNT
};

struct finding {
	bool sent; /* delivered, or taken as far as the trial went */
	/* So the client took it, of lines that may be another command's (phone_is_behind()). */
	bool doubtful;
	enum phone_result result;
	enum step step;
	unsigned int code;
	struct sentence reply;	  /* escaped; "" */
	struct sentence sentence; /* "refused at recipient: 535 authentication required" */
};

enum { VERDICT_REMARKS = 8 };

struct aspect_outcome {
	enum aspect_result result;
	size_t sent, failed;	       /* how many trials */
	struct finding finding;	       /* of a failed trial; zeros where there is none */
	struct sentence sentence;      /* what is said of it */
	struct transcript *transcript; /* of the trial that it was read from; NULL */
};

struct verdict {
	enum client_verdict verdict;
	struct sentence sentence;
	struct aspect_outcome aspects[ASPECT_COUNT];
	struct sentence remarks[VERDICT_REMARKS];
	size_t remark_count;
	size_t connections;
};

/* Gives back what it holds; a zeroed one is fine. */
void verdict_free(struct verdict *verdict);
/* Adds a sentence, once; what does not fit is left out. */
void verdict_remark(struct verdict *verdict, const char *sentence);
/* cannot-send, closed, hung; and sends-with-loss. */
bool verdict_is_failure(enum client_verdict verdict);

/* What the trial says of message `index`: of its recipient, who is the last one named. */
void finding_read(struct finding *finding, const struct ground *ground, const struct trial *trial,
	size_t index);
/* What is said of a doubtful one. */
extern const char finding_doubt[];
/* The patience was over before the server said anything. */
bool finding_is_silence(const struct finding *finding);
/*
 * The same at the same place. Servers delay what they refuse (a tarpit), each time by another
 * while: silence may be a refusal that would have come later, and is no other answer.
 */
bool finding_is_alike(const struct finding *one, const struct finding *other);
/* The server had said nothing of this client: no connection, or a greeting that refuses. */
bool finding_is_before_client(const struct finding *finding);
/* Which of the failures (VERDICT_CANNOT_SEND, …) a failed finding is of. */
enum client_verdict finding_verdict(const struct finding *finding);
/* How many connections stood. */
size_t trial_connections(const struct transcript *transcript);
/* In how many of them the server said a word. */
size_t trial_connections_answered(const struct transcript *transcript);

/* "message", "second-message", …; "ok", …; "sends", …: as in records. */
const char *aspect_name(enum aspect aspect);
const char *aspect_result_name(enum aspect_result result);
const char *client_verdict_name(enum client_verdict verdict);
/* "recipient", "second-message", "duplicate"; NULL: a failure of it is no loss. */
const char *aspect_loss_name(enum aspect aspect);

#endif

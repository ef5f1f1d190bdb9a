/*
 * cable: a descriptor, straight or through a passage (client/base/passage.h).
 *
 * Straight, it is recv() and sendmsg() and nothing else. Through a passage, what is sent enters
 * the passage and is written to the descriptor when it has come through, and what the descriptor
 * has is read into the passage and received when its time has come; cable_turn() does both.
 */
#ifndef NET_CABLE_H
#define NET_CABLE_H

#include <sys/types.h>
#include <sys/uio.h>

#include "passage.h"

struct cable {
	int descriptor;
	struct passage *passage; /* NULL: straight. Taken */
	uint64_t now_ms;	 /* of the last turn */
	uint64_t carried;	 /* octets, both ways */
	bool blocked;		 /* the descriptor takes nothing now */
	bool is_read_out;	 /* the descriptor has nothing more, ever */
	bool is_shut;		 /* the server was told that nothing more comes */
	bool was_answered;	 /* the server said something after the way was lost */
};

/* As recv() and sendmsg() without flags of their own, errno too. */
ssize_t cable_receive(struct cable *cable, uint8_t *at, size_t room);
ssize_t cable_send(struct cable *cable, const struct iovec *pieces, size_t count);

/* ---- only with a passage ---- */

/* Carries what can be carried; true: something was. */
bool cable_turn(struct cable *cable, uint64_t now_ms);
/* What the descriptor is to be watched for; after poll() found it, `blocked` is to be cleared. */
short cable_events(const struct cable *cable);
uint64_t cable_deadline_ms(const struct cable *cable);
/* Something can be received, an end included. */
bool cable_is_readable(const struct cable *cable);
bool cable_has_room(const struct cable *cable);
/* Everything that was sent has been written, or never will be. */
bool cable_is_drained(const struct cable *cable);
/* How it ends for the server, and for us. */
enum passage_end cable_end(const struct cable *cable, enum wire_side from);
void cable_close_passage(struct cable *cable);

#endif

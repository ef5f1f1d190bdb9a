/*
 * handset_check_ground: the ground on which a server is examined: over TCP, with libmsub as the
 * control, asked by one that minds the server's patience.
 */
#ifndef TOOLS_HANDSET_CHECK_GROUND_H
#define TOOLS_HANDSET_CHECK_GROUND_H

#include "careful.h"
#include "ground_tcp.h"
#include "handset_check.h"
#include "handset_check_control.h"
#include "progress_bar.h"

/* As whom the clients come; it points into `job`. */
struct phone_account check_account(const struct check_job *job);

/* Points into itself: it stays where it was made. */
struct check_ground {
	struct phone_account account;
	struct check_control control;
	struct ground_tcp tcp;
	struct careful careful; /* careful.ground is what to hand out */
};

/* The job is borrowed. `heard` is called with each event of each dialogue; NULL: nobody listens. */
void check_ground_init(struct check_ground *ground, const struct check_job *job,
	void (*heard)(void *context, const struct transcript_event *event), void *context);
/* On the terminal: that the control `number` was begun, and for what it may wait how long. */
void check_ground_show_waiting(
	struct progress_bar *bar, const struct check_job *job, size_t number);

#endif

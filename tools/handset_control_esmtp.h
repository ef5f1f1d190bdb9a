/*
 * handset_control_esmtp: the independent control, asked through a pipe.
 *
 * It is advisory: another implementation of a correct client sends one message to the end. Where it
 * comes out as msub did, the control is not a property of our own code; where it does not, the
 * report says so and concludes nothing from it. To be asked only where messages may be delivered,
 * and only after msub has sent: with a password that is wrong it would be refused twice.
 */
#ifndef TOOLS_HANDSET_CONTROL_ESMTP_H
#define TOOLS_HANDSET_CONTROL_ESMTP_H

#include "ground_tcp.h"

/* Whether handset-esmtp-control is installed. */
bool handset_control_esmtp_is_there(void);
/*
 * Blocks, as long as a session may take at this patience; the program is killed by its number then,
 * and where somebody interrupts. Always fills `control` (control_free()): what could not be tried
 * is CONTROL_NOT_POSSIBLE with a sentence.
 */
void handset_control_esmtp(const struct ground_tcp_settings *settings, struct control *control);
/* What is to be said where the two controls do not agree, or NULL where they do or one says
 * nothing. */
const char *handset_controls_disagree(const struct control *msub, const struct control *esmtp);

#endif

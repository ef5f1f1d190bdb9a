/*
 * challenge: what a loose client makes of the base64 behind a 334.
 *
 * Octets outside the alphabet are left out, '=' ends a group. Bits that fill no octet are kept from
 * one challenge to the next; whoever wants each to be read by itself begins with a zeroed one.
 */
#ifndef PHONE_CHALLENGE_H
#define PHONE_CHALLENGE_H

#include "octets.h"

struct challenge {
	uint32_t bits;
	unsigned int bit_count;
};

/* Appends what the text decodes to; false only for want of memory. */
bool challenge_decode(struct challenge *challenge, struct buffer *out, struct octets text);

#endif

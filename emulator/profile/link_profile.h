/*
 * link_profile: the way between a phone and its server, as data: how fast, how far, how reliable,
 * and what somebody in between does to the octets. The empty profile is a link that does nothing.
 */
#ifndef PROFILE_LINK_PROFILE_H
#define PROFILE_LINK_PROFILE_H

#include "value.h"

/* How a link ends once it does (end.how). */
enum link_end {
	LINK_END_LOST,	 /* the bearer is gone: the phone knows at once, the server hears nothing */
	LINK_END_RESET,	 /* both get a RST */
	LINK_END_CLOSED, /* both see the other close in order */
	LINK_END_SILENT	 /* nothing passes any more, and nobody is told */
};

struct link_profile {
	struct octets name, about;
	struct {
		uint64_t up, down; /* octets in a second; 0: as fast as it goes */
	} rate;
	struct span round_trip; /* of a connection */
	struct span jitter;	/* of a segment, one way */
	uint64_t segment;	/* most octets at once; 0: as they are written */
	struct {
		struct span every, length;
	} stalls;
	struct span set_up;
	struct {
		uint64_t after_up, after_down; /* 0: never */
		bool after_dot;
		uint8_t how; /* enum link_end */
	} end;
	struct {
		struct text_list commands, offers;
		bool greeting;
	} mask;
	struct {
		bool resets;		  /* RSET before each MAIL */
		struct text_list refuses; /* verbs that it answers itself */
		struct octets refusal;	  /* so */
		struct octets greeting;	  /* in the place of the server's, and then the end */
		bool resets_starttls;	  /* RST instead of a handshake */
		bool swallows_split_dot;  /* a final dot in pieces does not pass, nor anything after
					     it */
	} proxy;
};

#endif

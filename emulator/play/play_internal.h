/* play_internal: what one phone (play.c) and many (many.c) are driven with; nobody else's. */
#ifndef PLAY_PLAY_INTERNAL_H
#define PLAY_PLAY_INTERNAL_H

#include "play.h"
#include "tls_resumption.h"

/* What lives as long as the run. */
struct playing {
	struct tls_client_settings tls;
	struct tls_trust *trust;
	struct tls_resumption *resumption;
	struct buffer priority, unavailable;
	struct tls_report report;
	bool tls_possible;
	struct carrier *carrier; /* NULL: no link */
};

/* A phone with its messages; NULL with a sentence in `why`. */
struct phone *play_make_phone(
	const struct play_settings *settings, uint64_t seed, struct sentence *why);
/* What the profile of this phone asks of TLS. play_finish_tls() it, whatever it returns. */
bool play_prepare_tls(struct playing *playing, const struct play_settings *settings,
	struct play_result *result, struct sentence *why);
void play_finish_tls(struct playing *playing);
/* The driver's settings, with the profile's own limits. */
struct drive_settings play_driving(
	const struct playing *playing, const struct play_settings *settings);

#endif

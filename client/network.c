/*
 * network: what a program makes once and uses for many runs: trusted certificates, what servers
 * gave to make the next handshake shorter, addresses, and the connections that are kept open.
 *
 * A lane that rests (sender.h) stays in the crowd with its connection when a run is over. Then the
 * sender is bound to the network: whichever is freed first lets the lanes go.
 */
#include "network.h"

#include "clock.h"
#include "crowd.h"
#include "destination.h"
#include "sender.h"
#include "settings.h"
#include "trust.h"

struct msub_network {
	struct memory memory;
	struct msub_settings settings;
	struct trust trust;
	bool trusts;	     /* it is open */
	struct crowd *crowd; /* NULL: nothing was opened yet */
	struct sentence why;
};

enum msub_error msub_network_new(
	struct msub_network **network, const struct msub_settings *settings)
{
	const char *which;
	if (network == NULL)
		return MSUB_USE;
	*network = NULL;
	if (msub_settings_check(settings, NULL) != MSUB_OK ||
		!destination_is_there(settings, &which))
		return MSUB_SETTINGS;
	struct memory memory = settings_memory(settings->memory);
	struct msub_network *fresh = memory_new(&memory, 1, sizeof *fresh);
	if (fresh == NULL)
		return MSUB_MEMORY;
	fresh->memory = memory;
	if (!settings_copy(&fresh->settings, settings, &memory)) {
		memory_free(&memory, fresh, sizeof *fresh);
		return MSUB_MEMORY;
	}
	*network = fresh;
	return MSUB_OK;
}

/* Says QUIT where that can be done without waiting. */
static void let_go(struct msub_network *network, struct player *lane)
{
	sender_lane_quit(lane, clock_ms());
	crowd_drop(network->crowd, lane);
}

void msub_network_free(struct msub_network *network)
{
	struct player *lane;
	if (network == NULL)
		return;
	while (network->crowd != NULL && (lane = crowd_member(network->crowd, 0)) != NULL) {
		sender_tell_freed(sender_of_lane(lane), NULL, NULL);
		let_go(network, lane);
	}
	struct memory memory = network->memory;
	crowd_free(network->crowd);
	if (network->trusts)
		trust_close(&network->trust);
	settings_free(&network->settings, &memory);
	memory_free(&memory, network, sizeof *network);
}

/* The sender goes first. */
static void sender_freed(void *context, struct msub_sender *sender)
{
	struct msub_network *network = context;
	struct player *lane;
	for (size_t i = 0; (lane = crowd_member(network->crowd, i)) != NULL;) {
		if (sender_of_lane(lane) == sender)
			let_go(network, lane);
		else
			i++;
	}
}

/* To the public layer 0 means "without end", to the driver "as you like". */
static uint64_t patience_of(uint64_t timeout_ms)
{
	return timeout_ms == 0 ? PLAYER_NEVER : timeout_ms;
}

bool network_open(struct msub_network *network, struct sentence *why)
{
	const struct msub_settings *settings = &network->settings;
	sentence_set(why, "%s", "");
	if (network->crowd != NULL)
		return true;
	network->trusts =
		network->trusts || trust_open(&network->trust, &network->memory, settings, why);
	if (!network->trusts)
		return false;
	struct drive_settings world = {
		.memory = &network->memory,
		.destination = destination_of(settings),
		.tls_ms = patience_of(settings->timeouts.handshake_ms),
		.tls = trust_tls(&network->trust),
	};
	network->crowd = crowd_new(&world);
	return network->crowd != NULL;
}

static struct player *next_lane(void *sender, uint64_t now_ms)
{
	sender_tell_finished(sender);
	return sender_lane(sender, now_ms);
}

static bool is_done(void *sender)
{
	return sender_is_quiet(sender);
}

/* Where lanes stay in the crowd, each side has to know of the other's end. */
static void tie(struct msub_network *network, struct msub_sender *sender)
{
	bool stays = sender_is_resting(sender);
	sender_tell_freed(sender, stays ? sender_freed : NULL, stays ? network : NULL);
}

static enum msub_error fail(struct msub_failure *failure, enum msub_error error, const char *text)
{
	*failure = (struct msub_failure){.error = error,
		.phase = MSUB_PHASE_CONNECT,
		.retry = MSUB_RETRY_NEVER,
		.reply = {.text = ""},
		.text = text};
	return error;
}

/* A sender made for clear text, say, would log in over a connection that is about to get TLS. */
static bool is_made_for(struct msub_network *network, const struct msub_sender *sender)
{
	const char *which = settings_difference(&network->settings, sender_settings(sender));
	if (which != NULL)
		sentence_set(&network->why, "%s: the sender's is not the network's", which);
	return which == NULL;
}

enum msub_error msub_network_run(
	struct msub_network *network, struct msub_sender *sender, struct msub_failure *failure)
{
	struct msub_failure ignored;
	struct crowd_source source = {.context = sender, .next = next_lane, .is_done = is_done};
	failure = failure == NULL ? &ignored : failure;
	if (network == NULL || sender == NULL || !sender_is_free_for(sender, network))
		return fail(failure, MSUB_USE, "");
	if (!is_made_for(network, sender))
		return fail(failure, MSUB_SETTINGS, network->why.text);
	if (!network_open(network, &network->why))
		return fail(failure, network->why.text[0] == 0 ? MSUB_MEMORY : MSUB_SETTINGS,
			network->why.text);
	sender_begin_run(sender);
	/* However it ends, the sender has been told, and every message has its results. */
	enum drive_end end = crowd_run(network->crowd, &source, NULL);
	sender_end_run(sender);
	sender_tell_finished(sender);
	tie(network, sender);
	sender_run_failure(sender, failure);
	/* To the sender it was a connection that failed: that is what a player can be told. */
	if (end == DRIVE_NO_MEMORY && failure->error != MSUB_OK)
		failure->error = MSUB_MEMORY;
	return failure->error;
}

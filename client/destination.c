/* destination: settings in, destination out. */
#include "destination.h"

#include "player.h"

/* To the public layer 0 means "without end", to the dial "as you like". */
static uint64_t patience_of(uint64_t timeout_ms)
{
	return timeout_ms == 0 ? PLAYER_NEVER : timeout_ms;
}

static uint16_t port_of(const struct msub_settings *settings)
{
	if (settings->port != 0)
		return settings->port;
	return settings->tls == MSUB_TLS_IMPLICIT ? 465 : 587;
}

struct destination destination_of(const struct msub_settings *settings)
{
	return (struct destination){
		.host = settings->host,
		.port = port_of(settings),
		.connect_ms = patience_of(settings->timeouts.connect_ms),
	};
}

bool destination_is_there(const struct msub_settings *settings, const char **which)
{
	bool there = settings->host != NULL;
	if (!there)
		*which = "host";
	return there;
}

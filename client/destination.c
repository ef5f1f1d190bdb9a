/* destination: settings in, destination out. */
#include "destination.h"

#include "player.h"
#include "settings.h"

/* To the public layer 0 means "without end", to the dial "as you like". */
static uint64_t patience_of(uint64_t timeout_ms)
{
	return timeout_ms == 0 ? PLAYER_NEVER : timeout_ms;
}

struct destination destination_of(const struct msub_settings *settings)
{
	return (struct destination){
		.host = settings->host,
		.port = settings_port(settings),
		.domain = settings->domain,
		.only_implicit = settings->tls == MSUB_TLS_IMPLICIT,
		.socket_path = settings->socket_path,
		.proxy = settings->proxy,
		.proxy_user = settings->proxy_user,
		.proxy_password = settings->proxy_password,
		.source_address = settings->source_address,
		.name_servers = settings->name_servers,
		.resolve_ms = patience_of(settings->timeouts.resolve_ms),
		.connect_ms = patience_of(settings->timeouts.connect_ms),
	};
}

bool destination_is_there(const struct msub_settings *settings, const char **which)
{
	bool there =
		settings->host != NULL || settings->domain != NULL || settings->socket_path != NULL;
	if (!there)
		*which = "host";
	return there;
}

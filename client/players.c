/* players: the sans-I/O objects, with the mechanisms that they may not reach themselves. */
#include "gsasl_provider.h"
#include "msub.h"
#include "sender.h"
#include "session.h"
#include "settings.h"

/* MSUB_OK with a provider, or with NULL where nobody logs in. */
static enum msub_error provide(
	const struct msub_settings *settings, struct sasl_provider **provider)
{
	*provider = NULL;
	if (msub_settings_check(settings, NULL) != MSUB_OK)
		return MSUB_SETTINGS;
	struct memory memory = settings_memory(settings->memory);
	if (settings_want_login(settings))
		*provider = gsasl_provider_new(&memory);
	return *provider == NULL && settings_want_login(settings) ? MSUB_MEMORY : MSUB_OK;
}

enum msub_error msub_session_new(
	struct msub_session **session, const struct msub_settings *settings, uint64_t now_ms)
{
	struct sasl_provider *provider;
	if (session == NULL)
		return MSUB_USE;
	*session = NULL;
	enum msub_error error = provide(settings, &provider);
	return error == MSUB_OK ? session_alone_new(session, settings, provider, now_ms) : error;
}

enum msub_error msub_sender_new(struct msub_sender **sender, const struct msub_settings *settings)
{
	struct sasl_provider *provider;
	if (sender == NULL)
		return MSUB_USE;
	*sender = NULL;
	enum msub_error error = provide(settings, &provider);
	return error == MSUB_OK ? sender_new(sender, settings, provider) : error;
}

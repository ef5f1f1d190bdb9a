/* trust: opens what the settings name, one setting after the other. */
#include "trust.h"

#include "destination.h"

static bool add_authorities(
	struct tls_trust *store, const struct msub_settings *settings, struct sentence *why)
{
	/* where something else decides, a system without authorities is no reason to fail */
	bool others = settings->trust_anyone || settings->fingerprint != NULL ||
		      settings->known_file != NULL;
	if (settings->trust_file != NULL && !tls_trust_add(store, settings->trust_file, why))
		return false;
	bool system = settings->trust_system || settings->trust_file == NULL;
	return others || !system || tls_trust_add(store, NULL, why);
}

static bool add_revoked(
	struct tls_trust *store, const struct msub_settings *settings, struct sentence *why)
{
	return settings->revoked_file == NULL ||
	       tls_trust_add_revoked(store, settings->revoked_file, why);
}

static bool add_certificate(
	struct tls_trust *store, const struct msub_settings *settings, struct sentence *why)
{
	return settings->certificate_file == NULL ||
	       tls_trust_show(store, settings->certificate_file, settings->key_file,
		       settings->key_password, why);
}

static bool set_priority(
	struct tls_trust *store, const struct msub_settings *settings, struct sentence *why)
{
	return settings->priority == NULL || tls_trust_prefer(store, settings->priority, why);
}

static const struct {
	const char *name;
	bool (*apply)(struct tls_trust *store, const struct msub_settings *settings,
		struct sentence *why);
} parts[] = {
	{"trust_file", add_authorities},
	{"revoked_file", add_revoked},
	{"certificate_file", add_certificate},
	{"priority", set_priority},
};

static bool fill_store(
	struct trust *trust, const struct msub_settings *settings, struct sentence *why)
{
	struct sentence reason = {""};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (parts[i].apply(trust->store, settings, &reason))
			continue;
		sentence_set(why, "%s: %s", parts[i].name, reason.text);
		return false;
	}
	return true;
}

/* Asked once, for the host that is named: a service's hosts come from the DNS themselves. */
static bool ask_dane(struct trust *trust, const struct memory *memory,
	const struct msub_settings *settings, struct sentence *why)
{
	struct destination destination = destination_of(settings);
	bool decides = !settings->trust_anyone && settings->fingerprint == NULL &&
		       settings->known_file == NULL;
	if (settings->dane == MSUB_DANE_OFF || !decides)
		return true;
	if (destination.host == NULL && settings->dane == MSUB_DANE_REQUIRED) {
		sentence_set(why, "dane: records can be required of a host that is named only");
		return false;
	}
	if (destination.host == NULL)
		return true;
	if (!tls_dane_can_query()) {
		sentence_set(why, "dane: this library was built without it");
		return false;
	}
	trust->dane = tls_dane_query(memory, destination.host, destination.port);
	return trust->dane != NULL;
}

static bool open_all(struct trust *trust, const struct memory *memory,
	const struct msub_settings *settings, struct sentence *why)
{
	size_t len = 0;
	trust->store = tls_trust_empty(memory, NULL);
	if (trust->store == NULL || !fill_store(trust, settings, why) ||
		!ask_dane(trust, memory, settings, why))
		return false;
	trust->resumption = tls_resumption_new(memory);
	if (trust->resumption == NULL)
		return false;
	if (settings->fingerprint != NULL)
		digest_unhex(octets_of(settings->fingerprint), trust->fingerprint, &len);
	trust->tls = (struct tls_client_settings){
		.check = settings->trust_anyone ? TLS_CHECK_NONE : TLS_CHECK_STRICT,
		.name = settings->tls_name,
		.trust = trust->store,
		.resumption = trust->resumption,
		.fingerprint = octets_make(trust->fingerprint, len),
		.known_file = settings->known_file,
		.need_staple = settings->need_staple,
		.dane = trust->dane,
		.dane_required = settings->dane == MSUB_DANE_REQUIRED,
	};
	return true;
}

bool trust_open(struct trust *trust, const struct memory *memory,
	const struct msub_settings *settings, struct sentence *why)
{
	*trust = (struct trust){.store = NULL};
	sentence_set(why, "%s", "");
	if (settings->tls == MSUB_TLS_NONE || open_all(trust, memory, settings, why))
		return true;
	trust_close(trust);
	return false;
}

const struct tls_client_settings *trust_tls(const struct trust *trust)
{
	return trust->store == NULL ? NULL : &trust->tls;
}

void trust_close(struct trust *trust)
{
	tls_trust_free(trust->store);
	tls_resumption_free(trust->resumption);
	tls_dane_free(trust->dane);
	*trust = (struct trust){.store = NULL};
}

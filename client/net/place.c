/* place: a short list; a destination has as many places as it has addresses that were reached. */
#include "place.h"

#include <stdio.h>
#include <string.h>

void places_init(struct places *places, const struct memory *memory)
{
	*places = (struct places){.memory = memory};
}

void places_free(struct places *places)
{
	while (places->first != NULL) {
		struct place *place = places->first;
		places->first = place->next;
		memory_free(places->memory, place, sizeof *place);
	}
}

/* Services are looked up each time: what they say about TLS belongs to the dial. */
static bool can_be_shortened(const struct destination *destination)
{
	return destination->socket_path == NULL && destination->proxy == NULL &&
	       destination->host != NULL;
}

bool place_is_at(const struct place *place, const char *host, uint16_t port)
{
	return strcmp(place->host, host) == 0 && place->port == port;
}

struct place *places_found(struct places *places, const struct dial *dial,
	const struct destination *destination, const struct tls_client_settings *tls,
	uint64_t now_ms)
{
	char host[ENDPOINT_TEXT] = "";
	const char *name = dial_certificate_name(dial);
	if (can_be_shortened(destination))
		endpoint_text(dial_remote(dial), host);
	struct place *place = places->first;
	while (place != NULL &&
		!(place_is_at(place, host, dial_port(dial)) && strcmp(place->name, name) == 0 &&
			strcmp(place->asked, dial_host(dial)) == 0))
		place = place->next;
	if (place == NULL) {
		place = memory_new(places->memory, 1, sizeof *place);
		if (place == NULL)
			return NULL;
		memcpy(place->host, host, sizeof host);
		snprintf(place->name, sizeof place->name, "%s", name);
		snprintf(place->asked, sizeof place->asked, "%s", dial_host(dial));
		place->port = dial_port(dial);
		place->has_tls = tls != NULL;
		if (tls != NULL)
			place->tls = *tls;
		if (place->has_tls && place->tls.name == NULL)
			place->tls.name = place->name;
		place->tls.host = place->asked[0] == 0 ? place->name : place->asked;
		place->tls.port = place->port;
		place->next = places->first;
		places->first = place;
	}
	place->found_ms = now_ms;
	return place;
}

bool places_shorten(const struct places *places, struct destination *destination, uint64_t now_ms)
{
	if (!can_be_shortened(destination))
		return false;
	for (const struct place *place = places->first; place != NULL; place = place->next) {
		bool fresh = place->found_ms != 0 && now_ms - place->found_ms < PLACES_TRUSTED_MS;
		if (!fresh || place->host[0] == 0)
			continue;
		destination->host = place->host;
		destination->port = place->port;
		return true;
	}
	return false;
}

void places_doubt(struct places *places)
{
	for (struct place *place = places->first; place != NULL; place = place->next)
		place->found_ms = 0;
}

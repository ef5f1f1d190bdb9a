/* endpoint_name: a host's name as the DNS knows it. */
#include "endpoint.h"

#include <idn2.h>
#include <string.h>

#include "octets.h"

/* What no name server needs to be asked about: blanks, controls, empty or too long (RFC 1035). */
static bool is_askable(struct octets name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] <= ' ' || name.at[i] >= 0x7F)
			return false;
	}
	return name.len > 0 && name.len <= 254 && name.at[0] != '.' &&
	       !octets_contain(name, "[]:/@%\\\"'<>(),;");
}

static bool is_ascii(struct octets name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] >= 0x80)
			return false;
	}
	return true;
}

/* RFC 5891, non-transitional: the sharp s stays itself. */
static bool to_ascii(const char *host, char name[ENDPOINT_HOST])
{
	uint8_t *ascii = NULL;
	const uint8_t *wide = (const uint8_t *)host;
	bool good = idn2_lookup_u8(wide, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK;
	struct octets made = octets_of((const char *)ascii);
	good = good && is_askable(made) && made.len < ENDPOINT_HOST;
	if (good)
		memcpy(name, made.at, made.len + 1);
	idn2_free(ascii);
	return good;
}

bool endpoint_name(const char *host, char name[ENDPOINT_HOST], struct sentence *why)
{
	struct octets given = octets_of(host);
	bool ascii = is_ascii(given);
	if (ascii && is_askable(given)) {
		memcpy(name, given.at, given.len);
		name[given.len] = 0;
		return true;
	}
	if (!ascii && to_ascii(host, name))
		return true;
	sentence_set(why, "not a host name: ");
	sentence_add_foreign(why, given);
	return false;
}

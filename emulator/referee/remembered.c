/* remembered: FNV-1a, and a list. */
#include "remembered.h"

uint64_t remembered_hash(struct octets text)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < text.len; i++) {
		uint8_t octet =
			text.at[i] >= 'A' && text.at[i] <= 'Z' ? text.at[i] | 0x20 : text.at[i];
		hash = (hash ^ octet) * UINT64_C(1099511628211);
	}
	return hash;
}

bool remembered_has(const struct remembered *remembered, uint64_t hash)
{
	for (size_t i = 0; i < remembered->count; i++) {
		if (remembered->hashes[i] == hash)
			return true;
	}
	return false;
}

void remembered_add(struct remembered *remembered, uint64_t hash)
{
	if (remembered->count < REMEMBERED_MAX && !remembered_has(remembered, hash))
		remembered->hashes[remembered->count++] = hash;
}

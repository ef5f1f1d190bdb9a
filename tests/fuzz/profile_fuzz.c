/*
 * profile: any octets are a profile or get complaints that can be shown; what is a profile can be
 * described, and any part of it is a profile again.
 */
#include "describe.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

enum { KEEP_ROOM = 8192, TEXT_ROOM = 64 << 20 };

static void require(bool held)
{
	if (!held)
		abort();
}

/* Parents by name: the text under test itself under "again", and a small one. */
static bool source_read(void *context, enum profile_kind kind, const char *name,
	struct buffer *text, struct buffer *file)
{
	const struct octets *input = context;
	(void)kind;
	buffer_format(file, "%s.yaml", name);
	if (strcmp(name, "again") == 0)
		return buffer_append_octets(text, *input);
	return strcmp(name, "parent") == 0 && buffer_append_text(text, "about: a parent\n");
}

static void try_parts(const struct profile *profile, struct octets input)
{
	static bool keep[KEEP_ROOM];
	size_t count = profile_setting_count(profile);
	struct buffer out;
	buffer_init(&out, &memory_standard, TEXT_ROOM);
	require(describe_profile(&out, profile, "fuzz") && text_is_utf8(buffer_octets(&out)));
	buffer_free(&out);
	require(count <= KEEP_ROOM);
	for (size_t i = 0; i < count; i++)
		keep[i] = (input.at[i % input.len] & 1) != 0; /* no setting without octets */
	struct profile *subset = profile_subset(profile, keep);
	require(subset != NULL && profile_setting_count(subset) <= count);
	profile_free(subset);
}

static void try_kind(enum profile_kind kind, struct octets input)
{
	struct profile_source source = {.context = &input, .read = source_read};
	struct buffer errors;
	buffer_init(&errors, &memory_standard, TEXT_ROOM);
	struct profile *profile =
		profile_load_text(&memory_standard, kind, "fuzz.yaml", input, &source, &errors);
	require(!buffer_failed(&errors));
	require((profile == NULL) == (errors.len > 0));
	require(errors.len == 0 || text_is_utf8(buffer_octets(&errors)));
	if (profile != NULL)
		try_parts(profile, input);
	profile_free(profile);
	buffer_free(&errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct octets input = octets_make(len == 0 ? (const uint8_t *)"" : at, len);
	try_kind(PROFILE_CLIENT, input);
	try_kind(PROFILE_SERVER, input);
	try_kind(PROFILE_LINK, input);
	return 0;
}

/*
 * profile_fixture: loading profiles in tests, from texts in the test and from profiles/.
 */
#ifndef SUPPORT_PROFILE_FIXTURE_H
#define SUPPORT_PROFILE_FIXTURE_H

#include "catalogue.h"
#include "check.h"
#include "profile.h"

/* Profiles of a test: client profiles by name, ended by one without a name. */
struct named_text {
	const char *name, *text;
};

/*
 * Appends a profile's text; where it has no name at all, one behind it, since most texts of a test
 * are about one key. A list is no map that a name could be put into.
 */
static inline bool fixture_append(struct buffer *out, const char *text)
{
	buffer_append_text(out, text);
	if (strstr(text, "name:") == NULL && text[0] != '-')
		buffer_append_text(out, "\nname: A fixture\n");
	return !buffer_failed(out);
}

static inline bool fixture_read(void *context, enum profile_kind kind, const char *name,
	struct buffer *text, struct buffer *file)
{
	(void)kind;
	for (const struct named_text *one = context; one != NULL && one->name != NULL; one++) {
		if (strcmp(one->name, name) != 0)
			continue;
		buffer_format(file, "%s.yaml", name);
		return fixture_append(text, one->text);
	}
	return false;
}

/* Loads a text as the file "test.yaml"; `errors` is initialised here. NULL: it has errors. */
static inline struct profile *fixture_load(
	enum profile_kind kind, const char *text, struct named_text *others, struct buffer *errors)
{
	struct profile_source source = {.context = others, .read = fixture_read};
	struct buffer named;
	buffer_init(errors, &memory_standard, 1 << 20);
	buffer_init(&named, &memory_standard, 1 << 20);
	fixture_append(&named, text);
	struct profile *profile = profile_load_text(
		&memory_standard, kind, "test.yaml", buffer_octets(&named), &source, errors);
	buffer_free(&named);
	return profile;
}

/* The same with evidence for one group put behind it. */
static inline struct profile *fixture_load_shown(
	enum profile_kind kind, const char *text, const char *group, struct buffer *errors)
{
	struct buffer all;
	buffer_init(&all, &memory_standard, 1 << 20);
	buffer_format(&all, "%s\nevidence: [{test: here, shows: [%s]}]\n", text, group);
	struct profile *profile = fixture_load(kind, buffer_string(&all), NULL, errors);
	buffer_free(&all);
	return profile;
}

/* The project's own profiles; tests run in the source root. */
static inline struct catalogue *fixture_catalogue(const struct memory *memory)
{
	static const char *const folders[] = {"profiles"};
	return catalogue_open(memory, folders, 1);
}

static inline struct profile *fixture_profile(
	const struct catalogue *catalogue, enum profile_kind kind, const char *name)
{
	struct profile_source source = catalogue_source(catalogue);
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 1 << 20);
	struct profile *profile = profile_load(&memory_standard, kind, name, &source, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	return profile;
}

#endif

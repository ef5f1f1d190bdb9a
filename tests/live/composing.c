/*
 * composing: many messages by one profile, for a test that reads them with other people's programs.
 *
 * usage: composing PROFILES NAME
 *
 * A draft on the standard input is a line "CHARSET MIME BODY-LENGTH FILES" ("-": the profile's
 * charset; MIME is mime or none), the body, and for each file a line "NAME-LENGTH TYPE-LENGTH
 * LENGTH" and the three. A message on the standard output is a line "LENGTH WRITES", its octets,
 * and a line with the lengths of the writes; "failed" where it could not be composed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "compose.h"
#include "profile.h"

enum { MAX_FILES = 16, MAX_OCTETS = 64 * 1024 * 1024 };

static void give_up(const char *why)
{
	fprintf(stderr, "composing: %s\n", why);
	exit(2);
}

static struct octets read_octets(size_t len)
{
	uint8_t *octets = malloc(len + 1);
	if (octets == NULL || len > MAX_OCTETS || fread(octets, 1, len, stdin) != len)
		give_up("the input ends within a draft");
	return octets_make(octets, len);
}

static void drop(struct octets octets)
{
	free((void *)(uintptr_t)octets.at);
}

static void read_file(struct message_attachment *file)
{
	size_t name = 0, type = 0, content = 0;
	if (scanf("%zu %zu %zu", &name, &type, &content) != 3 || getchar() != '\n')
		give_up("no file where one was announced");
	file->name = read_octets(name);
	file->type = read_octets(type);
	file->content = read_octets(content);
}

static void write_message(const struct message_composed *composed)
{
	size_t count = composed->ends.len / sizeof(size_t), before = 0;
	printf("%zu %zu\n", composed->octets.len, count);
	fwrite(composed->octets.at, 1, composed->octets.len, stdout);
	for (size_t i = 0; i < count; i++) {
		size_t end;
		memcpy(&end, composed->ends.at + i * sizeof end, sizeof end);
		printf("%zu ", end - before);
		before = end;
	}
	printf("\n");
}

/* False: there is no further draft. */
static bool compose_one(const struct message_keys *keys, struct random *random)
{
	static const struct octets to = {(const uint8_t *)"b@example.org", 13};
	struct message_attachment files[MAX_FILES];
	struct message_composed composed;
	char charset[64], mime[8];
	size_t body = 0, count = 0;
	if (scanf("%63s %7s %zu %zu", charset, mime, &body, &count) != 4)
		return false;
	if (getchar() != '\n' || count > MAX_FILES)
		give_up("no draft where one should be");
	struct octets text = read_octets(body);
	for (size_t i = 0; i < count; i++)
		read_file(&files[i]);
	const struct message_draft draft = {.from = octets_of("a@example.net"),
		.to = &to,
		.to_count = 1,
		.subject = octets_of("x"),
		.body = text,
		.attachments = files,
		.attachment_count = count,
		.charset = octets_of(strcmp(charset, "-") == 0 ? "" : charset),
		.mime = strcmp(mime, "none") == 0 ? MESSAGE_MIME_OFF : MESSAGE_MIME_ON,
		.host = octets_of("phone.example.net"),
		.server = octets_of("mx.example.net"),
		.unix_time = 1187265856};
	message_composed_init(&composed, &memory_standard);
	if (message_compose(&composed, keys, &draft, random) && !composed.broken)
		write_message(&composed);
	else
		printf("failed\n");
	message_composed_free(&composed);
	for (size_t i = 0; i < count; i++) {
		drop(files[i].name);
		drop(files[i].type);
		drop(files[i].content);
	}
	drop(text);
	return true;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		give_up("usage: composing PROFILES NAME");
	const char *folders[] = {argv[1]};
	struct catalogue *catalogue = catalogue_open(&memory_standard, folders, 1);
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 1 << 20);
	if (catalogue == NULL)
		give_up("no profiles");
	struct profile_source source = catalogue_source(catalogue);
	struct profile *profile =
		profile_load(&memory_standard, PROFILE_CLIENT, argv[2], &source, &errors);
	if (profile == NULL)
		give_up(buffer_string(&errors));
	struct random random;
	random_init(&random, 1);
	while (compose_one(&profile_client(profile)->message, &random))
		;
	profile_free(profile);
	catalogue_close(catalogue);
	buffer_free(&errors);
	return 0;
}

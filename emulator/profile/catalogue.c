/* catalogue: the files behind the names. */
#include "catalogue.h"

#include "arena.h"
#include "yaml.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, ENTRIES_MAX = 4096 };

static const char suffix[] = ".yaml";

struct catalogue {
	struct arena arena;
	const char **folders;
	size_t count;
};

struct catalogue_list {
	struct arena arena;
	struct catalogue_entry *entries;
	size_t count;
};

static const char *folder_of(enum profile_kind kind)
{
	static const char *const folders[PROFILE_KIND_COUNT] = {[PROFILE_CLIENT] = "clients",
		[PROFILE_SERVER] = "servers",
		[PROFILE_LINK] = "links"};
	return folders[kind];
}

struct catalogue *catalogue_open(
	const struct memory *memory, const char *const *folders, size_t count)
{
	struct catalogue *catalogue = memory_new(memory, 1, sizeof *catalogue);
	if (catalogue == NULL)
		return NULL;
	arena_init(&catalogue->arena, memory);
	catalogue->folders = arena_new(&catalogue->arena, count, sizeof *catalogue->folders);
	for (size_t i = 0; catalogue->folders != NULL && i < count; i++)
		catalogue->folders[i] = arena_string(&catalogue->arena, octets_of(folders[i]));
	catalogue->count = count;
	if (!catalogue->arena.failed)
		return catalogue;
	catalogue_close(catalogue);
	return NULL;
}

void catalogue_close(struct catalogue *catalogue)
{
	if (catalogue == NULL)
		return;
	const struct memory *memory = catalogue->arena.memory;
	arena_free(&catalogue->arena);
	memory_free(memory, catalogue, sizeof *catalogue);
}

/* Until the end, or one octet more than a profile may have. */
static bool read_all(int descriptor, struct buffer *text)
{
	for (;;) {
		size_t left = PROFILE_MAX_OCTETS + 1 - text->len;
		uint8_t *room = left == 0 ? NULL : buffer_reserve(text, left < 8192 ? left : 8192);
		if (room == NULL)
			return left == 0;
		ssize_t got = read(descriptor, room, left < 8192 ? left : 8192);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		buffer_commit(text, (size_t)got);
	}
}

bool catalogue_read_file(const char *path, bool follow, struct buffer *text, struct buffer *why)
{
	/* O_NONBLOCK: opening a pipe must not wait for its other end */
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW);
	int descriptor = open(path, flags);
	struct stat about;
	if (descriptor < 0) {
		buffer_append_text(why, !follow && errno == ELOOP ? "a symbolic link is not read"
								  : strerror(errno));
		return false;
	}
	bool taken = false;
	if (fstat(descriptor, &about) != 0)
		buffer_append_text(why, strerror(errno));
	else if (!S_ISREG(about.st_mode))
		buffer_append_text(why, "not a regular file");
	else if (!read_all(descriptor, text))
		buffer_append_text(why, buffer_failed(text) ? "out of memory" : strerror(errno));
	else if (text->len > PROFILE_MAX_OCTETS)
		buffer_format(why, "larger than %d octets", PROFILE_MAX_OCTETS);
	else
		taken = true;
	close(descriptor);
	return taken;
}

static bool read_named(const char *folder, const char *room, const char *name, struct buffer *text,
	struct buffer *file)
{
	struct buffer why;
	buffer_init(&why, text->memory, PATH_ROOM);
	buffer_clear(file);
	buffer_clear(text);
	bool taken = buffer_format(file, "%s/%s/%s%s", folder, room, name, suffix) &&
		     catalogue_read_file(buffer_string(file), false, text, &why);
	buffer_free(&why);
	return taken || text->len > PROFILE_MAX_OCTETS; /* the reader says that it is too large */
}

static bool source_read(void *context, enum profile_kind kind, const char *name,
	struct buffer *text, struct buffer *file)
{
	const struct catalogue *catalogue = context;
	if (!profile_name_is_valid(octets_of(name)))
		return false;
	for (size_t i = 0; i < catalogue->count; i++) {
		if (read_named(catalogue->folders[i], folder_of(kind), name, text, file))
			return true;
	}
	return false;
}

/* The name of a profile in a file's name; false where it is none. */
static bool stem_of(const char *file_name, struct octets *stem)
{
	const size_t ending = sizeof suffix - 1;
	size_t len = strlen(file_name);
	if (len <= ending || strcmp(file_name + len - ending, suffix) != 0)
		return false;
	*stem = octets_make(file_name, len - ending);
	return profile_name_is_valid(*stem);
}

static DIR *open_folder(const struct memory *memory, const char *folder, const char *room)
{
	struct buffer path;
	buffer_init(&path, memory, PATH_ROOM);
	buffer_format(&path, "%s/%s", folder, room);
	DIR *directory = buffer_failed(&path) ? NULL : opendir(buffer_string(&path));
	buffer_free(&path);
	return directory;
}

static void source_list(void *context, enum profile_kind kind,
	void (*offer)(void *taker, const char *name), void *taker)
{
	const struct catalogue *catalogue = context;
	for (size_t i = 0; i < catalogue->count; i++) {
		DIR *directory = open_folder(
			catalogue->arena.memory, catalogue->folders[i], folder_of(kind));
		const struct dirent *entry;
		struct octets stem;
		while (directory != NULL && (entry = readdir(directory)) != NULL) {
			char name[sizeof entry->d_name];
			if (!stem_of(entry->d_name, &stem))
				continue;
			snprintf(name, sizeof name, "%.*s", (int)stem.len, entry->d_name);
			offer(taker, name);
		}
		if (directory != NULL)
			closedir(directory);
	}
}

struct profile_source catalogue_source(const struct catalogue *catalogue)
{
	/* the callback only reads; its type has no const for other sources' sake */
	union {
		const struct catalogue *lent;
		void *context;
	} pointer = {.lent = catalogue};
	return (struct profile_source){
		.context = pointer.context, .read = source_read, .list = source_list};
}

/* The `name:` of a profile, whatever else may be wrong with it. */
static const char *title_of(struct catalogue_list *list, struct octets text)
{
	struct buffer nothing;
	struct arena scratch;
	buffer_init(&nothing, list->arena.memory, 0);
	arena_init(&scratch, list->arena.memory);
	struct complaints complaints = {.out = &nothing, .file = "", .text = text};
	const struct node *root = yaml_read(&scratch, &complaints);
	const struct node *title = root == NULL ? NULL : node_find(root, "name");
	const char *copy = arena_string(&list->arena,
		title != NULL && title->kind == NODE_TEXT ? title->text : octets_of(""));
	arena_free(&scratch);
	return copy;
}

static bool is_listed(const struct catalogue_list *list, struct octets name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (octets_equal(octets_of(list->entries[i].name), name))
			return true;
	}
	return false;
}

static void add_entry(
	struct catalogue_list *list, const char *folder, const char *room, const char *file_name)
{
	struct octets stem;
	if (!stem_of(file_name, &stem) || is_listed(list, stem) || list->count == ENTRIES_MAX)
		return;
	const char *name = arena_string(&list->arena, stem);
	struct buffer text, file;
	buffer_init(&text, list->arena.memory, PROFILE_MAX_OCTETS + 1);
	buffer_init(&file, list->arena.memory, PATH_ROOM);
	if (name != NULL && read_named(folder, room, name, &text, &file))
		list->entries[list->count++] = (struct catalogue_entry){.name = name,
			.title = title_of(list, buffer_octets(&text)),
			.file = arena_string(&list->arena, buffer_octets(&file))};
	else if (buffer_failed(&text) || buffer_failed(&file))
		list->arena.failed = true;
	buffer_free(&text);
	buffer_free(&file);
}

static void add_folder(struct catalogue_list *list, const char *folder, const char *room)
{
	DIR *directory = open_folder(list->arena.memory, folder, room);
	const struct dirent *entry;
	while (directory != NULL && (entry = readdir(directory)) != NULL)
		add_entry(list, folder, room, entry->d_name);
	if (directory != NULL)
		closedir(directory);
}

static int compare_names(const void *a, const void *b)
{
	const struct catalogue_entry *left = a, *right = b;
	return strcmp(left->name, right->name);
}

static struct catalogue_list *list_room(const struct catalogue *catalogue, const char *room)
{
	const struct memory *memory = catalogue->arena.memory;
	struct catalogue_list *list = memory_new(memory, 1, sizeof *list);
	if (list == NULL)
		return NULL;
	arena_init(&list->arena, memory);
	list->entries = arena_new(&list->arena, ENTRIES_MAX, sizeof *list->entries);
	for (size_t i = 0; list->entries != NULL && i < catalogue->count; i++)
		add_folder(list, catalogue->folders[i], room);
	if (list->arena.failed) {
		catalogue_list_free(list);
		return NULL;
	}
	qsort(list->entries, list->count, sizeof *list->entries, compare_names);
	return list;
}

struct catalogue_list *catalogue_list(const struct catalogue *catalogue, enum profile_kind kind)
{
	return list_room(catalogue, folder_of(kind));
}

struct catalogue_list *catalogue_advice(const struct catalogue *catalogue)
{
	return list_room(catalogue, "advice");
}

size_t catalogue_list_count(const struct catalogue_list *list)
{
	return list->count;
}

struct catalogue_entry catalogue_list_entry(const struct catalogue_list *list, size_t index)
{
	return index < list->count ? list->entries[index] : (struct catalogue_entry){.name = NULL};
}

void catalogue_list_free(struct catalogue_list *list)
{
	if (list == NULL)
		return;
	const struct memory *memory = list->arena.memory;
	arena_free(&list->arena);
	memory_free(memory, list, sizeof *list);
}

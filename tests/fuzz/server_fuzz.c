/*
 * server: whatever a client says, the server answers the same whole and octet by octet, stores
 * no message that has no true end, says 250 to none that was not stored, and survives a heap that
 * fails.
 *
 * The first octet of the input chooses the profile, the second the allocation that fails (0:
 * none); the rest is what the client says.
 */
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "server.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

/* The second asks for no login and keeps a lone LF, so that messages get stored easily. */
static const char *const texts[] = {
	"name: strict\n",
	"name: kind\nevidence: [{test: this, shows: [refuses, data]}]\ndata: {bare-lf: keep}\n"
	"refuses:\n  mail: {no-hello: none, no-auth: none}\n  recipient: {no-auth: none}\n",
	"name: faulty\nevidence: [{test: this, shows: [refuses, data, faults, forgets, auth, limits]}]\n"
	"data: {bare-lf: repair}\nauth: {exchange: executes, cancel: as-data}\n"
	"forgets: {authentication: [reset, end], transaction: [hello]}\nlimits: {unknown: {count: 3, then: ban}}\n"
	"faults: [{at: noop, cut: 3}, {at: recipient, nth: 2, split: [2, 3]}, {at: help, then: drop}]\n"
	"refuses: {any: {bare-lf: none}, mail: {no-hello: none, no-auth: none}, data: {no-recipient: none}}\n",
};
enum { PROFILES = sizeof texts / sizeof *texts };

struct heap {
	struct memory memory;
	size_t count, fail_at;
};

struct run {
	struct server *server;
	struct player *player;
	struct buffer heard;
	size_t stores;
};

static void expect(bool held)
{
	if (!held)
		abort();
}

static const struct server_profile *get_profile(size_t index)
{
	static struct profile *profiles[PROFILES];
	if (profiles[index] == NULL) {
		struct buffer errors;
		struct profile_source source = {.read = NULL};
		buffer_init(&errors, &memory_standard, 100000);
		profiles[index] = profile_load_text(&memory_standard, PROFILE_SERVER, "fuzz",
			octets_of(texts[index]), &source, &errors);
		buffer_free(&errors);
		expect(profiles[index] != NULL);
	}
	return profile_server(profiles[index]);
}

static void *resize(void *context, void *old, size_t old_size, size_t want)
{
	struct heap *heap = context;
	if (want > 0 && ++heap->count == heap->fail_at)
		return NULL;
	return memory_standard.resize(NULL, old, old_size, want);
}

static void take(struct run *run)
{
	struct octets pieces[4];
	size_t len = 0, count = run->player->ops->outgoing(run->player, pieces, 4);
	for (size_t i = 0; i < count; i++) {
		buffer_append_octets(&run->heard, pieces[i]);
		len += pieces[i].len;
	}
	expect(len > 0);
	run->player->ops->sent(run->player, len, 0);
}

/* False: nothing more will happen. */
static bool settle(struct run *run)
{
	for (;;) {
		unsigned wants = run->player->ops->wants(run->player);
		if ((wants & PLAYER_SEND) != 0) {
			take(run);
		} else if ((wants & PLAYER_STORE) != 0) {
			expect(run->player->ops->mail(run->player) != NULL);
			run->stores++;
			run->player->ops->stored(run->player, true, 0);
		} else if ((wants & PLAYER_CLOSE) != 0) {
			run->player->ops->closed(run->player, 0);
		} else {
			return wants != 0 && wants != PLAYER_HOLD;
		}
	}
}

static bool play(struct run *run, const struct server_profile *profile, struct octets said,
	size_t step, size_t fail_at)
{
	static const struct server_account account = {
		{(const uint8_t *)"u", 1}, {(const uint8_t *)"p", 1}};
	struct player_link link = {.local_address = "", .remote_address = "192.0.2.7"};
	struct heap heap = {{resize, &heap}, 0, fail_at};
	struct server_settings settings = {.profile = profile,
		.accounts = &account,
		.account_count = 1,
		.seed = 1,
		.message_max = 100000};
	*run = (struct run){.server = server_new(&heap.memory, &settings)};
	buffer_init(&run->heard, &memory_standard, 64 << 20);
	if (run->server == NULL)
		return false;
	run->player = server_player(run->server);
	run->player->ops->connected(run->player, &link, 0);
	while (settle(run) && said.len > 0) {
		size_t len = step < said.len ? step : said.len;
		expect((run->player->ops->wants(run->player) & PLAYER_RECEIVE) != 0);
		run->player->ops->received(run->player, said.at, len, 0);
		said = octets_from(said, len);
	}
	run->player->ops->ended(run->player, PLAYER_ENDED, 0);
	settle(run);
	expect(server_messages(run->server) == run->stores);
	server_free(run->server);
	return true;
}

static size_t count(struct octets all, const char *what)
{
	size_t len = strlen(what), found = 0;
	for (size_t i = 0; i + len <= all.len; i++)
		found += memcmp(all.at + i, what, len) == 0;
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct run whole, cut, failing;
	if (len < 2)
		return 0;
	size_t choice = at[0] % PROFILES;
	const struct server_profile *profile = get_profile(choice);
	struct octets said = octets_make(at + 2, len - 2);
	play(&whole, profile, said, len, 0);
	play(&cut, profile, said, 1, 0);
	expect(octets_equal(buffer_octets(&whole.heard), buffer_octets(&cut.heard)));
	expect(whole.stores == cut.stores);
	/* The last profile lets DATA end in LF alone, so its first line may begin with the end. */
	if (choice < 2)
		expect(whole.stores <= count(said, "\r\n.\r\n"));
	if (play(&failing, profile, said, 7, at[1]))
		expect(count(buffer_octets(&failing.heard), "250 2.6.0") <= failing.stores);
	buffer_free(&whole.heard);
	buffer_free(&cut.heard);
	buffer_free(&failing.heard);
	return 0;
}

/* tls_sessions: GnuTLS's three calls for a database of sessions, over a small ring. */
#include "tls_sessions.h"

#include <stdint.h>
#include <string.h>

enum { SESSIONS_MAX = 64, ID_MAX = 64, STATE_MAX = 16 * 1024 };

struct remembered {
	uint8_t id[ID_MAX];
	size_t id_len; /* 0: free */
	gnutls_datum_t state;
};

struct tls_sessions {
	const struct memory *memory;
	struct remembered ring[SESSIONS_MAX];
	size_t next;
};

struct tls_sessions *tls_sessions_new(const struct memory *memory)
{
	struct tls_sessions *sessions = memory_new(memory, 1, sizeof *sessions);
	if (sessions != NULL)
		sessions->memory = memory;
	return sessions;
}

static void forget(const struct tls_sessions *sessions, struct remembered *one)
{
	memory_wipe(one->state.data, one->state.size);
	memory_free(sessions->memory, one->state.data, one->state.size);
	*one = (struct remembered){.id_len = 0};
}

void tls_sessions_free(struct tls_sessions *sessions)
{
	if (sessions == NULL)
		return;
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		forget(sessions, &sessions->ring[i]);
	memory_free(sessions->memory, sessions, sizeof *sessions);
}

static struct remembered *find(struct tls_sessions *sessions, gnutls_datum_t id)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct remembered *one = &sessions->ring[i];
		if (one->id_len > 0 && one->id_len == id.size &&
			memcmp(one->id, id.data, id.size) == 0)
			return one;
	}
	return NULL;
}

static int store(void *context, gnutls_datum_t id, gnutls_datum_t state)
{
	struct tls_sessions *sessions = context;
	struct remembered *one = find(sessions, id);
	if (id.size == 0 || id.size > ID_MAX || state.size == 0 || state.size > STATE_MAX)
		return GNUTLS_E_DB_ERROR;
	if (one == NULL) {
		one = &sessions->ring[sessions->next];
		sessions->next = (sessions->next + 1) % SESSIONS_MAX;
	}
	forget(sessions, one);
	one->state.data = memory_new(sessions->memory, state.size, 1);
	if (one->state.data == NULL)
		return GNUTLS_E_MEMORY_ERROR;
	memcpy(one->state.data, state.data, state.size);
	one->state.size = state.size;
	memcpy(one->id, id.data, id.size);
	one->id_len = id.size;
	return GNUTLS_E_SUCCESS;
}

/* GnuTLS frees the copy. */
static gnutls_datum_t retrieve(void *context, gnutls_datum_t id)
{
	const struct remembered *one = find(context, id);
	gnutls_datum_t copy = {NULL, 0};
	if (one == NULL)
		return copy;
	copy.data = gnutls_malloc(one->state.size);
	if (copy.data == NULL)
		return copy;
	memcpy(copy.data, one->state.data, one->state.size);
	copy.size = one->state.size;
	return copy;
}

static int drop(void *context, gnutls_datum_t id)
{
	struct remembered *one = find(context, id);
	if (one != NULL)
		forget(context, one);
	return GNUTLS_E_SUCCESS;
}

void tls_sessions_use(struct tls_sessions *sessions, gnutls_session_t session)
{
	gnutls_db_set_ptr(session, sessions);
	gnutls_db_set_store_function(session, store);
	gnutls_db_set_retrieve_function(session, retrieve);
	gnutls_db_set_remove_function(session, drop);
}
